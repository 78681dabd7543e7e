"""``nabat oncall``: who is on call at a moment, and who will be."""

from datetime import datetime, timedelta

import click

from detector.cli.options import Moment, config_option, in_zone, json_option
from detector.cli.output import all_but, emit_pretty, fail, moment, say, settings_required, show
from detector.clock import SystemClock
from detector.messages import messages
from detector.notify import OnCall, OnCallBy, OnCallRota
from detector.settings import Settings
from detector.settings.lists.rota_files import read_rota

_FOUND = 1


@click.command(
    short_help="Who is on call, and who will be.",
    epilog="""\b
Examples:
  nabat oncall                         now and in the next week
  nabat oncall --at 2026-03-07T22:00   at a moment
  nabat oncall --days 60 --json
""",
)
@config_option
@json_option
@click.option("--at", type=Moment(bare=True), help="At this moment instead of now; without a zone in `timezone`.")
@click.option("--days", type=click.IntRange(1, 366), default=7, show_default=True, help="So many days from there on.")
def oncall(config: str | None, as_json: bool, at: datetime | None, days: int) -> None:
    """Say who is on call by notify.rota, who is the deputy, who is passed over because they are away.

    The configuration is read, and nothing else: what it says counts in the service from its next reload on. The exit
    status is 1 where nobody is on call at the moment asked about.
    """
    settings = read_rota(settings_required(config, spare=all_but("notify", "team", "actors", "timezone", "language")))
    since = in_zone(at, settings) or SystemClock().now()
    rota = OnCallRota(settings)
    spans = list(rota.spans(since, since + timedelta(days=days))) if rota.plans else []
    if as_json:
        emit_pretty([_json(each) for each in spans])
    elif not spans:
        say(messages(settings.language).text("cli-oncall-no-rota", role=settings.notify.oncall_role))
    else:
        for each in spans:
            show(_line(each, settings))
        for name, until in sorted(rota.away(since).items()):
            say(messages(settings.language).text("cli-oncall-away", person=name, until=moment(until, settings)))
    if not spans or not spans[0].person:
        fail(_FOUND)


def _line(each: OnCall, settings: Settings) -> str:
    words = messages(settings.language)
    who = each.person or words.text("web-on-call-hole")
    why = words.text(f"web-on-call-by-{each.by.value}")
    passed = "".join(f"; {words.text('web-on-call-passed', person=name)}" for name in each.passed)
    span = f"{moment(each.begin, settings):24} – {moment(each.end, settings):24}"
    return f"{span} {who:16} {each.deputy or '-':16} {why}{passed}"


def _json(each: OnCall) -> dict[str, object]:
    return {
        "begin": each.begin.isoformat(),
        "end": each.end.isoformat(),
        "person": each.person,
        "deputy": each.deputy,
        "by": each.by.value if each.by is not OnCallBy.NOTHING else "",
        "away": list(each.passed),
    }
