"""How things stand in the database, in a few numbers: for metrics, the first page, and who waits for changes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCounts:
    """Open matters and waiting messages.

    Attributes:
        open_by_severity: Incidents not closed, by severity (severities without one are absent), worst last.
        unacknowledged: Incidents not closed that nobody has acknowledged.
        overdue_steps: Open steps of open incidents whose due time has passed.
        oldest_overdue: Due time of the most overdue of them.
        pending_messages: Messages decided and not yet delivered.
    """

    open_by_severity: tuple[tuple[str, int], ...] = ()
    unacknowledged: int = 0
    overdue_steps: int = 0
    oldest_overdue: datetime | None = None
    pending_messages: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteCounts:
    """How often the database was written, by whatever process; who finds the same numbers again missed nothing.

    Attributes:
        matters: Transactions that wrote findings, alerts, incidents, steps or entries.
        messages: Transactions that wrote messages to people.
    """

    matters: int
    messages: int
