"""A finding: one statement by one detector about one actor at one time, with its evidence."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from operator import attrgetter

from detector.schema.levels import Confidence, Severity, worst

MAX_EVIDENCE = 20


class Detector(StrEnum):
    """What turned events into the finding."""

    RULE = "rule"
    CORRELATION = "correlation"
    BEHAVIOUR = "behaviour"
    BLIND_SPOT = "blind_spot"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Reason:
    """Why, in words: a message id (config/messages/*/reasons.ftl) and its arguments.

    Arguments are numbers, plain names of our own, or masked values; never client data.
    """

    message: str
    args: tuple[tuple[str, str | int | float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Evidence:
    """Pointer to one event behind a finding, provable against the log by the line's hash."""

    at: datetime
    event_id: str
    path: str
    offset: int
    line_hash: str


_IN_TIME = attrgetter("at", "event_id", "path", "offset", "line_hash")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One statement by one detector about one actor.

    The id is ``derive("finding", rule id or model version, group key, dedup bucket)``: while the matter goes on, the
    detector states the same finding again with a later ``last_event_at`` and higher counts; ``merge`` joins them in any
    order to the same result.

    Attributes:
        id: Derived, 128-bit hex.
        detector: What stated it.
        rule_id: Sigma rule id (UUID), or ``behaviour``; for a blind spot what is blind.
        title: English title; ``title_ru`` the Russian one when there is one.
        actor_id: ``user:…``, ``session:…``, ``ip:…``, or ``nabat`` for blind spots.
        actor_type: As in the event column ``actor.type``.
        at: Event time at which the statement became true; the order of findings.
        first_event_at: Event time of the first event behind it.
        last_event_at: Event time of the last event behind it.
        severity: How bad if true.
        confidence: How sure.
        score: 0..1, high = more unusual. Rules: the severity's fixed place; behaviour: the model's.
        risk: Integer points this finding adds to its actor.
        matter: What it is about; findings of one actor and matter belong to one incident. Default ``client-data``.
        playbook: Checklist to open, a name in config/playbooks.
        service: ``service.name`` of the events.
        events: How many events stand behind it (so far).
        reasons: In words, most important first.
        tags: Sigma tags, e.g. ``attack.t1213``.
        source_ips: Addresses seen, sorted.
        subject_count: Distinct subjects in the events behind it; 0 when not known.
        record_low: Records surely concerned. record_high: records at most.
        data_classes: Data classes touched, sorted.
        evidence: The first ``MAX_EVIDENCE`` events in order of time.
    """

    id: str
    detector: Detector
    rule_id: str
    title: str
    title_ru: str = ""
    actor_id: str
    actor_type: str = "unknown"
    at: datetime
    first_event_at: datetime
    last_event_at: datetime
    severity: Severity
    confidence: Confidence = Confidence.MEDIUM
    score: float
    risk: int
    matter: str = "client-data"
    playbook: str = "client-data-leak"
    service: str = ""
    events: int = 1
    reasons: tuple[Reason, ...] = ()
    tags: tuple[str, ...] = ()
    source_ips: tuple[str, ...] = ()
    subject_count: int = 0
    record_low: int = 0
    record_high: int = 0
    data_classes: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = field(default=())

    def merge(self, other: "Finding") -> "Finding":
        """Join two statements of the same finding; commutative, associative and idempotent."""
        if self == other:
            return self
        later = max(self, other, key=lambda f: (f.last_event_at, f.events, f.score, f.reasons))
        return replace(
            later,
            at=min(self.at, other.at),
            first_event_at=min(self.first_event_at, other.first_event_at),
            last_event_at=max(self.last_event_at, other.last_event_at),
            severity=worst(self.severity, other.severity),
            confidence=max(self.confidence, other.confidence, key=lambda c: c.rank),
            score=max(self.score, other.score),
            risk=max(self.risk, other.risk),
            events=max(self.events, other.events),
            source_ips=tuple(sorted({*self.source_ips, *other.source_ips})),
            subject_count=max(self.subject_count, other.subject_count),
            record_low=max(self.record_low, other.record_low),
            record_high=max(self.record_high, other.record_high),
            data_classes=tuple(sorted({*self.data_classes, *other.data_classes})),
            evidence=_first(self.evidence, other.evidence),
        )


def _first(one: tuple[Evidence, ...], other: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Return the first events of both in order of time."""
    return tuple(sorted({*one, *other}, key=_IN_TIME))[:MAX_EVIDENCE]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReady:
    """A detector that cannot judge yet. Not the same as a low score."""

    detector: str
    seen: int
    needed: int
