import json
import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from detector.detect.behaviour import FACETS, Trainer, features, load_model, save_model, starter_model, train
from detector.detect.behaviour.model import forest, model_folder
from detector.detect.behaviour.model.forest import SAMPLES, Forest
from detector.errors import InputError, ModelError
from detector.frames import KeptTouches
from detector.settings import BehaviourSettings, Settings
from tests.detect.behaviour import company
from tests.detect.behaviour.conftest import SEED, TRAINED_DAYS, Trained


@pytest.fixture
def folder(trained: Trained, tmp_path: Path) -> Path:
    save_model(trained.model, tmp_path / "model")
    return tmp_path / "model"


def test_a_loaded_model_answers_like_the_one_that_was_saved(trained: Trained, folder: Path) -> None:
    loaded = load_model(folder)
    assert loaded.manifest == trained.model.manifest
    assert (loaded.by_forest(loaded.sample) == trained.model.by_forest(trained.model.sample)).all()


def test_training_twice_with_one_seed_gives_the_same_model(trained: Trained) -> None:
    trainer = Trainer(trained.settings, seed=5)
    frame = company.together(company.honest(TRAINED_DAYS, seed=SEED))
    for first in range(0, frame.height, 977):
        trainer.add(frame[first : first + 977])
    model, _ = trainer.finish(trained.now)
    assert model.manifest == trained.model.manifest


def test_a_folder_holds_only_a_manifest_and_numbers(folder: Path) -> None:
    assert sorted(file.name for file in folder.iterdir()) == ["forest.parquet", "manifest.json", "sample.parquet"]
    sample = pl.read_parquet(folder / "sample.parquet")
    assert tuple(sample.columns) == features.NAMES
    assert set(sample.dtypes) == {pl.Float32()}
    assert all(dtype.is_numeric() for dtype in pl.read_parquet(folder / "forest.parquet").dtypes)
    assert "user:" not in (folder / "manifest.json").read_text()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("days", 3, "altered"),
        ("centre", 0.99, "altered"),
        ("seed", 99, "altered"),
        ("schema_version", 7, "schema version 7"),
        ("features_hash", "00", "other features"),
        ("features", ["a"], "other features"),
        ("sample_sha256", "00", "not the sample"),
        ("forest_sha256", "00", "not the forest"),
        ("rows", -1, "rows"),
        ("threshold", 1, "threshold"),
        ("spread", 0, "spread"),
        ("kinds", {"person": {}}, "kinds.person.mean"),
    ],
)
def test_a_manifest_that_was_tampered_with_is_refused(folder: Path, field: str, value: object, said: str) -> None:
    file = folder / "manifest.json"
    told = json.loads(file.read_text())
    told[field] = value
    file.write_text(json.dumps(told))
    with pytest.raises(ModelError, match=said) as caught:
        load_model(folder)
    assert all(problem.file and "nabat train" in problem.fix for problem in caught.value.problems)


def test_a_sample_that_was_changed_is_refused(folder: Path) -> None:
    raw = bytearray((folder / "sample.parquet").read_bytes())
    raw[len(raw) // 2] ^= 1
    (folder / "sample.parquet").write_bytes(raw)
    with pytest.raises(ModelError, match="not the sample"):
        load_model(folder)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("mean", lambda told: [*told[:-1], math.nan]),
        ("mean", lambda told: told[:-1]),
        ("within", lambda told: [0, *told[1:]]),
        ("between", lambda told: [-1, *told[1:]]),
        ("share", lambda _: 1.5),
        ("share", lambda _: math.nan),
        ("point", lambda told: [*told, *told]),
        ("start", lambda told: [math.inf, *told[1:]]),
        ("scale", lambda told: [0, *told[1:]]),
    ],
    ids=["NaN", "too few", "no width", "less than none", "over one", "no share", "too many", "endless", "no scale"],
)
def test_kinds_with_damaged_numbers_are_refused_by_name(folder: Path, field: str, change: Callable[[Any], Any]) -> None:
    file = folder / "manifest.json"
    told = json.loads(file.read_text())
    told["kinds"]["person"][field] = change(told["kinds"]["person"][field])
    file.write_text(json.dumps(told))
    with pytest.raises(ModelError, match=rf"kinds\.person\.{field}"):
        load_model(folder)


@pytest.mark.parametrize("more", [3, 1], ids=["network, waking, order", "order"])
def test_a_model_of_when_more_were_facets_tells_the_same_of_the_others(trained: Trained, more: int) -> None:
    def before(told: tuple[float, ...]) -> tuple[float, ...]:
        return (*told[:5], *[7.0] * more, *told[5:])

    kinds = {
        name: kind.model_copy(update={part: before(getattr(kind, part)) for part in ("point", "start", "scale")})
        for name, kind in trained.model.manifest.kinds.items()
    }
    former = replace(trained.model, manifest=trained.model.manifest.model_copy(update={"kinds": kinds}))
    z, groups = np.full((1, len(FACETS)), 6.0), np.zeros(1, dtype=np.int64)
    for name, tails in trained.model.tails.items():
        assert (former.tails[name].surprise(z, groups) == tails.surprise(z, groups)).all()


def test_kinds_that_were_altered_are_refused(folder: Path) -> None:
    file = folder / "manifest.json"
    told = json.loads(file.read_text())
    told["kinds"]["person"]["point"][0] += 5
    file.write_text(json.dumps(told))
    with pytest.raises(ModelError, match="altered"):
        load_model(folder)


def test_a_sample_of_other_features_is_refused_though_its_hash_is_told(trained: Trained, tmp_path: Path) -> None:
    save_model(replace(trained.model, sample=trained.model.sample[:-1]), tmp_path / "model")
    with pytest.raises(ModelError, match="not the sample"):
        load_model(tmp_path / "model")


def test_a_model_tells_what_its_kinds_are_like_and_nothing_of_others(trained: Trained) -> None:
    told = trained.model.expected(["human:operator", "human:unheard-of", "service:"])
    assert (told.mean[0] == told.mean[1]).all()
    assert told.mean[0, features.INDEX["clients"]] > 0
    assert not told.mean[2].any()
    assert set(trained.model.tails) == {"person"}


@pytest.mark.parametrize(
    ("column", "value"), [("left", 60_000), ("left", 0), ("right", 1), ("feature", 999), ("tree", 0)]
)
def test_trees_that_lead_outside_or_in_a_circle_are_refused(trained: Trained, column: str, value: int) -> None:
    table = trained.model.forest.table()
    changed = table.with_columns(
        pl.when(pl.int_range(pl.len()) == table.height // 2)
        .then(value)
        .otherwise(pl.col(column))
        .cast(pl.UInt16)
        .alias(column)
    )
    whole = Forest.of(table, SAMPLES, len(features.NAMES))
    assert (whole.raw(trained.model.sample) == trained.model.forest.raw(trained.model.sample)).all()
    with pytest.raises(ValueError, match="trees"):
        Forest.of(changed, SAMPLES, len(features.NAMES))
    with pytest.raises(ValueError, match="columns"):
        Forest.of(table.drop("limit"), SAMPLES, len(features.NAMES))


def test_a_loaded_model_needs_no_library_to_judge() -> None:
    program = (
        "import sys; from detector.detect.behaviour import starter_model; model = starter_model();"
        "model.by_forest(model.sample); sys.exit(bool({'sklearn', 'pandas'} & sys.modules.keys()))"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("name", ["manifest.json", "sample.parquet", "forest.parquet"])
def test_a_missing_file_is_said_with_its_name(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        load_model(folder)


def test_too_little_history_says_how_much_there_is_and_how_much_is_needed() -> None:
    trainer = Trainer(company.settings())
    trainer.add(company.honest(1))
    with pytest.raises(InputError, match=r"too little history.*at least 200 windows on 9 days"):
        trainer.finish(company.START)


def test_the_journal_trains_the_same_model_as_the_logs(trained: Trained) -> None:
    journal = company.together(company.honest(TRAINED_DAYS, seed=SEED))
    times = journal["@timestamp"]

    def between(since: datetime, until: datetime) -> pl.DataFrame:
        return journal.filter((pl.col("@timestamp") >= since) & (pl.col("@timestamp") < until))

    touches = KeptTouches(first=times.min(), last=times.max(), between=between)
    model, state = train(touches, trained.settings, trained.now, seed=5)
    assert model.manifest.sample_sha256 == trained.model.manifest.sample_sha256
    assert len(state.names) == 20


def test_the_model_knows_its_age(trained: Trained) -> None:
    assert trained.model.age(trained.model.manifest.trained_at + timedelta(days=3)) == timedelta(days=3)


def test_the_shipped_starter_model_loads_and_is_used_when_there_is_no_other(tmp_path: Path) -> None:
    model = starter_model()
    assert model.manifest.rows >= 1000
    assert model_folder(Settings(state=tmp_path)).name == "starter"
    chosen = Settings(state=tmp_path, behaviour=BehaviourSettings(model=str(tmp_path / "m")))
    assert model_folder(chosen) == tmp_path / "m"


def test_the_starter_model_has_a_card() -> None:
    from detector.resources import shipped

    text = shipped("models", "README.md").read_text(encoding="utf-8")
    assert starter_model().version in text


def test_the_packed_forest_scores_exactly_as_scikit_learn() -> None:
    from sklearn.ensemble import IsolationForest

    columns = np.random.default_rng(3).normal(size=(1500, 6)).astype(np.float32)
    fitted = IsolationForest(n_estimators=forest.TREES, max_samples=forest.SAMPLES, random_state=9).fit(columns)
    np.testing.assert_allclose(forest.pack(fitted).raw(columns), -fitted.score_samples(columns), atol=1e-12)


def test_the_same_seed_gives_the_same_scores() -> None:
    columns = np.random.default_rng(4).normal(size=(600, 6)).astype(np.float32)
    assert (forest.fit(columns, 7).raw(columns) == forest.fit(columns, 7).raw(columns)).all()
    assert (forest.fit(columns, 7).raw(columns) != forest.fit(columns, 8).raw(columns)).any()
