"""What people do about planned work: ask for an exception, review it, end it, look at what it covered.

Comes in: a person's words. Goes out: the exception as it is then. Each act is one transaction. Two different people are
needed, and neither may be who holds the account, nor a suspect of an open incident that the actor belongs to.
"""

import secrets
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from detector.auth import Suspected, must_sign_in_independently
from detector.clock import Clock
from detector.errors import ConflictError, InputError, NotFoundError, Problem
from detector.incident import clean, suspected
from detector.runtime.expected.own_actors import own_actors
from detector.runtime.expected.why_not_in_force import why_not_in_force
from detector.schema.detection.work_exceptions import LONGEST, CoveredWork, ExceptionState, ExpectedKinds, WorkException
from detector.schema.events.columns import ACCOUNT, ADDRESS, HOST
from detector.settings import Settings
from detector.store import Store, UnitOfWork
from detector.telemetry import Logger

log = Logger("expected")

_NO_ACCOUNTS = ("session", "unnamed", "host", "service")


def actor_of(settings: Settings, text: str) -> str:
    """Return the id of the actor a person means: an account's name, ``user:…``, ``ip:…`` or ``host:…``.

    An IPv6 address means the network by which it counts.

    Raises:
        InputError: It names nobody, more than one (a network), or a session, which nobody knows beforehand.
    """
    written = text.strip()
    kind, colon, name = written.partition(":")
    problem = Problem(
        what=f"{written!r} is no actor", fix="give an account (`user:anna`), `ip:192.0.2.7` or `host:NAME`"
    )
    if "*" in written:
        raise InputError(Problem(what=f"{written!r} means many", fix="name one actor; ask for an exception for each"))
    if colon and kind + ":" == ADDRESS:
        place = settings.actors.address_form(name)
        if not place:
            raise InputError(problem)
        return f"{ADDRESS}{place}"
    if colon and kind + ":" == HOST and name:
        return written
    form = settings.actors.form(written.removeprefix(ACCOUNT))
    if not form or (colon and kind in _NO_ACCOUNTS):
        raise InputError(problem)
    return f"{ACCOUNT}{form}"


def exceptions_of(settings: Settings) -> tuple[WorkException, ...]:
    """Return the reviewed exceptions of the configured database, which is only looked at.

    Raises:
        InputError: Nothing has ever run there.
        StoreError: It cannot be read.
    """
    if settings.never_ran:
        what = "there is no database: Nabat has not run with this configuration yet"
        raise InputError(Problem(file=str(settings.state), what=what, fix="leave --expected out"))
    store = Store.open(settings.database_url, upgrade=False, make=False)
    try:
        with store.read() as unit:
            return tuple(unit.exceptions.reviewed())
    finally:
        store.close()


class PlannedWork:
    """The acts of people about exceptions."""

    def __init__(self, store: Store, settings: Settings, clock: Clock) -> None:
        self._store, self._settings, self._clock = store, settings, clock

    def ask(
        self,
        actor_id: str,
        what: str,
        meant: ExpectedKinds,
        *,
        until: datetime,
        by: str,
        reason: str,
        starts: datetime | None = None,
        at_most: int = 0,
    ) -> WorkException:
        """Ask for an exception; it is in force once another person agrees.

        Raises:
            InputError: Words are missing, times are wrong, or it is too long.
            ConflictError: Somebody may not: all reasons are named.
        """
        # On one line: a list of exceptions must not show a row that somebody wrote into a reason.
        now, by, reason = self._clock.now(), clean(by), " ".join(clean(reason).split())
        begins = starts or now
        problems = [*_missing(by, reason), *_span_problems(begins, until, now)]
        if problems:
            raise InputError(problems)
        asked = WorkException(
            id=secrets.token_hex(16),
            actor_id=actor_id,
            what=clean(what),
            rules=meant.rules,
            facets=meant.facets,
            at_most=at_most,
            reason=reason,
            asked_by=by,
            asked_at=now,
            starts_at=begins,
            ends_at=until,
        )
        with self._store.begin() as unit:
            self._must_be_free(unit, asked, by)
            unit.exceptions.save(asked)
        return asked

    def review(self, ref: str, *, by: str, rests_on: Collection[str] = ()) -> WorkException:
        """Agree to an exception that somebody else asked for; it covers what happens from now on.

        Args:
            ref: Beginning of its id.
            by: Who agrees.
            rests_on: As of their ``Identity``.

        Raises:
            NotFoundError: None, or several, are called so.
            ConflictError: It is over or in force, or this person may not.
        """
        return self._act(ref, lambda unit, found, now: self._reviewed(unit, found, clean(by), rests_on, now))

    def end(self, ref: str, *, by: str) -> WorkException:
        """End an exception, or take back what nobody reviewed; what was covered stays so.

        Raises:
            NotFoundError: None, or several, are called so.
            ConflictError: It has ended.
        """
        return self._act(ref, lambda _, found, now: _ended(found, clean(by), now))

    def work(self, suspected: Callable[[UnitOfWork, Collection[str]], Suspected] | None = None) -> list[CoveredWork]:
        """Return all exceptions with what they covered, those that end last first.

        Args:
            suspected: Returns who of some people open incidents are about, as far as whoever looks may know it; None:
                that is not asked.
        """
        now = self._clock.now()
        with self._store.read() as unit:
            found = unit.exceptions.all()
            names = {
                name
                for each in found
                if each.state(now) is ExceptionState.RUNNING
                for name in (each.asked_by, each.reviewed_by)
            }
            known = suspected(unit, names) if suspected is not None and names else None
            works = [_covered(unit, each, now) for each in found]
        return [self._standing(each, known) for each in works]

    def _standing(self, work: CoveredWork, suspected: Suspected | None) -> CoveredWork:
        """Return one that runs by its times as it stands."""
        if work.state is not ExceptionState.RUNNING:
            return work
        why = why_not_in_force(work.exception, self._settings, suspected)
        return work if why is None else replace(work, state=ExceptionState.NOT_IN_FORCE, why=why)

    def tell_ended(self, now: datetime) -> None:
        """Write those that have ended since the last call to the service's log, each once."""
        with self._store.read() as unit:
            if not unit.exceptions.over(now):
                return
        with self._store.begin() as unit:
            over = [_covered(unit, each, now) for each in unit.exceptions.over(now)]
            unit.exceptions.save(*(replace(each.exception, told=True) for each in over))
        for each in over:
            log.info("exception_ended", id=each.exception.id[:8], state=each.state.value, findings=each.findings)

    def _act(self, ref: str, act: Callable[[UnitOfWork, WorkException, datetime], WorkException]) -> WorkException:
        with self._store.begin() as unit:
            done = act(unit, _found(unit, ref), self._clock.now())
            unit.exceptions.save(done)
        return done

    def _reviewed(
        self, unit: UnitOfWork, found: WorkException, by: str, rests_on: Collection[str], now: datetime
    ) -> WorkException:
        state = found.state(now)
        if state is not ExceptionState.ASKED:
            raise ConflictError(
                Problem(what=f"the exception {found.id[:8]} is {state.value}: there is nothing to review")
            )
        if not by or by == found.asked_by:
            fix = "another person reviews it: nabat expect review ID"
            raise ConflictError(Problem(what=f"{by or 'nobody'} cannot review what {found.asked_by} asks for", fix=fix))
        if own_actors(self._settings, by) & own_actors(self._settings, found.asked_by):
            what = f"{by} is no second person for what {found.asked_by} asks for: they share an account"
            raise ConflictError(Problem(what=what, fix="somebody else reviews it: nabat expect review ID"))
        must_sign_in_independently(unit.people, self._settings.team, by, rests_on, (found.asked_by,))
        self._must_be_free(unit, found, by)
        return replace(found, reviewed_by=by, reviewed_at=now)

    def _must_be_free(self, unit: UnitOfWork, exception: WorkException, by: str) -> None:
        """Refuse who decides about an account of their own, or about a matter in which they are a suspect."""
        actor = exception.actor_id
        own = actor in own_actors(self._settings, by)
        found = unit.incidents.open_incidents(actor)
        if own or any(suspected(incident, by, self._settings.team) for incident in found):
            why = "it is an account of theirs" if own else "an open incident is about an account of theirs and this one"
            what = f"{by} cannot decide what is expected of {actor}: {why}"
            raise ConflictError(Problem(what=what, fix="let somebody else on the team do it"))


def _missing(by: str, reason: str) -> Iterable[Problem]:
    for what, text in (("who asks", by), ("the reason", reason)):
        if not text:
            yield Problem(what=f"{what} is missing", fix="give it in words")


def _span_problems(begins: datetime, until: datetime, now: datetime) -> Iterable[Problem]:
    if until <= max(begins, now):
        yield Problem(what="UNTIL is not later than the beginning, or is over", fix="give a moment to come")
    elif until - max(begins, now) > LONGEST:
        days = LONGEST // timedelta(days=1)
        yield Problem(what=f"an exception lasts {days} days at most", fix="end it earlier, and ask again then")


def _found(unit: UnitOfWork, ref: str) -> WorkException:
    found = unit.exceptions.find(ref) if ref.strip() else []
    if len(found) != 1:
        what = f"{'several exceptions begin' if found else 'no exception begins'} with {ref!r}"
        raise NotFoundError(Problem(what=what, fix="`nabat expect list` shows them"))
    return found[0]


def _ended(found: WorkException, by: str, now: datetime) -> WorkException:
    if found.state(now) in (ExceptionState.ENDED, ExceptionState.LAPSED):
        raise ConflictError(Problem(what=f"the exception {found.id[:8]} has ended"))
    return replace(found, ended_by=by, ended_at=now)


def _covered(unit: UnitOfWork, exception: WorkException, now: datetime) -> CoveredWork:
    findings = unit.incidents.findings(unit.incidents.findings_of_exception(exception.id)).values()
    return CoveredWork(
        exception=exception,
        state=exception.state(now),
        findings=len(findings),
        clients=max((max(each.subject_count, each.record_high) for each in findings), default=0),
        last_at=max((each.last_event_at for each in findings), default=None),
    )
