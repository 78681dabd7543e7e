"""The working picture of one call: what the store knows, with what was decided so far laid over it.

Comes in: the store's port and the call's findings. Goes out: changed findings and alerts. It reads each actor once and
writes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from detector.group.ports import GroupStore
from detector.schema.alerts import Alert, AlertStatus
from detector.schema.findings import Finding
from detector.schema.incidents import Incident

STORM_ACTOR = "nabat"


@dataclass(slots=True)
class Case:
    """An open incident as grouping sees it: which findings may still join it."""

    id: str
    matter: str
    actor: str
    actors: set[str]
    addresses: set[str]
    first: datetime
    last: datetime

    def near(self, finding: Finding, join: timedelta) -> bool:
        """Tell whether the finding is of this matter and close enough in time."""
        return (
            finding.matter == self.matter
            and finding.at - self.last <= join
            and self.first - finding.last_event_at <= join
        )

    def extend(self, finding: Finding) -> set[str]:
        """Take the finding's span, actor and addresses in; return the addresses that are new.

        ``Board.extend`` calls it.
        """
        self.first = min(self.first, finding.first_event_at)
        self.last = max(self.last, finding.last_event_at)
        self.actors.add(finding.actor_id)
        new = set(finding.source_ips) - self.addresses
        self.addresses |= new
        return new


def case_of(incident: Incident) -> Case:
    """Return the case for a known incident."""
    return Case(
        id=incident.id,
        matter=incident.matter,
        actor=incident.actor_id,
        actors={incident.actor_id, *incident.related_actors},
        addresses=set(incident.source_ips),
        first=incident.first_event_at,
        last=incident.last_event_at,
    )


@dataclass(slots=True)
class _Actor:
    findings: dict[str, Finding]
    alerts: dict[str, Alert]
    owner: dict[str, str] = field(default_factory=dict)


class Board:
    """Findings, alerts and open incidents, as they stand in the middle of a call."""

    def __init__(self, store: GroupStore, findings: Sequence[Finding], horizon: timedelta) -> None:
        self._store = store
        self._known = store.findings({finding.id for finding in findings}) if findings else {}
        self._since: dict[str, datetime] = {}
        for finding in findings:
            earliest = self._since.get(finding.actor_id, finding.at)
            self._since[finding.actor_id] = min(earliest, finding.at)
        self._horizon = horizon
        self._actors: dict[str, _Actor] = {}
        self._opened_before: dict[datetime, int] = {}
        self._new: list[datetime] = []
        self.cases: dict[str, Case] = {}
        self._of_actor: dict[str, set[str]] = {}
        self._of_address: dict[str, set[str]] = {}
        for incident in store.open_incidents() if findings else ():
            self.open(case_of(incident))
        self.changed_findings: dict[str, Finding] = {}
        self.changed_alerts: dict[str, Alert] = {}

    def open(self, case: Case) -> None:
        """Lay an open incident over the picture."""
        self.cases[case.id] = case
        self._note(case, case.actors, case.addresses)

    def extend(self, case: Case, finding: Finding) -> set[str]:
        """Let an incident take a finding in; return the addresses that are new to it."""
        new = case.extend(finding)
        self._note(case, (finding.actor_id,), new)
        return new

    def cases_of(self, actor_id: str) -> list[Case]:
        """Return the open incidents an actor belongs to."""
        return [self.cases[each] for each in self._of_actor.get(actor_id, ())]

    def cases_at(self, addresses: Iterable[str]) -> list[Case]:
        """Return the open incidents that have seen one of the addresses."""
        found = {each for address in addresses for each in self._of_address.get(address, ())}
        return [self.cases[each] for each in found]

    def _note(self, case: Case, actors: Iterable[str], addresses: Iterable[str]) -> None:
        for actor in actors:
            self._of_actor.setdefault(actor, set()).add(case.id)
        for address in addresses:
            self._of_address.setdefault(address, set()).add(case.id)

    def finding(self, finding_id: str) -> Finding | None:
        """Return the finding as known up to now."""
        return self.changed_findings.get(finding_id) or self._known.get(finding_id)

    def keep(self, finding: Finding) -> None:
        """Lay a new or merged finding over the picture."""
        self.changed_findings[finding.id] = finding
        self._actor(finding.actor_id).findings[finding.id] = finding

    def findings_in(self, alerts: Iterable[Alert]) -> list[Finding]:
        """Return the findings of the alerts that are recent enough to count."""
        found = []
        for alert in alerts:
            findings = self._actor(alert.actor_id).findings
            found += [findings[each] for each in alert.finding_ids if each in findings]
        return found

    def alerts_of(self, actor_id: str) -> list[Alert]:
        """Return the actor's alerts that are not closed, oldest first."""
        alerts = self._actor(actor_id).alerts.values()
        still = [alert for alert in alerts if alert.status is not AlertStatus.CLOSED]
        return still if len(still) < 2 else sorted(still, key=lambda alert: (alert.opened_at, alert.id))

    def alert_with(self, actor_id: str, finding_id: str) -> Alert | None:
        """Return the actor's open alert that holds the finding."""
        actor = self._actor(actor_id)
        alert = actor.alerts.get(actor.owner.get(finding_id, ""))
        return alert if alert is not None and alert.status is not AlertStatus.CLOSED else None

    def put(self, alert: Alert) -> None:
        """Lay a new or changed alert over the picture."""
        actor = self._actor(alert.actor_id)
        known = actor.alerts.get(alert.id)
        if known is alert or known == alert:
            return
        if known is None and not alert.digest:
            self._new.append(alert.opened_at)
        actor.alerts[alert.id] = alert
        # Findings are only ever added at the end, and a storm holds a thousand.
        actor.owner.update(dict.fromkeys(alert.finding_ids[len(known.finding_ids) if known else 0 :], alert.id))
        self.changed_alerts[alert.id] = alert

    def opened_since(self, moment: datetime) -> int:
        """Return how many alerts were opened at or after the moment, this call's included."""
        if moment not in self._opened_before:
            self._opened_before[moment] = self._store.alerts_opened_since(moment)
        return self._opened_before[moment] + sum(opened >= moment for opened in self._new)

    def _actor(self, actor_id: str) -> _Actor:
        if actor_id not in self._actors:
            since = self._since.get(actor_id)
            findings = self._store.alerted_findings(actor_id, since - self._horizon) if since else []
            alerts = [alert for alert in self._store.open_alerts(actor_id) if self._alive(alert)]
            self._actors[actor_id] = _Actor(
                findings={finding.id: finding for finding in findings},
                alerts={alert.id: alert for alert in alerts},
                owner={each: alert.id for alert in alerts for each in alert.finding_ids},
            )
        return self._actors[actor_id]

    def _alive(self, alert: Alert) -> bool:
        # An alert outlives its incident only if the one who closed the incident left it; it is over all the same.
        return not alert.incident_id or alert.incident_id in self.cases
