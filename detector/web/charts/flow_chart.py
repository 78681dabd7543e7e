"""Touches of client data by hour around an incident: those in its hours, and the rest.

Comes in: what is known of the actors' days, and the moments that are worth a mark. Goes out: a ``FlowChart``: across in
per cent of the width, down in pixels, so that text keeps its size on every screen. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from detector.web.charts.scale import round_ticks
from detector.web.explained import ActorDay, ActorExplained

HEIGHT = 168
_TOP, _BOTTOM = 24.0, 150.0
_HOURS = 48
_EVERY = 12
_GAP = 0.25
_LEAST = 1.5


@dataclass(frozen=True, slots=True)
class FlowHour:
    """What the actors touched in one hour of the clock: in the hours of the incident, and apart from it."""

    day: date
    hour: int
    odd: int
    usual: int


@dataclass(frozen=True, slots=True)
class FlowBar:
    """One column; ``odd`` where it belongs to the incident."""

    x: float
    y: float
    width: float
    height: float
    odd: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowChart:
    """The picture, and the hours that it shows.

    Attributes:
        lines: Height and number of each line of the grid.
        ticks: Where an hour is named. marks: where something happened, with its number, by its name.
    """

    hours: tuple[FlowHour, ...]
    bars: tuple[FlowBar, ...]
    lines: tuple[tuple[float, int], ...]
    ticks: tuple[tuple[float, FlowHour], ...]
    marks: Mapping[str, tuple[float, int]]

    @property
    def odd(self) -> int:
        """Touches in the hours of the incident."""
        return sum(each.odd for each in self.hours)

    @property
    def first(self) -> FlowHour | None:
        """The first hour with touches of the incident."""
        return next((each for each in self.hours if each.odd), None)

    @property
    def busiest(self) -> FlowHour:
        """The hour with the most touches."""
        return max(self.hours, key=lambda each: each.odd + each.usual)


def flow_chart(actors: Sequence[ActorExplained], moments: Mapping[str, datetime], now: datetime) -> FlowChart | None:
    """Return the last hours up to now, or to the end of the incident's last day; None where nothing of them is kept.

    Args:
        actors: Of the incident.
        moments: What is marked, by name, in the zone of the days.
        now: Likewise.
    """
    hours = _hours(actors, now)
    if not any(each.odd for each in hours):
        return None
    grid = round_ticks(max(each.odd + each.usual for each in hours))
    width = 100 / len(hours)
    bars: list[FlowBar] = []

    def down(value: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * value / grid[-1], 2)

    for index, each in enumerate(hours):
        x, broad = round(index * width + _GAP / 2, 2), round(width - _GAP, 2)
        for low, count, odd in ((0, each.usual, False), (each.usual, each.odd, True)):
            if count:
                y = min(down(low + count), down(low) - _LEAST)
                bars.append(FlowBar(x, y, broad, round(down(low) - y, 2), odd))
    return FlowChart(
        hours=tuple(hours),
        bars=tuple(bars),
        lines=tuple((down(value), round(value)) for value in grid if value and value == round(value)),
        ticks=tuple((round(n * width, 2), each) for n, each in enumerate(hours) if each.hour % _EVERY == 0),
        marks=_marks(hours, moments),
    )


def _hours(actors: Sequence[ActorExplained], now: datetime) -> list[FlowHour]:
    """Return the last hours of the actors' days, summed."""
    found: dict[tuple[date, int], tuple[int, int]] = {}
    for day in (day for actor in actors for day in actor.days):
        for hour, count in enumerate(day.hours):
            if count is not None and (day.day, hour) <= (now.date(), now.hour):
                odd, usual = found.get((day.day, hour), (0, 0))
                inside = hour in day.marked and _counts(day)
                found[day.day, hour] = (odd + count, usual) if inside else (odd, usual + count)
    return [FlowHour(*key, *found[key]) for key in sorted(found)][-_HOURS:]


def _counts(day: ActorDay) -> bool:
    return day.known and day.of_incident


def _marks(hours: Sequence[FlowHour], moments: Mapping[str, datetime]) -> dict[str, tuple[float, int]]:
    """Return where each moment stands that lies within the hours, numbered in the order of time."""
    begin = _moment(hours[0])
    span = len(hours) * 3600
    shares = {name: (at.replace(tzinfo=None) - begin) / timedelta(seconds=span) for name, at in moments.items()}
    inside = sorted((share, name) for name, share in shares.items() if 0 <= share <= 1)
    return {name: (round(100 * share, 2), number) for number, (share, name) in enumerate(inside, 1)}


def _moment(hour: FlowHour) -> datetime:
    return datetime.combine(hour.day, datetime.min.time()) + timedelta(hours=hour.hour)
