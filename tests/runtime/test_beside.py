"""Files beside a log: read once, again when they change, never when they are too large or no files."""

import os
from pathlib import Path

import pytest

from detector.runtime.intake import sidecar_files
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


def test_what_is_too_large_or_no_file_is_as_if_it_were_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sidecar_files, "LARGEST", 10)
    (tmp_path / "large").write_bytes(b"x" * 11)
    os.mkfifo(tmp_path / "fifo")
    files = SidecarFiles()
    assert [files(str(tmp_path / name)) for name in ("large", "fifo", "missing")] == [None] * 3
    assert files(str(tmp_path)) is None
    assert files("no\0path") is None


def test_what_is_remembered_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sidecar_files, "LARGEST", 10)
    files = SidecarFiles()
    for name in "abc":
        (tmp_path / name).write_bytes(name.encode() * 4)
        assert files(str(tmp_path / name)) == name.encode() * 4
    assert sum(len(data) for _, data in files._known.values()) <= 10
