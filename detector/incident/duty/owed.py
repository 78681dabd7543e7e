"""What is owed in an incident now, with its owner's role and its due time.

Comes in: an incident, its checklist, its duties, when somebody last did something. Goes out:
``AgendaItem`` values that have not spoken yet. What is done, waits for another moment or comes round by the calendar is
not among them.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from detector.incident.duty.deadlines import Terms, noticed
from detector.schema.agenda import AgendaItem, AgendaKind
from detector.schema.duties import Duty, DutyVerdict
from detector.schema.ids import derive
from detector.schema.incidents import Basis, CloseReason, Incident, IncidentKind, IncidentStatus, Step, StepStatus

_LAWYERS = ("dpo", "lead")


def owed(
    incident: Incident,
    steps: Sequence[Step],
    duties: Iterable[Duty],
    terms: Terms,
    progress_at: datetime | None,
    lapse: timedelta,
) -> tuple[AgendaItem, ...]:
    """Return what is owed, the first due first.

    Args:
        incident: As it stands; of a closed one only what is to be done after the close.
        steps: Its checklist.
        duties: What the laws it keeps ask for.
        terms: These laws.
        progress_at: When a person last did or noted something in it; None: never.
        lapse: How long an acknowledgement lasts without that.
    """
    closed = incident.status is IncidentStatus.CLOSED
    if closed and incident.close_reason is not CloseReason.HANDLED:
        return ()
    found = [*_steps(incident, steps)]
    if not closed:
        found += [*_clocks(incident, steps, duties, terms), *_answer(incident, progress_at, lapse)]
    return tuple(sorted(found, key=lambda item: (item.due_at, item.id)))


def _steps(incident: Incident, steps: Iterable[Step]) -> Iterator[AgendaItem]:
    closed = incident.status is IncidentStatus.CLOSED
    for step in steps:
        waits = step.status is not StepStatus.OPEN or step.due_at is None or step.basis is Basis.CALENDAR
        if waits or step.due_at is None or step.automation == "A" or (closed and step.basis is not Basis.CLOSED):
            continue
        yield _item(
            incident,
            AgendaKind.STEP,
            step.step_id,
            titles=(step.title, step.title_ru),
            roles=step.roles,
            since=min(incident.t0, step.due_at),
            due=step.due_at,
        )


def _clocks(incident: Incident, steps: Iterable[Step], duties: Iterable[Duty], terms: Terms) -> Iterator[AgendaItem]:
    """Yield the duties that run and are not ruled out; the roles are those of the step that shows each."""
    roles, duties = {step.step_id: step.roles for step in steps}, tuple(duties)
    sent = {duty.ref: duty.receipt_at for duty in duties}
    for duty in duties:
        law = terms.regulations.get(duty.regulation)
        if law is None or duty.due_at is None or not duty.open or duty.verdict is DutyVerdict.NO:
            continue
        titles = next(((each.title.en, each.title.ru) for each in law.stages if each.id == duty.stage), ("", ""))
        starts = {"T0": noticed(incident), "T1": incident.aware_at, "occasion": duty.occasion_at}
        since = starts.get(duty.basis) or sent.get(f"{duty.regulation}/{duty.basis}") or incident.t0
        yield _item(
            incident,
            AgendaKind.CLOCK,
            duty.ref,
            titles=(f"{law.title.en}: {titles[0]}", f"{law.title.ru}: {titles[1]}"),
            roles=roles.get(duty.step, _LAWYERS),
            since=min(since, duty.due_at),
            due=duty.due_at,
        )


def _answer(incident: Incident, progress_at: datetime | None, lapse: timedelta) -> Iterator[AgendaItem]:
    at_rest = incident.status in (IncidentStatus.RESOLVED, IncidentStatus.ON_HOLD)
    if incident.acknowledged_at is None or at_rest or incident.kind is IncidentKind.HISTORY:
        return
    since = max(incident.acknowledged_at, progress_at or incident.acknowledged_at)
    yield _item(
        incident, AgendaKind.ANSWER, incident.acknowledged_by, titles=("", ""), roles=(), since=since, due=since + lapse
    )


def _item(
    incident: Incident,
    kind: AgendaKind,
    what: str,
    *,
    titles: tuple[str, str],
    roles: tuple[str, ...],
    since: datetime,
    due: datetime,
) -> AgendaItem:
    return AgendaItem(
        id=derive("agenda", incident.id, kind.value, what),
        incident_id=incident.id,
        kind=kind,
        what=what,
        title=titles[0],
        title_ru=titles[1],
        roles=roles,
        since=since,
        due_at=due,
    )
