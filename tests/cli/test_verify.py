"""`nabat verify` at the command line."""

import json
import sqlite3
from pathlib import Path

import pytest

from detector.runtime.evidence.head_keeper import HeadKeeper
from detector.schema.incidents import Decisions
from detector.settings import EvidenceSettings
from detector.store import Store, newest_head
from tests.runtime.places import answer, write_plan
from tests.store.values import NOON, entry, incident, step

ONE = incident("one")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir()
    store = Store.open(f"sqlite:///{tmp_path / 'state' / 'nabat.db'}")
    with store.begin() as unit:
        unit.incidents.save(Decisions(incidents=(ONE,), steps=(step(ONE.id, done_by="anna", proof="ticket"),)))
    HeadKeeper(store).beat(EvidenceSettings(heads=str(tmp_path / "heads")), NOON)
    store.close()
    return write_plan(tmp_path, evidence={"heads": "heads"})


def forge(config: Path, statement: str) -> None:
    with sqlite3.connect(config.parent / "state" / "nabat.db") as connection:
        connection.execute(statement)


def test_a_case_that_is_as_recorded_is_whole(config: Path) -> None:
    status, out, said = answer(config, "verify")
    assert (status, out) == (0, "")
    assert "0 differences" in said
    store = Store.open(f"sqlite:///{config.parent / 'state' / 'nabat.db'}")
    with store.read() as unit:
        head = newest_head(unit)
    store.close()
    assert head is not None
    assert answer(config, "verify", "--seal", head.seal)[0] == 0
    assert answer(config, "verify", "--seal", f"1-{'0' * 16}")[0] == 1
    assert answer(config, "verify", "--seal", "nothing")[0] == 2


def test_every_forgery_is_told_in_words_and_fails(config: Path) -> None:
    forge(config, "UPDATE steps SET done_by = 'mallory', proof = 'never'")
    forge(config, "UPDATE chain SET by = 'mallory'")
    status, out, said = answer(config, "verify")
    assert status == 1
    assert f"incident {ONE.number}: steps {ONE.id} A1: done_by is mallory, and anna was recorded" in out
    assert f"incident {ONE.number}: record 1 of the chain is not what was hashed" in out
    assert "1 record and" in said or "one record and" in said
    told = json.loads(answer(config, "verify", "--json")[1])
    assert not told["whole"]
    assert {each["flaw"] for each in told["differences"]} == {"value", "record_altered", "record_unlinked"}


def test_the_newest_cut_off_is_known_by_the_file_of_heads(config: Path) -> None:
    for table in ("chain", "steps", "entries", "incidents"):
        forge(config, f"DELETE FROM {table}")
    status, out, _ = answer(config, "verify")
    assert status == 1
    assert "names record 1, and the chain has no such record" in out
    (config.parent / "heads").write_text("rubbish\n")
    assert "line 1 of" in answer(config, "verify")[1]


def test_a_timeline_that_does_not_follow_is_told_in_russian_too(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    store = Store.open(f"sqlite:///{tmp_path / 'state' / 'nabat.db'}")
    with store.begin() as unit:
        unit.incidents.save(Decisions(incidents=(ONE,), entries=(entry(ONE.id, 1),)))  # with a hash that is none
    store.close()
    status, out, _ = answer(write_plan(tmp_path, language="ru"), "verify")
    assert status == 1
    assert f"инцидент {ONE.number}: запись 1 хронологии" in out
