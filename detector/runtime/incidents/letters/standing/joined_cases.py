"""Cases that became one by the word of a person, and two again: whose letters and holds count in which.

Comes in: a transaction, a case. Goes out: mailings and holds. Of a case that goes on in another one all count there; of
one that was parted again what the other one planned, and held back, while they were one.
"""

from typing import NamedTuple

from detector.schema.case.incidents import CaseMerge, Incident
from detector.schema.letters.mailings import LetterHold, Mailing
from detector.store import UnitOfWork


class JoinedCases(NamedTuple):
    """What a case was made of.

    Attributes:
        case: It.
        into: In which it goes on; empty: in none.
        merged: Which go on in it.
        parted: When it went on in others, until that was taken back.
        left: When others went on in it, until that was taken back.
    """

    case: str
    into: str
    merged: tuple[str, ...]
    parted: tuple[CaseMerge, ...]
    left: tuple[CaseMerge, ...]

    @property
    def mine(self) -> tuple[str, ...]:
        """The case and those that go on in it, it last."""
        return (*self.merged, self.case)

    @property
    def of_several(self) -> bool:
        """Whether letters of another case count, or counted when its own were planned."""
        return bool(self.merged or self.parted or self.left)

    def mailings(self, unit: UnitOfWork) -> list[Mailing]:
        """Return the mailings of the case and of those that go on in it, its own last."""
        return [each for case in self.mine for each in unit.letters.mailings(case)]

    def planned_elsewhere(self, unit: UnitOfWork) -> list[Mailing]:
        """Return what another case planned while this one was part of it."""
        return [
            each
            for merge in self.parted
            for each in unit.letters.mailings(merge.into_id)
            if merge.ended_at is not None and merge.at <= each.at < merge.ended_at
        ]

    def planned_shared(self, unit: UnitOfWork) -> list[Mailing]:
        """Return what this case planned while another one was part of it that is a matter of its own again."""
        spans = [(each.at, each.ended_at) for each in self.left if each.ended_at is not None]
        mine = unit.letters.mailings(self.case)
        return [each for each in mine if any(since <= each.at < until for since, until in spans)]

    def holds(self, unit: UnitOfWork) -> list[LetterHold]:
        """Return what holds letters to clients of the case back: said in it, in those it is made of or was part of."""
        found = [each for case in self.mine for each in unit.letters.holds(case)]
        for merge in self.parted:
            theirs = unit.letters.holds(merge.into_id)
            found += [each for each in theirs if merge.ended_at is not None and merge.at <= each.at < merge.ended_at]
        return [each for each in found if each.stands]


def joined_cases(unit: UnitOfWork, incident_id: str, case: Incident | None = None) -> JoinedCases:
    """Return what a case was made of, and what it was part of; ``case``: where it was read already."""
    known = case or unit.incidents.find(incident_id)
    ended = [each for each in unit.incidents.merges_of(incident_id) if each.ended_at is not None]
    return JoinedCases(
        case=incident_id,
        into=known.merged_into if known is not None else "",
        merged=tuple(unit.incidents.gone_into(incident_id)),
        parted=tuple(each for each in ended if each.incident_id == incident_id),
        left=tuple(each for each in ended if each.into_id == incident_id),
    )
