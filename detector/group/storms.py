"""The storm: alerts of one rule beyond what people can read become one, which names many findings and counts the rest.

Comes in: findings that would be one alert too many, in the order they are taken. Goes out: the storm's alert, laid
over the board. Which findings may be taken at all is decided by the caller, and so is which ones a storm gives back.

A flood brings thousands of findings a call. They wait here and grow the alert once, when somebody has to see it whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from detector.group.extend_alert import again, grow
from detector.group.grouping_state import STORM_ACTOR, GroupingState
from detector.group.outcomes import Storm, Stormed
from detector.messages import Language, messages
from detector.schema.case.incidents import STORM_MATTER, storm_rule
from detector.schema.detection.alerts import Alert, AlertStatus
from detector.schema.detection.findings import Finding
from detector.schema.events.columns import ACCOUNT
from detector.schema.ids import derive
from detector.schema.levels import Severity, worst
from detector.settings.sections.detection import GroupSettings

STORM_LISTED = 1000  # a storm names this many findings and counts the rest
# Of what an account did to so many clients or records, only so many times as many alerts are a storm: each of them is
# a theft, and takes more than a line.
MANY = 100
WEIGHTY_STORMS = 10


@dataclass(slots=True)
class Storms:
    """The storms of one call, if there are any."""

    board: GroupingState
    settings: GroupSettings
    _of: "dict[str, _Raging]" = field(default_factory=dict)

    def raging(self, finding: Finding) -> bool:
        """Tell whether a new alert about a finding would be one too many of its rule."""
        moment = finding.last_event_at if finding.covered is not None else finding.at
        return self._storm(finding.rule_id).raging(moment, weighty=_weighty(finding))

    def outgrown(self, finding: Finding) -> bool:
        """Tell whether a finding has grown so that it belongs to no storm."""
        return _weighty(finding) and not self.raging(finding)

    def count_finding(self, finding: Finding) -> Stormed:
        """Count a new finding in its rule's storm; one that was quiet for too long is closed, and another begins."""
        return self._storm(finding.rule_id).count_finding(finding)

    def findings_named(self, finding: Finding) -> list[Finding]:
        """Return what storms name of the finding's actor and matter, itself included."""
        self.settle()
        storms = [alert for alert in self.board.alerts_of(STORM_ACTOR) if alert.matter == STORM_MATTER]
        who = (finding.actor_id, finding.matter)
        return [
            each for each in self.board.named(storms) if (each.actor_id, each.matter) == who and not each.replaced_by
        ]

    def release(self, finding: Finding) -> str:
        """Take a finding out of the storm that names it; return the incident that has no alert now, if one has none."""
        storm = next(each for each in self.board.alerts_of(STORM_ACTOR) if finding.id in each.finding_ids)
        rest = tuple(each for each in storm.finding_ids if each != finding.id)
        left = replace(storm, finding_ids=rest, storm=storm.storm - 1)
        if not rest:
            left = replace(left, status=AlertStatus.CLOSED, incident_id="")
        self._put(left)
        return storm.incident_id if not rest else ""

    def more(self, finding: Finding) -> Stormed | None:
        """Add a repetition of a known finding to the storm that holds it; None when no storm does."""
        self.settle()
        storm = self.board.alert_with(STORM_ACTOR, finding.id)
        if storm is None:
            return None
        grown = _grown(storm, [finding], added=0)
        self._put(grown)
        return Stormed(into=grown.id)

    def settle(self) -> None:
        """Grow the alerts by what waits."""
        for each in self._of.values():
            each.settle()

    def changed(self) -> tuple[Storm, ...]:
        """Return the storms that took findings."""
        self.settle()
        took = ((each.alert, each.added) for each in self._of.values())
        return tuple(Storm(alert=alert.id, added=added, total=alert.storm) for alert, added in took if alert and added)

    def _put(self, storm: Alert) -> None:
        self.board.set_alert(storm)
        for each in self._of.values():
            each.heard(storm)

    def _storm(self, rule: str) -> "_Raging":
        if rule not in self._of:
            self._of[rule] = _Raging(self.board, self.settings, rule)
        return self._of[rule]


class _Raging:
    """One storm."""

    def __init__(self, board: GroupingState, settings: GroupSettings, of: str) -> None:
        self._board, self._settings, self._of = board, settings, of
        self.rule = storm_rule(of)
        alerts = board.alerts_of(STORM_ACTOR)
        self.alert = next((alert for alert in alerts if alert.rule_id == self.rule), None)
        self.added = 0
        self._last = self.alert.last_event_at if self.alert is not None else None
        self._waiting: list[Finding] = []

    def raging(self, moment: datetime, *, weighty: bool) -> bool:
        span, most = self._settings.storm_span, self._settings.storm_count
        if weighty:
            return self._opened(moment) >= WEIGHTY_STORMS * most
        # What happened before it, and comes late, is no part of it.
        began = self.alert.first_event_at - span if self.alert is not None else None
        if began is not None and self._last is not None and began <= moment <= self._last + span:
            return True
        return self._opened(moment) >= most

    def _opened(self, moment: datetime) -> int:
        return self._board.opened_between(moment - self._settings.storm_span, moment, self._of)

    def count_finding(self, finding: Finding) -> Stormed:
        self.added += 1
        quiet = max(self._settings.join, self._settings.horizon)
        if self._last is not None and finding.at - self._last > quiet:
            self.settle()
            if self.alert is not None:
                self._board.set_alert(replace(self.alert, status=AlertStatus.CLOSED))
            self.alert = None
        if self.alert is None:
            self.alert = _begun(finding, self.rule)
            self._last = finding.last_event_at
            self._board.set_alert(self.alert)
        self._waiting.append(finding)
        self._last = max(self._last or finding.last_event_at, finding.last_event_at)
        return Stormed(into=self.alert.id)

    def heard(self, changed: Alert) -> None:
        if self.alert is not None and self.alert.id == changed.id:
            self.alert = changed if changed.status is AlertStatus.OPEN else None
            self._last = self.alert.last_event_at if self.alert is not None else None

    def settle(self) -> None:
        if self.alert is not None and self._waiting:
            self.alert = _grown(self.alert, self._waiting, added=len(self._waiting))
            self._board.set_alert(self.alert)
            self._waiting = []


def _weighty(finding: Finding) -> bool:
    """Tell whether somebody who is known took or changed much client data."""
    named = finding.actor_id.startswith(ACCOUNT)
    return named and finding.touched and max(finding.subject_count, finding.record_low) >= MANY


def _begun(finding: Finding, rule: str) -> Alert:
    """Return the alert of a storm that begins with this finding; its incident is the storm's own."""
    mark = derive("fingerprint", STORM_ACTOR, STORM_MATTER, rule)
    return Alert(
        id=derive("alert", mark, finding.id, *again(finding)),
        fingerprint=mark,
        actor_id=STORM_ACTOR,
        actor_type="service",
        matter=STORM_MATTER,
        rule_id=rule,
        title=_title("en", finding.title),
        title_ru=_title("ru", finding.title_ru or finding.title),
        severity=worst(Severity.HIGH, finding.severity),
        score=finding.score,
        risk=finding.risk,
        playbook="client-data-leak",
        opened_at=finding.at,
        first_event_at=finding.first_event_at,
        last_event_at=finding.last_event_at,
        finding_ids=(finding.id,),
        incident_id=derive("incident", STORM_ACTOR, STORM_MATTER, finding.id, *again(finding)),
    )


def _title(language: Language, rule: str) -> str:
    return messages(language).text("incident-title-flood", rule=rule)


def _grown(storm: Alert, findings: Sequence[Finding], added: int) -> Alert:
    room = max(STORM_LISTED - storm.storm, 0)
    return replace(
        grow(storm, findings, named=room),
        addresses=(),  # it belongs to nobody's incident
        follows="",
        title=storm.title,
        title_ru=storm.title_ru,
        playbook=storm.playbook,
        risk=max(storm.risk, *[each.risk for each in findings]),
        storm=storm.storm + added,
    )
