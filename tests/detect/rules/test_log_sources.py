"""The table of log sources: which events a rule's log source means, and that every name in it is one that is filled."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from detector import frames
from detector.detect.rules import (
    RuleContext,
    RuleDetector,
    RuleSet,
    check_rules,
    list_rules,
    rule_coverage,
    unseen_sources,
)
from detector.detect.rules.columns.expressions import EVERYTHING, VIRTUAL
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.logsources.event_scope import EventScope, Source
from detector.detect.rules.logsources.table import LogSource, LogSources, Waiting
from detector.detect.rules.matching.match import RuleMatcher
from detector.detect.rules.rule_checks import events_frame
from detector.errors import ConfigError
from detector.settings import Settings
from detector.settings.loading.load_settings import read_model
from tests.decode.batches import settings_for
from tests.decode.golden import files, read

AT = datetime(2026, 5, 17, tzinfo=UTC)
TABLE = LogSources()


def view(*events: dict[str, Any]) -> FrameView:
    return FrameView(events_frame([{"@timestamp": AT, **event} for event in events]))


@pytest.fixture(scope="module")
def samples() -> FrameView:
    """Return what the golden samples of all formats decode to."""
    rows = [block.expected for path in files() for block in read(path) if "reject" not in block.expected]
    kept = {name: kind for name, kind in frames.EVENT_SCHEMA.items() if name not in ("@timestamp", "labels")}
    columns = [pl.Series(name, [row.get(name) for row in rows], dtype=kind) for name, kind in kept.items()]
    labels = [[{"key": k, "value": v} for k, v in (row.get("labels") or {}).items()] for row in rows]
    times = [datetime.fromisoformat(row["@timestamp"]) for row in rows]
    columns += [
        pl.Series("@timestamp", times, dtype=frames.EVENT_SCHEMA["@timestamp"]),
        pl.Series("labels", labels, dtype=frames.EVENT_SCHEMA["labels"]),
    ]
    return FrameView(pl.DataFrame(columns))


def named(reading: Any) -> set[str]:
    fields = {name for field in reading.fields for name in reading.names(field)}
    return {*fields, *(name for name, _ in (*reading.scope.where, *reading.scope.unless))} - {
        *VIRTUAL,
        EVERYTHING,
        "event.original",
    }


def test_every_field_that_is_named_is_filled_by_some_format(samples):
    missing: dict[str, set[str]] = {}
    filled: dict[str, set[str]] = {}
    for about, source in TABLE.every():
        for reading in source.readings if isinstance(source, Source) else ():
            rows = EventScope(reading.scope.where[:1]).predicate()(samples).nonzero()[0]
            assert rows.size, f"{about}: no format writes such events"
            for name in named(reading):
                column = samples.field(name)
                there = column is not None and column.is_not_null().to_numpy()[rows].any()
                (filled if there else missing).setdefault(about.product, set()).add(name)
    assert {product: names - filled[product] for product, names in missing.items() if names - filled[product]} == {}


def test_every_log_source_has_events_or_says_in_both_languages_what_would_feed_it():
    waiting = {about: source for about, source in TABLE.every() if isinstance(source, Waiting)}
    assert [str(about) for about, source in waiting.items() if set(source.needs) != {"en", "ru"}] == []
    assert LogSource("kubernetes", "", "audit") in waiting


def test_a_log_source_stands_in_the_table_once():
    every = [about for about, _ in TABLE.every()]
    assert len(every) == len(set(every))


@pytest.mark.parametrize(
    ("wanted", "readings"),
    [
        (LogSource("okta", "", "okta"), 1),
        (LogSource("okta"), 1),  # all it includes
        (LogSource("aws", "", "cloudtrail"), 1),
        (LogSource("windows", "process_creation"), 2),  # Sysmon and the Security log
        (LogSource("windows", "process_creation", "sysmon"), 2),  # of those that include it the one of the category
        (LogSource("", "webserver"), 2),  # requests, and those of them that sign somebody in
        (LogSource("apache", "webserver"), 2),
        (LogSource("", "process_creation"), 4),  # of every product
    ],
)
def test_a_log_source_means_its_own_entry_or_the_nearest(wanted, readings):
    source = TABLE.find(wanted)
    assert isinstance(source, Source)
    assert len(source.readings) == readings


def test_an_unknown_log_source_waits():
    assert TABLE.find(LogSource("toaster", "", "crumbs")) == Waiting("toaster/crumbs", {})


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("about: x\nsources:\n  - service: a\n    fields:\n      A: user.nam\n", 4, "no such columns: user.nam"),
        ("about: x\nsources:\n  - service: a\n    wher: {}\n", 4, "unknown key"),
        ("about: x\nsources:\n  - service: a\n    datasets: [x]\n    needs: {en: a, ru: b}\n", 3, "either has events"),
    ],
)
def test_a_mistake_in_a_file_is_told_with_its_line(tmp_path, text, line, said):
    (tmp_path / "toaster.yml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        LogSources(folder=tmp_path).find(LogSource("toaster"))
    assert [(problem.line, said in str(problem)) for problem in caught.value.problems] == [(line, True)]


def test_files_are_read_for_rules_of_theirs_alone(monkeypatch):
    read_files: list[str] = []

    def counted(path: Path, model: Any) -> Any:
        read_files.append(path.stem)
        return read_model(path, model)

    monkeypatch.setattr("detector.detect.rules.logsources.table.read_model", counted)
    table = LogSources()
    table.find(LogSource("nabat"))
    assert read_files == []
    table.find(LogSource("okta", "", "okta"))
    table.find(LogSource("okta"))
    assert read_files == ["okta"]


def rule(logsource: dict[str, str], selection: Any, *, name: str = "r") -> dict[str, Any]:
    return {
        "title": name,
        "name": name,
        "id": name,
        "logsource": logsource,
        "detection": {"s": selection, "condition": "s"},
    }


def rows(path: Any, frame: FrameView, **more: Any) -> dict[str, list[int]]:
    rules = RuleSet.load([path], **more)
    assert not rules.waiting
    found = RuleMatcher(rules.events, frames.EVENT_SCHEMA).match(frame)
    return {rules.events[number].about.id: rows.tolist() for number, rows in found.rows.items()}


WINDOWS = {"event.dataset": "windows.security", "event.category": "host"}
SYSMON = {"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": "1"}
AUDIT = {"Channel": "Security", "EventID": "4688"}


def test_a_rule_is_judged_by_each_way_its_events_are_written(write):
    path = write(rule({"product": "windows", "category": "process_creation"}, {"Image|endswith": "\\whoami.exe"}))
    frame = view(
        {**WINDOWS, "labels": {**SYSMON, "Image": "C:\\whoami.exe"}},
        {**WINDOWS, "labels": {**AUDIT, "NewProcessName": "C:\\whoami.exe"}},
        {**WINDOWS, "labels": {**SYSMON, "NewProcessName": "C:\\whoami.exe"}},
        {**WINDOWS, "labels": {**AUDIT, "EventID": "4689", "NewProcessName": "C:\\whoami.exe"}},
        {"event.dataset": "syslog", "labels": {**SYSMON, "Image": "C:\\whoami.exe"}},
    )
    assert rows(path, frame) == {"r": [0, 1]}


def test_what_is_fixed_for_all_events_of_a_log_source_is_asked_of_it(write):
    selection = {"Initiated": "true", "DestinationPort": 443}
    path = write(rule({"product": "windows", "category": "network_connection"}, selection))
    filtering = {"Channel": "Security", "EventID": "5156", "DestPort": "443"}
    frame = view(
        {**WINDOWS, "labels": {**filtering, "Direction": "%%14593"}},
        {**WINDOWS, "labels": {**filtering, "Direction": "%%14592"}},
    )
    assert rows(path, frame) == {"r": [0]}


def test_keywords_are_looked_for_in_the_fields_of_a_log_or_in_its_line(write):
    path = write(
        rule({"product": "windows", "service": "system"}, ["mimikatz"], name="fields"),
        rule({"product": "linux", "service": "sshd"}, ["bad length"], name="line"),
    )
    frame = view(
        {**WINDOWS, "labels": {"Channel": "System", "ServiceName": "x Mimikatz y"}},
        {"event.dataset": "syslog", "labels": {"program": "sshd"}, "event.original": "sshd: bad length 1"},
        {"event.dataset": "syslog", "labels": {"program": "cron"}, "event.original": "cron: bad length 1"},
    )
    assert rows(path, frame) == {"fields": [0], "line": [1]}


def test_fields_of_lists_and_objects_are_found_by_their_paths(write):
    aws = {"product": "aws", "service": "cloudtrail"}
    path = write(
        rule(aws, {"resources.ARN|endswith": ":b"}, name="in a list"),
        rule(aws, {"requestParameters.names": "b"}, name="an element"),
        rule(aws, {"requestParameters|contains": '"name": "x"'}, name="an object"),
        rule(aws, {"resources.ARN": None}, name="missing"),
    )
    labels = [
        {"resources": '[{"ARN":"a:a"},{"ARN":"a:b"}]', "requestParameters.names": '["a","b"]'},
        {"requestParameters.inner.name": "x", "requestParameters.names": "b"},
        {"resources": "[no list"},
    ]
    frame = view(*({"event.dataset": "aws.cloudtrail", "labels": each} for each in labels))
    assert rows(path, frame) == {"in a list": [0], "an element": [0, 1], "an object": [1], "missing": [1, 2]}


def test_a_source_that_the_settings_declare_feeds_rules_that_waited(write):
    audit = {"product": "kubernetes", "service": "audit"}
    path = write(rule({"product": "kubernetes", "category": "application", "service": "audit"}, {"verb": "create"}))
    assert [found.source for found in RuleSet.load([path]).waiting] == ["kubernetes/application/audit"]
    context = RuleContext.of(settings_for(sigma=audit))
    events = [{"log.source": name, "event.dataset": "json", "labels": {"verb": "create"}} for name in ("s", "other")]
    assert rows(path, view(*events), context=context) == {"r": [0]}


def test_waiting_rules_are_listed_with_what_would_feed_them(write):
    correlation = {
        "title": "C",
        "correlation": {
            "type": "event_count",
            "rules": ["r"],
            "group-by": ["verb"],
            "timespan": "5m",
            "condition": {"gte": 2},
        },
    }
    path = write(rule({"product": "kubernetes", "service": "audit"}, {"verb": "create"}), correlation)
    rules = RuleSet.load([path])
    assert len(rules) == 0
    assert [(row.title, row.state, row.source) for row in list_rules(rules)] == [
        ("C", "waits", "kubernetes/audit"),
        ("r", "waits", "kubernetes/audit"),
    ]
    assert all("API server" in row.needs for row in list_rules(rules))
    found = check_rules([path])
    assert (found.problems, found.runs, len(found.waiting)) == ((), 0, 2)


def test_a_correlation_groups_by_a_field_that_each_way_calls_otherwise(write):
    base = rule({"product": "windows", "category": "process_creation"}, {"CommandLine|contains": "whoami"})
    correlation = {
        "title": "C",
        "id": "c",
        "correlation": {
            "type": "event_count",
            "rules": ["r"],
            "group-by": ["Image"],
            "timespan": "5m",
            "condition": {"gte": 2},
        },
    }
    (found,) = RuleSet.load([write(base, correlation)]).correlations
    ((_, ((_, column),)),) = found.group_by
    frame = view(
        {**WINDOWS, "labels": {**SYSMON, "Image": "a"}},
        {**WINDOWS, "labels": {**AUDIT, "NewProcessName": "b"}},
        {**WINDOWS, "labels": AUDIT},
    )
    codes = frame.codes(column)
    assert [codes.text(code) for code in codes.of.tolist()] == ["a", "b", None]


def test_values_of_several_fields_are_counted_together_in_lists_of_a_log_too(write):
    base = rule({"product": "okta", "service": "okta"}, {"f|exists": True})
    body = {"type": "value_count", "rules": ["r"], "group-by": ["who"], "timespan": "5m"}
    path = write(base, {"title": "C", "id": "c", "correlation": {**body, "condition": {"gte": 4, "field": ["f", "g"]}}})
    detector = RuleDetector(RuleSet.load([path]), Settings())
    event = {"event.dataset": "okta.system", "user.name": "anna", "user.id": "anna", "@timestamp": AT}
    both, less = ({"f": '["1", "2"]', "g": g, "who": "anna"} for g in ('["1", "2"]', "1"))
    found = [detector.step(detector.empty(), events_frame([{**event, "labels": each}]))[1] for each in (both, less)]
    assert [[each.rule_id for each in findings] for findings in found] == [["c"], []]


PIPELINE = """
name: own
priority: 10
transformations:
  - {id: names, type: field_name_mapping, mapping: {who: user.name, what: labels.verb}}
"""


def test_a_pipeline_of_the_operators_gives_fields_our_names(write, tmp_path):
    own = tmp_path / "own.yml"
    own.write_text(PIPELINE)
    path = write(rule({"product": "okta", "service": "okta"}, {"who": "anna", "what": "x"}))
    event = {"event.dataset": "okta.system", "user.name": "anna", "labels": {"verb": "x"}}
    assert rows(path, view(event), context=RuleContext(pipelines=[str(own)])) == {"r": [0]}
    assert rows(path, view(event)) == {}


def test_what_is_no_pipeline_is_a_problem(write, tmp_path):
    own = tmp_path / "own.yml"
    own.write_text("transformations: [{type: magic}]\n")
    path = write(rule({"product": "okta"}, {"a": "b"}))
    with pytest.raises(ConfigError, match="no pipeline of pySigma"):
        RuleSet.load([path], context=RuleContext(pipelines=[str(own)]))


def test_rules_of_web_servers_judge_requests_that_sign_somebody_in(write):
    rule = {
        "title": "T", "id": "t", "logsource": {"category": "webserver"},
        "detection": {"s": {"cs-uri-query|contains": "union"}, "condition": "s"},
    }  # fmt: skip
    matcher = RuleMatcher(RuleSet.load([write(rule)]).events, frames.EVENT_SCHEMA)
    login = {"event.category": "authentication", "event.action": "login", "url.query": "a=1 UNION select"}
    events = view({**login, "http.request.method": "POST"}, login)
    assert {rule: rows.tolist() for rule, rows in matcher.match(events).rows.items()} == {0: [0]}


def test_techniques_and_log_sources_are_counted_with_what_waits(write):
    def rule(number, tags, **source):
        return {
            "title": f"T{number}", "id": f"t{number}", "tags": tags, "logsource": source,
            "detection": {"s": {"a": "x"}, "condition": "s"},
        }  # fmt: skip

    rules = [
        rule(1, ["attack.t1078", "attack.T1078.004", "attack.persistence"], category="webserver"),
        rule(2, ["attack.t1078"], product="kubernetes", service="audit"),
        rule(3, [], category="webserver"),
    ]
    found = rule_coverage(RuleSet.load([write(*rules)]))
    assert [(row.name, row.runs, row.waits) for row in found.techniques] == [
        ("T1078", 1, 1),
        ("T1078.004", 1, 0),
        ("no technique named", 1, 0),
    ]
    assert [(row.name, row.runs, row.waits) for row in found.log_sources] == [
        ("kubernetes/audit", 0, 1),
        ("webserver", 2, 0),
    ]
    assert [(each["techniqueID"], each["score"]) for each in found.navigator()["techniques"]] == [
        ("T1078", 1),
        ("T1078.004", 1),
    ]


def test_rules_of_which_no_event_has_come_are_counted_by_log_source(write):
    path = write(
        rule({"product": "aws", "service": "cloudtrail"}, {"eventName": "x"}, name="a"),
        rule({"product": "windows", "category": "process_creation"}, {"Image": "x"}, name="b"),
        rule({"product": "windows", "service": "sysmon"}, {"Image": "x"}, name="c"),
        rule({"product": "nabat"}, {"user.id": "x"}, name="d"),
        rule({"category": "webserver"}, {"cs-method": "x"}, name="e"),
    )
    rules = RuleSet.load([path])
    assert sum(count for _, count in unseen_sources(rules, ())) == 5
    seen = dict(unseen_sources(rules, {"windows.security", "nginx.access"}))
    assert seen == {"aws/cloudtrail": 1}
    assert sum(dict(unseen_sources(rules, {"aws.cloudtrail"})).values()) == 2
