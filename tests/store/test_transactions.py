import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from detector.errors import StoreError
from detector.schema.case.incidents import Decisions
from detector.store import Journal, Snapshots, Store
from tests.postgres import administer, cluster
from tests.store.values import events, finding, position
from tests.store.writers import MATTER

TOP = Path(__file__).parents[2]


def program(name: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.store.writers", name, *arguments]
    return subprocess.Popen(command, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("turns", [1, 7, 30])
def test_after_a_kill_in_the_middle_of_commits_all_of_each_is_there_or_nothing(
    url: str, tmp_path: Path, turns: int
) -> None:
    writer = program("commits", url, str(tmp_path))
    assert writer.stdout is not None
    said = [int(writer.stdout.readline()) for _ in range(turns)]
    writer.send_signal(signal.SIGKILL)
    said += [int(line) for line in writer.stdout.read().split()]
    writer.communicate()

    store = Store.open(url)
    journal, snapshots = Journal(tmp_path / "journal", store), Snapshots(tmp_path / "snapshots", store)
    with store.begin() as unit:
        (at,) = unit.positions.all()
        assert said[-1] <= at.offset <= said[-1] + 1
        assert [each.number for each in unit.incidents.entries(MATTER.id)] == list(range(1, at.offset + 1))
        assert len(list(unit.incidents.all_findings())) == at.offset
        journal.flush(unit)  # sweeps what the crash left
    touched = journal.scan().collect().get_column("log.offset")
    assert sorted(touched) == list(range(1, at.offset + 1))
    assert journal.problems() == []
    newest = snapshots.load()
    assert newest is not None
    assert newest.positions == (at,)
    assert newest.tables["state"].item() == at.offset
    store.close()


def test_two_processes_changing_one_incident_never_clobber_each_other(url: str) -> None:
    store = Store.open(url)
    with store.begin() as unit:
        unit.incidents.save(Decisions(incidents=(MATTER,)))
    writers = [program("changes", url, who, "25") for who in ("daemon", "person")]
    ends = [writer.communicate() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0], ends
    with store.read() as unit:
        found, entries = unit.incidents.find(MATTER.id), unit.incidents.entries(MATTER.id)
    assert found is not None
    assert found.version == 51
    assert [each.number for each in entries] == list(range(1, 51))
    assert {each.by for each in entries} == {"daemon", "person"}
    store.close()


def test_threads_take_turns_in_writing(store: Store) -> None:
    def count() -> None:
        for _ in range(20):
            with store.begin() as unit:
                unit.kv.set("count", str(int(unit.kv.get("count") or "0") + 1))

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as unit:
        assert unit.kv.get("count") == "60"


def test_a_database_that_stays_locked_is_reported_and_usable_afterwards(url: str) -> None:
    holder, waiter = Store.open(url), Store.open(url, busy_seconds=1)
    with holder.begin() as unit:
        unit.kv.set("a", "1")
        with pytest.raises(StoreError, match=r"nothing was committed .* writing for too long"), waiter.begin():
            pass
    with waiter.begin() as unit:
        unit.kv.set("a", "2")
    for each in (holder, waiter):
        each.close()


def test_a_second_turn_inside_a_turn_is_refused_instead_of_waiting_for_ever(sqlite_url: str) -> None:
    store = Store.open(sqlite_url, busy_seconds=0.05)
    with store.begin(), pytest.raises(StoreError, match="another part of this process"), store.begin():
        pass
    store.close()


def test_a_lost_postgresql_connection_commits_nothing_and_the_next_turn_works(postgres_url: str) -> None:
    def lose() -> None:
        with store.begin() as unit:
            unit.incidents.save(Decisions(findings=(finding(),)))
            unit.positions.save([position(offset=9)])
            folder = cluster()
            assert folder is not None
            administer(
                folder, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'nabat'"
            )

    store = Store.open(postgres_url)
    with pytest.raises(StoreError, match=r"nothing was committed .*connection"):
        lose()
    with store.begin() as unit:
        assert unit.positions.all() == ()
        assert unit.incidents.findings([finding().id]) == {}
        unit.positions.save([position(offset=9)])
    with store.read() as unit:
        assert unit.positions.all() == (position(offset=9),)
    store.close()


def test_a_full_disk_is_reported_leaves_nothing_half_and_passes(tmp_path: Path) -> None:
    out, err = (end := program("starves", str(tmp_path))).communicate()
    assert end.returncode == 0, err
    database, journal, snapshots = out.strip().splitlines()
    assert "the disk" in database
    assert "part-" in journal
    assert "snapshot-" in snapshots


def test_a_read_only_folder_is_reported() -> None:
    with tempfile.TemporaryDirectory() as top:  # a way that another account may walk, unlike pytest's
        Path(top).chmod(0o755)
        folder = Path(top) / "state"
        folder.mkdir()
        out, err = (end := program("reads_only", str(folder))).communicate()
        folder.chmod(0o755)
    assert end.returncode == 0, err
    assert "nothing was committed" in out
    assert "permission" in out or "read-only" in out


def test_a_file_that_is_no_database_is_reported(tmp_path: Path) -> None:
    (tmp_path / "nabat.db").write_bytes(b"not a database at all " * 100)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(f"sqlite:///{tmp_path / 'nabat.db'}")


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(StoreError, match="cannot use"):
        Store.open(f"sqlite:///{tmp_path / 'taken' / 'nabat.db'}")
    store = Store.open(f"sqlite:///{tmp_path / 'nabat.db'}")
    with pytest.raises(StoreError, match="cannot use"):
        Journal(tmp_path / "taken" / "journal", store)
    store.close()


def test_touches_of_a_turn_that_failed_are_written_by_the_next(tmp_path: Path, sqlite_store: Store) -> None:
    journal = Journal(tmp_path / "journal", sqlite_store)
    journal.append(events({}))
    blocked = tmp_path / "journal" / "day=2026-03-01"
    blocked.touch()
    with pytest.raises(StoreError, match="cannot use"), sqlite_store.begin() as unit:
        journal.flush(unit)
    blocked.unlink()
    with sqlite_store.begin() as unit:
        journal.flush(unit)
    assert journal.scan().collect().height == 1


def test_whoever_opens_a_database_that_is_ready_waits_for_no_writer(url: str) -> None:
    holder = Store.open(url)
    with holder.begin() as unit:
        unit.kv.set("a", "1")
        waiter = Store.open(url, busy_seconds=1)
        with waiter.read() as seen:
            assert seen.kv.get("a") is None
    waiter.close()
    holder.close()
