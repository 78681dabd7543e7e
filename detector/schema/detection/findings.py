"""A finding: one statement by one detector about one actor at one time, with its evidence."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter, lt
from typing import Any

from detector.schema.levels import Confidence, Severity

FACET_PREFIX = "behaviour:"
"""Stands before a facet of behaviour where rules are named as well."""
MAX_EVIDENCE = 20
_FEATURE = re.compile(r"behaviour-(?P<feature>.+?)(_day)?(-new)?")


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

    @property
    def feature(self) -> str | None:
        """The feature of behaviour that speaks, of an hour or a day, with a past or without; None: none does."""
        found = _FEATURE.fullmatch(self.message)
        return found["feature"] if found else None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Evidence:
    """Pointer to one event behind a finding, provable against the log by the line's hash.

    ``account`` is whose account the event names, where the finding counts accounts; empty elsewhere.
    """

    at: datetime
    event_id: str
    path: str
    offset: int
    line_hash: str
    account: str = ""


_IN_TIME = attrgetter("at", "event_id", "path", "offset", "line_hash")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class CoveredFinding:
    """What was known of a finding when its incident was closed: so much the close covers, and no more.

    Attributes:
        at: When it was closed.
        incident_id: Which incident.
        last_event_at, severity, events, subjects, records, data_classes: As the finding stood then.
        touched / taken: Whether client data was known to be concerned, and to have been sent.
        uncounted: As the finding stood then.
    """

    at: datetime
    incident_id: str
    last_event_at: datetime
    severity: Severity
    events: int
    subjects: int
    records: int
    data_classes: tuple[str, ...]
    touched: bool
    taken: bool
    uncounted: int = 0

    def outgrown_by(self, said: "Finding") -> bool:
        """Tell whether a finding says more, in earnest, than whoever closed its incident could know.

        A graver severity, another kind (client data touched, or sent), another class of data; or as much again as was
        known: clients and records, where none are known events. So what goes on opens incidents as often as it doubles,
        and never one a line. What is blind is stated only when it begins, and once a day while it lasts.
        """
        if said.detector is Detector.BLIND_SPOT:
            return said.last_event_at > self.last_event_at
        worse = said.severity.rank > self.severity.rank or said.touched > self.touched or said.taken > self.taken
        if worse or not self.touched:
            return worse or said.events >= 2 * self.events
        pairs = (
            (said.subject_count, self.subjects),
            (said.record_high, self.records),
            (said.uncounted, self.uncounted),
        )
        twice = (now >= 2 * then > 0 for now, then in pairs)
        return any(twice) or not set(self.data_classes).issuperset(said.data_classes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One statement by one detector about one actor.

    The id is ``derive("finding", rule id or model version, group key, dedup bucket)``: while the matter goes on, the
    detector states the same finding again with a later ``last_event_at`` and higher counts; ``merge`` joins them in any
    order to the same result, since their counts grow together.

    Attributes:
        id: Derived, 128-bit hex.
        detector: What stated it.
        rule_id: Sigma rule id (UUID), or ``behaviour``; for a blind spot what is blind.
        title: English title; ``title_ru`` the Russian one when there is one.
        actor_id: ``user:…``, ``session:…``, ``ip:…``; where the log names none of them ``host:…``, the machine that
            says so, or else ``unnamed:<service>``; ``nabat`` for blind spots.
        actor_type: As in the event column ``actor.type``.
        at: Event time at which the statement became true; the order of findings.
        first_event_at: Event time of the first event behind it.
        last_event_at: Event time of the last event behind it.
        severity: How bad if true.
        confidence: How sure.
        score: 0..1, high = more unusual. Rules: the severity's fixed place; behaviour: the model's.
        risk: Integer points this finding adds to its actor.
        matter: What findings of one actor have in common that belong to one incident. Default ``access``.
        playbook: Checklist to open, a name in config/playbooks. One of the kind ``leak`` serves only where client data
            was touched.
        service: ``service.name`` of the events.
        events: How many events stand behind it (so far).
        reasons: In words, most important first.
        tags: Sigma tags, e.g. ``attack.t1213``.
        source_ips: Addresses seen, of IPv6 the networks they count by; sorted.
        subject_count: Distinct subjects in the events behind it; 0 when not known.
        record_low: Records surely concerned. record_high: records at most, of those that the log counts.
        uncounted: Exports, lists and searches of client data whose number of records the log does not tell.
        data_classes: Data classes touched, sorted.
        evidence: The first ``MAX_EVIDENCE`` events in order of time.
        replaces: Ids of findings that this one stands for from now on: a late line has moved the beginning of what they
            said, and with it the id. It is an instruction and no part of what is said.
        stands: Another finding stood for this one, and does so no more. An instruction as well; of those said at one
            time ``replaces`` counts.
        corrects: All events since this moment were counted again in the order of time, and what was counted of it
            before is told anew by this, be it less; None: it adds to what was said. An instruction as well.
        history: The latest event behind it stood in a log before that was first opened; the service says it only of
            what was over for more than a day then. What was live once stays live.
        provisional: Events behind it wait still, and one that comes before them may change or refute it.
        settled: Of a provisional finding: what was counted in order of time so far; None: nothing yet.
        replaced_by: The finding that stands for this one; empty: it stands for itself. The store says it.
        covered: What the latest close of an incident about it covers; None: none was closed. The store says it.
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
    matter: str = "access"
    playbook: str = "client-data-leak"
    service: str = ""
    events: int = 1
    reasons: tuple[Reason, ...] = ()
    tags: tuple[str, ...] = ()
    source_ips: tuple[str, ...] = ()
    subject_count: int = 0
    record_low: int = 0
    record_high: int = 0
    uncounted: int = 0
    data_classes: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = field(default=())
    history: bool = False
    replaces: tuple[str, ...] = field(default=(), compare=False)
    stands: bool = field(default=False, compare=False)
    corrects: datetime | None = field(default=None, compare=False)
    provisional: bool = False
    settled: "Finding | None" = None
    replaced_by: str = ""
    covered: CoveredFinding | None = None

    @property
    def taken(self) -> bool:
        """Whether client data was sent to whoever asked, by the events behind it.

        Records are counted only where something was sent; a count alone is one of client data only where the record map
        gave it a class. What the log does not count was sent all the same.
        """
        return self.record_low > 0 or self.uncounted > 0 or (self.record_high > 0 and bool(self.data_classes))

    @property
    def touched(self) -> bool:
        """Whether client data was taken, or changed: then clients are counted, and no records that were sent."""
        return self.subject_count > 0 or self.taken

    def cover(self, incident_id: str, at: datetime) -> "Finding":
        """Return the finding with what a close of its incident at this moment covers."""
        known = CoveredFinding(
            at=at,
            incident_id=incident_id,
            last_event_at=self.last_event_at,
            severity=self.severity,
            events=self.events,
            subjects=self.subject_count,
            records=self.record_high,
            data_classes=self.data_classes,
            touched=self.touched,
            taken=self.taken,
            uncounted=self.uncounted,
        )
        return replace(self, covered=known)

    def merge(self, other: "Finding") -> "Finding":
        """Join two statements of the same finding; idempotent. One that stands again does so whatever stood for it.

        Commutative and associative where their counts grow together: of any two statements one has at least the
        other's ``last_event_at``, ``events`` and ``score``, and those that agree in these and in ``reasons`` agree in
        all their words. Elsewhere only the words hang on the order; counts, times, addresses, classes and evidence do
        not. Evidence of each is at most ``MAX_EVIDENCE`` events in order of time, addresses and classes are sorted.
        """
        known = replace(self, replaced_by="") if other.stands and self.replaced_by else self
        instructed = _instructions_of(known) == _instructions_of(other)
        return known if known == other and instructed else merged((known, other))


def accounts_named(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return the accounts that the evidence of findings names, in order of time, each once."""
    pointers = sorted((each for finding in findings for each in finding.evidence if each.account), key=_IN_TIME)
    return tuple(dict.fromkeys(each.account for each in pointers))


def merged(told: Sequence[Finding]) -> Finding:
    """Join statements of the same finding (at least one), as ``merge`` would one after the other.

    Statements whose counts do not grow together are joined in the order they are given in. Evidence is cut and put in
    order where at least two statements have some.

    What was settled stands for all provisional statements as soon as it has heard of their latest event, or says as
    much: events that waited may have been told of in another order than they were counted in, and with more. Until then
    what is said is both together, so that nothing that was told becomes less for a moment.
    """
    corrected = max((place for place, each in enumerate(told) if each.corrects is not None), default=0)
    if corrected:
        told = [_corrected(merged(told[:corrected]), told[corrected]), *told[corrected + 1 :]]
    if len(told) == 1:
        return told[0]
    if not any(each.provisional for each in told):
        return _joined(told)
    sure = [settled for each in told if (settled := each.settled if each.provisional else each) is not None]
    settled = _joined(sure) if sure else None
    together = _joined(told)
    if settled is not None and _covers(settled, together):
        if any(_noted_of(together)):
            return replace(settled, **dict(zip(_NOTED, _noted_of(together), strict=True)))
        return settled
    return replace(together, provisional=True, settled=settled and _counted(settled))


def _corrected(said: Finding, by: Finding) -> Finding:
    """Return what is known when a statement corrects what was said before it.

    A matter that began before all that was counted again keeps its addresses, classes and first events.
    """
    noted = dict(zip(_NOTED, map(_joined_noted, _NOTED, _noted_of(said), _noted_of(by)), strict=True))
    made = replace(by, **noted, history=said.history and by.history)
    if by.corrects is not None and by.at < by.corrects:
        made = replace(made, **{name: _JOINED[name]((getattr(said, name), getattr(by, name))) for name in _LISTS})
    if said.provisional and not _covers(made, said):
        return replace(said, **noted, settled=_counted(made))
    return made


def _counted(settled: Finding) -> Finding:
    """Return what was counted as a provisional finding holds it: without instructions."""
    return replace(settled, replaces=(), stands=False, corrects=None)


def _joined_noted(name: str, said: Any, by: Any) -> Any:
    return by if name == "corrects" else _JOINED[name]((said, by))


def _covers(settled: Finding, together: Finding) -> bool:
    """Tell whether what is settled leaves nothing of worth to what was said for now.

    A copy in another log may have been told of that is not counted. What went on for longer has a later end, although
    it may be no larger: a second walk as long as the first is counted as one, and whose data it took hangs on its end.
    """
    if _sizes_of(settled) == _sizes_of(together):
        return together.last_event_at - settled.last_event_at <= _COPIES_APART
    return settled.last_event_at >= together.last_event_at


def _joined(told: Sequence[Finding]) -> Finding:
    """Join statements part by part.

    A matter that goes on is stated with every batch, and making a finding costs more than comparing its numbers.
    """
    if len(told) == 1:
        return told[0]
    later = _latest(told)
    more = {}
    for name, own, said in zip(_JOINED, _joined_of(later), zip(*map(_joined_of, told), strict=True), strict=True):
        # Most parts are the same in all: that is seen faster than the least or the most of them.
        same = said.count(own) == len(said) and (name != "evidence" or _is_first(own))
        value = own if same else _JOINED[name](said)
        if value != own:
            more[name] = value
    return replace(later, **more) if more else later


def _latest(told: Sequence[Finding]) -> Finding:
    """Return the statement whose words count: the one that saw the latest event, then most of them."""
    later = told[0]
    last, events, score = later.last_event_at, later.events, later.score
    for each in told[1:]:
        if (each.last_event_at, each.events, each.score, each.reasons) > (last, events, score, later.reasons):
            later = each
        last, events, score = max(last, each.last_event_at), max(events, each.events), max(score, each.score)
    return later


def _union(all_of: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the words of all, sorted."""
    return tuple(sorted({word for each in all_of for word in each}))


def _first(pointers: Sequence[tuple[Evidence, ...]]) -> tuple[Evidence, ...]:
    """Return the first events of all in order of time."""
    some = [each for each in pointers if each]
    if len(some) == 1:
        return some[0]
    return tuple(sorted({each for few in some for each in few}, key=_IN_TIME))[:MAX_EVIDENCE]


def _latest_of(some: Sequence[Any]) -> Any:
    """Return the latest of those that are there: closes, or moments."""
    return max((each for each in some if each is not None), default=None)


def _is_first(pointers: tuple[Evidence, ...]) -> bool:
    """Tell at a glance that pointers joined with themselves stay as they are; no means perhaps."""
    times = [each.at for each in pointers]
    return len(times) <= MAX_EVIDENCE and all(map(lt, times, times[1:]))


# How each part of several statements is joined.
_JOINED: dict[str, Callable[[Any], Any]] = {
    "at": min,
    "first_event_at": min,
    "last_event_at": max,
    "severity": max,
    "confidence": max,
    "score": max,
    "risk": max,
    "events": max,
    "source_ips": _union,
    "subject_count": max,
    "record_low": max,
    "record_high": max,
    "uncounted": max,
    "data_classes": _union,
    "evidence": _first,
    "replaces": _union,
    "stands": any,
    "corrects": _latest_of,
    "history": min,
    "replaced_by": max,
    "covered": _latest_of,
}
_joined_of = attrgetter(*_JOINED)
_instructions_of = attrgetter("replaces", "stands", "corrects")
_NOTED = ("replaces", "stands", "corrects", "replaced_by", "covered")
_noted_of = attrgetter(*_NOTED)
_LISTS = ("source_ips", "data_classes", "evidence")
_COPIES_APART = timedelta(minutes=1)
_sizes_of = attrgetter("severity", "risk", "events", "subject_count", "record_low", "record_high", "uncounted")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReady:
    """A detector that cannot judge yet. Not the same as a low score."""

    detector: str
    seen: int
    needed: int
