"""Mailings, orders, where each letter stands, what is held back, codes, questions of clients; in one transaction.

Comes in and goes out: values of the vocabulary. Who the recipients are is ``store.mailing_files``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from detector.schema.letters.mailings import (
    INFORMED,
    OVER,
    SETTLED,
    STRANDED,
    TO_SEND,
    UNREACHED,
    WITHDRAWN,
    ClientCall,
    Letter,
    LetterHold,
    LetterState,
    Mailing,
    MailingKind,
    ToldAs,
)
from detector.schema.letters.sending_orders import SendingOrder, SendingState
from detector.store.db import tables
from detector.store.db.session import Session

_LETTERS = tables.letters.c
_MAILINGS = tables.mailings.c
_MERGES = tables.case_merges.c
_NOT_BEGUN = (LetterState.PLANNED, *UNREACHED, LetterState.POST, LetterState.HELD)
_BEST = (INFORMED, (LetterState.UNKNOWN,), SETTLED)
"""Of a client who has letters in two cases that became one, where none goes out yet: the best counts."""
_CHUNK = 500


class LetterRepo:
    """The letters, inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def mailings(self, incident_id: str) -> list[Mailing]:
        """Return the mailings of a case, the oldest first."""
        return self._session.numbered(Mailing, tables.mailings, incident_id)

    def all_mailings(self) -> list[Mailing]:
        """Return the mailings of all cases, case by case."""
        return self._session.numbered(Mailing, tables.mailings)

    def add(self, mailing: Mailing, letters: Sequence[Letter]) -> None:
        """Write down a mailing with its letters."""
        self._session.upsert_values(tables.mailings, [mailing], update=False)
        self._session.upsert_values(tables.letters, letters, update=False)

    def save(self, letters: Sequence[Letter]) -> None:
        """Write down where letters stand now."""
        self._session.upsert_values(tables.letters, letters)

    def advance(self, letters: Sequence[Letter]) -> frozenset[int]:
        """Write down how far a sender came with letters of one mailing; return the numbers of those it may go on with.

        Of a letter that somebody has held back or settled meanwhile nothing is changed.
        """
        going = set[int]()
        for start in range(0, len(letters), _CHUNK):
            some = letters[start : start + _CHUNK]
            wanted = select(_LETTERS.number).where(
                _LETTERS.incident_id == some[0].incident_id,
                _LETTERS.mailing == some[0].mailing,
                _LETTERS.number.in_([each.number for each in some]),
                _LETTERS.state.in_(TO_SEND),
            )
            going |= {int(each[0]) for each in self._session.rows(wanted)}
        self.save([each for each in letters if each.number in going])
        return frozenset(going)

    def first_counts(self, incident_id: str, merged: Collection[str] = ()) -> tuple[dict[LetterState, int], int]:
        """Count how clients of a case stand with the first letter, by the database.

        Args:
            incident_id: The case.
            merged: Cases that go on in it: of these what had begun; the rest was planned anew.

        Returns:
            How many stand where; and how many were told, each for themselves, and stand by a letter that is open still.
        """
        standing = self._standing(incident_id, merged).c
        wanted = select(standing.state, func.count(), func.sum(standing.told)).group_by(standing.state)
        rows = [(state, int(count), int(told)) for state, count, told in self._session.rows(wanted)]
        return {state: count for state, count, _ in rows}, sum(told for state, _, told in rows if state not in OVER)

    def first_clients(self, incident_id: str, merged: Collection[str] = ()) -> set[str]:
        """Return by keyed hashes whom first letters of a case are about; an empty one: of an older version's plan."""
        wanted = select(_LETTERS.client).where(*self._first(incident_id, merged)).distinct()
        return {str(each[0]) for each in self._session.rows(wanted)}

    def first_stranded(
        self, incident_id: str, merged: Collection[str] = (), *, limit: int
    ) -> list[tuple[LetterState, str, int]]:
        """Return some letters of each state that no sender brings any further: state, document, number, in order."""
        standing = self._standing(incident_id, merged).c
        order = standing.incident_id, standing.mailing, standing.number
        turn = func.row_number().over(partition_by=standing.state, order_by=order).label("turn")
        stranded = select(*order, standing.state, turn).where(standing.state.in_(STRANDED)).subquery().c
        wanted = (
            select(stranded.state, _MAILINGS.document_id, stranded.number)
            .where(_MAILINGS.incident_id == stranded.incident_id, _MAILINGS.number == stranded.mailing)
            .where(stranded.turn <= limit)
            .order_by(stranded.incident_id, stranded.mailing, stranded.number)
        )
        return [(state, str(document), int(number)) for state, document, number in self._session.rows(wanted)]

    def first_in_state(self, incident_id: str, merged: Collection[str], *states: LetterState) -> list[Letter]:
        """Return the first letters by which clients of a case stand in some states, a client each."""
        standing = self._standing(incident_id, merged).c
        where = (
            _LETTERS.incident_id == standing.incident_id,
            _LETTERS.mailing == standing.mailing,
            _LETTERS.number == standing.number,
        )
        wanted = select(tables.letters).where(*where, standing.state.in_(states))
        order = _LETTERS.incident_id, _LETTERS.mailing, _LETTERS.number
        return self._session.values(Letter, wanted.order_by(*order))

    def first_informed(self, incident_id: str, merged: Collection[str] = ()) -> list[Letter]:
        """Return the first letters that told clients each for themselves, those of the newest mailing first.

        They stand, whatever was planned to the same clients since, and none was withdrawn.
        """
        wanted = select(tables.letters).where(*self._first(incident_id, merged), _LETTERS.state.in_(INFORMED))
        order = (_MAILINGS.at.desc(), _LETTERS.incident_id, _LETTERS.mailing, _LETTERS.number)
        return self._session.values(Letter, wanted.order_by(*order))

    def settle_first(
        self, incident_id: str, merged: Collection[str], states: Collection[LetterState], told: ToldAs
    ) -> int:
        """Say of all clients whose first letter is in some states what became of them; return how many there were."""
        standing = self._standing(incident_id, merged).c
        mine = select(standing.incident_id, standing.mailing, standing.number).where(standing.state.in_(states))
        return self._session.run(
            update(tables.letters)
            .where(tuple_(_LETTERS.incident_id, _LETTERS.mailing, _LETTERS.number).in_(mine))
            .values(**told._asdict())
        )

    def _standing(self, incident_id: str, merged: Collection[str]) -> Subquery:
        """Return the letter by which each client of a case stands: of a case its newest, of several the best.

        What was planned after another case went in, or after another letter to the same client, was planned for whom
        those had not told of all: it counts first.
        """
        # Of a case that ended no sender says what became of the letter in its hands.
        left = and_(_LETTERS.incident_id != incident_id, _LETTERS.state == LetterState.SENDING)
        state = case((left, literal(LetterState.UNKNOWN, _LETTERS.state.type)), else_=_LETTERS.state).label("state")
        numbers = (_LETTERS.incident_id, _LETTERS.mailing, _LETTERS.number, state)
        where = self._first(incident_id, merged)
        several = select(_MAILINGS.number).where(
            _MAILINGS.incident_id == incident_id, _MAILINGS.kind == MailingKind.FIRST
        )
        if not merged and len(self._session.rows(several)) == 1:
            told = literal(0).label("told")
            return select(*numbers, told).where(*where).subquery()  # a client has one letter in it
        row = func.concat(_LETTERS.mailing, " ", _LETTERS.number)
        whose = case((_LETTERS.client == "", row), else_=_LETTERS.client).label("whose")
        newest = func.row_number().over(
            partition_by=(whose, _LETTERS.incident_id), order_by=(_LETTERS.mailing.desc(), _LETTERS.number.desc())
        )
        came = exists().where(
            _MERGES.into_id == _MAILINGS.incident_id, _MERGES.ended_at.is_(None), _MERGES.at <= _MAILINGS.at
        )
        knows = case((came, 1), else_=0).label("knows")
        several_letters = func.count().over(partition_by=(whose, _LETTERS.incident_id)).label("several")
        made = (knows, several_letters, _MAILINGS.at.label("planned_at"))
        got = case((_LETTERS.state.in_(INFORMED), 1), else_=0)
        told = func.max(got).over(partition_by=whose).label("told")
        of_case = select(*numbers, whose, told, *made, newest.label("newest")).where(*where).subquery().c
        goes = and_(of_case.incident_id == incident_id, of_case.state.in_(TO_SEND))
        rank = case((goes, 0), *((of_case.state.in_(some), at) for at, some in enumerate(_BEST, 1)), else_=9)
        more = case((or_(of_case.knows == 1, of_case.several > 1), of_case.planned_at))
        order = (rank > 0, more.is_(None), more.desc(), rank, of_case.incident_id != incident_id, of_case.incident_id)
        best = func.row_number().over(partition_by=of_case.whose, order_by=order)
        known = (of_case.incident_id, of_case.mailing, of_case.number, of_case.state, of_case.told)
        ranked = select(*known, best.label("best"))
        of_all = ranked.where(of_case.newest == 1).subquery().c
        chosen = select(of_all.incident_id, of_all.mailing, of_all.number, of_all.state, of_all.told)
        return chosen.where(of_all.best == 1).subquery()

    def _first(self, incident_id: str, merged: Collection[str]) -> tuple[ColumnElement[bool], ...]:
        """Return what first letters of a case fulfil that stand and were not withdrawn, joined to their mailings."""
        joined = and_(
            _MAILINGS.incident_id == _LETTERS.incident_id,
            _MAILINGS.number == _LETTERS.mailing,
            _MAILINGS.kind == MailingKind.FIRST,
        )
        stands = (joined, _LETTERS.state != LetterState.REPLACED, _begun_in(incident_id, merged))
        return *stands, *map(_not_withdrawn, self.withdrawals(incident_id, merged))

    def withdrawals(self, incident_id: str, merged: Collection[str] = ()) -> list[Mailing]:
        """Return the letters of withdrawal to clients of a case, the oldest first.

        They were filed in it, in cases that go on in it, or in one that these were part of then.
        """
        mine = (incident_id, *merged)
        stood = and_(
            _MERGES.into_id == _MAILINGS.incident_id,
            _MERGES.incident_id.in_(mine),
            _MERGES.at <= _MAILINGS.at,
            or_(_MERGES.ended_at.is_(None), _MERGES.ended_at > _MAILINGS.at),
        )
        wanted = select(tables.mailings).where(
            _MAILINGS.kind == MailingKind.WITHDRAWAL, or_(_MAILINGS.incident_id.in_(mine), exists().where(stood))
        )
        return self._session.values(Mailing, wanted.order_by(_MAILINGS.at, _MAILINGS.number))

    def clients_in_state(self, mailing: Mailing, *states: LetterState) -> frozenset[str]:
        """Return by keyed hashes whose letters of a mailing are in some states."""
        mine = (_LETTERS.incident_id == mailing.incident_id, _LETTERS.mailing == mailing.number)
        rows = self._session.rows(select(_LETTERS.client).where(*mine, _LETTERS.state.in_(states)))
        return frozenset(str(each[0]) for each in rows)

    def holds(self, incident_id: str) -> list[LetterHold]:
        """Return whose letters were held back in a case, the oldest first."""
        return self._session.numbered(LetterHold, tables.letter_holds, incident_id)

    def save_hold(self, hold: LetterHold) -> None:
        """Write down that letters to a client are held back, or may go again."""
        self._session.upsert_values(tables.letter_holds, [hold])

    def troubles(self, mailing: Mailing) -> list[tuple[str, int]]:
        """Return what kept letters that are planned still from being sent: codes, how many of each, the most first."""
        mine = (_LETTERS.incident_id == mailing.incident_id, _LETTERS.mailing == mailing.number)
        held = _count(_LETTERS.error).where(*mine, _LETTERS.state == LetterState.PLANNED, _LETTERS.error != "")
        return sorted(((str(code), int(count)) for code, count in self._session.rows(held)), key=lambda each: -each[1])

    def changed_since(self, mailing: Mailing, at: datetime) -> bool:
        """Tell whether anything became of a letter of a mailing since a moment."""
        mine = (_LETTERS.incident_id == mailing.incident_id, _LETTERS.mailing == mailing.number)
        return self._session.one(select(_LETTERS.number).where(*mine, _LETTERS.changed_at >= at).limit(1)) is not None

    def in_state(
        self, mailing: Mailing, *states: LetterState, after: int = 0, limit: int | None = None
    ) -> list[Letter]:
        """Return the letters of a mailing in some states, in the order of their numbers.

        Args:
            mailing: Of which.
            states: Those asked for.
            after: Only with a higher number.
            limit: So many at most.
        """
        wanted = select(tables.letters).where(
            _LETTERS.incident_id == mailing.incident_id,
            _LETTERS.mailing == mailing.number,
            _LETTERS.number > after,
            _LETTERS.state.in_(states),
        )
        return self._session.values(Letter, wanted.order_by(_LETTERS.number).limit(limit))

    def by_state(self, mailing: Mailing) -> dict[LetterState, int]:
        """Return how many letters of a mailing stand where."""
        return dict(self._counted(mailing, _LETTERS.state))

    def by_channel(self, mailing: Mailing) -> dict[str, int]:
        """Return how many letters of a mailing go which way now."""
        return {channel: count for channel, count in self._counted(mailing, _LETTERS.channel) if channel}

    def _counted(self, mailing: Mailing, column: Column[Any]) -> Iterable[tuple[Any, int]]:
        mine = (_LETTERS.incident_id == mailing.incident_id, _LETTERS.mailing == mailing.number)
        return [(value, int(count)) for value, count in self._session.rows(_count(column).where(*mine))]

    def by_later_way(self, mailing: Mailing) -> list[Letter]:
        """Return the letters of a mailing that do not go their first way any more."""
        mine = (_LETTERS.incident_id == mailing.incident_id, _LETTERS.mailing == mailing.number)
        return self._session.values(Letter, select(tables.letters).where(*mine, _LETTERS.way > 0))

    def by_message_ids(self, ids: Collection[str]) -> list[Letter]:
        """Return the letters that have one of these message ids now."""
        return self._session.by_key(Letter, tables.letters.c.message_id, ids)

    def sent_since(self, at: datetime) -> list[str]:
        """Return the cases of which a letter went out since a moment, or is to by an order: ids, in their order."""
        gone = (LetterState.SENDING, LetterState.SENT, LetterState.UNKNOWN)
        wanted = select(_LETTERS.incident_id).where(_LETTERS.state.in_(gone), _LETTERS.changed_at >= at).distinct()
        found = {str(each[0]) for each in self._session.rows(wanted)}
        return sorted(found | {each.incident_id for each in self.standing_orders()})

    def given_codes(self, offer: str) -> dict[str, str]:
        """Return the hash of the code that each client was given of an offer, by the hash of the client."""
        table = tables.given_codes
        rows = self._session.rows(select(table.c.client, table.c.code).where(table.c.offer == offer))
        return {str(client): str(code) for client, code in rows}

    def give_codes(self, offer: str, given: Mapping[str, str]) -> None:
        """Write down which client has which code, by hashes. Neither may have been given before."""
        rows = [{"offer": offer, "client": client, "code": code} for client, code in given.items()]
        self._session.upsert(tables.given_codes, rows, update=False)

    def orders(self, incident_id: str) -> list[SendingOrder]:
        """Return the orders to send that were given in a case, the oldest first."""
        return self._session.numbered(SendingOrder, tables.sending_orders, incident_id)

    def standing_orders(self) -> list[SendingOrder]:
        """Return the orders of all cases by which the service sends, the oldest first."""
        table = tables.sending_orders
        wanted = select(table).where(table.c.state == SendingState.STANDING)
        return self._session.values(SendingOrder, wanted.order_by(table.c.at, table.c.incident_id, table.c.number))

    def save_order(self, order: SendingOrder) -> None:
        """Write down an order to send, or what became of it."""
        self._session.upsert_values(tables.sending_orders, [order])

    def calls(self, incident_id: str) -> list[ClientCall]:
        """Return the questions of clients in a case, the oldest first."""
        return self._session.numbered(ClientCall, tables.client_calls, incident_id)

    def save_call(self, call: ClientCall) -> None:
        """Write down a question, or that it was answered."""
        self._session.upsert_values(tables.client_calls, [call])


def _count(column: ColumnElement[Any]) -> Select[Any]:
    return select(column, func.count()).group_by(column)


def _not_withdrawn(withdrawal: Mailing) -> ColumnElement[bool]:
    """Return what letters fulfil that letters of withdrawal did not take back: planned since, or of other clients."""
    letters = tables.letters.alias()
    theirs = select(letters.c.client).where(
        letters.c.incident_id == withdrawal.incident_id,
        letters.c.mailing == withdrawal.number,
        letters.c.state.in_(WITHDRAWN),
    )
    return or_(_MAILINGS.at > withdrawal.at, _LETTERS.client.not_in(theirs))


def _begun_in(incident_id: str, merged: Collection[str]) -> ColumnElement[bool]:
    """Return what letters of a case fulfil, and of those that go on in it what had begun."""
    mine = _LETTERS.incident_id == incident_id
    if not merged:
        return mine
    tried = and_(or_(_LETTERS.attempts > 0, _LETTERS.way > 0), _LETTERS.state != LetterState.PLANNED)
    begun = or_(_LETTERS.state.not_in(_NOT_BEGUN), tried)
    return or_(mine, and_(_LETTERS.incident_id.in_(merged), begun))
