"""A rotation at any moment of a look: between two calls to the system everything may move, and lines come in order."""

import gzip
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acquire.follow import Follow

CALLS = ("stat", "open", "fstat", "scandir", "listdir", "pread")
MOST = 500


class Moments:
    """Counts calls to the system; from one of them on, something happens in steps: ``stride`` steps before a call."""

    def __init__(self) -> None:
        self.count = 0
        self.at = 0
        self.stride = 1
        self.steps: Iterator[None] | None = None

    def begin(self, at: int, steps: Iterator[None], stride: int) -> None:
        self.count, self.at, self.steps, self.stride = 0, at, steps, stride

    def passes(self) -> None:
        self.count += 1
        if self.steps is not None and self.count >= self.at:
            self.go(self.stride)

    def go(self, most: int) -> None:
        steps, self.steps = self.steps, None  # what happens calls the system too
        for _ in zip(range(most), steps or (), strict=False):
            pass
        self.steps = steps

    def finish(self) -> bool:
        """Let the rest happen; tell whether the moment came at all."""
        self.go(1000)
        self.steps = None
        return self.count >= self.at


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch) -> Iterator[Moments]:
    made = Moments()
    for name in CALLS:
        real = getattr(os, name)

        def call(*args: Any, _real: Callable[..., Any] = real, **more: Any) -> Any:
            made.passes()
            return _real(*args, **more)

        monkeypatch.setattr(os, name, call)
    yield made
    made.steps = None


class Log:
    """A log with its rotated copies, whose lines are numbered."""

    def __init__(self, folder: Path, padding: int) -> None:
        folder.mkdir()
        self.path, self.count, self.padding = folder / "access.log", 0, "x" * padding

    def line(self, number: int) -> str:
        return f"line {number:06}{self.padding}"

    def write(self, lines: int) -> None:
        with self.path.open("a") as file:
            for _ in range(lines):
                self.count += 1
                file.write(self.line(self.count) + "\n")

    def rotate(self, *, copy: bool) -> Iterator[None]:
        """Do what logrotate does with ``delaycompress``, in steps: .1 becomes .2.gz, the log becomes .1."""
        older, newer = (self.path.with_name(f"access.log.{n}") for n in (2, 1))
        for number in range(8, 1, -1):
            packed = self.path.with_name(f"access.log.{number}.gz")
            if packed.exists():
                packed.rename(self.path.with_name(f"access.log.{number + 1}.gz"))
                yield
        if newer.exists():
            newer.rename(older)
            yield
            packed = gzip.compress(older.read_bytes())
            with open(f"{older}.gz", "wb") as file:
                file.write(packed[: len(packed) // 2])
                file.flush()
                yield
                file.write(packed[len(packed) // 2 :])
            yield
            older.unlink()
            yield
        if copy:
            shutil.copyfile(self.path, newer)  # nobody writes between the copy and the truncation: that can't be won
            yield
            os.truncate(self.path, 0)
        else:
            self.path.rename(newer)
            yield
            self.path.touch()
        yield
        self.write(40)
        yield


def finish(follow: Follow) -> None:
    """Poll until nothing can come any more."""
    for later in [1.0] * 4 + [61.0] + [1.0] * 3:
        follow.poll(later=later)
    follow.close()


@pytest.mark.parametrize("copy", [False, True], ids=["create", "copytruncate"])
@pytest.mark.parametrize("restart", [False, True], ids=["running", "restarted"])
@pytest.mark.parametrize("stride", [1, 3, 100])
@pytest.mark.parametrize("padding", [0, 60], ids=["short head", "full head"])
def test_rotations_at_any_moment_of_a_look_lose_and_double_no_line_and_keep_their_order(
    copy: bool, restart: bool, stride: int, padding: int, tmp_path: Path, moments: Moments
) -> None:
    for at in range(1, MOST):
        log = Log(tmp_path / str(at), padding)
        follow = Follow()
        log.write(40)
        follow.start(log.path, budget=1 << 20)
        follow.poll()
        positions, known = follow.reader.positions(), list(follow.batches)
        log.write(40)
        follow.poll()
        if restart:
            follow.batches = known  # what was read after the last commit is forgotten by the kill, and comes again
            follow.close()
            for _ in log.rotate(copy=copy):
                pass
            follow.start(log.path, positions=positions, budget=1 << 20)
        rotations = (step for _ in range(2) for step in log.rotate(copy=copy))
        moments.begin(at, rotations, stride)
        follow.poll()
        reached = moments.finish()
        for later in (0.0, 1.0, 1.0, 1.0):
            follow.poll(later=later)
        assert len(follow.lines) == log.count, f"moment {at}: what stands there is read, though nothing more is written"
        log.write(40)
        finish(follow)
        wanted = [log.line(number) for number in range(1, log.count + 1)]
        assert follow.lines == wanted, f"moment {at}"
        if not reached:
            return
    pytest.fail("the moments never came to an end")


def test_what_is_written_at_any_moment_of_a_look_is_read_though_nothing_more_is(
    tmp_path: Path, moments: Moments
) -> None:
    def writes(log: Log) -> Iterator[None]:
        log.write(3)
        yield

    for at in range(1, MOST):
        log = Log(tmp_path / str(at), 60)
        follow = Follow()
        log.write(40)
        follow.start(log.path, budget=1 << 20)
        follow.poll()
        log.path.with_name("access.log.1").write_text("beside\n")  # something to look for
        moments.begin(at, writes(log), 1)
        follow.poll()
        reached = moments.finish()
        for _ in range(3):
            follow.poll()
        follow.close()
        assert sorted(follow.lines) == ["beside", *(log.line(number) for number in range(1, log.count + 1))], f"{at}"
        if not reached:
            return
    pytest.fail("the moments never came to an end")
