"""What is gone on with where the saved state fits this version in part only."""

import json
from datetime import timedelta
from pathlib import Path

import polars as pl

from detector.detect import STATE_VERSION
from detector.runtime.components import build
from detector.runtime.state_folder.restore import restore
from detector.settings.loading.load_settings import load_settings
from detector.store import Snapshots, Store
from tests.detect.behaviour import company
from tests.runtime.places import write_plan


def test_behaviour_of_another_version_begins_anew_and_takes_nothing_else_along(tmp_path: Path) -> None:
    settings = load_settings(write_plan(tmp_path, rules={"shipped": True}, behaviour={"enabled": True}))
    core = build(settings, session_key=b"0" * 32, seed=1).core
    rows = company.honest(2, operators=3).with_columns(pl.col("@timestamp").alias("event.ingested"))
    state, _ = core.step(core.empty(), [rows], now=rows["@timestamp"][-1] + timedelta(hours=2))
    tables = core.to_tables(state)
    head = json.loads(tables["behaviour.behaviour"]["head"][0])
    other = pl.DataFrame({"head": [json.dumps({**head, "version": head["version"] - 3})]})
    store = Store.open(f"sqlite:///{tmp_path / 'nabat.db'}")
    try:
        snapshots = Snapshots(tmp_path / "snapshots", store)
        with store.begin() as unit:
            snapshots.save(unit, {**tables, "behaviour.behaviour": other}, (), {"version": STATE_VERSION})
        beginning = restore(core, snapshots, store)
    finally:
        store.close()
    assert "behaviour" in beginning.problem
    kept = {name: table for name, table in core.to_tables(beginning.state).items() if name.startswith("rules.")}
    assert kept.keys() == {name for name in tables if name.startswith("rules.")}
    assert any(table.height for table in kept.values())
    for name, table in kept.items():
        assert table.equals(tables[name]), name
    assert beginning.state.behaviour is not None
    assert not beginning.state.behaviour.names
