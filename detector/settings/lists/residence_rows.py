"""Where clients live, by a file of the company.

Comes in: rows of ``records.residence``, or of the file of contacts where there is no other. Goes out: clients as they
are written, those with a tenant behind it, and the country or region of each. A cell that is empty says nothing.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from sys import intern
from typing import Final

from detector.errors import ConfigError
from detector.settings.lists.csv_rows import CsvRows
from detector.settings.lists.portfolio_rows import TENANT, client_column_problem, client_of
from detector.settings.places import PLACE, unknown_place

_PLACE: Final = re.compile(PLACE)
_WHERE: Final = ("records", "residence")
_COLUMN: Final = "residence"
COUNTRY: Final = "country"
CHANNEL: Final = "channel"
"""What a file of contacts has and one of residences has not."""
_SHOWN: Final = 80


def read_residences(path: Path) -> dict[str, str]:
    """Return which client lives where; nobody, where a file of contacts has no column that says so.

    Raises:
        ConfigError: With every wrong row.
    """
    found = dict[str, str]()
    rows = CsvRows(path, _WHERE)
    column = _COLUMN
    if _COLUMN not in rows.columns and CHANNEL in rows.columns:
        if COUNTRY not in rows.columns:
            return found
        column = COUNTRY
    if problems := [rows.problem(what) for what in residence_rows(rows, found, column)]:
        raise ConfigError(problems)
    return found


def residence_rows(rows: CsvRows, found: dict[str, str], column: str = _COLUMN) -> Iterator[str]:
    """Take in where clients live; yield what is wrong with the row read last."""
    wrong = client_column_problem(rows) or rows.missing(column) or rows.doubled({TENANT})
    if wrong or rows.columns[0] == column:
        yield wrong or "the first column must hold the client's id, not the residence"
        return
    for row in rows:
        client, place = client_of(row, rows), row.get(column, "").upper()
        if not client:
            yield "a row without a client's id"
        elif wrong := place_problem(place):
            yield wrong
        elif place and found.setdefault(client, intern(place)) != place:
            yield "the client of a row above, with another residence"


def place_problem(place: str) -> str:
    """Return why a cell names no country or region; empty: it does, or is empty."""
    if not place:
        return ""
    if not _PLACE.fullmatch(place):
        return f"{place[:_SHOWN]!r} is no place: two letters of a country, and its region behind them (US-CA)"
    unknown = unknown_place(place)
    return f"{unknown[0]}: {unknown[1]}" if unknown else ""
