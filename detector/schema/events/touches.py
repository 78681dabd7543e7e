"""What explains a touch of a client: the closed list of classes and of their reasons, and what is said of them.

Comes in: nothing. Goes out: ``TouchClass``, ``TouchReason`` and the class of each reason, which facts, the access
journal, pages and commands name. A class says who may be expected to touch this client; the reason says by what.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum


class TouchClass(StrEnum):
    """Whether an actor's touch of a client is accounted for, and by what. From the most to the least explained."""

    OWN = "own"
    FOLLOW_UP = "follow_up"
    LIST = "list"
    TEAM = "team"
    UNKNOWN = "unknown"
    UNEXPLAINED = "unexplained"


class TouchReason(IntEnum):
    """Why a touch is of its class. The numbers stand in the access journal: new ones are added, none is changed."""

    DEALT_BEFORE = 0
    SAME_CARD = 1
    FROM_LIST = 2
    LISTED = 3
    NEIGHBOUR = 4
    COLLEAGUES = 5
    NOBODY = 6
    TOO_EARLY = 7
    NO_ACTOR = 8
    PORTFOLIO = 9
    TEAM_PORTFOLIO = 10

    @property
    def label(self) -> str:
        """The name that facts and commands give it."""
        return self.name.lower()

    @property
    def touch_class(self) -> TouchClass:
        """The class it is a reason for."""
        return CLASS_OF[self]


CLASS_OF: dict[TouchReason, TouchClass] = {
    TouchReason.DEALT_BEFORE: TouchClass.OWN,
    TouchReason.SAME_CARD: TouchClass.FOLLOW_UP,
    TouchReason.FROM_LIST: TouchClass.FOLLOW_UP,
    TouchReason.LISTED: TouchClass.LIST,
    TouchReason.NEIGHBOUR: TouchClass.LIST,
    TouchReason.COLLEAGUES: TouchClass.TEAM,
    TouchReason.NOBODY: TouchClass.UNEXPLAINED,
    TouchReason.TOO_EARLY: TouchClass.UNKNOWN,
    TouchReason.NO_ACTOR: TouchClass.UNKNOWN,
    TouchReason.PORTFOLIO: TouchClass.OWN,
    TouchReason.TEAM_PORTFOLIO: TouchClass.TEAM,
}
RANK: dict[TouchClass, int] = {each: rank for rank, each in enumerate(TouchClass)}
"""How little each class explains: of several touches of one client the highest speaks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnexplainedShare:
    """How much of what somebody opens nothing explains, as it was in the days before.

    Attributes:
        opened: Cards it opened anew (no follow-ups, nothing of lists) and exports that named clients.
        unexplained: Those of them that nothing explained.
    """

    opened: int = 0
    unexplained: int = 0

    @property
    def share(self) -> float | None:
        """The part of them, 0..1; None where too few were opened to say."""
        return self.unexplained / self.opened if self.opened >= LEAST_OPENED else None


LEAST_OPENED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedOrder:
    """How far events are counted in order of time, and which source the others wait for.

    Attributes:
        upto: What happened before is counted: it is known what explains it.
        wait: How late lines of the source may come; None: there are lines of it that have not been read.
    """

    upto: datetime
    source: str
    wait: timedelta | None = None

    def known_at(self, moment: datetime) -> datetime | None:
        """Return when, at the latest, it is known what explains a touch of a moment; None: that cannot be said."""
        return None if self.wait is None else moment + self.wait + timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchSummary:
    """What explains the touches of an incident.

    Attributes:
        by_class: Clients by the least explained touch of each, the least explained first.
        own: What is usual of its actor. role: of those who share its role.
        untold: Clients with a touch of which no reason is kept: it was read just now, or came too late.
        usual: Clients of its actors' usual work meanwhile, which is listed apart, by class likewise.
        usual_untold: As ``untold``, of the usual work: such a touch may turn out to belong to the matter.
    """

    by_class: tuple[tuple[TouchClass, int], ...] = ()
    own: UnexplainedShare = UnexplainedShare()
    role: UnexplainedShare = UnexplainedShare()
    untold: int = 0
    usual: tuple[tuple[TouchClass, int], ...] = ()
    usual_untold: int = 0

    @property
    def clients(self) -> int:
        """How many clients there are."""
        return sum(count for _, count in self.by_class)

    @property
    def unexplained(self) -> int:
        """How many of them nothing explains."""
        return dict(self.by_class).get(TouchClass.UNEXPLAINED, 0)

    @property
    def usual_unexplained(self) -> int:
        """How many clients of the usual work nothing explains."""
        return dict(self.usual).get(TouchClass.UNEXPLAINED, 0)

    @property
    def unknown(self) -> int:
        """Of how many of them it cannot be said."""
        return dict(self.by_class).get(TouchClass.UNKNOWN, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Toucher:
    """One who touched the clients that were asked about.

    Attributes:
        actor: ``actor.id``; empty: nobody is named. role: its kind and first role.
        touch_class: The least explained of its touches. reasons: All there are, the least explained first.
        clients: How many of the clients asked about it touched. unexplained: Those of them that nothing explains.
        events: Touches. first_at / last_at: their span.
        actions / addresses / services: What it did how often, from where and on which systems.
        own: How much of what it opens nothing explains, in the days asked about. of_role: Of those who share its role.
        chance: How likely it is under honest work, at most, that it touched all of several clients; None: of one.
    """

    actor: str
    role: str
    touch_class: TouchClass
    reasons: tuple[str, ...]
    clients: int
    unexplained: int
    events: int
    first_at: datetime
    last_at: datetime
    actions: tuple[tuple[str, int], ...]
    addresses: tuple[str, ...]
    services: tuple[str, ...]
    own: float | None = None
    of_role: float | None = None
    chance: float | None = None
