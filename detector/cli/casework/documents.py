"""``nabat documents``: notices, letters, reports, reviews and records, in versions, approved, sent, with receipts."""

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from detector.cli.incidents import document_json, document_line, workplace
from detector.cli.options import Moment, config_option, for_option, in_zone, json_option
from detector.cli.output import counted, emit_pretty, moment, say, show, words_of
from detector.errors import FoundError, InputError, Problem
from detector.schema.case.documents import DocumentKind, FiledDocument, NewDocument
from detector.settings import Settings

if TYPE_CHECKING:
    from detector.rendering import RichText

_MEDIA = {
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".html": "text/html",
    ".csv": "text/csv",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".json": "application/json",
    ".eml": "message/rfc822",
}
_ANY = "application/octet-stream"
_LISTED = 1_000

_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
_document = click.argument("document")
_version = click.option("--version", type=click.IntRange(min=1), help="Which version; default the newest.")
all_the_same_option = click.option(
    "--reason", default="", metavar="TEXT", help="Why, though it contradicts the case (`nabat documents check`)."
)


@click.group()
def documents() -> None:
    """File notices, letters, reports, reviews and records of drills, and what becomes of each.

    A document is called INCIDENT-dN, or company-dN where it is of no incident. A version is never changed: the next
    one puts it right.
    """


@documents.command(
    "list",
    short_help="What was filed.",
    epilog="""\b
Examples:
  nabat documents list                       the company's, and those of the incidents you may look at
  nabat documents list 20260302-7f3a1c
  nabat documents list company --json
""",
)
@config_option
@json_option
@click.argument("incident", required=False)
def list_(config: str | None, as_json: bool, incident: str | None) -> None:
    """List what was filed of INCIDENT, of the company (`company`), or of all incidents you may look at."""
    with workplace(config) as (console, settings):
        desk = console.documents
        found = desk.of(incident) if incident else desk.all(_LISTED)
        if as_json:
            emit_pretty([document_json(each) for each in found])
            return
        for each in found:
            show(document_line(each, settings))
        say(counted(len(found), "document"))


@documents.command(
    "add",
    short_help="File a document with its first version.",
    epilog="""\b
Examples:
  nabat documents add 20260302-7f3a1c notice.md --kind notice --title "First notice" --duty ru-24h
  nabat documents add amber-otter letter.pdf --kind letter --title "To clients" --language en
  nabat documents add company plan-review.md --kind review --title "Plan of 2026" --two-persons
""",
)
@config_option
@for_option
@click.option("--kind", required=True, type=click.Choice([each.value for each in DocumentKind]), help="What it is.")
@click.option("--title", required=True, metavar="TEXT", help="As people call it.")
@click.option("--language", metavar="XX", help="Two letters; default the configured language.")
@click.option("--duty", default="", metavar="LAW/STAGE", help="The duty that it fulfils once there is a receipt.")
@click.option("--two-persons", is_flag=True, help="Another person approves each version; of notices, letters always.")
@click.option("--names-clients", is_flag=True, help="Only who may see client numbers reads it; of letters always.")
@click.argument("incident")
@_file
def add(
    config: str | None,
    by: str | None,
    kind: str,
    title: str,
    language: str | None,
    duty: str,
    two_persons: bool,
    names_clients: bool,
    incident: str,
    file: Path,
) -> None:
    """File FILE as a document of INCIDENT, or of the company (`company`)."""
    with workplace(config, acts_for=by) as (console, settings):
        media_type, body = read_document(file)
        new = NewDocument(
            kind=DocumentKind(kind),
            language=language or settings.language,
            title=title,
            media_type=media_type,
            body=body,
            duty=duty,
            two_persons=two_persons,
            names_clients=names_clients,
        )
        say_filed(console.documents.add(incident, new))


@documents.command(
    "revise",
    short_help="File the next version.",
    epilog='\b\nExamples:\n  nabat documents revise 20260302-7f3a1c-d1 notice.md --note "counts of scope version 3"\n',
)
@config_option
@for_option
@click.option("--note", required=True, metavar="TEXT", help="What changed.")
@_document
@_file
def revise(config: str | None, by: str | None, note: str, document: str, file: Path) -> None:
    """File FILE as the next version of DOCUMENT; who approved the one before has not approved this one."""
    with workplace(config, acts_for=by) as (console, _):
        media_type, body = read_document(file)
        say_filed(console.documents.revise(document, media_type=media_type, body=body, note=note))


@documents.command(
    "show",
    short_help="What is known of one, and its text.",
    epilog="""\b
Examples:
  nabat documents show 20260302-7f3a1c-d1
  nabat documents show 20260302-7f3a1c-d1 --version 1
  nabat documents show amber-otter-d2 --out letter.pdf
""",
)
@config_option
@json_option
@_version
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write the body there.")
@_document
def show_(config: str | None, as_json: bool, version: int | None, out: Path | None, document: str) -> None:
    """Show DOCUMENT: versions with hashes, approvals, where it was sent, receipts; and its text.

    That a document which names clients was read stands on the timeline and in `nabat people log`.
    """
    with workplace(config) as (console, settings):
        filed = console.documents.show(document)
        if as_json:
            emit_pretty(document_json(filed))
            return
        found, body = console.documents.body(filed.id, version)
        if out is not None:
            write_private(out, body)
            say(f"{filed.id} v{found.version}: {counted(len(body), 'byte')} to {out}, SHA-256 {found.sha256}")
            return
        _show_acts(filed, settings)
        if found.is_text:
            show("")
            show(body.decode())
        else:
            say(f"{found.media_type}, {counted(found.bytes, 'byte')}: write it to a file with --out")


def _show_acts(filed: FiledDocument, settings: Settings) -> None:
    words = words_of(settings)
    show(document_line(filed, settings))
    if filed.document.duty:
        show(words.t("web-document-for-duty", duty=filed.document.duty))
    for version in filed.versions:
        typed = f" ({words.t('web-document-typed', by=version.typed_by)})" if version.typed_by else ""
        note = f"  {version.note}" if version.note else ""
        show(f"  v{version.version:<3} {moment(version.at, settings)} {version.author}{typed}  {version.sha256}{note}")
        for each in (one for one in filed.records if one.version == version.version):
            act, at = words.named("document-act", each.act.value), moment(each.happened_at, settings)
            more = "; ".join(filter(None, (each.place, each.reference, each.reason)))
            show(f"       {act}: {each.by} {at}  {more}".rstrip())


@documents.command(
    "diff",
    short_help="What changed between two versions.",
    epilog="""\b
Examples:
  nabat documents diff 20260302-7f3a1c-d1
  nabat documents diff 20260302-7f3a1c-d1 --from 1 --to 3
""",
)
@config_option
@click.option("--from", "old", type=click.IntRange(min=1), help="Older version; default the one before.")
@click.option("--to", "new", type=click.IntRange(min=1), help="Newer version; default the newest.")
@_document
def diff(config: str | None, old: int | None, new: int | None, document: str) -> None:
    """Show what changed in DOCUMENT between two versions of its text."""
    with workplace(config) as (console, _):
        for row in console.documents.differences(document, old, new):
            show(row)


@documents.command(
    "check",
    short_help="What contradicts, and what is worded as it should not be.",
    epilog="""\b
Examples:
  nabat documents check 20260302-7f3a1c
  nabat documents check amber-otter --file statement.md --language ru
""",
)
@config_option
@json_option
@click.option(
    "--file", "file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Check it, too: unfiled."
)
@click.option("--language", metavar="XX", help="Of FILE: en or ru; default the configured language.")
@click.argument("incident")
def check(config: str | None, as_json: bool, file: Path | None, language: str | None, incident: str) -> None:
    """Hold the documents of INCIDENT against what is established, each other, and the lists of wording.

    Read are the newest version of each notice, letter, report and script for the hotline, and what was sent and not put
    right since: numbers of people and records, moments, classes of data, whether it is stopped, who was told. Exit
    status 1: something contradicts, leaves data out, or is worded as it should not be.
    """
    from dataclasses import asdict

    from detector.runtime.incidents.notices.document_check import UnfiledText

    with workplace(config) as (console, settings):
        unfiled = None
        if file is not None:
            media_type, body = read_document(file)
            spoken = language or settings.language
            unfiled = UnfiledText(name=file.name, language=spoken, media_type=media_type, body=body)
        found = console.document_checks.check(incident, unfiled)
        if as_json:
            emit_pretty([asdict(each) for each in found.remarks])
        else:
            for each in found.remarks:
                show(each.text)
                for beside in each.beside:
                    show(f"    {beside}")
        say(f"{counted(found.read, 'document')} read, {counted(found.faults, 'fault')}")
        if found.faults:
            raise FoundError(f"{incident}: {counted(found.faults, 'fault')} in what its documents say")


@documents.command(
    "approve",
    short_help="Approve a version as a second person.",
    epilog="\b\nExamples:\n  nabat documents approve 20260302-7f3a1c-d1\n",
)
@config_option
@_version
@all_the_same_option
@_document
def approve(config: str | None, version: int | None, reason: str, document: str) -> None:
    """Approve the newest version of DOCUMENT, which is somebody else's. With --version it must still be that one.

    What contradicts the case (`nabat documents check`) takes --reason, which is kept.
    """
    with workplace(config) as (console, _):
        say_filed(console.documents.approve(document, version=version, reason=reason))


@documents.command(
    "sent",
    short_help="Record that it was sent: to whom, when.",
    epilog="""\b
Examples:
  nabat documents sent 20260302-7f3a1c-d1 --to "Roskomnadzor, portal"
  nabat documents sent amber-otter-d2 --to "1,240 clients, e-mail" --at "2026-03-05 10:15"
""",
)
@config_option
@for_option
@click.option("--to", required=True, metavar="TEXT", help="To whom, and how.")
@click.option("--at", type=Moment(bare=True), help="When it was sent; default now.")
@_version
@all_the_same_option
@_document
def sent(
    config: str | None,
    by: str | None,
    to: str,
    at: datetime | None,
    version: int | None,
    reason: str,
    document: str,
) -> None:
    """Record that DOCUMENT was sent. A notice or letter has to be approved by a second person before.

    What contradicts the case by now takes --reason, which is kept.
    """
    with workplace(config, acts_for=by) as (console, settings):
        moment_sent = in_zone(at, settings)
        say_filed(console.documents.sent(document, to=to, at=moment_sent, version=version, reason=reason))


@documents.command(
    "receipt",
    short_help="Record the receipt of what was sent.",
    epilog="\b\nExamples:\n  nabat documents receipt 20260302-7f3a1c-d1 --number 2026-88412\n",
)
@config_option
@for_option
@click.option("--number", required=True, metavar="TEXT", help="Number of the receipt, or where it is kept.")
@click.option("--at", type=Moment(bare=True), help="When it came; default now.")
@click.option("--reason", default="", metavar="TEXT", help="Why an earlier receipt is corrected.")
@click.option("--version", type=click.IntRange(min=1), help="Of which version; default the one sent last.")
@_document
def receipt(
    config: str | None,
    by: str | None,
    number: str,
    at: datetime | None,
    reason: str,
    version: int | None,
    document: str,
) -> None:
    """Record the receipt of DOCUMENT. The duty that it was written for is fulfilled by it, as of its sending."""
    with workplace(config, acts_for=by) as (console, settings):
        moment_came = in_zone(at, settings)
        found = console.documents.receipt(document, number=number, at=moment_came, reason=reason, version=version)
        say_filed(found)
        if found.document.duty:
            say(f"the duty {found.document.duty} is fulfilled")


def read_document(file: Path) -> tuple[str, bytes]:
    """Return the media type of a file, by its name, and its bytes.

    Raises:
        InputError: It cannot be read.
    """
    try:
        return _MEDIA.get(file.suffix.lower(), _ANY), file.read_bytes()
    except OSError as error:
        raise InputError(Problem(file=str(file), what=f"cannot be read: {error.strerror or error}")) from None


_FEW: Final = 5
"""So many characters are named."""
TEXT_FORMATS = ("md", "txt", "html", "docx", "pdf")
"""In which a text of ours can be written (``detector.rendering.TextFormat``)."""
out_option = click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it there (0600)."
)


def must_have_file(form: str, out: Path | None) -> None:
    """Refuse to show what is no text.

    Raises:
        InputError: It is none, and no file is named.
    """
    if out is None and form in ("docx", "pdf"):
        raise InputError(Problem(what=f"{form} is no text", fix="write it to a file: --out"))


def show_or_write(body: bytes, out: Path | None) -> None:
    """Show a text, or write it to a new file and say so."""
    if out is None:
        show(body.decode())
        return
    write_private(out, body)
    say(f"{len(body)} bytes to {out}")


def warn_of_fonts(text: "RichText", form: str) -> None:
    """Say which characters a PDF shows as numbers, because no font of this machine has them."""
    from detector.rendering import glyphless, numbered, write_markdown

    if form == "pdf" and (lacking := glyphless(write_markdown(text))):
        codes = ", ".join(map(numbered, lacking[:_FEW])) + (", …" if len(lacking) > _FEW else "")
        say(
            f"warning: no font on this machine has {codes}: the PDF shows these numbers (install a font, or write docx)"
        )


def show_text(text: "RichText", form: str, out: Path | None, settings: Settings) -> None:
    """Show a text of ours in a format, with the letterhead, or write it to a new file and say so."""
    from detector.clock import SystemClock
    from detector.rendering import TextFormat, our_letterhead, write_text

    letterhead = our_letterhead(settings.organization, text.language)
    warn_of_fonts(text, form)
    show_or_write(write_text(text, TextFormat(form), letterhead, at=SystemClock().now()), out)


def write_private(out: Path, body: bytes) -> None:
    """Write a new file that nobody else reads.

    Raises:
        InputError: It is there already, or cannot be written.
    """
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(body)
    except FileExistsError:
        raise InputError(Problem(file=str(out), what="exists", fix="name a new file")) from None
    except OSError as error:
        raise InputError(Problem(file=str(out), what=f"cannot be written: {error.strerror or error}")) from None


def say_filed(filed: FiledDocument) -> None:
    """Say what was filed, and for whom it waits."""
    newest = filed.newest
    waits = "; it waits for another person: nabat documents approve " + filed.id if filed.waits else ""
    say(f"{filed.id} v{newest.version}: SHA-256 {newest.sha256}{waits}")
