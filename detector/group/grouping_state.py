"""The working picture of one call: what the store knows, with what was decided so far laid over it.

Comes in: the store's port and the call's findings. Goes out: changed findings and alerts, and clusters of alerts. It
reads each actor once and writes nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from detector.group.cluster import Cluster, clusters
from detector.group.extend_alert import seen
from detector.group.ports import GroupStore
from detector.schema.detection.alerts import Alert, AlertStatus
from detector.schema.detection.findings import Finding
from detector.settings.sections.detection import GroupSettings

# What ended this long before is over: it is closed, and what comes later begins anew.
FORGOTTEN = timedelta(days=30)
STORM_ACTOR = "nabat"


def counts_since(findings: Iterable[Finding], horizon: timedelta) -> dict[str, datetime]:
    """Return the actors of findings, each with the moment since when its past counts."""
    since: dict[str, datetime] = {}
    for finding in findings:
        since[finding.actor_id] = min(since.get(finding.actor_id, finding.at), finding.at)
    return {actor: moment - horizon for actor, moment in since.items()}


@dataclass(slots=True)
class _Actor:
    findings: dict[str, Finding]
    alerts: dict[str, Alert]
    owner: dict[str, str] = field(default_factory=dict)

    def own(self, alert: Alert, before: tuple[str, ...]) -> None:
        """Note which findings an alert holds now; before, it held these."""
        added = alert.finding_ids[len(before) :]  # a storm holds a thousand, and new ones stand at the end
        if alert.finding_ids[: len(before)] != before:
            added = alert.finding_ids
            for gone in set(before).difference(added):
                if self.owner.get(gone) == alert.id:
                    del self.owner[gone]
        self.owner.update(dict.fromkeys(added, alert.id))


class GroupingState:
    """Findings and alerts that are not closed, as they stand in the middle of a call."""

    def __init__(self, store: GroupStore, findings: Sequence[Finding], settings: GroupSettings) -> None:
        self._store, self._settings = store, settings
        asked = {finding.id for finding in findings} | {each for finding in findings for each in finding.replaces}
        self._known = store.findings(asked) if asked else {}
        self._since = counts_since(findings, settings.horizon)
        first = min((finding.first_event_at for finding in findings), default=None)
        self._near_since = first - FORGOTTEN if first is not None else None
        self._actors: dict[str, _Actor] = {}
        self._at: dict[str, set[str]] = {}
        self._opened_before: dict[tuple[datetime, str], int] = {}
        self._new: dict[str, tuple[datetime, str]] = {}
        self.changed_findings: dict[str, Finding] = {}
        self.changed_alerts: dict[str, Alert] = {}
        self._look_at(dict(seen((), findings)))

    # --- findings

    def finding(self, finding_id: str) -> Finding | None:
        """Return a finding of this call, or one that it replaces, as known up to now."""
        return self.changed_findings.get(finding_id) or self._known.get(finding_id)

    def set_finding(self, finding: Finding) -> None:
        """Lay a new or merged finding over the picture."""
        self.changed_findings[finding.id] = finding
        self._actor(finding.actor_id).findings[finding.id] = finding

    def count(self, finding: Finding) -> None:
        """Let a finding that stood in no alert of its actor be among those that count."""
        self._actor(finding.actor_id).findings[finding.id] = finding

    def named(self, alerts: Iterable[Alert]) -> list[Finding]:
        """Return all findings that alerts name."""
        ids = [each for alert in alerts for each in alert.finding_ids]
        found = {each: self.changed_findings[each] for each in ids if each in self.changed_findings}
        found |= self._store.findings([each for each in ids if each not in found])
        return [found[each] for each in ids if each in found]

    def findings_of(self, alerts: Iterable[Alert]) -> list[Finding]:
        """Return the findings of one actor's alerts that are recent enough to count."""
        found = []
        for alert in alerts:
            findings = self._actor(alert.actor_id).findings
            found += [findings[each] for each in alert.finding_ids if each in findings]
        return found

    # --- alerts

    def alerts_of(self, actor_id: str) -> list[Alert]:
        """Return the actor's alerts that are not closed, oldest first."""
        still = self._actor(actor_id).alerts.values()
        return sorted(still, key=lambda alert: (alert.opened_at, alert.id))

    def alert_with(self, actor_id: str, finding_id: str) -> Alert | None:
        """Return the actor's alert that is not closed and holds the finding."""
        actor = self._actor(actor_id)
        return actor.alerts.get(actor.owner.get(finding_id, ""))

    def mark_changed(self, alert: Alert) -> None:
        """Count an alert among those that changed because what its findings say has changed."""
        self.changed_alerts.setdefault(alert.id, alert)

    def set_alert(self, alert: Alert) -> None:
        """Lay a new or changed alert over the picture."""
        actor = self._actor(alert.actor_id)
        known = actor.alerts.get(alert.id)
        if known is alert or known == alert:
            return
        self.changed_alerts[alert.id] = alert
        if alert.status is AlertStatus.CLOSED:
            actor.alerts.pop(alert.id, None)
            self._new.pop(alert.id, None)
            return
        if (known is None or alert.id in self._new) and not alert.digest:
            self._new[alert.id] = (alert.opened_at, alert.rule_id)
        actor.alerts[alert.id] = alert
        actor.own(alert, known.finding_ids if known else ())
        for address, _ in alert.addresses:
            if address in self._at:
                self._at[address].add(alert.actor_id)

    def incident_alerts(self, incident_id: str) -> list[Alert]:
        """Return the alerts of an incident, closed or not."""
        found = {alert.id: alert for alert in self._store.incident_alerts(incident_id)} | self.changed_alerts
        return [alert for alert in found.values() if alert.incident_id == incident_id]

    def opened_between(self, first: datetime, last: datetime, rule: str) -> int:
        """Return how many alerts of a rule were opened in a span, both moments and this call's included."""
        before = self._opened_since(first, rule) - self._opened_since(last + timedelta(microseconds=1), rule)
        return before + sum(first <= opened <= last and rule == of for opened, of in self._new.values())

    def _opened_since(self, moment: datetime, rule: str) -> int:
        if (moment, rule) not in self._opened_before:
            self._opened_before[moment, rule] = self._store.alerts_opened_since(moment, rule)
        return self._opened_before[moment, rule]

    # --- clusters

    def clusters(self, actor_id: str, matter: str, status: AlertStatus = AlertStatus.OPEN) -> list[Cluster]:
        """Return what an actor did in a matter, parted where it was quiet for long; the earliest first."""
        mine = [alert for alert in self.alerts_of(actor_id) if alert.matter == matter and alert.status is status]
        return clusters(mine, self._settings.span)

    def cluster_of(self, alert: Alert) -> Cluster:
        """Return the cluster that an alert stands in."""
        own = self.clusters(alert.actor_id, alert.matter, alert.status)
        return next(each for each in own if any(one.id == alert.id for one in each.alerts))

    def clusters_at(self, addresses: Collection[str], matter: str) -> list[Cluster]:
        """Return the clusters of a matter that have seen one of the addresses."""
        self._look_at(addresses)
        actors = sorted({actor for each in addresses for actor in self._at.get(each, ())})
        found = (each for actor in actors for each in self.clusters(actor, matter))
        return [each for each in found if not each.addresses.keys().isdisjoint(addresses)]

    def _look_at(self, addresses: Collection[str]) -> None:
        asked = {each for each in addresses if each not in self._at}
        if asked and self._near_since is not None:
            self._at |= {each: set() for each in asked}
            for alert in (*self._store.alerts_at(asked, self._near_since), *self.changed_alerts.values()):
                for address in dict(alert.addresses).keys() & asked:
                    self._at[address].add(alert.actor_id)

    def _actor(self, actor_id: str) -> _Actor:
        if actor_id not in self._actors:
            since = self._since.get(actor_id)
            findings = self._store.alerted_findings(actor_id, since) if since else []
            alerts = self._store.open_alerts(actor_id)
            self._actors[actor_id] = _Actor(
                findings={finding.id: finding for finding in findings},
                alerts={alert.id: alert for alert in alerts},
                owner={each: alert.id for alert in alerts for each in alert.finding_ids},
            )
        return self._actors[actor_id]
