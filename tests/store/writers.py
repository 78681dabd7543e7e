"""Programs that the tests run as processes of their own: writers that are killed, starved, or in each other's way.

Run as ``python -m tests.store.writers NAME ARGUMENT…`` at the top of the checkout.
"""

import os
import resource
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl

from detector.errors import StoreError
from detector.schema.case.incidents import Decisions
from detector.store import Journal, Snapshots, Store
from tests.store.values import entry, events, finding, incident, position

MATTER = incident("race")


def commits(url: str, folder: str) -> None:
    """Commit a finding, an entry, a position, a journal part and a snapshot together, for ever; say each number."""
    store = Store.open(url)
    journal, snapshots = Journal(Path(folder) / "journal", store), Snapshots(Path(folder) / "snapshots", store)
    with store.begin() as unit:
        unit.incidents.save(Decisions(incidents=(MATTER,)))
    number = 0
    while True:
        number += 1
        journal.append(events({"log.offset": number}))
        with store.begin() as unit:
            unit.incidents.save(Decisions(findings=(finding(str(number)),), entries=(entry(MATTER.id, number),)))
            unit.positions.save([position(offset=number)])
            journal.flush(unit)
            snapshots.save(unit, {"state": pl.DataFrame({"number": [number]})}, (position(offset=number),), {})
            if number % 16 == 0:
                journal.compact(unit)
        print(number, flush=True)


def changes(url: str, who: str, times: str) -> None:
    """Change one incident and add to its timeline, so many times, taking turns with whoever else does."""
    store = Store.open(url)
    for _ in range(int(times)):
        with store.begin() as unit:
            before = unit.incidents.find(MATTER.id)
            last = unit.incidents.last_entry(MATTER.id)
            assert before is not None
            after = replace(before, version=before.version + 1, acknowledged_by=who)
            number = last.number + 1 if last else 1
            unit.incidents.save(Decisions(incidents=(after,), entries=(entry(MATTER.id, number, by=who),)))
    store.close()


def starves(folder: str) -> None:
    """Write until the disk is full (as far as this process may write), then with room again."""
    store = Store.open(f"sqlite:///{folder}/nabat.db")
    journal, snapshots = Journal(Path(folder) / "journal", store), Snapshots(Path(folder) / "snapshots", store)
    committed = 0

    def turn(number: int) -> None:
        many = tuple(finding(f"{number}-{each}", title="x" * 2000) for each in range(20))
        with store.begin() as unit:
            unit.incidents.save(Decisions(findings=many))
            unit.positions.save([position(offset=number)])

    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    largest = max(path.stat().st_size for path in Path(folder).iterdir() if path.is_file())
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 200_000, hard))
    said = ""
    for number in range(1, 100):
        try:
            turn(number)
            committed = number
        except StoreError as error:
            said = str(error)
            break
    with store.read() as unit:
        assert unit.positions.all()[0].offset == committed, "positions without their findings"
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    turn(committed + 1)

    journal.append(events({}))
    for save in (
        journal.flush,
        lambda unit: snapshots.save(unit, {"state": pl.DataFrame({"x": range(100_000)})}, (), {}),
    ):
        resource.setrlimit(resource.RLIMIT_FSIZE, (512, hard))
        try:
            with store.begin() as unit:
                save(unit)
        except StoreError as error:
            said += f"\n{error}"
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        left = [path for path in Path(folder).rglob("*") if path.suffix in (".parquet", ".zip", ".tmp")]
        assert not left, left
    with store.begin() as unit:
        journal.flush(unit)
        snapshots.save(unit, {"state": pl.DataFrame({"x": range(100_000)})}, (), {})
    assert journal.pending == 0
    assert snapshots.load() is not None
    store.close()
    print(said)


def reads_only(folder: str) -> None:
    """Open a database in a folder that the account may not write; be root or the owner to begin with."""
    url = f"sqlite:///{folder}/nabat.db"
    warm = Store.open(url)
    with warm.begin() as unit:
        unit.incidents.save(Decisions(findings=(finding(),)))
    warm.close()
    Path(folder).chmod(0o555)
    (Path(folder) / "nabat.db").chmod(0o444)
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
        os.chown(Path(folder) / "nabat.db", 65534, 65534)
        os.seteuid(65534)
    try:
        store = Store.open(url)
        with store.begin() as unit:
            unit.incidents.save(Decisions(findings=(finding("late"),)))
    except StoreError as error:
        print(error)


PROGRAMS: dict[str, Callable[..., None]] = {
    "commits": commits,
    "changes": changes,
    "starves": starves,
    "reads_only": reads_only,
}

if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](*sys.argv[2:])
