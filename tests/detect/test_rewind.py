"""Behaviour in lines that come late, whatever the way, is judged as a replay of the same lines judges it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import numpy as np
import polars as pl
import pytest

from detector import frames
from detector.detect.behaviour import Behaviour
from detector.detect.core import Core, CoreState, in_order
from detector.detect.ordering.reorder import Reorderer
from detector.detect.rewind import BehaviourPast
from detector.detect.rules import RuleDetector
from detector.detect.rules.ruleset import Rules
from detector.schema.detection.findings import Finding
from detector.settings import Settings
from tests.detect.behaviour import company
from tests.detect.behaviour.company import familiar, reads, strange
from tests.detect.behaviour.conftest import TRAINED_DAYS, Trained, trained
from tests.detect.behaviour.judging import TUESDAY, live

pytestmark = pytest.mark.share(4)

__all__ = ["trained"]

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TURN = timedelta(minutes=6)
NOON = company.START + TUESDAY * company.DAY + 12 * HOUR
SHOP = ("op5", "op6")
_TIME = frames.EVENT_SCHEMA["event.ingested"]
Arrival = Callable[[pl.DataFrame], pl.Series]
Words = dict[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Case:
    """What is done, when it is looked at turn by turn (for four hours), and where the company is.

    Attributes:
        else_after: How long a turn is at other times: half an hour is what a service reads at once that was away.
    """

    rows: pl.DataFrame
    busy: datetime = NOON + HOUR / 2
    zone: str = "UTC"
    else_after: timedelta = HOUR / 2


def day() -> Case:
    """Return a day with three leaks after noon, through two logs."""
    rows = live(
        reads(TUESDAY, 13.5, "op3", strange(300)),
        reads(TUESDAY, 14.2, "op5", familiar(300, spread=13)),
        reads(TUESDAY, 15.1, "op9", 300_000 + np.arange(60)),
        reads(TUESDAY, 19.5, "op1", familiar(2)),  # somebody works on: every window before it is judged
        days=2,
    )
    rows = rows.filter(pl.col("@timestamp") >= company.START + TUESDAY * company.DAY)
    return Case(in_two_logs(rows))


def midnight(zone: str, moment: datetime) -> Case:
    """Return a day and a half with a leak around a moment at which a day ends where the company is."""
    begin = (moment - company.START) / company.DAY - 0.7 / 24
    rows = live(
        reads(0, begin * 24, "op7", strange(300), 5000),
        reads(0, begin * 24 + 9, "op1", familiar(2)),
        days=(moment - company.START).days + 2 - TRAINED_DAYS,
    )
    near = pl.col("@timestamp").is_between(moment - 12 * HOUR, moment + 12 * HOUR)
    return Case(in_two_logs(rows.filter(near)), moment - HOUR, zone)


def in_two_logs(rows: pl.DataFrame) -> pl.DataFrame:
    shop = pl.col("actor.id").is_in([f"user:{name}" for name in SHOP])
    logs = [
        rows.filter(mine).with_columns(
            *(pl.lit(name).alias(column) for column in ("log.source", "log.stream", "log.file.identity")),
            pl.lit(f"/var/log/{name}.log").alias("log.file.path"),
        )
        for name, mine in (("crm", ~shop), ("shop", shop))
    ]
    return pl.concat(logs)


def lag(source: str, least: int, most: int) -> Arrival:
    """Lines of a source, or of all, come so many minutes late, in order."""

    def came(rows: pl.DataFrame) -> pl.Series:
        minutes = np.random.default_rng(1).uniform(least, most, 24 * 12)
        moments = rows["@timestamp"]
        slot = (moments - NOON).dt.total_minutes().to_numpy() // 5 % minutes.size
        late = pl.Series((minutes[slot] * 60e6).astype(np.int64)).cast(pl.Duration("us"))
        return _of(rows, source, (moments + late).cum_max(), moments)

    return came


def held_up(source: str, first: float, last: float) -> Arrival:
    """Lines of a source, or of all, that are written between two hours come together at the second."""

    def came(rows: pl.DataFrame) -> pl.Series:
        moments = rows["@timestamp"]
        midnight = NOON - 12 * HOUR
        since, until = midnight + first * HOUR, midnight + last * HOUR
        held = rows.select(
            pl.when(pl.col("@timestamp").is_between(since, until)).then(pl.lit(until)).otherwise("@timestamp")
        ).to_series()
        return _of(rows, source, held.cast(moments.dtype), moments)

    return came


def shipped(source: str, minutes: int) -> Arrival:
    """Lines of a source, or of all, come each so many minutes."""

    def came(rows: pl.DataFrame) -> pl.Series:
        moments = rows["@timestamp"]
        return _of(rows, source, moments.dt.truncate(f"{minutes}m") + timedelta(minutes=minutes), moments)

    return came


def shuffled(rows: pl.DataFrame) -> pl.Series:
    late = np.random.default_rng(1).uniform(0, 200e6, rows.height).astype(np.int64)
    return rows["@timestamp"] + pl.Series(late).cast(pl.Duration("us"))


def _of(rows: pl.DataFrame, source: str, late: pl.Series, on_time: pl.Series) -> pl.Series:
    return late.zip_with((rows["log.source"] == source) | (source == "all"), on_time)


ARRIVALS: dict[str, Arrival] = {
    "in order": lambda rows: rows["@timestamp"],
    "one log lags": lag("crm", 11, 20),
    "the other log lags": lag("shop", 11, 20),
    "all lag": lag("all", 11, 20),
    "all were held up": held_up("all", 13.6, 14.5),
    "one log was held up": held_up("crm", 13.6, 15.4),
    "the other log was held up": held_up("shop", 13.6, 14.9),
    "one log is shipped each hour": shipped("crm", 60),
    "both are shipped each quarter of an hour": shipped("all", 15),
    "lines change places": shuffled,
}


def turns(case: Case, arrival: Arrival) -> Iterator[tuple[datetime, list[pl.DataFrame]]]:
    """Yield moments, and what has come until then, by log."""
    came = pl.concat([part.with_columns(came=arrival(part)) for part in case.rows.partition_by("log.stream")])
    came = came.sort("came", maintain_order=True).with_columns(
        pl.int_range(pl.len(), dtype=frames.EVENT_SCHEMA["log.offset"]).alias("log.offset") * 100
    )
    now = case.busy - 4 * HOUR
    while came.height:
        now += TURN if case.busy < now < case.busy + 4 * HOUR else case.else_after
        until = int(came["came"].search_sorted(now, side="right"))
        part, came = came[:until].drop("came"), came[until:]
        part = part.with_columns(pl.lit(now).cast(_TIME).alias("event.ingested"))
        yield now, part.partition_by("log.stream", maintain_order=True) if part.height else []


def judge(trained: Trained, zone: str = "UTC") -> tuple[Core, CoreState]:
    sources = [{"name": name, "paths": [f"/var/log/{name}.log"], "service": "crm"} for name in ("crm", "shop", "edge")]
    rules = RuleDetector(Rules(events=(), correlations=()), Settings.model_validate({"sources": sources}), 1)
    core = Core(Reorderer(), rules, Behaviour.of(trained.settings.model_copy(update={"timezone": zone}), trained.model))
    return core, replace(core.empty(), behaviour=trained.state())


def followed(
    trained: Trained,
    arrival: Arrival,
    restart: int = 10_000,
    case: Case | None = None,
    past: BehaviourPast | None = None,
) -> tuple[Finding, ...]:
    """Return what is found live, with a restart each so many turns."""
    case = case or day()
    core, state = judge(trained, case.zone)
    state = replace(state, behaviour_past=past or BehaviourPast())
    found: list[Finding] = []
    for number, (now, batches) in enumerate(turns(case, arrival), start=1):
        state, judged = core.step(state, batches, now=now)
        found += judged.findings
        if number % restart == 0:
            state = core.from_tables(core.to_tables(state))
    for _ in range(8):
        now += HOUR / 2
        state, judged = core.step(state, [], now=now)
        found += judged.findings
    return in_order(found)


def replayed(trained: Trained, arrival: Arrival, case: Case | None = None) -> tuple[Finding, ...]:
    case = case or day()
    core, state = judge(trained, case.zone)
    found: list[Finding] = []
    for _, batches in turns(case, arrival):
        state, judged = core.step(state, batches)
        found += judged.findings
    _, judged = core.step(state, [], final=True)
    return in_order([*found, *judged.findings])


def words(findings: tuple[Finding, ...]) -> Words:
    """Return what findings say; not where the evidence stands, which hangs on the order of arrival."""
    return {
        each.id: (
            each.actor_id, each.severity, each.events, each.subject_count, each.reasons, each.first_event_at,
            each.last_event_at, [(one.at, one.line_hash) for one in each.evidence],
        )
        for each in findings
    }  # fmt: skip


@pytest.fixture(scope="module")
def in_time(trained: Trained) -> Words:
    """Return what is found when every line comes in order."""
    return words(replayed(trained, ARRIVALS["in order"]))


def test_there_is_something_to_find(in_time: Words) -> None:
    assert {"user:op3", "user:op5", "user:op9"} <= {who for who, *_ in in_time.values()}
    assert TRAINED_DAYS < TUESDAY


# Each way to come late, by one log and by others, is tried with restarts and without.
@pytest.mark.parametrize(("name", "restart"), list(zip(ARRIVALS, cycle([10_000, 11]), strict=False)))
def test_late_lines_lead_to_the_behaviour_findings_of_lines_in_order(
    name: str, restart: int, trained: Trained, in_time: Words
) -> None:
    assert words(followed(trained, ARRIVALS[name], restart)) == in_time


@pytest.mark.parametrize("name", ARRIVALS)
def test_a_replay_of_late_lines_leads_to_them_too(name: str, trained: Trained, in_time: Words) -> None:
    assert words(replayed(trained, ARRIVALS[name])) == in_time


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("UTC", datetime(2026, 3, 25, 0, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 3, 24, 18, 30, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 29, 22, tzinfo=UTC)),  # the day on which clocks were put forward ends
    ],
)
def test_late_lines_around_midnight_are_counted_on_the_day_they_tell_of(
    zone: str, moment: datetime, trained: Trained
) -> None:
    case = midnight(zone, moment)
    in_order = words(replayed(trained, ARRIVALS["in order"], case))
    assert "user:op7" in {who for who, *_ in in_order.values()}
    first = (moment - NOON) / HOUR + 12
    for arrival in (lag("all", 11, 20), held_up("crm", first - 0.4, first + 0.9)):
        assert words(followed(trained, arrival, 7, case)) == in_order


def told_twice() -> pl.DataFrame:
    """Return the day with what crm's edge tells of each of its requests beside it."""
    rows = day().rows.with_columns(pl.lit("audit").alias("event.dataset"))
    edge = rows.filter(pl.col("log.source") == "crm").with_columns(
        *(pl.lit("edge").alias(column) for column in ("log.source", "log.stream", "log.file.identity")),
        pl.lit("nginx").alias("event.dataset"),
    )
    return pl.concat([rows, edge])


def test_what_the_application_says_late_of_a_request_the_edge_has_told_of_is_no_second_one(
    trained: Trained, in_time: Words
) -> None:
    found = words(followed(trained, lag("crm", 18, 25), case=Case(told_twice(), else_after=TURN)))
    assert {key: each[:5] for key, each in found.items()} == {key: each[:5] for key, each in in_time.items()}


def test_who_opens_new_clients_is_found_where_edge_and_late_application_are_read_in_one_turn(
    trained: Trained, in_time: Words
) -> None:
    # What is done again may be counted once more or less there; who opens new clients does nothing twice.
    found = words(followed(trained, lag("crm", 18, 25), case=Case(told_twice())))
    leaks = {key: each[2] for key, each in in_time.items() if each[0] in {"user:op3", "user:op9"}}
    assert leaks
    assert {key: found[key][2] for key in leaks} == leaks


def test_where_too_much_is_kept_to_go_back_to_late_lines_are_left_out_and_that_is_counted(
    trained: Trained, in_time: Words
) -> None:
    past = BehaviourPast(most_rows=10)
    assert words(followed(trained, ARRIVALS["in order"], past=past)) == in_time
    core, state = judge(trained)
    state = replace(state, behaviour_past=BehaviourPast(most_rows=10))
    dropped = 0
    for now, batches in turns(day(), held_up("shop", 13.6, 14.9)):
        state, judged = core.step(state, batches, now=now)
        dropped += judged.dropped
    assert dropped > 0
