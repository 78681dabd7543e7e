"""The plain forest counts hours, keeps to its budget on the days it learned from, and says what an alert says."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from detector import frames
from detector.runtime.evaluate.plain_forest import TOGETHER, PlainForest, hours_of

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def events(rows: Sequence[tuple[datetime, str, list[str]]]) -> pl.DataFrame:
    made = pl.DataFrame(
        {
            "@timestamp": [at for at, _, _ in rows],
            "actor.id": [who for _, who, _ in rows],
            "event.action": ["read"] * len(rows),
            "subject.ids": [clients for _, _, clients in rows],
            "record.count": [len(clients) for _, _, clients in rows],
        },
        schema_overrides={"@timestamp": pl.Datetime("us", "UTC"), "record.count": pl.Int64},
    )
    empty = frames.empty_events()
    return frames.complete(made.cast({name: empty.schema[name] for name in made.columns}))


def burst(day: int, hour: int, who: str = "user:p1", clients: int = 90) -> list[tuple[datetime, str, list[str]]]:
    at = BEGIN + timedelta(days=day, hours=hour)
    return [(at + timedelta(seconds=3 * n), who, [f"x{n}"]) for n in range(clients)]


def saved(folder: Path, name: str, rows: Sequence[tuple[datetime, str, list[str]]]) -> list[Path]:
    events(sorted(rows)).write_parquet(folder / name)
    return [folder / name]


def scored(folder: Path, name: str, hours: Sequence[tuple[int, int, str, float]]) -> pl.DataFrame:
    """Return hours (day, hour, actor, score) in which a burst was."""
    some = sorted(hours, key=lambda each: (each[0], each[1], each[2]))
    rows = [row for day, hour, who, _ in some for row in burst(day, hour, who)]
    return hours_of(saved(folder, name, rows)).with_columns(pl.Series("score", [each[3] for each in some]))


PAST = [
    (1, 9, "user:a", 0.90), (1, 12, "user:a", 0.85),  # within eight hours
    (2, 9, "user:b", 0.80), (3, 9, "user:b", 0.70), (4, 9, "user:c", 0.60), (5, 9, "user:c", 0.60),
    (6, 9, "user:d", 0.50),
]  # fmt: skip


def test_hours_count_what_an_actor_did_in_them(tmp_path: Path) -> None:
    rows = [
        (BEGIN + HOUR, "user:a", ["1", "2"]), (BEGIN + 1.5 * HOUR, "user:a", ["2"]), (BEGIN + 2 * HOUR, "user:a", []),
        (BEGIN + HOUR, "user:b", ["1"]),
    ]  # fmt: skip
    hours = hours_of(saved(tmp_path, "e", rows))
    assert hours.select("actor.id", "hour", "events", "clients", "records").rows() == [
        ("user:a", BEGIN + HOUR, 2, 2, 3),
        ("user:b", BEGIN + HOUR, 1, 1, 1),
        ("user:a", BEGIN + 2 * HOUR, 1, 0, 0),
    ]


@pytest.mark.parametrize(
    ("allowed", "limit"), [(0, 0.90), (1, 0.80), (2, 0.70), (3, 0.60), (4, 0.60), (5, 0.50), (6, -1.0)]
)
def test_the_limit_is_as_low_as_the_days_learned_from_allow(tmp_path: Path, allowed: int, limit: float) -> None:
    past = scored(tmp_path, "past", PAST)
    month = 30.44  # days
    assert PlainForest(past, past, 14).limit((allowed + 0.5) * month / 14) == limit


def test_alerts_of_an_actor_within_eight_hours_are_one_incident_at_the_end_of_the_first_hour(tmp_path: Path) -> None:
    far = 3 + int(TOGETHER / HOUR) + 1
    judged = [(15, 3, "user:a", 0.95), (15, 3 + 8, "user:a", 0.92), (15, far, "user:a", 0.93), (15, 4, "user:b", 0.9)]
    forest = PlainForest(scored(tmp_path, "past", PAST), scored(tmp_path, "judged", judged), 14)
    cases = forest.judge(0.1).cases
    assert [(case.incident.actor_id, case.incident.opened_at, len(case.findings)) for case in cases] == [
        ("user:a", BEGIN + timedelta(days=15, hours=4), 2),
        ("user:a", BEGIN + timedelta(days=15, hours=far + 1), 1),
    ]
    assert cases[0].subjects == {f"x{n}" for n in range(90)}
    first = cases[0].findings[0]
    assert (first.subject_count, first.record_low, first.first_event_at) == (
        90,
        90,
        BEGIN + timedelta(days=15, hours=3),
    )
    assert first.touched


def test_the_hour_unlike_all_others_is_the_easiest_to_isolate(tmp_path: Path) -> None:
    work = [row for day in range(14) for hour in range(9, 17) for row in burst(day, hour, clients=5 + (day * hour) % 7)]
    forest = PlainForest.fitted(saved(tmp_path, "past", [*work, *burst(9, 3)]), saved(tmp_path, "judged", work), 14)
    hours = forest.past.sort("score", descending=True)
    assert hours.select("hour").row(0) == (BEGIN + timedelta(days=9, hours=3),)
    assert forest.judged.height == hours.height - 1


def test_a_company_without_a_past_gives_nothing(tmp_path: Path) -> None:
    forest = PlainForest.fitted(saved(tmp_path, "past", []), saved(tmp_path, "judged", burst(15, 3)), 14)
    assert forest.judge(10).cases == ()
