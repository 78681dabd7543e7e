"""How clients are reached, by a table of the company: a row a way, the first of a client's tried first.

Comes in: rows with a client's id, channel and address, and what else is known. Goes out: ``Contact`` a client, or every
problem with its line. A problem repeats no name, id or address: it may stand in a terminal that others see.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from sys import intern
from typing import Final

from detector.errors import ConfigError, Problem
from detector.settings.lists.csv_rows import CsvRows
from detector.settings.lists.mail_domains import ascii_domain
from detector.settings.lists.portfolio_rows import TENANT, client_column_problem, client_of
from detector.settings.lists.residence_rows import CHANNEL, COUNTRY, place_problem

MAIL: Final = "mail"
POST: Final = "post"
_NAME, _ADDRESS, _LANGUAGE, _MINOR, _REPRESENTED = "name", "address", "language", "minor", "represented_by"
_OPTIONAL: Final = (_NAME, _LANGUAGE, COUNTRY, _MINOR, _REPRESENTED)
_MAIL_ADDRESS: Final = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,64}@[^\W_]([\w.-]{0,250}[^\W_])?\.[^\W\d_]{2,63}")
_TWO_LETTERS: Final = re.compile(r"[a-z]{2}")
_YES: Final = frozenset({"yes", "true", "1", "да"})
_NO: Final = frozenset({"", "no", "false", "0", "нет"})
_LONGEST: Final = {_NAME: 200, _ADDRESS: 400}
_LONGEST_MAIL: Final = 254
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class ContactWay:
    """One way to reach somebody."""

    channel: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How a client is reached.

    Attributes:
        client: The id as the file has it, with its tenant.
        ways: In the order in which they are tried.
        language: Two small letters; empty: not known.
        country: Where they live; empty: not known.
        minor: Somebody else is written to for them.
        represented_by: The id of whoever that is; empty: nobody is known.
    """

    client: str
    name: str = ""
    ways: tuple[ContactWay, ...] = ()
    language: str = ""
    country: str = ""
    minor: bool = False
    represented_by: str = ""


def read_contacts(rows: CsvRows, channels: Collection[str], *, whole: bool = True) -> dict[str, Contact]:
    """Return the contacts by the client's id.

    Args:
        rows: Of the table.
        channels: What ``channel`` may be, beside ``mail`` and ``post``.
        whole: Every row must be right; else an address that nothing can be sent to, or a name that cannot be shown,
            is left out, so that one of a hundred thousand rows keeps no letter of the others.

    Raises:
        ConfigError: With every wrong row; of many the first twenty.
    """
    found = dict[str, Contact]()
    lines = dict[str, Problem]()
    known = frozenset({MAIL, POST, *channels})
    problems = [rows.problem(what) for what in _take_in(rows, known, found, lines, whole=whole)]
    if whole:
        problems += _representatives(found, lines)
    if problems:
        more = len(problems) - _SHOWN
        told = sorted(problems, key=lambda each: each.line)[:_SHOWN]
        if more > 0:
            told.append(Problem(file=told[0].file, what=f"and {more} rows more"))
        raise ConfigError(told)
    return found


def _take_in(
    rows: CsvRows, channels: frozenset[str], found: dict[str, Contact], lines: dict[str, Problem], *, whole: bool
) -> Iterator[str]:
    """Take in the contacts; yield what is wrong with the row read last."""
    wrong = client_column_problem(rows) or rows.missing(CHANNEL, _ADDRESS) or rows.doubled({TENANT, *_OPTIONAL})
    if wrong or rows.columns[0] in (CHANNEL, _ADDRESS, *_OPTIONAL):
        yield wrong or f"the first column must hold the client's id, not the {rows.columns[0]}"
        return
    for row in rows:
        if rows.cells != len(rows.columns):
            yield f"has {rows.cells} cells where the first line names {len(rows.columns)}"
            continue
        client = client_of(row, rows)
        used = row if whole else _usable(row, channels)
        flaws = list(_flaws(client, used, channels))
        if not flaws:
            new = _contact(client, used)
            if new.represented_by:
                lines[client] = rows.problem("")
            flaws = [wrong] if (wrong := _join(found, new)) else []
        yield from flaws


def _join(found: dict[str, Contact], new: Contact) -> str:
    """Take in a row beside those above; return why it cannot stand beside them, empty: it can."""
    known = found.setdefault(new.client, new)
    if known is new:
        return ""
    if replace(known, ways=new.ways) != new:
        return "the client of a row above, with another name, language, country, minor or represented_by"
    if new.ways and new.ways[0] in known.ways:
        return "the same way to the same client as in a row above"
    found[new.client] = replace(known, ways=(*known.ways, *new.ways))
    return ""


def _contact(client: str, row: dict[str, str]) -> Contact:
    channel, tenant, other = row.get(CHANNEL, "").lower(), row.get(TENANT, ""), row.get(_REPRESENTED, "")
    way = ContactWay(intern(channel), _one_line(row.get(_ADDRESS, "")))
    return Contact(
        client=client,
        name=row.get(_NAME, ""),
        ways=(way,) if channel else (),
        language=intern(row.get(_LANGUAGE, "").lower()),
        country=intern(row.get(COUNTRY, "").upper()),
        minor=row.get(_MINOR, "").lower() in _YES,
        represented_by=f"{tenant}/{other}" if tenant and other else other,
    )


def _usable(row: dict[str, str], channels: frozenset[str]) -> dict[str, str]:
    """Return a row without an address that nothing can be sent to, and without a name that cannot be shown."""
    channel, address = row.get(CHANNEL, "").lower(), _one_line(row.get(_ADDRESS, ""))
    lost = {CHANNEL: "", _ADDRESS: ""} if channel in channels and _address_problem(channel, address) else {}
    return row | lost | ({_NAME: ""} if _unshown(row.get(_NAME, "")) else {})


def _unshown(name: str) -> bool:
    return len(name) > _LONGEST[_NAME] or not name.isprintable()


def _flaws(client: str, row: dict[str, str], channels: frozenset[str]) -> Iterator[str]:
    """Yield everything that is wrong with the cells of a row."""
    if not client:
        yield "a row without a client's id"
    elif row.get(_REPRESENTED, "") == client:
        yield "a client cannot be represented by themselves"
    if wrong := _way_problem(row.get(CHANNEL, "").lower(), _one_line(row.get(_ADDRESS, "")), channels):
        yield wrong
    if _unshown(row.get(_NAME, "")):
        yield f"the name holds characters that cannot be seen, or more than {_LONGEST[_NAME]}"
    language = row.get(_LANGUAGE, "").lower()
    if language and not _TWO_LETTERS.fullmatch(language):
        yield f"{language[:_SHOWN]!r} is no language: two letters, en or ru"
    if wrong := place_problem(row.get(COUNTRY, "").upper()):
        yield wrong
    minor = row.get(_MINOR, "").lower()
    if minor not in _YES | _NO:
        yield f"{minor[:_SHOWN]!r} does not say whether the client is a minor: yes or no"


def _way_problem(channel: str, address: str, channels: frozenset[str]) -> str:
    """Return what is wrong with a channel and its address; empty: nothing."""
    if not channel:
        return "an address without a channel" if address else ""
    if channel not in channels:
        return f"{channel[:_SHOWN]!r} is no channel: {', '.join(sorted(channels))} (letters.channels names more)"
    return _address_problem(channel, address)


def _address_problem(channel: str, address: str) -> str:
    """Return what is wrong with an address of a channel; empty: nothing."""
    if not address:
        return "the address is missing"
    if len(address) > _LONGEST[_ADDRESS] or not address.isprintable():
        return f"the address holds characters that cannot be seen, or more than {_LONGEST[_ADDRESS]}"
    if channel == MAIL and not _is_mail_address(address):
        return "the address is no mail address"
    if channel not in (MAIL, POST) and " " in address:
        return "the address holds a space"
    return ""


def _is_mail_address(address: str) -> bool:
    """Tell whether mail can go to an address: its name in plain letters, its domain in any that DNS can hold."""
    if not _MAIL_ADDRESS.fullmatch(address) or len(address) > _LONGEST_MAIL:
        return False
    name, _, domain = address.rpartition("@")
    try:
        return name.isascii() and bool(ascii_domain(domain))
    except UnicodeError:
        return False


def _one_line(address: str) -> str:
    """Return an address of several lines as one."""
    return ", ".join(part.strip() for part in re.split(r"\r\n|\r|\n", address) if part.strip())


def _representatives(found: dict[str, Contact], lines: dict[str, Problem]) -> Iterator[Problem]:
    """Yield who is represented by somebody who is not there, or cannot do it."""
    for client, line in lines.items():
        other = found.get(found[client].represented_by) if client in found else None
        if other is None:
            yield replace(line, what="represented_by names nobody of this file")
        elif other.minor or other.represented_by:
            yield replace(line, what="represented_by names somebody who is represented, too")
