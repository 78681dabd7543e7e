"""What the pages need of what is learnt from cases; ``detector.runtime.incidents.learning`` meets it."""

from typing import TYPE_CHECKING, Protocol

from detector.incident.learning.action_acts import WantedAction
from detector.incident.learning.case_times import CaseTimes
from detector.incident.learning.cost_sheet import CostSheet
from detector.schema.case.documents import FiledDocument
from detector.schema.case.incidents import Incident
from detector.schema.learning.case_costs import CaseCost, CostKind
from detector.schema.learning.corrective_actions import Amount, CorrectiveAction
from detector.schema.learning.investigation_words import Investigation, InvestigationWord, WordKind

if TYPE_CHECKING:
    from detector.rendering import RichText


class ActionsPort(Protocol):
    """The looks and acts of one person on corrective actions; errors are ``detector.errors``'."""

    def of(self, ref: str) -> list[tuple[Incident, CorrectiveAction]]:
        """Return the actions of a case and of those that go on in it."""
        ...

    def owners(self, ref: str) -> tuple[str, ...]:
        """Return who can answer for one; empty: there is no team, and nobody is asked."""
        ...

    def add(self, ref: str, wanted: WantedAction) -> CorrectiveAction:
        """Add one."""
        ...

    def change(self, ref: str, number: int, wanted: WantedAction, *, reason: str) -> CorrectiveAction:
        """Change an open one."""
        ...

    def finish(self, ref: str, number: int, *, proof: str, effect: str = "") -> CorrectiveAction:
        """Say that one is done."""
        ...

    def drop(self, ref: str, number: int, *, reason: str) -> CorrectiveAction:
        """Drop one."""
        ...


class TimesPort(Protocol):
    """The looks of one person at how long cases took."""

    def of(self, ref: str) -> CaseTimes:
        """Return the times of a case."""
        ...


class CostsPort(Protocol):
    """The looks and acts of one person on what cases cost."""

    def sheet(self, ref: str) -> CostSheet:
        """Return the sheet of a case."""
        ...

    def add(self, ref: str, kind: CostKind, amount: Amount, text: str, *, estimated: bool = False) -> CaseCost:
        """Enter a cost."""
        ...

    def remove(self, ref: str, number: int, *, reason: str) -> CaseCost:
        """Take a cost back."""
        ...


class ReviewsPort(Protocol):
    """The looks and acts of one person on reviews."""

    def investigation(self, ref: str) -> Investigation:
        """Return the investigation of a case."""
        ...

    def say(self, ref: str, kind: WordKind, text: str, *, about: str = "") -> InvestigationWord:
        """Write down a word of it."""
        ...

    def text(self, ref: str, language: str = "") -> "RichText":
        """Return the review as it would be drafted now; ``InputError`` when the template cannot be filled in."""
        ...

    def draft(self, ref: str, language: str = "", *, over: bool = False) -> FiledDocument:
        """File it as it stands now; ``ConflictError`` when the newest version says the same or is by hand."""
        ...

    def drafts(self, ref: str) -> list[FiledDocument]:
        """Return the reviews that were drafted, one a language at most."""
        ...
