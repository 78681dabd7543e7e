"""Corrective actions: what is to be done so that a case does not come again, whose it is, by when, at what cost.

Comes in: nothing. Goes out: values. An action stays when its case is closed; what became of it is said once.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ActionState(StrEnum):
    """Where an action stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """So much money, in whole units of a currency (ISO 4217: three capital letters)."""

    units: int
    currency: str

    def __str__(self) -> str:
        """Write it as people type it: ``40000 EUR``."""
        return f"{self.units} {self.currency}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectiveAction:
    """One thing to be done.

    Attributes:
        number: In the case, from 1.
        text: What is to be done, in words.
        owner: Who answers for it, by name.
        due_at: By when.
        budget: What it may cost, in whole units of ``currency``; None: nothing was said.
        effect: By what it will be seen that it helped; empty: nothing was said.
        added_by / added_at: Whose word it is, and when.
        ended_at / ended_by: When it was done or dropped, and by whom; None: it is open.
        proof: What shows that it is done, or why it was dropped.
        seen_effect: What was seen of its effect.
    """

    incident_id: str
    number: int
    text: str
    owner: str
    due_at: datetime
    budget: int | None = None
    currency: str = ""
    effect: str = ""
    state: ActionState = ActionState.OPEN
    added_by: str
    added_at: datetime
    ended_at: datetime | None = None
    ended_by: str = ""
    proof: str = ""
    seen_effect: str = ""

    @property
    def cost(self) -> Amount | None:
        """What it may cost; None: nothing was said."""
        return None if self.budget is None else Amount(units=self.budget, currency=self.currency)

    def late(self, now: datetime) -> bool:
        """Tell whether it was, or is, not done by when it should be; what was dropped is not late."""
        return self.state is not ActionState.DROPPED and (self.ended_at or now) > self.due_at
