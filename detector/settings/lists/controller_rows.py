"""For which controllers the data of clients is processed, by a file of the company.

Comes in: rows of ``records.controllers``. Goes out: clients as they are written, those with a tenant behind it, and the
controllers of each: a client of several has several rows.
"""

from collections.abc import Iterator
from pathlib import Path
from sys import intern
from typing import Final

from detector.errors import ConfigError
from detector.settings.lists.csv_rows import CsvRows
from detector.settings.lists.portfolio_rows import TENANT, client_column_problem, client_of

_WHERE: Final = ("records", "controllers")
_COLUMN: Final = "controller"
_LONGEST: Final = 100


def read_controllers(path: Path) -> dict[str, tuple[str, ...]]:
    """Return for which controllers the data of each client is processed.

    Raises:
        ConfigError: With every wrong row.
    """
    found = dict[str, tuple[str, ...]]()
    rows = CsvRows(path, _WHERE)
    if problems := [rows.problem(what) for what in controller_rows(rows, found)]:
        raise ConfigError(problems)
    return found


def controller_rows(rows: CsvRows, found: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """Take in whose client each is; yield what is wrong with the row read last."""
    wrong = client_column_problem(rows) or rows.missing(_COLUMN) or rows.doubled({TENANT})
    if wrong or rows.columns[0] == _COLUMN:
        yield wrong or "the first column must hold the client's id, not the controller"
        return
    for row in rows:
        client, controller = client_of(row, rows), row.get(_COLUMN, "")
        if not client:
            yield "a row without a client's id"
        elif not controller or len(controller) > _LONGEST or not controller.isprintable():
            yield f"the name of a controller has 1 to {_LONGEST} characters that can be seen"
        else:
            found[client] = tuple(sorted({*found.get(client, ()), intern(controller)}))
