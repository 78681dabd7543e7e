"""When things are due.

Comes in: an incident, its steps, the playbook or regulation. Goes out: due times in UTC with the basis they count from.
While T1 is empty, what counts from T1 counts from T0: a late confirmation must never hide a clock.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from typing import Literal

from detector.incident.duty.regulations import Regulation, RegulationStage
from detector.incident.playbook.playbooks import Due, Playbook, PlaybookStep
from detector.schema.incidents import Basis, Incident, IncidentStatus, Step, StepStatus

Stop = Literal["", "done", "skipped", "closed"]

_BASIS = {"T0": Basis.DETECTED, "T1": Basis.AWARE, "close": Basis.CLOSED, "calendar": Basis.CALENDAR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What deadlines depend on besides the incident.

    Attributes:
        zone: Where days, months and working days are counted.
        holidays: Days that are no working days besides Saturday and Sunday.
        regulations: Those in force for us, by id.
    """

    zone: tzinfo = UTC
    holidays: frozenset[date] = frozenset()
    regulations: Mapping[str, Regulation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyClock:
    """One running deadline of a law, for display.

    Attributes:
        regulation / stage: Ids; what they are called stands in the regulation.
        step: Step of the checklist that stops it; empty when there is none.
        due: UTC; None when the law names no number or the clock has not started.
        basis: What it counts from: ``T0``, ``T1`` or the stage.
        internal: The due time is our own target, not the law's.
        stopped_at: When it stopped; None while it runs.
        stopped_by: What stopped it: its step was ``done`` or ``skipped``, or the incident ``closed``; empty: it runs.
    """

    regulation: str
    stage: str
    step: str
    due: datetime | None
    basis: str
    internal: bool = False
    stopped_at: datetime | None = None
    stopped_by: Stop = ""


@dataclass(frozen=True, slots=True)
class _Moments:
    incident: Incident
    resolved: datetime | None
    done: Mapping[str, datetime]

    def start(self, name: str) -> datetime | None:
        if name == "T0":
            return self.incident.t0
        if name == "T1":
            return self.incident.aware_at or self.incident.t0
        if name == "close":
            return self.incident.closed_at or self.resolved
        return self.done.get(name)


def with_due_times(
    incident: Incident, steps: Iterable[Step], playbook: Playbook, terms: Terms, resolved: datetime | None = None
) -> tuple[Step, ...]:
    """Return the steps with their due times as the incident stands; steps done or skipped keep theirs.

    Args:
        incident: Its T0, T1 and close are counted from.
        steps: All steps of the incident.
        playbook: Where the due times are configured.
        terms: Zone, holidays, regulations.
        resolved: When the incident was resolved, if it is: what counts from the close begins then.
    """
    steps = tuple(steps)
    planned = {step.id: step for step in playbook.steps}
    done = {step.step_id: step.done_at for step in steps if step.status is StepStatus.DONE and step.done_at}
    moments = _Moments(incident, resolved, done)
    found: list[Step] = []
    for step in steps:
        configured = planned.get(step.step_id.upper())
        if configured is None or step.status is not StepStatus.OPEN:
            found.append(step)
            continue
        due, basis = _due(configured, planned, moments, terms)
        over = incident.status in (IncidentStatus.RESOLVED, IncidentStatus.CLOSED)
        counting = basis is Basis.CLOSED and over and step.due_at is not None
        same = counting or (step.due_at, step.basis) == (due, basis)
        found.append(step if same else replace(step, due_at=due, basis=basis))
    return tuple(found)


def _due(
    step: PlaybookStep, planned: Mapping[str, PlaybookStep], moments: _Moments, terms: Terms
) -> tuple[datetime | None, Basis]:
    if step.before:
        other = planned.get(step.before.upper())
        if other is not None and step.before not in moments.done:
            return _due(other, planned, moments, terms)[0], Basis.STEP
        return None, Basis.STEP
    counting = [due for due in step.due if not due.checkpoint and _counts(due, moments.incident, terms)]
    times = []
    for due in counting:
        start = moments.start(due.start)
        if due.regulation and due.start == "T0":
            start = _noticed(moments.incident)
        if start is not None and due.start != "calendar":
            times.append((due.after.after(start, terms.zone, terms.holidays), _BASIS.get(due.start, Basis.STEP)))
    if times:
        return min(times, key=lambda time: time[0])
    waiting = counting or [due for due in step.due if not due.checkpoint]
    return None, _BASIS.get(waiting[0].start, Basis.STEP) if waiting else Basis.NONE


def _noticed(incident: Incident) -> datetime:
    """Return since when the law counts that it was noticed: people may have known before the logs showed it."""
    return min(incident.t0, incident.aware_at or incident.t0)


def _counts(due: Due, incident: Incident, terms: Terms) -> bool:
    if due.regulation:
        law = terms.regulations.get(due.regulation)
        if law is None or not law.applies(incident):
            return False
    return due.severity is None or incident.severity.rank >= due.severity.rank


def clocks(incident: Incident, steps: Iterable[Step], terms: Terms) -> tuple[DutyClock, ...]:
    """Return the clocks of the laws in force for an incident, the next due first, those without a time last.

    None run unless client data is concerned. A clock stops when its step is done, when a person said with a reason that
    it is not needed, and when the incident is closed.
    """
    if not incident.kind.breach:
        return ()
    known = {step.step_id: step for step in steps}
    done = {step.step_id: step.done_at for step in known.values() if step.status is StepStatus.DONE}
    found: list[DutyClock] = []
    for regulation in terms.regulations.values():
        if not regulation.applies(incident):
            continue
        sent = {stage.id: done[stage.step] for stage in regulation.stages if stage.step in done}
        found += [
            _clock(regulation, stage, incident, sent, terms, _stopped(known.get(stage.step), incident))
            for stage in regulation.stages
        ]
    return tuple(sorted(found, key=lambda clock: (clock.due is None, clock.due or incident.t0, clock.stage)))


def _stopped(step: Step | None, incident: Incident) -> tuple[datetime | None, Stop]:
    """Return when a clock stopped and by what; steps that a close drops are stopped by it."""
    if step is not None and step.status is StepStatus.DONE:
        return step.done_at, "done"
    if step is not None and step.status is StepStatus.SKIPPED and step.done_at != incident.closed_at:
        return step.done_at, "skipped"
    return incident.closed_at, "closed" if incident.closed_at else ""


def _clock(
    regulation: Regulation,
    stage: RegulationStage,
    incident: Incident,
    sent: Mapping[str, datetime | None],
    terms: Terms,
    stopped: tuple[datetime | None, Stop],
) -> DutyClock:
    starts: dict[str, datetime | None] = {
        **sent,
        "T0": _noticed(incident),
        "T1": incident.aware_at or incident.t0,
    }
    start, offset = starts.get(stage.start), stage.due or stage.target
    unaware = stage.start == "T1" and incident.aware_at is None
    return DutyClock(
        regulation=regulation.id,
        stage=stage.id,
        step=stage.step,
        due=offset.after(start, terms.zone, terms.holidays) if offset and start else None,
        basis="T0" if unaware else stage.start,
        internal=stage.due is None and stage.target is not None,
        stopped_at=stopped[0],
        stopped_by=stopped[1],
    )


def overdue(steps: Collection[Step], now: datetime) -> tuple[Step, ...]:
    """Return the open steps whose due time has passed, the longest overdue first."""
    late = [(step.due_at, step) for step in steps if step.status is StepStatus.OPEN and step.due_at]
    return tuple(step for due, step in sorted(late, key=lambda each: (each[0], each[1].position)) if due < now)
