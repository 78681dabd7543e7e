"""What the incident stage needs to know of the past: the port that the store meets; and what it gives back."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from detector.schema.case.case_facts import CaseFact
from detector.schema.case.duties import Duty, FrozenPart
from detector.schema.case.incidents import Decisions, Incident, Step, TimelineEntry
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Finding
from detector.schema.team.role_assignments import RoleAssignment


class IncidentStore(Protocol):
    """The past, inside the transaction that will also write the answer."""

    def findings(self, ids: Collection[str]) -> dict[str, Finding]:
        """Return the known findings among ``ids``."""
        ...

    def alerts(self, ids: Collection[str]) -> dict[str, Alert]:
        """Return the known alerts among ``ids``."""
        ...

    def find(self, ref: str) -> Incident | None:
        """Return the incident by id, unique prefix of it, number or code name."""
        ...

    def incident_alerts(self, incident_id: str) -> list[Alert]:
        """Return the alerts of an incident."""
        ...

    def steps(self, incident_id: str) -> list[Step]:
        """Return the steps of an incident in their order."""
        ...

    def duties(self, incident_id: str) -> list[Duty]:
        """Return the duties of an incident in their order."""
        ...

    def facts(self, incident_id: str) -> list[CaseFact]:
        """Return what was stated of an incident, the oldest first."""
        ...

    def assignments(self, incident_id: str) -> list[RoleAssignment]:
        """Return who was asked to hold which role of an incident, by role, the oldest first."""
        ...

    def frozen(self, part_id: str) -> FrozenPart | None:
        """Return a piece of the configuration that cases keep."""
        ...

    def last_entry(self, incident_id: str) -> TimelineEntry | None:
        """Return the newest entry of an incident's timeline."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentChanges(Decisions):
    """What became of incidents: values to be written in one transaction.

    Attributes:
        opened: Ids of incidents that are new, for the escalation.
        raised: Ids of known incidents whose severity rose.
    """

    opened: tuple[str, ...] = ()
    raised: tuple[str, ...] = ()
