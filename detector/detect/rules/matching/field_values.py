"""What the fields of a frame's events hold, as conditions ask for it: read once, however many rules ask.

Comes in: a view of a frame. Goes out: masks over all its rows, and the texts of some of them. Of few rows the texts are
taken out one by one, of many a column's different texts are asked for once each.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.columns.expressions import LINE, NATIVE, Types, safe
from detector.detect.rules.columns.frame_view import NONE, FrameView, texts_of
from detector.detect.rules.columns.line_values import named_in_lines

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Verdicts = Callable[[Sequence[str]], Iterable[bool | None]]
"""Tells of each of some texts whether it is meant."""

FEW: Final = 64
"""Up to so many rows their texts are taken out; up to a fourth of a frame, where a column has no numbers for them."""


class FieldValues:
    """The fields of one frame. ``all``, ``none``: masks over its rows."""

    def __init__(
        self, view: FrameView, types: Types, masks: Sequence[Callable[["FieldValues"], Mask]], few: int
    ) -> None:
        self.view = view
        self.all = np.ones(view.height, dtype=np.bool_)
        self.none = np.zeros(view.height, dtype=np.bool_)
        self._few = few
        self._dear = max(few, view.height // 4)
        self._types = types
        self._masks = masks
        self._done: dict[int, Mask] = {}
        self._texts: dict[tuple[str, bool], dict[int, Sequence[str]]] = {}
        self._lowered: dict[str, list[str]] = {}

    def mask(self, number: int) -> Mask:
        """Return the rows that satisfy a condition over whole columns."""
        found = self._done.get(number)
        if found is None:
            found = self._done[number] = self._masks[number](self)
        return found

    def there(self, field: str) -> Mask:
        """Say where a field holds something."""
        column = self.view.field(safe(field))
        if column is None or column.null_count() == self.view.height:
            return self.none
        return self.all if not column.null_count() else column.is_not_null().to_numpy()

    def exists(self, field: str) -> Mask:
        """Say where there is such a field, be it empty, null or an object."""
        there = self.filled(field)
        if not field.startswith(NATIVE) or there.all() or LINE not in self._types:
            return there
        path = field.removeprefix(NATIVE)
        return there | named_in_lines(self.view, path, np.flatnonzero(~there))

    def filled(self, field: str) -> Mask:
        """Say where a field holds something, be it an object."""
        there = self.there(field)
        if not field.startswith(NATIVE) or (below := self.view.below(field.removeprefix(NATIVE))) is None:
            return there
        return there | below

    def having(self, field: str, verdicts: Verdicts, rows: Ints, *, cased: bool) -> Ints:
        """Return which of some rows hold a text that is meant in a field, in lower case unless case counts."""
        kind = self._types.get(field)
        if field.startswith(NATIVE) and (column := self.view.field(field)) is not None:
            kind = column.dtype  # lists in those frames alone in which some event has several values
        listed = isinstance(kind, pl.List)
        few = self._few if listed or self.view.is_encoded(safe(field)) else self._dear
        if rows.size <= few or (isinstance(kind, pl.List) and kind.inner != pl.String()):
            return self._having_few(self.texts(field, rows, cased=cased), verdicts)
        if isinstance(kind, pl.List):
            lists, texts = self.view.elements(safe(field))
            some = lists.at(rows)
            found = np.zeros(rows.size, dtype=np.bool_)
            found[some.owners()[self._meant(field, some.values, texts, verdicts, cased=cased)]] = True
            return rows[found]
        codes = self.view.codes(safe(field))
        mine = codes.of[rows]
        there = mine != NONE
        if not there.all():
            rows, mine = rows[there], mine[there]
        return rows[self._meant(field, mine, codes.texts, verdicts, cased=cased)]

    def _meant(self, field: str, codes: Ints, texts: Sequence[str], verdicts: Verdicts, *, cased: bool) -> Mask:
        """Say of each of some texts, given by its number among those of a field, whether it is meant."""
        if not cased:
            lowered = self._lowered.get(field)
            if lowered is None:
                lowered = self._lowered[field] = [text.lower() for text in texts]
            texts = lowered
        of = codes
        if len(texts) > codes.size:
            numbers, of = np.unique(codes, return_inverse=True)
            texts = [texts[number] for number in numbers.tolist()]
        told = verdicts(texts)
        if isinstance(told, pl.Series):
            meant: Mask = told.fill_null(value=False).to_numpy()
        else:
            meant = np.fromiter(map(bool, told), np.bool_, len(texts))
        return meant[of]

    @staticmethod
    def _having_few(texts: Iterable[tuple[int, Sequence[str]]], verdicts: Verdicts) -> Ints:
        pairs = [(row, text) for row, some in texts for text in some]
        meant = compress([row for row, _ in pairs], verdicts([text for _, text in pairs]))
        return np.array(list(dict.fromkeys(meant)), dtype=np.int64)

    def texts(self, field: str, rows: Ints, *, cased: bool) -> Iterable[tuple[int, Sequence[str]]]:
        """Return the texts a field has in some rows, in lower case unless case counts; nothing is no text."""
        known = self._texts.setdefault((field, cased), {})
        wanted = rows.tolist()
        missing = [row for row in wanted if row not in known]
        if missing:
            known.update(zip(missing, self._read(field, np.array(missing), cased=cased), strict=True))
        return [(row, known[row]) for row in wanted]

    def _read(self, field: str, rows: Ints, *, cased: bool) -> Iterable[Sequence[str]]:
        column = self.view.field_at(safe(field), rows)
        if column is None:
            return [()] * rows.size
        listed = isinstance(column.dtype, pl.List)
        kind = pl.List(pl.String())
        values = (column if column.dtype == kind else column.cast(kind) if listed else texts_of(column)).to_list()
        lists = ((value or ()) if listed else (value,) for value in values)
        return [[text if cased else text.lower() for text in texts if text is not None] for texts in lists]
