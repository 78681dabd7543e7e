"""Which rules an event may satisfy at all, by a text that each of them needs.

Comes in: for each rule what it needs; then frames. Goes out: the rules of which a needed text was found, and where.

Soundness. ``needed`` gives for a condition pairs of column and text of which **at least one stands in every event that
satisfies it**, or nothing ("always": the rule is judged on every event):

- A test of a text holds only where its longest piece without wildcards stands in the field, but for letter case. Of the
  piece the longest run of ASCII is taken: any part of a needed text is needed, too. A number compared with a text is
  the text of that number. All other tests need nothing that could be named, a test of an empty text neither.
- ``All`` holds only where every part does: what any one part needs will do. ``AnyOf`` needs the pairs of all its parts
  together, and nothing as soon as one part needs nothing. ``Not`` needs nothing.
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
from collections.abc import Collection, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from detector.detect.rules.columns.expressions import EVERYTHING, LABEL, NATIVE, OBJECT, SCHEMES, URI, URL, safe
from detector.detect.rules.columns.frame_view import NONE, FrameView, Lists, grouping, groups_of
from detector.detect.rules.columns.text_codes import encode
from detector.detect.rules.condition import All, AnyOf, Node, Not, Test
from detector.detect.rules.matching.text_search import TextSearch, text_search

Ints = npt.NDArray[np.int64]
Needed = frozenset[tuple[str, str]]

_LABELS: Final = "labels"
_LEAST: Final = 3  # letters; shorter texts stand nearly everywhere
_MOST: Final = 250
_SAMPLE: Final = 256  # rows
_ODD_LETTERS: Final = ("\u212a", "\u0130")
_WRITTEN: Final = re.compile(r'["\\\x00-\x1f]|[:,] ')
"""What a text within a list is written differently for, or may be."""
_BOUNDS: Final = re.compile("[/?:]")
"""What stands between scheme, host, path and query."""
_OF_URL: Final = ("url.domain", "url.path", "url.query")
_TEXTUAL: Final = ("equals", "contains", "startswith", "endswith", "wildcard", "number")


def needed(node: Node, columns: Collection[str]) -> Needed:
    """Return columns and texts of which at least one stands in every event that satisfies the condition, or nothing.

    Only texts in ``columns`` are named.
    """
    if isinstance(node, Not):
        return frozenset()
    if isinstance(node, Test):
        return _needed_text(node, columns)
    parts = [needed(part, columns) for part in node.parts]
    if isinstance(node, All):
        return max(filter(None, parts), key=_worth, default=frozenset())
    return frozenset().union(*parts) if all(parts) and isinstance(node, AnyOf) else frozenset()


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

    def __init__(self, needs: Mapping[int, Needed]) -> None:
        by_column: dict[str, dict[str, set[int]]] = {}
        for rule, pairs in needs.items():
            for column, text in pairs:
                by_column.setdefault(safe(column), {}).setdefault(text, set()).add(rule)
        self._columns = {column: _ColumnTexts(texts) for column, texts in by_column.items()}

    def candidates(self, view: FrameView) -> list[tuple[int, Ints]]:
        """Return rules, and for each the rows that hold a text it needs, in order."""
        found = [each.pairs(view, column) for column, each in self._columns.items() if not view.empty(column)]
        if not found:
            return []
        pairs = np.concatenate([rules * view.height + rows for rows, rules in found])
        pairs.sort()
        rules, rows = np.divmod(pairs[groups_of(pairs)], view.height)
        begins = groups_of(rules)
        return list(zip(rules[begins].tolist(), np.split(rows, begins[1:]), strict=False))


class _ColumnTexts:
    """The texts that are needed in one column, and by which rules. They are made ready when first looked for."""

    def __init__(self, texts: Mapping[str, set[int]]) -> None:
        everyone = sorted(set().union(*texts.values()))
        rules = [*map(sorted, texts.values()), *(everyone for _ in _ODD_LETTERS)]
        self._texts = [*texts, *_ODD_LETTERS]
        begin = np.cumsum([0, *map(len, rules)])
        self._rules = Lists(begin, np.array([rule for each in rules for rule in each], dtype=np.int64))
        self._search: TextSearch | None = None

    def pairs(self, view: FrameView, column: str) -> tuple[Ints, Ints]:
        """Return rows and the rules that need something in them."""
        if self._search is None:
            self._search = text_search(self._texts)
        texts, row_of = _texts_of(view, column)
        codes, dictionary = encode(texts) if _come_again(texts) else (None, None)
        elements, numbers = self._search.find(_large(texts if dictionary is None else pl.Series(dictionary)))
        rules = self._rules.at(numbers)
        elements, found = elements[rules.owners()], rules.values
        if codes is not None and dictionary is not None:
            places = _places(codes, len(dictionary)).at(elements)
            elements, found = places.values, found[places.owners()]
        return elements if row_of is None else row_of[elements], found


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
    return pl.Series(values, dtype=pl.String()), np.repeat(np.arange(view.height), np.diff(begin))


def _large(column: pl.Series) -> pa.LargeStringArray:
    return column.to_arrow(compat_level=pl.CompatLevel.oldest())
