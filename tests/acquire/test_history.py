"""Which lines are history: what stood in a log before it was first opened; the table of docs/sources.md by cases."""

import bz2
import gzip
import lzma
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from detector.acquire.timing import ReadTiming
from detector.schema.events.lines import WHOLE
from tests.acquire.follow import PACE, Follow

SMALL = 64 * 1024  # less than one read takes


def write(path: Path, *lines: str) -> Path:
    with path.open("a") as out:
        out.writelines(f"{line}\n" for line in lines)
    return path


def many(count: int, word: str = "old") -> list[str]:
    return [f"{word} {number:06} " + "x" * 90 for number in range(count)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write(tmp_path / "app.log", "old 1", "old 2")


@pytest.fixture
def slow() -> Iterator[Follow]:
    """Follows a source in turns that read a part of a file only."""
    made = Follow(
        pace=ReadTiming(beat=0.0, polling=0.0, rest=0.0, hot=5.0, quiet=1.0, grace=30.0, settle=5.0, batches=1)
    )
    yield made
    made.close()


# The first start


def test_what_stood_in_a_file_at_the_first_start_is_history_and_what_follows_in_it_is_live(
    log: Path, follow: Follow
) -> None:
    follow.start(log).poll()
    write(log, "new 1")
    follow.poll()
    assert (follow.old, follow.live) == (["old 1", "old 2"], ["new 1"])
    assert not follow.catching_up


def test_what_comes_while_the_first_reading_goes_on_is_live(tmp_path: Path, slow: Follow) -> None:
    log = write(tmp_path / "app.log", *many(40_000))
    slow.start(log, budget=SMALL).poll()
    write(log, "new 1")
    assert slow.catching_up
    while slow.reader.waiting:
        slow.poll()
    assert len(slow.old) == 40_000
    assert slow.live == ["new 1"]
    assert not slow.catching_up


def test_a_source_read_from_its_end_has_no_history(log: Path, follow: Follow) -> None:
    follow.start(log, start="end").poll()
    assert not follow.catching_up
    write(log, "new 1")
    follow.poll()
    assert (follow.old, follow.live) == ([], ["new 1"])


def test_an_empty_file_and_a_file_that_is_not_there_yet_have_no_history(tmp_path: Path, follow: Follow) -> None:
    (tmp_path / "empty.log").touch()
    follow.start(tmp_path / "*.log").poll()
    assert not follow.catching_up
    write(tmp_path / "empty.log", "a batch, 26 h late")
    write(tmp_path / "later.log", "another")
    follow.poll()
    assert (follow.old, sorted(follow.live)) == ([], ["a batch, 26 h late", "another"])


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)])
def test_archives_and_rotated_copies_that_the_paths_name_at_the_first_look_are_history_whole(
    ending: str, pack: Callable[[bytes], bytes], tmp_path: Path, follow: Follow
) -> None:
    (tmp_path / f"app.log.2.{ending}").write_bytes(pack(b"older 1\n"))
    write(tmp_path / "app.log.1", "older 2")
    write(tmp_path / "app.log", "old")
    follow.start(tmp_path / "app.log*").poll()
    follow.poll(later=60.0)
    follow.poll()
    assert sorted(follow.old) == ["old", "older 1", "older 2"]
    assert follow.live == []
    assert not follow.catching_up


def test_a_last_line_without_its_end_that_stood_there_is_history_and_does_not_keep_the_reading_going(
    tmp_path: Path, follow: Follow
) -> None:
    log = tmp_path / "app.log"
    log.write_text("old 1\nold 2, half")
    follow.start(log).poll()
    assert not follow.catching_up
    write(log, " and half", "new 1")
    follow.poll()
    assert (follow.old, follow.live) == (["old 1", "old 2, half and half"], ["new 1"])


def test_what_is_written_after_the_first_look_is_live_though_nothing_was_read_yet(log: Path, follow: Follow) -> None:
    follow.start(log)
    follow.reader.rescan()
    write(log, "new 1")
    follow.poll()
    assert (follow.old, follow.live) == (["old 1", "old 2"], ["new 1"])


def test_what_is_written_after_the_first_look_is_not_skipped_by_who_begins_at_the_end(
    log: Path, follow: Follow
) -> None:
    follow.start(log, start="end")
    follow.reader.rescan()
    write(log, "new 1")
    follow.poll()
    assert (follow.old, follow.live) == ([], ["new 1"])


# Restarts


def test_a_restart_in_the_middle_of_the_first_reading_goes_on_as_history(tmp_path: Path, slow: Follow) -> None:
    log = write(tmp_path / "app.log", *many(40_000))
    slow.start(log, budget=SMALL).poll()
    read = len(slow.lines)
    assert 0 < read < 40_000
    write(log, "written while it was stopped")
    slow.restart(log, budget=SMALL, followed={"web": [str(log)]})
    slow.poll()
    assert slow.catching_up
    while slow.reader.waiting:
        slow.poll()
    assert len(slow.old) == 40_000
    assert slow.live == ["written while it was stopped"]
    assert not slow.catching_up


def test_what_was_written_and_rotated_while_the_service_was_stopped_is_live(log: Path, follow: Follow) -> None:
    follow.start(log).poll()
    write(log, "new 1")
    log.rename(log.with_name("app.log.1"))
    write(log, "new 2")
    (log.with_name("app.log.1.gz")).write_bytes(gzip.compress(log.with_name("app.log.1").read_bytes()))
    log.with_name("app.log.1").unlink()
    follow.restart(log, followed={"web": [str(log)]})
    follow.poll()
    follow.poll()
    assert (follow.old, follow.live) == (["old 1", "old 2"], ["new 1", "new 2"])


def test_a_known_source_that_had_no_file_yet_reads_one_that_came_while_it_was_stopped_as_live(
    tmp_path: Path, follow: Follow
) -> None:
    log = tmp_path / "app.log"
    follow.start(log).poll()
    followed = follow.reader.followed()
    write(log, "came while it was stopped")
    follow.start(log, followed=followed, start="end")
    follow.poll()
    assert (follow.old, follow.live) == ([], ["came while it was stopped"])


def test_a_source_named_for_the_first_time_at_a_restart_is_in_first_reading(log: Path, follow: Follow) -> None:
    follow.start(log, first=False, followed={"another": ["/var/log/other.log"]}).poll()
    assert (follow.old, follow.live) == (["old 1", "old 2"], [])


def test_positions_of_a_version_that_did_not_know_history_make_no_source_new(log: Path, follow: Follow) -> None:
    follow.start(log).poll()
    kept = follow.reader.positions()
    write(log.with_name("b.log"), "never seen")
    follow.start(log, log.with_name("b.log"), positions=kept, first=False)
    follow.poll()
    assert follow.live == ["never seen"]


# Rotation


def test_a_file_rotated_in_the_middle_of_its_first_reading_stays_history_and_its_successor_is_live(
    tmp_path: Path, slow: Follow
) -> None:
    log = write(tmp_path / "app.log", *many(40_000))
    slow.start(log, budget=SMALL).poll()
    log.rename(tmp_path / "app.log.1")
    write(log, "new 1")
    for _ in range(400):
        slow.poll()
    assert len(slow.old) == 40_000
    assert slow.live == ["new 1"]


def test_a_log_emptied_after_its_first_reading_begins_again_as_live(log: Path, follow: Follow) -> None:
    follow.start(log).poll()
    log.with_name("app.log.1").write_bytes(log.read_bytes())
    os.truncate(log, 0)
    write(log, "1")
    follow.poll()
    follow.poll()
    assert (follow.old, follow.live) == (["old 1", "old 2"], ["1"])


def test_rotated_copies_that_appear_later_are_live(log: Path, follow: Follow) -> None:
    follow.start(log.with_name("app.log*")).poll()
    write(log.with_name("app.log-20250101"), "somebody put this here")
    follow.poll()
    follow.poll(later=60.0)
    assert follow.live == ["somebody put this here"]


# Files that come later


def test_a_batch_copied_under_the_pattern_later_is_live_however_old_the_file_says_it_is(
    tmp_path: Path, follow: Follow
) -> None:
    write(tmp_path / "monday.log", "old")
    follow.start(tmp_path / "*.log").poll()
    new = write(tmp_path / "tuesday.log", "a batch, 26 h late")
    os.utime(new, (1_600_000_000, 1_600_000_000))
    follow.poll()
    assert (follow.old, follow.live) == (["old"], ["a batch, 26 h late"])


def test_an_archive_copied_under_the_pattern_later_is_live(tmp_path: Path, follow: Follow) -> None:
    write(tmp_path / "monday.log", "old")
    follow.start(tmp_path / "*").poll()
    (tmp_path / "tuesday.gz").write_bytes(gzip.compress(b"packed\n"))
    follow.poll()
    follow.poll()
    assert (follow.old, follow.live) == (["old"], ["packed"])


def test_files_that_only_changed_paths_name_are_history(tmp_path: Path, follow: Follow) -> None:
    one, two = write(tmp_path / "one.log", "old 1"), write(tmp_path / "two.log", "old 2")
    follow.start(one).poll()
    follow.restart(one, two, followed=follow.reader.followed())
    follow.poll()
    assert (follow.old, follow.live) == (["old 1", "old 2"], [])
    write(two, "new 2")
    follow.poll()
    assert follow.live == ["new 2"]


def test_a_log_that_the_paths_named_before_stays_live_when_they_name_more(tmp_path: Path, follow: Follow) -> None:
    follow.start(tmp_path / "a*.log").poll()
    followed = follow.reader.followed()
    write(tmp_path / "a1.log", "came while it was stopped")
    write(tmp_path / "b1.log", "stood there")
    follow.start(tmp_path / "a*.log", tmp_path / "b*.log", followed=followed)
    follow.poll()
    assert (follow.old, follow.live) == (["stood there"], ["came while it was stopped"])


# What is said of it


def test_the_position_says_how_far_a_file_is_history(tmp_path: Path, follow: Follow) -> None:
    log = write(tmp_path / "app.log", "old 1")
    (tmp_path / "pack.gz").write_bytes(gzip.compress(b"old 2\n"))
    follow.start(log, tmp_path / "pack.gz").poll()
    write(log, "new")
    follow.poll()
    assert {position.history for position in follow.reader.positions()} == {len("old 1\n"), WHOLE}


def test_the_status_says_how_much_of_the_first_reading_is_done(tmp_path: Path, slow: Follow) -> None:
    log = write(tmp_path / "app.log", *many(40_000))
    size = log.stat().st_size
    slow.start(log, budget=SMALL).poll()
    write(log, *many(10, "new"))
    slow.poll()
    (status,) = slow.reader.status()
    assert status.old_bytes == size
    assert 0 < status.old_read < size
    while slow.reader.waiting:
        slow.poll()
    (status,) = slow.reader.status()
    assert (status.old_read, status.old_bytes, status.catching_up) == (size, size, False)


def test_a_file_that_vanishes_in_the_middle_does_not_keep_the_first_reading_going(tmp_path: Path, slow: Follow) -> None:
    log = write(tmp_path / "app.log", *many(40_000))
    write(tmp_path / "b.log", "old")
    slow.start(tmp_path / "*.log", budget=SMALL).poll()
    assert PACE.forget > 0
    log.unlink()
    for _ in range(400):
        slow.poll()
    assert not slow.catching_up
