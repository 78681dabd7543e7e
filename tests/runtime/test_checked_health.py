"""The running service says what it has seen to work, and never more."""

import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest

from detector.clock import SystemClock
from detector.runtime.components import build
from detector.runtime.health.health_checks import checks, source_key
from detector.runtime.health.write_probe import RULES, WriteProbe
from detector.runtime.pipeline import Freshness
from detector.runtime.preflight.check_all import check
from detector.runtime.sources.coverage_report import Coverage
from detector.runtime.sources.silence import Silence
from detector.schema.detection.health import CheckedPart, Health
from detector.settings.loading.load_settings import load_settings
from detector.store import Store
from tests.runtime.places import Daemon, eventually, kept, plan, web, write_plan

LINE = '192.0.2.7 - anna [18/May/2026:09:00:00 +0000] "GET /api/customers/{} HTTP/1.1" 200 512 "-" "curl/8"\n'


def test_a_service_that_has_seen_nothing_calls_nothing_of_it_healthy(
    daemon: Callable[..., Daemon], tmp_path: Path
) -> None:
    one = daemon(web=web()).start()
    eventually(lambda: one.metric('nabat_unchecked{part="source"}') == 1)  # nothing is said before the first beat
    eventually(lambda: one.metric('nabat_unchecked{part="database"}') == 0)
    assert one.metric('nabat_unchecked{part="rules"}') == 1


def test_a_start_becomes_ready_once_and_says_what_it_waits_for(daemon: Callable[..., Daemon]) -> None:
    one = daemon(web=web())
    one.launch()
    seen, last = list[tuple[int, str]](), monotonic() + 60
    while monotonic() < last:
        with suppress(httpx.ConnectError):  # the pages are not served yet
            answer = one.page("/readyz")
            if not seen or seen[-1][0] != answer.status_code:
                seen.append((answer.status_code, answer.text))
                last = monotonic() + 3 if answer.status_code == 200 else last
    assert [status for status, _ in seen] == [503, 200]
    assert seen[0][1].startswith("not ready: starting: ")


def test_a_map_that_fits_nothing_and_lines_that_give_nothing_are_blind_spots(
    daemon: Callable[..., Daemon], tmp_path: Path
) -> None:
    one = daemon(web=web()).start()
    with (tmp_path / "access.log").open("a", encoding="utf-8") as log:
        log.write("".join(LINE.format(number) for number in range(600)))
    eventually(lambda: one.metric('nabat_blind_spots{kind="coverage"}') == 1)
    assert one.metric('nabat_unchecked{part="source"}') == 0
    assert one.metric('nabat_unchecked{part="rules"}') == 0
    with (tmp_path / "access.log").open("a", encoding="utf-8") as log:
        log.write("no line of any log\n" * 20)
    eventually(lambda: one.metric('nabat_blind_spots{kind="rejects"}') == 1)


def test_rules_are_seen_to_judge_with_the_first_line_that_comes(daemon: Callable[..., Daemon], tmp_path: Path) -> None:
    one = daemon(web=web()).start()
    eventually(lambda: one.metric('nabat_unchecked{part="rules"}') == 1)
    with (tmp_path / "access.log").open("a", encoding="utf-8") as log:
        log.write(LINE.format(1).replace("18/May/2026:09:00:00", f"{SystemClock().now():%d/%b/%Y:%H:%M:%S}"))
    eventually(lambda: one.metric('nabat_unchecked{part="rules"}') == 0, 30)  # it waits a minute to be counted


# -- how lines come ---------------------------------------------------------------------------------------------------

DAY = timedelta(days=1)


def at(age: timedelta, path: str) -> str:
    moment = SystemClock().now() - age
    return f'192.0.2.7 - - [{moment:%d/%b/%Y:%H:%M:%S} +0000] "GET {path} HTTP/1.1" 200 512 "-" "curl/8"\n'


def page(one: Daemon) -> str:
    return one.page("/sources").text


def write(folder: Path, *lines: str) -> None:
    with (folder / "access.log").open("a", encoding="utf-8") as log:
        log.write("".join(lines))


@pytest.mark.parametrize("age", [timedelta(0), 240 * DAY], ids=["recent", "archive"])
def test_a_first_reading_that_the_map_does_not_fit_is_said_on_all_sides_and_after_a_kill(
    daemon: Callable[..., Daemon], tmp_path: Path, age: timedelta
) -> None:
    one = daemon(web=web())
    write(tmp_path, *(at(age, f"/api/customers/{number}") for number in range(600)))
    for _ in range(2):
        one.start()
        eventually(lambda: one.metric('nabat_blind_spots{kind="coverage"}') == 1)
        first = page(one)
        assert "0 of 600 requests touch client data" in first
        assert "most frequent unmapped: GET /api/customers/{id} 600" in first
        eventually(lambda: any("the service is blind" in str(each) for each in check(one.config).warnings))
        one.end(signal.SIGKILL)
    if age:
        assert kept(one.settings).incidents == []


def test_until_enough_was_seen_the_page_and_the_check_say_how_much(
    daemon: Callable[..., Daemon], tmp_path: Path
) -> None:
    one = daemon(web=web())
    write(tmp_path, *(at(timedelta(0), "/api/customers/7") for _ in range(30)))
    one.start()
    said = "not yet checked: 30 lines so far, 30 of them successful requests"
    eventually(lambda: said in page(one))
    assert one.metric('nabat_unchecked{part="map"}') == 1
    eventually(lambda: any(said in each for each in check(one.config).unchecked))
    write(tmp_path, at(timedelta(0), "/crm/clients/7"))
    eventually(lambda: one.metric('nabat_unchecked{part="map"}') == 0)
    assert one.metric('nabat_blind_spots{kind="coverage"}') == 0


@pytest.mark.parametrize("way", ["burst", "between"])
def test_half_of_the_lines_rejected_is_a_blind_spot_that_heals_when_lines_are_read(
    daemon: Callable[..., Daemon], tmp_path: Path, way: str
) -> None:
    one = daemon(web=web()).start()
    good, bad = [at(timedelta(0), "/crm/clients/7")] * 200, ["no line of any log\n"] * 200
    write(
        tmp_path, *(good + bad if way == "burst" else [line for pair in zip(good, bad, strict=True) for line in pair])
    )
    eventually(lambda: one.metric('nabat_blind_spots{kind="rejects"}') == 1)
    said = "50 % of its lines in ten minutes (200) gave no event (malformed 200)"
    eventually(lambda: said in page(one))
    eventually(lambda: any(said in str(each) for each in check(one.config).warnings))
    assert "the source crm" in page(one).split("What is checked")[1].split("does not work now")[0]
    if way == "burst":
        one.end(signal.SIGKILL)
        one.start()
        eventually(lambda: one.metric('nabat_blind_spots{kind="rejects"}') == 1)
    write(tmp_path, *good * 100)
    eventually(lambda: one.metric('nabat_blind_spots{kind="rejects"}') == 0)


def test_rejects_of_a_first_reading_are_shown_and_call_nobody(daemon: Callable[..., Daemon], tmp_path: Path) -> None:
    one = daemon(web=web())
    write(tmp_path, *[at(timedelta(0), "/crm/clients/7"), "no line of any log\n"] * 200)
    one.start()
    eventually(lambda: one.metric('nabat_blind_spots{kind="rejects"}') == 1)
    assert "of the lines of its first reading (200) gave no event (malformed 200)" in page(one)
    write(tmp_path, *[at(timedelta(0), "/crm/clients/7")] * 20)
    eventually(lambda: one.metric('nabat_blind_spots{kind="rejects"}') == 0)


# -- within its own time ----------------------------------------------------------------------------------------------

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path / 'nabat.db'}")
    yield made
    made.close()


def checked(store: Store, folder: Path, seen: dict[str, datetime], **changes: Any) -> dict[CheckedPart, Health]:
    """Return what is said at noon of a service that last saw these things at these times."""
    parts = build(load_settings(write_plan(folder, **changes)), session_key=b"k")
    probe = WriteProbe(store, folder)
    probe.seen = seen
    found = checks(
        parts,
        Freshness(),
        (),
        probe,
        Coverage(store, parts.settings, NOON),
        not_read=(),
        quiet_for=lambda name: Silence(store, NOON).usual(parts.settings.sources[0], NOON),
        beat_at=NOON,
        journal_at=NOON,
        journal_failed=False,
        sender_alive=True,
        store_failed=False,
    )
    return {one.part: one.at(NOON) for one in found}


@pytest.mark.parametrize(
    ("silent_after", "age", "health"),
    [
        ("habit", timedelta(hours=23), Health.GOOD),
        ("habit", timedelta(hours=25), Health.STALE),
        (None, timedelta(hours=25), Health.STALE),
        ("7d", timedelta(hours=25), Health.GOOD),
        ("7d", timedelta(days=8), Health.STALE),
        ("1h", timedelta(hours=23), Health.GOOD),
    ],
)
def test_a_source_works_for_as_long_as_its_event_is_young_or_it_may_be_silent(
    store: Store, tmp_path: Path, silent_after: str | None, age: timedelta, health: Health
) -> None:
    source = {"name": "crm", "paths": [str(tmp_path / "access.log")], "format": "combined", "service": "crm"}
    found = checked(
        store, tmp_path, {source_key("crm"): NOON - age}, sources=[{**source, "silent_after": silent_after}]
    )
    assert found[CheckedPart.SOURCE] is health


def test_nothing_that_was_never_seen_or_is_not_there_is_good(store: Store, tmp_path: Path) -> None:
    found = checked(store, tmp_path, {}, rules={"shipped": False, "paths": []})
    assert {
        found[part]
        for part in (CheckedPart.SOURCE, CheckedPart.MAP, CheckedPart.RULES, CheckedPart.DATABASE, CheckedPart.STATE)
    } == {Health.NEVER}
    assert (
        checked(store, tmp_path, {RULES: NOON}, rules={"shipped": False, "paths": []})[CheckedPart.RULES]
        is Health.NEVER
    )
    assert checked(store, tmp_path, {RULES: NOON})[CheckedPart.RULES] is Health.GOOD


THEIRS = """title: Theirs
id: 11111111-1111-4111-8111-111111111111
status: stable
logsource: {{category: webserver}}
detection: {{selection: {{{field}: 192.0.2.1}}, condition: selection}}
level: low
"""


def seen(one: Daemon) -> list[str]:
    """Return which entries about sight the incident of a folder's rules has."""
    store = Store.open(one.settings.database_url)
    try:
        with store.read() as unit:
            told = [each.id for each in unit.incidents.newest() if each.matter == "blind-spot:rule:skipped"]
            return [
                entry.kind for each in told for entry in unit.incidents.entries(each) if entry.kind in ("seen", "blind")
            ]
    finally:
        store.close()


def test_the_timeline_says_when_what_was_blind_is_seen_again_and_when_it_is_blind_once_more(
    daemon: Callable[..., Daemon], tmp_path: Path
) -> None:
    """A rule of others cannot be used, is taken away, and comes back; the incident is open all the while."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    pages = web()
    one = daemon(web=pages).start()
    rules = plan(tmp_path)["rules"]["paths"]
    for blind, entries in ((True, []), (False, ["seen"]), (True, ["seen", "blind"])):
        (theirs / "rule.yml").write_text(THEIRS.format(field="c-ip|near" if blind else "c-ip"))
        write_plan(tmp_path, web=pages, rules={"shipped": False, "paths": [*rules, str(theirs)]})
        eventually(lambda blind=blind: one.metric('nabat_blind_spots{kind="rule"}') == blind)
        eventually(lambda entries=entries: seen(one) == entries)
        told = eventually(lambda: [w.what for w in check(tmp_path / "nabat.yml").warnings if "incident" in w.what])
        assert any("open about what is not blind any more" in what for what in told) != blind, told
