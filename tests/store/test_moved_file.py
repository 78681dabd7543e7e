"""A SQLite file that somebody removes or replaces while it is open."""

import os
import shutil
from pathlib import Path

import pytest

from detector.errors import StoreError
from detector.store import Store


def place(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def remove(path: Path) -> None:
    for each in path.parent.glob("nabat.db*"):
        each.unlink()


def keep(store: Store, name: str, text: str) -> None:
    with store.begin() as unit:
        unit.kv.set(name, text)


def kept(store: Store, name: str) -> str | None:
    with store.read() as unit:
        return unit.kv.get(name)


@pytest.mark.parametrize("all_of_it", [True, False])
def test_a_removed_file_is_refused_and_put_back_with_all_that_was_written(sqlite_url: str, all_of_it: bool) -> None:
    store, path = Store.open(sqlite_url), place(sqlite_url)
    store.guard()
    for number in range(50):
        keep(store, f"name-{number}", "x" * 1000)
    if all_of_it:
        remove(path)
    else:
        path.unlink()
    with pytest.raises(StoreError, match="is gone while it was in use"), store.begin() as unit:
        unit.kv.set("lost", "1")
    with pytest.raises(StoreError, match="is gone"), store.read():
        pass
    assert not path.exists()
    store.put_back()
    assert store.put_back_because == "database-gone"
    keep(store, "later", "1")
    with_another = Store.open(sqlite_url, make=False)
    assert [kept(with_another, f"name-{number}") for number in range(50)] == ["x" * 1000] * 50
    assert (kept(with_another, "later"), kept(with_another, "lost")) == ("1", None)
    keep(with_another, "other", "2")
    assert kept(store, "other") == "2"
    assert path.stat().st_mode & 0o077 == 0
    with_another.close()
    remove(path)
    store.put_back()
    assert kept(store, "other") == "2"
    store.close()
    assert os.listdir(path.parent) == ["nabat.db"]


def test_another_file_in_its_place_is_moved_aside_and_read_by_nobody(sqlite_url: str, tmp_path: Path) -> None:
    store, path = Store.open(sqlite_url), place(sqlite_url)
    store.guard()
    keep(store, "mine", "1")
    other = Store.open(f"sqlite:///{tmp_path / 'other.db'}")
    keep(other, "theirs", "2")
    other.close()
    shutil.move(tmp_path / "other.db", path)
    with pytest.raises(StoreError, match="was replaced by another file"), store.read():
        pass
    store.put_back()
    assert store.put_back_because == "database-replaced"
    assert (kept(store, "mine"), kept(store, "theirs")) == ("1", None)
    aside = Store.open(f"sqlite:///{path}.aside-1")
    assert kept(aside, "theirs") == "2"
    aside.close()
    store.close()


def test_a_file_replaced_again_while_it_is_put_back_is_put_back_with_the_next_call(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, path = Store.open(sqlite_url), place(sqlite_url)
    store.guard()
    keep(store, "mine", "1")
    Store.open(f"sqlite:///{tmp_path / 'other.db'}").close()
    remove(path)
    rename = Path.rename

    def then_replaced(one: Path, to: Path) -> Path:
        moved = rename(one, to)
        if one.suffix == ".back" and (tmp_path / "other.db").exists():
            rename(tmp_path / "other.db", path)
        return moved

    monkeypatch.setattr(Path, "rename", then_replaced)
    with pytest.raises(StoreError, match="cannot be held open"):
        store.put_back()
    with pytest.raises(StoreError, match="replaced"), store.read():
        pass
    store.put_back()
    keep(store, "later", "2")
    assert (kept(store, "mine"), kept(store, "later")) == ("1", "2")
    remove(path)
    store.put_back()
    assert (kept(store, "mine"), kept(store, "later")) == ("1", "2")
    store.close()


def test_what_a_transaction_under_way_commits_while_the_file_goes_is_put_back_too(sqlite_url: str) -> None:
    store, path = Store.open(sqlite_url), place(sqlite_url)
    store.guard()
    with store.begin() as unit:
        remove(path)
        unit.kv.set("late", "1")
    store.put_back()
    assert kept(store, "late") == "1"
    store.close()


def test_a_file_that_went_with_its_folder_is_not_sought_in_another(sqlite_url: str) -> None:
    store, path = Store.open(sqlite_url), place(sqlite_url)
    store.guard()
    keep(store, "mine", "1")
    path.parent.rename(path.parent.with_name("moved"))
    service = Store.open(sqlite_url)
    keep(service, "theirs", "2")
    store.put_back()
    assert store.put_back_because == ""
    assert (kept(store, "mine"), kept(store, "theirs")) == ("1", None)
    assert kept(service, "theirs") == "2"
    store.close()
    service.close()


def test_who_works_on_what_is_there_makes_no_database(sqlite_url: str) -> None:
    with pytest.raises(StoreError, match="No such file"):
        Store.open(sqlite_url, make=False)
    assert not place(sqlite_url).parent.exists()


def test_a_connection_made_after_the_removal_makes_no_second_database(sqlite_url: str) -> None:
    store, path = Store.open(sqlite_url), place(sqlite_url)
    with store.read():
        remove(path)
        with pytest.raises(StoreError), store.read():  # the first one is in use: this one opens another
            pass
    assert not path.exists()
    store.close()
