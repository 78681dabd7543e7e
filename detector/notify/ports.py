"""What notify needs of the past: the ports that the store meets."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from detector.schema.case.duties import FrozenPart
from detector.schema.case.incidents import Incident, Step
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Finding
from detector.schema.team.delivery import Delivery, Message
from detector.schema.team.role_assignments import RoleAssignment


class NotifyIncidents(Protocol):
    """The incidents that messages are about."""

    def find(self, ref: str) -> Incident | None:
        """Return an incident."""
        ...

    def steps(self, incident_id: str) -> list[Step]:
        """Return the incident's checklist."""
        ...

    def frozen(self, part_id: str) -> FrozenPart | None:
        """Return a piece of the configuration that cases keep."""
        ...

    def alerts(self, ids: Collection[str]) -> Mapping[str, Alert]:
        """Return the alerts of these ids, those that are there."""
        ...

    def findings(self, ids: Collection[str]) -> Mapping[str, Finding]:
        """Return the findings of these ids, those that are there."""
        ...

    def assignments(self, incident_id: str) -> list[RoleAssignment]:
        """Return who was asked to hold which role of an incident, by role, the oldest first."""
        ...


class NotifyOutbox(Protocol):
    """Messages, and the tries to deliver them."""

    def messages(self, incident_id: str) -> list[Message]:
        """Return the messages decided about the incident."""
        ...

    def due(self, now: datetime, limit: int = 100) -> list[Message]:
        """Return pending messages whose time has come, the most urgent first."""
        ...

    def given_up(self) -> list[Message]:
        """Return the pages no target took about what still waits for an answer, the newest first."""
        ...

    def add(self, messages: Sequence[Message]) -> None:
        """Store messages decided now; those that are there already are left as they are."""
        ...

    def save(self, message: Message) -> None:
        """Insert or update a message."""
        ...

    def add_delivery(self, delivery: Delivery) -> None:
        """Store one try."""
        ...


class NotifyUnit(Protocol):
    """A transaction of the store."""

    @property
    def incidents(self) -> NotifyIncidents:
        """The incidents."""
        ...

    @property
    def outbox(self) -> NotifyOutbox:
        """The messages."""
        ...


class NotifyStore(Protocol):
    """Where messages are kept."""

    def begin(self) -> AbstractContextManager[NotifyUnit]:
        """Open a write transaction."""
        ...

    def read(self) -> AbstractContextManager[NotifyUnit]:
        """Open a read-only view."""
        ...
