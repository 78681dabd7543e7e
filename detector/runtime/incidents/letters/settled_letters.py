"""What one person says of clients without a letter, how they were told or why not; and whose letters they hold back.

Comes in: a reference, states or a client, words. Goes out: figures, an entry of the timeline that names no client. None
of it waits for a sender: a sender goes on with what is planned alone, and asks the database before each letter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final

from detector.errors import ConflictError, InputError, NotFoundError, Problem
from detector.incident import Dossier, grave_needs_second, rfc3339
from detector.incident.acts.transitions import moment_problems, said
from detector.incident.granted import granted
from detector.incident.letters.mailing_acts import letters_entry
from detector.incident.letters.recipients import client_digest
from detector.incident.timeline import clean
from detector.keys import Keys
from detector.runtime.incidents.letters.held_clients import held_back, let_go
from detector.runtime.incidents.letters.letter_desk import LetterDesk
from detector.runtime.incidents.letters.settling import (
    Settling,
    ask_settling,
    count_stopped,
    must_be_without,
    settle_letters,
)
from detector.runtime.incidents.letters.standing.joined_cases import joined_cases
from detector.runtime.incidents.letters.standing.mailing_progress import asked_letters, client_letters, count_wider
from detector.runtime.incidents.letters.standing.parted_cases import PartedCase
from detector.runtime.incidents.letters.standing.unplanned_clients import (
    UnplannedClients,
    later_clients,
    may_be_wider,
    wider_clients,
)
from detector.runtime.incidents.pending_approvals import save_pending
from detector.schema.events.id_forms import one_form
from detector.schema.letters.mailings import (
    SETTLED,
    STANDING,
    WITHOUT,
    ClientLetters,
    Letter,
    LetterHold,
    LetterState,
    Mailing,
    MailingKind,
    Recipient,
)
from detector.schema.team.grants import Grant, PersonAct
from detector.schema.team.people import AccessKind
from detector.store import UnitOfWork

_STOPPED: Final = (LetterState.PLANNED, LetterState.POST)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientWithout:
    """A client without a letter; ``document``: in which plan the letter stands."""

    recipient: Recipient
    letter: Letter
    document: str


class SettledLetters(LetterDesk):
    """All acts of one person on clients who have no letter."""

    def standing_of(self, ref: str) -> ClientLetters:
        """Return how the clients of a case stand with the first letter: figures, no client."""
        with self._store.read() as unit:
            found, _ = self._granted(unit, ref, PersonAct.LOOK)
            wider = count_wider(unit, found.incident, self._settings, self._touches)
            return asked_letters(unit, found.incident, self._settings, wider)

    def unplanned(self, ref: str) -> UnplannedClients:
        """Return of which clients another plan would have to speak; that any were seen is recorded.

        Raises:
            DeniedError: They may not see clients.
            StoreError: A list of clients or a mailing is missing or altered.
        """
        with self._store.read() as unit:
            found, grant = self._granted(unit, ref, PersonAct.CLIENTS)
            if found.incident.ended_as_none or not client_letters(unit, found.incident, self._settings).planned:
                return UnplannedClients()
            joined, wider = joined_cases(unit, found.incident.id, found.incident), tuple[str, ...]()
            if may_be_wider(unit, joined):
                wider = wider_clients(unit, joined, self._settings, self._touches(unit, found.incident))
            asked = UnplannedClients(later_clients(unit, joined, self._settings), wider)
        if count := len(asked.later) + len(asked.wider):
            with self._store.begin() as unit:
                self._record(unit, grant, AccessKind.CLIENTS_SEEN, count)
        return asked

    def without(self, ref: str) -> list[ClientWithout]:
        """Return the clients who have no letter; that they were seen is recorded.

        Raises:
            DeniedError: They may not see clients.
        """
        with self._store.begin() as unit:
            found, grant = self._granted(unit, ref, PersonAct.CLIENTS)
            joined = joined_cases(unit, found.incident.id, found.incident)
            plans = {(each.incident_id, each.number): each for each in joined.mailings(unit)}
            listed = list[ClientWithout]()
            standing = unit.letters.first_in_state(found.incident.id, joined.merged, *WITHOUT)
            if joined.parted or joined.left:
                standing = [*filter(PartedCase(unit, joined, self._settings).counts, standing)]
            for key, letters in groupby(standing, lambda each: (each.incident_id, each.mailing)):
                mailing = plans[key]
                recipients = self._files.read(mailing.path, mailing.sha256)[1]
                listed += (
                    ClientWithout(recipient=recipients[each.number], letter=each, document=mailing.document_id)
                    for each in letters
                )
            self._record(unit, grant, AccessKind.CLIENTS_SEEN, len(listed))
        return listed

    def settle_clients(
        self,
        ref: str,
        how: LetterState,
        *,
        words: str,
        states: Sequence[LetterState] = (),
        client: str = "",
        at: datetime | None = None,
        kind: MailingKind = MailingKind.FIRST,
    ) -> tuple[int, bool]:
        """Say how clients without a letter were told, or why not.

        In a grave case it takes another person's word where a letter can go still: that is asked for.

        Args:
            ref: Of which incident.
            how: One of ``SETTLED``.
            words: By which number, where, whom by; or why not.
            states: All clients whose first letter stands so.
            client: Or this one, in whatever state.
            at: When they were told; None: now.
            kind: Of which letter it is said: the first, or that of withdrawal.

        Returns:
            Of how many clients it is said, and whether another person has to agree first.

        Raises:
            ConflictError: Nobody stands so, the client has a letter, or somebody else asks for the like.
            InputError: The words are missing, states and client are both named or neither, the moment cannot be.
            NotFoundError: No letter of the case is that client's.
        """
        now = self._clock.now()
        with self._store.begin() as unit:
            found = self._sendable(unit, ref, kind)
            grant = self._grant_for(unit, ref, client)
            when = at or now
            if how not in SETTLED or not set(states) <= set(WITHOUT):
                raise InputError(Problem(what=f"{how} is no way a client is told", fix=f"one of: {', '.join(SETTLED)}"))
            words = _words_kept(found, how, words, when, now, states=states, client=client)
            settling = Settling(how=how, words=words, at=when, kind=kind, states=tuple(states))
            if client:
                mailing, letter = self._letter_of(unit, found, client, kind)
                settling = replace(settling, plan=mailing.document_id, number=letter.number)
            stopped = count_stopped(unit, found, settling)
            others = self._door.words_beside(unit, found.incident, grant.people) if stopped else ()
            waits = stopped > 0 and grave_needs_second(found, grant, others)
            if waits:
                changes, total = save_pending(unit, ask_settling(found, grant, settling, stopped, now=now)), stopped
            else:
                changes, total = settle_letters(unit, found, grant, settling, now)
            unit.incidents.save(changes)
        self._on_change()
        return total, waits

    def _letter_of(self, unit: UnitOfWork, found: Dossier, client: str, kind: MailingKind) -> tuple[Mailing, Letter]:
        """Return the letter of a client of which something can be said."""
        mine = [each for each in self._of_client(unit, found, client) if each[0].kind is kind]
        if not mine:
            raise self._nobodys(found)
        mailing, letter = mine[-1]
        must_be_without(letter, mailing.document_id)
        return mailing, letter

    # -- held back -----------------------------------------------------------------------------------------------

    def hold_client(self, ref: str, client: str, *, reason: str) -> tuple[LetterHold, int, int]:
        """Stop all letters of a case to one client, those of later plans too, before or while they are sent.

        Returns:
            The hold, how many letters are held back by it now, and how many had gone or were going.

        Raises:
            ConflictError: They are held back already.
            InputError: The reason or the client is missing.
        """
        reason, client = said(reason, "the reason"), said(client, "the client's id")
        with self._store.begin() as unit:
            found = self._sendable(unit, ref, None)
            grant, now = self._grant_for(unit, ref, client), self._clock.now()
            if (before := self._hold_of(unit, found, client)) is not None:
                what = f"letters to this client are held back since {rfc3339(before.at)} by {before.by}"
                raise ConflictError(Problem(what=what, fix="nothing is to be done"))
            hold = LetterHold(
                incident_id=found.incident.id,
                number=len(unit.letters.holds(found.incident.id)) + 1,
                client=client_digest(client, Keys(self._settings.state).client),
                at=now,
                by=granted(found, grant, PersonAct.SEND),
                reason=reason,
            )
            unit.letters.save_hold(hold)
            theirs = [letter for _, letter in self._of_client(unit, found, client)]
            stopped = [replace(held_back(each, hold), changed_at=now) for each in theirs if each.state in _STOPPED]
            unit.letters.save(stopped)
            gone = sum(each.state in (LetterState.SENT, LetterState.SENDING, LetterState.UNKNOWN) for each in theirs)
            unit.incidents.save(
                letters_entry(found, grant, "held", now, number=hold.number, count=len(stopped), reason=reason)
            )
        self._on_change()
        return hold, len(stopped), gone

    def release_client(self, ref: str, client: str, *, reason: str) -> int:
        """Let letters to a client go again; return how many were held back.

        Raises:
            InputError: The reason is missing.
            NotFoundError: They are not held back.
        """
        reason, client = said(reason, "the reason"), said(client, "the client's id")
        with self._store.begin() as unit:
            found = self._sendable(unit, ref, None)
            grant, now = self._grant_for(unit, ref, client), self._clock.now()
            hold = self._hold_of(unit, found, client)
            if hold is None:
                raise NotFoundError(
                    Problem(what="letters to this client are not held back", fix="nothing is to be done")
                )
            by = granted(found, grant, PersonAct.SEND)
            unit.letters.save_hold(replace(hold, released_at=now, released_by=by, released_why=reason))
            theirs = [letter for _, letter in self._of_client(unit, found, client)]
            again = [replace(let_go(each), changed_at=now) for each in theirs if each.state is LetterState.HELD]
            unit.letters.save(again)
            unit.incidents.save(
                letters_entry(found, grant, "released", now, number=hold.number, count=len(again), reason=reason)
            )
        self._on_change()
        return len(again)

    # -- inside --------------------------------------------------------------------------------------------------

    def _grant_for(self, unit: UnitOfWork, ref: str, client: str) -> Grant:
        """Return the grant of an act on letters; whoever names a client must be one who may see clients."""
        if client:
            self._record(unit, self._granted(unit, ref, PersonAct.CLIENTS)[1], AccessKind.CLIENTS_SEEN, 1)
        return self._granted(unit, ref, PersonAct.SEND)[1]

    def _hold_of(self, unit: UnitOfWork, found: Dossier, client: str) -> LetterHold | None:
        return self._held(unit, found.incident.id).of(client)

    def _of_client(self, unit: UnitOfWork, found: Dossier, client: str) -> list[tuple[Mailing, Letter]]:
        """Return the letters of one client that stand, whichever way the id is spelled."""
        form, letters = one_form(client), list[tuple[Mailing, Letter]]()
        for mailing in joined_cases(unit, found.incident.id, found.incident).mailings(unit):
            recipients = self._files.read(mailing.path, mailing.sha256)[1].values()
            mine = [each.number for each in recipients if each.client == client or one_form(each.client) == form]
            for number in mine:
                some = unit.letters.in_state(mailing, *STANDING, after=number - 1, limit=1)
                letters += [(mailing, each) for each in some if each.number == number]
        return letters

    @staticmethod
    def _nobodys(found: Dossier) -> NotFoundError:
        fix = f"see who has none: nabat letters without {found.incident.number} --out FILE.csv"
        return NotFoundError(Problem(what=f"no letter of {found.name} is this client's", fix=fix))


def _words_kept(
    found: Dossier,
    how: LetterState,
    words: str,
    at: datetime,
    now: datetime,
    *,
    states: Sequence[LetterState],
    client: str,
) -> str:
    """Return the words that say how clients were told, if they can be kept."""
    if bool(states) == bool(client):
        fix = f"name states ({', '.join(WITHOUT)}), or one client"
        raise InputError(Problem(what="it is not said which clients without a letter it is about", fix=fix))
    if not clean(words):
        fix = "say why" if how is LetterState.GIVEN_UP else "say by which number, where or by whom"
        raise InputError(Problem(what="the words are missing", fix=fix))
    if problems := moment_problems(found, at, now, "the moment they were told"):
        raise InputError(problems)
    return said(words, "what is said of them")
