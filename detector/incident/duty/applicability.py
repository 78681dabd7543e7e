"""Whether a law, and each of its duties, binds us in a case: what the facts say, and why.

Comes in: a law, the incident, what we are. Goes out: a verdict with its reasons. What is not known never rules a law
out: the company named it. A duty that only some have, and that nobody said whether we have, is asked.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from detector.incident.duty.deadlines import Terms
from detector.incident.duty.law_people import (
    Concerned,
    LawPeople,
    controllers_told,
    lies_in,
    living_in,
    living_in_one_part,
    others_clients,
)
from detector.incident.duty.regulations import Applies, Regulation, RegulationStage, Threshold
from detector.messages import Argument
from detector.schema.case.duties import DutyVerdict
from detector.schema.case.incidents import Incident
from detector.schema.detection.findings import Reason


class DutyJudgement(NamedTuple):
    """What the facts say, and why."""

    verdict: DutyVerdict
    reasons: tuple[Reason, ...] = ()


def law_applies(law: Regulation, incident: Incident | None, terms: Terms) -> DutyJudgement:
    """Return whether a law binds us; of no incident in particular what the settings alone say."""
    return together(_bound(law.applies, incident, terms, unknown=DutyVerdict.YES))


def stage_applies(law: Regulation, stage: RegulationStage, incident: Incident, terms: Terms) -> DutyJudgement:
    """Return whether a duty of a law that applies is one of ours, its threshold included.

    Who the company's file says we process data for are controllers, whatever the settings say that we are.
    """
    places = stage.applies.residence or law.applies.residence
    people = _counted_by(stage.threshold, places, incident, terms)
    applies = stage.applies
    found: list[DutyJudgement] = []
    told = controllers_told(incident.scope, places) if stage.each == "controller" else {}
    if told and others_clients(incident.scope):
        applies = applies.model_copy(update={"sectors": ()})
        people_of = ("people", others_clients(incident.scope))
        found.append(_because(DutyVerdict.YES, "duty-processor", ("count", len(told)), people_of))
    found += [
        *_bound(applies, incident, terms, unknown=DutyVerdict.ASK),
        *_reached(stage.threshold, incident, people, places),
    ]
    if stage.lawyer:
        found.append(DutyJudgement(DutyVerdict.ASK, (Reason(message="duty-lawyer"),)))
    return together(found)


def stage_may_bind(stage: RegulationStage, terms: Terms) -> bool:
    """Tell whether a duty may be one of ours, by what the settings alone say."""
    return together(_bound(stage.applies, None, terms, unknown=DutyVerdict.ASK)).verdict is not DutyVerdict.NO


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


def people_of_law(law: Regulation, incident: Incident, terms: Terms) -> LawPeople:
    """Return how many of the people concerned a law is about, by where they live."""
    return living_in(law.applies.residence, Concerned.by(incident), terms.legal.residence)


def _counted_by(threshold: Threshold, places: Collection[str], incident: Incident, terms: Terms) -> LawPeople:
    """Return how many people a threshold counts: those who live where the law speaks of, or in one part of it."""
    everybody, as_a_rule = Concerned.by(incident), terms.legal.residence
    if threshold.each_part_of:
        return living_in_one_part(threshold.each_part_of, everybody, as_a_rule)
    return living_in(places, everybody, as_a_rule)


def _resides(wanted: Collection[str], incident: Incident | None, terms: Terms, unknown: DutyVerdict) -> DutyJudgement:
    """Judge by where the people concerned live; of whom no list says it, by where clients live as a rule."""
    known = terms.legal.residence
    asked, places = ("wanted", ", ".join(wanted)), ("places", ", ".join(known))
    as_a_rule = ", ".join(each for each in known if lies_in(each, wanted))
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
    if here := sum(count for each, count in scope.by_residence if lies_in(each, wanted)):
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


def _reached(
    threshold: Threshold, incident: Incident, people: LawPeople, places: Collection[str]
) -> Iterator[DutyJudgement]:
    scope, low, most = incident.scope, people.low, people.most
    # What names nobody, and what no log counts, keeps "fewer than" from being certain.
    counted = not scope.uncounted and scope.events > 0
    where: tuple[tuple[str, Argument], ...] = ()
    if threshold.each_part_of or places:
        part, named = bool(threshold.each_part_of), threshold.each_part_of or ", ".join(places)
        where = (("where", named), ("part", "yes" if part else "no"), ("unknown", people.unknown), ("most", most))
    if threshold.subjects is not None:
        limit = threshold.subjects
        certain = counted and most < limit
        verdict = DutyVerdict.YES if low >= limit else DutyVerdict.NO if certain else DutyVerdict.ASK
        yield DutyJudgement(verdict, (_counted("duty-subjects", people, limit, verdict, where, counted=counted),))
    if threshold.subjects_under is not None:
        limit = threshold.subjects_under
        certain = counted and most < limit
        verdict = DutyVerdict.NO if low >= limit else DutyVerdict.YES if certain else DutyVerdict.ASK
        yield DutyJudgement(verdict, (_counted("duty-subjects-under", people, limit, verdict, where, counted=counted),))
    if threshold.judgement is not None:
        figures = ", ".join(f"{name} {value}" for name, value in sorted(threshold.figures.items())) or "none"
        yield DutyJudgement(DutyVerdict.ASK, (Reason(message="duty-judgement", args=(("figures", figures),)),))


def _counted(
    message: str,
    people: LawPeople,
    limit: int,
    verdict: DutyVerdict,
    where: tuple[tuple[str, Argument], ...],
    *,
    counted: bool,
) -> Reason:
    name, args = f"{message}-there" if where else message, (("subjects", people.low), ("limit", limit), *where)
    # More may be concerned than are named, also where beside them somebody is counted by nobody.
    if verdict is DutyVerdict.ASK and (counted or people.most >= limit):
        args = args if where else (*args, ("most", people.most))
        return Reason(message=f"{name}-perhaps", args=args)
    return Reason(message=name, args=(*args, ("verdict", verdict.value)))
