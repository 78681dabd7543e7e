"""What is learnt from cases, inside one transaction.

Comes in and goes out: values of the vocabulary.
"""

from sqlalchemy import select

from detector.schema.learning.case_costs import CaseCost
from detector.schema.learning.corrective_actions import ActionState, CorrectiveAction
from detector.schema.learning.investigation_words import InvestigationWord
from detector.store.db import tables
from detector.store.db.session import Session


class LearningRepo:
    """Corrective actions, words of investigations and costs, inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def actions(self, incident_id: str | None = None) -> list[CorrectiveAction]:
        """Return the actions of a case, the oldest first; None: those of all cases, case by case."""
        return self._session.numbered(CorrectiveAction, tables.corrective_actions, incident_id)

    def open_actions(self) -> list[CorrectiveAction]:
        """Return the open actions of all cases, the first due first."""
        table = tables.corrective_actions
        wanted = select(table).where(table.c.state == ActionState.OPEN)
        return self._session.values(
            CorrectiveAction, wanted.order_by(table.c.due_at, table.c.incident_id, table.c.number)
        )

    def next_action(self, incident_id: str) -> int:
        """Return the number of a case's next action."""
        return self._session.next_number(tables.corrective_actions, incident_id)

    def save_action(self, action: CorrectiveAction) -> None:
        """Write an action down, or what became of it."""
        self._session.upsert_values(tables.corrective_actions, [action])

    def words(self, incident_id: str) -> list[InvestigationWord]:
        """Return what people said of the investigation of a case, the oldest first."""
        return self._session.numbered(InvestigationWord, tables.investigation_words, incident_id)

    def add_word(self, word: InvestigationWord) -> None:
        """Add a word; it is never changed."""
        self._session.upsert_values(tables.investigation_words, [word], update=False)

    def costs(self, incident_id: str | None = None) -> list[CaseCost]:
        """Return what was entered of a case, the oldest first; None: of all cases, case by case."""
        return self._session.numbered(CaseCost, tables.case_costs, incident_id)

    def save_cost(self, cost: CaseCost) -> None:
        """Enter a cost, or that it was taken back."""
        self._session.upsert_values(tables.case_costs, [cost])
