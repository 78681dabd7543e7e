"""The storm: alerts beyond what people can read become one alert, which names many findings and counts the rest.

Comes in: findings that would be one alert too many, in the order they are taken. Goes out: the storm's alert, laid over
the board. Which findings may be taken at all is decided by the caller.

A flood brings thousands of findings a call. They wait here and grow the alert once, when somebody has to see it whole.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from detector.group.board import STORM_ACTOR, STORM_MATTER, Board
from detector.group.growing import again, grow
from detector.group.outcomes import Storm, Stormed
from detector.messages import messages
from detector.schema.alerts import Alert, AlertStatus
from detector.schema.findings import Finding
from detector.schema.ids import derive
from detector.schema.levels import Severity
from detector.settings.detection import GroupSettings

STORM_RULE = "storm"
STORM_LISTED = 1000  # a storm names this many findings and counts the rest


@dataclass(slots=True)
class Storms:
    """The storm of one call, if there is one."""

    board: Board
    settings: GroupSettings
    _added: int = 0
    _asked: bool = False
    _alert: Alert | None = None
    _last: datetime | None = None
    _waiting: list[Finding] = field(default_factory=list)

    def raging(self, moment: datetime) -> bool:
        """Tell whether a new alert at this moment would be one too many."""
        span, last = self.settings.storm_span, self._last_event()
        # What happened before it, and comes late, is no part of it.
        began = self._alert.first_event_at - span if self._alert is not None else None
        if last is not None and began is not None and began <= moment <= last + span:
            return True
        return self.board.opened_between(moment - span, moment) >= self.settings.storm_count

    def take(self, finding: Finding) -> Stormed:
        """Count a new finding in the storm; one that was quiet for too long is closed, and another begins."""
        self._added += 1
        last = self._last_event()
        if last is not None and finding.at - last > max(self.settings.join, self.settings.horizon):
            self.settle()
            if self._alert is not None:
                self.board.put(replace(self._alert, status=AlertStatus.CLOSED))
            self._alert = None
        if self._alert is None:
            self._alert = _begun(finding)
            self._last = finding.last_event_at
            self.board.put(self._alert)
        self._waiting.append(finding)
        self._last = max(self._last or finding.last_event_at, finding.last_event_at)
        return Stormed(into=self._alert.id)

    def more(self, finding: Finding) -> Stormed | None:
        """Let the storm that holds a known finding hear more of it; None when there is none."""
        self.settle()
        storm = self.board.alert_with(STORM_ACTOR, finding.id)
        if storm is None:
            return None
        grown = _grown(storm, [finding], added=0)
        self.board.put(grown)
        self._asked = False
        return Stormed(into=grown.id)

    def settle(self) -> None:
        """Grow the alert by what waits."""
        if self._alert is not None and self._waiting:
            self._alert = _grown(self._alert, self._waiting, added=len(self._waiting))
            self.board.put(self._alert)
            self._waiting = []

    def told(self) -> Storm | None:
        """Return the storm that took findings, if any."""
        self.settle()
        alert = self._current() if self._added else None
        return Storm(alert=alert.id, added=self._added, total=alert.storm) if alert is not None else None

    def _last_event(self) -> datetime | None:
        self._current()
        return self._last

    def _current(self) -> Alert | None:
        if not self._asked:
            self._asked = True
            alerts = self.board.alerts_of(STORM_ACTOR)
            self._alert = next((alert for alert in alerts if alert.rule_id == STORM_RULE), None)
            self._last = self._alert.last_event_at if self._alert is not None else None
        return self._alert


def _begun(finding: Finding) -> Alert:
    """Return the alert of a storm that begins with this finding; its incident is the storm's own."""
    mark = derive("fingerprint", STORM_ACTOR, STORM_MATTER, STORM_RULE)
    return Alert(
        id=derive("alert", mark, finding.id, *again(finding)),
        fingerprint=mark,
        actor_id=STORM_ACTOR,
        actor_type="service",
        matter=STORM_MATTER,
        rule_id=STORM_RULE,
        title=messages("en").text("incident-title-storm"),
        title_ru=messages("ru").text("incident-title-storm"),
        severity=Severity.HIGH,
        score=finding.score,
        risk=finding.risk,
        playbook="client-data-leak",
        opened_at=finding.at,
        first_event_at=finding.first_event_at,
        last_event_at=finding.last_event_at,
        finding_ids=(finding.id,),
        incident_id=derive("incident", STORM_ACTOR, STORM_MATTER, finding.id, *again(finding)),
    )


def _grown(storm: Alert, findings: list[Finding], added: int) -> Alert:
    room = max(STORM_LISTED - storm.storm, 0)
    return replace(
        grow(storm, findings, named=room),
        addresses=(),  # it belongs to nobody's incident
        follows="",
        risk=max(storm.risk, *[each.risk for each in findings]),
        storm=storm.storm + added,
    )
