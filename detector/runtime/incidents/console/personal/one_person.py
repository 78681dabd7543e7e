"""What every look and every act of one person goes through: the door, with who they have shown to be."""

from collections.abc import Sequence

from detector.runtime.incidents.console.console import Console
from detector.schema.case.incidents import Incident, IncidentParties
from detector.schema.team.grants import Identity, PersonAct
from detector.store import UnitOfWork


class OnePerson:
    """One person at the console.

    Args:
        console: Of the service.
        who: As they have shown themselves to be.
    """

    def __init__(self, console: Console, who: Identity) -> None:
        self._console, self._who = console, who
        self._seen: set[str] = set()

    def _look(self, ref: str) -> Incident:
        incident = self._granted(ref, PersonAct.LOOK)
        self._seen.add(incident.id)
        return incident

    def _granted(self, ref: str, act: PersonAct) -> Incident:
        with self._console.store.read() as unit:
            incident = self._console.find(unit, ref)
            self._console.door.of(unit, incident, self._who, act, ref)
        return incident

    def _about(self, unit: UnitOfWork, incidents: Sequence[Incident | IncidentParties]) -> frozenset[str]:
        """Return the ids of the incidents that must count nowhere for the person: they are about them."""
        return self._console.door.ids_about(unit, incidents, self._who)

    def _overview(self) -> None:
        self._general(PersonAct.OVERVIEW)

    def _general(self, act: PersonAct) -> str:
        with self._console.store.read() as unit:
            return self._console.door.general(unit, self._who, act).person
