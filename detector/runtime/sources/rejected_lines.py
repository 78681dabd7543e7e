"""Sources too many of whose lines are not read: lines that gave no event.

Comes in: which lines of a batch gave an event and which were rejected, and why. Goes out: blind spots. Comments,
headers, blank lines and lines said to be ignored are no rejects. A source is blind when over ``SHARE`` of its lines of
ten minutes, and at least ``FEWEST``, were rejected, or ``FEWEST`` of one log in a row, however the lines came: at once,
one by one, with good ones between. It heals when lines are read again, and never by silence.
"""

from collections import Counter, deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
import numpy as np
from numpy.typing import NDArray

from detector.frames import EventBatch, LineBatch
from detector.runtime.kept_text import SkipUnreadable
from detector.runtime.visibility.blind_spots import Blind, BlindSpot
from detector.schema.events.lines import LineReject, RejectReason

NAME = "rejected"
SPAN = timedelta(minutes=10)
SHARE = 0.01
FEWEST = 20
# A run of rejects is shown for so long even if good lines follow at once: shorter than what people are told of.
_SHOWN = timedelta(seconds=50)
_SPARE = frozenset((RejectReason.HEADER, RejectReason.IGNORED, RejectReason.EMPTY))
_MOST_LOGS = 1_000
_NAMED = 3
_PERCENT = 100


@dataclass(slots=True)
class _Run:
    """Rejects of one log since it last gave an event, and when the last of them came."""

    length: int
    at: datetime


@dataclass(slots=True)
class _Minute:
    at: datetime
    lines: int = 0
    rejects: Counter[RejectReason] = field(default_factory=Counter)


class _Saved(msgspec.Struct):
    blind: bool
    said: tuple[str, int, int]
    why: dict[RejectReason, int]
    runs: dict[str, int]
    minutes: list[tuple[datetime, int, dict[RejectReason, int]]] = []


@dataclass(slots=True)
class _Source:
    """One source: what it gave within the span, and the logs that give rejects only."""

    minutes: deque[_Minute] = field(default_factory=deque)
    runs: dict[str, _Run] = field(default_factory=dict)
    why: Counter[RejectReason] = field(default_factory=Counter)
    read_at: datetime | None = None
    run_at: datetime | None = None
    longest: int = 0
    blind: bool = False
    said: tuple[str, int, int] = ("", 0, 0)

    def add(self, lines: int, rejects: Counter[RejectReason], now: datetime) -> None:
        minute = now.replace(second=0, microsecond=0)
        if not self.minutes or self.minutes[-1].at != minute:
            self.minutes.append(_Minute(minute))
        self.minutes[-1].lines += lines
        self.minutes[-1].rejects.update(rejects)

    def run(self, stream: str, found: "_Runs", now: datetime) -> None:
        """Go on with the run of a log."""
        before = self.runs.pop(stream, None)
        length = before.length if before else 0
        longest = max(length + found.first if found.first else 0, found.longest)
        if longest >= FEWEST:
            self.run_at, self.longest = now, longest
        last = found.last if found.events else length + found.last
        if last:
            self.runs[stream] = _Run(last, now)
            if len(self.runs) > _MOST_LOGS:
                del self.runs[min(self.runs, key=lambda each: self.runs[each].at)]

    def judge(self, now: datetime) -> bool:
        """Tell whether it is blind."""
        while self.minutes and now - self.minutes[0].at > SPAN:
            self.minutes.popleft()
        for stream, run in list(self.runs.items()):
            # A log that is gone, while others of its source are read, will not give the line that would end its run.
            if now - run.at > SPAN and self.read_at is not None and self.read_at > run.at:
                del self.runs[stream]
        lines, rejects = sum(each.lines for each in self.minutes), Counter[RejectReason]()
        for each in self.minutes:
            rejects.update(each.rejects)
        total, running = rejects.total(), max((run.length for run in self.runs.values()), default=0)
        lately = self.run_at is not None and now - self.run_at <= _SHOWN
        if too_many(total, lines):
            self.said = ("rejects", total, max(1, round(_PERCENT * total / lines)))
        elif running >= FEWEST or lately:
            self.said = ("only-rejects", running if running >= FEWEST else self.longest, 0)
        else:
            # What has stopped is not mended: only a line that was read shows that lines are read again.
            self.blind = self.blind and self._ends_in_rejects()
            return self.blind
        self.blind, self.why = True, rejects or self.why
        return True

    def _ends_in_rejects(self) -> bool:
        """Tell whether nothing was read since the last reject."""
        return bool(self.runs) and all(run.at >= (self.read_at or run.at) for run in self.runs.values())


@dataclass(frozen=True, slots=True)
class _Runs:
    """Rejects in a row within a batch: before its first event, after its last, and the most anywhere."""

    events: bool
    first: int
    last: int
    longest: int


class RejectedLines:
    """What was rejected, source by source."""

    def __init__(self) -> None:
        self._sources: dict[str, _Source] = {}

    def add(self, batch: LineBatch, events: EventBatch, now: datetime) -> int:
        """Take in a batch, but for lines that stood there before their log was first opened (``History.spots``).

        Returns:
            How many lines of it somebody should have read.
        """
        rejects = live(batch, events)
        bad = np.array([each.offset for each in rejects], np.int64)
        offsets = events.frame.get_column("log.offset")
        if batch.start >= batch.history and not len(bad):
            good = offsets.head(1).to_numpy()  # in order: no more need be known than that a line was read
            lines = batch.lines.len() + len(batch.rejects) - len(events.rejects)
        else:
            good = np.unique(offsets.filter(offsets >= batch.history).to_numpy())
            lines = len(good) + len(bad)
        if not lines:
            return 0
        one = self._sources.setdefault(batch.source, _Source())
        one.add(lines, Counter(each.reason for each in rejects), now)
        if len(good):
            one.read_at = now
        one.run(batch.stream, _runs(good, bad), now)
        return len(rejects)

    def to_text(self) -> str:
        """Return what must outlive a restart, which reads no line: what is blind, the minutes, runs that go on."""
        return msgspec.json.encode(
            {
                name: _Saved(
                    one.blind,
                    one.said,
                    dict(one.why),
                    {log: run.length for log, run in one.runs.items()},
                    [(each.at, each.lines, dict(each.rejects)) for each in one.minutes],
                )
                for name, one in self._sources.items()
                if one.blind or one.runs or any(each.rejects for each in one.minutes)
            }
        ).decode()

    @classmethod
    def from_text(cls, text: str | None, now: datetime) -> "RejectedLines":
        """Return what was kept; what cannot be read is seen again with the next lines."""
        made = cls()
        with SkipUnreadable("rejected lines"):
            saved = msgspec.json.decode(text or "{}", type=dict[str, _Saved])
            for name, one in saved.items():
                runs = {log: _Run(length, now) for log, length in one.runs.items()}
                minutes = deque(_Minute(at, lines, Counter(rejects)) for at, lines, rejects in one.minutes)
                made._sources[name] = _Source(minutes, runs, Counter(one.why), said=one.said, blind=one.blind)
        return made

    def spots(self, sources: Collection[str], now: datetime) -> list[BlindSpot]:
        """Return the sources, of those given, that are blind."""
        found = []
        for name, one in self._sources.items():
            if name in sources and one.judge(now):
                why, count, percent = one.said
                args: tuple[tuple[str, str | int], ...] = (("percent", percent), ("reasons", in_words(one.why)))
                spot = BlindSpot(kind=Blind.REJECTS, name=name, why=why, count=count, args=args, passing=True)
                found.append(spot)
        return found


def counted(batch: LineBatch, events: EventBatch) -> list[LineReject]:
    """Return the rejects of a batch that are lines somebody should have read."""
    found = [each for each in events.rejects if each.reason not in _SPARE]
    if not found:
        return found
    comments = set(batch.offsets.filter(batch.lines.str.starts_with("#")).to_list())
    return [each for each in found if each.offset not in comments]


def live(batch: LineBatch, events: EventBatch) -> list[LineReject]:
    """Return those of them that did not stand there before their log was first opened."""
    return [each for each in counted(batch, events) if each.offset >= batch.history]


def too_many(rejects: int, lines: int) -> bool:
    """Tell whether so many rejects of so many lines are a blind spot."""
    return rejects >= FEWEST and rejects > SHARE * lines


def in_words(reasons: Mapping[RejectReason, int]) -> str:
    """Return the most frequent reasons with their counts, as ``nabat_rejects_total`` names them; ``none`` of none."""
    most = sorted(reasons.items(), key=lambda each: (-each[1], each[0]))[:_NAMED]
    return ", ".join(f"{reason} {count}" for reason, count in most) or "none"


def _runs(good: NDArray[np.int64], bad: NDArray[np.int64]) -> _Runs:
    if not len(bad):
        return _Runs(events=bool(len(good)), first=0, last=0, longest=0)
    if not len(good):
        return _Runs(events=False, first=len(bad), last=len(bad), longest=len(bad))
    between = np.bincount(np.searchsorted(good, bad), minlength=len(good) + 1)
    return _Runs(events=True, first=int(between[0]), last=int(between[-1]), longest=int(between.max()))
