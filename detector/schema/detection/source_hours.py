"""How well sources were watched, hour by hour, and what that says of the time of a case."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHour:
    """What one source gave in one hour of the clock, as it was read.

    Attributes:
        source: Its name. hour: when the hour begins, UTC.
        lines: Read, without those of a first reading. rejects: of these, those that gave no event.
        late: Events over an hour behind others of their log.
        requests / unmapped: Requests, and those that no route of the record map names.
        clock_back / clock_ahead: Lines whose clock lay behind or ahead.
        watched: Seconds in which the service ran and asked the source.
        silent: Seconds of the longest time without a line that ended in the hour or lasted at its end.
    """

    source: str
    hour: datetime
    lines: int = 0
    rejects: int = 0
    late: int = 0
    requests: int = 0
    unmapped: int = 0
    clock_back: int = 0
    clock_ahead: int = 0
    watched: int = 0
    silent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedSource:
    """The same of a source over all hours of a case.

    Attributes:
        total: Sums; ``silent`` the longest; ``hour`` the first hour.
        unwatched: How much of these hours the service did not run, or did not know the source.
    """

    total: SourceHour
    unwatched: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCoverage:
    """How well the time of a case was watched.

    Attributes:
        since / until: The hours its events lie in, whole ones.
        sources: Those that were measured then, by name.
    """

    since: datetime
    until: datetime
    sources: tuple[WatchedSource, ...] = ()
