"""Mailings, orders to send, where each letter stands, codes that were given, questions of clients; in one transaction.

Comes in and goes out: values of the vocabulary. Who the recipients are is ``store.mailing_files``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Select, func, select

from detector.schema.letters.mailings import ClientCall, Letter, LetterState, Mailing
from detector.schema.letters.sending_orders import SendingOrder, SendingState
from detector.store.db import tables
from detector.store.db.session import Session

_LETTERS = tables.letters.c


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
        return dict(self._counted(mailing, _LETTERS.channel))

    def _counted(self, mailing: Mailing, column: Column[Any]) -> Iterable[tuple[Any, int]]:
        mine = (_LETTERS.incident_id == mailing.incident_id, _LETTERS.mailing == mailing.number)
        return [(value, int(count)) for value, count in self._session.rows(_count(column).where(*mine))]

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


def _count(column: Column[Any]) -> Select[Any]:
    return select(column, func.count()).group_by(column)
