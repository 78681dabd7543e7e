"""What people do about silences and inhibitions: make one, agree to one, end one, look at what they muted.

Comes in: who acts, and their words. Goes out: the order as it is then. Each act asks the door and is written in one
transaction; it is in force with the service's next decision.
"""

import re
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from detector.auth import Suspected, must_sign_in_independently
from detector.clock import Clock
from detector.errors import ConflictError, InputError, NotFoundError, Problem, nearest_names
from detector.group import NARROW, LabelMatcher, read_matcher
from detector.incident import clean
from detector.runtime.expected.own_actors import own_actors, own_actors_of
from detector.runtime.silences.order_standing import order_standing
from detector.runtime.silences.selector_values import SELECTED, known_values
from detector.runtime.visibility.blind_spots import ACTOR
from detector.schema.detection.alerts import MutedBy
from detector.schema.detection.mute_orders import LONGEST_ORDER, CoveredOrder, MuteOrder, OrderState
from detector.schema.events.columns import ACCOUNT, ACTOR_TYPES, ADDRESS, HOST, SESSION, UNNAMED
from detector.schema.levels import Severity
from detector.schema.team.grants import Grant, Identity, PersonAct
from detector.settings import Settings
from detector.store import Store, UnitOfWork

_MOST = 10
_LONGEST_WORD = 200
_LONGEST_REASON = 500
_MACHINE = re.compile("[^:/]*[A-Za-z][^:/]*")  # some logs name a machine in place of an address


class GeneralDoor(Protocol):
    """The door, for acts that are about no incident."""

    def general(self, unit: UnitOfWork, by: Identity, act: PersonAct) -> Grant:
        """Return the grant to do an act; ``DeniedError`` where they may not."""
        ...

    def suspected_seen(self, unit: UnitOfWork, by: Identity, names: Collection[str]) -> Suspected:
        """Return who of some people open incidents are about that somebody may look at."""
        ...


class MuteDesk:
    """The acts of people about silences."""

    def __init__(
        self, store: Store, settings: Settings, clock: Clock, door: GeneralDoor, playbooks: Collection[str]
    ) -> None:
        self._store, self._settings, self._clock, self._door = store, settings, clock, door
        self._playbooks = playbooks

    def add(
        self,
        matchers: Sequence[str],
        *,
        until: datetime,
        by: Identity,
        reason: str,
        source: Sequence[str] = (),
        starts: datetime | None = None,
    ) -> MuteOrder:
        """Make an order.

        Args:
            matchers: What a finding must be, all of it: ``label=value`` or ``label!=value``.
            until: When it ends by itself.
            by: Who makes it, and owns it.
            reason: Why.
            source: For an inhibition: what must be open about the same actor.
            starts: Not before this moment; None: now.

        Raises:
            InputError: Words are missing or wrong, times are, or it would mute nearly everything: all is named.
            ConflictError: It is about an account of theirs.
            DeniedError: They may not.
        """
        # On one line: a list must not show a row that somebody wrote into a reason.
        now, words = self._clock.now(), " ".join(clean(reason).split())
        begins = starts or now
        wanted, first = (tuple(dict.fromkeys(clean(each).strip() for each in some)) for some in (matchers, source))
        with self._store.begin() as unit:
            grant = self._door.general(unit, by, PersonAct.SILENCE)
            problems = [*self._matcher_problems(unit, wanted, "what it is about"), *_reason_problems(words)]
            problems += self._matcher_problems(unit, first, "--while") if first else ()
            problems += _times(begins, until, now)
            if problems:
                raise InputError(problems)
            order = MuteOrder(
                id=secrets.token_hex(16),
                kind=MutedBy.INHIBITION if first else MutedBy.SILENCE,
                matchers=wanted,
                source=first,
                reason=words,
                made_by=grant.person,
                made_at=now,
                starts_at=begins,
                ends_at=until,
            )
            if self.is_about(order, by):
                what = f"{grant.person} cannot silence what is about an account of theirs"
                raise ConflictError(Problem(what=what, fix="let somebody else on the team do it"))
            unit.mute_orders.save(order)
        return order

    def confirm(self, ref: str, *, by: Identity) -> MuteOrder:
        """Agree to an order of somebody else: from now on it covers what is critical and about clients, too.

        Raises:
            NotFoundError: None, or several, are called so.
            ConflictError: It has ended or was agreed to, it is theirs, or about an account of theirs.
            DeniedError: They may not.
        """
        with self._store.begin() as unit:
            grant = self._door.general(unit, by, PersonAct.CONFIRM_SILENCE)
            found, now = self._found(unit, ref, by), self._clock.now()
            if found.state(now) is OrderState.ENDED or found.confirmed_by:
                what = f"the silence {found.id[:8]} has ended, or somebody has agreed to it"
                raise ConflictError(Problem(what=what, fix="`nabat silences list` shows it"))
            own = own_actors(self._settings, found.made_by)
            if own & own_actors(self._settings, grant.person):
                what = f"{grant.person} is no second person for what {found.made_by} has made"
                raise ConflictError(Problem(what=what, fix="somebody else agrees: nabat silences confirm ID"))
            must_sign_in_independently(unit.people, self._settings.team, grant.person, grant.rests_on, (found.made_by,))
            done = replace(found, confirmed_by=grant.person, confirmed_at=now)
            unit.mute_orders.save(done)
        return done

    def end(self, ref: str, *, by: Identity) -> MuteOrder:
        """End an order now: what it means pages again.

        Raises:
            NotFoundError: None, or several, are called so.
            ConflictError: It has ended.
            DeniedError: They may not.
        """
        with self._store.begin() as unit:
            grant = self._door.general(unit, by, PersonAct.END_SILENCE)
            found, now = self._found(unit, ref, by), self._clock.now()
            if found.state(now) is OrderState.ENDED:
                raise ConflictError(Problem(what=f"the silence {found.id[:8]} has ended"))
            done = replace(found, ended_by=grant.person, ended_at=now)
            unit.mute_orders.save(done)
        return done

    def orders(self, by: Identity) -> list[CoveredOrder]:
        """Return the orders with what they muted, those that end last first, without those about the person.

        One that is not in force says so, but for a reason that lies in a case which the person must not see.

        Raises:
            DeniedError: They may not see them.
        """
        now = self._clock.now()
        with self._store.read() as unit:
            self._door.general(unit, by, PersonAct.OVERVIEW)
            found = [each for each in unit.mute_orders.all() if not self.is_about(each, by)]
            going = (each for each in found if each.state(now) is not OrderState.ENDED)
            people = {name for each in going for name in (each.made_by, each.confirmed_by) if name}
            suspected = self._door.suspected_seen(unit, by, people)
            return [self._covered(unit, each, suspected, now) for each in found]

    def not_ended(self, by: Identity) -> list[MuteOrder]:
        """Return the orders that will end, likewise; what they muted is not counted, since many ask for these.

        Raises:
            DeniedError: They may not see them.
        """
        with self._store.read() as unit:
            self._door.general(unit, by, PersonAct.OVERVIEW)
            found = (each for each in unit.mute_orders.not_ended(self._clock.now()) if not self.is_about(each, by))
            return [each for each in found if self._settings.team.has(each.made_by)]

    def is_about(self, order: MuteOrder, who: Identity) -> bool:
        """Tell whether an order names an account of somebody's."""
        own = own_actors_of(self._settings, who)
        named = (read_matcher(each) for each in (*order.matchers, *order.source))
        return any(each.label == "actor" and not each.negate and each.value in own for each in named)

    def _covered(self, unit: UnitOfWork, order: MuteOrder, suspected: Suspected, now: datetime) -> CoveredOrder:
        """Return an order with where it stands and what it muted."""
        stands = order_standing(order, self._settings, suspected, now)
        muted = unit.incidents.findings_of_exception(order.id)
        return CoveredOrder(
            order=order, state=stands.state, why=stands.why, confirmed=stands.confirmed, findings=len(muted)
        )

    def _matcher_problems(self, unit: UnitOfWork, matchers: Sequence[str], what: str) -> Iterator[Problem]:
        right = []
        for text in matchers:
            try:
                right.append(read_matcher(text))
            except ValueError as error:
                yield Problem(what=str(error))
            else:
                yield from self._value_problems(unit, text, right[-1])
            if len(text) > _LONGEST_WORD:
                yield Problem(what=f"{what}: longer than {_LONGEST_WORD} characters", fix="name less")
        if len(matchers) > _MOST:
            yield Problem(what=f"{what}: more than {_MOST} labels", fix="make an order for each")
        if not any(each.narrow for each in right):
            labels = ", ".join(NARROW)
            yield Problem(what=f"{what}: it would be about nearly everything", fix=f"name at least one of {labels}")

    def _value_problems(self, unit: UnitOfWork, text: str, matcher: LabelMatcher) -> Iterator[Problem]:
        """Yield what makes a demand fit nothing: the order would be in force, and everything would page."""
        value = matcher.value
        if "*" in value:
            return
        known = {"severity": tuple(Severity), "actor_type": ACTOR_TYPES}.get(matcher.label)
        if known is not None and value not in known:
            yield Problem(what=f"{text!r} fits nothing: {matcher.label} is one of {', '.join(known)}")
        if matcher.label in SELECTED:
            names = known_values(matcher.label, self._settings, self._playbooks, unit)
            if names and value not in names:
                yield _called_so_by_nothing(text, matcher, names)
        if matcher.label == "actor":
            kind, colon, name = value.partition(":")
            if kind + colon == ADDRESS:
                yield from self._address_problems(text, name)
                return
            form = self._settings.actors.form(name if colon else value)
            kinds = (ACCOUNT, SESSION, HOST, UNNAMED)
            if value == ACTOR or (kind + colon in kinds and (kind + colon != ACCOUNT or name == form)):
                return
            yield Problem(
                what=f"{text!r} fits nothing: an account is written {ACCOUNT}{form}",
                fix=f"other actors begin with {', '.join((SESSION, ADDRESS, HOST, UNNAMED))}",
            )

    def _address_problems(self, text: str, written: str) -> Iterator[Problem]:
        """Yield what makes an address no actor: another spelling, or less or more than what counts as one."""
        place = self._settings.actors.address_form(written)
        if place and place != written:
            yield Problem(what=f"{text!r} fits nothing: this address counts as {ADDRESS}{place}")
        elif not place and not _MACHINE.fullmatch(written):
            fix = f"name one address, or the beginning of several: {ADDRESS}192.0.2.*"
            yield Problem(what=f"{text!r} fits nothing: {written!r} is no address", fix=fix)

    def _found(self, unit: UnitOfWork, ref: str, by: Identity) -> MuteOrder:
        found = unit.mute_orders.find(ref) if ref.strip() else []
        found = [each for each in found if not self.is_about(each, by)]
        if len(found) != 1:
            what = f"{'several silences begin' if found else 'no silence begins'} with {clean(ref)[:_LONGEST_WORD]!r}"
            raise NotFoundError(Problem(what=what, fix="`nabat silences list` shows them"))
        return found[0]


def _called_so_by_nothing(text: str, matcher: LabelMatcher, names: Collection[str]) -> Problem:
    near = nearest_names(matcher.value, names)
    what = f"{text!r} fits nothing: no {matcher.label} is called so" + (f"; near: {', '.join(near)}" if near else "")
    listed = {"rule": "`nabat rules list` shows the ids", "playbook": f"one of: {', '.join(sorted(names))}"}
    return Problem(
        what=what, fix=listed.get(matcher.label, "name one of sources or records.routes; a * ends a pattern")
    )


def _reason_problems(words: str) -> Iterable[Problem]:
    if not words:
        yield Problem(what="the reason is missing", fix="give it in words")
    if len(words) > _LONGEST_REASON:
        yield Problem(what=f"the reason is longer than {_LONGEST_REASON} characters", fix="say it in fewer words")


def _times(begins: datetime, until: datetime, now: datetime) -> Iterable[Problem]:
    if until <= max(begins, now):
        yield Problem(what="the end is not later than the beginning, or is over", fix="give a moment to come")
    elif until - max(begins, now) > LONGEST_ORDER:
        days = LONGEST_ORDER // timedelta(days=1)
        yield Problem(what=f"a silence lasts {days} days at most", fix="end it earlier, and make another one then")
