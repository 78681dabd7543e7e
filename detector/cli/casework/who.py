"""``nabat who``: who touched a client, and what explains it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import click
import msgspec

from detector.cli.incidents import workplace
from detector.cli.options import config_option, json_option, replay_option
from detector.cli.output import counted, emit_pretty, moment, say, show
from detector.clock import SystemClock
from detector.errors import InputError, Problem
from detector.schema.events.touches import Toucher
from detector.settings import Settings
from detector.web.texts import PageTexts

MOST_CLIENTS = 1_000
LONGEST_ID = 1_000
_ADDRESSES = 5


@click.command(
    epilog="""\b
Examples:
  nabat who 10017                          everybody who touched client 10017 in the last 30 days
  nabat who 10017 10023 10044 --days 90    who touched all three
  nabat who 10017 --out who.csv            the same as a table
  nabat who 10017 --replay last-week       of the logs that a replay has read
"""
)
@config_option
@replay_option
@json_option
@click.option("--days", type=click.IntRange(1, 3_660), default=30, show_default=True, help="How far back to look.")
@click.option("--out", metavar="FILE.csv", help="Write one line for each who touched them, besides.")
@click.argument("clients", metavar="CLIENT...", nargs=-1, required=True)
def who(
    config: str | None, replay: str | None, as_json: bool, days: int, out: str | None, clients: Sequence[str]
) -> None:
    """List from the access journal who touched a client, the least explained first.

    Of several clients those are listed who touched all of them. What explains a touch was worked out when it was
    counted, from what was known then.
    """
    _check(clients)
    with workplace(config, replay=replay) as (console, settings):
        until = console.journal_ends() if replay else SystemClock().now()
        since = until - timedelta(days=days)
        found = console.who(clients, since, until + timedelta(days=1))
        written = console.write_who(found, Path(out)) if out else None
        if as_json:
            emit_pretty({"clients": list(clients), "since": since, "touched_by": msgspec.to_builtins(found)})
        else:
            words = PageTexts(settings, settings.language, until)
            for each in found:
                for line in _lines(each, len(set(clients)), settings, words):
                    show(line)
            if not found:
                show(words.t("who-nobody", clients=len(set(clients)), since=moment(since, settings)))
        if written is not None:
            say(f"{counted(written, 'account')} written to {out}; the file says who dealt with whom: keep it as such")


def _check(clients: Sequence[str]) -> None:
    """Refuse what can be no client.

    Raises:
        InputError: With everything that is wrong.
    """
    problems = [
        Problem(what=f"client {number} of {len(clients)} is empty", fix="name each client by its id, as the log has it")
        for number, each in enumerate(clients, 1)
        if not each.strip()
    ]
    problems += [
        Problem(what=f"client {number} has {len(each)} characters", fix=f"an id has at most {LONGEST_ID}")
        for number, each in enumerate(clients, 1)
        if len(each) > LONGEST_ID
    ]
    if len(clients) > MOST_CLIENTS:
        problems.append(Problem(what=f"{len(clients)} clients", fix=f"ask about at most {MOST_CLIENTS} at once"))
    if problems:
        raise InputError(problems)


def _lines(each: Toucher, clients: int, settings: Settings, words: PageTexts) -> Iterator[str]:
    """Yield what is said of one who touched the clients."""
    of = words.named("touch-class", each.touch_class.value)
    role = f" ({each.role})" if each.role else ""
    yield f"{each.touch_class.value:12} {each.actor or words.t('who-no-actor')}{role}: {of}"
    reasons = "; ".join(words.named("touch-reason", reason) for reason in each.reasons)
    yield f"             {reasons}"
    actions = ", ".join(f"{words.named('web-action', name)} {count}" for name, count in each.actions)
    span = moment(each.first_at, settings)
    span += f" - {moment(each.last_at, settings)}" if each.last_at != each.first_at else ""
    places = ", ".join(each.addresses[:_ADDRESSES]) + (" …" if len(each.addresses) > _ADDRESSES else "")
    said = [f"{span}  {actions}", words.t("who-from", addresses=places) if places else "", ", ".join(each.services)]
    yield "             " + "  ".join(part for part in said if part)
    more = [words.t("who-clients", unexplained=each.unexplained, clients=each.clients)] if clients > 1 else []
    if each.unexplained:
        usual = (("who-own", each.own), ("who-role", each.of_role))
        more += [words.t(name, share=words.percent_of(share)) for name, share in usual if share is not None]
    if more:
        yield "             " + ", ".join(more)
