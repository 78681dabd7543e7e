"""``nabat people``: accounts of the team for the pages: passwords, one-time codes, invitations, sessions."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import click

from detector.auth import KEPT_AS, SignIns, Suspected, TeamInForce, address_of, new_seed, team_in_force
from detector.cli.incidents import opened_store
from detector.cli.options import config_option, identity, json_option
from detector.cli.output import counted, emit_pretty, moment, say, show
from detector.clock import SystemClock
from detector.errors import InputError, NotFoundError, Problem
from detector.notify import account_notice
from detector.runtime.incidents.case_door import CaseDoor
from detector.schema.team.grants import Identity, PersonAct
from detector.settings import Settings
from detector.settings.types import duration_text
from detector.store import Store


@dataclass(frozen=True)
class _Desk:
    """Where people are given accounts."""

    sign_ins: SignIns
    store: Store
    settings: Settings
    suspected: Callable[[], Suspected]

    def by(self, name: str) -> str:
        """Return who manages a person's account: they themselves, who may, or whoever makes the very first password.

        Raises:
            DeniedError: They may not.
        """
        if self._first() and not self.suspected().has_name(self._whoever()):
            return self._whoever()
        with self.store.read() as unit:
            who = CaseDoor(self.settings).known(unit, identity(self.settings))
        # A configuration of her own makes a login anybody's: whom a case is about has no account of "her own" here.
        own = who.name == name and not self.suspected().has(who)
        return who.name if own else self.general(who, PersonAct.PEOPLE)

    def general(self, who: Identity, act: PersonAct) -> str:
        with self.store.read() as unit:
            return CaseDoor(self.settings).general(unit, who, act).person

    def looks(self) -> bool:
        """Tell whether whoever lists the team may read whose passwords wait for a second person's word.

        Raises:
            DeniedError: They may not list it.
        """
        if self._first():
            return True
        who = identity(self.settings)
        self.general(who, PersonAct.PEOPLE_LIST)
        return not self.suspected().has(who)

    def _first(self) -> bool:
        """Tell whether nobody has an account yet: no password, nor a provider or proxy at which people sign in."""
        with self.store.read() as unit:
            there = team_in_force(unit.kv.get(KEPT_AS) or "")
            elsewhere = TeamInForce.of(self.settings).elsewhere or (there is not None and there.elsewhere)
            return not elsewhere and not any(each.password_hash for each in unit.people.secrets())

    def _whoever(self) -> str:
        from detector.cli.options import login_name

        return login_name()

    def tells(self, name: str, what: str, by: str) -> None:
        """Let somebody hear who changed how they sign in, where the service's team says that they are reached."""
        with self.store.begin() as unit:
            there = team_in_force(unit.kv.get(KEPT_AS) or "")
            settings = self.settings if there is None else self.settings.model_copy(update={"team": there.team})
            unit.outbox.add(account_notice(what, by, name, settings, SystemClock().now()))

    def must_know(self, name: str) -> None:
        """Refuse a name nobody of the team has, and say what to write into the configuration."""
        if name not in {each.name for each in self.settings.team.people}:
            fix = f"add to team.people of {self.settings.file or 'nabat.yml'}: {{name: {name}, targets: [TARGET]}}"
            raise NotFoundError(Problem(what=f"{name!r} is not on the team", fix=fix))


@contextmanager
def _desk(config: str | None) -> Iterator[_Desk]:
    with opened_store(config) as (store, settings):

        def suspected() -> Suspected:
            with store.read() as unit:
                return CaseDoor(settings).suspected(unit)

        yield _Desk(SignIns(store, settings, SystemClock(), suspected=suspected), store, settings, suspected)


@click.group(
    epilog="""\b
Examples:
  nabat people passwd anna
  nabat people invite boris
  nabat people list
"""
)
def people() -> None:
    """Give the people of the team accounts for the pages.

    People stand under team.people of the configuration; what they sign in with is kept in the database. A person
    manages her own account; of others lead, deputy and admin do. Whoever sets the very first password may be anybody
    who can use the database, but where people sign in at a provider or a proxy.
    """


@people.command(
    short_help="Give somebody of the team an account.",
    epilog="\b\nExamples:\n  nabat people add anna\n",
)
@config_option
@click.argument("name")
def add(config: str | None, name: str) -> None:
    """Give NAME an account: print an invitation, a link that is good once to set a password.

    NAME must stand under team.people; what to write there is said where it does not.
    """
    with _desk(config) as desk:
        desk.must_know(name)
        known = next(each for each in desk.sign_ins.accounts() if each.name == name)
        if known.has_password:
            problem = Problem(what=f"{name} has an account", fix=f"a new password: nabat people invite {name}")
            raise InputError(problem)
        _invite(desk, name)


@people.command(
    short_help="Make a link to set a new password.",
    epilog="\b\nExamples:\n  nabat people invite anna\n",
)
@config_option
@click.argument("name")
def invite(config: str | None, name: str) -> None:
    """Make an invitation for NAME and print it; older ones are good no more. Send it where only NAME reads it."""
    with _desk(config) as desk:
        desk.must_know(name)
        _invite(desk, name)


def _invite(desk: _Desk, name: str) -> None:
    by = desk.by(name)
    token = desk.sign_ins.invite(name, by=by)
    desk.tells(name, "invitation", by)
    show(f"{desk.settings.base_url}/invite/{token}")
    valid = duration_text(desk.settings.auth.invitation_valid)
    say(f"good once, until it is used or too old ({valid}); only {name} may read it")


@people.command(
    short_help="Set a password.",
    epilog="""\b
Examples:
  nabat people passwd anna
  pwgen 24 1 | nabat people passwd anna --stdin
""",
)
@config_option
@click.option("--stdin", is_flag=True, help="Read it from standard input, one line; else it is asked for.")
@click.argument("name")
def passwd(config: str | None, stdin: bool, name: str) -> None:
    """Set NAME's password for the pages. Browsers in which NAME is signed in are signed out."""
    with _desk(config) as desk:
        desk.must_know(name)
        by = desk.by(name)
        if stdin:
            password = sys.stdin.readline().rstrip("\n")
        else:
            password = click.prompt("Password", hide_input=True, confirmation_prompt="The same again", err=True)
        desk.sign_ins.set_password(name, password, by=by)
        desk.tells(name, "password", by)
        say(f"{name} can sign in at {desk.settings.base_url}/signin")


@people.command(
    short_help="Set up one-time codes, or end them.",
    epilog="\b\nExamples:\n  nabat people totp anna\n  nabat people totp anna --off\n",
)
@config_option
@click.option("--off", is_flag=True, help="Ask NAME for no codes any more.")
@click.argument("name")
def totp(config: str | None, off: bool, name: str) -> None:
    """Ask NAME for one-time codes (TOTP) when signing in: print the key for the app, and take a code it shows."""
    with _desk(config) as desk:
        desk.must_know(name)
        by = desk.by(name)
        if off:
            desk.sign_ins.drop_codes(name, by=by)
            desk.tells(name, "codes", by)
            say(f"{name} is asked for no codes any more")
            return
        seed = new_seed()
        show(seed)
        show(address_of(seed, name, desk.settings.organization.name or "Nabat"))
        code = click.prompt("Put the key into the app and type the code it shows", err=True)
        left = desk.sign_ins.set_codes(name, seed, code, by=by)
        desk.tells(name, "codes", by)
        say("recovery codes, each good once, shown now only:")
        for each in left:
            show(each)


@people.command(
    short_help="Sign somebody out everywhere.",
    epilog="\b\nExamples:\n  nabat people revoke olga\n",
)
@config_option
@click.argument("name")
def revoke(config: str | None, name: str) -> None:
    """Sign NAME out of every browser, and let no invitation of NAME's be good.

    Who is to come in no more goes from team.people: from the reload on nothing of theirs counts.
    """
    with _desk(config) as desk:
        ended = desk.sign_ins.revoke(name, by=desk.by(name))
        say(f"{name}: {counted(ended, 'browser')} signed out")


@people.command(
    short_help="Stand for a password that a colleague set.",
    epilog="\b\nExamples:\n  nabat people confirm boris\n",
)
@config_option
@click.argument("name")
def confirm(config: str | None, name: str) -> None:
    """Stand for the password of NAME, which somebody else set, or invited to set.

    Until NAME does so, here or by the link sent when NAME signs in, or a third person does, NAME's word is no second
    one beside theirs; and while an open case is about them, the password is refused, and so are browsers signed in with
    it. Ask NAME first whether nobody else knows it.
    """
    with _desk(config) as desk:
        desk.must_know(name)
        desk.sign_ins.confirm_password(name, by=desk.by(name))
        say(f"{name} can sign in with it, and agree as a second person")


@people.command("list", short_help="List who can sign in.", epilog="\b\nExamples:\n  nabat people list --json\n")
@config_option
@json_option
def list_(config: str | None, as_json: bool) -> None:
    """List the team: roles, whether a password and codes are set, where somebody is signed in."""
    import msgspec

    with _desk(config) as desk:
        found = desk.sign_ins.accounts()
        if not desk.looks():  # whom a case is about reads what she read before there was one
            found = [replace(each, unconfirmed="") for each in found]
        if as_json:
            emit_pretty([msgspec.to_builtins(each) for each in found])
            return
        for each in found:
            password = "password" if each.has_password else "-"
            codes = "codes" if each.has_codes else "-"
            locked = ""
            if each.locked_until:
                locked = f"  new browsers wait until {moment(each.locked_until, desk.settings)}"
            if each.unconfirmed:
                locked += f"  refused: set by {each.unconfirmed}: nabat people confirm {each.name}"
            elif each.rests_on:
                locked += f"  on the word of {each.rests_on}: nabat people confirm {each.name}"
            roles = ", ".join(each.roles) or "-"
            show(f"{each.name:16} {password:8} {codes:5} {each.sessions:2} signed in  {roles}{locked}")
        say(counted(len(found), "member"))


@people.command(
    "log",
    short_help="Who signed in, was refused, or saw client numbers.",
    epilog="\b\nExamples:\n  nabat people log --days 7\n",
)
@config_option
@json_option
@click.option("--days", type=click.IntRange(1, 3_660), default=30, show_default=True, help="How far back.")
def log_(config: str | None, as_json: bool, days: int) -> None:
    """List what was recorded of people's access, the oldest first: for auditor, lead and deputy."""
    import msgspec

    with _desk(config) as desk:
        desk.general(identity(desk.settings), PersonAct.ACCESS_LOG)
        found = desk.sign_ins.records(SystemClock().now() - timedelta(days=days))
        if as_json:
            emit_pretty([msgspec.to_builtins(each) for each in found])
            return
        for each in found:
            about = f" of {each.person}" if each.person != each.by else ""
            more = "  ".join(filter(None, (each.incident_id[:6], str(each.count or ""), each.address)))
            show(f"{moment(each.at, desk.settings)}  {each.by:12} {each.kind.value}{about}  {more}".rstrip())
        say(counted(len(found), "record"))
