"""The first page and /readyz call healthy what was checked within its time, and nothing else."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from detector.schema.detection.findings import Reason
from detector.schema.detection.health import CheckedPart
from detector.schema.detection.source_hours import SourceHour
from detector.web.ports import CoverageView, ServiceView
from tests.web.conftest import HOSTILE, World

ALL = "Checked, each within its time, and found to work"
AS_FAR = "It works as far as it was checked."


def changed(view: ServiceView, part: CheckedPart, **change: object) -> ServiceView:
    """Return the view with one check changed."""
    checks = tuple(replace(one, **change) if one.part is part else one for one in view.checks)  # type: ignore[arg-type]
    return replace(view, checks=checks)


def first(world: World, language: str = "en") -> str:
    return world.browser().get(f"/sources?lang={language}").text


def test_when_all_was_checked_the_page_says_what_that_covers(world: World) -> None:
    page = first(world)
    assert ALL in page
    for covered in (
        "3 sources",
        "the record map for 3 sources",
        "the rules",
        "the behaviour model",
        "the database",
        "the target push",
        "the main loop",
    ):
        assert covered in page
    assert "Not checked" not in page


@pytest.mark.parametrize("part", list(CheckedPart))
def test_nothing_is_all_well_while_one_thing_was_not_checked(world: World, part: CheckedPart) -> None:
    said = Reason(message="health-no-line")
    world.view = changed(world.service(), part, checked_at=None, said=said)
    page = first(world)
    assert ALL not in page
    assert AS_FAR in page
    assert "Not checked:" in page
    assert "no line has come from it since the start" in page


def tile(world: World, name: str) -> str:
    """Return how a tile of the first page is coloured, and its figure."""
    page = world.browser().get("/").text
    found = re.search(rf'<div class="tile (\w+)"><dt>{name}</dt><dd><span class="figure">([^<]*)<', page)
    assert found is not None
    return " ".join(found.groups())


def test_no_tile_is_green_for_what_was_not_checked_or_is_not_there(world: World) -> None:
    view = world.service()
    assert tile(world, "Detection").startswith("good")
    assert tile(world, "Ways to people") == "good all work"
    for part in (CheckedPart.RULES, CheckedPart.MODEL):
        world.view = changed(view, part, checked_at=None)
        assert tile(world, "Detection").startswith("warn")
    world.view = replace(view, checks=tuple(each for each in view.checks if each.part is not CheckedPart.TARGET))
    assert tile(world, "Ways to people") == "warn none"


@pytest.mark.parametrize("part", list(CheckedPart))
def test_a_check_of_long_ago_says_since_when(world: World, part: CheckedPart) -> None:
    view = world.service()
    world.view = changed(view, part, checked_at=view.beat_at - timedelta(hours=2))
    page = first(world)
    assert ALL not in page
    assert "last worked 2\N{NO-BREAK SPACE}h ago" in page


@pytest.mark.parametrize("part", list(CheckedPart))
def test_nothing_is_all_well_while_one_thing_does_not_work(world: World, part: CheckedPart) -> None:
    world.view = changed(world.service(), part, failed=True)
    assert ALL not in first(world)


def test_nothing_is_all_well_beside_a_blind_spot_a_stuck_loop_or_without_checks(world: World) -> None:
    view = world.service()
    spot = Reason(message="blind-spot-role", args=(("name", "dpo"), ("why", "no holder")))
    for worse in (
        replace(view, spots_said=(spot,)),
        replace(view, blind_spots=("role dpo",)),
        replace(view, ready=False, why_not="disk full"),
        replace(view, beat_at=view.beat_at - timedelta(minutes=1)),
        replace(view, checks=()),
    ):
        world.view = worse
        assert ALL not in first(world)
    assert "Nothing has been checked yet" in first(world)


def test_a_target_that_failed_stands_among_the_blind_spots(world: World) -> None:
    world.view = changed(world.service(), CheckedPart.TARGET, failed=True)
    assert "The target push did not accept the last message" in first(world)


def test_a_source_that_is_so_late_that_behaviour_judges_it_apart_says_so_in_both_languages(world: World) -> None:
    view = world.service()
    for apart in (False, True):
        late = replace(view.sources[0], learned_lag=timedelta(hours=3), judged_apart=apart)
        world.view = replace(view, sources=(late, *view.sources[1:]))
        english, russian = first(world), first(world, "ru")
        assert "Its lines are up to 3" in english
        assert ("Behaviour judges those over two hours old by what came as late before" in english) is apart
        assert ("Поведение в строках старше двух часов" in russian) is apart


def test_coverage_stands_with_its_source_in_both_languages(world: World) -> None:
    view = world.service()
    coverage = CoverageView(requests=1204, touched=3, unmapped=(("GET /api/customers/{id}", 600), (HOSTILE, 1)))
    sources = (replace(view.sources[0], coverage=coverage), *view.sources[1:])
    world.view = replace(
        view, sources=sources, routes_unmatched=("/crm/export", "table crm.clients"), map_since=view.started_at
    )
    english, russian = first(world), first(world, "ru")
    assert "0.2\N{NO-BREAK SPACE}% of 1,204 requests today and yesterday touch client data" in english
    assert "<code>GET /api/customers/{id}</code>" in english
    assert "2 routes have matched nothing" in english
    assert "table crm.clients" in english
    assert HOSTILE not in english
    assert "касаются 0,2\N{NO-BREAK SPACE}% из" in russian
    assert "2 маршрута ни разу не подошли" in russian


@pytest.mark.parametrize(
    ("lines", "requests", "english", "russian"),
    [
        (0, 0, "no line so far; it takes 100", "строк пока не было; нужно 100"),
        (1, 1, "one line so far, one of them a successful request;", "пока 1 строка, из них успешных запросов: 1;"),
        (42, 7, "42 lines so far, 7 of them successful requests;", "пока 42 строки, из них успешных запросов: 7;"),
    ],
)
def test_a_source_of_which_too_little_was_seen_says_how_much(
    world: World, lines: int, requests: int, english: str, russian: str
) -> None:
    said = Reason(message="health-map-too-few", args=(("lines", lines), ("requests", requests), ("least", 100)))
    world.view = changed(world.service(), CheckedPart.MAP, checked_at=None, said=said)
    assert f"not yet checked: {english}" in first(world)
    assert f"ещё не проверено: {russian}" in first(world, "ru")
    assert ALL not in first(world)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (CheckedPart.DATABASE, "starting: waits for the first check of database"),
        (CheckedPart.STATE, "starting: waits for the first check of state"),
        (CheckedPart.SENDER, "starting: waits for the first check of sender"),
    ],
)
def test_ready_is_only_who_was_seen_to_keep_and_to_tell(world: World, part: CheckedPart, said: str) -> None:
    world.view = changed(world.service(), part, checked_at=None)
    answer = world.browser().get("/readyz")
    assert (answer.status_code, answer.text) == (503, f"not ready: {said}\n")
    view = world.view
    world.view = changed(view, part, checked_at=view.beat_at, failed=True)
    assert world.browser().get("/readyz").text == f"not ready: {part.value} does not work\n"


def test_ready_ends_with_the_time_a_check_holds(world: World) -> None:
    view = world.service()
    world.view = changed(view, CheckedPart.DATABASE, checked_at=view.beat_at - timedelta(seconds=200))
    assert world.browser().get("/readyz").text == "not ready: database last worked 200 s ago\n"
    world.view = view
    world.clock.advance(timedelta(seconds=45))
    assert world.browser().get("/readyz").text == "not ready: last looked 45 s ago\n"


def test_what_is_not_needed_to_keep_or_tell_does_not_end_readiness(world: World) -> None:
    world.view = changed(changed(world.service(), CheckedPart.SOURCE, checked_at=None), CheckedPart.TARGET, failed=True)
    assert world.browser().get("/readyz").status_code == 200


def test_every_part_reads_as_a_word_in_both_languages(world: World) -> None:
    for language in ("en", "ru"):
        page = first(world, language)
        assert [part for part in CheckedPart if f"health-{part.value}" in page] == []


def test_the_last_day_of_each_source_is_seen_with_its_gaps(world: World) -> None:
    known = world.service()
    present = world.clock.now().replace(minute=0)
    hours = tuple(
        SourceHour(source="crm", hour=present - timedelta(hours=back), lines=lines, watched=3600)
        for back, lines in ((0, 20), (1, 0), (2, 0), (3, 400), (4, 220))
    )
    world.view = replace(known, sources=(replace(known.sources[0], hours=hours), *known.sources[1:]))
    browser = world.browser()
    sources = browser.get("/sources").text.replace("\xa0", " ")
    for page in (sources, browser.get("/").text.replace("\xa0", " ")):
        assert 'aria-label="crm, 24 hours: 640 lines, most of them from 00:00: 400"' in page
        assert 'aria-label="billing, 24 hours: no line"' in page
    assert "no line 01:00–03:00" in sources
    assert re.search(r"not watched 2 Mar, 04:00–23:00", sources)
    row = re.search(r'<tr><th scope="row">00:00</th><td class="num">400</td>', sources)
    assert row, "the figures are a table too"
    assert "ни одной строки 01:00–03:00" in browser.get("/sources?lang=ru").text.replace("\xa0", " ")
