"""Values against values: points and lines of several series between two axes.

Comes in: series and axes. Goes out: places in a picture 720 wide. What belongs to which series is told by its marker,
its kind of line and its colour, so that none of them has to be seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

from detector.web.charts.scale import round_ticks

WIDTH = 720
LEFT, RIGHT, TOP, FOOT = 64, 30, 44, 48
_LEGEND_ROW, _LEGEND_GAP, _MARKER, _LETTER = 20, 18, 16, 6.6

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis.

    Attributes:
        low / high: Values at its ends. ticks: where a line with a label stands.
        logarithmic: Places are those of the logarithm; ``low`` is more than 0 then.
        margin: Room for its labels, where they are long.
        rows: It has rows, which lines divide, and no scale.
    """

    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    logarithmic: bool = False
    margin: float = LEFT
    rows: bool = False

    def place(self, value: float) -> float:
        """Return where a value stands, from 0 to 1; what lies outside stands at the end."""
        value = min(max(value, self.low), self.high)
        if self.logarithmic:
            return log10(value / self.low) / log10(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Series:
    """Points that belong together.

    Attributes:
        look: Number of its marker, kind of line and colour, the same in all pictures of a page.
        line: They are joined. step: by steps, as of a share that grows; then the last point only has a marker.
        labels: Words beside the points; empty: none.
    """

    name: str
    points: tuple[Point, ...]
    look: int
    line: bool = False
    step: bool = False
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class XYChart:
    """One picture.

    Attributes:
        title / description: For whoever cannot see it, and above it.
        plot_height: Of the field between the axes.
        diagonal: A line where x is y.
    """

    title: str
    description: str
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    plot_height: float = 300
    diagonal: bool = False

    @property
    def legend(self) -> tuple[tuple[float, float], ...]:
        """Where the mark of each series stands in the legend."""
        found, x, y = [], float(LEFT), float(TOP)
        for each in self.series:
            wide = _MARKER + len(each.name) * _LETTER + _LEGEND_GAP
            if x + wide > WIDTH - RIGHT + _LEGEND_GAP and x > LEFT:
                x, y = float(LEFT), y + _LEGEND_ROW
            found.append((x, y))
            x += wide
        return tuple(found)

    @property
    def top(self) -> float:
        """Where the field begins."""
        return max((y for _, y in self.legend), default=TOP) + _LEGEND_ROW

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.plot_height

    @property
    def height(self) -> float:
        """Of the whole picture."""
        return self.bottom + FOOT

    def at(self, x: float, y: float) -> Point:
        """Return the place of a point."""
        wide = WIDTH - self.y.margin - RIGHT
        return (
            round(self.y.margin + self.x.place(x) * wide, 1),
            round(self.bottom - self.y.place(y) * self.plot_height, 1),
        )

    def path(self, series: Series) -> str:
        """Return the line of a series as an SVG path; empty where its points are not joined."""
        if not series.line or not series.points:
            return ""
        places = [self.at(x, y) for x, y in series.points]
        (x, y), rest = places[0], places[1:]
        return f"M{x:g} {y:g}" + "".join(f"H{a:g}V{b:g}" if series.step else f"L{a:g} {b:g}" for a, b in rest)


def axis_of(title: str, highest: float, unit: str = "") -> Axis:
    """Return an axis from 0 to a round number no less than this."""
    ticks = round_ticks(highest if highest > 0 else 1.0)
    return Axis(title, 0.0, ticks[-1], tuple((tick, f"{tick:g}{unit}") for tick in ticks))


def rows_of(names: Sequence[str]) -> Axis:
    """Return a vertical axis of rows with names, the first on top: that of row ``n`` is ``-n``."""
    margin = max((len(name) for name in names), default=0) * _LETTER + 28
    ticks = tuple((-float(at), name) for at, name in enumerate(names))
    return Axis("", -len(names) + 0.5, 0.5, ticks, margin=margin, rows=True)
