"""The page and its pictures show what the figures say, all ways of judging beside each other."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from detector.runtime.evaluate.evaluation_page import evaluation_page
from detector.runtime.evaluate.matching import Topic
from detector.runtime.evaluate.page_tables import likely
from detector.runtime.evaluate.plots import plots, write_plots
from detector.runtime.evaluate.trial import DEFAULTS, PLAIN_FOREST, WayGroup, ways_asked
from tests.runtime.evaluate.some_figures import a_company, a_leak

ALL = tuple(ways_asked(0.5, (3.0, 10.0, 30.0), ablation=True))


def companies() -> list:
    found, missed = a_leak(found=True, ways=ALL), a_leak(found=False, ways=ALL, id="leak-02", strength="quiet")
    about = {
        DEFAULTS.title: {Topic.WORK: 14, Topic.ODDITY: 7}, PLAIN_FOREST.title: {Topic.WORK: 28},
        "behaviour alone at 30 a month": {Topic.WORK: 20, Topic.ODDITY: 3}, "without volume": {Topic.WORK: 7},
    }  # fmt: skip
    return [
        a_company(found, missed, ways=ALL, about=about),
        a_company(found, missed, ways=ALL, about=about, logs="web", steps={"learning": 3.0}),
    ]


def rows_of(page: str, title: str) -> dict[str, list[str]]:
    """Return the rows of a section's table by their first cell."""
    part = page.partition(f"## {title}")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("|")]
    return {row[0]: row[1:] for row in rows}


def test_all_columns_stand_beside_each_other_and_the_others_have_tables_of_their_own() -> None:
    page = evaluation_page(companies())
    columns = ["shipped defaults", "day one", "rules only", "plain IsolationForest", "announced 50 %"]
    assert rows_of(page, "Leaks found")["leaks"] == columns
    assert rows_of(page, "Leaks found")["loud"] == ["2 of 2 (100 %)"] * 5
    assert rows_of(page, "False incidents a day")["**both together**"][::3] == ["1.50", "2.00"]
    assert all(f"- *{column}*: " in page for column in columns)
    without = rows_of(page, "What each part brings")
    assert without["all parts"] == ["2 of 4", "–", "1.50", "–"]
    assert without["volume"] == ["2 of 4", "+0", "0.50", "-1.00"]
    assert {"rules", "combination (the IsolationForest)"} <= set(without)
    assert rows_of(page, "What judging took")["learning"] == ["3.0", "3.0"]


def test_expected_and_observed_false_incidents_stand_by_company() -> None:
    calibrated = rows_of(evaluation_page(companies()), "Calibration")
    assert calibrated["bank, plain, audit"][-4:] == ["13.8 (7 to 22)", "20", "3", "23"]
    assert calibrated["**all**"][-4:] == ["27.6 (18 to 38)", "40", "6", "46"]


@pytest.mark.parametrize(("expected", "between"), [(0.0, (0, 0)), (1.0, (0, 3)), (4.6, (1, 9)), (100.0, (81, 120))])
def test_what_chance_leaves_is_that_of_a_poisson_count(expected: float, between: tuple[int, int]) -> None:
    assert likely(expected) == between


def test_several_logs_stand_side_by_side_and_one_alone_has_no_table() -> None:
    both = rows_of(evaluation_page(companies()), "By kind of log")
    assert both["audit"][0] == both["web"][0] == "1 of 2; 1.50"
    assert "By kind of log" not in evaluation_page(companies()[:1])


def test_the_page_shows_each_picture_and_says_what_is_in_it(tmp_path: Path) -> None:
    page = evaluation_page(companies(), "pictures")
    write_plots(companies(), tmp_path)
    shown = re.findall(r"^!\[([^\]]+)\]\(pictures/([a-z-]+\.svg)\)$", page, re.MULTILINE)
    assert {file for _, file in shown} == {path.name for path in tmp_path.iterdir()}
    assert len(shown) == 5
    assert all(len(alt) > 40 for alt, _ in shown)
    assert "![" not in evaluation_page(companies())


def test_pictures_of_before_do_not_stay(tmp_path: Path) -> None:
    (tmp_path / "old.svg").write_text("<svg/>")
    (tmp_path / "notes.txt").write_text("mine")
    few = [a_company(a_leak(found=True))]
    write_plots(few, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "false-by-company.svg", "notes.txt", "recall-by-strength.svg", "time-to-incident.svg",
    ]  # fmt: skip


def test_pictures_are_whole_files_without_scripts_for_light_and_dark(tmp_path: Path) -> None:
    write_plots(companies(), tmp_path)
    for path in tmp_path.iterdir():
        text = path.read_text()
        svg = ElementTree.fromstring(text)
        tags = {each.tag.partition("}")[2] for each in svg.iter()}
        assert tags <= {"svg", "title", "desc", "style", "rect", "path", "text", "g"}
        assert "prefers-color-scheme: dark" in text
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)


def test_a_way_has_the_same_look_in_every_picture_of_columns() -> None:
    looks = {}
    for plot in plots(companies()):
        for series in plot.chart.series:
            if series.name in {way.title for way in ALL if way.group is WayGroup.COLUMN}:
                assert looks.setdefault(series.name, series.look) == series.look
    assert len(looks) == 5
    assert len(set(looks.values())) == 5


def test_a_company_without_leaks_or_incidents_has_a_page() -> None:
    empty = a_company(ways=ALL, about={way.title: {} for way in ALL})
    assert "There were none." in evaluation_page([empty], "pictures")
