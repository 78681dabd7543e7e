"""``nabat expect``: planned work, which is recorded and shown and pages nobody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import click
import msgspec

from detector.cli.incidents import opened_store
from detector.cli.options import Moment, config_option, identity, in_zone, json_option
from detector.cli.output import counted, emit_pretty, moment, say, show
from detector.clock import SystemClock
from detector.detect.rules import RuleSet
from detector.messages import messages
from detector.runtime.expected.expected_kinds import kinds_meant
from detector.runtime.expected.own_actors import own_actors_of
from detector.runtime.expected.planned_work import PlannedWork, actor_of
from detector.runtime.incidents.case_door import CaseDoor
from detector.schema.detection.work_exceptions import CoveredWork
from detector.schema.team.grants import PersonAct
from detector.settings import Settings

_ASK = "ask"


class _Asking(click.Group):
    """A group whose first word, where it is no command, begins what is asked for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = (*self.commands, *ctx.help_option_names)
        return super().parse_args(ctx, args if not args or args[0] in known else [_ASK, *args])


@contextmanager
def _opened(config: str | None) -> Iterator[tuple[PlannedWork, Callable[[PersonAct], str], Settings]]:
    """Open the store; what is given beside the acts asks the door and returns who acts."""
    with opened_store(config) as (store, settings):
        person, door = identity(settings), CaseDoor(settings)

        def who(act: PersonAct) -> str:
            with store.read() as unit:
                return door.general(unit, person, act).person

        yield PlannedWork(store, settings, SystemClock()), who, settings


@click.group(
    cls=_Asking,
    short_help="Planned work: what is expected pages nobody.",
    epilog="""\b
Examples:
  nabat expect user:anna export 2026-03-09T06:00 --reason "yearly letter, order 88"
  nabat expect ask --help
  nabat expect review 4b1e09
  nabat expect list
""",
)
def expect() -> None:
    """Say that work is planned: `nabat expect ACTOR WHAT UNTIL` is short for `nabat expect ask …`.

    What an exception covers is recorded and shown as expected, but opens no incident and pages nobody. One person asks,
    another reviews, and neither may hold the account. It ends by itself. Planted clients are never covered.
    """


@expect.command(
    _ASK,
    short_help="Ask for an exception.",
    epilog="""\b
Examples:
  nabat expect ask user:anna export 2026-03-09T06:00 --reason "yearly letter, order 88"
  nabat expect user:anna export 2026-03-09 --at-most 5000 --reason "letter"
  nabat expect ip:192.0.2.7 scan 2026-03-10 --from 2026-03-09T22:00 --reason "yearly test, contract 12"
""",
)
@config_option
@click.option("--reason", required=True, metavar="TEXT", help="Why it is expected.")
@click.option("--from", "starts", type=Moment(bare=True), help="Not before this moment; default now.")
@click.option(
    "--at-most", type=click.IntRange(min=1), metavar="N", help="Cover so many clients of each rule; more page as ever."
)
@click.argument("actor")
@click.argument("what")
@click.argument("until", type=Moment(bare=True))
def ask(
    config: str | None,
    reason: str,
    starts: datetime | None,
    at_most: int | None,
    actor: str,
    what: str,
    until: datetime,
) -> None:
    """Ask for an exception: of ACTOR WHAT is expected until UNTIL (at most 31 days).

    ACTOR is an account (user:anna), ip:ADDRESS or host:NAME. WHAT is a kind of act (read, search, export, download,
    change, delete, sql, new-network, new-program, return, scan), a facet of behaviour (such as volume) or
    the id, name or title of a rule. Times are in the configured zone unless they say otherwise.
    """
    with _opened(config) as (work, who, settings):
        meant = kinds_meant(what, RuleSet.of(settings))
        asked = work.ask(
            actor_of(settings, actor),
            what,
            meant,
            until=in_zone(until, settings),
            by=who(PersonAct.EXPECT),
            reason=reason,
            starts=in_zone(starts, settings),
            at_most=at_most or 0,
        )
        key, until_text = asked.id[:8], moment(asked.ends_at, settings)
        say(f"{key}: covers nothing until another person agrees (nabat expect review {key}), then until {until_text}")
        if not meant.rules:
            say(f"no rule in use belongs to {what}: what your own rules find pages as ever; expect them by their ids")


@expect.command(
    short_help="Agree to what somebody else asked for.",
    epilog="\b\nExamples:\n  nabat expect review 4b1e09\n",
)
@config_option
@click.argument("exception", metavar="ID")
def review(config: str | None, exception: str) -> None:
    """Agree to an exception that somebody else asked for. It covers what happens from now on."""
    with _opened(config) as (work, who, settings):
        done = work.review(exception, by=who(PersonAct.REVIEW_EXPECTED))
        say(f"{done.id[:8]}: {done.what} of {done.actor_id} is expected until {moment(done.ends_at, settings)}")


@expect.command(short_help="End an exception now.", epilog="\b\nExamples:\n  nabat expect end 4b1e09\n")
@config_option
@click.argument("exception", metavar="ID")
def end(config: str | None, exception: str) -> None:
    """End an exception, or take back one that nobody reviewed. What happens from now on pages as ever."""
    with _opened(config) as (work, who, _settings):
        done = work.end(exception, by=who(PersonAct.END_EXPECTED))
        say(f"{done.id[:8]}: ended")


@expect.command(
    "list",
    short_help="List exceptions, with what they cover.",
    epilog="\b\nExamples:\n  nabat expect list\n  nabat expect list --open --json\n",
)
@config_option
@json_option
@click.option("--open", "open_only", is_flag=True, help="Only those that have not ended.")
def list_(config: str | None, as_json: bool, open_only: bool) -> None:
    """List exceptions, those that end last first, with what each has covered."""
    with _opened(config) as (work, who, settings):
        who(PersonAct.OVERVIEW)
        # What is expected of somebody's own accounts is not shown to them, as on the pages.
        person, door = identity(settings), CaseDoor(settings)
        own = own_actors_of(settings, person)
        found = work.work(lambda unit, names: door.suspected_seen(unit, person, names))
        found = [each for each in found if each.exception.actor_id not in own]
        found = [each for each in found if not open_only or each.state.value not in ("ended", "lapsed")]
        if as_json:
            emit_pretty([msgspec.to_builtins(each) for each in found])
            return
        for each in found:
            _show(each, settings)
        say(counted(len(found), "exception"))


def _show(work: CoveredWork, settings: Settings) -> None:
    words, each = messages(settings.language), work.exception
    state = words.text(f"expected-state-{work.state.value.replace('_', '-')}")
    limit = "  " + words.text("expected-at-most", count=each.at_most) if each.at_most else ""
    show(f"{each.id[:8]}  {state:12} {each.actor_id}  {each.what}{limit}")
    mark = "expected-mark" if each.reviewed_by else "expected-mark-unreviewed"
    until = moment(each.ended_at or each.ends_at, settings)
    show("          " + words.text(mark, by=each.asked_by, other=each.reviewed_by, until=until, reason=each.reason))
    if work.why is not None:
        show("          " + words.text(f"expected-why-{work.why.value}"))
    if work.findings:
        show("          " + words.text("expected-covered", count=work.findings, clients=work.clients))
