"""What was decided, what waits for a decision, and what is due next: for those who lead and those who work on it."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from detector.incident.composed_texts import title_again
from detector.incident.notices.answers.record_answers import decided_lines
from detector.incident.notices.notice_facts import FieldAnswer, NoticeFacts, filled
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.case.duties import Duty, DutyState
from detector.schema.case.incidents import StepStatus

_NEXT: Final = 8
_WAITING: Final = 5
_CLAUSE: Final = re.compile(r"[.:;] ")
_SENTENCE: Final = re.compile(r"[.;] ")
_SAYS_ENOUGH: Final = 14
_CONDITION: Final = ("If ", "Если ")
_WORK: Final = frozenset({AgendaKind.STEP, AgendaKind.DUTY, AgendaKind.APPROVAL, AgendaKind.QUESTION})


def decided(facts: NoticeFacts) -> FieldAnswer:
    """Say what was decided by now: which duties are owed, which steps are left out, and why."""
    lines = decided_lines(facts, facts.duties)
    lines += [
        facts.t("left-out", step=each.step_id, title=each.title_ru if facts.russian else each.title, reason=each.proof)
        for each in facts.steps
        if each.status is StepStatus.SKIPPED and each.proof
    ]
    return filled("\n".join(lines) if lines else facts.t("nothing-decided"))


def to_decide(facts: NoticeFacts) -> FieldAnswer:
    """Say what waits for a decision: duties that people have to judge, documents that wait for a second person."""
    judged = [each for each in facts.duties if each.counting and each.state is DutyState.UNDECIDED]
    lines = [
        facts.t(
            "decide-duty",
            duty=facts.marked_title_of(each),
            due=facts.moment(each.due_at),
            late="late" if each.late(facts.now) else "due",
        )
        if each.due_at is not None
        else facts.t("decide-open", duty=facts.marked_title_of(each))
        for each in sorted(judged, key=_when)
    ]
    waiting = [each for each in facts.documents if each.waits]
    lines += [
        facts.t(
            "decide-document",
            document=f"{each.id} v{each.newest.version}",
            title=title_again(each.document, facts.words.language),
        )
        for each in waiting[:_WAITING]
    ]
    if len(waiting) > _WAITING:
        lines.append(facts.t("decide-more", count=len(waiting) - _WAITING))
    return filled("\n".join(lines) if lines else facts.t("nothing-waits"))


def duties_ahead(facts: NoticeFacts) -> FieldAnswer:
    """Say what laws ask for and nothing shows as sent, the first due first."""
    ahead = sorted((each for each in facts.duties if each.counting), key=_when)
    lines = [
        facts.t(
            "duty-ahead",
            due=facts.moment(each.due_at),
            late="late" if each.late(facts.now) else "due",
            duty=facts.marked_title_of(each),
            who=each.recipient_ru if facts.russian and each.recipient_ru else each.recipient,
        )
        for each in ahead
        if each.due_at is not None
    ]
    return filled("\n".join(lines) if lines else facts.t("no-duty-ahead"))


def next_steps(facts: NoticeFacts) -> FieldAnswer:
    """Say what is due next, what should be done already, and whose it is, as the agenda has it."""
    closed = {each.step_id for each in facts.steps if each.status is not StepStatus.OPEN}
    waiting = (each for each in facts.agenda if each.kind in _WORK and each.what not in closed)
    due = sorted(waiting, key=lambda each: (each.due_at, each.id))
    lines = [
        facts.t(
            "next",
            time=facts.moment(each.due_at),
            late="yes" if each.due_at <= facts.now else "no",
            what=_what(facts, each),
            roles=_roles(facts, each.roles),
        )
        for each in due[:_NEXT]
    ]
    if len(due) > _NEXT:
        lines.append(facts.t("next-more", count=len(due) - _NEXT))
    return filled("\n".join(lines) if lines else facts.t("nothing-due"))


def _what(facts: NoticeFacts, item: AgendaItem) -> str:
    title = item.title_ru if facts.russian else item.title
    if item.kind is AgendaKind.QUESTION:
        return facts.t("next-questions")
    if item.kind is AgendaKind.APPROVAL:
        return facts.t("next-approval", what=facts.words.asked(item.what, title))
    return f"{item.what}: {_begun(title)}" if item.kind is AgendaKind.STEP else title


def _begun(title: str) -> str:
    """Return what a step's title says first: the rest of it is on the checklist."""
    first = _CLAUSE.split(title, maxsplit=1)[0]
    whole = len(first) < _SAYS_ENOUGH or first.startswith(_CONDITION)  # "If data is outside" says nothing to do
    return (_SENTENCE.split(title, maxsplit=1)[0] if whole else first).rstrip(".")


def _roles(facts: NoticeFacts, roles: Iterable[str]) -> str:
    return ", ".join(facts.words.text(f"notify-role-{each}") for each in roles)


def _when(duty: Duty) -> datetime:
    return duty.due_at or datetime.max.replace(tzinfo=UTC)
