"""`nabat severity` at the command line."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from detector.schema.case.incidents import Decisions, IncidentKind, Scope
from detector.store import Store
from tests.runtime.places import answer, write_plan
from tests.store.values import incident

ONE = replace(incident("one"), kind=IncidentKind.LEAK, scope=Scope(subjects=120, events=120))
NONE = replace(incident("other"), kind=IncidentKind.SUSPICIOUS, scope=Scope())


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir()
    store = Store.open(f"sqlite:///{tmp_path / 'state' / 'nabat.db'}")
    with store.begin() as unit:
        unit.incidents.save(Decisions(incidents=(ONE, NONE)))
    store.close()
    return write_plan(tmp_path)


def test_the_severity_is_shown_with_its_reasons_and_corrected(config: Path) -> None:
    status, out, _ = answer(config, "severity", "show", ONE.number)
    assert status == 0
    assert "2 medium: 1 × 1 + 1 = 2; more than 100 people" in out
    assert "the intent is not known" in out
    words = ("severity", "correct", ONE.number, "malicious")
    status, _, said = answer(config, *words, "0", "--reason", "sent to a wrong partner")
    assert (status, "another person has to agree: nabat incidents approve" in said) == (0, True)
    assert "medium, 1 × 1 + 1 = 2" in said, "what there is counts until then"
    status, _, said = answer(config, "severity", "correct", ONE.number, "simple", "4", "--reason", "witnesses")
    assert (status, "very high, 4 × 1 + 1 = 5" in said) == (0, True)
    told = json.loads(answer(config, "severity", "show", ONE.number, "--json")[1])
    assert (told["score"], told["level"]) == (5, "very_high")
    assert "very high: 4 × 1 + 1 = 5" in answer(config, "incidents", "show", ONE.number)[1]
    assert json.loads(answer(config, "incidents", "show", ONE.number, "--json")[1])["enisa"]["score"] == 5
    assert answer(config, *words, "0.25", "--reason", "x")[0] == 2
    assert answer(config, *words, "much", "--reason", "x")[0] == 2
    assert answer(config, "severity", "show", NONE.number)[0] == 2
