"""What was decided, sent and received, and what differs from the notice before."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from detector.incident.letters.help_contacts import HELP_FIELDS
from detector.incident.notices.notice_facts import (
    Answering,
    FieldAnswer,
    NoticeFacts,
    estimated,
    filled,
    missing,
    sentence_case,
)
from detector.schema.case.documents import DocumentAct
from detector.schema.case.duties import Duty, DutyState

_NO_AUTHORITY: Final = frozenset({"N4", "N5", "N7"})
"""Steps by which the people concerned, whoever decides about their data, or the public are told."""


def addressee(facts: NoticeFacts) -> FieldAnswer:
    """Say whom the notice goes to, by name and address; where nobody has named them, who can."""
    if facts.addressee is not None:
        return filled(facts.addressee.called(russian=facts.russian))
    return missing("dpo", "exe", command=f"nabat.yml: {facts.addressee_key}")


def contract(facts: NoticeFacts) -> FieldAnswer:
    """Say under which contract its reader is told."""
    named = facts.addressee.contract if facts.addressee is not None else ""
    return filled(named) if named else missing("exe", "dpo")


def first_notice(facts: NoticeFacts) -> FieldAnswer:
    """Say by which number the first notice is known."""
    first = facts.first_duty
    if first is None or not first.receipt_number or first.receipt_at is None:
        if facts.duty is None:
            return filled(facts.t("no-earlier"))
        stage = first.ref if first is not None else "LAW/STAGE"
        return missing("dpo", "exe", command=f"nabat notices receipt {{incident}} {stage} --number NUMBER")
    return filled(facts.t("receipt", number=first.receipt_number, time=facts.moment(first.receipt_at)))


def delay(facts: NoticeFacts) -> FieldAnswer:
    """Say why it is late, where it is."""
    duty = facts.duty if facts.duty is not None else facts.first_duty
    if duty is None or duty.due_at is None or duty.internal or (duty.receipt_at or facts.now) <= duty.due_at:
        due = duty.due_at if duty is not None else None
        return filled(facts.t("in-time", due=facts.moment(due)) if due is not None else facts.t("no-due"))
    return missing("dpo", "lead")


def changes(facts: NoticeFacts) -> FieldAnswer:
    """Say what differs from the notice sent before."""
    if facts.sent_changes is None:
        return estimated(facts.t("none-sent"), facts.t("why-none-sent"))
    if not facts.sent_changes:
        return filled(facts.t("no-changes"))
    return filled("\n".join(f"{each.title}: {each.before or '–'} → {each.after or '–'}" for each in facts.sent_changes))


def others_told(facts: NoticeFacts) -> FieldAnswer:
    """Say who else was told, and when: whoever was told twice stands there once; of our own clients how many were."""
    told, letters = _told_by(facts, facts.duties, forms=True), facts.letters
    if facts.controller or not letters.informed:
        return told
    clients = facts.t("clients-told", count=letters.informed, less=letters.less + letters.wider, left=letters.untold)
    return filled(clients if told.text == facts.t("nobody-told") else f"{told.text}\n{clients}")


def authorities_told(facts: NoticeFacts) -> FieldAnswer:
    """Say likewise which authorities were told under other laws: of controllers and people concerned none of that."""
    others = (each for each in facts.duties if each.regulation != facts.serves)
    return _told_by(facts, (each for each in others if each.step not in _NO_AUTHORITY and not each.controller))


def _told_by(facts: NoticeFacts, duties: Iterable[Duty], *, forms: bool = False) -> FieldAnswer:
    times = defaultdict[str, list[datetime]](list)
    for duty in duties:
        done = duty.state is DutyState.DONE and duty.ref not in facts.kept
        theirs = not facts.controller or duty.controller in ("", facts.controller)  # none is told of the others
        if done and theirs and duty.receipt_at is not None and duty != facts.duty:
            said = (duty.recipient, duty.recipient_ru or duty.recipient)
            times[facts.called.get(duty.ref, said)[facts.russian]].append(duty.receipt_at)
    if forms and not facts.controller:
        for name, (recipients, at) in facts.forms_told.items():
            if name != facts.form:
                times[recipients[facts.russian]].append(at)
    lines = [
        facts.t("told", who=who, time=", ".join(facts.moment(each) for each in sorted(set(moments))))
        for who, moments in times.items()
    ]
    return filled("\n".join(lines) if lines else facts.t("nobody-told"))


def decisions(facts: NoticeFacts) -> FieldAnswer:
    """Say what was decided about telling, and why."""
    here = [each for each in facts.duties if facts.duty is None or each.regulation == facts.duty.regulation]
    lines = decided_lines(facts, here)
    if not lines:
        return missing("dpo", "exe", command='nabat duties decide {incident} LAW/STAGE --owed --reason "..."')
    return filled("\n".join(lines))


def decided_lines(facts: NoticeFacts, duties: Iterable[Duty]) -> list[str]:
    """Return a line for each duty that was decided about: whether it is owed, since when, and why by what was known."""
    return [
        facts.t(
            "decided",
            duty=facts.title_of(each),
            owed="yes" if each.state in (DutyState.OWED, DutyState.DONE) else "no",
            time=facts.moment(each.decided_at),
            reason=sentence_case(each.decision_reason) or facts.t("no-reason"),
        )
        for each in duties
        if each.decided_at is not None
    ]


def decisions_not_to_tell(facts: NoticeFacts) -> FieldAnswer:
    """Say which duties two people decided are not owed, and why."""
    lines = [
        f"{facts.title_of(each)} ({each.ref}): {each.decision_reason}" + (f" {each.memo}" if each.memo else "")
        for each in facts.duties
        if each.state is DutyState.NOT_OWED and each.decided_at is not None
    ]
    if not lines:
        return missing("dpo", "exe", command='nabat duties decide {incident} LAW/STAGE --not-owed --reason "..."')
    return filled("\n".join(lines))


def sample(facts: NoticeFacts) -> FieldAnswer:
    """Say which notice to people is attached."""
    first = facts.first_duty
    sent = [
        (filed, record)
        for filed in facts.documents
        if first is not None and filed.document.duty == first.ref
        for record in filed.done(DocumentAct.SENT)
    ]
    if not sent:
        return missing("com", "dpo", command="nabat notices draft {incident} ca-30d")
    filed, record = sent[-1]
    return filled(facts.t("attached", document=f"{filed.id} v{record.version}", time=facts.moment(record.happened_at)))


def complaint(facts: NoticeFacts) -> FieldAnswer:
    """Say which complaint it answers."""
    duty = facts.duty
    if duty is None or duty.occasion_at is None:
        return missing("care", "dpo", command='nabat duties received {incident} DUTY --what "..."')
    return filled(facts.t("complaint", what=duty.occasion or "-", time=facts.moment(duty.occasion_at)))


def police_delay(facts: NoticeFacts) -> FieldAnswer:
    """Say whether the police asked for a delay: nobody recorded it."""
    return estimated(facts.t("no-delay"), facts.t("why-no-delay"))


def helping(field: str) -> Answering:
    """Return what names those who help; that nobody has checked them is for whoever drafts it, not for its readers."""

    def answer(facts: NoticeFacts) -> FieldAnswer:
        known = facts.help_contacts.get(HELP_FIELDS[field], ())
        return filled("\n".join(each.line for each in known)) if known else missing("dpo", "com")

    return answer


def training(facts: NoticeFacts) -> FieldAnswer:
    """Say when the staff was trained last, as the calendar has it."""
    if facts.trained_at is None:
        return missing("hr", "dpo", command="nabat standing done training FILE")
    return filled(facts.t("trained", time=facts.moment(facts.trained_at)))


def other_information(facts: NoticeFacts) -> FieldAnswer:
    """Say what cannot be ruled out."""
    if facts.scope.uncounted:
        return filled(facts.t("why-uncounted", count=facts.scope.uncounted))
    return filled(facts.t("nothing-more"))


def nothing_more(facts: NoticeFacts) -> FieldAnswer:
    """Say that there is nothing beside what other fields say, until somebody writes it."""
    return filled(facts.t("nothing-more"))


def notice_kind(facts: NoticeFacts) -> FieldAnswer:
    """Say whether it is the first notice or completes one."""
    if facts.withdrawn_at is not None and facts.sent_changes is None:
        return filled(facts.t("kind-after-withdrawal", time=facts.moment(facts.withdrawn_at)))
    return filled(facts.t("kind-first" if facts.sent_changes is None else "kind-further"))
