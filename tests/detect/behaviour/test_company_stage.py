"""Behaviour sees the whole company, and needs of each actor only what shards by actor can make: numbers by bucket."""

import numpy as np
import pytest

from detector import frames
from detector.detect.behaviour import Rows, numbers_of
from tests.detect.behaviour.company import familiar, reads, strange
from tests.detect.behaviour.conftest import Trained
from tests.detect.behaviour.judging import END, TUESDAY, live, run


@pytest.mark.parametrize("shards", [1, 4, 16])
def test_numbers_that_shards_of_actors_make_lead_to_the_same_findings(trained: Trained, shards: int) -> None:
    rows = live(
        reads(TUESDAY, 14, "op3", strange(40)),
        reads(TUESDAY, 9, "op5", familiar(300, spread=13)),
        reads(TUESDAY, 11, "never", strange(30, 800_000)),
    )
    whole = run(trained.judge(), trained.state(), rows)
    assert len({finding.actor_id for finding in whole}) >= 3
    judge, state = trained.judge(), trained.state()
    of = rows["actor.id"].hash(3).to_numpy() % np.uint64(shards)
    parts = [numbers_of(rows[np.flatnonzero(of == np.uint64(shard))], state).compact() for shard in range(shards)]
    state.waiting.insert(Rows.of(parts))
    _, found, _ = judge.step(state, frames.empty_events(), END)
    assert [repr(finding) for finding in found] == [repr(finding) for finding in whole]
