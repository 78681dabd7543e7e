"""What is owed in an incident now, with its owner's role and its due time.

Comes in: an incident, its checklist and duties, the words it waits for, when somebody last did or noted something.
Goes out: ``AgendaItem`` values that have not spoken yet. What is done, waits for another moment or comes round by the
calendar is not among them.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Final

from detector.incident.duty.deadlines import Terms
from detector.incident.status_machine import AT_REST, LONGEST_HOLD
from detector.messages import LANGUAGES, messages
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.case.duties import Duty, DutyState, numbered, stage_of
from detector.schema.case.incidents import Basis, CloseReason, Incident, IncidentKind, IncidentStatus, Step, StepStatus
from detector.schema.ids import derive
from detector.schema.letters.mailings import ClientCall
from detector.schema.notices.withdrawals import Withdrawal
from detector.schema.team.grants import Approval, PersonAct
from detector.schema.team.role_assignments import RoleAssignment

DUTY_ROLES = ("dpo", "lead", "dep", "exe")
"""Whose a duty is that no step shows: all who may decide about duties, the first asked first."""

LEADING = ("lead", "dep")
"""Whose it is to look again at what was put on hold, and to ask somebody else for a role."""

CARE: Final = ("care", "com", "lead")
"""Whose it is to answer clients."""

_WITHDRAW: Final = timedelta(hours=72)
"""So long after the close what others were told is withdrawn: no law says when, and it was told as fast, or sooner."""
_WITHDRAW_SOONEST: Final = timedelta(hours=4)
_ANSWER_CLIENTS: Final = timedelta(hours=24)
"""So long after a question of a client an answer is due."""

BRIEFING_STEP, LETTERS_STEP = "B2", "K4"
"""The steps of a checklist that come round: whoever owes the step owes the next briefing, the next letters."""
CLOSING_STEP: Final = "Z1"
"""The step that closes a case; it shows the entry in the register, too."""
FOLLOW_UPS: Final = (7, 30)
"""So many days after the close clients are written to again."""
_EARLY = timedelta(days=1)
_NAMED: Final = 3


def owed(
    incident: Incident,
    steps: Sequence[Step],
    terms: Terms,
    *,
    duties: Sequence[Duty] = (),
    approvals: Iterable[Approval] = (),
    of_laws: Collection[str] = (),
    asked: Iterable[RoleAssignment] = (),
    calls: Sequence[ClientCall] = (),
    withdrawals: Iterable[Withdrawal] = (),
    progress_at: datetime | None,
    noted_at: datetime | None = None,
    briefed_at: datetime | None = None,
    briefing: timedelta | None = None,
    lapse: timedelta,
    pace: timedelta,
) -> tuple[AgendaItem, ...]:
    """Return what is owed, the first due first.

    Args:
        incident: As it stands; of a closed one only what is to be done after the close.
        steps: Its checklist.
        terms: Laws it keeps.
        duties: Of these laws, as they stand.
        approvals: Words of a second person that it waits for.
        of_laws: Steps that are there for certain laws only; while all their duties are ruled out nobody owes them.
        asked: Who was asked to hold a role in it, and is on the team.
        calls: Questions of clients.
        withdrawals: Of what turned out to be no breach: what others were told, and how far that is withdrawn.
        progress_at: When a person last did or noted something in it; None: never.
        noted_at: When a person last wrote a note or stated a fact in it; None: never.
        briefed_at: When a briefing was filed last in it; None: never.
        briefing: So long after a briefing the next is due; None: nobody is asked for any.
        lapse: How long an acknowledgement lasts without that.
        pace: So long after it was asked for a second person's word is due, and the answer of whoever is to hold a role.
    """
    closed = incident.status is IncidentStatus.CLOSED
    if closed:
        approvals = [each for each in approvals if each.act is PersonAct.REOPEN]
    if closed and incident.close_reason is not CloseReason.HANDLED:
        return (*_approvals(incident, steps, approvals, terms, pace), *_withdrawals(incident, duties, withdrawals))
    # Of a closed one a word on opening it again is waited for, too.
    found = [
        *_steps(incident, steps, steps_of_others(duties) | steps_ruled_out(duties) & set(of_laws)),
        *_approvals(incident, steps, approvals, terms, pace),
        *_questions(incident, calls),
    ]
    if closed:
        found += _follow_ups(incident, steps, noted_at)
    else:
        found += _duties(incident, steps, duties, terms)
        found += [*_answer(incident, progress_at, lapse)]
        found += _hold(incident, progress_at)
        found += _roles(incident, asked, pace)
        found += _briefing(incident, steps, briefing, (noted_at, briefed_at))
    return tuple(sorted(found, key=lambda item: (item.due_at, item.id)))


def steps_ruled_out(duties: Sequence[Duty]) -> set[str]:
    """Return the steps of whose duties none counts and none was fulfilled."""
    alive = {duty.step for duty in duties if duty.counting or duty.state is DutyState.DONE}
    return {duty.step for duty in duties} - alive


def steps_of_others(duties: Sequence[Duty]) -> set[str]:
    """Return the steps all of whose duties are others', who decide about the data: to tell their clients, say."""
    others = {duty.step for duty in duties if duty.of_others}
    return others - {duty.step for duty in duties if not duty.of_others} - {"", CLOSING_STEP}


def _steps(incident: Incident, steps: Iterable[Step], ruled_out: Collection[str]) -> Iterator[AgendaItem]:
    closed = incident.status is IncidentStatus.CLOSED
    for step in steps:
        waits = step.status is not StepStatus.OPEN or step.due_at is None or step.basis is Basis.CALENDAR
        waits = waits or step.step_id in ruled_out
        if waits or step.due_at is None or step.automation == "A" or (closed and step.basis is not Basis.CLOSED):
            continue
        yield _of_step(incident, AgendaKind.STEP, step, step.step_id, min(incident.t0, step.due_at), step.due_at)


def _duties(incident: Incident, steps: Iterable[Step], duties: Sequence[Duty], terms: Terms) -> Iterator[AgendaItem]:
    """Yield the duties whose clock counts; those to controllers or countries as one, or reminders would flood."""
    roles = {step.step_id: step.roles for step in steps}
    sent = {duty.ref: duty.receipt_at for duty in duties}
    together: dict[str, list[tuple[datetime, Duty]]] = {}
    for duty in duties:
        if duty.due_at is not None and duty.counting:
            together.setdefault(duty.of_ref if duty.told_alone else duty.ref, []).append((duty.due_at, duty))
    for ref, same in together.items():
        due, duty = min(same, key=itemgetter(0))
        readers = [each.reader for _, each in same if each.told_alone]
        more = f" + {len(readers) - _NAMED}" if len(readers) > _NAMED else ""
        en, ru = (", ".join(reader[at] for reader in readers[:_NAMED]) + more for at in (0, 1))
        since = duty.counts_from(incident.noticed_at, incident.aware_at, sent)
        yield _item(
            incident,
            AgendaKind.DUTY,
            ref,
            titles=duty_titles(ref, terms, (en, ru)),
            roles=roles.get(duty.step) or DUTY_ROLES,
            since=min(since, due),
            due=due,
        )


def duty_titles(ref: str, terms: Terms, reader: tuple[str, str] = ("", "")) -> tuple[str, str]:
    """Return what people call a duty, with its law, in English and Russian."""
    regulation, _, name = ref.partition("/")
    law = terms.regulations.get(regulation)
    stage = law.stage(stage_of(name)) if law is not None else None
    if law is None or stage is None:
        return ref, ref
    en, ru = numbered((stage.title.en, stage.title.ru), name, reader)
    return f"{law.title.en}: {en}", f"{law.title.ru}: {ru}"


def _approvals(
    incident: Incident, steps: Iterable[Step], approvals: Iterable[Approval], terms: Terms, pace: timedelta
) -> Iterator[AgendaItem]:
    """Yield the words that are waited for; of a step that is done meanwhile none is."""
    known = {step.step_id: step for step in steps}
    for asked in approvals:
        step = known.get(asked.step_id)
        if step is not None and step.status is not StepStatus.OPEN:
            continue
        ref = asked.step_id.partition(":")[2]
        of_duty = duty_titles(ref, terms) if "/" in ref else ("", "")
        item = _item(
            incident,
            AgendaKind.APPROVAL,
            asked.step_id,
            titles=(step.title, step.title_ru) if step is not None else of_duty,
            roles=step.roles if step is not None else DUTY_ROLES,
            since=asked.asked_at,
            due=asked.asked_at + pace,
        )
        yield replace(item, not_by=tuple(sorted({asked.author, asked.typed_by} - {""})))


def _answer(incident: Incident, progress_at: datetime | None, lapse: timedelta) -> Iterator[AgendaItem]:
    if incident.acknowledged_at is None or incident.status in AT_REST or incident.kind is IncidentKind.HISTORY:
        return
    since = max(incident.acknowledged_at, progress_at or incident.acknowledged_at)
    yield _item(
        incident, AgendaKind.ANSWER, incident.acknowledged_by, titles=("", ""), roles=(), since=since, due=since + lapse
    )


def _hold(incident: Incident, progress_at: datetime | None) -> Iterator[AgendaItem]:
    """Yield the end of a hold; one from before holds had an end comes back by itself, too."""
    if incident.status is IncidentStatus.ON_HOLD:
        since = progress_at or incident.called_since
        due = incident.hold_until or since + LONGEST_HOLD
        since = min(since, due)
        yield _item(incident, AgendaKind.HOLD, "hold", titles=("", ""), roles=LEADING, since=since, due=due)


def _roles(incident: Incident, asked: Iterable[RoleAssignment], pace: timedelta) -> Iterator[AgendaItem]:
    """Yield the roles that somebody was asked for and has not accepted."""
    for each in asked:
        if each.waits:
            name = f"notify-role-{each.role}"
            titles = messages("en").text(name), messages("ru").text(name)
            due = each.at + pace
            item = _item(incident, AgendaKind.ROLE, each.role, titles=titles, roles=LEADING, since=each.at, due=due)
            yield replace(item, not_by=(each.person,))


def _questions(incident: Incident, calls: Iterable[ClientCall]) -> Iterator[AgendaItem]:
    """Yield that clients wait for an answer, however many: as long as the first of them does."""
    waiting = [call for call in calls if call.answered_at is None]
    if waiting:
        since, count = min(call.at for call in waiting), str(len(waiting))
        due = since + _ANSWER_CLIENTS
        titles = (count, count)
        yield _item(incident, AgendaKind.QUESTION, "questions", titles=titles, roles=CARE, since=since, due=due)


def _withdrawals(incident: Incident, duties: Iterable[Duty], withdrawals: Iterable[Withdrawal]) -> Iterator[AgendaItem]:
    """Yield what is to be withdrawn still: as fast as it had to be told."""
    given = {each.ref: each.due_at - incident.noticed_at for each in duties if each.due_at is not None}
    for each in withdrawals:
        if each.outstanding and incident.closed_at is not None:
            titles = each.notice.titles
            if each.of_clients:
                en, ru = (messages(language).text("withdrawal-clients", count=each.clients) for language in LANGUAGES)
                titles = en, ru
            since = incident.closed_at
            within = max(_WITHDRAW_SOONEST, min(_WITHDRAW, given.get(each.notice.name, _WITHDRAW)))
            due, roles = since + within, DUTY_ROLES
            yield _item(incident, AgendaKind.WITHDRAWAL, each.name, titles=titles, roles=roles, since=since, due=due)


def _briefing(
    incident: Incident, steps: Iterable[Step], every: timedelta | None, said: Iterable[datetime | None]
) -> Iterator[AgendaItem]:
    """Yield the next briefing while somebody has the incident; one filed, a note, a fact or the step done is one."""
    step = _promise(steps, BRIEFING_STEP)
    if every is None or step is None or incident.acknowledged_at is None or incident.status in AT_REST:
        return
    since = max(each for each in (incident.acknowledged_at, step.done_at, *said) if each is not None)
    yield _of_step(incident, AgendaKind.BRIEFING, step, step.step_id, since, since + every)


def _follow_ups(incident: Incident, steps: Iterable[Step], noted_at: datetime | None) -> Iterator[AgendaItem]:
    """Yield the letters to clients after the close; a note or fact from a day before one is due says it is sent."""
    step, closed_at = _promise(steps, LETTERS_STEP), incident.closed_at
    if step is None or closed_at is None or not incident.kind.breach:
        return
    for days in FOLLOW_UPS:
        due = closed_at + timedelta(days=days)
        if noted_at is None or noted_at < due - _EARLY:
            yield _of_step(incident, AgendaKind.FOLLOW_UP, step, str(days), closed_at, due)


def _promise(steps: Iterable[Step], step_id: str) -> Step | None:
    """Return a step of the checklist; None: it has none of this id, or somebody said it is not needed here."""
    found = (each for each in steps if each.step_id == step_id and each.status is not StepStatus.SKIPPED)
    return next(found, None)


def _of_step(incident: Incident, kind: AgendaKind, step: Step, what: str, since: datetime, due: datetime) -> AgendaItem:
    titles = step.title, step.title_ru
    return _item(incident, kind, what, titles=titles, roles=step.roles, since=since, due=due)


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
