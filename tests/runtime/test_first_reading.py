"""The first reading of a real daemon: killed in its middle, large, beside live lines; and what is kept of it."""

import gzip
import json
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import polars as pl
import pytest

from detector.clock import SystemClock
from detector.frames import EventBatch, LineBatch, empty_events
from detector.messages import LANGUAGES, messages
from detector.runtime.sources.first_readings import OVER, FirstReadings
from detector.runtime.visibility.blind_spots import Blind
from detector.schema.case.incidents import IncidentKind
from detector.schema.events.lines import LineReject, RejectReason
from detector.store import Store
from tests.decode.batches import batch_of
from tests.receivers import Ntfy, until
from tests.runtime.places import Daemon, bulk, eventually, kept, line, nabat, web
from tests.store.values import finding as make_finding

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ACCOUNTS = 400


def now() -> datetime:
    """Return the whole second that the daemon's clock tells, which is the system's."""
    return SystemClock().now().replace(microsecond=0)


def lines_of(actors: int, *, at: datetime) -> str:
    """Return the lines of many who read a hundred and one clients each within an hour, in the order of time."""
    return "".join(
        line(
            at + timedelta(seconds=(turn * actors + number) * 3_000 // (101 * actors)),
            1000 + 7 * ((turn * 37) % 101),
            f"user{number}",
        )
        for turn in range(101)
        for number in range(actors)
    )


def hwm(one: Daemon) -> int:
    """Return the most memory the process ever held, in MiB."""
    assert one.process is not None
    said = Path(f"/proc/{one.process.pid}/status").read_text()
    return int(said.split("VmHWM:")[1].split()[0]) // 1024


def digests(one: Daemon) -> list[str]:
    return [each.title for each in kept(one.settings).incidents if each.kind is IncidentKind.HISTORY]


def long_reading(folder: Path, daemon: Callable[..., Daemon], budget: str) -> tuple[Daemon, str]:
    """Return a daemon with a first reading before it that takes many turns, and what is to be read."""
    stood = lines_of(ACCOUNTS, at=now() - 30 * DAY)
    (folder / "access.log").write_text(stood)
    source = {"name": "crm", "paths": [str(folder / "access.log")], "format": "combined", "service": "crm",
              "start": "beginning", "budget": budget}  # fmt: skip
    return daemon(sources=[source], snapshot_every="1s", web=web()), stood


@pytest.mark.share(2)
def test_killed_three_times_in_the_middle_it_finds_what_replay_finds_and_tells_it_once(
    tmp_path: Path, daemon: Callable[..., Daemon]
) -> None:
    one, stood = long_reading(tmp_path, daemon, "64KiB")
    for part in (1, 2, 3):
        one.start()
        least = len(stood) * part // 5
        eventually(lambda least=least: one.metric("nabat_first_reading_left_bytes") < len(stood) - least, 100)
        assert one.metric('nabat_first_reading_bytes{source="crm"}') in (0, len(stood))
        one.end(signal.SIGKILL)
    one.start()
    eventually(lambda: digests(one), 100)
    (over,) = one.events("first_reading_over")
    assert (over["lines"], over["rejects"]) == (ACCOUNTS * 101, 0)
    assert one.metric("nabat_first_reading_left_bytes") == 0
    assert one.end() == 0
    (title,) = digests(one)
    assert f"{ACCOUNTS} accounts, 101 clients" in title
    found = kept(one.settings)
    assert {incident.kind for incident in found.incidents} == {IncidentKind.HISTORY}
    assert len(found.touched) == ACCOUNTS * 101
    replayed = nabat("replay", "-c", str(one.config), "--out", str(tmp_path / "out"), str(tmp_path / "access.log"))
    assert replayed.returncode == 0, replayed.stderr
    rows = [msgspec.json.decode(each) for each in (tmp_path / "out" / "findings.jsonl").read_bytes().splitlines()]
    assert len(rows) == ACCOUNTS
    # An archive is known by its content and a followed file by its path; what hangs on neither is the same.
    assert sorted(row["id"] for row in rows) == found.ids[0]


@pytest.mark.share(2)
def test_lines_that_are_suspected_of_a_crash_are_counted_like_all_others(
    tmp_path: Path, daemon: Callable[..., Daemon]
) -> None:
    one, stood = long_reading(tmp_path, daemon, "128KiB")
    one.start()
    eventually(lambda: one.metric("nabat_first_reading_left_bytes") < len(stood))
    one.end(signal.SIGKILL)
    with Store.open(one.settings.database_url).read() as unit:
        (position,) = unit.positions.all()
    # In the middle of a batch, of which there are two in a turn.
    suspect = {"source": "crm", "file_id": position.file_id, "start": 2_700_000, "end": 2_760_000, "lines": 546}
    (one.settings.state / "poison" / "known.json").write_text(json.dumps({"suspects": [suspect], "deaths": 2}))
    (one.settings.state / "poison" / "in-hand.json").unlink(missing_ok=True)
    one.start()
    eventually(lambda: digests(one), 100)
    assert one.end() == 0
    (title,) = digests(one)
    assert f"{ACCOUNTS} accounts, 101 clients" in title


@pytest.mark.share(2)
def test_two_hundred_thousand_old_lines_end_in_one_digest_and_take_bounded_memory(
    tmp_path: Path, daemon: Callable[..., Daemon]
) -> None:
    one = daemon(web=web())
    stood = lines_of(2_000, at=now() - 30 * DAY)
    (tmp_path / "access.log").write_text(stood)
    one.start()
    eventually(lambda: digests(one), 110)
    found = kept(one.settings)
    assert [incident.kind for incident in found.incidents] == [IncidentKind.HISTORY]
    assert {reason.message for reason in found.incidents[0].reasons} == {"history-read", "history-more"}
    assert dict(found.incidents[0].reasons[1].args) == {"count": 1_000}
    assert hwm(one) < 1_000
    assert one.page("/").status_code == 200
    assert one.page(f"/incidents/{found.incidents[0].number}").status_code == 200
    assert one.end() == 0


def test_beside_old_lines_who_takes_data_now_is_paged_about_and_nobody_else(
    tmp_path: Path, daemon: Callable[..., Daemon], ntfy_server: Ntfy
) -> None:
    topic = tmp_path.name
    people = ("anna", "boris", "lev", "dina")
    old = tmp_path / "old.log"
    old.write_text(bulk(150, by="trent", at=now() - 240 * DAY))
    sources = [
        {"name": name, "paths": [str(path)], "format": "combined", "service": "crm", "start": "beginning"}
        for name, path in (("crm", tmp_path / "access.log"), ("old", old))
    ]
    one = daemon(sources=sources, notify={"targets": {p: {"url": ntfy_server.url(f"{p}-{topic}")} for p in people}})
    one.start()
    for path, by in ((tmp_path / "access.log", "mallory"), (old, "eve")):
        with path.open("a") as out:
            out.write(bulk(150, by=by, at=now() - timedelta(seconds=150)))
    eventually(lambda: digests(one) and len(kept(one.settings).incidents) == 3)
    until(lambda: len([m for m in ntfy_server.messages(f"anna-{topic}") if "/ack/" in m["message"]]) == 2)
    assert one.end() == 0
    paged = [i.actor_id for i in kept(one.settings).incidents if i.kind is not IncidentKind.HISTORY]
    assert sorted(paged) == ["user:eve", "user:mallory"]


def test_a_new_source_of_a_running_service_is_a_first_reading_of_its_own(
    tmp_path: Path, daemon: Callable[..., Daemon]
) -> None:
    one = daemon(web=web()).start()
    (tmp_path / "pack.log.gz").write_bytes(gzip.compress(line(now() - 240 * DAY, 104729).encode()))
    base = {"format": "combined", "service": "crm", "start": "beginning"}
    sources = [
        {"name": "crm", "paths": [str(tmp_path / "access.log")], **base},
        {"name": "archive", "paths": [str(tmp_path / "*.gz")], **base},
    ]
    text = msgspec.yaml.decode(one.config.read_bytes()) | {"sources": sources}
    one.config.write_bytes(msgspec.yaml.encode(text))
    eventually(lambda: digests(one))
    assert "First reading" in one.page("/sources").text
    (found,) = kept(one.settings).incidents
    show = nabat("incidents", "show", "-c", str(one.config), found.number).stdout
    (row,) = [each for each in show.splitlines() if "user:mallory" in each and "A planted client" in each]
    said = nabat("incidents", "promote", "-c", str(one.config), found.number, row.split()[0], "--reason", "real")
    assert said.returncode == 0, said.stderr
    assert "opened now" in said.stderr
    assert one.end() == 0
    assert len(kept(one.settings).incidents) == 2


# What is kept of it


def batch(history: int, *lines: str, source: str = "crm", rejects: tuple[LineReject, ...] = ()) -> LineBatch:
    return batch_of(lines, source=source, ingested=NOON, rejects=rejects, history=history)


def events(*offsets: int, rejects: tuple[LineReject, ...] = ()) -> EventBatch:
    times = [NOON - DAY + timedelta(seconds=at) for at in offsets]
    frame = pl.DataFrame({"@timestamp": times, "log.offset": offsets})
    return EventBatch(frame=frame, rejects=rejects)


def test_only_lines_that_stood_there_before_are_counted_and_what_is_kept_comes_back_whole() -> None:
    history = FirstReadings()
    history.count([batch(0, "a", "b")], [events(0, 2)])
    assert (history.number, history.reading, history.to_text({})) == (0, False, FirstReadings().to_text({}))
    reject = LineReject(offset=2, reason=RejectReason.MALFORMED)
    history.count([batch(4, "a", "b", "c")], [events(0, 4, rejects=(reject,))])
    tally = history.tallies["crm"]
    assert (tally.lines, tally.rejects, tally.first, tally.last) == (2, 1, NOON - DAY, NOON - DAY)
    again = FirstReadings.from_text(history.to_text({"crm": ("/a",)}))
    assert again == history
    assert again.followed == {"crm": ("/a",)}
    assert FirstReadings.from_text(again.to_text({"web": ("/b",)})).followed == {"crm": ("/a",), "web": ("/b",)}


def test_a_second_first_reading_has_a_digest_of_its_own() -> None:
    history = FirstReadings()
    history.count([batch(2, "a")], [events(0)])
    first = history.digest
    assert history.ended(catching_up=False, waiting=empty_events())
    history.count([batch(2, "a", source="web")], [events(0)])
    assert history.digest != first
    assert list(history.tallies) == ["web"]


def test_it_is_not_over_while_a_source_catches_up_or_old_lines_wait_to_be_judged() -> None:
    history = FirstReadings()
    history.count([batch(2, "a")], [events(0)])
    assert not history.ended(catching_up=True, waiting=empty_events())
    waiting = pl.DataFrame({"log.history": [None, True]})
    assert not history.ended(catching_up=False, waiting=waiting)
    assert history.ended(catching_up=False, waiting=pl.DataFrame({"log.history": [None, False]}))
    assert not history.ended(catching_up=False, waiting=empty_events())


@pytest.mark.parametrize(
    ("old", "before", "history"),
    [(True, OVER + timedelta(microseconds=1), True), (True, OVER, False), (False, 300 * DAY, False)],
)
def test_history_is_what_stood_there_and_was_over_for_more_than_a_day(
    old: bool, before: timedelta, history: bool
) -> None:
    finding = make_finding(last_event_at=NOON - before, history=old)
    (said,) = FirstReadings().told_apart([finding], NOON)
    assert said.history is history


def test_old_lines_out_of_order_are_shown_for_a_day_and_call_nobody() -> None:
    history = FirstReadings()
    history.count([batch(1 << 30, "a", "b")], [events(0, 2)])
    history.count_unordered({"crm": 90}, NOON)
    again = FirstReadings.from_text(history.to_text({}))
    (spot,) = again.spots({"crm"}, NOON + OVER)
    assert (spot.kind, spot.why, spot.count, spot.quiet) == (Blind.LATE, "late-first", 90, True)
    assert again.spots({"web"}, NOON) == []
    assert again.spots({"crm"}, NOON + OVER + timedelta(seconds=1)) == []
    assert again.read.unordered == 90
    for language in LANGUAGES:
        assert "90" in messages(language).reason(spot.reason)
        assert "nabat replay" in messages(language).reason(spot.reason)


def test_a_first_reading_of_a_log_whose_older_part_stands_last_is_never_late_and_its_digest_says_so(
    tmp_path: Path, daemon: Callable[..., Daemon]
) -> None:
    source = {"name": "crm", "paths": [str(tmp_path / "access.log")], "format": "combined", "service": "crm",
              "start": "beginning"}  # fmt: skip
    one = daemon(sources=[source], snapshot_every="1s", web=web())
    taken, older = lines_of(1, at=now() - 3 * DAY), lines_of(1, at=now() - 6 * DAY)
    (tmp_path / "access.log").write_text(taken + older)
    one.start()
    eventually(lambda: digests(one), 100)
    assert one.metric('nabat_late_events_total{source="crm"}') == 0
    assert one.metric('nabat_blind_spots{kind="late"}') == 1
    assert one.end() == 0
    found = kept(one.settings)
    assert [incident.kind for incident in found.incidents] == [IncidentKind.HISTORY]
    (said,) = [reason for reason in found.incidents[0].reasons if reason.message == "history-unordered"]
    assert dict(said.args)["count"] > 90


def test_copies_that_lost_their_times_and_are_numbered_upwards_are_read_in_the_order_of_their_lines(
    tmp_path: Path, daemon: Callable[..., Daemon]
) -> None:
    source = {"name": "crm", "paths": [str(tmp_path / "access.log*")], "format": "combined", "service": "crm",
              "start": "beginning"}  # fmt: skip
    one = daemon(sources=[source], snapshot_every="1s", web=web())
    begun = now()
    for days, name in ((6, "access.log.1"), (5, "access.log.2"), (4, "access.log.3"), (3, "access.log")):
        (tmp_path / name).write_text(lines_of(1, at=begun - days * DAY))
        os.utime(tmp_path / name, (begun.timestamp(), begun.timestamp()))
    one.start()
    eventually(lambda: digests(one), 100)
    assert one.metric('nabat_blind_spots{kind="late"}') == 0
    assert one.end() == 0
    # Each copy's lines take less than an hour, which midnight may lie in.
    ages = {round((begun - finding.last_event_at) / DAY + 0.03) for finding in kept(one.settings).findings}
    assert {3, 4, 5, 6} <= ages
