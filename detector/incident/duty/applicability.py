"""Whether a law, and each of its duties, binds us in a case: what the facts say, and why.

Comes in: a law, the incident, what we are. Goes out: a verdict with its reasons. What is not known never rules a law
out: the company named it. A duty that only some have, and that nobody said whether we have, is asked.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from detector.incident.duty.deadlines import Terms
from detector.incident.duty.regulations import Applies, Regulation, RegulationStage, Threshold
from detector.schema.case.duties import DutyVerdict
from detector.schema.case.incidents import Incident
from detector.schema.detection.findings import Reason

_EEA = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO".split()  # noqa: SIM905
)
_GROUPS = {"EU": frozenset(_EEA)}


class DutyJudgement(NamedTuple):
    """What the facts say, and why."""

    verdict: DutyVerdict
    reasons: tuple[Reason, ...] = ()


def law_applies(law: Regulation, incident: Incident | None, terms: Terms) -> DutyJudgement:
    """Return whether a law binds us; of no incident in particular what the settings alone say."""
    return together(_bound(law.applies, incident, terms, unknown=DutyVerdict.YES))


def stage_applies(stage: RegulationStage, incident: Incident, terms: Terms) -> DutyJudgement:
    """Return whether a duty of a law that applies is one of ours, its threshold included."""
    found = [*_bound(stage.applies, incident, terms, unknown=DutyVerdict.ASK), *_reached(stage.threshold, incident)]
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
        yield _resides(applies.residence, terms, unknown)
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


def _resides(wanted: Collection[str], terms: Terms, unknown: DutyVerdict) -> DutyJudgement:
    said, known = ("wanted", ", ".join(wanted)), terms.legal.residence
    if not known:
        return DutyJudgement(unknown, (Reason(message="duty-residence-unknown", args=(said,)),))
    here = [each for each in known if any(_lies_in(each, place) for place in wanted)]
    if here:
        return DutyJudgement(DutyVerdict.YES, (Reason(message="duty-residence", args=(("places", ", ".join(here)),)),))
    args = (said, ("places", ", ".join(known)))
    return DutyJudgement(DutyVerdict.NO, (Reason(message="duty-residence-elsewhere", args=args),))


def _lies_in(place: str, wanted: str) -> bool:
    """Tell whether a place may be one that a law is about: a country may mean any part of it."""
    if wanted in _GROUPS:
        return place.partition("-")[0] in _GROUPS[wanted]
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


def _reached(threshold: Threshold, incident: Incident) -> Iterator[DutyJudgement]:
    scope, low, most = incident.scope, incident.people_low, incident.people_high
    # What names nobody, and what no log counts, keeps "fewer than" from being certain.
    counted = not scope.uncounted and scope.events > 0
    if threshold.subjects is not None:
        limit = threshold.subjects
        certain = counted and most < limit
        verdict = DutyVerdict.YES if low >= limit else DutyVerdict.NO if certain else DutyVerdict.ASK
        yield DutyJudgement(verdict, (_counted("duty-subjects", incident, limit, verdict, counted=counted),))
    if threshold.subjects_under is not None:
        limit = threshold.subjects_under
        certain = counted and most < limit
        verdict = DutyVerdict.NO if low >= limit else DutyVerdict.YES if certain else DutyVerdict.ASK
        yield DutyJudgement(verdict, (_counted("duty-subjects-under", incident, limit, verdict, counted=counted),))
    if threshold.judgement is not None:
        figures = ", ".join(f"{name} {value}" for name, value in sorted(threshold.figures.items())) or "none"
        yield DutyJudgement(DutyVerdict.ASK, (Reason(message="duty-judgement", args=(("figures", figures),)),))


def _counted(message: str, incident: Incident, limit: int, verdict: DutyVerdict, *, counted: bool) -> Reason:
    low, most = incident.people_low, incident.people_high
    if verdict is DutyVerdict.ASK and counted:
        return Reason(message=f"{message}-perhaps", args=(("subjects", low), ("most", most), ("limit", limit)))
    return Reason(message=message, args=(("subjects", low), ("limit", limit), ("verdict", verdict.value)))
