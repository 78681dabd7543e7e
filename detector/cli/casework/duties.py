"""``nabat duties``: what the laws ask for in an incident, whether it is owed, and what was sent."""

from collections.abc import Callable, Iterator
from datetime import datetime

import click

from detector.cli.incidents import CasePart, approval_line, duties_json, else_damaged, workplace
from detector.cli.options import (
    Moment,
    config_option,
    for_option,
    in_zone,
    json_option,
    replay_option,
)
from detector.cli.output import emit_pretty, moment, say, show, words_of
from detector.errors import NotFoundError, Problem
from detector.incident import DUTY, RECEIPT
from detector.schema.case.duties import Duty, DutyState
from detector.schema.detection.findings import Reason
from detector.schema.team.grants import Approval, PersonAct
from detector.settings import Settings
from detector.web.ports import Detail
from detector.web.texts import PageTexts


@click.group()
def duties() -> None:
    """See what the laws ask for in an incident, and record what becomes of it.

    DUTY is a law and its stage (us-hipaa/hipaa-media), or the stage alone. Ticking a step of the checklist fulfils no
    duty: its receipt does.
    """


@duties.command(
    "list",
    short_help="All duties of an incident, the next due first.",
    epilog="\b\nExamples:\n  nabat duties list 20260302-7f3a1c\n  nabat duties list amber-otter --json\n",
)
@config_option
@replay_option
@json_option
@click.argument("incident")
def list_(config: str | None, replay: str | None, as_json: bool, incident: str) -> None:
    """List the duties of an incident, the next due first: when, to whom, where each stands, and why."""
    with workplace(config, replay=replay) as (console, settings):
        with else_damaged(console, incident, settings, CasePart.DUTIES, as_json=as_json):
            detail = console.detail(incident)
        if as_json:
            emit_pretty(duties_json(detail))
            return
        words = words_of(settings)
        for duty in detail.duties:
            show(line(duty, detail, settings))
        for law, fine in sorted(detail.fines.items()):
            show(f"{words.pair(detail.laws, law) or law}: {words.t('web-duty-fine', fine=words.either(*fine))}")
        say(f"{len(detail.duties)} duties" if detail.duties else "no duties: no client data is known to be concerned")


def line(duty: Duty, detail: Detail, settings: Settings) -> str:
    """Return a duty as a line: due time, state, its name, what it is."""
    words = words_of(settings)
    state = words.named("web-duty-state", duty.shown_state(detail.incident.closed_at or words.now))
    title = words.pair(detail.laws, duty.ref) or duty.stage
    ours = f" · {words.t('web-own-target')}" if duty.internal else ""
    judged = words.pair(detail.judgements, duty.ref)
    why = "; ".join(_why(reason, judged, words) for reason in duty.reasons)
    ended = f" {duty.receipt_number}" if duty.state is DutyState.DONE else ""
    if duty.state is DutyState.DONE and duty.late(words.now):
        ended += f", {words.t('cli-duty-late')}"
    came = f" ({words.again(detail.incident, detail.entries, detail.stated)(duty.occasion)})" if duty.occasion else ""
    verdict = "" if duty.ended_at else f" [{words.t(f'web-duty-verdict-{duty.verdict.value}')}: {why or '-'}]"
    waits = "".join(f" {approval_line(each, detail, words)}" for each in detail.approvals if _about(each, duty))
    return f"{moment(duty.due_at, settings):24} {state}{ended}  {duty.ref}: {title}{came}{ours}{verdict}{waits}"


def _about(asked: Approval, duty: Duty) -> bool:
    return asked.step_id in (f"{DUTY}{duty.ref}", f"{RECEIPT}{duty.ref}")


def _why(reason: Reason, judged: str, words: PageTexts) -> str:
    """Return a reason; of what a person has to judge that itself, and the figures the law names for it."""
    figures = str(dict(reason.args).get("figures", ""))
    if reason.message != "duty-judgement" or not judged:
        return words.reason(reason)
    return judged if figures == "none" else f"{judged} ({figures})"


@duties.command(
    "show",
    short_help="One duty: recipient, clock, reasons, decision, receipt.",
    epilog="\b\nExamples:\n  nabat duties show 20260302-7f3a1c ru-152fz/ru-24h\n",
)
@config_option
@replay_option
@json_option
@click.argument("incident")
@click.argument("duty")
def show_(config: str | None, replay: str | None, as_json: bool, incident: str, duty: str) -> None:
    """Show all that is known of one duty."""
    with workplace(config, replay=replay) as (console, settings):
        with else_damaged(console, incident, settings, CasePart.DUTIES, as_json=as_json):
            detail = console.detail(incident)
        found = _called(detail, duty)
        if as_json:
            emit_pretty(next(each for each in duties_json(detail) if each["stage"] == found.stage))
            return
        words = words_of(settings)
        show(line(found, detail, settings))
        show(f"{words.pair(detail.laws, found.regulation) or found.regulation}, version {found.law_version}")
        show(words.t("web-duty-to", recipient=words.either(found.recipient, found.recipient_ru)))
        if judged := words.pair(detail.judgements, found.ref):
            show(judged)
        for each in detail.exceptions.get(found.ref, ()):
            show(f"{words.t('web-duty-exceptions')} {words.either(*each)}")
        if note := words.pair(detail.notes, found.regulation):
            show(words.t("notice-mark-note", note=note))
        for text in _told(found, settings, words.again(detail.incident, detail.entries, detail.stated)):
            show(text)


def _told(duty: Duty, settings: Settings, again: Callable[[str], str]) -> Iterator[str]:
    """Yield what came, what was decided and what was sent."""
    words = words_of(settings)
    if duty.occasion_at:
        yield words.t("web-duty-came", what=again(duty.occasion) or "none", time=moment(duty.occasion_at, settings))
    if duty.decided_at:
        said = {"by": duty.decided_by, "approver": duty.approved_by, "reason": duty.decision_reason}
        yield f"{moment(duty.decided_at, settings)} {words.t('web-duty-decided', **said)}"
        yield from filter(None, [duty.memo])
    if duty.receipt_at:
        at = moment(duty.receipt_at, settings)
        yield words.t("web-duty-receipt", number=duty.receipt_number, time=at, by=duty.receipt_by)
        if duty.notice_version:
            yield words.t("web-duty-version", version=duty.notice_version)


def _called(detail: Detail, name: str) -> Duty:
    found = [duty for duty in detail.duties if name.lower() in (duty.ref, duty.stage)]
    if len(found) == 1:
        return found[0]
    ids = ", ".join(duty.ref for duty in detail.duties) or "none"
    what = f"incident {detail.incident.number} has no duty {name!r}"
    raise NotFoundError(Problem(what=what, fix=f"its duties are {ids}"))


@duties.command(
    short_help="Decide whether a duty is owed (two persons).",
    epilog="""\b
Examples:
  nabat duties decide 20260302-7f3a1c gdpr-72h --owed --reason "cards and passports left"
  nabat duties decide amber-otter us-hipaa/hipaa-media --not-owed --reason "120 people"
  nabat duties decide amber-otter uk-complaint --owed --since "2026-07-01 09:30" \\
      --reason "complaint 77"
""",
)
@config_option
@for_option
@click.option("--owed/--not-owed", required=True, help="Whether it is.")
@click.option("--reason", required=True, metavar="TEXT", help="Why, in a sentence.")
@click.option("--memo", default="", metavar="TEXT", help="What was weighed, at length.")
@click.option(
    "--since", type=Moment(bare=True), help="When the request or complaint came, for a duty that starts with one."
)
@click.argument("incident")
@click.argument("duty")
def decide(
    config: str | None,
    by: str | None,
    owed: bool,
    reason: str,
    memo: str,
    since: datetime | None,
    incident: str,
    duty: str,
) -> None:
    """Decide whether DUTY is owed. The reason is kept, for "no" as well."""
    with workplace(config, acts_for=by) as (console, settings):
        done = console.decide_duty(
            incident,
            duty,
            owed=owed,
            reason=reason,
            memo=memo,
            occasion=in_zone(since, settings),
        )
        said = "owed" if owed else "not owed"
        say(f"{done.number} {duty}: {said}, once another person agrees: nabat incidents approve {done.number} {duty}")


@duties.command(
    short_help="Record that a request or complaint came.",
    epilog="""\b
Examples:
  nabat duties received amber-otter uk-complaint --what "complaint 77" --at "2026-07-01 09:30"
  nabat duties received 20260302-7f3a1c nis2-interim --what "the CSIRT asks, ticket 12"
""",
)
@config_option
@for_option
@click.option("--what", required=True, metavar="TEXT", help="Which one it is: from whom, its number.")
@click.option("--at", type=Moment(bare=True), help="When it came; default now.")
@click.argument("incident")
@click.argument("duty")
def received(config: str | None, by: str | None, what: str, at: datetime | None, incident: str, duty: str) -> None:
    """Record that a request or complaint came that DUTY answers. Its clock runs from then.

    Each that comes has a duty of its own: DUTY.2 is that of the second, with its own due time, decision and receipt.
    """
    with workplace(config, acts_for=by) as (console, settings):
        done = console.record_occasion(incident, duty, what=what, at=in_zone(at, settings))
        known = [each for each in console.detail(done.id).duties if each.occasion == what and each.open]
        said = "; ".join(f"{each.ref} is due {moment(each.due_at, settings)}" for each in known)
        say(f"{done.number}: recorded. {said}")


@duties.command(
    short_help="Record that it was sent: the receipt.",
    epilog="""\b
Examples:
  nabat duties receipt 20260302-7f3a1c ru-24h --number 2026-88412
  nabat duties receipt amber-otter gdpr-72h --number CNPD-77 --at "2026-03-03 10:15" --notice-version 2
""",
)
@config_option
@for_option
@click.option("--number", required=True, metavar="TEXT", help="Number of the receipt, or where it is kept.")
@click.option("--at", type=Moment(bare=True), help="When it was sent; default now.")
@click.option(
    "--notice-version", "version", default="", metavar="TEXT", help="Which filed version it was: 2, or d1 v2."
)
@click.option("--reason", default="", metavar="TEXT", help="Why an earlier receipt is corrected.")
@click.argument("incident")
@click.argument("duty")
def receipt(
    config: str | None,
    by: str | None,
    number: str,
    at: datetime | None,
    version: str,
    reason: str,
    incident: str,
    duty: str,
) -> None:
    """Record the receipt of DUTY. Its clock ends, and no other.

    A correction by which what was late would be in time waits for another person's word: `nabat incidents approve`.

    --notice-version names a version of a document that was filed (`nabat documents list`): `d1 v2`, or the number alone
    where one document was filed for the duty.
    """
    with workplace(config, acts_for=by) as (console, settings):
        moment_sent = in_zone(at, settings)
        done = console.file_receipt(incident, duty, number=number, at=moment_sent, version=version, reason=reason)
        asked = [each for each in console.detail(done.id).approvals if each.act is PersonAct.RECEIPT]
        if any(duty.lower() in (each.step_id.removeprefix(RECEIPT), each.step_id.rpartition("/")[2]) for each in asked):
            say(f"another person has to agree: nabat incidents approve {done.number} {duty}")
        else:
            say(f"{done.number} {duty}: fulfilled")


@duties.command(
    short_help="Confirm which laws apply (two persons).",
    epilog="\b\nExamples:\n  nabat duties confirm 20260302-7f3a1c\n",
)
@config_option
@for_option
@click.option("--note", default="", metavar="TEXT", help="What else is to be kept with it.")
@click.argument("incident")
def confirm(config: str | None, by: str | None, note: str, incident: str) -> None:
    """Confirm what `nabat duties list` shows: what the facts call for is owed, what they rule out is not.

    What a person has to judge stays open for `nabat duties decide`.
    """
    with workplace(config, acts_for=by) as (console, _):
        done = console.confirm_duties(incident, note=note)
        say(f"{done.number}: confirmed once another person agrees: nabat incidents approve {done.number} laws")
