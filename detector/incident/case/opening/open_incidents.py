"""Alerts → incidents: opens new ones with their checklist, extends those that exist.

Comes in: alerts that carry an incident id, their findings, the past. Goes out: ``IncidentChanges``. What an incident
says is computed each time from all its alerts and findings, so it does not depend on the order or the batches they came
in; what people did to it (acknowledged, T1, steps) is left as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, partial

from detector.incident.case.assessment.nature import fitting, nature_of
from detector.incident.case.changes.again import called
from detector.incident.case.changes.consequences import consequences_of
from detector.incident.case.changes.escalate_kind import as_kind
from detector.incident.case.changes.merging import (
    MovedByHand,
    duties_of_merged,
    merged_into,
    named_alone,
    told_by_hand,
)
from detector.incident.case.frozen_terms import CaseTerms, configured_terms, keeping, kept_playbook, kept_terms
from detector.incident.case.opening.called_again import called_again, flow_goes_on, pause_after, people_heard
from detector.incident.case.opening.extension_entries import extension_entries
from detector.incident.case.opening.incident_content import as_it_is, blank, content_of, lead_of, main_alert
from detector.incident.case.opening.opening_call import Behind, OpeningCall
from detector.incident.case_facts.fact_readings import facts_of_merged, with_facts
from detector.incident.duty.compute_duties import changed_duties, duties_of
from detector.incident.duty.deadlines import with_due_times
from detector.incident.duty.regulations import Regulation
from detector.incident.playbook.checklist import NABAT, changed, done, new_steps
from detector.incident.playbook.playbooks import Playbook
from detector.incident.ports import IncidentChanges, IncidentStore
from detector.incident.status_machine import roused
from detector.incident.timeline import Data, append, rfc3339
from detector.messages import MessageText, messages
from detector.schema.case.case_facts import CaseFact
from detector.schema.case.incidents import Incident, IncidentStatus, Scope, TimelineEntry
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Finding
from detector.schema.levels import worst
from detector.settings import Settings


def open_incidents(
    alerts: Sequence[Alert],
    findings: Iterable[Finding],
    known: IncidentStore,
    playbooks: Mapping[str, Playbook],
    settings: Settings,
    now: datetime,
    *,
    regulations: Mapping[str, Regulation] | None = None,
    leads: Iterable[tuple[str, str]] = (),
    left: Iterable[tuple[str, str]] = (),
    event_time: bool = False,
    moved: MovedByHand | None = None,
) -> IncidentChanges:
    """Open the incidents that alerts call for, and extend those that exist.

    Args:
        alerts: New or changed ones from grouping; those without an incident id are passed over.
        findings: New or changed ones, merged.
        known: The past.
        playbooks: By name. Which one is opened follows from what is known (``nature``), not from what a rule hopes for.
        settings: Language, zone, data classes.
        now: The clock in force: T0 of what opens now.
        regulations: Laws that bind us, by id: what opens now keeps them.
        leads: Incident id and the actor it is about, where that is new or other than before.
        left: Incident id and where alerts went that belonged to it. One that has none left is closed: it goes on there.
        event_time: In a replay: T0 is the event time at which it became an incident, not ``now``, so that the same
            lines give the same bytes however they are cut.
        moved: A person has said which alerts belong where.
    """
    changed: dict[str, dict[str, Alert]] = {}
    for alert in alerts:
        changed.setdefault(alert.incident_id, {})[alert.id] = alert
    call = OpeningCall(
        {finding.id: finding for finding in findings},
        changed,
        {alert.id for alert in alerts},
        known,
        playbooks,
        settings,
        cache(partial(configured_terms, settings, regulations or {})),
        messages(settings.language),
        now,
        dict(leads),
        dict(left),
        event_time,
        moved,
    )
    touched = (changed.keys() | call.left.keys() | (moved.notes.keys() if moved else set())) - {""}
    changes = joined(_make(call, incident_id) for incident_id in sorted(touched))
    opened = [incident for incident in changes.incidents if incident.id in changes.opened]
    return joined((changes, _tell_followed(call, opened)))


def joined(parts: Iterable[IncidentChanges]) -> IncidentChanges:
    """Return several changes as one."""
    parts = list(parts)
    return IncidentChanges(
        incidents=tuple(each for part in parts for each in part.incidents),
        steps=tuple(each for part in parts for each in part.steps),
        entries=tuple(each for part in parts for each in part.entries),
        alerts=tuple(each for part in parts for each in part.alerts),
        opened=tuple(each for part in parts for each in part.opened),
        raised=tuple(each for part in parts for each in part.raised),
        duties=tuple(each for part in parts for each in part.duties),
        facts=tuple(each for part in parts for each in part.facts),
        frozen=tuple({each.id: each for part in parts for each in part.frozen}.values()),
    )


def _make(call: OpeningCall, incident_id: str) -> IncidentChanges:
    before = call.known.find(incident_id)
    if before is not None and before.status is IncidentStatus.CLOSED:
        return IncidentChanges()
    if before is not None and call.ends(before):
        return _gone(call, before)
    base = _with_named_of_merged(call, before) if before is not None else None
    alerts = call.alerts_of(incident_id)
    if not alerts:
        return _without_alerts(call, before, base)
    behind = call.behind(alerts)
    findings = behind.findings
    main = main_alert(lead_of(call, incident_id, before, alerts), alerts)
    nature = nature_of(findings, before.scope if before else Scope(), call.playbooks)
    content = content_of(call, base or blank(call, incident_id, main, nature), main, alerts, findings)
    after = as_it_is(call, content, nature, main, findings, before)
    if before is None:
        return _open(call, after, alerts)
    return _extend(call, before, after, behind) if after != before or call.moved else IncidentChanges()


def _without_alerts(call: OpeningCall, before: Incident | None, base: Incident | None) -> IncidentChanges:
    """Return what becomes of an incident that no alert belongs to: one opened by hand is what was named in it."""
    if before is None or base is None:
        return IncidentChanges()
    if base.named is None:
        return _gone(call, before)
    after = named_alone(base, base.named)
    return _extend(call, before, after, Behind((), (), {})) if after != before or call.moved else IncidentChanges()


def _with_named_of_merged(call: OpeningCall, before: Incident) -> Incident:
    """Return an incident with what a person named who opened the one that is merged into it."""
    gone = call.moved.gone if call.moved is not None else None
    if gone is None or gone.named is None or call.ends(before):
        return before
    reasons = (*before.reasons, *told_by_hand(gone))
    return replace(before, named=gone.named.beside(before.named), reasons=reasons)


def _gone(call: OpeningCall, before: Incident) -> IncidentChanges:
    """Close an incident all alerts of which turned out to belong to another one."""
    into = call.goes_on_in(before.id)
    if not into:
        return IncidentChanges()
    steps, last, number = call.known.steps(before.id), call.known.last_entry(before.id), call.number_of(into)
    note, by = call.words.wording("incident-note-merged", number=number), NABAT
    if call.moved is not None:
        note, by = call.moved.notes[before.id][1], call.moved.by
    return merged_into(before, steps, last, into, call.words, call.now, note=note, by=by)


def _open(call: OpeningCall, incident: Incident, alerts: Sequence[Alert]) -> IncidentChanges:
    severity = call.severity_word(incident.severity)
    made = opening_of(
        incident,
        call.playbooks[incident.playbook],
        call.configured(),
        by=NABAT,
        text=call.words.wording("incident-entry-opened", alerts=len(alerts), severity=severity),
        data=(("alerts", len(alerts)), ("severity", incident.severity.value), ("risk", incident.risk)),
        proof=call.words.text("incident-proof-opened", alerts=len(alerts), at=rfc3339(incident.opened_at)),
    )
    (entry,) = made.entries
    return replace(made, entries=(entry, *call.stand_ins(entry, None, incident, incident.opened_at)))


def _tell_followed(call: OpeningCall, opened: Iterable[Incident]) -> IncidentChanges:
    """Say in the timelines of closed incidents where they go on; nothing else of them changes."""
    closed: dict[str, Incident] = {}
    entries: dict[str, list[TimelineEntry]] = {}
    for incident in opened:
        for before in call.followed(call.alerts_of(incident.id)):
            closed[before.id], mine = before, entries.setdefault(before.id, [])
            entry = append(
                mine[-1] if mine else call.known.last_entry(before.id),
                incident_id=before.id,
                at=incident.opened_at,
                kind="followed",
                by=NABAT,
                text=call.words.wording("incident-entry-followed", number=incident.number),
                data=(("incident", incident.number),),
            )
            mine.append(entry)
    return IncidentChanges(
        incidents=tuple(replace(each, version=each.version + 1) for each in closed.values()),
        entries=tuple(entry for mine in entries.values() for entry in mine),
    )


def _extend(call: OpeningCall, before: Incident, after: Incident, behind: Behind) -> IncidentChanges:
    merged = call.merged_with(after.id)
    # What was known of either is known since then, and its clocks run from there.
    after = _gravest(call, after, merged)
    after = replace(after, people_heard=people_heard(call, before, behind), version=before.version + 1)
    steps, last = call.known.steps(after.id), call.known.last_entry(after.id)
    case, playbook = _kept(call, before, after)
    flow = flow_goes_on(call, steps, playbook, behind)
    why = called_again(call, before, after, merged, behind, flow)
    if why:
        pause, answered = pause_after(call, before, after, why), before.acknowledged_at is not None
        after = called(after, why, call.now, pause, answered=answered)
    more = before.status is IncidentStatus.RESOLVED and set(after.alert_ids) - set(before.alert_ids)
    if why or more:
        after = roused(after)
    at = after.last_event_at if call.event_time else call.now
    facts = tuple(call.known.facts(after.id)) if merged or flow is not None or call.moved else ()
    taken = _taken(call, after, facts, merged, at)
    if call.moved is not None:
        taken += tuple(each for each in call.moved.facts if each.incident_id == after.id)
    if taken:
        after = with_facts(after, (*facts, *taken))
    entries = extension_entries(call, last, before, after, merged, why, at)
    after, parts = keeping(after, case, playbook, before)
    had = call.known.duties(after.id)
    carried = duties_of_merged(had, [each for one in merged for each in call.known.duties(one.id)], after.id)
    now = consequences_of(
        before,
        after,
        steps,
        carried if call.moved else had,
        terms=case.terms,
        playbook=playbook,
        last=entries[-1] if entries else last,
        words=call.words,
        at=at,
        flow=flow,
        facts=(*facts, *taken),
    )
    worse = after.severity.rank > before.severity.rank or after.kind.gravity > before.kind.gravity
    if worse and after.called_at is not None:
        after = replace(after, called_at=min(after.called_at, call.now))
    return IncidentChanges(
        incidents=(after,),
        steps=changed(steps, now.steps),
        entries=(*entries, *now.entries),
        raised=(after.id,) if worse or why else (),
        duties=changed_duties(had, now.duties),
        frozen=parts,
        facts=(*taken, *now.facts),
    )


def _gravest(call: OpeningCall, after: Incident, merged: Sequence[Incident]) -> Incident:
    """Return an incident as grave and as long known as those that go on in it."""
    if call.event_time or not merged:
        return after
    if call.moved is not None:
        worst_of = max(merged, key=lambda each: each.kind.gravity)
        if 0 < after.kind.gravity < worst_of.kind.gravity:
            playbook = fitting(worst_of.kind, worst_of.playbook, call.playbooks)
            after = as_kind(after, worst_of.kind, playbook, call.now)
        after = replace(after, severity=worst(*(each.severity for each in (after, *merged))))
    opened = min(each.opened_at for each in (after, *merged))
    shown = min(each.shown_at for each in (after, *merged))
    return replace(after, opened_at=opened, became_at=shown if shown > opened else None)


def _taken(
    call: OpeningCall, after: Incident, facts: Sequence[CaseFact], merged: Sequence[Incident], at: datetime
) -> tuple[CaseFact, ...]:
    """Return what was stated of incidents that go on in this one and counts here from now on."""
    others = [(each, call.known.facts(each.id)) for each in merged]
    return facts_of_merged(after, facts, others, reason=call.words.text("incident-fact-merged"), at=at)


def _kept(call: OpeningCall, before: Incident, after: Incident) -> tuple[CaseTerms, Playbook | None]:
    """Return the terms and the playbook of a known incident: those it keeps, a graver kind's as configured."""
    case = kept_terms(before, call.known) or call.configured()
    configured = call.playbooks.get(after.playbook)
    if after.playbook != before.playbook:
        return case, configured
    return case, kept_playbook(before, call.known) or configured


def opening_of(
    incident: Incident, playbook: Playbook, case: CaseTerms, *, by: str, text: MessageText, data: Data, proof: str
) -> IncidentChanges:
    """Return what opens an incident: what it keeps, its first entry, its checklist and duties.

    Args:
        incident: As it opens.
        playbook: Its checklist.
        case: Under what it runs.
        by: Who opens it.
        text: What its first entry says.
        data: The same in numbers.
        proof: What shows that the steps are done which its opening does.
    """
    incident, parts = keeping(incident, case, playbook)
    at, terms = incident.opened_at, case.terms
    steps = with_due_times(incident, new_steps(incident.id, playbook, terms.regulations), playbook, terms)
    does = playbook.done_when("opened")
    return IncidentChanges(
        incidents=(incident,),
        steps=tuple(done(step, at, NABAT, proof) if step.step_id in does else step for step in steps),
        entries=(append(None, incident_id=incident.id, at=at, kind="opened", by=by, text=text, data=data),),
        opened=(incident.id,),
        duties=duties_of(incident, terms, ()),
        frozen=parts,
    )
