"""What a statement does with one table: a value that says whose rows, how many, and what is not known of it.

Comes in: what a statement says. Goes out: a ``Touch``. Statements are read in ``statement_tables``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

EVERY = "*"
"""Name of all tables of a schema, or of the database."""
_NONE: frozenset[str] = frozenset()
_CHANGING = ("update", "delete")
PAGE = 100
"""Rows of a limit that programs choose for what a screen shows: who looks for something sees about as many."""


@dataclass(frozen=True, slots=True)
class Touch:
    """What a statement does with one table.

    Attributes:
        schema / name: Of the table, as written (lower case where not quoted); the schema may be empty.
        action: read, list, create, update, delete or export; a query whose conditions bound nothing exports.
        ids: Values its rows are picked by, by column.
        sure: False: the name stands in a statement that was not understood, and may be that of anything.
        unbounded: Columns one of which may be the column of ids: then a list is an export, because nothing bounds it.
        wide: Columns one of which may be that column: then nobody knows how much of the table was read.
        asked: Columns that its query asks about; where none of them is that column, what "" says counts.
        limit: How many rows a list holds at most, by its limit.
        page: It goes on behind other rows of its query: these are as many as its limit says.
        statement: Which of the statements does it; those in strings have a number of their own.
        figure: Only the number of its rows is shown.
        named: How many values it names, where that is more than a page, and nothing says how many rows it holds.
        gathered: More of its rows are read than are returned.
        whole: It changes or deletes every row, or nearly: nothing bounds it.
    """

    schema: str
    name: str
    action: str
    ids: Mapping[str, tuple[str, ...]]
    sure: bool = True
    unbounded: frozenset[str] = frozenset()
    wide: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    limit: int | None = None
    page: bool = False
    statement: tuple[int, ...] = ()
    figure: bool = False
    named: int | None = None
    gathered: bool = False
    whole: bool = False

    def for_column(self, columns: Collection[str]) -> "Touch":
        """Return what it is where the ids of clients stand in one of some columns."""
        asked = self.asked.intersection(columns) or {""}
        is_open, is_wide = not asked.isdisjoint(self.unbounded), not asked.isdisjoint(self.wide)
        if self.action in _CHANGING:
            return replace(self, whole=is_open)
        if self.limit is not None:
            # What other conditions leave may be less than a limit that is never reached.
            reached = is_open or is_wide or self.page or self.limit <= PAGE
            return replace(self, limit=self.limit if reached else None, wide=_NONE)
        action = "export" if is_open and self.action in ("list", "read") else self.action
        return replace(self, action=action, wide=self.wide if is_wide and not is_open else _NONE)
