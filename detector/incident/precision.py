"""How often a rule, or a facet of behaviour, was right, as people said when they closed incidents. Pure.

Comes in: what became of each judged incident, and what spoke in it. Goes out: counts, a share with its interval, and
what is to be looked at because it only raised false alarms; and what all incidents of a month cost.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import sqrt

from detector.schema.case.incidents import CloseReason, Incident, IncidentKind

UNCONFIRMED_FOR = timedelta(days=90)
"""What nobody confirmed for so long, though it raised false alarms, is proposed for lowering."""
MONTH = timedelta(days=30)
"""Incidents of so long are counted against the false ones that were asked for."""
_Z = 1.959963984540054  # of the normal distribution, for 95 %
_NOT_JUDGED = (IncidentKind.BLIND_SPOT, IncidentKind.DRILL, IncidentKind.HISTORY)


class ClosingVerdict(StrEnum):
    """What people said of an incident when they closed it."""

    CONFIRMED = "confirmed"
    FALSE_ALARM = "false_alarm"
    EXPECTED = "expected"


_VERDICTS = {
    CloseReason.HANDLED: ClosingVerdict.CONFIRMED,
    CloseReason.FALSE_POSITIVE: ClosingVerdict.FALSE_ALARM,
    CloseReason.AUTHORISED: ClosingVerdict.EXPECTED,
}


def verdict_of(incident: Incident) -> ClosingVerdict | None:
    """Return what was said of an incident; None: nothing, it is a duplicate, or of a kind that no rule answers for."""
    if incident.close_reason is None or incident.kind in _NOT_JUDGED:
        return None
    return _VERDICTS.get(incident.close_reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedIncident:
    """One incident that was closed with a verdict.

    Attributes:
        id: The incident's.
        speakers: What spoke in it: id of a rule or ``behaviour:FACET``, with its titles in English and Russian.
    """

    id: str
    verdict: ClosingVerdict
    closed_at: datetime
    speakers: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePrecision:
    """What became of the incidents in which a rule or a facet spoke.

    Attributes:
        name: The rule's id, or ``behaviour:FACET``.
        confirmed / false_alarms / expected: Incidents closed as handled, as false positive, as authorised.
        confirmed_at / false_at: When the last of them was closed; None: none was.
    """

    name: str
    title: str
    title_ru: str
    confirmed: int = 0
    false_alarms: int = 0
    expected: int = 0
    confirmed_at: datetime | None = None
    false_at: datetime | None = None

    @property
    def precision(self) -> float | None:
        """The share of confirmed incidents among confirmed and false ones, 0..1; None where there are none."""
        judged = self.confirmed + self.false_alarms
        return self.confirmed / judged if judged else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true share lies with 95 % confidence; None where nothing was judged."""
        return wilson(self.confirmed, self.confirmed + self.false_alarms)

    def is_to_lower(self, now: datetime) -> bool:
        """Tell whether it raised false alarms of late, and nobody confirmed it in that time."""
        since = now - UNCONFIRMED_FOR
        confirmed = self.confirmed_at is not None and self.confirmed_at >= since
        return not confirmed and self.false_at is not None and self.false_at >= since


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCost:
    """What became of the incidents of the last ``MONTH`` that behaviour had a part in, or that rules opened alone.

    Attributes:
        by_behaviour: A finding about behaviour belongs to each of them.
        opened: All of them, without duplicates, drills, blind spots and what a first reading listed.
        confirmed / false_alarms / expected: Of these, closed as handled, as false positive, as authorised.
        asked: How many false incidents a month are asked for; None where nobody is asked.
    """

    by_behaviour: bool
    opened: int = 0
    confirmed: int = 0
    false_alarms: int = 0
    expected: int = 0
    asked: float | None = None

    @property
    def unsaid(self) -> int:
        """Incidents of which nobody has said yet what they were."""
        return self.opened - self.confirmed - self.false_alarms - self.expected


def incident_costs(
    opened: Iterable[Incident], with_behaviour: Collection[str], asked: float
) -> tuple[IncidentCost, IncidentCost]:
    """Count the incidents of a month: those with a finding about behaviour, and those by rules alone.

    Args:
        opened: The incidents opened in the last ``MONTH``.
        with_behaviour: Ids of those that a finding about behaviour belongs to.
        asked: How many false incidents a month behaviour may cost, the setting.
    """
    counted: dict[bool, Counter[ClosingVerdict | None]] = {True: Counter(), False: Counter()}
    for incident in opened:
        if incident.kind not in _NOT_JUDGED and incident.close_reason is not CloseReason.DUPLICATE:
            counted[incident.id in with_behaviour][verdict_of(incident)] += 1
    behaviour, rules = (
        IncidentCost(
            by_behaviour=by_behaviour,
            opened=counts.total(),
            confirmed=counts[ClosingVerdict.CONFIRMED],
            false_alarms=counts[ClosingVerdict.FALSE_ALARM],
            expected=counts[ClosingVerdict.EXPECTED],
            asked=asked if by_behaviour else None,
        )
        for by_behaviour, counts in counted.items()
    )
    return behaviour, rules


def wilson(right: int, judged: int) -> tuple[float, float] | None:
    """Return the score interval of a share, at 95 %; None of no trials.

    E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, Journal of the American
    Statistical Association 22 (1927), 209-212; recommended for few trials by L. D. Brown, T. T. Cai and A. DasGupta,
    Interval Estimation for a Binomial Proportion, Statistical Science 16 (2001), 101-133.
    """
    if not judged:
        return None
    share, square = right / judged, _Z * _Z
    centre = (share + square / (2 * judged)) / (1 + square / judged)
    half = _Z * sqrt(share * (1 - share) / judged + square / (4 * judged * judged)) / (1 + square / judged)
    return max(0.0, centre - half), min(1.0, centre + half)


def precision(judged: Iterable[ClosedIncident]) -> list[RulePrecision]:
    """Return what became of the incidents of each rule and facet, those with the most false alarms first."""
    by_name: dict[str, list[ClosedIncident]] = defaultdict(list)
    titles: dict[str, tuple[str, str]] = {}
    for incident in judged:
        for name, title, title_ru in incident.speakers:
            by_name[name].append(incident)
            titles[name] = (title, title_ru)
    found = [_of(name, titles[name], incidents) for name, incidents in by_name.items()]
    return sorted(found, key=lambda each: (-each.false_alarms, each.confirmed, each.name))


def _of(name: str, titles: tuple[str, str], incidents: Iterable[ClosedIncident]) -> RulePrecision:
    closed: dict[ClosingVerdict, list[datetime]] = defaultdict(list)
    for incident in incidents:
        closed[incident.verdict].append(incident.closed_at)
    return RulePrecision(
        name=name,
        title=titles[0],
        title_ru=titles[1],
        confirmed=len(closed[ClosingVerdict.CONFIRMED]),
        false_alarms=len(closed[ClosingVerdict.FALSE_ALARM]),
        expected=len(closed[ClosingVerdict.EXPECTED]),
        confirmed_at=max(closed[ClosingVerdict.CONFIRMED], default=None),
        false_at=max(closed[ClosingVerdict.FALSE_ALARM], default=None),
    )
