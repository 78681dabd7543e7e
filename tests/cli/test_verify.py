"""`nabat verify` and `nabat evidence` at the command line."""

import json
import sqlite3
from hashlib import sha256
from pathlib import Path

import pytest

from detector.runtime.evidence.head_keeper import HeadKeeper
from detector.schema.case.evidence_archive import EvidenceState
from detector.schema.case.incidents import Decisions
from detector.schema.ids import derive
from detector.settings import EvidenceSettings
from detector.store import SegmentFiles, Store, newest_head
from detector.store.segment_files import ARCHIVED
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
    assert head.seal == head.hash[:16], "a number would count what is recorded of cases that are hidden"
    older = f"{head.number}-{head.seal}"
    assert answer(config, "verify", "--seal", head.seal, "--seal", older)[0] == 0
    for wrong, said in (("0" * 16, f"the seal {'0' * 16}"), (f"1-{'0' * 16}", "record 1")):
        status, out, _ = answer(config, "verify", "--seal", wrong)
        assert (status, said in out) == (1, True)
    for nothing in ("nothing", f"-{head.seal}", f"x-{head.seal}", ""):
        assert answer(config, "verify", "--seal", nothing)[0] == 2


def test_every_forgery_is_told_in_words_and_fails(config: Path) -> None:
    forge(config, "UPDATE steps SET done_by = 'mallory', proof = 'never'")
    forge(config, "UPDATE chain SET by = 'mallory'")
    status, out, said = answer(config, "verify")
    assert status == 1
    assert f"incident {ONE.number}: steps {ONE.id} A1: done_by is mallory, and anna was recorded" in out
    assert f"incident {ONE.number}: record 1 of the chain is not what was hashed" in out
    assert "record" not in said, "how many there are grows with cases that are hidden"
    told = json.loads(answer(config, "verify", "--json")[1])
    assert set(told) == {"whole", "differences"}
    assert not told["whole"]
    assert {each["flaw"] for each in told["differences"]} == {"value", "record_altered", "record_unlinked"}


@pytest.mark.parametrize(
    ("table", "column", "garbage"),
    [
        ("incidents", "close_reason", "x"),
        ("incidents", "called_for", '["zzz"]'),
        ("incidents", "opened_at", "yesterday"),
        ("steps", "status", "x"),
    ],
)
def test_what_cannot_be_read_is_named_by_table_row_and_column(
    config: Path, table: str, column: str, garbage: str
) -> None:
    forge(config, f"UPDATE {table} SET {column} = '{garbage}'")
    forge(config, "UPDATE chain SET by = 'mallory'")
    status, out, _ = answer(config, "verify")
    key = ONE.id if table == "incidents" else f"{ONE.id} A1"
    assert status == 1
    assert f"incident {ONE.number}: table {table}, row {key}: what stands in column {column} cannot be read" in out
    assert f"incident {ONE.number}: record 1 of the chain is not what was hashed" in out


def test_a_command_says_which_row_it_cannot_read(config: Path) -> None:
    forge(config, "UPDATE steps SET status = 'garbage'")
    status, out, said = answer(config, "incidents", "show", ONE.number)
    place = f"table steps, row '{ONE.id} A1', column status"
    assert (status, ONE.number in out, place in out, place in said) == (1, True, True, True)
    assert "nabat verify" in said
    assert "garbage" not in out + said


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


def test_archives_are_listed_shown_exported_and_checked_and_who_did_it_is_kept(config: Path) -> None:
    taken = {
        **dict.fromkeys(ARCHIVED),
        "at": NOON,
        "taken_at": NOON,
        "path": "/srv/access",
        "file_id": "f",
        "offset": 0,
    }
    row = {**taken, "raw": b"line 0", "length": 6, "sha256": sha256(b"line 0").hexdigest()}
    row["event_id"] = derive("event", "f", 0, row["sha256"])
    store = Store.open(f"sqlite:///{config.parent / 'state' / 'nabat.db'}")
    files = SegmentFiles(config.parent / "state" / "evidence")
    state = EvidenceState(incident_id=ONE.id, version=1, wanted=3, held=1, missing=(("gone", 2),), at=NOON)
    with store.begin() as unit:
        unit.evidence.add(files.write(ONE.id, 1, [row], taken_at=NOON, collector="nabat"))
        unit.evidence.save(state)
    store.close()
    out = config.parent / "out"
    number = ONE.number
    status, said, _ = answer(config, "evidence", "list")
    assert (status, "1 line held" in said, "2 are missing" in said) == (0, True, True)
    assert answer(config, "evidence", "export", number, "--out", str(out))[0] == 0
    assert answer(config, "evidence", "export", number, "--out", str(out))[0] == 2
    assert (out / "lines" / "0001-access.txt").read_bytes() == b"line 0\n"
    assert answer(config, "evidence", "verify", number)[0] == 0
    status, said, _ = answer(config, "evidence", "show", number)
    assert "2: no file holds them any more" in said
    assert ": exported" in said
    assert answer(config, "verify")[0] == 0
    next(files.folder.rglob("*.parquet")).write_bytes(b"nothing")
    assert answer(config, "evidence", "verify", number)[0] == 1
    status, said, _ = answer(config, "verify")
    assert (status, "is not the one that was written" in said) == (1, True)
    assert answer(config, "evidence", "show", "none")[0] == 2
