"""The running service while something under it fails: a full disk, a folder that turns read-only, logs gone wrong."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from detector.clock import SystemClock
from tests.runtime.places import Daemon, eventually, kept, line, nabat, web

MakeDaemon = Callable[..., Daemon]
MakeDisk = Callable[[Path], Path]
SIZE = 16 << 20
MANY = 120


@pytest.fixture
def disk() -> Iterator[MakeDisk]:
    """Mount small disks of their own, which are unmounted when the test is over."""
    mounted: list[Path] = []

    def mount(folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        options = f"size={SIZE},mode=0700"
        try:
            subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True, capture_output=True)
        except FileNotFoundError:
            pytest.skip("there is no mount command")
        except subprocess.CalledProcessError as error:
            pytest.skip(f"no file system can be mounted here: {error.stderr.decode().strip()}")
        mounted.append(folder)
        return folder

    yield mount
    for folder in reversed(mounted):
        subprocess.run(["umount", "--lazy", folder], check=True)


def remount(folder: Path, how: str) -> None:
    """Make a disk read-only or writable; wait while a file is being written there."""
    command = ["mount", "-o", f"remount,{how}", folder]
    eventually(lambda: subprocess.run(command, check=False, capture_output=True).returncode == 0)


def fill(folder: Path) -> Path:
    """Leave no room on a disk; removing the returned file gives it back."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as out:
        for size in (1 << 16, 1 << 8):
            with suppress(OSError):
                while True:
                    out.write(bytes(size))
    return filler


def read_many(folder: Path, by: str, first: int) -> None:
    """Somebody reads many different clients, just now."""
    with (folder / "access.log").open("a") as out:
        out.write("".join(line(SystemClock().now(), client, by) for client in range(first, first + MANY)))


def is_ready(one: Daemon) -> bool:
    return one.page("/readyz").status_code == 200


def expect_trouble(one: Daemon, why: str) -> None:
    """The service lives, is not ready, says why, and counts it."""
    eventually(lambda: not is_ready(one))
    assert why in one.page("/readyz").text
    assert one.page("/healthz").status_code == 200
    assert one.metric("nabat_ready ") == 0
    eventually(lambda: one.metric('nabat_blind_spots{kind="state"}') == 1)
    assert why in one.page("/").text
    assert any(why in each["why"] for each in one.events("commit_failed"))


def expect_nothing_lost(one: Daemon, actors: set[str]) -> None:
    """With the cause gone everything is caught up with, once."""
    eventually(lambda: is_ready(one))
    eventually(lambda: len(kept(one.settings).findings) >= len(actors))
    eventually(lambda: one.metric('nabat_blind_spots{kind="state"}') == 0)
    assert one.end() == 0
    found = kept(one.settings)
    assert (len(found.touched), found.doubled()) == (MANY * len(actors), [])
    assert {incident.actor_id for incident in found.incidents} == actors
    assert len(found.findings) == len(actors)


def test_a_disk_that_fills_while_lines_come_costs_no_line_and_no_finding(
    tmp_path: Path, daemon: MakeDaemon, disk: MakeDisk
) -> None:
    state = disk(tmp_path / "state")
    one = daemon(web=web()).start()
    eventually(lambda: is_ready(one))
    filler = fill(state)
    read_many(tmp_path, "mallory", 1000)
    expect_trouble(one, "space")
    for first, by in ((2000, "trent"), (3000, "oscar"), (4000, "eve")):
        tries = len(one.events("commit_failed"))
        read_many(tmp_path, by, first)
        eventually(lambda tries=tries: len(one.events("commit_failed")) > tries)
    assert list(state.glob("journal/aside/*")) == [], "tries that fail must not fill the disk themselves"
    filler.unlink()
    expect_nothing_lost(one, {"user:mallory", "user:trent", "user:oscar", "user:eve"})


def test_a_journal_that_turns_read_only_while_lines_come_costs_no_line_and_no_finding(
    tmp_path: Path, daemon: MakeDaemon, disk: MakeDisk
) -> None:
    # The database's own disk cannot be remounted while the service holds files open there, a journal's own can.
    journal = disk(tmp_path / "state" / "journal")
    one = daemon(web=web()).start()
    eventually(lambda: is_ready(one))
    remount(journal, "ro")
    read_many(tmp_path, "mallory", 1000)
    expect_trouble(one, "Read-only")
    remount(journal, "rw")
    expect_nothing_lost(one, {"user:mallory"})


def test_a_state_folder_that_cannot_be_written_at_the_start_is_refused_with_words_and_serves_later(
    tmp_path: Path, daemon: MakeDaemon, disk: MakeDisk
) -> None:
    state = disk(tmp_path / "state")
    one = daemon()
    remount(state, "ro")
    refused = nabat("run", "-c", str(one.config))
    assert refused.returncode == 1
    assert "the state folder" in refused.stderr
    assert "cannot be written to" in refused.stderr
    remount(state, "rw")
    filler = fill(state)
    full = nabat("run", "-c", str(one.config))
    assert full.returncode == 1
    assert "space" in full.stderr
    assert "Traceback" not in refused.stderr + full.stderr
    filler.unlink()
    one.start()
    read_many(tmp_path, "mallory", 1000)
    eventually(lambda: len(kept(one.settings).touched) == MANY)
    assert one.end() == 0
