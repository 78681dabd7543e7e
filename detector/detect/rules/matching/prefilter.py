"""Which rules an event may satisfy at all, by a text that each of them needs.

Comes in: for each rule what it needs; then frames. Goes out: the rules of which a needed text was found, and where.

Soundness. ``needed`` gives for a condition several needs, each of them pairs of column and text of which **at least one
stands in every event that satisfies it**, or none ("always": the rule is judged on every event). Any one need will do,
so in each frame a rule is let through where the rarest of its needs is met: many rules name a program that runs all the
time, and something else that never comes:

- A test of a text holds only where its longest piece without wildcards stands in the field, but for letter case. Of the
  piece the longest run of ASCII is taken: any part of a needed text is needed, too. A number compared with a text is
  the text of that number. All other tests need nothing that could be named, a test of an empty text neither.
- ``All`` holds only where every part does: it needs what each part needs. ``AnyOf`` needs the pairs of all its parts
  together, of each part those of one need, and nothing as soon as one part needs nothing. ``Not`` needs nothing.
- A label's text stands among the texts of all labels. Path and query as they were asked for are put together with a
  question mark: a piece without one lies in one of the two. A URL is scheme, host, path and query: of a piece without
  the signs between them that is no part of a scheme, the same holds.
- A native field is a label, or an element of a label's list, which stands there as JSON: of the piece, what JSON writes
  as it is is needed. An object is put together of many labels: nothing is needed.
- Letter case is dropped for ASCII letters alone. A letter beyond ASCII becomes one in lower case in two cases, the
  Kelvin sign and the dotted capital I; where one of these stands, every rule that needs a text in that column is let
  through.

So what is not let through does not satisfy the rule. What is let through is judged by the whole condition.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from detector.arrow_buffers import from_arrow
from detector.detect.rules.columns.expressions import EVERYTHING, LABEL, NATIVE, OBJECT, SCHEMES, URI, URL, safe
from detector.detect.rules.columns.frame_view import NONE, FrameView, Lists, without
from detector.detect.rules.columns.text_codes import encode
from detector.detect.rules.condition import All, Node, Not, Test
from detector.detect.rules.matching.text_search import TextSearch, text_search
from detector.detect.sorted_groups import begins_of, grouping, groups_of

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Needed = frozenset[tuple[str, str]]
Needs = tuple[Needed, ...]

_LABELS: Final = "labels"
_LEAST: Final = 3  # letters; shorter texts stand nearly everywhere
_MOST: Final = 250
_NEEDS: Final = 3  # of a rule that are looked for
_TEXTS: Final = 16  # of a need beside a rule's first at most
_FEW: Final = 64  # texts found, by what needs them: of so few it is not worth telling which is rarest
_LONG: Final = 6  # letters of each of these at least: what is found often costs more than it tells
_SAMPLE: Final = 256  # rows
_ODD_LETTERS: Final = ("\u212a", "\u0130")
_WRITTEN: Final = re.compile(r'["\\\x00-\x1f]|[:,] ')
"""What a text within a list is written differently for, or may be."""
_BOUNDS: Final = re.compile("[/?:]")
"""What stands between scheme, host, path and query."""
_OF_URL: Final = ("url.domain", "url.path", "url.query")
_TEXTUAL: Final = ("equals", "contains", "startswith", "endswith", "wildcard", "number")


def needed(node: Node, columns: Collection[str]) -> Needs:
    """Return needs, the best first: columns and texts of which one stands in every event that satisfies the condition.

    Only texts in ``columns`` are named.
    """
    if isinstance(node, Not):
        return ()
    if isinstance(node, Test):
        need = _needed_text(node, columns)
        return (need,) if need else ()
    parts = [needed(part, columns) for part in node.parts]
    if isinstance(node, All):
        needs = sorted(dict.fromkeys(need for part in parts for need in part), key=_worth, reverse=True)
        return (*needs[:1], *[need for need in needs[1:] if _is_telling(need)][: _NEEDS - 1])
    return (frozenset().union(*(part[0] for part in parts)),) if parts and all(parts) else ()


def _is_telling(need: Needed) -> bool:
    """Say whether it may pay to look for a need beside a better one."""
    return len(need) <= _TEXTS and _worth(need)[0] >= _LONG


def _worth(need: Needed) -> tuple[int, int]:
    return min(8, *(len(text) for _, text in need)), -len(need)


def _needed_text(test: Test, columns: Collection[str]) -> Needed:
    if test.operation not in _TEXTUAL:
        return frozenset()
    literal = str(test.value) if test.operation == "number" else test.literal
    if test.field == URI:
        text = max(map(_ascii, literal.split("?")), key=len)
        return frozenset({("url.path", text), ("url.query", text)}) if text else frozenset()
    if test.field == URL:
        parts = [part for part in map(_ascii, _BOUNDS.split(literal)) if not any(part in name for name in SCHEMES)]
        text = max(parts, key=len, default="")
        return frozenset((column, text) for column in _OF_URL) if text else frozenset()
    if test.field.startswith(NATIVE):
        if test.field.endswith(OBJECT) and test.field != EVERYTHING:
            return frozenset()  # its text is put together of names and values
        literal = max(_WRITTEN.split(literal), key=len)
    column = _LABELS if test.field.startswith((LABEL, NATIVE)) and test.field not in columns else test.field
    text = _ascii(literal)
    return frozenset({(column, text)}) if text and column in columns else frozenset()


def _ascii(text: str) -> str:
    """Return the longest run of ASCII in a text, in lower case, if it is long enough to look for."""
    if not text.isascii():
        text = max("".join(char if char.isascii() else "\0" for char in text).split("\0"), key=len)
    best = text[:_MOST].lower()
    return best if len(best) >= _LEAST else ""


class Prefilter:
    """What rules need, by their numbers."""

    def __init__(self, needs: Mapping[int, Needs]) -> None:
        self._rules = np.array([rule for rule, some in needs.items() for _ in some], dtype=np.int64)
        self._best = begins_of(self._rules)
        self._many = [len(some) for some in needs.values()]
        by_column: dict[str, dict[str, set[int]]] = {}
        for number, need in enumerate(need for some in needs.values() for need in some):
            for column, text in need:
                by_column.setdefault(safe(column), {}).setdefault(text, set()).add(number)
        self._columns = {column: _ColumnTexts(texts) for column, texts in by_column.items()}

    def candidates(self, view: FrameView) -> list[tuple[int, Ints]]:
        """Return rules, and for each the rows that hold a text it needs, in order."""
        looked = [each.find(view, column) for column, each in self._columns.items() if not view.empty(column)]
        found = [each for each in looked if each.texts.size]
        if not found:
            return []
        met = sum(each.needs.values.size for each in found)
        wanted = self._best if met <= _FEW else self._rarest(found)
        parts = [each.pairs(wanted) for each in found]
        pairs = np.concatenate([self._rules[needs] * view.height + rows for rows, needs in parts])
        pairs.sort()
        rules, rows = np.divmod(pairs[groups_of(pairs)], view.height)
        begins = groups_of(rules)
        return list(zip(rules[begins].tolist(), np.split(rows, begins[1:]), strict=False))

    def _rarest(self, found: Sequence["_Found"]) -> Mask:
        """Say of each need whether it is the one of its rule that is met least; the first of several."""
        counts = np.sum([each.counts(self._rules.size) for each in found], axis=0)
        least = np.minimum.reduceat(counts, np.flatnonzero(self._best))
        places = np.flatnonzero(counts == np.repeat(least, self._many))
        rarest = np.zeros(counts.size, dtype=np.bool_)
        rarest[places[groups_of(self._rules[places])]] = True
        return rarest


class _Found(NamedTuple):
    """The texts of a column that were found in a frame.

    Attributes:
        rows: Where, and beside each the place of the text among those that were found.
        times: How often each text was found.
        needs: What each text is a part of.
    """

    rows: Ints
    texts: Ints
    times: Ints
    needs: Lists

    def counts(self, many: int) -> Ints:
        """Return how often each need is met."""
        counts = np.bincount(self.needs.values, weights=self.times[self.needs.owners()], minlength=many)
        return counts.astype(np.int64)

    def pairs(self, wanted: Mask) -> tuple[Ints, Ints]:
        """Return rows, and the needs met in them that are wanted."""
        needs = without(self.needs, ~wanted[self.needs.values])
        some = needs.at(self.texts)
        return self.rows[some.owners()], some.values


class _ColumnTexts:
    """The texts that are needed in one column, and of which needs. They are made ready when first looked for."""

    def __init__(self, texts: Mapping[str, set[int]]) -> None:
        everyone = sorted(set().union(*texts.values()))
        needs = [*map(sorted, texts.values()), *(everyone for _ in _ODD_LETTERS)]
        self._texts = [*texts, *_ODD_LETTERS]
        begin = np.cumsum([0, *map(len, needs)])
        self._needs = Lists(begin, np.array([need for each in needs for need in each], dtype=np.int64))
        self._search: TextSearch | None = None

    def find(self, view: FrameView, column: str) -> _Found:
        """Look for the texts."""
        if self._search is None:
            self._search = text_search(self._texts)
        texts, row_of = _texts_of(view, column)
        codes, dictionary = encode(texts) if _come_again(texts) else (None, None)
        elements, numbers = self._search.find(_large(texts if dictionary is None else from_arrow("", dictionary)))
        if codes is not None and dictionary is not None and elements.size:
            places = _places(codes, len(dictionary)).at(elements)
            elements, numbers = places.values, numbers[places.owners()]
        if not numbers.size:
            return _Found(elements, numbers, numbers, self._needs)
        times = np.bincount(numbers, minlength=len(self._texts))
        found = np.flatnonzero(times)
        place = np.cumsum(times > 0) - 1
        rows = elements if row_of is None else row_of[elements]
        return _Found(rows, place[numbers], times[found], self._needs.at(found))


def _come_again(texts: pl.Series) -> bool:
    """Say whether the same texts seem to come again and again, as those of user agents do: each is searched once."""
    return 4 * texts[:_SAMPLE].n_unique() < 3 * min(_SAMPLE, len(texts))


def _places(codes: Ints, many: int) -> Lists:
    """Return the places at which each of the codes stands."""
    there = np.flatnonzero(codes != NONE)
    order = there[grouping(codes[there], many)]
    return Lists(np.searchsorted(codes[order], np.arange(many + 1)), order)


def _texts_of(view: FrameView, column: str) -> tuple[pl.Series, Ints | None]:
    """Return the texts of a column; of lists (labels: of their values) all elements, and the row of each."""
    if view.column(column).dtype == pl.String():
        return view.column(column), None
    begin, values = view.listed(column)
    values = values.field("value") if column == _LABELS else values
    return from_arrow("", values), np.repeat(np.arange(view.height), np.diff(begin))


def _large(column: pl.Series) -> pa.LargeStringArray:
    return column.to_arrow(compat_level=pl.CompatLevel.oldest())
