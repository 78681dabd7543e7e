"""The rule detector as a fold: any cut tells the same, state survives a snapshot, floods stay columns."""

import itertools
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detector.detect.core import in_order
from detector.detect.rules import RuleDetector, Rules, RuleSet, RuleState
from detector.detect.rules import detector as detector_module
from detector.detect.rules.columns.expressions import times
from detector.detect.rules.columns.frame_view import FrameView, marks_of
from detector.detect.rules.correlation import episodes
from detector.detect.rules.correlation.episodes import CorrelationState
from detector.detect.rules.facts.fact_maker import FactMaker, FactState
from detector.detect.rules.findings.finding_builder import FindingBuilder
from detector.detect.rules.rule_checks import events_frame
from detector.messages import LANGUAGES, messages
from detector.resources import shipped
from detector.schema.detection.findings import MAX_EVIDENCE, Finding
from detector.settings import RecordMap, Settings

RULES = Path(shipped("rules"))
SETTINGS = Settings(records=RecordMap(canaries=("CANARY-1",)))
START = datetime(2026, 3, 2, 10, tzinfo=UTC)
# The same rules with limits a short history can reach, and spans it can leave.
SMALL = (
    (r"\b(gte?): \d\d+$", lambda found: f"{found[1]}: {1 + len(found[0]) % 4}"),
    (r"\btimespan: \w+$", "timespan: 2m"),
    (r"\bdedup: \w+$", "dedup: 5m"),
)


@pytest.fixture(scope="module")
def detector(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    for path in RULES.rglob("*.yml"):
        text = path.read_text()
        for pattern, small in SMALL:
            text = re.sub(pattern, small, text, flags=re.M)
        (folder / path.name).write_text(text)
    return RuleDetector(RuleSet.load([folder]), SETTINGS)


EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "gap": st.sampled_from([0, 1, 5, 30, 90, 400, 700_000]),
            "who": st.sampled_from(["a", "b"]),
            "action": st.sampled_from(["read", "search", "login", "download", "export"]),
            "outcome": st.sampled_from(["success", "success", "failure"]),
            "id": st.one_of(st.integers(1, 8), st.none()),
            "status": st.sampled_from([200, 404]),
            "net": st.sampled_from(["192.0.2.1", "198.51.100.1"]),
        }
    ),
    max_size=60,
)


def frame_of(rows) -> pl.DataFrame:
    at, events = START, []
    for number, row in enumerate(rows):
        at += timedelta(seconds=row["gap"])
        ids = None if row["id"] is None else [str(row["id"]), str(row["id"] + number % 2)]
        events.append(
            {
                "@timestamp": at,
                "user.id": row["who"],
                "user.name": row["who"],
                "source.ip": row["net"],
                "event.action": row["action"],
                "event.outcome": row["outcome"],
                "subject.ids": ids,
                "record.ids": ids,
                "record.count": 20_000 if row["action"] == "export" else None,
                "object.type": "document" if row["action"] == "download" else "client",
                "object.classes": ["contact"],
                "http.response.status_code": row["status"],
                "url.path": f"/x/{row['id']}",
            }
        )
    return events_frame(events)


def merged(batches: list[list[Finding]]) -> dict[str, Finding]:
    found: dict[str, Finding] = {}
    for finding in (finding for batch in batches for finding in batch):
        found[finding.id] = found[finding.id].merge(finding) if finding.id in found else finding
    return found


def run(detector: RuleDetector, frame: pl.DataFrame, cuts: list[int], *, snapshot: bool = False) -> dict[str, Finding]:
    state, batches = detector.empty(), []
    edges = [0, *sorted({cut % (frame.height + 1) for cut in cuts}), frame.height]
    for low, high in itertools.pairwise(edges):
        if snapshot:
            state = RuleState.from_tables(state.to_tables())
        state, findings = detector.step(state, frame[low:high])
        batches.append(findings)
    assert not detector.errors
    return merged(batches)


@pytest.mark.share(2)
@settings(max_examples=60, deadline=None)
@given(rows=EVENTS, cuts=st.lists(st.integers(0, 1000), max_size=8), snapshot=st.booleans())
def test_any_cut_of_the_rows_tells_the_same(detector, rows, cuts, snapshot):
    frame = frame_of(rows)
    whole = run(detector, frame, [])
    assert run(detector, frame, cuts, snapshot=snapshot) == whole
    assert run(detector, frame, list(range(frame.height))) == whole


SIGHTS = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 5, 10, 59, 60, 61, 200]),
        st.sampled_from("aaab"),
        st.lists(st.integers(1, 6), max_size=3),
    ),
    max_size=40,
)


@pytest.fixture(scope="module")
def counting(write):
    base = {"title": "b", "name": "b", "logsource": {"product": "nabat"}, "level": "low"}
    base["detection"] = {"s": {"event.action": "read"}, "condition": "s"}
    documents = [base]
    for kind, limit in (("value_count", {"gt": 3}), ("value_count", {"lt": 2}), ("event_count", {"gte": 4})):
        field = {"field": "subject.ids"} if kind == "value_count" else {}
        body = {"type": kind, "rules": ["b"], "group-by": ["actor.id"], "timespan": "60s", "condition": field | limit}
        documents.append({"title": f"{kind} {limit}", "correlation": body, "nabat": {"dedup": "2m"}})
    return RuleDetector(RuleSet.load([write(*documents, name="counting.yml")]), SETTINGS)


@pytest.mark.share(2)
@settings(max_examples=150, deadline=None)
@example(sights=[(10, "a", [number]) for number in (1, 1, 2, 3, 4)], cuts=[2], snapshot=False)
@given(sights=SIGHTS, cuts=st.lists(st.integers(0, 1000), max_size=8), snapshot=st.booleans())
def test_values_seen_again_leave_the_oldest_event_the_same_however_the_rows_are_cut(counting, sights, cuts, snapshot):
    """Cuts between equal times, values that come again, and statements on both sides of a dedup bucket's edge."""
    at, events = START, []
    for gap, who, ids in sights:
        at += timedelta(seconds=gap)
        row = {"user.id": who, "event.action": "read", "@timestamp": at}
        events.append({**row, "subject.ids": [str(number) for number in ids] or None})
    frame = events_frame(events)
    whole = run(counting, frame, [])
    assert run(counting, frame, cuts, snapshot=snapshot) == whole
    assert run(counting, frame, list(range(frame.height))) == whole


def test_a_flood_is_one_finding_with_little_evidence():
    detector = RuleDetector(RuleSet.load([RULES / "web" / "scanner.yml"]), SETTINGS)
    row = {"source.ip": "203.0.113.1", "user_agent.original": "sqlmap/1.8", "url.path": "/"}
    frame = events_frame([{**row, "@timestamp": START + timedelta(milliseconds=n)} for n in range(20_000)])
    _, findings = detector.step(detector.empty(), frame)
    assert [(finding.events, len(finding.evidence)) for finding in findings] == [(20_000, MAX_EVIDENCE)]
    assert findings[0].actor_id == "ip:203.0.113.1"
    assert findings[0].source_ips == ("203.0.113.1",)


def test_what_the_log_names_nobody_for_is_charged_to_the_machine_or_the_service():
    detector = RuleDetector(RuleSet.load([RULES / "web" / "scanner.yml", RULES / "access" / "canary.yml"]), SETTINGS)
    scan = {"user_agent.original": "sqlmap/1.8", "url.path": "/", "@timestamp": START}
    canary = {"subject.ids": ["CANARY-1"], "event.action": "read", "@timestamp": START}
    rows = [scan, canary, *({**scan, "host.name": f"web{n % 2}", "@timestamp": START} for n in range(4))]
    frame = events_frame(rows)
    assert frame["actor.id"].null_count() == len(rows)
    _, findings = detector.step(detector.empty(), frame)
    assert sorted((finding.actor_id, finding.events, finding.subject_count) for finding in findings) == [
        ("host:web0", 2, 0),
        ("host:web1", 2, 0),
        ("unnamed:crm", 1, 0),
        ("unnamed:crm", 1, 1),
    ]


WALK = {
    "user.id": "anna",
    "source.ip": "192.0.2.1",
    "event.outcome": "success",
    "object.type": "client",
    "object.classes": ["contact"],
}


@pytest.mark.parametrize(
    ("count", "taken", "clients"), [(0, False, 0), (None, True, 91), (1, True, 91)], ids=["304", "unknown", "200"]
)
def test_a_walk_that_was_sent_nothing_is_a_walk_and_takes_nothing(count, taken, clients):
    detector = RuleDetector(RuleSet.load([RULES / "access" / "sequential-ids.yml"]), SETTINGS)
    rows = [
        {**WALK, "event.action": "read", "record.count": count, "subject.ids": [str(1000 + n)],
         "@timestamp": START + timedelta(seconds=n)}
        for n in range(150)
    ]  # fmt: skip
    _, (finding,) = detector.step(detector.empty(), events_frame(rows))
    assert (finding.taken, finding.touched) == (taken, taken)
    assert finding.subject_count >= clients
    assert bool(finding.subject_count) is taken


def test_what_is_said_of_a_walk_is_said_of_all_of_it():
    detector = RuleDetector(RuleSet.load([RULES / "access" / "sequential-ids.yml"]), SETTINGS)
    rows = [
        {**WALK, "event.action": "read", "record.count": 1, "subject.ids": [str(1000 + n)],
         "@timestamp": START + timedelta(seconds=n)}
        for n in range(150)
    ]  # fmt: skip
    frame, state, findings = events_frame(rows), detector.empty(), []
    for begin, end in ((0, 70), (70, 150)):
        state, stated = detector.step(state, frame[begin:end])
        findings += stated
    finding = findings[0].merge(findings[-1])
    assert (finding.events, finding.subject_count, finding.record_low) == (150, 150, 150)
    assert (finding.first_event_at, finding.at) == (START, START + timedelta(seconds=59))
    assert [messages(language).reason(finding.reasons[0]) for language in LANGUAGES] == [
        "Client ids are tried one after another: 150 neighbouring ids in a row",
        "Идентификаторы клиентов перебираются подряд: подряд 150 соседних идентификаторов",
    ]


TABLE = {"user.id": "anna", "event.category": "database", "object.type": "client", "@timestamp": START}


@pytest.mark.parametrize(
    ("more", "uncounted"),
    [
        ({}, 1),
        ({"event.outcome": "unknown"}, 1),
        ({"object.classes": None}, 0),
        ({"event.outcome": "failure"}, None),
        ({"record.count": 0}, None),
    ],
    ids=["whole", "unknown outcome", "no client data", "failed", "empty"],
)
def test_an_export_that_nobody_counted_was_taken(more, uncounted):
    detector = RuleDetector(RuleSet.load([RULES / "volume" / "table-export.yml"]), SETTINGS)
    row = {**TABLE, "event.action": "export", "event.outcome": "success", "object.classes": ["contact"], **more}
    _, findings = detector.step(detector.empty(), events_frame([row]))
    assert [each.uncounted for each in findings] == ([] if uncounted is None else [uncounted])
    assert all(each.taken is bool(each.uncounted) for each in findings)


def test_it_is_said_that_the_log_does_not_count():
    detector = RuleDetector(RuleSet.load([RULES / "volume" / "table-lists.yml"]), SETTINGS)
    row = {**TABLE, "event.action": "list", "event.outcome": "success", "object.classes": ["contact"]}
    rows = [{**row, "@timestamp": START + timedelta(seconds=n)} for n in range(150)]
    frame, state, findings = events_frame(rows), detector.empty(), []
    for begin, end in ((0, 120), (120, 150)):
        state, told = detector.step(state, frame[begin:end])
        findings += told
    finding = findings[0].merge(findings[-1])
    assert (finding.taken, finding.record_low, finding.record_high) == (True, 0, 0)
    assert finding.uncounted == 50  # the first hundred only led to it
    assert [messages(language).reason(finding.reasons[0]).partition("; ")[2] for language in LANGUAGES] == [
        "the log does not tell how many records",
        "сколько записей, лог не говорит",
    ]


def test_what_grew_after_a_close_is_more_though_nobody_counts_it():
    detector = RuleDetector(RuleSet.load([RULES / "volume" / "table-export.yml"]), SETTINGS)
    row = {**TABLE, "event.action": "export", "event.outcome": "success", "object.classes": ["contact"]}
    state, (first,) = detector.step(detector.empty(), events_frame([row]))
    covered = first.cover("incident", START + timedelta(minutes=1)).covered
    _, (second,) = detector.step(state, events_frame([{**row, "@timestamp": START + timedelta(hours=1)}]))
    assert covered is not None
    assert not covered.outgrown_by(first)
    assert covered.outgrown_by(second)


def test_reads_that_were_sent_nothing_are_no_bulk_read():
    rules = limited(RuleSet.load([RULES / "volume" / "bulk-read.yml"]), 50)
    detector = RuleDetector(rules, SETTINGS)
    rows = [
        {**WALK, "event.action": "read", "record.count": 0, "subject.ids": [str(7 * n)],
         "@timestamp": START + timedelta(seconds=n)}
        for n in range(90)
    ]  # fmt: skip
    assert detector.step(detector.empty(), events_frame(rows))[1] == []


@pytest.mark.parametrize("action", ["create", "update", "delete"])
def test_a_changed_record_is_touched_and_not_taken(action):
    detector = RuleDetector(RuleSet.load([RULES / "access" / "canary.yml"]), SETTINGS)
    row = {**WALK, "event.action": action, "record.count": 1, "subject.ids": ["CANARY-1"], "@timestamp": START}
    _, (finding,) = detector.step(detector.empty(), events_frame([row]))
    assert (finding.touched, finding.taken, finding.subject_count) == (True, False, 1)


def limited(rules: Rules, limit: int, **more: int) -> Rules:
    lowered = (replace(rule, conditions=((rule.conditions[0][0], limit),), **more) for rule in rules.correlations)
    return replace(rules, correlations=tuple(lowered))


def test_a_bulk_read_says_how_many_clients():
    rules = limited(RuleSet.load([RULES / "volume" / "bulk-read.yml"]), 250)
    detector = RuleDetector(rules, SETTINGS)
    row = {"user.id": "anna", "source.ip": "192.0.2.1", "event.action": "list", "object.classes": ["contact"]}
    events = [
        {**row, "@timestamp": START + timedelta(seconds=n), "subject.ids": [str(n * 10 + k) for k in range(10)]}
        for n in range(40)
    ]
    _, findings = detector.step(detector.empty(), events_frame(events))
    assert len(findings) == 1
    finding = findings[0]
    assert finding.at == START + timedelta(seconds=25)
    assert finding.subject_count == 400
    assert finding.record_low == 400
    assert finding.data_classes == ("contact",)
    assert [messages(language).reason(finding.reasons[0]) for language in LANGUAGES] == [
        "One actor reads very many clients in an hour: 400 clients in 1 hour",
        "Один исполнитель просматривает очень много клиентов за час: 400 клиентов за 1 час",
    ]
    assert finding.risk == 70


def judge_late(detector: RuleDetector, events, *, by: int = 0, state: RuleState | None = None) -> list[Finding]:
    frame = events_frame(events)
    late_by = np.full(frame.height, by, dtype=np.int64)
    none = np.zeros(frame.height, np.bool_)
    found = detector.judge_late(state or detector.empty(), frame, late_by, none, none)
    assert not detector.errors
    return list(in_order(found))


def test_a_late_event_is_counted_with_those_that_were_on_time_unless_it_comes_by_more_than_an_hour():
    detector = RuleDetector(RuleSet.load([RULES]), SETTINGS)
    row = {"user.id": "anna", "event.action": "read", "subject.ids": ["CANARY-1"], "@timestamp": START}
    state, (on_time,) = detector.step(detector.empty(), events_frame([row] * 3))
    (late,) = judge_late(detector, [row], by=detector_module.APART, state=state)
    assert (late.id, late.events) == (on_time.id, 4)
    told = [judge_late(detector, [row], by=detector_module.APART + 1, state=state) for _ in range(2)]
    assert [each.events for (each,) in told] == [1, 2]
    assert {each.id for (each,) in told} & {late.id} == set()


def test_late_events_are_judged_by_single_event_rules_only():
    detector = RuleDetector(RuleSet.load([RULES]), SETTINGS)
    row = {"user.id": "anna", "source.ip": "192.0.2.1", "event.action": "read", "@timestamp": START}
    events = [{**row, "subject.ids": [str(n)]} for n in range(400)] + [{**row, "subject.ids": ["CANARY-1"]}]
    assert [finding.title for finding in judge_late(detector, events)] == ["A planted client record was touched"]


def test_the_limit_is_passed_anew_after_the_window_has_emptied():
    detector = RuleDetector(limited(RuleSet.load([RULES / "web" / "probing.yml"]), 100), SETTINGS)
    row = {"source.ip": "203.0.113.1", "http.response.status_code": 404}
    events = [
        {**row, "url.path": f"/{n}", "@timestamp": START + timedelta(days=day * 2, seconds=n)}
        for day in range(2)
        for n in range(120)
    ]
    _, findings = detector.step(detector.empty(), events_frame(events))
    assert [finding.at - START for finding in findings] == [timedelta(seconds=100), timedelta(days=2, seconds=100)]


OWN = """\
title: A rule of one's own
id: 5f0c0c5e-0000-4000-8000-0000000000aa
logsource: {product: nabat}
detection:
  selection: SELECTION
  condition: selection
"""


def test_a_rule_that_fails_is_counted_and_the_others_go_on(tmp_path):
    (tmp_path / "own.yml").write_text(OWN.replace("SELECTION", "{user.roles: boss, url.path|contains: report}"))
    detector = RuleDetector(RuleSet.load([RULES / "access" / "canary.yml", tmp_path]), SETTINGS)
    row = {"user.id": "anna", "url.path": "/report/ivanova", "subject.ids": ["CANARY-1"], "@timestamp": START}
    strange = events_frame([row]).with_columns(pl.lit(b"\xff").alias("user.roles"))  # no texts
    _, findings = detector.step(detector.empty(), strange)
    assert [finding.severity for finding in findings] == ["critical"]
    assert detector.take_errors() == {"5f0c0c5e-0000-4000-8000-0000000000aa": 1}
    assert not detector.errors
    (cause,) = detector.take_causes().values()
    assert cause.kind == "ComputeError"
    assert cause.place
    assert "match.py" in cause.trace
    assert "ivanova" not in cause.trace
    assert detector.take_causes() == {}


def test_no_finding_holds_client_data():
    detector = RuleDetector(RuleSet.load([RULES]), SETTINGS)
    row = {"user.id": "anna", "event.action": "read", "@timestamp": START, "url.query": "name=Ivanova"}
    events = [{**row, "subject.ids": ["CANARY-1", "SECRET-77"]}]
    _, findings = detector.step(detector.empty(), events_frame(events))
    assert findings
    assert "SECRET" not in repr(findings)
    assert "Ivanova" not in repr(findings)


def facts(events: list[dict], name: str) -> list:
    columns = FactMaker(SETTINGS).step(FactState.empty(), FrameView(events_frame(events)))
    return next(column for column in columns if column.name == name).to_list()


def test_a_run_counts_neighbours_in_one_direction():
    ids = [5, 6, 7, 7, 8, 20, 19, 18, 19, 1]
    events = [
        {"user.id": "a", "subject.ids": [f"C-{n}"], "@timestamp": START + timedelta(seconds=s)}
        for s, n in enumerate(ids)
    ]
    assert facts(events, "nabat.sequential_run") == [1, 2, 3, 3, 4, 1, 2, 3, 3, 1]


def test_a_run_goes_on_where_ids_are_missing_and_ends_where_one_is_changed():
    touches = [(1, "read"), (3, "read"), (6, "read"), (6, "update"), (7, "read"), (8, "read"), (12, "read")]
    events = [
        {"user.id": "a", "subject.ids": [str(n)], "event.action": action, "@timestamp": START + timedelta(seconds=s)}
        for s, (n, action) in enumerate(touches)
    ]
    assert facts(events, "nabat.sequential_run") == [1, 2, 3, 1, 2, 3, 1]


def test_a_pause_ends_a_run():
    events = [
        {"user.id": "a", "subject.ids": [str(n)], "@timestamp": START + timedelta(minutes=n * m)}
        for m, n in ((1, 1), (1, 2), (20, 3))
    ]
    assert facts(events, "nabat.sequential_run") == [1, 2, 1]


def test_a_network_is_new_for_a_day_and_only_for_known_accounts():
    def row(days: float, address: str) -> dict:
        return {"user.id": "a", "source.ip": address, "@timestamp": START + timedelta(days=days)}

    rows = [
        row(0, "192.0.2.1"),
        row(2.9, "198.51.100.1"),
        row(8, "203.0.113.1"),
        row(8.5, "203.0.113.99"),
        row(9.5, "203.0.113.1"),
        row(9.6, "192.0.2.9"),
    ]
    assert facts(rows, "nabat.network_new") == [False, False, True, True, False, False]
    assert facts(rows, "nabat.address_new") == [False, False, True, True, False, True]


def test_hours_are_local():
    maker = FactMaker(Settings(timezone="Asia/Vladivostok"))
    columns = maker.late(FrameView(events_frame([{"source.ip": "192.0.2.1", "@timestamp": START.replace(hour=13)}])))
    assert pl.DataFrame(columns).select("nabat.local_hour", "nabat.night", "nabat.network_new").row(0) == (
        23,
        True,
        None,
    )


@pytest.mark.parametrize("broken", ["facts", "sessions", "ledger", "correlation"])
def test_a_part_that_fails_is_counted_and_the_others_go_on(broken, tmp_path):
    (tmp_path / "own.yml").write_text(OWN.replace("SELECTION", "{nabat.network_new: true}"))
    files = [RULES / "volume" / "bulk-read.yml", RULES / "access" / "canary.yml", tmp_path]
    rules = limited(RuleSet.load(files), 2)
    detector = RuleDetector(rules, SETTINGS)
    state = detector.empty()
    correlation = rules.correlations[0].about.id
    if broken == "facts":
        state.facts.seen.spans = None  # one that fails takes all of them along
    elif broken == "sessions":
        state.facts.seen.sessions = None
    elif broken == "ledger":
        state.ledger.matters = None
    else:
        state.correlations[correlation] = CorrelationState(groups=None)
    row = {"user.id": "anna", "event.action": "read", "event.outcome": "success"}
    events = [{**row, "@timestamp": START, "subject.ids": [number]} for number in ("1", "2", "3", "CANARY-1")]
    _, findings = detector.step(state, events_frame(events))
    part = {"correlation": correlation, "sessions": "facts"}.get(broken, broken)
    assert detector.take_errors() == {part: 1}
    assert all(cause.place and cause.trace for cause in detector.take_causes().values())
    told = {finding.title for finding in findings}
    assert len(told) == {"ledger": 0, "sessions": 2}.get(broken, 1)


def test_a_scraper_is_counted_to_the_bound_and_then_at_least_so_many():
    rules = limited(RuleSet.load([RULES / "volume" / "bulk-read.yml"]), 250, most_values=500)
    detector = RuleDetector(rules, SETTINGS)
    row = {"user.id": "anna", "event.action": "list", "event.outcome": "success"}
    events = [
        {**row, "@timestamp": START + timedelta(seconds=n), "subject.ids": [str(n * 10 + k) for k in range(10)]}
        for n in range(300)
    ]
    state, findings = detector.step(detector.empty(), events_frame(events))
    assert {each.windows.counted().size for each in state.correlations.values()} == {500}
    assert ": at least 500 clients in 1 hour" in messages("en").reason(findings[0].reasons[0])


def test_groups_beyond_the_bound_are_let_go_of_the_quietest_first(counting):
    rule = replace(counting.rules.correlations[0], most_groups=50)
    state = CorrelationState(sweep_at=50)
    events = [
        {
            "user.id": f"u{n}",
            "event.action": "read",
            "@timestamp": START + timedelta(milliseconds=n),
            "subject.ids": ["1"],
        }
        for n in range(200)
    ]
    frame = events_frame(events)
    rows = {base: np.arange(200) for base in rule.bases}
    episodes.correlate(rule, state, FrameView(frame), rows, times(frame))
    latest = pl.Series([f"user:u{n}" for n in range(150, 200)])
    assert sorted(state.groups.of.keys()) == sorted(marks_of(latest))


def test_late_findings_come_by_moment_and_id():
    detector = RuleDetector(RuleSet.load([RULES]), SETTINGS)
    row = {"user.id": "anna", "event.action": "read", "subject.ids": ["CANARY-1"]}
    events = [{**row, "user.id": who, "@timestamp": START + timedelta(days=day)} for day in (3, 1, 2) for who in "ba"]
    findings = judge_late(detector, events)
    assert [(finding.at, finding.id) for finding in findings] == sorted((f.at, f.id) for f in findings)
    assert len(findings) == 6


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (202, 202, ("one request, 202 records", "1 запрос, 202 записи")),
        (0, 4065, ("one request, up to 4,065 records", "1 запрос, до 4 065 записей")),
        (1, 1, ("one request, one record", "1 запрос, 1 запись")),
        (3, 21, ("one request, 3 to 21 records", "1 запрос, от 3 до 21 записи")),
        (0, 0, ("one request", "1 запрос")),
    ],
)
def test_a_reason_names_its_rule_and_the_records(low, high, said):
    rule = RuleSet.load([RULES / "volume" / "large-export.yml"]).events[0]
    reason = FindingBuilder(rule, {}).reason(0, 1, low, high)
    words = [messages(language).reason(reason).replace("\xa0", " ").replace("\u202f", " ") for language in LANGUAGES]
    assert words == [f"{rule.about.title}: {said[0]}", f"{rule.about.title_ru}: {said[1]}"]
    assert not any("  " in text for text in words)
