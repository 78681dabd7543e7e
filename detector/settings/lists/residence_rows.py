"""Where clients live, by a file of the company.

Comes in: rows of ``records.residence``. Goes out: clients as they are written, those with a tenant behind it, and the
country or region of each. A cell that is empty says nothing.
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
_SHOWN: Final = 80


def read_residences(path: Path) -> dict[str, str]:
    """Return which client lives where.

    Raises:
        ConfigError: With every wrong row.
    """
    found = dict[str, str]()
    rows = CsvRows(path, _WHERE)
    if problems := [rows.problem(what) for what in residence_rows(rows, found)]:
        raise ConfigError(problems)
    return found


def residence_rows(rows: CsvRows, found: dict[str, str]) -> Iterator[str]:
    """Take in where clients live; yield what is wrong with the row read last."""
    wrong = client_column_problem(rows) or rows.missing(_COLUMN) or rows.doubled({TENANT})
    if wrong or rows.columns[0] == _COLUMN:
        yield wrong or "the first column must hold the client's id, not the residence"
        return
    for row in rows:
        client, place = client_of(row, rows), row.get(_COLUMN, "").upper()
        if not client:
            yield "a row without a client's id"
        elif place and not _PLACE.fullmatch(place):
            yield f"{place[:_SHOWN]!r} is no place: two letters of a country, and its region behind them (US-CA)"
        elif place and (unknown := unknown_place(place)):
            yield f"{unknown[0]}: {unknown[1]}"
        elif place and found.setdefault(client, intern(place)) != place:
            yield "the client of a row above, with another residence"
