"""How many rows a query says it wants at most (LIMIT, TOP, FETCH FIRST, ROWNUM), and whether they lie behind others.

Comes in: a statement. Goes out: where that number stands, for each place in it, because a query within brackets has a
limit of its own. What is no plain number (LIMIT ALL, a calculation, a share of the rows) limits nothing that could be
told. Rows behind others are a page of a walk: behind an OFFSET, or behind the value that an ORDER BY reached.
"""

from collections.abc import Iterable, Sequence

from detector.decode.sql.column_names import identifies
from detector.decode.sql.condition_tree import Node, columns_of, word_of
from detector.decode.sql.tokens import Statement, Token, words

SOMETHING = Token("something", "")
"""A number of which nobody knows how large it is."""
ONE = Token("one", "")
"""The limit of who asks for one row without a number, as HANDLER of MySQL does."""
_ROWS = words("row rows")
_EACH = words("lateral apply")


def limits_of(statement: Statement) -> list[Token | None]:
    """Return for each place the value or parameter that limits what is read there; None: nothing that is understood.

    The innermost query that has a limit counts: of two, whoever runs the statement chose what the inner one reads.
    """
    around, opened = [], [-1]  # the bracket that each place stands in
    outer: dict[int, int] = {}
    limits: dict[int, Token] = {}
    each = not _EACH.isdisjoint(statement.words)
    for at in range(len(statement.words)):
        if statement.sign(at) == "(":
            outer[at] = opened[-1]
            opened.append(at)
        elif statement.sign(at) == ")" and len(opened) > 1:
            opened.pop()
        found = _limit_at(statement, at)
        if found is not None:  # of LATERAL: so many for each row of another table
            limits.setdefault(opened[-1], SOMETHING if each and len(opened) > 1 else found)
        around.append(opened[-1])
    if statement.word(0) == "handler":
        limits.setdefault(-1, ONE)
    for place, before in outer.items():  # in order: what is around a bracket comes before it
        if place not in limits and before in limits:
            limits[place] = limits[before]
    return [limits.get(place) for place in around]


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
    if statement.word(0) == "handler" and not {"next", "prev"}.isdisjoint(statement.words):
        return SOMETHING
    column, descends = _ordered(statement)
    return SOMETHING if any(_is_behind(one.tokens, column, descends) for one in conditions) else None


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
        percent = "percent" in (statement.word(place + 1), statement.word(place + 2))
        return None if percent else _number(statement, place, ")*")
    if word == "fetch" and statement.word(at + 1) in ("first", "next"):
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
