"""Many rotated copies, more than are remembered, under every way to name them, through restarts."""

import gzip
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.acquire.follow import PACE, Follow

COPIES = 45


def write(log: Path, text: str) -> None:
    """Append, and let a tick of the file system's clock pass: no real log is rotated twice within one."""
    with log.open("a") as out:
        out.write(text)
    time.sleep(0.01)


def descending(log: Path, number: int) -> None:
    """Rename as logrotate does: ``.1`` is the newest."""
    for old in range(number, 0, -1):
        before = log.with_name(f"{log.name}.{old}")
        if before.exists():
            before.rename(log.with_name(f"{log.name}.{old + 1}"))
    log.rename(log.with_name(f"{log.name}.1"))


def ascending(log: Path, number: int) -> None:
    """Rename as log4j does: the highest number is the newest."""
    log.rename(log.with_name(f"{log.name}.{number}"))


def dated(log: Path, number: int) -> None:
    """Rename as dateext does."""
    log.rename(log.with_name(f"{log.name}-2026{number // 28 + 1:02d}{number % 28 + 1:02d}"))


@pytest.mark.parametrize("rename", [descending, ascending, dated])
@pytest.mark.parametrize("pattern", ["access.log", "access.log*"])
@pytest.mark.parametrize("before", [0, 3])
@pytest.mark.parametrize("remember", [32, PACE.remember])
def test_a_restart_beside_many_copies_reads_nothing_again(
    tmp_path: Path,
    following: Callable[..., Follow],
    rename: Callable[[Path, int], None],
    pattern: str,
    before: int,
    remember: int,
) -> None:
    follow = following(pace=replace(PACE, remember=remember))
    log = tmp_path / "access.log"
    for number in range(1, before + 1):
        write(log, f"before {number}\n")
        rename(log, number)
    written = [f"line {number}" for number in range(COPIES)]
    write(log, "")
    follow.start(tmp_path / pattern, first=True)
    follow.poll()
    for number, text in enumerate(written):
        write(log, text + "\n")
        follow.poll()
        rename(log, before + number + 1)
        write(log, "")
        follow.poll()
        follow.poll(later=40.0)
    for _ in range(3):
        follow.restart(tmp_path / pattern)
        follow.poll()
        follow.poll(later=40.0)
    assert [line for line in follow.lines if line.startswith("line")] == written
    write(log, "last\n")
    rename(log, before + COPIES + 1)
    write(log, "anew\n")
    follow.restart(tmp_path / pattern)
    follow.poll()
    follow.poll(later=40.0)
    assert [line for line in follow.lines if line.startswith(("line", "last", "anew"))] == [*written, "last", "anew"]


def begins(_source: object, path: str) -> datetime:
    """Return when the first line of a log was written: its number, in seconds."""
    with gzip.open(path, "rt") if path.endswith(".gz") else open(path) as file:
        return datetime(2026, 3, 2, tzinfo=UTC) + timedelta(seconds=int(file.readline().split()[1]))


@pytest.mark.parametrize("rename", [ascending, dated])
def test_copies_compressed_after_the_next_one_was_written_are_read_in_order(
    tmp_path: Path, following: Callable[..., Follow], rename: Callable[[Path, int], None]
) -> None:
    follow = following()
    log = tmp_path / "access.log"
    write(log, "line 0\n")
    follow.start(log, first=True, begins_at=begins)
    follow.poll()
    for number in range(1, 6):
        before = [path for path in tmp_path.iterdir() if path != log and path.suffix != ".gz"]
        write(log, f"line {10 * number}\n")
        rename(log, number)
        for path in before:
            with gzip.open(f"{path}.gz", "w") as packed:
                packed.write(path.read_bytes())
            path.unlink()
        write(log, "")
    write(log, "line 60\n")
    follow.restart(log, begins_at=begins)
    follow.poll()
    follow.poll(later=40.0)
    assert follow.lines == ["line 0", *(f"line {10 * number}" for number in range(1, 7))]
