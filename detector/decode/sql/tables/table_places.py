"""What routes of the record map say of tables: which tables, how they are touched, and where the ids stand.

Comes in: a route's pattern and column. Goes out: whether what a statement touches is such a table, and the names of the
columns that say so. No statement is read here (``table_columns``): most logs have none.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

from detector.decode.sql.tables.table_touch import EVERY, PAGE, Touch

TABLE = "$table:"
"""Begin of the columns that say which rows touch a table."""
KINDS = {
    "export": "export",
    "whole delete": "delete",
    "whole update": "update",
    "much": "list",
    "delete": "delete",
    "update": "update",
    "read": "read",
    "create": "create",
    "list": "list",
}
"""What a statement may do with one of several tables, the gravest first, and the action that it is.

*whole*: every row is changed; *much*: nobody knows how much is listed, or it is more than a page.
"""


@dataclass(frozen=True, slots=True)
class TablePlace:
    """What a route says of tables.

    Attributes:
        pattern: ``schema.table``, or a table of any schema; ``*`` stands for any part of a name.
        column: Whose values are ids of clients; empty: none.
        kind: One of ``KINDS``; empty: any.
        besides: Patterns of tables that are of no client data, by routes before.
    """

    pattern: str
    column: str = ""
    kind: str = ""
    besides: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the column that says which rows it fits."""
        return f"{TABLE}{self.kind}:{self._tables}"

    @property
    def ids(self) -> str:
        """Name of the field that holds the ids."""
        return f"{TABLE}{self._tables}:{self.column}"

    @property
    def _tables(self) -> str:
        return "!".join((self.pattern, *self.besides))

    def names(self, touch: Touch) -> bool:
        """Tell whether what is touched is such a table."""
        return is_one_of(self.pattern, touch) and not any(is_one_of(one, touch) for one in self.besides)

    def fits(self, touch: Touch) -> bool:
        """Tell whether a statement touches the table in this way."""
        return (not self.kind or self._done(touch) == self.kind) and self.names(touch)

    def _done(self, touch: Touch) -> str:
        """Return the kind: who does not pick clients by their ids, lists them, whatever else they are picked by."""
        if touch.action in ("delete", "update"):
            return f"whole {touch.action}" if touch.whole else touch.action
        if touch.action not in ("list", "read") or (touch.action == "read" and self.column.lower() in touch.ids):
            return touch.action
        rows = touch.limit if touch.limit is not None else touch.named
        return "much" if touch.wide or touch.page or (rows or 0) > PAGE else "list"


def is_one_of(pattern: str, touch: Touch) -> bool:
    """Tell whether a table is one of a pattern; all tables of a schema are, where the pattern names that schema."""
    if touch.name != EVERY:
        return is_named(pattern, touch.schema, touch.name)
    wanted = pattern.lower().rpartition(".")[0]
    if wanted and touch.schema:
        return fnmatchcase(touch.schema.lower(), wanted)
    return not touch.schema or not touch.sure


@lru_cache(maxsize=4096)
def is_named(pattern: str, schema: str, name: str) -> bool:
    """Tell whether a table is one of a pattern, ``schema.table`` or a table of any schema."""
    wanted_schema, _, wanted = pattern.lower().rpartition(".")
    if not fnmatchcase(name.lower(), wanted):
        return False
    # A statement without a schema means the one of its connection, which the log does not tell.
    return not wanted_schema or not schema or fnmatchcase(schema.lower(), wanted_schema)
