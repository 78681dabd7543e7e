"""Values of JSON fields become the columns of events: texts, numbers, durations, lists, labels.

Comes in: the values of one field, one an object, as decoded or as a column. Goes out: a column of the type the table
of events has. A value that cannot be one becomes null; it knows no field map and no lines.
"""

from collections.abc import Sequence
from itertools import compress
from typing import Any

import numpy as np
import polars as pl

from detector.decode.columns.dictionary import Dictionary
from detector.decode.columns.frame_ops import first_of, shortest
from detector.decode.columns.list_columns import Texts, label_lists, text_lists
from detector.decode.json.lookup import as_count, as_ids, as_number, as_text
from detector.decode.json.shape_columns import Column
from detector.decode.parse_result import FORWARDED
from detector.decode.weblog.request_line import Request

MOST: dict[pl.DataType, int] = {pl.Int16(): 999, pl.Int64(): (1 << 63) - 1}
UNITS = {"s": 1e9, "ms": 1e6, "us": 1e3, "µs": 1e3, "μs": 1e3, "ns": 1.0}
_DURATION = r"^(?P<number>[0-9]{1,18}(?:\.[0-9]{1,18})?)(?P<unit>ms|us|µs|μs|ns|s)$"
_WHOLE = {int, type(None)}
_NUMBERS = {int, float, type(None)}


def first_words(columns: Sequence[list[Any] | pl.Series]) -> Column:
    """Return the first word present in each row; the first of a list, as ECS writes categories."""
    if all(isinstance(column, pl.Series) for column in columns):
        return first_of("", *(pl.Series(column, dtype=pl.String()) for column in columns))
    words = list(columns[0])
    for column in columns[1:]:
        if None in words:
            words = [other if word is None else word for word, other in zip(words, column, strict=True)]
    if list in set(map(type, words)):
        words = [(word or [None])[0] if isinstance(word, list) else word for word in words]
    return words


def _strings(name: str, values: Column) -> pl.Series | None:
    """Return a column of text; None when a value is something else."""
    if isinstance(values, pl.Series) and values.dtype == pl.String():
        return values.alias(name)
    try:
        return pl.Series(name, values, dtype=pl.String(), strict=True)
    except (OverflowError, TypeError, pl.exceptions.PolarsError):  # the first of numbers of more than 128 bits
        return None


def text(name: str, values: Column) -> pl.Series:
    """Return values as a column of text, null for what says that there is nothing."""
    column = _strings(name, values)
    if column is None:
        column = pl.Series(name, [as_text(_only(value, name)) for value in values], dtype=pl.String())
    return _present(column)


def _only(value: Any, name: str) -> Any:
    """Return the one value a list holds; of addresses that were forwarded all of them, as the header has them."""
    if not isinstance(value, list):
        return value
    if name == FORWARDED:
        return ", ".join(map(str, value))
    first = next((one for one in value if one is not None), None)
    return first if all(one is None or one == first for one in value) else value


def _present(column: pl.Series) -> pl.Series:
    """Return ``column`` with null for what says that there is nothing."""
    if shortest(column) > 1:
        return column
    absent = (column == "") | (column == "-")
    return column.set(absent, None) if absent.any() else column


def numbers(name: str, values: Column, dtype: pl.DataType) -> pl.Series:
    """Return values as numbers from 0 to the most the column may hold; null for anything else."""
    most, read = MOST[dtype], as_count if name == "record.count" else as_number
    if _are_whole(values):
        try:
            column = pl.Series(name, values, dtype=pl.Int64())
        except (OverflowError, TypeError, pl.exceptions.PolarsError):
            pass  # a number nothing we count can be
        else:
            wrong = (column < 0) | (column > most)
            return (column.set(wrong, None) if wrong.any() else column).cast(dtype)
    words = _strings(name, values)
    if words is not None:  # words and figures repeat: each is read once
        distinct = Dictionary.of(words)
        return distinct.column(name, [read(value, most) for value in distinct.values], dtype)
    return pl.Series(name, [read(value, most) for value in values], dtype=dtype)


def _are_whole(values: Column) -> bool:
    return values.dtype.is_integer() if isinstance(values, pl.Series) else set(map(type, values)) <= _WHOLE


def durations(values: Column, scale: float) -> pl.Series:
    """Return values as nanoseconds: numbers in a unit that is ``scale`` of them, or texts with a unit of their own."""
    if isinstance(values, list) and set(map(type, values)) <= _NUMBERS:
        column = pl.Series("event.duration", values, dtype=pl.Float64(), strict=False)
    else:
        texts = values if isinstance(values, pl.Series) else [as_text(value) for value in values]
        column = pl.Series("event.duration", texts, dtype=pl.String())
    nanos = column.cast(pl.Float64, strict=False) * scale
    if nanos.null_count() > column.null_count():
        parts = column.str.extract_groups(_DURATION).struct.unnest()
        units = pl.Series("unit", [UNITS.get(unit) for unit in parts["unit"].to_list()], dtype=pl.Float64())
        nanos = first_of("", nanos, parts["number"].cast(pl.Float64, strict=False) * units)
    return nanos.round().cast(pl.Int64, strict=False).alias("event.duration")


def lists(name: str, values: Column) -> pl.Series:
    """Return values as lists of ids."""
    single = _strings(name, values)
    if single is not None:
        single = _present(single)
        if not single.null_count():
            return text_lists(name, single, np.ones(len(single), np.int64))
        return text_lists(name, single.drop_nulls(), single.is_not_null().cast(pl.Int64).to_numpy())
    found = [as_ids(value) for value in values]
    flat = pl.Series([one for many in found if many for one in many], dtype=pl.String())
    return text_lists(name, flat, np.fromiter((len(many) if many else 0 for many in found), np.int64, len(found)))


def requests(found: list[Request]) -> list[pl.Series]:
    """Return the columns of request lines."""
    return [
        pl.Series("http.request.method", [one.method for one in found], dtype=pl.String()),
        pl.Series("url.domain", [one.domain for one in found], dtype=pl.String()),
        pl.Series("url.path", [one.path for one in found], dtype=pl.String()),
        pl.Series("url.query", [one.query for one in found], dtype=pl.String()),
    ]


def labels(keys: Texts, values: Column, counts: list[int]) -> pl.Series:
    """Write down what no column has taken, without nulls."""
    if values.null_count() if isinstance(values, pl.Series) else None in values:
        has = np.fromiter((value is not None for value in values), np.bool_, len(values))
        before = np.concatenate([[0], np.cumsum(has)])
        ends = np.cumsum(counts)
        counts = (before[ends] - before[ends - counts]).tolist()
        keys = list(compress(keys, has))
        values = list(compress(values, has))
    if isinstance(values, list) and set(map(type, values)) - {str}:
        values = [as_text(value) for value in values]
    return label_lists(keys, values, counts)
