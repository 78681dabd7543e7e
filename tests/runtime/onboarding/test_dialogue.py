"""A person takes, changes or skips what is proposed; Enter alone takes it, and few questions are asked."""

from dataclasses import replace
from pathlib import Path

import pytest

from detector.runtime.onboarding.dialogue import Dialogue
from detector.runtime.onboarding.guessed_route import class_titles
from detector.runtime.onboarding.proposals import Proposals, propose
from detector.runtime.onboarding.request_words import load_words
from tests.runtime.onboarding.made import combined, surveyed, working_day


class Scripted:
    """A person whose answers are known beforehand."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.shown: list[str] = []

    def show(self, text: str) -> None:
        self.shown.append(text)

    def ask(self, question: str) -> str:
        self.asked.append(question)
        return self.answers.pop(0) if self.answers else ""


@pytest.fixture
def proposals(tmp_path: Path) -> Proposals:
    return propose([surveyed(tmp_path / "crm.log", combined(working_day()))], load_words(), "en")


def paths(what: Proposals) -> list[str]:
    return [one.route.path for _, one in what.routes() if one.wanted]


def test_enter_alone_takes_everything_in_a_handful_of_questions(proposals: Proposals) -> None:
    person = Scripted()
    assert Dialogue(person, proposals).decide() == proposals
    assert len(person.asked) == 3
    assert all(any(path in line for line in person.shown) for path in paths(proposals))
    assert class_titles(("identity", "own"), "ru") == "имена, даты рождения, документы; own"
    russian = Scripted()
    Dialogue(russian, replace(proposals, language="ru")).decide()
    assert any("контактные данные" in line for line in russian.shown)
    assert not any("contact" in line for line in russian.shown if "(" in line), russian.shown


def test_a_number_turns_a_route_off_and_on_again(proposals: Proposals) -> None:
    first = paths(proposals)[0]
    assert first not in paths(Dialogue(Scripted("", "1"), proposals).decide())
    assert first in paths(Dialogue(Scripted("", "1", "1"), proposals).decide())
    assert paths(Dialogue(Scripted("", "none"), proposals).decide()) == []
    assert len(paths(Dialogue(Scripted("", "none", "1, 2"), proposals).decide())) == 2


def test_a_route_is_changed_and_wrong_words_are_asked_for_again(proposals: Proposals) -> None:
    person = Scripted("", "c 1", "smash", "read", "", "health, nothing", "health contact")
    what = Dialogue(person, proposals).decide()
    changed = what.routes()[0][1].route
    before = proposals.routes()[0][1].route
    assert (changed.action, changed.object, changed.classes) == ("read", before.object, ("health", "contact"))
    assert sum("none of these" in line for line in person.shown) == 2
    assert "    health     health data" in person.shown


def test_nonsense_changes_nothing_and_is_answered(proposals: Proposals) -> None:
    for nonsense in ("99", "0", "-1", "yes", "c", "c x", "1 x", "²"):
        person = Scripted("", nonsense)
        assert Dialogue(person, proposals).decide() == proposals
        assert any("none of these" in line for line in person.shown)


def test_a_program_is_turned_off(proposals: Proposals) -> None:
    assert [one.wanted for one in proposals.programs] == [True]
    what = Dialogue(Scripted("", "", "1"), proposals).decide()
    assert [one.wanted for one in what.programs] == [False]


def test_the_system_is_named_and_a_wrong_name_is_asked_for_again(proposals: Proposals) -> None:
    person = Scripted("a]: {b}", "client portal")
    assert Dialogue(person, proposals).decide().sources[0].service == "client portal"
    assert len(person.asked) == 4


def test_a_zone_is_asked_for_where_times_carry_none(tmp_path: Path) -> None:
    line = "Mar  2 09:14:03 gate sshd[7]: Accepted password for anna from 192.0.2.17 port 4711 ssh2\n"
    what = propose([surveyed(tmp_path / "auth.log", line * 20)], load_words(), "ru")
    person = Scripted("", "Mars/Base", "Europe/Moscow")
    assert Dialogue(person, what).decide().sources[0].zone == "Europe/Moscow"
    assert any("Mars/Base" in line for line in person.shown)
