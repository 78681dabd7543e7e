r"""A pattern drafted from lines of cells with tabs, bars, semicolons or commas between them, ``key=value`` ones too.

Comes in: lines. Goes out: one pattern whose groups are columns and labels, and the pattern of a line that names the
cells. What a cell holds is guessed by its name, and by its values where it has none that says it (``guess``).
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from detector.decode.drafting.guess import ACCOUNTS, TIME, FieldGuess, as_texts, guess, like_accounts
from detector.decode.drafting.text_pattern import fixed

_FEWEST = 4
_MOST = 100
_ALIKE = 0.8
_NAME = re.compile(r"#?\s*[A-Za-z_@$][\w .@$()-]{0,40}")
_KEYED = re.compile(r"([A-Za-z_@][\w.@-]{0,40})([=:])(.*)", re.DOTALL)
_STATUS = re.compile(r"[1-5][0-9]{2}")
_ZONE = re.compile(r"[+-][0-9]{2}:?[0-9]{2}")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ])[0-9]{2}:[0-9]{2}:[0-9]{2}")
_BETWEEN = ("\t", "|", ";", ",")


@dataclass(frozen=True, slots=True)
class Cells:
    """What was drafted.

    Attributes:
        pattern: Fits a line. header: Fits the line that names the cells; empty: none does.
        forms: How the time is written.
        unit: Of the duration; empty without one.
    """

    pattern: str
    header: str
    forms: tuple[str, ...]
    unit: str


@dataclass(frozen=True, slots=True)
class _Table:
    """Lines cut into cells.

    Attributes:
        names: Of the cells, each once. before: What stands in front of each value, ``key=``.
        values: Of each cell. header: Line that names them.
        between: What stands between two cells.
    """

    names: tuple[str, ...]
    before: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    header: str = ""
    between: str = "\t"

    @property
    def gap(self) -> str:
        """The pattern of what stands between two cells."""
        return r"\t" if self.between == "\t" else re.escape(self.between)

    @property
    def cell(self) -> str:
        """The pattern of a cell."""
        return r"[^\t]*" if self.between == "\t" else f"[^{self.between}]*"

    def fields(self) -> dict[str, Sequence[str]]:
        """Return the values of each cell that holds any."""
        return {name: told for name, values in zip(self.names, self.values, strict=True) if (told := as_texts(values))}


def draft_cells(lines: Sequence[str]) -> Cells | None:
    """Return what reads the lines; None when they are no cells, or no cell is a time."""
    return next((cells for between in _BETWEEN if (cells := _drafted(_table(lines, between))) is not None), None)


def _drafted(table: _Table | None) -> Cells | None:
    if table is None:
        return None
    fields, cell = table.fields(), table.cell
    guessed = guess(fields)
    if TIME not in guessed.columns:
        return None
    columns = {paths[0]: column for column, paths in guessed.columns.items()}
    columns |= _by_place(table, fields, guessed, columns)
    pieces, forms, at = [], ("auto",), 0
    while at < len(table.names):
        name = table.names[at]
        group = f"(?P<{columns.get(name) or _label(name, at)}>{cell})" if name in columns or name in fields else cell
        piece = fixed(table.before[at]) + (cell if name in guessed.secrets else group)
        if columns.get(name) == TIME and (form := _with_zone(table, at)):
            # The zone stands in the next cell: both are one time.
            piece = f"{fixed(table.before[at])}(?P<time>{cell}{table.gap}{fixed(table.before[at + 1])}{cell})"
            forms, at = (form,), at + 1
        pieces.append(piece)
        at += 1
    return Cells(
        table.gap.join(pieces), fixed(table.header), forms, guessed.unit if "event.duration" in guessed.columns else ""
    )


def _table(lines: Sequence[str], between: str) -> _Table | None:
    rows = [cells for line in lines if len(cells := line.rstrip("\r\n").split(between)) >= _FEWEST]
    if len(rows) < _ALIKE * len(lines) or not rows:
        return None
    width, many = Counter(map(len, rows)).most_common(1)[0]
    if many < _ALIKE * len(lines) or width > _MOST:
        return None
    rows = [row for row in rows if len(row) == width]
    if between != "\t" and any('"' in cell or cell != cell.strip() for row in rows for cell in row):
        return None  # what stands between cells may stand within one, or is part of a sentence
    keys = [
        Counter(key[1] + key[2] for row in rows if (key := _KEYED.fullmatch(row[at]))).most_common(1)
        for at in range(width)
    ]
    named = [key[0][0] if key and key[0][1] >= _ALIKE * len(rows) else "" for key in keys]
    keyed = [key for key in named if key]
    if 3 * len(keyed) >= width and len(set(keyed)) == len(keyed):
        fits = [row for row in rows if all(cell.startswith(key) for cell, key in zip(row, named, strict=True))]
        values = tuple(tuple(row[at][len(named[at]) :] for row in fits) for at in range(width))
        names = tuple(key[:-1] or f"cell{at}" for at, key in enumerate(named))
        return _Table(names, tuple(named), values, between=between)
    return _bare(rows, width, between)


def _bare(rows: Sequence[Sequence[str]], width: int, between: str) -> _Table:
    """Return cells without keys, named by the first line if it holds nothing but names."""
    first, rest = rows[0], rows[1:]
    header = len(rest) > 0 and all(map(_NAME.fullmatch, first)) and len(set(first)) == width
    header = header and all(row[at] != cell for row in rest[:1] for at, cell in enumerate(first))
    names = tuple(cell.lstrip("# ") for cell in first) if header else tuple(f"cell{at}" for at in range(width))
    body = [row for row in rest if row != first] if header else rows
    values = tuple(tuple(row[at] for row in body) for at in range(width))
    return _Table(names, ("",) * width, values, between.join(first) if header else "", between)


def _by_place(
    table: _Table, fields: Mapping[str, Sequence[str]], guessed: FieldGuess, columns: Mapping[str, str]
) -> dict[str, str]:
    """Return what cells hold that no name tells: a status behind what was asked for, an account beside the address."""
    known = set(columns.values())
    found: dict[str, str] = {}
    free = [name for name in table.names if name in fields and name not in columns and name not in guessed.secrets]
    if known & {"target", "request"} and "http.response.status_code" not in known:
        status = next((name for name in free if all(map(_STATUS.fullmatch, fields[name]))), "")
        found |= {status: "http.response.status_code"} if status else {}
    if not known & ACCOUNTS:
        address = next((at for at, name in enumerate(table.names) if columns.get(name) == "source.ip"), None)
        beside = [] if address is None else [at for at in (address + 1, address - 1) if 0 <= at < len(table.names)]
        account = next((n for at in beside if (n := table.names[at]) in free and like_accounts(fields[n])), "")
        found |= {account: "user.name"} if account else {}
    return found


def _with_zone(table: _Table, at: int) -> str:
    """Return the form of a time whose zone stands in the next cell; empty when it does not."""
    after = table.values[at + 1] if at + 1 < len(table.values) else ()
    if not after or not all(map(_ZONE.fullmatch, after)):
        return ""
    found = [_ISO.fullmatch(value) for value in table.values[at]]
    if not all(found) or found[0] is None:
        return ""
    return f"%Y-%m-%d{found[0][1]}%H:%M:%S{table.between}{table.before[at + 1]}%z"


def _label(name: str, at: int) -> str:
    made = re.sub(r"[^A-Za-z0-9_]", "_", name)[:50]
    return f"{made}_{at}" if re.match(r"[A-Za-z_]", made) else f"cell{at}"
