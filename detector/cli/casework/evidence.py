"""``nabat evidence``: the raw lines of cases, copied before the logs are rotated away."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from detector.cli.incidents import opened_store
from detector.cli.options import config_option, identity, json_option
from detector.cli.output import counted, emit_pretty, moment, progress, say, show, words_of
from detector.clock import SystemClock
from detector.errors import FoundError
from detector.messages import messages
from detector.runtime.evidence.archive_desk import ArchiveDesk
from detector.runtime.evidence.verify_all import in_words
from detector.settings import Settings
from detector.web.texts import PageTexts


@contextmanager
def _opened(config: str | None) -> Iterator[tuple[ArchiveDesk, Settings, PageTexts]]:
    with opened_store(config) as (store, settings):
        words = words_of(settings)
        yield ArchiveDesk(store, settings, SystemClock()), settings, words


@click.group()
def evidence() -> None:
    """Look at, hand out and check the raw lines that are kept of cases.

    They are copied from the logs when an incident opens and as it grows, with place and SHA-256 of each. What is done
    here is written into the archive's custody log.
    """


@evidence.command("list", epilog="\b\nExamples:\n  nabat evidence list\n  nabat evidence list --json\n")
@config_option
@json_option
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="The newest so many incidents."
)
def list_(config: str | None, as_json: bool, limit: int) -> None:
    """Say how much is held of each incident, and what is missing."""
    with _opened(config) as (desk, settings, words):
        found = desk.all(limit, by=identity(settings))
    if as_json:
        emit_pretty(
            [
                {"number": incident.number, "lines": held.lines, "bytes": held.bytes, **msgspec.to_builtins(held)}
                for incident, held in found
            ]
        )
        return
    for incident, held in found:
        show(f"{incident.number:14}  {words.raw_lines(held)}")


@evidence.command(
    "show",
    short_help="What is held, what is missing, and who had it in hand.",
    epilog="\b\nExamples:\n  nabat evidence show 20260302-7f3a1c\n",
)
@config_option
@json_option
@click.argument("incident")
def show_(config: str | None, as_json: bool, incident: str) -> None:
    """Show what is held of an incident, what is missing and why, and who had it in hand."""
    with _opened(config) as (desk, settings, words):
        about, held = desk.show(incident, by=identity(settings))
    if as_json:
        emit_pretty({"number": about.number, "lines": held.lines, **msgspec.to_builtins(held)})
        return
    show(f"{about.number}  {words.raw_lines(held)}")
    for text in words.raw_lines_missing(held):
        show(f"  {text}")
    for segment in held.segments:
        show(f"  {segment.path}  {segment.lines:6}  {segment.sha256}")
    for each in held.custody:
        show(f"{each.number:4} {moment(each.at, settings)} {each.by}: {each.act.value} {each.detail}".rstrip())


@evidence.command(
    "export",
    short_help="Write the lines with their hashes to a folder or a tar.",
    epilog="""\b
Examples:
  nabat evidence export 20260302-7f3a1c --out case-7f3a1c
  nabat evidence export 20260302-7f3a1c --out case-7f3a1c.tar
""",
)
@config_option
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="PATH", help="A new folder, or NAME.tar."
)
@click.argument("incident")
def export_(config: str | None, out: Path, incident: str) -> None:
    """Write the lines, a manifest with place and SHA-256 of each, the custody log, and SHA256SUMS.

    Check them anywhere with `sha256sum -c SHA256SUMS`. The files hold client data: guard them.
    """
    with _opened(config) as (desk, settings, _), progress("Writing"):
        about, lines = desk.export(incident, out, by=identity(settings))
    say(f"{about.number}: {counted(lines, 'line')} to {out}")


@evidence.command(
    "verify",
    short_help="Compare an archive with what was written.",
    epilog="\b\nExamples:\n  nabat evidence verify 20260302-7f3a1c\n",
)
@config_option
@click.argument("incident")
def verify_(config: str | None, incident: str) -> None:
    """Compare an archive with what was written: each file and each line by its SHA-256. Exit status 1 when one differs.

    `nabat verify` does that for all archives, and compares what the database says of them with its chain.
    """
    with _opened(config) as (desk, settings, _), progress("Comparing"):
        about, lines, found = desk.verify(incident, by=identity(settings))
    for each in found:
        show(in_words(each, messages(settings.language), {about.id: about.number}))
    say(f"{about.number}: {counted(lines, 'line')} compared, {counted(len(found), 'difference')}")
    if found:
        raise FoundError("")
