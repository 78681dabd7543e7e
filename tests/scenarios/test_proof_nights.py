"""Nights of which it has to be proven what happened, when the log is gone and somebody has edited the database."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from detector.runtime.evidence.archive_desk import ArchiveDesk
from detector.runtime.evidence.verify_all import verify_everything
from detector.runtime.incidents.console import PersonalConsole
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.documents import DocumentKind, NewDocument
from detector.schema.case.retro import RetroWay
from detector.store import Store
from tests.fakes.people import me
from tests.runtime.places import NIGHT, answer
from tests.scenarios.story import Story


def test_lines_that_rotation_took_are_proven_and_the_scope_says_what_changed_and_who_did_the_same(
    story: Callable[..., Story], tmp_path: Path
) -> None:
    night = story(start=NIGHT - timedelta(days=20))
    night.touches(5, by="olga", address="198.51.100.9")  # the journal is old enough to say what is usual
    night.clock.move_to(NIGHT - timedelta(days=1))
    night.log_of(60, by="eve", address="198.51.100.5").later(minutes=4).want([])
    night.clock.move_to(NIGHT)
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    number = night.incident.number
    night.later(minutes=2)
    desk = ArchiveDesk(night.app.store, night.app.settings, night.clock)
    assert desk.show(number, by=me("lev"))[1].lines == 150

    # The log is rotated, packed somewhere else, and gone.
    night.log.rename(tmp_path / "access.log.1")
    night.log.write_text("")
    night.later(minutes=1)
    (tmp_path / "access.log.1").unlink()
    night.later(hours=1)
    night.restart()
    status, _, said = answer(night.config_path, "evidence", "verify", number)
    assert (status, "150 lines compared, 0 differences" in said) == (0, True), said
    desk = ArchiveDesk(night.app.store, night.app.settings, night.clock)
    out = tmp_path / "case"
    assert desk.export(number, out, by=me("lev"))[1] == 150
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["incident"]["number"] == number

    # She goes on: the second version of the scope says what is other.
    night.reads(120, by="mallory", first=30_000).later(minutes=12)
    lev = PersonalConsole(night.console, me("lev"))
    first, second = lev.detail(number).scope_versions
    assert (first.added, second.added, second.removed) == (150, 120, 0)
    assert [each.message for each in second.why] == ["scope-why-later"]
    status, said, _ = answer(night.config_path, "scope", number, "--since", "1")
    assert (status, "120" in said) == (0, True), said
    assert desk.show(number, by=me("lev"))[1].lines == 270

    # The partner brings a list: one of it is known, two are new.
    listed = b"client_id\n1000\n99001\n99002\n"
    brought = {"name": "list.csv", "source": "the partner", "reason": "they were rung up", "column": "client_id"}
    case = lev.import_clients(number, listed, **brought)
    assert (case.scope.subjects, case.scope.imported_subjects) == (270, 2)
    assert (lev.detail(number).scope_versions[-1].by, lev.detail(number).scope_versions[-1].added) == ("lev", 2)

    # Who else had opened them, with nothing to explain it.
    (other,) = lev.retro(number, 30).others
    assert (other.actor_id, other.way, other.of) == ("user:eve", RetroWay.CLIENTS, 270)
    assert 30 < other.things <= 60
    status, said, _ = answer(night.config_path, "verify")
    assert (status, said) == (0, "")  # the scope versions, the list and the lines are all as they were written


EDITS = {
    "who did a step": ("UPDATE steps SET done_by = 'boris' WHERE step_id = 'C1'", "done_by"),
    "a fact": ("UPDATE case_facts SET value = '2026-03-02T02:59:00Z' WHERE kind = 't0'", "case_facts"),
    "an entry that is gone": ("DELETE FROM entries WHERE kind = 'note'", "entr"),
    "a document's text": ("UPDATE document_bodies SET body = CAST('nobody' AS BLOB)", "document"),
}


def test_one_edit_by_hand_in_the_database_is_named_whatever_it_is(story: Callable[..., Story], tmp_path: Path) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    number = night.incident.number
    night.console.complete(number, "C1", by=me("dina"), proof="a copy of the log, hashed")
    said = {"source": "client: complaint 77", "reason": "she wrote"}
    night.console.record_fact(number, CaseFactKind.T0, "2026-03-02T01:30:00Z", by=me("dina"), **said)
    night.console.note(number, by=me("lev"), text="the branch knows nothing of it")
    filed = {"title": "Report", "language": "en", "media_type": "text/plain", "body": b"mallory"}
    night.console.documents(me("dina")).add(number, NewDocument(kind=DocumentKind.REPORT, **filed))
    night.later(minutes=2)
    settings = night.app.settings
    assert not verify_everything(settings, night.app.store).differences
    night.stop()
    database, whole = tmp_path / "state" / "nabat.db", tmp_path / "whole.db"
    shutil.copy(database, whole)

    def edited(statement: str) -> None:
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            assert connection.execute(statement).rowcount == 1

    for what, (statement, named) in EDITS.items():
        edited(statement)
        store = Store.open(settings.database_url)
        found = verify_everything(settings, store)
        store.close()
        assert any(named in str(each) for each in found.differences), what
        shutil.copy(whole, database)
    for statement, _ in EDITS.values():
        edited(statement)
    status, out, _ = answer(night.config_path, "verify")
    told = ("done_by is boris, and dina", "and 2026-03-02T01:30:00Z was recorded", "the timeline", f"{number}-d1")
    assert (status, [each for each in told if each not in out]) == (1, [])
    night.start()
    assert not night.console.detail(number).chain_sound
