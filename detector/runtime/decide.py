"""From findings to decisions, inside one transaction: alerts, incidents with their checklists, pages.

Comes in: findings and an open unit of work. Goes out: what was written. The stages themselves are pure; this module
only carries values from one to the next, so that everything a batch decided becomes true together or not at all.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from detector.errors import StoreError, UnreadableRowError
from detector.group import Mute, counts_since, group
from detector.incident import (
    ESCALATES,
    Dossier,
    IncidentChanges,
    Playbook,
    Regulation,
    asked_roles,
    caught_up,
    configured_terms,
    containment_broken,
    digest,
    dossier,
    end_hold,
    is_watched,
    keep_terms,
    kept_terms,
    lapse,
    lies_ahead,
    merged,
    open_incidents,
    owed,
    playbook_of,
    put_off,
    set_right,
    settings_of,
    spoken,
    stopped_since,
    team_left,
    watched_until,
    with_scope,
)
from detector.runtime.expected.exception_mutes import ExceptionMutes
from detector.runtime.silences.orders_in_force import OrdersInForce
from detector.runtime.sources.first_readings import FirstReadings
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.case.case_facts import CaseFact, CaseFactKind
from detector.schema.case.incidents import Incident, IncidentStatus, Scope, Step
from detector.schema.case.scope_versions import JoinedScope, ScopedClients, ScopeVersion
from detector.schema.case.stopped_flow import FlowAgain, StoppedFlow
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Finding
from detector.schema.notices.withdrawals import Withdrawal
from detector.schema.team.delivery import Message
from detector.settings import Settings, TeamSettings
from detector.store import UnitOfWork
from detector.telemetry import Logger

if TYPE_CHECKING:
    from detector.notify import EscalationPlan, Gap, LinkMaker  # a replay calls nobody

log = Logger("decide")

# However long a playbook asks for it, a stopped flow is watched no longer than this.
LONGEST_WATCH = timedelta(days=31)
MOST_SCOPES = 20
"""Of incidents that open together: some 50 ms each where the machine is idle, more where it is not."""
_OVER = frozenset({IncidentStatus.RESOLVED, IncidentStatus.CLOSED})
# Nobody is reminded of these: the team is called again.
_COMES_BACK = frozenset({AgendaKind.ANSWER, AgendaKind.HOLD})
# While people are called, steps of the incident are looked at again after this.
_WHILE_CALLED = timedelta(minutes=5)

ScopeOf = Callable[[Incident, Sequence[Finding]], ScopedClients]


class ScopeVersions(Protocol):
    """Keeps every state of a scope that differs (``detector.runtime.incidents.scopes.scope_keeper``)."""

    def joined(self, unit: UnitOfWork, incident: Incident, seen: ScopedClients) -> JoinedScope:
        """Return what the log shows together with the lists that people imported."""
        ...

    def record(self, unit: UnitOfWork, incident: Incident, joined: JoinedScope, *, at: datetime) -> ScopeVersion | None:
        """Keep it as a version if it differs from the last one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionOutcome:
    """What one set of findings led to.

    Attributes:
        alerts: Opened now.
        opened: Incidents opened now.
        changed: Ids of incidents opened or extended.
        messages: Decided now (the outbox has them).
        gaps: Roles that reach nobody.
    """

    alerts: tuple[Alert, ...] = ()
    opened: tuple[Incident, ...] = ()
    changed: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()
    gaps: "tuple[Gap, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """What decisions need besides findings.

    Attributes:
        scope_of: Looks the blast radius up in the access journal; None to leave it for later (replay).
        links: Makes acknowledgement links; None where nobody is to be paged (replay).
        orders: Standing orders that no person ends.
        mute_orders: Finds the silences and inhibitions of people in the database; None: there are none.
        exception_mutes: Finds the exceptions for planned work in the database; None: there are none.
        event_time: Incidents open at the event time at which they became one, not at ``now`` (replay).
        watched: Ids of watched clients, for the scopes at the end of a replay.
        scope_versions: Keeps what scopes were; None: they are computed once (replay).
        most_scopes: So many incidents that open together are looked up at once.
    """

    settings: Settings
    playbooks: Mapping[str, Playbook]
    regulations: Mapping[str, Regulation]
    scope_of: ScopeOf | None = None
    links: "LinkMaker | None" = None
    orders: tuple[Mute, ...] = ()
    mute_orders: OrdersInForce | None = None
    exception_mutes: ExceptionMutes | None = None
    event_time: bool = False
    watched: frozenset[str] = frozenset()
    scope_versions: ScopeVersions | None = None
    most_scopes: int = MOST_SCOPES

    def decide(
        self, unit: UnitOfWork, findings: Sequence[Finding], now: datetime, digest_id: str = ""
    ) -> DecisionOutcome:
        """Take findings to incidents, page about those that are new or worse, and write all of it.

        What is history is kept for the incident ``digest_id``, and pages nobody.
        """
        past = unit.incidents.cached_reads()
        past.expect(counts_since(findings, self.settings.group.horizon))
        expected = self.exception_mutes.orders(unit, findings) if self.exception_mutes is not None else ()
        silenced = self.mute_orders.mutes(unit, now) if self.mute_orders is not None and findings else ()
        orders = (*self.orders, *expected, *silenced)
        grouped = group(findings, past, self.settings.group, now, orders, digest=digest_id)
        changes = open_incidents(
            grouped.alerts,
            grouped.findings,
            past,
            self.playbooks,
            self.settings,
            now,
            regulations=self.regulations,
            leads=grouped.leads,
            left=grouped.left,
            event_time=self.event_time,
        )
        opened = tuple(incident for incident in changes.incidents if incident.version == 1)
        unit.incidents.save(replace(changes, findings=grouped.findings, alerts=grouped.alerts))
        # The gravest: each reads the journal, and the loop stands still meanwhile. The watch looks the others up.
        for incident in sorted(opened, key=lambda each: -each.severity.rank)[: self.most_scopes]:
            self.rescope(unit, incident.id, now)
        # Who must be told at once is told in this transaction; the watch looks at what else changed within a second.
        messages, gaps = self._page(unit, tuple(dict.fromkeys((*changes.opened, *changes.raised))), now)
        first = {finding.id for finding in grouped.findings}
        return DecisionOutcome(
            alerts=tuple(alert for alert in grouped.alerts if alert.finding_ids and set(alert.finding_ids) <= first),
            opened=opened,
            changed=tuple(incident.id for incident in changes.incidents),
            messages=messages,
            gaps=gaps,
        )

    def report(self, unit: UnitOfWork, history: FirstReadings, now: datetime) -> DecisionOutcome:
        """Open the digest of what a first reading found that was over long ago, or bring it up to date."""
        rows, more = history.rows(unit, self.settings.group, self.playbooks)
        if not rows:
            return DecisionOutcome()
        changes = digest(
            unit.incidents.find(history.digest),
            unit.incidents,
            rows,
            history.read,
            number=history.number,
            more=more,
            playbooks=self.playbooks,
            settings=self.settings,
            scope_of=lambda incident: self.scope_of(incident, ()).scope if self.scope_of else incident.scope,
            now=now,
        )
        unit.incidents.save(changes)
        messages, gaps = self._page(unit, changes.opened, now)
        opened = tuple(incident for incident in changes.incidents if incident.version == 1)
        changed = tuple(incident.id for incident in changes.incidents)
        return DecisionOutcome(opened=opened, changed=changed, messages=messages, gaps=gaps)

    def rescope(self, unit: UnitOfWork, incident_id: str, now: datetime) -> None:
        """Look up anew whose data the incident touched."""
        if self.scope_of is None:
            return
        found = dossier(unit.incidents.cached_reads(), incident_id, self.playbooks, self.settings, self.regulations)
        behind = unit.incidents.incident_findings(incident_id)
        seen = self.scope_of(found.incident, behind)
        if self.scope_versions is None:
            self._apply_scope(unit, found, seen.scope, now)
            return
        joined = self.scope_versions.joined(unit, found.incident, seen)
        after = found.after(self._apply_scope(unit, found, joined.scope, now)).incident
        try:
            self.scope_versions.record(unit, after, joined, at=now)
        except StoreError as error:  # people are paged all the same; the next look tries again
            log.warning("scope_version_not_kept", incident=after.number, error=str(error))

    def apply_scope(self, unit: UnitOfWork, incident: Incident, scope: Scope) -> None:
        """Apply the scope that a replay's journal shows in the end; by event time, as everything in a replay."""
        found = dossier(unit.incidents.cached_reads(), incident.id, self.playbooks, self.settings, self.regulations)
        self._apply_scope(unit, found, scope, max(incident.opened_at, scope.first_event_at or incident.opened_at))

    def _apply_scope(self, unit: UnitOfWork, found: Dossier, scope: Scope, now: datetime) -> IncidentChanges:
        classes = dict(self.settings.records.data_classes)
        findings: Iterable[Finding] = ()
        if found.incident.acknowledged_by:
            behind = {each for alert in found.alerts for each in alert.finding_ids}
            findings = unit.incidents.findings(behind).values()
        changes = with_scope(found, scope, now=now, classes=classes, findings=findings)
        unit.incidents.save(changes)
        return changes

    def stopped_flows(self, unit: UnitOfWork, now: datetime) -> list[StoppedFlow]:
        """Return the incidents in which a person said that the flow is stopped, as long as that is watched."""
        steps: dict[str, list[Step]] = {}
        facts: dict[str, list[CaseFact]] = {}
        for step in unit.incidents.done_by_people(now - LONGEST_WATCH):
            steps.setdefault(step.incident_id, []).append(step)
        for fact in unit.incidents.stated(CaseFactKind.FLOW_STOPPED, now - LONGEST_WATCH):
            facts.setdefault(fact.incident_id, []).append(fact)
        found = list[StoppedFlow]()
        for incident in unit.incidents.readable_by_ids({**steps, **facts})[0].values():
            playbook = self._playbook(unit, incident)
            stopped = stopped_since(steps.get(incident.id, ()), facts.get(incident.id, ()), playbook)
            if stopped is None or playbook is None or not is_watched(incident):
                continue
            case = kept_terms(incident, unit.incidents) or configured_terms(self.settings, self.regulations)
            step_id, since = stopped
            until = watched_until(step_id, since, playbook, case.terms)
            if incident.suspects and until > now - LONGEST_WATCH:
                found.append(StoppedFlow(incident_id=incident.id, since=since, until=until, actors=incident.suspects))
        return found

    def flow_again(self, unit: UnitOfWork, incident_id: str, seen: FlowAgain, now: datetime) -> None:
        """Take back that the flow of an incident is stopped, and call its team again."""
        found = dossier(unit.incidents.cached_reads(), incident_id, self.playbooks, self.settings, self.regulations)
        unit.incidents.save(containment_broken(found, at=seen.at, count=seen.count, now=now))

    def set_right(self, unit: UnitOfWork, incident: Incident, now: datetime) -> None:
        """Let what a clock that stood ahead has dated count from now."""
        longest = settings_of(incident, unit.incidents, self.settings).notify.lapse.of(incident.severity.value)
        if lies_ahead(incident, longest, now):
            found = dossier(unit.incidents.cached_reads(), incident.id, self.playbooks, self.settings, self.regulations)
            unit.incidents.save(set_right(found, now=now))

    def owed(
        self,
        unit: UnitOfWork,
        incident_id: str,
        known: Mapping[str, AgendaItem],
        now: datetime,
        withdrawals: Sequence[Withdrawal] = (),
    ) -> list[AgendaItem]:
        """Return what is owed in an incident, with what of it has spoken already; ``withdrawals``: of it, as read."""
        from detector.incident.learning.action_items import action_items  # noqa: PLC0415 - a replay keeps no agenda
        from detector.incident.notices.notice_forms import BRIEFING_FORM  # noqa: PLC0415 - likewise

        incident = unit.incidents.find(incident_id)
        if incident is None:
            return []
        notify, severity = self.settings.notify, incident.severity.value
        pace, case = notify.remind.of(severity), kept_terms(incident, unit.incidents)
        playbook = self._playbook(unit, incident)
        of_case = owed(
            incident,
            unit.incidents.cached_reads().steps(incident_id),
            (case or configured_terms(self.settings, self.regulations)).terms,
            duties=unit.incidents.duties(incident_id),
            approvals=unit.people.approvals(incident_id),
            of_laws=playbook.steps_of_laws if playbook is not None else (),
            asked=asked_roles(incident, unit.incidents, self.settings),
            calls=unit.letters.calls(incident_id),
            withdrawals=withdrawals,
            progress_at=unit.incidents.last_act(incident_id),
            noted_at=unit.incidents.last_noted(incident_id),
            briefed_at=unit.notices.last_drafted(incident_id, BRIEFING_FORM),
            briefing=self.settings.incident.briefings.of(severity),
            lapse=notify.lapse.of(severity),
            pace=pace,
        )
        items = (*of_case, *action_items(unit.learning.actions(incident_id)))
        return list(merged(sorted(items, key=lambda item: (item.due_at, item.id)), known, pace, now))

    def remind(
        self, unit: UnitOfWork, incident_id: str, due: Sequence[AgendaItem], now: datetime
    ) -> tuple[list[AgendaItem], tuple[Message, ...]]:
        """Return what speaks as it is after that, and the reminders; an answer that lapses is taken back, a hold ends.

        What waits for the end of the quiet hours speaks then. While nobody has an incident its ladder calls, and its
        steps wait; the duties of the laws do not.
        """
        from detector.notify import quiet_until, remind, reminds_of  # noqa: PLC0415 - a replay reminds nobody

        incident = unit.incidents.find(incident_id)
        if incident is None or self.links is None:
            return [], ()
        settings = settings_of(incident, unit.incidents, self.settings)
        pace = settings.notify.remind.of(incident.severity.value)
        after, speaking = list[AgendaItem](), list[AgendaItem]()
        for item in (caught_up(each, pace, now) for each in due):
            until = quiet_until(item, incident.severity, settings, now)
            if item.kind is AgendaKind.STEP and incident.acknowledged_at is None and incident.status not in _OVER:
                until = until or now + _WHILE_CALLED
            if not reminds_of(incident, settings) and item.kind not in _COMES_BACK:
                until = None  # it speaks to nobody, and in the digest
            if until is not None:
                after.append(put_off(item, until, pace))
                continue
            after.append(spoken(item, pace, now))
            speaking.append(after[-1])
        for item in speaking:
            if item.kind in _COMES_BACK:
                past = unit.incidents.cached_reads()
                found = dossier(past, incident_id, self.playbooks, self.settings, self.regulations)
                held = item.kind is AgendaKind.HOLD
                unit.incidents.save(end_hold(found, now=now) if held else lapse(found, since=item.since, now=now))
        return after, remind(incident, _said(speaking), ESCALATES, settings, now)

    def page(self, unit: UnitOfWork, incident_id: str, now: datetime) -> "EscalationPlan":
        """Take the next rung of an incident's ladder if it is due, or tell that somebody has it where one has."""
        from detector.notify import EscalationPlan, advance  # noqa: PLC0415 - a replay calls nobody
        from detector.runtime.delivery.page_content import page_content  # noqa: PLC0415

        incident = unit.incidents.find(incident_id)
        if self.links is None or incident is None:
            return EscalationPlan()
        content = page_content(incident, unit.incidents, self.playbooks)
        settings = settings_of(incident, unit.incidents, self.settings)
        return advance(unit, incident, settings, now, self.links, content)

    def keep_terms(self, unit: UnitOfWork, now: datetime) -> int:
        """Let open cases from before terms were kept keep those that are configured; return how many there were."""
        old = [each for each in unit.incidents.open_incidents() if not each.terms]
        for incident in old:
            found = dossier(unit.incidents.cached_reads(), incident.id, self.playbooks, self.settings, self.regulations)
            unit.incidents.save(keep_terms(found, now=now))
        return len(old)

    def tell_who_left(self, unit: UnitOfWork, before: TeamSettings, now: datetime) -> None:
        """Say on the open cases who of their teams is on the team no more that was on it before."""
        there = {each.name for each in self.settings.team.people}
        names = {each.name for each in before.people} - there
        for incident in unit.incidents.open_incidents() if names else ():
            try:
                past = unit.incidents.cached_reads()
                found = dossier(past, incident.id, self.playbooks, self.settings, self.regulations)
                present = settings_of(incident, unit.incidents, self.settings).team
            except UnreadableRowError:  # said by whoever pages about it; the others go on
                continue
            unit.incidents.save(team_left(found, names, present, now))

    def _page(
        self, unit: UnitOfWork, ids: Sequence[str], now: datetime
    ) -> "tuple[tuple[Message, ...], tuple[Gap, ...]]":
        plans = [self.page(unit, each, now) for each in ids] if self.links is not None else []
        return (
            tuple(message for plan in plans for message in plan.messages),
            tuple(dict.fromkeys(gap for plan in plans for gap in plan.gaps)),
        )

    def _playbook(self, unit: UnitOfWork, incident: Incident) -> Playbook | None:
        """Return the checklist that an incident keeps; of one from before they were kept that which is configured."""
        return playbook_of(incident, unit.incidents, self.playbooks)


def _said(speaking: Sequence[AgendaItem]) -> list[AgendaItem]:
    """Return of what people are reminded: where an answer lapses now nobody briefs, the team is called again."""
    lapses = any(item.kind is AgendaKind.ANSWER for item in speaking)
    silent = _COMES_BACK | {AgendaKind.BRIEFING} if lapses else _COMES_BACK
    return [item for item in speaking if item.kind not in silent]
