"""Sources too many of whose lines come too late to be counted with others.

Comes in: how many lines a source gave and how many of them lay over an hour behind others of their log, turn by turn.
Goes out: blind spots. Lines that come later than others, but within that hour, are counted with them and are no reason
to worry.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from detector.runtime.blind_spots import Blind, BlindSpot

SPAN = timedelta(minutes=10)
SHARE = 0.01
_FEWEST = 5


@dataclass(slots=True)
class _Lately:
    """What a source gave within the span: by minute, lines and late ones, and how far the latest of them lay behind."""

    minutes: deque[tuple[datetime, int, int, timedelta]] = field(default_factory=deque)

    def add(self, lines: int, late: int, behind: timedelta, now: datetime) -> None:
        minute = now.replace(second=0, microsecond=0)
        if self.minutes and self.minutes[-1][0] == minute:
            _, more, others, furthest = self.minutes.pop()
            lines, late, behind = lines + more, late + others, max(behind, furthest)
        self.minutes.append((minute, lines, late, behind))

    def forget(self, now: datetime) -> None:
        while self.minutes and now - self.minutes[0][0] > SPAN:
            self.minutes.popleft()


@dataclass(slots=True)
class LateLines:
    """Counts of late lines by source."""

    lately: dict[str, _Lately] = field(default_factory=dict)
    _without_lane: dict[str, datetime] = field(default_factory=dict)

    def without_lane(self, sources: Iterable[str], now: datetime) -> None:
        """Note sources far behind the others that are more than are put in order by themselves."""
        self._without_lane |= dict.fromkeys(sources, now)

    def add(self, lines: Mapping[str, int], late: Mapping[str, tuple[int, timedelta]], now: datetime) -> None:
        """Note what the sources gave in a turn.

        Args:
            lines: Events by source.
            late: Of these the late ones, and how far the one furthest behind lay behind its log.
            now: The present.
        """
        for source, many in lines.items():
            few, behind = late.get(source, (0, timedelta(0)))
            self.lately.setdefault(source, _Lately()).add(many, few, behind, now)

    def share(self, source: str, now: datetime) -> float:
        """Return the share of a source's lines of the last ten minutes that were late."""
        lately = self.lately.get(source)
        if lately is None:
            return 0.0
        lately.forget(now)
        lines = sum(minute[1] for minute in lately.minutes)
        return sum(minute[2] for minute in lately.minutes) / lines if lines else 0.0

    def spots(self, now: datetime) -> list[BlindSpot]:
        """Return the sources with over ``SHARE`` of their lines late, or with no order of their own."""
        found = []
        for source, lately in self.lately.items():
            share = self.share(source, now)
            late = sum(minute[2] for minute in lately.minutes)
            if late >= _FEWEST and share > SHARE:
                behind = max(minute[3] for minute in lately.minutes)
                args = (("percent", max(1, round(100 * share))), ("hours", max(1, round(behind / timedelta(hours=1)))))
                found.append(BlindSpot(kind=Blind.LATE, name=source, why="late-lines", count=late, args=args))
        told = {spot.name for spot in found}
        self._without_lane = {name: at for name, at in self._without_lane.items() if now - at <= SPAN}
        found += [BlindSpot(kind=Blind.LATE, name=each, why="late-lanes") for each in self._without_lane.keys() - told]
        return found
