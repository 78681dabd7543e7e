"""How many values a statement names that tell records apart: at least an estimate of the records it is about.

Comes in: a statement. Goes out: a number. Which values these are, and whether they bound what is read, ``picked_rows``
says; values of columns that all rows share, and values that are left out, are none.
"""

from collections import Counter

from detector.decode.sql.column_names import identifies
from detector.decode.sql.tokens import Statement

_ROW = 12
"""Tokens before a list of values among which its columns are sought: ``(id, 1) IN (…)``."""


def most_named(statement: Statement) -> int:
    """Return how many values the longest list names of a column that tells records apart.

    They stand in a list (``phone IN (…)``, ``VALUES (1), (2)``, ``ARRAY[…]``) or in conditions that OR joins.
    """
    commas, opened = Counter[int](), [-1]
    either = Counter[str]()
    joined = "or" in statement.words
    for at, sign in enumerate(statement.signs):
        if sign in ("(", "["):
            opened.append(at)
        elif sign in (")", "]") and len(opened) > 1:
            opened.pop()
        elif sign == ",":
            commas[opened[-1]] += 1
        elif sign == "=" and joined:
            either[_compared(statement, at)] += 1
    lists = (many + 1 for place, many in commas.items() if place >= 0 and _names_values(statement, place))
    return max((*lists, *(many for name, many in either.items() if identifies(name))), default=0)


def _compared(statement: Statement, at: int) -> str:
    """Return the column that an equality compares with a value; empty for any other."""
    if not 0 < at < len(statement.tokens) - 1:
        return ""
    before, behind = statement.tokens[at - 1], statement.tokens[at + 1]
    if before.kind in ("value", "parameter"):
        before, behind = behind, before
    given = behind.kind in ("value", "parameter") or behind.text in ("(", "+", "-")
    return before.text.lower() if given and before.kind in ("word", "name") else ""


def _names_values(statement: Statement, at: int) -> bool:
    """Tell whether the bracket at a place holds a list of values that rows are picked by."""
    if statement.word(at + 1) == "values" or (statement.sign(at) == "[" and statement.word(at - 1) == "array"):
        return True
    if statement.word(at - 1) != "in" or statement.word(at - 2) == "not" or statement.word(at + 1) == "select":
        return False
    begin = max(at - _ROW, 0) if statement.sign(at - 2) == ")" else at - 2
    before = statement.tokens[begin : at - 1]
    return any(identifies(one.text.lower()) for one in before if one.kind in ("word", "name"))
