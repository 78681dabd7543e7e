"""``nabat notices``: what authorities, partners and others are told of a case, from the draft to the receipt."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from detector.cli.casework.documents import (
    TEXT_FORMATS,
    all_the_same_option,
    must_have_file,
    out_option,
    say_filed,
    show_or_write,
    warn_of_fonts,
)
from detector.cli.incidents import workplace
from detector.cli.options import Moment, config_option, for_option, in_zone, json_option
from detector.cli.output import counted, emit_pretty, moment, say, show, words_of
from detector.errors import ConflictError, FoundError, InputError, NotFoundError, Problem
from detector.schema.case.documents import FiledDocument
from detector.schema.notices.notice_fields import FieldState
from detector.settings import Settings

if TYPE_CHECKING:
    from detector.incident.notices.notice_values import MadeNotice, NoticeStanding
    from detector.runtime.incidents.notices.notice_desk import NoticeDesk

FORMATS = (*TEXT_FORMATS, "json", "veris")

_incident = click.argument("incident")
_notice = click.argument("notice", metavar="DUTY")
_language = click.option("--language", default="", metavar="XX", help="en or ru; default the configured language.")
_version = click.option("--version", type=click.IntRange(min=1), help="Which version; default the newest.")


@click.group()
def notices() -> None:
    """Draft what authorities, partners and others are told of a case, and take it to the receipt.

    DUTY is a law and its stage (ru-152fz/ru-24h), the stage alone, or a form that is no law's: staff, press, site,
    executive, briefing, police, insurer, partner, edpb, not-notifying. A draft is a version of a document
    (`nabat documents`).
    """


@notices.command(
    "list",
    short_help="Notices of a case, how far each is filled.",
    epilog="\b\nExamples:\n  nabat notices list 20260302-7f3a1c\n  nabat notices list amber-otter --json\n",
)
@config_option
@json_option
@_language
@_incident
def list_(config: str | None, as_json: bool, language: str, incident: str) -> None:
    """List the notices a case can have: when each is due, where it stands, and how far it is filled."""
    from detector.incident.notices.notice_values import count_of

    with workplace(config) as (console, settings):
        found = console.notices.of(incident, language)
        if as_json:
            emit_pretty(
                [
                    {
                        "notice": each.made.subject.name,
                        "title": each.made.title,
                        "document": each.filed.id if each.filed is not None else "",
                        "stale": each.stale,
                        **{state.value: count_of(each.made.fields, state) for state in FieldState},
                    }
                    for each in found
                ]
            )
            return
        for each in found:
            show(_line(each, settings))
        say(f"{len(found)} notices")


def _line(standing: "NoticeStanding", settings: Settings) -> str:
    made, words = standing.made, words_of(settings)
    duty = made.subject.duty
    due = moment(duty.due_at, settings) if duty is not None else "-"
    state = words.named("web-duty-state", duty.shown_state(words.now)) if duty is not None else "-"
    filed = standing.filed
    where = f"{filed.id} v{filed.newest.version}: {words.document_state(filed)}" if filed is not None else "-"
    if standing.stale:
        where += f" ({words.t('notice-stale')})"
    return f"{due:24} {state:12} {made.subject.name}: {made.title}  [{_counted(made, settings)}]  {where}"


def _counted(made: "MadeNotice", settings: Settings) -> str:
    counts = {state.value: made.count(state) for state in FieldState}
    return words_of(settings).t("notice-count", all=len(made.fields), **counts)


@notices.command(
    "draft",
    short_help="File a draft of what is known now.",
    epilog="""\b
Examples:
  nabat notices draft 20260302-7f3a1c ru-24h --language ru
  nabat notices draft amber-otter police
  nabat notices draft amber-otter briefing
""",
)
@config_option
@for_option
@_language
@_incident
@_notice
def draft(config: str | None, by: str | None, language: str, incident: str, notice: str) -> None:
    """File a draft of the notice as a document, or its next version: what was written by people stays in it."""
    with workplace(config, acts_for=by) as (console, settings):
        filed = console.notices.draft(incident, notice, language)
        standing = console.notices.one(incident, notice, language)
        say_filed(filed)
        say(_counted(standing.made, settings))
        _remarks(standing, settings)


@notices.command(
    "show",
    short_help="The notice as a text, by field, or as a file.",
    epilog="""\b
Examples:
  nabat notices show 20260302-7f3a1c ru-24h
  nabat notices show amber-otter gdpr-72h --version 1 --format pdf --out notice.pdf
  nabat notices show amber-otter gdpr-72h --format json
""",
)
@config_option
@_language
@_version
@click.option("--format", "form", type=click.Choice(FORMATS), default="md", help="What to write; default md.")
@out_option
@_incident
@_notice
def show_(
    config: str | None,
    language: str,
    version: int | None,
    form: str,
    out: Path | None,
    incident: str,
    notice: str,
) -> None:
    """Show the notice as it would be drafted now; with --version, a draft as it was filed."""
    with workplace(config) as (console, settings):
        desk = console.notices
        standing = desk.one(incident, notice, language)
        body = _body(desk, standing, settings, form, version)
        must_have_file(form, out)
        show_or_write(body, out)
        if form != "veris":
            _remarks(standing, settings)


def _body(desk: "NoticeDesk", standing: "NoticeStanding", settings: Settings, form: str, version: int | None) -> bytes:
    import msgspec

    from detector.incident.notices.notice_values import notice_json
    from detector.incident.notices.veris import veris_of
    from detector.rendering import TextFormat, our_letterhead, write_text

    if form in ("json", "veris"):
        if version is not None and form == "veris":
            raise InputError(Problem(what=f"{form} is made of what is known now", fix="leave out --version"))
        filed = desk.filed_draft(standing, version) if version is not None else None
        said = notice_json(standing.made, filed) if form == "json" else veris_of(standing.made.facts)
        return msgspec.json.format(msgspec.json.encode(said), indent=2) + b"\n"
    text = desk.text(standing.made) if version is None else desk.filed_text(standing, version)
    head = our_letterhead(settings.organization, text.language)
    warn_of_fonts(text, form)
    return write_text(text, TextFormat(form), head, at=standing.made.facts.now)


def _remarks(standing: "NoticeStanding", settings: Settings) -> None:
    """Say what a lawyer has to look at before it is sent."""
    subject, words = standing.made.subject, words_of(settings)
    if standing.made.refuted:
        say(words.t("notice-mark-refuted", number=standing.made.facts.incident.number))
    for mark, fields in standing.made.unsure:
        say(words.t(f"notice-mark-fields-{mark}", fields=fields) if fields else words.t(f"notice-mark-{mark}"))
    for each in standing.made.unchecked:
        mark = words.t(f"letters-mark-{each.verified}")
        say(words.t("letters-plan-unchecked", who=each.line, mark=mark, id=each.id))
    if subject.lawyer:
        say(words.t("notice-mark-lawyer"))
    if reads := standing.made.reads_otherwise:
        say(words.t("notice-mark-language", language=reads))
    say(words.t("notice-mark-note", note=words.either(*subject.note)))


@notices.command(
    "lint",
    short_help="What is missing, and who can give it.",
    epilog="\b\nExamples:\n  nabat notices lint 20260302-7f3a1c ru-24h\n  nabat notices lint amber-otter gdpr-72h\n",
)
@config_option
@json_option
@_language
@_incident
@_notice
def lint(config: str | None, as_json: bool, language: str, incident: str, notice: str) -> None:
    """Count what is filled, estimated and missing, say who can give it, and what should not go out as it is worded.

    Exit status 1: something is missing, or worded as it should not be (`nabat documents check`).
    """
    from detector.incident.notices.notice_values import field_json
    from detector.rendering import write_markdown

    with workplace(config) as (console, settings):
        standing = console.notices.one(incident, notice, language)
        made = standing.made
        if as_json:
            emit_pretty([field_json(each) for each in made.fields])
        else:
            words = words_of(settings)
            for each in made.fields:
                state = words.t(f"notice-state-{each.state.value}")
                show(f"{state:10} {each.id}: {each.title}")
                if each.why:
                    show(f"{'':10} {each.why}")
                if each.command:
                    roles = ", ".join(words.role(role) for role in each.roles)
                    show(f"{'':10} {words.t('notice-give', roles=roles, command=each.command)}")
        say(_counted(made, settings))
        _remarks(standing, settings)
        duty = made.subject.duty
        names = console.count_names(incident, duty.regulation) if duty is not None and _lists_names(made) else None
        if names is not None and names.nameless:
            say(words_of(settings).t("notice-annex-nameless", count=names.clients, nameless=names.nameless))
        text, spoken = write_markdown(console.notices.text(made)), made.facts.words.language
        worded = console.document_checks.wording(text, spoken, of_law=made.subject.duty is not None)
        for phrase in worded:
            say(phrase)
        missing = made.count(FieldState.MISSING)
        problems = [f"{missing} of {len(made.fields)} fields are missing"] if missing else []
        problems += [f"{counted(len(worded), 'phrase')} should not go out"] if worded else []
        if problems:
            raise FoundError(f"{made.subject.name}: {'; '.join(problems)}")


def _lists_names(made: "MadeNotice") -> bool:
    """Tell whether a notice has an annex that lists people by name."""
    from detector.incident.notices.answers.extent_answers import LISTS_BY_NAME

    return any(each.id in LISTS_BY_NAME for each in made.fields)


@notices.command(
    "set",
    short_help="Write into a field.",
    epilog="""\b
Examples:
  nabat notices set 20260302-7f3a1c ru-24h data_actuality_period "as of 1 March 2026" \\
      --reason "the owner of the CRM says so"
  nabat notices set amber-otter all likely_consequences "None but unwanted calls." --reason "assessed"
  nabat notices set amber-otter all likely_consequences "" --reason "as computed again"
""",
)
@config_option
@for_option
@click.option("--reason", required=True, metavar="TEXT", help="How it is known.")
@_incident
@_notice
@click.argument("field")
@click.argument("value")
def set_(config: str | None, by: str | None, reason: str, incident: str, notice: str, field: str, value: str) -> None:
    """Write VALUE into FIELD of the notice DUTY, or of every notice that asks for it (`all`). Empty: withdraw it.

    What people write stays when the scope is counted anew: the next draft has it.
    """
    with workplace(config, acts_for=by) as (console, settings):
        standing = console.notices.write(incident, notice, field, value, reason=reason)
        if standing is not None:
            say(_counted(standing.made, settings))


@notices.command(
    "diff",
    short_help="What changed since the one sent.",
    epilog="\b\nExamples:\n  nabat notices diff 20260302-7f3a1c ru-72h\n",
)
@config_option
@json_option
@_language
@_incident
@_notice
def diff(config: str | None, as_json: bool, language: str, incident: str, notice: str) -> None:
    """Show field by field what is known now and was not in the notice sent last under the same law."""
    with workplace(config) as (console, _):
        found = console.notices.changes(incident, notice, language)
        if found is None:
            what = f"no notice like {notice} was sent in this language"
            raise NotFoundError(Problem(what=what, fix="nabat notices send, once it was"))
        if as_json:
            rows = [{"id": each.id, "title": each.title, "before": each.before, "after": each.after} for each in found]
            emit_pretty(rows)
            return
        for each in found:
            show(f"{each.title}\n- {each.before or '-'}\n+ {each.after or '-'}")
        say(f"{len(found)} fields differ")


def _filed(desk: "NoticeDesk", incident: str, notice: str, language: str) -> FiledDocument:
    """Return the document a notice was drafted as, in a language; where none is named in whichever it was."""
    from detector.messages import LANGUAGES

    for each in dict.fromkeys((language, *(() if language else LANGUAGES))):
        standing = desk.one(incident, notice, each)
        if standing.filed is not None:
            return standing.filed
    name = standing.made.subject.name
    raise ConflictError(Problem(what=f"nobody has drafted {name}", fix=f"nabat notices draft {incident} {name}"))


@notices.command(
    "approve",
    short_help="Approve the draft as a second person.",
    epilog="\b\nExamples:\n  nabat notices approve 20260302-7f3a1c ru-24h\n",
)
@config_option
@_language
@_version
@all_the_same_option
@_incident
@_notice
def approve(config: str | None, language: str, version: int | None, reason: str, incident: str, notice: str) -> None:
    """Approve the newest draft, which is somebody else's. With --version it must still be that one.

    What contradicts the case (`nabat documents check`) takes --reason, which is kept.
    """
    with workplace(config) as (console, _):
        filed = _filed(console.notices, incident, notice, language)
        say_filed(console.documents.approve(filed.id, version=version, reason=reason))


@notices.command(
    "send",
    short_help="Record that it was sent: to whom, when.",
    epilog='\b\nExamples:\n  nabat notices send 20260302-7f3a1c ru-24h --to "portal pd.rkn.gov.ru"\n',
)
@config_option
@for_option
@_language
@_version
@click.option("--to", required=True, metavar="TEXT", help="To whom, and how.")
@click.option("--at", type=Moment(bare=True), help="When it was sent; default now.")
@all_the_same_option
@_incident
@_notice
def send(
    config: str | None,
    by: str | None,
    language: str,
    version: int | None,
    to: str,
    at: datetime | None,
    reason: str,
    incident: str,
    notice: str,
) -> None:
    """Record that the notice was sent. Another person has to have approved that version before.

    What contradicts the case by now takes --reason, which is kept.
    """
    with workplace(config, acts_for=by) as (console, settings):
        filed = _filed(console.notices, incident, notice, language)
        moment_sent = in_zone(at, settings)
        say_filed(console.documents.sent(filed.id, to=to, at=moment_sent, version=version, reason=reason))


@notices.command(
    "receipt",
    short_help="Record the receipt: the duty is fulfilled.",
    epilog="\b\nExamples:\n  nabat notices receipt 20260302-7f3a1c ru-24h --number 2026-88412\n",
)
@config_option
@for_option
@_language
@_version
@click.option("--number", required=True, metavar="TEXT", help="Number of the receipt, or where it is kept.")
@click.option("--at", type=Moment(bare=True), help="When it came; default now.")
@click.option("--reason", default="", metavar="TEXT", help="Why an earlier receipt is corrected.")
@_incident
@_notice
def receipt(
    config: str | None,
    by: str | None,
    language: str,
    version: int | None,
    number: str,
    at: datetime | None,
    reason: str,
    incident: str,
    notice: str,
) -> None:
    """Record the receipt of the notice sent last. Its duty is fulfilled, as of the sending."""
    with workplace(config, acts_for=by) as (console, settings):
        filed = _filed(console.notices, incident, notice, language)
        came = in_zone(at, settings)
        found = console.documents.receipt(filed.id, number=number, at=came, reason=reason, version=version)
        say_filed(found)
        if found.document.duty:
            say(f"the duty {found.document.duty} is fulfilled")
