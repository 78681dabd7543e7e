"""Letters that the service sends by itself: what one person orders and stops, and how an order is carried on.

Comes in: a reference, an order. Goes out: orders, as they stand in the database. Whoever gave one is asked for at the
door again whenever it is carried on: letters are sent in their name while they may send them, and no longer.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from detector.errors import ConflictError, InputError, NotFoundError, Problem
from detector.incident.letters.mailing_acts import letters_entry
from detector.notify import letters_notice
from detector.runtime.incidents.letters.post_list import not_reached_table, post_pages, post_table, without_table
from detector.runtime.incidents.letters.sending.send_letters import JOINED, LettersBusyError, only_sender
from detector.runtime.incidents.letters.settled_letters import SettledLetters
from detector.runtime.incidents.letters.standing.joined_cases import joined_cases, mailings_of
from detector.runtime.incidents.letters.standing.mailing_progress import client_letters, earliest_sending, progress_of
from detector.schema.letters.mailbox_look import MAILBOX_LOOK, MailboxLook
from detector.schema.letters.mailings import TO_SEND, LetterState, MailingKind
from detector.schema.letters.sending_orders import SendingOrder, SendingState
from detector.schema.team.grants import PersonAct
from detector.store import UnitOfWork, csv_bytes
from detector.web.ports import LettersView

_PATIENCE: Final = 86_400.0
"""Seconds for which a mail server that does not answer is tried again without letting others at the letters."""
_REFUSED_FOR_GOOD: Final = "smtp-5"
_SHOWN: Final = 200
"""Of so many letters of which it is not known whether they went the message ids are shown."""


class LetterOrders(SettledLetters):
    """All acts of one person on letters to clients, those that the service does for them included."""

    def order(self, ref: str, kind: MailingKind, *, reason: str = "") -> SendingOrder:
        """Have the service send what is approved and not sent yet, across restarts.

        Args:
            ref: Of which incident.
            kind: Which letter.
            reason: Why they go out though their plan contradicts the case by now.

        Raises:
            ConflictError: As ``send``, they are being sent by an order, or nothing is left to send.
            ConfigError: Something is missing that some letters need.
        """
        ready = [self._ready(ref, each, reason) for each in self._to_send(ref, kind)]
        if not ready:
            raise ConflictError(Problem(what="no letter is left to send", fix="see how far they are"))
        with self._store.begin() as unit:
            found, grant = self._granted(unit, ref, PersonAct.SEND)
            before = unit.letters.orders(found.incident.id)
            if _standing(before, kind) is not None:
                raise ConflictError(Problem(what="the service is sending these letters", fix="stop it, or wait"))
            order = SendingOrder(
                incident_id=found.incident.id,
                number=len(before) + 1,
                kind=kind,
                at=self._clock.now(),
                by=grant.person,
                reason=reason,
            )
            unit.letters.save_order(order)
            for each in ready:
                self._say_begun(unit, ref, each, "ordered")
        self._on_change()
        return order

    def stop(self, ref: str, kind: MailingKind) -> SendingOrder:
        """Have the service send no more of a letter; what is left can be sent later.

        Raises:
            NotFoundError: It does not send any.
        """
        with self._store.begin() as unit:
            found, grant = self._granted(unit, ref, PersonAct.SEND)
            order = _standing(unit.letters.orders(found.incident.id), kind)
            if order is None:
                raise NotFoundError(Problem(what="the service is not sending these letters", fix="nothing is to stop"))
            now = self._clock.now()
            over = replace(order, state=SendingState.STOPPED, ended_at=now, ended_by=grant.person)
            unit.letters.save_order(over)
            mailing = mailings_of(unit, found.incident.id, kind)[-1]
            figures = {"sent": self._in(unit, order, LetterState.SENT), "left": self._left(unit, order)}
            entry = letters_entry(found, grant, "stopped", now, document=mailing.document_id, **figures)
            unit.incidents.save(entry)
        self._on_change()
        return over

    def view(self, ref: str) -> LettersView:
        """Return how letters stand, for somebody who may look at the case: figures, no client."""
        with self._store.read() as unit:
            found, _ = self._granted(unit, ref, PersonAct.LOOK)
            mailings = progress_of(unit, found.incident.id)
            may = self._door.acts(unit, found.incident, self._who)
            unknown = [
                letter
                for each in mailings
                for letter in unit.letters.in_state(each.mailing, LetterState.UNKNOWN, limit=_SHOWN)
            ]
            joined = joined_cases(unit, found.incident.id, found.incident)
            cases = unit.incidents.by_ids({*joined.merged, joined.into} - {""})
            theirs = [(cases[case].number, each) for case in joined.merged for each in progress_of(unit, case)]
            return LettersView(
                mailings=tuple(mailings),
                theirs=tuple(theirs),
                into=cases[joined.into].number if joined.into else "",
                told=client_letters(unit, found.incident, self._settings, joined),
                holds=len({each.client for each in joined.holds(unit)}),
                orders=tuple(unit.letters.orders(found.incident.id)),
                troubles={each.mailing.number: tuple(unit.letters.troubles(each.mailing)) for each in mailings},
                unknown=tuple(unknown[:_SHOWN]) if PersonAct.SEND in may else (),
                box=bool(self._settings.letters.bounces.imap),
                looked=MailboxLook.of(unit.kv.get(MAILBOX_LOOK) or ""),
                earliest={kind: earliest_sending(unit, found.incident.id, kind) for kind in MailingKind},
            )

    def read_plan(self, ref: str, kind: MailingKind) -> str:
        """Return the newest plan as it was filed, with its samples; that it was read is recorded.

        Raises:
            DeniedError: They may not see clients.
            StoreError: It is not what was filed.
        """
        mailing = self._newest(ref, kind)
        return self._documents.body(mailing.document_id, mailing.document_version)[1].decode()

    # -- files for whoever may see clients -----------------------------------------------------------------------

    def post_csv(self, ref: str, kind: MailingKind) -> bytes:
        """Return to whom letters go by post, as a table that a spreadsheet reads as text; as ``post``."""
        return csv_bytes(post_table(self.post(ref, kind)))

    def post_pages(self, ref: str, kind: MailingKind) -> bytes:
        """Return the letters that go by post, as pages to print; as ``post``."""
        return post_pages(self.post(ref, kind)).encode("utf-8", "replace")

    def missing_csv(self, ref: str, kind: MailingKind) -> bytes:
        """Return for which clients there would be no letter, and why; that they were seen is recorded."""
        plan = self.plan(ref, kind, samples=0)
        self.must_see_clients(ref, len(plan.not_reached))
        return csv_bytes(not_reached_table(plan.not_reached))

    def without_csv(self, ref: str) -> bytes:
        """Return who has no letter and why, a row each; as ``without``."""
        return csv_bytes(without_table(self.without(ref), self.unplanned(ref)))

    # -- what the service does -----------------------------------------------------------------------------------

    def carry_on(self, order: SendingOrder, *, pause: Callable[[float], bool]) -> SendingOrder:
        """Send by an order as far as it goes; return it as it stands then.

        Args:
            order: It.
            pause: Waits so many seconds; True: the service ends, or somebody has stopped the order.

        Raises:
            LettersBusyError: Somebody else works on these letters.
            StoreError: The file of the recipients, or the database, cannot be used.
        """
        ref = order.incident_id
        try:
            with only_sender(self._settings.state, ref):
                while (stopped := self._send_left(order, pause)) == JOINED:
                    continue
                return self._after(order, stopped)
        except LettersBusyError:
            raise
        except InputError as error:
            return self._refused(order, "; ".join(each.what for each in error.problems))

    def goes_on(self, order: SendingOrder) -> bool:
        """Tell whether letters may be sent by an order still, while they are: it, its giver and its case can change."""
        with self._store.read() as unit:
            stands = _now(unit, order).stands
        return stands and not self._why_not(order.incident_id, order.kind)

    def _send_left(self, order: SendingOrder, pause: Callable[[float], bool]) -> str:
        """Send what is left of an order's letters, if they may be sent; return why it did not go on to the end."""
        for mailing in self._to_send(order.incident_id, order.kind):
            stopped = self._hand_over(self._ready(order.incident_id, mailing, order.reason), _PATIENCE, pause)
            if stopped:
                return stopped
        return ""

    def _after(self, order: SendingOrder, stopped: str) -> SendingOrder:
        """Write down what became of an order once no more of it can be sent for now."""
        with self._store.begin() as unit:
            found = self._sendable(unit, order.incident_id, order.kind)
            now_stands = _now(unit, order)
            halted = stopped.startswith(_REFUSED_FOR_GOOD)
            if not now_stands.stands or ((stopped or self._left(unit, order)) and not halted):
                return now_stands
            over = replace(
                now_stands,
                state=SendingState.HALTED if halted else SendingState.DONE,
                ended_at=self._clock.now(),
                why=stopped,
            )
            unit.letters.save_order(over)
            for mailing in unit.letters.mailings(found.incident.id):
                if mailing.kind is order.kind and unit.letters.changed_since(mailing, order.at):
                    self._say_ended(unit, order.incident_id, mailing)
            self._tell(unit, over)
        self._on_change()
        return over

    def _refused(self, order: SendingOrder, why: str) -> SendingOrder:
        """Write down that an order cannot be carried on."""
        with self._store.begin() as unit:
            now_stands = _now(unit, order)
            if not now_stands.stands:
                return now_stands
            over = replace(now_stands, state=SendingState.REFUSED, ended_at=self._clock.now(), why=why)
            unit.letters.save_order(over)
            self._tell(unit, over)
        self._on_change()
        return over

    def _tell(self, unit: UnitOfWork, order: SendingOrder) -> None:
        incident = unit.incidents.find(order.incident_id)
        if incident is not None:
            states = (LetterState.UNKNOWN, LetterState.FAILED, LetterState.BOUNCED)
            sent, lost = self._in(unit, order, LetterState.SENT), self._in(unit, order, *states)
            left, now = self._left(unit, order), self._clock.now()
            told = letters_notice(incident, order, self._settings, now, sent=sent, left=left, lost=lost)
            unit.outbox.add(told)

    def _left(self, unit: UnitOfWork, order: SendingOrder) -> int:
        return self._in(unit, order, *TO_SEND)

    @staticmethod
    def _in(unit: UnitOfWork, order: SendingOrder, *states: LetterState) -> int:
        """Return how many letters of an order's kind are in some states, of whatever plan."""
        mine = (each for each in unit.letters.mailings(order.incident_id) if each.kind is order.kind)
        return sum(unit.letters.by_state(each).get(state, 0) for each in mine for state in states)


def _standing(orders: list[SendingOrder], kind: MailingKind) -> SendingOrder | None:
    return next((each for each in orders if each.kind is kind and each.stands), None)


def _now(unit: UnitOfWork, order: SendingOrder) -> SendingOrder:
    """Return an order as it stands in the database: somebody may have stopped it since it was read."""
    return next(each for each in unit.letters.orders(order.incident_id) if each.number == order.number)
