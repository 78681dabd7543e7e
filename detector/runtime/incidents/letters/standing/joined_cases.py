"""Cases that became one by the word of a person, and two again: whose letters and holds count in which.

Comes in: a transaction, a case. Goes out: mailings and holds. Of a case that goes on in another one all count there; of
one that was parted again what the other one planned, and held back, while they were one.
"""

from typing import NamedTuple

from detector.schema.case.incidents import CaseMerge, Incident
from detector.schema.letters.mailings import LetterHold, Mailing, MailingKind
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

    def mailings(self, unit: UnitOfWork, kind: MailingKind | None = None) -> list[Mailing]:
        """Return the mailings of the case and of those that go on in it, of one kind or all, its own last."""
        return [each for case in self.mine for each in mailings_of(unit, case, kind)]

    def planned_elsewhere(self, unit: UnitOfWork, kind: MailingKind) -> list[Mailing]:
        """Return what another case planned while this one was part of it."""
        return [
            each for merge in self.parted for each in mailings_of(unit, merge.into_id, kind) if merge.stood_at(each.at)
        ]

    def planned_shared(self, unit: UnitOfWork, kind: MailingKind) -> list[Mailing]:
        """Return what this case planned while another one was part of it that is a matter of its own again."""
        mine = mailings_of(unit, self.case, kind)
        return [each for each in mine if any(merge.stood_at(each.at) for merge in self.left)]

    def holds(self, unit: UnitOfWork) -> list[LetterHold]:
        """Return what holds letters to clients of the case back: said in it, in those it is made of or was part of."""
        found = [each for case in self.mine for each in unit.letters.holds(case)]
        for merge in self.parted:
            theirs = unit.letters.holds(merge.into_id)
            found += [each for each in theirs if merge.stood_at(each.at)]
        return [each for each in found if each.stands]


def mailings_of(unit: UnitOfWork, incident_id: str, kind: MailingKind | None = None) -> list[Mailing]:
    """Return the mailings of one case, of one kind or all, the oldest first."""
    return [each for each in unit.letters.mailings(incident_id) if kind in (None, each.kind)]


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
