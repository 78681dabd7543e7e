"""How often rules were right: counts of verdicts, the interval of a share, what is proposed for lowering."""

from datetime import UTC, datetime, timedelta

import pytest

from detector.incident import ClosedIncident, ClosingVerdict, incident_costs, precision, wilson
from detector.schema.case.incidents import CloseReason, Incident, IncidentKind
from tests.notify.conftest import make_incident

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def judged(number: int, verdict: ClosingVerdict, days: int, *names: str) -> ClosedIncident:
    speakers = tuple((name, f"Rule {name}", f"Правило {name}") for name in names)
    return ClosedIncident(id=str(number), verdict=verdict, closed_at=NOW - timedelta(days=days), speakers=speakers)


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    # Worked examples of the score interval: R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_of_a_share_is_wilsons(right: int, of: int, low: float, high: float) -> None:
    assert wilson(right, of) == pytest.approx((low, high), abs=5e-5)
    assert wilson(0, 0) is None


def test_each_rule_and_facet_counts_the_incidents_in_which_it_spoke() -> None:
    rows = precision(
        [
            judged(1, ClosingVerdict.CONFIRMED, 3, "bulk", "behaviour:volume"),
            judged(2, ClosingVerdict.FALSE_ALARM, 2, "bulk"),
            judged(3, ClosingVerdict.FALSE_ALARM, 1, "bulk", "night"),
            judged(4, ClosingVerdict.EXPECTED, 1, "night"),
        ]
    )
    assert [(row.name, row.confirmed, row.false_alarms, row.expected) for row in rows] == [
        ("bulk", 1, 2, 0),
        ("night", 0, 1, 1),
        ("behaviour:volume", 1, 0, 0),
    ]
    assert rows[0].precision == pytest.approx(1 / 3)
    assert rows[1].interval == wilson(0, 1)


@pytest.mark.parametrize(
    ("verdicts", "lower"),
    [
        ([(ClosingVerdict.FALSE_ALARM, 10)], True),
        ([(ClosingVerdict.FALSE_ALARM, 10), (ClosingVerdict.CONFIRMED, 100)], True),
        ([(ClosingVerdict.FALSE_ALARM, 10), (ClosingVerdict.CONFIRMED, 89)], False),
        ([(ClosingVerdict.FALSE_ALARM, 100)], False),
        ([(ClosingVerdict.EXPECTED, 1)], False),
    ],
)
def test_only_what_was_false_of_late_and_never_right_is_proposed_for_lowering(
    verdicts: list[tuple[ClosingVerdict, int]], lower: bool
) -> None:
    (row,) = precision(judged(n, verdict, days, "bulk") for n, (verdict, days) in enumerate(verdicts))
    assert row.is_to_lower(NOW) is lower


def opened(number: int, reason: CloseReason | None, kind: IncidentKind = IncidentKind.LEAK) -> Incident:
    return make_incident(id=str(number), kind=kind, close_reason=reason)


def test_incidents_of_a_month_are_counted_by_what_opened_them_and_how_they_were_closed() -> None:
    behaviour, rules = incident_costs(
        [
            opened(1, CloseReason.FALSE_POSITIVE),
            opened(2, CloseReason.HANDLED),
            opened(3, CloseReason.AUTHORISED),
            opened(4, None),
            opened(5, CloseReason.DUPLICATE),
            opened(6, CloseReason.FALSE_POSITIVE, IncidentKind.DRILL),
            opened(7, CloseReason.FALSE_POSITIVE),
        ],
        {"1", "4", "5", "6"},
        10,
    )
    assert (behaviour.opened, behaviour.false_alarms, behaviour.unsaid, behaviour.asked) == (2, 1, 1, 10)
    assert (rules.opened, rules.confirmed, rules.false_alarms, rules.expected, rules.unsaid) == (3, 1, 1, 1, 0)
    assert rules.asked is None
