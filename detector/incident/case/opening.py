"""Alerts → incidents: opens new ones with their checklist, extends those that exist.

Comes in: alerts that carry an incident id, their findings, the past. Goes out: ``IncidentChanges``. What an incident
says is computed each time from all its alerts and findings, so it does not depend on the order or the batches they came
in; what people did to it (acknowledged, T1, steps) is left as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from detector.incident.case.assessment.evidence_kinds import last_call, new_since
from detector.incident.case.assessment.nature import Nature, fitting, follow_until, nature_of
from detector.incident.case.assessment.severity import as_judged, doubled, people_at_most, severity_of
from detector.incident.case.changes.again import because, called, kinds, said, waits
from detector.incident.case.changes.consequences import consequences_of
from detector.incident.case.changes.containment import flow_step
from detector.incident.case.changes.escalate_kind import as_kind, worse_entry
from detector.incident.case.changes.merging import MovedByHand, duties_of_merged, merged_into, named_alone, with_named
from detector.incident.case.code_names import code_name
from detector.incident.case.frozen_terms import CaseTerms, configured_terms, keeping, kept_playbook, kept_terms
from detector.incident.case.stand_ins import stand_in_entries
from detector.incident.case.titles import title
from detector.incident.case_facts.fact_readings import facts_of_merged, with_facts
from detector.incident.duty.compute_duties import changed_duties, duties_of
from detector.incident.duty.deadlines import Terms, with_due_times
from detector.incident.duty.regulations import Regulation
from detector.incident.playbook.checklist import NABAT, changed, done, new_steps
from detector.incident.playbook.playbooks import Playbook
from detector.incident.ports import IncidentChanges, IncidentStore
from detector.incident.status_machine import roused
from detector.incident.timeline import append, rfc3339
from detector.messages import Messages, messages
from detector.schema.case.case_facts import CaseFact
from detector.schema.case.incidents import (
    BY_HAND,
    OPENED_BY_HAND,
    STORM_MATTER,
    Incident,
    IncidentStatus,
    Scope,
    Step,
    TimelineEntry,
    storm_rule,
)
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Finding, Reason
from detector.schema.events.columns import ACCOUNT, ADDRESS, SESSION, WIDE
from detector.schema.levels import Severity, worst
from detector.settings import Settings, TeamSettings

MAX_REASONS = 20


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
    maker = _Maker(
        {finding.id: finding for finding in findings},
        changed,
        {alert.id for alert in alerts},
        known,
        playbooks,
        settings,
        regulations or {},
        messages(settings.language),
        now,
        dict(leads),
        dict(left),
        event_time,
        moved,
    )
    touched = (changed.keys() | maker.left.keys() | (moved.notes.keys() if moved else set())) - {""}
    changes = joined(maker.make(incident_id) for incident_id in sorted(touched))
    opened = [incident for incident in changes.incidents if incident.id in changes.opened]
    return joined((changes, maker.followed(opened)))


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


@dataclass(frozen=True, slots=True)
class _Behind:
    """What stands behind an incident: its alerts, their findings (the worst first), and those known before, by id."""

    alerts: Sequence[Alert]
    findings: Sequence[Finding]
    past: Mapping[str, Finding]


@dataclass(frozen=True, slots=True)
class _Maker:
    findings: Mapping[str, Finding]
    changed: Mapping[str, Mapping[str, Alert]]
    of_call: set[str]
    known: IncidentStore
    playbooks: Mapping[str, Playbook]
    settings: Settings
    regulations: Mapping[str, Regulation]
    words: Messages
    now: datetime
    leads: Mapping[str, str]
    left: Mapping[str, str]
    event_time: bool
    moved: MovedByHand | None

    def make(self, incident_id: str) -> IncidentChanges:
        before = self.known.find(incident_id)
        if before is not None and before.status is IncidentStatus.CLOSED:
            return IncidentChanges()
        if before is not None and self._ends(before):
            return self._gone(before)
        base = self._with_named_of_merged(before) if before is not None else None
        alerts = self._alerts(incident_id)
        if not alerts:
            return self._without_alerts(before, base)
        behind = self._behind(alerts)
        findings = behind.findings
        main = main_alert(self._lead(incident_id, before, alerts), alerts)
        nature = nature_of(findings, before.scope if before else Scope(), self.playbooks)
        content = self._content(base or self._blank(incident_id, main, nature), main, alerts, findings)
        after = self._called(content, nature, main, findings, before)
        if before is None:
            return self._open(after, alerts)
        return self._extend(before, after, behind) if after != before or self.moved else IncidentChanges()

    def _without_alerts(self, before: Incident | None, base: Incident | None) -> IncidentChanges:
        """Return what becomes of an incident that no alert belongs to: one opened by hand is what was named in it."""
        if before is None or base is None:
            return IncidentChanges()
        if base.named is None:
            return self._gone(before)
        after = named_alone(base, base.named)
        return self._extend(before, after, _Behind((), (), {})) if after != before or self.moved else IncidentChanges()

    def _lead(self, incident_id: str, before: Incident | None, alerts: Sequence[Alert]) -> str:
        """Return whom an incident is about: of two as well known, whom people merged, the one it was about."""
        lead, known = self.leads.get(incident_id, ""), before.actor_id if before is not None else ""
        if self.event_time or not lead or before is None:
            return lead or known
        there = any(alert.actor_id == known for alert in alerts)
        return known if there and _unknown(known) <= _unknown(lead) else lead

    def _ends(self, before: Incident) -> bool:
        return self.moved is not None and self.moved.gone is not None and self.moved.gone.id == before.id

    def _with_named_of_merged(self, before: Incident) -> Incident:
        """Return an incident with what a person named who opened the one that is merged into it."""
        gone = self.moved.gone if self.moved is not None else None
        if gone is None or gone.named is None or self._ends(before):
            return before
        told = tuple(each for each in gone.reasons if each.message == OPENED_BY_HAND)
        return replace(before, named=gone.named.beside(before.named), reasons=(*before.reasons, *told))

    def _alerts(self, incident_id: str) -> list[Alert]:
        """Return the alerts of an incident: those it had and has still, and those of this call."""
        had = (alert for alert in self.known.incident_alerts(incident_id) if alert.id not in self.of_call)
        return sorted(
            (*had, *self.changed.get(incident_id, {}).values()), key=lambda alert: (alert.opened_at, alert.id)
        )

    def _gone(self, before: Incident) -> IncidentChanges:
        """Close an incident all alerts of which turned out to belong to another one."""
        into = self._goes_on_in(before.id)
        if not into:
            return IncidentChanges()
        steps, last, number = self.known.steps(before.id), self.known.last_entry(before.id), self._number(into)
        note, by = self.words.text("incident-note-merged", number=number), NABAT
        if self.moved is not None:
            note, by = self.moved.notes[before.id][1], self.moved.by
        return merged_into(before, steps, last, into, self.words, self.now, note=note, by=by)

    def _goes_on_in(self, incident_id: str) -> str:
        if self.moved is not None:
            return self.moved.into
        seen = {incident_id}
        while (incident_id := self.left.get(incident_id, "")) and incident_id not in seen:
            if self._alerts(incident_id):
                return incident_id
            seen.add(incident_id)
        return ""

    def _merged(self, incident_id: str) -> list[Incident]:
        """Return the incidents that go on in this one from now on."""
        if self.moved is not None:
            return [self.moved.gone] if self.moved.gone is not None and self.moved.into == incident_id else []
        gone = (each for each in self.left if not self._alerts(each) and self._goes_on_in(each) == incident_id)
        known = [each for each in map(self.known.find, sorted(gone)) if each is not None and each.named is None]
        return [each for each in known if each.status is not IncidentStatus.CLOSED]

    def _number(self, incident_id: str) -> str:
        known = self.known.find(incident_id)
        return known.number if known is not None else incident_id[:6]

    def _behind(self, alerts: Sequence[Alert]) -> _Behind:
        ids = {each for alert in alerts for each in alert.finding_ids}
        past = self.known.findings(ids)
        found = past | {each: self.findings[each] for each in ids if each in self.findings}
        worst_first = sorted(
            found.values(), key=lambda finding: (-finding.severity.rank, -finding.score, finding.at, finding.id)
        )
        return _Behind(alerts, worst_first, past)

    def _blank(self, incident_id: str, main: Alert, nature: Nature) -> Incident:
        name, name_ru = code_name(incident_id) if self.settings.incident.code_names else ("", "")
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
            opened_at=self.now,
            first_event_at=main.first_event_at,
            last_event_at=main.last_event_at,
        )

    def _content(self, base: Incident, main: Alert, alerts: Sequence[Alert], findings: Sequence[Finding]) -> Incident:
        opened = self._opened_at(base, alerts)
        # What people call it stays, whatever is learned; a replay calls it so once it knows all.
        number = "" if self.event_time else base.number
        named = findings if base.matter == STORM_MATTER else ()
        actors = {alert.actor_id for alert in alerts} | {finding.actor_id for finding in named}
        told = tuple(each for each in base.reasons if each.message == OPENED_BY_HAND)
        content = replace(
            base,
            actor_id=main.actor_id,
            number=number or f"{opened.astimezone(ZoneInfo(self.settings.timezone)):%Y%m%d}-{base.id[:6]}",
            score=max(alert.score for alert in alerts),
            risk=max(alert.risk for alert in alerts),
            service=main.service,
            actor_type=main.actor_type,
            related_actors=tuple(sorted(actors - {main.actor_id})),
            source_ips=tuple(sorted({each for finding in findings for each in finding.source_ips})),
            opened_at=opened,
            follow_until=follow_until(findings, self.playbooks, self.settings.group.horizon),
            called_at=self._last_call(base, opened, findings),
            first_event_at=min(alert.first_event_at for alert in alerts),
            last_event_at=max(alert.last_event_at for alert in alerts),
            reasons=(*told, *self._gone_on(alerts), *reasons_of(findings))[:MAX_REASONS],
            rules=tuple(sorted({finding.rule_id for finding in findings})),
            tags=tuple(sorted({tag for finding in findings for tag in finding.tags})),
            alert_ids=tuple(alert.id for alert in alerts),
        )
        return with_named(content, base.actor_id if base.matter == BY_HAND else "")

    def _followed(self, alerts: Iterable[Alert]) -> list[Incident]:
        """Return the closed incidents that go on in these alerts."""
        ids = sorted({alert.follows for alert in alerts if alert.follows})
        return [known for each in ids if (known := self.known.find(each)) is not None]

    def _gone_on(self, alerts: Iterable[Alert]) -> tuple[Reason, ...]:
        return tuple(
            Reason(
                message="incident-goes-on",
                args=(("number", each.number), ("reason", each.close_reason.value if each.close_reason else "")),
            )
            for each in self._followed(alerts)
        )

    def _called(
        self, content: Incident, nature: Nature, main: Alert, findings: Sequence[Finding], before: Incident | None
    ) -> Incident:
        """Return the incident as the kind it is, with the title and severity that are true of it."""
        incident = self._as_kind(content, nature, before)
        touched = nature.kind.breach
        # By event time a storm is what it holds in the end, whatever it gave back on the way.
        given_back = self.event_time and incident.matter == STORM_MATTER
        broken_in = touched and incident.follow_until is not None
        computed = severity_of(findings, incident.scope, self.settings.records.data_classes, broken_in=broken_in)
        if before is None or given_back:
            incident = replace(incident, severity=computed)
        else:
            incident = as_judged(incident, computed, people_at_most(findings, incident.scope))
        if incident.matter == BY_HAND:
            return incident
        return replace(
            incident,
            title=title("en", incident.kind, main, touched=touched),
            title_ru=title("ru", incident.kind, main, touched=touched),
        )

    def _as_kind(self, incident: Incident, nature: Nature, before: Incident | None) -> Incident:
        if self.event_time:
            # A replay reckons by event time, so that the kind and its moment do not hang on the batches.
            since = nature.since if nature.since and nature.since > incident.opened_at else None
            return replace(incident, kind=nature.kind, playbook=nature.playbook, became_at=since)
        if before is not None and nature.kind.gravity > before.kind.gravity:
            return as_kind(incident, nature.kind, nature.playbook, self.moved.since if self.moved else self.now)
        return incident

    def _last_call(self, base: Incident, opened: datetime, findings: Sequence[Finding]) -> datetime | None:
        """Return since when the team is called again; in a replay, where nobody answers, it answers at once."""
        if not self.event_time or base.matter == STORM_MATTER:
            return base.called_at
        return last_call(findings, opened, self.settings.group.threshold)

    def _opened_at(self, base: Incident, alerts: Sequence[Alert]) -> datetime:
        if not self.event_time:
            return base.opened_at
        moment = min((alert.reached_at for alert in alerts if alert.reached_at), default=None)
        return moment or min(alert.opened_at for alert in alerts)

    def _open(self, incident: Incident, alerts: Sequence[Alert]) -> IncidentChanges:
        playbook, case = self.playbooks[incident.playbook], configured_terms(self.settings, self.regulations)
        incident, parts = keeping(incident, case, playbook)
        moment = incident.opened_at
        proof = self.words.text("incident-proof-opened", alerts=len(alerts), at=rfc3339(moment))
        steps = first_steps(incident, playbook, case.terms, proof)
        entry = append(
            None,
            incident_id=incident.id,
            at=moment,
            kind="opened",
            by=NABAT,
            text=self.words.text(
                "incident-entry-opened", alerts=len(alerts), severity=self._severity(incident.severity)
            ),
            data=(("alerts", len(alerts)), ("severity", incident.severity.value), ("risk", incident.risk)),
        )
        return IncidentChanges(
            incidents=(incident,),
            steps=steps,
            entries=(entry, *self._filled(entry, None, incident, moment)),
            opened=(incident.id,),
            duties=duties_of(incident, case.terms, ()),
            frozen=parts,
        )

    def followed(self, opened: Iterable[Incident]) -> IncidentChanges:
        """Say in the timelines of closed incidents where they go on; nothing else of them changes."""
        closed: dict[str, Incident] = {}
        entries: dict[str, list[TimelineEntry]] = {}
        for incident in opened:
            for before in self._followed(self._alerts(incident.id)):
                closed[before.id], mine = before, entries.setdefault(before.id, [])
                entry = append(
                    mine[-1] if mine else self.known.last_entry(before.id),
                    incident_id=before.id,
                    at=incident.opened_at,
                    kind="followed",
                    by=NABAT,
                    text=self.words.text("incident-entry-followed", number=incident.number),
                    data=(("incident", incident.number),),
                )
                mine.append(entry)
        return IncidentChanges(
            incidents=tuple(replace(each, version=each.version + 1) for each in closed.values()),
            entries=tuple(entry for mine in entries.values() for entry in mine),
        )

    def _extend(self, before: Incident, after: Incident, behind: _Behind) -> IncidentChanges:
        merged = self._merged(after.id)
        # What was known of either is known since then, and its clocks run from there.
        after = self._gravest(after, merged)
        after = replace(after, people_heard=self._heard(before, behind), version=before.version + 1)
        steps, last = self.known.steps(after.id), self.known.last_entry(after.id)
        case, playbook = self._kept(before, after)
        flow = self._flow_goes_on(steps, playbook, behind)
        why = self._called_again(before, after, merged, behind, flow)
        if why:
            pause, answered = self._pause(before, after, why), before.acknowledged_at is not None
            after = called(after, why, self.now, pause, answered=answered)
        more = before.status is IncidentStatus.RESOLVED and set(after.alert_ids) - set(before.alert_ids)
        if why or more:
            after = roused(after)
        at = after.last_event_at if self.event_time else self.now
        facts = tuple(self.known.facts(after.id)) if merged or flow is not None or self.moved else ()
        taken = self._taken(after, facts, merged, at)
        if self.moved is not None:
            taken += tuple(each for each in self.moved.facts if each.incident_id == after.id)
        if taken:
            after = with_facts(after, (*facts, *taken))
        entries = self._entries(last, before, after, merged, why, at)
        after, parts = keeping(after, case, playbook, before)
        had = self.known.duties(after.id)
        carried = duties_of_merged(had, [each for one in merged for each in self.known.duties(one.id)], after.id)
        now = consequences_of(
            before,
            after,
            steps,
            carried if self.moved else had,
            terms=case.terms,
            playbook=playbook,
            last=entries[-1] if entries else last,
            words=self.words,
            at=at,
            flow=flow,
            facts=(*facts, *taken),
        )
        worse = after.severity.rank > before.severity.rank or after.kind.gravity > before.kind.gravity
        if worse and after.called_at is not None:
            after = replace(after, called_at=min(after.called_at, self.now))
        return IncidentChanges(
            incidents=(after,),
            steps=changed(steps, now.steps),
            entries=(*entries, *now.entries),
            raised=(after.id,) if worse or why else (),
            duties=changed_duties(had, now.duties),
            frozen=parts,
            facts=(*taken, *now.facts),
        )

    def _gravest(self, after: Incident, merged: Sequence[Incident]) -> Incident:
        """Return an incident as grave and as long known as those that go on in it."""
        if self.event_time or not merged:
            return after
        if self.moved is not None:
            worst_of = max(merged, key=lambda each: each.kind.gravity)
            if 0 < after.kind.gravity < worst_of.kind.gravity:
                playbook = fitting(worst_of.kind, worst_of.playbook, self.playbooks)
                after = as_kind(after, worst_of.kind, playbook, self.now)
            after = replace(after, severity=worst(*(each.severity for each in (after, *merged))))
        opened = min(each.opened_at for each in (after, *merged))
        shown = min(each.shown_at for each in (after, *merged))
        return replace(after, opened_at=opened, became_at=shown if shown > opened else None)

    def _taken(
        self, after: Incident, facts: Sequence[CaseFact], merged: Sequence[Incident], at: datetime
    ) -> tuple[CaseFact, ...]:
        """Return what was stated of incidents that go on in this one and counts here from now on."""
        others = [(each, self.known.facts(each.id)) for each in merged]
        return facts_of_merged(after, facts, others, reason=self.words.text("incident-fact-merged"), at=at)

    def _kept(self, before: Incident, after: Incident) -> tuple[CaseTerms, Playbook | None]:
        """Return the terms and the playbook of a known incident: those it keeps, a graver kind's as configured."""
        case = kept_terms(before, self.known) or configured_terms(self.settings, self.regulations)
        configured = self.playbooks.get(after.playbook)
        if after.playbook != before.playbook:
            return case, configured
        return case, kept_playbook(before, self.known) or configured

    def _heard(self, before: Incident, behind: _Behind) -> int | None:
        """Return how many people whoever has answered could know of: as many as were known before what comes now."""
        if self.event_time or before.acknowledged_at is None or before.people_heard is not None:
            return before.people_heard
        return people_at_most(behind.past.values(), before.scope)

    def _flow_goes_on(self, steps: Sequence[Step], playbook: Playbook | None, behind: _Behind) -> Step | None:
        """Return the step that says the flow is stopped, where clients were touched after it was done."""
        flow = None if self.event_time else flow_step(steps, playbook)
        if flow is None or flow.done_at is None:
            return None
        since, known = flow.done_at, behind.past
        new = (each for each in behind.findings if each.touched and each.last_event_at > since)
        return (
            flow
            if any(each.id not in known or each.last_event_at > known[each.id].last_event_at for each in new)
            else None
        )

    def _pause(self, before: Incident, after: Incident, why: Sequence[Reason]) -> timedelta:
        """Return how long after a call the next one waits; a storm's, once it was called again, for its span."""
        if before.called_at is not None and "joined" in kinds(why):
            return self.settings.group.storm_span
        return self.settings.notify.again.of(after.severity.value)

    def _called_again(
        self,
        before: Incident,
        after: Incident,
        merged: Sequence[Incident],
        behind: _Behind,
        flow: Step | None,
    ) -> tuple[Reason, ...]:
        """Return why an answer counts no more: what has changed that who gave it could not know; empty: it counts."""
        if self.event_time:
            return ()
        goes_on = (self._flow(before, after, behind, flow),) if flow is not None else ()
        worse = [because("severity", old=before.severity.value, new=after.severity.value)]
        worse = worse if after.severity.rank > before.severity.rank else []
        if self.moved is not None:
            return self._called_by_hand(self.moved, before, after, merged, worse)
        if waits(before, self.now):
            return (*goes_on, *worse)
        if before.acknowledged_at is None:
            return (*goes_on, *self._once_more(before, behind))
        found = list(goes_on)
        if suspected(after, before.acknowledged_by, self.settings.team):
            found.append(because("suspect"))
        if after.actor_id != before.actor_id or self._joined(before, behind.alerts):
            found.append(because("actor"))
        found += worse
        found += self._more(before, after, behind)
        if any(each.acknowledged_at is None for each in merged):
            found.append(because("merged"))
        return tuple(found)

    def _called_by_hand(
        self,
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
        if suspected(after, before.acknowledged_by, self.settings.team):
            found.append(because("suspect"))
        found += worse
        if any(each.acknowledged_at is None for each in merged) and before.acknowledged_by not in moved.people:
            found.append(because("merged"))
        return tuple(found)

    @staticmethod
    def _flow(before: Incident, after: Incident, behind: _Behind, flow: Step) -> Reason:
        people, known = people_at_most(behind.findings, before.scope), behind.past.values()
        heard = after.people_heard if after.people_heard is not None else people_at_most(known, before.scope)
        return because("flow", step=flow.step_id, before=heard, after=people)

    def _more(self, before: Incident, after: Incident, behind: _Behind) -> Sequence[Reason]:
        """Return what has come since the answer that whoever gave it has to look at; empty: nothing."""
        if before.matter == STORM_MATTER:
            return [because("joined")] if self._joined_storm(before, behind.alerts) else []
        found = []
        if before.acknowledged_at is not None and (acts := self._other_acts(before, behind, before.acknowledged_at)):
            found.append(because(acts))
        people, heard = people_at_most(behind.findings, before.scope), after.people_heard or 0
        if doubled(heard, people):
            found.append(because("more", before=heard, after=people))
        return found

    def _once_more(self, before: Incident, behind: _Behind) -> Sequence[Reason]:
        """Return why people are called again whom the whole ladder has not moved to answer; empty: nothing is new."""
        ladder = self.settings.notify.ladder
        asked = max((rung.after for rung in ladder), default=timedelta(0))
        if before.matter == STORM_MATTER or self.now < before.called_since + asked:
            return []  # they are being called, and hear of it by the incident's page
        return [because("unanswered")] if self._other_acts(before, behind, before.called_since) else []

    def _other_acts(self, before: Incident, behind: _Behind, since: datetime) -> str:
        """Return what began after a moment that would be an incident alone and was not known then; empty: nothing.

        An honest errand that somebody has looked at must not swallow the theft nine hours later: other evidence
        (``evidence``), or the same from a place where nobody of the incident was (``place``).
        """
        threshold = self.settings.group.threshold
        if new_since(behind.findings, behind.past.values(), since, threshold):
            return "evidence"
        places, heavy = set(before.source_ips), (each for each in behind.findings if each.risk >= threshold)
        later = (each for each in heavy if each.touched and each.last_event_at > since)
        return "place" if places and any(set(each.source_ips) - places for each in later) else ""

    def _joined(self, before: Incident, alerts: Sequence[Alert]) -> bool:
        """Tell whether somebody whose own points suffice has joined; in a storm nobody's are reckoned."""
        known = {before.actor_id, *(each.actor_id for each in self.known.incident_alerts(before.id) if each.reached_at)}
        return any(alert.reached_at and alert.actor_id not in known for alert in alerts)

    def _joined_storm(self, before: Incident, alerts: Sequence[Alert]) -> bool:
        """Tell whether an account, or somebody who touched client data, is among a storm's actors only now.

        Who comes after the first thousand is counted and not named: then whoever its rule names in this call is new.
        """
        known = set(before.related_actors)
        named = {each for alert in alerts for each in alert.finding_ids}
        counted = sum(each.storm for each in self.known.incident_alerts(before.id))
        rules = {alert.rule_id for alert in alerts if alert.storm > len(alert.finding_ids)}
        unnamed = bool(rules) and sum(alert.storm for alert in alerts) > counted
        return any(
            finding.actor_id not in known
            and (finding.touched or finding.actor_id.startswith(ACCOUNT))
            and (finding.id in named or (unnamed and storm_rule(finding.rule_id) in rules))
            for finding in self.findings.values()
        )

    def _entries(
        self,
        last: TimelineEntry | None,
        before: Incident,
        after: Incident,
        merged: Sequence[Incident],
        why: Sequence[Reason],
        at: datetime,
    ) -> tuple[TimelineEntry, ...]:
        """Say what matters: a worse severity, new alerts. That a finding counts a little more is no entry."""
        entries: list[TimelineEntry] = []
        for kind, by, text in self._notes(after, merged):
            last = append(last, incident_id=after.id, at=at, kind=kind, by=by, text=text)
            entries.append(last)
        if after.actor_id != before.actor_id:
            text = self.words.text("incident-entry-actor", old=before.actor_id, new=after.actor_id)
            last = append(last, incident_id=after.id, at=at, kind="actor", by=NABAT, text=text)
            entries.append(last)
        more = len(set(after.alert_ids) - set(before.alert_ids))
        if more:
            text = self.words.text("incident-entry-extended", alerts=more)
            last = append(
                last, incident_id=after.id, at=at, kind="extended", by=NABAT, text=text, data=(("alerts", more),)
            )
            entries.append(last)
        if why:
            text, what = said(why, self.words, before.acknowledged_by), (("why", " ".join(kinds(why))),)
            last = append(last, incident_id=after.id, at=at, kind="unacknowledged", by=NABAT, text=text, data=what)
            entries.append(last)
        if after.kind is not before.kind:
            reason = self.words.text("incident-reason-findings")
            last = worse_entry(last, before, after, self.words, at=at, by=NABAT, reason=reason)
            entries.append(last)
        if after.status is not before.status:
            held = before.status is IncidentStatus.ON_HOLD
            reason = self.words.text("incident-reason-held" if held else "incident-reason-again")
            text = self.words.text(
                "incident-entry-status", old=before.status.value, new=after.status.value, reason=reason
            )
            last = append(last, incident_id=after.id, at=at, kind="status", by=NABAT, text=text)
            entries.append(last)
        if after.severity is not before.severity:
            old, new = self._severity(before.severity), self._severity(after.severity)
            text = self.words.text("incident-entry-severity", old=old, new=new)
            data = (("old", before.severity.value), ("new", after.severity.value))
            last = append(last, incident_id=after.id, at=at, kind="severity", by=NABAT, text=text, data=data)
            entries.append(last)
        return (*entries, *self._filled(last, before, after, at))

    def _notes(self, after: Incident, merged: Sequence[Incident]) -> Iterable[tuple[str, str, str]]:
        """Return kind, author and text of the entries that say what belongs together now."""
        if self.moved is None:
            return [("merged", NABAT, self.words.text("incident-entry-merged", number=each.number)) for each in merged]
        kind, text = self.moved.notes.get(after.id, ("", ""))
        return [(kind, self.moved.by, text)] if kind else []

    def _filled(
        self, last: TimelineEntry | None, before: Incident | None, after: Incident, at: datetime
    ) -> tuple[TimelineEntry, ...]:
        """Say who stands in for whom the incident is about; in a replay nobody acts."""
        return () if self.event_time else stand_in_entries(last, before, after, self.settings.team, self.words, at)

    def _severity(self, severity: Severity) -> str:
        return self.words.text(f"incident-severity-{severity.value}")


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


def suspected(incident: Incident, by: str, team: TeamSettings) -> bool:
    """Tell whether an incident is about an account of this member of the team."""
    return by in team.excluded(incident.suspects)


def main_alert(actor_id: str, alerts: Sequence[Alert]) -> Alert:
    """Return the first alert of the actor an incident is about."""
    return next((alert for alert in alerts if alert.actor_id == actor_id), alerts[0])


def first_steps(incident: Incident, playbook: Playbook, terms: Terms, proof: str) -> tuple[Step, ...]:
    """Return the checklist of an incident that opens: with due times, and what its opening does marked done."""
    steps = with_due_times(incident, new_steps(incident.id, playbook, terms.regulations), playbook, terms)
    opened = {step.id for step in playbook.steps if step.done_when == "opened"}
    return tuple(done(step, incident.opened_at, NABAT, proof) if step.step_id in opened else step for step in steps)
