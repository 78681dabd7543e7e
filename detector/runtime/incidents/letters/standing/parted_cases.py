"""How clients stand with letters in a case that was part of another one, or of which another one was part.

Comes in: a transaction, what the case was made of. Goes out: figures and which letters count; no client. Whom the other
case told while they were one was told in this one, too; who left with the other case counts there.
"""

from collections import Counter

from detector.incident.letters.recipients import client_digest
from detector.keys import Keys
from detector.runtime.incidents.letters.standing.joined_cases import JoinedCases
from detector.runtime.incidents.letters.standing.unplanned_clients import clients_since
from detector.schema.letters.mailings import INFORMED, OVER, STANDING, TOLD_BY_OTHERS, Letter, LetterState, MailingKind
from detector.settings import Settings
from detector.store import UnitOfWork


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
            letter.client: (letter.state, mailing.at)
            for mailing in joined.planned_elsewhere(unit, MailingKind.FIRST)
            for letter in unit.letters.in_state(mailing, *TOLD_BY_OTHERS)
            if letter.client in self._clients
        }
        mine = joined.mailings(unit, MailingKind.FIRST)
        self._planned_at = {(each.incident_id, each.number): each.at for each in mine}
        self._shared = {each.number for each in joined.planned_shared(unit, MailingKind.FIRST)}

    def counts(self, letter: Letter) -> bool:
        """Tell whether a client stands in the case by a letter of its ledger.

        What was planned after the other case had told the client was planned because more of their data is concerned.
        """
        state, told_at = self._told.get(letter.client, (None, None))
        informed = letter.state not in INFORMED and state in INFORMED
        later = told_at is not None and self._planned_at[letter.incident_id, letter.mailing] > told_at
        return (later or not informed) and not self._left(letter)

    def counted(self) -> tuple[dict[LetterState, int], int]:
        """Return how many clients stand where, and how many were told of less, as ``ClientLetters.less``."""
        case, merged = self._joined.case, self._joined.merged
        ledger = self._unit.letters.first_in_state(case, merged, *STANDING)
        mine = [each for each in ledger if self.counts(each)]
        known = {each.client for each in mine}
        told = (state for client, (state, _) in self._told.items() if client not in known)
        open_ = {each.client for each in mine if each.state not in OVER}
        less = open_ & (self._informed() | {client for client, (state, _) in self._told.items() if state in INFORMED})
        return dict(Counter((*(each.state for each in mine), *told))), len(less - {""})

    def _informed(self) -> set[str]:
        """Return whom letters of the case, and of those that go on in it, told each for themselves."""
        mailings = self._joined.mailings(self._unit, MailingKind.FIRST)
        return {letter.client for each in mailings for letter in self._unit.letters.in_state(each, *INFORMED)}

    def _left(self, letter: Letter) -> bool:
        """Tell whether a letter was planned while another case was part of this one, and its client left with that."""
        shared = letter.incident_id == self._joined.case and letter.mailing in self._shared
        return shared and letter.client not in self._clients
