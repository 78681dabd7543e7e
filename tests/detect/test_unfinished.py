"""Events of records that may go on are told of beforehand and counted when they are whole."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from detector import frames
from detector.detect.core import Core
from detector.detect.rules import RuleDetector, RuleSet
from detector.detect.rules.rule_checks import events_frame
from detector.schema.detection.findings import Finding
from detector.settings import Settings
from tests.detect.prompt import prompt
from tests.detect.thefts import read_at, standing

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_ID = "5f0c0c5e-0000-4000-8000-0000000000"
ONE, MANY, DAY = f"{_ID}f1", f"{_ID}f2", f"{_ID}f3"
RULES = f"""\
title: Client data is exported
id: {ONE}
status: stable
logsource: {{product: nabat}}
detection: {{selection: {{event.action: export}}, condition: selection}}
level: high
---
title: Client data is read
id: {_ID}f0
name: reads
status: stable
logsource: {{product: nabat}}
detection: {{selection: {{event.action: read}}, condition: selection}}
level: low
---
title: Many clients in ten minutes
id: {MANY}
status: stable
correlation:
  {{type: value_count, rules: [reads], group-by: [actor.id], timespan: 10m, condition: {{field: subject.ids, gte: 3}}}}
level: high
"""


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Core:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "rules.yml").write_text(RULES)
    return Core(prompt(), RuleDetector(RuleSet.load([folder]), Settings(), 1))


def rows(stream: str, *acts: tuple[float, str | None, str, str]) -> pl.DataFrame:
    """Return events of a log: seconds, account, action, client."""
    made: list[dict[str, Any]] = [
        {
            "@timestamp": START + timedelta(seconds=at),
            "service.name": "db",
            "event.action": action,
            "object.type": "client",
            "subject.ids": [client],
        }
        | ({"user.id": who, "user.name": who} if who else {})
        for at, who, action, client in acts
    ]
    places = pl.Series("log.offset", [int(at * 10) for at, *_ in acts], dtype=frames.EVENT_SCHEMA["log.offset"])
    names = ("log.stream", "log.source", "log.file.identity")
    return events_frame(made).with_columns(places, *(pl.lit(stream).alias(name) for name in names))


def found(told: Sequence[Finding]) -> list[tuple[str, str]]:
    return sorted((finding.rule_id, finding.actor_id) for finding in told)


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


WEB = rows("web", *((n, "anna", "read", "c0") for n in range(0, 100, 10)))


@pytest.mark.parametrize("who", ["mallory", None])
@pytest.mark.parametrize("second", [99.0, 40.0], ids=["in order", "behind the watermark"])
def test_an_event_of_a_record_that_may_go_on_is_told_at_once_and_counted_when_it_is_whole(
    core: Core, second: float, who: str | None
) -> None:
    state, _ = core.step(core.empty(), [read_at(WEB, at(100))], now=at(100))
    begun, whole = rows("db", (second, who, "export", "c1")), rows("db", (second, who, "export", "c2"))
    begun, whole = read_at(begun, at(101)), read_at(whole, at(103))
    state, judged = core.step(state, [], now=at(101), backlog={"db": "db"}, unfinished=begun)
    assert [finding.provisional for finding in judged.findings] == [True]
    told = list(judged.findings)
    for moment in (102, 103):
        state, judged = core.step(state, [], now=at(moment), backlog={"db": "db"})
        assert not judged.findings
        assert judged.waiting <= 1, "it waits with the last line of the other log"
    state, judged = core.step(state, [whole], now=at(104), unfinished=frames.empty_events())
    told += judged.findings
    state, judged = core.step(state, [], now=at(900))
    told += judged.findings
    _, replay = core.step(core.empty(), [WEB, whole], final=True)
    assert [finding.id for finding in standing(told)] == [finding.id for finding in replay.findings]
    assert [finding.subject_count for finding in standing(told)] == [1]


@pytest.mark.parametrize("second", [99.0, 40.0], ids=["in order", "behind the watermark"])
def test_an_event_of_a_record_that_may_go_on_counts_among_others_of_its_account(core: Core, second: float) -> None:
    others = rows("web", (30, "mallory", "read", "c1"), (35, "mallory", "read", "c2"), (98, "anna", "read", "c0"))
    state, judged = core.step(core.empty(), [read_at(others, at(100))], now=at(100))
    assert not judged.findings
    last = read_at(rows("db", (second, "mallory", "read", "c3")), at(101))
    state, judged = core.step(state, [], now=at(101), backlog={"db": "db"}, unfinished=last)
    assert found(judged.findings) == [(MANY, "user:mallory")]
    state, judged = core.step(core.from_tables(core.to_tables(state)), [], now=at(102), backlog={"db": "db"})
    assert not judged.findings, "a snapshot holds no record that may go on"
    told = [*judged.findings]
    for events, moment in (([last], 103), ([], 900)):
        state, judged = core.step(state, events, now=at(moment), unfinished=frames.empty_events())
        told += judged.findings
    _, replay = core.step(core.empty(), [others, last], final=True)
    assert [finding.id for finding in standing(told)] == [finding.id for finding in replay.findings]
