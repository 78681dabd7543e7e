"""Findings → alerts: dedup, risk an actor, joining to incidents, storms.

Comes in: findings (new, or said again with more), the past through ``GroupStore``, standing orders. Goes out: merged
findings and new or changed alerts, and for every finding what was decided and why. It opens no incident itself: it says
which alerts belong to which incident id, and the incident stage makes it.

What stands together is a function of the findings, not of the order they came in:

- What one actor does in one matter is a cluster, as long as no quiet of more than ``span`` parts it.
- A cluster whose points reach the threshold within the horizon is an incident.
- An address or a session belongs to the incident of somebody better known who was seen at the same address within
  ``join``; of several to the one that was an incident and seen there first.

A close covers what was known: what goes on is recorded, and is an incident again, which follows the closed one, when it
has outgrown that (``CoveredFinding``).

A late finding may show that two of what stood apart are one: then alerts and incidents are joined, never parted. An
incident keeps the id it was opened with, so ids, unlike what stands together, may hang on the order; and so may which
findings a storm takes. What it holds of an actor counts with what else the actor did, and is given back then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from detector.group.cluster import LEAST_KNOWN, Cluster
from detector.group.extend_alert import emptied, followed, grow, joined, opened, without
from detector.group.grouping_state import FORGOTTEN, GroupingState
from detector.group.mutes import Mute, muting, size_of
from detector.group.outcomes import Decision, GroupResult, Merged, Muted, Opened, Repeated, Settled
from detector.group.ports import GroupStore
from detector.group.risk import points, reached
from detector.group.storms import Storms
from detector.schema.detection.alerts import Alert, AlertStatus
from detector.schema.detection.findings import Detector, Finding
from detector.schema.ids import derive
from detector.settings.sections.detection import GroupSettings

_NEVER = datetime.max.replace(tzinfo=UTC)


def group(
    findings: Sequence[Finding],
    known: GroupStore,
    settings: GroupSettings,
    now: datetime,
    orders: Sequence[Mute] = (),
    digest: str = "",
) -> GroupResult:
    """Decide about findings.

    Args:
        findings: In any order; of one id possibly several statements.
        known: The past. Everything returned must be written in the same transaction before the next call.
        settings: Points, threshold, horizon, join, storm.
        now: The clock in force; only orders with an end are measured by it.
        orders: Silences, exceptions and inhibitions.
        digest: The digest that reports what is history: such findings open no incident and are no storm.
    """
    board = GroupingState(known, findings, settings)
    replaced = {old: finding.id for finding in findings for old in finding.replaces if old != finding.id}
    turn = _Turn(board, settings, now, orders, Storms(board, settings), replaced, digest)
    decisions = []
    for finding in sorted(findings, key=lambda finding: (finding.at, finding.id, finding.last_event_at)):
        decisions.append((finding.id, turn.decide(finding)))
    storms = turn.storms.changed()
    return GroupResult(
        findings=tuple(board.changed_findings.values()),
        alerts=tuple(board.changed_alerts.values()),
        decisions=tuple(decisions),
        leads=tuple(sorted(turn.leads.items())),
        left=tuple(sorted(turn.left.items())),
        storms=storms,
    )


@dataclass(slots=True)
class _Turn:
    """One call: the picture, and the rules applied to it."""

    board: GroupingState
    settings: GroupSettings
    now: datetime
    orders: Sequence[Mute]
    storms: Storms
    replaced: dict[str, str]
    digest: str = ""
    leads: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)

    def decide(self, finding: Finding) -> Decision:
        """Decide about one statement."""
        known = self.board.finding(finding.id)
        said = known.merge(finding) if known else finding
        if known is None:
            said = self._heir(said)
        if finding.id in self.replaced:
            said = replace(said, replaced_by=said.replaced_by or self.replaced[finding.id])
        decision: Decision = Repeated()
        if said != known:
            self.board.set_finding(said)
            decision = self._decided(said, known)
        self._replace(finding)
        return decision

    def _decided(self, finding: Finding, known: Finding | None) -> Decision:
        if known is not None:
            # What was history and goes on now counts like something new: it may open an incident.
            changed = (known.risk, known.history, known.at) != (finding.risk, finding.history, finding.at)
            back = bool(known.replaced_by) and not finding.replaced_by
            return self._more(finding, counts=changed or back, back=back, less=_says_less(known, finding))
        return Settled() if finding.replaced_by or _closed(finding) else self._new(finding)

    def _heir(self, finding: Finding) -> Finding:
        """Return a new finding with what a close covers of those it stands for."""
        replaced = (self.board.finding(each) for each in finding.replaces)
        covers = [each.covered for each in replaced if each is not None and each.covered is not None]
        return replace(finding, covered=max(covers)) if covers else finding

    def _more(self, finding: Finding, *, counts: bool, back: bool, less: bool) -> Decision:
        """A known finding says more: its alert grows. Where it says ``less`` than it did, its alert is made anew.

        It opens one again only when it outgrows a close, or stands again (``back``) after another one stood for it.
        """
        alert = self.board.alert_with(finding.actor_id, finding.id)
        if alert is None:
            stormed = self.storms.more(finding)
            if stormed is not None:
                self._tell_apart(finding)
                return stormed
            gone = (finding.covered is None and not back) or finding.replaced_by or _closed(finding)
            return Settled() if gone else self._new(finding)
        if alert.status is AlertStatus.MUTED and self._order(finding) is None:
            self._unmute(alert, finding)
            return self._new(finding)
        if less and not alert.storm:
            rest = without(alert, self.board.named([alert]))
            self.board.set_alert(rest)
            if rest.status is AlertStatus.OPEN:
                self._count_anew(rest)
                alert = self.board.alert_with(finding.actor_id, finding.id) or rest
        grown = self._put(grow(alert, (finding,)), finding, counts=counts)
        self.board.mark_changed(grown)
        return Merged(into=grown.id)

    def _new(self, finding: Finding) -> Decision:
        order = self._order(finding)
        alert = self._alert_for(finding, muted=order is not None)
        if order is None and alert is None and not finding.history and self._stormed(finding):
            return self.storms.count_finding(finding)
        muted_by = order.by if order is not None and not self._in_incident(finding) else None
        fresh = opened(finding, muted_by, order.id if order is not None and muted_by is not None else "")
        grown = self._put(grow(alert, (finding,)) if alert else fresh, finding, counts=True)
        if order is not None and grown.status is AlertStatus.MUTED:
            return Muted(by=order.by, alert=grown.id, reason=order.reason)
        return Merged(into=grown.id) if alert else Opened(alert=grown.id)

    def _unmute(self, alert: Alert, finding: Finding) -> None:
        """Take a finding that goes on after its order has ended out of a muted alert; what is over stays there."""
        over = [each for each in self.board.named([alert]) if each.id != finding.id]
        self.board.set_alert(emptied(alert))
        if over:
            self.board.set_alert(grow(opened(over[0], alert.muted_by, alert.exception_id), over))

    def _order(self, finding: Finding) -> Mute | None:
        if not self.orders:
            return None
        self.storms.settle()  # a storm is one of the alerts that may inhibit
        alerts = self.board.alerts_of(finding.actor_id)
        return muting(self.orders, finding, alerts, self.now, lambda order: self._covered(order, finding, alerts))

    def _covered(self, order: Mute, finding: Finding, alerts: Sequence[Alert]) -> int:
        """Return how many clients earlier findings of the rule told of that an order is about."""
        muted = [each for each in alerts if each.status is AlertStatus.MUTED and each.rule_id == finding.rule_id]
        earlier = (each for each in self.board.named(muted) if (each.at, each.id) < (finding.at, finding.id))
        return sum(size_of(each) for each in earlier if order.means(each))

    # --- where a finding stands

    def _near(self, finding: Finding, status: AlertStatus = AlertStatus.OPEN) -> list[Cluster]:
        span = (finding.first_event_at, finding.last_event_at)
        found = self.board.clusters(finding.actor_id, finding.matter, status)
        for cluster in found:
            if span[0] - cluster.span[1] > FORGOTTEN:
                for alert in cluster.alerts:
                    self.board.set_alert(replace(alert, status=AlertStatus.CLOSED))
        return [cluster for cluster in found if cluster.near(span, self.settings.span)]

    def _in_incident(self, finding: Finding) -> bool:
        return any(cluster.incident_ids for cluster in self._near(finding))

    def _alert_for(self, finding: Finding, *, muted: bool) -> Alert | None:
        """Return the alert the finding joins.

        What is muted and what is not lie in alerts of their own, so that nothing that was expected adds points later.
        What is part of an incident takes everything: people are working on it.
        """
        near = self._near(finding)
        if muted and not any(cluster.incident_ids for cluster in near):
            near = self._near(finding, AlertStatus.MUTED)
        alerts = (alert for cluster in near for alert in cluster.alerts if alert.rule_id == finding.rule_id)
        return next(alerts, None)

    def _put(self, alert: Alert, finding: Finding, *, counts: bool) -> Alert:
        """Lay an alert that grew over the picture, with all that follows from it; return what became of it.

        ``counts`` is False for a finding that goes on with the same points: then none of them change.
        """
        if finding.history and not alert.incident_id and not alert.digest:
            alert = replace(alert, digest=self.digest)
        self.board.set_alert(alert)
        cluster = self.board.cluster_of(alert)
        before = cluster.incident_ids
        cluster = self._whole(cluster)
        if alert.status is AlertStatus.OPEN:
            if counts:
                cluster = self._counted(cluster, finding)
            self._join(cluster)
            self._leave(before, self.board.alert_with(finding.actor_id, finding.id))
            if counts:
                self._recount(finding)
                if cluster.reached_at is None:
                    self._tell_apart(finding)
        return self.board.alert_with(finding.actor_id, finding.id) or alert

    def _whole(self, cluster: Cluster) -> Cluster:
        """Join alerts of one fingerprint that turned out to be one."""
        seen: dict[str, Alert] = {}
        for alert in cluster.alerts:
            one, before = alert, seen.get(alert.fingerprint)
            if before is not None:
                one, rest = joined(before, alert)
                self.board.set_alert(rest)
                self.board.set_alert(one)
            seen[alert.fingerprint] = one
        return Cluster(tuple(seen.values())) if len(seen) < len(cluster.alerts) else cluster

    def _counted(self, cluster: Cluster, finding: Finding) -> Cluster:
        """Note since when the cluster's points suffice, now that the finding is among them."""
        # What is blind is an incident whatever its points, and so is what was one when it was closed.
        certain = finding.detector is Detector.BLIND_SPOT or followed(finding)
        moment = finding.at if certain else self._reached(self.board.findings_of(cluster.alerts), finding.at)
        return self._since(cluster, min((each for each in (moment, cluster.reached_at) if each), default=None))

    def _reached(self, findings: Sequence[Finding], since: datetime) -> datetime | None:
        return reached(findings, since, self.settings.horizon, self.settings.threshold, live=True)

    def _since(self, cluster: Cluster, moment: datetime | None) -> Cluster:
        alerts = tuple(replace(alert, reached_at=moment) for alert in cluster.alerts)
        for alert in alerts:
            self.board.set_alert(alert)
        return Cluster(alerts)

    def _recount(self, finding: Finding) -> None:
        """Write the points of the actor into the alerts around a finding, each as of its latest finding.

        Moments before the finding became true do not know of it.
        """
        alert = self.board.alert_with(finding.actor_id, finding.id)
        if alert is None:
            return
        cluster = self.board.cluster_of(alert)
        self._pointed(cluster, self.board.findings_of(cluster.alerts), finding.at)

    def _pointed(self, cluster: Cluster, findings: Sequence[Finding], since: datetime) -> None:
        times = {each.id: each.at for each in findings}
        for one in cluster.alerts:
            latest = max((times[each] for each in one.finding_ids if each in times), default=None)
            if latest is not None and latest >= since:
                self.board.set_alert(replace(one, risk=points(findings, latest, self.settings.horizon)))

    def _replace(self, finding: Finding) -> None:
        """Take the findings that this one stands for out of their alerts."""
        for old in finding.replaces:
            known = self.board.finding(old)
            if known is None or old == finding.id:
                continue
            if not known.replaced_by:
                self.board.set_finding(replace(known, replaced_by=finding.id))
            # It may have been said again before this one in the same call, and stand in its alert still.
            alert = self.board.alert_with(known.actor_id, old)
            if alert is None or alert.storm:
                continue
            rest = without(alert, [each for each in self.board.named([alert]) if each.id != old])
            self.board.set_alert(rest)
            if rest.status is AlertStatus.CLOSED:
                self._leave((alert.incident_id,), self.board.alert_with(finding.actor_id, finding.id))
            elif rest.status is AlertStatus.OPEN:
                self._count_anew(rest)

    def _count_anew(self, alert: Alert) -> None:
        """Reckon points where a finding is gone; an incident that people were told of stays one."""
        cluster = self.board.cluster_of(alert)
        found = self.board.named(cluster.alerts)
        first = min(each.at for each in found)
        cluster = self._since(cluster, self._reached(found, first) or cluster.reached_at)
        self._pointed(cluster, found, first)

    # --- which incident a cluster belongs to

    def _join(self, cluster: Cluster) -> None:
        """Put a cluster that changed, and those it may draw in, into the incidents they belong to."""
        groups: dict[str, tuple[Cluster, list[Cluster]]] = {}
        for each in self._affected(cluster):
            root = self._root(each)
            groups.setdefault(root.first_finding, (root, []))[1].append(each)
        for root, members in groups.values():
            if root.reached_at is not None:
                self._assign(root, members)

    def _affected(self, cluster: Cluster) -> Iterable[Cluster]:
        found = {cluster.first_finding: cluster}
        if cluster.reached_at is not None:
            for below in self._below(cluster):
                found |= {each.first_finding: each for each in self._affected(below)}
        return found.values()

    def _below(self, cluster: Cluster) -> Iterable[Cluster]:
        there = self.board.clusters_at(cluster.addresses, cluster.matter) if cluster.rank < LEAST_KNOWN else ()
        return (each for each in there if each.rank > cluster.rank and each.near(cluster.span, self.settings.join))

    def _root(self, cluster: Cluster) -> Cluster:
        parent = self._parent(cluster)
        return self._root(parent) if parent is not None else cluster

    def _parent(self, cluster: Cluster) -> Cluster | None:
        """Return the cluster of somebody better known whose incident a session or an address belongs to."""
        if not cluster.rank:
            return None
        known = (
            (cluster.met(each), each.rank, each.first_finding, each)
            for each in self.board.clusters_at(cluster.addresses, cluster.matter)
            if each.reached_at and each.rank < cluster.rank and each.near(cluster.span, self.settings.join)
        )
        best = min(known, key=lambda found: found[:3], default=None)
        return best[3] if best is not None else None

    def _assign(self, root: Cluster, members: Sequence[Cluster]) -> None:
        incident = next(iter(root.incident_ids), "") or self._taken_over(members)
        incident = incident or derive("incident", root.actor, root.matter, root.first_finding, *root.follows)
        self.leads[incident] = root.actor
        for cluster in {each.first_finding: each for each in (*members, root)}.values():
            for alert in cluster.alerts:
                if alert.incident_id != incident:
                    self.board.set_alert(replace(alert, incident_id=incident))
            self._leave(cluster.incident_ids, replace(cluster.alerts[0], incident_id=incident))

    def _taken_over(self, members: Sequence[Cluster]) -> str:
        """Return the incident that goes on under a better known actor: the first of those that all lies in it."""
        own = {alert.id for cluster in members for alert in cluster.alerts}
        for cluster in sorted(members, key=lambda each: (each.reached_at or _NEVER, each.first_finding)):
            for incident in cluster.incident_ids:
                if own.issuperset(alert.id for alert in self.board.incident_alerts(incident)):
                    return incident
        return ""

    def _leave(self, incidents: Iterable[str], alert: Alert | None) -> None:
        """Note where alerts of incidents have gone."""
        for incident in incidents:
            if incident and alert is not None and alert.incident_id not in ("", incident):
                self.left[incident] = alert.incident_id

    # --- storms

    def _stormed(self, finding: Finding) -> bool:
        """Tell whether the finding is one alert too many of its rule.

        What belongs to an open incident joins it as ever, and a blind spot is always told apart. So that noise cannot
        be made to hide a leak, a storm of one rule takes nothing that other rules say, nor what makes an incident
        together with that.
        """
        if finding.detector is Detector.BLIND_SPOT or self._in_incident(finding):
            return False
        if not self.storms.raging(finding) or self._adds_up(finding):
            return False
        return self._parent(Cluster((opened(finding),))) is None

    def _adds_up(self, finding: Finding) -> bool:
        """Tell whether what the actor did apart from storms is an incident together with what storms hold of it.

        Half of the points must lie apart: an odd login of last night does not make an incident of its own of each of
        the thousand names in a flood.
        """
        own = [each for cluster in self._near(finding) for each in self.board.findings_of(cluster.alerts)]
        if not own:
            return False
        together = {each.id: each for each in (finding, *self.storms.findings_named(finding), *own)}.values()
        horizon, threshold = self.settings.horizon, self.settings.threshold
        return any(
            2 * points(own, moment, horizon) >= threshold and points(together, moment, horizon) >= threshold
            for moment in {each.at for each in together if each.at >= finding.at}
        )

    def _tell_apart(self, finding: Finding) -> None:
        """Take out of storms what is an incident together with what else the actor did, or has become one by itself."""
        # Most of those in a flood did nothing else: what storms hold is gone through only for the others.
        if self._adds_up(finding) or self.storms.outgrown(finding):
            for each, ended in [(each, self.storms.release(each)) for each in self.storms.findings_named(finding)]:
                self.board.count(each)
                alert = self._alert_for(each, muted=False)
                own = self._put(grow(alert, (each,)) if alert else opened(each), each, counts=True)
                self._leave((ended,), own)


def _says_less(before: Finding, now: Finding) -> bool:
    """Tell whether an alert that holds a finding has to be made anew of what its findings say by now."""
    if now.at != before.at or now.first_event_at > before.first_event_at or now.last_event_at < before.last_event_at:
        return True
    return now.score < before.score or not set(now.source_ips).issuperset(before.source_ips)


def _closed(finding: Finding) -> bool:
    """Tell whether a close covers all that a finding says."""
    return finding.covered is not None and not finding.covered.outgrown_by(finding)
