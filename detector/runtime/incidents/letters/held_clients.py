"""Whose letters somebody holds back in a case, found again by the keyed hash that the database keeps of a client.

Comes in: a transaction, the key, letters with their recipients. Goes out: the letters, those of held clients as held.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from detector.incident.letters.recipients import client_digest
from detector.runtime.incidents.letters.standing.joined_cases import joined_cases
from detector.schema.letters.mailings import TO_SEND, Letter, LetterHold, LetterState, Recipient
from detector.settings.lists.contact_rows import POST
from detector.store import UnitOfWork

_STOPPED: Final = (*TO_SEND, LetterState.POST)


class HeldClients:
    """Whose letters are held back in a case, by whichever of the cases it is made of, or was part of.

    Attributes:
        joined: What it is made of.

    Args:
        unit: The transaction.
        incident_id: The case.
        key: Of the hashes.
    """

    def __init__(self, unit: UnitOfWork, incident_id: str, key: bytes) -> None:
        self.joined = joined_cases(unit, incident_id)
        self._key = key
        self._standing = {each.client: each for each in self.joined.holds(unit)}

    def of(self, client: str) -> LetterHold | None:
        """Return what holds the letters to a client back; None: nothing."""
        return self._standing.get(client_digest(client, self._key)) if self._standing else None

    def applied(self, letters: Iterable[Letter], recipients: Mapping[int, Recipient]) -> list[Letter]:
        """Return letters as they stand, and those that would go to a held client as held.

        So are those that a sender is about to hand over: a hold of another case may have come with it.
        """
        return [self._applied(each, recipients) for each in letters]

    def _applied(self, letter: Letter, recipients: Mapping[int, Recipient]) -> Letter:
        hold = self.of(recipients[letter.number].client) if letter.state in _STOPPED else None
        return letter if hold is None else held_back(letter, hold)


def held_back(letter: Letter, hold: LetterHold) -> Letter:
    """Return a letter as it is held back."""
    return replace(letter, state=LetterState.HELD, by=hold.by, words=hold.reason)


def let_go(letter: Letter) -> Letter:
    """Return a letter that was held back as it may go."""
    return replace(letter, state=waiting_by(letter.channel), by="", words="")


def waiting_by(channel: str) -> LetterState:
    """Return where a letter stands that nobody has taken up: on the list for the post, or planned."""
    return LetterState.POST if channel == POST else LetterState.PLANNED
