"""The report of a year for whoever leads the company: figures beside those of the year before, and two pictures.

Comes in: ``YearFigures`` of two years, drills, the language's texts. Goes out: what a template of the kind ``report``
is given, and the pictures that stand where it says.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any, Final

from detector.incident.learning.case_times import TimeMeasure
from detector.incident.learning.year_figures import MONTHS, YearFigures
from detector.rendering import Paragraph, Picture, RichText, plain_of
from detector.schema.learning.corrective_actions import ActionState, Amount
from detector.schema.levels import Severity
from detector.schema.team.drills import Drill
from detector.web.charts import Axis, Series, XYChart, axis_of, svg_file
from detector.web.texts import PageTexts
from detector.web.texts.cost_words import money

_MARKS: Final = {"cases": "\u2042cases", "times": "\u2042times"}
"""Paragraphs of a template in whose places the pictures stand."""
_GRAVE: Final = (Severity.HIGH, Severity.CRITICAL)
_HOUR: Final = 3600
_PLOT: Final = 150


def report_values(
    now: YearFigures, before: YearFigures, drills: Sequence[Drill], say: PageTexts, organization: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a template of a report is given."""
    low, high = say.number(now.people_low), say.number(now.people_high)
    people = low if low == high else f"{low}–{high}"
    return {
        "organization": organization,
        "year": str(now.year),
        "before": str(before.year),
        "summary": _summary(now, people, say),
        "counts": [
            {"title": title, "now": say.number(a), "before": say.number(b)} for title, a, b in _counts(now, before, say)
        ],
        "times": [
            {
                "title": say.named("times", each.value),
                "now": _spread(now, each, say),
                "before": _spread(before, each, say),
            }
            for each in TimeMeasure
        ],
        "causes": [
            {"title": say.named("web-cause", cause.value), "count": str(count)}
            for cause, count in sorted(now.by_cause.items(), key=lambda each: (-each[1], each[0]))
        ],
        "duties": say.t("year-duties", sent=now.duties_sent, late=now.duties_late, not_owed=now.duties_not_owed),
        "drills": _drills(now, drills, say),
        "actions": say.t(
            "year-actions",
            all=sum(now.actions.values()),
            done=now.actions.get(ActionState.DONE, 0),
            open=now.actions.get(ActionState.OPEN, 0),
            dropped=now.actions.get(ActionState.DROPPED, 0),
            late=now.actions_late,
        ),
        "costs": [*_money("year-cost", now.costs, say), *_money("year-budget", now.budgets, say)],
        "pictures": _MARKS,
    }


def with_pictures(text: RichText, figures: YearFigures, say: PageTexts) -> RichText:
    """Return a report with the pictures in the places that its template names."""
    made = {_MARKS["cases"]: _cases_picture(figures, say), _MARKS["times"]: _times_picture(figures, say)}
    blocks = [made.get(plain_of(block.runs), block) if isinstance(block, Paragraph) else block for block in text.blocks]
    return RichText(language=text.language, title=text.title, blocks=tuple(blocks))


def _summary(now: YearFigures, people: str, say: PageTexts) -> str:
    said = say.t("year-summary", cases=now.cases, breaches=now.breaches, people=people, wrong=now.wrong)
    if not now.wrongly_told:
        return said
    return f"{said} {say.t('year-withdrawn', told=now.wrongly_told, left=now.not_withdrawn)}"


def _counts(now: YearFigures, before: YearFigures, say: PageTexts) -> Iterator[tuple[str, int, int]]:
    yield say.t("year-cases"), now.cases, before.cases
    for severity in now.by_severity:
        title = say.named("web-severity", severity.value)
        yield title, now.by_severity[severity], before.by_severity[severity]
    yield say.t("year-breaches"), now.breaches, before.breaches
    yield say.t("year-people"), now.people_high, before.people_high
    yield say.t("year-missed"), now.missed, before.missed


def _spread(figures: YearFigures, measure: TimeMeasure, say: PageTexts) -> str:
    over = figures.times[measure]
    return f"{say.span(over.median)} ({over.cases})" if over is not None else "–"


def _drills(figures: YearFigures, drills: Sequence[Drill], say: PageTexts) -> str:
    answers = [each.answer_took.total_seconds() for each in drills if each.answer_took is not None]
    if not answers:
        return say.t("year-drills", count=len(drills))
    return say.t("year-drills-median", count=len(drills), span=say.span(timedelta(seconds=median(answers))))


def _money(message: str, amounts: Mapping[str, int], say: PageTexts) -> list[str]:
    sums = [money(Amount(units=units, currency=currency), say) for currency, units in amounts.items()]
    return [say.t(message, sums=", ".join(sums))] if sums else []


def _cases_picture(figures: YearFigures, say: PageTexts) -> Picture:
    counts = {month: sum(figures.by_month[month].values()) for month in MONTHS}
    grave = {month: sum(figures.by_month[month][each] for each in _GRAVE) for month in MONTHS}
    series = (
        _series(say.t("year-all"), counts, 0),
        _series(say.t("year-grave"), grave, 1),
    )
    told = _told(figures, say, {month: say.number(count) for month, count in counts.items()})
    words = say.t("year-picture-cases", months=told)
    y = axis_of(say.t("year-cases"), float(max(counts.values())))
    return Picture(svg_file(XYChart(say.t("year-cases"), words, _months(say), y, series, _PLOT)), words)


def _times_picture(figures: YearFigures, say: PageTexts) -> Picture:
    hours = {
        measure: {month: each.median.total_seconds() / _HOUR for month, each in by_month.items()}
        for measure, by_month in figures.monthly_times.items()
    }
    named = {measure: say.named("times", measure.value) for measure in hours}
    series = tuple(_series(named[measure], values, look) for look, (measure, values) in enumerate(hours.items()))
    told = "; ".join(
        f"{named[measure]}: {_told(figures, say, {month: say.factor(value) for month, value in values.items()})}"
        for measure, values in hours.items()
    )
    title, words = say.t("year-times"), say.t("year-picture-times", months=told)
    highest = max((value for values in hours.values() for value in values.values()), default=1.0)
    y = axis_of(say.t("year-hours"), highest)
    return Picture(svg_file(XYChart(title, words, _months(say), y, series, _PLOT)), words)


def _told(figures: YearFigures, say: PageTexts, values: Mapping[int, str]) -> str:
    """Return the values of months in words that a screen reader can say: each behind its month and year."""
    months = ((date(figures.year, month, 1), value) for month, value in values.items())
    return ", ".join(f"{say.month(first)} {value}" for first, value in months) or "–"


def _series(name: str, values: Mapping[int, float], look: int) -> Series:
    return Series(name, tuple((float(month), float(value)) for month, value in values.items()), look, line=True)


def _months(say: PageTexts) -> Axis:
    return Axis(say.t("year-month"), 1.0, 12.0, tuple((float(month), str(month)) for month in MONTHS))
