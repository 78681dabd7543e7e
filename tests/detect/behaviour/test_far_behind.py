"""Behaviour in a log that is far behind is judged as a replay of that log judges it."""

from datetime import datetime, timedelta

import polars as pl

from detector import frames
from detector.detect.behaviour import Behaviour
from detector.detect.core import Core, in_order
from detector.detect.ordering.reorder import Reorderer
from detector.detect.rules import RuleDetector
from detector.detect.rules.ruleset import Rules
from detector.schema.detection.findings import Finding
from tests.detect.behaviour import company
from tests.detect.behaviour.conftest import Trained

DAYS, LAG, TURN = 5, timedelta(hours=26), timedelta(hours=3)


def log(name: str, rows: pl.DataFrame, lag: timedelta) -> pl.DataFrame:
    """Return events as those of one log, each read so long after its moment."""
    return rows.with_columns(
        *(pl.lit(name).alias(column) for column in ("log.source", "log.stream", "log.file.identity")),
        (pl.int_range(pl.len(), dtype=frames.EVENT_SCHEMA["log.offset"]) * 100).alias("log.offset"),
        (pl.col("@timestamp") + lag).cast(frames.EVENT_SCHEMA["event.ingested"]).alias("event.ingested"),
    )


def read_at(rows: pl.DataFrame, moment: datetime) -> pl.DataFrame:
    return rows.with_columns(pl.lit(moment).cast(frames.EVENT_SCHEMA["event.ingested"]).alias("event.ingested"))


def followed(core: Core, logs: list[pl.DataFrame]) -> tuple[Finding, ...]:
    """Return what logs lead to that are read turn by turn, with restarts."""
    rows = pl.concat(logs).sort("event.ingested", maintain_order=True)
    state, found, now, turn = core.empty(), [], rows.item(0, "event.ingested"), 0
    while rows.height:
        now, turn = now + TURN, turn + 1
        came = rows.filter(pl.col("event.ingested") <= now)
        rows = rows[came.height :]
        came = read_at(came, now)
        if turn % 7 == 0:
            state = core.from_tables(core.to_tables(state))
        state, judged = core.step(state, came.partition_by("log.stream", maintain_order=True), now=now)
        found += judged.findings
    _, judged = core.step(state, [], now=now + timedelta(days=4))
    return in_order([*found, *judged.findings])


def test_a_log_far_behind_leads_to_the_behaviour_findings_of_its_replay(trained: Trained) -> None:
    rules = RuleDetector(Rules(events=(), correlations=()), trained.settings, 1)
    core = Core(Reorderer(), rules, Behaviour.of(trained.settings, trained.model, 1))
    far = log("far", company.together(company.honest(DAYS, seed=1), company.bulk(DAYS - 1, 14)), LAG)
    # Somebody else's log, read as it is written: it has come further when the first line of the other is read.
    now = log("now", company.honest(DAYS + 2, operators=1, seed=2), timedelta(0))
    now = now.with_columns(pl.lit("user:clerk").alias("actor.id"))
    live = followed(core, [now, far])
    _, replay = core.step(core.empty(), [read_at(far, far.item(-1, "event.ingested"))], final=True)
    assert any(finding.actor_id == "user:op3" for finding in replay.findings)
    assert {finding.id: finding for finding in live if finding.actor_id != "user:clerk"} == {
        finding.id: finding for finding in replay.findings
    }


def test_a_replay_judges_the_window_its_last_lines_lie_in_as_the_service_does_that_goes_on(trained: Trained) -> None:
    rules = RuleDetector(Rules(events=(), correlations=()), trained.settings, 1)
    core = Core(Reorderer(), rules, Behaviour.of(trained.settings, trained.model, 1))
    rows = log("crm", company.together(company.honest(DAYS, seed=1), company.bulk(DAYS - 1, 14)), timedelta(0))
    taken = rows.filter((pl.col("actor.id") == "user:op3") & (pl.col("@timestamp").dt.hour() >= 14))
    first = taken.filter(pl.col("@timestamp") >= company.START + (DAYS - 1) * company.DAY).item(0, "@timestamp")
    rows = rows.filter(pl.col("@timestamp") < first + timedelta(minutes=4))
    rows = rows.with_columns(pl.lit(value=True).alias("log.history"))  # of which no lag is learned
    last = rows.item(-1, "@timestamp")
    _, replay = core.step(core.empty(), [read_at(rows, last)], final=True)
    state, live = core.step(core.empty(), [read_at(rows, last)], now=last)
    _, later = core.step(state, [], now=last + timedelta(hours=1))
    assert any(finding.last_event_at > last - timedelta(minutes=5) for finding in replay.findings)
    assert in_order([*live.findings, *later.findings]) == replay.findings
