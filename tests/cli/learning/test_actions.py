"""`nabat actions`: what follows from a case, whose it is, by when, until it is done or dropped."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from detector.schema.case.incidents import CloseReason, Decisions, IncidentKind, IncidentStatus, Scope
from detector.store import Store
from tests.runtime.places import answer, write_plan
from tests.store.values import NOON, incident, step

ONE = replace(incident("one"), kind=IncidentKind.LEAK, actor_id="user:mallory", scope=Scope(subjects=120, events=120))
OVER = replace(
    incident("other"),
    status=IncidentStatus.CLOSED,
    closed_at=NOON,
    close_reason=CloseReason.HANDLED,
    actor_id="user:boris",
)


@pytest.fixture(scope="module")
def two_cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with two cases, made once: each test has a copy."""
    path = tmp_path_factory.mktemp("cases") / "nabat.db"
    store = Store.open(f"sqlite:///{path}")
    with store.begin() as unit:
        concerned = (step(ONE.id, "A1", roles=("soc", "dpo")), step(OVER.id, "A1", roles=("soc", "dpo")))
        unit.incidents.save(Decisions(incidents=(ONE, OVER), steps=concerned))
    store.close()
    return path


@pytest.fixture
def config(tmp_path: Path, two_cases: Path) -> Path:
    (tmp_path / "state").mkdir()
    shutil.copy(two_cases, tmp_path / "state" / "nabat.db")
    return write_plan(tmp_path)


def test_an_action_is_added_changed_done_and_stays_with_its_case(config: Path) -> None:
    words = ("actions", "add", ONE.number, "A second factor", "--owner", "anna", "--due", "2099-06-01")
    status, _, said = answer(config, *words, "--budget", "40 000 eur", "--effect", "no sign-in without it")
    assert (status, "action 1: anna, until 2099-06-01 23:59" in said) == (0, True)
    change = ("actions", "change", ONE.number, "1", "--reason", "the supplier is late")
    assert answer(config, *change, "--due", "2099-07-01", "--owner", "dina")[0] == 0
    status, out, said = answer(config, "actions", "list")
    assert (out.split()[0], "A second factor  (40000 EUR)" in out, "1 open" in said) == (ONE.number, True, True)
    assert answer(config, "actions", "done", ONE.number, "1", "--proof", "change 4711", "--effect", "seen")[0] == 0
    status, _, said = answer(config, "actions", "drop", ONE.number, "1", "--reason", "not needed")
    assert (status, "was done" in said) == (2, True)
    shown = answer(config, "incidents", "show", ONE.number)[1]
    assert ": A second factor  (40000 EUR)  [change 4711]" in shown
    assert "Action 1 was changed; now of dina" in shown
    (told,) = json.loads(answer(config, "actions", "list", ONE.number, "--json")[1])
    assert (told["state"], told["seen_effect"], told["budget"]) == ("done", "seen", 40000)


def test_all_that_is_wrong_with_an_action_is_said_at_once_and_whom_the_case_is_about_answers_for_none(
    config: Path,
) -> None:
    words = ("actions", "add", OVER.number, " ", "--owner", "boris", "--due", "2020-01-01", "--effect", "x" * 501)
    status, _, said = answer(config, *words)
    assert status == 2
    for wrong in ("what is to be done is missing", "'boris' cannot answer", "has passed", "has more than 500"):
        assert wrong in said


def test_the_times_of_a_case_and_the_medians_of_a_span_are_shown(config: Path) -> None:
    status, out, said = answer(config, "times", OVER.number)
    assert status == 0
    took = dict(line.split(": ", 1) for line in out.splitlines())
    assert took["Acknowledged after (MTTA)"] == "not known"
    assert took["Resolved after (MTTR)"] != "not known"
    assert "0 missed due times" in said
    status, out, said = answer(config, "times", "--since", "2026-01-01", "--until", "2027-01-01")
    assert (status, "2 cases" in said, "median" in out) == (0, True, True)


def test_a_review_is_said_shown_drafted_and_approved_by_another(config: Path, tmp_path: Path) -> None:
    ref = ONE.number
    assert "hypothesis 1" in answer(config, "review", "hypothesis", ref, "misuse")[2]
    assert answer(config, "review", "evidence", ref, "1", "--for", "412 exports", "--against", "abroad")[0] == 0
    assert answer(config, "review", "judge", ref, "1", "holds", "--reason", "she says so")[0] == 0
    assert answer(config, "review", "answer", ref, "weak_spot", "anybody could export")[0] == 0
    status, out, said = answer(config, "review", "sheet", ref)
    assert (status, "1. misuse (lev) [Holds: she says so]" in out, "7 questions" in said) == (0, True, True)
    assert "    + 412 exports (lev)\n    - abroad (lev)" in out
    page = tmp_path / "review.html"
    assert answer(config, "review", "show", ref, "--format", "html", "--out", str(page))[0] == 0
    assert "anybody could export" in page.read_text()
    assert "waits for another person" in answer(config, "review", "draft", ref)[2]
    assert answer(write_plan(tmp_path, login="dina"), "review", "approve", ref)[0] == 0


def test_what_a_case_cost_is_entered_taken_back_and_reckoned_with_its_formula(config: Path, tmp_path: Path) -> None:
    config = write_plan(
        tmp_path, consequences={"client_value": "300 EUR", "churn_percent": 2.5, "turnover": "900000000 EUR"}
    )
    ref = ONE.number
    assert "cost 1: 9000 EUR" in answer(config, "costs", "add", ref, "work", "9 000 eur", "--for", "60 hours")[2]
    assert answer(config, "costs", "add", ref, "experts", "500 USD", "--for", "an offer", "--estimate")[0] == 0
    assert answer(config, "costs", "remove", ref, "2", "--reason", "entered twice")[0] == 0
    status, out, _ = answer(config, "costs", "show", ref)
    assert status == 0
    for said in (
        *("9,000 (own work) = 9,000 EUR", "taken back by lev: entered twice"),
        "× 2.5 % × 300 EUR = ",
    ):
        assert said in out
    told = json.loads(answer(config, "costs", "show", ref, "--json")[1])
    assert told["sums"] == {"EUR": {"work": 9000}}
    people = told["churn"]["people_high"]
    assert f"= {round(people * 2.5 / 100 * 300):,} EUR" in out
    assert answer(config, "costs", "add", ref, "experts", "500 EUR", "--for", "an offer", "--estimate")[0] == 0
    out = answer(config, "costs", "show", ref)[1]
    assert "(own work) = 9,500 EUR, of that 500 EUR by estimate\n" in out, "what nobody has paid yet is no cost so far"


def test_a_year_is_reported_with_pictures_and_without_a_name(config: Path, tmp_path: Path) -> None:
    words = ("actions", "add", ONE.number, "A second factor", "--owner", "anna", "--due", "2099-06-01")
    assert answer(config, *words, "--budget", "40000 EUR")[0] == 0
    status, out, _ = answer(config, "year", str(ONE.t0.year))
    assert status == 0
    for said in (
        "2 cases",
        "| Cases | 2 | 0 |",
        "Actions: 1; done 0, open 1",
        "40,000 EUR",
        f"Cases by month. Jan {ONE.t0.year} 0",
    ):
        assert said in out
    assert not [each for each in ("mallory", "boris", "anna", "second factor", ONE.number) if each in out]
    page = tmp_path / "year.html"
    assert answer(config, "year", str(ONE.t0.year), "--language", "ru", "--format", "html", "--out", str(page))[0] == 0
    whole = page.read_text()
    told = whole.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert whole.count('src="data:image/svg+xml;base64,') == 2
    assert f"Дела по месяцам. янв. {ONE.t0.year} г. 0" in told
    assert "company-d1" in answer(config, "year", str(ONE.t0.year), "--file")[2]
