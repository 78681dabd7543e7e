"""Which letters of a case a later letter of withdrawal took back: whoever got it counts as told of nothing.

Comes in: a transaction, what the case was made of. Goes out: yes or no, letter by letter. The ledger of first letters
is counted by the database (``LetterRepo``); this is for whoever reads letters one by one.
"""

from datetime import datetime

from detector.runtime.incidents.letters.standing.joined_cases import JoinedCases
from detector.schema.letters.mailings import WITHDRAWN, Letter
from detector.store import UnitOfWork


class WithdrawnLetters:
    """What was withdrawn of a case, read once.

    Args:
        unit: The transaction.
        joined: The case.
    """

    def __init__(self, unit: UnitOfWork, joined: JoinedCases) -> None:
        self._unit = unit
        found = unit.letters.withdrawals(joined.case, joined.merged)
        self._rounds = [(each.at, unit.letters.clients_in_state(each, *WITHDRAWN)) for each in found]
        self._planned: dict[str, dict[int, datetime]] = {}

    def took_back(self, letter: Letter) -> bool:
        """Tell whether a letter was withdrawn since."""
        at = self._planned_at(letter) if self._rounds else None
        return at is not None and any(at <= since and letter.client in clients for since, clients in self._rounds)

    def had(self, letter: Letter) -> bool:
        """Tell whether the client was told, perhaps, that it was a mistake, before the letter was planned."""
        at = self._planned_at(letter) if self._rounds else None
        return at is not None and any(since < at and letter.client in clients for since, clients in self._rounds)

    def has(self, client: str) -> bool:
        """Tell whether a client, by keyed hash, was ever told, perhaps, that it was a mistake."""
        return any(client in clients for _, clients in self._rounds)

    def _planned_at(self, letter: Letter) -> datetime | None:
        case = letter.incident_id
        if case not in self._planned:
            self._planned[case] = {each.number: each.at for each in self._unit.letters.mailings(case)}
        return self._planned[case].get(letter.mailing)
