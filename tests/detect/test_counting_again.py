"""What comes late is counted in its place in the end: live, over restarts and in a replay, word for word."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

import polars as pl
import pytest

from detector.detect.core import Core
from detector.detect.rules import RuleDetector
from detector.detect.rules.rule_checks import LISTS, events_frame
from detector.schema.detection.findings import Finding
from detector.settings import Settings
from tests.detect import thefts
from tests.detect.prompt import prompt
from tests.detect.thefts import CARD, START, read_at, standing

pytestmark = pytest.mark.share(4)

SECOND = timedelta(seconds=1)
DAYS = 12
BEGIN = DAYS * 86_400.0
SPAN = 240
LATER = START + timedelta(days=30)
HOME = {"source.ip": "192.0.2.10", "network.name": "office"}
AWAY = {"source.ip": "203.0.113.9", "network.name": "internet"}


@cache
def core() -> Core:
    return Core(prompt({}), RuleDetector(thefts.core().rules.rules, Settings(), 1, lists=LISTS))


def opened(second: float, who: str, client: int, *, log: str = "crm", **more: Any) -> dict[str, Any]:
    at = START + timedelta(seconds=round(second, 3))
    kind = "service" if who.startswith("svc") else "human"
    return {
        "@timestamp": at,
        "user.id": who,
        "user.name": who,
        "actor.type": kind,
        "subject.ids": [str(client)],
        "log.source": log,
        "http.response.body.bytes": 2_000,
        **CARD,
        **HOME,
        **more,
    }


def past(luck: Random) -> list[dict[str, Any]]:
    """Return what four people have done in twelve days."""
    return [
        opened(day * 86_400.0 + hour * 3_600 + luck.uniform(0, 3_000), f"clerk{who}", 1_000 * who + luck.randrange(90))
        for day in range(DAYS)
        for hour in range(0, 8, 2)
        for who in range(20, 24)
    ]


def leaks(luck: Random) -> list[dict[str, Any]]:
    """Return what is taken in four minutes, each in a way of its own, while others work."""

    def stranger() -> int:
        return luck.randrange(200_000, 900_000)

    both = {"session.id": "s1"}
    rows = [opened(BEGIN + n * 3.1, f"clerk{20 + n % 4}", 1_000 * (20 + n % 4) + n) for n in range(70)]
    rows += [opened(BEGIN + n * 8.3, "vera", stranger(), **both) for n in range(20)]
    rows += [opened(BEGIN + 90.2 + n * 1.3, "vera", stranger(), **{**both, **AWAY}) for n in range(60)]
    rows += [opened(BEGIN + 30 + n * 0.9, "svc-sync", 70_000 + 7 * n, log="api", **AWAY) for n in range(150)]
    rows += [opened(BEGIN + 20 + n * 0.61, "hasty", stranger(), log="desk") for n in range(160)]
    walk = 41_000
    for piece in range(7):
        for n in range(12):
            walk += 1
            rows.append(opened(BEGIN + piece * 30 + n * 0.7, "walker", walk, log="desk"))
        rows += [opened(BEGIN + piece * 30 + 12.1 + n, "walker", stranger(), log="desk") for n in range(5)]
    return rows


def on_time(luck: Random, row: dict[str, Any]) -> float:
    del row
    return luck.expovariate(4)


def some_late(luck: Random, row: dict[str, Any]) -> float:
    return luck.uniform(2, 100) if luck.random() < 0.08 else on_time(luck, row)


def one_held_up(luck: Random, row: dict[str, Any]) -> float:
    """The lines of one log are written together, once; a few of it come later still."""
    second = (row["@timestamp"] - START).total_seconds() - BEGIN
    if row["log.source"] == "api" and 60 < second < 110:
        return 110 - second
    return some_late(luck, row) if row["log.source"] == "desk" else on_time(luck, row)


WAYS: dict[str, Callable[[Random, dict[str, Any]], float]] = {"late": some_late, "held up": one_held_up}


def arriving(seed: int, way: str) -> pl.DataFrame:
    """Return events in the order in which they come, with the moment at which each is read."""
    luck = Random(seed)
    came = [(row["@timestamp"], row) for row in past(luck)]
    came += [(row["@timestamp"] + WAYS[way](luck, row) * SECOND, row) for row in leaks(luck)]
    came.sort(key=lambda pair: pair[1]["@timestamp"])
    frame = events_frame([row for _, row in came])
    read = pl.Series("event.ingested", [moment for moment, _ in came]).cast(frame.schema["event.ingested"])
    return (
        frame.with_columns(read)
        .sort("event.ingested", maintain_order=True)
        .with_columns(
            pl.col("log.source").alias("log.stream"),
            pl.col("log.source").alias("log.file.identity"),
            (pl.int_range(pl.len(), dtype=frame.schema["log.offset"]) * 100).alias("log.offset"),
        )
    )


def by_stream(rows: pl.DataFrame) -> list[pl.DataFrame]:
    return rows.partition_by("log.stream", maintain_order=True)


def in_time(rows: pl.DataFrame) -> list[Finding]:
    """Return what is found where every line comes in time."""
    rows = read_at(rows, LATER).sort("@timestamp", maintain_order=True)
    _, judged = core().step(core().empty(), by_stream(rows), final=True)
    return words(judged.findings)


def words(told: Sequence[Finding]) -> list[Finding]:
    return sorted((replace(each, settled=None) for each in standing(told)), key=lambda each: each.id)


def lived(rows: pl.DataFrame, turn: float, kills: Sequence[int] = ()) -> list[Finding]:
    """Return what is said in the end where lines are read as they come; killed after some of the turns."""
    begin = START + BEGIN * SECOND
    before = read_at(rows.filter(pl.col("event.ingested") < begin), begin)
    state, judged = core().step(core().empty(), by_stream(before), now=begin)
    told, now, number = list(judged.findings), begin, 0
    while now < begin + SPAN * SECOND + 25 * timedelta(minutes=1):
        last, now = now, now + (turn if now < begin + (SPAN + 120) * SECOND else 20) * SECOND
        new = rows.filter((pl.col("event.ingested") >= last) & (pl.col("event.ingested") < now))
        state, judged = core().step(state, by_stream(new) if new.height else [], now=now)
        told += judged.findings
        if (number := number + 1) in kills:
            state = core().from_tables(core().to_tables(state))
    return words(told)


def differences(mine: Sequence[Finding], theirs: Sequence[Finding]) -> list[str]:
    here, there = ({each.id: each for each in some} for some in (mine, theirs))
    found = [f"only live: {here[key].title}" for key in here.keys() - there.keys()]
    found += [f"missing: {there[key].title}" for key in there.keys() - here.keys()]
    for key in here.keys() & there.keys():
        for name in Finding.__dataclass_fields__:
            if name not in ("replaces", "stands", "corrects") and getattr(here[key], name) != getattr(there[key], name):
                found.append(f"{here[key].title}: {name} {getattr(here[key], name)} / {getattr(there[key], name)}")
    return found


@pytest.mark.parametrize(("seed", "way"), [(0, "late"), (1, "held up"), (2, "late")])
def test_live_it_ends_with_the_words_of_lines_that_come_in_time(seed: int, way: str) -> None:
    rows = arriving(seed, way)
    assert not differences(lived(rows, 5.0), in_time(rows))


def test_restarts_change_no_word() -> None:
    rows = arriving(0, "late")
    assert not differences(lived(rows, 5.0, kills=(22, 25, 31, 34, 40, 55)), in_time(rows))


@pytest.mark.parametrize("size", [50, 100_000])
def test_a_replay_ends_with_the_words_of_lines_that_come_in_time_however_it_is_cut(size: int) -> None:
    rows = arriving(5, "late")
    state, told = core().empty(), list[Finding]()
    for some in read_at(rows, LATER).iter_slices(size):
        state, judged = core().step(state, by_stream(some))
        told += judged.findings
    _, judged = core().step(state, [], final=True)
    assert not differences(words([*told, *judged.findings]), in_time(rows))
