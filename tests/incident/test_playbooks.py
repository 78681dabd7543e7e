import re
from pathlib import Path

import pytest
import yaml

from detector.errors import ConfigError
from detector.incident import load_playbooks, load_regulations
from detector.incident.case.code_names import ADJECTIVES, ADJECTIVES_RU, NOUNS, NOUNS_RU, code_name
from detector.messages import messages
from detector.resources import shipped

PLAYBOOKS = load_playbooks()
LEAK = PLAYBOOKS["client-data-leak"]


def test_the_leak_checklist_has_all_fifty_steps_in_order_where_no_law_is_in_force():
    ids = [step.id for step in LEAK.steps if step.serves(())]
    groups = {"P": 6, "A": 5, "B": 4, "C": 5, "S": 6, "N": 8, "K": 5, "I": 3, "R": 3, "L": 4, "Z": 1}
    assert ids == [f"{letter}{n}" for letter, count in groups.items() for n in range(1, count + 1)]


def test_every_demand_of_good_practice_is_answered_by_a_step():
    answered = {demand for step in LEAK.steps for demand in step.demands}
    assert answered == {f"D{n}" for n in range(1, 36)}


@pytest.mark.parametrize("playbook", PLAYBOOKS.values(), ids=lambda playbook: playbook.id)
def test_russian_texts_are_russian_and_english_ones_english(playbook):
    for step in playbook.steps:
        for words in (step.title, step.due_text, step.evidence):
            assert not re.search("[а-яё]", words.en, re.I), words.en
            assert re.search("[а-яё]", words.ru, re.I), words.ru


@pytest.mark.parametrize("playbook", PLAYBOOKS.values(), ids=lambda playbook: playbook.id)
def test_every_playbook_opens_acknowledges_and_closes(playbook):
    assert {"opened", "acknowledged", "closed"} <= {step.done_when for step in playbook.steps}


def test_due_times_of_notices_agree_with_the_earliest_duty_they_show():
    laws = load_regulations().values()
    served = [(law, stage) for law in laws for stage in law.stages if stage.step and stage.due and not law.dormant]
    for step in LEAK.steps:
        for due in step.due:
            if not due.regulation:
                continue
            found = [(law, stage) for law, stage in served if (law.id, stage.step) == (due.regulation, step.id)]
            starts = {each.id: each.step for law, _ in found for each in law.stages}
            asked = [(stage.due, starts.get(stage.start, stage.start)) for _, stage in found]
            assert (due.after, due.start) in asked, step.id


def test_the_notices_to_authorities_of_two_laws_are_never_one_step():
    """A receipt shows that one law was served: a step that is about one shows the duties of that law alone."""
    notices = {step.id: step for step in LEAK.steps if step.laws}
    for law in load_regulations().values():
        for stage in law.stages:
            if stage.step in notices:
                assert law.id in notices[stage.step].laws, stage.id
    shown = {stage.step for law in load_regulations().values() for stage in law.stages}
    assert notices.keys() <= shown
    for step in LEAK.steps:
        assert {due.regulation for due in step.due if due.regulation} <= set(step.laws) or step.id not in notices
        assert step.gate.two_persons or step.id not in notices


def test_no_notice_of_a_law_is_without_a_due_time():
    assert [step.id for step in LEAK.steps if step.laws and not step.due] == []


def test_every_mistake_in_a_playbook_is_named_with_its_line(tmp_path: Path):
    text = shipped("config", "playbooks", "blind-spot.yml").read_text(encoding="utf-8")
    path = tmp_path / "blind-spot.yml"
    broken = text.replace("roles: [soc, lead]", "roles: [soc, boss]").replace("{after: 4h, from: T0}", "{from: T0}")
    path.write_text(broken.replace("id: blind-spot", "id: other", 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_playbooks([tmp_path])
    said = {(problem.line, problem.what) for problem in caught.value.problems}
    assert any("unknown roles: boss" in what for _, what in said)
    assert any("after is missing" in what for _, what in said)
    lines = broken.split("\n")
    assert all("roles" in lines[line - 1] for line, what in said if "boss" in what)


def test_a_step_that_names_what_does_not_exist_is_refused(tmp_path: Path):
    data = yaml.safe_load(shipped("config", "playbooks", "blind-spot.yml").read_text(encoding="utf-8"))
    data["steps"][2]["before"] = "X9"
    data["steps"][3]["phase"] = "nowhere"
    data["first_steps"] = ["A3", "Y7"]
    (tmp_path / "blind-spot.yml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"Y7.*X9.*nowhere"):
        load_playbooks([tmp_path])


def test_a_step_promised_to_the_daemon_that_nothing_marks_done_is_refused(tmp_path: Path):
    text = shipped("config", "playbooks", "blind-spot.yml").read_text(encoding="utf-8")
    (tmp_path / "blind-spot.yml").write_text(text.replace("automation: M", "automation: A", 1), encoding="utf-8")
    with pytest.raises(ConfigError, match="A4 says the daemon does it, but not when"):
        load_playbooks([tmp_path])


def test_a_shipped_file_is_read_once(tmp_path: Path):
    assert load_playbooks()["web-attack"] is load_playbooks([tmp_path])["web-attack"]


def test_a_file_of_the_same_name_wins(tmp_path: Path):
    text = shipped("config", "playbooks", "web-attack.yml").read_text(encoding="utf-8")
    (tmp_path / "web-attack.yml").write_text(text.replace("version: 4", "version: 7"), encoding="utf-8")
    assert load_playbooks([tmp_path])["web-attack"].version == 7


def test_an_unknown_regulation_is_named_with_those_that_exist():
    with pytest.raises(ConfigError, match=r"'us-xx'.*ru-152fz"):
        load_regulations(("us-xx",))


def test_code_names_run_in_parallel_in_both_languages():
    for words in (ADJECTIVES, ADJECTIVES_RU, NOUNS, NOUNS_RU):
        assert len(words) == len(set(words)) == 256
    assert code_name("00" * 16) == ("amber acorn", "янтарный жёлудь")


def test_incident_texts_stand_in_both_languages():
    mine = [{each for each in messages(language).ids() if each.startswith("incident-")} for language in ("en", "ru")]
    assert mine[0] == mine[1]


@pytest.mark.parametrize("name", ["client-data-leak", "client-data-change"])
def test_nobody_proves_that_it_holds_before_it_is_stopped_so_no_case_ends_as_handled_without(name: str) -> None:
    steps = {each.id: each for each in load_playbooks()[name].steps}
    assert steps["C4"].gate.requires == ("C2",)
    assert "C4" in steps["Z1"].gate.requires
