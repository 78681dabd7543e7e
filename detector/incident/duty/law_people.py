"""How many of the people concerned a law is about: by where they live, at least and at most. Pure.

Comes in: where a law says they live, how many are concerned, of whom the company's file says where, where clients live
as a rule. Goes out: numbers. Nobody is guessed to live anywhere: of whom only a country is known, a law of one of its
regions counts at most.
"""

from collections.abc import Collection, Iterable
from enum import IntEnum
from typing import Final, NamedTuple

from detector.incident.duty.regulations import Regulation, RegulationStage
from detector.schema.case.incidents import Incident, Scope
from detector.settings.places import EU

_EEA = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO"
# Parts of them that have codes of their own: overseas departments of France, the Åland Islands.
_EEA_PARTS = "AX GF GP MF MQ RE YT"
_GROUPS: Final = {EU: frozenset(f"{_EEA} {_EEA_PARTS}".split())}


class Lies(IntEnum):
    """Whether a place lies where a law speaks of."""

    OUTSIDE = 0
    PERHAPS = 1
    """It is the country, or the EU, of which the law means a part."""
    INSIDE = 2


class LawPeople(NamedTuple):
    """How many people are concerned whom a law is about.

    Attributes:
        low: Surely. most: at most.
        unknown: Of how many of the latter nobody knows where they live, or not in which region.
        elsewhere: How many are concerned whom it is not about.
        unlisted: Of how many nothing but where clients live as a rule told it.
    """

    low: int
    most: int
    unknown: int = 0
    elsewhere: int = 0
    unlisted: int = 0


class LawPlaces(NamedTuple):
    """Where those live whom a law is about.

    Attributes:
        codes: The places.
        words: Behind "people living", in English and Russian.
    """

    codes: tuple[str, ...]
    words: tuple[str, str]


class Concerned(NamedTuple):
    """Everybody concerned, wherever they live.

    Attributes:
        scope: With how many live where.
        low / most: How many they are.
    """

    scope: Scope
    low: int
    most: int

    @classmethod
    def by(cls, incident: Incident) -> "Concerned":
        """Return whom a case concerns, by its scope or by what a person stated."""
        return cls(incident.scope, incident.people_low, incident.people_high)


def places_of(law: Regulation, stage: RegulationStage) -> LawPlaces | None:
    """Return where those live whom a duty of a law is about; None: it is about everybody."""
    codes = stage.applies.residence or law.applies.residence
    if not codes:
        return None
    if law.where is not None and codes == law.applies.residence:
        return LawPlaces(codes, (law.where.en, law.where.ru))
    named = ", ".join(codes)
    return LawPlaces(codes, (f"in {named}", f"в {named}"))


def lies_in(place: str, wanted: Iterable[str]) -> Lies:
    """Tell whether a place lies in any of those that a law is about."""
    return max((_lies_in(place, each) for each in wanted), default=Lies.OUTSIDE)


def lie_as_a_rule(places: Iterable[str], wanted: Collection[str]) -> Lies:
    """Tell whether clients live where a law speaks of, by where they do as a rule: perhaps, where only some do."""
    told = {lies_in(place, wanted) for place in places}
    return told.pop() if len(told) == 1 else Lies.PERHAPS


def _lies_in(place: str, wanted: str) -> Lies:
    country = place.partition("-")[0]
    if wanted in _GROUPS:
        return Lies.INSIDE if place == wanted or country in _GROUPS[wanted] else Lies.OUTSIDE
    if place in _GROUPS:
        return Lies.PERHAPS if wanted.partition("-")[0] in _GROUPS[place] else Lies.OUTSIDE
    if place == wanted or place.startswith(f"{wanted}-"):
        return Lies.INSIDE
    return Lies.PERHAPS if wanted.startswith(f"{place}-") else Lies.OUTSIDE


def living_in(wanted: Collection[str], everybody: Concerned, as_a_rule: Collection[str]) -> LawPeople:
    """Return how many live in some places; everybody does where none is named.

    Args:
        wanted: The places.
        everybody: Who is concerned.
        as_a_rule: Where those live whom the company's file does not name (``legal.residence``).
    """
    scope, low, most = everybody
    if not wanted:
        return LawPeople(low, most)
    count = dict.fromkeys(Lies, 0)
    for place, people in scope.by_residence:
        count[lies_in(place, wanted)] += people
    here, perhaps, elsewhere = count[Lies.INSIDE], count[Lies.PERHAPS], count[Lies.OUTSIDE]
    others_low, others = max(low - scope.residence_known, 0), max(most - scope.residence_known, 0)
    rule = lie_as_a_rule(as_a_rule, wanted)
    if rule is Lies.INSIDE:
        return LawPeople(here + others_low, here + perhaps + others, perhaps, elsewhere, unlisted=others)
    if rule is Lies.OUTSIDE:
        return LawPeople(here, here + perhaps, perhaps, elsewhere + others, unlisted=others)
    return LawPeople(here, here + perhaps + others, perhaps + others, elsewhere)


def living_in_one_part(country: str, everybody: Concerned, as_a_rule: Collection[str]) -> LawPeople:
    """Return how many live in that region of a country in which most of them do: a law may count each by itself."""
    named = (*(place for place, _ in everybody.scope.by_residence), *as_a_rule)
    # Beside the regions that are named any other: who lives somewhere in the country may live there.
    regions = {_region(place) for place in named if place.startswith(f"{country}-")} | {f"{country}-"}
    each = [living_in((region,), everybody, as_a_rule) for region in regions]
    most = max(each, key=lambda one: (one.most, one.low))
    return most._replace(low=max(one.low for one in each))


def _region(place: str) -> str:
    return "-".join(place.split("-")[:2])
