"""Files beside a log: read once, again when they change, never when they are too large or no files."""

import os
from pathlib import Path

from detector.runtime.intake.sidecar_files import SidecarFiles


def test_a_file_is_read_again_only_when_it_changed(tmp_path: Path) -> None:
    path, files = tmp_path / "names.lgf", SidecarFiles()
    path.write_bytes(b"one")
    first = files(str(path))
    assert first == b"one"
    assert files(str(path)) is first
    path.write_bytes(b"other")
    assert files(str(path)) == b"other"
    path.unlink()
    assert files(str(path)) is None


def test_what_is_too_large_or_no_file_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 11)
    os.mkfifo(tmp_path / "fifo")
    files = SidecarFiles(largest=10)
    assert [files(str(tmp_path / name)) for name in ("large", "fifo", "missing")] == [None] * 3
    assert files(str(tmp_path)) is None
    assert files("no\0path") is None


def test_what_is_remembered_is_bounded(tmp_path: Path) -> None:
    files, first = SidecarFiles(largest=10), {}
    for name in "abc":
        (tmp_path / name).write_bytes(name.encode() * 4)
        first[name] = files(str(tmp_path / name))
        assert first[name] == name.encode() * 4
    remembered = [files(str(tmp_path / name)) is first[name] for name in "cba"]  # else it was read again
    assert remembered == [True, True, False]
