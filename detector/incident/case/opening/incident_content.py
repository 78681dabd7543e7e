"""What an incident says: computed each time from all its alerts and findings."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from detector.incident.case.assessment.evidence_kinds import last_call
from detector.incident.case.assessment.nature import Nature, follow_until
from detector.incident.case.assessment.severity import as_judged, people_at_most, severity_of
from detector.incident.case.changes.escalate_kind import as_kind
from detector.incident.case.changes.merging import told_by_hand, with_named
from detector.incident.case.code_names import case_number, code_name
from detector.incident.case.opening.opening_call import OpeningCall
from detector.incident.case.titles import title
from detector.schema.case.incidents import BY_HAND, STORM_MATTER, Incident
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Finding, Reason
from detector.schema.events.columns import ADDRESS, SESSION, WIDE

MAX_REASONS = 20


def lead_of(call: OpeningCall, incident_id: str, before: Incident | None, alerts: Sequence[Alert]) -> str:
    """Return whom an incident is about: of two as well known, whom people merged, the one it was about."""
    lead, known = call.leads.get(incident_id, ""), before.actor_id if before is not None else ""
    if call.event_time or not lead or before is None:
        return lead or known
    there = any(alert.actor_id == known for alert in alerts)
    return known if there and _unknown(known) <= _unknown(lead) else lead


def blank(call: OpeningCall, incident_id: str, main: Alert, nature: Nature) -> Incident:
    """Return an incident that nothing but its first alert is known of."""
    name, name_ru = code_name(incident_id, main.matter) if call.settings.incident.code_names else ("", "")
    return Incident(
        id=incident_id,
        number="",
        code_name=name,
        code_name_ru=name_ru,
        kind=nature.kind,
        title="",
        severity=main.severity,
        score=main.score,
        risk=main.risk,
        matter=main.matter,
        playbook=nature.playbook,
        service=main.service,
        actor_id=main.actor_id,
        actor_type=main.actor_type,
        opened_at=call.now,
        first_event_at=main.first_event_at,
        last_event_at=main.last_event_at,
    )


def content_of(
    call: OpeningCall, base: Incident, main: Alert, alerts: Sequence[Alert], findings: Sequence[Finding]
) -> Incident:
    """Return an incident with what its alerts and findings say of it."""
    opened = _opened_at(call, base, alerts)
    # What people call it stays, whatever is learned; a replay calls it so once it knows all.
    number = "" if call.event_time else base.number
    named = findings if base.matter == STORM_MATTER else ()
    actors = {alert.actor_id for alert in alerts} | {finding.actor_id for finding in named}
    content = replace(
        base,
        actor_id=main.actor_id,
        number=number or case_number(base.id, opened, call.settings.timezone, main.matter),
        score=max(alert.score for alert in alerts),
        risk=max(alert.risk for alert in alerts),
        service=main.service,
        actor_type=main.actor_type,
        related_actors=tuple(sorted(actors - {main.actor_id})),
        source_ips=tuple(sorted({each for finding in findings for each in finding.source_ips})),
        opened_at=opened,
        follow_until=follow_until(findings, call.playbooks, call.settings.group.horizon),
        called_at=_last_call(call, base, opened, findings),
        first_event_at=min(alert.first_event_at for alert in alerts),
        last_event_at=max(alert.last_event_at for alert in alerts),
        reasons=(*told_by_hand(base), *_gone_on(call, alerts), *reasons_of(findings))[:MAX_REASONS],
        rules=tuple(sorted({finding.rule_id for finding in findings})),
        tags=tuple(sorted({tag for finding in findings for tag in finding.tags})),
        alert_ids=tuple(alert.id for alert in alerts),
    )
    return with_named(content, base.actor_id if base.matter == BY_HAND else "")


def _gone_on(call: OpeningCall, alerts: Iterable[Alert]) -> tuple[Reason, ...]:
    return tuple(
        Reason(
            message="incident-goes-on",
            args=(("number", each.number), ("reason", each.close_reason.value if each.close_reason else "")),
        )
        for each in call.followed(alerts)
    )


def as_it_is(
    call: OpeningCall,
    content: Incident,
    nature: Nature,
    main: Alert,
    findings: Sequence[Finding],
    before: Incident | None,
) -> Incident:
    """Return the incident as the kind it is, with the title and severity that are true of it."""
    incident = _as_kind(call, content, nature, before)
    touched = nature.kind.breach
    # By event time a storm is what it holds in the end, whatever it gave back on the way.
    given_back = call.event_time and incident.matter == STORM_MATTER
    broken_in = touched and incident.follow_until is not None
    classes, people = call.settings.records.data_classes, incident.persons
    computed = severity_of(findings, incident.scope, classes, broken_in=broken_in, people=people)
    if before is None or given_back:
        incident = replace(incident, severity=computed)
    else:
        incident = as_judged(incident, computed, max(people_at_most(findings, incident.scope), people or 0))
    if incident.matter == BY_HAND:
        return incident
    return replace(
        incident,
        title=title("en", incident.kind, main, touched=touched),
        title_ru=title("ru", incident.kind, main, touched=touched),
    )


def _as_kind(call: OpeningCall, incident: Incident, nature: Nature, before: Incident | None) -> Incident:
    if call.event_time:
        # A replay reckons by event time, so that the kind and its moment do not hang on the batches.
        since = nature.since if nature.since and nature.since > incident.opened_at else None
        return replace(incident, kind=nature.kind, playbook=nature.playbook, became_at=since)
    if before is not None and nature.kind.gravity > before.kind.gravity:
        return as_kind(incident, nature.kind, nature.playbook, call.moved.since if call.moved else call.now)
    return incident


def _last_call(call: OpeningCall, base: Incident, opened: datetime, findings: Sequence[Finding]) -> datetime | None:
    """Return since when the team is called again; in a replay, where nobody answers, it answers at once."""
    if not call.event_time or base.matter == STORM_MATTER:
        return base.called_at
    return last_call(findings, opened, call.settings.group.threshold)


def _opened_at(call: OpeningCall, base: Incident, alerts: Sequence[Alert]) -> datetime:
    if not call.event_time:
        return base.opened_at
    moment = min((alert.reached_at for alert in alerts if alert.reached_at), default=None)
    return moment or min(alert.opened_at for alert in alerts)


def reasons_of(findings: Sequence[Finding]) -> tuple[Reason, ...]:
    """Return the reasons of findings (given worst first), most important first.

    A rule that says the same with other numbers is heard once, with the numbers of its worst finding.
    """
    heard: dict[tuple[str, str], Reason] = {}
    for finding in findings:
        for reason in finding.reasons:
            heard.setdefault((finding.rule_id, reason.message), reason)
    return tuple(dict.fromkeys(heard.values()))[:MAX_REASONS]


def _unknown(actor: str) -> int:
    """Return how little an actor says of a person: an account 0, a session 1, an address 2, a whole network 3."""
    return 2 + actor.endswith(WIDE) if actor.startswith(ADDRESS) else int(actor.startswith(SESSION))


def main_alert(actor_id: str, alerts: Sequence[Alert]) -> Alert:
    """Return the first alert of the actor an incident is about."""
    return next((alert for alert in alerts if alert.actor_id == actor_id), alerts[0])
