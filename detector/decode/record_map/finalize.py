"""What every event must say in the end: action, category, and a record count only where one is known.

Comes in: columns with what the log and the record map say. Goes out: the same with ``event.action``,
``event.category``, ``record.count`` and its basis settled, and without ids and counts in rows that returned no data.

An action in a word that no table knows is a ``read`` of the clients or records that the log names with it; of nothing
it is ``other``. The word itself stays in the labels.

A count is taken from the first that has one: the place the route names (``logged``, or ``estimated`` when it is a
number in the configuration), the log's own (``logged``), the ids in the line (``counted``; ``at_least`` where parts of
the line are missing), the rows that an SQL query wants at most, bytes sent (``estimated``).

What a query asks for is a wish of the client, and bytes sent are a fact: a number from a query counts only where an
answer of that size may hold so many.

What failed (4xx, 5xx), was only pointed elsewhere (a redirected GET) or asks for no content (HEAD, OPTIONS) returned no
data: object and action stay, ids and counts do not. What was answered with nothing (204, 304, a status and no bytes)
keeps its ids, because who walks over ids does so whatever is sent, and has the count 0; a change counts what it
changed. Without a status, no bytes may be a field that an application never fills, and says nothing.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from detector.arrow_buffers import arrow_array, from_arrow
from detector.decode.columns.batch_builder import BatchBuilder
from detector.decode.columns.dictionary import Dictionary
from detector.decode.columns.frame_ops import whole
from detector.decode.columns.text_bytes import Mask
from detector.decode.parse_result import CUT, INCOMPLETE, LIMIT
from detector.decode.record_map.id_columns import Ids, Numbers
from detector.decode.record_map.path_segments import Segments
from detector.schema.events.columns import AT_LEAST, CHANGES
from detector.schema.events.lines import RejectReason

NONE = -1
"""No count."""
_EMPTY = frozenset(("HEAD", "OPTIONS", "head", "options"))
_NO_CONTENT = (204, 205, 304)
_SIGNS = frozenset(("login", "logout"))
_ACTION, _CATEGORY, _BASIS, _COUNT = "event.action", "event.category", "record.count_basis", "record.count"
_METHOD, _STATUS, _BYTES = "http.request.method", "http.response.status_code", "http.response.body.bytes"
_SUBJECTS, _RECORDS = "subject.ids", "record.ids"
_WEB, _API, _SIGN, _FAILURE = "web", "api", "authentication", "failure"
_BASES: list[str | None] = [None, "logged", "estimated", "counted", AT_LEAST, None]
_LOGGED, _ESTIMATED, _COUNTED, _AT_LEAST = 1, 2, 3, 4
_SHORT = (RejectReason.TOO_LONG.value, INCOMPLETE, CUT)
_LEAST, _MOST = 8, 1 << 16
"""Bytes a record takes where the configuration does not say: an id and a comma, a card with all fields."""
_TIMES = 2
"""How many times as many records an answer may hold by its bytes as were asked for."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts the record map gives.

    Attributes:
        stated: The number at the place the route names, ``NONE`` without one.
        asked: That number is one of the query.
        assumed: It is one of the configuration.
        per_record: Bytes of one record, 0 when they say nothing.
        as_text: Its ids are text: zeros and signs belong to them.
    """

    stated: Numbers
    asked: Mask
    assumed: Mask
    per_record: Numbers
    as_text: Mask


def settle(columns: BatchBuilder, segments: Segments | None, subjects: Ids, records: Ids, counts: Counts) -> None:
    """Settle action, category, ids and counts."""
    actions = columns.distinct(_ACTION).or_else(Dictionary(["read", "other", None], np.where(_named(columns), 0, 1)))
    columns.put_distinct(_ACTION, actions)
    columns.put_distinct(_CATEGORY, _category(columns, segments, actions))
    good = _returned(columns)
    for name, ids in ((_SUBJECTS, subjects), (_RECORDS, records)):
        if name in columns:
            ids.add_missing(columns[name], counts.as_text)
    records = records.or_else(subjects)  # a record that nothing names apart is the client's own
    column = subjects.column(_SUBJECTS, good, counts.as_text)
    other = column if records is subjects else records.column(_RECORDS, good, counts.as_text)
    for name, found in ((_SUBJECTS, column), (_RECORDS, other)):
        columns.drop(name)
        if found is not None:
            columns.set_column(found.alias(name))
    changes = actions.numbers([one in CHANGES for one in actions.values]) > 0
    number, basis = _counted(columns, records.counts, counts, changes)
    objects = columns.distinct("object.type")
    nothing = _empty(columns) & (objects.numbers([one is not None for one in objects.values]) > 0)
    nothing &= ~changes
    number[nothing], basis[nothing] = 0, _LOGGED
    basis[~good] = 0
    columns.set_column(from_arrow(_COUNT, arrow_array(number, basis != 0)))
    columns.put_distinct(_BASIS, Dictionary(_BASES, basis))


def _named(columns: BatchBuilder) -> Mask:
    """Say which rows name clients or records themselves: what nobody knows the word for has read them, or it hid."""
    named = np.zeros(columns.height, dtype=np.bool_)
    for name in (_SUBJECTS, _RECORDS):
        if name in columns:
            named |= columns[name].is_not_null().to_numpy()
    return named


def _category(columns: BatchBuilder, segments: Segments | None, actions: Dictionary) -> Dictionary:
    """Return the category: signing in or out, else an API by its path, else what is said."""
    said = columns.distinct(_CATEGORY).or_else(Dictionary.constant(_WEB, columns.height))
    api = said.numbers([one == _WEB for one in said.values]) > 0
    sign = actions.numbers([one in _SIGNS for one in actions.values]) > 0
    values, at = [*said.entries, _SIGN, _API, None], len(said.entries)
    places = said.places if segments is None else np.where(api & segments.api, at + 1, said.places)
    return Dictionary(values, np.where(sign, at, places))


def _returned(columns: BatchBuilder) -> Mask:
    """Say of each row whether the answer can have held data."""
    outcomes, methods = columns.distinct("event.outcome"), columns.distinct(_METHOD)
    good: Mask = outcomes.numbers([one != _FAILURE for one in outcomes.values]) > 0
    good &= methods.numbers([one in _EMPTY for one in methods.values]) == 0
    if _STATUS in columns:
        status = whole(columns[_STATUS], 0)
        moved = (status >= 300) & (status < 400) & (status != 304)
        if moved.any():
            good &= ~(moved & (methods.numbers([one == "GET" for one in methods.values]) > 0))
    return good


def _empty(columns: BatchBuilder) -> Mask:
    """Say of each row whether the log tells that nothing was sent."""
    if _STATUS not in columns:
        return np.zeros(columns.height, dtype=np.bool_)
    status = whole(columns[_STATUS], 0)
    empty = np.isin(status, _NO_CONTENT)
    if _BYTES in columns:
        empty |= (whole(columns[_BYTES], NONE) == 0) & (status != 0)
    return empty


def _counted(columns: BatchBuilder, ids: Numbers, counts: Counts, changes: Mask) -> tuple[Numbers, Numbers]:
    """Return counts and the number of their basis, from the least telling to the one that goes before all others."""
    number, basis = np.full(len(ids), NONE), np.zeros(len(ids), np.int64)

    def overrule(has: Mask, values: Numbers, code: Numbers | int) -> None:
        number[:] = np.where(has, values, number)
        basis[:] = np.where(has, code, basis)

    sized = _BYTES in columns and (counts.per_record.any() or counts.asked.any())
    size = whole(columns[_BYTES], NONE) if sized else number.copy()
    rows = np.flatnonzero((counts.per_record > 0) & (size >= 0))  # few, and dividing is dear
    per = counts.per_record[rows]
    number[rows], basis[rows] = np.maximum((size[rows] + per // 2) // per, 1), _ESTIMATED
    stated = _believed(counts, size, number, basis, changes)
    if LIMIT in columns:
        limits = whole(columns[LIMIT], NONE)
        overrule(limits >= 0, limits, _ESTIMATED)
    overrule(ids > 0, ids, np.where(_shortened(columns), _AT_LEAST, _COUNTED))
    if _COUNT in columns:
        logged = whole(columns[_COUNT], NONE)
        overrule(logged >= 0, logged, _LOGGED)
    overrule(stated >= 0, stated, np.where(counts.assumed, _ESTIMATED, _LOGGED))
    return number, basis


def _shortened(columns: BatchBuilder) -> Mask | bool:
    """Say of which rows parts are missing, and perhaps ids with them."""
    if "log.flags" not in columns:
        return False
    found: Mask = whole(columns["log.flags"].list.eval(pl.element().is_in(_SHORT)).list.any().cast(pl.Int64()), 0) > 0
    return found


def _believed(counts: Counts, size: Numbers, number: Numbers, basis: Numbers, changes: Mask) -> Numbers:
    """Return the counts at the places the routes name, without those of a query that the bytes sent speak against.

    ``number`` and ``basis`` are what the bytes say; where the configuration does not say what a record takes, and the
    answer is too small for what was asked, they become the most that it can hold.
    """
    rows = np.flatnonzero(counts.asked & (counts.stated >= 0) & (size >= 0) & ~changes)
    if not len(rows):
        return counts.stated
    asked, sent, estimated = counts.stated[rows], size[rows], number[rows]
    known = basis[rows] == _ESTIMATED
    few = np.where(known, estimated < asked, sent < asked * _LEAST)
    many = np.where(known, estimated > asked * _TIMES, sent > asked * _MOST)
    stated = counts.stated.copy()
    stated[rows[few | many]] = NONE
    small = rows[few & ~known]
    number[small], basis[small] = size[small] // _LEAST, _ESTIMATED
    return stated
