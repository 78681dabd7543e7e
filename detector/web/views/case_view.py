"""What the overview of one incident answers before it proves anything: is it stopped, what is due, who is told. Pure.

Comes in: everything about an incident, and the moment. Goes out: small views for the templates.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from detector.schema.case.case_facts import CaseFactKind, CaseFactReading
from detector.schema.case.duties import Duty, DutyState, DutyVerdict
from detector.schema.case.incidents import Incident, IncidentKind, IncidentStatus, Step, StepStatus, TimelineEntry
from detector.schema.team.delivery import Message, MessageKind, MessageStatus
from detector.schema.team.grants import Approval
from detector.web.ports import Detail
from detector.web.views.page_views import in_order_decided, is_overdue, spent, urgent

_GOING = timedelta(minutes=10)
_NEXT_SHOWN = 3
_DUTIES_SHOWN = 4
_UNDONE_WITHIN = timedelta(minutes=10)


class Tab(StrEnum):
    """The views of one incident, each at an address of its own."""

    OVERVIEW = "overview"
    STEPS = "steps"
    CLIENTS = "clients"
    DUTIES = "duties"
    ACTOR = "actor"
    TIMELINE = "timeline"
    EVIDENCE = "evidence"
    PEOPLE = "people"
    DOCUMENTS = "documents"
    LETTERS = "letters"
    LESSONS = "lessons"

    @property
    def path(self) -> str:
        """What follows the incident's own address."""
        return "" if self is Tab.OVERVIEW else f"/{self.value}"


DECIDED_AT: Final[Mapping[str, tuple[Tab, str]]] = {
    **dict.fromkeys(("duty", "receipt", "import", "laws", "terms"), (Tab.DUTIES, "#clocks")),
    "fact": (Tab.EVIDENCE, "#facts"),
    "enisa": (Tab.CLIENTS, "#enisa"),
    "letters": (Tab.LETTERS, "#asked-letters"),
    **{each: (Tab.OVERVIEW, f"#asked-{each}") for each in ("close", "reopen", "resolve", "hold", "merge")},
}
"""Where a second person decides about what another asks for, by what it is about; of a step among the steps."""


class FlowState(StrEnum):
    """Whether client data still flows, as far as the logs and people say."""

    UNTOUCHED = "untouched"
    STOPPED = "stopped"
    AGAIN = "again"
    GOING = "going"
    QUIET = "quiet"
    UNSEEN = "unseen"
    """Somebody says that client data is concerned; no log shows a touch."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Whether it flows, and since when it was stopped, or when it was last seen to."""

    state: FlowState
    at: datetime

    @property
    def tone(self) -> str:
        """Which colour says so."""
        bad = (FlowState.GOING, FlowState.AGAIN)
        open_ones = (FlowState.QUIET, FlowState.UNSEEN)
        return "bad" if self.state in bad else "warn" if self.state in open_ones else "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyClock:
    """One duty with the share of its time that is gone; ``share`` is None where no clock runs."""

    duty: Duty
    state: DutyState
    share: int | None = None
    tone: str = ""

    @property
    def runs(self) -> bool:
        """Whether there is a moment to keep."""
        return self.share is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextThing:
    """Something to do next: a step, or another's decision that waits for a second word."""

    step: Step | None = None
    asked: Approval | None = None


class Reached(StrEnum):
    """What became of telling somebody."""

    HAS_IT = "has_it"
    SENT = "sent"
    PENDING = "pending"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTold:
    """Somebody who was told of an incident, as whom, and what became of the last page."""

    person: str
    role: str
    reached: Reached
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """What stands above the tabs of one incident, and on its overview."""

    flow: Flow
    clocks: tuple[DutyClock, ...]
    done: int
    total: int
    overdue: int
    next_things: tuple[NextThing, ...]
    told: tuple[PersonTold, ...]
    tabs: tuple[Tab, ...]

    @property
    def next_clock(self) -> DutyClock | None:
        """The duty that is due first."""
        return next((each for each in self.clocks if each.runs), None)

    @property
    def nearest(self) -> tuple[DutyClock, ...]:
        """The duties that the overview shows: those with a clock, then those to decide on."""
        return self.clocks[:_DUTIES_SHOWN]

    @property
    def unreached(self) -> int:
        """How many of those told could not be."""
        return sum(each.reached is Reached.FAILED for each in self.told)


def case_view(detail: Detail, now: datetime) -> CaseView:
    """Return what an incident's overview answers at a moment."""
    steps = detail.steps
    closed = detail.incident.status is IncidentStatus.CLOSED
    return CaseView(
        flow=flow_of(detail),
        clocks=clocks_of(detail, now),
        done=sum(step.status is not StepStatus.OPEN for step in steps),
        total=len(steps),
        overdue=0 if closed else sum(is_overdue(step, now) for step in steps),
        next_things=_next_things(detail),
        told=told_of(detail.messages, detail.incident),
        tabs=tabs_of(detail),
    )


def tabs_of(detail: Detail) -> tuple[Tab, ...]:
    """Return the views that an incident has: one about nobody and no data has no view of either."""
    kind, lacks = detail.incident.kind, set[Tab]()
    if kind is IncidentKind.BLIND_SPOT or (kind is IncidentKind.HISTORY and not detail.incident.scope.events):
        lacks |= {Tab.CLIENTS, Tab.LETTERS}
    if kind is IncidentKind.BLIND_SPOT:
        lacks.add(Tab.ACTOR)
    if kind is IncidentKind.HISTORY:
        lacks |= {Tab.ACTOR, Tab.DOCUMENTS, Tab.LETTERS, Tab.LESSONS}
    if not detail.duties:
        lacks.add(Tab.DUTIES)
    return tuple(each for each in Tab if each not in lacks)


def flow_of(detail: Detail) -> Flow:
    """Return whether client data flows; what a person says counts until a later touch shows otherwise."""
    incident, scope = detail.incident, detail.incident.scope
    last = max(scope.last_event_at or incident.last_event_at, incident.last_event_at)
    if not incident.kind.breach and not scope.events:
        return Flow(FlowState.UNTOUCHED, last)
    stopped = _stated(detail.facts, CaseFactKind.FLOW_STOPPED)
    if not scope.events and not detail.findings:
        return Flow(FlowState.UNSEEN, last) if stopped is None else Flow(FlowState.STOPPED, stopped)
    if stopped is not None:
        touched = scope.last_event_at or incident.last_event_at
        return Flow(FlowState.AGAIN, touched) if touched > stopped else Flow(FlowState.STOPPED, stopped)
    return Flow(FlowState.QUIET, last)


def at_moment(flow: Flow, now: datetime) -> Flow:
    """Return a flow as it is called now: what was seen minutes ago goes on."""
    fresh = flow.state is FlowState.QUIET and now - flow.at < _GOING
    return Flow(FlowState.GOING, flow.at) if fresh else flow


def clocks_of(detail: Detail, now: datetime) -> tuple[DutyClock, ...]:
    """Return the duties of a case: those that are due first, then those to decide on, then those that ended."""
    until = detail.incident.closed_at or now
    clocks = [_clock(detail, duty, until) for duty in detail.duties]

    def order(clock: DutyClock) -> tuple[bool, bool, datetime, int]:
        duty = clock.duty
        return (not _pends(duty), not clock.runs, duty.due_at or until, duty.position)

    return tuple(sorted(clocks, key=order))


def _pends(duty: Duty) -> bool:
    return duty.open and duty.verdict is not DutyVerdict.NO


def _clock(detail: Detail, duty: Duty, now: datetime) -> DutyClock:
    state, incident = duty.state_at(now), detail.incident
    if duty.due_at is None or incident.status is IncidentStatus.CLOSED or not _pends(duty):
        return DutyClock(duty=duty, state=state)
    sent = {each.ref: each.receipt_at for each in detail.duties}
    share, tone = spent(duty.counts_from(incident.noticed_at, incident.aware_at, sent), duty.due_at, now)
    return DutyClock(duty=duty, state=state, share=share, tone=tone)


def _next_things(detail: Detail) -> tuple[NextThing, ...]:
    """Return what to do next: second words first, since somebody waits for them."""
    words = [NextThing(asked=each) for each in detail.approvals]
    return tuple([*words, *(NextThing(step=step) for step in urgent(detail.steps, detail.first_steps))][:_NEXT_SHOWN])


def told_of(messages: Iterable[Message], incident: Incident) -> tuple[PersonTold, ...]:
    """Return who was told of an incident, in the order they first were; who has it stands first."""
    last: dict[str, Message] = {}
    roles: dict[str, str] = {}
    for message in in_order_decided(messages):
        if message.kind in (MessageKind.PAGE, MessageKind.INFO) and message.status is not MessageStatus.CANCELLED:
            last.setdefault(message.person, message)
            # One that came through says more than another way that did not.
            if message.status is MessageStatus.SENT or last[message.person].status is not MessageStatus.SENT:
                last[message.person] = message
            roles.setdefault(message.person, message.role)
    found = [_told(message, roles[person], incident) for person, message in last.items()]
    if incident.acknowledged_at is not None and incident.acknowledged_by not in last:
        has = PersonTold(person=incident.acknowledged_by, role="", reached=Reached.HAS_IT, at=incident.acknowledged_at)
        found.insert(0, has)
    return tuple(sorted(found, key=lambda each: each.reached is not Reached.HAS_IT))


def _told(message: Message, role: str, incident: Incident) -> PersonTold:
    if incident.acknowledged_at is not None and message.person == incident.acknowledged_by:
        return PersonTold(person=message.person, role=role, reached=Reached.HAS_IT, at=incident.acknowledged_at)
    reached = {MessageStatus.SENT: Reached.SENT, MessageStatus.FAILED: Reached.FAILED}
    return PersonTold(
        person=message.person,
        role=role,
        reached=reached.get(message.status, Reached.PENDING),
        at=message.sent_at or message.created_at,
    )


def undoable(detail: Detail, person: str, now: datetime) -> Step | None:
    """Return the step that somebody marked last, and a moment ago: what they may have pressed by mistake."""
    marked = [step for step in detail.steps if step.done_by == person and step.done_at is not None]
    last = max(marked, key=lambda step: step.done_at or now, default=None)
    return last if last is not None and last.done_at and now - last.done_at < _UNDONE_WITHIN else None


def last_entries(entries: Sequence[TimelineEntry], most: int) -> list[TimelineEntry]:
    """Return the newest entries of a timeline, the newest first."""
    return list(reversed(entries[-most:]))


def _stated(facts: Iterable[CaseFactReading], kind: CaseFactKind) -> datetime | None:
    """Return the moment that counts of a kind of fact; None: none does."""
    counting = (each.fact.value for each in facts if each.counts and each.fact.kind is kind)
    return next((datetime.fromisoformat(value) for value in counting if value not in ("", "none")), None)
