"""``nabat reports``: what came from outside, and what becomes of it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from detector.cli.casework.documents import write_private
from detector.cli.incidents import workplace
from detector.cli.options import Moment, config_option, for_option, in_zone, json_option
from detector.cli.output import counted, emit_pretty, moment, say, show, words_of
from detector.errors import ConflictError, InputError, NotFoundError, Problem
from detector.incident import CaseByHand
from detector.schema.levels import Severity
from detector.schema.outside.outside_reports import ReportAct, ReportWay
from detector.settings import Settings
from detector.web.ports import LinkedReport, SeenGroup, SeenReport

_LISTED = 1_000
_LEAK = "client-data-leak"


@click.group()
def reports() -> None:
    """See what came from outside (nabat report, or the open form), link it to an incident, or dismiss it.

    Nobody sees a report that is about an account of theirs, or that belongs to an incident about them.
    """


@reports.command(
    "list",
    short_help="What came, the newest first.",
    epilog="\b\nExamples:\n  nabat reports list\n  nabat reports list --waiting --json\n",
)
@config_option
@json_option
@click.option("--waiting", is_flag=True, help="Only those that nobody has linked or dismissed.")
def list_(config: str | None, as_json: bool, waiting: bool) -> None:
    """List what came from outside, without what stands in it.

    Of what waits those stand first who name a client that you know or write from an address of contacts.csv, then what
    nobody else wrote; texts that are alike are a group, named under the first of them.
    """
    with workplace(config) as (console, settings):
        if waiting and not as_json:
            groups = console.reports.waiting_groups()
            for group in groups:
                for line in _group_lines(group, settings):
                    show(line)
            say(counted(sum(len(each.reports) for each in groups), "report"))
            return
        found = console.reports.waiting() if waiting else console.reports.all(_LISTED)
        if as_json:
            emit_pretty([_json(each, whole=False) for each in found])
            return
        for each in found:
            show(_line(each, settings))
        say(counted(len(found), "report"))


def _group_lines(group: SeenGroup, settings: Settings) -> Iterator[str]:
    """Yield a group of reports: the first of them, that somebody is known, and which others read alike."""
    words = words_of(settings)
    known = f" · {words.t('web-report-known')}" if group.known else ""
    yield f"{_line(group.first, settings)}{known}"
    if len(group.reports) > 1:
        others = ", ".join(each.report.id for each in group.reports[1:])
        yield f"    {words.t('web-report-alike', count=len(group.reports))}: {others}"


@reports.command(
    "show",
    short_help="One report, whole.",
    epilog="\b\nExamples:\n  nabat reports show r-0123456789\n  nabat reports show r-0123456789 --file-to sample.zip\n",
)
@config_option
@json_option
@click.option(
    "--file-to", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write there what came with it."
)
@click.argument("report")
def show_(config: str | None, as_json: bool, target: Path | None, report: str) -> None:
    """Show a report with what stands in it, and what was done with it."""
    with workplace(config) as (console, settings):
        seen = console.reports.show(report)
        if as_json:
            emit_pretty(_json(seen, whole=True))
        else:
            for line in _lines(seen, settings):
                show(line)
        if target is not None:
            _, body = console.reports.attachment(report)
            write_private(target, body)
            say(f"{len(body)} bytes written to {target}; nobody has checked what it holds")


@reports.command(
    "link",
    short_help="It belongs to an incident.",
    epilog='\b\nExamples:\n  nabat reports link r-0123456789 20260302-7f3a1c --reason "the same client"\n',
)
@config_option
@for_option
@click.option("--reason", required=True, metavar="TEXT", help="Why it belongs there.")
@click.option("--no-letter", is_flag=True, help="Draft no answer to whoever told us.")
@click.argument("report")
@click.argument("incident")
def link(config: str | None, by: str | None, reason: str, no_letter: bool, report: str, incident: str) -> None:
    """Link REPORT to INCIDENT.

    What came before the logs showed anything becomes T0. A client's complaint starts the clocks of the duties that
    answer complaints. The first answer is drafted as a document.
    """
    with workplace(config, acts_for=by) as (console, settings):
        _say_linked(report, console.reports.link(report, incident, reason=reason, letter=not no_letter), settings)


@reports.command(
    "open",
    short_help="Open an incident from it.",
    epilog="""\b
Examples:
  nabat reports open r-0123456789 --title "A client's data on a chat" --severity high \\
      --reason "strangers know her card"
""",
)
@config_option
@click.option("--title", required=True, metavar="TEXT", help="What it is about, without names of clients.")
@click.option("--severity", required=True, type=click.Choice([each.value for each in Severity]), help="How bad it is.")
@click.option("--playbook", default=_LEAK, show_default=True, metavar="NAME", help="Checklist.")
@click.option("--actor", "actors", multiple=True, metavar="ACTOR", help="Account, ip:ADDRESS or host:NAME; repeatable.")
@click.option("--since", type=Moment(bare=True), help="Since when; default now.")
@click.option("--reason", required=True, metavar="TEXT", help="What is known.")
@click.option("--no-letter", is_flag=True, help="Draft no answer to whoever told us.")
@click.argument("report")
def open_(
    config: str | None,
    title: str,
    severity: str,
    playbook: str,
    actors: tuple[str, ...],
    since: datetime | None,
    reason: str,
    no_letter: bool,
    report: str,
) -> None:
    """Open an incident from REPORT, and link it there: T0 is when the report came."""
    with workplace(config) as (console, settings):
        told = CaseByHand(
            title=title,
            severity=Severity(severity),
            playbook=playbook,
            reason=reason,
            actors=actors,
            since=in_zone(since, settings),
        )
        _say_linked(report, console.reports.open_case(report, told, letter=not no_letter), settings)


@reports.command(
    short_help="It is nothing for us.",
    epilog="\b\nExamples:\n"
    '  nabat reports dismiss r-0123456789 --reason "an advertisement"\n'
    '  nabat reports dismiss r-0123456789 r-fedcba9876 --reason "sent by a machine"\n',
)
@config_option
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@click.argument("report", nargs=-1, required=True)
def dismiss(config: str | None, reason: str, report: tuple[str, ...]) -> None:
    """Dismiss each REPORT. It is kept, with the reason and who said so; it can be linked later."""
    problems = list[Problem]()
    with workplace(config) as (console, _):
        for each in dict.fromkeys(report):
            try:
                say(f"{console.reports.dismiss(each, reason=reason).report.id}: dismissed")
            except (ConflictError, NotFoundError) as error:  # the others are dismissed all the same
                problems += error.problems
    if problems:
        raise InputError(problems)


def _say_linked(report: str, done: LinkedReport, settings: Settings) -> None:
    number = done.incident.number
    say(f"{report}: linked to incident {number}")
    if done.begins:
        say(f"T0 is {moment(done.incident.t0, settings)} now")
    for duty in done.duties:
        say(f"the clock of {duty} runs from when it came: nabat duties show {number} {duty}")
    if done.letter:
        say(f"an answer is drafted: nabat documents show {done.letter}")


def _line(seen: SeenReport, settings: Settings) -> str:
    words, report = words_of(settings), seen.report
    said = [words.t(f"report-kind-{report.kind.value}"), words.t(f"report-state-{seen.state}")]
    if report.clients:
        said.append(words.t("report-line-clients", count=len(report.clients)))
    return f"{moment(report.received_at, settings):24} {report.id}  {', '.join(said)}"


def _lines(seen: SeenReport, settings: Settings) -> Iterator[str]:
    words, report = words_of(settings), seen.report
    yield _line(seen, settings)
    if report.sender:
        yield words.t("report-line-from", sender=report.sender)
    by_form = report.way is ReportWay.FORM
    yield words.t("report-line-form") if by_form else words.t("report-line-by", person=words.person(report.by))
    for each in report.clients:
        yield f"  {each}"
    if report.source:
        yield f"  {report.source}"
    if report.file_sha256:
        yield words.t("report-line-file", name=report.file_name, bytes=report.file_bytes, hash=report.file_sha256)
    yield from ("", *report.text.splitlines())
    for record, incident in seen.linked:
        said = {"at": moment(record.at, settings), "by": words.person(record.by)}
        if record.act is ReportAct.DISMISSED:
            yield words.t("report-line-dismissed", reason=record.reason, **said)
        elif incident is None:
            yield words.t("report-line-linked-hidden", **said)
        else:
            yield words.t("report-line-linked", number=incident.number, reason=record.reason, **said)


def _json(seen: SeenReport, *, whole: bool) -> dict[str, Any]:
    report = msgspec.to_builtins(seen.report)
    # Whom it may be about is for the door, and no accusation.
    told = {name: report[name] for name in report if name not in ("about", "file_path")}
    if not whole:
        told = {name: told[name] for name in ("id", "kind", "way", "received_at", "recorded_at", "by", "source")}
        told["clients"] = len(seen.report.clients)
    acts = [
        {
            "at": record.at,
            "act": record.act.value,
            "by": record.by,
            "reason": record.reason if incident is not None or not record.incident_id else "",
            "incident": incident.number if incident is not None else "",
        }
        for record, incident in seen.linked
    ]
    return {**told, "due_at": seen.report.due_at, "state": seen.state, "acts": acts}
