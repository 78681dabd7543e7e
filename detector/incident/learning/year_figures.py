"""The figures of a year: cases, people, times, duties, actions, costs; beside those of the year before.

Comes in: what is known of each case. Goes out: ``YearFigures``. Cases belong to the year of their T0 in the company's
zone. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from detector.incident.case_facts.fact_readings import standing
from detector.incident.dossier import Dossier
from detector.incident.learning.case_times import CaseTimes, Spread, TimeMeasure, is_measured, spread
from detector.schema.case.case_facts import CaseFactKind, IncidentCause
from detector.schema.case.duties import DutyState
from detector.schema.case.incidents import CloseReason, IncidentKind, IncidentStatus
from detector.schema.learning.case_costs import CaseCost
from detector.schema.learning.corrective_actions import ActionState, CorrectiveAction
from detector.schema.levels import Severity

MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearCase:
    """What is known of one case.

    Attributes:
        actions: What follows from it. costs: what was entered.
    """

    dossier: Dossier
    times: CaseTimes
    actions: Sequence[CorrectiveAction] = ()
    costs: Sequence[CaseCost] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFigures:
    """A year in figures.

    Attributes:
        cases: How many counted. breaches: in how many client data was concerned. wrong: closed as false alarm or
            authorised work, beside these. wrongly_told: of how many of those others had been told. not_withdrawn: of
            how many that is not withdrawn, or called off, yet.
        by_severity: The worst first. by_cause: as people stated it. by_month: by month and severity.
        people_low / people_high: Concerned by breaches, at least and at most; somebody in two cases counts twice.
        times: Medians. taken: detection and acknowledgement of each case, by the month of its T0.
        missed: Due times.
        duties_sent / duties_late / duties_not_owed: What became of duties of the laws.
        actions: By state. actions_late: open and past due.
        costs: By currency, what counts. budgets: of actions that were not dropped.
    """

    year: int
    cases: int
    breaches: int
    wrong: int
    wrongly_told: int
    not_withdrawn: int
    by_severity: Mapping[Severity, int]
    by_cause: Mapping[IncidentCause, int]
    by_month: Mapping[int, Mapping[Severity, int]]
    people_low: int
    people_high: int
    times: Mapping[TimeMeasure, Spread | None]
    missed: int
    duties_sent: int
    duties_late: int
    duties_not_owed: int
    actions: Mapping[ActionState, int]
    actions_late: int
    costs: Mapping[str, int]
    budgets: Mapping[str, int]
    monthly_times: Mapping[TimeMeasure, Mapping[int, Spread]]


def figures_of(year: int, cases: Iterable[YearCase], zone: tzinfo, now: datetime) -> YearFigures:
    """Return the figures of a year."""
    all_cases = [each for each in cases if each.dossier.incident.t0.astimezone(zone).year == year]
    counted = [each for each in all_cases if is_measured(each.dossier.incident)]
    breaches = [each for each in counted if each.dossier.incident.kind.breach]
    told = [each.dossier.withdrawals for each in all_cases if _was_wrong(each) and each.dossier.withdrawals]
    times = [each.times for each in counted]
    duties = [duty for each in breaches for duty in each.dossier.duties if not duty.moot]
    actions = [action for each in all_cases for action in each.actions]
    months = {month: [each for each in counted if _month(each, zone) == month] for month in MONTHS}
    return YearFigures(
        year=year,
        cases=len(counted),
        breaches=len(breaches),
        wrong=sum(_was_wrong(each) for each in all_cases),
        wrongly_told=len(told),
        not_withdrawn=sum(any(one.outstanding for one in each) for each in told),
        by_severity=_by_severity(counted),
        by_cause=Counter(_cause(each) for each in counted),
        by_month={month: _by_severity(some) for month, some in months.items()},
        people_low=sum(each.dossier.incident.people_low for each in breaches),
        people_high=sum(each.dossier.incident.people_high for each in breaches),
        times={measure: spread(times, measure) for measure in TimeMeasure},
        missed=sum(len(each.missed) for each in times),
        duties_sent=sum(each.state is DutyState.DONE for each in duties),
        duties_late=sum(each.late(now) for each in duties),
        duties_not_owed=sum(each.state is DutyState.NOT_OWED for each in duties),
        actions=Counter(each.state for each in actions),
        actions_late=sum(each.state is ActionState.OPEN and each.late(now) for each in actions),
        costs=_by_currency(
            (each.currency, each.units) for case in all_cases for each in case.costs if not each.removed_at
        ),
        budgets=_by_currency(
            (each.currency, each.budget)
            for each in actions
            if each.budget is not None and each.state is not ActionState.DROPPED
        ),
        monthly_times={measure: _monthly(months, measure) for measure in (TimeMeasure.DETECT, TimeMeasure.ACKNOWLEDGE)},
    )


def _month(case: YearCase, zone: tzinfo) -> int:
    return case.dossier.incident.t0.astimezone(zone).month


def _was_wrong(case: YearCase) -> bool:
    incident = case.dossier.incident
    real = incident.kind not in (IncidentKind.HISTORY, IncidentKind.DRILL, IncidentKind.BLIND_SPOT)
    wrong = incident.close_reason in (CloseReason.FALSE_POSITIVE, CloseReason.AUTHORISED)
    return real and incident.status is IncidentStatus.CLOSED and wrong


def _by_severity(cases: Sequence[YearCase]) -> dict[Severity, int]:
    counts = Counter(each.dossier.incident.severity for each in cases)
    return {severity: counts[severity] for severity in sorted(Severity, key=lambda each: -each.rank)}


def _cause(case: YearCase) -> IncidentCause:
    stated = standing(CaseFactKind.CAUSE, case.dossier.facts)
    return IncidentCause(stated.value) if stated is not None and stated.value else IncidentCause.UNKNOWN


def _by_currency(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    found = Counter[str]()
    for currency, units in amounts:
        found[currency] += units
    return dict(sorted(found.items()))


def _monthly(months: Mapping[int, Sequence[YearCase]], measure: TimeMeasure) -> dict[int, Spread]:
    spreads = {month: spread([each.times for each in some], measure) for month, some in months.items()}
    return {month: found for month, found in spreads.items() if found is not None}
