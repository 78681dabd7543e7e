"""A small company from its lines to its figures, by the same way as a replay."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree, ignore_patterns

import msgspec
import pytest

from detector.detect.behaviour import FACETS
from detector.errors import InputError
from detector.runtime.evaluate.cut_logs import cut_logs
from detector.runtime.evaluate.earlier_version import EARLIER, read_archive
from detector.runtime.evaluate.evaluate_company import evaluate_company
from detector.runtime.evaluate.evaluation_page import evaluation_page
from detector.runtime.evaluate.figures import CompanyFigures, Totals
from detector.runtime.evaluate.matching import Fate, Topic
from detector.runtime.evaluate.trial import WAYS, WayGroup, ways_asked
from detector.simulate import simulate_company
from tests.runtime.places import nabat

pytestmark = pytest.mark.share(3)

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS, HISTORY = 6, 3
DEFAULTS, DAY_ONE, RULES, PLAIN = (way.title for way in WAYS)
LEFT_OUT = ("without volume", "without rules")
ASKED = [
    *ways_asked(1.0, (30.0,)),
    *(way for way in ways_asked(ablation=True) if way.title in LEFT_OUT),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("company")
    simulate_company(out, "bank", DAYS, 3, START, world="hard", staff=24, leaks=10, logs=["audit"])
    return out


@pytest.fixture(scope="module")
def judged(folder: Path) -> CompanyFigures:
    return evaluate_company(folder, HISTORY, ASKED)


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
    assert all(set(leak.outcomes) == {way.title for way in ASKED} for leak in judged.leaks)
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


def copied(folder: Path, tmp_path: Path) -> Path:
    """Return the company in a folder of its own: judging replaces what lies in ``judged``."""
    return copytree(folder, tmp_path / "company", ignore=ignore_patterns("judged", "early", "late", "replayed"))


def test_another_budget_gives_what_a_company_configured_so_gives(
    folder: Path, judged: CompanyFigures, tmp_path: Path
) -> None:
    own = copied(folder, tmp_path)
    text = (own / "nabat.yml").read_text()
    (own / "nabat.yml").write_text(text.replace("behaviour:\n", "behaviour:\n  false_incidents_a_month: 30\n"))
    (way,) = [way for way in WAYS if way.title == DEFAULTS]
    configured = evaluate_company(own, HISTORY, [way])
    variant = "at 30 a month"
    assert configured.ways[DEFAULTS].about == judged.ways[variant].about
    assert configured.ways[DEFAULTS].causes == judged.ways[variant].causes
    assert [leak.outcomes[DEFAULTS] for leak in configured.leaks] == [leak.outcomes[variant] for leak in judged.leaks]
    assert configured.budget == judged.ways[variant].budget == 30
    assert judged.ways[variant].about != judged.ways[DEFAULTS].about


def test_what_is_announced_is_muted_by_exceptions_and_the_rest_is_judged_as_ever(
    folder: Path, judged: CompanyFigures
) -> None:
    announced = judged.ways["announced 100 %"]
    assert announced.announced == announced.planned > 0
    assert announced.about.get(Topic.ODDITY, 0) < judged.ways[DEFAULTS].about[Topic.ODDITY]
    alerts = [
        json.loads(line) for line in (folder / "judged" / "announced-100" / "alerts.jsonl").read_text().splitlines()
    ]
    assert {each["expected"]["by"] for each in alerts if each["muted_by"] == "exception"} == {"the manager"}
    assert judged.ways[DEFAULTS].announced == 0


def test_each_part_is_left_out_once_and_what_all_have_in_common_is_paid_once(judged: CompanyFigures) -> None:
    every = [way.title for way in ways_asked(ablation=True) if way.group is WayGroup.ABLATION]
    assert every == [*(f"without {facet}" for facet in FACETS), "without rules"]
    assert judged.titles(WayGroup.ABLATION) == list(LEFT_OUT)
    assert judged.ways["without rules"].by_behaviour == judged.ways["without rules"].false
    assert set(judged.steps) == {"learning", "decoding", "detection with history", "detection without history"}
    assert set(judged.spent) >= {way.title for way in ASKED if not way.plain}


def test_rules_alone_have_no_finding_about_behaviour(judged: CompanyFigures) -> None:
    assert judged.ways[RULES].by_behaviour == 0


def test_the_page_names_every_missed_leak_and_its_totals_are_those_of_the_companies(judged: CompanyFigures) -> None:
    page = evaluation_page([judged, judged])
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


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return what the command wrote of a small company in two worlds, and what it said."""
    out = tmp_path_factory.mktemp("run")
    done = nabat(
        "evaluate", "--company", "clinic", "--world", "plain,hard", "--seeds", "5", "--days", "4", "--history", "2",
        "--staff", "20", "--leaks", "4", "--out", str(out / "page.md"), "--json", str(out / "all.json"),
        "--archive", str(out / "judged"), "--keep", str(out / "kept"), "--budgets", "10",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return out, done.stderr


def test_the_command_judges_each_company_world_and_seed_and_keeps_what_it_found(run: tuple[Path, str]) -> None:
    out, said = run
    figures = json.loads((out / "all.json").read_text())
    assert [(each["company"], each["world"], each["seed"]) for each in figures] == [
        ("clinic", "plain", 5),
        ("clinic", "hard", 5),
    ]
    page = (out / "page.md").read_text()
    assert page.startswith("# Detection quality\n")
    (kept,) = (out / "judged").glob("*-5.md")
    assert kept.read_text() == page.replace("(page/", f"({kept.stem}/")
    for each in (out / "page.md", kept):
        shown = re.findall(r"\]\(([^)]+\.svg)\)", each.read_text())
        assert len(shown) == 5
        assert all((each.parent / file).is_file() for file in shown)
    assert said.count(" s of CPU: learning ") == 2
    assert json.loads(kept.with_suffix(".json").read_text()) == figures
    assert (out / "kept" / "clinic-hard-5-audit" / "truth.json").exists()


def test_the_same_company_gives_the_same_figures(run: tuple[Path, str], tmp_path: Path) -> None:
    out, _ = run
    _, first = read_archive(out / "all.json")
    again = evaluate_company(copied(out / "kept" / "clinic-hard-5-audit", tmp_path), 2)
    assert first.leaks
    for title in (DEFAULTS, DAY_ONE, RULES, PLAIN):
        assert sum(first.ways[title].about.values()) > 0
        assert replace(again.ways[title], seconds=0) == replace(first.ways[title], seconds=0)
        assert [leak.outcomes[title] for leak in again.leaks] == [leak.outcomes[title] for leak in first.leaks]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--company", "clinic,bakery"], "'bakery' is none of"),
        (["--seeds", "1,two"], "no list of whole numbers"),
        (["--days", "5", "--history", "5"], "--history must be less than --days"),
        (["--budgets", "3,400"], "400 is not between 0 and"),
        (["--against", "tests"], "holds no version of Nabat"),
        (["--against-python", "python3"], "--against-python is the interpreter of a folder"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(words: list[str], said: str) -> None:
    done = nabat("evaluate", *words)
    assert done.returncode == 2
    assert said in done.stderr


def test_companies_of_an_earlier_run_are_judged_again_beside_it(run: tuple[Path, str], tmp_path: Path) -> None:
    first, again = tmp_path / "first.json", tmp_path / "again.json"
    _, hard = read_archive(run[0] / "all.json")
    first.write_bytes(msgspec.json.encode([hard]))
    done = nabat("evaluate", "--against", str(first), "--budgets", "", "--json", str(again))
    assert done.returncode == 0, done.stderr
    (company,) = read_archive(again)
    assert (company.seed, company.staff, company.hidden, company.days) == (5, 20, 4, 2)
    assert company.titles(WayGroup.COLUMN) == [*(way.title for way in WAYS), EARLIER]
    assert company.ways[EARLIER].about == company.ways[DEFAULTS].about
    assert f"| leaks | {' | '.join(company.titles(WayGroup.COLUMN))} |" in done.stdout
    refused = nabat("evaluate", "--against", str(first), "--seeds", "6")
    assert refused.returncode == 2
    assert "--seeds are those of the file" in refused.stderr
