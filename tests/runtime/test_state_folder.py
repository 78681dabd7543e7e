"""The state folder belongs to one service."""

import fcntl
import os
from pathlib import Path

import pytest

from detector.errors import InputError
from detector.runtime.state_folder import lock


def test_a_lock_holds_until_it_is_given_back(tmp_path: Path) -> None:
    unlock = lock(tmp_path)
    with pytest.raises(InputError, match="another Nabat is running"):
        lock(tmp_path)
    unlock()
    lock(tmp_path)()


def test_giving_a_lock_back_twice_closes_nobody_elses_file(tmp_path: Path) -> None:
    unlock = lock(tmp_path)
    unlock()
    with (tmp_path / "other").open("w", encoding="utf-8") as other:  # the system gives it the number that is free now
        unlock()
        other.write("kept")
    assert (tmp_path / "other").read_text(encoding="utf-8") == "kept"


def test_whoever_may_look_into_the_folder_keeps_no_service_from_starting(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    foreign = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(foreign, fcntl.LOCK_EX)  # which any account may do that can open it
        unlock = lock(tmp_path)
    finally:
        os.close(foreign)
    with pytest.raises(InputError, match="another Nabat is running"):
        lock(tmp_path)
    unlock()


def test_a_lock_holds_without_its_file(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    unlock = lock(tmp_path)
    (tmp_path / "lock").unlink()
    with pytest.raises(InputError, match="another Nabat is running"):
        lock(tmp_path)
    unlock()
    lock(tmp_path)()
