"""``nabat who``: who touched a client, and what explains it; whose touches hold a sample of leaked data."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click
import msgspec

from detector.cli.incidents import workplace
from detector.cli.options import CsvFile, config_option, json_option, replay_option
from detector.cli.output import counted, emit_pretty, moment, progress, say, show, words_of
from detector.clock import SystemClock
from detector.errors import InputError, Problem
from detector.runtime.incidents.console import PersonalConsole
from detector.runtime.incidents.scopes.read_client_list import read_client_list
from detector.schema.events.touches import Toucher
from detector.schema.outside.leak_samples import SampleSearch
from detector.settings import Settings
from detector.web.texts import PageTexts

MOST_CLIENTS = 1_000
LONGEST_ID = 1_000
_ADDRESSES = 5
_SMALLEST = 1e-300
Span = tuple[datetime, datetime]


@click.command(
    epilog="""\b
Examples:
  nabat who 10017                          everybody who touched client 10017 in the last 30 days
  nabat who 10017 10023 10044 --days 90    who touched all three
  nabat who 10017 --out who.csv            the same as a table
  nabat who 10017 --replay last-week       of the logs that a replay has read
  nabat who --sample leak.csv --days 365   whose touches hold a sample of leaked data, and when
  nabat who --sample leak.csv --column customer_no --out fits.csv
"""
)
@config_option
@replay_option
@json_option
@click.option("--days", type=click.IntRange(1, 3_660), default=30, show_default=True, help="How far back to look.")
@click.option("--out", metavar="FILE.csv", type=CsvFile(), help="Write one line for each who touched them, besides.")
@click.option("--sample", metavar="FILE.csv", help="A sample of leaked records instead: one id a line, or CSV.")
@click.option("--column", default="", metavar="NAME", help="With --sample: the column of the clients' ids.")
@click.argument("clients", metavar="CLIENT...", nargs=-1)
def who(
    config: str | None,
    replay: str | None,
    as_json: bool,
    days: int,
    out: str | None,
    sample: str | None,
    column: str,
    clients: Sequence[str],
) -> None:
    """List from the access journal who touched a client, the least explained first.

    Of several clients those are listed who touched all of them, the least likely under honest work first. With --sample
    it is whose touches hold the clients of a sample best, and in which span of time. What explains a touch was worked
    out when it was counted, from what was known then.
    """
    ids = _sample(sample, column) if sample is not None and not clients else ()
    if not ids:
        _check(clients, sample, column)
    with workplace(config, replay=replay) as (console, settings):
        until = console.journal_ends() if replay else SystemClock().now()
        span = until - timedelta(days=days), until + timedelta(days=1)
        if ids:
            written = _who_holds(console, settings, ids, span, out=out, as_json=as_json)
        else:
            written = _who_touched(console, settings, clients, span, out=out, as_json=as_json)
        if written is not None:
            say(f"{counted(written, 'account')} written to {out}; the file says who dealt with whom: keep it as such")


def _who_touched(
    console: PersonalConsole, settings: Settings, clients: Sequence[str], span: Span, *, out: str | None, as_json: bool
) -> int | None:
    """Say who touched clients; return how many were written to a file, where one is."""
    found = console.who(clients, *span)
    written = console.write_who(found, Path(out)) if out else None
    if as_json:
        emit_pretty({"clients": list(clients), "since": span[0], "touched_by": msgspec.to_builtins(found)})
        return written
    words = PageTexts(settings, settings.language, span[1])
    for each in found:
        for line in _lines(each, len(set(clients)), settings, words):
            show(line)
    if not found:
        show(words.t("who-nobody", clients=len(set(clients)), since=moment(span[0], settings)))
    return written


def _who_holds(
    console: PersonalConsole, settings: Settings, ids: Sequence[str], span: Span, *, out: str | None, as_json: bool
) -> int | None:
    """Say whose touches hold a sample; return how many were written to a file, where one is."""
    with progress("Reading"):
        found = console.who_holds(ids, *span)
    written = console.write_fits(found, Path(out)) if out else None
    if as_json:
        emit_pretty(msgspec.to_builtins(found))
        return written
    for line in _fit_lines(found, settings, words_of(settings)):
        show(line)
    return written


def _sample(path: str, column: str) -> tuple[str, ...]:
    """Return the ids in a file.

    Raises:
        InputError: Something is wrong with it; all of it is told.
    """
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise InputError(Problem(file=path, what=f"cannot be read: {error.strerror or error}")) from None
    return read_client_list(raw, path, column).ids


def _fit_lines(found: SampleSearch, settings: Settings, words: PageTexts) -> Iterator[str]:
    args = {"known": found.known, "size": found.size, "clients": found.clients, "actors": found.actors}
    yield words.t("who-sample", since=moment(found.since, settings), **args)
    for each in found.fits:
        share, common = words.percent_of(each.containment), words.percent_of(each.jaccard)
        yield f"{each.actor}: {words.t('who-fit', held=each.held, size=found.size, share=share, book=each.book)}"
        when = f"{moment(each.since, settings)} - {moment(each.until, settings)}"
        inside = words.t("who-fit-window", held=each.window_held, clients=each.window_clients, jaccard=common)
        yield f"             {when}: {inside}"
        yield f"             {words.t('who-fit-unexplained', count=each.unexplained)}; {_chance(each.chance, words)}"
    for taken in found.unnamed:
        when = f"{moment(taken.first_at, settings)} - {moment(taken.last_at, settings)}"
        told = words.t("who-unnamed", count=taken.events, most=taken.most)
        yield f"{taken.actor or words.t('who-no-actor')}: {told}  {when}"
    if found.others:
        yield words.t("who-fit-others", count=found.others)
    if not found.known:
        yield words.t("who-sample-unknown")


def _chance(chance: float, words: PageTexts) -> str:
    """Say how likely something is under honest work."""
    return words.t("who-chance", chance="< 1e-300" if chance < _SMALLEST else f"{chance:.2g}")


def _check(clients: Sequence[str], sample: str | None, column: str) -> None:
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
    if sample is not None or column:
        problems.append(Problem(what="--sample and --column go with no CLIENT", fix="ask for one of them at a time"))
    elif not clients:
        problems.append(Problem(what="no client is named", fix="nabat who CLIENT, or nabat who --sample FILE.csv"))
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
    if each.chance is not None:
        more.append(_chance(each.chance, words))
    if more:
        yield "             " + ", ".join(more)
