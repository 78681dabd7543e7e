"""What happened, when, where, and how it was found."""

from detector.incident.notices.notice_facts import (
    CONFIRM_COMMAND,
    STOPPED_COMMAND,
    FieldAnswer,
    NoticeFacts,
    estimated,
    filled,
    missing,
)
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import BY_HAND, IncidentKind


def nature(facts: NoticeFacts) -> FieldAnswer:
    """Say what happened: what kind it is, where, which acts, when, and whether it is stopped."""
    kind = facts.incident.kind
    if not kind.breach:
        return missing("lead", "soc", "dpo", command='nabat incidents client-data {incident} --reason "..."')
    lines = [facts.t("nature", kind=kind.value)]
    if services := systems(facts):
        lines.append(facts.t("nature-systems", services=services))
    acts = [
        facts.t("act", act=facts.words.text(f"web-action-{name}"), count=count)
        for name, count in facts.scope.by_action
        if count
    ]
    if acts:
        lines.append(facts.t("nature-acts", acts=", ".join(acts)))
    lines += [_span(facts), _stopped(facts)]
    text = " ".join(lines)
    return (
        filled(text) if facts.incident.aware_at else estimated(text, facts.t("why-suspected"), command=CONFIRM_COMMAND)
    )


def systems(facts: NoticeFacts) -> str:
    """Return the systems concerned."""
    return facts.some(facts.scope.services or ((facts.incident.service,) if facts.incident.service else ()))


def affected_systems(facts: NoticeFacts) -> FieldAnswer:
    """Say which systems are concerned."""
    found = systems(facts)
    return filled(found) if found else missing("own", "soc")


def _span(facts: NoticeFacts) -> str:
    first = facts.scope.first_event_at or facts.incident.first_event_at
    last = facts.scope.last_event_at or facts.incident.last_event_at
    return facts.t("nature-span", first=facts.moment(first), last=facts.moment(last))


def _stopped(facts: NoticeFacts) -> str:
    at = facts.flow_stopped
    return facts.t("stopped", time=facts.moment(at)) if at is not None else facts.t("not-stopped")


def when_it_happened(facts: NoticeFacts) -> FieldAnswer:
    """Say from when to when, as far as the logs show it."""
    text = f"{_span(facts)} {_stopped(facts)}"
    return filled(text) if facts.flow_stopped else estimated(text, facts.t("why-flowing"), command=STOPPED_COMMAND)


def detected_at(facts: NoticeFacts) -> FieldAnswer:
    """Say since when it is known."""
    return filled(facts.moment(facts.incident.noticed_at))


def how_found(facts: NoticeFacts) -> FieldAnswer:
    """Say how and when it was found."""
    told = facts.stated(CaseFactKind.T0)
    if told is not None and facts.incident.reported_at is not None:
        text = facts.t("found-report", time=facts.moment(facts.incident.reported_at))
    elif facts.incident.matter == BY_HAND:
        text = facts.t("found-by-hand", time=facts.moment(facts.incident.opened_at))
    else:
        text = facts.t("found-logs", time=facts.moment(facts.incident.shown_at))
    aware = facts.incident.aware_at
    return filled(f"{text} {facts.t('aware', time=facts.moment(aware))}" if aware is not None else text)


def leak_of_personal_data(facts: NoticeFacts) -> FieldAnswer:
    """Say whether personal data left."""
    if facts.incident.kind is IncidentKind.LEAK:
        text = facts.t("leak-yes")
        if facts.incident.aware_at:
            return filled(text)
        return estimated(text, facts.t("why-suspected"), command=CONFIRM_COMMAND)
    return filled(facts.t("leak-no")) if facts.incident.kind.breach else missing("lead", "soc", "dpo")


def processing_stopped(facts: NoticeFacts) -> FieldAnswer:
    """Say whether the unlawful processing has stopped."""
    return filled(_stopped(facts)) if facts.flow_stopped else missing("own", "soc", command=STOPPED_COMMAND)


def standing_now(facts: NoticeFacts) -> FieldAnswer:
    """Say how it stands: what happened, and what changed since the notice before."""
    base = nature(facts)
    if not facts.sent_changes or not base.text:
        return base
    changed = facts.t("changed-fields", fields=facts.some(each.title for each in facts.sent_changes))
    return FieldAnswer(base.state, f"{base.text} {changed}", base.why, base.roles, base.command)
