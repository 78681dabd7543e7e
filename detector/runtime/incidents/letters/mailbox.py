"""What came back of the letters of a case: read from the configured mailbox, taken in, sent another way.

Comes in: a case and in whose name, a person's or the service's. Goes out: letters that go on or are lost, an entry on
the timeline, figures. How far the mailbox was read for a case is kept in the database.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from detector.clock import Clock
from detector.errors import ConfigError, NotFoundError, Problem
from detector.incident import Dossier
from detector.incident.letters.mailing_acts import letters_told
from detector.keys import Keys
from detector.notify import bounces_notice
from detector.notify.letters.bounces import ReadBounces
from detector.notify.letters.imap_box import BoxPosition, read_box
from detector.runtime.incidents.letters.held_clients import HeldClients
from detector.runtime.incidents.letters.sending.send_letters import letter_name, next_way, only_sender
from detector.runtime.incidents.letters.standing.joined_cases import joined_cases
from detector.runtime.incidents.letters.standing.unplanned_clients import FOLDER
from detector.schema.letters.mailings import Letter, LetterState, Mailing
from detector.settings import Settings
from detector.store import MailingFiles, Store, UnitOfWork
from detector.web.ports import BounceCounts

_GONE: Final = (LetterState.SENT, LetterState.UNKNOWN, LetterState.SENDING)
_MAILS: Final = 500
"""So many mails are read in one look."""
_SECONDS: Final = 20.0


class Mailbox:
    """Takes in what comes back.

    Args:
        store: The database.
        settings: Where the mailbox is, and how letters go.
        clock: The time.
    """

    def __init__(self, store: Store, settings: Settings, clock: Clock) -> None:
        self._store, self._settings, self._clock = store, settings, clock
        self._files = MailingFiles(settings.state / FOLDER)

    def take_in_new(
        self, case: Callable[[UnitOfWork], tuple[Dossier, str]], *, by_itself: bool = False
    ) -> BounceCounts:
        """Take in what came back to the mailbox of ``letters.bounces`` since the last look for a case.

        Args:
            case: Returns it, and in whose name it is looked at.
            by_itself: Nobody looks at what came of it: whoever had the letters sent is told.

        Raises:
            ConfigError: No mailbox is named, or its password cannot be read.
            MailboxError: The mailbox cannot be read.
            NotFoundError: No letters were filed.
            LettersBusyError: They are being sent.
        """
        with self._store.read() as unit:
            found, _ = case(unit)
            key = f"letters-imap-{found.incident.id}"
            position = BoxPosition.of(unit.kv.get(key) or "")
            filed = [each.at for each in self._mailings(unit, found)]
        if not filed:
            what = f"no letters were filed for {found.name}: nothing can come back"
            raise NotFoundError(Problem(what=what, fix=f"nabat letters plan {found.incident.number} --file"))
        password, since = box_password(self._settings), min(filed).date() - timedelta(days=1)
        with only_sender(self._settings.state, found.incident.id):
            url = self._settings.letters.bounces.imap
            look = read_box(url, password, position, since=since, most=_MAILS, timeout=_SECONDS)
            with self._store.begin() as unit:
                counts = self.take_in(unit, *case(unit), look.read)
                unit.kv.set(key, str(look.position))
                if by_itself:
                    self._tell(unit, found, counts)
        return counts._replace(more=look.more)

    def take_in(self, unit: UnitOfWork, found: Dossier, by: str, read: ReadBounces) -> BounceCounts:
        """Take in what came back, while nobody sends: a letter that was being handed over was, if it came back."""
        mailings = self._mailings(unit, found)
        cases, status = {each.incident_id for each in mailings}, {each.message_id: each.status for each in read.bounces}
        theirs = [each for each in unit.letters.by_message_ids([*status]) if each.incident_id in cases]
        letters = [each for each in theirs if each.state in _GONE]
        known = self._known(unit, mailings, read, {each.message_id for each in theirs}) - len(letters)
        by_mailing: dict[tuple[str, int], list[Letter]] = {}
        for each in letters:
            by_mailing.setdefault((each.incident_id, each.mailing), []).append(each)
        again = rest = post = 0
        for mailing in mailings:
            some = by_mailing.get((mailing.incident_id, mailing.number), [])
            if some:
                onward = self._onward(unit, mailing, some, status)
                unit.letters.save(onward)
                lost = sum(each.state is LetterState.BOUNCED for each in onward)
                rest, again = rest + lost, again + len(onward) - lost
                post += sum(each.state is LetterState.POST for each in onward)
                figures: dict[str, str | int] = {"count": len(some), "again": len(some) - lost, "rest": lost}
                entry = letters_told(found, by, "bounced", self._clock.now(), document=mailing.document_id, **figures)
                unit.incidents.save(entry)
                found = found.after(entry)
        others = read.mails - len(letters) - known
        return BounceCounts(len(letters), again, rest, read.mails, others, post=post, known=known)

    @staticmethod
    def _mailings(unit: UnitOfWork, found: Dossier) -> list[Mailing]:
        """Return the mailings of a case, and of those that go on in it: theirs come back to this one."""
        return joined_cases(unit, found.incident.id).mailings(unit)

    def _known(
        self, unit: UnitOfWork, mailings: Sequence[Mailing], read: ReadBounces, standing: Collection[str]
    ) -> int:
        """Return how many mails are about these letters: as they stand, or as they went an earlier way."""
        names = {each.partition("@")[0] for each in standing}
        asked = {each.message_id.partition("@")[0] for each in read.bounces}
        for mailing in mailings if asked - names else ():
            if onward := unit.letters.by_later_way(mailing):
                recipients = self._files.read(mailing.path, mailing.sha256)[1]
                names |= {
                    letter_name(mailing, recipients[each.number], way) for each in onward for way in range(each.way)
                }
        return sum(each.message_id.partition("@")[0] in names for each in read.bounces)

    def _tell(self, unit: UnitOfWork, found: Dossier, counts: BounceCounts) -> None:
        """Tell whoever had the letters sent last what came back."""
        if counts.back:
            sent = [each.by for each in unit.letters.orders(found.incident.id)]
            planned = [each.by for each in unit.letters.mailings(found.incident.id)]
            channel = counts.again - counts.post
            figures = {"back": counts.back, "again": channel, "post": counts.post, "rest": counts.rest}
            said = bounces_notice(found.incident, (sent or planned)[-1], self._settings, self._clock.now(), **figures)
            unit.outbox.add(said)

    def _onward(
        self, unit: UnitOfWork, mailing: Mailing, letters: Sequence[Letter], status: Mapping[str, str]
    ) -> list[Letter]:
        recipients, now = self._files.read(mailing.path, mailing.sha256)[1], self._clock.now()
        onward = []
        for letter in letters:
            came = replace(letter, error=f"bounced-{status[letter.message_id] or '?'}", changed_at=now)
            other = next_way(came, recipients[letter.number], mailing, self._settings.letters)
            onward.append(other or replace(came, state=LetterState.BOUNCED))
        held = HeldClients(unit, mailing.incident_id, Keys(self._settings.state).client)
        return held.applied(onward, recipients)


def box_password(settings: Settings) -> str:
    """Return the password of the mailbox.

    Raises:
        ConfigError: No mailbox is named, or its password cannot be read.
    """
    box, where = settings.letters.bounces, ("letters", "bounces")
    if not box.imap:
        what = "no mailbox is named that letters come back to"
        problem = Problem(where=(*where, "imap"), what=what, fix="set letters.bounces.imap, or name a mailbox file")
        raise ConfigError(settings.with_location(problem))
    try:
        return Path(box.password_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        what = f"the password of the mailbox cannot be read: {type(error).__name__}"
        problem = Problem(where=(*where, "password_file"), what=what)
        raise ConfigError(settings.with_location(problem)) from None
