"""What the pages need of drills; ``detector.runtime.incidents.drills.drill_desk`` meets it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from detector.incident.drills import DrillCase, Scenario
from detector.schema.team.drills import Drill, DrillInject


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillReport:
    """What a drill shows.

    Attributes:
        drill: It, measured.
        cases: Its incidents.
        injects: Its questions.
        series: The finished drills up to this one, the oldest first, this one last.
    """

    drill: Drill
    cases: Sequence[DrillCase] = ()
    injects: Sequence[DrillInject] = ()
    series: Sequence[Drill] = ()


class DrillsPort(Protocol):
    """The looks and acts of one person on drills; errors are ``detector.errors``'."""

    def scenarios(self) -> Mapping[str, Scenario]:
        """Return the scenarios, by name; ``ConfigError`` where one of them is wrong."""
        ...

    def drills(self) -> list[Drill]:
        """Return the newest drills, the one that goes on with what is measured of it so far."""
        ...

    def report(self, number: int | None = None) -> DrillReport:
        """Return what a drill shows; ``NotFoundError`` when there is none."""
        ...

    def ask(self, name: str, *, table_top: bool = False) -> Drill:
        """Ask for a drill; ``ConflictError`` while another goes on or something real waits for somebody."""
        ...

    def stop(self, reason: str) -> Drill:
        """Stop the drill that goes on."""
        ...

    def answer(self, inject: int, text: str, number: int | None = None) -> DrillInject:
        """Write down what was answered to a question."""
        ...
