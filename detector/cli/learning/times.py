"""``nabat times``: how long cases took to be detected, acknowledged, contained, recovered from; missed due times."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from detector.cli.incidents import workplace
from detector.cli.options import Moment, config_option, in_zone, json_option
from detector.cli.output import counted, emit_pretty, moment, say, show, words_of
from detector.errors import InputError, Problem
from detector.settings import Settings
from detector.web.texts import PageTexts

if TYPE_CHECKING:
    from detector.incident.learning.case_times import CaseTimes


@click.command(
    epilog="""\b
Examples:
  nabat times amber-otter                                   one case, with the due times it missed
  nabat times --since 2026-01-01 --until 2027-01-01         all known in a span: medians
"""
)
@config_option
@json_option
@click.option("--since", type=Moment(bare=True), help="Only cases known since then.")
@click.option("--until", type=Moment(bare=True), help="Only cases known before then.")
@click.argument("incident", required=False)
def times(
    config: str | None, as_json: bool, since: datetime | None, until: datetime | None, incident: str | None
) -> None:
    """Show how long INCIDENT took to be detected, acknowledged, contained and recovered from; without it, medians.

    What is not over, or of which nobody knows the moment, gives no time. Medians leave out drills, blind spots, what a
    first reading found, and cases that were no matter after all.
    """
    with workplace(config) as (console, settings):
        if incident is not None and (since or until):
            raise InputError(
                Problem(what="a span is of several cases", fix="leave out INCIDENT, or --since and --until")
            )
        span = (in_zone(since, settings), in_zone(until, settings))
        found = [console.times.of(incident)] if incident is not None else console.times.over(*span)
        words = words_of(settings)
        if as_json:
            emit_pretty([_json(each) for each in found])
        elif incident is not None:
            _show_one(found[0], settings, words)
        else:
            _show_all(found, settings, words)


def _show_one(found: "CaseTimes", settings: Settings, words: PageTexts) -> None:
    from detector.incident.learning.case_times import TimeMeasure
    from detector.web.views.lessons_view import missed_lines

    for measure in TimeMeasure:
        took = found.took(measure)
        show(
            f"{words.named('times', measure.value)}: {words.span(took) if took is not None else words.t('times-none')}"
        )
    for line in missed_lines(found, words, lambda at: moment(at, settings)):
        show("  " + line)
    say(counted(len(found.missed), "missed due time"))


def _show_all(found: "Sequence[CaseTimes]", settings: Settings, words: PageTexts) -> None:
    from detector.incident.learning.case_times import TimeMeasure, spread

    for measure in TimeMeasure:
        over, name = spread(found, measure), words.named("times", measure.value)
        if over is None:
            show(f"{name}: {words.t('times-none')}")
            continue
        spans = {"median": words.span(over.median), "longest": words.span(over.longest)}
        show(f"{name}: {words.t('times-median', count=over.cases, **spans)}")
    missed = sum(len(each.missed) for each in found)
    say(f"{counted(len(found), 'case')}, {counted(missed, 'missed due time')}")


def _json(found: "CaseTimes") -> dict[str, Any]:
    import msgspec

    from detector.incident.learning.case_times import TimeMeasure

    spans = {each.value: found.took(each) for each in TimeMeasure}
    return {
        "incident": found.incident.number,
        "t0": msgspec.to_builtins(found.incident.t0),
        **{f"{name}_seconds": span.total_seconds() if span is not None else None for name, span in spans.items()},
        "missed": msgspec.to_builtins(found.missed),
    }
