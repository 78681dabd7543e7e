"""Which tables of a query are bound: by a condition that all their rows must meet and that plainly picks some of them.

Comes in: a statement, its tables and conditions. Goes out: ``Binding``. A table is bound by

- a plain condition on a column of its own (``plain_condition``), named by its alias, or alone where no other table
  stands, that AND joins to all others of a WHERE, or of an ON that concerns it;
- the equality of a column with one of a table that is bound.

Of an outer join the side that is kept whole is bound by no condition of its ON. A column without the name of a table,
where several stand, is one of all of them if they are joined with each other, or of the one whose ids it holds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from detector.decode.sql.binding.plain_condition import Link, link, plain, with_placeholders
from detector.decode.sql.binding.query_items import ItemColumn, QueryItems
from detector.decode.sql.column_names import has_few_values, identifies, says_yes_or_no
from detector.decode.sql.conditions.condition_tree import Node, columns_of, tree_of
from detector.decode.sql.conditions.picked_rows import AFTER, end_of_conditions
from detector.decode.sql.conditions.selectivity import Asked, Selectivity
from detector.decode.sql.tables.table_acts import NamedTable
from detector.decode.sql.tokens import Statement, Token, words

_JOINS = words("join straight_join apply")
_BEFORE_JOIN = words("left right full inner cross natural outer")
_ON_ENDS = AFTER | words("join straight_join inner cross natural left right full on using apply when commit end")
_MANY = 64
"""Columns of plain conditions, so many that none of them is taken for the one of ids."""
UNSAID = Token("parameter", "$0")
"""The condition of who writes a statement for what a log says otherwise, and leaves out what bounds it."""
_KEYS = words("code key pk ref")
_NAMED = ("word", "name")
_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A plain condition (``node``, without the name of the table), or others joined by ``word``."""

    word: str = ""
    parts: tuple["_Leaf", ...] = ()
    column: ItemColumn | None = None
    kind: str = ""
    node: Node = field(default_factory=Node)


@dataclass(frozen=True, slots=True)
class _Reach:
    """Which tables a condition may bind, by the places of the first and the last.

    ``strict``: the query whose rows it leaves out where the table has none, as a WHERE does and an ON does not.
    """

    first: int = 0
    last: int = 1 << 30
    strict: int | None = None

    def holds(self, place: int) -> bool:
        return self.first <= place <= self.last


class _Step(NamedTuple):
    """Which table is bound as another one is; of outer joins, only if nulls of that one are left out of their query.

    A condition within the query that is joined leaves them out before they come.
    """

    table: int
    needs_strict: int | None
    gives_strict: bool


@dataclass(frozen=True, slots=True)
class Binding:
    """What binds the tables of a statement.

    Attributes:
        leaves: Conditions, and what they may bind.
        links: Tables by the places of those that they are joined with.
        joined: Queries all tables of which are joined with each other.
        within: Places of tables, by the query they stand in.
        columns: Those of plain conditions: whether they bind may depend on which is the one of ids.
    """

    leaves: tuple[tuple[_Leaf, _Reach], ...] = ()
    links: Mapping[int, tuple[_Step, ...]] = field(default_factory=dict)
    joined: frozenset[int] = frozenset()
    within: Mapping[int, frozenset[int]] = field(default_factory=dict)
    columns: frozenset[str] = frozenset()


NO_BINDING = Binding()


class BoundTables:
    """The tables that a statement binds with its values."""

    def __init__(self, binding: Binding, asked: Asked) -> None:
        self._binding, self._asked = binding, asked
        self._found: dict[str, tuple[frozenset[int], frozenset[int]]] = {}
        self._known: dict[tuple[int, str], bool] = {}

    @property
    def columns(self) -> frozenset[str]:
        """Those of plain conditions."""
        return self._binding.columns

    def holds(self, place: int, column: str) -> bool:
        """Tell whether the table named at a place is bound where clients are picked by a column ("": any other)."""
        column = column if column in self._binding.columns else ""
        if column not in self._found:
            self._found[column] = self._bound(column)
        bound, own = self._found[column]
        return place in bound or any(place in self._binding.within[query] for query in own)

    def _bound(self, column: str) -> tuple[frozenset[int], frozenset[int]]:
        """Return the tables that are bound, and queries of which the table is that has the column of ids."""
        steps: list[tuple[int, int | None]] = []
        own: set[int] = set()
        for leaf, reach in self._binding.leaves:
            tables, queries = self._read(leaf, column)
            own |= queries
            steps += ((table, reach.strict) for table in tables if reach.holds(table))
        found: set[tuple[int, int | None]] = set()
        while steps:
            step = steps.pop()
            if step in found:
                continue
            found.add(step)
            table, strict = step
            steps += (
                (to.table, strict if to.gives_strict else None)
                for to in self._binding.links.get(table, ())
                if to.needs_strict in (None, strict)
            )
        return frozenset(table for table, _ in found), frozenset(own)

    def _read(self, leaf: _Leaf, column: str) -> tuple[frozenset[int], frozenset[int]]:
        """Return the tables that a condition binds, and queries of which it binds that with the column of ids."""
        if leaf.parts:
            found = [self._read(part, column) for part in leaf.parts]
            join = _NONE.union if leaf.word == "and" else found[0][0].intersection
            joined = _NONE.union if leaf.word == "and" else found[0][1].intersection
            return join(*(tables for tables, _ in found)), joined(*(queries for _, queries in found))
        within = self._binding.within
        if leaf.column is None:
            said = leaf.node.tokens == (UNSAID,) or self._asked.is_never(leaf.node)
            return (_NONE.union(*within.values()) if said else _NONE), _NONE
        where = leaf.column
        if not self._picks(leaf, column):
            return _NONE, _NONE
        if where.query is None:
            return frozenset((where.place,)), _NONE
        own = frozenset((where.query,)) if where.name == column else _NONE
        return (within[where.query] if where.query in self._binding.joined else _NONE), own

    def _picks(self, leaf: _Leaf, column: str) -> bool:
        """Tell whether a plain condition picks some rows alone: a range does of ids, a pattern if it is none."""
        name = leaf.column.name if leaf.column else ""
        if name != column and leaf.kind == "range":
            return False
        if name != column and column:
            return self._picks(leaf, "")
        if (found := self._known.get((id(leaf), column))) is None:
            found = self._known[id(leaf), column] = self._asks_for_some(leaf, column)
        return found

    def _asks_for_some(self, leaf: _Leaf, column: str) -> bool:
        if leaf.kind == "like" and not self._asked.is_plain_pattern(leaf.node.tokens):
            return False
        return self._asked.leaves(leaf.node, column) is Selectivity.SOME


def binding_of(
    statement: Statement, tables: Sequence[NamedTable], nested: Sequence[bool], hidden: Sequence[bool]
) -> Binding:
    """Return what binds the tables of a statement.

    Args:
        statement: The statement.
        tables: Its tables.
        nested: Where queries stand that are in no FROM.
        hidden: Those of them that are not shown.
    """
    return _Joins(statement, tables, nested, hidden).binding()


class _Joins:
    """Reads the conditions of a statement's queries."""

    def __init__(
        self, statement: Statement, tables: Sequence[NamedTable], nested: Sequence[bool], hidden: Sequence[bool]
    ) -> None:
        self._statement, self._hidden = statement, hidden
        self._items = QueryItems(statement, [one for one in tables if one.place < 0 or not hidden[one.place]], nested)
        self._leaves: list[tuple[_Leaf, _Reach]] = []
        self._links: dict[int, list[_Step]] = {}
        self._pairs: dict[int, int] = {}

    def binding(self) -> Binding:
        """Return what all of them bind."""
        statement = self._statement
        for at, end, outer, reach in self._places():
            query = statement.queries[at]
            if statement.words[at] == "using":
                self._shared(at, query, outer, reach)
            else:
                conditions = tuple(_together(tree_of(with_placeholders(statement.tokens[at + 1 : end]))))
                self._both_ends(conditions, query, reach)
                for node in conditions:
                    self._read(node, query, outer, reach)
        within = {
            query: frozenset(item.place for item in items if item.query is None)
            for query, items in self._items.within.items()
        }
        names = frozenset(leaf.column.name for leaf in _each([leaf for leaf, _ in self._leaves]) if leaf.column)
        return Binding(
            tuple(self._leaves),
            {place: tuple(found) for place, found in self._links.items()},
            frozenset(query for query in within if self._is_joined(query)),
            within,
            names if len(names) <= _MANY else frozenset(("",)),
        )

    def _places(self) -> Iterator[tuple[int, int, str, _Reach]]:
        """Yield where conditions stand, where they end, the kind of join they are of, and what they may bind."""
        statement = self._statement
        pending: dict[int, list[int]] = {}
        for at, word in enumerate(statement.words):
            if not word or self._hidden[at]:
                continue
            bracket = statement.brackets[at]
            if word == "where":
                yield at, end_of_conditions(statement, at + 1)[0], "", _Reach(strict=statement.queries[at])
            elif word in _JOINS:
                pending.setdefault(bracket, []).append(at)
            elif word in ("on", "using") and pending.get(bracket):
                join = pending[bracket].pop()
                outer = self._outer(join)
                reaches = {
                    "left": _Reach(join, at),
                    "right": _Reach(0, join),
                    "full": _Reach(1, 0),
                }
                yield at, self._end_of_on(at + 1), outer, reaches.get(outer, _Reach())

    def _outer(self, join: int) -> str:
        """Return which side of a join is kept whole; empty for none."""
        at = join - 1
        while self._statement.word(at) in _BEFORE_JOIN:
            if self._statement.words[at] in ("left", "right", "full"):
                return self._statement.words[at]
            at -= 1
        return ""

    def _end_of_on(self, at: int) -> int:
        """Return where the conditions of an ON end."""
        statement, depth = self._statement, 0
        for place in range(at, len(statement.tokens)):
            sign = statement.sign(place)
            depth += (sign == "(") - (sign == ")")
            ends = sign == "," or (statement.words[place] in _ON_ENDS and statement.sign(place + 1) != "(")
            if depth < 0 or (not depth and ends):
                return place
        return len(statement.tokens)

    def _shared(self, at: int, query: int, outer: str, reach: _Reach) -> None:
        """Join the tables of ``a JOIN b USING (x)``, where two stand."""
        name = self._statement.tokens[at + 2].text.lower() if at + 2 < len(self._statement.tokens) else ""
        items = self._items.within.get(query, [])
        if len(items) == 2 and _joins(name, name):
            one, other = (self._items.column(query, item.alias, name) for item in items)
            self._link(one, other, outer, reach, query)

    def _both_ends(self, conditions: Sequence[Node], query: int, reach: _Reach) -> None:
        """Take the two ends of a range of ids: ``id >= 10 AND id < 20``."""
        ends: dict[ItemColumn, list[Node]] = {}
        for node in conditions:
            names = columns_of(node.tokens) if not node.negated and _is_end(node.tokens) else frozenset[str]()
            if len(names) == 1:
                qualifier, _, name = next(iter(names)).rpartition(".")
                column = self._items.column(query, qualifier, name)
                if column is not None:
                    ends.setdefault(column, []).append(_unqualified(node, name, column))
        for column, parts in ends.items():
            if len(parts) > 1:
                leaf = _Leaf(column=column, kind="range", node=Node("and", tuple(parts)))
                self._leaves.append((leaf, reach))

    def _read(self, node: Node, query: int, outer: str, reach: _Reach) -> None:
        found = None if node.negated or node.parts else link(node.tokens)
        if found is None:
            leaf = self._leaf(node, query)
            if leaf is not None:
                self._leaves.append((leaf, reach))
            return
        left, right = (self._items.column(query, *side) for side in (found.left, found.right))
        meant = (one.name for one in (left, right) if one)
        if not _joins(found.left[1], found.right[1], *meant):
            return
        for own, other, (qualifier, name) in ((left, right, found.right), (right, left, found.left)):
            if own and not other and own.query is None and qualifier:
                source = self._items.around(query, qualifier, name)
                if source and source.query is None:  # few for each row around; what is around stays as it is
                    self._add(source.place, own.place, needs=None, gives=False)
        if found.optional:
            self._optional(found, left, right, query)
        else:
            self._link(left, right, outer, reach, query)

    def _optional(self, found: Link, left: ItemColumn | None, right: ItemColumn | None, query: int) -> None:
        """Link tables where Oracle's ``(+)`` stands behind the one that may be missing."""
        kept, other = (right, left) if found.optional == 1 else (left, right)
        if kept and other and kept.query is None and other.query is None:
            self._add(kept.place, other.place, needs=None, gives=False)
            self._add(other.place, kept.place, needs=query, gives=True)

    def _link(self, left: ItemColumn | None, right: ItemColumn | None, outer: str, reach: _Reach, query: int) -> None:
        if left is None or right is None or {left.query, right.query} != {None} or left.place == right.place:
            return
        one, other = left.place, right.place
        if not outer:
            self._add(one, other, needs=None, gives=True)
            self._add(other, one, needs=None, gives=True)
            self._pairs[self._root(one)] = self._root(other)
            return
        for source, target in ((one, other), (other, one)):
            kept = outer != "full" and reach.holds(target) and not reach.holds(source)
            self._add(source, target, needs=None if kept else query, gives=not kept and outer != "full")

    def _add(self, source: int, target: int, *, needs: int | None, gives: bool) -> None:
        self._links.setdefault(source, []).append(_Step(target, needs, gives))

    def _root(self, place: int) -> int:
        while (above := self._pairs.get(place, place)) != place:
            self._pairs[place] = place = self._pairs.get(above, above)
        return place

    def _is_joined(self, query: int) -> bool:
        items = self._items.within[query]
        return all(item.query is None for item in items) and len({self._root(item.place) for item in items}) == 1

    def _leaf(self, node: Node, query: int) -> _Leaf | None:
        """Return what of a condition may bind a table; None where nothing does."""
        if node.parts:
            parts = tuple(self._leaf(part, query) for part in node.parts)
            known = tuple(part for part in parts if part is not None)
            if node.negated or not known or (node.word == "or" and len(known) < len(parts)):
                return None
            return _Leaf(node.word, known)
        found = plain(node.tokens)
        if found is None or (node.negated and found.kind != "flag"):
            same = not any(token.kind in _NAMED for token in node.tokens[1:])
            return _Leaf(node=node) if same else None
        column = self._items.column(query, found.qualifier, found.column)
        return _Leaf(column=column, kind=found.kind, node=_unqualified(node, found.column, column)) if column else None


def _unqualified(node: Node, name: str, column: ItemColumn) -> Node:
    """Return a condition with its column by the name that its table has for it."""
    tokens = list(node.tokens)
    at = next(at for at, one in enumerate(tokens) if one.kind in _NAMED and _is_last(tokens, at, name))
    begin = at
    while begin > 1 and tokens[begin - 1].text == "." and tokens[begin - 2].kind in _NAMED:
        begin -= 2
    tokens[begin : at + 1] = [Token("name", column.name)]
    return Node(tokens=tuple(tokens), negated=node.negated)


def _is_last(tokens: Sequence[Token], at: int, name: str) -> bool:
    behind = tokens[at + 1].text if at + 1 < len(tokens) else ""
    return tokens[at].text.lower() == name and behind not in (".", "(")


def _is_end(tokens: Sequence[Token]) -> bool:
    return sum(token.text in ("<", ">") for token in tokens if token.kind == "sign") == 1


def _together(root: Node) -> Iterator[Node]:
    """Yield the conditions all of which must be met."""
    if root.word == "and" and not root.negated:
        for part in root.parts:
            yield from _together(part)
    else:
        yield root


def _each(leaves: Sequence[_Leaf]) -> Iterator[_Leaf]:
    for leaf in leaves:
        yield leaf
        yield from _each(leaf.parts)


def _joins(*names: str) -> bool:
    """Tell whether rows that are equal in columns of these names are few: one of the names tells rows apart."""
    return any(map(_is_key, names)) and not any(has_few_values(name) or says_yes_or_no(name) for name in names)


def _is_key(name: str) -> bool:
    return identifies(name) or not _KEYS.isdisjoint(name.split("_"))
