"""What a notice says that withdraws another one, and what any other says of it: by what was decided at the close.

Nothing here repeats what the earlier notice said of people and their data: it names which of its rows no longer hold.
"""

from typing import Final

from detector.incident.letters.letter_phrases import day_in_words
from detector.incident.notices.notice_facts import FieldAnswer, NoticeFacts, estimated, filled, missing, sentence_case

_STAYS: Final = (
    "operator", "controller", "contact", "dpo", "organization", "identifier", "reporter", "address", "representative",
    "other_party", "other_bodies", "notice_", "protection", "prevention",
    "incident_detected", "discovery", "measures_", "mitigation", "people_told", "police_told", "authorities_told",
)  # fmt: skip
_STAYS_TOO: Final = frozenset(
    {"addressee", "our_reference", "accuracy_declared", "contract", "what_changed", "extra_info", "measures"}
    | {"delay_reasons", "delay_reasons_if_over_72h", "law_enforcement_delay", "other_authorities_told", "who_else_told"}
    | {"entity_contact", "responsible_contact", "speaker", "economic_activity", "sector", "establishments"}
    | {"lead_authority", "outside_eea", "cross_border", "processors_involved", "policy_number", "primary_notice_ref"}
    | {"how_and_when_found", "told_by_others", "what_entity_does", "what_is_done", "remedial_action", "status_updates"}
    | {"evidence_kept", "investigation_decision_ref", "staff_training", "costs_so_far", "continuity_plan"}
    | {"complaint_reference", "withdrawal_reasons"}
)
"""Rows of a notice that say who we are, what we did and when we did it: all of that holds still."""


def withdrawn_notice(facts: NoticeFacts) -> FieldAnswer:
    """Say which notice is withdrawn: what it is called, each time that it was sent, its receipt, our document."""
    if facts.withdrawal is None:
        return missing("dpo")
    notice = facts.withdrawal.notice
    title = notice.headings[facts.russian] or sentence_case(notice.titles[facts.russian])
    return filled(
        "\n".join(
            facts.t(
                "withdrawn-line",
                title=title,
                time=facts.moment(each.at),
                receipt=each.receipt or "none",
                document=each.document or "none",
            )
            for each in notice.told
        )
    )


def reasons(facts: NoticeFacts) -> FieldAnswer:
    """Say why a notice is withdrawn; of a case that is not closed as none, that nothing is."""
    incident = facts.incident
    if not incident.ended_as_none or incident.close_reason is None:
        return filled(facts.t("nothing-withdrawn"))
    text = facts.t("withdrawn-outcome", reason=incident.close_reason.value.replace("_", "-"))
    account = incident.actor_id.rpartition(":")[2].casefold()
    note = sentence_case(incident.close_note)
    if not note or (account and account in note.casefold()):
        return estimated(text, facts.t("why-no-note"))
    return estimated(f"{text} {facts.t('withdrawn-note', note=note)}", facts.t("why-note"))


def said_publicly(facts: NoticeFacts) -> FieldAnswer:
    """Say on which days the public was told what is withdrawn."""
    if facts.withdrawal is None:
        return missing("com", "dpo")
    days = dict.fromkeys(
        day_in_words(facts.words, each.at.astimezone(facts.zone).date()) for each in facts.withdrawal.notice.told
    )
    return filled(", ".join(days))


def outcome(facts: NoticeFacts) -> FieldAnswer:
    """Say what turned out in the words of letters: no account, no note of ours, nobody who decided."""
    reason = facts.incident.close_reason
    if not facts.incident.ended_as_none or reason is None:
        return filled(facts.t("nothing-withdrawn"))
    return filled(facts.words.text(f"letter-outcome-{reason.value.replace('_', '-')}"))


def decided(facts: NoticeFacts) -> FieldAnswer:
    """Say who decided that there was no breach, and when; who agreed."""
    at = facts.incident.closed_at
    if not facts.incident.ended_as_none or at is None or not facts.ended_by:
        return missing("dpo", "lead")
    time = facts.moment(at)
    return filled(facts.t("withdrawn-decided", who=facts.ended_by, time=time, second=facts.ended_with or "none"))


def people(facts: NoticeFacts) -> FieldAnswer:
    """Say that nobody's data was concerned, as far as is known."""
    return filled(facts.t("withdrawn-people"))


def void(facts: NoticeFacts) -> FieldAnswer:
    """Say which rows of the notice no longer hold: all but those that say who we are."""
    rows = [
        each.title
        for each in facts.withdrawn_fields
        if each.value and not each.id.startswith(_STAYS) and each.id not in _STAYS_TOO
    ]
    return filled(facts.t("withdrawn-rows", rows="; ".join(rows)) if rows else facts.t("withdrawn-all"))


def clients(facts: NoticeFacts) -> FieldAnswer:
    """Say what our clients were told, and how many of them were told since that it was a mistake."""
    if facts.controller:
        return filled(facts.t("withdrawn-controller"))
    letters = facts.letters
    told = letters.informed + letters.withdrawn
    if not told:
        return filled(facts.t("withdrawn-no-clients"))
    return filled(facts.t("withdrawn-clients", told=told, withdrawn=letters.withdrawn, left=letters.informed))
