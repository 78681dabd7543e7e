"""``nabat silences``: what people have muted until when: make one, agree to one, end one, list them."""

from datetime import datetime

import click
import msgspec

from detector.cli.incidents import workplace
from detector.cli.options import Moment, config_option, in_zone, json_option
from detector.cli.output import counted, emit_pretty, moment, say, show
from detector.group import MOST_ACTORS, is_wide, read_matcher
from detector.messages import messages
from detector.schema.detection.mute_orders import CoveredOrder, OrderState
from detector.settings import Settings


@click.group(
    short_help="Silences and inhibitions: muted until a moment.",
    epilog="""\b
Examples:
  nabat silences add rule=2f1c… service=crm --until 2026-03-09T06:00 --reason "move of the CRM, change 88"
  nabat silences confirm 4b1e09
  nabat silences list
""",
)
def silences() -> None:
    """Mute findings until a moment: they are recorded and shown, open no incident and page nobody.

    What is critical and about clients pages all the same, and so do blind spots and actors beyond the fifth, until a
    second person agrees; one that names a severity and neither actor, matter nor rule covers nothing until then.
    Planted clients, and accounts of whoever makes or confirms it, are never muted; what belongs to an open incident
    goes on there. A silence ends by itself, and its owner is told.
    """


@silences.command(
    short_help="Make a silence, or an inhibition.",
    epilog="""\b
Examples:
  nabat silences add rule=2f1c… actor=user:backup --until 2026-03-09T06:00 --reason "restore test, change 88"
  nabat silences add "service=crm" "severity!=critical" --until 2026-03-09 --reason "load test"
  nabat silences add rule=2f1c… --while rule=77aa… --until 2026-03-20 --reason "the other one says it all"
""",
)
@config_option
@click.option("--until", required=True, type=Moment(bare=True), help="When it ends; 31 days away at most.")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@click.option("--from", "starts", type=Moment(bare=True), help="Not before this moment; default now.")
@click.option(
    "--while",
    "source",
    multiple=True,
    metavar="LABEL=VALUE",
    help="An inhibition: only while an alert that is this is open about the same actor; may be repeated.",
)
@click.argument("matchers", nargs=-1, required=True, metavar="LABEL=VALUE...")
def add(
    config: str | None,
    until: datetime,
    reason: str,
    starts: datetime | None,
    source: tuple[str, ...],
    matchers: tuple[str, ...],
) -> None:
    """Mute what is all of LABEL=VALUE (or LABEL!=VALUE): a `*` at the beginning or end of VALUE stands for anything.

    Labels are actor, actor_type, matter, rule (its id, see `nabat rules list`), severity, service, playbook; one of
    actor, matter, rule, service and playbook must be named. Times are in the configured zone unless they say otherwise.
    """
    with workplace(config) as (console, settings):
        made = console.add_silence(
            matchers,
            until=in_zone(until, settings),
            reason=reason,
            source=source,
            starts=in_zone(starts, settings),
        )
        key, end = made.id[:8], moment(made.ends_at, settings)
        if is_wide(map(read_matcher, made.matchers)):
            say(f"{key}: covers nothing until another person agrees: nabat silences confirm {key}")
            return
        say(f"{key}: in force at once, until {end}")
        agree = f"until another person agrees: nabat silences confirm {key}"
        say(f"what is critical and about clients, and what concerns over {MOST_ACTORS} actors, pages {agree}")


@silences.command(
    short_help="Agree to somebody else's silence.",
    epilog="\b\nExamples:\n  nabat silences confirm 4b1e09\n",
)
@config_option
@click.argument("silence", metavar="ID")
def confirm(config: str | None, silence: str) -> None:
    """Agree, as a second person, that a silence mutes what is critical and about clients, and blind spots, too."""
    with workplace(config) as (console, settings):
        done = console.confirm_silence(silence)
        say(f"{done.id[:8]}: mutes all that it matches, until {moment(done.until, settings)}")


@silences.command(short_help="End a silence now.", epilog="\b\nExamples:\n  nabat silences end 4b1e09\n")
@config_option
@click.argument("silence", metavar="ID")
def end(config: str | None, silence: str) -> None:
    """End a silence. What goes on pages again."""
    with workplace(config) as (console, _settings):
        say(f"{console.end_silence(silence).id[:8]}: ended")


@silences.command(
    "list",
    short_help="List silences, with what they muted.",
    epilog="\b\nExamples:\n  nabat silences list\n  nabat silences list --open --json\n",
)
@config_option
@json_option
@click.option("--open", "open_only", is_flag=True, help="Only those that have not ended.")
def list_(config: str | None, as_json: bool, open_only: bool) -> None:
    """List silences and inhibitions, those that end last first, with owner, reason and what each has muted."""
    with workplace(config) as (console, settings):
        found = [each for each in console.silences() if not (open_only and each.state is OrderState.ENDED)]
        if as_json:
            emit_pretty([msgspec.to_builtins(each) for each in found])
            return
        for each in found:
            _show(each, settings)
        say(counted(len(found), "silence"))


def _show(each: CoveredOrder, settings: Settings) -> None:
    words, order = messages(settings.language), each.order
    what = " ".join(order.matchers)
    if order.source:
        what += f" {words.text('web-silence-while')} {' '.join(order.source)}"
    state = words.text(f"web-silence-state-{each.state.value.replace('_', '-')}")
    show(f"{order.id[:8]}  {state:12} {moment(order.starts_at, settings)} – {moment(order.until, settings)}  {what}")
    by = "by-two" if each.confirmed else "by-one"
    whose = words.text(f"web-silence-{by}", by=order.made_by, other=order.confirmed_by)
    show(f"          {order.reason} ({whose}); {words.text('silences-muted', count=each.findings)}")
    if each.why is not None:
        show(f"          {words.text(f'silences-why-{each.why.value}', by=order.made_by)}")
