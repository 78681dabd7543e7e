"""Who was asked to hold a role in one incident, and what they answered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssignment:
    """A person was asked to hold a role in an incident.

    Attributes:
        number: From 1, as often as somebody was asked for this role.
        by / at / reason: Who asked, when and why.
        accepted_at: When the person said yes; None: they have not.
        declined_at / declined_why: When they said no, or gave the role back, and why.
        ended_at / ended_by: When somebody else was asked for the role instead, or it was taken back, and by whom.
    """

    incident_id: str
    role: str
    number: int
    person: str
    by: str
    at: datetime
    reason: str
    accepted_at: datetime | None = None
    declined_at: datetime | None = None
    declined_why: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""

    @property
    def stands(self) -> bool:
        """Whether nobody declined it or took it back, and nobody else was asked since."""
        return self.declined_at is None and self.ended_at is None

    @property
    def holds(self) -> bool:
        """Whether the person holds the role by it."""
        return self.stands and self.accepted_at is not None

    @property
    def waits(self) -> bool:
        """Whether it waits for the person's answer."""
        return self.stands and self.accepted_at is None
