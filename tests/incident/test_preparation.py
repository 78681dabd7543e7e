"""How ready the company is: points for what is shown, a reason for each lost; who is trained, and who is late."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from detector.errors import ConfigError
from detector.incident.preparation import (
    WORTH,
    PlanFacts,
    Readiness,
    ReadinessArea,
    ReadinessFacts,
    TrainingState,
    TrainingStatus,
    assess_readiness,
    data_map,
    training_status,
)
from detector.schema.detection.source_hours import SourceHour
from detector.settings import Settings, TrainingSettings
from detector.settings.lists.training_rows import TrainingRow, read_training
from detector.settings.loading.load_settings import load_settings
from tests.runtime.places import write_plan

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
TODAY, DAY = date(2026, 3, 3), timedelta(days=1)
COURSES = TrainingSettings.model_validate(
    {"courses": {"privacy": {"every": "365d"}, "till": {"roles": ["cashier"]}}, "newcomers": "14d"}
)
SETTINGS = Settings.model_validate(
    {
        "sources": [{"name": "crm", "service": "crm", "paths": ["/crm.log"], "owner": "Ines", "retention": "90d"}],
        "records": {
            "data_classes": {"contact": {"confidentiality": "confidential", "retention": "1825d"}},
            "routes": [{"path": "/clients/{id}", "action": "read", "object": "client", "classes": ["contact"]}],
        },
    }
)
HOUR = SourceHour(source="crm", hour=NOW, lines=100, requests=100, unmapped=2)
READY = ReadinessFacts(
    plan=PlanFacts(document_id="company-d1", version=2, agreed_version=2, agreed_by="lev", agreed_at=NOW),
    due=dict.fromkeys(("plan_review", "roster_check", "drill", "training", "template_review", "data_map"), NOW + DAY),
    roles={"lead": ("lev", "dina"), "soc": ("anna", "boris")},
    paged=4,
    channels=(("anna", "push"), ("anna", "mail")),
    answered={("anna", "push"): NOW - DAY, ("anna", "mail"): NOW - DAY},
    fresh=15 * DAY,
    drills=1,
    last_drill_answered=True,
    training=TrainingStatus((), ("anna",)),
    texts={"en/notice.md": "a"},
    reviewed={"en/notice.md": "a"},
    mapped=data_map(SETTINGS, [HOUR]),
    blind=0,
)


def trained(*rows: TrainingRow, team: tuple[str, ...] = ()) -> TrainingStatus:
    return training_status(rows, COURSES, team, TODAY)


ANNA = TrainingRow(person="anna", course="privacy", done=TODAY - 10 * DAY)
READY = replace(READY, training=trained(ANNA, team=("anna",)))


def lost(**changes: object) -> dict[str, int]:
    """Return what lacks when some facts are otherwise, by key."""
    return {each.key: each.points for each in assess_readiness(replace(READY, **changes), NOW).shortfalls}  # type: ignore[arg-type]


def test_a_company_that_has_shown_all_of_it_has_a_hundred_points_and_an_area_never_loses_more_than_its_own() -> None:
    assert assess_readiness(READY, NOW) == Readiness(())
    assert assess_readiness(READY, NOW).score == sum(WORTH.values()) == 100
    nothing = assess_readiness(ReadinessFacts(mapped=data_map(Settings(), ())), NOW)
    assert nothing.score == 0
    assert nothing.lost == WORTH
    assert {each.key for each in nothing.shortfalls if each.unchecked} >= {"channels-unkept", "training-unkept"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"plan": PlanFacts()}, {"plan-none": 15}),
        ({"plan": replace(READY.plan, agreed_version=0)}, {"plan-unapproved": 8}),
        ({"plan": replace(READY.plan, version=3)}, {"plan-newer": 3}),
        ({"due": dict(READY.due) | {"plan_review": NOW - 12 * DAY}}, {"plan-review-late": 7}),
        ({"due": {name: at for name, at in READY.due.items() if name != "drill"}}, {"drill-unkept": 8}),
        ({"roles": {"lead": ("lev",), "soc": ()}}, {"role-empty": 5, "role-alone": 3}),
        ({"one_way": ("boris",)}, {"one-way": 1}),
        ({"channels": None}, {"channels-unkept": 15}),
        ({"answered": {("anna", "push"): NOW - 16 * DAY}}, {"channels-never": 8, "channels-stale": 7}),
        ({"drills": 0}, {"drill-none": 15}),
        ({"last_drill_answered": False}, {"drill-unanswered": 5}),
        ({"last_drill_answered": None}, {"drill-at-table": 5}),
        ({"training": None}, {"training-unkept": 10}),
        ({"training": None, "training_problem": "line 2"}, {"training-unread": 10}),
        ({"training": trained(ANNA, team=("anna", "boris"))}, {"training-unlisted": 1}),
        ({"reviewed": {}}, {"texts-never": 10}),
        ({"texts": {"en/notice.md": "b", "en/own.md": "c"}}, {"texts-changed": 6}),
        ({"blind": 2}, {"blind-spots": 4}),
        ({"blind": None}, {"service-unseen": 4}),
        ({"mapped": data_map(SETTINGS, ())}, {"source-unmeasured": 2}),
        ({"mapped": data_map(SETTINGS, [replace(HOUR, unmapped=6)])}, {"source-uncovered": 2}),
        ({"mapped": data_map(Settings(), ())}, {"sources-none": 15}),
    ],
)  # fmt: skip
def test_what_lacks_costs_its_points_and_nothing_else(changes: dict[str, object], expected: dict[str, int]) -> None:
    assert lost(**changes) == expected


def test_each_course_of_each_person_is_done_due_overdue_or_new() -> None:
    status = trained(
        ANNA,
        replace(ANNA, person="boris", done=TODAY - 366 * DAY),
        replace(ANNA, person="dina", done=TODAY - 340 * DAY),
        replace(ANNA, person="early", done=TODAY + DAY),  # not done yet
        TrainingRow(person="mia", role="cashier", joined=TODAY - 14 * DAY),
        TrainingRow(person="eva", joined=TODAY - 15 * DAY),
        TrainingRow(person="old", joined=TODAY - 900 * DAY),
        replace(ANNA, person="set", due=TODAY - DAY),
        team=("anna", "nobody"),
    )
    assert {(each.person, each.course): each.state.value for each in status.lines} == {
        ("anna", "privacy"): "in_date",
        ("boris", "privacy"): "overdue",
        ("dina", "privacy"): "soon",
        ("early", "privacy"): "never",
        ("mia", "privacy"): "newcomer",
        ("mia", "till"): "newcomer",
        ("eva", "privacy"): "newcomer_late",
        ("old", "privacy"): "never",
        ("set", "privacy"): "overdue",
    }
    assert status.unlisted == ("nobody",)
    assert status.people(TrainingState.NEWCOMER_LATE) == ("eva",)
    found = assess_readiness(replace(READY, training=status), NOW)
    assert {each.key: each.names for each in found.shortfalls if each.area is ReadinessArea.TRAINING} == {
        "training-late": ("boris", "early", "old", "set"),
        "training-newcomer": ("eva",),
        "training-unlisted": ("nobody",),
    }


def test_the_register_is_read_from_the_configurations_folder_and_every_wrong_row_is_told(tmp_path: Path) -> None:
    training = {"register_file": "staff.csv", "courses": {"privacy": {"every": "365d"}}}
    settings = load_settings(write_plan(tmp_path, preparation={"training": training}))
    file = tmp_path / "staff.csv"
    file.write_text("\ufeffperson,course,done,joined\nanna,privacy,2026-02-01,\nmia,,,2026-03-01\n")
    assert [each.person for each in read_training(settings)] == ["anna", "mia"]
    file.write_text("person,course,done\n,privacy,2026-02-01\nanna,privcy,yesterday\n")
    with pytest.raises(ConfigError) as wrong:
        read_training(settings)
    told = [str(each) for each in wrong.value.problems]
    assert [each.line for each in wrong.value.problems] == [2, 3, 3]
    assert "without a person" in told[0]
    assert "did you mean privacy?" in told[1]
    file.write_text("name,course\n")
    with pytest.raises(ConfigError, match="columns missing: person, done"):
        read_training(settings)
