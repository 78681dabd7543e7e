"""A picture as a file of its own: shown by a page that is light or dark, or alone.

Comes in: an ``XYChart``. Goes out: SVG. It has a ground and colours of its own, for light and for dark, since a file
that a page shows as a picture knows nothing of the page's style. No script, nothing from elsewhere; texts are escaped.
"""

from collections.abc import Callable, Iterator, Sequence
from html import escape

from detector.web.charts.xy_chart import RIGHT, WIDTH, Point, Series, XYChart

_LIGHT = ("#0b62a4", "#c2410c", "#0f7b5f", "#a8327a", "#8a6d00", "#5b5b66", "#6d3fc0")
_DARK = ("#6db8f2", "#ff9a5c", "#4fd1a5", "#f29ad0", "#e6c34a", "#b9bcc6", "#b79cff")
_DASHES = ("none", "7 3", "2 3", "9 3 2 3", "12 4", "4 4", "1 4")
_GROUND = {"light": ("#ffffff", "#1f2328", "#59636e", "#d1d9e0"), "dark": ("#161b22", "#e6edf3", "#9da7b3", "#3d444d")}


def _circle(x: float, y: float) -> str:
    return f"M{x - 4.5:g} {y:g}a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z"


def _corners(*corners: tuple[float, float]) -> Callable[[float, float], str]:
    def drawn(x: float, y: float) -> str:
        return "M" + "L".join(f"{x + dx:g} {y + dy:g}" for dx, dy in corners) + "z"

    return drawn


_MARKERS: tuple[Callable[[float, float], str], ...] = (
    _circle,
    _corners((-4, -4), (4, -4), (4, 4), (-4, 4)),
    _corners((0, -5), (5, 4), (-5, 4)),
    _corners((0, -6), (5, 0), (0, 6), (-5, 0)),
    _corners((0, 5), (5, -4), (-5, -4)),
    _corners(
        (-5, -2), (-2, -2), (-2, -5), (2, -5), (2, -2), (5, -2), (5, 2), (2, 2), (2, 5), (-2, 5), (-2, 2), (-5, 2)
    ),
    _corners((-5, -5), (0, -2), (5, -5), (2, 0), (5, 5), (0, 2), (-5, 5), (-2, 0)),
)


def svg_file(chart: XYChart) -> str:
    """Return the picture."""
    return "\n".join(_lines(chart)) + "\n"


def _lines(chart: XYChart) -> Iterator[str]:
    size = f'viewBox="0 0 {WIDTH} {chart.height:g}" width="{WIDTH}" height="{chart.height:g}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} aria-labelledby="title desc">'
    yield f'<title id="title">{escape(chart.title)}</title>'
    yield f'<desc id="desc">{escape(chart.description)}</desc>'
    yield f"<style>{_style('light', _LIGHT)}@media (prefers-color-scheme: dark){{{_style('dark', _DARK)}}}</style>"
    yield f'<rect class="ground" width="{WIDTH}" height="{chart.height:g}" rx="6"/>'
    yield _text("head", 16, 24, chart.title)
    yield from _axes(chart)
    for series, (x, y) in zip(chart.series, chart.legend, strict=True):
        yield _mark(series, [(x + 6, y - 4)])
        yield _text("name", x + 16, y, series.name)
    # Markers above all lines, so that none is hidden by a line.
    for series in chart.series:
        if path := chart.path(series):
            yield f'<path class="l{series.look % len(_DASHES)}" d="{path}"/>'
    for series in chart.series:
        yield from _points(chart, series)
    yield "</svg>"


def _points(chart: XYChart, series: Series) -> Iterator[str]:
    places = [chart.at(x, y) for x, y in series.points]
    if places:
        yield _mark(series, places[-1:] if series.step else places)
    for (x, y), label in zip(places, series.labels, strict=False):
        end = x > WIDTH - RIGHT - 60
        beside = y + 4 if chart.y.rows else y - 6
        yield _text("tick end" if end else "tick", x - 9 if end else x + 9, beside, label)


def _mark(series: Series, places: Sequence[Point]) -> str:
    number = series.look % len(_MARKERS)
    return f'<path class="m{number}" d="{"".join(_MARKERS[number](x, y) for x, y in places)}"/>'


def _axes(chart: XYChart) -> Iterator[str]:
    left, right = chart.y.margin, WIDTH - RIGHT
    for value, label in chart.y.ticks:
        _, y = chart.at(chart.x.low, value)
        _, line = chart.at(chart.x.low, value - 0.5 if chart.y.rows else value)
        yield f'<path class="rule" d="M{left:g} {line:g}H{right:g}"/>'
        yield _text("tick end", left - 12, y + 4, label)
    for value, label in chart.x.ticks:
        x, _ = chart.at(value, chart.y.low)
        yield f'<path class="rule" d="M{x:g} {chart.top:g}V{chart.bottom:g}"/>'
        yield _text("tick middle", x, chart.bottom + 16, label)
    if chart.diagonal:
        end = min(chart.x.high, chart.y.high)
        (x, y), (a, b) = chart.at(0, 0), chart.at(end, end)
        yield f'<path class="diagonal" d="M{x:g} {y:g}L{a:g} {b:g}"/>'
    yield _text("tick middle", (left + right) / 2, chart.bottom + 36, chart.x.title)
    if chart.y.title:
        middle = (chart.top + chart.bottom) / 2
        yield f'<g transform="translate(16 {middle:g}) rotate(-90)">{_text("tick middle", 0, 0, chart.y.title)}</g>'


def _text(kind: str, x: float, y: float, text: str) -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(text)}</text>'


def _style(mode: str, colours: Sequence[str]) -> str:
    ground, text, quiet, line = _GROUND[mode]
    parts = [
        "text{font:12px system-ui,sans-serif}",
        f".ground{{fill:{ground};stroke:{line}}}",
        f".head{{font-size:15px;font-weight:600;fill:{text}}}",
        f".name{{fill:{text}}}",
        f".tick{{font-size:11px;fill:{quiet};paint-order:stroke;stroke:{ground};stroke-width:3px}}",
        ".end{text-anchor:end}.middle{text-anchor:middle}",
        f".rule{{stroke:{line};stroke-width:.7}}",
        f".diagonal{{stroke:{quiet};stroke-width:1.2;stroke-dasharray:5 4}}",
    ]
    for number, (colour, dash) in enumerate(zip(colours, _DASHES, strict=True)):
        parts.append(f".m{number}{{fill:{colour};stroke:{ground};stroke-width:.8}}")
        parts.append(f".l{number}{{fill:none;stroke:{colour};stroke-width:2;stroke-dasharray:{dash}}}")
    return "".join(parts)
