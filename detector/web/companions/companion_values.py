"""Who may be in an incident beside its actors, and by what: values for its page and for ``nabat explain``.

Comes in: nothing. Goes out: ``Companions`` and its parts: accounts, numbers and moments; never a client. They are hints
for people: nothing is opened or sent because of them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SharedWay(StrEnum):
    """By what an account may belong to an incident, the most telling first."""

    SESSION = "session"
    CLIENTS = "clients"
    SLICE = "slice"
    ADDRESS = "address"
    AGENT = "agent"
    PACE = "pace"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedTrace:
    """One thing that an account has in common with an incident.

    Attributes:
        first_at / last_at: When the account did it.
        count: Clients it opened; from an address or in a session: its touches.
        unexplained: ``CLIENTS``: those of them that nothing explains.
        of: Clients that count of the incident. ``ADDRESS``, ``AGENT``: accounts seen there, the incident's included.
        others: Accounts it was compared with. most: what none of them has more of.
        seconds / own_seconds: ``SLICE``, ``PACE``: between two clients, the account's and the incident's.
        where: The address. agent: what the program calls itself there.
        log_chance: Natural logarithm of how likely it is by chance, as far as that is computed.
        own_before: ``ADDRESS``, ``AGENT``: the account was there before the incident, and its actors were not.
    """

    way: SharedWay
    first_at: datetime
    last_at: datetime
    count: int
    unexplained: int = 0
    of: int = 0
    others: int = 0
    most: int = 0
    seconds: int = 0
    own_seconds: int = 0
    where: str = ""
    agent: str = ""
    log_chance: float | None = None
    own_before: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """One account that may be in an incident.

    Attributes:
        role: Its kind and first role: ``human:operator``.
        shared: What it has in common with the incident, the most telling first.
        incidents: Number, and code names in English and Russian, of open incidents about it.
    """

    actor_id: str
    role: str
    shared: tuple[SharedTrace, ...]
    incidents: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Companions:
    """Accounts that may be in an incident.

    Attributes:
        listed: The most suspicious first. more: how many are left out.
        compared: Accounts that were looked at.
        since / until: The time whose touches were read. fewer: more is kept than was read.
        whole: Every part of the journal that was asked for could be read.
        unexplained_known: What explains that the incident's clients were opened is known: else same clients, slices
            and pace were not looked for.
        places_known: Enough is kept from before it to say who uses which address: else only sessions were looked at.
    """

    since: datetime
    until: datetime
    listed: tuple[Companion, ...] = ()
    more: int = 0
    compared: int = 0
    fewer: bool = False
    whole: bool = True
    unexplained_known: bool = True
    places_known: bool = True
