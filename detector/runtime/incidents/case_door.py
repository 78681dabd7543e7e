"""The door at the incidents of a store: reads what ``detector.auth`` has to know of them, and asks it.

Comes in: a unit of work, incidents, who somebody has shown to be. Goes out: grants, refusals, and which of many
incidents somebody may look at.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from detector.auth import (
    KEPT_AS,
    CaseAccess,
    Suspected,
    TeamInForce,
    authorize,
    called_in,
    may,
    must_sign_in_independently,
    team_in_force,
)
from detector.errors import ConflictError, DeniedError, Problem
from detector.incident import CaseTerms, Dossier, kept_terms
from detector.schema.case.incidents import Incident, IncidentParties
from detector.schema.events.columns import ACCOUNT
from detector.schema.team.grants import Grant, Identity, PersonAct, ProvenBy
from detector.schema.team.role_assignments import RoleAssignment
from detector.settings import Network, Settings
from detector.settings.sections.response import TeamSettings
from detector.store import UnitOfWork

# So often an incident may have gone on in another, one after the other.
_MERGES = 50


@dataclass(frozen=True, slots=True)
class DoorRows:
    """What the door reads of incidents: once for all that is asked about them in one transaction.

    Attributes:
        there: The team that the service has; None: none, or what is configured here.
        onward: By incident, whom those are about that it goes on in.
        roles: Which its steps name. invited: who was let in. asked: who was asked for which role.
        written: Who was written to about it.
    """

    there: TeamInForce | None
    onward: Mapping[str, frozenset[str]]
    roles: Mapping[str, frozenset[str]]
    invited: Mapping[str, frozenset[str]]
    asked: Mapping[str, Sequence[RoleAssignment]]
    written: Mapping[str, frozenset[str]]


class CaseDoor:
    """Asks whether somebody may. Whoever asks more than once of a case reads its rows first, and gives them.

    Args:
        settings: The team, and networks that many people share. A command may have been given a person's own: the team
            that the service keeps in the database has to agree, and says whose a login is. Where none of both names
            anybody, the team that a case keeps decides.
        of_replay: The incidents are a replay's, open to whoever can read them.
    """

    def __init__(self, settings: Settings, *, of_replay: bool = False) -> None:
        self._settings, self._of_replay = settings, of_replay
        self._team, self._shared = settings.team, settings.auth.shared_networks
        self._own = TeamInForce.of(settings)
        self._kept: dict[str, CaseTerms | None] = {}

    def read(self, unit: UnitOfWork, incidents: Sequence[Incident]) -> DoorRows:
        """Read what the door has to know of incidents."""
        ids = [each.id for each in incidents]
        people = unit.people
        return DoorRows(
            there=self._in_force(unit),
            onward=_onward(unit, incidents),
            roles=people.roles_of_steps(ids) if ids else {},
            invited=people.invited_to(ids) if ids else {},
            asked=people.asked_for_roles(ids) if ids else {},
            written=people.called_to(ids) if ids else {},
        )

    def case(self, unit: UnitOfWork, incident: Incident, rows: DoorRows | None = None) -> CaseAccess:
        """Return what the door has to know of an incident."""
        return self._cases(unit, [incident], rows or self.read(unit, [incident]))[0][0]

    def grant(self, unit: UnitOfWork, found: Dossier, by: Identity, act: PersonAct, ref: str = "") -> Grant:
        """Return the grant to do an act on an incident.

        Raises:
            NotFoundError: It is about whoever asks: there is no such incident.
            DeniedError: They may not.
        """
        return self.of(unit, found.incident, by, act, ref)

    def of(
        self,
        unit: UnitOfWork,
        incident: Incident,
        by: Identity,
        act: PersonAct,
        ref: str = "",
        rows: DoorRows | None = None,
    ) -> Grant:
        """Return the grant to do an act on an incident, which was asked for as ``ref``, whose dossier is not read.

        Raises:
            NotFoundError: It is about whoever asks: there is no such incident.
            DeniedError: They may not.
        """
        rows = rows or self.read(unit, [incident])
        return self._authorize(by, act, self._cases(unit, [incident], rows, ref)[0], rows.there)

    def general(self, unit: UnitOfWork, by: Identity, act: PersonAct) -> Grant:
        """Return the grant to do an act that is about no incident.

        Raises:
            DeniedError: They may not.
        """
        there = self._in_force(unit)
        return self._authorize(by, act, self._of_none(unit, there), there)

    def known(self, unit: UnitOfWork, by: Identity) -> Identity:
        """Return who somebody is in the team that decides."""
        there = self._in_force(unit)
        return self._known(by, self._of_none(unit, there)[0], there)

    def must_know(self, unit: UnitOfWork, by: Identity) -> None:
        """Refuse a login that is somebody's in the configuration alone: all that is asked would be answered by nothing.

        Raises:
            DeniedError: The service has another team.
        """
        there = self._in_force(unit)
        if there is None:
            return
        known = self._known(by, CaseAccess(team=there.team), there).name
        if all(known in {each.name for each in team.people} for team in (there.team, self._team) if team.people):
            return
        whose = f"that of {known}" if known in {each.name for each in there.team.people} else f"not that of {by.name}"
        what = f"the service has not read this team yet: in the one it has, this login is {whose}"
        fix = "start the service, or reload it; `nabat check` says what it would refuse"
        raise DeniedError(Problem(what=what, fix=fix))

    def visible(
        self, unit: UnitOfWork, incidents: Sequence[Incident], by: Identity, act: PersonAct = PersonAct.LOOK
    ) -> list[Incident]:
        """Return those of some incidents that somebody may look at, or do another act on, in their order."""
        rows = self.read(unit, incidents)
        pairs = zip(incidents, self._cases(unit, incidents, rows), strict=True)
        return [each for each, of in pairs if self._may(by, act, of, rows.there)]

    def is_of(self, actor: str, by: Identity) -> bool:
        """Tell whether an actor is somebody's account, or one of whom they share an account with."""
        return actor in by.accounts or bool(by.people & self._team.excluded((actor,)))

    def bars(self, unit: UnitOfWork, actors: Collection[str], by: Identity) -> bool:
        """Tell whether what is about some actors must not reach somebody, by any of the teams that decide."""
        there = self._in_force(unit)
        who = self._known(by, CaseAccess(team=self._team), there)
        teams = (self._team,) if there is None else (self._team, there.team)
        return any(Suspected.of(actors, team=team, kept=TeamSettings()).has(who) for team in teams)

    def ids_about(
        self, unit: UnitOfWork, incidents: Sequence[Incident | IncidentParties], by: Identity
    ) -> frozenset[str]:
        """Return the ids of those incidents, open or closed, that are about somebody or who shares an account."""
        there, onward = self._in_force(unit), _onward(unit, incidents)
        who = self._known(by, CaseAccess(team=self._team), there)
        return frozenset(each.id for each in incidents if self._suspected(unit, [each], there, onward).has(who))

    def acts(
        self, unit: UnitOfWork, incident: Incident, by: Identity, rows: DoorRows | None = None
    ) -> frozenset[PersonAct]:
        """Return all that somebody may do on an incident."""
        rows = rows or self.read(unit, [incident])
        cases = self._cases(unit, [incident], rows)[0]
        return frozenset(act for act in PersonAct if self._may(by, act, cases, rows.there))

    def able(
        self, unit: UnitOfWork, incident: Incident, acts: Iterable[PersonAct], rows: DoorRows | None = None
    ) -> dict[PersonAct, tuple[str, ...]]:
        """Return who of the team may do each of some acts on an incident."""
        first, *others = self._cases(unit, [incident], rows or self.read(unit, [incident]))[0]
        return {
            act: tuple(name for name in first.able(act) if all(name in case.able(act) for case in others))
            for act in acts
        }

    def must_have_own_word(self, unit: UnitOfWork, found: Dossier, name: str, *, beside: Collection[str]) -> None:
        """Refuse the word of somebody who has one in an incident only by a role that these people gave them.

        Raises:
            ConflictError: It is no word of a second person beside theirs.
        """
        givers = sorted(
            {each.by for each in found.assignments if each.holds and each.person == name}.intersection(beside)
        )
        if not givers:
            return
        cases = self._cases(unit, [found.incident], self.read(unit, [found.incident]), without=beside)[0]
        if not all(not case.team.people or name in case.able(PersonAct.APPROVE) for case in cases):
            what = f"{name} has a word here only because {givers[0]} asked for it: that is no second one"
            raise ConflictError(Problem(what=what, fix="let somebody approve it whose word the team's roles give"))

    def must_sign_in_independently(self, unit: UnitOfWork, second: Grant, first: Collection[str]) -> None:
        """Refuse a second word where one of both signs in on the word of the other.

        Raises:
            ConflictError: It is no word of a second person.
        """
        must_sign_in_independently(unit.people, self._team, second.person, second.rests_on, first)

    def words_beside(
        self, unit: UnitOfWork, incident: Incident, people: Collection[str], rows: DoorRows | None = None
    ) -> frozenset[str]:
        """Return who of the team has a word in an incident as a second person, and not only by a role these gave."""
        first, *others = self._cases(unit, [incident], rows or self.read(unit, [incident]), without=people)[0]
        able = frozenset(first.able(PersonAct.APPROVE))
        return able.intersection(*(case.able(PersonAct.APPROVE) for case in others)).difference(people)

    def acts_of_none(self, unit: UnitOfWork, by: Identity) -> frozenset[PersonAct]:
        """Return all that somebody may do that is about no incident."""
        there = self._in_force(unit)
        cases = self._of_none(unit, there)
        return frozenset(act for act in PersonAct if self._may(by, act, cases, there))

    def acts_by_role(self, unit: UnitOfWork, by: Identity) -> frozenset[PersonAct]:
        """Return the acts about no incident that somebody's roles allow, whomever open incidents are about.

        For what is shown: a form that is missing must not tell anybody that there is such an incident.
        """
        there = self._in_force(unit)
        cases = [replace(each, suspected=Suspected()) for each in self._of_none(unit, there)]
        return frozenset(act for act in PersonAct if self._may(by, act, cases, there))

    def able_by_role(self, unit: UnitOfWork, acts: Iterable[PersonAct]) -> dict[PersonAct, tuple[str, ...]]:
        """Return whose roles allow each of some acts about no incident, whomever open incidents are about."""
        first, *others = [replace(each, suspected=Suspected()) for each in self._of_none(unit, self._in_force(unit))]
        return {
            act: tuple(name for name in first.able(act) if all(name in case.able(act) for case in others))
            for act in acts
        }

    def suspected(self, unit: UnitOfWork) -> Suspected:
        """Return whom the open incidents are about."""
        found = unit.incidents.parties(open_only=True)
        return self._suspected(unit, found, self._in_force(unit), _onward(unit, found))

    def suspected_seen(self, unit: UnitOfWork, by: Identity, names: Collection[str]) -> Suspected:
        """Return who of some people open incidents are about that somebody may look at."""
        parties, there = unit.incidents.parties(open_only=True), self._in_force(unit)
        onward = _onward(unit, parties)

        def about(incident: Incident | IncidentParties) -> Suspected:
            return self._suspected(unit, [incident], there, onward)

        found = {each.id: about(each) for each in parties}
        ids = [key for key, whom in found.items() if any(map(whom.has_name, names))]
        seen = self.visible(unit, [*unit.incidents.by_ids(ids).values()], by)
        return reduce(or_, (found[each.id] for each in seen), Suspected())

    def _authorize(self, by: Identity, act: PersonAct, cases: Sequence[CaseAccess], there: TeamInForce | None) -> Grant:
        """Return the grant that every team gives; it names what the person holds in all of them."""
        grants = [authorize(self._known(by, case, there), act, case) for case in cases]
        roles = set(grants[0].roles).intersection(*(each.roles for each in grants))
        return replace(grants[0], roles=tuple(sorted(roles)))

    def _may(self, by: Identity, act: PersonAct, cases: Iterable[CaseAccess], there: TeamInForce | None) -> bool:
        return all(may(self._known(by, case, there), act, case) for case in cases)

    def _cases(
        self,
        unit: UnitOfWork,
        incidents: Sequence[Incident],
        rows: DoorRows,
        ref: str = "",
        *,
        without: Collection[str] = (),
    ) -> list[tuple[CaseAccess, ...]]:
        """Return for each incident what is known of it, with each of the teams that have to agree.

        Roles that these people gave (``without``) do not count.
        """
        nobody: frozenset[str] = frozenset()
        there, onward, shared = rows.there, rows.onward, self._shared_by_all(rows.there)
        suspects = {each.id: self._suspected(unit, [each], there, onward) for each in incidents}
        # What somebody gave whom it turned out to be about is nobody's.
        standing = {
            key: [each for each in asked if each.stands and each.by not in suspects[key].people.union(without)]
            for key, asked in rows.asked.items()
        }
        over = {key: [each for each in asked if each not in standing[key]] for key, asked in rows.asked.items()}
        called = self._called(unit, incidents, rows.written, over)
        found: list[tuple[CaseAccess, ...]] = []
        for each in incidents:
            suspected, stands = suspects[each.id], standing.get(each.id, ())
            case = CaseAccess(
                team=self._team,
                kept=self._team_of(unit, each),
                incident=each,
                ref=ref,
                onward=onward.get(each.id, nobody),
                roles=rows.roles.get(each.id, nobody),
                called=called.get(each.id, nobody),
                invited=rows.invited.get(each.id, nobody).union(given.person for given in stands),
                given={
                    person: frozenset(given.role for given in stands if given.holds and given.person == person)
                    for person in {given.person for given in stands}
                },
                suspected=suspected,
                shared=shared,
            )
            found.append(tuple(replace(case, team=team) for team in self._teams(unit, [each], there)))
        return found

    def _called(
        self,
        unit: UnitOfWork,
        incidents: Iterable[Incident],
        written_to: Mapping[str, frozenset[str]],
        over: Mapping[str, Sequence[RoleAssignment]],
    ) -> dict[str, frozenset[str]]:
        """Return by incident who was called into it; ``over``: roles people were asked for that do not stand."""
        ids, called = {each.id: each for each in incidents}, dict(written_to)
        asked = {key: {each.person for each in rows} for key, rows in over.items() if rows}
        written = unit.people.written_to(asked)
        for key, people in asked.items():
            terms = self._terms_of(unit, ids[key])
            ladder = terms.ladder.ladder if terms else self._settings.notify.ladder
            everybody = {number for number, rung in enumerate(ladder) if "everybody" in rung.to}
            others = called.get(key, frozenset()) - people
            called[key] = others | called_in(written.get(key, ()), over[key], everybody)
        return called

    def _team_of(self, unit: UnitOfWork, incident: Incident | IncidentParties) -> TeamSettings:
        """Return the team an incident keeps."""
        terms = self._terms_of(unit, incident)
        return terms.team if terms else TeamSettings()

    def _terms_of(self, unit: UnitOfWork, incident: Incident | IncidentParties) -> CaseTerms | None:
        """Return under what an incident runs; None: it keeps nothing."""
        if incident.terms not in self._kept:
            self._kept[incident.terms] = kept_terms(incident, unit.incidents)
        return self._kept[incident.terms]

    def _of_none(self, unit: UnitOfWork, there: TeamInForce | None) -> tuple[CaseAccess, ...]:
        found = unit.incidents.parties(open_only=True)
        suspected = self._suspected(unit, found, there, _onward(unit, found))
        shared = self._shared_by_all(there)
        return tuple(
            CaseAccess(team=team, suspected=suspected, shared=shared) for team in self._teams(unit, found, there)
        )

    def _teams(
        self, unit: UnitOfWork, incidents: Iterable[Incident | IncidentParties], there: TeamInForce | None
    ) -> tuple[TeamSettings, ...]:
        """Return the teams that have to agree: the service's, and the configured one; else one that an incident keeps.

        A configuration without people takes nothing from the service's.
        """
        if there is not None:
            return (there.team, self._team) if self._team.people else (there.team,)
        if self._team.people or self._of_replay:
            return (self._team,)
        kept = (self._team_of(unit, each) for each in incidents)
        return (next((team for team in kept if team.people), self._team),)

    def _in_force(self, unit: UnitOfWork) -> TeamInForce | None:
        """Return the team that the service has; None: it has none, or what is configured here."""
        there = None if self._of_replay else team_in_force(unit.kv.get(KEPT_AS) or "")
        return None if there is None or not there.team.people or there == self._own else there

    def _shared_by_all(self, there: TeamInForce | None) -> tuple[Network, ...]:
        return self._shared if there is None else tuple(each for each in self._shared if each in there.shared)

    def _known(self, by: Identity, case: CaseAccess, kept: TeamInForce | None) -> Identity:
        """Return who a login is in the teams that decide."""
        if kept is not None and by.proven_by is ProvenBy.LOGIN and by.accounts:
            name = kept.name_of(by.accounts[-1].removeprefix(ACCOUNT))
            return replace(by, name=name, acts_for="" if by.acts_for == name else by.acts_for)
        if case.team is self._team:
            return by
        there = self._settings.model_copy(update={"team": case.team})
        name = there.team_member(by.name) or by.name
        acts_for = there.team_member(by.acts_for) or by.acts_for if by.acts_for else ""
        return replace(by, name=name, acts_for="" if acts_for == name else acts_for)

    def _suspected(
        self,
        unit: UnitOfWork,
        incidents: Iterable[Incident | IncidentParties],
        there: TeamInForce | None,
        onward: Mapping[str, frozenset[str]],
    ) -> Suspected:
        """Return whom incidents are about; ``onward``: and those they go on in (``_onward``)."""
        actors: dict[str, set[str]] = {}
        kept: dict[str, TeamSettings] = {}
        for each in incidents:
            actors.setdefault(each.terms, set()).update(each.suspects, onward.get(each.id, ()))
            kept[each.terms] = self._team_of(unit, each)
        found = Suspected()
        teams = (self._team,) if there is None else (self._team, there.team)
        for terms, whom in actors.items():
            for team in teams:
                found |= Suspected.of(whom, team=team, kept=kept[terms])
        return found


def _onward(unit: UnitOfWork, incidents: Iterable[Incident | IncidentParties]) -> dict[str, frozenset[str]]:
    """Return by incident whom those are about that it goes on in: it names them, and is as little theirs to see."""
    ways: dict[str, Incident | IncidentParties] = {each.id: each for each in incidents if each.merged_into}
    found: dict[str, frozenset[str]] = dict.fromkeys(ways, frozenset())
    for _ in range(_MERGES):
        there = unit.incidents.by_ids({each.merged_into for each in ways.values()})
        ways = {key: there[each.merged_into] for key, each in ways.items() if each.merged_into in there}
        found |= {key: found[key] | each.suspects for key, each in ways.items()}
        ways = {key: each for key, each in ways.items() if each.merged_into}
        if not ways:
            break
    return found
