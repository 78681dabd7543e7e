"""Sources that are no files: the real journalctl on a real journal, and a pipe."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import FileIO
from pathlib import Path
from typing import Any

import msgspec
import pytest

from detector.acquire.timing import ReadTiming
from detector.clock import monotonic
from detector.schema.events.lines import RejectReason
from tests.acquire.follow import Follow
from tests.receivers import until
from tests.servers import find_program

BOOT = "0123456789abcdef0123456789abcdef"
PACE = ReadTiming(beat=0.2, rest=0.0)


class Journal:
    """A journal that the real systemd-journal-remote writes, entry by entry."""

    def __init__(self, folder: Path, program: str) -> None:
        self.folder, self._program, self._count = folder, program, 0
        folder.mkdir()

    def write(self, *messages: str, name: str = "test") -> None:
        text = ""
        for message in messages:
            self._count += 1
            text += f"__REALTIME_TIMESTAMP={1764000000000000 + self._count * 1000}\n"
            text += f"__MONOTONIC_TIMESTAMP={self._count}\n_BOOT_ID={BOOT}\n"
            text += f"_SYSTEMD_UNIT=crm.service\nSYSLOG_IDENTIFIER=crm\nMESSAGE={message}\n\n"
        subprocess.run(
            [self._program, "-o", str(self.folder / f"{name}.journal"), "-"],
            input=text.encode(),
            check=True,
            capture_output=True,
        )


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    program = find_program("systemd-journal-remote") or shutil.which("/usr/lib/systemd/systemd-journal-remote")
    if program is None or shutil.which("journalctl") is None:
        pytest.skip("systemd-journal-remote is not installed")
    return Journal(tmp_path / "journal", program)


@pytest.fixture
def follow() -> Iterator[Callable[..., Follow]]:
    made: list[Follow] = []

    def make(**more: Any) -> Follow:
        made.append(Follow(pace=PACE, timer=monotonic).start(**more))
        return made[-1]

    yield make
    for each in made:
        each.close()


def messages(follow: Follow) -> list[str]:
    return [msgspec.json.decode(line)["MESSAGE"] for line in follow.lines]


def journald(journal: Journal) -> dict[str, dict[str, str]]:
    return {"journald": {"directory": str(journal.folder)}}


def test_the_journal_is_followed_and_read_on_from_its_cursor(journal: Journal, follow: Callable[..., Follow]) -> None:
    journal.write(*(f"message {n}" for n in range(30)))
    first = follow(**journald(journal))
    until(lambda: len(first.so_far()) == 30)
    journal.write("while it runs")
    until(lambda: first.so_far() and messages(first)[-1] == "while it runs")
    positions = first.reader.positions()
    first.close()
    journal.write(*(f"later {n}" for n in range(15)))
    second = follow(**journald(journal), positions=positions, first=False)
    until(lambda: len(second.so_far()) == 15)
    assert messages(second) == [f"later {n}" for n in range(15)]
    assert messages(first) == [*(f"message {n}" for n in range(30)), "while it runs"]


def test_an_entry_read_again_has_the_same_place_and_the_same_text(
    journal: Journal, follow: Callable[..., Follow]
) -> None:
    journal.write(*(f"message {n}" for n in range(10)))
    seen = []
    for _ in range(2):
        one = follow(**journald(journal))
        until(lambda one=one: len(one.so_far()) == 10)
        seen.append(one.places)
    assert seen[0] == seen[1]
    assert len({place[:2] for place in seen[0]}) == 10


def test_the_first_start_at_the_end_reads_only_what_comes(journal: Journal, follow: Callable[..., Follow]) -> None:
    journal.write("old")
    one = follow(**journald(journal), start="end")
    one.poll()
    until(lambda: one.reader.status()[0].files == 1)
    one.reader.wait(1.0)
    journal.write("new")
    until(one.so_far)
    assert messages(one) == ["new"]


def test_an_entry_that_is_too_long_costs_itself_alone(journal: Journal, follow: Callable[..., Follow]) -> None:
    journal.write("short", "x" * 70_000, "short again")
    one = follow(**journald(journal))
    until(lambda: len(one.so_far()) == 2)
    assert [reject.reason for batch in one.batches for reject in batch.rejects] == [RejectReason.TOO_LONG]


def test_a_journal_that_cannot_be_read_is_a_problem_with_words(tmp_path: Path, follow: Callable[..., Follow]) -> None:
    if shutil.which("journalctl") is None:
        pytest.skip("journalctl is not installed")
    one = follow(journald={"directory": str(tmp_path / "missing")})
    until(lambda: one.so_far() or one.problems())
    assert "missing" in str(one.reader.status()[0].problems[0]) or "No such file" in str(
        one.reader.status()[0].problems[0]
    )


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileIO]:
    """Standard input is a pipe; the value is its writing end."""
    reading, writing = os.pipe()
    with FileIO(reading, "r") as stdin, FileIO(writing, "w") as end:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield end


PIPE = {"paths": ("-",)}


def test_a_pipe_gives_whole_lines_and_its_end_is_told(piped: FileIO, follow: Callable[..., Follow]) -> None:
    one = follow(**PIPE)
    piped.write(b"one\ntwo\nthr")
    until(lambda: one.so_far() == ["one", "two"])
    piped.write(b"ee\n" + b"y" * 200_000 + b"\nfour")
    until(lambda: one.so_far()[-1] == "three")
    piped.close()
    until(lambda: one.so_far()[-1] == "four")
    assert one.lines == ["one", "two", "three", "four"]
    assert [reject.reason for batch in one.batches for reject in batch.rejects] == [RejectReason.TOO_LONG]
    assert "has ended" in str(one.reader.status()[0].problems[0])
    assert one.reader.positions() == ()


def test_a_writer_waits_when_nobody_takes_its_lines(piped: FileIO, follow: Callable[..., Follow]) -> None:
    one = follow(**PIPE)
    os.set_blocking(piped.fileno(), False)
    line, written = b"z" * 1023 + b"\n", 0

    def full() -> bool:
        nonlocal written
        for _ in range(64):
            count = piped.write(line)
            if count is None:
                return one.reader.status()[0].lag_bytes > 1 << 24
            written += count
        return False

    until(full)
    until(lambda: one.so_far() and sum(b.size for b in one.batches) == written // 1024 * 1024)
