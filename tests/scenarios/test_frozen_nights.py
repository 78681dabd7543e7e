"""A case that is open while the configuration changes beside it: clocks, gates and pages stay what they were."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from detector.errors import ConflictError
from detector.resources import shipped
from detector.schema.case.incidents import CloseReason
from tests.fakes.people import me
from tests.scenarios.story import Story

LADDER = [{"after": "0s", "to": ["lead"]}]
TEAM = {
    "people": [{"name": name, "targets": [name]} for name in ("boris", "dina")],
    "roles": {"soc": ["boris"], "lead": ["dina"]},
}


def ungated(folder: Path) -> str:
    """Write a checklist whose closing step asks for nothing; return its folder."""
    book = yaml.safe_load(shipped("config", "playbooks", "client-data-leak.yml").read_text(encoding="utf-8"))
    book["version"] += 1
    for step in book["steps"]:
        step.pop("gate", None)
        if step["id"] == "Z1":
            step["due_text"] = {"en": "— at the end", "ru": "— в конце"}
    folder.mkdir()
    (folder / "client-data-leak.yml").write_text(yaml.safe_dump(book, allow_unicode=True, sort_keys=False))
    return str(folder)


def refused(night: Story) -> list[str]:
    with pytest.raises(ConflictError) as caught:
        night.closes("dina", CloseReason.HANDLED, "done", night.about("user:mallory"))
    return [problem.what for problem in caught.value.problems]


def test_whatever_changes_in_the_configuration_an_open_case_goes_on_as_it_began(
    story: Callable[..., Story], tmp_path: Path
) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    case = night.incident
    before, gate = night.console.detail(case.id), refused(night)
    assert not night.console.keeps_other_terms(before.incident)
    assert {duty.regulation for duty in before.duties} == {"ru-152fz", "eu-gdpr-33"}

    changes: dict[str, dict[str, Any]] = {
        "law": {"incident": {"regulations": []}},
        "playbook": {"incident": {"regulations": [], "playbooks": [ungated(tmp_path / "own")]}},
        "team": {"team": TEAM, "notify": {"ladder": LADDER}},
        "zone": {"timezone": "Asia/Almaty", "legal": {"residence": ["US-NY"], "sectors": []}},
    }
    for changed in changes.values():
        night.edit(**changed)
        assert night.app.reload()
        night.later(seconds=1)  # until then nobody decides about a case: commands may be given any file
        detail = night.console.detail(case.id)
        assert detail.duties == before.duties
        assert [step.due_at for step in detail.steps] == [step.due_at for step in before.steps]
        assert refused(night) == gate
        assert night.console.keeps_other_terms(detail.incident), "and the page offers it"
    # When somebody is called is what it was as well, and of the old team whoever is still on the team: Boris where Anna
    # was called first, and whoever leads now, since Lev is gone, in his and the deputy's place. The case says so.
    night.at("03:10").want(["boris", "dina"], about=case)
    night.at("03:20").want(["dina"], about=case)
    (said,) = [each for each in night.console.detail(case.id).entries if each.kind == "left"]
    assert dict(said.data) == {"people": "anna lev", "soc": "boris", "lead": "dina"}
    # What opens now opens under what is configured now.
    night.reads(150, by="trent", first=60_000).want(["dina"], about=night.about("user:trent"))
    assert night.console.detail(night.about("user:trent").id).duties == ()

    said = [str(each) for each in night.console.terms_changes(case.number)]
    assert any(each.startswith("laws.ru-152fz: ") for each in said)
    assert any(each.startswith("team.people.anna: ") for each in said)
    assert any(each.startswith("playbook.version: ") for each in said)
    night.console.adopt(case.number, by=me("dina"), reason="it was a mistake to name them")
    with pytest.raises(ConflictError, match="takes away or loosens"):
        night.console.approve(case.number, "terms", by=me("dina"))
    night.restart()
    assert night.console.detail(case.id).duties == before.duties
    night.console.approve(case.number, "terms", by=me("boris"))
    after = night.console.detail(case.id)
    assert {duty.approved_by for duty in after.duties if not duty.moot} == {"boris"}
    assert after.entries[-1].kind == "adopted"
    assert not night.console.keeps_other_terms(after.incident)
    assert "it was a mistake to name them" in after.entries[-1].text
    assert after.chain_sound
    night.later(minutes=1).want([], about=case)  # by the new ladder nobody else


def test_a_case_from_before_terms_were_kept_keeps_those_of_the_first_start(
    story: Callable[..., Story], tmp_path: Path
) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    case = night.incident
    night.stop()
    # As an earlier version left it: no terms, no duties.
    with closing(sqlite3.connect(tmp_path / "state" / "nabat.db", isolation_level=None)) as database:
        database.execute("UPDATE incidents SET terms = '', checklist = ''")
        database.execute("DELETE FROM duties")
        database.execute("DELETE FROM frozen_parts")
    night.start()
    kept = night.console.detail(case.id)
    assert kept.entries[-1].kind == "terms_kept"
    night.edit(incident={"regulations": []})
    assert night.app.reload()
    assert night.console.detail(case.id).duties == kept.duties != ()
    assert kept.incident.t0 + timedelta(hours=24) in {duty.due_at for duty in kept.duties}


def test_who_leaves_the_team_hands_nothing_over_and_the_case_is_called_again(story: Callable[..., Story]) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    everybody = [{"name": name, "targets": [name]} for name in ("boris", "lev", "dina")]
    night.edit(team={"people": everybody, "roles": {"soc": ["boris"], "lead": ["lev"], "dpo": ["dina"]}})
    assert night.app.reload()
    night.later(seconds=2).later(seconds=2).want(["boris"])
    detail = night.console.detail(night.incident.id)
    assert detail.incident.acknowledged_by == ""
    assert [each.kind for each in detail.entries[-2:]] == ["left", "unacknowledged"]
    assert "Whoever had acknowledged is on the team no more." in night.receivers["boris"].received[-1]["message"]
    said = len(detail.entries)
    night.restart()
    assert len(night.console.detail(night.incident.id).entries) == said, "said once"
