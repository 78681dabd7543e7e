"""Correlations over correlations: one holds at each event at which its window satisfies its condition."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from detector.detect.rules import RuleDetector, RuleSet, evaluate
from detector.detect.rules.rule_checks import events_frame
from detector.settings import Settings

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
INNER, OUTER = 60, 120
LASTING = [*((10, "a", "failure") for _ in range(18)), (5, "a", "success")]
EVENTS = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 10, 20, 30, 60, 61, 121]),  # seconds since the one before
        st.sampled_from("aab"),
        st.sampled_from(["failure", "failure", "failure", "success"]),
    ),
    max_size=40,
)
Happened = list[tuple[int, str, str]]


def base(name: str) -> dict[str, Any]:
    selection = {"event.action": "login", "event.outcome": name}
    return {
        "title": name,
        "name": name,
        "logsource": {"product": "nabat"},
        "detection": {"s": selection, "condition": "s"},
    }


def over(kind: str, rules: list[str], span: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "rules": rules, "group-by": ["user.name"], "timespan": f"{span}s", **more}


MANY = {"title": "M", "name": "many", "correlation": over("event_count", ["failure"], INNER, condition={"gte": 3})}
CHAINS = {
    "in order": over("temporal_ordered", ["many", "success"], OUTER),
    "together": over("temporal", ["many", "success"], OUTER),
    "alone": over("temporal", ["many", "success"], OUTER, condition="success and not many"),
    "counted": over("event_count", ["many"], OUTER, condition={"gte": 3}),
}


@pytest.fixture(scope="module", params=CHAINS)
def chain(request, write):
    outer = {"title": "C", "name": "c", "correlation": CHAINS[request.param], "nabat": {"dedup": "1s"}}
    path = write(base("failure"), base("success"), MANY, outer, name=f"chain {request.param}.yml")
    return request.param, path


def by_hand(kind: str, events: Happened) -> list[int]:
    """Return the numbers of the events at which a statement begins, each window gone through anew."""
    begun, now, known = [], 0, {}
    for at, (since, who, outcome) in enumerate(events, 1):
        now += since
        mine = known.setdefault(who, {"rows": [], "true": False, "last": 0})
        failures = [time for time, each, _ in mine["rows"] if each == "failure" and time >= now - INNER]
        many = outcome == "failure" and len(failures) >= 2
        mine["rows"].append((now, outcome, many))
        if not many and (outcome == "failure" or kind == "counted"):
            continue  # no event of a base
        window = [(each, held) for time, each, held in mine["rows"] if time >= now - OUTER]
        held = [place for place, (_, held) in enumerate(window) if held]
        successes = [place for place, (each, _) in enumerate(window) if each == "success"]
        true = {
            "in order": bool(held and successes and held[0] < successes[-1]),
            "together": bool(held and successes),
            "alone": bool(successes and not held),
            "counted": len(held) >= 3,
        }[kind]
        if true and not (mine["true"] and now - mine["last"] <= OUTER):
            begun.append(at)
        mine |= {"true": true, "last": now}
    return begun


def times(events: Happened) -> list[datetime]:
    now, found = START, []
    for since, _, _ in events:
        now += timedelta(seconds=since)
        found.append(now)
    return found


@example(events=LASTING)
@given(events=EVENTS)
def test_a_correlation_counts_each_event_at_which_the_one_below_it_holds(chain, events):
    kind, path = chain
    happened = [
        {"time": at.isoformat(), "user.name": who, "event.action": "login", "event.outcome": outcome}
        for at, (_, who, outcome) in zip(times(events), events, strict=True)
    ]
    told = [each["event"] for each in evaluate([path], happened) if each["rule"] == "c"]
    assert told == by_hand(kind, events)


@example(events=LASTING, cuts=[1, 5])
@given(events=EVENTS, cuts=st.lists(st.integers(0, 40), max_size=5))
def test_any_cut_finds_what_going_through_the_windows_finds(chain, events, cuts):
    kind, path = chain
    rows = [
        {"@timestamp": at, "user.id": who, "user.name": who, "event.action": "login", "event.outcome": outcome}
        for at, (_, who, outcome) in zip(times(events), events, strict=True)
    ]
    detector = RuleDetector(RuleSet.load([path]), Settings())
    state, found = detector.empty(), set()
    edges = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
    for begin, end in pairwise(edges):
        state, findings = detector.step(state, events_frame(rows[begin:end]))
        found |= {(each.at, each.actor_id) for each in findings if each.rule_id == "c"}
        state = detector.empty().from_tables(state.to_tables())
    begun = by_hand(kind, events)
    assert found == {(times(events)[at - 1], f"user:{events[at - 1][1]}") for at in begun}


def test_failures_that_last_for_hours_and_a_success_within_the_hour_are_one_finding(write):
    many = {**MANY, "correlation": over("event_count", ["failure"], 300, condition={"gte": 5})}
    taken = {"title": "C", "name": "c", "correlation": over("temporal_ordered", ["many", "success"], 3_600)}
    detector = RuleDetector(RuleSet.load([write(base("failure"), base("success"), many, taken)]), Settings())
    row = {"user.id": "a", "user.name": "a", "event.action": "login", "event.outcome": "failure"}
    rows = [{**row, "@timestamp": START + timedelta(seconds=30 * n)} for n in range(360)]
    rows.append({**row, "@timestamp": START + timedelta(hours=3, minutes=50), "event.outcome": "success"})
    _, findings = detector.step(detector.empty(), events_frame(rows))
    assert [(each.at, each.rule_id) for each in findings] == [(rows[-1]["@timestamp"], "c")]
