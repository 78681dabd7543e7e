"""The one door: may this person do this act here?

Comes in: who somebody has shown to be, what they ask for, the case. Goes out: a ``Grant``, or a refusal that says
who could. Whom a case is about, whoever shares an account with her, and what is done in her name do not get in: for
them the case does not exist. Pure.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address

from detector.auth.permissions import (
    ALLOWED,
    CALLED,
    COMMAND,
    HOLDER,
    IN_CASE,
    IN_PERSON,
    INVITED,
    NOT_IN_DRILL,
    NOT_WHILE_SUSPECTED,
    READERS,
)
from detector.errors import DeniedError, NotFoundError, Problem
from detector.schema.case.incidents import Incident, IncidentKind
from detector.schema.events.columns import ACCOUNT
from detector.schema.team.grants import Grant, Identity, PersonAct
from detector.settings import Network, TeamSettings
from detector.settings.sections.response import ACCESS_ROLES, ROLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspected:
    """Whom matters are about: they and what they hold are kept out.

    Attributes:
        people: Names, of today's team and of those the cases keep.
        accounts: Actor ids that are theirs.
    """

    people: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, actors: Collection[str], *, team: TeamSettings, kept: TeamSettings) -> "Suspected":
        """Return whom a matter about these actors must not reach.

        Args:
            actors: Whom it is about.
            team: Who there is: a name that changed since changes nothing, the accounts tell.
            kept: Who there was when the case opened.
        """
        then = kept.excluded(actors)
        accounts = frozenset(actors).union(*map(kept.accounts_of, then))
        return cls(people=then | team.excluded(actors) | team.holders_of(accounts), accounts=accounts)

    def __or__(self, other: "Suspected") -> "Suspected":
        """Return both together."""
        return Suspected(people=self.people | other.people, accounts=self.accounts | other.accounts)

    def has(self, identity: Identity) -> bool:
        """Tell whether somebody, or in whose name they act, is one of them."""
        return bool(identity.people & self.people) or not self.accounts.isdisjoint(identity.accounts)

    def has_name(self, name: str) -> bool:
        """Tell whether a name, of a person or of a login, is one of theirs."""
        return name in self.people or f"{ACCOUNT}{name}" in self.accounts


@dataclass(frozen=True, kw_only=True)
class CaseAccess:
    """What the door has to know of the incident an act is about, or of none.

    Attributes:
        team: Who there is.
        kept: Who there was when the case opened: whose account it is about, then or now, is kept out of it.
        incident: None: the act is about no incident.
        ref: What the incident was asked for by; a refusal that must tell nothing repeats it.
        onward: Whom the incident is about that this one goes on in: it names that one.
        roles: Roles that its steps name: their holders are concerned.
        called: Who was paged in it. invited: who was let in, or was asked to hold a role in it.
        given: By person the roles that they accepted in it.
        suspected: Whom any open incident is about, for acts about none.
        shared: Networks from which many people sign in: an address there says nothing about one of them.
    """

    team: TeamSettings
    kept: TeamSettings = field(default_factory=TeamSettings)
    incident: Incident | None = None
    ref: str = ""
    onward: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()
    invited: frozenset[str] = frozenset()
    given: Mapping[str, frozenset[str]] = field(default_factory=dict)
    suspected: Suspected = field(default_factory=Suspected)
    shared: tuple[Network, ...] = field(default=())

    @cached_property
    def barred(self) -> Suspected:
        """Whom the case is about, whoever shares an account with them, and what they held when it opened."""
        if self.incident is None:
            return Suspected()
        return Suspected.of(self.incident.suspects | self.onward, team=self.team, kept=self.kept)

    @property
    def excluded(self) -> frozenset[str]:
        """Their names."""
        return self.barred.people

    def roles_of(self, name: str) -> frozenset[str]:
        """Return what a person holds here: own roles, those they stand in for, and what happened in this case."""
        held = self.team.roles_of(name, self.excluded)
        if self.incident is None:
            return held
        concerned = held & (self.roles | COMMAND | frozenset(ACCESS_ROLES))
        here = {CALLED: name in self.called, INVITED: name in self.invited}
        happened = {role for role, so in (here | {HOLDER: name == self.incident.acknowledged_by}).items() if so}
        return concerned | happened | self.given.get(name, frozenset())

    def able(self, act: PersonAct) -> list[str]:
        """Return who may do an act here, in the team's order."""
        names = [each.name for each in self.team.people if each.name not in self.excluded]
        found = [name for name in names if self.roles_of(name) & ALLOWED[act]]
        # Where nobody holds what an act asks for, those who were called, or hold any role, are the next in line.
        return found or [name for name in names if self.roles_of(name) & (frozenset(ROLES) | {CALLED})]


def authorize(identity: Identity, act: PersonAct, case: CaseAccess) -> Grant:
    """Return the grant to do an act.

    Args:
        identity: Who somebody has shown to be.
        act: What they ask for.
        case: What it is about.

    Raises:
        NotFoundError: The case is about one of them; said in the words of a number that does not exist.
        DeniedError: They may not; who could is named.
    """
    incident, person = case.incident, identity.person
    if incident is not None and case.barred.has(identity):
        raise no_such_incident(case.ref or incident.number)
    problems = [*_strangers(identity, case), *_for_another(identity, act, case), *_from_there(identity, act, case)]
    kept_out = act in NOT_WHILE_SUSPECTED and case.suspected.has(identity)
    if not problems and (kept_out or not _may(person, act, case)):
        # In the same words: whom a case is about must not read from a refusal that there is one.
        problems.append(_refusal(person, act, case))
    if not problems and act in NOT_IN_DRILL and incident is not None and incident.kind is IncidentKind.DRILL:
        what = f"incident {incident.number} is part of a drill: nothing of it is sent, and no law counts from it"
        problems.append(Problem(what=what, fix="practise up to here; what is real has an incident of its own"))
    if problems:
        raise DeniedError(problems)
    return Grant(
        act=act,
        person=person,
        typed_by=identity.name if identity.acts_for else "",
        incident_id=incident.id if incident else "",
        roles=tuple(sorted(case.roles_of(person))),
        rests_on=identity.rests_on,
    )


def may(identity: Identity, act: PersonAct, case: CaseAccess) -> bool:
    """Tell whether somebody may do an act, for lists and for what is shown."""
    try:
        return bool(authorize(identity, act, case))
    except (DeniedError, NotFoundError):
        return False


def no_such_incident(ref: str) -> NotFoundError:
    """Return the refusal of an incident that does not exist, or must not for whoever asks."""
    return NotFoundError(
        Problem(what=f"there is no incident {ref!r}", fix="see `nabat incidents list` for numbers and code names")
    )


def _may(person: str, act: PersonAct, case: CaseAccess) -> bool:
    return not case.team.people or person in case.able(act)


def _strangers(identity: Identity, case: CaseAccess) -> Iterable[Problem]:
    """Without a team whoever may log in to the machine decides."""
    names = [each.name for each in case.team.people]
    for name in sorted(identity.people - set(names)) if names else ():
        yield Problem(
            what=f"{name!r} is not on the team",
            fix=f"one of {', '.join(names)}; a login is known by `accounts` of team.people",
        )


def _for_another(identity: Identity, act: PersonAct, case: CaseAccess) -> Iterable[Problem]:
    if not identity.acts_for:
        return
    if act in IN_PERSON:
        yield Problem(what=f"nobody does this for {identity.acts_for}", fix=f"let {identity.acts_for} do it")
    elif not _may(identity.name, PersonAct.ACT_FOR, case):
        who = ", ".join(case.able(PersonAct.ACT_FOR))
        yield Problem(what=f"{identity.name} may not act for {identity.acts_for}", fix=f"one of: {who}")


def _from_there(identity: Identity, act: PersonAct, case: CaseAccess) -> Iterable[Problem]:
    """Who comes from an address of the case may look, and has to show a one-time code before anything else."""
    incident = case.incident
    if act is PersonAct.LOOK or incident is None or identity.second_factor:
        return
    for each in sorted({identity.address, identity.signed_in_from} & set(incident.source_ips)):
        address = ip_address(each)
        if not address.is_loopback and not any(address in network for network in case.shared):
            yield Problem(
                what=f"{identity.name} comes from {each}, an address of this case",
                fix="sign in with a one-time code, or act from elsewhere; auth.shared_networks names addresses of many",
            )


def _refusal(person: str, act: PersonAct, case: CaseAccess) -> Problem:
    incident = case.incident
    inside = case.roles_of(person) & (frozenset(ROLES) | READERS | set(IN_CASE))
    if incident is not None and not inside:
        who = ", ".join(name for name in case.able(PersonAct.INVITE) if name != person)
        what = f"{person} was not called into incident {incident.number}"
        return Problem(what=what, fix=f"ask to be called in (nabat incidents invite): {who or 'the lead'}")
    who = ", ".join(name for name in case.able(act) if name != person) or "nobody"
    return Problem(what=f"{person} may not do this ({act.value})", fix=f"who may: {who}")
