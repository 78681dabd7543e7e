"""What a log that was held up for minutes tells of a day is counted as if it had come in time."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from detector.detect.rules.rule_checks import events_frame
from detector.schema.detection.findings import Finding
from tests.detect.thefts import START, core, read_at, standing

pytestmark = pytest.mark.share(4)

HOUR, MINUTE = 3_600, 60
PIECES, SUM = "92d0e277-304e-52bc-ab54-6041723f1cc1", "3583fea8-34d6-5b7c-8eb6-d4fede23663a"
BYTES, DAY = "e1c23f6c-0e9c-5a26-b516-e58d96dd136f", "07a97402-3c5d-5446-9ca9-3eb0984cfc21"
WATCHED, AWAY = "5d2e84b9-6d48-447e-954c-be36725b608e", "18c53427-faee-462c-b409-237149f7e51c"
NAMES = "d3e2b1a0-5c7f-4e0e-8f5b-8a1d6c94e2b3"
EXPORT: dict[str, Any] = {"event.action": "export", "event.outcome": "success", "object.type": "client"}
# Forty minutes whose halves came the wrong way round: in the second of them 1,500 clients are read.
BLOCKS = ((0, 230), (250, 270), (230, 250), (270, 300))
TAKEN: dict[str, tuple[int, dict[str, Any]]] = {
    PIECES: (12, {**EXPORT, "record.count": 900, "record.count_basis": "exact"}),
    SUM: (12, {**EXPORT, "record.count": 9_000, "record.count_basis": "exact"}),
    BYTES: (12, {**EXPORT, "http.response.body.bytes": 4_500_000}),
}


def event(second: float, who: str, **what: Any) -> dict[str, Any]:
    return {"@timestamp": START + timedelta(seconds=second), "user.id": who, "user.name": who, **what}


def day(rule: str, late: int) -> list[dict[str, Any]]:
    """Return the acts of somebody who takes data out: the last of them ten hours after the first ones."""
    who = "on-leave" if rule == AWAY else "mallory"
    if rule in (WATCHED, AWAY):
        read = {"event.action": "read", "event.outcome": "success", "object.type": "client"}
        many, acts = 12, [{**read, "subject.ids": [f"WATCHED-{n + 1}"]} for n in range(12)]
    elif rule == DAY:
        reads = [{"event.action": "read", "event.outcome": "success", "subject.ids": [str(n)]} for n in range(1_560)]
        many, acts = 1_560, reads
    else:
        many, act = TAKEN[rule]
        acts = [act] * many
    first = [event(HOUR + n / 10, who, **acts[n]) for n in range(many - late)]
    return first + [event(11 * HOUR + n * 200 / late, who, **acts[many - late + n]) for n in range(late)]


def others(until: float) -> list[dict[str, Any]]:
    read = {"event.action": "read", "event.outcome": "success", "subject.ids": ["7"]}
    return [event(second, "clerk", **read) for second in range(0, int(until), 600)]


def stream(rows: Sequence[dict[str, Any]], name: str) -> pl.DataFrame:
    frame = events_frame(*[sorted(rows, key=lambda row: row["@timestamp"])])
    return frame.with_columns(
        (pl.int_range(pl.len(), dtype=frame.schema["log.offset"]) * 100).alias("log.offset"),
        pl.lit(name).alias("log.stream"),
        pl.lit("samples").alias("log.source"),
    )


def replayed(streams: Sequence[pl.DataFrame], rule: str) -> list[Finding]:
    read = [read_at(frame, START + timedelta(days=5)) for frame in streams]
    _, judged = core().step(core().empty(), read, final=True)
    return [each for each in judged.findings if each.rule_id == rule]


def live(streams: Sequence[pl.DataFrame], rule: str, lag: int, turn: int) -> list[Finding]:
    """Return what is found of lines that are read as they are written until something holds the first log up."""
    state, told, stuck = core().empty(), [], START + timedelta(seconds=11 * HOUR - 2 * MINUTE)
    for begin, until in pairwise(moments(streams, lag, turn)):
        came = []
        for late, frame in zip((timedelta(seconds=lag), *[timedelta(0)] * len(streams)), streams, strict=False):
            at = pl.col("@timestamp") + pl.when(pl.col("@timestamp") >= stuck).then(late).otherwise(timedelta(0))
            came.append(read_at(frame.filter((at > begin) & (at <= until)), until))
        state, judged = core().step(state, [rows for rows in came if rows.height], now=until)
        told += judged.findings
    return [each for each in standing(told) if each.rule_id == rule]


def moments(streams: Sequence[pl.DataFrame], lag: int, turn: int) -> list[datetime]:
    """Return when logs are read: within five seconds of each line, and every turn while a log is held up."""
    seconds = {
        math.ceil((at - START).total_seconds() / 5) * 5 for frame in streams for at in frame.get_column("@timestamp")
    }
    seconds |= set(range(11 * HOUR - 3 * MINUTE, int(11 * HOUR + 5 * MINUTE + lag + turn), turn))
    return [START + timedelta(seconds=each) for each in (-1, *sorted(seconds), 16 * HOUR)]


def what(findings: Sequence[Finding]) -> list[tuple[Any, ...]]:
    return [
        (each.id, each.at, each.first_event_at, each.severity, dict(each.reasons[0].args).get("count"))
        for each in findings
    ]


RULES, LAGS = (PIECES, SUM, BYTES, DAY, WATCHED, AWAY), (300, 590, 3 * HOUR)
# Each rule with each lag; each of these with one late event, and with all but the first.
PAIRS = [(rule, (1, 11)[(at + number) % 2], lag) for at, rule in enumerate(RULES) for number, lag in enumerate(LAGS)]


@pytest.mark.parametrize(("rule", "late", "lag"), PAIRS)
def test_a_day_is_counted_with_what_came_minutes_late(rule: str, late: int, lag: int) -> None:
    logs = [stream([*day(rule, late), *others(12 * HOUR)], "app")]
    expected = what(replayed(logs, rule))
    assert len(expected) == 1
    assert what(live(logs, rule, lag, 97)) == expected


@pytest.mark.parametrize("lag", [2, 300])
@pytest.mark.parametrize("rule", [PIECES, DAY])
def test_a_day_is_counted_of_two_logs_one_of_which_was_held_up(rule: str, lag: int) -> None:
    logs = [stream(day(rule, 6), "app"), stream(others(12 * HOUR), "edge")]
    assert what(live(logs, rule, lag, 13)) == what(replayed(logs, rule))


def test_what_comes_late_in_its_log_waits_for_another_log_that_is_behind_it() -> None:
    many, act = TAKEN[PIECES]
    early = stream([event(HOUR + n, "mallory", **act) for n in range(many)], "early")
    later = stream([event(80 * HOUR + 60 * n, "mallory", **act) for n in range(many)], "later")
    order = [*range(many - 6), many - 1, *range(many - 6, many - 1)]  # five of them minutes behind the last one
    later = later[order].with_columns(later.get_column("log.offset"))
    together = what(replayed([later, early], PIECES))
    assert len(together) == 2
    assert together == what([*replayed([early], PIECES), *replayed([later], PIECES)])
    state, told = core().empty(), []
    for number, batch in enumerate((later[:8], later[8:], early)):
        rows, opened = read_at(batch, START + timedelta(days=5)), None if number else {"early": "samples"}
        state, judged = core().step(state, [rows], backlog=opened)
        state, told = core().from_tables(core().to_tables(state)), [*told, *judged.findings]
    _, judged = core().step(state, [], final=True)
    found = [each for each in standing([*told, *judged.findings]) if each.rule_id == PIECES]
    assert [row[:3] for row in what(found)] == [row[:3] for row in together]


@pytest.mark.parametrize("cut", [20, 100, 400])
def test_what_comes_late_shows_where_a_day_began_however_the_lines_are_cut(cut: int) -> None:
    many, act = 1_700, {"event.action": "read", "event.outcome": "success"}
    times = [n * 5 * HOUR / many for n in range(many)]
    log = stream([event(at, "mallory", **act, **{"subject.ids": [str(n)]}) for n, at in enumerate(times)], "app")
    parts = [[n for n, at in enumerate(times) if begin <= at / MINUTE < end] for begin, end in BLOCKS]
    offsets = log.get_column("log.offset")
    log = log[[n for part in parts for n in part]].with_columns(offsets)
    whole, state, told = replayed([log], DAY), core().empty(), []
    for at in range(0, many, cut):
        state, judged = core().step(state, [read_at(log[at : at + cut], START + timedelta(days=5))])
        told += judged.findings
    _, judged = core().step(state, [], final=True)
    found = [each for each in standing([*told, *judged.findings]) if each.rule_id == DAY]
    assert len(whole) == 1
    assert [row[:4] for row in what(found)] == [row[:4] for row in what(whole)]
    assert whole[0].at < START + timedelta(hours=4, minutes=30)


def names(many: int, late: int) -> list[dict[str, Any]]:
    """Return four reads each of many names of one address: the last names come ten hours after the first ones."""
    at_home = {"source.ip": "203.0.113.5", "network.name": "internet", "event.action": "read"}
    known = [
        event(-day * 24 * HOUR, "clerk", **{"source.ip": "192.0.2.9", "network.name": "office"}) for day in (5, 4, 3)
    ]
    reads = [(f"x{n}", {**at_home, "subject.ids": [f"{n}-{k}"]}) for n in range(many) for k in range(4)]
    border = 4 * (many - late)
    first = [event(HOUR + 100 * n, who, **what) for n, (who, what) in enumerate(reads[:border])]
    last = [event(11 * HOUR + 50 * n / late, who, **what) for n, (who, what) in enumerate(reads[border:])]
    return known + first + last


@pytest.mark.parametrize("lag", [300, 3 * HOUR])
def test_what_begins_late_counts_from_where_it_begins(lag: int) -> None:
    logs = [stream([*names(50, 12), *others(12 * HOUR)], "app")]
    expected = what(replayed(logs, NAMES))
    assert len(expected) == 1
    assert what(live(logs, NAMES, lag, 97)) == expected
