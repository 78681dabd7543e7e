"""Which ids bound what a statement touches: the conditions that all rows must meet, and the values in them.

Comes in: a statement and the place of its WHERE. Goes out: the columns that must be one of certain values, and these
values once they are known. Only an equality, a list of values and a short range of whole numbers pick rows, and only
where AND joins them, or OR joins nothing but those of one column. Anything else (CASE, subqueries, a comparison of a
condition) picks none.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from detector.decode.sql.conditions.selectivity import LONG
from detector.decode.sql.fingerprint import Shaped
from detector.decode.sql.tokens import Statement, Token, words

_TYPES = words("bigint int int2 int4 int8 integer numeric smallint text uuid varchar")
_DEEP = 8
"""Casts within each other that are followed."""
_DIGITS = 15
"""Of the largest whole number that BETWEEN may name."""
_ELEMENT = r'\s*+(?:[\w-]++|"[^"\\,{}]++")\s*+'
_ELEMENTS = re.compile(rf"{_ELEMENT}(?:,{_ELEMENT})*+")
JOINING = words("union except intersect")
_UNSURE = JOINING | words("case xor")
AFTER = words("set select where group order limit offset fetch for returning having option lock")
"""Words behind which no table stands."""
_ENDS = AFTER | words("commit end window qualify")


@dataclass(frozen=True, slots=True)
class Picked:
    """A column and where the values are that it must be one of; ``group``: of the WHERE that says so.

    A place is a value, a parameter, a value or parameter that is an array, or a range: two values, and behind each
    1 if it is no part of it; a symmetric range begins with either end. Two values that are unequal pick nothing.
    """

    qualifier: str
    column: str
    places: tuple[Token, ...]
    group: int


def bounds_surely(statement: Statement) -> bool:
    """Tell whether what the only WHERE of a statement picks is all that is touched."""
    words = statement.words
    return (
        words.count("where") == 1
        and words.count("select") <= 1
        and not _UNSURE.intersection(words)
        and "|" not in statement.signs
    )


def picked_rows(statement: Statement, where: int, group: int) -> Iterator[Picked]:
    """Yield the conditions of a WHERE that are an equality or a list, and that all rows must meet.

    Args:
        statement: The statement.
        where: The place of its WHERE.
        group: Of the tables that this WHERE belongs to.
    """
    at = where + 1
    end, closes = end_of_conditions(statement, at)
    if "or" in statement.words:
        yield from _either(statement, at, end, group)
        return
    plain: set[int] = set()  # where brackets close that hold conditions and nothing is done with these

    def ends(place: int) -> bool:
        return place >= end or place in plain or statement.word(place) == "and"

    begins, between = True, False
    while at < end:
        word, sign = statement.words[at], statement.sign(at)
        if sign == "(":
            close = closes.get(at, end)
            begins = begins and close < end and ends(close + 1)
            if begins:
                plain.add(close)
            at = at + 1 if begins else close + 1
            continue
        places, column, after = _condition(statement, at) if begins else ((), at, at)
        if places and ends(after):
            qualifier = statement.tokens[column - 2].text if statement.sign(column - 1) == "." else ""
            yield Picked(qualifier, statement.tokens[column].text.lower(), places, group)
            at, begins = after, False
            continue
        begins = word == "and" and not between  # BETWEEN has an AND of its own
        between = word == "between" or (between and word != "and")
        at += 1


def _either(statement: Statement, at: int, end: int, group: int) -> Iterator[Picked]:
    """Yield the column that is all that the conditions of a WHERE joined by OR ask for: ``id IN (1, 2) OR id = 5``."""
    columns: set[tuple[str, str]] = set()
    found: list[Token] = []
    while at < end:
        places, column, after = _condition(statement, at)
        if places:
            qualifier = statement.tokens[column - 2].text if statement.sign(column - 1) == "." else ""
            columns.add((qualifier, statement.tokens[column].text.lower()))
        else:
            places, after = _constant(statement, at)
        if not places or (after < end and statement.word(after) != "or"):
            return
        found += places
        at = after + 1
    if len(columns) == 1:
        yield Picked(*columns.pop(), tuple(found), group)


def _constant(statement: Statement, at: int) -> tuple[tuple[Token, ...], int]:
    """Read ``1 = 2``."""
    first, middle = _value(statement, at)
    last, after = _value(statement, middle + 1) if first and statement.sign(middle) == "=" else ((), at)
    if not last or {first[0].kind, last[0].kind} != {"value"}:
        return (), at
    return (Token("unequal", f"{first[0].text} {last[0].text}"),), after


def end_of_conditions(statement: Statement, at: int) -> tuple[int, dict[int, int]]:
    """Return where the conditions that begin at a place end, and where each bracket among them closes."""
    opened: list[int] = []
    closes: dict[int, int] = {}
    for place in range(at, len(statement.tokens)):
        sign = statement.sign(place)
        if sign == "(":
            opened.append(place)
        elif sign == ")" and opened:
            closes[opened.pop()] = place
        elif sign == ")" or (not opened and statement.words[place] in _ENDS):
            return place, closes
    return len(statement.tokens), closes


def _condition(statement: Statement, at: int) -> tuple[tuple[Token, ...], int, int]:
    """Read a column and what it must be; return the places of the values, the column's, and what is behind."""
    if statement.tokens[at].kind in ("value", "parameter"):  # 5 = id
        places, after = _value(statement, at)
        column = _column(statement, after + 1) if statement.sign(after) == "=" else -1
        return (places, column, column + 1) if column >= 0 else ((), at, at)
    column = _column(statement, at)
    if column < 0:
        return (), at, at
    if statement.sign(column + 1) == ">":
        return _both_ends(statement, at, column)
    places, after = _values(statement, _behind_cast(statement, column + 1))
    return places, column, after


def _column(statement: Statement, at: int) -> int:
    """Return where the last part of a column's name stands (``crm.clients.id``); -1: there is none."""
    named = ("word", "name")
    for _ in range(3):
        if at >= len(statement.tokens) or statement.tokens[at].kind not in named:
            return -1
        if statement.sign(at + 1) != ".":
            return at
        at += 2
    return -1


def _values(statement: Statement, at: int) -> tuple[tuple[Token, ...], int]:
    """Read what a column must be one of; return the places of the values and what is behind."""
    if statement.sign(at) == "=":
        if statement.word(at + 1) in ("any", "some") and statement.sign(at + 2) == "(":
            return _any(statement, at + 3)
        return _value(statement, at + 1)
    if statement.word(at) == "between":
        return _range(statement, at + 1)
    return _list(statement, at + 2) if statement.word(at) == "in" and statement.sign(at + 1) == "(" else ((), at)


def _list(statement: Statement, at: int, ends: str = ")") -> tuple[tuple[Token, ...], int]:
    """Read values up to the bracket that closes, or rows of one value each: ``VALUES (1), (2)``."""
    rows = statement.word(at) == "values"
    at += rows
    found: list[Token] = []
    while True:
        at += rows and statement.sign(at) == "("
        places, at = _value(statement, at)
        if not places or (rows and statement.sign(at) != ")"):
            return (), at
        at += rows
        found += places
        if statement.sign(at) != ",":
            return (tuple(found), at + 1) if statement.sign(at) == ends else ((), at)
        at += 1


def _any(statement: Statement, at: int) -> tuple[tuple[Token, ...], int]:
    """Read what stands in ``ANY ('{1,2}')``, ``ANY (ARRAY[1, 2])`` and ``ANY (VALUES (1), (2))``."""
    if statement.word(at) == "values":
        return _list(statement, at)
    if statement.word(at) == "array" and statement.sign(at + 1) == "[":
        places, after = _list(statement, at + 2, "]")
        after = _behind_cast(statement, after)
    else:
        places, after = _value(statement, at)
        places = tuple(Token("array", one.text) for one in places)
    return (places, after + 1) if places and statement.sign(after) == ")" else ((), at)


def _range(statement: Statement, at: int) -> tuple[tuple[Token, ...], int]:
    """Read ``a AND b`` behind BETWEEN."""
    kind = "symmetric" if statement.word(at) == "symmetric" else "range"
    at += statement.word(at) in ("symmetric", "asymmetric")
    first, middle = _value(statement, at)
    last, after = _value(statement, middle + 1) if first and statement.word(middle) == "and" else ((), at)
    if not last or {first[0].kind, last[0].kind} != {"value"}:
        return (), at
    return (Token(kind, f"{first[0].text} 0 {last[0].text} 0"),), after


def _both_ends(statement: Statement, at: int, column: int) -> tuple[tuple[Token, ...], int, int]:
    """Read ``id >= a AND id <= b``, as ``_condition`` does."""
    above, low = _end(statement, column + 1)
    again = above + 1
    same = statement.tokens[at : column + 1] == statement.tokens[again : again + column + 1 - at]
    behind = again + column + 1 - at
    if not low or statement.word(above) != "and" or not same or statement.sign(behind) != "<":
        return (), column, at
    after, high = _end(statement, behind)
    return ((Token("range", f"{low} {high}"),), column, after) if high else ((), column, at)


def _end(statement: Statement, at: int) -> tuple[int, str]:
    """Read a sign of comparison and a value; return what is behind, the value's place and whether it is left out."""
    equal = statement.sign(at + 1) == "="
    places, after = _value(statement, at + 1 + equal)
    is_value = bool(places) and places[0].kind == "value"
    return after, f"{places[0].text} {int(not equal)}" if is_value else ""


def _value(statement: Statement, at: int, deep: int = _DEEP) -> tuple[tuple[Token, ...], int]:
    """Read a value, in brackets or with a plus too, which change none."""
    begin = at
    while statement.sign(at) in ("(", "+"):
        at += 1
    places, after = _bare_value(statement, at, deep)
    for _ in range(statement.signs[begin:at].count("(")):
        if not places or statement.sign(after) != ")":
            return (), begin
        after = _behind_cast(statement, after + 1)
    return places, after


def _bare_value(statement: Statement, at: int, deep: int) -> tuple[tuple[Token, ...], int]:
    if deep and statement.word(at) == "cast" and statement.sign(at + 1) == "(":
        places, after = _value(statement, at + 2, deep - 1)
        ends = (
            places
            and statement.word(after) == "as"
            and statement.word(after + 1) in _TYPES
            and statement.sign(after + 2) == ")"
        )
        return (places, after + 3) if ends else ((), at)
    if at >= len(statement.tokens) or statement.tokens[at].kind not in ("value", "parameter"):
        return (), at
    return (statement.tokens[at],), _behind_cast(statement, at + 1)


def _behind_cast(statement: Statement, at: int) -> int:
    """Return what is behind ``::bigint`` and ``::int[]``, which change no value."""
    if statement.sign(at) == ":" and statement.sign(at + 1) == ":" and statement.word(at + 2) in _TYPES:
        at += 3
        if statement.sign(at) == "[" and statement.sign(at + 1) == "]":
            at += 2
    return at


def values_at(place: Token, seen: Shaped, given: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return the values that stand at a place; None where they are not known."""
    if place.kind == "unequal":
        ends = tuple(map(int, place.text.split()))
        differ = seen.figures.issuperset(ends) and len({seen.values[one].lstrip("0") for one in ends}) > 1
        return () if differ and all(seen.values[one].isdecimal() for one in ends) else None
    if place.kind in ("range", "symmetric"):
        first, above, last, below = map(int, place.text.split())
        if not {first, last} <= seen.figures:
            return None
        if place.kind == "symmetric":
            return _between(seen.values[first], seen.values[last], 0, 0) or _between(
                seen.values[last], seen.values[first], 0, 0
            )
        return _between(seen.values[first], seen.values[last], above, below)
    if place.kind == "value" and int(place.text) in seen.zeros:
        return None
    value = given.get(place.text) if place.text[0] in "$@" else seen.values[int(place.text)]
    if value is None:
        return None
    return _elements(value) if place.kind == "array" else (value,)


def _between(first: str, last: str, above: int, below: int) -> tuple[str, ...] | None:
    """Return the whole numbers of a range, its ends moved inwards; None where it is long, and of anything else."""
    if not (first.isdecimal() and last.isdecimal() and len(first) <= _DIGITS and len(last) <= _DIGITS):
        return None
    ids = range(int(first) + above, int(last) + 1 - below)
    return tuple(map(str, ids)) if 0 < len(ids) <= LONG else None


def _elements(text: str) -> tuple[str, ...] | None:
    """Return the elements of PostgreSQL's ``{5,"6"}``; None of an array that holds others or anything escaped."""
    inner = text.strip()
    if not (inner.startswith("{") and inner.endswith("}")) or not _ELEMENTS.fullmatch(inner, 1, len(inner) - 1):
        return None
    return tuple(one.strip().strip('"') for one in inner[1:-1].split(","))
