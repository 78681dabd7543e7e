"""``nabat letters``: letters to the clients of an incident, planned, approved by two, sent, and what came back."""

import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import click
import msgspec

from detector.cli.incidents import workplace
from detector.cli.incidents.unplanned_clients import say_unplanned
from detector.cli.options import CsvFile, Moment, config_option, in_zone, json_option
from detector.cli.output import FAILED, counted, emit_pretty, fail, moment, progress, say, show
from detector.errors import InputError, Problem
from detector.messages import messages
from detector.runtime.incidents.letters.letter_plan import LetterPlan, plan_lines, sample_head
from detector.runtime.incidents.letters.post_list import (
    write_not_reached,
    write_post_list,
    write_post_pages,
    write_without,
)
from detector.schema.letters.mailings import SETTLED, WITHOUT, ClientLetters, LetterState, MailingKind, MailingProgress
from detector.settings import Settings
from detector.web.ports import LettersView
from detector.web.ports.letter_ports import LettersPort

_incident = click.argument("incident")
_kind = click.option(
    "--kind",
    type=click.Choice([each.value for each in MailingKind]),
    default=MailingKind.FIRST.value,
    show_default=True,
    help="Which letter: the first, what follows after 7 or 30 days, or that it was a mistake (withdrawal).",
)


@click.group()
def letters() -> None:
    """Tell the clients of an incident what of theirs was touched, each once.

    A plan is shown, then filed; two people beside its author approve it; then it is sent. After any end the same
    command goes on where it stood.
    """


@letters.command(
    "plan",
    short_help="Show which letters would be sent.",
    epilog="""\b
Examples:
  nabat letters plan 20260302-7f3a1c                      counts, and two letters as they would read
  nabat letters plan amber-otter --missing missing.csv    for whom there is no letter, and why
  nabat letters plan amber-otter --file                   file it for approval
  nabat letters plan amber-otter --kind follow-7 --file
""",
)
@config_option
@json_option
@_kind
@click.option("--samples", type=click.IntRange(0, 50), default=2, show_default=True, help="So many letters are shown.")
@click.option(
    "--missing", metavar="FILE.csv", type=CsvFile(), help="Write for which clients there is no letter, and why."
)
@click.option("--file", "filed", is_flag=True, help="File the plan, so that two others can approve it.")
@_incident
def plan_(
    config: str | None, as_json: bool, kind: str, samples: int, missing: str | None, filed: bool, incident: str
) -> None:
    """Count the letters to the clients of INCIDENT by language, channel and kind of data, and show some of them.

    Nothing is sent, and without --file nothing is kept. Whose data was touched is counted anew before.
    """
    with workplace(config) as (console, settings):
        desk = console.letters
        plan = desk.plan(incident, MailingKind(kind), samples=samples)
        if missing:
            desk.must_see_clients(incident, len(plan.not_reached))
            write_not_reached(plan.not_reached, Path(missing))
        if as_json:
            emit_pretty(_plan_json(plan))
        else:
            _show_plan(plan, settings)
        for language in plan.hard_to_read:
            say(f"nabat: warning: the letters in {language} are hard to read: shorter sentences and words help")
        if missing:
            say(f"{counted(len(plan.not_reached), 'client')} without a letter: {missing}")
        if filed:
            mailing = desk.file(incident, plan)
            say(
                f"filed as {mailing.document_id}; it waits for two people: "
                f"nabat letters approve {plan.facts.reference}{_with_kind(mailing.kind)}"
            )
        elif not as_json:
            say("nothing was filed: --file files it for approval")


def _with_kind(kind: MailingKind) -> str:
    """Return the option that names a letter where a command would take another one for meant."""
    return "" if kind is MailingKind.FIRST else f" --kind {kind}"


def _show_plan(plan: LetterPlan, settings: Settings) -> None:
    words = messages(settings.language)
    for line in plan_lines(plan, words):
        show(line)
    for recipient, text in plan.samples:
        show("")
        show(sample_head(recipient, words))
        for line in (text.subject, "", *text.body.splitlines()):
            show(f"    {line}".rstrip())


def _plan_json(plan: LetterPlan) -> dict[str, object]:
    other: dict[str, int] = {}
    for (spoken, given, _), count in sorted(plan.foreign.items()):
        other[f"{spoken} in {given}"] = other.get(f"{spoken} in {given}", 0) + count
    return {
        "incident": plan.facts.reference,
        "kind": plan.kind.value,
        "scope_version": plan.scope_version,
        "letters": len(plan.recipients),
        "by_language": dict(plan.by_language),
        "by_form": {form or "common": count for form, count in sorted(plan.by_form.items())},
        "form_not_certain": dict(plan.unsure),
        "other_language": other,
        "by_channel": dict(plan.by_channel),
        "by_class": dict(plan.by_class),
        "not_reached": dict(plan.by_why),
        "reading_ease": {language: round(ease, 1) for language, ease in plan.ease.items()},
        "texts_sha256": plan.texts_sha256,
    }


@letters.command(
    "approve",
    short_help="Approve a plan, as one of two people.",
    epilog="""\b
Examples:
  nabat documents show amber-otter-d3        read it before
  nabat letters approve amber-otter
""",
)
@config_option
@_kind
@click.option(
    "--reason", default="", metavar="TEXT", help="Why, though it contradicts the case (`nabat documents check`)."
)
@_incident
def approve(config: str | None, kind: str, reason: str, incident: str) -> None:
    """Approve the newest plan of INCIDENT. It takes two people, neither of whom has made it."""
    with workplace(config) as (console, _):
        found = console.letters.approve(incident, MailingKind(kind), reason=reason)
        left = max(0, 2 - len(found.approvals))
        say(f"approved by {', '.join(found.approvals)}; " + ("it can be sent" if not left else "it waits for one more"))


@letters.command(
    "send",
    short_help="Send what is approved and not sent yet.",
    epilog="""\b
Examples:
  nabat letters send amber-otter
  nabat letters send amber-otter --kind follow-7
  nabat letters send amber-otter --service      the service sends, and goes on after every start: nabat letters stop
""",
)
@config_option
@_kind
@click.option("--service", is_flag=True, help="Leave it to the service, which goes on after every start.")
@click.option(
    "--patience",
    type=click.IntRange(0, 86_400),
    default=900,
    show_default=True,
    metavar="SECONDS",
    help="So long a server that does not answer is tried again.",
)
@click.option("--reason", default="", metavar="TEXT", help="Why, though the plan contradicts the case by now; kept.")
@_incident
def send(config: str | None, kind: str, service: bool, patience: int, reason: str, incident: str) -> None:
    """Send the approved letters of INCIDENT that are planned still, at letters.rate.

    Interrupted or killed, it goes on where it stood when it is called again. A letter that was being handed over at
    that moment is unknown and is not sent again by itself: nabat letters settle. The exit status is 1 while letters
    are left.
    """
    with workplace(config) as (console, settings):
        desk, which = console.letters, MailingKind(kind)
        if service:
            desk.order(incident, which, reason=reason)
            say(f"the service sends them while it runs: nabat letters status {incident}")
            return
        done, total = 0, _count(desk.status(incident), which, LetterState.PLANNED)
        with progress("letters", total) as tell:

            def more(count: int) -> None:
                nonlocal done
                done += count
                tell(done)

            found, stopped = desk.send(incident, which, patience=patience, progress=more, reason=reason)
        _show_progress(found, settings)
        stand = desk.status(incident)
        left, unknown = (_count(stand, which, state) for state in (LetterState.PLANNED, LetterState.UNKNOWN))
        if unknown:
            look = f"see which, and settle them: nabat letters status {incident} --unknown"
            say(f"{unknown} of which nobody knows whether they were sent; {look}")
        if left:
            why = f" ({stopped})" if stopped else ""
            say(f"{counted(left, 'letter')} left{why}: call this again")
            fail(FAILED)


@letters.command(
    "stop",
    short_help="Have the service send no more.",
    epilog="\b\nExamples:\n  nabat letters stop amber-otter\n  nabat letters stop amber-otter --kind follow-7\n",
)
@config_option
@_kind
@_incident
def stop(config: str | None, kind: str, incident: str) -> None:
    """Have the service send no more of the letters of INCIDENT; what is left can be sent later.

    The letter that is being handed over at that moment still goes.
    """
    with workplace(config) as (console, _):
        console.letters.stop(incident, MailingKind(kind))
        say(f"stopped: nabat letters status {incident}")


def _count(found: Iterable[MailingProgress], kind: MailingKind, state: LetterState) -> int:
    """Return how many letters of a kind are in a state, whichever plan they are of."""
    return sum(each.count(state) for each in found if each.mailing.kind is kind)


@letters.command(
    "status",
    short_help="How far letters are.",
    epilog="""\b
Examples:
  nabat letters status amber-otter
  nabat letters status amber-otter --unknown      message ids, to be looked for in the mail server's log
""",
)
@config_option
@json_option
@_kind
@click.option("--unknown", is_flag=True, help="Show the message ids of letters of which it is not known.")
@_incident
def status(config: str | None, as_json: bool, kind: str, unknown: bool, incident: str) -> None:
    """Show how far the letters of INCIDENT are, and those of cases that went into it: figures, no client."""
    with workplace(config) as (console, settings):
        if unknown:
            for letter in console.letters.unknown(incident, MailingKind(kind)):
                show(f"{letter.number:>7}  {letter.message_id}  {moment(letter.changed_at, settings)}")
            return
        stand = console.letters.view(incident)
        if as_json:
            found = [*(each for _, each in stand.theirs), *stand.mailings]
            emit_pretty([msgspec.to_builtins(each) | {"orders": _orders_of(stand, each)} for each in found])
            return
        _show_standing(stand, settings, incident)


def _show_standing(stand: LettersView, settings: Settings, incident: str) -> None:
    words = messages(settings.language)
    for number, each in stand.theirs:
        _show_progress(each, settings, words.text("letters-of-merged", number=number))
    for each in stand.mailings:
        _show_progress(each, settings)
    for order in stand.orders:
        said = {"kind": words.text(f"letters-kind-{order.kind}"), "at": moment(order.at, settings), "by": order.by}
        show(words.text(f"letters-order-{order.state}", **said) + (f": {order.why}" if order.why else ""))
    if stand.told.planned:
        show(words.text("letters-without-sum", **_sums(stand.told)))
    if stand.into:
        say(f"it goes on in {stand.into}: nabat letters status {stand.into}")
    elif not (stand.theirs or stand.mailings):
        say(f"no letters were filed: nabat letters plan {incident} --file")


def _sums(found: ClientLetters) -> dict[str, int]:
    return {"without": found.without, "informed": found.informed, "less": found.less + found.wider}


def _orders_of(stand: LettersView, found: MailingProgress) -> object:
    """Return the orders by which the service sends a mailing: a case sends its own alone."""
    mine = found in stand.mailings
    return msgspec.to_builtins([each for each in stand.orders if mine and each.kind is found.mailing.kind])


def _show_progress(found: MailingProgress, settings: Settings, whose: str = "") -> None:
    words, mailing = messages(settings.language), found.mailing
    kind = words.text(f"letters-kind-{mailing.kind}")
    replaced = f"  {words.text('letters-replaced')}" if found.replaced else ""
    whose = f"  {whose}" if whose else ""
    approvals = f"  {words.text('letters-approved-by', people=', '.join(found.approvals) or '–')}"
    show(f"{mailing.document_id}  {kind}  {moment(mailing.at, settings)}  {mailing.by}{approvals}{replaced}{whose}")
    states = ", ".join(f"{words.text(f'letters-state-{state}')} {count}" for state, count in found.by_state)
    show(f"  {words.text('letters-plan-total', letters=mailing.letters)}: {states}")
    if found.unlisted:
        show(f"  {words.text('letters-of-others', count=found.unlisted)}")


@letters.command(
    "settle",
    short_help="Say what became of letters that are unknown, and how clients without one were told.",
    epilog="""\b
Examples:
  nabat letters settle amber-otter --accepted taken.log                those in the file were sent
  nabat letters settle amber-otter --accepted taken.log --rest again   and the others go again
  nabat letters settle amber-otter --rest sent                         take all of them as sent
  nabat letters settle amber-otter --state post --as posted --words "list 12 of 3 March, 41 letters"
  nabat letters settle amber-otter --state failed --state bounced      asks how they were told
  nabat letters settle amber-otter --client 4711 --as given-up --words "deceased, no heir is known"
""",
)
@config_option
@_kind
@click.option(
    "--accepted", metavar="FILE", type=click.Path(path_type=Path), help="Text with the message ids the server took."
)
@click.option(
    "--rest",
    type=click.Choice(["leave", "again", "sent"]),
    default="leave",
    show_default=True,
    help="What becomes of the others.",
)
@click.option(
    "--state",
    "states",
    type=click.Choice([each.value for each in WITHOUT]),
    multiple=True,
    help="All clients whose first letter stands so; repeatable.",
)
@click.option("--client", default="", metavar="ID", help="This client alone.")
@click.option("--as", "how", type=click.Choice([each.value for each in SETTLED]), help="How they were told, or not.")
@click.option("--words", default="", metavar="TEXT", help="By which number, where, by whom; or why not. Kept.")
@click.option("--at", type=Moment(bare=True), help="When they were told; default now.")
@_incident
def settle(
    config: str | None,
    kind: str,
    accepted: Path | None,
    rest: str,
    states: tuple[str, ...],
    client: str,
    how: str | None,
    words: str,
    at: datetime | None,
    incident: str,
) -> None:
    """Say what became of letters of INCIDENT that are unknown, or how clients without a letter were told.

    Unknown are those that were being handed over at a crash: say which the mail server has. Their message ids are shown
    by `status --unknown`. Look for them in the mail server's log: a letter is taken when it is queued or delivered
    there, not when its beginning was seen.

    With --state or --client say how clients without a letter were told: `posted` on paper, `told-otherwise` by
    telephone, in person or in their account, by a `public` communication; or that they are `given-up`, and why. What is
    not given is asked for at a terminal. What was said can be corrected by saying it anew with --client. Where a letter
    can go still (planned, held) and the case is of client data and of severity high or critical, it waits for another
    person's `nabat incidents approve INCIDENT letters`; letters go on until then.
    """
    chosen = bool(states or client)
    if chosen and (accepted or rest != "leave"):
        fix = "settle unknown letters by themselves first"
        raise InputError(Problem(what="--accepted and --rest go with neither --state nor --client", fix=fix))
    if not chosen and (how or words or at):
        raise InputError(Problem(what="it is not said which clients", fix="name --state STATE, or --client ID"))
    text = _read(accepted) if accepted else ""
    if not chosen and not accepted and rest == "leave":
        fix = "of unknown ones name --accepted FILE, or --rest; of clients without one --state STATE, or --client ID"
        raise InputError(Problem(what="nothing is said of any letter", fix=fix))
    with workplace(config) as (console, settings):
        if not chosen:
            sent, again = console.letters.settle(incident, MailingKind(kind), accepted=text, rest=rest)
            which = "" if kind == MailingKind.FIRST else f" --kind {kind}"
            call = f": nabat letters send {incident}{which}" if again else ""
            say(f"{sent} had been sent, {again} go again{call}")
            return
        how, words = _asked_for(how, words)
        count, waits = console.letters.settle_clients(
            incident,
            LetterState(how),
            words=words,
            states=[LetterState(each) for each in states],
            client=client,
            at=in_zone(at, settings),
            kind=MailingKind(kind),
        )
        if waits:
            say(
                f"of {counted(count, 'client')} another person has to agree: nabat incidents approve {incident} letters"
            )
            return
        say(f"{counted(count, 'client')}: {messages(settings.language).text(f'letters-state-{how}')}")
        if MailingKind(kind) is MailingKind.WITHDRAWAL:
            say(f"how far what others were told is withdrawn: nabat incidents withdrawals {incident}")
            return
        left = console.letters.standing_of(incident).without
        if left:
            say(f"{counted(left, 'client')} without a letter left: nabat letters without {incident}")


def _asked_for(how: str | None, words: str) -> tuple[str, str]:
    """Return how clients were told and the words for it; what was not given is asked for at a terminal."""
    ways = [each.value for each in SETTLED]
    if not (how and words) and not sys.stdin.isatty():
        fix = f"add --as {', '.join(ways[:-1])} or {ways[-1]}, and --words with number, place or reason"
        raise InputError(Problem(what="it is not said how the clients were told, or why not", fix=fix))
    how = how or click.prompt("How were they told", type=click.Choice(ways), err=True)
    why = LetterState(how) is LetterState.GIVEN_UP
    ask = "Why are they given up" if why else "By which number, where or by whom"
    return how, words or click.prompt(ask, err=True)


@letters.command(
    "without",
    short_help="How many clients have no letter, and who.",
    epilog="""\b
Examples:
  nabat letters without amber-otter
  nabat letters without amber-otter --out without.csv      who, why, and where their letter stands
""",
)
@config_option
@json_option
@click.option(
    "--out", metavar="FILE.csv", type=CsvFile(), help="Write who has no letter, and why; that it was done is recorded."
)
@_incident
def without(config: str | None, as_json: bool, out: str | None, incident: str) -> None:
    """Count the clients of INCIDENT who have no letter, and of whom nobody has said how they were told."""
    with workplace(config) as (console, settings):
        found = console.letters.standing_of(incident)
        if as_json:
            emit_pretty(msgspec.to_builtins(found) | {"without": found.without, "informed": found.informed})
        else:
            words = messages(settings.language)
            for state, count in found.counts:
                mark = "*" if state in (*WITHOUT, LetterState.SENDING) else " "
                show(f"{mark} {state.value:15} {count:>8}  {words.text(f'letters-state-{state}')}")
            if found.later:
                show(f"* {'':15} {found.later:>8}  {words.text('letters-later')}")
            if found.wider:
                show(f"! {'':15} {found.wider:>8}  {words.text('letters-wider')}")
            show(words.text("letters-without-sum", **_sums(found)))
        unplanned = say_unplanned(console, incident)
        if out:
            listed = console.letters.without(incident)
            write_without(listed, unplanned, Path(out))
            rows = len(listed) + len(unplanned.later) + len(unplanned.wider)
            say(f"{counted(rows, 'client')}: {out}; the file holds client data: keep it as such")
        if not found.planned:
            say(f"no letters were filed: nabat letters plan {incident} --file")


@letters.command(
    "hold",
    short_help="Stop letters about one client.",
    epilog="""\b
Examples:
  nabat letters hold amber-otter 4711 --reason "objection of 3 March, no. 88"
  nabat letters release amber-otter 4711 --reason "withdrawn on 5 March"
""",
)
@config_option
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept.")
@_incident
@click.argument("client")
def hold(config: str | None, reason: str, incident: str, client: str) -> None:
    """Stop all letters of INCIDENT about CLIENT, before or while they are sent, and those of later plans.

    A letter that is being handed over at that moment still goes. Letters about children or others for whom the client
    stands go on: hold each of these by its own id. At the close it is asked how the client was told.
    """
    with workplace(config) as (console, _):
        _, count, gone = console.letters.hold_client(incident, client, reason=reason)
        say(f"held back: {counted(count, 'letter')}; letters of later plans are held back as well")
        if gone:
            say(f"{counted(gone, 'letter')} had been sent, or perhaps had: that cannot be undone")
        elif not count:
            say(_without_letter(console.letters, incident, client))


def _without_letter(letters: LettersPort, incident: str, client: str) -> str:
    """Return what is to be said where no letter to a held client waits."""
    if letters.concerns(incident, client):
        return "the incident concerns this client, and no letter to them waits now"
    return (
        "the incident does not concern this client as far as is known: look whether the id is right, "
        f"or say that it does: nabat incidents import-ids {incident} FILE"
    )


@letters.command(
    "release",
    short_help="Let letters to one client go again.",
    epilog='\b\nExamples:\n  nabat letters release amber-otter 4711 --reason "withdrawn on 5 March"\n',
)
@config_option
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept.")
@_incident
@click.argument("client")
def release(config: str | None, reason: str, incident: str, client: str) -> None:
    """Let letters of INCIDENT to CLIENT go that were held back; they go with the next `send`."""
    with workplace(config) as (console, _):
        count = console.letters.release_client(incident, client, reason=reason)
        say(f"released: {counted(count, 'letter')}" + (f": nabat letters send {incident}" if count else ""))


@letters.command(
    "bounces",
    short_help="Take in which letters came back.",
    epilog="""\b
Examples:
  nabat letters bounces amber-otter /var/mail/letters
  nabat letters bounces amber-otter ~letters/Maildir
  nabat letters bounces amber-otter                   what came to letters.bounces since the last look
""",
)
@config_option
@_incident
@click.argument("mailbox", type=click.Path(path_type=Path), required=False)
def bounces(config: str | None, incident: str, mailbox: Path | None) -> None:
    """Read MAILBOX (an mbox file, a maildir, a folder of mails) for reports that letters of INCIDENT came back.

    Without MAILBOX the one of letters.bounces is looked at over IMAP. Such a letter goes the client's next way with the
    next `send`, or onto the list for the post. A mailbox may be read any number of times.
    """
    with workplace(config) as (console, _):
        desk = console.letters
        found = desk.bounces(incident, mailbox) if mailbox is not None else desk.box_bounces(incident)
        mails, back = counted(found.mails, "mail"), counted(found.back, "letter")
        rest = ((found.known, "known already"), (found.others, "about none of these"))
        say(", ".join([f"{mails}: {back} came back", *(f"{count} {what}" for count, what in rest if count)]))
        if found.back:
            ways = ((found.again, "go another way"), (found.rest, "have none"))
            say(", ".join(f"{count} {what}" for count, what in ways if count))
        if found.more:
            say("there is more in the mailbox: call this again")


@letters.command(
    "post",
    short_help="Write the list for letters by post.",
    epilog="""\b
Examples:
  nabat letters post amber-otter --out post.csv
  nabat letters post amber-otter --out post.csv --print letters.html      the letters, one a page
""",
)
@config_option
@_kind
@click.option(
    "--out",
    required=True,
    metavar="FILE.csv",
    type=CsvFile(),
    help="Write to whom: number, client, name, address, plan.",
)
@click.option("--print", "pages", metavar="FILE.html", help="Write the letters, one a page.")
@_incident
def post(config: str | None, kind: str, out: str, pages: str | None, incident: str) -> None:
    """Write which letters of INCIDENT go by post, and which could not go otherwise; that it was done is recorded."""
    with workplace(config) as (console, _):
        found = console.letters.post(incident, MailingKind(kind))
        write_post_list(found, Path(out))
        if pages:
            write_post_pages(found, Path(pages))
        say(f"{counted(len(found), 'letter')}: {out}" + (f", {pages}" if pages else ""))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError(Problem(file=str(path), what=f"cannot be read: {error.strerror or error}")) from None
