"""A small company from its lines to its figures, by the same way as a replay."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from detector.errors import InputError
from detector.runtime.evaluate.cut_logs import cut_logs
from detector.runtime.evaluate.evaluate_company import evaluate_company
from detector.runtime.evaluate.evaluation_page import evaluation_page
from detector.runtime.evaluate.figures import CompanyFigures, Totals
from detector.runtime.evaluate.matching import Fate, Topic
from detector.runtime.evaluate.trial import WAYS
from detector.simulate import simulate_company
from tests.runtime.places import nabat

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS, HISTORY = 6, 3
DEFAULTS, DAY_ONE, RULES = (way.title for way in WAYS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("company")
    simulate_company(out, "bank", DAYS, 3, START, world="hard", staff=24, leaks=10, logs=["audit"])
    return out


@pytest.fixture(scope="module")
def judged(folder: Path) -> CompanyFigures:
    return evaluate_company(folder, HISTORY)


def test_every_leak_that_begins_in_the_judged_days_is_counted_once_for_each_way(
    folder: Path, judged: CompanyFigures
) -> None:
    border = (START + timedelta(days=HISTORY)).isoformat()
    truth = json.loads((folder / "truth.json").read_text())
    later = [
        each["id"] for each in truth["leaks"] if datetime.fromisoformat(each["first_event_at"]).isoformat() >= border
    ]
    assert [leak.id for leak in judged.leaks] == later
    assert len(later) > 3
    assert all(set(leak.outcomes) == {way.title for way in WAYS} for leak in judged.leaks)
    assert (judged.days, judged.rejects) == (DAYS - HISTORY, 0)
    assert any(leak.outcomes[DEFAULTS].fate is Fate.FOUND for leak in judged.leaks)


def test_the_judged_lines_are_those_written_after_the_midnight(folder: Path, judged: CompanyFigures) -> None:
    lines = json.loads((folder / "truth.json").read_text())["parameters"]["lines_by_midnight"]["abs.postgresql.csv"]
    assert judged.lines == lines[-1] - lines[HISTORY - 1]


def test_day_one_gives_the_incidents_of_a_replay_of_the_same_lines(folder: Path, judged: CompanyFigures) -> None:
    truth = json.loads((folder / "truth.json").read_text())
    begun = {file: lines[HISTORY - 1] for file, lines in truth["parameters"]["lines_by_midnight"].items()}
    cut_logs(folder, begun, folder / "early", folder / "late")
    logs = [str(folder / "late" / file) for file in begun]
    out = folder / "replayed"
    done = nabat("replay", "-c", str(folder / "nabat.yml"), "--out", str(out), *logs)
    assert done.returncode == 0, done.stderr
    replayed = (out / "incidents.jsonl").read_text().splitlines()
    assert sum(judged.ways[DAY_ONE].about.values()) == len(replayed) > 0
    assert (folder / "judged" / "day-one" / "incidents.jsonl").read_text().splitlines() == replayed


def test_the_same_company_gives_the_same_figures(folder: Path, judged: CompanyFigures) -> None:
    again = evaluate_company(folder, HISTORY)
    assert (again.leaks, again.ways) == (judged.leaks, judged.ways)


def test_rules_alone_have_no_finding_about_behaviour(judged: CompanyFigures) -> None:
    assert judged.ways[RULES].by_behaviour == 0


def test_the_page_names_every_missed_leak_and_its_totals_are_those_of_the_companies(judged: CompanyFigures) -> None:
    page = evaluation_page([judged, judged], [way.title for way in WAYS])
    missed = [leak for leak in judged.leaks if leak.outcomes[DEFAULTS].fate is not Fate.FOUND]
    assert missed
    table = page.partition("## Missed leaks")[2]
    assert [table.count(f"| {leak.id} | {leak.kind} |") for leak in missed] == [2] * len(missed)
    total = Totals.of([judged, judged], DEFAULTS)
    assert f"| **all** | {total.count(Fate.FOUND)} of {2 * len(judged.leaks)} " in page
    false = total.a_day(Topic.WORK, Topic.ODDITY)
    assert false == judged.ways[DEFAULTS].false / judged.days
    assert f"| **both together** | {false:.2f} |" in page


def test_a_folder_without_a_company_or_without_a_day_to_judge_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not the truth"):
        evaluate_company(tmp_path, HISTORY)
    with pytest.raises(InputError, match="between 1 and 5 days"):
        evaluate_company(folder, DAYS)


def test_the_command_judges_each_company_world_and_seed_and_keeps_what_it_found(tmp_path: Path) -> None:
    done = nabat(
        "evaluate", "--company", "clinic", "--world", "plain,hard", "--seeds", "5", "--days", "4", "--history", "2",
        "--staff", "20", "--leaks", "4", "--out", str(tmp_path / "page.md"), "--json", str(tmp_path / "all.json"),
        "--archive", str(tmp_path / "judged"), "--keep", str(tmp_path / "kept"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    figures = json.loads((tmp_path / "all.json").read_text())
    assert [(each["company"], each["world"], each["seed"]) for each in figures] == [
        ("clinic", "plain", 5),
        ("clinic", "hard", 5),
    ]
    page = (tmp_path / "page.md").read_text()
    assert page.startswith("# Detection quality\n")
    (kept,) = (tmp_path / "judged").glob("*-5.md")
    assert kept.read_text() == page
    assert json.loads(kept.with_suffix(".json").read_text()) == figures
    assert (tmp_path / "kept" / "clinic-hard-5-audit" / "truth.json").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--company", "clinic,bakery"], "'bakery' is none of"),
        (["--seeds", "1,two"], "no list of whole numbers"),
        (["--days", "5", "--history", "5"], "--history must be less than --days"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(words: list[str], said: str) -> None:
    done = nabat("evaluate", *words)
    assert done.returncode == 2
    assert said in done.stderr
