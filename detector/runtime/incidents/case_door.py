"""The door at the incidents of a store: reads what ``detector.auth`` has to know of them, and asks it.

Comes in: a unit of work, incidents, who somebody has shown to be. Goes out: grants, refusals, and which of many
incidents somebody may look at.
"""

from collections.abc import Collection, Iterable, Sequence

from detector.auth import CaseAccess, authorize, may
from detector.incident import Dossier, kept_terms
from detector.schema.grants import Grant, Identity, PersonAct
from detector.schema.incidents import Incident
from detector.settings import Settings
from detector.settings.response import TeamSettings
from detector.store import UnitOfWork

# So many open incidents are looked through for whom they are about.
_OPEN = 1_000


class CaseDoor:
    """Asks whether somebody may.

    Args:
        settings: The team, and networks that many people share.
    """

    def __init__(self, settings: Settings) -> None:
        self._team, self._shared = settings.team, settings.auth.shared_networks
        self._kept: dict[str, TeamSettings] = {}

    def case(self, unit: UnitOfWork, incident: Incident, ref: str = "") -> CaseAccess:
        """Return what the door has to know of an incident, which was asked for as ``ref``."""
        return self._cases(unit, [incident], ref)[0]

    def grant(self, unit: UnitOfWork, found: Dossier, by: Identity, act: PersonAct, ref: str = "") -> Grant:
        """Return the grant to do an act on an incident.

        Raises:
            NotFoundError: It is about whoever asks: there is no such incident.
            DeniedError: They may not.
        """
        return self.of(unit, found.incident, by, act, ref)

    def of(self, unit: UnitOfWork, incident: Incident, by: Identity, act: PersonAct, ref: str = "") -> Grant:
        """Return the grant to do an act on an incident whose dossier is not read.

        Raises:
            NotFoundError: It is about whoever asks: there is no such incident.
            DeniedError: They may not.
        """
        return authorize(by, act, self.case(unit, incident, ref))

    def general(self, unit: UnitOfWork, by: Identity, act: PersonAct) -> Grant:
        """Return the grant to do an act that is about no incident.

        Raises:
            DeniedError: They may not.
        """
        return authorize(by, act, self._of_none(unit))

    def visible(self, unit: UnitOfWork, incidents: Sequence[Incident], by: Identity) -> list[Incident]:
        """Return those of some incidents that somebody may look at, in their order."""
        cases = self._cases(unit, incidents)
        return [each for each, case in zip(incidents, cases, strict=True) if may(by, PersonAct.LOOK, case)]

    def is_of(self, actor: str, by: Identity) -> bool:
        """Tell whether an actor is somebody's account, or one of whom they share an account with."""
        return actor in by.accounts or bool(by.people & self._team.excluded((actor,)))

    def acts(self, unit: UnitOfWork, incident: Incident, by: Identity) -> frozenset[PersonAct]:
        """Return all that somebody may do on an incident."""
        case = self.case(unit, incident)
        return frozenset(act for act in PersonAct if may(by, act, case))

    def _cases(self, unit: UnitOfWork, incidents: Sequence[Incident], ref: str = "") -> list[CaseAccess]:
        ids = [each.id for each in incidents]
        roles, called, invited = (
            read(ids) if ids else {}
            for read in (unit.people.roles_of_steps, unit.people.called_to, unit.people.invited_to)
        )
        nobody: frozenset[str] = frozenset()
        return [
            CaseAccess(
                team=self._team,
                kept=self._team_of(unit, each),
                incident=each,
                ref=ref,
                roles=roles.get(each.id, nobody),
                called=called.get(each.id, nobody),
                invited=invited.get(each.id, nobody),
                suspected=self._suspected([each]),
                shared=self._shared,
            )
            for each in incidents
        ]

    def _team_of(self, unit: UnitOfWork, incident: Incident) -> TeamSettings:
        """Return the team an incident keeps."""
        if incident.terms not in self._kept:
            terms = kept_terms(incident, unit.incidents)
            self._kept[incident.terms] = terms.team if terms else TeamSettings()
        return self._kept[incident.terms]

    def _of_none(self, unit: UnitOfWork) -> CaseAccess:
        suspected = self._suspected(unit.incidents.newest(open_only=True, limit=_OPEN))
        return CaseAccess(team=self._team, suspected=suspected, shared=self._shared)

    def _suspected(self, incidents: Iterable[Incident]) -> frozenset[str]:
        actors: Collection[str] = {actor for each in incidents for actor in each.suspects}
        return self._team.excluded(actors)
