"""What the common template of the EDPB asks beside what laws ask: where the case, the settings or the logs can say it.

Comes in: what is known. Goes out: answers by field. What only people know stays missing; what a row asks of another
kind of breach is answered by that it is none.
"""

from collections.abc import Mapping
from typing import Final

from detector.incident.composed_texts import title_again
from detector.incident.letters.letter_text import RISKS
from detector.incident.notices.answers import effect_answers, extent_answers, record_answers
from detector.incident.notices.notice_facts import (
    CONFIRM_COMMAND,
    STOPPED_COMMAND,
    Answering,
    FieldAnswer,
    NoticeFacts,
    by_people,
    configured,
    estimated,
    filled,
    fixed,
    missing,
)
from detector.schema.case.case_facts import IncidentCause
from detector.schema.case.documents import DocumentAct, DocumentKind
from detector.schema.case.incidents import IncidentKind, StepStatus
from detector.schema.case.severity_assessments import SeverityLevel
from detector.schema.letters.mailings import LetterState

_CAUSE: Final = 'nabat incidents fact {incident} cause attack --reason "..."'
_SEVERITIES: Final = {
    SeverityLevel.LOW: "minor",
    SeverityLevel.MEDIUM: "moderate",
    SeverityLevel.HIGH: "severe",
    SeverityLevel.VERY_HIGH: "severe",
}


def identifier_type(facts: NoticeFacts) -> FieldAnswer:
    """Say which register the identifier is of."""
    ours = facts.organization
    if ours.registration or ours.inn:
        return filled(facts.t("identifier-register" if ours.registration else "identifier-inn"))
    return configured("", "organization.registration")


def dpo_designated(facts: NoticeFacts) -> FieldAnswer:
    """Say whether there is a data protection officer."""
    return filled(facts.t("yes")) if facts.organization.dpo.known else configured("", "organization.dpo.name")


def breach_span(facts: NoticeFacts) -> FieldAnswer:
    """Say whether it was on one day, in a span, or goes on."""
    first, last = _first(facts), _end(facts)
    if facts.flow_stopped is None:
        return estimated(facts.t("span-open", first=first), facts.t("why-not-recorded"), command=STOPPED_COMMAND)
    same = first.partition(" ")[0] == last.partition(" ")[0]
    return filled(facts.t("span-day" if same else "span-days", first=first, last=last))


def _first(facts: NoticeFacts) -> str:
    return facts.moment(facts.scope.first_event_at or facts.incident.first_event_at)


def _end(facts: NoticeFacts) -> str:
    last = facts.scope.last_event_at or facts.incident.last_event_at
    return facts.moment(max(last, facts.flow_stopped or last))


def ended(facts: NoticeFacts) -> FieldAnswer:
    """Say when it ended: when nothing flowed any more, else the last act known; what the logs show later counts."""
    if facts.flow_stopped is None:
        return estimated(facts.t("last-act", last=_end(facts)), facts.t("why-flowing"), command=STOPPED_COMMAND)
    return filled(_end(facts))


def aware_since(facts: NoticeFacts) -> FieldAnswer:
    """Say since when we are aware of it."""
    if facts.incident.aware_at is None:
        return estimated(facts.moment(facts.incident.t0), facts.t("why-suspected"), command=CONFIRM_COMMAND)
    return filled(facts.moment(facts.incident.aware_at))


def told_by_others(facts: NoticeFacts) -> FieldAnswer:
    """Say when somebody outside told us of it."""
    at = facts.incident.reported_at
    return filled(facts.moment(at) if at is not None else facts.t("nobody-told-us"))


def confidentiality_kind(facts: NoticeFacts) -> FieldAnswer:
    """Say whether data was sent to whoever had access, as the logs show it."""
    return filled(facts.t("sent-yes" if facts.incident.kind is IncidentKind.LEAK else "sent-no"))


def integrity_kind(facts: NoticeFacts) -> FieldAnswer:
    """Say whether data was changed."""
    if not facts.scope.changes and facts.incident.kind is not IncidentKind.ALTERATION:
        return filled(facts.t("no-change-known"))
    return estimated(facts.t("changed"), facts.t("why-changed"))


def integrity_consequences(facts: NoticeFacts) -> FieldAnswer:
    """Say what a change may lead to."""
    if not facts.scope.changes and facts.incident.kind is not IncidentKind.ALTERATION:
        return filled(facts.t("no-change-known"))
    return estimated(facts.t("effect-altered"), facts.t("why-effects"))


def availability(facts: NoticeFacts) -> FieldAnswer:
    """Say whether data was lost: access logs show deletions, and no service that is down."""
    if dict(facts.scope.by_action).get("delete"):
        return missing("own", "soc")
    return estimated(facts.t("no-loss-known"), facts.t("why-logs-alone"))


def incident_nature(facts: NoticeFacts) -> FieldAnswer:
    """Say of which kind the incident is, by the cause."""
    text = facts.t("incident-nature", cause=facts.cause.value)
    return _by_cause(facts, text)


def cause_origin(facts: NoticeFacts) -> FieldAnswer:
    """Say whether the cause lies inside or outside, and whether it was meant."""
    return _by_cause(facts, facts.t("cause-origin", cause=facts.cause.value))


def _by_cause(facts: NoticeFacts, text: str) -> FieldAnswer:
    if facts.cause is IncidentCause.UNKNOWN:
        return estimated(text, facts.t("why-cause"), command=_CAUSE)
    return filled(text)


def _exactness(answer: FieldAnswer, facts: NoticeFacts) -> FieldAnswer:
    if not answer.text:
        return answer
    return filled(facts.t("exact" if not answer.why else "approximate"))


def impact_kinds(facts: NoticeFacts) -> FieldAnswer:
    """Say in which ways people may be harmed, by the kinds of data."""
    risks = effect_answers.risks_of(facts)
    if not risks:
        return missing("dpo", "soc")
    named = dict.fromkeys(facts.t(f"impact-{risk}") for risk in RISKS if risk in risks)
    return estimated("; ".join(named), facts.t("why-effects"))


def impact_severity(facts: NoticeFacts) -> FieldAnswer:
    """Say how grave the harm may be, by ENISA's method."""
    if facts.assessment is None:
        return missing("dpo", "soc", command="nabat severity show {incident}")
    return estimated(facts.t(f"impact-{_SEVERITIES[facts.assessment.level]}"), facts.t("why-enisa"))


def _people_step(facts: NoticeFacts) -> StepStatus | None:
    return next((each.status for each in facts.steps if each.step_id == "N4"), None)


def told_on(facts: NoticeFacts) -> FieldAnswer:
    """Say when the people concerned were told."""
    told = facts.people_told
    return filled(facts.t("not-told-yet") if told is None else facts.moment(told))


def told_planned(facts: NoticeFacts) -> FieldAnswer:
    """Say when they will be told; once some were, when the others are."""
    step, left = facts.open_step("N4"), facts.letters.without
    if not left and (step is None or facts.people_told is not None):
        return filled(facts.t("nothing-planned"))
    if step is None or step.due_at is None or step.due_at <= facts.now:
        return missing("com", "care", "dpo")
    return estimated(facts.moment(step.due_at), facts.t("why-planned"))


def exemption(facts: NoticeFacts) -> FieldAnswer:
    """Say which exemption is claimed where people are not told."""
    status = _people_step(facts)
    return filled(facts.t("no-exemption")) if status in (StepStatus.OPEN, StepStatus.DONE) else missing("dpo")


def _when_told(facts: NoticeFacts) -> FieldAnswer:
    return filled(facts.t("not-told-yet")) if facts.people_told is None else missing("com", "care", "dpo")


def told_count(facts: NoticeFacts) -> FieldAnswer:
    """Say how many people were told, by letters and by what people say of those without one; in public apart."""
    letters = facts.letters
    if not letters.planned or facts.controller:
        return _when_told(facts)
    public, text = letters.count(LetterState.PUBLIC), facts.t("told-count", count=letters.informed)
    if public:
        text = f"{text}; {facts.t('told-in-public', count=public)}"
    living = facts.living(facts.places)
    if living.elsewhere or living.unknown:
        return estimated(text, facts.t("why-told-everywhere"))
    return estimated(text, facts.t("why-not-all-told", count=letters.untold)) if letters.untold else filled(text)


def not_all_told(facts: NoticeFacts) -> FieldAnswer:
    """Say how many were not told; why not, people say."""
    letters = facts.letters
    if not letters.planned or facts.controller:
        return _when_told(facts)
    over = letters.count(LetterState.GIVEN_UP)
    if not over and not letters.without:
        return filled(facts.t("all-told"))
    text = facts.t("not-told-count", over=over, left=letters.without)
    return estimated(text, facts.t("why-say-reasons"), command="nabat letters without {incident}")


def told_text(facts: NoticeFacts) -> FieldAnswer:
    """Say which text they were sent."""
    sent = [
        f"{each.id} v{record.version}"
        for each in facts.documents
        if each.document.kind is DocumentKind.LETTER
        for record in each.done(DocumentAct.SENT)
    ]
    return filled(facts.t("attached-text", documents=facts.some(sent))) if sent else _when_told(facts)


def police(facts: NoticeFacts) -> FieldAnswer:
    """Say whether the police was told: by the report that was sent, else by the step."""
    done = facts.done("N8")
    _, at = facts.forms_told.get("police", (None, done.done_at if done is not None else None))
    if at is None:
        return estimated(facts.t("no"), facts.t("why-not-recorded"))
    return filled(facts.t("yes-on", time=facts.moment(at)))


def attachments(facts: NoticeFacts) -> FieldAnswer:
    """Say which documents of the case go with it: letters that were sent, and reports that somebody approved.

    A report that nobody approved is one for ourselves: a briefing, a brief for the executive, a review.
    """
    kinds = {
        DocumentKind.LETTER: DocumentAct.SENT,
        DocumentKind.REPORT: DocumentAct.APPROVED,
        DocumentKind.REVIEW: DocumentAct.APPROVED,
    }
    named = [
        f"{each.id} v{each.newest.version}: {title_again(each.document, facts.words.language)}"
        for each in facts.documents
        if (act := kinds.get(each.document.kind)) and each.done(act, each.newest.version)
    ]
    return filled(facts.some(named) if named else facts.t("nothing-attached"))


EDPB_ANSWERS: Final[Mapping[str, Answering]] = {
    "notice_completeness": fixed("complete"),  # unless another field is open: ``resolve_fields`` knows that
    "our_reference": lambda facts: filled(facts.incident.number),
    "identifier_type": identifier_type,
    "organization_size": by_people("exe", "dpo"),
    "economic_activity": by_people("exe", "dpo"),
    "contact_person_reach": lambda facts: configured(facts.organization.answers.reach, "organization.contact.email"),
    "contact_reach": lambda facts: configured(facts.organization.answers.reach, "organization.contact.email"),
    "contact_name": lambda facts: configured(facts.organization.answers.name, "organization.contact.name"),
    "contact_function": lambda facts: configured(facts.organization.answers.position, "organization.contact.position"),
    "accuracy_declared": fixed("declared"),
    "dpo_designated": dpo_designated,
    "dpo_name": lambda facts: configured(facts.organization.dpo.name, "organization.dpo.name"),
    "dpo_reach": lambda facts: configured(facts.organization.dpo.reach, "organization.dpo.email"),
    "other_party_role": by_people("dpo", "own"),
    "other_party_name": by_people("dpo", "own"),
    "other_party_reach": by_people("dpo", "own"),
    "breach_span": breach_span,
    "dates_estimated": fixed("dates-of-logs"),
    "breach_begun": lambda facts: filled(_first(facts)),
    "breach_ended": ended,
    "aware_since": aware_since,
    "told_by_others": told_by_others,
    "confidentiality_kind": confidentiality_kind,
    "integrity_kind": integrity_kind,
    "integrity_consequences": integrity_consequences,
    **dict.fromkeys(("availability_kind", "availability_consequences"), availability),
    "incident_nature": incident_nature,
    "cause_origin": cause_origin,
    "subjects_exactness": lambda facts: _exactness(extent_answers.persons(facts), facts),
    "records_exactness": lambda facts: _exactness(extent_answers.records(facts), facts),
    "impact_kinds": impact_kinds,
    "impact_severity": impact_severity,
    "risk_outcome": by_people("dpo", "lead"),
    "people_told_on": told_on,
    "people_told_planned": told_planned,
    "exemption_claimed": exemption,
    "exemption_reason": by_people("dpo"),
    "people_told_count": told_count,
    "people_not_all_why": not_all_told,
    "people_told_how": _when_told,
    "people_told_text": told_text,
    "police_told": police,
    "other_authorities_told": record_answers.authorities_told,
    "attachments": attachments,
    **dict.fromkeys(
        (
            "organization_more", "reporter_more", "reporter_national_id", "discovery_more", "confidentiality_more",
            "integrity_more", "availability_more", "impact_more", "prevention_more", "protection_more",
            "people_told_how_more", "other_bodies_more", "attachments_more",
        ),
        record_answers.nothing_more,
    ),
}  # fmt: skip
"""By the id of a field that nothing but such a form asks for."""
