"""A statement as words, names, values and signs.

Comes in: the shape of statements (``fingerprint.shaped``). Goes out: tokens, and a statement that is asked what stands
at a place. Nothing is known here of what the words mean.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

_QUERIES = frozenset(("select", "with", "insert", "update", "delete", "merge"))
_TOKEN = re.compile(
    r'"(?P<double>(?:[^"]|"")*+)"?+|`(?P<back>(?:[^`]|``)*+)`?+|\[(?P<square>[^\[\]\x01\d,][^\[\],\x01]*+)\]'
    r"|(?P<word>[^\W\d][\w$]*+)|(?P<parameter>\$\d{1,5}|@\w+)|(?P<value>\x01)|(?P<sign>\S)"
)


def words(text: str) -> frozenset[str]:
    """Return the words of a text, as a set to look others up in."""
    return frozenset(text.split())


class Token(NamedTuple):
    """One word (lower case), name, value (its place), parameter (its number) or sign."""

    kind: str
    text: str


def tokens_of(shape: str) -> Iterator[Token]:
    """Yield the tokens of statements; values are counted through."""
    count = 0
    for found in _TOKEN.finditer(shape):
        kind = found.lastgroup or ""
        if kind == "value":
            yield Token("value", str(count))
            count += 1
        elif kind == "word":
            yield Token("word", found[0].lower())
        elif kind in ("double", "back", "square"):
            quote = {"double": '"', "back": "`"}.get(kind, "]")
            yield Token("name", found[kind].replace(quote * 2, quote))
        else:
            yield Token(kind, found[kind].lower())


class Statement:
    """One statement.

    Attributes:
        tokens: What it is made of.
        words / signs: The word, and the sign, at each place; empty where none stands.
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.words = [text if kind == "word" else "" for kind, text in tokens]
        self.signs = [text if kind == "sign" else "" for kind, text in tokens]
        for at in range(2, len(tokens)):  # what stands behind a name and a dot is a name
            if self.words[at] and tokens[at - 1].text == "." and tokens[at - 2].kind in ("word", "name"):
                self.words[at] = ""

    @cached_property
    def brackets(self) -> list[int]:
        """For each place the bracket that opens around it, which for an opening one is itself; -1: none does."""
        found, opened = [], [-1]
        for at, sign in enumerate(self.signs):
            if sign == "(":
                opened.append(at)
            elif sign == ")" and len(opened) > 1:
                opened.pop()
            found.append(opened[-1])
        return found

    @cached_property
    def queries(self) -> list[int]:
        """For each place the bracket that the query it is part of stands in; -1: in none."""
        of = {-1: -1}
        before = -1
        for at, place in enumerate(self.brackets):
            if place == at:
                of[place] = place if self.word(place + 1) in _QUERIES else of[before]
            before = place
        return [of[place] for place in self.brackets]

    def word(self, at: int) -> str:
        """Return the word at a place; empty where none stands."""
        return self.words[at] if 0 <= at < len(self.words) else ""

    def sign(self, at: int) -> str:
        """Return the sign at a place; empty where none stands."""
        return self.signs[at] if 0 <= at < len(self.signs) else ""
