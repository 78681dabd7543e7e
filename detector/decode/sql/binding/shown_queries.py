"""Which queries within a statement show what they find: the last, those in a FROM or WITH, and columns of another one.

Comes in: a statement. Goes out: where others stand, which only test something or make a figure of it.
"""

from collections.abc import Callable

from detector.decode.sql.tokens import Statement, words

_TABLE_BEHIND = words("from join straight_join apply lateral as materialized")
_CLAUSES = words("select from where group having order limit with values set on using returning")
_TESTING, _COMPARING = words("exists in any some all"), words("= < > ! ~")
"""What makes of a query within the columns whether something is so."""


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
