"""The door at the incidents of a store: reads what ``detector.auth`` has to know of them, and asks it.

Comes in: a unit of work, incidents, who somebody has shown to be. Goes out: grants, refusals, and which of many
incidents somebody may look at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from detector.auth import CaseAccess, Suspected, authorize, may
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
        settings: The team, and networks that many people share. Where they name no team, the one that a case keeps
            decides: whoever brings a configuration of their own does not get by without one.
        of_replay: The incidents are a replay's, open to whoever can read them.
    """

    def __init__(self, settings: Settings, *, of_replay: bool = False) -> None:
        self._settings, self._of_replay = settings, of_replay
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
        case = self.case(unit, incident, ref)
        return authorize(self._known(by, case), act, case)

    def general(self, unit: UnitOfWork, by: Identity, act: PersonAct) -> Grant:
        """Return the grant to do an act that is about no incident.

        Raises:
            DeniedError: They may not.
        """
        case = self._of_none(unit)
        return authorize(self._known(by, case), act, case)

    def visible(self, unit: UnitOfWork, incidents: Sequence[Incident], by: Identity) -> list[Incident]:
        """Return those of some incidents that somebody may look at, in their order."""
        cases = self._cases(unit, incidents)
        pairs = zip(incidents, cases, strict=True)
        return [each for each, case in pairs if may(self._known(by, case), PersonAct.LOOK, case)]

    def is_of(self, actor: str, by: Identity) -> bool:
        """Tell whether an actor is somebody's account, or one of whom they share an account with."""
        return actor in by.accounts or bool(by.people & self._team.excluded((actor,)))

    def is_about(self, unit: UnitOfWork, incident: Incident, by: Identity) -> bool:
        """Tell whether an incident, open or closed, is about somebody or whoever shares an account with them."""
        return Suspected.of(incident.suspects, team=self._team, kept=self._team_of(unit, incident)).has(by)

    def acts(self, unit: UnitOfWork, incident: Incident, by: Identity) -> frozenset[PersonAct]:
        """Return all that somebody may do on an incident."""
        case = self.case(unit, incident)
        who = self._known(by, case)
        return frozenset(act for act in PersonAct if may(who, act, case))

    def acts_of_none(self, unit: UnitOfWork, by: Identity) -> frozenset[PersonAct]:
        """Return all that somebody may do that is about no incident."""
        case = self._of_none(unit)
        who = self._known(by, case)
        return frozenset(act for act in PersonAct if may(who, act, case))

    def suspected(self, unit: UnitOfWork) -> Suspected:
        """Return whom the open incidents are about."""
        return self._suspected(unit, unit.incidents.newest(open_only=True, limit=_OPEN))

    def _cases(self, unit: UnitOfWork, incidents: Sequence[Incident], ref: str = "") -> list[CaseAccess]:
        ids = [each.id for each in incidents]
        roles, called, invited = (
            read(ids) if ids else {}
            for read in (unit.people.roles_of_steps, unit.people.called_to, unit.people.invited_to)
        )
        nobody: frozenset[str] = frozenset()
        return [
            CaseAccess(
                team=self._deciding(unit, [each]),
                kept=self._team_of(unit, each),
                incident=each,
                ref=ref,
                roles=roles.get(each.id, nobody),
                called=called.get(each.id, nobody),
                invited=invited.get(each.id, nobody),
                suspected=self._suspected(unit, [each]),
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
        found = unit.incidents.newest(open_only=True, limit=_OPEN)
        suspected = self._suspected(unit, found)
        return CaseAccess(team=self._deciding(unit, found), suspected=suspected, shared=self._shared)

    def _deciding(self, unit: UnitOfWork, incidents: Iterable[Incident]) -> TeamSettings:
        """Return the team that is configured; where none is, the first that an incident keeps."""
        if self._team.people or self._of_replay:
            return self._team
        kept = (self._team_of(unit, each) for each in incidents)
        return next((team for team in kept if team.people), self._team)

    def _known(self, by: Identity, case: CaseAccess) -> Identity:
        """Return who a login is in a team that is not the configured one."""
        if case.team is self._team:
            return by
        there = self._settings.model_copy(update={"team": case.team})
        name = there.team_member(by.name) or by.name
        acts_for = there.team_member(by.acts_for) or by.acts_for if by.acts_for else ""
        return replace(by, name=name, acts_for="" if acts_for == name else acts_for)

    def _suspected(self, unit: UnitOfWork, incidents: Iterable[Incident]) -> Suspected:
        actors: dict[str, set[str]] = {}
        kept: dict[str, TeamSettings] = {}
        for each in incidents:
            actors.setdefault(each.terms, set()).update(each.suspects)
            kept[each.terms] = self._team_of(unit, each)
        found = Suspected()
        for terms, whom in actors.items():
            found |= Suspected.of(whom, team=self._team, kept=kept[terms])
        return found
