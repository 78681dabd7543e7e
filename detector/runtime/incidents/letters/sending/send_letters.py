"""Sending the letters of a mailing, one after another, so that after any end it is known of each how far it came.

Comes in: a mailing with its recipients, the ledger in the database, a mail server. Goes out: letters that are sent, and
rows that say so. A row says ``sending`` before the server can have the letter, and ``sent`` after the server has said
that it took it. Who dies between the two leaves ``unknown``: such a letter is never sent again by itself
(docs/adr/0118). One sender works at a time: a lock of the state folder, which the system gives back when it dies.
"""

import fcntl
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

from detector.clock import Clock
from detector.errors import ConfigError, ConflictError, InputError, Problem
from detector.incident.letters.letter_text import LetterRenderer
from detector.notify.delivery.apprise_target import deliver
from detector.notify.letters.letter_mail import HandOverError, MailParts, MailServer, as_mail
from detector.runtime.incidents.letters.held_clients import HeldClients, waiting_by
from detector.runtime.incidents.letters.sending.shared_rate import SharedRate
from detector.runtime.incidents.letters.standing.joined_cases import JoinedCases
from detector.schema.ids import derive
from detector.schema.letters.mailings import Letter, LetterState, Mailing, NotReachedWhy, Recipient
from detector.settings import LetterSettings, Settings
from detector.settings.lists.contact_rows import MAIL, POST
from detector.settings.sections.letter_settings import ADDRESS
from detector.store import Store

_TIMEOUT: Final = 60.0
_READ: Final = 500
_SOON: Final = 0.01
"""Seconds: what is due sooner than this is written down together with what comes next."""
_MOST_ATTEMPTS: Final = 5
_REFUSED_IN_A_ROW: Final = 20
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 60.0
# Apprise says of these that nothing was handed over; of any other failure it cannot be known.
_NOT_BEGUN: Final = frozenset({"connect", "name", "tls", "url"})
JOINED: Final = "joined"
"""Why a sender ends whose case is made of others than it was: it has to be asked anew whether its letters may go."""


class _NotToBeSentError(Exception):
    """Somebody has held a letter back, or settled it, since it was read."""


class _CaseJoinedError(Exception):
    """The case went on in another one since sending began, another one in it, or that was taken back."""


class LettersBusyError(ConflictError):
    """Somebody works on the letters of a case just now."""


@dataclass(slots=True)
class LetterSender:
    """Sends the letters of one mailing.

    Attributes:
        store: Where the ledger is.
        clock: The time.
        settings: How letters are sent. rate: When the next may go, whatever else is being sent.
        mailing: Which.
        recipients: By number.
        renderer: Writes the letters.
        key: Of the hashes by which it is known whose letters are held back.
        joined: What the case was made of when it was looked whether its letters may be sent.
        patience: Seconds for which a server that does not answer is tried again.
        pause: Waits so many seconds, or until somebody ends it: then it returns True.
        progress: Called with how many letters are done more.
        stopped: Why it did not go on to the end: the code of a failure, ``ended`` or ``JOINED``; empty: it did.
    """

    store: Store
    clock: Clock
    settings: LetterSettings
    rate: SharedRate
    mailing: Mailing
    recipients: dict[int, Recipient]
    renderer: LetterRenderer
    key: bytes
    joined: JoinedCases
    patience: float
    pause: Callable[[float], bool]
    progress: Callable[[int], None]
    stopped: str = ""
    _done: list[Letter] = field(default_factory=list)
    _refused: int = 0
    _server: MailServer | None = None

    def send(self) -> str:
        """Send what is planned; what a server did not take for the moment is tried again some times.

        Returns:
            Why it did not go on to the end.

        Raises:
            StoreError: The database cannot be written; what was not written down as begun was not sent.
        """
        self._settle_interrupted()
        try:
            for _ in range(_MOST_ATTEMPTS):
                left = self._pass_over()
                if not left or self.stopped:
                    break
                if self.pause(min(_FIRST_PAUSE * left, _LONGEST_PAUSE)):
                    self.stopped = "ended"
                    break
            self._write()
        finally:
            if self._server is not None:
                self._server.close()
        return self.stopped

    def _settle_interrupted(self) -> None:
        """Mark what a sender that died was handing over: nobody knows whether the server has it."""
        with self.store.begin() as unit:
            begun = unit.letters.in_state(self.mailing, LetterState.SENDING)
            now = self.clock.now()
            unit.letters.save([replace(each, state=LetterState.UNKNOWN, changed_at=now) for each in begun])

    def _pass_over(self) -> int:
        """Go over the letters that are planned once; return how many are to be tried again."""
        after, again = 0, 0
        while letters := self._planned(after):
            for letter in letters:
                if self._await_turn():
                    self.stopped = "ended"
                else:
                    again += self._send_one(letter)
                if self.stopped:
                    self._write()
                    return again
            after = letters[-1].number
        self._write()
        return again

    def _planned(self, after: int) -> list[Letter]:
        with self.store.read() as unit:
            return unit.letters.in_state(self.mailing, LetterState.PLANNED, after=after, limit=_READ)

    def _await_turn(self) -> bool:
        """Wait until the next letter may go; what was done is written down before."""
        left = self.rate.wait()
        if left > _SOON:
            self._write()
            return self.pause(left)
        return self.pause(0)

    def _send_one(self, letter: Letter) -> bool:
        """Send a letter; return whether it is to be tried again."""
        recipient = self.recipients[letter.number]
        tried = replace(letter, attempts=letter.attempts + 1)
        waited = _FIRST_PAUSE
        left = self.patience
        while True:
            try:
                self._hand_over(tried, recipient)
            except HandOverError as error:
                if error.lost and not error.perhaps and left > 0:
                    self._remember(replace(tried, error=error.code))
                    self._write()
                    if self.pause(min(waited, left)):
                        self.stopped = "ended"
                        return True
                    left, waited = left - waited, min(2 * waited, _LONGEST_PAUSE)
                    continue
                return self._not_sent(tried, recipient, error)
            except _NotToBeSentError:
                self.progress(1)
                return False
            except _CaseJoinedError:
                self.stopped = JOINED
                return True
            self._refused = 0
            self._keep(replace(tried, state=LetterState.SENT, error=""))
            return False

    def _not_sent(self, letter: Letter, recipient: Recipient, error: HandOverError) -> bool:
        failed = replace(letter, error=error.code)
        if error.perhaps:
            self._keep(replace(failed, state=LetterState.UNKNOWN))
            return False
        if error.lost:
            self.stopped = error.code
        if not error.final:
            self._keep(failed)
            return True
        self._refused += 1
        if self._refused >= _REFUSED_IN_A_ROW:
            # So many addresses cannot all be wrong: it is the server that refuses us.
            self.stopped = error.code
            self._keep(failed)
            return True
        other = next_way(failed, recipient, self.mailing, self.settings)
        if other is None:
            self._keep(replace(failed, state=LetterState.FAILED))
            return False
        self._keep(other)
        return other.state is LetterState.PLANNED

    def _hand_over(self, letter: Letter, recipient: Recipient) -> None:
        text = self.renderer.render(recipient)
        way = recipient.ways[letter.way]
        if way.channel != MAIL:
            self._by_apprise(letter, way.address, text.subject, text.body)
            return
        if self._server is None:
            self._server = MailServer(self.settings.smtp.get_secret_value(), _TIMEOUT)
        mail = as_mail(
            MailParts(
                sender=self.settings.sender,
                reply_to=self.settings.reply_to,
                to=way.address,
                subject=text.subject,
                body=text.body,
                language=letter.language,
                message_id=letter.message_id,
                at=self.clock.now(),
            )
        )
        self._server.hand_over(self.settings.sender, way.address, mail, letter.message_id, lambda: self._claim(letter))

    def _by_apprise(self, letter: Letter, address: str, subject: str, body: str) -> None:
        url = self.settings.channels[letter.channel].get_secret_value().replace(ADDRESS, quote(address, safe=""))
        self._claim(letter)
        outcome = deliver(url, subject, body, severity="", timeout=_TIMEOUT, urgent=False)
        if not outcome.ok:
            refused = outcome.error.startswith(("http-4", "smtp-"))
            perhaps = not refused and not outcome.final and outcome.error not in _NOT_BEGUN
            raise HandOverError(outcome.error, final=outcome.final, perhaps=perhaps, lost=outcome.error in _NOT_BEGUN)

    def _claim(self, letter: Letter) -> None:
        """Write down that a letter is being handed over, together with what became of those before.

        Raises:
            _NotToBeSentError: Somebody has held it back meanwhile, or settled it.
            _CaseJoinedError: The case is made of others than it was: none of its letters is handed over any more.
        """
        self._remember(replace(letter, state=LetterState.SENDING))
        if letter.number not in self._write():
            raise _NotToBeSentError

    def _keep(self, letter: Letter) -> None:
        """Have written down what became of a letter, and count it where it is done."""
        self._remember(letter)
        if letter.state is not LetterState.PLANNED:
            self.progress(1)

    def _remember(self, letter: Letter) -> None:
        """Have it written down with the next letter, or before any pause."""
        self._done.append(replace(letter, changed_at=self.clock.now()))

    def _write(self) -> frozenset[int]:
        """Write down what was done; return the numbers of the letters that were not held back or settled meanwhile."""
        if not self._done:
            return frozenset()
        with self.store.begin() as unit:
            held = HeldClients(unit, self.mailing.incident_id, self.key)
            # Of one letter the last word counts, and a statement may name it once.
            last = {each.number: each for each in self._done}
            joined = [] if held.joined == self.joined else [n for n in last if last[n].state is LetterState.SENDING]
            for number in joined:
                del last[number]
            newest = held.applied(last.values(), self.recipients)
            going = unit.letters.advance(newest)
        self._done.clear()
        if joined:
            raise _CaseJoinedError
        return going - {each.number for each in newest if each.state is LetterState.HELD}


def first_letter(mailing: Mailing, recipient: Recipient, settings: LetterSettings) -> Letter:
    """Return a letter as it is planned."""
    return _by_way(mailing, recipient, 0, settings)


def unreachable_letter(mailing: Mailing, recipient: Recipient, why: NotReachedWhy) -> Letter:
    """Return what stands for a client without a way: nothing is sent, and somebody is asked."""
    return Letter(
        incident_id=mailing.incident_id,
        mailing=mailing.number,
        number=recipient.number,
        way=0,
        channel="",
        language=recipient.language,
        state=LetterState.UNREPRESENTED if why is NotReachedWhy.NO_REPRESENTATIVE else LetterState.NOT_REACHED,
        message_id="",
        changed_at=mailing.at,
        error=why.value,
    )


def next_way(letter: Letter, recipient: Recipient, mailing: Mailing, settings: LetterSettings) -> Letter | None:
    """Return a letter that goes the recipient's next way; None: there is none."""
    if letter.way + 1 >= len(recipient.ways):
        return None
    other = _by_way(mailing, recipient, letter.way + 1, settings)
    return replace(other, changed_at=letter.changed_at, error=letter.error, client=letter.client)


def letter_name(mailing: Mailing, recipient: Recipient, way: int) -> str:
    """Return what stands before the domain in the message id of a letter that goes some way."""
    return derive("client letter", mailing.incident_id, mailing.number, mailing.sha256, recipient.client, way)


def _by_way(mailing: Mailing, recipient: Recipient, way: int, settings: LetterSettings) -> Letter:
    channel, name = recipient.ways[way].channel, letter_name(mailing, recipient, way)
    domain = settings.sender.rpartition("@")[2] or "localhost"
    return Letter(
        incident_id=mailing.incident_id,
        mailing=mailing.number,
        number=recipient.number,
        way=way,
        channel=channel,
        language=recipient.language,
        state=waiting_by(channel),
        message_id=f"{name}@{domain}",
        changed_at=mailing.at,
    )


def must_be_sendable(settings: Settings, channels: Sequence[str]) -> None:
    """Refuse to begin where something is missing that some letters need.

    Raises:
        ConfigError: With all that is missing.
    """
    letters, problems = settings.letters, list[Problem]()
    if MAIL in channels:
        if not letters.smtp.get_secret_value():
            problems.append(Problem(where=("letters", "smtp"), what="no mail server is named", fix="set letters.smtp"))
        if not letters.sender:
            what = "nothing says which address letters come from"
            problems.append(Problem(where=("letters", "sender"), what=what, fix="set letters.sender"))
    for channel in sorted({*channels} - {MAIL, POST, *letters.channels}):
        what = f"letters go by {channel!r}, and letters.channels does not name it"
        problems.append(Problem(where=("letters", "channels"), what=what, fix="put it back"))
    if problems:
        raise ConfigError(map(settings.with_location, problems))


@contextmanager
def only_sender(state: Path, incident_id: str) -> Iterator[None]:
    """Be the only one who works on the letters of a case.

    Raises:
        LettersBusyError: Somebody else does.
        InputError: The state folder cannot be written.
    """
    folder = state / "letters"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder / f"{incident_id}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        what = f"cannot be written: {error.strerror or type(error).__name__}"
        raise InputError(Problem(file=str(folder), what=what)) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            what = "somebody is sending letters of this incident, or planning them"
            raise LettersBusyError(Problem(what=what, fix="wait until that is over")) from None
        yield
    finally:
        os.close(handle)


def being_sent(state: Path, incident_id: str) -> bool:
    """Tell whether somebody works on the letters of a case just now."""
    try:
        with only_sender(state, incident_id):
            return False
    except LettersBusyError:
        return True


@contextmanager
def ended_by_signals() -> Iterator[Callable[[float], bool]]:
    """Give a pause that a signal to end cuts short: it returns True from then on."""
    ended = threading.Event()
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    if threading.current_thread() is threading.main_thread():
        for each in before:
            signal.signal(each, lambda *_: ended.set())
    try:
        yield ended.wait
    finally:
        if threading.current_thread() is threading.main_thread():
            for each, handler in before.items():
                signal.signal(each, handler)
