"""Sources too many of whose lines come too late to be counted with others.

Comes in: how many lines a source gave and how many of them lay over an hour behind others of their log, turn by turn.
Goes out: blind spots. Lines that come later than others, but within that hour, are counted with them and are no reason
to worry. It is over when lines come ten minutes after, and never by silence, not even by that of a restart.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from detector.runtime.kept_text import SkipUnreadable
from detector.runtime.visibility.blind_spots import Blind, BlindSpot

NAME = "late"
SPAN = timedelta(minutes=10)
SHARE = 0.01
_FEWEST = 5


@dataclass(slots=True)
class _Lately:
    """What a source gave within the span: by minute, lines and late ones, and how far the latest of them lay behind."""

    minutes: deque[tuple[datetime, int, int, timedelta]] = field(default_factory=deque)
    unordered_at: datetime | None = None

    @property
    def lines(self) -> int:
        return sum(minute[1] for minute in self.minutes)

    @property
    def late(self) -> int:
        return sum(minute[2] for minute in self.minutes)

    def add(self, lines: int, late: int, behind: timedelta, now: datetime) -> None:
        minute = now.replace(second=0, microsecond=0)
        if self.minutes and self.minutes[-1][0] == minute:
            _, more, others, furthest = self.minutes.pop()
            lines, late, behind = lines + more, late + others, max(behind, furthest)
        self.minutes.append((minute, lines, late, behind))
        while now - self.minutes[0][0] > SPAN:
            self.minutes.popleft()
        if self.unordered_at is not None and now - self.unordered_at > SPAN:
            self.unordered_at = None


class _Saved(msgspec.Struct):
    minutes: list[tuple[datetime, int, int, timedelta]]
    unordered_at: datetime | None


@dataclass(slots=True)
class LateLines:
    """Counts of late lines by source."""

    lately: dict[str, _Lately] = field(default_factory=dict)

    def without_lane(self, sources: Iterable[str], now: datetime) -> None:
        """Note sources far behind the others that are more than are put in order by themselves."""
        for source in sources:
            self.lately.setdefault(source, _Lately()).unordered_at = now

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

    def to_text(self) -> str:
        """Return what must outlive a restart, which reads no line: the sources with late lines."""
        return msgspec.json.encode(
            {
                name: _Saved(list(lately.minutes), lately.unordered_at)
                for name, lately in self.lately.items()
                if lately.late or lately.unordered_at is not None
            }
        ).decode()

    @classmethod
    def from_text(cls, text: str | None) -> "LateLines":
        """Return what was kept; what cannot be read is seen again with the next lines."""
        made = cls()
        with SkipUnreadable("late lines"):
            for name, one in msgspec.json.decode(text or "{}", type=dict[str, _Saved]).items():
                made.lately[name] = _Lately(deque(one.minutes), one.unordered_at)
        return made

    def spots(self, sources: Collection[str]) -> list[BlindSpot]:
        """Return the sources, of those given, with over ``SHARE`` of their lines late, or with no order of theirs."""
        found = []
        for source, lately in self.lately.items():
            if source not in sources:
                continue
            late, lines = lately.late, lately.lines
            if late >= _FEWEST and late > SHARE * lines:
                behind = max(minute[3] for minute in lately.minutes)
                percent, hours = max(1, round(100 * late / lines)), max(1, round(behind / timedelta(hours=1)))
                args = (("percent", percent), ("hours", hours))
                found.append(BlindSpot(kind=Blind.LATE, name=source, why="late-lines", count=late, args=args))
            elif lately.unordered_at is not None:
                found.append(BlindSpot(kind=Blind.LATE, name=source, why="late-lanes"))
        return found
