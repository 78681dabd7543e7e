"""Who was told of a case, when and which way, and has not been told yet that it was a mistake.

Comes in: a transaction, what the case was made of. Goes out: those to whom letters of withdrawal go, as the letter that
reached them has them: name, language, address. Whoever was told by letters of several cases that became one is there
once. Nobody is among them of whom it is not known that they were told.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby

from detector.incident.letters.recipients import client_digest
from detector.runtime.incidents.letters.standing.joined_cases import JoinedCases, mailings_of
from detector.runtime.incidents.letters.standing.unplanned_clients import StandingLetter, standing_letters
from detector.schema.letters.mailings import (
    ON_THE_WAY,
    PERHAPS_SENT,
    Letter,
    LetterState,
    LetterWay,
    Mailing,
    MailingKind,
    Recipient,
)
from detector.settings.lists.contact_rows import POST
from detector.store import MailingFiles, UnitOfWork


class WithdrawalRecipients:
    """The clients to whom letters of withdrawal go.

    Args:
        unit: The transaction.
        files: Where recipients lie.
        joined: The case.

    Attributes:
        written: Who is written to, numbered, by the way that reached them and those behind it.
        unwritten: Who was told otherwise than in writing: nobody knows how to write to them.
        unknown: Of how many nobody knows whether they were told: that is settled first.
        in_public: How many were told by a public communication: they are set right by one.
    """

    def __init__(self, unit: UnitOfWork, files: MailingFiles, joined: JoinedCases) -> None:
        self._unit, self._files, self._joined = unit, files, joined
        self.written: list[Recipient] = []
        self.unwritten: list[Recipient] = []
        counts, _ = unit.letters.first_counts(joined.case, joined.merged)
        self.unknown = sum(counts.get(state, 0) for state in PERHAPS_SENT)
        self.in_public = counts.get(LetterState.PUBLIC, 0)

    def lost(self) -> dict[str, StandingLetter]:
        """Return whom no letter of withdrawal reached, by the one form of their ids: all were refused or came back."""
        found = standing_letters(self._unit, self._files, self._since(), ON_THE_WAY, lambda each: each.on_its_way)
        return {client: each for client, each in found.items() if each.lost}

    def read(self, key: bytes, anew: Callable[[str], tuple[LetterWay, ...]] = lambda _: ()) -> None:
        """Read who they are.

        Args:
            key: Of the hashes of clients.
            anew: Gives by which ways somebody whom no letter of withdrawal reached is written to again; empty: by none.

        Raises:
            StoreError: A mailing is missing or altered.
        """
        begun = frozenset(self._begun())
        seen = set[str]()
        for letter, recipient in self._told():
            whose = letter.client or client_digest(recipient.client, key)
            again = anew(recipient.client) if whose in begun else ()
            if whose in seen or (whose in begun and not again):
                continue
            seen.add(whose)
            ways = again or _reached_by(letter, recipient)
            told = Recipient(
                number=0,
                client=recipient.client,
                name=recipient.name,
                about=recipient.about,
                represented=recipient.represented,
                language=recipient.language,
                ways=ways,
                told_at=letter.told_at or letter.changed_at,
            )
            (self.written if ways else self.unwritten).append(told)
        self.written = [replace(each, number=number) for number, each in enumerate(self.written, 1)]

    def _told(self) -> Iterator[tuple[Letter, Recipient]]:
        told = self._unit.letters.first_informed(self._joined.case, self._joined.merged)
        mailings = {(each.incident_id, each.number): each for each in self._joined.mailings(self._unit)}
        for which, letters in groupby(told, lambda each: (each.incident_id, each.mailing)):
            mailing = mailings[which]
            recipients = self._files.read(mailing.path, mailing.sha256)[1]
            yield from ((letter, recipients[letter.number]) for letter in letters)

    def _since(self) -> list[Mailing]:
        """Return the mailings of withdrawal since clients were told last: those before were told anew since."""
        firsts = [each.at for each in self._joined.mailings(self._unit, MailingKind.FIRST)]
        found = mailings_of(self._unit, self._joined.case, MailingKind.WITHDRAWAL)
        return [each for each in found if not firsts or each.at >= max(firsts)]

    def _begun(self) -> Iterator[str]:
        """Yield, by keyed hashes, whose letter of withdrawal went since the case was opened last, or was settled."""
        for mailing in self._since():
            for letter in self._unit.letters.in_state(mailing, *ON_THE_WAY):
                if letter.on_its_way and letter.client:
                    yield letter.client


def _reached_by(letter: Letter, recipient: Recipient) -> tuple[LetterWay, ...]:
    """Return the way by which a client was reached, and those behind it; empty: none that a letter can go."""
    by_post = next((each for each in recipient.ways if each.channel == POST), LetterWay(channel=POST, address=""))
    if letter.state is LetterState.POSTED:
        return (by_post,)
    return recipient.ways[letter.way :] if letter.state is LetterState.SENT else ()
