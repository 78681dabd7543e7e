"""Whether a law, and each of its duties, binds us in a case: what the facts say, and why.

Comes in: a law, the incident, what we are. Goes out: a verdict with its reasons. What is not known never rules a law
out: the company named it. A duty that only some have, and that nobody said whether we have, is asked.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from detector.incident.duty.deadlines import Terms
from detector.incident.duty.regulations import Applies, Regulation, RegulationStage, Threshold
from detector.messages import Argument
from detector.schema.case.duties import DutyVerdict
from detector.schema.case.incidents import Incident
from detector.schema.detection.findings import Reason
from detector.settings.places import EU

_EEA = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO"
# Parts of them that have codes of their own: overseas departments of France, the Åland Islands.
_EEA_PARTS = "AX GF GP MF MQ RE YT"
_GROUPS = {EU: frozenset(f"{_EEA} {_EEA_PARTS}".split())}


class DutyJudgement(NamedTuple):
    """What the facts say, and why."""

    verdict: DutyVerdict
    reasons: tuple[Reason, ...] = ()


def law_applies(law: Regulation, incident: Incident | None, terms: Terms) -> DutyJudgement:
    """Return whether a law binds us; of no incident in particular what the settings alone say."""
    return together(_bound(law.applies, incident, terms, unknown=DutyVerdict.YES))


def stage_applies(law: Regulation, stage: RegulationStage, incident: Incident, terms: Terms) -> DutyJudgement:
    """Return whether a duty of a law that applies is one of ours, its threshold included."""
    people = _people_in(stage.applies.residence or law.applies.residence, incident, terms)
    found = [
        *_bound(stage.applies, incident, terms, unknown=DutyVerdict.ASK),
        *_reached(stage.threshold, incident, people),
    ]
    if stage.lawyer:
        found.append(DutyJudgement(DutyVerdict.ASK, (Reason(message="duty-lawyer"),)))
    return together(found)


def together(found: Iterable[DutyJudgement]) -> DutyJudgement:
    """Return several judgements as one: one No decides, then one Ask."""
    found = list(found)
    verdicts = {each.verdict for each in found}
    worst = next((each for each in (DutyVerdict.NO, DutyVerdict.ASK) if each in verdicts), DutyVerdict.YES)
    deciding = [each for each in found if each.verdict is worst] if worst is not DutyVerdict.YES else found
    return DutyJudgement(worst, tuple(dict.fromkeys(reason for each in deciding for reason in each.reasons)))


def _bound(
    applies: Applies, incident: Incident | None, terms: Terms, *, unknown: DutyVerdict
) -> Iterator[DutyJudgement]:
    if applies.residence:
        yield _resides(applies.residence, incident, terms, unknown)
    if applies.sectors or applies.unless_sectors:
        yield _in_sector(applies, terms, unknown)
    if incident is None:
        return
    touched = frozenset(incident.scope.data_classes)
    if applies.classes:
        yield _concerns("duty-classes", applies.classes, touched, touched, unknown)
    if applies.data:
        kinds = frozenset(terms.kinds[each] for each in touched if each in terms.kinds)
        yield _concerns("duty-data", applies.data, kinds, touched, unknown)


class LawPeople(NamedTuple):
    """How many people are concerned whom a law is about.

    Attributes:
        low: Surely. most: at most.
        unknown: Of how many of the latter nobody knows where they live.
        elsewhere: How many are concerned whom it is not about.
    """

    low: int
    most: int
    unknown: int = 0
    elsewhere: int = 0


def people_of_law(law: Regulation, incident: Incident, terms: Terms) -> LawPeople:
    """Return how many of the people concerned a law is about, by where they live."""
    return _living_in(law.applies.residence, incident, terms)


def _people_in(places: Collection[str], incident: Incident, terms: Terms) -> LawPeople:
    """Return how many people a threshold counts: by where they live once that is known of anybody, else everybody."""
    if not incident.scope.by_residence:
        return LawPeople(incident.people_low, incident.people_high)
    return _living_in(places, incident, terms)


def _living_in(places: Collection[str], incident: Incident, terms: Terms) -> LawPeople:
    """Return who lives in some places: by the company's file, and of whom it says nothing, as clients do as a rule."""
    scope, low, most = incident.scope, incident.people_low, incident.people_high
    if not places:
        return LawPeople(low, most)
    here, listed = _living(scope.by_residence, places), scope.residence_known
    others_low, others = max(low - listed, 0), max(most - listed, 0)
    inside = [any(_lies_in(each, place) for place in places) for each in terms.legal.residence]
    if inside and all(inside):
        return LawPeople(here + others_low, here + others, elsewhere=listed - here)
    if inside and not any(inside):
        return LawPeople(here, here, elsewhere=listed - here + others)
    return LawPeople(here, here + others, unknown=others, elsewhere=listed - here)


def _living(by_residence: Iterable[tuple[str, int]], places: Collection[str]) -> int:
    return sum(count for each, count in by_residence if any(_lies_in(each, place) for place in places))


def _resides(wanted: Collection[str], incident: Incident | None, terms: Terms, unknown: DutyVerdict) -> DutyJudgement:
    """Judge by where the people concerned live; of whom no list says it, by where clients live as a rule."""
    known = terms.legal.residence
    asked, places = ("wanted", ", ".join(wanted)), ("places", ", ".join(known))
    as_a_rule = ", ".join(each for each in known if any(_lies_in(each, place) for place in wanted))
    if incident is None or not incident.scope.by_residence:
        if not known:
            people = incident.people_high if incident is not None else 0
            return _because(unknown, "duty-residence-unknown", asked, ("people", people))
        if as_a_rule:
            return _because(DutyVerdict.YES, "duty-residence", ("places", as_a_rule))
        return _because(DutyVerdict.NO, "duty-residence-elsewhere", asked, places)
    scope = incident.scope
    others = max(incident.people_high - scope.residence_known, 0)
    counts = asked, ("listed", scope.residence_known), ("others", others)
    if here := _living(scope.by_residence, wanted):
        return _because(DutyVerdict.YES, "duty-residence-listed", *counts, ("here", here))
    if not others and not scope.uncounted:  # whom no log counts may live anywhere
        return _because(DutyVerdict.NO, "duty-residence-none", *counts)
    if not known:
        return _because(unknown, "duty-residence-others-unknown", *counts)
    if as_a_rule:
        return _because(DutyVerdict.YES, "duty-residence-others", *counts, ("places", as_a_rule))
    return _because(DutyVerdict.NO, "duty-residence-others-elsewhere", *counts, places)


def _because(verdict: DutyVerdict, message: str, *args: tuple[str, Argument]) -> DutyJudgement:
    return DutyJudgement(verdict, (Reason(message=message, args=args),))


def _lies_in(place: str, wanted: str) -> bool:
    """Tell whether a place may be one that a law is about: a country, or the EU, may mean any part of it."""
    if wanted in _GROUPS:
        return place == wanted or place.partition("-")[0] in _GROUPS[wanted]
    if place in _GROUPS:
        return wanted.partition("-")[0] in _GROUPS[place]
    return place == wanted or place.startswith(f"{wanted}-") or wanted.startswith(f"{place}-")


def _in_sector(applies: Applies, terms: Terms, unknown: DutyVerdict) -> DutyJudgement:
    known = terms.legal.sectors
    asked = (*applies.sectors, *applies.unless_sectors)
    if known is None:
        open_to_all = not applies.sectors  # an exception that nobody claimed
        verdict = DutyVerdict.YES if open_to_all else unknown
        return DutyJudgement(verdict, (Reason(message="duty-sector-unknown", args=(("wanted", ", ".join(asked)),)),))
    if kept_out := sorted(set(applies.unless_sectors).intersection(known)):
        return DutyJudgement(
            DutyVerdict.NO, (Reason(message="duty-sector-other", args=(("sectors", ", ".join(kept_out)),)),)
        )
    mine = sorted(set(applies.sectors).intersection(known))
    if mine:
        return DutyJudgement(DutyVerdict.YES, (Reason(message="duty-sector", args=(("sectors", ", ".join(mine)),)),))
    if not applies.sectors:
        return DutyJudgement(DutyVerdict.YES)
    return DutyJudgement(
        DutyVerdict.NO, (Reason(message="duty-sector-none", args=(("wanted", ", ".join(applies.sectors)),)),)
    )


def _concerns(
    message: str, wanted: Collection[str], there: Collection[str], touched: Collection[str], unknown: DutyVerdict
) -> DutyJudgement:
    names = ("wanted", ", ".join(wanted))
    if not touched:
        return DutyJudgement(unknown, (Reason(message=f"{message}-unknown", args=(names,)),))
    found = sorted(set(wanted).intersection(there))
    if found:
        return DutyJudgement(DutyVerdict.YES, (Reason(message=message, args=(("found", ", ".join(found)),)),))
    return DutyJudgement(DutyVerdict.NO, (Reason(message=f"{message}-none", args=(names,)),))


def _reached(threshold: Threshold, incident: Incident, people: LawPeople) -> Iterator[DutyJudgement]:
    scope, low, most = incident.scope, people.low, people.most
    # What names nobody, and what no log counts, keeps "fewer than" from being certain.
    counted = not scope.uncounted and scope.events > 0
    if threshold.subjects is not None:
        limit = threshold.subjects
        certain = counted and most < limit
        verdict = DutyVerdict.YES if low >= limit else DutyVerdict.NO if certain else DutyVerdict.ASK
        yield DutyJudgement(verdict, (_counted("duty-subjects", people, limit, verdict, counted=counted),))
    if threshold.subjects_under is not None:
        limit = threshold.subjects_under
        certain = counted and most < limit
        verdict = DutyVerdict.NO if low >= limit else DutyVerdict.YES if certain else DutyVerdict.ASK
        yield DutyJudgement(verdict, (_counted("duty-subjects-under", people, limit, verdict, counted=counted),))
    if threshold.judgement is not None:
        figures = ", ".join(f"{name} {value}" for name, value in sorted(threshold.figures.items())) or "none"
        yield DutyJudgement(DutyVerdict.ASK, (Reason(message="duty-judgement", args=(("figures", figures),)),))


def _counted(message: str, people: LawPeople, limit: int, verdict: DutyVerdict, *, counted: bool) -> Reason:
    low, most = people.low, people.most
    # More may be concerned than are named, also where beside them somebody is counted by nobody.
    if verdict is DutyVerdict.ASK and (counted or most >= limit):
        return Reason(message=f"{message}-perhaps", args=(("subjects", low), ("most", most), ("limit", limit)))
    return Reason(message=message, args=(("subjects", low), ("limit", limit), ("verdict", verdict.value)))
