"""Which queries within a statement show what they find: the last, those in a FROM or WITH, and columns of another one.

Comes in: a statement. Goes out: where others stand, which only test something or make a figure of it.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from detector.decode.sql.tokens import Statement, words

_TABLE_BEHIND = words("from join straight_join apply lateral as materialized")
_CHANGING = words("insert update delete merge")
_OUTER = words("right full")
_CLAUSES = words("select from where group having order limit with values set on using returning")
_TESTING, _COMPARING = words("exists in any some all"), words("= < > ! ~")
"""What makes of a query within the columns whether something is so."""


class Apart(NamedTuple):
    """Brackets whose conditions bound nothing beyond them; ``changes``: nor do those beyond them what is within."""

    opens: int
    closes: int
    changes: bool


def queries_apart(statement: Statement) -> Iterator[Apart]:
    """Yield queries of WITH that change rows, and those that an outer join may leave out."""
    opened: list[int] = []
    for at, sign in enumerate(statement.signs):
        if sign == "(":
            opened.append(at)
        elif sign == ")" and opened:
            begin = opened.pop()
            changes = statement.word(begin + 1) in _CHANGING
            if changes or (statement.word(begin + 1) == "select" and _may_be_left_out(statement, begin, at)):
                yield Apart(begin, at, changes)


def _may_be_left_out(statement: Statement, begin: int, end: int) -> bool:
    """Tell whether a query is the side of an outer join of which rows may be missing."""
    at = begin - 1
    at -= statement.word(at) == "lateral"
    before = {statement.word(at - 1), statement.word(at - 2)} if statement.word(at) == "join" else set[str]()
    behind = end + 1 + (statement.word(end + 1) == "as")
    return not before.isdisjoint(("left", "full")) or not _OUTER.isdisjoint(
        (statement.word(behind), statement.word(behind + 1))
    )


def bounds_beyond(apart: Sequence[Apart], where: int, table: int) -> bool:
    """Tell whether the condition at a place may bound the table at another, as far as brackets keep them apart."""
    for one in apart:
        within, outside = one.opens < where < one.closes, not one.opens < table < one.closes
        if (within and outside) or (one.changes and within == outside):
            return False
    return True


def nested(statement: Statement) -> list[bool]:
    """Return for each place whether it stands in a query within a condition or a column."""
    return _within(statement, lambda at: _is_in_from(statement, at))


def unseen(statement: Statement) -> list[bool]:
    """The same, but for queries that give each row of another one a value: ``(SELECT name FROM …), a FROM …``."""
    gives = _column_queries(statement)
    return _within(statement, lambda at: at in gives or _is_in_from(statement, at))


def _within(statement: Statement, is_shown: Callable[[int], bool]) -> list[bool]:
    """Return for each place whether it stands in a query, behind the first, that is not shown."""
    found: list[bool] = []
    selects, depth, hidden = 0, 0, -1
    for at, (word, sign) in enumerate(zip(statement.words, statement.signs, strict=True)):
        depth += (sign == "(") - (sign == ")")
        if depth < hidden:
            hidden = -1
        if word == "select":
            selects += 1
            if selects > 1 and hidden < 0 and not is_shown(at):
                hidden = depth
        found.append(hidden >= 0)
    return found


def _is_in_from(statement: Statement, at: int) -> bool:
    """Tell whether what the SELECT at a place finds is shown: it is the last, a table of it, or one of its WITH."""
    opened = _opened(statement, at)
    return opened == at or statement.word(opened - 1) in _TABLE_BEHIND


def _opened(statement: Statement, at: int) -> int:
    """Return where the first of the brackets right before a place opens; the place itself: none does."""
    while statement.sign(at - 1) == "(":
        at -= 1
    return at


def _column_queries(statement: Statement) -> frozenset[int]:
    """Return where queries begin that stand among the columns of one that has a FROM, and are not compared."""
    if statement.words.count("select") < 2:
        return frozenset()
    listing = {bracket for bracket, word in zip(statement.brackets, statement.words, strict=True) if word == "from"}
    clauses, found = [""], set[int]()
    for at, (word, sign) in enumerate(zip(statement.words, statement.signs, strict=True)):
        if sign == "(":
            clauses.append(clauses[-1])
        elif sign == ")" and len(clauses) > 1:
            clauses.pop()
        elif word in _CLAUSES:
            if word == "select" and clauses[-1] == "select" and _gives_value(statement, at, listing):
                found.add(at)
            clauses[-1] = word
    return frozenset(found)


def _gives_value(statement: Statement, at: int, listing: set[int]) -> bool:
    """Tell whether the query at a place gives the one around it a value; ``listing``: brackets with a FROM."""
    opened = _opened(statement, at)
    around = statement.queries[opened - 1] if opened else -1
    tests = statement.word(opened - 1) in _TESTING or statement.sign(opened - 1) in _COMPARING
    return opened < at and not tests and around in listing
