"""How many of the people concerned a law is about: by where they live, at least and at most. Pure.

Comes in: where a law says they live, how many are concerned, of whom the company's file says where, where clients live
as a rule. Goes out: numbers. Nobody is guessed to live anywhere: of whom only a country is known, a law of one of its
regions counts at most.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from enum import IntEnum
from typing import Final, NamedTuple, TypeVar

from detector.incident.duty.regulations import Regulation, RegulationStage
from detector.incident.playbook.playbooks import LocalizedText
from detector.messages import messages
from detector.schema.case.incidents import Incident, Scope
from detector.settings.places import EU

_EEA = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO"
# Parts of them that have codes of their own: overseas departments of France, the Åland Islands.
_EEA_PARTS = "AX GF GP MF MQ RE YT"
_GROUPS: Final = {EU: frozenset(f"{_EEA} {_EEA_PARTS}".split())}


# Of which country of the EEA those parts are.
_PART_OF: Final = {"AX": "FI"} | dict.fromkeys(_EEA_PARTS.replace("AX ", "").split(), "FR")


def country_of(place: str) -> str:
    """Return the country whose authority is competent for a place."""
    country = place.partition("-")[0]
    return _PART_OF.get(country, country)


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


def others_clients(scope: Scope) -> int:
    """Return how many clients are concerned whose controllers are others alone."""
    return sum(count for _, count in scope.of_others)


def controllers_told(scope: Scope, wanted: Collection[str]) -> dict[str, int]:
    """Return the controllers who are told under a law, with how many of their clients are concerned.

    Whoever has none but clients who surely live elsewhere than the law speaks of is not: it does not bind us to them.
    """
    named = {name: count for name, count in scope.by_controller if name and count}
    if not (wanted and scope.controllers_by_residence):
        return named
    there = {
        name for name, place, _ in scope.controllers_by_residence if not place or lies_in(place, wanted) > Lies.OUTSIDE
    }
    return {name: count for name, count in named.items() if name in there}


def own_case(incident: Incident) -> Incident:
    """Return a case without those whose data is processed for others alone: whom nobody named is the company's own.

    How many records name its own alone stands in ``records_by_residence``; the total is without those of the others.
    """
    scope = incident.scope
    theirs = others_clients(scope)
    if not theirs:
        return incident
    logged = max(scope.subjects - theirs, 0)
    imported = scope.imported_subjects - max(theirs - scope.subjects, 0)
    by_class = _less(scope.by_class, _by_first(scope.classes_of_others))
    classes = dict(by_class)
    whose = _less(
        [((name, place), count) for name, place, count in scope.classes_by_residence],
        {(name, place): count for name, place, count in scope.classes_of_others},
    )
    of_others = scope.records_of_others or 0
    own = replace(
        scope,
        subjects=logged,
        imported_subjects=max(imported, 0),
        record_low=max(scope.record_low - of_others, 0),
        record_high=max(scope.record_high - of_others, 0),
        data_classes=tuple(name for name in scope.data_classes if name in classes or not scope.by_class),
        by_class=by_class,
        by_action=(),
        by_residence=_less(scope.by_residence, dict(scope.of_others)),
        classes_by_residence=tuple((name, place, count) for (name, place), count in whose),
        by_controller=tuple(pair for pair in scope.by_controller if not pair[0]),
        classes_by_controller=(),
        of_others=(),
        classes_of_others=(),
        records_by_controller=(),
    )
    persons = None if incident.persons is None else max(incident.persons - theirs, 0)
    return replace(incident, scope=own, persons=persons)


Key = TypeVar("Key")


def _less(counts: Iterable[tuple[Key, int]], others: Mapping[Key, int]) -> tuple[tuple[Key, int], ...]:
    left = ((key, count - others.get(key, 0)) for key, count in counts)
    return tuple((key, count) for key, count in left if count > 0)


def _by_first(counts: Iterable[tuple[str, str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, _, count in counts:
        found[name] = found.get(name, 0) + count
    return found


def records_in(wanted: Collection[str], scope: Scope, as_a_rule: Collection[str]) -> tuple[int, int]:
    """Return how many records name people of some places alone, and how many people of others alone."""
    counts = dict.fromkeys(Lies, 0)
    rule = lie_as_a_rule(as_a_rule, wanted)
    for place, count in scope.records_by_residence:
        counts[lies_in(place, wanted) if place else rule] += count
    return counts[Lies.INSIDE], counts[Lies.OUTSIDE]


def places_of(law: Regulation, stage: RegulationStage) -> LawPlaces | None:
    """Return where those live whom a duty of a law is about; None: it is about everybody."""
    codes = stage.applies.residence or law.applies.residence
    if not codes:
        return None
    if law.where is not None and codes == law.applies.residence:
        return LawPlaces(codes, (law.where.en, law.where.ru))
    named = ", ".join(codes)
    return LawPlaces(codes, (f"in {named}", f"в {named}"))


def countries_in(law: Regulation) -> frozenset[str]:
    """Return the countries each of whose authorities may have to be told by itself."""
    if not any(stage.each == "country" for stage in law.stages):
        return frozenset()
    places = {place for wanted in law.applies.residence for place in _GROUPS.get(wanted, (wanted,))}
    return frozenset(map(country_of, places))


def outside(law: Regulation, country: str) -> bool:
    """Tell whether a company is established nowhere where a law is in force; where nobody says it, it is not told."""
    wanted = law.applies.residence
    return bool(country) and bool(wanted) and lies_in(country, wanted) is Lies.OUTSIDE


def in_country(to: LocalizedText, country: str) -> tuple[str, str]:
    """Return who is told, of one country, in English and Russian: where the law's pack names nobody."""
    return f"{to.en}: {messages('en').place(country)}", f"{to.ru}: {messages('ru').place(country)}"


def country_places(country: str) -> LawPlaces:
    """Return those who live in a country, as a notice to its authority speaks of them."""
    return LawPlaces((country, *(part for part, whole in _PART_OF.items() if whole == country)), _words_of(country))


def _words_of(country: str) -> tuple[str, str]:
    return messages("en").text(f"place-in-{country}"), messages("ru").text(f"place-in-{country}")


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
