"""Rows behind rules, with the running counts that make any cut of the rows tell the same.

Comes in: for a frame, which rows stand behind which rule, group and bucket; the state, which is changed in place. Goes
out: for each of those a matter with its counts so far, and its first rows for evidence. It does not write findings.

Rows that came late join the matter they belong to. When they are entered, and which of them together, depends on the
batches; so nothing a matter ends up with may depend on the order of entering: counts are sums, the words are those of
the latest event, and evidence of late rows is every row that may be among the first in time.

Memory is bounded: a matter that has been quiet for longer than its rule can go on is let go of, of more than
``MAX_MATTERS`` those of mild rules and few events, then the quietest; a matter remembers ``MAX_SUBJECTS`` subjects
(about 1 MB) and says "at least" beyond.
A date in the future makes no matter look busy: such an event is heard when it was read, and matters of nothing else are
let go of before any other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.hash_index import NO_SWEEP, Inherited
from detector.detect.rules.columns.expressions import COUNTED
from detector.detect.rules.columns.frame_view import MARK, NONE, FrameView, Lists, marks_of
from detector.detect.rules.findings.counted_acts import Brought, Counted
from detector.detect.sorted_groups import grouping, groups_of
from detector.schema.detection.findings import MAX_EVIDENCE

Ints = npt.NDArray[np.int64]

MAX_SUBJECTS = 10_000
MAX_MATTERS = 100_000
_SWEEP = 1_000
_SLACK = 100
_NEVER = -(1 << 63)

KEY = {"rule": pl.String(), "group": pl.String(), "bucket": pl.Int64()}
_COUNTS = ("at", "first", "last", "events", "low", "high", "uncounted", "peak", "late", "heard")
_WORDS = {"service": pl.String(), "kind": pl.String(), "said_late": pl.Boolean()}
TOTALS = {**KEY, **{name: pl.Int64() for name in _COUNTS}, **_WORDS}
SUBJECTS = {**KEY, "subject": pl.UInt64()}
_SAID = (
    "actor.id",
    "actor.type",
    "service.name",
    "host.name",
    "source.ip",
    "source.subnet",
    "session.id",
    "log.history",
)
_COUNTED = ("source.ip", "source.subnet", "object.classes")
_SIGNED = 1 << 64  # hashes are kept as signed numbers and saved as unsigned ones


class MatchedRows(NamedTuple):
    """Rows behind one rule, those of a group in order.

    Attributes:
        rule: Its id.
        dedup: How long one finding goes on, in microseconds.
        rows / groups: The rows, and the group of each as a number of ``texts``.
        began / first / peak: Of each row: when the matter began, its oldest event, its highest count.
    """

    rule: str
    dedup: int
    rows: Ints
    groups: Ints
    texts: Sequence[str]
    began: Ints
    first: Ints
    peak: Ints

    def only(self, mask: npt.NDArray[np.bool_]) -> "MatchedRows":
        """Return what stands there for some of the rows."""
        names = ("rows", "groups", "began", "first", "peak")
        return self._replace(**{name: getattr(self, name)[mask] for name in names})


@dataclass(slots=True)
class Aggregate:
    """The running counts of one rule, group and bucket.

    Attributes:
        late: How many of the events came late.
        heard: When it was last heard of: the time of its latest event, or when one from the future was read.
        service / kind: Of its latest event, the service and what kind of actor it was.
        said_late: That event came late.
        subjects: Hashes of those already counted.
        finding: The id of its finding, once it was told.
    """

    at: int
    first: int
    last: int
    events: int = 0
    low: int = 0
    high: int = 0
    uncounted: int = 0
    peak: int = 0
    late: int = 0
    heard: int = _NEVER
    service: str = ""
    kind: str = ""
    said_late: bool = False
    subjects: set[int] = field(default_factory=set)
    finding: str = ""

    @property
    def ahead(self) -> bool:
        """All that is known of it is late, and dated later than it was read."""
        return self.events == self.late and self.last > self.heard

    def hear(self, time: int, service: str, kind: str, *, late: bool) -> None:
        """Take the words of an event if it is the latest; of one instant those that were not late count, the last."""
        tie = time == self.last and late
        weaker = tie and (not self.said_late or (service, kind) < (self.service, self.kind))
        if not self.kind or (time >= self.last and not weaker):
            self.service, self.kind, self.said_late = service, kind, late


Key = tuple[str, str, int]


@dataclass(slots=True)
class AggregationState:
    """Matters that may go on.

    Attributes:
        most: How many there may be.
        sweep_at: At how many of them the quiet ones are looked for.
        apart: Of what came so late that it is counted apart: its findings have ids of their own.
        forgotten: How many were let go of because there were too many, since ``RuleState.take_forgotten``.
        counted: The acts that were counted lately, where several logs may tell of one.
    """

    matters: dict[Key, Aggregate] = field(default_factory=dict)
    counted: Counted = field(default_factory=Counted)
    sweep_at: int = _SWEEP
    apart: bool = False
    forgotten: int = 0
    most: int = MAX_MATTERS

    def overlay(self) -> "AggregationState":
        """Return a state that begins with the matters of this one and changes none of them."""
        return AggregationState(
            matters=Inherited(self.matters, _copied),
            counted=self.counted.overlay(),
            sweep_at=NO_SWEEP,
            apart=self.apart,
        )


def _copied(matter: Aggregate) -> Aggregate:
    return replace(matter, subjects=set(matter.subjects))


@dataclass(slots=True)
class AggregateUpdate:
    """A matter as it stands after a frame, and what the frame's rows say of it.

    Attributes:
        key: Rule, group, bucket.
        matter: Its counts.
        latest: What the latest row says of its actor.
        apart: As the ledger says.
        ips / classes: Addresses and data classes in the frame's rows.
        evidence: Rows of the frame to prove it with.
    """

    key: Key
    matter: Aggregate
    latest: Mapping[str, Any]
    apart: bool = False
    ips: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    evidence: list[int] = field(default_factory=list)


class _Piles(NamedTuple):
    """Rows by matter: ``bounds`` are the places where one begins and the one before it ends."""

    keys: list[Key]
    bounds: Ints
    rows: Ints
    began: Ints
    first: Ints
    peak: Ints


def enter(
    state: AggregationState,
    view: FrameView,
    parts: Sequence[MatchedRows],
    *,
    kept_for: int | None,
    heard: Ints | None = None,
    points: Mapping[str, int] | None = None,
) -> list[AggregateUpdate]:
    """Take the fold one frame further; return the matters touched.

    Args:
        state: The state; changed.
        view: The events.
        parts: Which rows stand behind what, those of a group in order of time.
        kept_for: How long a quiet matter is remembered, in microseconds; None: until there are too many.
        heard: Of rows that came late, when each event was heard of: its time, or when it was read if it is dated in
            the future; in microseconds.
        points: What a finding of each rule counts for, by id.
    """
    parts = [part for part in parts if part.rows.size]
    if not parts:
        return []
    piles, brought = _brought(state, view, _piled(parts))
    if not piles.rows.size:
        return []
    told = _told(state, view, piles, late=heard is not None)
    _count(view, piles, brought, told, heard)
    if len(state.matters) > state.sweep_at:
        now = int((view.time if heard is None else heard)[piles.rows].max())
        _sweep(state, None if kept_for is None else now - kept_for, points or {}, late=heard is not None)
    return told


def _piled(parts: Sequence[MatchedRows]) -> _Piles:
    """Put the rows of each rule, group and bucket together, in order."""
    sizes = [len(part.texts) for part in parts]
    offsets = np.cumsum([0, *sizes])
    who = np.concatenate([part.groups + offset for part, offset in zip(parts, offsets.tolist(), strict=False)])
    began = np.concatenate([part.began for part in parts])
    dedup = np.repeat([part.dedup for part in parts], [part.rows.size for part in parts])
    bucket = began // dedup * dedup
    distinct = np.unique(bucket)
    place = who * distinct.size + np.searchsorted(distinct, bucket)
    order = grouping(place, int(offsets[-1]) * distinct.size)
    starts = groups_of(place[order])
    owners = who[order[starts]]
    part_of = np.searchsorted(offsets, owners, side="right") - 1
    keys = [
        (parts[part].rule, parts[part].texts[group], when)
        for part, group, when in zip(
            part_of.tolist(), (owners - offsets[part_of]).tolist(), bucket[order[starts]].tolist(), strict=True
        )
    ]
    rows, first, peak = (
        np.concatenate([getattr(part, name) for part in parts])[order] for name in ("rows", "first", "peak")
    )
    return _Piles(keys, np.append(starts, order.size), rows, began[order], first, peak)


def _brought(state: AggregationState, view: FrameView, piles: _Piles) -> tuple[_Piles, Brought]:
    """Return what the rows add; those that only repeat what another log has told are left out of the piles."""
    rows = piles.rows
    sent = view.sent()[rows]
    named = np.maximum(view.lengths("record.ids")[rows], view.lengths("subject.ids")[rows])
    low = np.where(sent, named, 0)
    high = np.where(sent, np.maximum(named, view.number("record.count")[rows]), 0)
    if view.acts is None:
        return piles, Brought(np.ones(rows.size, dtype=np.bool_), low, high)
    many = np.diff(piles.bounds)
    matters = marks_of(pl.Series([MARK.join(key[:2]) for key in piles.keys], dtype=pl.String()), view.seed)
    # In order of the rows: whichever event of an act came first counts.
    order = np.argsort(rows, kind="stable")
    owners = np.repeat(np.arange(many.size), many)
    acts, mine = view.acts.ids[rows[order]], matters[owners[order]]
    back = np.argsort(order, kind="stable")
    brought = state.counted.bring(acts, mine, low[order], high[order]).at(back)
    kept = np.flatnonzero(brought.first | (brought.low > 0) | (brought.high > 0))
    left = np.bincount(owners[kept], minlength=many.size)
    there = np.flatnonzero(left)
    return (
        _Piles(
            keys=[piles.keys[pile] for pile in there.tolist()],
            bounds=np.append(0, np.cumsum(left[there])),
            rows=rows[kept],
            began=piles.began[kept],
            first=piles.first[kept],
            peak=piles.peak[kept],
        ),
        brought.at(kept),
    )


def _told(state: AggregationState, view: FrameView, piles: _Piles, *, late: bool) -> list[AggregateUpdate]:
    """Return the matters the piles belong to, begun where they are new, with what their latest rows say."""
    starts, ends = piles.bounds[:-1], piles.bounds[1:] - 1
    latest = _latest(view, piles.rows[ends])
    times = (piles.began[starts], piles.first[starts], view.time[piles.rows[ends]])
    began = zip(*(each.tolist() for each in times), strict=True)
    matters = state.matters
    told: list[AggregateUpdate] = []
    for key, (at, first, last), says in zip(piles.keys, began, latest, strict=True):
        matter = matters.get(key)
        if matter is None:
            matter = matters[key] = Aggregate(at, first, last)
        matter.at = min(matter.at, at)
        matter.hear(last, says["service.name"] or "", says["actor.type"] or "unknown", late=late)
        told.append(AggregateUpdate(key, matter, says, state.apart))
    return told


def _latest(view: FrameView, rows: Ints) -> list[dict[str, Any]]:
    said = zip(*(view.values(name, rows) for name in _SAID), strict=True)
    return [dict(zip(_SAID, values, strict=True)) for values in said]


def _count(
    view: FrameView, piles: _Piles, brought: Brought, told: Sequence[AggregateUpdate], heard: Ints | None
) -> None:
    """Add what the rows bring to the matters."""
    rows, starts = piles.rows, piles.bounds[:-1]
    # Few rows stand behind matters: what is read here only is read of those, and not of the whole frame.
    behind = np.zeros(view.height, dtype=np.bool_)
    behind[rows] = True
    part, place = view.part(_COUNTED, np.flatnonzero(behind)), (np.cumsum(behind) - 1)[rows]
    untold = view.uncounted()[rows] & brought.first & ((brought.low == 0) | view.shortened()[rows])
    sums = zip(
        np.minimum.reduceat(piles.first, starts).tolist(),
        np.maximum.reduceat(view.time[rows], starts).tolist(),
        np.maximum.reduceat((view.time if heard is None else heard)[rows], starts).tolist(),
        np.maximum.reduceat(piles.peak, starts).tolist(),
        np.add.reduceat(brought.low, starts).tolist(),
        np.add.reduceat(brought.high, starts).tolist(),
        np.add.reduceat(untold.astype(np.int64), starts).tolist(),
        strict=True,
    )
    addresses = part.codes(COUNTED)
    classes, names = part.elements("object.classes")
    pieces = zip(
        _pieces(addresses.of[place], piles.bounds),
        _pieces_of(classes.at(place), piles.bounds),
        _concerned(view, rows, piles.bounds),
        _pieces(np.where(brought.first, rows, NONE), piles.bounds),
        strict=True,
    )
    for mine, (first, last, said, peak, few, many, unknown), (ips, kinds, subjects, rows_of_it) in zip(
        told, sums, pieces, strict=True
    ):
        matter, proofs = mine.matter, [row for row in rows_of_it if row != NONE]
        if heard is not None:
            mine.evidence = _earliest(proofs, view.time)
            matter.late += len(proofs)
        elif matter.events - matter.late < MAX_EVIDENCE:
            mine.evidence = proofs[: MAX_EVIDENCE - matter.events + matter.late]
        matter.events += len(proofs)
        matter.first = min(matter.first, first)
        matter.last = max(matter.last, last, matter.at)
        matter.heard = max(matter.heard, said)
        matter.peak = max(matter.peak, peak)
        matter.low += few
        matter.high += many
        matter.uncounted += unknown
        mine.ips = {addresses.texts[code] for code in set(ips) if code != NONE}
        mine.classes = {names[code] for code in set(kinds)}
        _add_subjects(matter.subjects, subjects)


def _earliest(rows: list[int], time: Ints) -> list[int]:
    """Return of rows in order of time those that may be among the first, all of the last one's instant with it."""
    if len(rows) <= MAX_EVIDENCE:
        return rows
    return rows[: int(np.searchsorted(time[rows], time[rows[MAX_EVIDENCE - 1]], side="right"))]


def _pieces(values: Ints, bounds: Ints) -> Iterator[list[int]]:
    """Yield the values of each pile."""
    listed, edges = values.tolist(), bounds.tolist()
    return (listed[begin:end] for begin, end in pairwise(edges))


def _pieces_of(lists: Lists, bounds: Ints) -> Iterator[list[int]]:
    """Yield the values of each pile's lists."""
    return _pieces(lists.values, lists.begin[bounds])


def _concerned(view: FrameView, rows: Ints, bounds: Ints) -> Iterator[list[int]]:
    """Yield the clients of each pile whose data was sent or changed."""
    touched = view.touches()[rows]
    if touched.all():
        return _pieces_of(view.hashes("subject.ids").at(rows), bounds)
    edges = np.append(0, np.cumsum(touched))[bounds]
    return _pieces_of(view.hashes("subject.ids").at(rows[touched]), edges)


def _add_subjects(known: set[int], subjects: Sequence[int]) -> None:
    if len(known) + len(subjects) <= MAX_SUBJECTS:
        known.update(subjects)
        return
    for subject in subjects:
        if len(known) >= MAX_SUBJECTS:
            return
        known.add(subject)


def _sweep(state: AggregationState, edge: int | None, points: Mapping[str, int], *, late: bool) -> None:
    """Let go of matters not heard of since ``edge``, and of too many of the least suspicious.

    A late row says nothing of how far time has come in the logs; but when it was read says how old dates in the future
    have grown.
    """
    kept = {
        key: matter
        for key, matter in state.matters.items()
        if edge is None or matter.heard >= edge or (late and not matter.ahead)
    }
    if len(kept) > state.most:
        state.forgotten += len(kept) - state.most

        def weight(key: Key) -> tuple[bool, int, int, Key]:
            matter = kept[key]
            counts = max(matter.events, matter.peak).bit_length()
            return not matter.ahead, points.get(key[0], 0) * counts, matter.heard, key

        kept = {key: kept[key] for key in sorted(kept, key=weight)[-state.most :]}
    state.matters = kept
    state.sweep_at = min(2 * len(kept), state.most) + state.most // _SLACK


def to_tables(state: AggregationState, name: str) -> dict[str, pl.DataFrame]:
    """Return the state as tables, their names beginning with ``name``."""
    columns = (*_COUNTS, *_WORDS)
    totals = [(*key, *(getattr(matter, column) for column in columns)) for key, matter in state.matters.items()]
    subjects = [
        (*key, subject % _SIGNED) for key, matter in state.matters.items() for subject in sorted(matter.subjects)
    ]
    return {
        f"{name}.totals": pl.DataFrame(totals, schema=TOTALS, orient="row"),
        f"{name}.subjects": pl.DataFrame(subjects, schema=SUBJECTS, orient="row"),
        f"{name}.counted": state.counted.to_table(),
    }


def from_tables(tables: Mapping[str, pl.DataFrame], name: str, *, apart: bool = False) -> AggregationState:
    """Return the state held in tables; what is missing is empty."""
    state = AggregationState(apart=apart, counted=Counted.from_table(tables.get(f"{name}.counted")))
    totals, subjects = tables.get(f"{name}.totals"), tables.get(f"{name}.subjects")
    if totals is None or subjects is None:
        return state
    for rule, group, bucket, *counts in totals.select(*TOTALS).iter_rows():
        state.matters[rule, group, bucket] = Aggregate(*counts)
    for rule, group, bucket, subject in subjects.select(*SUBJECTS).iter_rows():
        state.matters[rule, group, bucket].subjects.add(subject - _SIGNED if subject >= _SIGNED // 2 else subject)
    return state
