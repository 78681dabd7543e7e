import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from detector.errors import ConfigError, StoreError
from detector.keys import Keys


def test_keys_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    first, again = Keys(tmp_path), Keys(tmp_path)
    assert (first.link, first.session, first.csrf, first.seed) == (again.link, again.session, again.csrf, again.seed)
    assert len({first.link, first.session, first.csrf}) == 3
    assert all(len(key) == 32 for key in (first.link, first.session, first.csrf))
    folder = tmp_path / "keys"
    assert sorted(path.name for path in folder.iterdir()) == ["csrf.key", "link.key", "session.key", "state.key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_processes_that_start_together_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: Keys(tmp_path).link, range(32)))) == 1


def test_a_key_others_can_read_is_refused_with_what_to_do(tmp_path: Path) -> None:
    assert Keys(tmp_path).link
    os.chmod(tmp_path / "keys" / "link.key", 0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        _ = Keys(tmp_path).link
    assert [problem.file for problem in Keys(tmp_path).problems()] == [str(tmp_path / "keys" / "link.key")]


@pytest.mark.parametrize("content", ["", "xyz", "abcd", "ключ"])
def test_a_damaged_key_is_refused_and_not_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys" / "session.key"
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="not a key"):
        _ = Keys(tmp_path).session
    assert path.read_text(encoding="utf-8") == content


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file stands where the folder should be")
    with pytest.raises(StoreError, match="link"):
        _ = Keys(tmp_path).link
