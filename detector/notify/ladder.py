"""Who stands on which rung of the escalation ladder.

Comes in: the team, the ladder, and the accounts the incident is about. Goes out: the people a rung calls, in order, and
the gaps in it. Nobody is called about herself: the next in line takes the place. Time and messages are not known here.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from detector.settings import Rung, Settings

DEPUTY_ROLE = "dep"
LEAD_ROLE = "lead"


class GapReason(StrEnum):
    """Why a rung of the ladder, or a person on it, reaches nobody: a closed list."""

    NO_HOLDER = "no_holder"
    ONLY_SUSPECT = "only_suspect"
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
    """One person a rung calls, and in which role."""

    person: str
    role: str


class Roster:
    """The team without the people whose accounts the incident is about."""

    def __init__(self, settings: Settings, accounts: Collection[str] = ()) -> None:
        self._team = settings.team
        self._oncall = settings.notify.oncall_role
        suspected = settings.team.excluded(accounts)
        self.able = tuple(name for name in settings.team.paged if name not in suspected)

    def holders(self, role: str) -> list[str]:
        """Return who holds ``role`` and may be called, the primary first."""
        return [name for name in self._team.roles.get(role, ()) if name in self.able]

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
            return self.everybody()
        if word == "primary":
            return self._first(self._line((self._oncall,)), self._oncall)
        if word == "deputy":
            primary = {call.person for call in self._word("primary")}
            line = self._line((self._oncall, DEPUTY_ROLE))
            role = self._oncall if len(self.holders(self._oncall)) > 1 else DEPUTY_ROLE
            return self._first([*(name for name in line if name not in primary), *primary], role)
        return self._first(self._line((word,)), word)

    def everybody(self) -> tuple[Call, ...]:
        """Return all who may be called, each in the first role they hold."""
        return tuple(Call(person=name, role=next(iter(self.roles_of(name)), "everybody")) for name in self.able)

    def line(self) -> tuple[Call, ...]:
        """Return everybody in the order in which they stand in for each other: deputy, lead, the rest."""
        return tuple(Call(person=name, role=next(iter(self.roles_of(name)), "everybody")) for name in self._line(()))

    def _line(self, roles: Iterable[str]) -> list[str]:
        """Return everybody in the order in which they take a place: these roles, deputy, lead, the rest."""
        order = [name for role in (*roles, DEPUTY_ROLE, LEAD_ROLE) for name in self.holders(role)]
        return list(dict.fromkeys([*order, *self.able]))

    def _first(self, line: Sequence[str], role: str) -> Sequence[Call]:
        return [Call(person=line[0], role=role)] if line else []

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
        return [] if able else [Gap(role=role, reason=GapReason.ONLY_SUSPECT)]


def ladder_gaps(settings: Settings) -> tuple[Gap, ...]:
    """Return what the configured ladder lacks before anything has happened (for ``nabat check``)."""
    roster = Roster(settings)
    return tuple(dict.fromkeys(gap for rung in settings.notify.ladder for gap in roster.gaps(rung)))
