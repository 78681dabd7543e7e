"""The pictures of an evaluation: SVG files beside its page.

Comes in: the figures of companies. Goes out: charts by file name, and files. What each shows stands in a table of the
page as well. They are drawn by what draws the charts of an incident's page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from detector.detect.behaviour import DAYS_A_MONTH
from detector.runtime.evaluate.figures import CompanyFigures, Totals, runs_by_name
from detector.runtime.evaluate.matching import STRENGTHS, Fate
from detector.runtime.evaluate.trial import DEFAULTS, PLAIN_FOREST, WayGroup
from detector.web.charts import Axis, Series, XYChart, axis_of, rows_of, svg_file

_SUB_ROW = 13
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
_PERCENT = Axis("share of the leaks found", 0, 100, tuple((float(each), f"{each} %") for each in range(0, 101, 20)))
_WAITS = Axis(
    "time from the first client taken",
    _MINUTE,
    14 * _DAY,
    (
        (_MINUTE, "1 min"), (5 * _MINUTE, "5 min"), (30 * _MINUTE, "30 min"), (3 * _HOUR, "3 h"), (_DAY, "1 day"),
        (4 * _DAY, "4 days"), (14 * _DAY, "14 days"),
    ),
    logarithmic=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plot:
    """One picture, and the name of its file."""

    file: str
    chart: XYChart


def plots(companies: Sequence[CompanyFigures]) -> list[Plot]:
    """Return the pictures of an evaluation, those without anything to show left out."""
    return [
        Plot("recall-by-strength.svg", _recall(companies)),
        Plot("false-by-company.svg", _false(companies)),
        *([Plot("found-against-false.svg", _trade(companies))] if companies[0].titles(WayGroup.BUDGET) else []),
        *([Plot("calibration.svg", _calibration(companies))] if companies[0].titles(WayGroup.ALONE) else []),
        Plot("time-to-incident.svg", _times(companies)),
    ]


def write_plots(companies: Sequence[CompanyFigures], folder: Path) -> None:
    """Write the pictures into a folder, and take out of it what an earlier evaluation drew."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.svg"):
        old.unlink()
    for plot in plots(companies):
        (folder / plot.file).write_text(svg_file(plot.chart), encoding="utf-8")


def _columns(companies: Sequence[CompanyFigures]) -> dict[str, Totals]:
    return {title: Totals.of(companies, title) for title in companies[0].titles(WayGroup.COLUMN)}


def _row(at: int, look: int, looks: int) -> float:
    """Return where the mark of a series stands in a row, so that none hides another."""
    return -at - (look - (looks - 1) / 2) * 0.86 / looks


def _height(rows: int, looks: int) -> float:
    return rows * (looks + 1) * _SUB_ROW


def _recall(companies: Sequence[CompanyFigures]) -> XYChart:
    columns, names = _columns(companies), [*STRENGTHS, "all"]
    series = []
    for look, (title, total) in enumerate(columns.items()):
        points, labels = [], []
        for at, name in enumerate(names):
            mine = [its for leak, its in total.leaks if name in ("all", leak.strength)]
            found = sum(each.fate is Fate.FOUND for each in mine)
            if mine:
                points.append((100 * found / len(mine), _row(at, look, len(columns))))
                labels.append(f"{found} of {len(mine)}")
        series.append(Series(title, tuple(points), look, labels=tuple(labels)))
    told = "; ".join(f"{title} {100 * total.recall:.0f} %" for title, total in columns.items())
    return XYChart(
        "Leaks found, by strength", f"Share of the leaks found. Of all: {told}.", _PERCENT, rows_of(names),
        tuple(series), _height(len(names), len(columns)),
    )  # fmt: skip


def _false(companies: Sequence[CompanyFigures]) -> XYChart:
    columns, runs = list(_columns(companies)), runs_by_name(companies)
    series = []
    for look, title in enumerate(columns):
        values = [Totals.of(some, title).false_a_day for some in runs.values()]
        points = tuple((value, _row(at, look, len(columns))) for at, value in enumerate(values))
        series.append(Series(title, points, look, labels=tuple(f"{value:.2f}" for value in values)))
    highest = max((x for each in series for x, _ in each.points), default=1.0)
    told = "; ".join(f"{title} {total.false_a_day:.2f}" for title, total in _columns(companies).items())
    return XYChart(
        "False incidents a day, by company", f"False incidents a day of one company. Mean: {told}.",
        axis_of("false incidents a day", highest), rows_of(list(runs)), tuple(series), _height(len(runs), len(columns)),
    )  # fmt: skip


def _trade(companies: Sequence[CompanyFigures]) -> XYChart:
    columns = _columns(companies)
    looks = {title: look for look, title in enumerate(columns)}
    lines = [
        _budgets(companies, "rules and behaviour, by budget", WayGroup.BUDGET, looks[DEFAULTS.title]),
        _budgets(companies, "behaviour alone, by budget", WayGroup.ALONE, len(looks)),
        _budgets(
            companies, "plain IsolationForest, by budget", WayGroup.PLAIN, looks.get(PLAIN_FOREST.title, len(looks) + 1)
        ),
    ]
    shown = {DEFAULTS.title, PLAIN_FOREST.title}
    single = [
        Series(title, ((total.false_a_day, 100 * total.recall),), looks[title])
        for title, total in columns.items()
        if title not in shown
    ]
    series = [each for each in [*lines, *single] if each.points]
    highest = max(x for each in series for x, _ in each.points)
    told = "; ".join(
        f"{each.name}: {', '.join(f'{y:.0f} % at {x:.2f} a day' for x, y in each.points)}" for each in series
    )
    return XYChart(
        "Found against false", f"Share of the leaks found against false incidents a day. {told}.",
        axis_of("false incidents a day, of one company (beside the points: budget a month)", highest), _PERCENT,
        tuple(series),
    )  # fmt: skip


def _budgets(companies: Sequence[CompanyFigures], name: str, group: WayGroup, look: int) -> Series:
    told = [(companies[0].ways[title].budget, Totals.of(companies, title)) for title in companies[0].titles(group)]
    told.sort(key=lambda each: each[0])
    return Series(
        name, tuple((total.false_a_day, 100 * total.recall) for _, total in told), look, line=True,
        labels=tuple(f"{budget:g}" for budget, _ in told),
    )  # fmt: skip


def _calibration(companies: Sequence[CompanyFigures]) -> XYChart:
    series, means = [], []
    for look, title in enumerate(companies[0].titles(WayGroup.ALONE)):
        budget = companies[0].ways[title].budget
        points = [(budget * each.days / DAYS_A_MONTH, float(each.ways[title].false)) for each in companies]
        means.append((fmean(x for x, _ in points), fmean(y for _, y in points)))
        # A little beside each other: companies have whole numbers of incidents.
        spread = [(x * (0.94 + 0.12 * at / max(len(points) - 1, 1)), y) for at, (x, y) in enumerate(points)]
        series.append(Series(f"companies at {budget:g} a month", tuple(spread), look))
    series.append(
        Series("mean", tuple(means), len(series), line=True, labels=tuple(f"{y:.1f} for {x:.1f}" for x, y in means))
    )
    told = "; ".join(f"{y:.1f} where {x:.1f} were expected" for x, y in means)
    highest = max(max(point) for each in series for point in each.points)
    return XYChart(
        "False incidents of behaviour: expected and observed",
        f"False incidents of a company, behaviour alone. Mean: {told}. On the broken line both are equal.",
        axis_of("expected by the budget", max(x for x, _ in means) * 1.1), axis_of("observed", highest),
        tuple(series), diagonal=True,
    )  # fmt: skip


def _times(companies: Sequence[CompanyFigures]) -> XYChart:
    series, told = [], []
    for look, (title, total) in enumerate(_columns(companies).items()):
        waits, every = sorted(total.waits), max(len(total.leaks), 1)
        points = [(max(wait, _WAITS.low), 100 * (at + 1) / every) for at, wait in enumerate(waits)]
        end = (_WAITS.high, points[-1][1] if points else 0.0)
        series.append(Series(title, ((_WAITS.low, 0.0), *points, end), look, line=True, step=True))
        told.append(f"{title} {100 * sum(wait <= _HOUR for wait in waits) / every:.0f} %")
    return XYChart(
        "Time to the first incident", f"Share of all leaks told of, by time. Within an hour: {'; '.join(told)}.",
        _WAITS, _PERCENT, tuple(series),
    )  # fmt: skip
