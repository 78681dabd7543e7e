"""What grouping needs to know of the past: the port that the store meets."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Finding


class GroupStore(Protocol):
    """The past as grouping sees it, inside the transaction that will also write its answer."""

    def findings(self, ids: Collection[str]) -> dict[str, Finding]:
        """Return the known findings among ``ids``."""
        ...

    def alerted_findings(self, actor_id: str, since: datetime) -> list[Finding]:
        """Return the actor's findings that its open alerts name, with their last event at or after ``since``."""
        ...

    def open_alerts(self, actor_id: str) -> list[Alert]:
        """Return the actor's alerts that are not closed, muted ones included."""
        ...

    def alerts_at(self, addresses: Collection[str], since: datetime) -> list[Alert]:
        """Return alerts that are not closed, saw one of the addresses, and went on at or after ``since``.

        Those of an incident, and those of sessions and addresses: others join nobody by an address.
        """
        ...

    def incident_alerts(self, incident_id: str) -> list[Alert]:
        """Return the alerts of an incident."""
        ...

    def alerts_opened_since(self, since: datetime, rule: str) -> int:
        """Return how many alerts of a rule were opened at or after ``since``, whatever became of them."""
        ...
