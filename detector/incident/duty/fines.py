"""What failing costs by a law's own numbers, in a case: by the people and identifiers that the law concerns.

Comes in: a law with its tiers, the incident, what we are. Goes out: the tier that is reached for certain, and the one
that may be. Who is known to live elsewhere is not counted; of whom nobody knows it, is counted as perhaps, and said.
Clients of others count only where a tier meets those who process for them (``FineTier.processors``).
"""

from dataclasses import dataclass, replace

from detector.incident.duty.applicability import law_applies, people_of_law
from detector.incident.duty.deadlines import Terms
from detector.incident.duty.law_people import own_case
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
    own = _own(law, incident)
    reached = [_reach(tier, law, incident if tier.processors else own, terms) for tier in law.fines]
    of_most = [each for each in reached if each is not None]
    if not of_most:
        return None
    surely = [each.surely for each in of_most if each.surely is not None]
    return replace(of_most[-1], surely=surely[-1] if surely else None)


def spares_processors(law: Regulation, incident: Incident) -> bool:
    """Tell whether all people concerned are clients of others, and a law's fines meet these, who decide about them."""
    own = _own(law, incident)
    theirs = own is not incident and not own.people_high and not own.scope.uncounted
    return theirs and not any(tier.processors for tier in law.fines)


def _own(law: Regulation, incident: Incident) -> Incident:
    """Return the case without those whom others tell of it, where a law binds whoever decides about the data."""
    return own_case(incident) if law.controllers_own else incident


def _reach(tier: FineTier, law: Regulation, incident: Incident, terms: Terms) -> FineReach | None:
    """Return what one tier comes to, by people or by identifiers, whichever is more; None: its numbers are not reached.

    Tiers stand in a law from the least to the worst.
    """
    who, scope = people_of_law(law, incident, terms), incident.scope
    kinds = {terms.kinds[each] for each in scope.data_classes if each in terms.kinds}
    if (tier.data and kinds.isdisjoint(tier.data)) or (
        tier.classes and set(scope.data_classes).isdisjoint(tier.classes)
    ):
        return None
    # Whose the records are nobody counts: each who is concerned has one, each who is not has another.
    at_least = scope.record_low if not who.unknown and not who.elsewhere else who.low
    at_most = max(scope.record_high - who.elsewhere, who.most)
    if not _is_reached(tier, who.most, at_most):
        return None
    surely = tier if _is_reached(tier, who.low, at_least) else None
    return FineReach(surely=surely, most=tier, people=who.most, unknown=who.unknown)


def _is_reached(tier: FineTier, people: int, identifiers: int) -> bool:
    by_identifiers = tier.identifiers is not None and identifiers >= tier.identifiers
    return people >= max(tier.subjects, 1) or by_identifiers
