"""An actor's last days as bars: different clients opened, and records taken out, with the band of its colleagues.

Comes in: an ``ActorExplained``. Goes out: a ``DayChart``. Days of which nothing is kept are shaded, so that they do not
look like days on which nothing was done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from detector.web.charts.scale import scale_for
from detector.web.explained import ActorDay, ActorExplained

WIDTH = 360
_LEFT, _RIGHT = 46, 4
_PANEL, _HEAD, _PLOT = 132, 32, 92
_FOOT = 20
_WEEK = 7
_LEAST_BAR = 1.5


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar(Box):
    """One day's bar; ``value`` is what it stands for."""

    value: int
    of_incident: bool


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line with its number."""

    y: float
    value: int


@dataclass(frozen=True, slots=True)
class Panel:
    """One row of bars.

    Attributes:
        name: ``clients`` or ``taken``. top / bottom: of the plot.
        band: What most of the colleagues' days lie in; None: not known.
        marks: Where the days of the incident stand, above their bars.
    """

    name: str
    top: float
    bottom: float
    bars: tuple[Bar, ...]
    lines: tuple[GridLine, ...]
    band: Box | None
    marks: tuple[tuple[float, float], ...]
    logarithmic: bool


@dataclass(frozen=True, slots=True)
class DayChart:
    """The whole picture.

    Attributes:
        unknown: Days of which nothing is kept, or which were not read.
        dates: Where a date stands below, with its day.
    """

    width: int
    height: int
    left: float
    right: float
    panels: tuple[Panel, ...]
    unknown: tuple[Box, ...]
    dates: tuple[tuple[float, ActorDay], ...]


def day_chart(actor: ActorExplained) -> DayChart:
    """Return the picture of an actor's days."""
    days = actor.days
    slot = (WIDTH - _LEFT - _RIGHT) / max(len(days), 1)
    panels = tuple(
        _panel(name, at * _PANEL + _HEAD, days, slot, value, actor.band.get(name))
        for at, (name, value) in enumerate(_VALUES.items())
    )
    unknown = tuple(
        Box(_LEFT + at * slot, panel.top, slot, _PLOT)
        for panel in panels
        for at, day in enumerate(days)
        if not day.known
    )
    dates = tuple(
        (round(_LEFT + (at + 0.5) * slot, 1), day)
        for at, day in enumerate(days)
        if (len(days) - 1 - at) % _WEEK == 0 and at > 0
    )
    return DayChart(WIDTH, len(panels) * _PANEL + _FOOT, _LEFT, WIDTH - _RIGHT, panels, unknown, dates)


_VALUES: dict[str, Callable[[ActorDay], int]] = {"clients": lambda day: day.clients, "taken": lambda day: day.taken}


def _panel(
    name: str,
    top: float,
    days: Sequence[ActorDay],
    slot: float,
    value: Callable[[ActorDay], int],
    band: tuple[int, int] | None,
) -> Panel:
    values = [value(day) for day in days]
    scale = scale_for([*values, *(band or ())])
    bottom = top + _PLOT

    def y(number: float) -> float:
        return round(bottom - scale.place(number) * _PLOT, 1)

    bars = tuple(
        Bar(
            round(_LEFT + at * slot + slot * 0.12, 1),
            min(y(number), bottom - _LEAST_BAR),
            round(slot * 0.76, 1),
            round(max(bottom - y(number), _LEAST_BAR), 1),
            number,
            day.of_incident,
        )
        for at, (day, number) in enumerate(zip(days, values, strict=True))
        if number
    )
    marks = tuple(
        (round(_LEFT + (at + 0.5) * slot, 1), y(number) - 2)
        for at, (day, number) in enumerate(zip(days, values, strict=True))
        if day.of_incident
    )
    low, high = band or (0, 0)
    area = Box(_LEFT, y(high), WIDTH - _LEFT - _RIGHT, round(max(y(low) - y(high), 1.0), 1)) if band else None
    lines = tuple(GridLine(y(number), number) for number in scale.lines)
    return Panel(name, top, bottom, bars, lines, area, marks, scale.logarithmic)
