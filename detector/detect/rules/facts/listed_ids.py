"""Which events name a client that the company has put on a list: planted clients, watched ones.

Comes in: ids as people write them, and the record map. Goes out: the elements of a column of ids that are listed. Ids
are compared in their one form. One without a tenant is meant within every tenant: whoever makes such a list need not
know how companies are told apart.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from detector.arrow_buffers import as_type, is_in, numpy_array, substituted
from detector.detect.rules.columns.frame_view import FrameView
from detector.schema.events.id_forms import one_form
from detector.settings import RecordMap

Ints = npt.NDArray[np.int64]


class Named(NamedTuple):
    """Listed ids in a frame, in order: the row of each, and its place among all elements of the column."""

    rows: Ints
    places: Ints


class ListedIds:
    """Ids on a list.

    Args:
        ids: In any spelling.
        records: Says what has ids that are text, and where tenants are put before them.
    """

    def __init__(self, ids: Iterable[str], records: RecordMap) -> None:
        ids = frozenset(ids)
        self._numbers = _forms(ids, number=True)
        # Of what has ids that are text, an id that looks like a number is another client than that number.
        self._objects = sorted({route.object for route in records.routes if route.ids == "text" and route.object})
        self._texts = _forms(ids, number=False)
        self._tenants = any(route.tenant for route in records.routes)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._numbers)

    def named(self, view: FrameView, column: str) -> Named:
        """Return the elements of a column of ids that are listed."""
        if not len(self) or view.empty(column):
            return Named(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
        found = self._found(view, column, number=True)
        if self._objects:
            text = view.holds("object.type", *self._objects)
            other = self._found(view, column, number=False)
            places = np.sort(np.append(found.places[~text[found.rows]], other.places[text[other.rows]]))
            return _named(view, column, places)
        return found

    def _found(self, view: FrameView, column: str, *, number: bool) -> Named:
        wanted = self._numbers if number else self._texts
        elements = as_type(view.listed(column)[1], wanted.type)
        listed = numpy_array(is_in(elements, wanted))
        if self._tenants:
            listed = listed | numpy_array(is_in(_without_tenant(elements, number=number), wanted))
        return _named(view, column, np.flatnonzero(listed))


def _named(view: FrameView, column: str, places: Ints) -> Named:
    return Named(np.searchsorted(view.listed(column)[0], places, side="right") - 1, places)


def _without_tenant(ids: pa.Array, *, number: bool) -> pa.Array:
    """Return ids without what stands before their last slash, numbers among them without zeros before them."""
    bare = substituted(ids, "(?s)^.*/", "")
    return substituted(bare, r"^[+-]?0*([0-9]+)$", r"\1") if number else bare


def _forms(ids: Iterable[str], *, number: bool) -> pa.Array:
    """Return ids in the form in which events have them."""
    forms = {one_form(each, number=number) for each in ids}
    return pl.Series(sorted(forms), dtype=pl.String()).to_arrow(compat_level=pl.CompatLevel.oldest())
