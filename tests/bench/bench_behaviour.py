"""What behaviour costs: a line, a tick, a snapshot, and memory by actors. `pytest tests/bench --benchmark-only`."""

import numpy as np
import polars as pl
import pytest

from detector.detect.behaviour import Behaviour, BehaviourState, Trainer
from tests.detect.behaviour import company

LINES, ACTORS = 200_000, 200


def dense(lines: int = LINES, hours: float = 8, actors: int = ACTORS) -> pl.DataFrame:
    """Return one busy day: every line touches client data."""
    random = np.random.default_rng(2)
    at = 14 * 86400 + 9 * 3600 + np.sort(random.uniform(0, hours * 3600, lines))
    who = random.integers(0, actors, lines)
    return company.events(
        at, [f"op{one}" for one in who], ["operator"] * lines, who * 1000 + random.zipf(1.3, lines) % 400
    )


@pytest.fixture(scope="module")
def trained() -> tuple[Trainer, object, dict[str, pl.DataFrame]]:
    trainer = Trainer(company.settings())
    trainer.add(company.together(company.honest(14, operators=30)))
    model, state = trainer.finish(company.START)
    return model, state.tables()


@pytest.mark.parametrize("size", [100, 1_000, 10_000])
def test_judging_a_busy_day(benchmark, trained, size: int) -> None:
    model, tables = trained
    frame = dense()
    judge = Behaviour.of(company.settings(), model)

    def run() -> None:
        state = BehaviourState.from_tables(tables)
        for at in range(0, frame.height, size):
            part = frame[at : at + size]
            state, _, _ = judge.step(state, part, part["@timestamp"][-1])

    benchmark.pedantic(run, rounds=3, warmup_rounds=1)
    benchmark.extra_info["us_a_line"] = benchmark.stats.stats.median / LINES * 1e6


@pytest.mark.parametrize("actors", [50_000])
def test_saving_and_reading_the_state_of_many_actors(benchmark, actors: int) -> None:
    state = BehaviourState.empty(company.settings().behaviour.window, company.settings().behaviour.tick)
    judge = Behaviour.of(company.settings(), None)
    judge.step(state, dense(2 * actors, 2, actors), company.START + 15 * company.DAY)
    tables = benchmark.pedantic(state.tables, rounds=3, warmup_rounds=1)
    benchmark.extra_info["mib"] = sum(table.estimated_size("mb") for table in tables.values())
    assert len(BehaviourState.from_tables(tables).names) > 0.8 * actors


def test_reading_a_model_at_start(benchmark, trained, tmp_path) -> None:
    from detector.detect.behaviour import load_model, save_model

    save_model(trained[0], tmp_path / "model")
    benchmark.pedantic(load_model, args=(tmp_path / "model",), rounds=3)
