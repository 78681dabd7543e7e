"""What stands in the FROM of each query of a statement: tables, and queries in brackets or of WITH by their names.

Comes in: a statement and its tables. Goes out: which table a column is of, through the names that queries give theirs.
"""

from collections.abc import Sequence
from typing import NamedTuple

from detector.decode.sql.column_aliases import ColumnAliases
from detector.decode.sql.tables.table_acts import NOT_ALIAS, NamedTable
from detector.decode.sql.tokens import Statement, words

_FROM = words("from join straight_join apply lateral using")
_NAMED = ("word", "name")
_DEEP = 16
"""Queries within queries that a name is followed through."""


class Item(NamedTuple):
    """A table (``query`` is None), or the query in the bracket ``query``, in the FROM of another one."""

    place: int
    alias: str
    query: int | None


class ItemColumn(NamedTuple):
    """A column of the table that is named at a place; ``query``: of any of the tables of that query."""

    place: int
    name: str
    query: int | None = None


class QueryItems:
    """The items of queries.

    Args:
        statement: The statement.
        tables: Those that are shown.
        hidden: Where queries stand that are in no FROM.

    Attributes:
        within: Items by the bracket of their query.
    """

    def __init__(self, statement: Statement, tables: Sequence[NamedTable], hidden: Sequence[bool]) -> None:
        self._statement, self._hidden = statement, hidden
        self._many = statement.words.count("select") > 1
        self._aliases = ColumnAliases(statement, hidden) if self._many else None
        self.within: dict[int, list[Item]] = {}
        queries = self._queries() if self._many else {}
        named = {name: query for query, (name, is_with) in queries.items() if is_with}
        for one in tables:
            if one.place >= 0 and one.action != "create":
                query = named.get(one.name.lower()) if not one.schema else None
                self._add(statement.queries[one.place], Item(one.place, one.alias.lower(), query))
        for query, (name, is_with) in queries.items():
            if not is_with:
                self._add(statement.queries[query - 1] if query else -1, Item(query, name, query))
        self._by_alias: dict[tuple[int, str], Item | None] = {}
        for query, items in self.within.items():
            items.sort(key=lambda item: item.place)
            for item in items:  # of two by one name nobody knows which is meant
                key = (query, item.alias)
                self._by_alias[key] = None if key in self._by_alias else item

    def _add(self, query: int, item: Item) -> None:
        self.within.setdefault(query, []).append(item)

    def _queries(self) -> dict[int, tuple[str, bool]]:
        """Return the brackets that hold queries, with their names, and whether WITH gives them."""
        statement, found = self._statement, dict[int, tuple[str, bool]]()
        closes = self._closes()
        for query in dict.fromkeys(statement.queries):
            if query < 0 or self._hidden[query]:
                continue
            before = statement.word(query - 1)
            if before == "as" or (before == "materialized" and "as" in statement.words[query - 3 : query]):
                at = query - 1
                while at > 0 and statement.words[at] in ("as", "materialized", "not"):
                    at -= 1
                if statement.tokens[at].kind in _NAMED:
                    found[query] = (statement.tokens[at].text.lower(), True)
            elif before in _FROM or statement.sign(query - 1) in (",", "("):
                at = closes.get(query, len(statement.tokens)) + 1
                at += statement.word(at) == "as"
                named = at < len(statement.tokens) and statement.tokens[at].kind in _NAMED
                found[query] = (
                    statement.tokens[at].text.lower() if named and statement.words[at] not in NOT_ALIAS else "",
                    False,
                )
        return found

    def _closes(self) -> dict[int, int]:
        around = self._statement.brackets
        before = zip([-1, *around], enumerate(self._statement.signs), strict=False)
        return {bracket: at for bracket, (at, sign) in before if sign == ")" and bracket >= 0}

    def column(self, query: int, qualifier: str, name: str, deep: int = _DEEP) -> ItemColumn | None:
        """Return the column that a name means in a query; None where nobody knows."""
        items = self.within.get(query, [])
        if not qualifier and len(items) != 1:
            return ItemColumn(-1, name, query) if items else None
        item = self._by_alias.get((query, qualifier)) if qualifier else items[0]
        if item is None:
            return None
        if item.query is None:
            return ItemColumn(item.place, name)
        if not deep or self._aliases is None:
            return None
        source = self._aliases.source(item.query, name)
        if source is None:
            return self.column(item.query, "", name, deep - 1)
        if any(token.kind not in _NAMED and token.text != "." for token in source) or not source:
            return None
        table = source[-3].text.lower() if len(source) > 2 else ""
        return self.column(item.query, table, source[-1].text.lower(), deep - 1)

    def around(self, query: int, qualifier: str, name: str) -> ItemColumn | None:
        """Return the column of a table of the queries around one, the nearest first; None where none is so called."""
        while query > 0:
            query = self._statement.queries[query - 1]
            if (query, qualifier) in self._by_alias:
                return self.column(query, qualifier, name)
        return None
