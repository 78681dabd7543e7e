"""What bounds the rows of the tables of a statement: its conditions, the ids that pick rows, the number it wants.

Comes in: the tokens of one statement. Goes out: conditions by the place of the table that they bound.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from detector.decode.sql.binding.bound_tables import NO_BINDING, Binding, binding_of
from detector.decode.sql.binding.shown_queries import bounds_beyond, nested, queries_apart, unseen
from detector.decode.sql.column_aliases import ColumnAliases
from detector.decode.sql.conditions.condition_tree import columns_of, each
from detector.decode.sql.conditions.picked_rows import JOINING, Picked, bounds_surely, end_of_conditions, picked_rows
from detector.decode.sql.rows.open_conditions import UNREAD_CONDITIONS, Conditions, conditions, either, together
from detector.decode.sql.rows.row_limits import offset_of
from detector.decode.sql.table_reader import TableReader
from detector.decode.sql.tables.table_acts import NamedTable
from detector.decode.sql.tokens import Token, words

_CHANGES = words("update delete with prepare explain")
"""Verbs of statements that change rows, or hold one that does."""
_CHANGE_BOUNDS = words("join straight_join exists limit top fetch rownum tablesample current merge")
_ASKING = words("where on using")
_EMPTYING = words("truncate drop")


class RowConditions(TableReader):
    """What bounds the rows of the tables of one statement."""

    @cached_property
    def _nested(self) -> list[bool]:
        return nested(self)

    @cached_property
    def _unseen(self) -> list[bool]:
        return unseen(self)

    def _query(self, table: NamedTable) -> int:
        """Return the query in whose statement a table stands; of lists of tables it is the whole."""
        return self.queries[table.place] if table.place >= 0 else -1

    def _shown_conditions(self) -> dict[int, Conditions]:
        """Return the conditions of what is shown, by the columns that their names stand for, and by their place."""
        hidden = self._nested
        places = [at for at, word in enumerate(self.words) if word == "where" and not hidden[at]]
        found = {at: self.tokens[at + 1 : end_of_conditions(self, at + 1)[0]] for at in places}
        if self.words.count("select") < 2:
            return {at: conditions(tokens) for at, tokens in found.items()}
        others = ColumnAliases(self, hidden)
        return {at: conditions(others.resolved(at, tokens), qualified=False) for at, tokens in found.items()}

    def _open_where(self, tables: Sequence[NamedTable]) -> dict[int, Conditions]:
        """Return the conditions of a query that bound each of its tables, by the place of these."""
        words = self.words
        if not JOINING.isdisjoint(words) or any(one.renamed for one in self.tables):
            return {one.place: UNREAD_CONDITIONS for one in tables}
        found, more = self._shown_conditions(), [UNREAD_CONDITIONS] if "tablesample" in words else []
        apart = list(queries_apart(self))
        if not apart:
            return dict.fromkeys((one.place for one in tables), together([*found.values(), *more]))
        return {
            one.place: together([*(each for at, each in found.items() if bounds_beyond(apart, at, one.place)), *more])
            for one in tables
        }

    def _changed_where(self, head: str, tables: Sequence[NamedTable]) -> Conditions | None:
        """Return the conditions of a change of rows that nothing else bounds; of several changes those of any."""
        changed = [table for table in tables if _changes(table)]
        if not changed:
            return None
        if self.handed:
            return together([])
        if head == "merge":
            return self._merged_where(tables)
        if head in _EMPTYING:
            return together([]) if "view" not in self.words else None
        if head not in _CHANGES:
            return None
        queries = {self._query(table): table for table in changed}
        found = [self._changed_in(query, table, tables) for query, table in queries.items()]
        return either([one for one in found if one is not None])

    def _changed_in(self, query: int, changed: NamedTable, tables: Sequence[NamedTable]) -> Conditions | None:
        """Return the conditions of the change that a query is; other tables bound what they name beside its own."""
        places = [at for at, where in enumerate(self.queries) if where == query]
        words = {self.words[at] for at in places}
        if not (_CHANGE_BOUNDS | JOINING).isdisjoint(words):
            return None
        wheres = [at for at in places if self.words[at] == "where"]
        tokens = [self.tokens[at + 1 : end_of_conditions(self, at + 1)[0]] for at in wheres]
        found = together([conditions(one) for one in tokens])
        if len([one for one in tables if one.place in places or one.place < 0]) == 1 or not found.columns:
            return found
        named = {name.rpartition(".")[0] for one in each(found.root) for name in columns_of(one.tokens)}
        about_others = named.isdisjoint(("", changed.name.lower(), changed.alias.lower()))
        return together([]) if about_others else None

    def _merged_where(self, tables: Sequence[NamedTable]) -> Conditions | None:
        """Return the condition of a MERGE that changes rows of its table whatever those of the other are."""
        words = self.words
        on, when = (words.index(word) if word in words else -1 for word in ("on", "when"))
        behind = words[when:] if 0 < on < when else []
        if not {"update", "delete"}.isdisjoint(behind[1:]) and "and" not in behind:
            if "source" in behind:  # WHEN NOT MATCHED BY SOURCE
                return together([])
            found = conditions(self.tokens[on + 1 : when])
            named = {name.rpartition(".")[0] for one in each(found.root) for name in columns_of(one.tokens)}
            alone = {tables[0].name.lower(), tables[0].alias.lower()}
            return found if named <= alone or not found.columns else None
        return None

    def _conditions(self, *, qualified: bool, hidden: Sequence[bool] = ()) -> list[Conditions]:
        """Return the conditions of each WHERE, but for those in queries that are not shown."""
        places = [at for at, word in enumerate(self.words) if word == "where" and not (hidden and hidden[at])]
        found = (self.tokens[at + 1 : end_of_conditions(self, at + 1)[0]] for at in places)
        return [conditions(tokens, qualified=qualified) for tokens in found]

    def _offset(self) -> Token | None:
        return offset_of(self, (node for one in self._conditions(qualified=True) for node in each(one.root)))

    def _binding(self, tables: Sequence[NamedTable]) -> Binding:
        """Return what binds the tables of a query; of several that UNION joins within it nobody knows."""
        asked = not _ASKING.isdisjoint(self.words) and JOINING.isdisjoint(self.words)
        if not asked or any(one.renamed for one in tables):
            return NO_BINDING
        return binding_of(self, tables, self._nested, self._unseen)

    def _picked(self, tables: Sequence[NamedTable]) -> tuple[Picked, ...]:
        """Return what surely picks all rows that are touched."""
        renamed = any(one.renamed for one in tables)
        if not self._where or not tables or renamed or not bounds_surely(self):
            return ()
        return tuple(picked_rows(self, *self._where))

    def _by_alias(self) -> list[NamedTable]:
        """Return tables with what is done to one by its alias: ``UPDATE a … FROM clients a``."""
        tables = self.tables
        changed = {(self._query(one), one.name): one.action for one in tables if not one.schema and _changes(one)}
        if not changed or len(tables) == 1:
            return tables
        listed = ((self._query(one), one) for one in tables if one.action == "list")
        aliased = {(query, one.alias): one for query, one in listed if (query, one.alias) in changed}
        return [
            replace(one, action=changed[key]) if aliased.get(key := (self._query(one), one.alias)) is one else one
            for one in tables
            if not (_changes(one) and not one.schema and (self._query(one), one.name) in aliased)
        ]


def _changes(table: NamedTable) -> bool:
    return table.action in ("update", "delete")
