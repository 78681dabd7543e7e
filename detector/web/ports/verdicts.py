"""What people said of incidents when they closed them, as the page of precision shows it.

Comes in: nothing. Goes out: protocols that ``detector.incident`` meets.
"""

from datetime import datetime
from typing import Protocol


class CountedVerdicts(Protocol):
    """What people said of incidents when they closed them."""

    @property
    def confirmed(self) -> int:
        """Incidents closed as handled."""
        ...

    @property
    def false_alarms(self) -> int:
        """Incidents closed as false positives."""
        ...

    @property
    def expected(self) -> int:
        """Incidents closed as authorised."""
        ...


class RightOrWrong(CountedVerdicts, Protocol):
    """How often a rule or a facet was right (``detector.incident.RulePrecision``)."""

    @property
    def name(self) -> str:
        """Id of the rule, or ``behaviour:FACET``."""
        ...

    @property
    def title(self) -> str:
        """In English."""
        ...

    @property
    def title_ru(self) -> str:
        """In Russian."""
        ...

    @property
    def precision(self) -> float | None:
        """The share of confirmed ones, 0..1."""
        ...

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true share lies with 95 % confidence."""
        ...

    def is_to_lower(self, now: datetime) -> bool:
        """Tell whether it is proposed for lowering."""
        ...


class MonthlyCost(CountedVerdicts, Protocol):
    """What became of the incidents of the last 30 days (``detector.incident.IncidentCost``)."""

    @property
    def by_behaviour(self) -> bool:
        """A finding about behaviour belongs to each; else rules opened them alone."""
        ...

    @property
    def opened(self) -> int:
        """All of them."""
        ...

    @property
    def unsaid(self) -> int:
        """Of these nobody has said what they were."""
        ...

    @property
    def asked(self) -> float | None:
        """So many false incidents a month are asked for; None where nobody is asked."""
        ...
