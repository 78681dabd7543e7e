"""What one person does about what a case cost, and what it may cost yet.

Comes in: a reference, what is entered. Goes out: the sheet. Each act goes through the door and is one transaction.
"""

from detector.incident import Dossier
from detector.incident.duty.fine_words import possible_fines
from detector.incident.duty.law_people import own_case
from detector.incident.learning.amounts import parse_amount
from detector.incident.learning.churn import ChurnEstimate
from detector.incident.learning.cost_acts import add_cost, remove_cost, sums_of
from detector.incident.learning.cost_sheet import CostSheet, budgets_of
from detector.runtime.incidents.personal_desk import PersonalDesk
from detector.schema.learning.case_costs import CaseCost, CostKind
from detector.schema.learning.corrective_actions import Amount
from detector.schema.team.grants import PersonAct
from detector.settings import Settings
from detector.store import UnitOfWork


class CostDesk(PersonalDesk):
    """The looks and acts of one person on what cases cost."""

    def sheet(self, ref: str) -> CostSheet:
        """Return the sheet of a case.

        Raises:
            NotFoundError: No incident is called so, for this person.
            DeniedError: They were not called into it.
        """
        with self._store.read() as unit:
            found, _ = self._granted(unit, ref, PersonAct.LOOK)
            return cost_sheet(unit, found, self._settings)

    def add(self, ref: str, kind: CostKind, amount: Amount, text: str, *, estimated: bool = False) -> CaseCost:
        """Enter a cost.

        Raises:
            InputError: What it is for is missing.
        """
        with self._store.begin() as unit:
            found, grant = self._granted(unit, ref, PersonAct.ACTION)
            number, now = len(unit.learning.costs(found.incident.id)) + 1, self._clock.now()
            cost, changes = add_cost(found, grant, kind, amount, text, estimated=estimated, number=number, now=now)
            unit.learning.save_cost(cost)
            unit.incidents.save(changes)
        self._on_change()
        return cost

    def remove(self, ref: str, number: int, *, reason: str) -> CaseCost:
        """Take a cost back.

        Raises:
            NotFoundError: There is no such cost.
            ConflictError: It was taken back.
        """
        with self._store.begin() as unit:
            found, grant = self._granted(unit, ref, PersonAct.ACTION)
            known = unit.learning.costs(found.incident.id)
            cost, changes = remove_cost(found, grant, known, number, reason=reason, now=self._clock.now())
            unit.learning.save_cost(cost)
            unit.incidents.save(changes)
        self._on_change()
        return cost


def cost_sheet(unit: UnitOfWork, found: Dossier, settings: Settings) -> CostSheet:
    """Return what a case cost, and what it may cost yet."""
    incident, figures = found.incident, settings.consequences
    costs, turnover = unit.learning.costs(incident.id), figures.turnover
    churn, own = None, own_case(incident)
    if incident.kind.breach and own.people_high and figures.client_value and figures.churn_percent is not None:
        churn = ChurnEstimate(
            people_low=own.people_low,
            people_high=own.people_high,
            percent=figures.churn_percent,
            value=parse_amount(figures.client_value),
        )
    return CostSheet(
        costs=tuple(costs),
        sums=sums_of(costs),
        budgets=budgets_of(unit.learning.actions(incident.id)),
        fines=possible_fines(incident, found.terms, parse_amount(turnover) if turnover else None),
        churn=churn,
    )
