"""Clocks that jump: lines whose time lies well behind those before in their stream, or ahead of when they were read.

Comes in: decoded frames, each of one stream, in the order read. Goes out: counts by source, and blind spots while such
lines keep coming. Windows count in event time, so a clock that was set back makes honest lines late, and one that runs
ahead makes them wait for nothing. One stray line wakes nobody: a few have to come within a quarter of an hour. What is
known of a stream is forgotten with the process.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.runtime.blindspots import Blind, BlindSpot

TOLERANCE = timedelta(minutes=5)
"""A line further than this behind its stream (or the source's ``lateness``, if that is more) or ahead has jumped."""
_REMEMBERED = timedelta(minutes=15)
_FEWEST = 5
_MOST_STREAMS = 100_000
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = np.iinfo(np.int64).min
Instants = npt.NDArray[np.int64]


class Jump(StrEnum):
    """Which way a clock jumped: the label of ``nabat_clock_jumps_total``."""

    BACK = "back"
    AHEAD = "ahead"


@dataclass(slots=True)
class Clocks:
    """What the clocks behind all streams have said.

    Attributes:
        newest: Newest credible time of each stream, in microseconds.
        recent: Misdated lines by source and jump, and by the minute they were read in.
    """

    newest: dict[str, int] = field(default_factory=dict)
    recent: dict[tuple[str, Jump], Counter[datetime]] = field(default_factory=dict)

    def look(self, frame: pl.DataFrame, lateness: timedelta = timedelta(0)) -> Mapping[Jump, int]:
        """Take the times of one stream's lines in; return how many of them have jumped, by direction."""
        if not frame.height:
            return {}
        stream, source = frame.item(0, "log.stream"), frame.item(0, "log.source")
        read: datetime = frame.item(0, "event.ingested")
        found = self._jumps(stream, _instants(frame), _micros(read + TOLERANCE), max(lateness, TOLERANCE))
        for jump, lines in found.items():
            minutes = self.recent.setdefault((source, jump), Counter())
            minutes[read.replace(second=0, microsecond=0)] += lines
            _forget(minutes, read)
        return found

    def keep(self, streams: Collection[str]) -> None:
        """Forget the clocks of all other streams."""
        self.newest = {stream: newest for stream, newest in self.newest.items() if stream in streams}

    def spots(self, now: datetime) -> list[BlindSpot]:
        """Return the sources whose clocks have jumped lately."""
        found = []
        for (source, jump), minutes in self.recent.items():
            _forget(minutes, now)
            lines = minutes.total()
            if lines >= _FEWEST:
                found.append(BlindSpot(kind=Blind.CLOCK, name=source, why=f"clock-{jump.value}", count=lines))
        return found

    def _jumps(self, stream: str, times: Instants, horizon: int, allowed: timedelta) -> dict[Jump, int]:
        before = self.newest.get(stream, _NEVER)
        ahead = times > horizon
        credible = np.where(ahead, _NEVER, times) if ahead.any() else times
        newest = np.maximum.accumulate(np.concatenate([[before], credible]))
        self._keep(stream, int(newest[-1]))
        floor = newest[:-1] - min(allowed // _MICROSECOND, 1 << 62)
        back = (times < floor) & (newest[:-1] != _NEVER) & ~ahead
        counts = {Jump.AHEAD: int(ahead.sum()), Jump.BACK: int(back.sum())}
        return {jump: lines for jump, lines in counts.items() if lines}

    def _keep(self, stream: str, newest: int) -> None:
        if len(self.newest) >= _MOST_STREAMS and stream not in self.newest:
            del self.newest[next(iter(self.newest))]
        self.newest[stream] = newest


def _forget(minutes: Counter[datetime], now: datetime) -> None:
    for minute in [minute for minute in minutes if now - minute > _REMEMBERED]:
        del minutes[minute]


def _instants(frame: pl.DataFrame) -> Instants:
    return frame.get_column("@timestamp").to_physical().to_numpy()


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
