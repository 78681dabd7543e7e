"""What a condition leaves of a table, and what its opposite does; of several that are joined, what is left of all.

Comes in: a tree of conditions, the values in it, a column that may be the one of ids. Goes out: ``Selectivity``. What
counts as nearly all, ``open_conditions`` says.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from detector.decode.sql.column_names import (
    has_few_values,
    identifies,
    is_of_text,
    is_out_of_use,
    lies_above_all,
    lies_below_all,
    says_yes_or_no,
)
from detector.decode.sql.conditions.condition_tree import UNREAD, Node, columns_of, word_of
from detector.decode.sql.tokens import Token, words

LONG = 1000
"""Ids that a range may span and still be a list of clients."""

_PATTERNS = words("like ilike regexp rlike similar ~")
_NOT_READ = words("case exists select xor")
_SIGNS, _UNEQUAL, _COMPARING = words("< > = ! ^"), words("<> != ^="), words("< > <= >=")
_EQUAL = words("= <=>")
_ANYTHING = re.compile(r"[%_.*^$+?()]+")
_NEARLY_ANYTHING = re.compile(r"%[^%_]{0,2}%")
_JOKERS = re.compile(r"[%_]")
_CLASSES = re.compile(r"\[[^\]]*+\]?+|\\.")
_TELLING = re.compile(r"[^\W\d]|\d.*\d.*\d")
"""A letter, or three figures: who asks for fewer asks for most phones and numbers."""
_SHORT = 3
"""Characters of a text that asks for more than a first letter, where names or phones are compared with it."""
_FALSE = ("", "0", "f", "false")
_NUMBER = re.compile(r"\d{1,9}(?:\.\d+)?")
_NONE = re.compile(r"\s*[-–—]?\s*|-1|[+-]?0+(?:[.,]0*)?|0000-00-00.*", re.DOTALL)
_YES, _NO = words("1 t true y yes on"), words("0 f false n no off")
_MIXING = words("% * / & mod")
_CUTTING = words("substr substring left right mid char_at ascii")
_LENGTHS = words("length char_length character_length octet_length len datalength")


class Selectivity(IntEnum):
    """What a condition leaves, the least first: some rows, who knows how many, nearly all, all, a range of ids."""

    SOME = 0
    WIDE = 1
    NEARLY_ALL = 2
    ALL = 3
    RANGE = 4


_SOME, _WIDE, _NEARLY_ALL = Selectivity.SOME, Selectivity.WIDE, Selectivity.NEARLY_ALL


@dataclass(frozen=True, slots=True)
class Asked:
    """Conditions with their values, asked for one table."""

    alias: str
    values: Sequence[str]
    given: Mapping[str, str]
    zeros: frozenset[int] = frozenset()

    def leaves(self, node: Node, column: str, *, negated: bool = False) -> Selectivity:
        """Return what conditions leave where clients are picked by a column."""
        negated = negated != node.negated
        if not node.parts:
            return self._one(node.tokens, column, negated=negated)
        found = [self.leaves(part, column, negated=negated) for part in node.parts]
        if (node.word == "or") != negated:
            return max(found)
        least = min(found)
        if least is _SOME or (not negated and self._short(node.parts, column)):
            return _SOME
        return Selectivity.RANGE if Selectivity.RANGE in found and least > _WIDE else least

    def is_never(self, node: Node) -> bool:
        """Tell whether a condition is true of no row: ``1 = 0``, ``false``."""
        return self._truth(node.tokens, [word_of(token) for token in node.tokens]) is node.negated

    def is_plain_pattern(self, tokens: Sequence[Token]) -> bool:
        """Tell whether LIKE asks for one text alone."""
        known = [self._value(one) for one in tokens if one.kind in ("value", "parameter")]
        return all(one is not None and not _JOKERS.search(one) for one in known)

    def _one(self, tokens: Sequence[Token], column: str, *, negated: bool) -> Selectivity:
        words = [word_of(token) for token in tokens]
        if not _NOT_READ.isdisjoint(words) or UNREAD.tokens[0] in tokens:
            return _WIDE
        if all(token.kind in ("value", "sign") for token in tokens) and self._truth(tokens, words) is None:
            return Selectivity.ALL if tokens else _SOME  # values with values: the same for every row
        plain, otherwise = self._both(tokens, words, column)
        return otherwise if negated != ("not" in words) else plain

    def _both(self, tokens: Sequence[Token], words: Sequence[str], column: str) -> tuple[Selectivity, Selectivity]:
        """Return what a condition leaves, read without its NOT, and what its opposite leaves."""
        columns = self._columns(tokens)
        without = _without(columns, column)
        alone = next(iter(columns)) if len(columns) == 1 and column not in columns else ""
        if words[-1:] == ["null"] and "is" in words:
            return _missing(alone, columns, column), _SOME if is_out_of_use(alone) else without
        truth = self._truth(tokens, words)
        if truth is not None:
            return (Selectivity.ALL, _SOME) if truth else (_SOME, Selectivity.ALL)
        signs = "".join(word for word in words if word in _SIGNS)
        unequal = signs in _UNEQUAL or "distinct" in words
        flag = self._flag(tokens, words, alone) if unequal or signs in ("", "=") else None
        if flag is not None:
            return (flag[1], flag[0]) if unequal else flag
        return (without, _SOME) if unequal else self._bounded(tokens, words, column, alone, without)

    def _bounded(
        self, tokens: Sequence[Token], words: Sequence[str], column: str, alone: str, without: Selectivity
    ) -> tuple[Selectivity, Selectivity]:
        """Return the same for a range, an equality, a list, a pattern."""
        columns = self._columns(tokens)
        signs = "".join(word for word in words if word in _SIGNS)
        if alone == "rownum" and any(token.kind == "value" for token in tokens):  # a limit, which is read as one
            return Selectivity.ALL, _SOME
        ranged = Selectivity.RANGE if columns == {column} else _SOME
        if "between" in words:
            return self._between(tokens, ranged, alone), without
        if signs in _COMPARING:
            return (ranged, ranged) if ranged else self._compared(tokens, words, alone)
        if signs in _EQUAL or "in" in words or not _PATTERNS.isdisjoint(words):
            zero = any(token.kind == "value" and int(token.text) in self.zeros for token in tokens)
            if ranged and (zero or not _MIXING.isdisjoint(words)):
                return ranged, without
            if zero and is_of_text(alone):
                return _NEARLY_ALL, _SOME
            return self._picked(tokens, words, alone), without
        if "(" in words and columns and self._asks_little(tokens):  # instr(email, '@'), is_valid(c)
            return _WIDE, _WIDE
        return _SOME, _SOME

    def _flag(self, tokens: Sequence[Token], words: Sequence[str], name: str) -> tuple[Selectivity, Selectivity] | None:
        """Return what a flag leaves and what its opposite does; None for what is no flag."""
        said = {word for word in words if word in ("true", "false")}
        if not said or says_yes_or_no(name):
            said |= {(self._value(one) or "").lower() for one in tokens if one.kind in ("value", "parameter")}
        if not name or not said <= _YES | _NO or not (said <= {"true", "false"} or says_yes_or_no(name)):
            return None
        if not (_is_bare(tokens) or (said and not {"=", "in", "is", "distinct"}.isdisjoint(words))):
            return None
        yes = _SOME if is_out_of_use(name) else _NEARLY_ALL
        if not said.isdisjoint(_NO) and not said.isdisjoint(_YES):
            return _NEARLY_ALL, _NEARLY_ALL
        return (yes, _NEARLY_ALL) if said.isdisjoint(_NO) else (_NEARLY_ALL, yes)

    def _picked(self, tokens: Sequence[Token], words: Sequence[str], name: str) -> Selectivity:
        """Return what is left by an equality, a list or a pattern."""
        values = [self._value(one) for one in tokens if one.kind in ("value", "parameter")]
        sign = next((at for at, word in enumerate(words) if word in ("=", "in")), 0)
        if not columns_of(tokens[:sign]).isdisjoint(columns_of(tokens[sign:])):  # id = id + 0, id IN (5, id)
            return _NEARLY_ALL
        if not values:  # two tables are joined, or columns of one compared
            tables = {one.rpartition(".")[0] for one in columns_of(tokens)}
            return _NEARLY_ALL if len(tables) > 1 else _WIDE
        known = [one for one in values if one is not None]
        if not _PATTERNS.isdisjoint(words):
            return _WIDE if any(map(_NEARLY_ANYTHING.fullmatch, known)) or _tells_little(known, words) else _SOME
        cuts = not _CUTTING.isdisjoint(words) and self._asks_little(tokens)  # substr(phone, 1, 1) = '7'
        shared = (
            has_few_values(name)
            or cuts
            or (set(known) <= {"0", "1"} and not identifies(name) and len(known) == len(values))
        )
        return _WIDE if name and "." not in name and (shared or self._asks_for_none(tokens)) else _SOME

    def _asks_for_none(self, tokens: Sequence[Token]) -> bool:
        """Tell whether a value is one that stands for none: empty, zero, -1. Most rows may have none."""
        return any(
            value is not None and (stands_for_none(value) or (value == "1" and word_of(tokens[at - 1]) == "-"))
            for at, value in enumerate(map(self._value, tokens))
        )

    def _asks_little(self, tokens: Sequence[Token]) -> bool:
        """Tell whether no value that is asked for has more letters or figures than most texts hold somewhere."""
        known = [self._value(one) for one in tokens if one.kind in ("value", "parameter")]
        return all(one is not None and len(one) < _SHORT for one in known)

    def _compared(self, tokens: Sequence[Token], words: Sequence[str], name: str) -> tuple[Selectivity, Selectivity]:
        """Return what is left by a range of another column, and without it: nearly all if it ends where no value is."""
        places = [at for at, token in enumerate(tokens) if token.kind in ("value", "parameter")]
        if not self._columns(tokens) and "(" in words and all(token.kind != "parameter" for token in tokens):
            return _WIDE, _WIDE  # random() < 2
        if "(" in words and len(places) > 1 and self._asks_little(tokens):
            return _WIDE, _WIDE  # strpos(phone, '7') > 0
        if any("." in one for one in self._columns(tokens)):
            return _SOME, _SOME
        numbers = [value for at in places if (value := self._value(tokens[at])) and _NUMBER.fullmatch(value)]
        if (not name or len(places) != 1) and len(numbers) == len(places) == 1:
            return _WIDE, _WIDE  # extract(year FROM created) > 2000
        if not name or len(places) != 1:
            return _SOME, _SOME
        at = places[0]
        sign = next(place for place, word in enumerate(words) if word in ("<", ">"))
        value = self._value(tokens[at])
        text = ("-" if at and words[at - 1] == "-" else "") + ("1" if value is None else value)
        counts = "=" in words or identifies(name) or not _LENGTHS.isdisjoint(words)
        least = lies_below_all(text) or (text == "0" and counts)
        is_low = (words[sign] == ">") == (at > sign)
        letter = identifies(name) and value is not None and len(value) < _SHORT and value.isalpha()
        other = _WIDE if letter or (numbers and ("(" in words or not identifies(name))) else _SOME
        below, above = (_NEARLY_ALL if one else other for one in (lies_above_all(text), least))
        return (above, below) if is_low else (below, above)

    def _between(self, tokens: Sequence[Token], ranged: Selectivity, name: str) -> Selectivity:
        if ranged:
            return ranged if self._long(tokens) else _SOME
        ends = [self._value(token) for token in tokens if token.kind in ("value", "parameter")]
        low, high = ends if len(ends) == 2 else (None, None)
        far = name and low is not None and high is not None and lies_below_all(low) and lies_above_all(high)
        return _NEARLY_ALL if far else _SOME

    def _columns(self, tokens: Sequence[Token]) -> frozenset[str]:
        return frozenset(name.removeprefix(f"{self.alias}.") for name in columns_of(tokens))

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
            return _true(self._value(left[0]), sign, self._value(right[0]))
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
        return len(ends) == 2 and (_spans(ends[0], ends[1]) or _spans(ends[1], ends[0]))

    def _short(self, parts: Sequence[Node], column: str) -> bool:
        """Tell whether ids are bounded at both ends, and close together or by values that are not known."""
        ends: dict[str, list[int | None]] = {"<": [], ">": []}
        for part in parts:
            words = [word_of(token) for token in part.tokens]
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
        return -int(value) if at and word_of(tokens[at - 1]) == "-" else int(value)


def stands_for_none(value: str) -> bool:
    """Tell whether a value stands for none where it says what a row belongs to: empty, zero, -1."""
    return _NONE.fullmatch(value) is not None


def _spans(low: int | None, high: int | None) -> bool:
    return low is not None and high is not None and high - low > LONG


def _tells_little(known: Sequence[str], words: Sequence[str]) -> bool:
    """Tell whether a pattern names no letter and hardly a figure: ``~ '[0-9]'``, ``LIKE '___%'``, ``LIKE '7%'``."""
    plain = [one if "like" in words or "ilike" in words else _CLASSES.sub("", one) for one in known]
    return bool(plain) and not any(_TELLING.search(one.replace("_", "")) for one in plain)


def _is_bare(tokens: Sequence[Token]) -> bool:
    """Tell whether a condition is the name of a column and no more."""
    return all(token.kind in ("word", "name") or token.text == "." for token in tokens)


def _missing(name: str, columns: frozenset[str], column: str) -> Selectivity:
    """Return what is left where a column is empty: nearly all where it says since when a record is out of use."""
    if (
        not columns or column in columns or "." in name or identifies(name)
    ):  # of another table: those that have nothing there
        return _SOME
    return _NEARLY_ALL if is_out_of_use(name) else _WIDE


def _without(columns: frozenset[str], column: str) -> Selectivity:
    """Return what is left without some values of these columns."""
    if not columns:
        return _SOME
    return Selectivity.RANGE if column in columns else _NEARLY_ALL


def _true(left: str | None, sign: str, right: str | None) -> bool | None:
    if left is None or right is None:
        return None
    numbers = left.isdecimal() and right.isdecimal()
    if sign in ("=", "<>", "!="):
        same = left.lstrip("0") == right.lstrip("0") if numbers else left == right
        return same == (sign == "=")
    if not numbers:
        return None
    one, other = int(left), int(right)
    return {"<": one < other, ">": one > other, "<=": one <= other, ">=": one >= other}.get(sign)
