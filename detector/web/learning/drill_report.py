"""The report of a drill: times, steps against their due times, gaps, questions and answers, and earlier drills.

Comes in: what a drill shows. Goes out: Markdown, or one page of HTML with the chart. Both are the same blocks. What
people wrote stands in it as text, never as markup.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import escape

from detector.incident.drills import is_step_late
from detector.schema.case.incidents import Step, StepStatus
from detector.schema.team.drills import Drill, DrillInject, DrillMode
from detector.web.charts import Axis, Series, XYChart, axis_of, svg_file
from detector.web.ports.drill_ports import DrillReport
from detector.web.texts import PageTexts

_PIPES = re.compile(r"([\\`*_{}\[\]<>#|~])")
_ACTION_ROWS = 5
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#1f2328;"
    "background:#fff}table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}"
    "th,td{border:1px solid #d1d9e0;padding:.3rem .6rem;text-align:left;vertical-align:top}"
    ".drill{background:#7a4d00;color:#fff;padding:.5rem 1rem;font-weight:600}svg{max-width:100%;height:auto}"
)


@dataclass(frozen=True, slots=True)
class HeadingBlock:
    """What stands above some blocks."""

    text: str


@dataclass(frozen=True, slots=True)
class WordsBlock:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class ItemsBlock:
    """A list."""

    items: Sequence[str]


@dataclass(frozen=True, slots=True)
class RowsBlock:
    """A table; empty words at the head of a column: it has none."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class PictureBlock:
    """A chart."""

    chart: XYChart


Block = HeadingBlock | WordsBlock | ItemsBlock | RowsBlock | PictureBlock


def markdown(report: DrillReport, say: PageTexts) -> str:
    """Return the report as Markdown; the chart is left to the page, its numbers stand in a table."""
    lines = [f"# {_plain(_title(report, say))}", "", f"**{say.t('drill-document-mark')}**"]
    for block in (*blocks_of(report, say), *_to_fill_in(report, say)):
        lines += ["", *_as_markdown(block)] if not isinstance(block, PictureBlock) else []
    return "\n".join(lines) + "\n"


def html_page(report: DrillReport, say: PageTexts) -> str:
    """Return the report as a page that stands alone: no script, nothing from elsewhere."""
    title = escape(_title(report, say))
    parts = [part for block in (*blocks_of(report, say), *_to_fill_in(report, say)) for part in _as_html(block)]
    return (
        f'<!doctype html>\n<html lang="{say.language}">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{_STYLE}</style>\n</head>\n'
        f'<body>\n<p class="drill">{escape(say.t("drill-document-mark"))}</p>\n<h1>{title}</h1>\n'
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def gaps(report: DrillReport, say: PageTexts) -> list[str]:
    """Return what fell short, in words."""
    drill = report.drill
    found = list(_gaps_of_calling(report, say)) if drill.mode is DrillMode.LIVE else []
    found += [
        say.t("drill-report-gap-inject", inject=each.number) for each in report.injects if each.answered_at is None
    ]
    return found


def _gaps_of_calling(report: DrillReport, say: PageTexts) -> Iterator[str]:
    drill = report.drill
    if not report.cases:
        yield say.t("drill-report-gap-no-incident")
        return
    if drill.paged_at is None:
        yield say.t("drill-report-gap-no-page")
    if drill.acknowledged_at is None:
        yield say.t("drill-report-gap-no-answer")
    rungs = [each.after for each in say.settings.notify.ladder]
    if drill.answer_took is not None and len(rungs) > 1 and drill.answer_took > rungs[1]:
        took, rung = say.span(drill.answer_took), say.span(rungs[1])
        yield say.t("drill-report-gap-slow-answer", took=took, rung=rung)
    if drill.notice_at is None:
        yield say.t("drill-report-gap-no-notice")
    late = (step for step in _dated(report) if is_step_late(step, drill.ended_at or say.now))
    yield from (_late(step, say) for step in late)


def _late(step: Step, say: PageTexts) -> str:
    due = step.due_at or say.now
    said = {"step": step.step_id, "title": _step_title(step, say), "due": say.moment(due)}
    # What was open when the drill ended was dropped with it.
    if step.done_at is None or step.status is StepStatus.SKIPPED:
        return say.t("drill-report-gap-open", **said)
    return say.t("drill-report-gap-late", late=say.span(step.done_at - due), **said)


def blocks_of(report: DrillReport, say: PageTexts) -> Iterator[Block]:
    """Yield what the report is made of, one under another."""
    drill = report.drill
    if drill.going:
        yield WordsBlock(say.t("drill-report-not-over"))
    yield RowsBlock((say.t("drill-report-measure"), ""), _facts(drill, say))
    if times := _times(drill, say):
        yield HeadingBlock(say.t("drill-report-measures"))
        yield RowsBlock((say.t("drill-report-measure"), say.t("drill-report-took")), times)
    yield HeadingBlock(say.t("drill-report-gaps"))
    found = gaps(report, say)
    yield ItemsBlock(found) if found else WordsBlock(say.t("drill-report-no-gaps"))
    steps = _dated(report)
    if steps:
        yield HeadingBlock(say.t("drill-report-checklist"))
        columns = ("step", "due", "done", "by")
        yield RowsBlock([say.t(f"drill-report-col-{name}") for name in columns], _step_rows(steps, say))
    if report.injects:
        yield HeadingBlock(say.t("drill-report-injects"))
        yield from _questions(report.injects, say)
    if len(report.series) > 1:
        yield HeadingBlock(say.t("drill-report-earlier"))
        yield PictureBlock(drills_chart(report.series, say))
        names = ("drill-report-col-drill", "drill-report-series-page", "drill-report-series-answer")
        yield RowsBlock([*map(say.t, names)], [_series_row(each, say) for each in report.series])


def _to_fill_in(report: DrillReport, say: PageTexts) -> Iterator[Block]:
    """Yield what somebody writes into a file of the report: what to do about each gap."""
    yield HeadingBlock(say.t("drill-report-actions"))
    yield WordsBlock(say.t("drill-report-actions-hint", number=report.drill.number))
    head = [say.t(f"drill-report-col-{name}") for name in ("action", "owner", "until")]
    yield RowsBlock(head, [(gap, "", "") for gap in gaps(report, say)[:_ACTION_ROWS]] or [("", "", "")])


def _title(report: DrillReport, say: PageTexts) -> str:
    drill = report.drill
    return say.t("drill-report-title", number=drill.number, title=say.either(drill.title, drill.title_ru))


def _facts(drill: Drill, say: PageTexts) -> list[tuple[str, str]]:
    none = say.t("drill-report-none")
    return [
        (say.t("drill-report-scenario"), drill.scenario),
        (say.t("drill-report-mode"), say.named("drill-mode", drill.mode.value)),
        (say.t("drill-report-asked"), say.person(drill.asked_by)),
        (say.t("drill-report-began"), say.full_moment(drill.started_at) if drill.started_at else none),
        (say.t("drill-report-ended"), say.full_moment(drill.ended_at) if drill.ended_at else none),
        (say.t("drill-report-status"), say.named("drill-status", drill.status.value)),
    ]


def _times(drill: Drill, say: PageTexts) -> list[tuple[str, str]]:
    if drill.mode is DrillMode.TABLE_TOP:
        return []
    notice = drill.notice_at - drill.first_at if drill.notice_at and drill.first_at else None
    spans = (("page", drill.page_took), ("answer", drill.answer_took), ("notice", notice))
    rows = [(say.t(f"drill-report-{name}"), _span(took, say)) for name, took in spans]
    counts = {"done": drill.steps_done, "steps": drill.steps, "late": drill.steps_late}
    return [*rows, (say.t("drill-report-steps"), say.t("drill-report-steps-of", **counts))]


def _span(took: timedelta | None, say: PageTexts) -> str:
    return say.span(took) if took is not None else say.t("drill-report-never")


def _dated(report: DrillReport) -> list[Step]:
    steps = [step for case in report.cases for step in case.steps if step.due_at is not None]
    return sorted(steps, key=lambda step: (step.due_at, step.incident_id, step.position))


def _step_rows(steps: Iterable[Step], say: PageTexts) -> list[tuple[str, str, str, str]]:
    none = say.t("drill-report-none")
    return [
        (
            f"{step.step_id} {_step_title(step, say)}",
            say.full_moment(step.due_at) if step.due_at else none,
            say.full_moment(step.done_at) if step.done_at and step.status is StepStatus.DONE else none,
            step.done_by if step.status is StepStatus.DONE else none,
        )
        for step in steps
    ]


def _step_title(step: Step, say: PageTexts) -> str:
    return say.either(step.title, step.title_ru)


def _questions(injects: Iterable[DrillInject], say: PageTexts) -> Iterator[Block]:
    for each in injects:
        text, question = say.either(each.text, each.text_ru), say.either(each.question, each.question_ru)
        yield WordsBlock(f"{each.number}. {text} {question}")
        by = f" ({each.answered_by}, {say.moment(each.answered_at)})" if each.answered_at else ""
        yield ItemsBlock([(each.answer or say.t("drill-report-no-answer")) + by])


def _series_row(drill: Drill, say: PageTexts) -> tuple[str, str, str]:
    return (f"{drill.number} {drill.scenario}", _span(drill.page_took, say), _span(drill.answer_took, say))


def drills_chart(series: Sequence[Drill], say: PageTexts) -> XYChart:
    """Return how long each of several drills took to a page and to an answer."""
    places = {each.number: float(at) for at, each in enumerate(series)}
    lines = []
    for look, name in enumerate(("page", "answer")):
        spans = ((each, each.page_took if name == "page" else each.answer_took) for each in series)
        values = [(places[each.number], span) for each, span in spans]
        points = tuple((at, span.total_seconds()) for at, span in values if span is not None)
        lines.append(Series(say.t(f"drill-report-series-{name}"), points, look, line=True))
    highest = max((y for each in lines for _, y in each.points), default=1.0)
    title = say.t("drill-report-earlier")
    ticks = tuple((places[each.number], str(each.number)) for each in series)
    across = Axis(say.t("drill-report-earlier-axis"), 0.0, max(float(len(series) - 1), 1.0), ticks)
    return XYChart(title, title, across, axis_of(say.t("drill-report-earlier-seconds"), highest), tuple(lines), 220)


def _plain(text: str) -> str:
    """Return a text that Markdown reads as it stands, on one line."""
    return _PIPES.sub(r"\\\1", " ".join(text.split()))


def _as_markdown(block: Block) -> list[str]:
    match block:
        case HeadingBlock(text):
            return [f"## {_plain(text)}"]
        case ItemsBlock(items):
            return [f"- {_plain(each)}" for each in items]
        case RowsBlock(head, rows):
            lines = [head, ["---"] * len(head), *([_plain(cell) for cell in row] for row in rows)]
            return ["| " + " | ".join(line) + " |" for line in lines]
        case WordsBlock(text):
            return [_plain(text)]
    return []


def _as_html(block: Block) -> list[str]:
    match block:
        case HeadingBlock(text):
            return [f"<h2>{escape(text)}</h2>"]
        case ItemsBlock(items):
            return ["<ul>", *(f"<li>{escape(each)}</li>" for each in items), "</ul>"]
        case RowsBlock(head, rows):
            cells = "".join(f'<th scope="col">{escape(each)}</th>' for each in head)
            body = ["<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows]
            return [f"<table><thead><tr>{cells}</tr></thead><tbody>", *body, "</tbody></table>"]
        case WordsBlock(text):
            return [f"<p>{escape(text)}</p>"]
        case PictureBlock(chart):
            return [svg_file(chart)]
