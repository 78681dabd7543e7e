"""Scenes are cut out of the logs of companies whose truth is known, and judged by what those of others taught."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.bench import told_apart


def test_scenes_are_told_by_their_lines_and_by_what_was_before(tmp_path: Path):
    scenes = told_apart.simulated(1, 3, tmp_path, staff=20, days=16)
    leaks, honest = scenes.filter("leak"), scenes.filter(~pl.col("leak"))
    assert set(leaks["strength"]) <= set(told_apart.STRENGTHS)
    assert set(honest["strength"]) == {""}
    assert (scenes["strangers"] <= 1).all()
    assert (scenes.filter(pl.col("kind").is_in(["famous_client", "watched_snooping"]))["watched"] >= 3).all()
    numbers = scenes.select(told_apart.MORE + told_apart.LESS + told_apart.KINDS)
    assert not any(numbers.null_count().row(0))


@pytest.mark.parametrize(("sensible", "told"), [(True, "0 of 24 (0 %)"), (False, "24 of 24 (100 %)")])
def test_a_sensible_classifier_takes_nobody_for_a_leak_who_takes_less_than_honest_people(sensible: bool, told: str):
    rng = np.random.default_rng(1)
    names = [*told_apart.MORE, *told_apart.LESS, *told_apart.KINDS]
    rows = [
        {
            "company": f"company-{number % 6}", "world": "plain", "kind": "walk" if leak else "review",
            "strength": "quiet" if leak else "", "leak": leak, **dict.fromkeys(names, 0.0),
            "clients": float(rng.integers(*((5, 20) if leak else (50, 90)))),
        }
        for number in range(72)
        for leak in [number % 3 == 0]
    ]  # fmt: skip
    scenes = told_apart.judged(pl.DataFrame(rows), sensible=sensible)
    assert told_apart.table(scenes)[2] == f"| plain | 0.15 | 0 of 0 (0 %) | 0 of 0 (0 %) | {told} |"
