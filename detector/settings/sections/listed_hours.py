"""Hours that files give people: on call, or away.

Comes in: spans. Goes out: the same in order of their beginning, with every moment at which any of them changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True, order=True)
class HoursOf:
    """Hours of somebody, from one moment (UTC) up to another.

    Attributes:
        person: In ``team.people``.
    """

    begin: datetime
    end: datetime
    person: str


@dataclass(frozen=True, slots=True)
class ListedHours:
    """What files say of who is on call, and who is away.

    Attributes:
        shifts: Who is on call; of several at once the one that began last comes first.
        away: Who is away.
        edges: Every moment at which any of it begins or ends, in order.
    """

    shifts: tuple[HoursOf, ...] = ()
    away: tuple[HoursOf, ...] = ()
    edges: tuple[datetime, ...] = ()

    @staticmethod
    def of(shifts: Iterable[HoursOf], away: Iterable[HoursOf]) -> "ListedHours":
        """Return them in order."""
        on, off = tuple(sorted(set(shifts))), tuple(sorted(set(away)))
        edges = {moment for each in (*on, *off) for moment in (each.begin, each.end)}
        return ListedHours(on, off, tuple(sorted(edges)))


NOTHING_LISTED: Final = ListedHours()
