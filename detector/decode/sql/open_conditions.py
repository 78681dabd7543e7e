"""Conditions of a WHERE that leave all rows, or nearly all: a query that has no others sends its whole table.

Comes in: the tokens of a WHERE and the values in it. Goes out: by a column of ids, whether the conditions bound what is
read. Nothing is bounded by what is true of every row (``1 = 1``, ``name LIKE '%'``), by a range of ids that is open at
one end or longer than ``LONG``, by ids that are left out (``id <> -1``, ``id IS NOT NULL``), and by what is left of an
id when it is multiplied or divided (``id % 1 = 0``). A range of anything else does bound: who asks for
``created > now() - interval '1 day'`` wants a day. So does whatever is not understood or longer than ``_MOST``, and any
condition whose values are not known.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from detector.decode.sql.tokens import Token, words

LONG = 1000
"""Ids that a range may span and still be a list of clients."""


_WORDS = words(
    "all and any array as between binary collate distinct escape false from ilike in interval is like not null or"
    " regexp rlike similar some symmetric to true"
)
_PATTERNS = words("like ilike regexp rlike similar ~")
_NOT_READ = words("case exists select xor")
_SIGNS, _UNEQUAL, _COMPARING = words("< > = ! ^"), words("<> != ^="), words("< > <= >=")
_ANYTHING = re.compile(r"[%_.*^$+?()]+")
_FALSE = ("", "0", "f", "false")
_MIXING = words("% * / & mod")
_MOST, _DEEP = 1000, 30
"""Tokens of a WHERE, and brackets within brackets, that are read."""


class _Leaves(IntEnum):
    """What a condition leaves, the least first: some rows, all but a few of another column, all, a range of ids."""

    SOME = 0
    NEARLY_ALL = 1
    ALL = 2
    RANGE = 3


@dataclass(frozen=True, slots=True)
class _Node:
    """Conditions joined by AND or OR, or one condition (``tokens``)."""

    word: str = ""
    parts: tuple["_Node", ...] = ()
    tokens: tuple[Token, ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of a WHERE.

    Attributes:
        columns: What they ask about, in lower case.
    """

    root: _Node
    columns: frozenset[str] = field(default=frozenset())

    def open_for(self, alias: str, values: Sequence[str], given: Mapping[str, str]) -> frozenset[str]:
        """Return columns of a table one of which may be the one of ids, and nothing is bounded then; "": whichever."""
        asked = _Asked(alias.lower(), values, given)
        return frozenset(one for one in (*self.columns, "") if asked.leaves(self.root, one) >= _Leaves.ALL)


def conditions(tokens: Sequence[Token]) -> Conditions:
    """Return the conditions that some tokens are."""
    reader = _Reader(tokens)
    root = reader.alternatives() if len(tokens) <= _MOST else _Node()
    if reader.at < len(tokens):
        return Conditions(_Node())
    columns = (name.rpartition(".")[2] for node in _each(root) for name in _columns(node.tokens))
    return Conditions(root, frozenset(columns))


def _each(node: _Node) -> Iterator[_Node]:
    yield node
    for part in node.parts:
        yield from _each(part)


def _word(token: Token) -> str:
    return token.text if token.kind in ("word", "sign") else ""


class _Reader:
    """Reads AND, OR, NOT and brackets; what stands between them are conditions."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._depth = 0
        self.at = 0

    def _next(self) -> str:
        return _word(self._tokens[self.at]) if self.at < len(self._tokens) else ""

    def alternatives(self) -> _Node:
        return self._joined("or", self._together)

    def _together(self) -> _Node:
        return self._joined("and", self._single)

    def _joined(self, word: str, read: Callable[[], _Node]) -> _Node:
        parts = [read()]
        while self._next() == word:
            self.at += 1
            parts.append(read())
        return parts[0] if len(parts) == 1 else _Node(word, tuple(parts))

    def _single(self) -> _Node:
        negated = False
        while self._next() == "not":
            self.at += 1
            negated = not negated
        node = self._bracketed() or self._condition()
        return _Node(node.word, node.parts, node.tokens, node.negated != negated)

    def _bracketed(self) -> _Node | None:
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

    def _condition(self) -> _Node:
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
        return _Node(tokens=tuple(self._tokens[begin : self.at]))


def _columns(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the columns a condition names, with the table right before them (``c.id``)."""
    found = set()
    for at, token in enumerate(tokens):
        before = _word(tokens[at - 1]) if at else ""
        behind = _word(tokens[at + 1]) if at + 1 < len(tokens) else ""
        named = token.kind == "name" or (token.kind == "word" and (before == "." or token.text not in _WORDS))
        if named and behind not in ("(", ".") and before not in (":", "as"):
            table = tokens[at - 2].text.lower() + "." if before == "." and at > 1 else ""
            found.add(table + token.text.lower())
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Conditions with their values, asked for one table."""

    alias: str
    values: Sequence[str]
    given: Mapping[str, str]

    def leaves(self, node: _Node, column: str, *, negated: bool = False) -> _Leaves:
        """Return what conditions leave where clients are picked by a column."""
        negated = negated != node.negated
        if not node.parts:
            return self._one(node.tokens, column, negated=negated)
        found = [self.leaves(part, column, negated=negated) for part in node.parts]
        if (node.word == "or") != negated:
            return max(found)
        if min(found) is _Leaves.SOME or (not negated and self._short(node.parts, column)):
            return _Leaves.SOME
        return _Leaves.RANGE if _Leaves.RANGE in found else min(found)

    def _one(self, tokens: Sequence[Token], column: str, *, negated: bool) -> _Leaves:
        words = [_word(token) for token in tokens]
        if not _NOT_READ.isdisjoint(words):
            return _Leaves.SOME
        plain, otherwise = self._both(tokens, words, column)
        return otherwise if negated != ("not" in words) else plain

    def _both(self, tokens: Sequence[Token], words: Sequence[str], column: str) -> tuple[_Leaves, _Leaves]:
        """Return what a condition leaves, read without its NOT, and what its opposite leaves."""
        columns = self._columns(tokens)
        without = _without(columns, column)
        if words[-1:] == ["null"] and "is" in words:
            return _Leaves.SOME, without
        truth = self._truth(tokens, words)
        if truth is not None:
            return (_Leaves.ALL, _Leaves.SOME) if truth else (_Leaves.SOME, _Leaves.ALL)
        signs = "".join(word for word in words if word in _SIGNS)
        if signs in _UNEQUAL or "distinct" in words:
            return without, _Leaves.SOME
        ranged = _Leaves.RANGE if columns == {column} else _Leaves.SOME
        if "between" in words:
            return ranged if self._long(tokens) else _Leaves.SOME, without
        if signs in _COMPARING:
            return ranged, ranged
        if signs == "=" or "in" in words or not _PATTERNS.isdisjoint(words):
            picks = any(token.kind in ("value", "parameter") for token in tokens)
            mixed = ranged is _Leaves.RANGE and not _MIXING.isdisjoint(words)
            # A column that is like another joins two tables, and picks nothing.
            return _Leaves.RANGE if mixed else _Leaves.SOME if picks else _Leaves.NEARLY_ALL, without
        return _Leaves.SOME, _Leaves.SOME

    def _columns(self, tokens: Sequence[Token]) -> frozenset[str]:
        return frozenset(name.removeprefix(f"{self.alias}.") for name in _columns(tokens))

    def _truth(self, tokens: Sequence[Token], words: Sequence[str]) -> bool | None:
        """Return whether a condition is true of every row, or of none; None: neither, or it is not known."""
        if len(tokens) == 1:
            value = self._value(tokens[0])
            return {"true": True, "false": False}.get(words[0], None if value is None else value.lower() not in _FALSE)
        if not _PATTERNS.isdisjoint(words):
            value = next((self._value(one) for one in tokens if one.kind in ("value", "parameter")), None)
            return True if value is not None and _ANYTHING.fullmatch(value) else None
        at = next((at for at, word in enumerate(words) if word in ("<", ">", "=", "!")), 0)
        behind = at + 1 + (at + 1 < len(words) and words[at + 1] in ("=", ">"))
        sign = "".join(words[at:behind])
        left, right = tokens[:at], tokens[behind:]
        if not left or not right:
            return None
        if len(left) == len(right) == 1 and left[0].kind == right[0].kind == "value":
            return _compared(self._value(left[0]), sign, self._value(right[0]))
        same = [self._shown(one) for one in left] == [self._shown(one) for one in right]
        return True if same and sign in ("=", "<=", ">=") else None

    def _shown(self, token: Token) -> tuple[str, str]:
        if token.kind == "value":
            return "value", self._value(token) or ""
        return ("name" if token.kind == "word" else token.kind), token.text.lower()

    def _value(self, token: Token) -> str | None:
        if token.kind == "value":
            return self.values[int(token.text)]
        return self.given.get(token.text) if token.kind == "parameter" else None

    def _long(self, tokens: Sequence[Token]) -> bool:
        """Tell whether BETWEEN spans more than a list of clients does; texts have no length."""
        ends = [self._number(tokens, at) for at in range(len(tokens)) if tokens[at].kind in ("value", "parameter")]
        if None in ends:
            return all(token.kind != "parameter" for token in tokens)
        return len(ends) == 2 and _spans(ends[0], ends[1])

    def _short(self, parts: Sequence[_Node], column: str) -> bool:
        """Tell whether ids are bounded at both ends, and close together or by values that are not known."""
        ends: dict[str, list[int | None]] = {"<": [], ">": []}
        for part in parts:
            words = [_word(token) for token in part.tokens]
            if part.negated or self._columns(part.tokens) != {column} or len({"<", ">"} & {*words}) != 1:
                continue
            sign = "<" if "<" in words else ">"
            places = [at for at, token in enumerate(part.tokens) if token.kind in ("value", "parameter")]
            if places and places[0] < words.index(sign):
                sign = {"<": ">", ">": "<"}[sign]
            ends[sign].append(self._number(part.tokens, places[0]) if len(places) == 1 else None)
        return any(not _spans(low, high) for low in ends[">"] for high in ends["<"])

    def _number(self, tokens: Sequence[Token], at: int) -> int | None:
        value = self._value(tokens[at])
        if value is None or not value.isdecimal():
            return None
        return -int(value) if at and _word(tokens[at - 1]) == "-" else int(value)


def _spans(low: int | None, high: int | None) -> bool:
    return low is not None and high is not None and high - low > LONG


def _without(columns: frozenset[str], column: str) -> _Leaves:
    """Return what is left without some values of these columns."""
    if not columns:
        return _Leaves.SOME
    return _Leaves.RANGE if column in columns else _Leaves.NEARLY_ALL


def _compared(left: str | None, sign: str, right: str | None) -> bool | None:
    if left is None or right is None:
        return None
    if sign in ("=", "<>", "!="):
        return (left == right) == (sign == "=")
    if not (left.isdecimal() and right.isdecimal()):
        return None
    one, other = int(left), int(right)
    return {"<": one < other, ">": one > other, "<=": one <= other, ">=": one >= other}.get(sign)
