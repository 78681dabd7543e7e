"""In which zone a log's clock runs, where its times carry none.

Comes in: a survey whose times were read as UTC, and when its files were last written. Goes out: a zone, and why that
one. A log is written right after what it tells of, so its last line and the file's own time tell the offset; a line
from the future tells that there is one. A guess: the person is asked, and the file says what it rests on.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import polars as pl

from detector.acquire import FileSample

_LAST = 20
_AFTER = timedelta(minutes=3)
"""How long after its last line a file may have been written: buffers are flushed, the last request took a while."""
_SLACK = timedelta(minutes=1)
_STRAY = timedelta(days=1)
_HALVES = {  # zones off the whole hour in which many people live
    "+03:30": "Asia/Tehran",
    "+04:30": "Asia/Kabul",
    "+05:30": "Asia/Kolkata",
    "+05:45": "Asia/Kathmandu",
    "+06:30": "Asia/Yangon",
    "+09:30": "Australia/Darwin",
}


class ZoneSign(StrEnum):
    """Why a zone is assumed."""

    WRITTEN = "written"
    AHEAD = "ahead"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumedZone:
    """The zone in which times without one are read.

    Attributes:
        name: Of the zone.
        offset: What it was at the last line, as ``+03:00``.
        sign: Why this one.
        ahead: How far the last line would lie ahead of the file's last write, were it UTC; may be negative.
    """

    name: str
    offset: str
    sign: ZoneSign
    ahead: timedelta


def assumed_zone(frame: pl.DataFrame, files: Sequence[str], samples: Sequence[FileSample]) -> AssumedZone:
    """Return the zone in which the times of a log without zones are best read.

    Args:
        frame: Its events, times read as UTC; not empty.
        files: Its files.
        samples: What was read of each of them.
    """
    newest = max(range(len(files)), key=lambda at: samples[at].written)
    mine = frame.filter(pl.col("log.file.path") == files[newest])
    ends = (mine if mine.height else frame).tail(_LAST)["@timestamp"]
    last, middle = ends.max(), ends.median()
    assert isinstance(last, datetime)  # noqa: S101
    assert isinstance(middle, datetime)  # noqa: S101
    last = last if last - middle < _STRAY else middle  # one line of another time says nothing
    machine = machine_zone()
    own, ahead = _offset(machine, last), last - samples[newest].written
    others = _offsets(last)
    offsets = {own: machine, **{offset: name for offset, name in others.items() if offset != own}}
    whole = samples[newest].whole or samples[newest].size > 0
    fitting = [offset for offset in offsets if whole and -_AFTER <= ahead - offset <= _SLACK]
    if fitting:
        best, sign = fitting[0], ZoneSign.WRITTEN
    elif ahead > _SLACK and (later := sorted(offset for offset in offsets if offset >= ahead - _SLACK)):
        best, sign = own if own in later else later[0], ZoneSign.AHEAD
    else:
        best, sign = own, ZoneSign.MACHINE
    return AssumedZone(name=offsets[best], offset=_text(best), sign=sign, ahead=ahead)


def _offsets(at: datetime) -> dict[timedelta, str]:
    """Return the offsets in use with a zone for each, nearest to UTC first."""
    hours = sorted(range(-12, 15), key=abs)
    found = {timedelta(hours=hour): _of_hours(hour) for hour in hours}
    return found | {_offset(name, at): name for name in _HALVES.values()}


def machine_zone() -> str:
    """Return the name of the zone this machine's clock shows; UTC when it does not say."""
    link = Path("/etc/localtime")
    named = os.environ.get("TZ", "").lstrip(":") or (
        str(link.resolve()).partition("zoneinfo/")[2] if link.is_symlink() else ""
    )
    return named if named in available_timezones() and "/" in named else "UTC"


def shown_zone(offset: str, at: datetime) -> str:
    """Return a zone to show times in: this machine's if it has the log's offset, else one of that offset."""
    machine = machine_zone()
    if not offset or _text(_offset(machine, at)) == offset:
        return machine
    name = _of_hours(int(offset[:3])) if offset.endswith(":00") else _HALVES.get(offset, "")
    return name if name in available_timezones() else machine


def _of_hours(hours: int) -> str:
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


def _offset(zone: str, at: datetime) -> timedelta:
    return at.astimezone(UTC).astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)


def _text(offset: timedelta) -> str:
    minutes = round(offset / timedelta(minutes=1))
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
