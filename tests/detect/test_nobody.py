"""What nobody named does is told as soon as what others do, whichever log is waited for."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from detector.detect.core import Core
from detector.detect.rules import RuleDetector, RuleSet
from detector.detect.rules.rule_checks import events_frame
from detector.settings import Settings
from tests.detect.prompt import prompt
from tests.detect.thefts import read_at

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RULE = """\
title: Client data is exported
id: 5f0c0c5e-0000-4000-8000-0000000000f1
status: stable
logsource: {product: nabat}
detection: {selection: {event.action: export}, condition: selection}
level: high
"""


@pytest.mark.parametrize(
    ("named", "actor"),
    [({"user.id": "mallory"}, "user:mallory"), ({}, "unnamed:db"), ({"host.name": "db1"}, "host:db1")],
)
def test_an_act_that_waits_for_another_log_is_told_at_once_whoever_did_it(
    named: dict[str, str], actor: str, tmp_path: Path
) -> None:
    (tmp_path / "rule.yml").write_text(RULE)
    core = Core(prompt(), RuleDetector(RuleSet.load([tmp_path]), Settings(), 1))
    act = {
        "@timestamp": START,
        "service.name": "db",
        "event.action": "export",
        "object.type": "client",
        "subject.ids": ["c1"],
    }
    rows = events_frame([act | named])
    rows = rows.with_columns(pl.lit("db").alias("log.stream"), pl.lit("db").alias("log.source"))
    now = START + timedelta(seconds=1)
    _, judged = core.step(core.empty(), [read_at(rows, now)], now=now, backlog={"slow": "web"})
    assert judged.waiting
    assert [finding.actor_id for finding in judged.findings] == [actor]
