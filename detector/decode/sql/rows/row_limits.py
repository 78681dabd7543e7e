"""How many rows a query says it wants at most (LIMIT, TOP, FETCH FIRST, ROWNUM), and whether they lie behind others.

Comes in: a statement. Goes out: where that number stands, for each place in it, because a query within brackets has a
limit of its own. What is no plain number (LIMIT ALL, a calculation, a share of the rows, WITH TIES) limits nothing that
could be told, nor does the limit of a query that puts its rows together first: one row may hold them all. Rows behind
others are a page of a walk: behind an OFFSET, or behind the value that an ORDER BY reached.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from detector.decode.sql.column_names import identifies
from detector.decode.sql.conditions.condition_tree import Node, columns_of, word_of
from detector.decode.sql.rows.counted_rows import gathering
from detector.decode.sql.tokens import Statement, Token, words

SOMETHING = Token("something", "")
"""A number of which nobody knows how large it is."""
ONE = Token("one", "")
"""The limit of who asks for one row without a number, as HANDLER of MySQL does."""
SPAN = "span"
"""Kind of a limit that is the first and the last of rows that are numbered."""
_ROWS = words("row rows")
_EACH = words("lateral apply recursive")
_BEHIND_CONDITIONS = words("select group having order union except intersect")
_WINDOW = 100
"""Tokens of what numbers rows, at most: ``row_number() OVER (PARTITION BY … ORDER BY …)``."""


def limits_of(statement: Statement, for_each: Sequence[bool]) -> list[Token | None]:
    """Return for each place the value or parameter that limits what is read there; None: nothing that is understood.

    The innermost query that has a limit counts: of two, whoever runs the statement chose what the inner one reads. One
    that is run for each row of another (LATERAL, a column, WITH RECURSIVE) is limited by the one around it alone.

    Args:
        statement: The statement.
        for_each: Which places stand in a query that is a column of another.
    """
    around = statement.brackets
    # In order: what is around a bracket comes before it.
    outer = {place: around[at - 1] if at else -1 for at, place in enumerate(around) if place == at}
    put_together = [(statement.queries[at], first) for at, first in gathering(statement)]
    gathered, emptied = {place for place, _ in put_together}, {place for place, first in put_together if first}
    surely = _numbers_bound(statement, around)
    limits: dict[int, Token] = {}
    each, numbers = not _EACH.isdisjoint(statement.words), _row_numbers(statement)
    columns = {place for place, is_column in zip(around, for_each, strict=True) if is_column}
    first = _first_number(statement, numbers)
    for at, place in enumerate(around):
        found = (_span(statement, at, numbers, first) if numbers else None) or _limit_at(statement, at)
        numbered = statement.tokens[at].text.lower() in {"rownum", *numbers}
        per_row = place in columns or (each and place >= 0)
        if found is not None and not per_row and place not in emptied and (surely[at] or not numbered):
            limits.setdefault(place, found)
    if statement.word(0) == "handler":
        limits.setdefault(-1, ONE)
    for place, before in outer.items():
        if place not in limits and before in limits and (each or place not in gathered):
            limits[place] = SOMETHING if place in gathered else limits[before]
    return [limits.get(place) for place in around]


def _numbers_bound(statement: Statement, around: Sequence[int]) -> list[bool]:
    """Return for each place whether it is among conditions that AND alone joins: there the number of a row bounds."""
    wheres: dict[int, int] = {}
    found, unsure = [], set[int]()
    for at, (word, place) in enumerate(zip(statement.words, around, strict=True)):
        if word == "where":
            wheres[place] = at
        elif word in _BEHIND_CONDITIONS:
            wheres.pop(place, None)
        found.append(wheres.get(place, -1))
        if word in ("or", "xor", "case", "not"):
            unsure.add(found[-1])
    return [where >= 0 and where not in unsure for where in found]


def offset_of(statement: Statement, conditions: Iterable[Node]) -> Token | None:
    """Return the value or parameter that says how many rows lie before those that are read; None: none do.

    Args:
        statement: The statement.
        conditions: Single conditions of the query.
    """
    for at, word in enumerate(statement.words):
        if word == "limit" and statement.sign(at + 2) == ",":
            return _number(statement, at + 1, ",") or SOMETHING
        begins = statement.sign(at + 1) == "(" or _is_number(statement, at + 1)
        if word == "offset" and begins:
            return _number(statement, at + 1) or SOMETHING
    numbers = _row_numbers(statement)
    first = _first_number(statement, numbers)
    spans = (_span(statement, at, numbers, first) for at in range(len(statement.words)) if numbers)
    span = next((one for one in spans if one is not None and one.kind == SPAN), None)
    if span is not None:
        place = span.text.split()[0]
        return Token("parameter" if place[0] in "$@" else "value", place)
    if statement.word(0) == "handler" and not {"next", "prev"}.isdisjoint(statement.words):
        return SOMETHING
    column, descends = _ordered(statement)
    return SOMETHING if any(_is_behind(one.tokens, column, descends) for one in conditions) else None


def _row_numbers(statement: Statement) -> frozenset[str]:
    """Return the names that queries give the numbers of their rows: ``row_number() OVER (…) AS n``, ``ROWNUM n``."""
    found: set[str] = set()
    for at, word in enumerate(statement.words):
        if word not in ("row_number", "rownum"):
            continue
        place, depth = at + 1, 0
        while place < min(len(statement.tokens), at + _WINDOW):
            sign = statement.sign(place)
            depth += (sign == "(") - (sign == ")")
            if not depth and sign not in ("(", ")") and statement.word(place) not in ("over", "as"):
                break
            place += 1
        if place < min(len(statement.tokens), at + _WINDOW) and statement.tokens[place].kind in ("word", "name"):
            found.add(statement.tokens[place].text.lower())
    return frozenset({*found, "rownum"} - {"from"}) if found else frozenset()


def _first_number(statement: Statement, numbers: frozenset[str]) -> Token | None:
    """Return the number that those of rows must be above."""
    for at in range(len(statement.words)) if numbers else ():
        if statement.tokens[at].text.lower() in numbers and statement.sign(at + 1) == ">":
            return _number(statement, at + 2 + (statement.sign(at + 2) == "="))
    return None


def _span(statement: Statement, at: int, numbers: frozenset[str], first: Token | None) -> Token | None:
    """Return which numbers of rows the condition at a place asks for: ``n BETWEEN 51 AND 100``, ``n <= 50``."""
    if statement.tokens[at].text.lower() not in numbers:
        return None
    if statement.word(at + 1) == "between" and _is_number(statement, at + 2) and _is_number(statement, at + 4):
        return Token(SPAN, f"{statement.tokens[at + 2].text} {statement.tokens[at + 4].text}")
    if statement.sign(at + 1) != "<":
        return None
    last = _number(statement, at + 2 + (statement.sign(at + 2) == "="))
    return Token(SPAN, f"{first.text} {last.text}") if first is not None and last is not None else last


def _ordered(statement: Statement) -> tuple[str, bool]:
    """Return the first column that the last ORDER BY names, in lower case, and whether it descends."""
    places = [at for at, word in enumerate(statement.words) if word == "by" and statement.word(at - 1) == "order"]
    if not places:
        return "", False
    at = places[-1] + 1
    while statement.sign(at + 1) == ".":
        at += 2
    named = at < len(statement.tokens) and statement.tokens[at].kind in ("word", "name")
    end = next((place for place in range(at, len(statement.words)) if statement.sign(place) == ","), None)
    last = {*statement.words[at:end]}
    return statement.tokens[at].text.lower() if named else "", "desc" in last


def _is_behind(tokens: Sequence[Token], column: str, descends: bool) -> bool:
    """Tell whether a condition asks for what lies behind a value of the ordered column, or else of a column of ids."""
    names = [one.text.lower() for one in tokens]
    columns = {one.rpartition(".")[2] for one in columns_of(tokens)}
    wanted = {column} & columns if column else {one for one in columns if identifies(one)}
    signs = [at for at, token in enumerate(tokens) if word_of(token) in ("<", ">")]
    if not wanted or not any(token.kind in ("value", "parameter") for token in tokens):
        return False
    if not signs:
        return "between" in names
    turned = names.index(next(iter(wanted))) > signs[0]
    return len(signs) == 1 and (not column or (names[signs[0]] == "<") != turned) == (descends or not column)


def _limit_at(statement: Statement, at: int) -> Token | None:
    """Return what limits a query by the word at a place."""
    word = statement.words[at]
    if word == "limit":
        return _limit(statement, at + 1)
    if word == "top":
        place = at + 1 + (statement.sign(at + 1) == "(")
        behind = statement.words[place + 1 : place + 5]
        ties = any(pair == ("with", "ties") for pair in pairwise(behind))
        return None if ties or "percent" in behind[:2] else _number(statement, place, "*" if place == at + 1 else ")")
    if word == "fetch" and statement.word(at + 1) in ("first", "next"):
        if "ties" in statement.words[at + 3 : at + 6]:
            return None
        if statement.word(at + 2) in _ROWS:
            return ONE
        return None if statement.word(at + 3) == "percent" else _number(statement, at + 2)
    if word == "rownum" and statement.sign(at + 1) in ("<", "="):
        return _number(statement, at + 2 + (statement.sign(at + 2) == "="))
    return None


def _limit(statement: Statement, at: int) -> Token | None:
    """Read ``LIMIT 20``, and MySQL's ``LIMIT 40, 20``, whose first number is the offset."""
    return _number(statement, at + 2 if statement.sign(at + 1) == "," else at)


def _number(statement: Statement, at: int, behind: str = "),:") -> Token | None:
    """Return what stands at a place if it is a value and nothing is done with it, by the sign behind it."""
    if not _is_number(statement, at):
        return None
    return statement.tokens[at] if statement.sign(at + 1) in ("", *behind) else None


def _is_number(statement: Statement, at: int) -> bool:
    return at < len(statement.tokens) and statement.tokens[at].kind in ("value", "parameter")
