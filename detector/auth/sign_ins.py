"""Signing in to the pages: passwords, sessions with their limits, invitations, what is recorded of all that.

Comes in: what somebody typed, or the token of a browser or an invitation. Goes out: tokens, and who somebody has shown
to be. What is refused is refused in the same words and after the same time whether the name, the password or the code
was wrong, the place has to wait, or somebody whom a case is about set the password. Tokens are random; the store has
their hashes.
"""

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

from detector.auth.access_records import access_record
from detector.auth.door import Suspected
from detector.auth.failed_tries import (
    ANYWHERE,
    FORGOTTEN,
    KNOWN_FOR,
    after_failure,
    has_to_wait,
    network_of,
    places_of,
    waits,
)
from detector.auth.one_time_codes import recovery_codes, recovery_hash, step_of, use_code
from detector.auth.openid_provider import OpenIdProvider, ProviderVisit
from detector.auth.passwords import fits, hash_password, is_outdated, password_problems
from detector.auth.ports import PeopleStore, PeopleTransactions
from detector.clock import Clock
from detector.errors import DeniedError, InputError, NotFoundError, Problem, StoreError
from detector.schema.team.grants import Identity, ProvenBy
from detector.schema.team.people import (
    AccessKind,
    AccessRecord,
    BrowserSession,
    Invitation,
    InvitationUse,
    KnownBrowser,
    PersonSecret,
)
from detector.settings import Settings

_TOUCH_EVERY = timedelta(minutes=1)
_KEPT = timedelta(days=30)
_TOKEN = 32
_ALL = frozenset(InvitationUse)
# The question whether a password is one's own stands, whoever manages people: its answer ends the password.
_MADE_BY_PEOPLE = _ALL - {InvitationUse.OWN}
_ASK_AGAIN = timedelta(minutes=5)
_BY_PASSWORD = frozenset({ProvenBy.PASSWORD.value, ProvenBy.INVITATION.value})
_LONGEST_TOKEN = 64
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAccount:
    """How a person can sign in at present.

    Attributes:
        has_password / has_codes: They are set up.
        locked_until: Until when browsers and networks that are not known have to wait after failed tries; None: they
            need not.
        rests_on: Which colleague set the password, or invited to, where nobody has stood for it; empty: none.
        unconfirmed: Who set the password that is good no more, for an open case is about them; empty: it is good.
        sessions: Browsers signed in.
        last_at: Of the newest press in one of them.
    """

    name: str
    title: str
    roles: tuple[str, ...]
    accounts: tuple[str, ...]
    has_password: bool
    has_codes: bool
    locked_until: datetime | None
    rests_on: str
    unconfirmed: str
    sessions: int
    last_at: datetime | None


class SignIns:
    """Who is signed in where.

    Args:
        store: Keeps secrets, sessions, invitations and records.
        settings: The team, and how people sign in.
        clock: Tells the time.
        suspected: Tells whom the open incidents are about: no invitation that one of them made is good.
        asks: Asks a person, where they alone read it, whether a password is their own that rests on another's word:
            called with the person, whose word it is, and the token of the link that answers.
    """

    def __init__(
        self,
        store: PeopleTransactions,
        settings: Settings,
        clock: Clock,
        *,
        suspected: Callable[[], Suspected],
        asks: Callable[[str, str, str], None] = lambda person, by, token: None,
    ) -> None:
        self._store, self._settings, self._clock, self._suspected = store, settings, clock, suspected
        self._asks = asks
        self._provider = OpenIdProvider(settings.auth.oidc)

    def reconfigure(self, settings: Settings) -> None:
        """Go on with a new configuration: who is not in the team any more is signed out."""
        if settings.auth.oidc != self._settings.auth.oidc:
            self._provider = OpenIdProvider(settings.auth.oidc)
        self._settings = settings

    # -- browsers ------------------------------------------------------------------------------------------------

    def is_possible(self) -> bool:
        """Tell whether anybody at all can sign in."""
        if self._settings.auth.proxy.header or self._settings.auth.oidc.issuer:
            return True
        with self._store.read() as unit:
            return any(each.password_hash for each in unit.people.secrets() if self._settings.team.has(each.name))

    def sign_in(self, name: str, password: str, code: str, *, address: str = "", browser: str = "") -> str:
        """Sign a browser in and return the token of its session.

        Args:
            name: As typed.
            password: As typed.
            code: As typed; empty: none was.
            address: Where the browser is; empty: no proxy says it.
            browser: The token by which the browser was made known (``remember_browser``); empty: it has none.

        Raises:
            DeniedError: Name, password or code did not fit, the place has to wait, or a code must be set up first.
        """
        now = self._clock.now()
        with self._store.read() as unit:
            known = unit.people.secret(name) if self._settings.team.has(name) else None
        unconfirmed = _unconfirmed(known, self._suspected)
        right = fits(known.password_hash if known else "", password)
        with self._store.begin() as unit:
            secret = unit.people.secret(name) if known is not None else None
            after = None
            if secret is not None:
                places = places_of(unit.people.browsers(name), _digest(browser), address)
                free = not has_to_wait(unit.people.tries(name), places, now)
                if right and free and not unconfirmed:
                    after = self._passed(secret, code, now)
                if after is None and free:
                    self._refused(unit.people, name, places, address, now)
            if after is not None:
                if is_outdated(after.password_hash):
                    after = replace(after, password_hash=hash_password(password))
                unit.people.save_secret(after)
                unit.people.forget_tries(name, places)
                token = self._opened(unit.people, after, ProvenBy.PASSWORD, address, now)
        if after is None:
            what = "name, password or code did not fit, or this name has to wait after failed tries"
            raise DeniedError(Problem(what=what, fix="try again in a while; `nabat people passwd` sets a password"))
        self._ask_whether_own(after, now)
        return token

    def remember_browser(self, token: str, *, browser: str = "", address: str = "") -> str:
        """Know the browser of a session from now on: it has failed tries of its own; return the token of its cookie.

        Args:
            token: Of the session that was opened just now.
            browser: The token that the browser has been known by; it is good no more.
            address: Where the browser is.
        """
        now, fresh = self._clock.now(), secrets.token_urlsafe(_TOKEN)
        with self._store.begin() as unit:
            found = unit.people.session(_digest(token))
            if found is not None:
                unit.people.forget_old_browsers(now, KNOWN_FOR)
                unit.people.rename_browser(_digest(browser), _digest(fresh))
                unit.people.save_browser(
                    KnownBrowser(id=_digest(fresh), person=found.person, network=network_of(address), seen_at=now)
                )
        return fresh

    def identity(self, token: str, *, pressed: bool = True) -> Identity | None:
        """Return who is signed in with a token; None: nobody, or not any more.

        Args:
            token: From the browser's cookie.
            pressed: A person asked; a page that reloads by itself keeps nobody signed in.
        """
        if not 0 < len(token) <= _LONGEST_TOKEN:
            return None
        now = self._clock.now()
        with self._store.read() as unit:
            found = unit.people.session(_digest(token))
            by = _whose_word(unit.people, found) if found is not None else ()
        if found is None or not self._stands(found, now) or (by and any(map(self._suspected().has_name, by))):
            return None
        if pressed and now - found.seen_at >= _TOUCH_EVERY:
            # Where the database cannot be written, the page says why: whoever is signed in has to see it.
            with suppress(StoreError), self._store.begin() as unit:
                again = unit.people.session(found.id)
                if again is not None and again.ended_at is None:
                    unit.people.save_session(replace(again, seen_at=now))
        return Identity(
            name=found.person,
            proven_by=ProvenBy(found.proven_by),
            address=found.address,
            second_factor=found.second_factor,
            rests_on=by,
        )

    def of_proxy(self, name: str, *, address: str = "") -> Identity | None:
        """Return the person a proxy says is signed in, by name or account; None: nobody of the team."""
        person = self._settings.team_member(name)
        return Identity(name=person, proven_by=ProvenBy.PROXY, address=address) if person else None

    def provider_address(self, visit: ProviderVisit, back: str) -> str:
        """Return where at the company's provider a browser signs in.

        Args:
            visit: A new one, to be remembered by the browser.
            back: Where the provider sends it back to.

        Raises:
            NotFoundError: There is no provider.
            InputError: It cannot be reached, or is not the one that is configured.
        """
        return self._configured_provider().address(visit, back)

    def sign_in_by_provider(self, code: str, visit: ProviderVisit, back: str, *, address: str = "") -> str:
        """Sign a browser in that comes back from the provider, and return the token of its session.

        Args:
            code: That it brought.
            visit: The one it was sent with.
            back: Where it was sent back to.
            address: Where it is.

        Raises:
            NotFoundError: There is no provider.
            InputError: It cannot be reached.
            DeniedError: Its word does not hold, or who is signed in there may not sign in here.
        """
        now, oidc = self._clock.now(), self._settings.auth.oidc
        claims = self._configured_provider().claims(code, visit, back, now)
        said = claims.get(oidc.claim)
        name = said if isinstance(said, str) and (oidc.claim != "email" or claims.get("email_verified") is True) else ""
        person = self._settings.team_member(name) if name else ""
        problems = []
        if not person:
            what = f"{name[:_LONGEST_NAME]!r} is not on the team"
            problems.append(Problem(what=what, fix="team.people names everybody who may sign in, by name or account"))
        groups = claims.get(oidc.groups_claim)
        if oidc.groups and not set(oidc.groups).intersection(_texts(groups)):
            what = "none of your groups at the provider may sign in"
            problems.append(Problem(what=what, fix=f"one of auth.oidc.groups: {', '.join(oidc.groups)}"))
        second = not set(oidc.second_factor).isdisjoint(_texts(claims.get("amr")))
        if self._settings.auth.codes == "required" and not second:
            what = "the provider asked for no second factor, and auth.codes requires one"
            problems.append(Problem(what=what, fix="sign in there with one; auth.oidc.second_factor names what counts"))
        if problems:
            raise DeniedError(problems)
        with self._store.begin() as unit:
            secret = unit.people.secret(person) or PersonSecret(name=person)
            opened = self._opened(unit.people, secret, ProvenBy.PROVIDER, address, now, second=second)
        self._ask_whether_own(secret, now)  # the password opens the pages as well
        return opened

    def _configured_provider(self) -> OpenIdProvider:
        if not self._settings.auth.oidc.issuer:
            what = "no provider signs people in here"
            raise NotFoundError(Problem(what=what, fix="sign in by password; auth.oidc names a provider"))
        return self._provider

    def sign_out(self, token: str) -> None:
        """End a browser's session."""
        now = self._clock.now()
        with self._store.begin() as unit:
            found = unit.people.session(_digest(token))
            if found is not None and found.ended_at is None:
                unit.people.save_session(replace(found, ended_at=now))
                unit.people.record(access_record(AccessKind.SIGNED_OUT, found.person, now))

    # -- invitations ---------------------------------------------------------------------------------------------

    def invite(self, name: str, *, by: str, use: InvitationUse = InvitationUse.PASSWORD) -> str:
        """Make an invitation for a person of the team and return its token; older ones of theirs are good no more.

        Raises:
            NotFoundError: Nobody of the team is called so.
        """
        self._must_know(name)
        now, token = self._clock.now(), secrets.token_urlsafe(_TOKEN)
        with self._store.begin() as unit:
            unit.people.withdraw_invitations(name, now, _MADE_BY_PEOPLE)
            unit.people.save_invitation(self._invitation(token, name, use, by=by, now=now))
            unit.people.record(access_record(AccessKind.INVITED, name, now, by=by))
        return token

    def invitation(self, token: str) -> Invitation:
        """Return an invitation that is good.

        Raises:
            InputError: It is not ours, too old, or was used.
        """
        suspected = self._suspected()
        with self._store.read() as unit:
            found = self._good(unit.people, token, suspected)
        _must_be_for(found, InvitationUse.PASSWORD, InvitationUse.SIGN_IN)
        return found

    def accept(self, token: str, password: str, *, seed: str = "", code: str = "", address: str = "") -> str:
        """Use an invitation: set the password, and codes where a seed is given; return a new session's token.

        Raises:
            InputError: The invitation is not good, or the password or the code is not.
        """
        now, suspected = self._clock.now(), self._suspected()
        with self._store.read() as unit:
            found = self._good(unit.people, token, suspected)
        _must_be_for(found, InvitationUse.PASSWORD, InvitationUse.SIGN_IN)
        if found.use is InvitationUse.PASSWORD:
            problems = list(self.problems_of(password, found.person))
            step = step_of(seed, code, now) if seed else 0
            if seed and not step:
                problems.append(_CODE_WRONG)
            if problems:
                raise InputError(problems)
        hashed = hash_password(password) if found.use is InvitationUse.PASSWORD else ""
        with self._store.begin() as unit:
            found = self._good(unit.people, token, suspected)
            unit.people.save_invitation(replace(found, used_at=now))
            secret = unit.people.secret(found.person) or PersonSecret(name=found.person)
            if hashed:
                secret = self._with_password(unit.people, secret, hashed, by=found.person, word=found.made_by, now=now)
                if seed:
                    secret = replace(secret, code_seed=seed, code_step=step, recovery=())
                    unit.people.record(access_record(AccessKind.CODES_SET, found.person, now))
                unit.people.save_secret(secret)
            opened = self._opened(unit.people, secret, ProvenBy.INVITATION, address, now, second=bool(seed))
        if hashed:
            self._ask_whether_own(secret, now)
        return opened

    # -- a password that rests on another's word ------------------------------------------------------------------

    def own_password_question(self, token: str) -> tuple[str, str]:
        """Return whom a link asks whether a password is their own, and on whose word it rests.

        Raises:
            InputError: The link is not ours, too old, or was used; or the password is another by now.
        """
        suspected = self._suspected()
        with self._store.read() as unit:
            found, secret = self._asked(unit.people, token, suspected)
        return found.person, secret.password_by

    def say_own(self, token: str) -> None:
        """Say, by the link that was sent to ask, that nobody else knows one's password: it is one's own from now on.

        Raises:
            InputError: As for ``own_password_question``.
        """
        now, suspected = self._clock.now(), self._suspected()
        with self._store.begin() as unit:
            found, secret = self._asked(unit.people, token, suspected)
            unit.people.save_secret(replace(secret, password_confirmed_by=found.person))
            unit.people.withdraw_invitations(found.person, now, _ALL)
            unit.people.save_invitation(replace(found, used_at=now))
            unit.people.record(access_record(AccessKind.PASSWORD_CONFIRMED, found.person, now))

    def disown(self, token: str) -> str:
        """Say that it is not: the password opens nothing any more; return the token of an invitation to set another.

        Raises:
            InputError: As for ``own_password_question``.
        """
        now, suspected, fresh = self._clock.now(), self._suspected(), secrets.token_urlsafe(_TOKEN)
        with self._store.begin() as unit:
            found, secret = self._asked(unit.people, token, suspected)
            name = found.person
            unit.people.save_secret(replace(secret, password_hash="", password_by="", code_seed="", recovery=()))
            unit.people.withdraw_invitations(name, now, _ALL)
            unit.people.save_invitation(replace(found, used_at=now))
            unit.people.forget_browsers(name)
            ended = self._end_sessions(unit.people, name, now)
            unit.people.record(access_record(AccessKind.REVOKED, name, now, count=ended))
            unit.people.save_invitation(self._invitation(fresh, name, InvitationUse.PASSWORD, by=name, now=now))
        return fresh

    def _ask_whether_own(self, secret: PersonSecret, now: datetime) -> None:
        """Ask whoever signed in whether a password is theirs that rests on a colleague's word; not again at once."""
        by = self._colleague(secret)
        if not by:
            return
        token = secrets.token_urlsafe(_TOKEN)
        with suppress(StoreError):  # they are signed in all the same, and asked the next time
            with self._store.begin() as unit:
                last = unit.people.newest_invitation(secret.name, InvitationUse.OWN)
                if last is not None and not last.used_at and now < min(last.ends_at, last.made_at + _ASK_AGAIN):
                    return
                made = self._invitation(token, secret.name, InvitationUse.OWN, by=secret.name, now=now)
                unit.people.save_invitation(made)
            self._asks(secret.name, by, token)

    def _colleague(self, secret: PersonSecret) -> str:
        """Return on whose word of the team a password rests beside its owner's; empty: nobody's."""
        by = self._settings.team_member(secret.rests_on) if secret.rests_on else ""
        return "" if by == secret.name else by

    def _asked(self, people: PeopleStore, token: str, suspected: Suspected) -> tuple[Invitation, PersonSecret]:
        """Return what a link asks that is good, and what it asks about."""
        found = self._good(people, token, suspected)
        _must_be_for(found, InvitationUse.OWN)
        secret = people.secret(found.person)
        if secret is None or not secret.password_by:
            raise InputError(_OVER)
        return found, secret

    # -- what an administrator does ------------------------------------------------------------------------------

    def problems_of(self, password: str, name: str) -> tuple[Problem, ...]:
        """Return what is wrong with a password somebody chose."""
        return tuple(password_problems(password, name, self._settings.auth.password_length))

    def set_password(self, name: str, password: str, *, by: str) -> None:
        """Set a person's password; their browsers are signed out.

        Raises:
            NotFoundError: Nobody of the team is called so.
            InputError: It is not good enough.
        """
        self._must_know(name)
        problems = self.problems_of(password, name)
        if problems:
            raise InputError(problems)
        hashed, now = hash_password(password), self._clock.now()
        with self._store.begin() as unit:
            secret = unit.people.secret(name) or PersonSecret(name=name)
            unit.people.save_secret(self._with_password(unit.people, secret, hashed, by=by, word=by, now=now))

    def confirm_password(self, name: str, *, by: str) -> None:
        """Stand for a password that somebody else set, or invited to set.

        Raises:
            NotFoundError: Nobody of the team is called so.
            InputError: The person set it herself, or has none.
            DeniedError: It is the word of whoever set it.
        """
        self._must_know(name)
        now = self._clock.now()
        with self._store.begin() as unit:
            secret = unit.people.secret(name)
            if secret is None or not secret.password_by:
                what = f"{name} has no password that somebody else set, or invited to set"
                raise InputError(Problem(what=what, fix="nabat people list"))
            if by in (secret.password_by, self._settings.team_member(secret.password_by)):
                what = f"the password of {name} needs the word of a second person"
                fix = f"somebody else than {secret.password_by}, or a new one: nabat people passwd {name}"
                raise DeniedError(Problem(what=what, fix=fix))
            unit.people.save_secret(replace(secret, password_confirmed_by=by))
            unit.people.record(access_record(AccessKind.PASSWORD_CONFIRMED, name, now, by=by))

    def set_codes(self, name: str, seed: str, code: str, *, by: str) -> tuple[str, ...]:
        """Ask a person for one-time codes from now on; return recovery codes, which are shown once.

        Raises:
            NotFoundError: Nobody of the team is called so.
            InputError: The code is not of the seed: the app has not taken it up, or a clock is wrong.
        """
        self._must_know(name)
        now = self._clock.now()
        step = step_of(seed, code, now)
        if not step:
            raise InputError(_CODE_WRONG)
        left = recovery_codes()
        with self._store.begin() as unit:
            secret = unit.people.secret(name) or PersonSecret(name=name)
            kept = tuple(map(recovery_hash, left))
            unit.people.save_secret(replace(secret, code_seed=seed, code_step=step, recovery=kept))
            unit.people.record(access_record(AccessKind.CODES_SET, name, now, by=by))
        return left

    def drop_codes(self, name: str, *, by: str) -> None:
        """Ask a person for no codes any more; their browsers are signed out."""
        self._must_know(name)
        now = self._clock.now()
        with self._store.begin() as unit:
            secret = unit.people.secret(name) or PersonSecret(name=name)
            unit.people.save_secret(replace(secret, code_seed="", code_step=0, recovery=()))
            self._end_sessions(unit.people, name, now)
            unit.people.record(access_record(AccessKind.CODES_OFF, name, now, by=by))

    def revoke(self, name: str, *, by: str) -> int:
        """Sign a person out everywhere and let no invitation of theirs be good; return how many browsers it were."""
        now = self._clock.now()
        with self._store.begin() as unit:
            ended = self._end_sessions(unit.people, name, now)
            unit.people.withdraw_invitations(name, now, _MADE_BY_PEOPLE)
            unit.people.forget_browsers(name)
            unit.people.record(access_record(AccessKind.REVOKED, name, now, by=by, count=ended))
        return ended

    def accounts(self) -> list[PersonAccount]:
        """Return how everybody of the team can sign in, in the team's order."""
        now, team, suspected = self._clock.now(), self._settings.team, cache(self._suspected)
        with self._store.read() as unit:
            known = {each.name: each for each in unit.people.secrets()}
            sessions = [each for each in unit.people.sessions() if self._stands(each, now)]
            tries = [each for person in team.people for each in unit.people.tries(person.name)]
        until = {each.person: each.waits_until for each in tries if each.place == ANYWHERE and waits(each, now)}
        return [
            PersonAccount(
                name=person.name,
                title=person.title,
                roles=tuple(role for role in team.roles if person.name in team.roles[role]),
                accounts=person.accounts,
                locked_until=until.get(person.name),
                rests_on=self._colleague(known[person.name]) if person.name in known else "",
                unconfirmed=_unconfirmed(known.get(person.name), suspected),
                sessions=sum(each.person == person.name for each in sessions),
                last_at=max((each.seen_at for each in sessions if each.person == person.name), default=None),
                **_set_up(known, person.name),
            )
            for person in team.people
        ]

    def records(self, since: datetime) -> list[AccessRecord]:
        """Return what was recorded of people's access since a moment, the oldest first."""
        with self._store.read() as unit:
            return unit.people.records(since)

    # -- inside --------------------------------------------------------------------------------------------------

    def _must_know(self, name: str) -> None:
        if not self._settings.team.has(name):
            names = ", ".join(person.name for person in self._settings.team.people)
            fix = f"one of: {names}" if names else "name people under team.people of nabat.yml"
            raise NotFoundError(Problem(what=f"{name!r} is not on the team", fix=fix))

    def _passed(self, secret: PersonSecret, code: str, now: datetime) -> PersonSecret | None:
        """Return the secret after a try whose password fits; None: the code does not."""
        if secret.code_seed:
            return use_code(secret, code, now)
        if self._settings.auth.codes == "required":
            what = f"{secret.name} has to set up one-time codes first"
            fix = f"nabat people totp {secret.name}, or a new invitation: nabat people invite {secret.name}"
            raise DeniedError(Problem(what=what, fix=fix))
        return secret

    def _refused(self, people: PeopleStore, name: str, places: tuple[str, ...], address: str, now: datetime) -> None:
        """Count a failed try; of names nobody has, and of a place that waits, nothing is written."""
        auth = self._settings.auth
        people.forget_old_tries(now, FORGOTTEN)
        before = {each.place: each for each in people.tries(name)}
        for place in places:
            after = after_failure(before.get(place), name, place, allowed=auth.tries, wait=auth.wait, now=now)
            people.save_tries(after)
        people.record(access_record(AccessKind.REFUSED, name, now, address=address, count=1))

    def _opened(
        self,
        people: PeopleStore,
        secret: PersonSecret,
        way: ProvenBy,
        address: str,
        now: datetime,
        second: bool = False,
    ) -> str:
        token = secrets.token_urlsafe(_TOKEN)
        people.forget_sessions(now, _KEPT)
        people.save_session(
            BrowserSession(
                id=_digest(token),
                person=secret.name,
                proven_by=way.value,
                address=address,
                second_factor=second or (way is ProvenBy.PASSWORD and bool(secret.code_seed)),
                made_at=now,
                seen_at=now,
                ends_at=now + self._settings.auth.longest,
            )
        )
        people.record(access_record(AccessKind.SIGNED_IN, secret.name, now, address=address))
        return token

    def _stands(self, session: BrowserSession, now: datetime) -> bool:
        awake = now - session.seen_at < self._settings.auth.idle
        return session.ended_at is None and now < session.ends_at and awake and self._settings.team.has(session.person)

    def _invitation(self, token: str, name: str, use: InvitationUse, *, by: str, now: datetime) -> Invitation:
        ends_at = now + self._settings.auth.invitation_valid
        return Invitation(id=_digest(token), person=name, use=use, made_by=by, made_at=now, ends_at=ends_at)

    def _good(self, people: PeopleStore, token: str, suspected: Suspected) -> Invitation:
        now = self._clock.now()
        found = people.invitation(_digest(token)) if 0 < len(token) <= _LONGEST_TOKEN else None
        if found is None or not self._settings.team.has(found.person):
            raise InputError(Problem(what="this invitation is not ours", fix="ask for a new one: nabat people invite"))
        # Of whom a case is about nothing is said: an invitation of theirs is refused like one that is too old.
        if found.used_at is not None or now >= found.ends_at or suspected.has_name(found.made_by):
            why = "was used" if found.used_at else "is too old"
            raise InputError(Problem(what=f"this invitation {why}", fix="ask for a new one: nabat people invite"))
        return found

    def _with_password(
        self, people: PeopleStore, secret: PersonSecret, hashed: str, *, by: str, word: str, now: datetime
    ) -> PersonSecret:
        """Return the secret with a password that ``by`` set on the word of ``word``; end what rests on the old one."""
        self._end_sessions(people, secret.name, now)
        people.withdraw_invitations(secret.name, now, _ALL)
        people.forget_tries(secret.name)
        people.record(access_record(AccessKind.PASSWORD_SET, secret.name, now, by=by))
        whose = "" if word == secret.name else word
        return replace(secret, password_hash=hashed, password_at=now, password_by=whose, password_confirmed_by="")

    def _end_sessions(self, people: PeopleStore, name: str, now: datetime) -> int:
        ended = [each for each in people.sessions(name) if self._stands(each, now)]
        for each in people.sessions(name):
            people.save_session(replace(each, ended_at=now))
        return len(ended)


_CODE_WRONG = Problem(
    what="the code is not of this seed", fix="type the six digits the app shows now; look at the clock of both"
)


_OVER = Problem(
    what="this question was answered, or the password is another by now", fix="sign in again: `nabat people list`"
)


def _must_be_for(found: Invitation, *uses: InvitationUse) -> None:
    if found.use not in uses:
        raise InputError(Problem(what="this invitation is not ours", fix="ask for a new one: nabat people invite"))


def _whose_word(people: PeopleStore, session: BrowserSession) -> tuple[str, ...]:
    """Return whose word a session rests on besides that of whoever is signed in."""
    secret = people.secret(session.person) if session.proven_by in _BY_PASSWORD else None
    set_then = secret is not None and secret.password_at == session.made_at
    if session.proven_by == ProvenBy.INVITATION.value and not set_then:
        return people.inviters(session.person, session.made_at)
    return (secret.rests_on,) if secret is not None and secret.rests_on else ()


def _unconfirmed(secret: PersonSecret | None, suspected: Callable[[], Suspected]) -> str:
    """Return who set a password that is good no more; empty: it is good."""
    by = secret.rests_on if secret is not None else ""
    return by if by and suspected().has_name(by) else ""


def _texts(claim: object) -> frozenset[str]:
    """Return the texts of a claim that holds several, or one."""
    return frozenset(each for each in (claim if isinstance(claim, list) else [claim]) if isinstance(each, str))


def _set_up(known: Mapping[str, PersonSecret], name: str) -> dict[str, bool]:
    secret = known.get(name)
    return {
        "has_password": bool(secret and secret.password_hash),
        "has_codes": bool(secret and secret.code_seed),
    }


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
