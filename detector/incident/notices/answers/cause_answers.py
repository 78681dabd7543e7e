"""What caused it, and who: only as people stated it."""

from detector.incident.notices.notice_facts import FieldAnswer, NoticeFacts, estimated, filled, missing
from detector.schema.case.case_facts import CaseFactKind, IncidentCause

_STATE = 'nabat incidents fact {incident} cause attack --reason "..."'
_NO_EMPLOYEE = frozenset({IncidentCause.ATTACK, IncidentCause.FAILURE})
_NO_OUTSIDER = frozenset({IncidentCause.INSIDER, IncidentCause.HUMAN_ERROR, IncidentCause.FAILURE})
_MEANT = frozenset({IncidentCause.ATTACK, IncidentCause.INSIDER})


def supposed_cause(facts: NoticeFacts) -> FieldAnswer:
    """Say what is supposed to have caused it."""
    if facts.cause is IncidentCause.UNKNOWN:
        text = facts.t("cause-unknown", kind=facts.incident.kind.value)
        return estimated(text, facts.t("why-cause"), command=_STATE)
    return filled(_cause(facts))


def established_cause(facts: NoticeFacts) -> FieldAnswer:
    """Say what caused it, once somebody has established it."""
    return missing("soc", "ext", command=_STATE) if facts.cause is IncidentCause.UNKNOWN else filled(_cause(facts))


def _cause(facts: NoticeFacts) -> str:
    stated = facts.stated(CaseFactKind.CAUSE)
    reason = stated.reason if stated is not None else ""
    said = facts.t("cause", cause=facts.cause.value)
    return f"{said}: {reason}" if reason else said


def intent(facts: NoticeFacts) -> FieldAnswer:
    """Say whether an unlawful or malicious act is suspected."""
    if facts.cause is IncidentCause.UNKNOWN:
        return estimated(facts.t("intent-yes"), facts.t("why-intent"), command=_STATE)
    return filled(facts.t("intent-yes" if facts.cause in _MEANT else "intent-no"))


def breach_type(facts: NoticeFacts) -> FieldAnswer:
    """Say of which type it is, as authorities list them, by the cause."""
    text = facts.t("breach-type", cause=facts.cause.value)
    if facts.cause in (IncidentCause.ATTACK, IncidentCause.INSIDER):
        return filled(text)
    return estimated(text, facts.t("why-cause" if facts.cause is IncidentCause.UNKNOWN else "why-type"), command=_STATE)


def employee(facts: NoticeFacts) -> FieldAnswer:
    """Say which employee's acts caused it: only people name people."""
    if facts.cause in _NO_EMPLOYEE:
        return filled(facts.t("no-employee"))
    return missing("hr", "dpo")


def outsider(facts: NoticeFacts) -> FieldAnswer:
    """Say which outside person caused it."""
    if facts.cause in _NO_OUTSIDER:
        return filled(facts.t("no-outsider"))
    return missing("soc", "ext")


def addresses(facts: NoticeFacts) -> FieldAnswer:
    """Say from which addresses it was done."""
    if facts.cause in _NO_OUTSIDER:
        return filled(facts.t("no-outsider"))
    if not (found := _seen(facts)):
        return missing("soc", "ext")
    if facts.cause is IncidentCause.ATTACK:
        return filled(found)
    return estimated(found, facts.t("why-addresses"), command=_STATE)


def location(facts: NoticeFacts) -> FieldAnswer:
    """Say where the outside person is supposed to be."""
    if facts.cause in _NO_OUTSIDER:
        return filled(facts.t("no-outsider"))
    return missing("soc", "ext")


def indicators(facts: NoticeFacts) -> FieldAnswer:
    """Say by what others recognise it: addresses it was done from."""
    found = _seen(facts)
    return filled(facts.t("indicators", addresses=found) if found else facts.t("no-indicators"))


def _seen(facts: NoticeFacts) -> str:
    """Return the addresses it was done from."""
    return facts.some(facts.scope.source_ips or facts.incident.source_ips)
