"""What failing costs by a law's own numbers, in a case: by the people and identifiers that the law concerns.

Comes in: a law with its tiers, the incident, what we are. Goes out: the tier that is reached for certain, and the one
that may be. Who is known to live elsewhere is not counted; of whom nobody knows it, is counted as perhaps, and said.
"""

from collections.abc import Collection
from dataclasses import dataclass

from detector.incident.duty.applicability import law_applies, people_of_law
from detector.incident.duty.deadlines import Terms
from detector.incident.duty.regulations import FineTier, Regulation
from detector.schema.case.duties import DutyVerdict
from detector.schema.case.incidents import Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class FineReach:
    """What a law's fines come to.

    Attributes:
        surely: The tier that is reached by what is known; None: none is.
        most: The tier by all who may be concerned.
        people: How many may be.
        unknown: Of how many of them nobody knows where they live.
    """

    surely: FineTier | None
    most: FineTier
    people: int
    unknown: int


def fine_of(law: Regulation, incident: Incident, terms: Terms) -> FineReach | None:
    """Return what a law's fines come to in a case; None: to nothing by its numbers, or it does not apply."""
    if law_applies(law, incident, terms).verdict is DutyVerdict.NO:
        return None
    who, scope = people_of_law(law, incident, terms), incident.scope
    kinds = {terms.kinds[each] for each in scope.data_classes if each in terms.kinds}
    touched = frozenset(scope.data_classes)
    # Whose the records are nobody counts: each who is concerned has one, each who is not has another.
    at_least = scope.record_low if not who.unknown and not who.elsewhere else who.low
    at_most = max(scope.record_high - who.elsewhere, who.most)
    surely = _tier(law, who.low, at_least, touched, kinds)
    most = _tier(law, who.most, at_most, touched, kinds)
    if most is None:
        return None
    return FineReach(surely=surely, most=most, people=who.most, unknown=who.unknown)


def _tier(
    law: Regulation, people: int, identifiers: int, classes: Collection[str], kinds: Collection[str]
) -> FineTier | None:
    """Return the worst tier that the numbers reach: by people or by identifiers, whichever is more."""
    reached = [
        tier
        for tier in law.fines
        if (not tier.data or not set(tier.data).isdisjoint(kinds))
        and (not tier.classes or not set(tier.classes).isdisjoint(classes))
        and (people >= max(tier.subjects, 1) or (tier.identifiers is not None and identifiers >= tier.identifiers))
    ]
    return reached[-1] if reached else None
