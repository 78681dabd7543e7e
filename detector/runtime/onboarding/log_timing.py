"""Habits of a log in time: zone, order of its lines, hours of the day, silences, how late it is written.

Comes in: a survey. Goes out: what is said in comments, and ``lateness`` where the default would not do. Disorder and
silences are measured within pieces whose lines stand next to each other.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from detector.runtime.onboarding.survey import PIECE, Survey
from detector.settings.types import duration_text

DEFAULT_LATENESS = timedelta(milliseconds=500)
_STEPS = tuple(timedelta(seconds=n) for n in (1, 2, 5, 10, 30, 60, 120, 300, 600))
_ENOUGH = 0.999
_AHEAD = timedelta(minutes=5)
_DAY = timedelta(days=1)
_OFFSET = r"\d\d:\d\d:\d\d(?:[.,]\d+)? ?(Z|[+-]\d\d:?\d\d)"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogTiming:
    """What was seen.

    Attributes:
        first / last: The oldest and the newest event.
        behind: How many events lie behind one before them. furthest: by how much at most.
        lateness: What to set; None where the default fits.
        hours: Events by hour of the day, in the zone shown.
        longest: The longest time without an event; None when too little was seen.
        lag: How long after its newest event the file was last written; None when that says nothing.
        offset: The zone most lines write, as ``+03:00``; empty when they write none.
        ahead: Events dated later than the moment they were read, by more than a clock may be wrong.
    """

    first: datetime
    last: datetime
    behind: int
    furthest: timedelta
    lateness: timedelta | None
    hours: tuple[int, ...]
    longest: timedelta | None
    lag: timedelta | None
    offset: str
    ahead: int

    @property
    def quiet(self) -> tuple[int, int] | None:
        """The longest stretch of at least three hours of the day without events: begin and end."""
        busy = [hour for hour, count in enumerate(self.hours) if count]
        if len(busy) < 2 or self.last - self.first < _DAY:
            return None
        gaps = [((after - before) % 24 or 24, before) for before, after in zip(busy, busy[1:] + busy[:1], strict=True)]
        length, before = max(gaps)
        return ((before + 1) % 24, (before + length) % 24) if length > 3 else None


def habits(survey: Survey, zone: ZoneInfo) -> LogTiming:
    """Measure a survey's events; by those dated later than they were read only where there are no others."""
    wrong = survey.frame.get_column("@timestamp") > survey.frame.get_column("event.ingested") + _AHEAD
    dated = survey.frame if wrong.all() else survey.frame.filter(~wrong)
    times = dated.select(pl.col("@timestamp").alias("at"), "log.stream", PIECE)
    ahead = pl.col("at").cum_max().over("log.stream", PIECE) - pl.col("at")
    late = times.select(ahead.dt.total_milliseconds().alias("ms"))["ms"]
    furthest = timedelta(milliseconds=int(late.max() or 0))  # type: ignore[arg-type]  # an integer column
    usual = timedelta(milliseconds=int(late.quantile(_ENOUGH, "higher") or 0))
    hours = Counter(times["at"].dt.convert_time_zone(zone.key).dt.hour().to_list())
    gap = times.select(pl.col("at").sort().diff().over(PIECE, mapping_strategy="explode").alias("gap"))["gap"].max()
    first, last = times["at"].min(), times["at"].max()
    assert isinstance(first, datetime) and isinstance(last, datetime)  # noqa: S101, PT018
    return LogTiming(
        first=first,
        last=last,
        behind=int((late > 0).sum()),
        furthest=furthest,
        lateness=_lateness(usual),
        hours=tuple(hours[hour] for hour in range(24)),
        longest=gap if isinstance(gap, timedelta) else None,
        lag=_lag(survey, last),
        offset=_offset(survey.frame),
        ahead=int(wrong.sum()),
    )


def _lateness(usual: timedelta) -> timedelta | None:
    """Return the setting that covers nearly all lines; None where the default does."""
    if usual <= DEFAULT_LATENESS:
        return None
    return next((step for step in _STEPS if step >= usual), _STEPS[-1])


def _lag(survey: Survey, last: datetime) -> timedelta | None:
    lag = max(sample.written for sample in survey.samples) - last
    return lag if survey.whole and timedelta(0) <= lag < timedelta(hours=1) else None


def _offset(frame: pl.DataFrame) -> str:
    found = frame["event.original"].head(1000).str.extract(_OFFSET, 1).drop_nulls()
    if not found.len():
        return ""
    most = str(found.value_counts(sort=True)[found.name][0])
    return "+00:00" if most == "Z" else f"{most[:3]}:{most[-2:]}"


def spelt(span: timedelta) -> str:
    """Write a span in words of the settings, no finer than anybody needs."""
    fine = timedelta(seconds=1) if span >= timedelta(seconds=10) else timedelta(milliseconds=1)
    return duration_text(round(span / fine) * fine)
