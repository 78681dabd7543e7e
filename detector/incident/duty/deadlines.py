"""When steps are due.

Comes in: an incident, its steps, the playbook. Goes out: due times in UTC with the basis they count from.
While T1 is empty, what counts from T1 counts from T0: a late confirmation must never hide a clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo

from detector.incident.duty.law_calendar import working_days
from detector.incident.duty.regulations import Regulation
from detector.incident.playbook.playbooks import Due, Playbook, PlaybookStep
from detector.schema.case.incidents import Basis, Incident, IncidentStatus, Step, StepStatus
from detector.settings import LegalSettings

_BASIS = {"T0": Basis.DETECTED, "T1": Basis.AWARE, "close": Basis.CLOSED, "calendar": Basis.CALENDAR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What deadlines depend on besides the incident.

    Attributes:
        zone: Where days and months are counted, unless a law counts them elsewhere.
        regulations: Those that bind us, by id.
        legal: What decides which of them apply to a case.
        kinds: Kind (ENISA's) of each data class, by name.
        country: In which we are established; empty: not known.
    """

    zone: tzinfo = UTC
    regulations: Mapping[str, Regulation] = field(default_factory=dict)
    legal: LegalSettings = field(default_factory=LegalSettings)
    kinds: Mapping[str, str] = field(default_factory=dict)
    country: str = ""


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
        start, zone, working = moments.start(due.start), terms.zone, working_days("")
        if law := terms.regulations.get(due.regulation):
            # A step that serves a law counts as that law does: in its zone, by its working days.
            zone, working = law.zone_or(zone), working_days(law.calendar)
            start = moments.incident.noticed_at if due.start == "T0" else start
        if start is not None and due.start != "calendar":
            times.append((due.after.after(start, zone, working), _BASIS.get(due.start, Basis.STEP)))
    if times:
        return min(times, key=lambda time: time[0])
    waiting = counting or [due for due in step.due if not due.checkpoint]
    return None, _BASIS.get(waiting[0].start, Basis.STEP) if waiting else Basis.NONE


def _counts(due: Due, incident: Incident, terms: Terms) -> bool:
    if due.regulation:
        law = terms.regulations.get(due.regulation)
        if law is None or not law.begins(incident):
            return False
    return due.severity is None or incident.severity.rank >= due.severity.rank
