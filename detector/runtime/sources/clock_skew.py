"""Clocks that are wrong: lines whose time lies well behind those before in their stream, or ahead of their reading.

Comes in: decoded frames, each of one stream, in the order read. Goes out: counts by source, and blind spots while such
lines keep coming. Windows count in event time, so a clock that was set back makes honest lines late, and one that runs
ahead makes them wait for nothing. One stray line wakes nobody: a few have to come within a quarter of an hour. A clock
is right again when lines are read a quarter of an hour after the last wrong one, and never by silence, not even by that
of a restart. What is known of a stream is forgotten with the process.

Old lines right before newer ones are no clock's: several writers share the file, and one writes late. That, and a clock
that is ahead by less than ``TOLERANCE``, is shown and calls nobody: such lines are counted with all others.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from detector.runtime.kept_text import SkipUnreadable
from detector.runtime.visibility.blind_spots import Blind, BlindSpot

NAME = "clocks"
TOLERANCE = timedelta(minutes=5)
"""A line further than this behind its stream (or the source's ``lateness``, if that is more) or ahead has jumped."""
_REMEMBERED = timedelta(minutes=15)
_FEWEST = 5
_MOST_STREAMS = 100_000
_AHEAD = timedelta(minutes=1)
"""A line further ahead than this was written by another clock than the one it was read by."""
_LONGEST_TOLD = timedelta(days=30)
_MINUTE = 60 * 1_000_000
_UNITS = (("days", timedelta(days=1)), ("hours", timedelta(hours=1)), ("minutes", timedelta(minutes=1)))
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = np.iinfo(np.int64).min
Instants = npt.NDArray[np.int64]


class Jump(StrEnum):
    """Which way a clock jumped: the label of ``nabat_clock_jumps_total``."""

    BACK = "back"
    AHEAD = "ahead"


@dataclass(slots=True)
class _Misdated:
    """Lines of one source that are off in one direction.

    Attributes:
        minutes: By the minute they were read in, how many were off by how many minutes.
        between: By the same, how many of them were followed at once by a line newer than all before.
    """

    minutes: dict[datetime, Counter[int]] = field(default_factory=dict)
    between: Counter[datetime] = field(default_factory=Counter)

    def add(self, off: Instants, read: datetime) -> None:
        minute = read.replace(second=0, microsecond=0)
        rounded = (np.minimum(off, _LONGEST_TOLD // _MICROSECOND) + _MINUTE // 2) // _MINUTE
        self.minutes.setdefault(minute, Counter()).update(rounded.tolist())

    def forget(self, now: datetime) -> None:
        for minute in [minute for minute in self.minutes if now - minute > _REMEMBERED]:
            del self.minutes[minute]
            self.between.pop(minute, None)

    def offs(self) -> Counter[int]:
        """Return how many were off by how many minutes."""
        return sum(self.minutes.values(), Counter())


class _Saved(msgspec.Struct):
    source: str
    jump: Jump
    minutes: list[tuple[datetime, dict[int, int]]]
    between: list[tuple[datetime, int]]


@dataclass(slots=True)
class ClockSkew:
    """What the clocks behind all streams have said.

    Attributes:
        newest: Newest credible time of each stream, in microseconds.
        recent: Misdated lines by source and jump.
    """

    newest: dict[str, int] = field(default_factory=dict)
    recent: dict[tuple[str, Jump], _Misdated] = field(default_factory=dict)
    _last_back: set[str] = field(default_factory=set)

    def observe(self, frame: pl.DataFrame, lateness: timedelta = timedelta(0)) -> Mapping[Jump, int]:
        """Take the times of one stream's lines in; return how many of them have jumped, by direction."""
        if not frame.height:
            return {}
        stream, source = frame.item(0, "log.stream"), frame.item(0, "log.source")
        read: datetime = frame.item(0, "event.ingested")
        times = _instants(frame)
        self._note_ahead(source, times - _micros(read), read)
        jumps = self._jumps(source, stream, times, read, max(lateness, TOLERANCE))
        for jump in Jump:
            lines = self.recent.get((source, jump))
            if lines is not None:
                lines.forget(read)
        return jumps

    def retain_streams(self, streams: Collection[str]) -> None:
        """Forget the clocks of all other streams."""
        self.newest = {stream: newest for stream, newest in self.newest.items() if stream in streams}
        self._last_back.intersection_update(streams)

    def to_text(self) -> str:
        """Return what must outlive a restart, which reads no line: the lines that are wrong lately."""
        return msgspec.json.encode(
            [
                _Saved(source, jump, list(lines.minutes.items()), list(lines.between.items()))
                for (source, jump), lines in self.recent.items()
                if lines.minutes
            ]
        ).decode()

    @classmethod
    def from_text(cls, text: str | None) -> "ClockSkew":
        """Return what was kept; what cannot be read is seen again with the next lines."""
        made = cls()
        with SkipUnreadable(NAME):
            for one in msgspec.json.decode(text or "[]", type=list[_Saved]):
                minutes = {minute: Counter(offs) for minute, offs in one.minutes}
                made.recent[one.source, one.jump] = _Misdated(minutes, Counter(dict(one.between)))
        return made

    def spots(self, sources: Collection[str]) -> list[BlindSpot]:
        """Return the sources, of those given, whose clocks are wrong, and those a writer of which writes late."""
        found = []
        for (source, jump), lines in self.recent.items():
            offs = lines.offs()
            if offs.total() < _FEWEST or source not in sources:
                continue
            if jump is Jump.AHEAD:
                gross = sum(many for off, many in offs.items() if timedelta(minutes=off) > TOLERANCE)
                found.append(_spot(Blind.CLOCK, source, "clock-runs-ahead", offs, quiet=gross < _FEWEST))
            elif lines.between.total():
                found.append(_spot(Blind.LATE, source, "written-late", offs, quiet=True))
            else:
                found.append(_spot(Blind.CLOCK, source, "clock-set-back", offs))
        return found

    def ahead(self) -> Mapping[str, timedelta]:
        """Return how far the clocks of sources are ahead; of those that are not, nothing."""
        found = {}
        for (source, jump), lines in self.recent.items():
            if jump is Jump.AHEAD:
                offs = lines.offs()
                found[source] = timedelta(minutes=_middle(offs)) if offs.total() >= _FEWEST else timedelta(0)
        return found

    def _note_ahead(self, source: str, off: Instants, read: datetime) -> None:
        ahead = off[off >= _AHEAD // _MICROSECOND]
        if len(ahead):
            self.recent.setdefault((source, Jump.AHEAD), _Misdated()).add(ahead, read)

    def _jumps(
        self, source: str, stream: str, times: Instants, read: datetime, allowed: timedelta
    ) -> Mapping[Jump, int]:
        before = self.newest.get(stream, _NEVER)
        ahead = times > _micros(read + TOLERANCE)
        credible = np.where(ahead, _NEVER, times) if ahead.any() else times
        newest = np.maximum.accumulate(np.concatenate([[before], credible]))
        self._keep(stream, int(newest[-1]))
        floor = newest[:-1] - min(allowed // _MICROSECOND, 1 << 62)
        back = (times < floor) & (newest[:-1] != _NEVER) & ~ahead
        self._note_back(source, stream, back, newest, times, read)
        counts = {Jump.AHEAD: int(ahead.sum()), Jump.BACK: int(back.sum())}
        return {jump: lines for jump, lines in counts.items() if lines}

    def _note_back(
        self, source: str, stream: str, back: npt.NDArray[np.bool_], newest: Instants, times: Instants, read: datetime
    ) -> None:
        after = np.concatenate([[stream in self._last_back], back[:-1]])
        returned = int((after & (newest[1:] > newest[:-1])).sum())
        (self._last_back.add if back[-1] else self._last_back.discard)(stream)
        if not returned and not back.any():
            return
        lines = self.recent.setdefault((source, Jump.BACK), _Misdated())
        lines.add((newest[:-1] - times)[back], read)
        lines.between[read.replace(second=0, microsecond=0)] += returned

    def _keep(self, stream: str, newest: int) -> None:
        if len(self.newest) >= _MOST_STREAMS and stream not in self.newest:
            del self.newest[next(iter(self.newest))]
        self.newest[stream] = newest


def not_ahead(times: pl.Series, read: datetime) -> pl.Series:
    """Return event times without those that lie ahead of when their lines were read."""
    newest, latest = times.max(), read + TOLERANCE
    return times if not isinstance(newest, datetime) or newest <= latest else times.filter(times <= latest)


def _spot(kind: Blind, source: str, why: str, offs: Counter[int], *, quiet: bool = False) -> BlindSpot:
    off = timedelta(minutes=_middle(offs))
    return BlindSpot(kind=kind, name=source, why=why, count=offs.total(), args=span_args(off), quiet=quiet)


def span_args(off: timedelta) -> tuple[tuple[str, str | int], ...]:
    """Return how far a clock is off, as a blind spot names it."""
    unit, one = next(((unit, one) for unit, one in _UNITS if off >= 2 * one), _UNITS[-1])
    return ("span", round(off / one)), ("unit", unit)


def _middle(offs: Counter[int]) -> int:
    """Return by how many minutes the line in the middle is off: a few wrong dates among them change nothing."""
    rest = offs.total() // 2
    for off in sorted(offs):
        rest -= offs[off]
        if rest < 0:
            return off
    return 0


def _instants(frame: pl.DataFrame) -> Instants:
    return frame.get_column("@timestamp").to_physical().to_numpy()


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
