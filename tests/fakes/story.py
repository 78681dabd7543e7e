"""Stories in time for grouping and incidents: what is found when, and what stands in the store afterwards.

story = Story()
story.at("09:00").found("bulk-read", by="user:anna", risk=70)
assert story.incident().actor_id == "user:anna"
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from detector.group import GroupResult, Mute, group
from detector.incident import (
    Dossier,
    IncidentChanges,
    Regulation,
    dossier,
    load_playbooks,
    load_regulations,
    open_incidents,
)
from detector.messages import messages
from detector.schema.case.duties import Duty
from detector.schema.case.incidents import CloseReason, Decisions, Incident, TimelineEntry
from detector.schema.detection.findings import Detector, Finding, Reason
from detector.schema.ids import derive
from detector.schema.levels import Severity
from detector.settings import Settings
from tests.fakes.acts import close, decide_duty, file_receipt
from tests.fakes.store import FakeIncidents

DAY = datetime(2026, 3, 2, tzinfo=UTC)
PLAYBOOKS = load_playbooks()
REGULATIONS = load_regulations(("ru-152fz", "eu-gdpr-33"))
_SEVERITY = {10: Severity.LOW, 35: Severity.MEDIUM, 70: Severity.HIGH, 100: Severity.CRITICAL}


def clock(text: str) -> datetime:
    """Return ``09:00`` of the story's first day, ``2d 09:00`` of its third."""
    days, _, time = text.rpartition("d ")
    hours, minutes = time.split(":")
    return DAY + timedelta(days=int(days or 0), hours=int(hours), minutes=int(minutes))


def a_finding(rule: str, at: datetime, by: str = "user:anna", risk: int = 70, **changes: Any) -> Finding:
    """Return a finding that client data was touched; its id is made of rule, actor and time unless given."""
    changes.setdefault("record_low", changes.get("subject_count", 1))
    finding = Finding(
        id=derive("finding", rule, by, at.isoformat()),
        detector=Detector.CORRELATION,
        rule_id=rule,
        title=f"Rule {rule}",
        actor_id=by,
        actor_type="human" if by.startswith("user:") else "unknown",
        at=at,
        first_event_at=at - timedelta(minutes=1),
        last_event_at=at,
        severity=_SEVERITY.get(risk, Severity.MEDIUM),
        score=risk / 100,
        risk=risk,
        service="crm",
        subject_count=1,
        reasons=(Reason(message=f"reason-{rule}", args=(("count", risk),)),),
    )
    return replace(finding, **changes)


class Story:
    """One store, moved through time."""

    def __init__(self, *, replay: bool = False, **settings: Any) -> None:
        self.settings = Settings.model_validate({"timezone": "UTC", "group": settings})
        self.past = FakeIncidents()
        self.now = DAY
        self.replay = replay
        self.orders: Sequence[Mute] = ()
        self.regulations: dict[str, Regulation] = REGULATIONS

    def at(self, text: str) -> "Story":
        """Move to a time."""
        self.now = clock(text)
        return self

    def found(self, rule: str, by: str = "user:anna", risk: int = 70, **changes: Any) -> GroupResult:
        """One finding becomes true now."""
        return self.take([a_finding(rule, self.now, by, risk, **changes)])

    def take(self, findings: Iterable[Finding]) -> GroupResult:
        """One turn of the daemon: group, incidents, one write."""
        result = group(list(findings), self.past, self.settings.group, self.now, self.orders)
        changes = open_incidents(
            result.alerts,
            result.findings,
            self.past,
            PLAYBOOKS,
            self.settings,
            self.now,
            regulations=self.regulations,
            leads=result.leads,
            left=result.left,
            event_time=self.replay,
        )
        self.write(changes, result)
        return result

    def write(self, changes: IncidentChanges, result: GroupResult | None = None) -> None:
        """Write what was decided."""
        for entry in changes.entries:
            _must_read_in_any_language(entry)
        if result:
            self.past.save(Decisions(findings=result.findings, alerts=result.alerts))
        self.past.save(changes)

    def incidents(self) -> list[Incident]:
        """Return all incidents, oldest first."""
        return sorted(self.past.known_incidents.values(), key=lambda incident: (incident.opened_at, incident.id))

    def incident(self) -> Incident:
        """Return the only incident."""
        (only,) = self.incidents()
        return only

    def behind(self, ref: str = "") -> list[Finding]:
        """Return the findings behind an incident; behind the only one without a reference."""
        return self.past.incident_findings(ref or self.incident().id)

    def close(self, ref: str = "", reason: CloseReason = CloseReason.FALSE_POSITIVE) -> None:
        """Close an incident now; the only one that is open without a reference."""
        ref = ref or next(each.id for each in self.incidents() if each.closed_at is None)
        note = "Looked into."
        self.write(close(self.dossier(ref), reason, self.behind(ref), by="anna", note=note, now=self.now))

    def duty(self, stage: str) -> Duty:
        """Return a duty of the only incident, by its stage."""
        return next(each for each in self.dossier().duties if each.stage == stage)

    def fulfil(self) -> None:
        """Leave no duty of the only incident open."""
        for duty in self.dossier().duties:
            if duty.basis == "occasion" or self.duty(duty.stage).moot:
                said = {"by": "dpo", "approved_by": "exe", "reason": "Nobody asked."}
                self.write(decide_duty(self.dossier(), duty.ref, owed=False, now=self.now, **said))
            elif duty.open:
                sent = {"number": f"No. {duty.stage}", "at": self.now, "by": "dpo"}
                self.write(file_receipt(self.dossier(), duty.ref, now=self.now, **sent))

    def dossier(self, ref: str = "") -> Dossier:
        """Return the dossier of an incident; of the only one without a reference."""
        return dossier(self.past, ref or self.incident().id, PLAYBOOKS, self.settings, self.regulations)


def _must_read_in_any_language(entry: TimelineEntry) -> None:
    """Whatever the service says on a timeline can be said again in the language of whoever reads it."""
    assert bool(entry.said) == (entry.kind != "note"), entry
    if entry.said:
        assert messages("en").worded(*entry.said).text == entry.text
        assert re.search("[а-я]", messages("ru").worded(*entry.said).text)
