"""What is counted where two logs tell of the same acts: what one log alone would have counted."""

import itertools
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.detect.rules import RuleDetector, RuleSet, RuleState
from detector.detect.rules.findings.counted_acts import Counted
from detector.detect.rules.rule_checks import events_frame
from detector.resources import shipped
from detector.schema.detection.findings import Finding
from detector.settings import RecordMap, Settings
from detector.settings.sections.sources import SourceSettings

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
SOURCES = tuple(SourceSettings(name=name, service="crm", paths=(f"/var/log/{name}.log",)) for name in ("app", "edge"))
SETTINGS = Settings(records=RecordMap(canaries=("CANARY-1",)), sources=SOURCES)
LOGS = [
    {"event.dataset": "app.audit", "log.stream": "/var/log/app.log", "log.source": "app"},
    {"event.dataset": "nginx.access", "log.stream": "/var/log/edge.log", "log.source": "edge"},
]
# The same rules with limits a short history can reach.
SMALL = (
    (r"\b(gte?): \d\d+$", lambda found: f"{found[1]}: {1 + len(found[0]) % 4}"),
    (r"\btimespan: \w+$", "timespan: 2m"),
)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    for path in Path(shipped("rules")).rglob("*.yml"):
        text = path.read_text()
        for pattern, short in SMALL:
            text = re.sub(pattern, short, text, flags=re.M)
        (folder / path.name).write_text(text)
    return RuleDetector(RuleSet.load([folder]), SETTINGS)


@pytest.fixture(scope="module")
def shipped_rules():
    return RuleDetector(RuleSet.load([Path(shipped("rules"))]), SETTINGS)


def frame(events) -> pl.DataFrame:
    events = sorted(events, key=lambda one: one["@timestamp"])
    found = events_frame(events)
    offsets = pl.Series("log.offset", [one["log.offset"] for one in events], dtype=pl.Int64())
    return found.with_columns(offsets).sort("@timestamp", "log.stream", "log.offset")


def told(detector, whole, cuts=(), *, snapshot=False) -> dict[str, Finding]:
    state, found = detector.empty(), {}
    for low, high in itertools.pairwise([0, *sorted({cut % (whole.height + 1) for cut in cuts}), whole.height]):
        if snapshot:
            state = RuleState.from_tables(state.to_tables(), detector.seed)
        state, findings = detector.step(state, whole[low:high])
        for finding in findings:
            found[finding.id] = found[finding.id].merge(finding) if finding.id in found else finding
    assert not detector.take_errors()
    return found


def counts(findings) -> list[tuple]:
    return sorted(
        (f.rule_id, f.actor_id, f.at, f.events, f.record_low, f.record_high, f.subject_count) for f in findings.values()
    )


ROWS = st.lists(
    st.tuples(
        st.sampled_from([0.5, 1, 5, 30, 400]),
        st.sampled_from(["a", "b"]),
        st.sampled_from(["read", "search", "login", "download", "export"]),
        st.sampled_from(["success", "success", "failure"]),
        st.one_of(st.integers(1, 8), st.none()),
        st.sampled_from(["192.0.2.1", "198.51.100.1"]),
    ),
    max_size=40,
)


def history(rows, logs=LOGS):
    at, events = START, []
    for number, (gap, who, action, outcome, client, address) in enumerate(rows):
        at += timedelta(seconds=gap)
        ids = None if client is None else [str(client), str(client + number % 2)]
        events += [
            {
                **log,
                "@timestamp": at,
                "log.offset": 100 * number,
                "user.id": who,
                "user.name": who,
                "source.ip": address,
                "event.action": action,
                "event.outcome": outcome,
                "subject.ids": ids,
                "record.ids": ids,
                "record.count": 20_000 if action == "export" else None,
                "object.type": None if action == "login" else "client",
                "object.classes": ["contact"],
                "url.path": f"/x/{client}",
            }
            for log in logs
        ]
    return events


@pytest.mark.share(2)
@settings(max_examples=40, deadline=None)
@given(rows=ROWS, cuts=st.lists(st.integers(0, 1000), max_size=6), snapshot=st.booleans())
def test_two_logs_of_the_same_acts_count_what_one_of_them_counts(small, rows, cuts, snapshot):
    if not rows:
        return
    one, two = frame(history(rows, LOGS[:1])), frame(history(rows))
    found = told(small, two, cuts, snapshot=snapshot)
    assert counts(found) == counts(told(small, one))
    assert found == told(small, two)


def login(log, number, at, who="bob", outcome="failure"):
    return {
        **log,
        "@timestamp": START + timedelta(seconds=at),
        "log.offset": 100 * number,
        "user.id": who,
        "user.name": who,
        "source.ip": "203.0.113.9",
        "event.action": "login",
        "event.outcome": outcome,
        **({} if who else {"actor.id": "ip:203.0.113.9"}),
    }


@pytest.mark.parametrize("edge_knows", ["bob", None])
def test_failed_logins_in_two_logs_page_at_the_same_number_as_in_one(shipped_rules, edge_knows):
    def tried(times, logs):
        who = {"app": "bob", "edge": edge_knows}
        failed = [
            login(log, n, n + 0.2 * (log is LOGS[1]), who[log["log.source"]]) for n in range(times) for log in logs
        ]
        return told(shipped_rules, frame([*failed, *(login(log, 900, 100, "bob", "success") for log in logs)]))

    once = {times: {f.rule_id for f in tried(times, LOGS[:1]).values()} for times in (5, 9, 10, 30, 49, 50)}
    assert once[5] != once[50]
    for times, rules in once.items():
        assert {f.rule_id for f in tried(times, LOGS).values()} == rules


def test_failed_logins_spread_over_servers_behind_a_balancer_all_count(shipped_rules):
    servers = [{**LOGS[0], "log.stream": f"/var/log/app{n}.log"} for n in range(4)]
    tries = [login(servers[n % 4], n, 0.1 * n) for n in range(60)]
    good = login(servers[0], 90, 20, outcome="success")
    one = [login(LOGS[0], n, 0.1 * n) for n in range(60)] + [login(LOGS[0], 90, 20, outcome="success")]
    assert {f.rule_id for f in told(shipped_rules, frame([*tries, good])).values()} == {
        f.rule_id for f in told(shipped_rules, frame(one)).values()
    }


def test_a_log_that_knows_how_many_records_left_adds_what_it_knows_more(shipped_rules):
    export = {"event.action": "export", "event.outcome": "success", "object.type": "client", "user.id": "bob"}
    edge = {**LOGS[1], **export, "@timestamp": START, "log.offset": 0, "record.count": 300}
    app = {**LOGS[0], **export, "@timestamp": START + timedelta(seconds=1), "log.offset": 0, "record.count": 20_000}
    found = told(shipped_rules, frame([edge, app]))
    assert {(f.events, f.record_high) for f in found.values()} == {(1, 20_000)}


def test_an_act_counts_once_in_each_matter_and_with_the_most_records_any_log_names():
    counted, acts = Counted(), np.array([1, 1, 2, 1, 1], dtype=np.uint64)
    matters = np.array([7, 7, 7, 8, 7], dtype=np.uint64)
    low, high = np.array([1, 3, 1, 1, 2]), np.array([5, 4, 1, 1, 9])
    brought = counted.bring(acts, matters, low, high)
    assert brought.first.tolist() == [True, False, True, True, False]
    assert brought.low.tolist() == [1, 2, 1, 1, 0]
    assert brought.high.tolist() == [5, 0, 1, 1, 4]
    kept = Counted.from_table(counted.to_table())
    again = kept.bring(acts, matters, low, high + 1)
    assert not again.first.any()
    assert again.high.sum() == 3
