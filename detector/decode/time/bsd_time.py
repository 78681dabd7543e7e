"""Times of syslog, which name no year and no zone.

Comes in: ``Mar 27 13:06:56`` and when the file was written. Goes out: moments. The year is the last one in which the
moment is not after ``written`` by more than a day: a file written in January may hold December's lines, and 29 February
belongs to the last leap year. A zone is a setting of the source; an hour that occurs twice is taken the first time, one
that does not occur as if the clock had not been moved.
"""

from calendar import isleap
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.decode.time.time_range import plausible
from detector.frames import TIME

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LEAP = 2000
_MICROSECOND = timedelta(microseconds=1)
_DAY = 86_400_000_000
_MARCH = 60 * _DAY
"""Where March begins in a leap year; 29 February is the day before."""
_MARGIN = timedelta(days=1)


def parse_yearless(text: pl.Series, zone: ZoneInfo, written: datetime) -> pl.Series:
    """Read times without year and zone: month, day and time, with or without a fraction of a second."""
    known = (f"{_LEAP} " + text).str.to_datetime("%Y %b %e %H:%M:%S%.f", time_unit="us", strict=False)
    inside = known.to_physical() - _begin(_LEAP)
    at = inside.fill_null(0).to_numpy()
    limit = (written + _MARGIN).astimezone(zone)
    year, latest = limit.year, (limit.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND - _begin(limit.year)
    if not isleap(year) and latest >= _MARCH - _DAY:  # places within a leap year are compared
        latest += _DAY
    this_year = at <= latest
    micros = np.where(this_year, _placed(at, year), _placed(at, year - 1))
    naive = pl.Series("@timestamp", micros).cast(pl.Datetime("us"))
    return localised(naive.set(inside.is_null(), None), zone)


def _placed(at: npt.NDArray[np.int64], year: int) -> npt.NDArray[np.int64]:
    """Put places within a leap year into a year; 29 February into the last leap year."""
    if isleap(year):
        return at + _begin(year)
    leap = next(one for one in range(year, year - 9, -1) if isleap(one))
    plain = at + _begin(year) - np.where(at >= _MARCH, _DAY, 0)
    made: npt.NDArray[np.int64] = np.where((at >= _MARCH - _DAY) & (at < _MARCH), at + _begin(leap), plain)
    return made


def _begin(year: int) -> int:
    return (datetime(year, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND


def localised(naive: pl.Series, zone: ZoneInfo) -> pl.Series:
    """Return clock readings of a zone as moments; what is no moment of today's logs becomes null."""
    made = naive.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")
    lost = np.flatnonzero((made.is_null() & naive.is_not_null()).to_numpy())
    if len(lost):  # an hour the clock jumped over
        moments = [_utc(reading, zone) for reading in naive[lost].to_list()]
        made = made.scatter(lost, pl.Series(moments, dtype=TIME))
    return plausible(made.alias("@timestamp"))


def _utc(reading: datetime, zone: ZoneInfo) -> datetime:
    return reading.replace(tzinfo=zone).astimezone(UTC)
