"""The queries that one statement is made of: those of a UNION, and what EXCEPT leaves out.

Comes in: the tokens of a statement. Goes out: the tokens of each query, with the limit of all behind it.
"""

from collections.abc import Iterator
from itertools import pairwise

from detector.decode.sql.tokens import Token, words

READING = words("select table values with declare prepare handler")
"""Verbs of queries, and of cursors and prepared statements: what these stand for is read when they are made."""
COPYING = words("insert replace merge create")
"""Verbs of statements that may put what a query finds into another table, or give it another name."""
_ALL_BRANCHES = words("update delete")
_JOINED = words("union except")
_OF_ALL, _TAIL = words("limit fetch offset"), 16
"""Words that limit what a UNION shows, and tokens of such a limit."""


def without_filters(run: list[Token]) -> list[Token]:
    """Return a statement with another word for the WHERE of ``count(*) FILTER (WHERE …)``, which bounds no rows."""
    if Token("word", "filter") not in run:
        return run
    begin = [Token("word", "filter"), Token("sign", "(")]
    return [
        Token("word", "when") if token == ("word", "where") and run[max(at - 2, 0) : at] == begin else token
        for at, token in enumerate(run)
    ]


def with_except(run: list[Token]) -> list[Token]:
    """Return a statement with EXCEPT for Oracle's MINUS between queries."""
    if Token("word", "minus") not in run:
        return run
    behind = [next((word for word in (one.text, other.text) if word != "("), "") for one, other in pairwise(run)][1:]
    queries = [*(word in ("select", "all", "distinct") for word in behind), False, False]
    return [
        Token("word", "except") if token == ("word", "minus") and query else token
        for token, query in zip(run, queries, strict=False)
    ]


def branches(run: list[Token]) -> Iterator[list[Token]]:
    """Yield the queries of a UNION, each of which shows what it finds, with the limit of all behind each.

    What EXCEPT leaves out bounds nothing: so are its queries.
    """
    words = [token.text if token.kind == "word" else "" for token in run]
    depth, begin, end = 0, 0, len(run)
    if (
        not _JOINED.isdisjoint(words)
        and next(filter(None, words)) in READING | COPYING
        and _ALL_BRANCHES.isdisjoint(words)
    ):
        unions = []
        for at, token in enumerate(run):
            if token.kind == "sign":
                depth += (token.text == "(") - (token.text == ")")
            elif words[at] in _JOINED and not depth and at + 1 < len(run) and run[at + 1].text != "=":
                unions.append(at)
            elif words[at] in _OF_ALL and not depth and unions and at < end:
                end = at
        for at in unions:
            yield [*run[begin:at], *run[end : end + _TAIL]]
            begin = at + 1 + (words[at + 1] in ("all", "distinct"))
    yield run[begin:]
