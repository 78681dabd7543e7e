"""Conditions of a WHERE as a tree: AND, OR, NOT and brackets; what stands between them are single conditions.

Comes in: tokens. Goes out: their tree, and which columns a condition names. What a condition means it does not say.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from detector.decode.sql.tokens import Token, words

_WORDS = words(
    "all and any array as between binary collate distinct escape false from ilike in interval is like not null or"
    " regexp rlike similar some symmetric to true"
)
_MOST, _DEEP, _LISTED = 1000, 30, 40
"""Tokens of a WHERE, and brackets within brackets, that are read; tokens of a list, where there are more."""


@dataclass(frozen=True, slots=True)
class Node:
    """Conditions joined by AND or OR, or one condition (``tokens``)."""

    word: str = ""
    parts: tuple["Node", ...] = ()
    tokens: tuple[Token, ...] = ()
    negated: bool = False


UNREAD = Node(tokens=(Token("unread", ""),))
"""Conditions of which nobody knows what they say."""


def tree_of(tokens: Sequence[Token]) -> Node:
    """Return the conditions that some tokens are; ``UNREAD`` where they are too many or no conditions."""
    tokens = _shortened(tokens)
    reader = _Reader(tokens)
    root = reader.alternatives() if len(tokens) <= _MOST else UNREAD
    return root if reader.at == len(tokens) else UNREAD


def _shortened(tokens: Sequence[Token]) -> Sequence[Token]:
    """Return tokens with the first values alone of lists, whose others tell no more."""
    if len(tokens) <= _MOST:
        return tokens
    found, run = [], 0
    for at, token in enumerate(tokens):
        listed = word_of(token) == "," or (token.kind == "value" and at > 0 and word_of(tokens[at - 1]) == ",")
        run = run + 1 if listed else 0
        if run <= _LISTED or (word_of(token) == "," and at + 1 < len(tokens) and tokens[at + 1].kind != "value"):
            found.append(token)
    return found


def each(node: Node) -> Iterator[Node]:
    """Yield the conditions of a tree, joined ones and what they join."""
    yield node
    for part in node.parts:
        yield from each(part)


def word_of(token: Token) -> str:
    """Return the word or sign that a token is; empty for anything else."""
    return token.text if token.kind in ("word", "sign") else ""


def without_tables(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens without the names of tables before columns."""
    names = ("word", "name")
    dots = {at for at, token in enumerate(tokens) if at and token.text == "." and tokens[at - 1].kind in names}
    return [token for at, token in enumerate(tokens) if at not in dots and at + 1 not in dots]


class _Reader:
    """Reads AND, OR, NOT and brackets; what stands between them are conditions."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._depth = 0
        self.at = 0

    def _next(self) -> str:
        return word_of(self._tokens[self.at]) if self.at < len(self._tokens) else ""

    def alternatives(self) -> Node:
        return self._joined("or", self._together)

    def _together(self) -> Node:
        return self._joined("and", self._single)

    def _joined(self, word: str, read: Callable[[], Node]) -> Node:
        parts = [read()]
        while self._next() == word:
            self.at += 1
            parts.append(read())
        return parts[0] if len(parts) == 1 else Node(word, tuple(parts))

    def _single(self) -> Node:
        negated = False
        while self._next() in ("not", "lnnvl"):  # Oracle's LNNVL is true where its condition is not
            self.at += 1
            negated = not negated
        node = self._bracketed() or self._condition()
        return Node(node.word, node.parts, node.tokens, node.negated != negated)

    def _bracketed(self) -> Node | None:
        """Return what stands in brackets, if nothing is done with it."""
        if self._next() != "(" or self._depth == _DEEP:
            return None
        begin = self.at
        self.at += 1
        self._depth += 1
        node = self.alternatives()
        self._depth -= 1
        if self._next() == ")":
            self.at += 1
            if self._next() in ("", "and", "or", ")"):
                return node
        self.at = begin
        return None

    def _condition(self) -> Node:
        begin, depth, between = self.at, 0, False
        while self.at < len(self._tokens):
            word = self._next()
            if word == ")" and not depth:
                break
            if not depth and (word == "or" or (word == "and" and not between)):
                break
            between = word == "between" or (between and (depth > 0 or word != "and"))
            depth += (word == "(") - (word == ")")
            self.at += 1
        return Node(tokens=tuple(self._tokens[begin : self.at]))


def columns_of(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the columns a condition names, with the table right before them (``c.id``)."""
    found = set()
    for at, token in enumerate(tokens):
        before = word_of(tokens[at - 1]) if at else ""
        behind = word_of(tokens[at + 1]) if at + 1 < len(tokens) else ""
        named = token.kind == "name" or (token.kind == "word" and (before == "." or token.text not in _WORDS))
        if named and behind not in ("(", ".") and before not in (":", "as"):
            table = tokens[at - 2].text.lower() + "." if before == "." and at > 1 else ""
            found.add(table + token.text.lower())
    return frozenset(found)
