"""Scenarios are read strictly, name nobody real, and an incident of a drill is one by its matter alone."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from detector.errors import ConfigError
from detector.incident import load_playbooks
from detector.incident.case.assessment.nature import nature_of
from detector.incident.drills import DrillCase, Scenario, load_scenarios, measure_drill
from detector.runtime.drills.drill_lines import lines_of, planted, watched
from detector.runtime.incidents.drills.drill_end import comes_first
from detector.runtime.incidents.drills.drill_journals import remove_old
from detector.schema.case.incidents import IncidentKind, Scope, StepStatus
from detector.schema.detection.findings import Detector
from detector.schema.levels import Severity
from detector.schema.team.delivery import MessageKind
from detector.schema.team.drills import Drill, DrillMode, DrillStatus, drill_matter, drill_of, is_of_drill
from detector.settings import Settings
from tests.store.values import NOON, after, entry, finding, incident, message, step

SHIPPED = ("canary", "night-export", "partner-mail", "ransom-note", "snooping", "stolen-session")
LINES = {"user": "clerk", "address": "192.0.2.10"}
GOOD = {"lines": LINES}


def said(**changes: object) -> dict[str, object]:
    words = {"en": "x", "ru": "ы"}
    return {"id": "own", "version": 1, "title": words, "summary": words, "steps": [{"lines": LINES}]} | changes


def a_drill(**changes: object) -> Drill:
    given = {"number": 7, "scenario": "own", "title": "x", "title_ru": "ы", "mode": DrillMode.LIVE, "plan": "{}"}
    return Drill(**given | {"asked_by": "lev", "asked_at": NOON, "started_at": NOON, "first_at": NOON} | changes)  # type: ignore[arg-type]


def test_shipped_scenarios_speak_both_languages_and_begin_with_something_through_the_service() -> None:
    found = load_scenarios()
    assert tuple(sorted(found)) == SHIPPED
    for each in found.values():
        assert Scenario.model_validate_json(each.model_dump_json(by_alias=True)) == each
        assert each.steps[0].after.total_seconds() == 0
        assert each.injects, "each can be played at the table"


@pytest.mark.parametrize(
    ("changes", "line", "what"),
    [
        ({"steps": [GOOD, {"lines": LINES | {"address": "10.1.2.3"}}]}, "address", "may be a machine of somebody"),
        ({"steps": [GOOD, {"lines": LINES | {"address": "nowhere"}}]}, "address", "is no address"),
        ({"steps": [GOOD, {"lines": LINES | {"user": "Anna Petrova"}}]}, "user", "is not allowed"),
        ({"steps": [GOOD, {"lines": LINES | {"action": "steal"}}]}, "action", "steal"),
        ({"steps": [GOOD, {"after": "1m"}]}, "after", "either `lines` or `report`"),
        ({"steps": [{"after": "5h", "lines": LINES}]}, "id", "when the drill is over"),
        ({"steps": [{"lines": LINES | {"count": 4000}}] * 2}, "id", "8000 lines are more than 5000"),
        ({"steps": [{"lines": LINES | {"rows": 10**23}}]}, "rows", "at most 1000000000"),
        ({"lasts": "4d"}, "id", "3 days at most"),
        ({"id": "other"}, "id", "not the file's name"),
        ({"surprise": 1}, "surprise", "surprise"),
    ],
)
def test_a_mistake_in_a_scenario_is_named_with_its_line(
    tmp_path: Path, changes: dict[str, object], line: str, what: str
) -> None:
    text = yaml.safe_dump(said(**changes), sort_keys=False)
    (tmp_path / "own.yml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_scenarios([tmp_path])
    (problem,) = caught.value.problems
    assert what in str(problem)
    assert problem.file == str(tmp_path / "own.yml")
    numbers = [at for at, row in enumerate(text.splitlines(), 1) if f"{line}:" in row]
    assert problem.line in (*numbers, 1), "a mistake of the whole stands at its beginning"


def test_a_folder_that_is_not_there_is_named_with_the_setting() -> None:
    with pytest.raises(ConfigError, match="there is no folder /nowhere"):
        load_scenarios([Path("/nowhere")])


def test_lines_name_nobody_real_and_are_the_same_each_time_they_are_made() -> None:
    some = LINES | {"count": 3, "clock": "02:30", "rows": 5, "session": "s"}
    steps = [{"lines": some}, {"after": "2s", "lines": LINES | {"planted": True}}, {"lines": LINES | {"watched": True}}]
    scenario = Scenario.model_validate(said(steps=steps))
    drill = a_drill(started_at=datetime(2026, 3, 2, 12, tzinfo=UTC))
    lines = lines_of(scenario, drill, ZoneInfo("Europe/Moscow"))
    assert lines == lines_of(scenario, drill, ZoneInfo("Europe/Moscow"))
    assert [each.due_at.second for each in lines] == [0, 0, 1, 2, 2]
    texts = [each.text for each in lines]
    assert all('"user": "drill-7-clerk"' in text and '"client_id": "drill-7-' in text for text in texts)
    # Half past two of the night before, in the zone of the configuration.
    assert sum('"2026-03-01T23:30:' in text for text in texts) == 3
    assert sum(planted(7) in text for text in texts) == 1
    assert watched(scenario, 7) == {"drill-7-00001"}


def test_journals_of_old_drills_and_the_one_that_is_read_anew_are_removed(tmp_path: Path) -> None:
    for name in ("1", "14", "15", "23", "24", "aside"):
        (tmp_path / "drills" / name).mkdir(parents=True)
    remove_old(tmp_path, 24)
    assert sorted(each.name for each in (tmp_path / "drills").iterdir()) == ["15", "23", "aside"]


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({}, True),
        ({"severity": Severity.LOW}, False),
        ({"kind": IncidentKind.DRILL}, False),
        ({"kind": IncidentKind.BLIND_SPOT, "rules": ("blind-spot.role",)}, False),
        ({"kind": IncidentKind.BLIND_SPOT, "rules": ("blind-spot.role", "blind-spot.state")}, True),
    ],
)
def test_what_people_are_called_about_comes_first(changes: dict[str, object], first: bool) -> None:
    settings = Settings.model_validate({"notify": {"min_severity": "medium"}})
    assert comes_first(incident("i", **changes), settings) is first


def test_what_stands_in_a_drills_matter_is_a_drill_whatever_it_shows() -> None:
    assert [drill_of(each) for each in ("access", "drill:12", "drill:x")] == [None, 12, None]
    assert is_of_drill(drill_matter(3))
    playbooks = load_playbooks()
    taken = finding(record_low=900, record_high=900, subject_count=3, matter=drill_matter(3))
    changed = finding(detector=Detector.RULE, subject_count=9, matter=drill_matter(3))
    natures = [nature_of([each], Scope(), playbooks) for each in (taken, changed)]
    assert [(each.kind, each.playbook) for each in natures] == [
        (IncidentKind.DRILL, "client-data-leak"),
        (IncidentKind.DRILL, "client-data-change"),
    ]
    about = incident("i", matter=drill_matter(3), actor_id="user:anna", related_actors=("user:boris",))
    assert about.suspects == frozenset(), "whom a drill is about is nobody"


def test_a_drill_is_measured_from_its_first_line_while_it_goes_on() -> None:
    case = incident("i", matter=drill_matter(7))
    shown = DrillCase(
        incident=case,
        steps=[
            step(
                case.id, "A2", due_at=after(minutes=5), status=StepStatus.DONE, done_at=after(minutes=9), done_by="anna"
            ),
            step(case.id, "B1", position=1, due_at=after(hours=1)),
            step(case.id, "B2", position=2, due_at=after(minutes=1), status=StepStatus.SKIPPED, done_by="lev"),
            step(case.id, "L1", position=3),
        ],
        messages=[
            message("late", incident_id=case.id, kind=MessageKind.PAGE, sent_at=after(minutes=6)),
            message("first", incident_id=case.id, kind=MessageKind.PAGE, sent_at=after(minutes=2)),
            message("told", incident_id=case.id, kind=MessageKind.INFO, sent_at=after(minutes=1)),
        ],
        entries=[entry(case.id, 2, kind="acknowledged", at=after(minutes=4))],
    )
    found = measure_drill(a_drill(), [shown], after(minutes=30))
    assert (found.page_took, found.answer_took) == (after(minutes=2) - NOON, after(minutes=4) - after(minutes=2))
    assert (found.steps, found.steps_done, found.steps_late, found.notice_at) == (3, 1, 1, None)
    assert measure_drill(a_drill(), [shown], after(hours=2)).steps_late == 2
    over = a_drill(status=DrillStatus.FINISHED)
    assert measure_drill(over, [shown], after(hours=2)) == over, "what it was when it ended stays"
    assert Settings().incident.drills == ()
