"""Events made one record at a time, and columns of labels laid out at once.

Comes in: records and a function that reads one of them, or columns of text. Goes out: ``Parsed``, or the column
``labels``. Formats whose records differ too much from each other for columns are read in this way; a record that cannot
be read costs itself alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any, TypeVar

import numpy as np
import polars as pl

from detector.decode.columns.list_columns import label_lists
from detector.decode.line_context import LineContext
from detector.decode.parse_result import Parsed, dtype_of, nothing
from detector.decode.time.event_time import parse_values
from detector.schema.events.lines import RejectReason

Labels = Mapping[str, str | None]
Record = TypeVar("Record")


@dataclass(slots=True)
class RowEvent:
    """One record, read.

    Attributes:
        at: Its time, as the log wrote it; None when it wrote none.
        columns: Event columns by name; None counts as absent.
        labels: What has no column; None counts as absent.
        blanks: Empty labels are kept, because rules tell a field that is empty from one that is absent.
    """

    at: Any
    columns: dict[str, Any]
    labels: Labels = field(default_factory=dict)
    blanks: bool = False


Read = Callable[[str], RowEvent | list[RowEvent] | RejectReason]


def parse_rows(lines: pl.Series, read: Read, place: LineContext) -> Parsed:
    """Read records one by one; times without a zone are in the zone of ``place``. One may give several events."""
    events, rows, failures = read_all(lines, read)
    times = parse_values([event.at for event in events], "auto", place.zone).rename("@timestamp")
    if times.null_count():
        known = times.is_not_null().to_list()
        good = [fine or (place.timed and event.at is None) for fine, event in zip(known, events, strict=True)]
        failures.update({row: RejectReason.BAD_TIME for row, fine in zip(rows, good, strict=True) if not fine})
        events, rows, times = list(compress(events, good)), list(compress(rows, good)), times.filter(pl.Series(good))
    if not events:
        return nothing(failures)
    whole = len(rows) == len(lines) and not failures
    return Parsed(_frame(events, times), None if whole else np.array(rows, np.int64), failures)


def read_all(
    lines: pl.Series, read: Callable[[str], Record | list[Record] | RejectReason]
) -> tuple[list[Record], list[int], dict[int, RejectReason]]:
    """Return the records that could be read, their lines, and why the others could not."""
    found: list[Record] = []
    rows: list[int] = []
    failures: dict[int, RejectReason] = {}
    for at, line in enumerate(lines.to_list()):
        record = read(line)
        if isinstance(record, RejectReason):
            failures[at] = record
        elif isinstance(record, list):
            found += record
            rows += [at] * len(record)
        else:
            found.append(record)
            rows.append(at)
    return found, rows, failures


def _frame(events: Sequence[RowEvent], times: pl.Series) -> pl.DataFrame:
    names = dict.fromkeys(name for event in events for name in event.columns)
    made = [times]
    made += [
        pl.Series(name, [event.columns.get(name) for event in events], dtype=dtype_of(name), strict=False)
        for name in names
    ]
    made.append(_labels(events))
    return pl.DataFrame(made)


def _labels(events: Iterable[RowEvent]) -> pl.Series:
    """Return the column ``labels``; no object is made for a pair, for those of a batch keep the collector busy."""
    keys: list[str] = []
    values: list[str | None] = []
    counts: list[int] = []
    for event in events:
        labels = event.labels
        if all(labels.values()):
            keys.extend(labels)
            values.extend(labels.values())
            counts.append(len(labels))
        else:
            here = {key: value for key, value in labels.items() if value or (event.blanks and value is not None)}
            keys.extend(here)
            values.extend(here.values())
            counts.append(len(here))
    return label_lists(keys, pl.Series(values, dtype=pl.String()), counts)


def labels_of(columns: Iterable[pl.Series]) -> pl.Series:
    """Return the column ``labels`` from columns of text, each under its name; nulls and empty texts are left out."""
    held = list(columns)
    height = len(held[0]) if held else 0
    width = len(held)
    texts = pl.concat([column.cast(pl.String).rename("") for column in held])
    has = (texts.is_not_null() & (texts != "")).to_numpy().reshape(width, height)
    order = (np.arange(width)[None, :] * height + np.arange(height)[:, None]).ravel()[has.T.ravel()]
    names = pl.Series([column.name for column in held], dtype=pl.String())
    return label_lists(names[order // max(height, 1)], texts[order], has.sum(axis=0))
