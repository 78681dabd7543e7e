"""What each desk stands on at which one person looks at a part of cases and acts on it.

Comes in: a reference, and the act. Goes out: the case with the grant that transitions take, or a refusal.
"""

from collections.abc import Callable
from typing import ClassVar

from detector.auth import access_record
from detector.clock import Clock
from detector.errors import InputError, Problem
from detector.incident import Dossier
from detector.messages import LANGUAGES, Language
from detector.runtime.incidents.case_door import CaseDoor
from detector.schema.team.grants import Grant, Identity, PersonAct
from detector.schema.team.people import AccessKind
from detector.settings import Settings
from detector.store import Store, UnitOfWork


class PersonalDesk:
    """One person before the store and the door.

    Args:
        store: The database.
        door: That every look and act goes through.
        clock: The time.
        settings: The configuration.
        read: Reads the dossier of an incident that a person names.
        who: Who it is.
        on_change: Called after each act.

    Attributes:
        writes: What it writes in a language of the reader's, for a refusal.
    """

    writes: ClassVar[str] = "texts"

    def __init__(
        self,
        store: Store,
        door: CaseDoor,
        clock: Clock,
        *,
        settings: Settings,
        read: Callable[[UnitOfWork, str], Dossier],
        who: Identity,
        on_change: Callable[[], None],
    ) -> None:
        self._store, self._door, self._clock, self._settings = store, door, clock, settings
        self._read, self._who, self._on_change = read, who, on_change

    def _granted(self, unit: UnitOfWork, ref: str, act: PersonAct) -> tuple[Dossier, Grant]:
        """Return a case with the grant for an act on it.

        Raises:
            NotFoundError: No incident is called so, for this person.
            DeniedError: They may not.
        """
        found = self._read(unit, ref)
        return found, self._door.grant(unit, found, self._who, act, ref)

    def _language(self, language: str) -> Language:
        """Return a language that texts are written in; of none that is named the configured one.

        Raises:
            InputError: There are none in it.
        """
        wanted = language or self._settings.language
        found = next((each for each in LANGUAGES if each == wanted), None)
        if found is None:
            what = f"there are no {self.writes} in {wanted!r}"
            raise InputError(Problem(what=what, fix=f"one of: {', '.join(LANGUAGES)}"))
        return found

    def _record(self, unit: UnitOfWork, grant: Grant, kind: AccessKind, count: int) -> None:
        """Write down that the person was shown so many."""
        unit.people.record(
            access_record(
                kind,
                grant.person,
                self._clock.now(),
                incident_id=grant.incident_id,
                count=count,
                address=self._who.address,
            )
        )
