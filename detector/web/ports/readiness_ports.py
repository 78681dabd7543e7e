"""What the pages need of how ready the company is; ``detector.runtime.incidents.preparation`` meets it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from detector.incident.preparation import Readiness, ReadinessFacts
from detector.schema.case.documents import FiledDocument
from detector.schema.team.drills import Drill
from detector.schema.team.preparation import ReadinessScore

if TYPE_CHECKING:
    from detector.rendering import RichText


@dataclass(frozen=True, slots=True)
class ReadinessView:
    """How ready the company is, and what that follows from.

    Attributes:
        before: A score of another day to hold it against; None: there is none yet.
        drills: Played to their end within a year, the newest first.
        may_test: Whether whoever looks may send a round of tests.
    """

    facts: ReadinessFacts
    readiness: Readiness
    before: ReadinessScore | None
    drills: tuple[Drill, ...]
    may_test: bool


class ReadinessPort(Protocol):
    """The looks and acts of one person; errors are ``detector.errors``'."""

    def view(self) -> ReadinessView:
        """Return how ready the company is now."""
        ...

    def text(self, language: str = "") -> "RichText":
        """Return the report of it."""
        ...

    def file(self, language: str = "") -> FiledDocument:
        """File the report as a document of the company."""
        ...

    def test_channels(self) -> int:
        """Send a round of tests now; return how many messages."""
        ...
