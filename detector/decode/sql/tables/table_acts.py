"""What a statement does with tables by their names alone: new names, other schemas, grants, drops, backups, COPY.

Comes in: a statement. Goes out: ``NamedTable``s. Queries, and changes of rows, are read by ``statement_plan``.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from detector.decode.sql.tables.table_touch import EVERY
from detector.decode.sql.tokens import Statement, Token, words

NOT_ALIAS = words(
    "where on using set join inner left right full cross natural group order limit offset fetch for union except"
    " intersect having window returning values select from into when as with table tablesample to default partition use"
    " ignore force straight_join"
)
"""Words behind a table's name that are no alias of it."""
_HANDED = words("attach exchange inherit rename schema switch transfer")
"""Words by which ALTER TABLE makes a table readable by another name."""
_NO_GRANT = words("all database domain foreign function language parameter procedure schema sequence type")


@dataclass(frozen=True, slots=True)
class NamedTable:
    """A table as the statement names it; ``group``: of the WHERE that its rows must meet; ``place``: of its name.

    ``counted``: only figures about its rows are shown. ``nested``: it stands in a query within a condition or a column.
    ``limit``: where the number of its rows stands that are wanted at most. ``renamed``: its columns have other names.
    """

    schema: str
    name: str
    alias: str
    action: str
    group: int = 0
    place: int = -1
    counted: bool = False
    nested: bool = False
    limit: Token | None = None
    renamed: bool = False


class TableActs(Statement):
    """A statement, and the tables it names.

    Attributes:
        tables: What was found.
        handed: They go by another name, to another schema, or become part of another table.
        dropped: Schemas that are dropped with all tables in them.
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        super().__init__(tokens)
        self.tables: list[NamedTable] = []
        self.handed = False
        self.dropped: list[tuple[str, str]] = []

    def read_head(self, head: str, at: int) -> None:
        """Take the tables of statements that change what tables are, or who may read them."""
        words = self.words
        if head == "handler" and "close" not in words:
            self._opened(at + 1)
        elif "publication" in words[at + 1 : at + 2] and head in ("alter", "create"):
            self._published()
        elif head in ("alter", "rename"):
            self._renaming(head, at + 1)
        elif self._takes_all(head, at):
            self.tables.append(NamedTable("", EVERY, "", "export"))
        elif head == "create":
            self._created()
        elif head == "flush" and words[-2:] == ["for", "export"]:
            self.read_list(self.skipped(at + 1 + (self.word(at + 1) == "tables")), "export")
        elif head == "grant" and "on" in words and "to" in words:
            self._granted(words.index("on") + 1)

    def _published(self) -> None:
        """Take the tables whose rows a publication sends to other servers: ``FOR TABLE a, b``, ``ADD TABLE ONLY a``."""
        if "tables" in self.words:
            self.tables.append(NamedTable("", EVERY, "", "export"))
        for at, word in enumerate(self.words):
            begins = word == "table" and self.words[at - 1] in ("for", "add", "set")
            if begins or (self.sign(at) == "," and self.brackets[at] < 0):
                _, table = self.read_name(self.skipped(at + 1))
                self.tables += [NamedTable(*table, table[1], "export")] if table else []

    def _created(self) -> None:
        """Take the tables that another one is made of, or shows, without a query."""
        words = self.words
        if "synonym" in words and "for" in words:
            self.read_list(words.index("for") + 1, "export")
        elif "engine" in words and "union" in words:  # of MySQL
            self.read_list(words.index("union") + 3, "export")
        elif "clone" in words:
            self.read_list(words.index("clone") + 1, "export")

    def _opened(self, at: int) -> None:
        """Take the table that HANDLER reads, or opens by a name of its own, by which it is read afterwards."""
        behind, _ = self.read_name(at)
        named = self.word(behind) == "as" or (self.word(behind) == "open" and behind + 1 < len(self.tokens))
        self.read_list(at, "export" if named else "list")

    def _takes_all(self, head: str, at: int) -> bool:
        """Tell whether all tables are copied: by a backup, a publication of all, a database made like another."""
        words, behind = self.words, self.word(at + 1)
        if head == "create" and behind in ("database", "schema"):
            copied = {"snapshot", "copy"} & set(words) and "of" in words
            if copied or "clone" in words:
                return True
        if head == "create" and behind == "database" and "template" in words:
            place = words.index("template") + 1
            return self.word(place + (self.sign(place) == "=")) not in ("template0", "template1")
        return head == "base_backup" or (head == "backup" and behind == "database")

    def read_whole(self, databases: Collection[str], schemas: Collection[str]) -> None:
        """Take all tables where functions show those of a database, or of a schema that no value names."""
        for at, word in enumerate(self.words):
            named = word in schemas and at + 2 < len(self.tokens) and self.tokens[at + 2].kind == "value"
            if (word in databases or word in schemas) and not named and self.sign(at + 1) == "(":
                self.tables.append(NamedTable("", EVERY, "", "export"))

    def imported(self, at: int) -> Iterator[tuple[str, str]]:
        """Yield tables of another server that IMPORT FOREIGN SCHEMA shows, or all of its schema."""
        words = self.words
        if self.word(at) != "import" or self.word(at + 2) != "schema":
            return
        _, schema = self.read_name(at + 3)
        if schema is None:
            return
        if "limit" not in words:
            yield schema[1], EVERY
            return
        place = words.index("limit") + 3
        while place < len(self.tokens):
            place, table = self.read_name(place)
            if table is None:
                return
            yield schema[1], table[1]
            place += 1

    def _granted(self, at: int) -> None:
        """Take the tables behind ``GRANT … ON``; SQL Server may say ``OBJECT::`` before one."""
        at += 3 if self.word(at) == "object" and self.sign(at + 1) == ":" else 0
        if self.word(at) not in _NO_GRANT:
            self.read_list(at + (self.word(at) == "table"), "update")

    def _renaming(self, head: str, at: int) -> None:
        if head == "rename":
            self._renamed(self.skipped(at + (self.word(at) == "tables")))
        elif not _HANDED.isdisjoint(self.words) or (self.word(at) == "database" and "modify" in self.words):
            self._altered(at)

    def _altered(self, at: int) -> None:
        """Take what ALTER gives another name or place, and what becomes part of another table."""
        words = self.words
        if self.word(at) == "schema" and "transfer" in words:
            place = words.index("transfer") + 1
            self.read_list(place + (3 if self.sign(place + 1) == ":" else 0), "update")
            self.handed = True
            return
        if self.word(at) in ("schema", "database") and ("rename" in words or {"modify", "name"} <= set(words)):
            self._with_all_tables(at + 1, self.word(at), "update")
            self.handed = True
            return
        at += self.word(at) in ("foreign", "materialized")
        if self.word(at) not in ("table", "view"):
            return
        behind = self.read_list(self.skipped(at + 1), "update")
        self.handed = not self._renames_column(behind)
        if "attach" in words:
            place = words.index("attach") + 1
            self.read_list(place + (self.word(place) == "partition"), "update")
        elif "exchange" in words and "with" in words:
            self.read_list(words.index("with") + 2, "update")

    def _renames_column(self, at: int) -> bool:
        """Tell whether ALTER TABLE gives a column or an index another name: ``RENAME a TO b``."""
        while self.word(at) == "*":
            at += 1
        return self.word(at) == "rename" and self.word(at + 1) not in ("to", "as") and "to" in self.words[at:]

    def _renamed(self, at: int) -> None:
        """Take the tables of ``RENAME a TO b, c TO d``."""
        self.handed = True
        while True:
            at, table = self.read_name(at)
            if table is None:
                return
            self.tables.append(NamedTable(*table, table[1], "update"))
            if self.word(at) != "to":
                return
            at, _ = self.read_name(at + 1)
            if self.sign(at) != ",":
                return
            at += 1

    def skipped(self, at: int) -> int:
        """Return the place behind words before a table's name."""
        while self.word(at) in ("table", "only", "binary", "if", "exists", "view"):
            at += 1
        return at

    def read_copy(self, at: int) -> None:
        """Take the table that COPY names at once."""
        at = self.skipped(at)
        _, table = self.read_name(at)
        if self.sign(at) != "(" and table is not None:
            self.tables.append(NamedTable(*table, table[1], "export" if "to" in self.words else "create"))

    def read_list(self, at: int, action: str) -> int:
        """Take names that stand in a list."""
        while True:
            at, table = self.read_name(at)
            if table is not None:
                self.tables.append(NamedTable(*table, table[1], action))
            if self.sign(at) != "," or table is None:
                return at
            at = at + 1 + (self.word(at + 1) == "only")

    def read_drop(self, at: int, behind: str) -> int:
        """Take the tables or schemas that DROP names; return the place behind them."""
        if not {behind, self.word(at + 2)}.isdisjoint(("table", "view")):
            return self.read_list(self.skipped(at + 1 + (behind not in ("table", "view"))), "delete")
        if behind in ("schema", "database") or (behind == "user" and "cascade" in self.words):
            return self._with_all_tables(self.skipped(at + 2), behind, "delete")
        return at + 1

    def _with_all_tables(self, at: int, kind: str, action: str) -> int:
        """Take schemas that are dropped or renamed: which tables were in them is known where routes name schemas."""
        begin = len(self.tables)
        at = self.read_list(at, action)
        schemas = [one.name for one in self.tables[begin:]]
        self.tables[begin:] = [NamedTable(one, EVERY, "", action) for one in schemas]
        self.dropped = [("" if kind == "database" else one, EVERY) for one in schemas]
        return at

    def read_name(self, at: int) -> tuple[int, tuple[str, str] | None]:
        """Read a name of up to four parts; return what is behind it, its schema and its last part."""
        parts: list[str] = []
        at += self.sign(at) == "."
        while at < len(self.tokens) and self.tokens[at].kind in ("word", "name"):
            if not parts and self.word(at) in NOT_ALIAS:
                break
            parts.append(self.tokens[at].text)
            at += 1
            while self.sign(at) == ".":
                at += 1
            if self.sign(at - 1) != ".":
                break
        return at, ((parts[-2] if len(parts) > 1 else ""), parts[-1]) if parts else None
