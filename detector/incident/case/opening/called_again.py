"""Whether the team is called again about an incident that somebody may have answered, and why."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from detector.incident.case.assessment.evidence_kinds import new_since
from detector.incident.case.assessment.severity import doubled, people_at_most
from detector.incident.case.changes.again import because, kinds, waits
from detector.incident.case.changes.containment import flow_step
from detector.incident.case.changes.merging import MovedByHand
from detector.incident.case.opening.opening_call import Behind, OpeningCall
from detector.incident.playbook.playbooks import Playbook
from detector.schema.case.incidents import STORM_MATTER, Incident, Step, storm_rule
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Reason
from detector.schema.events.columns import ACCOUNT
from detector.settings import TeamSettings


def called_again(
    call: OpeningCall,
    before: Incident,
    after: Incident,
    merged: Sequence[Incident],
    behind: Behind,
    flow: Step | None,
) -> tuple[Reason, ...]:
    """Return why an answer counts no more: what has changed that who gave it could not know; empty: it counts."""
    if call.event_time:
        return ()
    goes_on = (_flow_reason(before, after, behind, flow),) if flow is not None else ()
    worse = [because("severity", old=before.severity.value, new=after.severity.value)]
    worse = worse if after.severity.rank > before.severity.rank else []
    if call.moved is not None:
        return _called_by_hand(call, call.moved, before, after, merged, worse)
    if waits(before, call.now):
        return (*goes_on, *worse)
    if before.acknowledged_at is None:
        return (*goes_on, *_once_more(call, before, behind))
    found = list(goes_on)
    if suspected(after, before.acknowledged_by, call.settings.team):
        found.append(because("suspect"))
    if after.actor_id != before.actor_id or _others_joined(call, before, behind.alerts):
        found.append(because("actor"))
    found += worse
    found += _more(call, before, after, behind)
    if any(each.acknowledged_at is None for each in merged):
        found.append(because("merged"))
    return tuple(found)


def _called_by_hand(
    call: OpeningCall,
    moved: MovedByHand,
    before: Incident,
    after: Incident,
    merged: Sequence[Incident],
    worse: Sequence[Reason],
) -> tuple[Reason, ...]:
    """Return why an answer counts no more where a person said what belongs together."""
    found = list(moved.why.get(before.id, ()))
    if before.acknowledged_at is None:
        return tuple(found)
    if suspected(after, before.acknowledged_by, call.settings.team):
        found.append(because("suspect"))
    found += worse
    if any(each.acknowledged_at is None for each in merged) and before.acknowledged_by not in moved.people:
        found.append(because("merged"))
    return tuple(found)


def _flow_reason(before: Incident, after: Incident, behind: Behind, flow: Step) -> Reason:
    people, known = people_at_most(behind.findings, before.scope), behind.past.values()
    heard = after.people_heard if after.people_heard is not None else people_at_most(known, before.scope)
    return because("flow", step=flow.step_id, before=heard, after=people)


def _more(call: OpeningCall, before: Incident, after: Incident, behind: Behind) -> Sequence[Reason]:
    """Return what has come since the answer that whoever gave it has to look at; empty: nothing."""
    if before.matter == STORM_MATTER:
        return [because("joined")] if _joined_storm(call, before, behind.alerts) else []
    found = []
    if before.acknowledged_at is not None and (acts := _other_acts(call, before, behind, before.acknowledged_at)):
        found.append(because(acts))
    people, heard = people_at_most(behind.findings, before.scope), after.people_heard or 0
    if doubled(heard, people):
        found.append(because("more", before=heard, after=people))
    return found


def _once_more(call: OpeningCall, before: Incident, behind: Behind) -> Sequence[Reason]:
    """Return why people are called again whom the whole ladder has not moved to answer; empty: nothing is new."""
    ladder = call.settings.notify.ladder
    asked = max((rung.after for rung in ladder), default=timedelta(0))
    if before.matter == STORM_MATTER or call.now < before.called_since + asked:
        return []  # they are being called, and hear of it by the incident's page
    return [because("unanswered")] if _other_acts(call, before, behind, before.called_since) else []


def _other_acts(call: OpeningCall, before: Incident, behind: Behind, since: datetime) -> str:
    """Return what began after a moment that would be an incident alone and was not known then; empty: nothing.

    An honest errand that somebody has looked at must not swallow the theft nine hours later: other evidence
    (``evidence``), or the same from a place where nobody of the incident was (``place``).
    """
    threshold = call.settings.group.threshold
    if new_since(behind.findings, behind.past.values(), since, threshold):
        return "evidence"
    places, heavy = set(before.source_ips), (each for each in behind.findings if each.risk >= threshold)
    later = (each for each in heavy if each.touched and each.last_event_at > since)
    return "place" if places and any(set(each.source_ips) - places for each in later) else ""


def _others_joined(call: OpeningCall, before: Incident, alerts: Sequence[Alert]) -> bool:
    """Tell whether somebody whose own points suffice has joined; in a storm nobody's are reckoned."""
    known = {before.actor_id, *(each.actor_id for each in call.known.incident_alerts(before.id) if each.reached_at)}
    return any(alert.reached_at and alert.actor_id not in known for alert in alerts)


def _joined_storm(call: OpeningCall, before: Incident, alerts: Sequence[Alert]) -> bool:
    """Tell whether an account, or somebody who touched client data, is among a storm's actors only now.

    Who comes after the first thousand is counted and not named: then whoever its rule names in this call is new.
    """
    known = set(before.related_actors)
    named = {each for alert in alerts for each in alert.finding_ids}
    counted = sum(each.storm for each in call.known.incident_alerts(before.id))
    rules = {alert.rule_id for alert in alerts if alert.storm > len(alert.finding_ids)}
    unnamed = bool(rules) and sum(alert.storm for alert in alerts) > counted
    return any(
        finding.actor_id not in known
        and (finding.touched or finding.actor_id.startswith(ACCOUNT))
        and (finding.id in named or (unnamed and storm_rule(finding.rule_id) in rules))
        for finding in call.findings.values()
    )


def people_heard(call: OpeningCall, before: Incident, behind: Behind) -> int | None:
    """Return how many people whoever has answered could know of: as many as were known before what comes now."""
    if call.event_time or before.acknowledged_at is None or before.people_heard is not None:
        return before.people_heard
    return people_at_most(behind.past.values(), before.scope)


def flow_goes_on(call: OpeningCall, steps: Sequence[Step], playbook: Playbook | None, behind: Behind) -> Step | None:
    """Return the step that says the flow is stopped, where clients were touched after it was done."""
    flow = None if call.event_time else flow_step(steps, playbook)
    if flow is None or flow.done_at is None:
        return None
    since, known = flow.done_at, behind.past
    new = (each for each in behind.findings if each.touched and each.last_event_at > since)
    return (
        flow if any(each.id not in known or each.last_event_at > known[each.id].last_event_at for each in new) else None
    )


def pause_after(call: OpeningCall, before: Incident, after: Incident, why: Sequence[Reason]) -> timedelta:
    """Return how long after a call the next one waits; a storm's, once it was called again, for its span."""
    if before.called_at is not None and "joined" in kinds(why):
        return call.settings.group.storm_span
    return call.settings.notify.again.of(after.severity.value)


def suspected(incident: Incident, by: str, team: TeamSettings) -> bool:
    """Tell whether an incident is about an account of this member of the team."""
    return by in team.excluded(incident.suspects)
