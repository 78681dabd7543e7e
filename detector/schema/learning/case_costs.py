"""What a case cost, as people enter it: a row each, with what it is for and from where it is known.

Comes in: nothing. Goes out: values. A row is never changed; what is wrong is taken back, with the reason, and entered
anew.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from detector.schema.learning.corrective_actions import Amount


class CostKind(StrEnum):
    """What a cost is of.

    ``WORK``: of our own people. ``EXPERTS``: of outside experts and lawyers. ``TELLING``: letters, hotline, offers to
    clients. ``DOWNTIME``: what could not be done meanwhile. ``DAMAGES``: paid to people and partners. ``FINE``: laid
    upon us. ``OTHER``: anything else.
    """

    WORK = "work"
    EXPERTS = "experts"
    TELLING = "telling"
    DOWNTIME = "downtime"
    DAMAGES = "damages"
    FINE = "fine"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCost:
    """One cost.

    Attributes:
        number: In the case, from 1.
        units: How much, in whole units of ``currency``.
        estimated: It is an estimate.
        text: What for, and from where it is known.
        by / at: Whose word it is, and when.
        removed_at / removed_by / removed_why: When it was taken back, by whom and why; None: it counts.
    """

    incident_id: str
    number: int
    kind: CostKind
    units: int
    currency: str
    estimated: bool = False
    text: str
    by: str
    at: datetime
    removed_at: datetime | None = None
    removed_by: str = ""
    removed_why: str = ""

    @property
    def amount(self) -> Amount:
        """How much."""
        return Amount(units=self.units, currency=self.currency)
