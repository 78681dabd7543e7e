"""``nabat rules precision``: how often each rule was right, as people said, and what lowering one would change."""

from collections.abc import Iterator
from typing import Any

import click
import msgspec

from detector.cli.incidents import workplace
from detector.cli.options import config_option, identity, json_option
from detector.cli.output import emit_pretty, progress, say, settings_or_default, show
from detector.errors import DeniedError, StoreError
from detector.incident import UNCONFIRMED_FOR, RulePrecision
from detector.messages import Messages, messages
from detector.runtime.feedback.lowering import LoweringEffect
from detector.runtime.feedback.precision_report import PrecisionReport, precision_of
from detector.runtime.incidents.case_door import CaseDoor
from detector.settings import Settings


@click.command(
    "precision",
    short_help="How often each rule was right, as people said.",
    epilog="\b\nExamples:\n  nabat rules precision\n  nabat rules precision --json\n",
)
@config_option
@json_option
def precision(config: str | None, as_json: bool) -> None:
    """Count what people said of incidents by the rule, and the facet of behaviour, that spoke in them.

    Precision is the share of incidents closed as handled among those closed as handled or as false positive, of the
    last 365 days, with its interval at 95 % (Wilson). What was authorised counts for neither.

    Above stands what became of the incidents of the last 30 days, beside the false ones that are asked for
    (`behaviour.false_incidents_a_month`).

    A rule that raised false alarms in the last 90 days and that nobody confirmed in that time is proposed for lowering,
    with what would not have been an incident without its points: the findings kept in the database are folded into
    incidents anew. That is exact for these findings; no log is read again.
    """
    with workplace(config) as (console, settings), progress("Folding"):
        report = console.precision_report()
    if as_json:
        emit_pretty([_json(each, report) for each in report.rows])
        return
    words = messages(settings.language)
    for line in _costs(report, words):
        show(line)
    show(words.text("precision-head"))
    for row in report.rows:
        title = (row.title_ru or row.title) if settings.language == "ru" else row.title
        show(f"{row.confirmed:9} {row.false_alarms:9} {row.expected:9}  {share(row):18} {row.name}  {title}")
    for effect in report.lowering:
        show("")
        for line in _proposal(effect, settings):
            show(line)
    if not report.rows:
        say(words.text("precision-none"))


def _costs(report: PrecisionReport, words: Messages) -> Iterator[str]:
    yield words.text("costs-head")
    for cost in report.costs:
        name = words.text("costs-behaviour" if cost.by_behaviour else "costs-rules")
        numbers = f"{cost.confirmed:9} {cost.false_alarms:9} {cost.expected:11} {cost.unsaid:13}"
        yield f"{name:35} {cost.opened:10} {numbers}"
    for cost in report.costs:
        if cost.asked is not None:
            yield words.text("costs-asked", asked=f"{cost.asked:g}")
    yield ""


def share(row: RulePrecision) -> str:
    """Return the precision with its interval, in per cent; a dash where nothing was judged."""
    if row.precision is None or row.interval is None:
        return "-"
    low, high = row.interval
    return f"{row.precision:.0%} ({low:.0%}-{high:.0%})"


def marks(config: str | None) -> dict[str, str]:
    """Return by the rule's id how often it was right, of the configured database; nothing where there is none."""
    settings = settings_or_default(config, spare=(("notify", "targets"), ("web",), ("database",)))
    if settings.never_ran:
        return {}
    try:
        who = identity(settings)
    except DeniedError:  # what people said is for them
        return {}
    door = CaseDoor(settings)
    try:
        rows = precision_of(settings, lambda unit, incidents: door.ids_about(unit, incidents, who))
        return {row.name: f"{row.confirmed}/{row.confirmed + row.false_alarms}" for row in rows}
    except StoreError as error:
        say(f"nabat: warning: how often rules were right is not known: {error}")
        return {}


def _proposal(effect: LoweringEffect, settings: Settings) -> list[str]:
    words = messages(settings.language)
    counts = {
        "gone": effect.false_gone,
        "all": effect.false_alarms,
        "lost": effect.confirmed_gone,
        "confirmed": effect.confirmed,
        "other": effect.other_gone,
        "others": effect.other,
    }
    days = UNCONFIRMED_FOR.days
    return [words.text("precision-proposal", name=effect.name, days=days), words.text("precision-effect", **counts)]


def _json(row: RulePrecision, report: PrecisionReport) -> dict[str, Any]:
    effect = next((each for each in report.lowering if each.name == row.name), None)
    return {
        "name": row.name,
        "title": row.title,
        "confirmed": row.confirmed,
        "false_alarms": row.false_alarms,
        "expected": row.expected,
        "precision": row.precision,
        "interval": row.interval,
        "lower": None if effect is None else _effect_json(effect),
    }


def _effect_json(effect: LoweringEffect) -> dict[str, int]:
    return {name: number for name, number in msgspec.to_builtins(effect).items() if name != "name"}
