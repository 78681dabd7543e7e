"""Heads of the chain, kept outside the database."""

import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from detector.runtime.evidence.head_keeper import HeadKeeper, read_heads
from detector.schema.case.incidents import Decisions
from detector.settings import EvidenceSettings
from detector.store import Store, newest_head
from tests.store.values import NOON, entry, incident, step

ONE, OTHER = incident("one"), incident("other")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path / 'state' / 'nabat.db'}")
    yield opened
    opened.close()


def write(store: Store, *entries: int) -> None:
    with store.begin() as unit:
        found = tuple(entry(ONE.id, number) for number in entries)
        unit.incidents.save(Decisions(incidents=(ONE, OTHER), steps=(step(ONE.id),), entries=found))


def test_each_case_that_changed_leaves_one_line_for_the_owner_only(store: Store, tmp_path: Path) -> None:
    kept = EvidenceSettings(heads=str(tmp_path / "elsewhere" / "heads"))
    keeper = HeadKeeper(store)
    assert keeper.beat(kept, NOON) == 0
    write(store, 1)
    keeper.beat(kept, NOON)
    keeper.beat(kept, NOON)
    write(store, 2)
    write(store, 3)
    HeadKeeper(store).beat(kept, NOON)  # as after a restart
    file = tmp_path / "elsewhere" / "heads"
    lines = [line.split(" ") for line in file.read_text().splitlines()]
    assert [(line[1], line[4]) for line in lines] == [("1", "1"), ("2", "1"), ("4", "3")]
    assert file.stat().st_mode & 0o777 == 0o600
    with store.read() as unit:
        head = newest_head(unit)
    assert head is not None
    assert read_heads(file) == ({**read_heads(file)[0], 4: head.hash}, ())


def test_a_place_that_cannot_be_written_is_told_and_gets_everything_later(store: Store, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("in the way")
    kept, keeper = EvidenceSettings(heads=str(tmp_path / "there" / "heads")), HeadKeeper(store)
    write(store, 1)
    assert keeper.beat(kept, NOON) == 1
    assert "Not a directory" in keeper.problem or "File exists" in keeper.problem
    (tmp_path / "there").unlink()
    assert (keeper.beat(kept, NOON), keeper.problem) == (0, "")
    assert len((tmp_path / "there" / "heads").read_text().splitlines()) == 2


def test_a_chain_that_was_cut_is_at_odds_with_the_file_for_good(store: Store, tmp_path: Path) -> None:
    kept = EvidenceSettings(heads=str(tmp_path / "heads"))
    write(store, 1)
    HeadKeeper(store).beat(kept, NOON)
    cut = Store.open(f"sqlite:///{tmp_path / 'new' / 'nabat.db'}")
    with cut.begin() as unit:
        unit.incidents.save(Decisions(incidents=(incident("tame"),)))
    keeper = HeadKeeper(cut)
    keeper.beat(kept, NOON)
    assert keeper.problem == "heads-disagree"
    assert read_heads(tmp_path / "heads")[1] == (3,)
    cut.close()


def test_heads_go_to_syslog(store: Store) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        write(store, 1)
        assert HeadKeeper(store).beat(EvidenceSettings(syslog=f"127.0.0.1:{server.getsockname()[1]}"), NOON) == 0
        assert b"nabat head 2026-03-01T12:00:00Z 2 " in server.recv(2000)


@pytest.mark.parametrize("address", ["nowhere", "host:99999", "a b:514"])
def test_an_address_that_is_none_is_a_mistake(address: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        EvidenceSettings(syslog=address)


def test_a_file_that_hangs_holds_nobody_up_and_is_told(store: Store, tmp_path: Path) -> None:
    write(store, 1)
    pipe = tmp_path / "heads"
    os.mkfifo(pipe)
    kept, keeper = EvidenceSettings(heads=str(pipe)), HeadKeeper(store)
    keeper.begin_beat(kept, NOON)
    keeper.begin_beat(kept, NOON + timedelta(seconds=31))
    assert (keeper.problem, keeper.failed) == ("heads-hang", 1)
    ends = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)  # whoever waits to open it goes on
    keeper.finish(kept, NOON)
    pipe.unlink()
    os.close(ends)
    keeper.finish(kept, NOON)
    assert (keeper.problem, keeper.failed) == ("", 0)
    assert len(pipe.read_text().splitlines()) == 2


def test_syslog_is_not_sent_again_what_it_was_sent_before_a_restart(store: Store) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.5)
        kept = EvidenceSettings(syslog=f"127.0.0.1:{server.getsockname()[1]}")
        for number in range(1, 6):
            write(store, number)
        HeadKeeper(store).beat(kept, NOON)
        assert b" 6 " in server.recv(2000)
        with pytest.raises(TimeoutError):
            server.recv(2000)
