"""How clients stand with letters in a case that was part of another one, or of which another one was part.

Comes in: a transaction, what the case was made of. Goes out: figures and which letters count; no client. Whom the other
case told while they were one was told in this one, too; who left with the other case counts there.
"""

from collections import Counter
from typing import Final

from detector.incident.letters.recipients import client_digest
from detector.keys import Keys
from detector.runtime.incidents.letters.standing.joined_cases import JoinedCases
from detector.runtime.incidents.letters.standing.unplanned_clients import clients_since
from detector.schema.letters.mailings import INFORMED, TOLD_BY_OTHERS, Letter, LetterState, MailingKind
from detector.settings import Settings
from detector.store import UnitOfWork

_STANDING: Final = frozenset(LetterState) - {LetterState.REPLACED}


class PartedCase:
    """What another case did with clients of this one, read once.

    Args:
        unit: The transaction.
        joined: The case.
        settings: Where lists of clients lie.

    Raises:
        StoreError: A list of clients is missing or altered.
    """

    def __init__(self, unit: UnitOfWork, joined: JoinedCases, settings: Settings) -> None:
        self._unit, self._joined = unit, joined
        key = Keys(settings.state).client
        self._clients = {client_digest(each, key) for each in clients_since(unit, joined.case, 0, settings)}
        self._told = {
            letter.client: letter.state
            for mailing in joined.planned_elsewhere(unit, MailingKind.FIRST)
            for letter in unit.letters.in_state(mailing, *TOLD_BY_OTHERS)
            if letter.client in self._clients
        }
        self._shared = {each.number for each in joined.planned_shared(unit, MailingKind.FIRST)}

    def counts(self, letter: Letter) -> bool:
        """Tell whether a client stands in the case by a letter of its ledger."""
        informed = letter.state not in INFORMED and self._told.get(letter.client) in INFORMED
        return not informed and not self._left(letter)

    def counted(self) -> dict[LetterState, int]:
        """Return how many clients stand where."""
        ledger = self._unit.letters.first_in_state(self._joined.case, self._joined.merged, *_STANDING)
        mine = [each for each in ledger if self.counts(each)]
        known = {each.client for each in mine}
        told = (state for client, state in self._told.items() if client not in known)
        return dict(Counter((*(each.state for each in mine), *told)))

    def _left(self, letter: Letter) -> bool:
        """Tell whether a letter was planned while another case was part of this one, and its client left with that."""
        shared = letter.incident_id == self._joined.case and letter.mailing in self._shared
        return shared and letter.client not in self._clients
