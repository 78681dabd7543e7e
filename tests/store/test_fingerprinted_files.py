from pathlib import Path

import pytest

from detector.errors import StoreError
from detector.schema.case.scope_versions import ClientMark
from detector.store import AttachmentFiles, ClientListFiles


def test_the_same_bytes_are_kept_once_under_a_name_with_their_hash(tmp_path: Path) -> None:
    files = AttachmentFiles(tmp_path / "attachments")
    first, second = files.write(b"a photograph"), files.write(b"a photograph")
    assert first == second
    assert first.path == f"{first.sha256[:2]}/{first.sha256}"
    assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == [first.sha256]
    assert files.read(first.path, first.sha256) == b"a photograph"
    assert files.problem(first.path, first.sha256) == ""


def test_a_file_that_was_altered_or_is_missing_is_named_with_why_and_its_ids_are_not_given(tmp_path: Path) -> None:
    files = ClientListFiles(tmp_path)
    written = files.write("case", "000001", {ClientMark.LEFT: ["41778"]})
    assert list(files.read(written.path, written.sha256)) == [("41778", ClientMark.LEFT)]
    (tmp_path / written.path).write_bytes(b"")
    with pytest.raises(StoreError, match=f"{written.path} is not the file that was written"):
        files.read(written.path, written.sha256)
    assert files.problem(written.path, written.sha256) == "altered"
    (tmp_path / written.path).unlink()
    with pytest.raises(StoreError, match=f"{written.path} cannot be read") as raised:
        files.read(written.path, written.sha256)
    assert isinstance(raised.value.__cause__, FileNotFoundError)
    assert files.problem(written.path, written.sha256) == "missing"


def test_folder_and_files_are_for_their_owner_only(tmp_path: Path) -> None:
    written = AttachmentFiles(tmp_path / "attachments").write(b"a photograph")
    places = [tmp_path / "attachments", tmp_path / "attachments" / written.path]
    assert [oct(each.stat().st_mode & 0o777) for each in places] == ["0o700", "0o600"]
