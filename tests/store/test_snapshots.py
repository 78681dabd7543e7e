from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import update

from detector.errors import StoreError
from detector.store import Snapshots, Store, atomic_file
from detector.store.db import tables
from tests.store.values import NOON, position

STATE = {
    "actors": pl.DataFrame({"actor.id": ["user:anna"], "seen": [NOON], "ids": [["a", "b"]]}),
    "empty": pl.DataFrame(schema={"x": pl.Int32}),
}


@pytest.fixture
def kept(tmp_path: Path, store: Store) -> Snapshots:
    return Snapshots(tmp_path / "snapshots", store)


def save(kept: Snapshots, store: Store, offset: int) -> None:
    state = {**STATE, "at": pl.DataFrame({"offset": [offset]})}
    with store.begin() as unit:
        kept.save(unit, state, (position(offset=offset),), {"version": "1"})


def newest(tmp_path: Path) -> Path:
    return max((tmp_path / "snapshots").iterdir())


def test_a_snapshot_comes_back_as_it_was(kept: Snapshots, store: Store) -> None:
    save(kept, store, 7)
    found = kept.load()
    assert found is not None
    assert kept.problem == ""
    assert found.positions == (position(offset=7),)
    assert found.meta == {"version": "1"}
    assert found.tables.keys() == {*STATE, "at"}
    for name, table in STATE.items():
        assert_frame_equal(found.tables[name], table)


def test_before_the_first_snapshot_there_is_none_and_no_problem(kept: Snapshots) -> None:
    assert kept.load() is None
    assert kept.problem == ""


def test_the_last_two_are_kept_and_nobody_else_may_read_them(kept: Snapshots, store: Store, tmp_path: Path) -> None:
    for offset in range(5):
        save(kept, store, offset)
    left = list((tmp_path / "snapshots").iterdir())
    assert len(left) == 2
    assert {path.stat().st_mode & 0o777 for path in left} == {0o600}
    assert (found := kept.load()) is not None
    assert found.positions[0].offset == 4


def test_a_snapshot_counts_with_its_transaction_only(kept: Snapshots, store: Store, tmp_path: Path) -> None:
    def fail() -> None:
        with store.begin() as unit:
            kept.save(unit, STATE, (), {})
            raise RuntimeError("power cut")

    save(kept, store, 1)
    with pytest.raises(RuntimeError, match="power cut"):
        fail()
    assert (found := kept.load()) is not None
    assert found.positions[0].offset == 1
    save(kept, store, 2)
    assert len(list((tmp_path / "snapshots").iterdir())) == 2


@pytest.mark.parametrize("harm", ["missing", "cut", "changed"])
def test_a_damaged_snapshot_gives_way_to_the_one_before_and_says_so(
    kept: Snapshots, store: Store, tmp_path: Path, harm: str
) -> None:
    save(kept, store, 1)
    save(kept, store, 2)
    path = newest(tmp_path)
    raw = path.read_bytes()
    path.unlink()
    if harm != "missing":
        path.write_bytes(raw[: len(raw) // 2] if harm == "cut" else raw[:-1] + bytes([raw[-1] ^ 1]))
    assert (found := kept.load()) is not None
    assert found.positions[0].offset == 1
    assert path.name in kept.problem


def test_when_none_is_whole_the_reason_is_said_for_each(kept: Snapshots, store: Store, tmp_path: Path) -> None:
    save(kept, store, 1)
    save(kept, store, 2)
    for path in (tmp_path / "snapshots").iterdir():
        path.write_bytes(b"")
    assert kept.load() is None
    assert kept.problem.count("is damaged") == 2
    save(kept, store, 3)
    assert (found := kept.load()) is not None
    assert found.positions[0].offset == 3


def test_a_snapshot_of_another_form_is_not_read(kept: Snapshots, store: Store) -> None:
    save(kept, store, 1)
    with store.begin() as unit:
        unit.session.run(update(tables.snapshots).values(format=2))
    assert kept.load() is None
    assert "has form 2, this program reads 1" in kept.problem


def test_files_left_by_a_crash_are_swept_at_the_first_save(kept: Snapshots, store: Store, tmp_path: Path) -> None:
    for name in ("snapshot-000000000099.zip", "snapshot-000000000001.zip.tmp"):
        (tmp_path / "snapshots" / name).write_bytes(b"half")
    save(kept, store, 1)
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == ["snapshot-000000000001.zip"]


def test_a_disk_that_cannot_be_used_is_a_store_that_cannot_and_is_named(tmp_path: Path) -> None:
    gone = tmp_path / "snapshot-000000000001.zip"
    with pytest.raises(StoreError, match=f"cannot use {gone}: No such file"), atomic_file.using(gone):
        atomic_file.fingerprint(gone)
