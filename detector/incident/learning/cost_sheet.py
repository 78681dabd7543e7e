"""What a case cost and what it may cost yet, put together for whoever reads it.

Comes in: costs, actions. Goes out: ``CostSheet``. Amounts of different currencies are never added up. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from detector.incident.duty.fine_words import PossibleFine
from detector.incident.learning.churn import ChurnEstimate
from detector.schema.learning.case_costs import CaseCost, CostKind
from detector.schema.learning.corrective_actions import ActionState, CorrectiveAction


@dataclass(frozen=True, slots=True, kw_only=True)
class CostSheet:
    """What a case cost, and what it may cost yet.

    Attributes:
        costs: As they were entered, those taken back included.
        sums: What counts, by currency and kind.
        budgets: Of actions that were not dropped, by currency.
        fines: What failing may cost under each law.
        churn: What clients who leave may cost; None: the company states no figures for that, or nobody is concerned.
    """

    costs: tuple[CaseCost, ...]
    sums: Mapping[str, Mapping[CostKind, int]]
    budgets: Mapping[str, int]
    fines: tuple[PossibleFine, ...]
    churn: ChurnEstimate | None


def budgets_of(actions: Sequence[CorrectiveAction]) -> Mapping[str, int]:
    """Return the budgets of actions that were not dropped, by currency."""
    found: dict[str, int] = {}
    for each in actions:
        if each.cost is not None and each.state is not ActionState.DROPPED:
            found[each.currency] = found.get(each.currency, 0) + each.cost.units
    return dict(sorted(found.items()))
