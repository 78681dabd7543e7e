"""Who is called in an open case today: the team it keeps, without those who left the company's team since.

Comes in: what a case keeps, the settings in force, whom the case is about. Goes out: the settings with the team and
ladder of the case as they can be called now. A role that lost somebody is held by whoever holds it in the configuration
as well; where that is nobody, the ladder goes to the deputy, the lead, the next. Who left stands in the team all the
same, without a place to be reached: whom a case is about, and who shares an account with them, is told by it.
"""

from collections.abc import Collection
from typing import Protocol

from detector.incident.case.frozen_terms import KeptParts, kept_terms
from detector.incident.case.held_roles import standing_roles, with_held_roles
from detector.schema.case.incidents import Incident
from detector.schema.team.role_assignments import RoleAssignment
from detector.settings import Settings, TeamSettings
from detector.settings.sections.response import Ladder


class CaseTeam(KeptParts, Protocol):
    """Where what cases keep is stored, and who was asked to hold a role in them."""

    def assignments(self, incident_id: str) -> list[RoleAssignment]:
        """Return who was asked to hold which role of an incident, by role, the oldest first."""
        ...


def settings_of(incident: Incident, known: CaseTeam, settings: Settings) -> Settings:
    """Return the settings with the ladder an incident keeps, and its team as it can be called today.

    Whoever accepted a role in it holds that role first.
    """
    kept = _as_kept(incident, known, settings)
    return with_held_roles(kept, _standing(incident, known, kept.team, settings.team), settings.team)


def asked_roles(incident: Incident, known: CaseTeam, settings: Settings) -> tuple[RoleAssignment, ...]:
    """Return what stands of the roles that people were asked to hold in an incident."""
    return _standing(incident, known, _as_kept(incident, known, settings).team, settings.team)


def _standing(incident: Incident, known: CaseTeam, kept: TeamSettings, now: TeamSettings) -> tuple[RoleAssignment, ...]:
    given = known.assignments(incident.id)
    barred = kept.excluded(incident.suspects) | now.excluded(incident.suspects) if given else frozenset[str]()
    return standing_roles(given, now, barred)


def _as_kept(incident: Incident, known: KeptParts, settings: Settings) -> Settings:
    terms = kept_terms(incident, known)
    if terms is None or (terms.team == settings.team and terms.ladder == Ladder.of(settings.notify)):
        return settings
    team = present_team(terms.team, settings, incident.suspects)
    return settings.model_copy(update={"team": team, "notify": terms.ladder.put_into(settings.notify)})


def who_left(kept: TeamSettings, now: TeamSettings, suspects: Collection[str]) -> frozenset[str]:
    """Return who of the team a case keeps is on the team no more; a configuration without people says of nobody.

    Whom the case is about is not among them: nobody calls them anyway, and what is said of the case names them not.
    """
    there = {person.name for person in now.people}
    kept_out = kept.excluded(suspects)
    return frozenset(each.name for each in kept.people if there and each.name not in there | kept_out)


def present_team(kept: TeamSettings, settings: Settings, suspects: Collection[str]) -> TeamSettings:
    """Return the team of a case as it can be called today.

    Somebody none of whose places to be reached exists any more is reached at those that are configured now, and an
    account that turned out to be somebody's since is that person's here as well: nobody is called about herself.
    """
    left = who_left(kept, settings.team, suspects)
    targets, now = settings.notify.targets, {person.name: person for person in settings.team.people}
    people = []
    for person in kept.people:
        there = tuple(each for each in person.targets if each in targets)
        there = there or (now[person.name].targets if person.name in now else ())
        accounts = (*person.known_as, *(now[person.name].accounts if person.name in now else ()))
        reached = {"targets": () if person.name in left else there, "accounts": tuple(dict.fromkeys(accounts))}
        people.append(person.model_copy(update=reached))
    roles = {role: _with_successors(role, names, settings.team, left) for role, names in kept.roles.items()}
    known = {person.name for person in kept.people}
    new = dict.fromkeys(name for names in roles.values() for name in names if name in now and name not in known)
    return kept.model_copy(update={"people": (*people, *(now[name] for name in new)), "roles": roles})


def _with_successors(role: str, names: tuple[str, ...], now: TeamSettings, left: frozenset[str]) -> tuple[str, ...]:
    """Return who holds a role, and where somebody of them left, who holds it now."""
    return names if left.isdisjoint(names) else tuple(dict.fromkeys((*names, *now.roles.get(role, ()))))
