"""`nabat documents` at the command line."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from detector.schema.case.incidents import Decisions
from detector.store import Store
from tests.runtime.places import answer, write_plan
from tests.store.values import incident

ONE = incident("one")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir()
    store = Store.open(f"sqlite:///{tmp_path / 'state' / 'nabat.db'}")
    with store.begin() as unit:
        unit.incidents.save(Decisions(incidents=(ONE,)))
    store.close()
    return write_plan(tmp_path)


def test_a_report_is_filed_revised_compared_sent_and_written_to_a_file(config: Path, tmp_path: Path) -> None:
    text = tmp_path / "report.md"
    text.write_text("one\x1b[31m\ntwo\n")
    name = f"{ONE.number}-d1"
    add = ("documents", "add", ONE.number, str(text), "--title", "Report")
    status, _, said = answer(config, *add, "--kind", "report")
    assert status == 0
    assert f"{name} v1: SHA-256 {sha256(text.read_bytes()).hexdigest()}" in said
    text.write_text("one\nthree\n")
    assert answer(config, "documents", "revise", name, str(text), "--note", "counted anew")[0] == 0
    _, out, _ = answer(config, "documents", "diff", name)
    assert "-two\n+one\n+three" in out
    assert "\x1b" not in out
    status, _, said = answer(config, "documents", "approve", name)
    assert (status, "whose approval is no second word" in said) == (2, True)
    assert answer(config, "documents", "sent", name, "--to", "the board")[0] == 0
    assert answer(config, "documents", "receipt", name, "--number", "B-7")[0] == 0
    assert "[receipt B-7]" in answer(config, "documents", "list", ONE.number)[1]
    (listed,) = json.loads(answer(config, "documents", "list", "--json")[1])
    assert [each["act"] for each in listed["records"]] == ["sent", "receipt"]
    assert f"{name}" in answer(config, "incidents", "show", ONE.number)[1]
    written = tmp_path / "out.md"
    assert answer(config, "documents", "show", name, "--version", "2", "--out", str(written))[0] == 0
    assert written.read_text() == "one\nthree\n"
    assert answer(config, "documents", "show", name, "--out", str(written))[0] == 2
    assert answer(config, "documents", "show", "nothing-d1")[0] == 2
    assert name in answer(config, "documents", "show", f"{ONE.code_name.replace(' ', '-')}-d1")[1]
    assert answer(config, "verify")[0] == 0


def test_what_comes_round_is_listed_and_recorded_as_done(config: Path, tmp_path: Path) -> None:
    assert answer(config, "standing", "list")[1].count("never recorded") == 6
    assert answer(config, "standing", "done", "drill")[0] == 2
    assert answer(config, "standing", "done", "drill", "--note", "x", "--at", "2099-01-01")[0] == 2
    status, _, said = answer(config, "standing", "done", "drill", "--note", "answered in two minutes")
    assert status == 0
    assert "company-d1 v1" in said
    told = {each["what"]: each for each in json.loads(answer(config, "standing", "list", "--json")[1])}
    assert [name for name, each in told.items() if each["done_at"]] == ["drill"]
    assert "answered in two minutes" in answer(config, "documents", "show", "company-d1")[1]
    lost = json.loads(answer(config, "readiness", "show", "--json")[1])
    keys = {each["key"] for each in lost["shortfalls"]}
    assert {"texts-never", "plan-none", "training-unkept", "service-unseen"} <= keys
    assert lost["score"] == 100 - sum(each["points"] for each in lost["shortfalls"])
    plan = tmp_path / "plan.md"
    plan.write_text("# Plan\n")
    assert answer(config, "documents", "add", "company", str(plan), "--kind", "plan", "--title", "Plan")[0] == 0
    assert answer(config, "documents", "approve", "company-d2")[0] == 2, "another person approves it"
    assert answer(config, "standing", "done", "template_review", "--note", "read in both languages")[0] == 0
    shown = answer(config, "readiness", "show")[1]
    assert "No version of the plan was approved by a second person" in shown
    assert "review of the templates" not in shown
    assert answer(config, "readiness", "map")[1]
    assert "# Readiness" in answer(config, "readiness", "report")[1]
    assert answer(config, "training", "list")[0] == 2, "no register is kept"
    status, _, said = answer(config, "readiness", "test-channels")
    assert (status, "the pages are off" in said) == (2, True)
    assert answer(config, "verify")[0] == 0
