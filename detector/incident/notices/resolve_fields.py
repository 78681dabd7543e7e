"""Which answer each field of each law gets, and what people wrote instead.

Comes in: what a law or a form asks for, what is known, what people wrote. Goes out: fields in their order. A field that
no answer is known for is not lost: it is missing until somebody writes it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from detector.incident.duty.regulations import Demand, FormDemand
from detector.incident.letters.help_contacts import HELP_FIELDS
from detector.incident.notices.answers import (
    cause_answers,
    cross_border_answers,
    edpb_answers,
    effect_answers,
    event_answers,
    extent_answers,
    measure_answers,
    outlook_answers,
    plain_answers,
    record_answers,
    withdrawal_answers,
)
from detector.incident.notices.notice_facts import (
    Answering,
    FieldAnswer,
    NoticeFacts,
    by_people,
    configured,
    fixed,
    sentence_case,
)
from detector.incident.notices.notice_forms import ADDRESSEE
from detector.incident.notices.organization_fields import ORGANIZATION_FIELDS
from detector.schema.notices.notice_fields import ALL_NOTICES, FieldState, NoticeField, NoticeWord

_NO: Final = re.compile(r"(?:no|none|нет|не|никаких|никто)\b", re.IGNORECASE)
_SET: Final = 'nabat notices set {incident} {duty} {field} "..." --reason "..."'


ANSWERS: Final[Mapping[str, Answering]] = {
    # What happened.
    **dict.fromkeys(
        ("nature", "nature_plain_language", "what_happened", "h_what_happened", "what", "annual_log"),
        event_answers.nature,
    ),
    **dict.fromkeys(("update_of_early_warning", "status_updates"), event_answers.standing_now),
    **dict.fromkeys(("breach_date", "breach_date_or_range", "incident_time"), event_answers.when_it_happened),
    **dict.fromkeys(("discovery_date", "incident_detected_at"), event_answers.detected_at),
    "how_and_when_found": event_answers.how_found,
    "affected_resources": event_answers.affected_systems,
    "leak_of_personal_data": event_answers.leak_of_personal_data,
    "processing_stopped": event_answers.processing_stopped,
    # How much.
    "subjects_approx": extent_answers.persons,
    "subjects_everywhere": extent_answers.persons_everywhere,
    **dict.fromkeys(("records_approx", "records_count"), extent_answers.records),
    "subject_categories": extent_answers.person_kinds,
    **dict.fromkeys(
        ("record_categories", "data_categories", "phi_types", "data_types", "h_what_information_was_involved"),
        extent_answers.data_kinds,
    ),
    "data_characteristics": extent_answers.data_base,
    "categories_and_number_of_persons": extent_answers.persons_and_kinds,
    "categories_and_number_of_records": extent_answers.records_and_kinds,
    **dict.fromkeys(("initial_impact", "extent"), extent_answers.impact),
    **dict.fromkeys(("identified_individuals", "subject_fio_or_iin_or_phone_list"), extent_answers.list_of_persons),
    **dict.fromkeys(("possible_cross_border_impact", "cross_border_impact"), extent_answers.countries),
    "data_actuality_period": by_people("own", "dpo"),
    "facts": extent_answers.happened_to_whom,
    "records_of_controller": extent_answers.controllers_data,
    # Why.
    "probable_causes": cause_answers.supposed_cause,
    **dict.fromkeys(("causes_final", "threat_type_or_root_cause", "cause"), cause_answers.established_cause),
    "suspected_unlawful_or_malicious": cause_answers.intent,
    "culprit_employee_fio_position": cause_answers.employee,
    "culprit_third_party": cause_answers.outsider,
    "culprit_ip": cause_answers.addresses,
    "culprit_location": cause_answers.location,
    "iocs_if_available": cause_answers.indicators,
    "breach_type": cause_answers.breach_type,
    # What may follow.
    **dict.fromkeys(
        ("likely_consequences", "supposed_harm_prelim", "effects", "harm"),
        effect_answers.consequences,
    ),
    "harm_final": effect_answers.consequences,
    "initial_severity": effect_answers.severity,
    **dict.fromkeys(("detailed_description_severity_impact", "report"), effect_answers.whole_description),
    **dict.fromkeys(("advice_to_subject", "steps_for_individuals", "h_what_you_can_do"), effect_answers.advice),
    # What was done.
    **dict.fromkeys(("measures_taken", "what_is_done"), measure_answers.measures),
    **dict.fromkeys(
        (
            "measures_taken_or_proposed",
            "measures",
            "measures_additional",
            "mitigation_applied_and_ongoing",
            "remedial_action",
            "what_entity_does",
            "h_what_we_are_doing",
        ),
        measure_answers.all_measures,
    ),
    "mitigation_measures": measure_answers.protecting,
    "prevention": measure_answers.later_measures,
    "investigation_decision_ref": measure_answers.investigation,
    "data_destroyed": by_people("own", "dpo"),
    "staff_training": record_answers.training,
    # What was decided, sent, received; to whom.
    ADDRESSEE: record_answers.addressee,
    "primary_notice_ref": record_answers.first_notice,
    **dict.fromkeys(("delay_reasons", "delay_reasons_if_over_72h"), record_answers.delay),
    "what_changed": record_answers.changes,
    "who_else_told": record_answers.others_told,
    "decision_and_reason": record_answers.decisions,
    "decisions_not_to_tell": record_answers.decisions_not_to_tell,
    "sample_notice": record_answers.sample,
    "complaint_reference": record_answers.complaint,
    "law_enforcement_delay": record_answers.police_delay,
    "title_notice_of_data_breach": fixed("title-ca"),
    "extra_info": record_answers.other_information,
    # What withdraws a notice.
    "withdrawn_notice": withdrawal_answers.withdrawn_notice,
    "withdrawn_publicly": withdrawal_answers.said_publicly,
    "withdrawal_outcome": withdrawal_answers.outcome,
    "withdrawal_reasons": withdrawal_answers.reasons,
    "withdrawal_decided": withdrawal_answers.decided,
    "withdrawal_people": withdrawal_answers.people,
    "withdrawal_void": withdrawal_answers.void,
    "withdrawal_clients": withdrawal_answers.clients,
    # What forms that are no law's ask beside that.
    "breach_kinds": effect_answers.breach_kinds,
    "data_unintelligible": effect_answers.unintelligible,
    "special_categories": extent_answers.special_data,
    "evidence_kept": measure_answers.evidence_kept,
    "people_told": measure_answers.people_told,
    "notice_kind": record_answers.notice_kind,
    "processors_involved": by_people("dpo", "own"),
    "sector": by_people("dpo", "exe"),
    "vulnerable_people": by_people("dpo", "care"),
    "protection_in_place": by_people("own", "soc"),
    "damage": by_people("fin", "exe"),
    "policy_number": by_people("fin", "exe"),
    "costs_so_far": by_people("fin", "exe"),
    "contract": record_answers.contract,
    "classified_at": by_people("lead", "dpo"),
    "classification_criteria": by_people("lead", "dpo"),
    "continuity_plan": by_people("exe", "own"),
    **{field: record_answers.helping(field) for field in HELP_FIELDS},
    # What the common template of the EDPB asks beside that.
    **edpb_answers.EDPB_ANSWERS,
    **cross_border_answers.CROSS_BORDER_ANSWERS,
    # What anybody may read.
    "plain_happened": plain_answers.happened,
    "plain_extent": plain_answers.extent,
    "plain_data": plain_answers.data,
    "plain_stopped": plain_answers.stopped,
    "plain_measures": plain_answers.measures,
    "plain_people": plain_answers.people,
    "next_word": by_people("com", "exe"),
    # What those who lead and those who work on it need.
    "decided": outlook_answers.decided,
    "to_decide": outlook_answers.to_decide,
    "duties_ahead": outlook_answers.duties_ahead,
    "next_steps": outlook_answers.next_steps,
}
"""By the id of a field, beside those that say who we are."""


_WHO_SETS: Final[Mapping[str, tuple[str, ...]]] = {"speaker": ("com", "exe")}
"""Who names what of the organization is not configured, where it is not the data protection officer."""


# The same asked in what the people concerned or the public read.
_PLAIN: Final[Mapping[str, Answering]] = {
    "nature_plain_language": plain_answers.happened_to_data,
    **dict.fromkeys(("what_happened", "h_what_happened"), plain_answers.happened_and_stopped),
    **dict.fromkeys(("breach_date", "breach_date_or_range"), plain_answers.days),
    "discovery_date": plain_answers.noticed_on,
    "processing_stopped": plain_answers.stopped,
    **dict.fromkeys(("phi_types", "data_types", "h_what_information_was_involved"), plain_answers.data),
    "likely_consequences": plain_answers.consequences,
    **dict.fromkeys(
        ("measures_taken_or_proposed", "what_entity_does", "what_is_done", "h_what_we_are_doing"),
        plain_answers.measures,
    ),
}


def resolve_fields(
    demands: Iterable[Demand], facts: NoticeFacts, words: Iterable[NoticeWord] = (), *, duty: str
) -> tuple[NoticeField, ...]:
    """Return what a law asks for as far as it is known.

    Args:
        demands: What it asks for.
        facts: What is known.
        words: What people wrote into notices of the case, the oldest first.
        duty: ``law/stage``, or the name of a form.
    """
    written = {(each.duty, each.field): each for each in words}
    found: dict[str, NoticeField] = {}
    for each in demands:
        made = _resolve(each, facts, written, duty)
        condition = found.get(each.unless_no) if isinstance(each, FormDemand) else None
        if condition is not None and not made.by and _NO.match(condition.value):
            made = replace(made, state=FieldState.FILLED, value=facts.t("not-asked"), why="", roles=(), command="")
        found[each.id] = made
    return tuple(_complete_or_not(facts, each, found.values()) for each in found.values())


def _complete_or_not(facts: NoticeFacts, one: NoticeField, every: Iterable[NoticeField]) -> NoticeField:
    """Return the row on completeness as the others make it: what is missing or estimated is still to follow."""
    if one.id != "notice_completeness" or one.by or all(each.state is FieldState.FILLED for each in every):
        return one
    return replace(one, value=facts.t("incomplete"))


def _resolve(
    demand: Demand, facts: NoticeFacts, written: Mapping[tuple[str, str], NoticeWord], duty: str
) -> NoticeField:
    title = sentence_case(demand.ru if facts.russian else demand.en)
    for name in (duty, ALL_NOTICES):
        word = written.get((name, demand.id))
        if word is not None and word.value:
            return NoticeField(id=demand.id, title=title, state=FieldState.FILLED, value=word.value, by=word.by)
    answer = _answer(demand.id, facts)
    command = (answer.command or _SET) if answer.state is not FieldState.FILLED else ""
    return NoticeField(
        id=demand.id,
        title=title,
        state=answer.state,
        value=answer.text,
        why=answer.why,
        roles=answer.roles or (("dpo",) if answer.state is FieldState.ESTIMATED else ()),
        command=_named(command, facts.incident.number, duty, demand.id),
    )


def _answer(field: str, facts: NoticeFacts) -> FieldAnswer:
    if field in ORGANIZATION_FIELDS:
        key, told = ORGANIZATION_FIELDS[field]
        text = told(facts.organization)
        return configured(text, key, *_WHO_SETS.get(field, ()))
    if facts.plain and field in _PLAIN:
        return _PLAIN[field](facts)
    return ANSWERS.get(field, by_people("dpo"))(facts)


def _named(command: str, incident: str, duty: str, field: str) -> str:
    return command.replace("{incident}", incident).replace("{duty}", duty).replace("{field}", field)
