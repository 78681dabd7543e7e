"""The same rows lead to the same findings, however they are cut, saved on the way, or joined while they wait."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detector import frames
from detector.detect.behaviour import Behaviour, BehaviourState, Trainer
from detector.detect.density import SIZE
from detector.schema.detection.findings import Finding
from tests.detect.behaviour import company
from tests.detect.behaviour.company import familiar, reads, strange
from tests.detect.behaviour.conftest import SEED, TRAINED_DAYS, Trained
from tests.detect.behaviour.judging import END, TUESDAY, live

pytestmark = pytest.mark.share(3)

ROOM = 24
"""So many accounts have a place, which is too few: some are forgotten on the way."""


def frame() -> pl.DataFrame:
    """Return two days with leaks, accounts that come and go, one with two roles, and work over midnight."""
    passing = [reads(TUESDAY, 8 + at / 7, f"guest{at}", familiar(2)) for at in range(30)]
    roles = [
        reads(TUESDAY, 11, "op5", strange(25), 1700, role="accountant"),
        reads(TUESDAY, 11.48, "op5", strange(25, 800_000), 1700),
    ]
    night = reads(TUESDAY, 23.2, "op7", strange(60, 600_000), 5000)
    return live(reads(TUESDAY, 14, "op3", familiar(300, spread=13)), *passing, *roles, night, days=2)


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return frame()


def judged(
    trained: Trained, rows: pl.DataFrame, room: int, cuts: list[int], saved: set[int], floor: int | None = None
) -> list[Finding]:
    """Return what is found of rows cut before these, with the state saved and read at some of the cuts."""
    judge, state, told = trained.judge(), trained.state(), []
    for number, (first, end) in enumerate(zip([0, *cuts], [*cuts, rows.height], strict=True)):
        state.most_actors = room
        if floor is not None:
            state.waiting.floor = state.waiting.least = floor
        part = rows[first:end]
        if part.height:
            state, findings, _ = judge.step(state, part, part["@timestamp"][-1])
            told += findings
        if number in saved:
            state = BehaviourState.from_tables(state.tables())
    state.most_actors = room
    return told + judge.step(state, frames.empty_events(), END)[1]


@pytest.fixture(scope="module")
def whole(trained: Trained, rows: pl.DataFrame) -> dict[int, list[Finding]]:
    """Return what is found without a cut, by the number of places for accounts."""
    return {room: judged(trained, rows, room, [], set()) for room in (200_000, ROOM)}


@settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_any_cut_with_the_state_saved_on_the_way_gives_the_same_findings(
    trained: Trained, rows: pl.DataFrame, whole: dict[int, list[Finding]], data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, rows.height), max_size=8), label="cuts"))
    saved = data.draw(st.sets(st.integers(0, 8)), label="saved")
    room = data.draw(st.sampled_from([200_000, ROOM]), label="room")
    floor = data.draw(st.sampled_from([None, 3, 50]), label="floor")
    assert judged(trained, rows, room, cuts, saved, floor) == whole[room]


def test_what_is_compared_tells_of_leaks_of_two_roles_and_of_accounts_forgotten(
    trained: Trained, rows: pl.DataFrame, whole: dict[int, list[Finding]]
) -> None:
    assert {"user:op3", "user:op5", "user:op7"} <= {finding.actor_id for finding in whole[200_000]}
    state = trained.state()
    state.most_actors = ROOM
    _, _, stats = trained.judge().step(state, rows, END)
    assert stats.forgotten > 0


def test_a_state_saved_at_each_border_of_a_bucket_or_an_hour_gives_the_same_findings(
    trained: Trained, rows: pl.DataFrame, whole: dict[int, list[Finding]]
) -> None:
    judge, state, told = trained.judge(), trained.state(), []
    moment, times = company.START + TRAINED_DAYS * company.DAY, rows["@timestamp"]
    while moment < times[-1]:
        until = moment + timedelta(minutes=5 if moment.hour in {11, 14, 23, 0} else 60)
        part = rows.filter(pl.col("@timestamp").is_between(moment, until, closed="left"))
        state, findings, _ = judge.step(state, part, until)
        told += findings
        state = BehaviourState.from_tables(state.tables())
        moment = until
    assert told + judge.step(state, frames.empty_events(), END)[1] == whole[200_000]


def test_a_state_survives_its_tables(trained: Trained, rows: pl.DataFrame) -> None:
    state, judge = trained.state(), trained.judge()
    state, _, _ = judge.step(state, rows[:4000], rows["@timestamp"][3999])
    tables = state.tables()
    again = BehaviourState.from_tables(tables).tables()
    assert again.keys() == tables.keys()
    for name, table in tables.items():
        assert again[name].equals(table), name


def test_the_seed_of_a_state_changes_no_finding() -> None:
    """Of more clients than are sampled, and beside a run of them: a replay has another seed than the service."""
    asked, told = company.settings(), []
    honest = company.honest(TRAINED_DAYS + 2, seed=SEED)
    past = company.day_of(honest, 0, TRAINED_DAYS)
    assert past["subject.ids"].explode().n_unique() > 2 * SIZE
    at = TRAINED_DAYS * 86400 + 14 * 3600 + np.linspace(1, 3000, 60)
    run = company.events(at, ["op3"] * 60, ["operator"] * 60, 7_000 + np.arange(60) * 9)
    later = company.together(company.day_of(honest, TRAINED_DAYS, TRAINED_DAYS + 2), run)
    for seed in (1, 2, 3):
        trainer = Trainer(asked, seed=5, hash_seed=seed)
        trainer.add(past)
        model, state = trainer.finish(company.START + TRAINED_DAYS * company.DAY)
        judge = Behaviour.of(asked, model, seed)
        state, findings, _ = judge.step(state, later, END)
        told.append((state.reach, findings + judge.step(state, frames.empty_events(), END)[1]))
    assert told[0] == told[1] == told[2]
    assert any(finding.actor_id == "user:op3" for finding in told[0][1])
