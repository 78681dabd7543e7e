"""Who stands on which rung of the escalation ladder.

Comes in: the team, the rota, the ladder, the accounts the incident is about, the moment. Goes out: the people a rung
calls, in order, and the gaps in it. Nobody is called about herself: the next in line takes the place, and so it is with
whoever is away as long as anybody is there. Messages are not known here.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from detector.notify.on_call import OnCallRota
from detector.notify.private_targets import overheard
from detector.settings import Rung, Settings

DEPUTY_ROLE = "dep"
LEAD_ROLE = "lead"


class GapReason(StrEnum):
    """Why a rung of the ladder, or a person on it, reaches nobody: a closed list."""

    NO_HOLDER = "no_holder"
    ONLY_SUSPECT = "only_suspect"
    LEFT = "left"
    NOBODY = "nobody"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Gap:
    """A role that cannot be reached as configured: a blind spot of the response.

    Attributes:
        role: Role, or the ladder's word (``everybody``) when no role is meant.
        reason: From the closed list.
        person: Who could not be reached; only with ``undeliverable``.
    """

    role: str
    reason: GapReason
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One person a rung calls, and in which role.

    Attributes:
        instead_of: Who would have been called before, and is away.
    """

    person: str
    role: str
    instead_of: tuple[str, ...] = ()


class Roster:
    """The team at a moment, without the people whose accounts the incident is about.

    Attributes:
        able: Who can be reached and may be called, in the team's order.
        away: Those of them who are away then: called where nobody else is left, and once the ladder begins anew.
        overheard: Those of them whose every target the suspect reads: called likewise. Where that is everybody, nobody.
        next_change: The next moment at which somebody else may be on call; None: never.

    Args:
        settings: The team and the rota.
        accounts: Whom the incident is about.
        now: The moment.
    """

    def __init__(self, settings: Settings, accounts: Collection[str], now: datetime) -> None:
        self._team = settings.team
        self._oncall = settings.notify.oncall_role
        self._suspected = settings.team.excluded(accounts)
        self.able = tuple(name for name in settings.team.paged if name not in self._suspected)
        shared = overheard(settings, accounts)
        heard = frozenset(name for name in self.able if shared.issuperset(settings.team.person(name).targets))
        self.overheard = heard if len(heard) < len(self.able) else frozenset[str]()
        rota = OnCallRota(settings)
        self._turn: tuple[str, ...] = ()
        self._deputy = ""
        self.away: frozenset[str] = frozenset()
        self.next_change: datetime | None = None
        if rota.used:
            found = rota.at(now)
            self._turn = tuple(name for name in (*found.passed, *found.who) if name in self.able)
            self._deputy = found.deputy if found.deputy in self.able else ""
            self.away = frozenset(rota.away(now)).intersection(self.able)
            self.next_change = rota.next_change(now)
        self._last = self.away | self.overheard

    def holders(self, role: str) -> list[str]:
        """Return who holds ``role`` and may be called, the primary first; those who come last only where all do."""
        named = [name for name in self._named(role) if name in self.able]
        return [name for name in named if name not in self._last] or named

    def present_first(self, calls: Iterable[Call]) -> list[Call]:
        """Return calls in their order, those to people who are away or overheard last."""
        return sorted(calls, key=lambda call: call.person in self._last)

    def _named(self, role: str) -> list[str]:
        """Return who holds a role, whoever is on call in it first."""
        named = self._team.roles.get(role, ())
        turn = [name for name in self._turn if name in named] if role == self._oncall else []
        return list(dict.fromkeys([*turn, *named]))

    def roles_of(self, person: str) -> tuple[str, ...]:
        """Return the roles a person holds."""
        return tuple(role for role, names in self._team.roles.items() if person in names)

    def calls(self, rung: Rung) -> tuple[Call, ...]:
        """Return whom the rung calls; empty only when nobody may be called at all."""
        found: dict[str, Call] = {}
        for word in rung.to:
            for call in self._word(word):
                found.setdefault(call.person, call)
        return tuple(found.values())

    def gaps(self, rung: Rung) -> tuple[Gap, ...]:
        """Return what is missing on the rung, also where somebody else steps in."""
        found = [gap for word in rung.to for gap in self._gap(word)]
        if not self.able:
            found.append(Gap(role=rung.to[0], reason=GapReason.NOBODY))
        return tuple(dict.fromkeys(found))

    def _word(self, word: str) -> Sequence[Call]:
        if word == "everybody":
            return [call for call in self.everybody() if call.person not in self._last] or self.everybody()
        if word == "primary":
            return self._first([*self._turn, *self._line((self._oncall,))], self._oncall)
        if word == "deputy":
            primary = {call.person for call in self._word("primary")}
            second = [self._deputy] if self._deputy else []
            line = [*second, *self._line((self._oncall, DEPUTY_ROLE))]
            role = self._oncall if second or len(self.holders(self._oncall)) > 1 else DEPUTY_ROLE
            return self._first([*(name for name in line if name not in primary), *primary], role)
        return self._first(self._line((word,)), word)

    def everybody(self) -> tuple[Call, ...]:
        """Return all who may be called, those who are away among them, each in the first role they hold."""
        return tuple(Call(person=name, role=next(iter(self.roles_of(name)), "everybody")) for name in self.able)

    def in_line(self) -> list[str]:
        """Return everybody in the order in which an incident goes from one to the next: who is on call comes first."""
        order = dict.fromkeys([*self._turn, *self._line((self._oncall,))])
        return sorted(order, key=lambda name: name in self._last)

    def line(self) -> tuple[Call, ...]:
        """Return everybody in the order in which they stand in for each other: deputy, lead, the rest."""
        line = (Call(person=name, role=next(iter(self.roles_of(name)), "everybody")) for name in self._line(()))
        return tuple(self.present_first(line))

    def _line(self, roles: Iterable[str]) -> list[str]:
        """Return everybody in the order in which they take a place: these roles, deputy, lead, the rest."""
        order = [name for role in (*roles, DEPUTY_ROLE, LEAD_ROLE) for name in self._named(role) if name in self.able]
        return list(dict.fromkeys([*order, *self.able]))

    def _first(self, line: Sequence[str], role: str) -> Sequence[Call]:
        """Return the first of a line who is there, with those who are away before; the first where nobody is."""
        at = next((place for place, name in enumerate(line) if name not in self._last), 0)
        away = tuple(dict.fromkeys(name for name in line[:at] if name in self.away))
        return [Call(person=line[at], role=role, instead_of=away)] if line else []

    def _gap(self, word: str) -> list[Gap]:
        if word == "everybody":
            return []
        role = {"primary": self._oncall, "deputy": DEPUTY_ROLE}.get(word, word)
        named = list(self._team.roles.get(role, ()))
        able = self.holders(role)
        if word == "deputy":
            named = [*self._team.roles.get(self._oncall, ())[1:], *named]
            able = [name for name in named if name in self.able]
        if not named:
            return [Gap(role=role, reason=GapReason.NO_HOLDER)]
        reason = GapReason.LEFT if self._suspected.isdisjoint(named) else GapReason.ONLY_SUSPECT
        return [] if able else [Gap(role=role, reason=reason)]


def ladder_gaps(settings: Settings, now: datetime) -> tuple[Gap, ...]:
    """Return what the configured ladder lacks before anything has happened (for ``nabat check``)."""
    roster = Roster(settings, (), now)
    return tuple(dict.fromkeys(gap for rung in settings.notify.ladder for gap in roster.gaps(rung)))
