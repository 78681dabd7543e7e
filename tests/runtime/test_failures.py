"""The running service while something under it fails: a full disk, a folder that turns read-only, logs gone wrong."""

import os
import pwd
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from detector.clock import SystemClock
from tests.runtime.places import NIGHT, Daemon, answer, eventually, kept, line, nabat, plan, web, write_plan

MakeDaemon = Callable[..., Daemon]
MakeDisk = Callable[[Path], Path]
SIZE = 16 << 20
ENDLESS = 1 << 28
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


def good(one: Daemon, source: str) -> float:
    return one.metric(f'nabat_events_total{{source="{source}"}}')


def bound_by_permissions() -> tuple[str, ...]:
    """Return what makes root obey permissions like anybody else."""
    if os.geteuid():
        return ()
    if not shutil.which("setpriv"):
        pytest.skip("root may read everything here: the setpriv command is missing")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def is_ready(one: Daemon) -> bool:
    return one.page("/readyz").status_code == 200


def expect_trouble(one: Daemon, why: str) -> None:
    """The service lives, is not ready, says why, and counts it."""
    eventually(lambda: not is_ready(one) and why in one.page("/readyz").text)
    assert one.page("/healthz").status_code == 200
    assert one.metric("nabat_ready ") == 0
    # Two where the probe of the state folder, too, looked meanwhile.
    eventually(lambda: one.metric('nabat_blind_spots{kind="state"}') >= 1)
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


def expect_told_how_much_waits(one: Daemon, folder: Path) -> None:
    """The page and the check say that the state takes no write, since when, and what to do; what waits is counted."""
    size = (folder / "access.log").stat().st_size
    eventually(lambda: one.metric('nabat_log_lag_bytes{source="crm"}') > size / 3)
    before, more = (
        one.metric("nabat_log_lag_bytes"),
        line(SystemClock().now(), 1).replace("/crm/clients/1", "/health") * 100,
    )
    with (folder / "access.log").open("a") as out:
        out.write(more)
    eventually(lambda: one.metric("nabat_log_lag_bytes") == before + len(more))
    for language, words in (
        ("en", r"Since .*\d\d:\d\d nothing can be written to its state"),
        ("ru", r"С .*\d\d:\d\d ему некуда записывать состояние"),
    ):
        assert re.search(words, one.page(f"/?lang={language}").text)
    checked = nabat("check", "-c", str(one.config))
    assert f"{folder / 'state'}: the state cannot be written there: No space left on device" in checked.stderr
    assert "the running service is not ready: " in checked.stderr
    assert "(since 20" in checked.stderr
    assert checked.returncode == 1, checked.stderr


def test_a_start_on_a_full_disk_says_ready_only_when_there_is_room(
    tmp_path: Path, daemon: MakeDaemon, disk: MakeDisk
) -> None:
    filler = fill(disk(tmp_path / "state" / "snapshots"))
    one = daemon(web=web()).launch()
    eventually(lambda: one.events("commit_failed"))
    assert not one.events("ready")
    assert not is_ready(one)
    filler.unlink()
    eventually(lambda: one.events("ready"))
    eventually(lambda: is_ready(one))
    assert one.end() == 0


def test_a_disk_that_fills_while_lines_come_costs_no_line_and_no_finding(
    tmp_path: Path, daemon: MakeDaemon, disk: MakeDisk
) -> None:
    state = disk(tmp_path / "state")
    one = daemon(web=web()).start()
    eventually(lambda: is_ready(one))
    filler = fill(state)
    read_many(tmp_path, "mallory", 1000)
    expect_trouble(one, "space")
    # What comes meanwhile stays in the log: memory is no place for it.
    read_many(tmp_path, "trent", 2000)
    expect_told_how_much_waits(one, tmp_path)
    assert one.metric("nabat_lines_total") <= MANY
    # It is tried twice a second, and said once a minute: the log may lie on that disk.
    assert max(Counter(each["why"] for each in one.events("commit_failed")).values()) <= 2
    filler.unlink()
    expect_nothing_lost(one, {"user:mallory", "user:trent"})


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


def test_a_state_folder_of_another_account_is_refused_with_whose_it_is_and_the_command_that_mends_it(
    tmp_path: Path,
) -> None:
    config, state, us = write_plan(tmp_path), tmp_path / "state", pwd.getpwuid(os.geteuid()).pw_name

    def refusal() -> str:
        words = [*bound_by_permissions(), sys.executable, "-m", "detector", "run", "-c", str(config)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=100, check=False)
        assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
        return done.stderr

    state.mkdir(mode=0o500)
    said = refusal()
    assert f"cannot be written to; {state} belongs to {us}, mode 0500" in said
    assert f"the service runs as {us}: chmod u+rwx {state}" in said
    state.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(state, 65534, -1)
        said = refusal()
        assert f"{state} belongs to {pwd.getpwuid(65534).pw_name}, mode 0700" in said
        assert f"the service runs as root: sudo chown -R root {state}" in said
        os.chown(state, 0, -1)
    state.rmdir()
    tmp_path.chmod(0o500)
    try:
        said = refusal()
    finally:
        tmp_path.chmod(0o700)
    assert f"cannot be made: Permission denied; {tmp_path} belongs to {us}, mode 0500" in said
    assert f"chmod u+rwx {tmp_path}" in said


def test_sources_that_go_wrong_are_named_and_the_others_are_read_on(tmp_path: Path, daemon: MakeDaemon) -> None:
    names = ("turned", "closed", "swapped", "torn", "endless")
    logs = {name: tmp_path / f"{name}.log" for name in names}
    for path in logs.values():
        path.write_text(line(NIGHT, 1))
    (tmp_path / "other").write_text(line(NIGHT, 2))
    base = plan(tmp_path)["sources"][0]
    sources = [base, *({**base, "name": name, "paths": [str(path)]} for name, path in logs.items())]
    one = daemon(web=web(), sources=sources)
    one.before = bound_by_permissions()
    one.start()
    eventually(lambda: all(good(one, name) == 1 for name in names))

    logs["turned"].unlink()
    logs["turned"].mkdir()
    logs["closed"].rename(tmp_path / "closed.old")
    logs["closed"].write_text(line(NIGHT, 3))
    logs["closed"].chmod(0)
    logs["swapped"].unlink()
    logs["swapped"].symlink_to(tmp_path / "other")
    os.truncate(logs["torn"], 1 << 20)
    with logs["torn"].open("a") as out:
        out.write(line(NIGHT, 4))
    os.truncate(logs["endless"], ENDLESS)
    eventually(lambda: one.metric('nabat_log_lag_bytes{source="endless"}') > ENDLESS / 2)
    read_many(tmp_path, "mallory", 1000)

    eventually(lambda: good(one, "crm") == MANY)
    eventually(lambda: good(one, "swapped") == 2)
    eventually(lambda: good(one, "torn") == 2)
    assert one.metric('nabat_rejects_total{reason="binary",source="torn"}') == 1
    eventually(lambda: one.metric('nabat_blind_spots{kind="source"}') == 2)
    page = one.page("/sources").text
    assert "turned.log: is not a regular file" in page
    assert "closed.log: cannot be read: Permission denied" in page

    logs["turned"].rmdir()
    logs["turned"].write_text(line(NIGHT, 5))
    logs["closed"].chmod(0o600)
    with logs["endless"].open("a") as out:
        out.write("\n" + line(NIGHT, 6))
    for name in ("turned", "closed", "endless"):
        eventually(lambda name=name: good(one, name) == 2)
    assert one.metric('nabat_rejects_total{reason="binary",source="endless"}') == 1
    eventually(lambda: one.metric('nabat_blind_spots{kind="source"}') == 0)
    assert is_ready(one)
    assert one.end() == 0


def test_a_first_start_that_a_full_disk_ended_is_called_that_and_goes_on_with_room_again(
    tmp_path: Path, disk: MakeDisk, daemon: MakeDaemon
) -> None:
    config, state = write_plan(tmp_path), disk(tmp_path / "state")
    filler = fill(state)
    assert nabat("run", "-c", str(config)).returncode != 0
    code, _, said = answer(config, "incidents", "list")
    assert code == 2
    assert "the first start of Nabat has not finished" in said
    assert "removed" not in said
    filler.unlink()
    one = daemon().start()
    eventually(lambda: answer(config, "incidents", "list")[0] == 0)
    assert one.end() == 0
