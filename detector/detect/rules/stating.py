"""Matters of the ledger → findings, with their reasons in words.

Comes in: matters as they stand after a frame. Goes out: findings. Each says first what its rule is about, then how much
of it there was, so that a page can be understood without looking the rule up.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from detector import frames
from detector.detect.rules.columns import part_of
from detector.detect.rules.ledger import Told
from detector.detect.rules.ruleset import CorrelationRule, EventRule
from detector.detect.rules.view import View
from detector.detect.rules.windows import held
from detector.schema.findings import Detector, Evidence, Finding, Reason
from detector.schema.ids import derive
from detector.schema.levels import Severity

Rule = EventRule | CorrelationRule
Argument = tuple[str, str | int | float]

_SCORES = {Severity.LOW: 0.25, Severity.MEDIUM: 0.5, Severity.HIGH: 0.75, Severity.CRITICAL: 1.0}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = ((86400, "days"), (3600, "hours"), (60, "minutes"), (1, "seconds"))
_PROOF = ("@timestamp", "event.id", "log.file.path", "log.offset", "event.hash")
_IDENTITY = ("log.file.identity", "event.original")


def state_findings(
    view: View, told: Sequence[Told], rules: Mapping[str, Rule], risk: Mapping[str, int]
) -> list[Finding]:
    """Return a finding for each matter, ordered by (at, id).

    Args:
        view: The events the rows of the matters stand in.
        told: The matters.
        rules: By id.
        risk: Points by severity.
    """
    proofs = _proofs(view.frame, sorted({row for each in told for row in each.evidence}))
    findings = [_finding(each, rules[each.key[0]], proofs, risk) for each in told]
    return sorted(findings, key=lambda finding: (finding.at, finding.id))


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def _proofs(frame: pl.DataFrame, rows: Sequence[int]) -> dict[int, Evidence]:
    if not rows:
        return {}
    shown = frames.identify(part_of(frame, (*_PROOF, *_IDENTITY), np.array(rows)))
    return {
        row: Evidence(at=at, event_id=event_id, path=path or "", offset=offset or 0, line_hash=line_hash)
        for row, (at, event_id, path, offset, line_hash) in zip(rows, shown.select(_PROOF).iter_rows(), strict=True)
    }


def _finding(told: Told, rule: Rule, proofs: Mapping[int, Evidence], risk: Mapping[str, int]) -> Finding:
    about, matter = rule.about, told.matter
    matter.finding = matter.finding or derive("finding", about.id, told.key[1], _moment(told.key[2]).isoformat())
    correlation = rule if isinstance(rule, CorrelationRule) else None
    actor_id, actor_type = _actor(told, rule)
    counts_ids = correlation is not None and bool({"subject.ids", "record.ids"} & set(correlation.values))
    low = max(matter.low, matter.peak if counts_ids else 0)
    high = max(matter.high, low)
    clients = matter.peak if correlation and "subject.ids" in correlation.values else 0
    events = matter.events + _before(correlation)
    return Finding(
        id=matter.finding,
        detector=Detector.CORRELATION if correlation else Detector.RULE,
        rule_id=about.id,
        title=about.title,
        title_ru=about.title_ru,
        actor_id=actor_id,
        actor_type=actor_type,
        at=_moment(matter.at),
        first_event_at=_moment(matter.first),
        last_event_at=_moment(matter.last),
        severity=about.severity,
        confidence=about.confidence,
        score=_SCORES[about.severity],
        risk=risk.get(about.severity.value, 0),
        matter=about.matter,
        playbook=about.playbook,
        service=told.latest["service.name"] or "",
        events=events,
        reasons=(reason_of(told, rule, events, low, high),),
        tags=about.tags,
        source_ips=tuple(sorted(told.ips)),
        subject_count=max(len(matter.subjects), clients),
        record_low=low,
        record_high=high,
        data_classes=tuple(sorted(told.classes)),
        evidence=tuple(sorted(proofs[row] for row in told.evidence)),
    )


def _before(rule: CorrelationRule | None) -> int:
    """Return how many events led to the first row of a statement."""
    return max(rule.count - 1, 0) if rule and rule.kind == "event_count" else 0


def _actor(told: Told, rule: Rule) -> tuple[str, str]:
    columns = (
        {column for _, pairs in rule.group_by for _, column in pairs} if isinstance(rule, CorrelationRule) else set()
    )
    address = told.latest["source.ip"]
    if address and "actor.id" not in columns and ("source.ip" in columns or rule.about.actor == "source.ip"):
        return f"ip:{address}", "anonymous"
    return told.latest["actor.id"] or "", told.latest["actor.type"] or "unknown"


def reason_of(told: Told, rule: Rule, events: int, low: int, high: int) -> Reason:
    """Say what the rule is about and how much of it there was, in one sentence."""
    about = rule.about
    title: tuple[Argument, ...] = (("title", about.title), ("title_ru", about.title_ru or about.title))
    if not isinstance(rule, CorrelationRule):
        return Reason(message="rule-requests", args=(*title, ("count", events), *_records(low, high)))
    name, count = _counted(rule, told, events)
    capped = rule.kind == "value_count" and count >= held(rule)
    size, unit = next((size, unit) for size, unit in _UNITS if rule.span.total_seconds() % size == 0)
    more: tuple[Argument, ...] = (("more", "yes" if capped else "no"),)
    span: tuple[Argument, ...] = (("span", round(rule.span.total_seconds()) // size), ("unit", unit))
    said = name in ("rule-clients", "rule-opened")  # the count is one of records
    records = _records(0, high if high > count else 0) if said else _records(low, high)
    return Reason(message=name, args=(*title, ("count", count), *more, *span, *records))


def _records(low: int, high: int) -> tuple[Argument, ...]:
    """Say between which bounds the number of records lies; ``records`` names the sentence for it."""
    known = "none" if not high else "exact" if low == high else "between" if low else "upto"
    return ("low", low), ("high", high), ("records", known)


def _counted(rule: CorrelationRule, told: Told, events: int) -> tuple[str, int]:
    if rule.kind == "event_count":
        return "rule-times", events
    if "subject.ids" in rule.values:
        return "rule-clients", told.matter.peak
    return ("rule-opened" if "record.ids" in rule.values else "rule-targets"), told.matter.peak
