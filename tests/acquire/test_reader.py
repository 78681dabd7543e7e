"""The reader on real files: where it begins, what it holds back, what it survives."""

import errno
import gzip
import os
import shutil
import tempfile
import threading
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from detector.acquire.files.followed_file import FollowedFile
from detector.acquire.framing.base import Ending
from detector.acquire.reader import Reader
from detector.acquire.timing import ReadTiming
from detector.clock import SystemClock
from detector.schema.events.lines import RejectReason
from detector.settings.sections.sources import SourceSettings
from tests.acquire.follow import PACE, Follow

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_the_first_start_begins_at_the_end_at_a_line_border_and_later_files_are_read_whole(
    tmp_path: Path, follow: Follow
) -> None:
    (tmp_path / "a.log").write_text("old\nbegun")
    follow.start(tmp_path / "*.log", start="end")
    assert follow.poll() == []
    with (tmp_path / "a.log").open("a") as file:
        file.write(" and ended\n")
    (tmp_path / "b.log").write_text("new file\n")
    assert sorted(follow.poll()) == ["begun and ended", "new file"]


def test_a_start_that_is_not_the_first_reads_unknown_files_whole(tmp_path: Path, follow: Follow) -> None:
    (tmp_path / "a.log").write_text("one\n")
    follow.start(tmp_path / "*.log", first=False, start="end")
    assert follow.poll() == ["one"]


def test_a_partial_line_is_held_back_until_its_end_comes(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"whole\r\npart")
    follow.start(path)
    assert follow.poll() == ["whole"]
    assert follow.batches[-1].at_end
    with path.open("a") as file:
        file.write("ly\n")
    assert follow.poll() == ["partly"]
    assert [batch.offsets.to_list() for batch in follow.batches] == [[0], [7]]


def test_a_rotated_file_is_read_to_its_end_before_the_new_one_and_its_last_line_needs_no_end(
    tmp_path: Path, follow: Follow
) -> None:
    path = tmp_path / "a.log"
    path.write_text("one\n")
    follow.start(path)
    follow.poll()
    with path.open("a") as writer:
        writer.write("two\n")
        writer.flush()
        path.rename(tmp_path / "a.log.1")
        path.write_text("four\n")
        writer.write("three\nunfinished")
    assert follow.poll() == ["two", "three", "four"]
    assert follow.poll(later=PACE.grace + 1) == ["unfinished"]
    assert {batch.stream for batch in follow.batches} == {str(path)}
    assert follow.batches[-1].finished


@pytest.mark.parametrize("pattern", ["a.log", "a.log*"])
def test_after_a_restart_a_file_that_was_renamed_and_compressed_is_read_on(
    pattern: str, tmp_path: Path, follow: Follow
) -> None:
    path = tmp_path / "a.log"
    path.write_text("one\n")
    follow.start(tmp_path / pattern)
    follow.poll()
    (tmp_path / "a.log.1.gz").write_bytes(gzip.compress(b"one\ntwo\nthree\n"))
    path.unlink()
    path.write_text("four\n")
    follow.restart(tmp_path / pattern)
    assert follow.poll() + follow.poll() == ["two", "three", "four"]
    assert follow.batches[1].file_id == follow.batches[0].file_id
    assert follow.batches[1].offsets.to_list() == [4, 8]
    follow.restart(tmp_path / pattern)
    assert follow.poll() == []


@pytest.mark.parametrize("copy", [False, True], ids=["create", "copytruncate"])
@pytest.mark.parametrize("begun", ["", "on", "one\n"])
def test_what_is_written_and_rotated_twice_while_a_log_that_held_nothing_is_not_followed_is_read(
    begun: str, copy: bool, tmp_path: Path, follow: Follow
) -> None:
    path, new, old = tmp_path / "a.log", tmp_path / "a.log.1", tmp_path / "a.log.2.gz"
    ancient = tmp_path / "a.log.3"
    ancient.write_text("read long ago, and forgotten\n")
    os.utime(ancient, (0, 0))
    path.write_text(begun)
    follow.start(path)
    follow.poll()
    lines = "one\n"
    for after in ("two\n", "three\n"):
        path.write_text(lines)
        if new.exists():
            old.write_bytes(gzip.compress(new.read_bytes()))
            new.unlink()
        if copy:
            shutil.copyfile(path, new)
            os.truncate(path, 0)
        else:
            path.rename(new)
        lines = after
    path.write_text(lines)
    follow.restart(path)
    for _ in range(3):
        follow.poll()
    assert follow.lines == ["one", "two", "three"]
    follow.restart(path)
    assert follow.poll() == []


def test_a_copy_made_before_a_truncation_is_read_under_the_original_identity(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "a.log"
    path.write_text("one\n")
    follow.start(path)
    follow.poll()
    with path.open("a") as file:
        file.write("two\n")
    shutil.copyfile(path, tmp_path / "a.log-20260301")
    path.write_text("three, longer than all before\n")
    assert follow.poll() == ["two", "three, longer than all before"]
    first, second, third = (batch.file_id for batch in follow.batches)
    assert first == second != third


def test_a_new_file_with_the_same_first_line_has_an_identity_of_its_own(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "a.log"
    path.write_text("#Fields: a b\none\n")
    follow.start(path)
    follow.poll()
    path.rename(tmp_path / "a.log.1")
    path.write_text("#Fields: a b\ntwo\n")
    assert follow.poll() == ["#Fields: a b", "two"]
    assert len({batch.file_id for batch in follow.batches}) == 2


def test_identity_does_not_depend_on_how_much_of_the_head_was_there(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "a.log"
    path.write_text("one\n")
    follow.start(path)
    follow.poll()
    with path.open("a") as file:
        file.write("two\n" * 500)
    follow.restart(path)
    follow.poll()
    other = Follow()
    other.start(path)
    other.poll()
    assert {batch.file_id for batch in follow.batches + other.batches} == {follow.batches[0].file_id}
    assert other.reader is not None
    other.reader.close()


def test_a_huge_line_without_an_end_costs_no_memory_and_is_one_reject(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"x" * 100_000)
    os.truncate(path, 1 << 28)
    with path.open("ab") as file:
        file.write(b"\nafter\n")
    follow.start(path)
    tracemalloc.start()
    for _ in range(70):
        follow.poll()
    assert tracemalloc.get_traced_memory()[1] < 32 << 20
    tracemalloc.stop()
    assert [line for batch in follow.batches for line in batch.lines] == ["after"]
    rejects = [reject for batch in follow.batches for reject in batch.rejects]
    assert [(one.reason, one.length) for one in rejects] == [(RejectReason.TOO_LONG, 1 << 28)]


def test_a_tail_of_nuls_after_a_power_loss_costs_no_line(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"one\n")
    os.truncate(path, 1 << 20)
    follow.start(path)
    assert follow.poll() == ["one"]
    with path.open("ab") as file:
        file.write(b"two\nthree\n")
    assert follow.poll() == ["two", "three"]
    rejects = [reject for batch in follow.batches for reject in batch.rejects]
    assert [(one.reason, one.offset, one.length) for one in rejects] == [(RejectReason.BINARY, 4, (1 << 20) - 4)]


def test_a_file_replaced_by_a_folder_a_fifo_or_nothing_is_survived_and_reported(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "a.log"
    path.write_text("one\n")
    follow.start(path)
    follow.poll()
    path.unlink()
    path.mkdir()
    assert follow.poll() == []
    assert "is not a regular file" in follow.problems()
    path.rmdir()
    os.mkfifo(path)
    assert follow.poll() == []
    assert "is not a regular file" in follow.problems()
    path.unlink()
    assert follow.poll() == []
    assert "no file found" in follow.problems()
    path.write_text("two\n")
    assert follow.poll() == ["two"]
    assert "regular" not in follow.problems()


def test_a_swapped_symlink_leads_to_the_new_file_after_the_old_one_is_read(tmp_path: Path, follow: Follow) -> None:
    for name in ("first", "second"):
        (tmp_path / name).write_text(f"{name}\n")
    link = tmp_path / "a.log"
    link.symlink_to(tmp_path / "first")
    follow.start(link)
    assert follow.poll() == ["first"]
    with (tmp_path / "first").open("a") as file:
        file.write("last of first\n")
    link.unlink()
    link.symlink_to(tmp_path / "second")
    assert follow.poll() == ["last of first", "second"]


def test_permission_withdrawn_is_reported_and_given_back_is_read(follow: Follow) -> None:
    folder = Path(tempfile.mkdtemp(prefix="follow-"))
    folder.chmod(0o755)
    path = folder / "a.log"
    path.write_text("one\n")
    path.chmod(0)
    root = os.geteuid() == 0
    try:
        if root:
            os.seteuid(65534)  # root may read everything
        follow.start(path)
        assert follow.poll() == []
        assert "cannot be read: Permission denied" in follow.problems()
        if root:
            os.seteuid(0)
        path.chmod(0o644)
        assert follow.poll() == ["one"]
        assert follow.problems() == ""
    finally:
        if root:
            os.seteuid(0)
        shutil.rmtree(folder)


def test_a_folder_that_was_shut_for_a_while_is_no_problem_any_more_though_nothing_new_is_written(
    follow: Follow,
) -> None:
    folder = Path(tempfile.mkdtemp(prefix="follow-"))
    folder.chmod(0o755)
    path = folder / "a.log"
    path.write_text("one\n")
    root = os.geteuid() == 0
    try:
        if root:
            os.seteuid(65534)
        follow.start(path)
        assert follow.poll() == ["one"]
        if root:
            os.seteuid(0)
        folder.chmod(0)
        if root:
            os.seteuid(65534)
        follow.poll()
        assert "cannot be looked at: Permission denied" in follow.problems()
        if root:
            os.seteuid(0)
        folder.chmod(0o755)
        if root:
            os.seteuid(65534)
        assert follow.poll() == []
        assert follow.problems() == ""
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)
        shutil.rmtree(folder)


def brought(path: Path, lines: Sequence[str]) -> None:
    """Put a whole log in place of the one that is there, as rsync, sed -i and many programs do."""
    new = path.with_name(f".{path.name}.Xa1")
    new.write_text("".join(f"{line}\n" for line in lines))
    new.rename(path)


HEADER = "#Fields: date time " + "x" * 2_000


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("first", [[], [HEADER]], ids=["plain", "header"])
def test_a_log_that_is_brought_whole_again_and_again_is_read_once(
    tmp_path: Path, follow: Follow, first: list[str], restart: bool
) -> None:
    path, lines = tmp_path / "a.log", [*first, "one"]
    brought(path, lines)
    follow.start(path)
    follow.poll()
    for turn in range(8):
        lines.append(f"line {turn}")
        brought(path, lines)
        if restart and turn % 3 == 1:
            follow.restart(path)
        follow.poll()
    assert [line for line in follow.so_far() if not line.startswith("#")] == lines[len(first) :]
    assert follow.problems() == ""


@pytest.mark.parametrize("order", ["copy first", "log first"])
def test_a_log_that_was_rotated_where_it_is_brought_from_loses_nothing(
    tmp_path: Path, follow: Follow, order: str
) -> None:
    path, copy = tmp_path / "a.log", tmp_path / "a.log.1"
    brought(path, ["one", "two"])
    follow.start(path, tmp_path / "a.log*")
    follow.poll()
    old, new = (copy, ["one", "two", "three"]), (path, ["four"])
    for place, lines in (old, new) if order == "copy first" else (new, old):
        brought(place, lines)
        follow.poll()
    brought(path, ["four", "five"])
    follow.poll(later=60)
    assert sorted(follow.so_far()) == ["five", "four", "one", "three", "two"]


def test_another_log_that_begins_alike_is_read_whole(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "a.log"
    brought(path, [HEADER, "one", "two"])
    follow.start(path)
    follow.poll()
    brought(path, [HEADER, "six", "two", "seven"])
    follow.poll()
    assert [line for line in follow.so_far() if not line.startswith("#")] == ["one", "two", "six", "two", "seven"]


def test_a_flood_in_one_file_starves_no_other(tmp_path: Path, follow: Follow) -> None:
    (tmp_path / "flood.log").write_bytes(b"noise noise noise noise\n" * 500_000)
    for number in range(20):
        (tmp_path / f"quiet-{number}.log").write_text("quiet\n")
    follow.start(tmp_path / "*.log", budget=256 * 1024)
    lines = follow.poll() + follow.poll()
    assert lines.count("quiet") == 20
    assert sum(batch.size for batch in follow.batches) < 2 * (256 + 65) * 1024


def test_idle_files_are_not_asked_every_turn(tmp_path: Path, follow: Follow, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(2000):
        (tmp_path / f"{number}.log").write_text(f"line {number}\n")
    calm = ReadTiming(beat=1000.0, polling=1000.0, hot=5.0, handles=100)
    source = SourceSettings(name="web", paths=[str(tmp_path / "*.log")], service="crm", watch="polling")
    timer = [0.0]
    reader = Reader([source], clock=SystemClock(), first_start=True, pace=calm, timer=lambda: timer[0])
    for _ in range(5):
        reader.poll()
        timer[0] += 10
    asked: list[object] = []
    for name in ("stat", "fstat", "open"):
        real: Callable[..., object] = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *a, real=real, **k: asked.append(a) or real(*a, **k))
    assert reader.poll() == []
    assert len(asked) < 10
    monkeypatch.undo()
    assert len(os.listdir("/proc/self/fd")) < 200
    assert len(reader.positions()) == 2000
    reader.close()


def test_a_change_seen_by_inotify_wakes_the_reader_and_so_does_wake(tmp_path: Path) -> None:
    source = SourceSettings(name="web", paths=[str(tmp_path / "**" / "*.log")], service="crm", watch="inotify")
    reader = Reader([source], clock=SystemClock(), first_start=True, pace=ReadTiming(beat=600.0))
    try:
        assert reader.poll() == []
        (tmp_path / "a.log").write_text("one\n")
        lines: list[str] = []
        while not lines:
            reader.wait(60)
            lines = [line for batch in reader.poll() for line in batch.lines]
        assert lines == ["one"]
        assert reader.status()[0].watching == "inotify"
        threading.Timer(0.05, reader.wake).start()
        reader.wait(60)
    finally:
        reader.close()


def test_a_source_taken_away_and_given_back_goes_on_where_it_was(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "a.log"
    path.write_text("one\n")
    follow.start(path)
    follow.poll()
    assert follow.reader is not None
    source = SourceSettings(name="web", paths=[str(path)], service="crm", watch="polling")
    follow.reader.reconfigure([])
    assert [position.offset for position in follow.reader.positions()] == [4]
    with path.open("a") as file:
        file.write("two\n")
    follow.reader.reconfigure([source])
    assert follow.poll() == ["two"]


def test_an_excluded_file_is_not_read(tmp_path: Path, follow: Follow) -> None:
    for name in ("a.log", "debug.log"):
        (tmp_path / name).write_text(f"{name}\n")
    follow.start(tmp_path / "*.log", exclude=["debug*"])
    assert follow.poll() == ["a.log"]


def test_the_status_tells_lag_and_last_line(tmp_path: Path, follow: Follow) -> None:
    (tmp_path / "a.log").write_bytes(b"0123456789\n" * 40_000)
    follow.start(tmp_path / "a.log", budget=70_000)
    follow.poll()
    assert follow.reader is not None
    (status,) = follow.reader.status()
    assert status.files == 1
    assert 300_000 < status.lag_bytes < 440_000
    assert status.last_line_at is not None
    assert status.watching == "polling: as configured"


def test_a_flood_of_bad_lines_costs_no_good_one(tmp_path: Path, follow: Follow) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"\xff\n" * 100_000 + b"good\n")
    follow.start(path)
    follow.poll()
    assert [line for batch in follow.batches for line in batch.lines] == ["good"]
    assert sum(len(batch.rejects) for batch in follow.batches) == 100_000
    starts = [batch.start for batch in follow.batches]
    assert starts == [0, *(batch.end for batch in follow.batches[:-1])]


def test_a_thousand_logs_with_rotated_copies_in_one_folder_are_listed_once_a_look(
    tmp_path: Path, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(300):
        (tmp_path / f"10.0.{number}.log").write_text(f"new {number}\n")
        (tmp_path / f"10.0.{number}.log.1").write_text(f"old {number}\n")
        os.utime(tmp_path / f"10.0.{number}.log.1", (1, 1))
    listed, asked = [0], [0]
    scandir, stat = os.scandir, os.stat

    def count_scandir(*args: object) -> object:
        listed[0] += 1
        return scandir(*args)  # type: ignore[call-overload]

    def count_stat(*args: object, **more: object) -> object:
        asked[0] += 1
        return stat(*args, **more)  # type: ignore[arg-type]

    follow.start(tmp_path / "*.log")
    monkeypatch.setattr(os, "scandir", count_scandir)
    monkeypatch.setattr(os, "stat", count_stat)
    assert len(follow.poll() + follow.poll()) == 300
    follow.restart(tmp_path / "*.log")
    assert follow.poll() == []
    # The pattern's own search lists the folder, too.
    assert listed[0] <= 20
    assert asked[0] <= 300 * 20


def test_rotated_files_that_are_remembered_no_more_are_not_read_again(
    tmp_path: Path, following: Callable[..., Follow]
) -> None:
    follow = following(pace=replace(PACE, remember=32))
    log, many = tmp_path / "a.log", 32 + 8
    log.write_text("line 0\n")
    follow.start(log)
    got = follow.poll()
    for number in range(1, many):
        for old in range(number, 0, -1):
            before = tmp_path / (f"a.log.{old - 1}" if old > 1 else "a.log")
            before.rename(tmp_path / f"a.log.{old}")
        log.write_text(f"line {number}\n")
        got += follow.poll(later=31.0) + follow.poll()
    got += follow.poll(later=31.0)
    wanted = [f"line {number}" for number in range(many)]
    assert sorted(got) == sorted(wanted)
    for number in range(31, many):
        os.utime(tmp_path / f"a.log.{number}", (1, 1))  # rotated long ago
    follow.restart(log)
    again = follow.poll() + follow.poll(later=31.0) + follow.poll()
    (tmp_path / f"a.log.{many}").write_text("")  # the folder changes: everything in it is looked at anew
    assert again + follow.poll() + follow.poll() == []


def test_the_files_of_a_first_reading_are_read_in_the_order_of_their_first_events_whatever_their_own_times(
    tmp_path: Path, follow: Follow
) -> None:
    for day, name in enumerate(("a.log.1", "a.log.2", "a.log.3", "a.log"), 1):
        (tmp_path / name).write_text(f"2026-03-0{day}\nand more\n")
        os.utime(tmp_path / name, (1_772_000_000, 1_772_000_000))

    def first_day(_source: SourceSettings, path: str) -> datetime:
        return datetime.fromisoformat(Path(path).read_text().split()[0]).replace(tzinfo=UTC)

    follow.start(tmp_path / "a.log*", begins_at=first_day, budget=16)
    read = follow.poll()
    follow.start(tmp_path / "a.log*", begins_at=first_day, positions=follow.reader.positions())
    read += follow.poll() + follow.poll() + follow.poll() + follow.poll()
    assert [line for line in read if line != "and more"] == ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"]


def test_a_copy_rotated_after_the_first_reading_is_read_after_its_files(tmp_path: Path, follow: Follow) -> None:
    for day, name in enumerate(("a.log.1", "a.log"), 1):
        (tmp_path / name).write_text(f"2026-03-0{day} first line\n")
    follow.start(tmp_path / "a.log*", begins_at=lambda _source, path: None if path.endswith(".9") else NOON)
    assert len(follow.poll() + follow.poll()) == 2
    (tmp_path / "a.log").rename(tmp_path / "a.log.2")
    (tmp_path / "a.log").write_text("another\n")
    with (tmp_path / "a.log.2").open("a") as file:
        file.write("its last\n")
    assert follow.poll() + follow.poll() == ["its last", "another"]


def test_the_end_of_a_rotated_file_that_cannot_be_read_is_reported(
    tmp_path: Path, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.log"
    path.write_text("one\nunfinished")
    follow.start(path)
    assert follow.poll() == ["one"]
    path.rename(tmp_path / "a.log.1")
    path.write_text("two\n")
    assert follow.poll() == ["two"]
    read = FollowedFile.read

    def broken(file: FollowedFile, size: int, *, ending: Ending = Ending.MORE) -> object:
        if ending is Ending.FINAL:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(file, size, ending=ending)

    monkeypatch.setattr(FollowedFile, "read", broken)
    follow.poll(later=PACE.grace + 1)
    assert "its end cannot be read: Input/output error" in follow.problems()
