"""``nabat rules prove``: that a rule finds a case, and nothing on honest days."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from detector.cli.incidents import opened_store, workplace
from detector.cli.options import config_option, identity
from detector.cli.output import progress, say, show, words_of
from detector.clock import SystemClock
from detector.errors import FoundError, InputError, Problem
from detector.schema.case.documents import DocumentKind, NewDocument
from detector.schema.case.incidents import CloseReason, IncidentStatus

if TYPE_CHECKING:
    from detector.runtime.incidents.console import PersonalConsole
    from detector.runtime.proving import KnownSpan

_CASES = 10_000
_HONEST = (CloseReason.FALSE_POSITIVE, CloseReason.AUTHORISED, CloseReason.DUPLICATE)


@click.command(
    short_help="Show that a rule finds a case, and nothing else.",
    epilog="""\b
Examples:
  nabat rules prove 20260302-7f3a1c rules/night-export.yml
  nabat rules prove amber-otter rules/night-export.yml --days 60
""",
)
@config_option
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True, help="Honest days to replay.")
@click.option("--no-document", is_flag=True, help="File nothing in the case.")
@click.argument("incident")
@click.argument("rule", type=click.Path(path_type=Path, dir_okay=False))
def prove(config: str | None, days: int, no_document: bool, incident: str, rule: Path) -> None:
    """Replay the lines of INCIDENT with RULE, a file, and the last days of the logs that are there.

    The rule has to fire on the case, from the lines its archive holds (else from the logs), and to be silent on the
    other days; work that belongs to this or another case is counted apart. Only this rule judges, what it correlates
    stands in the same file, and nobody is paged. What came of it is filed as a report of the case. Exit status: 0 it is
    proved, 1 it is not.
    """
    # What replays is loaded by nobody who lists rules.
    from detector.runtime.evidence.archive_desk import ArchiveDesk
    from detector.runtime.proving import proof_lines, proof_report, prove_rule

    digest = _digest(rule)
    with opened_store(config) as (store, settings):
        found, held, files = ArchiveDesk(store, settings, SystemClock()).replayed(
            incident, rule.name, by=identity(settings)
        )
    with workplace(config) as (console, settings), TemporaryDirectory() as work:
        until = console.journal_ends()
        with progress("Replaying") as advance:
            proof = prove_rule(
                settings,
                rule,
                found,
                held,
                files,
                since=until - timedelta(days=days),
                until=until + timedelta(seconds=1),
                known=_known(console),
                work=Path(work),
                digest=digest,
                progress=advance,
            )
        words = words_of(settings)
        for line in proof_lines(found, proof, words):
            show(line)
        if not no_document:
            body = proof_report(found, proof, words)
            title = words.t("proof-title", file=proof.file, number=found.number)
            made = console.documents.add(
                found.number,
                NewDocument(
                    kind=DocumentKind.REPORT,
                    language=settings.language,
                    title=title,
                    media_type="text/markdown",
                    body=body.encode(),
                ),
            )
            say(f"filed: {made.id}")
    if not proof.proved:
        raise FoundError(f"{rule}: not proved on incident {found.number}")


def _digest(rule: Path) -> str:
    try:
        return sha256(rule.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(Problem(file=str(rule), what=f"cannot be read: {error.strerror or error}")) from None


def _known(console: "PersonalConsole") -> "list[KnownSpan]":
    """Return what of the days before belongs to a case that the person may look at."""
    from detector.runtime.proving import KnownSpan

    return [
        KnownSpan(each.suspects, each.first_event_at, each.last_event_at)
        for each in console.incidents(limit=_CASES)
        if each.status is not IncidentStatus.CLOSED or each.close_reason not in _HONEST
    ]
