"""``nabat incidents``: what is open, and what people do about it."""

from datetime import datetime

import click
import msgspec

from detector.cli.incidents.damaged import else_damaged
from detector.cli.incidents.unplanned_clients import say_unplanned
from detector.cli.incidents.view import detail_json, show_detail, show_incident
from detector.cli.incidents.workplace import workplace
from detector.cli.options import (
    Moment,
    config_option,
    for_option,
    in_zone,
    json_option,
    replay_option,
)
from detector.cli.output import counted, emit_pretty, moment, say, show, words_of
from detector.errors import ConflictError, InputError, Problem
from detector.incident import IN_NO_PLAN, MERGE, TOLD_LESS, incident_json
from detector.runtime.incidents.console import PersonalConsole
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import (
    SET_BY_HAND,
    CloseReason,
    Incident,
    IncidentKind,
    IncidentStatus,
    Step,
    StepStatus,
)
from detector.schema.levels import Severity
from detector.schema.team.grants import SkipReason
from detector.settings import Settings

_RIGHT = (CloseReason.FALSE_POSITIVE, CloseReason.AUTHORISED)
_STANDS = [each.value for each in SET_BY_HAND]
_REASONS = [reason.value for reason in CloseReason]


@click.group()
def incidents() -> None:
    """List incidents and work on them.

    INCIDENT is a number (20260302-7f3a1c), a code name, or the beginning of an id. The daemon may be running: it sees
    at once what is done here.
    """


@incidents.command(
    "list",
    epilog="""\b
Examples:
  nabat incidents list
  nabat incidents list --open --json
  nabat incidents list --replay last-week     what `nabat replay --out last-week` found
""",
)
@config_option
@replay_option
@json_option
@click.option("--open", "open_only", is_flag=True, help="Only those that are not closed.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Show at most this many, the newest."
)
def list_(config: str | None, replay: str | None, as_json: bool, open_only: bool, limit: int) -> None:
    """List incidents, the newest first."""
    with workplace(config, replay=replay) as (console, settings):
        found = console.incidents(open_only=open_only, limit=limit)
        if as_json:
            emit_pretty([incident_json(incident, settings.language) for incident in found])
            return
        for incident in found:
            show_incident(incident, settings)
        say(counted(len(found), "incident") + ("" if len(found) < limit else " (there may be more: --limit)"))


@incidents.command(
    "show",
    short_help="What, whose data, checklist, pages, timeline.",
    epilog="""\b
Examples:
  nabat incidents show 20260302-7f3a1c
  nabat incidents show amber-otter --json
  nabat incidents show amber-otter --replay last-week
""",
)
@config_option
@replay_option
@json_option
@click.argument("incident")
def show_(config: str | None, replay: str | None, as_json: bool, incident: str) -> None:
    """Show one incident: what, whose data, the checklist, who was paged, the timeline."""
    with workplace(config, replay=replay) as (console, settings):
        with else_damaged(console, incident, settings, as_json=as_json):
            detail = console.detail(incident, look_up=True)
        if as_json:
            emit_pretty(detail_json(detail, settings))
        else:
            show_detail(detail, settings)


@incidents.command(
    short_help='Say "I have it": stops the paging.',
    epilog="\b\nExamples:\n  nabat incidents ack 20260302-7f3a1c\n  nabat incidents ack amber-otter --by anna\n",
)
@config_option
@for_option
@click.argument("incident")
def ack(config: str | None, by: str | None, incident: str) -> None:
    """Acknowledge: "I have it". The paging stops and the others are told."""
    with workplace(config, acts_for=by) as (console, settings):
        done = console.acknowledge(incident, via="cli")
        say(
            f"{done.code_name} ({done.number}): {done.acknowledged_by} has it since "
            f"{moment(done.acknowledged_at, settings)}. First: nabat incidents show {done.number}"
        )


@incidents.command(
    short_help="Have an incident that somebody else has.",
    epilog="\b\nExamples:\n  nabat incidents takeover amber-otter\n",
)
@config_option
@for_option
@click.argument("incident")
def takeover(config: str | None, by: str | None, incident: str) -> None:
    """Take the incident over: you have it from now on, and the others are told."""
    with workplace(config, acts_for=by) as (console, settings):
        done = console.take_over(incident, via="cli")
        say(f"{done.number}: {done.acknowledged_by} has it since {moment(done.acknowledged_at, settings)}")


@incidents.command(
    short_help="Give an incident to somebody else.",
    epilog="""\b
Examples:
  nabat incidents handover amber-otter boris
  nabat incidents handover amber-otter         to whoever is next
""",
)
@config_option
@for_option
@click.argument("incident")
@click.argument("to", required=False)
def handover(config: str | None, by: str | None, incident: str, to: str | None) -> None:
    """Hand the incident over to TO, who is told at once; without a step or a note in time the team is paged again.

    Without TO it goes to whoever is next: by the rota, then deputy, lead, the rest. Where nobody has it, the next ones
    on the ladder are paged now.
    """
    with workplace(config, acts_for=by) as (console, settings):
        if to is None:
            done = console.pass_on(incident)
            if not done.acknowledged_by:
                say(f"{done.number}: the next ones are called")
                return
            say(f"{done.number}: {done.acknowledged_by} has it since {moment(done.acknowledged_at, settings)}")
            return
        done = console.hand_over(incident, to=settings.team_member(to) or to)
        say(f"{done.number}: {done.acknowledged_by} has it since {moment(done.acknowledged_at, settings)}")


@incidents.command(
    short_help="Put an incident off until a moment.",
    epilog="""\b
Examples:
  nabat incidents snooze amber-otter 2026-03-02T07:00 --reason "the branch opens at seven"
""",
)
@config_option
@for_option
@click.option("--reason", required=True, metavar="TEXT", help="Why it can wait.")
@click.argument("incident")
@click.argument("until", type=Moment(bare=True))
def snooze(config: str | None, by: str | None, reason: str, incident: str, until: datetime) -> None:
    """Page nobody about the incident before UNTIL, unless it gets worse; then the team is called again.

    It can be put off no longer than an acknowledgement lasts (notify.lapse).
    """
    with workplace(config, acts_for=by) as (console, settings):
        done = console.snooze(incident, until=in_zone(until, settings), reason=reason)
        say(f"{done.number}: nobody is paged before {moment(done.called_at, settings)}")


@incidents.command(
    short_help="Mark a step done, skipped, or open again.",
    epilog="""\b
Examples:
  nabat incidents step 20260302-7f3a1c C2 --proof "account blocked 09:14, ticket 4711"
  nabat incidents step 20260302-7f3a1c N1 --proof "receipt 2026-88412"
  nabat incidents step 20260302-7f3a1c C5 --skip not_concerned --why "the data did not leave"
""",
)
@config_option
@for_option
@click.option("--proof", default="", metavar="TEXT", help="What shows that it is done.")
@click.option("--skip", type=click.Choice([each.value for each in SkipReason]), help="The step is not needed.")
@click.option("--why", default="", metavar="TEXT", help="With --skip: why, in words.")
@click.option("--reopen", metavar="REASON", help="The step is not done after all, and why.")
@click.argument("incident")
@click.argument("step")
def step(
    config: str | None,
    by: str | None,
    proof: str,
    skip: str | None,
    why: str,
    reopen: str | None,
    incident: str,
    step: str,
) -> None:
    """Mark STEP of the checklist done (or skipped, or open again).

    A step that takes two people waits for the other one's `nabat incidents approve`.
    """
    if skip is not None and reopen is not None:
        raise InputError(Problem(what="--skip and --reopen exclude each other", fix="give one of them"))
    with workplace(config, acts_for=by) as (console, settings):
        if skip is not None:
            done = console.skip(incident, step, reason=SkipReason(skip), words=why)
        elif reopen is not None:
            done = console.reopen(incident, step, reason=reopen)
        else:
            done = console.complete(incident, step, proof=proof)
        state = next(s for s in console.steps(done.id) if s.step_id == step.upper())
        say(f"{done.number} {state.step_id}: {state.status.value}")
        if state.status is StepStatus.OPEN and reopen is None:
            say(f"another person has to agree: nabat incidents approve {done.number} {state.step_id}")
        if state.status is StepStatus.DONE and (stopped := _stopped_by(console, done.id, state)) is not None:
            say(f"notices say from now on that it was stopped {moment(stopped, settings)}; if that is not the time:")
            say(f'  nabat incidents fact {done.number} flow-stopped TIME --reason "..."')


def _stopped_by(console: PersonalConsole, incident: str, step: Step) -> datetime | None:
    """Return since when nothing flows, where a step has stated that by being done; None: it states nothing."""
    stated = (each.fact for each in console.detail(incident).facts if each.counts)
    stopped = (each for each in stated if each.kind is CaseFactKind.FLOW_STOPPED and each.value)
    mine = next((each for each in stopped if (each.source, each.at) == (step.step_id, step.done_at)), None)
    return datetime.fromisoformat(mine.value) if mine is not None else None


@incidents.command(
    short_help="Agree to what somebody else did or decided.",
    epilog="""\b
Examples:
  nabat incidents approve 20260302-7f3a1c N1
  nabat incidents approve 20260302-7f3a1c eu-gdpr-33/gdpr-72h    a decision about a duty
  nabat incidents approve 20260302-7f3a1c N1 --decline "the number of clients is the old one"
""",
)
@config_option
@click.option("--decline", metavar="REASON", help="Do not agree, and say why; the step stays open.")
@click.argument("incident")
@click.argument("step")
def approve(config: str | None, decline: str | None, incident: str, step: str) -> None:
    """Agree to STEP, which somebody else has done or wants to leave out: it counts from now on.

    Likewise to what somebody decided about a duty (LAW/STAGE), to which laws apply (`laws`), to taking over a changed
    configuration (`terms`), to what ends a case or its calls (`close`, `resolve`, `hold`, `merge`) or opens it again
    (`reopen`), to letters that can go and shall not (`letters`), and to a fact by which less is asked for (`t1`,
    `severity` and the like).
    """
    with workplace(config) as (console, settings):
        if decline is not None:
            done = console.decline(incident, step, reason=decline)
        else:
            done = console.approve(incident, step)
        say(f"{done.number} {step}: {'not agreed to' if decline is not None else 'agreed to'}")
        say(console.detail(done.id).entries[-1].text)  # what it was: somebody may have asked anew meanwhile
        if decline is None and done.status is IncidentStatus.CLOSED:
            _say_what_is_left(done, console, settings)


@incidents.command(
    short_help="Let somebody of the team into an incident.",
    epilog='\b\nExamples:\n  nabat incidents invite 20260302-7f3a1c pavel --reason "knows the billing database"\n',
)
@config_option
@for_option
@click.option("--reason", required=True, metavar="TEXT", help="Why they are needed.")
@click.argument("incident")
@click.argument("name")
def invite(config: str | None, by: str | None, reason: str, incident: str, name: str) -> None:
    """Let NAME into an incident whom neither a role in it nor a page lets in. The timeline says so."""
    with workplace(config, acts_for=by) as (console, _):
        done = console.invite(incident, name, reason=reason)
        say(f"{done.number}: {name} is let in")


@incidents.command(
    epilog='\b\nExamples:\n  nabat incidents note 20260302-7f3a1c "called the branch, the export was not theirs"\n'
)
@config_option
@for_option
@click.argument("incident")
@click.argument("text")
def note(config: str | None, by: str | None, incident: str, text: str) -> None:
    """Add TEXT to the incident's timeline."""
    with workplace(config, acts_for=by) as (console, _):
        done = console.note(incident, text=text)
        say(f"{done.number}: noted")


@incidents.command(
    "client-data",
    short_help="Say that client data is concerned; legal clocks start.",
    epilog='\b\nExamples:\n  nabat incidents client-data 20260302-7f3a1c --reason "the answers hold client cards"\n',
)
@config_option
@for_option
@click.option("--reason", required=True, metavar="TEXT", help="Why client data is concerned.")
@click.argument("incident")
def client_data(config: str | None, by: str | None, reason: str, incident: str) -> None:
    """Say that the incident concerns client data, where the logs do not show it.

    Legal clocks start now, the checklist grows by what a leak needs, and people are paged again. There is no way back:
    what turns out wrong is closed as a false positive.
    """
    with workplace(config, acts_for=by) as (console, settings):
        done = console.client_data(incident, reason=reason)
        say(f"{done.number}: client data is concerned since {moment(done.t0, settings)}")


@incidents.command(
    short_help="Make an incident of a row found in history.",
    epilog="""\b
Examples:
  nabat incidents promote 20260302-7f3a1c 4b1e09 --reason "the contractor had no order for this"
""",
)
@config_option
@for_option
@click.option("--reason", required=True, metavar="TEXT", help="Why it is an incident of its own.")
@click.argument("incident")
@click.argument("row")
def promote(config: str | None, by: str | None, reason: str, incident: str, row: str) -> None:
    """Make an incident of ROW of a digest: it counts from now, with checklist, legal clocks and pages."""
    with workplace(config, acts_for=by) as (console, _):
        done = console.promote(incident, row, reason=reason)
        say(f"{done.number} {done.code_name}: opened now. First: nabat incidents show {done.number}")


@incidents.command(
    short_help="Say where an incident stands.",
    epilog="""\b
Examples:
  nabat incidents status amber-otter on_hold --until 2026-03-09T09:00 --reason "waits for the provider's logs"
  nabat incidents status amber-otter resolved --reason "nothing flows, all notices are sent"
""",
)
@config_option
@for_option
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@click.option("--until", type=Moment(bare=True), help="When a hold ends, 31 days from now at most.")
@click.argument("incident")
@click.argument("stands", type=click.Choice(_STANDS), metavar="STATUS")
def status(config: str | None, by: str | None, reason: str, until: datetime | None, incident: str, stands: str) -> None:
    """Say that the incident is in_progress, on_hold or resolved.

    On hold, an acknowledgement does not lapse; steps and duties remind all the same, and at its end (--until) the team
    is called again. Resolved, nobody is paged, and what counts from the close begins. A case of client data of severity
    high or critical waits for another person's `nabat incidents approve INCIDENT resolve`; a hold of it that is longer
    than an acknowledgement counts (notify.lapse), for their `nabat incidents approve INCIDENT hold`. Whatever calls the
    team again puts it in progress, new alerts of a resolved one too.
    """
    with workplace(config, acts_for=by) as (console, settings):
        end = in_zone(until, settings)
        done = console.set_status(incident, IncidentStatus(stands), reason=reason, until=end)
        if (done.status.value, done.hold_until) != (stands, end):
            what = "resolve" if end is None else "hold"
            say(f"another person has to agree: nabat incidents approve {done.number} {what}")
            return
        say(f"{done.number}: {done.status.value}" + (f" until {moment(done.hold_until, settings)}" if end else ""))


@incidents.command(
    "close",
    short_help="Close an incident, with the reason.",
    epilog="""\b
Examples:
  nabat incidents close 20260302-7f3a1c --reason authorised --note "yearly audit, contract 88"
  nabat incidents close 20260302-7f3a1c --reason handled --note "see review of 12 March"
""",
)
@config_option
@for_option
@click.option("--reason", type=click.Choice(_REASONS), required=True, help="Why it is closed.")
@click.option("--note", required=True, metavar="TEXT", help="What was found and done, in words.")
@click.option(
    "--correction",
    default="",
    metavar="TEXT",
    help="How clients who got a letter are told that it was a mistake, or why not.",
)
@click.argument("incident")
def close_(config: str | None, by: str | None, reason: str, note: str, correction: str, incident: str) -> None:
    """Close an incident. As handled only when its checklist allows it; what is still open is named.

    A case of client data of severity high or critical, and one whose playbook has its closing step done by two people,
    waits for another person's `nabat incidents approve INCIDENT close`. Where clients were told, a case
    closes otherwise than as handled only with --correction.
    """
    with workplace(config, acts_for=by) as (console, settings):
        try:
            done = console.close(incident, CloseReason(reason), note=note, correction=correction)
        except ConflictError as error:
            if any(each.what.endswith((IN_NO_PLAN, TOLD_LESS)) for each in error.problems):
                say_unplanned(console, incident)
            raise
        if done.status is not IncidentStatus.CLOSED:
            say(f"another person has to agree: nabat incidents approve {done.number} close")
            return
        say(f"{done.number}: closed as {reason}")
        _say_what_is_left(done, console, settings)


def _say_what_is_left(closed: Incident, console: PersonalConsole, settings: Settings) -> None:
    """Say what of a closed incident somebody may still want to do."""
    asked = closed.kind.breach and closed.close_reason is CloseReason.HANDLED
    if asked and (without := console.letters.standing_of(closed.id).without):
        say(words_of(settings).t("letters-without-remark", count=without, number=closed.number))
    _say_withdrawals(closed, console, settings)
    if closed.close_reason in _RIGHT and closed.kind is not IncidentKind.BLIND_SPOT:
        say(f"if it goes on and is right: nabat incidents expect {closed.number} UNTIL --reason TEXT")


def _say_withdrawals(closed: Incident, console: PersonalConsole, settings: Settings) -> None:
    """Say what others were told of a case that was none, a command each to withdraw it."""
    words, found = words_of(settings), console.detail(closed.id).withdrawals if closed.ended_as_none else ()
    outstanding = [each for each in found if each.outstanding]
    if outstanding:
        say(words.t("withdrawals-close", count=len(outstanding)))
    for each in outstanding:
        say(f"  {each.command(closed.number)}")


@incidents.command(
    "withdrawals",
    short_help="What others were told of what was no breach, and how far it is withdrawn.",
    epilog="""\b
Examples:
  nabat incidents withdrawals 20260302-7f3a1c
  nabat incidents withdrawals 20260302-7f3a1c --call-off withdrawal/press --reason "never printed"
""",
)
@config_option
@json_option
@click.option("--call-off", "off", default="", metavar="NAME", help="This one is not withdrawn.")
@click.option("--reason", default="", metavar="TEXT", help="Why it is not; kept.")
@click.argument("incident")
def withdrawals(config: str | None, as_json: bool, off: str, reason: str, incident: str) -> None:
    """List whom others told of INCIDENT, which is closed as a false positive or as agreed work, are to be set right.

    One line for each notice that was sent and for the letters to clients: what withdraws it, or the command that does
    so next. It stays on the agenda until it is sent, or called off with a reason.
    """
    with workplace(config) as (console, settings):
        if off:
            console.call_off_withdrawal(incident, off, reason=reason)
        detail, words = console.detail(incident), words_of(settings)
        found, number = detail.withdrawals, detail.incident.number
        if as_json:
            emit_pretty([msgspec.to_builtins(each) | {"name": each.name, "open": each.outstanding} for each in found])
            return
        for each in found:
            show(f"{each.name}: {words.withdrawal(each)}")
            if each.outstanding:
                show(f"  {each.command(number)}")
        if not found:
            say(words.t("withdrawals-none"))


@incidents.command(
    "open",
    short_help="Open an incident that no alert tells of.",
    epilog="""\b
Examples:
  nabat incidents open --title "Laptop of the branch lost" --severity high --playbook client-data-leak \\
      --reason "the branch rang at 09:10"
  nabat incidents open --title "A partner saw our clients for sale" --severity critical --playbook client-data-leak \\
      --actor user:m.petrova --source-ip 203.0.113.7 --since 2026-03-01 --until 2026-03-02T09:00 \\
      --reason "called by the bank, order 88"
""",
)
@config_option
@click.option("--title", required=True, metavar="TEXT", help="What it is about, without names of clients.")
@click.option("--severity", required=True, type=click.Choice([each.value for each in Severity]), help="How bad it is.")
@click.option("--playbook", required=True, metavar="NAME", help="Checklist; it says what kind of incident it is.")
@click.option("--actor", "actors", multiple=True, metavar="ACTOR", help="Account, ip:ADDRESS or host:NAME; repeatable.")
@click.option("--source-ip", "addresses", multiple=True, metavar="ADDRESS", help="Where it came from; repeatable.")
@click.option("--since", type=Moment(bare=True), help="Since when; default --until.")
@click.option("--until", type=Moment(bare=True), help="Until when; default now.")
@click.option("--reason", required=True, metavar="TEXT", help="Who said what, and when.")
def open_(
    config: str | None,
    title: str,
    severity: str,
    playbook: str,
    actors: tuple[str, ...],
    addresses: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    reason: str,
) -> None:
    """Open an incident by hand: a call from a partner, a lost laptop. The team is paged, the clocks count from now.

    Whose data it was is counted from the access journal: everything that the named accounts did, and that came from the
    named addresses, between --since and --until. Nobody opens one about an account of their own.
    """
    with workplace(config) as (console, settings):
        done = console.open_case(
            title=title,
            severity=Severity(severity),
            playbook=playbook,
            reason=reason,
            actors=actors,
            addresses=addresses,
            since=in_zone(since, settings),
            until=in_zone(until, settings),
        )
        say(f"{done.number} {done.code_name}: opened now. First: nabat incidents show {done.number}")


@incidents.command(
    short_help="Let an incident go on as another one.",
    epilog="""\b
Examples:
  nabat incidents merge amber-otter restful-starling --reason "the same laptop, two accounts"
""",
)
@config_option
@for_option
@click.option("--reason", required=True, metavar="TEXT", help="Why they are one matter.")
@click.argument("incident")
@click.argument("into")
def merge(config: str | None, by: str | None, reason: str, incident: str, into: str) -> None:
    """Let an open incident go on as INTO: both are one matter.

    It ends and points to INTO, which goes on with the alerts, clients and facts of both and their earliest clocks; no
    open duty is lost, and receipts stay where they were filed. Where a case of client data of severity high or critical
    would be kept from people who see it, since the other is about them, it waits for another person's `nabat incidents
    approve INCIDENT merge`.
    """
    with workplace(config, acts_for=by) as (console, _):
        done = console.merge(incident, into, reason=reason)
        if any(each.step_id == MERGE for each in console.detail(done.id).approvals):
            say(f"another person has to agree: nabat incidents approve {done.number} {MERGE}")
            return
        say(f"{done.number}: goes on with both")


@incidents.command(
    short_help="Take back that two incidents are one.",
    epilog='\b\nExamples:\n  nabat incidents unmerge amber-otter --reason "two people after all"\n',
)
@config_option
@for_option
@click.option("--reason", required=True, metavar="TEXT", help="Why they are two matters.")
@click.argument("incident")
def unmerge(config: str | None, by: str | None, reason: str, incident: str) -> None:
    """Make an incident that was merged a matter of its own again: its alerts come back, and its team is paged."""
    with workplace(config, acts_for=by) as (console, _):
        done = console.unmerge(incident, reason=reason)
        say(f"{done.number}: open again; nobody has it yet (nabat incidents ack)")


@incidents.command(
    "reopen",
    short_help="Open a closed incident again.",
    epilog="""\b
Examples:
  nabat incidents reopen 20260302-7f3a1c --reason "the export was not the auditor's after all"
""",
)
@config_option
@for_option
@click.option("--reason", required=True, metavar="TEXT", help="Why it is opened again.")
@click.argument("incident")
def reopen_(config: str | None, by: str | None, reason: str, incident: str) -> None:
    """Open a closed incident again: the team is paged at once, the clocks of the law count as they did.

    Steps and alerts are as before the close. Where the incident's playbook has its closing step done by two people, it
    waits for another person's `nabat incidents approve INCIDENT reopen`.
    """
    with workplace(config, acts_for=by) as (console, _):
        done = console.reopen_case(incident, reason=reason)
        if done.status is IncidentStatus.CLOSED:
            say(f"another person has to agree: nabat incidents approve {done.number} reopen")
        else:
            say(f"{done.number}: open again; nobody has it yet (nabat incidents ack)")


@incidents.command(
    "adopt",
    short_help="Take a changed configuration over for an open incident.",
    epilog="""\b
Examples:
  nabat incidents adopt 20260302-7f3a1c                              what would change
  nabat incidents adopt amber-otter --reason "bank contract signed"  take it over
""",
)
@config_option
@for_option
@click.option("--reason", metavar="TEXT", help="Why it counts here; without it the differences are shown.")
@click.argument("incident")
def adopt(config: str | None, by: str | None, reason: str | None, incident: str) -> None:
    """Show how checklist, laws, ladder and team of an incident differ from the configuration, or take that over.

    An incident keeps what was configured when it opened; a changed configuration counts in it only by this. Where a
    duty or a gate would fall away, it waits for another person's `nabat incidents approve INCIDENT terms`.
    """
    with workplace(config, acts_for=by) as (console, _):
        changes = console.terms_changes(incident)
        for change in changes:
            show(str(change))
        if not changes:
            say("it runs under what is configured now")
        elif reason is None:
            say(f"{counted(len(changes), 'difference')}; to take them over: --reason TEXT")
        else:
            done = console.adopt(incident, reason=reason)
            if console.terms_changes(done.id):
                say(f"another person has to agree: nabat incidents approve {done.number} terms")
            else:
                say(f"{done.number}: {counted(len(changes), 'difference')} taken over")


@incidents.command(
    "expect",
    short_help="Expect more of what was a false alarm.",
    epilog="""\b
Examples:
  nabat incidents expect 20260302-7f3a1c 2026-03-31 --reason "call list of the spring campaign"
""",
)
@config_option
@click.option("--reason", required=True, metavar="TEXT", help="Why it is expected.")
@click.argument("incident")
@click.argument("until", type=Moment(bare=True))
def expect(config: str | None, reason: str, incident: str, until: datetime) -> None:
    """Ask for an exception for what a false positive, or authorised work, was about: its actor, its rules and facets.

    It lasts until UNTIL, 31 days at most, and covers nothing before another person agrees (nabat expect review).
    """
    with workplace(config) as (console, settings):
        asked = console.expect_alike(incident, until=in_zone(until, settings), reason=reason)
        key = asked.id[:8]
        say(f"{key}: covers nothing yet; another person has to agree: nabat expect review {key}")
