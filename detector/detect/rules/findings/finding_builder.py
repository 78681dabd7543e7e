"""Matters of the ledger → findings, with their reasons in words.

Comes in: matters as they stand after a frame. Goes out: findings. Each says first what its rule is about, then how much
of it there was, so that a page can be understood without looking the rule up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from operator import attrgetter

import numpy as np

from detector import frames
from detector.detect.rules.columns.expressions import COUNTED, NETWORK
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.correlation.sliding_windows import most_told
from detector.detect.rules.facts.touch_facts import OF_WALKS
from detector.detect.rules.findings.aggregation import AggregateUpdate
from detector.detect.rules.ruleset import CorrelationRule, EventRule
from detector.schema.detection.findings import MAX_EVIDENCE, Detector, Evidence, Finding, Reason
from detector.schema.events.columns import ADDRESS, HOST, SESSION, UNNAMED
from detector.schema.ids import deriving
from detector.schema.levels import Severity

Rule = EventRule | CorrelationRule
Argument = tuple[str, str | int | float]

_SCORES = {Severity.LOW: 0.25, Severity.MEDIUM: 0.5, Severity.HIGH: 0.75, Severity.CRITICAL: 1.0}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_APART = ("late",)  # what keeps the finding of events that came far too late apart from that of the others
_RECORDS = "record.count"
_MEGABYTE = 1_000_000
_ACCOUNTS = "rule-accounts"
_LONGEST_NAME = 64
"""Characters of an account's name that are kept: whoever signs in may write a whole text there."""
_OF_VALUES = {
    "user.id": _ACCOUNTS,
    "user.name": _ACCOUNTS,
    "user.original": "rule-spellings",
    COUNTED: "rule-addresses",
}
_OF_SUMS = {
    _RECORDS: "rule-records-sum",
    "http.response.body.bytes": "rule-megabytes",
    "http.request.body.bytes": "rule-megabytes",
}
_OF_WINDOWS = {
    "temporal": "rule-together",
    "temporal_ordered": "rule-in-order",
    "value_avg": "rule-average",
    "value_median": "rule-median",
    "value_percentile": "rule-percentile",
}
_UNITS = ((86400, "days"), (3600, "hours"), (60, "minutes"), (1, "seconds"))
_PROOF = ("@timestamp", "log.file.path", "log.file.identity", "log.offset", "event.hash", "event.original")
_IN_TIME = attrgetter("at", "event_id", "path", "offset", "line_hash")  # faster than comparing whole pointers


def state_findings(
    view: FrameView, told: Sequence[AggregateUpdate], tellers: Mapping[str, "FindingBuilder"]
) -> list[Finding]:
    """Return a finding for each matter, ordered by (at, id).

    Args:
        view: The events the rows of the matters stand in.
        told: The matters.
        tellers: By the id of the rule.
    """
    proofs = _proofs(view, sorted({row for each in told for row in each.evidence}))
    findings = [tellers[each.key[0]].build(each, _named(view, each, tellers, proofs)) for each in told]
    return sorted(findings, key=lambda finding: (finding.at, finding.id))


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


@lru_cache(maxsize=1_000)
def _bucket(microseconds: int) -> str:
    return _moment(microseconds).isoformat()


def _proofs(view: FrameView, rows: Sequence[int]) -> dict[int, Evidence]:
    if not rows:
        return {}
    # A frame of a handful of rows costs more to put together than what is asked of it.
    at, paths, files, offsets, known, lines = (view.values(name, np.array(rows)) for name in _PROOF)
    hashes = frames.line_hashes(known, lines)
    event_ids = frames.ids_of(files, offsets, hashes)
    return {
        row: Evidence(at=moment, event_id=event_id, path=path or "", offset=offset or 0, line_hash=line_hash)
        for row, moment, event_id, path, offset, line_hash in zip(
            rows, at, event_ids, paths, offsets, hashes, strict=True
        )
    }


def _named(
    view: FrameView, told: AggregateUpdate, tellers: Mapping[str, "FindingBuilder"], proofs: dict[int, Evidence]
) -> Mapping[int, Evidence]:
    """Return the proofs of a matter, with the accounts they name where its rule counts accounts."""
    counted = tellers[told.key[0]].accounts
    if not counted or not told.evidence:
        return proofs
    names = view.values(counted, np.array(told.evidence))
    pairs = zip(told.evidence, names, strict=True)
    return {row: replace(proofs[row], account=(name or "")[:_LONGEST_NAME]) for row, name in pairs}


class FindingBuilder:
    """Tells the findings of one rule. What is the same for all of them is worked out once: a flood tells many.

    Attributes:
        accounts: The column of the accounts that the rule counts; empty where it counts something else.
    """

    def __init__(self, rule: Rule, risk: Mapping[str, int]) -> None:
        about = rule.about
        self._about = about
        self._id = deriving("finding", about.id)
        self._risk = risk.get(about.severity.value, 0)
        self._score = _SCORES[about.severity]
        self._title: tuple[Argument, ...] = (("title", about.title), ("title_ru", about.title_ru or about.title))
        self._rule = rule if isinstance(rule, CorrelationRule) else None
        if self._rule is not None and self._rule.kind == "value_percentile":
            self._title += (("percentile", self._rule.percentile),)
        self._counts_clients = self._rule is not None and "subject.ids" in self._rule.counted
        self._of_run = isinstance(rule, EventRule) and rule.run is not None
        self._of_pieces = isinstance(rule, EventRule) and rule.run == OF_WALKS
        added_up = rule.days if isinstance(rule, EventRule) else 0
        self._days: tuple[Argument, ...] = (("days", added_up),) if added_up else ()
        self._sums = self._rule.counted[0] if self._rule is not None and self._rule.sums else ""
        self._counts_ids = self._counts_clients or (self._rule is not None and "record.ids" in self._rule.counted)
        counted = self._rule.counted if self._rule is not None and not self._sums else ()
        self.accounts = next((name for name in counted if _OF_VALUES.get(name) == _ACCOUNTS), "")
        # How many events led to the first row of a statement.
        self._before = max(self._rule.quiet_up_to, 0) if self._rule and self._rule.kind == "event_count" else 0
        columns = {column for _, pairs in self._rule.group_by for _, column in pairs} if self._rule else set()
        self._by_address = "actor.id" not in columns and (COUNTED in columns or about.actor == "source.ip")
        self._by_network = NETWORK in columns
        self._by_session = "session.id" in columns and columns.isdisjoint(("actor.id", COUNTED))

    def build(self, told: AggregateUpdate, proofs: Mapping[int, Evidence]) -> Finding:
        """Return the finding of a matter."""
        about, matter, latest = self._about, told.matter, told.latest
        _, group, bucket = told.key
        matter.finding = matter.finding or self._id(group, _bucket(bucket), *(_APART if told.apart else ()))
        host = latest["host.name"]
        nobody = f"{HOST}{host}" if host else f"{UNNAMED}{matter.service}"
        actor_id, actor_type = latest["actor.id"] or nobody, matter.kind
        address, session = latest["source.subnet"] or latest["source.ip"], latest["session.id"]
        network = frames.wide_network(latest["source.ip"] or "") if self._by_network else None
        if network:
            actor_id, actor_type = f"{ADDRESS}{network}", "anonymous"
        elif address and self._by_address:
            actor_id, actor_type = f"{ADDRESS}{address}", "anonymous"
        elif session and self._by_session:
            actor_id, actor_type = f"{SESSION}{session}", "unknown"
        # Who was sent nothing counted ids and took none; a record without an id has a count alone.
        peak = matter.peak if (self._counts_ids or self._of_run) and (matter.high or matter.subjects) else 0
        low = max(matter.low, peak if matter.high else 0)
        high = max(matter.high, low, matter.peak if self._sums == _RECORDS else 0)
        # Each id of a run was asked for once at least.
        events = max(matter.events + self._before, matter.peak if self._of_run else 0)
        at = _moment(matter.at)
        return Finding(
            id=matter.finding,
            detector=Detector.CORRELATION if self._rule else Detector.RULE,
            rule_id=about.id,
            title=about.title,
            title_ru=about.title_ru,
            actor_id=actor_id,
            actor_type=actor_type,
            at=at,
            first_event_at=at if matter.first == matter.at else _moment(matter.first),
            last_event_at=at if matter.last == matter.at else _moment(matter.last),
            severity=about.severity,
            confidence=about.confidence,
            score=self._score,
            risk=self._risk,
            matter=about.matter,
            playbook=about.playbook,
            service=matter.service,
            events=events,
            reasons=(self.reason(matter.peak, events, low, high, matter.uncounted),),
            tags=about.tags,
            source_ips=tuple(sorted(told.ips)),
            subject_count=max(len(matter.subjects), peak if self._counts_clients or self._of_run else 0),
            record_low=low,
            record_high=high,
            uncounted=matter.uncounted,
            data_classes=tuple(sorted(told.classes)),
            evidence=tuple(sorted((proofs[row] for row in told.evidence), key=_IN_TIME)[:MAX_EVIDENCE]),
            history=bool(latest["log.history"]),
        )

    def reason(self, peak: int, events: int, low: int, high: int, uncounted: int = 0) -> Reason:
        """Say what the rule is about and how much of it there was, in one sentence."""
        if self._of_run:
            return Reason(
                message="rule-pieces" if self._of_pieces else "rule-run",
                args=(*self._title, ("count", peak), *_records(0, high if high > peak else 0)),
            )
        if self._rule is None:
            records = _records(low, high, uncounted)
            return Reason(message="rule-requests", args=(*self._title, ("count", events), *records, *self._days))
        name, count = ("rule-times", events) if self._rule.kind == "event_count" else (self._name, peak)
        capped = self._rule.kind in ("value_count", "value_sum") and count >= most_told(self._rule)
        if name == "rule-megabytes":
            count //= _MEGABYTE
        size, unit = self._unit
        more: tuple[Argument, ...] = (("more", "yes" if capped else "no"),)
        span: tuple[Argument, ...] = (("span", self._rule.span_us // (size * 1_000_000)), ("unit", unit))
        if name in ("rule-clients", "rule-opened", "rule-records-sum"):  # the count is one of records
            records = _records(0, high if high > count else 0)
        elif self._rule.kind == "value_count":
            records = _records(0, 0)  # what came before the count was reached is not in these
        else:
            records = _records(low, high, uncounted)
        return Reason(message=name, args=(*self._title, ("count", count), *more, *span, *records))

    @cached_property
    def _name(self) -> str:
        if self._rule is not None and self._rule.kind in _OF_WINDOWS:
            return _OF_WINDOWS[self._rule.kind]
        if self._sums:
            return _OF_SUMS.get(self._sums, "rule-total")
        if self._counts_clients:
            return "rule-clients"
        if self._counts_ids or self._rule is None:
            return "rule-opened"
        counted = self._rule.counted
        return _OF_VALUES.get(counted[0], "rule-targets") if len(counted) == 1 else "rule-targets"

    @cached_property
    def _unit(self) -> tuple[int, str]:
        span = self._rule.span_us if self._rule else 0
        return next((size, unit) for size, unit in _UNITS if span % (size * 1_000_000) == 0)


def _records(low: int, high: int, uncounted: int = 0) -> tuple[Argument, ...]:
    """Say between which bounds the number of records lies; ``records`` names the sentence for it."""
    known = "none" if not high else "exact" if low == high else "between" if low else "upto"
    if uncounted:
        known = "more" if high else "untold"
    return ("low", low), ("high", high), ("records", known)
