"""How many rows a query says it wants at most: LIMIT, TOP, FETCH FIRST, ROWNUM.

Comes in: a statement. Goes out: where that number stands. What is no plain number (LIMIT ALL, a calculation, a share of
the rows) limits nothing that could be told.
"""

from detector.decode.sql.tokens import Statement, Token, words

_LIMITING = words("limit top fetch rownum")
SOMETHING = Token("something", "")
"""A limit of which nobody knows what it limits."""
ONE = Token("one", "")
"""The limit of who asks for one row without a number, as HANDLER of MySQL does."""
_ROWS = words("row rows")


def limit_of(statement: Statement) -> Token | None:
    """Return the value or parameter that limits a query; None: nothing that is understood does.

    What limits a table within others says nothing of these.
    """
    nested, depth = statement.words.count("select") > 1, 0
    for at, word in enumerate(statement.words):
        depth += (statement.sign(at) == "(") - (statement.sign(at) == ")")
        if word in _LIMITING and nested and depth:
            return SOMETHING
        if word == "limit":
            return _limit(statement, at + 1)
        if word == "top":
            place = at + 1 + (statement.sign(at + 1) == "(")
            percent = "percent" in (statement.word(place + 1), statement.word(place + 2))
            return None if percent else _number(statement, place, ")*")
        if word == "fetch" and statement.word(at + 1) in ("first", "next"):
            if statement.word(at + 2) in _ROWS:
                return ONE
            return None if statement.word(at + 3) == "percent" else _number(statement, at + 2)
        if word == "rownum" and statement.sign(at + 1) in ("<", "="):
            return _number(statement, at + 2 + (statement.sign(at + 2) == "="))
    return ONE if statement.word(0) == "handler" else None


def _limit(statement: Statement, at: int) -> Token | None:
    """Read ``LIMIT 20``, and MySQL's ``LIMIT 40, 20``, whose first number is the offset."""
    return _number(statement, at + 2 if statement.sign(at + 1) == "," else at)


def _number(statement: Statement, at: int, behind: str = "),:") -> Token | None:
    """Return what stands at a place if it is a value and nothing is done with it, by the sign behind it."""
    if at >= len(statement.tokens) or statement.tokens[at].kind not in ("value", "parameter"):
        return None
    return statement.tokens[at] if statement.sign(at + 1) in ("", *behind) else None
