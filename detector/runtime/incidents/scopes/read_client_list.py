"""A list of clients as people have it: one id a line, or a CSV file with a column of ids.

Comes in: bytes, and the name of a column. Goes out: different ids in their order, or all problems at once with their
lines. What is no id (control characters, a cell that is empty beside others, a text too long) is never guessed at: a
list that is wrong in one line may be the wrong list.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from detector.errors import InputError, Problem
from detector.schema.events.id_forms import one_form
from detector.settings import RecordMap

MOST_IDS: Final = 2_000_000
MOST_BYTES: Final = 128 << 20
COLUMNS: Final = ("subject_id", "client_id", "client", "id")
"""How a column of ids is called, where nobody says."""
_LONGEST: Final = 200
_SHOWN: Final = 20
_DELIMITERS: Final = (",", ";", "\t")


class ClientList(NamedTuple):
    """A list that was read.

    Attributes:
        ids: Each once, in their order.
        repeated: How many lines named one that had been named before.
        sha256: Of all bytes.
    """

    ids: tuple[str, ...]
    repeated: int
    sha256: str


def read_client_list(raw: bytes, name: str, column: str = "", records: RecordMap | None = None) -> ClientList:
    """Return the ids of a list.

    Args:
        raw: The file.
        name: What it is called, for messages.
        column: Of the ids in a CSV file; empty: one of ``COLUMNS``, or the only one.
        records: By which the log has ids: where no route keeps zeros, ``05000`` is client 5000.

    Raises:
        InputError: Something is wrong; all of it is told, the first twenty lines by their numbers.
    """
    if len(raw) > MOST_BYTES:
        what = f"has {len(raw) >> 20} MiB; a list has {MOST_BYTES >> 20} at most"
        raise InputError(Problem(file=name, what=what, fix="leave out columns that are no ids, or cut it in pieces"))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(Problem(file=name, line=line, what="is not UTF-8", fix="save it as UTF-8")) from None
    as_logged = _form_of_ids(records)
    cells, problems = list[tuple[int, str]](), list[Problem]()
    for line, cell, wrong in _cells(text, name, column):
        if wrong or (wrong := _flaw(cell)):
            problems.append(Problem(file=name, line=line, what=wrong))
        else:
            cells.append((line, as_logged(cell)))
    ids = tuple(dict.fromkeys(cell for _, cell in cells))
    if not ids and not problems:
        problems.append(Problem(file=name, what="names no client", fix="write one id a line, or CSV with a header"))
    if len(ids) > MOST_IDS:
        problems.append(Problem(file=name, what=f"names {len(ids)} clients; a list has {MOST_IDS} at most"))
    if problems:
        more = len(problems) - _SHOWN
        told = problems[:_SHOWN] + ([Problem(file=name, what=f"and {more} lines more")] if more > 0 else [])
        raise InputError(told)
    return ClientList(ids, len(cells) - len(ids), sha256(raw).hexdigest())


def _form_of_ids(records: RecordMap | None) -> Callable[[str], str]:
    """Return what gives ids of clients the form in which the log has them; a tenant stands before one as it is."""
    numbers = records is not None and records.ids_are_numbers
    tenants = records is not None and any(route.tenant for route in records.routes)

    def as_logged(client: str) -> str:
        tenant, slash, bare = client.rpartition("/") if tenants else ("", "", client)
        return f"{tenant}{slash}{one_form(bare, number=numbers)}"

    return as_logged


def _cells(text: str, name: str, column: str) -> Iterator[tuple[int, str, str]]:
    """Yield the number of a line, its id, and what is wrong with it as a line; lines that hold nothing are left out."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = next((each for each in _DELIMITERS if each in first), "")
    if not delimiter and not column:
        yield from _plain(text)
        return
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter or ",", strict=True)
    header: list[str] = []
    at = -1
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if at < 0:
                header = [cell.strip() for cell in row]
                at = _place(header, column, name)
            elif len(row) != len(header):
                yield reader.line_num, "", f"has {len(row)} cells where the first line names {len(header)}"
            else:
                yield reader.line_num, row[at].strip(), ""
    except csv.Error as error:
        yield reader.line_num, "", f"is no CSV: {error}"


def _plain(text: str) -> Iterator[tuple[int, str, str]]:
    named = False
    for number, line in enumerate(text.split("\n"), 1):
        cell = line.strip()
        if cell and not named and cell.casefold() in COLUMNS:
            named = True
            continue
        named = named or bool(cell)
        if cell:
            yield number, cell, ""


def _place(header: Sequence[str], column: str, name: str) -> int:
    names = [each.casefold() for each in header]
    wanted = [column.casefold()] if column else [each for each in COLUMNS if each in names][:1]
    if wanted and names.count(wanted[0]) == 1:
        return names.index(wanted[0])
    there = ", ".join(repr(each[:40]) for each in header[:_SHOWN])
    if wanted and wanted[0] in names:
        raise InputError(Problem(file=name, line=1, what=f"duplicate column {wanted[0]!r}", fix="rename one of them"))
    what = f"there is no column {column!r}" if column else "no column is known to hold ids of clients"
    raise InputError(Problem(file=name, line=1, what=f"{what}; the first line names {there}", fix="name it: --column"))


def _flaw(cell: str) -> str:
    if not cell:
        return "the id is missing"
    if len(cell) > _LONGEST:
        return f"has {len(cell)} characters; an id has {_LONGEST} at most"
    if not cell.isprintable():
        return "holds characters that cannot be seen"
    return ""
