"""What is known of each actor of an incident beside it: values for the page and the command that explain it.

Comes in: nothing. Goes out: ``Explanation`` and its parts: numbers, dates and accounts of the incident; never a client.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from detector.schema.detection.findings import Reason
from detector.web.companions import Companions

UNLIKE = 2.0
"""Days whose numbers differ by more than this factor are not called alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One number of an actor's day, or hour, that stands out.

    Attributes:
        name: Of the feature; ``combination`` where the forest speaks, which has no numbers.
        value: What there was. own / peers: what its own usual day has, and one of its role; None: not known.
        said: The same in words, one after the other.
    """

    name: str
    value: int | None
    own: int | None
    peers: int | None
    said: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorDay:
    """What an actor touched on one local day.

    Attributes:
        numbers: By feature: of the busiest hour, and of the day.
        touches: Events that touched client data. clients: different ones opened.
        taken: Records taken out by exports, prints and downloads of many.
        uncounted: How many of these the log gives no number for.
        hours: Touches by hour of the clock; None where that hour does not exist.
        marked: Hours of the incident. known: Touches of that day are kept, and were read.
    """

    day: date
    numbers: Mapping[str, int]
    touches: int
    clients: int
    taken: int
    uncounted: int
    hours: tuple[int | None, ...]
    marked: frozenset[int] = frozenset()
    of_incident: bool = False
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarDay:
    """A past day of an actor like the incident's.

    Attributes:
        apart: By which factor its numbers differ, in the middle of all of them; 1.0: not at all.
        incidents: Number, and code names in English and Russian, of those that were about the actor that day.
    """

    day: ActorDay
    apart: float
    incidents: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorExplained:
    """One actor of an incident.

    Attributes:
        role: Its kind and role, as behaviour tells them apart: ``human:operator``; empty: not known.
        facets: What stands out most, the worst first.
        judged: They are those of a finding of behaviour; else they are computed from the journal.
        day: The day they are of, and that past days are compared with; None: nothing of the incident's days is kept.
        own_days: Days before the incident that were read and on which it was active.
        similar: Past days most like ``day``.
        days: The last days, the oldest first, up to the last one of the incident.
        band: By ``clients`` and ``taken`` what 10 % and 90 % of its colleagues' days stay below; empty: too few.
        colleagues: Others of its role who were active in these days. colleague_days: days on which they were.
        first_kept: The first day of which anything of this actor was read; None: there is none.
    """

    actor_id: str
    actor_type: str
    role: str
    facets: tuple[Facet, ...] = ()
    judged: bool = False
    day: ActorDay | None = None
    own_days: int = 0
    similar: tuple[SimilarDay, ...] = ()
    days: tuple[ActorDay, ...] = ()
    band: Mapping[str, tuple[int, int]]
    colleagues: int = 0
    colleague_days: int = 0
    first_kept: date | None = None

    @property
    def unlike(self) -> bool:
        """Whether even the most similar past day differs by so much that it is not like the incident's."""
        return bool(self.similar) and self.similar[0].apart > UNLIKE


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What is known of the actors of one incident.

    Attributes:
        actors: The first of them. more: how many are left out.
        kept_since: Event time of the oldest touch that is kept of anybody; None: nothing is.
        read_since: The first day that was read.
        whole: Every part of the journal that was asked for could be read.
        fewer: So much is kept that fewer days were read than there are.
        together: Accounts that may be in it beside its actors; None: it is about nobody.
    """

    actors: tuple[ActorExplained, ...] = ()
    more: int = 0
    kept_since: datetime | None = None
    read_since: date | None = None
    whole: bool = True
    fewer: bool = False
    together: Companions | None = None

    def without(self, accounts: Collection[str], incidents: Collection[str]) -> "Explanation":
        """Return it without accounts that may be in it, and without incidents of these numbers."""
        actors = tuple(
            replace(each, similar=tuple(replace(day, incidents=_but(day.incidents, incidents)) for day in each.similar))
            for each in self.actors
        )
        together = self.together
        if together is not None:
            left = [each for each in together.listed if each.actor_id not in accounts]
            listed = tuple(replace(each, incidents=_but(each.incidents, incidents)) for each in left)
            together = replace(together, listed=listed)
        return replace(self, actors=actors, together=together)


def _but(named: tuple[tuple[str, str, str], ...], incidents: Collection[str]) -> tuple[tuple[str, str, str], ...]:
    return tuple(each for each in named if each[0] not in incidents)
