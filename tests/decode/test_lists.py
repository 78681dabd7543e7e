"""Labels of two origins put together."""

import polars as pl

from detector.decode.columns.list_columns import joined_labels

LABELS = pl.List(pl.Struct({"key": pl.String(), "value": pl.String()}))


def labels(*rows):
    pairs = [None if row is None else [{"key": key, "value": "v"} for key in row] for row in rows]
    return pl.Series("labels", pairs, dtype=LABELS)


def keys(column):
    return [None if row is None else "".join(pair["key"] for pair in row) for row in column.to_list()]


def test_labels_of_both_are_kept_in_order_and_nothing_is_null():
    first, second = labels("ab", "", None, "c", None, ""), labels("x", "y", "z", None, None, "")
    assert keys(joined_labels(first, second)) == ["abx", "y", "z", "c", None, None]
    assert keys(joined_labels(second, first)) == ["xab", "y", "z", "c", None, None]
    assert keys(joined_labels(first, labels(*[None] * 6))) == keys(first)
