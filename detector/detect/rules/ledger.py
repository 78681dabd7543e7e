"""Rows behind rules, with the running counts that make any cut of the rows tell the same.

Comes in: for a frame, which rows stand behind which rule, group and bucket; the state, which is changed in place. Goes
out: for each of those a matter with its counts so far, and its first rows for evidence. It does not write findings.

Memory is bounded: a matter that has been quiet for longer than its rule can go on is let go of, of more than
``MAX_MATTERS`` the quietest; a matter remembers ``MAX_SUBJECTS`` subjects (about 1 MB) and says "at least" beyond.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from detector.detect.rules.columns import part_of
from detector.schema.findings import MAX_EVIDENCE

MAX_SUBJECTS = 10_000
MAX_MATTERS = 100_000
_SWEEP = 1_000

KEY = {"rule": pl.String(), "group": pl.String(), "bucket": pl.Int64()}
_COUNTS = ("at", "first", "last", "events", "low", "high", "peak")
TOTALS = {**KEY, **{name: pl.Int64() for name in _COUNTS}}
SUBJECTS = {**KEY, "subject": pl.UInt64()}


class Entry(NamedTuple):
    """One row behind one matter: when the matter began, its oldest event, its highest count."""

    row: int
    rule: str
    group: str
    bucket: int
    at: int
    first: int
    peak: int


@dataclass(slots=True)
class Matter:
    """The running counts of one rule, group and bucket. ``subjects``: hashes of those already counted."""

    at: int
    first: int
    last: int
    events: int = 0
    low: int = 0
    high: int = 0
    peak: int = 0
    subjects: set[int] = field(default_factory=set)


Key = tuple[str, str, int]


@dataclass(slots=True)
class LedgerState:
    """Matters that may go on. ``sweep_at``: at how many of them the quiet ones are looked for."""

    matters: dict[Key, Matter] = field(default_factory=dict)
    sweep_at: int = _SWEEP

    @staticmethod
    def empty() -> "LedgerState":
        """Return the state before the first event."""
        return LedgerState()


@dataclass(slots=True)
class Told:
    """A matter as it stands after a frame, and what the frame's rows say of it.

    Attributes:
        key: Rule, group, bucket.
        matter: Its counts.
        latest: The latest row's facts.
        ips / classes: Addresses and data classes in the frame's rows.
        evidence: Rows of the frame to prove it with.
    """

    key: Key
    matter: Matter
    latest: dict[str, Any]
    ips: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    evidence: list[int] = field(default_factory=list)


def enter(state: LedgerState, frame: pl.DataFrame, entries: Sequence[Entry], *, kept_for: int) -> list[Told]:
    """Take the fold one frame further; return the matters touched.

    Args:
        state: The state; changed.
        frame: The events.
        entries: Which rows stand behind what, for each matter in order.
        kept_for: How long a quiet matter is remembered, in microseconds.
    """
    if not entries:
        return []
    facts = _facts(frame, entries)
    told: dict[Key, Told] = {}
    for entry in entries:
        fact = facts[entry.row]
        key = (entry.rule, entry.group, entry.bucket)
        matter = state.matters.get(key)
        if matter is None:
            matter = state.matters[key] = Matter(entry.at, entry.first, fact["time"])
        mine = told.get(key)
        if mine is None:
            mine = told[key] = Told(key, matter, fact)
        _add(mine, entry, fact)
    if len(state.matters) > state.sweep_at:
        _sweep(state, max(fact["time"] for fact in facts.values()) - kept_for)
    return list(told.values())


def _add(told: Told, entry: Entry, fact: dict[str, Any]) -> None:
    matter = told.matter
    if matter.events < MAX_EVIDENCE:
        told.evidence.append(entry.row)
    matter.events += 1
    matter.first = min(matter.first, entry.first)
    matter.last = max(matter.last, fact["time"])
    matter.peak = max(matter.peak, entry.peak)
    matter.low += fact["low"]
    matter.high += fact["high"]
    if len(matter.subjects) < MAX_SUBJECTS:
        for subject in fact["subjects"] or ():
            if len(matter.subjects) < MAX_SUBJECTS and subject is not None:
                matter.subjects.add(subject)
    told.latest = fact
    if fact["source.ip"] is not None:
        told.ips.add(fact["source.ip"])
    told.classes.update(value for value in fact["object.classes"] or () if value is not None)


def _facts(frame: pl.DataFrame, entries: Iterable[Entry]) -> dict[int, dict[str, Any]]:
    """Return what findings tell about each row, by number of the row."""
    rows = np.unique(np.fromiter((entry.row for entry in entries), dtype=np.int64))
    ids = pl.max_horizontal(pl.col("record.ids").list.len(), pl.col("subject.ids").list.len()).fill_null(0)
    columns = ("@timestamp", "actor.id", "actor.type", "service.name", "source.ip", "object.classes")
    part = part_of(frame, (*columns, "subject.ids", "record.ids", "record.count"), rows)
    hashes = pl.element().hash(seed=0)
    table = part.select(
        pl.col("@timestamp").dt.epoch("us").alias("time"),
        *columns[1:],
        pl.col("subject.ids").list.eval(pl.when(pl.element().is_not_null()).then(hashes)).alias("subjects"),
        ids.cast(pl.Int64).alias("low"),
        pl.max_horizontal(ids.cast(pl.Int64), pl.col("record.count").fill_null(0)).alias("high"),
    )
    return dict(zip(rows.tolist(), table.iter_rows(named=True), strict=True))


def _sweep(state: LedgerState, edge: int) -> None:
    kept = {key: matter for key, matter in state.matters.items() if matter.last >= edge}
    if len(kept) > MAX_MATTERS:
        latest = sorted(kept, key=lambda key: (kept[key].last, key))[-MAX_MATTERS:]
        kept = {key: kept[key] for key in latest}
    state.matters = kept
    state.sweep_at = min(2 * len(kept) + _SWEEP, MAX_MATTERS + _SWEEP)


def to_tables(state: LedgerState) -> dict[str, pl.DataFrame]:
    """Return the state as tables."""
    totals = [(*key, *(getattr(matter, name) for name in _COUNTS)) for key, matter in state.matters.items()]
    subjects = [(*key, subject) for key, matter in state.matters.items() for subject in sorted(matter.subjects)]
    return {
        "rules.totals": pl.DataFrame(totals, schema=TOTALS, orient="row"),
        "rules.subjects": pl.DataFrame(subjects, schema=SUBJECTS, orient="row"),
    }


def from_tables(tables: Mapping[str, pl.DataFrame]) -> LedgerState:
    """Return the state held in tables; what is missing is empty."""
    state = LedgerState()
    totals, subjects = tables.get("rules.totals"), tables.get("rules.subjects")
    if totals is None or subjects is None:
        return state
    for rule, group, bucket, *counts in totals.select(*TOTALS).iter_rows():
        state.matters[rule, group, bucket] = Matter(*counts)
    for rule, group, bucket, subject in subjects.select(*SUBJECTS).iter_rows():
        state.matters[rule, group, bucket].subjects.add(subject)
    return state
