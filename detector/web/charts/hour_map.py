"""Touches as a calendar of hours: a row a day, a column an hour of the clock, a stronger colour where there are more.

Comes in: days with their hours. Goes out: an ``HourMap``: one path for each shade, so that a month is a few kilobytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, log1p

from detector.web.charts.day_chart import WIDTH, Box
from detector.web.explained import ActorDay

SHADES = 5
_LEFT, _TOP = 46, 18
_CELL, _ROW, _GAP = 13, 11, 1
_HOURS = (0, 6, 12, 18, 23)
_WEEK = 7


@dataclass(frozen=True, slots=True)
class HourMap:
    """The picture.

    Attributes:
        shades: Paths, the weakest first. marked: outlines of the hours of the incident.
        absent: Hours that do not exist on their day. unknown: days of which nothing is kept, or which were not read.
        hours: Where an hour stands above. rows: where a date stands, with its day. incident: where those of it begin.
        highest: Touches in the busiest hour of all.
    """

    width: int
    height: int
    left: float
    grid: Box
    shades: tuple[str, ...]
    marked: str
    absent: str
    unknown: tuple[Box, ...]
    hours: tuple[tuple[float, int], ...]
    rows: tuple[tuple[float, ActorDay], ...]
    incident: tuple[float, ...]
    highest: int


def shade(count: int, highest: int) -> int:
    """Return how strong the colour of a count is, from 1 to ``SHADES``, on a logarithmic scale; 0 for none."""
    return min(max(ceil(SHADES * log1p(count) / log1p(highest)), 1), SHADES) if count > 0 else 0


def hour_map(days: Sequence[ActorDay]) -> HourMap:
    """Return the picture of days, the oldest on top."""
    highest = max((hour for day in days for hour in day.hours if hour), default=0)
    cells: list[list[tuple[int, int]]] = [[] for _ in range(SHADES + 1)]
    marked, absent = [], []
    for row, day in enumerate(days):
        for hour, count in enumerate(day.hours):
            if count is None:
                absent.append((hour, row))
            elif count:
                cells[shade(count, highest)].append((hour, row))
            if hour in day.marked:
                marked.append((hour, row))
    last = len(days) - 1
    return HourMap(
        width=WIDTH,
        height=_TOP + len(days) * _ROW + 2,
        left=_LEFT,
        grid=Box(_LEFT, _TOP, 24 * _CELL, len(days) * _ROW),
        shades=tuple(_path(each) for each in cells[1:]),
        marked=_path(marked),
        absent=_path(absent),
        unknown=tuple(
            Box(_LEFT, _TOP + row * _ROW, 24 * _CELL, _ROW - _GAP) for row, day in enumerate(days) if not day.known
        ),
        hours=tuple((_LEFT + hour * _CELL + _CELL / 2, hour) for hour in _HOURS),
        rows=tuple((_TOP + row * _ROW + _ROW - 2, day) for row, day in enumerate(days) if (last - row) % _WEEK == 0),
        incident=tuple(_TOP + row * _ROW + _ROW - 2.0 for row, day in enumerate(days) if day.of_incident),
        highest=highest,
    )


def _path(cells: Iterable[tuple[int, int]]) -> str:
    wide, high = _CELL - _GAP, _ROW - _GAP
    return "".join(f"M{_LEFT + hour * _CELL} {_TOP + row * _ROW}h{wide}v{high}h-{wide}z" for hour, row in cells)
