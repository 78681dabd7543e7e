"""The share of a source's touches of client data that name nobody: neither account, session nor address.

Comes in: events of decoded batches. Goes out: blind spots. What names nobody is judged line by line and counted
together with nothing, however much of it there is.
"""

from collections.abc import Collection
from typing import NamedTuple

import polars as pl

from detector.runtime.sources.last_resort import RecentLines
from detector.runtime.visibility.blind_spots import Blind, BlindSpot

LEAST, SHARE = 20, 0.05
"""So many touches that name nobody are too many, if they are such a share of the last thousand, or of all there are."""
_UNNAMED = "unnamed"


class CountedTouches(NamedTuple):
    """How many of some events touch client data, and how many of these name neither account, session nor address."""

    touches: int
    unnamed: int


def counted(events: pl.DataFrame) -> CountedTouches:
    """Return how many touches there are; columns are looked at as they are, because each batch comes by."""
    unnamed = touches = events.get_column("object.type").is_not_null()
    for name in ("user.id", "session.id", "source.ip"):
        unnamed &= events.get_column(name).is_null()
    return CountedTouches(int(touches.sum()), int(unnamed.sum()))


def too_many(few: int, touches: int) -> bool:
    """Tell whether so many of the touches of a source that name nobody are worth a word."""
    return few >= max(LEAST, SHARE * touches)


class UnnamedTouches:
    """What of the last touches named nobody, source by source."""

    def __init__(self) -> None:
        self._recent: dict[str, RecentLines] = {}

    def add(self, source: str, events: pl.DataFrame) -> None:
        """Take in the events of a batch."""
        touches, unnamed = counted(events)
        if touches:
            self._recent.setdefault(source, RecentLines()).add(touches, {_UNNAMED: unnamed})

    def spots(self, sources: Collection[str]) -> list[BlindSpot]:
        """Return the sources, of those given, many of whose last touches named nobody."""
        return [
            BlindSpot(
                kind=Blind.ACTOR,
                name=source,
                why="nobody-named",
                count=recent.counts[_UNNAMED],
                args=(("touches", recent.lines),),
                quiet=True,
            )
            for source, recent in self._recent.items()
            if source in sources and too_many(recent.counts[_UNNAMED], recent.lines)
        ]
