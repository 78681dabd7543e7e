"""`nabat drill` at the command line, beside a service that does not run just now."""

import json
from pathlib import Path

import pytest
import yaml

from detector.schema.case.incidents import Decisions
from detector.store import Store
from tests.runtime.places import answer, write_plan
from tests.store.values import incident


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir()
    (tmp_path / "own").mkdir()
    Store.open(f"sqlite:///{tmp_path / 'state' / 'nabat.db'}").close()
    return write_plan(tmp_path, incident={"drills": [str(tmp_path / "own")], "regulations": []})


def test_a_drill_is_asked_for_shown_answered_stopped_and_reported(config: Path, tmp_path: Path) -> None:
    assert answer(config, "drill", "report")[0] == 2, "there was none yet"
    assert answer(config, "drill", "status")[:2] == (0, "")
    status, out, _ = answer(config, "drill", "list")
    assert (status, "night-export" in out) == (0, True)
    assert len(json.loads(answer(config, "drill", "list", "--json")[1])) == 6
    status, _, said = answer(config, "drill", "run", "nothing\x1b[31m")
    assert (status, "there is no scenario" in said, "\x1b" in said) == (2, True, False)
    status, _, said = answer(config, "drill", "run", "canary", "--table-top")
    assert (status, "DRILL 1" in said) == (0, True)
    status, _, said = answer(config, "drill", "run", "canary")
    assert (status, "drill 1 (canary) is going on" in said) == (2, True)
    (shown,) = json.loads(answer(config, "drill", "status", "--json")[1])
    assert (shown["drill"], shown["status"], shown["mode"]) == (True, "asked", "table_top")
    status, _, said = answer(config, "drill", "answer", "1", "--text", "x")
    assert (status, "has no question 1" in said) == (2, True)
    assert answer(config, "drill", "stop", "--reason", " ")[0] == 2
    assert answer(config, "drill", "stop", "--reason", "enough")[0] == 0
    assert answer(config, "drill", "stop", "--reason", "enough")[0] == 2
    assert "stopped" in answer(config, "drill", "status")[1]
    assert answer(config, "drill", "report")[1].startswith("# DRILL 1: A planted client is touched")
    page = tmp_path / "drill.html"
    assert answer(config, "drill", "report", "1", "--out", str(page))[0] == 0
    assert "<title>DRILL 1" in page.read_text()
    assert answer(config, "drill", "report", "--out", str(page))[0] == 2, "it is there"
    assert answer(config, "drill", "report", "--out", str(tmp_path / "drill.pdf"))[0] == 2
    status, _, said = answer(config, "drill", "report", "--file")
    assert (status, "was not played to its end" in said) == (2, True)
    assert answer(config, "drill", "report", "7")[0] == 2
    assert answer(config, "verify")[0] == 0


def test_no_drill_begins_beside_something_real_that_nobody_has(config: Path, tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'state' / 'nabat.db'}")
    with store.begin() as unit:
        unit.incidents.save(Decisions(incidents=(incident("one"),)))
    store.close()
    status, _, said = answer(config, "drill", "run", "canary")
    assert (status, "is real, and nobody has it" in said) == (2, True)


def test_a_scenario_with_a_mistake_is_refused_with_its_line_by_check_as_well(config: Path, tmp_path: Path) -> None:
    words = {"en": "x", "ru": "ы"}
    lines = [{"lines": {"user": "a", "address": each}} for each in ("192.0.2.1", "10.0.0.1")]
    own = {"id": "own", "version": 1, "title": words, "summary": words, "steps": lines}
    (tmp_path / "own" / "own.yml").write_text(yaml.safe_dump(own, sort_keys=False))
    for command in (("drill", "list"), ("check",)):
        status, out, said = answer(config, *command)
        assert status == 2
        assert (
            f"{tmp_path / 'own' / 'own.yml'}:13: steps.1.lines.address: 10.0.0.1 may be a machine of somebody"
            in out + said
        )
