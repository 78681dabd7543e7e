"""``nabat incidents retro``: since when an incident may have gone on, and who else did the same."""

from collections.abc import Iterator, Sequence
from shlex import quote

import click
import msgspec

from detector.cli.incidents.commands import incidents
from detector.cli.incidents.workplace import workplace
from detector.cli.options import config_option, json_option, replay_option
from detector.cli.output import emit_pretty, moment, progress, show, words_of
from detector.incident import EARLIEST_AWARE
from detector.schema.case.retro import RetroSearch, RetroTrace, RetroWay
from detector.settings import Settings
from detector.web.texts import PageTexts


@incidents.command(
    "retro",
    short_help="Search backwards: earlier traces, others alike.",
    epilog="""\b
Examples:
  nabat incidents retro 20260302-7f3a1c
  nabat incidents retro amber-otter --days 365 --json
""",
)
@config_option
@replay_option
@json_option
@click.option(
    "--days", type=click.IntRange(1, 3650), default=90, show_default=True, help="Days before the first event."
)
@click.argument("incident")
def retro(config: str | None, replay: str | None, as_json: bool, days: int, incident: str) -> None:
    """Read the access journal backwards from an incident.

    Shown are earlier traces of it, by its actors, in its sessions, from its addresses, and others who did the same:
    opened the same clients or records without a reason, were found by the same rules, did as much of the same kind at
    once or within an hour, came from the same strange address or in the same session. Each says why, the most telling
    first. Nothing is changed, and nobody is paged.
    """
    with workplace(config, replay=replay) as (console, settings), progress("Reading"):
        found = console.retro(incident, days)
    if as_json:
        emit_pretty({**msgspec.to_builtins(found), "began": msgspec.to_builtins(found.began)})
        return
    for line in retro_lines(found, incident, settings):
        show(line)


def retro_lines(found: RetroSearch, ref: str, settings: Settings) -> Iterator[str]:
    """Yield what a search backwards found as lines for people, with the command that moves T0."""
    words = words_of(settings)
    since, until = moment(found.since, settings), moment(found.until, settings)
    yield words.t("retro-read", since=since, until=until, touches=found.touches)
    if found.since > found.asked_since:
        yield words.t("retro-less", asked=moment(found.asked_since, settings))
    if found.looked_for < found.clients:
        yield words.t("retro-some", some=found.looked_for, clients=found.clients)
    if not found.whole:
        yield words.t("retro-not-whole")
    if found.too_early:
        yield words.t("retro-early", count=found.too_early)
    yield words.t("retro-earlier", first=moment(found.first_event_at, settings))
    yield from _traces(found.earlier, words, settings)
    began = found.began
    if began is not None:
        reason = words.t(f"retro-way-{began.way.value}", things=began.things, of=began.of)
        yield words.t("retro-t0")
        if began.first_at < found.first_event_at - EARLIEST_AWARE:
            yield words.t("retro-t0-far", days=EARLIEST_AWARE.days)
            reason = f"{reason} ({began.first_at:%Y-%m-%d})"
        at = began.first_at.strftime("%Y-%m-%dT%H:%M:%S+00:00")
        said = f"--source {quote('nabat incidents retro')} --reason {quote(reason)}"
        yield f"  nabat incidents fact {quote(ref)} t0 {at} {said}"
    yield words.t("retro-others")
    yield from _traces(found.others, words, settings)


def _traces(found: Sequence[RetroTrace], words: PageTexts, settings: Settings) -> Iterator[str]:
    for each in found:
        span = f"{moment(each.first_at, settings)} - {moment(each.last_at, settings)}"
        why = words.t(f"retro-way-{each.way.value}", things=each.things, of=each.of)
        key = "retro-often-found" if each.way is RetroWay.RULE else "retro-often"
        often = words.t(key, events=each.events, days=each.days)
        yield f"  {each.actor_id or '-':24} {span}  {why} ({often})"
    if not found:
        yield f"  {words.t('retro-none')}"
