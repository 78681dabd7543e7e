import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from detector.detect.behaviour import BehaviourState, Trainer, features, load_model, save_model, starter_model, train
from detector.detect.behaviour.model import model_folder
from detector.detect.behaviour.model.forest import SAMPLES, Forest
from detector.errors import InputError, ModelError
from detector.messages import LANGUAGES, Messages
from detector.schema.findings import Reason
from detector.settings import BehaviourSettings, Settings
from tests.detect.behaviour import company
from tests.detect.behaviour.conftest import Trained


@pytest.fixture
def folder(trained: Trained, tmp_path: Path) -> Path:
    save_model(trained.model, tmp_path / "model")
    return tmp_path / "model"


def test_a_loaded_model_answers_like_the_one_that_was_saved(trained: Trained, folder: Path) -> None:
    loaded = load_model(folder)
    assert loaded.manifest == trained.model.manifest
    assert (loaded.surprise(loaded.sample) == trained.model.surprise(trained.model.sample)).all()


def test_training_twice_with_one_seed_gives_the_same_model(trained: Trained) -> None:
    trainer = Trainer(trained.settings, seed=5)
    frame = company.together(company.honest(14, seed=1))
    for first in range(0, frame.height, 977):
        trainer.add(frame[first : first + 977])
    model, _ = trainer.finish(trained.now)
    assert model.manifest == trained.model.manifest


def test_a_folder_holds_only_a_manifest_and_numbers(folder: Path) -> None:
    assert sorted(file.name for file in folder.iterdir()) == ["forest.parquet", "manifest.json", "sample.parquet"]
    sample = pl.read_parquet(folder / "sample.parquet")
    assert tuple(sample.columns) == features.COLUMNS
    assert set(sample.dtypes) == {pl.Float32()}
    assert all(dtype.is_numeric() for dtype in pl.read_parquet(folder / "forest.parquet").dtypes)
    assert "user:" not in (folder / "manifest.json").read_text()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("threshold", 0.1, "altered"),
        ("seed", 99, "altered"),
        ("schema_version", 7, "schema version 7"),
        ("features_hash", "00", "other features"),
        ("features", ["a"], "other features"),
        ("sample_sha256", "00", "not the sample"),
        ("forest_sha256", "00", "not the forest"),
        ("rows", -1, "rows"),
        ("surprise", 1, "surprise"),
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
    ("column", "value"), [("left", 60_000), ("left", 0), ("right", 1), ("feature", 999), ("tree", 0)]
)
def test_trees_that_lead_outside_or_in_a_circle_are_refused(trained: Trained, column: str, value: int) -> None:
    table = trained.model.forest.table()
    changed = table.with_columns(
        pl.when(pl.int_range(pl.len()) == 300).then(value).otherwise(pl.col(column)).cast(pl.UInt16).alias(column)
    )
    whole = Forest.of(table, SAMPLES, len(features.COLUMNS))
    assert (whole.raw(trained.model.sample) == trained.model.forest.raw(trained.model.sample)).all()
    with pytest.raises(ValueError, match="trees"):
        Forest.of(changed, SAMPLES, len(features.COLUMNS))
    with pytest.raises(ValueError, match="columns"):
        Forest.of(table.drop("limit"), SAMPLES, len(features.COLUMNS))


def test_a_loaded_model_needs_no_library_to_judge() -> None:
    program = (
        "import sys; from detector.detect.behaviour import starter_model; model = starter_model();"
        "model.surprise(model.sample); sys.exit(bool({'sklearn', 'pandas'} & sys.modules.keys()))"
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
    with pytest.raises(InputError, match=r"too little history.*at least 200 windows on 2 days"):
        trainer.finish(company.START)


def test_the_journal_trains_the_same_model_as_the_logs(trained: Trained) -> None:
    journal = company.together(company.honest(14, seed=1)).lazy()
    model, state = train(journal, trained.settings, trained.now, seed=5)
    assert model.manifest.sample_sha256 == trained.model.manifest.sample_sha256
    assert len(state.names) == 20


def test_windows_as_a_pandas_frame_train_a_model(trained: Trained) -> None:
    sample = trained.model.sample
    windows = pd.DataFrame(sample, columns=list(features.COLUMNS))
    windows["day"] = np.arange(len(windows)) % 5
    windows["actor"] = np.arange(len(windows)) % 20
    model, _ = train(windows, trained.settings, trained.now)
    assert model.manifest.evaluation["days"] == 5
    assert model.threshold > 0


def test_the_model_knows_its_age(trained: Trained) -> None:
    assert trained.model.age(trained.model.manifest.trained_at + timedelta(days=3)) == timedelta(days=3)


def test_the_threshold_keeps_to_the_alert_budget_on_the_training_days(trained: Trained) -> None:
    assert trained.model.manifest.evaluation["findings_a_day_mean"] <= trained.settings.behaviour.findings_a_day + 0.01


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_feature_has_its_reason_in_words(language: str) -> None:
    texts = Messages(language)
    for name in features.NAMES:
        for value in (1, 2, 5, 1240):
            args = (("value", value), ("minutes", 60), ("peer", 130))
            assert str(value)[0] in texts.reason(Reason(message=f"behaviour-{name}-new", args=args)) or value == 1
            known = Reason(message=f"behaviour-{name}", args=(*args, ("low", 15), ("high", 40)))
            assert "15–40" in texts.reason(known)
    assert texts.text("behaviour-combination")


def test_reasons_read_as_people_say_them() -> None:
    args = (("value", 1240), ("minutes", 60), ("peer", 130), ("low", 15), ("high", 40))
    said = Messages("en").reason(Reason(message="behaviour-subjects", args=args))
    assert said == "read 1,240 clients in an hour; usual for this account 15–40, for its role up to 130"
    said = Messages("ru").reason(Reason(message="behaviour-subjects", args=(("value", 22), *args[1:])))
    assert said == "прочитано 22 клиента за час; обычно для этой учётной записи 15–40, для её роли до 130"


def test_a_state_survives_its_tables(trained: Trained) -> None:
    again = BehaviourState.from_tables(trained.tables).tables()
    assert again.keys() == trained.tables.keys()
    for name, table in trained.tables.items():
        assert again[name].equals(table), name


def test_a_snapshot_stays_as_it_is_while_the_fold_goes_on(trained: Trained) -> None:
    state, judge = trained.state(), trained.judge()
    tables = state.tables()
    before = {name: table.clone().rechunk().write_ndjson() for name, table in tables.items()}
    judge.step(state, company.bulk(20, 14), company.START + 30 * company.DAY)
    assert {name: table.write_ndjson() for name, table in tables.items()} == before


def test_a_state_of_another_version_is_refused_with_what_happens_next(trained: Trained) -> None:
    head = json.loads(trained.tables["behaviour"]["head"][0])
    other = {**trained.tables, "behaviour": pl.DataFrame({"head": [json.dumps({**head, "version": 99})]})}
    with pytest.raises(InputError, match="learned anew"):
        BehaviourState.from_tables(other)


def test_a_snapshot_holds_no_raw_line_and_no_client(trained: Trained) -> None:
    state, judge = trained.state(), trained.judge()
    frame = company.bulk(20, 14)
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
