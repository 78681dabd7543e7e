"""Which events a correlation counts, in which group, and with which values.

Comes in: the rows of the base rules in a frame. Goes out: rows, groups and hashed values (or amounts that are summed)
as arrays, in total order.
Correlations that count the same values of the same rows (clients in an hour, clients in a day) share the work.
"""

from collections.abc import Mapping, Sequence
from itertools import islice, product
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.hash_index import Keys
from detector.detect.rules.columns.frame_view import MARK, NONE, FrameView, Lists, marks_of
from detector.detect.rules.ruleset import MOST_AMOUNT, CorrelationRule
from detector.detect.sorted_groups import grouping, groups_of

Ints = npt.NDArray[np.int64]

_MOST: Final = 20_000
"""So many values of several fields taken together may one event have: it may hold long lists."""


class Members(NamedTuple):
    """Rows in groups, a row in a group once; in order of rows.

    Attributes:
        rows: Number of the row in the frame.
        groups: Number of the group.
        texts: Key of each group, by its number.
        marks: Hash of that key.
        values: What is counted of each member; None when events are counted.
        amounts: What is summed of each member, above 0; None where nothing is.
        order: Members by group and row.
        starts: Places in that order where groups begin.
    """

    rows: Ints
    groups: Ints
    texts: list[str]
    marks: Keys
    values: Lists | None
    amounts: Ints | None
    order: Ints
    starts: Ints


def members_of(
    rule: CorrelationRule, view: FrameView, rows_of: Mapping[str, Ints], shared: dict[object, Members | None]
) -> Members | None:
    """Return what the correlation counts in a frame, from ``shared`` when another one has read the same."""
    bases = [(base, rows_of[base]) for base in rule.bases if base in rows_of and rows_of[base].size]
    if not bases:
        return None
    keys = [tuple(dict(columns)[base] for _, columns in rule.group_by) for base, _ in bases]
    values = [rule.values_of(base) for base, _ in bases]
    each = list(zip(bases, keys, values, strict=True))
    what = (tuple((rows.tobytes(), key, value) for (_, rows), key, value in each), rule.sums)
    if what not in shared:
        part = _summed if rule.sums else _part
        parts = [part(view, key, value, rows) for (_, rows), key, value in each]
        joined = parts[0] if len(parts) == 1 else _joined(parts, view.seed)
        shared[what] = _ordered(joined) if joined.rows.size else None
    return shared[what]


class _Part(NamedTuple):
    rows: Ints
    groups: Ints
    texts: list[str]
    marks: Keys
    values: Lists | None
    amounts: Ints | None = None


def _ordered(part: _Part) -> Members:
    part = part._replace(groups=_one_a_mark(part.groups, part.marks))
    order = grouping(part.groups, len(part.texts))
    return Members(*part, order, groups_of(part.groups[order]))


def _one_a_mark(groups: Ints, marks: Keys) -> Ints:
    """Return the groups, those of one mark as one: state knows groups by their marks, so within a frame they are too.

    Two have one mark when a part of a key holds what stands between parts, or when somebody found two such names.
    """
    ordered = np.sort(marks)
    if not np.count_nonzero(ordered[1:] == ordered[:-1]):
        return groups
    first, number = np.unique(marks, return_index=True, return_inverse=True)[1:]
    joined: Ints = first[number][groups]
    return joined


def _part(view: FrameView, key: tuple[str, ...], values: Sequence[str], rows: Ints) -> _Part:
    codes, marks = view.key(key), view.marks(*key)
    groups = codes.of[rows]
    grouped = groups != NONE
    if view.acts is not None and not values and not known_by_account(key):
        grouped &= ~view.acts.at_address[rows]
    if not grouped.all():
        rows, groups = rows[grouped], groups[grouped]
    if not values:
        # Several logs may tell of one event: acts are counted, not lines.
        acts = None if view.acts is None else view.acts.ids[rows].view(np.int64)
        return _Part(rows, groups, codes.texts, marks, None if acts is None else Lists(np.arange(rows.size + 1), acts))
    brought = view.hashes_at(values[0], rows) if len(values) == 1 else _together(view, values, rows)
    many = np.diff(brought.begin)
    if many.all():
        return _Part(rows, groups, codes.texts, marks, brought)
    some = np.flatnonzero(many)
    return _Part(rows[some], groups[some], codes.texts, marks, brought.at(some))


def _summed(view: FrameView, key: tuple[str, ...], values: Sequence[str], rows: Ints) -> _Part:
    """Return the rows that have an amount, of a column of whole numbers."""
    amounts = view.number(values[0])[rows]
    there = amounts > 0
    part = _part(view, key, (), rows[there])
    # What is grouped is a part of the rows in their order.
    amounts = amounts[there][np.searchsorted(rows[there], part.rows)]
    return part._replace(amounts=np.minimum(amounts, MOST_AMOUNT))


def known_by_account(key: Sequence[str]) -> bool:
    """Say whether a key names an account or a session."""
    return any(name.startswith(("actor.", "user.", "session.")) for name in key)


def _joined(parts: Sequence[_Part], seed: int) -> _Part:
    """Put bases together: an event behind two of them is one event, with the values of both."""
    numbers: dict[str, int] = {}
    groups = np.concatenate(
        [
            np.array([numbers.setdefault(text, len(numbers)) for text in part.texts], np.int64)[part.groups]
            for part in parts
        ]
    )
    rows = np.concatenate([part.rows for part in parts])
    order = np.lexsort((groups, rows))
    rows, groups = rows[order], groups[order]
    first = np.ones(rows.size, dtype=np.bool_)
    first[1:] = (rows[1:] != rows[:-1]) | (groups[1:] != groups[:-1])
    values = [part.values for part in parts if part.values is not None]
    texts = list(numbers)
    marks = marks_of(pl.Series(texts, dtype=pl.String()), seed)
    summed = [part.amounts for part in parts if part.amounts is not None]
    amounts = np.concatenate(summed)[order][first] if summed else None
    if not values:
        return _Part(rows[first], groups[first], texts, marks, None, amounts)
    brought = _chained(values).at(order)
    if amounts is not None:  # an event behind two bases is one act
        return _Part(rows[first], groups[first], texts, marks, brought.at(np.flatnonzero(first)), amounts)
    begin = np.append(brought.begin[:-1][first], brought.begin[-1])
    return _Part(rows[first], groups[first], texts, marks, Lists(begin, brought.values))


def _chained(lists: Sequence[Lists]) -> Lists:
    """Put lists of several parts behind each other."""
    many = np.concatenate([np.diff(each.begin) for each in lists])
    begin = np.zeros(many.size + 1, dtype=np.int64)
    np.cumsum(many, out=begin[1:])
    return Lists(begin, np.concatenate([each.values for each in lists]))


def _together(view: FrameView, values: Sequence[str], rows: Ints) -> Lists:
    """Return the hashes of several fields of some rows taken together: a value is what stands in all of them."""
    fields = [_texts(view.field_at(value, rows), rows.size) for value in values]
    together = [[MARK.join(each) for each in islice(product(*texts), _MOST)] for texts in zip(*fields, strict=True)]
    column = pl.Series("together", together, dtype=pl.List(pl.String()))
    return FrameView(column.to_frame(), view.seed).hashes("together")


def _texts(column: pl.Series | None, many: int) -> list[list[str]]:
    """Return the texts that a field holds in each row."""
    if column is None:
        return [[]] * many
    listed = column.dtype == pl.List
    texts = column.cast(pl.List(pl.String()) if listed else pl.String()).to_list()
    return [[text for text in (each if listed else [each]) or () if text is not None] for each in texts]
