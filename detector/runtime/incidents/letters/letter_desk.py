"""What one person does with letters that two others have approved: send, settle what is unknown, read what came back.

Comes in: a reference, what is done. Goes out: figures; the list for the post to whoever may see clients.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from detector.errors import InputError
from detector.incident import Dossier
from detector.incident.documents.document_acts import Contradicted, send_document, version_of, why_all_the_same
from detector.incident.granted import granted
from detector.incident.letters.letter_text import LetterRenderer, LetterText
from detector.incident.letters.mailing_acts import letters_entry, letters_told
from detector.keys import Keys
from detector.messages import messages
from detector.notify.letters.bounces import ReadBounces, bounce_of, read_bounces
from detector.runtime.incidents.documents.document_desk import write_document
from detector.runtime.incidents.letters.mailbox import Mailbox
from detector.runtime.incidents.letters.planned_letters import PlannedLetters
from detector.runtime.incidents.letters.sending.asking_pause import AskingPause
from detector.runtime.incidents.letters.sending.send_letters import (
    LetterSender,
    ended_by_signals,
    must_be_sendable,
    only_sender,
)
from detector.runtime.incidents.letters.sending.shared_rate import SharedRate
from detector.runtime.incidents.letters.standing.joined_cases import JoinedCases, joined_cases, mailings_of
from detector.runtime.incidents.letters.standing.mailing_progress import (
    document_of,
    must_be_approved,
    must_be_time,
    must_know_of_merged,
)
from detector.runtime.incidents.scopes.scope_keeper import NABAT
from detector.schema.case.documents import DocumentAct
from detector.schema.case.incidents import Incident
from detector.schema.letters.mailings import (
    LOST,
    PERHAPS_SENT,
    SETTLED,
    TO_SEND,
    UNREACHED,
    Letter,
    LetterState,
    Mailing,
    MailingKind,
    MailingProgress,
    Recipient,
)
from detector.schema.team.grants import Identity, PersonAct
from detector.schema.team.people import AccessKind
from detector.store import UnitOfWork
from detector.web.ports import BounceCounts

_NOT_BEGUN: Final = (*SETTLED, LetterState.PLANNED, LetterState.POST, *UNREACHED, LetterState.HELD)
_BY_POST: Final = (LetterState.POST, *LOST)


class ReadyLetters(NamedTuple):
    """Letters that may be sent, and what they are made of.

    Attributes:
        joined: What the case was made of then.
        contradictions: In how much their plan contradicts the case. why: they go out all the same.
    """

    mailing: Mailing
    recipients: dict[int, Recipient]
    renderer: LetterRenderer
    joined: JoinedCases
    contradictions: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostLetter:
    """A letter that goes by post, or that could not go otherwise; ``document``: in which plan its number stands."""

    recipient: Recipient
    letter: Letter
    text: LetterText
    document: str

    @property
    def address(self) -> str:
        """The address of the post; empty: none is known."""
        return next((way.address for way in self.recipient.ways if way.channel == "post"), "")


class LetterDesk(PlannedLetters):
    """All acts of one person on letters to clients."""

    # -- sending -------------------------------------------------------------------------------------------------

    def send(
        self, ref: str, kind: MailingKind, *, patience: float, progress: Callable[[int], None], reason: str = ""
    ) -> tuple[MailingProgress, str]:
        """Send what is planned still; return how far the newest plan is, and why it stopped early.

        Of an earlier plan goes what came back, or what did not go after all, after a later one was filed.

        Args:
            ref: Of which incident.
            kind: Which letter.
            patience: Seconds for which a server that does not answer is tried again.
            progress: Called with how many letters are done more.
            reason: Why they go out though their plan contradicts the case by now; asked for before the first one goes.

        Raises:
            ConflictError: Two others have not approved it, it contradicts the case and there is no reason, the letters
                would read otherwise than what they approved, they speak of first ones a week ago that are not so old,
                or somebody else is sending. What is left of earlier plans is sent before that of the newest. While
                letters go it is asked each second whether they still may.
            ConfigError: Something is missing that some letters need.
            StoreError: The file of the recipients, or the database, cannot be used.
        """
        newest = self._newest(ref, kind)
        with only_sender(self._settings.state, newest.incident_id):
            left = [each for each in self._to_send(ref, kind) if each != newest]
            for mailing in (*left, newest):
                ready = self._ready(ref, mailing, reason)
                with self._store.begin() as unit:
                    self._say_begun(unit, ref, ready, "begun")
                with ended_by_signals() as pause:
                    asking = AskingPause(pause, lambda: not self._why_not(newest.incident_id, kind))
                    stopped = self._hand_over(ready, patience, asking, progress)
                refused = self._why_not(newest.incident_id, kind, mailing)
                with self._store.begin() as unit:
                    self._say_ended(unit, newest.incident_id, mailing, refused=bool(refused))
                if refused:
                    self._on_change()
                    raise refused[0]
                if stopped:
                    break
        self._on_change()
        return next(each for each in self.status(ref) if each.mailing == newest), stopped

    def _sendable(self, unit: UnitOfWork, ref: str, kind: MailingKind | None = MailingKind.FIRST) -> Dossier:
        """Return a case whose letters may be sent; ``kind``: which, None: whichever the case has.

        Raises:
            DeniedError: They may not send letters, or not any more.
            ConflictError: The case turned out to be none; of letters that withdraw: it is not closed as none.
            NotFoundError: It turned out to be about them.
        """
        found, _ = self._granted(unit, ref, PersonAct.SEND)
        if kind is MailingKind.WITHDRAWAL:
            found.must_be_none("no letter that withdraws is sent")
        elif kind is not None:
            found.must_go_on("no letter is sent for it any more")
        return found

    def _why_not(self, ref: str, kind: MailingKind, mailing: Mailing | None = None) -> tuple[InputError, ...]:
        """Return why letters of a case may not be sent any more; nothing: they may."""
        with self._store.read() as unit:
            try:
                found = self._sendable(unit, ref, kind)
                if mailing is not None:
                    must_know_of_merged(unit, mailing, found.incident.number)
            except InputError as error:
                return (error,)
        return ()

    def _to_send(self, ref: str, kind: MailingKind) -> list[Mailing]:
        """Return the mailings of a kind of which letters are left, the oldest first."""
        filed = self._filed(ref, kind)
        with self._store.read() as unit:
            incident = self._read(unit, ref).incident
            meant = [each for each in filed if each == filed[-1] or not _of_an_earlier_close(each, incident)]
            return [each for each in meant if unit.letters.in_state(each, *TO_SEND, limit=1)]

    def _hand_over(
        self,
        ready: ReadyLetters,
        patience: float,
        pause: Callable[[float], bool],
        progress: Callable[[int], None] = lambda _: None,
    ) -> str:
        return LetterSender(
            store=self._store,
            clock=self._clock,
            settings=self._settings.letters,
            rate=SharedRate(self._settings.state, self._settings.letters.rate),
            mailing=ready.mailing,
            recipients=ready.recipients,
            renderer=ready.renderer,
            key=Keys(self._settings.state).client,
            joined=ready.joined,
            patience=patience,
            pause=pause,
            progress=progress,
        ).send()

    def _ready(self, ref: str, mailing: Mailing, reason: str) -> ReadyLetters:
        """Return what letters are made of, as two people have approved them, if they may be sent."""
        with self._store.read() as unit:
            case = self._sendable(unit, ref, mailing.kind)
            _must_be_of_this_close(case, mailing)
            must_be_approved(unit, mailing, case.incident.number, barred=self._barred(unit, case))
            must_be_time(unit, mailing, self._clock.now())
            must_know_of_merged(unit, mailing, case.incident.number)
            joined = joined_cases(unit, mailing.incident_id)
            fresh = not set(unit.letters.by_state(mailing)).difference(_NOT_BEGUN)
            channels = sorted({each.channel for each in unit.letters.in_state(mailing, LetterState.PLANNED)})
        must_be_sendable(self._settings, channels)
        found = self._documents.remarks(mailing.document_id) if fresh and channels else ()
        contradicted = Contradicted(remarks=tuple(each.text for each in found if each.asks_why), reason=reason)
        filed = self._documents.show(mailing.document_id)
        why = why_all_the_same(filed, version_of(filed, mailing.document_version), contradicted)
        recipients, renderer = self._as_approved(mailing)
        return ReadyLetters(mailing, recipients, renderer, joined, len(contradicted.remarks), why)

    def _barred(self, unit: UnitOfWork, case: Dossier) -> frozenset[str]:
        """Return whom of the team a case is about."""
        names = (each.name for each in self._settings.team.people)
        return frozenset(each for each in names if self._door.bars(unit, case.incident.suspects, Identity(name=each)))

    def _say_begun(self, unit: UnitOfWork, ref: str, ready: ReadyLetters, kind: str) -> None:
        """Say on the timeline that letters are sent, and why, where they contradict the case."""
        dossier, grant = self._granted(unit, ref, PersonAct.SEND)
        mailing, now = ready.mailing, self._clock.now()
        planned = unit.letters.by_state(mailing).get(LetterState.PLANNED, 0)
        document: dict[str, str | int] = {"document": mailing.document_id}
        if ready.contradictions:
            said = document | {"count": ready.contradictions, "reason": ready.why}
            entry = letters_entry(dossier, grant, "contradicted", now, **said)
            unit.incidents.save(entry)
            dossier = dossier.after(entry)
        if planned:
            unit.incidents.save(letters_entry(dossier, grant, kind, now, **document, left=planned))

    def _say_ended(self, unit: UnitOfWork, ref: str, mailing: Mailing, *, refused: bool = False) -> None:
        """Say on the timeline how it stands, and with the document that it was sent.

        Where it was ``refused`` to go on, Nabat says it: whoever sent them may say nothing there any more.
        """
        filed, now = document_of(unit, mailing), self._clock.now()
        by = unit.letters.by_state(mailing)
        sent = by.get(LetterState.SENT, 0)
        figures: dict[str, str | int] = {
            "document": mailing.document_id,
            "sent": sent,
            "post": by.get(LetterState.POST, 0),
            "unknown": by.get(LetterState.UNKNOWN, 0),
            "failed": by.get(LetterState.FAILED, 0) + by.get(LetterState.BOUNCED, 0),
        }
        if refused:
            unit.incidents.save(letters_told(self._read(unit, ref), NABAT, "ended", now, **figures))
            return
        found, grant = self._granted(unit, ref, PersonAct.SEND)
        entry = letters_entry(found, grant, "ended", now, **figures)
        unit.incidents.save(entry)
        over = _of_an_earlier_close(mailing, found.incident)
        if sent and not by.get(LetterState.PLANNED) and not filed.done(DocumentAct.SENT) and not over:
            found = found.after(entry)
            to, version = self._to(sent), mailing.document_version
            write_document(unit, send_document(found, grant, filed, to=to, at=now, version=version, now=now))

    def _to(self, sent: int) -> str:
        return f"{sent} × {messages(self._settings.language).text('document-kind-letter')}"

    def settle(self, ref: str, kind: MailingKind, *, accepted: str, rest: str) -> tuple[int, int]:
        """Say which letters were sent of those of which it is not known; return how many, and how many go again.

        Args:
            ref: Of which incident.
            kind: Which letter.
            accepted: A text in which the message ids stand that the mail server took.
            rest: What becomes of the others: ``sent``, ``again``, or ``leave``.
        """
        with self._store.read() as unit:
            found, _ = self._granted(unit, ref, PersonAct.SEND)
            joined = joined_cases(unit, found.incident.id)
            mailings = joined.mailings(unit, kind)
        if not mailings:
            raise self._none_filed(found, kind)
        done = again = 0
        with ExitStack() as locks:
            for case in joined.mine:
                locks.enter_context(only_sender(self._settings.state, case))
            unit = locks.enter_context(self._store.begin())
            found, grant = self._granted(unit, ref, PersonAct.SEND)
            now = self._clock.now()
            for mailing in mailings:
                begun = unit.letters.in_state(mailing, *PERHAPS_SENT)
                sent = [each for each in begun if each.message_id in accepted or rest == "sent"]
                taken = {each.number for each in sent}
                other = [each for each in begun if each.number not in taken] if rest == "again" else []
                planned = [replace(each, state=LetterState.PLANNED, changed_at=now) for each in other]
                if planned:
                    recipients = self._files.read(mailing.path, mailing.sha256)[1]
                    planned = self._held(unit, found.incident.id).applied(planned, recipients)
                unit.letters.save(
                    [
                        replace(each, state=LetterState.SENT, error="", told_at=each.changed_at, changed_at=now)
                        for each in sent
                    ]
                )
                unit.letters.save(planned)
                if sent or other:
                    figures: dict[str, str | int] = {"sent": len(sent), "again": len(other)}
                    entry = letters_entry(found, grant, "settled", now, document=mailing.document_id, **figures)
                    unit.incidents.save(entry)
                    found = found.after(entry)
                done, again = done + len(sent), again + len(other)
        self._on_change()
        return done, again

    # -- what came back, and the post ----------------------------------------------------------------------------

    def bounces(self, ref: str, box: Path) -> BounceCounts:
        """Take in which letters came back; they go another way where there is one.

        Raises:
            InputError: The mailbox cannot be read.
        """
        with self._store.read() as unit:
            self._granted(unit, ref, PersonAct.SEND)
        return self._take_in(ref, read_bounces(box))

    def take_in_mail(self, ref: str, mail: bytes) -> BounceCounts:
        """Take in one mail, as ``bounces`` a mailbox."""
        bounce = bounce_of(mail)
        found = () if bounce is None else (bounce,)
        return self._take_in(ref, ReadBounces(found, 1, 1 - len(found)))

    def box_bounces(self, ref: str) -> BounceCounts:
        """Take in what came back to the mailbox of ``letters.bounces`` since the last look for this case.

        Raises:
            ConfigError: No mailbox is named, or its password cannot be read.
            MailboxError: The mailbox cannot be read.
            NotFoundError: No letters were filed.
        """
        counts = self._mailbox.take_in_new(lambda unit: self._by(unit, ref))
        self._on_change()
        return counts

    def _take_in(self, ref: str, read: ReadBounces) -> BounceCounts:
        with self._store.read() as unit:
            found, _ = self._granted(unit, ref, PersonAct.SEND)
        with only_sender(self._settings.state, found.incident.id), self._store.begin() as unit:
            counts = self._mailbox.take_in(unit, *self._by(unit, ref), read)
        self._on_change()
        return counts

    def _by(self, unit: UnitOfWork, ref: str) -> tuple[Dossier, str]:
        found, grant = self._granted(unit, ref, PersonAct.SEND)
        return found, granted(found, grant, PersonAct.SEND)

    @property
    def _mailbox(self) -> Mailbox:
        return Mailbox(self._store, self._settings, self._clock)

    def post(self, ref: str, kind: MailingKind) -> list[PostLetter]:
        """Return the letters that go by post, and those that could not go otherwise; that they were seen is recorded.

        Raises:
            ConflictError: Two others have not approved them, or they would read otherwise than what they approved.
        """
        *earlier, newest = self._filed(ref, kind)
        with self._store.read() as unit:
            case = self._sendable(unit, ref, kind)
            _must_be_of_this_close(case, newest)
            merged = unit.incidents.gone_into(case.incident.id)
            theirs = [each for one in merged for each in mailings_of(unit, one, kind)]
            listed_by = [each for each in (*theirs, *earlier) if unit.letters.in_state(each, *_BY_POST, limit=1)]
            mailings = [*listed_by, newest]
            for each in mailings:
                must_be_approved(unit, each, case.incident.number, barred=self._barred(unit, case))
            # What an earlier plan left on the list the newest has left there: it knew of it.
            must_know_of_merged(unit, newest, case.incident.number)
        listed = list[PostLetter]()
        for mailing in mailings:
            recipients, renderer = self._as_approved(mailing)
            with only_sender(self._settings.state, mailing.incident_id), self._store.begin() as unit:
                found, grant = self._granted(unit, ref, PersonAct.CLIENTS)
                held = self._held(unit, found.incident.id)
                letters = unit.letters.in_state(mailing, *_BY_POST)
                letters = [each for each in letters if held.of(recipients[each.number].client) is None]
                if mailing.incident_id != found.incident.id:  # what had not begun there is planned anew here
                    letters = [each for each in letters if each.attempts or each.way]
                now = self._clock.now()
                unit.letters.save([replace(each, attempts=each.attempts + 1, changed_at=now) for each in letters])
                self._record(unit, grant, AccessKind.CLIENTS_SEEN, len(letters))
                entry = letters_entry(found, grant, "post", now, document=mailing.document_id, count=len(letters))
                unit.incidents.save(entry)
            for letter in letters:
                to = recipients[letter.number]
                text = renderer.render(to)
                listed.append(PostLetter(recipient=to, letter=letter, text=text, document=mailing.document_id))
        self._on_change()
        return listed


def _must_be_of_this_close(case: Dossier, mailing: Mailing) -> None:
    """Refuse letters that withdraw by a decision that a later one replaced.

    Raises:
        ConflictError: The case is not closed as no breach, or was closed anew since they were planned.
    """
    if mailing.kind is MailingKind.WITHDRAWAL:
        case.must_be_none("no letter of it is sent", made_at=mailing.at)


def _of_an_earlier_close(mailing: Mailing, incident: Incident) -> bool:
    """Tell whether letters withdraw by a decision that a later one replaced."""
    return mailing.kind is MailingKind.WITHDRAWAL and incident.closed_since(mailing.at)
