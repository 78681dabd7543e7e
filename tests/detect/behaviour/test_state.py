"""What is kept of the fold between two calls and in a snapshot."""

import json
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from detector.detect.behaviour import BehaviourState
from detector.detect.behaviour.behaviour_state import MOST_ROLES
from detector.detect.behaviour.rates import KEPT
from detector.errors import InputError
from tests.detect.behaviour import company
from tests.detect.behaviour.conftest import Trained


def test_a_snapshot_stays_as_it_is_while_the_fold_goes_on(trained: Trained) -> None:
    state, judge = trained.state(), trained.judge()
    tables = state.tables()
    before = {name: table.clone().rechunk().write_ndjson() for name, table in tables.items()}
    judge.step(state, company.bulk(30, 14), company.START + 40 * company.DAY)
    assert {name: table.write_ndjson() for name, table in tables.items()} == before


def test_a_state_of_another_version_is_refused_with_what_happens_next(trained: Trained) -> None:
    head = json.loads(trained.tables["behaviour"]["head"][0])
    other = {**trained.tables, "behaviour": pl.DataFrame({"head": [json.dumps({**head, "version": 99})]})}
    with pytest.raises(InputError, match="train --backfill"):
        BehaviourState.from_tables(other)


@pytest.mark.parametrize(("version", "more"), [(5, 3), (6, 1)], ids=["network, waking, order", "order"])
def test_a_state_of_when_more_were_facets_goes_on_as_one_of_today(trained: Trained, version: int, more: int) -> None:
    head = json.loads(trained.tables["behaviour"]["head"][0])
    # Of each role's peaks, a row a facet: what these held came before what is asked last, the combination.
    days = trained.tables["behaviour_days"].with_columns(
        pl.col("peaks").list.head(5 * KEPT).list.concat(pl.lit([9.0] * more * KEPT)).list.concat(
            pl.col("peaks").list.tail(KEPT)
        )
    )  # fmt: skip
    former = {
        **trained.tables,
        "behaviour": pl.DataFrame({"head": [json.dumps({**head, "version": version})]}),
        "behaviour_days": days,
    }
    assert days["peaks"].list.len().unique().to_list() == [(6 + more) * KEPT]
    assert BehaviourState.from_tables(former).tables()["behaviour_days"].equals(trained.tables["behaviour_days"])


def test_a_snapshot_holds_no_raw_line_and_no_client(trained: Trained) -> None:
    state, judge = trained.state(), trained.judge()
    frame = company.bulk(30, 14)
    judge.step(state, frame, frame["@timestamp"][100])
    tables = state.tables()
    assert tables["behaviour_details"].height > 0
    for name, table in tables.items():
        text = table.write_ndjson()
        assert "C900001" not in text, name
        assert "line op3" not in text, name


def test_a_tick_that_does_not_divide_the_window_is_refused() -> None:
    with pytest.raises(InputError, match="divide"):
        BehaviourState.empty(timedelta(hours=1), timedelta(minutes=7))


def test_roles_made_up_by_the_thousand_are_told_apart_up_to_a_bound(trained: Trained) -> None:
    count = 2_500
    made_up = company.events(
        np.linspace(1, 3600, count),
        [f"new{number}" for number in range(count)],
        [f"role {number}:\n" for number in range(count)],
        np.arange(count),
    )
    state = BehaviourState.empty(trained.settings.behaviour.window, trained.settings.behaviour.tick)
    trained.judge().step(state, made_up, company.START + company.DAY)
    tables = state.tables()
    assert tables["behaviour_roles"].height == MOST_ROLES + 1
    assert len(BehaviourState.from_tables(tables).names) == count
