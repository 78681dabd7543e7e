"""Plain events with names of their own → a frame of the fields that rules ask for, each a list of texts.

Comes in: dictionaries. Goes out: what ``native_values.reach`` says of each field and event. An event is gone over once:
its keys say which of the fields may stand in it, and rules ask for many that do not.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa

from detector.arrow_buffers import arrow_array, from_arrow
from detector.detect.rules.columns.expressions import safe
from detector.detect.rules.columns.line_values import texts_series
from detector.detect.rules.columns.native_values import all_texts, reach

ALL_TEXTS: Final = "*"
"""The column of all texts of an event."""
TYPE: Final = pl.List(pl.String())
_Values = list[str | None]


def plain_frame(events: Sequence[Mapping[str, Any]], wanted: Sequence[str]) -> pl.DataFrame:
    """Return the fields that rules ask for; ``ALL_TEXTS``: every text of an event."""
    columns: dict[str, list[_Values | None]] = {name: [None] * len(events) for name in wanted}
    if ALL_TEXTS in columns:
        columns[ALL_TEXTS] = [list(all_texts(event)) for event in events]
    below = _below(name for name in wanted if name != ALL_TEXTS)
    for row, event in enumerate(events):
        for key in event:
            for name in below.get(key, ()):
                column = columns[name]
                if column[row] is None:
                    column[row] = reach(event, name)
    return pl.DataFrame([_lists(safe(name), column) for name, column in columns.items()])


def _below(names: Iterable[str]) -> dict[str, list[str]]:
    """Return for each key of an event the fields that it may be, or hold."""
    found: dict[str, list[str]] = {}
    for name in names:
        for at in [at for at, sign in enumerate(name) if sign == "."] + [len(name)]:
            found.setdefault(name[:at], []).append(name)
    return found


def _lists(name: str, values: Sequence[_Values | None]) -> pl.Series:
    """Return a column of lists. Polars would look at each list by itself."""
    many = np.array([-1 if some is None else len(some) for some in values], dtype=np.int64)
    nothing = many < 0
    if nothing.all():
        return pl.Series(name, [None], dtype=TYPE).new_from_index(0, len(values))
    ends = np.concatenate([[0], np.cumsum(np.maximum(many, 0))])
    offsets = arrow_array(ends, np.append(~nothing, [True]))
    texts = texts_series([text for some in values if some for text in some])
    return from_arrow(name, pa.LargeListArray.from_arrays(offsets, texts.to_arrow()))
