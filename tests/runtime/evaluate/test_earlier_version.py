"""An earlier version is put beside this one on the same companies, and on no others."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from detector.errors import InputError
from detector.runtime.evaluate.earlier_version import EARLIER, beside, interpreter_of, read_archive, run_earlier
from detector.runtime.evaluate.figures import CompanyFigures
from detector.runtime.evaluate.matching import Fate, Topic
from detector.runtime.evaluate.trial import DEFAULTS, WayGroup
from tests.runtime.evaluate.some_figures import a_company, a_leak

ROOT = Path(__file__).resolve().parents[3]
JUDGED = sorted((ROOT / "tests" / "bench" / "judged").glob("*.json"))


def archived(folder: Path, *companies: CompanyFigures) -> Path:
    path = folder / "figures.json"
    path.write_bytes(msgspec.json.encode(companies))
    return path


def test_figures_come_back_from_their_file(tmp_path: Path) -> None:
    company = a_company(a_leak(found=True))
    assert read_archive(archived(tmp_path, company)) == (company,)


@pytest.mark.parametrize("path", JUDGED, ids=lambda path: path.stem)
def test_every_run_that_was_kept_can_be_judged_against(path: Path) -> None:
    for company in read_archive(path):
        assert company.ways[DEFAULTS.title].group is WayGroup.COLUMN


def test_the_shipped_defaults_of_the_earlier_version_become_a_column(tmp_path: Path) -> None:
    now = a_company(a_leak(found=True))
    before = replace(
        a_company(a_leak(found=False)), ways={DEFAULTS.title: replace(now.ways[DEFAULTS.title], about={Topic.WORK: 9})}
    )
    both = beside(now, before)
    assert both.titles(WayGroup.COLUMN)[-1] == EARLIER
    assert both.ways[EARLIER].false == 9
    assert both.leaks[0].outcomes[EARLIER].fate is Fate.UNSEEN
    assert both.leaks[0].outcomes[DEFAULTS.title].fate is Fate.FOUND


@pytest.mark.parametrize(
    "changes",
    [{"seed": 8}, {"lines": 7}, {"history": 3}, {"leaks": (a_leak(found=True, subjects=999),)}, {"leaks": ()}],
)
def test_another_company_is_not_put_beside(changes: dict[str, object]) -> None:
    now = a_company(a_leak(found=True))
    with pytest.raises(InputError, match="did not judge the same company"):
        beside(now, replace(now, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "{}", "[]", '[{"company": "bank"}]', "no JSON"])
def test_a_file_without_figures_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "figures.json"
    path.write_text(text)
    with pytest.raises(InputError, match=str(path)):
        read_archive(path)


def a_version(folder: Path, body: str, commands: str = "cli/detection") -> Path:
    """Write something that answers as an earlier version's command does."""
    (folder / "detector" / commands).mkdir(parents=True)
    (folder / "detector" / commands / "evaluate.py").write_text("")
    (folder / "detector" / "__init__.py").write_text("")
    (folder / "detector" / "__main__.py").write_text(body)
    return folder


def test_a_folder_with_an_earlier_version_is_run_by_its_own_command(tmp_path: Path) -> None:
    figures = archived(tmp_path, a_company(a_leak(found=True)))
    body = f"import json, shutil, sys; shutil.copy({str(figures)!r}, sys.argv[-1])\n"
    body += "json.dump(sys.argv[1:-1], open('asked', 'w'))"
    folder = a_version(tmp_path / "old", body)
    assert run_earlier(folder, interpreter_of(folder, None), ["--seeds", "7"]) == a_company(a_leak(found=True))
    assert json.loads((folder / "asked").read_text()) == ["evaluate", "--seeds", "7", "--json"]


def test_an_earlier_version_that_fails_says_why(tmp_path: Path) -> None:
    folder = a_version(tmp_path / "old", "import sys; sys.exit('no such company')")
    with pytest.raises(InputError, match="no such company"):
        run_earlier(folder, sys.executable, [])
    with pytest.raises(InputError, match="cannot be run"):
        run_earlier(folder, str(tmp_path / "python"), [])


@pytest.mark.parametrize("commands", ["cli", "cli/detection"])
def test_the_interpreter_is_the_one_given_or_that_of_the_folder(tmp_path: Path, commands: str) -> None:
    folder = a_version(tmp_path / "old", "", commands)
    assert interpreter_of(folder, None) == sys.executable
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").touch()
    assert interpreter_of(folder, None) == str(folder / ".venv" / "bin" / "python")
    assert interpreter_of(folder, "python3.12") == "python3.12"
    with pytest.raises(InputError, match="holds no version of Nabat"):
        interpreter_of(tmp_path, None)
