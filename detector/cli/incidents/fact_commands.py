"""``nabat incidents fact`` and ``facts``: what is stated of a case, and all readings of it."""

from datetime import datetime

import click

from detector.cli.incidents.commands import incidents
from detector.cli.incidents.damaged import CasePart, else_damaged
from detector.cli.incidents.view import facts_json, reading_line
from detector.cli.incidents.workplace import workplace
from detector.cli.options import Moment, config_option, for_option, in_zone, json_option, replay_option
from detector.cli.output import emit_pretty, say, show, words_of
from detector.schema.case.case_facts import CaseFactKind, CaseFactReading
from detector.settings import Settings

_KINDS = [each.value.replace("_", "-") for each in CaseFactKind]
_AS_THEY_ARE = ("now", "none")


@incidents.command(
    "fact",
    short_help="State T0, T1, the cause, persons or severity.",
    epilog="""\b
Examples:
  nabat incidents fact 20260302-7f3a1c t1 now --reason "logs show 1,240 cards left"
  nabat incidents fact amber-otter t0 "2026-03-01 18:20" --source "client, complaint 77" \\
      --reason "strangers knew her account number"
  nabat incidents fact amber-otter flow-stopped "2026-03-02 09:14" --reason "account blocked"
  nabat incidents fact amber-otter cause insider --reason "statement of 4 March"
  nabat incidents fact amber-otter persons ~1200 --source "billing department" --reason "rows of the export"
  nabat incidents fact amber-otter severity critical --reason "passports are among them"
""",
)
@config_option
@for_option
@click.option(
    "--source", default="", metavar="TEXT", help="From whom or from where it is known (needed for t0, persons)."
)
@click.option("--reason", required=True, metavar="TEXT", help="Why it is so; for t0 what was reported.")
@click.argument("incident")
@click.argument("kind", type=click.Choice(_KINDS), metavar="KIND")
@click.argument("value")
def fact(config: str | None, by: str | None, source: str, reason: str, incident: str, kind: str, value: str) -> None:
    """State a fact of the incident: VALUE is what counts from now on, and the readings before are kept beside it.

    KIND is one of t0 (an outside report that came before detection), t1 (since when we are aware that client data is
    concerned), flow-stopped, cause (attack, failure, human_error, insider, unknown), persons (a number, ~N where it is
    an estimate) and severity. Moments are in the configured time zone unless they name one; `now` will do, and `none`
    withdraws t0, flow-stopped and persons.

    What makes a duty ask for less, or later, or the severity lower, waits for another person's
    `nabat incidents approve INCIDENT KIND`; until then the reading there is counts.
    """
    asked = CaseFactKind(kind.replace("-", "_"))
    with workplace(config, acts_for=by) as (console, settings):
        before = _stated(console.detail(incident).facts)
        written = _moment(value, settings).isoformat() if asked.is_moment and value not in _AS_THEY_ARE else value
        done = console.record_fact(incident, asked, written, source=source, reason=reason)
        readings = console.detail(done.id).facts
        if _stated(readings) == before:
            say(f"another person has to agree: nabat incidents approve {done.number} {kind}")
            return
        say(f"{done.number}: {reading_line(next(each for each in readings if each.fact.kind is asked), settings)}")


@incidents.command(
    "facts",
    short_help="All readings of what is stated of an incident.",
    epilog="\b\nExamples:\n  nabat incidents facts 20260302-7f3a1c\n  nabat incidents facts amber-otter --json\n",
)
@config_option
@replay_option
@json_option
@click.argument("incident")
def facts(config: str | None, replay: str | None, as_json: bool, incident: str) -> None:
    """List every reading of T0, T1, flow stopped, cause, persons and severity; the one that counts is marked."""
    with (
        workplace(config, replay=replay) as (console, settings),
        else_damaged(console, incident, settings, CasePart.FACTS, as_json=as_json),
    ):
        detail = console.detail(incident)
        readings = detail.facts
    if as_json:
        emit_pretty(facts_json(readings))
        return
    again = words_of(settings).again(detail.incident, detail.entries, detail.stated)
    for reading in readings:
        show(f"{'*' if reading.counts else ' '} {reading_line(reading, settings, again)}")


def _stated(readings: tuple[CaseFactReading, ...]) -> int:
    return sum(1 for each in readings if each.fact.number)


def _moment(value: str, settings: Settings) -> datetime:
    return in_zone(Moment(bare=True).convert(value, None, None), settings)
