"""Findings → alerts: dedup, risk an actor, joining to incidents, storms.

Comes in: findings (new, or said again with more), the past through ``GroupStore``, standing orders. Goes out: merged
findings and new or changed alerts, and for every finding what was decided and why. It opens no incident itself: it says
which alerts belong to which incident id, and the incident stage makes it.

Findings are taken in order of (event time, id), one after the other, and the answer rests on nothing but them and the
store: a sequence cut into calls anywhere ends in the same alerts and incidents.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from detector.group.board import Board, Case
from detector.group.growing import grow
from detector.group.orders import Order, muting
from detector.group.outcomes import Decision, GroupResult, Merged, Muted, Opened, Repeated, Settled
from detector.group.ports import GroupStore
from detector.group.risk import points, reached
from detector.group.storms import Storms
from detector.schema.alerts import Alert, AlertStatus, MutedBy
from detector.schema.findings import Detector, Finding
from detector.schema.ids import derive
from detector.schema.levels import Severity
from detector.settings.detection import GroupSettings

_ADDRESS_ACTORS = ("ip:", "session:")


def fingerprint(finding: Finding) -> str:
    """Return what makes two findings the same matter: actor, matter and rule."""
    return derive("fingerprint", finding.actor_id, finding.matter, finding.rule_id)


def group(
    findings: Sequence[Finding],
    known: GroupStore,
    settings: GroupSettings,
    now: datetime,
    orders: Sequence[Order] = (),
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
    board = Board(known, findings, settings.horizon)
    turn = _Turn(board, settings, now, orders, {}, Storms(board, settings), digest)
    decisions = []
    for finding in sorted(findings, key=lambda finding: (finding.at, finding.id, finding.last_event_at)):
        decisions.append((finding.id, turn.take(finding)))
    storm = turn.storms.told()
    return GroupResult(
        findings=tuple(turn.board.changed_findings.values()),
        alerts=tuple(turn.board.changed_alerts.values()),
        decisions=tuple(decisions),
        moments=tuple(sorted(turn.moments.items())),
        storm=storm,
    )


@dataclass(slots=True)
class _Turn:
    """One call: the picture, and the rules applied to it."""

    board: Board
    settings: GroupSettings
    now: datetime
    orders: Sequence[Order]
    moments: dict[str, datetime]
    storms: Storms
    digest: str = ""

    def take(self, finding: Finding) -> Decision:
        """Decide about one statement."""
        known = self.board.finding(finding.id)
        merged = known.merge(finding) if known else finding
        if merged == known:
            return Repeated()
        self.board.keep(merged)
        if known is None:
            return self._new(merged)
        # What was history and goes on now counts like something new: it may open an incident.
        return self._more(merged, counts=merged.risk != known.risk or merged.history != known.history)

    def _more(self, finding: Finding, *, counts: bool) -> Decision:
        """A known finding says more: its alert grows; it never opens anything of its own."""
        alert = self.board.alert_with(finding.actor_id, finding.id)
        if alert is None:
            return self.storms.more(finding) or Settled()
        grown = grow(alert, (finding,))
        if alert.finding_ids[0] == finding.id:
            grown = replace(
                grown,
                title=finding.title,
                title_ru=finding.title_ru,
                service=finding.service,
                opened_at=finding.at,
            )
        self._settle(grown, finding, counts=counts)
        return Merged(into=alert.id)

    def _new(self, finding: Finding) -> Decision:
        order = self._order(finding) if self.orders else None
        alert = self._open_alert(finding, muted=order is not None)
        if order is None and alert is None and not finding.history and self._in_storm(finding):
            return self.storms.take(finding)
        grown = grow(alert, (finding,)) if alert else _opened(finding, order.by if order else None)
        self._settle(grown, finding, counts=True)
        if order is not None and grown.status is AlertStatus.MUTED:
            return Muted(by=order.by, alert=grown.id, reason=order.reason)
        return Merged(into=grown.id) if alert else Opened(alert=grown.id)

    def _order(self, finding: Finding) -> Order | None:
        self.storms.settle()  # a storm is one of the alerts that may inhibit
        return muting(self.orders, finding, self.board.alerts_of(finding.actor_id), self.now)

    def _open_alert(self, finding: Finding, *, muted: bool) -> Alert | None:
        """Return the alert the finding joins; one that was quiet for too long is closed instead.

        What is muted and what is not lie in alerts of their own, so that nothing that was expected adds points later.
        An alert that is part of an incident takes everything: people are working on it.
        """
        alerts = self.board.alerts_of(finding.actor_id)
        if not alerts:
            return None
        wanted = fingerprint(finding)
        keep = max(self.settings.join, self.settings.horizon)
        for alert in alerts:
            if alert.fingerprint != wanted:
                continue
            if finding.at - alert.last_event_at > keep:
                self.board.put(replace(alert, status=AlertStatus.CLOSED))
            elif alert.incident_id or muted is (alert.status is AlertStatus.MUTED):
                return alert
        return None

    def _settle(self, alert: Alert, finding: Finding, *, counts: bool) -> None:
        """Put the alert in its place: an open incident, a new one, or none yet; and bring the points up to date.

        ``counts`` is False for a finding that goes on with the same points: then none of them change.
        """
        case = self._case_for(alert, finding)
        if case is not None:
            alert = replace(alert, incident_id=case.id)
        elif finding.history and not alert.digest:
            alert = replace(alert, digest=self.digest)
        self.board.put(alert)
        if case is not None:
            self._extend(case, finding)
        elif counts and alert.status is AlertStatus.OPEN and not finding.history:
            self._open_case(finding)
        if counts:
            self._recount(alert.actor_id, alert.matter, finding.at)

    def _case_for(self, alert: Alert, finding: Finding) -> Case | None:
        if alert.incident_id:
            return self.board.cases.get(alert.incident_id)
        return self._nearest(finding) if alert.status is AlertStatus.OPEN else None

    def _nearest(self, finding: Finding) -> Case | None:
        """Return the open incident of the actor and matter; for an address or a session also one it belongs to."""
        own = self._near(self.board.cases_of(finding.actor_id), finding)
        if not own and finding.actor_id.startswith(_ADDRESS_ACTORS):
            own = self._near(self.board.cases_at((*finding.source_ips, finding.actor_id.partition(":")[2])), finding)
        return min(own, key=lambda case: (case.actor != finding.actor_id, case.first, case.id), default=None)

    def _near(self, cases: list[Case], finding: Finding) -> list[Case]:
        return [case for case in cases if case.near(finding, self.settings.join)]

    def _open_case(self, finding: Finding) -> None:
        """Open an incident if the actor's points in this matter reach the threshold now."""
        waiting = [alert for alert in self._alerts(finding.actor_id, finding.matter) if not alert.incident_id]
        findings = self.board.findings_in(waiting)
        if finding.detector is not Detector.BLIND_SPOT and not reached(
            findings, finding.at, self.settings.horizon, self.settings.threshold
        ):
            return
        span = max(self.settings.join, self.settings.horizon)
        waiting = [alert for alert in waiting if finding.at - alert.last_event_at <= span]
        first = min(waiting, key=lambda alert: (alert.opened_at, alert.finding_ids[0])).finding_ids[0]
        case = Case(
            id=derive("incident", finding.actor_id, finding.matter, first),
            matter=finding.matter,
            actor=finding.actor_id,
            actors={finding.actor_id},
            addresses=set(),
            first=min(alert.first_event_at for alert in waiting),
            last=max(alert.last_event_at for alert in waiting),
        )
        self.board.open(case)
        for alert in waiting:
            self.board.put(replace(alert, incident_id=case.id))
        for each in self.board.findings_in(waiting):
            self._extend(case, each)

    def _extend(self, case: Case, finding: Finding) -> None:
        """Grow the incident; addresses it sees for the first time bring the alerts of these addresses with them."""
        for address in sorted(self.board.extend(case, finding)):
            for alert in self._alerts(f"ip:{address}", case.matter):
                gap = max(alert.first_event_at - case.last, case.first - alert.last_event_at)
                if not alert.incident_id and gap <= self.settings.join:
                    self.board.put(replace(alert, incident_id=case.id))
                    # What the alert has seen is seen by the incident from now on, as the next call will read it.
                    for each in self.board.findings_in([alert]):
                        self._extend(case, each)

    def _recount(self, actor_id: str, matter: str, since: datetime) -> None:
        """Write the points of the actor into its alerts of the matter, each as of its latest finding.

        Moments before ``since``, when the finding in hand became true, do not know of it.
        """
        alerts = self._alerts(actor_id, matter)
        findings = self.board.findings_in(alerts)
        times = {finding.id: finding.at for finding in findings}
        for alert in alerts:
            latest = max((times[each] for each in alert.finding_ids if each in times), default=None)
            if latest is not None and latest >= since:
                self.board.put(replace(alert, risk=points(findings, latest, self.settings.horizon)))
        self._date(alerts)

    def _date(self, alerts: list[Alert]) -> None:
        """Note at what event time the incident of these alerts became one, as far as is known now."""
        for case in {alert.incident_id: self.board.cases.get(alert.incident_id) for alert in alerts}.values():
            if case is None or case.actor != alerts[0].actor_id:
                continue
            own = self.board.findings_in(alert for alert in alerts if alert.incident_id == case.id)
            start = min((finding.at for finding in own), default=None)
            if start is not None:
                moment = reached(own, start, self.settings.horizon, self.settings.threshold)
                if moment is not None:
                    self.moments[case.id] = min(moment, self.moments.get(case.id, moment))

    def _alerts(self, actor_id: str, matter: str) -> list[Alert]:
        return [
            alert
            for alert in self.board.alerts_of(actor_id)
            if alert.matter == matter and alert.status is AlertStatus.OPEN
        ]

    def _in_storm(self, finding: Finding) -> bool:
        """Tell whether the finding would be one alert too many.

        What belongs to an open incident joins it as ever. So that noise cannot be made to hide a leak, a critical
        finding about client data is told apart even in a storm; and a blind spot is.
        """
        sure = finding.severity is Severity.CRITICAL and finding.record_high > 0
        if sure or finding.detector is Detector.BLIND_SPOT or self._nearest(finding) is not None:
            return False
        return self.storms.raging(finding.at)


def _opened(finding: Finding, muted_by: MutedBy | None) -> Alert:
    mark = fingerprint(finding)
    return Alert(
        id=derive("alert", mark, finding.id),
        fingerprint=mark,
        actor_id=finding.actor_id,
        actor_type=finding.actor_type,
        matter=finding.matter,
        rule_id=finding.rule_id,
        title=finding.title,
        title_ru=finding.title_ru,
        severity=finding.severity,
        score=finding.score,
        risk=finding.risk,
        status=AlertStatus.MUTED if muted_by else AlertStatus.OPEN,
        muted_by=muted_by,
        service=finding.service,
        playbook=finding.playbook,
        opened_at=finding.at,
        first_event_at=finding.first_event_at,
        last_event_at=finding.last_event_at,
        finding_ids=(finding.id,),
    )
