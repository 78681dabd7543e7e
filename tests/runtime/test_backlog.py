"""What is written faster than it can be judged is told, not only measured."""

from datetime import timedelta
from pathlib import Path

from detector.clock import ManualClock
from detector.messages import messages
from detector.runtime.app import App
from detector.runtime.health.read_delay import ReadDelay
from detector.schema.case.incidents import Incident, IncidentKind
from detector.settings.loading.load_settings import load_settings
from tests.runtime.places import NIGHT, line, plan, write_plan


def blind(app: App) -> list[Incident]:
    with app.store.read() as unit:
        return [each for each in unit.incidents.open_incidents() if each.kind is IncidentKind.BLIND_SPOT]


def test_a_source_that_is_read_long_after_it_was_written_is_blind_after_a_minute(tmp_path: Path) -> None:
    log, clock = tmp_path / "access.log", ManualClock(NIGHT)
    log.touch()
    source = {**plan(tmp_path)["sources"][0], "budget": "64KiB"}
    with App(load_settings(write_plan(tmp_path, sources=[source])), clock) as app:
        app.turn()
        written = [line(NIGHT + timedelta(seconds=1), n % 50, f"guest{n % 7}") for n in range(40_000)]
        log.write_text("".join(written))
        for seconds in (1, 30, 31, 31):
            assert not blind(app)
            clock.advance(timedelta(seconds=seconds))
            app.turn()
        (incident,) = blind(app)
        said = "; ".join(map(messages("en").reason, incident.reasons))
        assert "Lines of the source crm come too late" in said
        assert "kB wait" in said


def test_the_delay_is_that_of_the_oldest_byte_that_waits() -> None:
    delay = ReadDelay()
    for second, read, waiting, expected in (
        (0, 0, 0, 0),
        (1, 0, 100, 0),
        (2, 50, 150, 1),
        (12, 90, 200, 11),
        (13, 100, 300, 11),  # the first hundred are read: those written by the second second wait
        (14, 250, 300, 2),
        (15, 550, 0, 0),
        (16, 560, 40, 0),
    ):
        delay.observe("crm", read, waiting, NIGHT + timedelta(seconds=second))
        assert delay.of("crm") == timedelta(seconds=expected), second


def test_a_busy_log_that_is_read_in_time_is_not_delayed_and_a_file_that_is_gone_waits_no_longer() -> None:
    delay = ReadDelay()
    for second in range(600):
        delay.observe("crm", 1_000 * second, 1_000, NIGHT + timedelta(seconds=second))
        assert delay.of("crm") <= timedelta(seconds=1)
    delay.observe("crm", 599_000, 5_000_000, NIGHT + timedelta(seconds=600))
    delay.observe("crm", 599_000, 10, NIGHT + timedelta(seconds=700))
    assert delay.of("crm") == timedelta(0)


def test_a_line_that_is_not_yet_whole_delays_nothing(tmp_path: Path) -> None:
    log, clock = tmp_path / "access.log", ManualClock(NIGHT)
    log.touch()
    with App(load_settings(write_plan(tmp_path)), clock) as app:
        app.turn()
        log.write_text(line(NIGHT, 7)[:-10])
        for _ in range(4):
            clock.advance(timedelta(seconds=30))
            app.turn()
        assert not blind(app)


def test_readyz_says_that_a_source_is_read_late(tmp_path: Path) -> None:
    log, clock = tmp_path / "access.log", ManualClock(NIGHT)
    log.touch()
    source = {**plan(tmp_path)["sources"][0], "budget": "64KiB"}
    with App(load_settings(write_plan(tmp_path, sources=[source])), clock) as app:
        app.turn()
        log.write_text("".join(line(NIGHT + timedelta(seconds=1), n % 50) for n in range(60_000)))
        clock.advance(timedelta(seconds=1))
        app.turn()
        assert not [text for text in app.view().blind_spots if text.startswith("late")]
        clock.advance(timedelta(seconds=12))
        app.turn()
        (said,) = [text for text in app.view().blind_spots if text.startswith("late")]
        assert said.startswith("late crm: what is read of it now was written 12 s ago")
        counted = app.view().counted
        assert counted is not None
        assert (counted.source, counted.wait) == ("crm", None)


def test_what_explains_the_last_touches_is_kept_though_nothing_more_comes(tmp_path: Path) -> None:
    log, clock, kept = tmp_path / "access.log", ManualClock(NIGHT), tmp_path / "state" / "journal"
    log.touch()
    with App(load_settings(write_plan(tmp_path)), clock) as app:
        app.turn()
        log.write_text(line(NIGHT + timedelta(seconds=1), 7))
        for _ in range(3):
            clock.advance(timedelta(seconds=20))
            app.turn()
        read = set(kept.rglob("why-*"))
        for _ in range(3):
            clock.advance(timedelta(minutes=1))
            app.turn()
        assert app.pipeline.judged is not None
        assert not app.pipeline.judged.waiting
        assert set(kept.rglob("why-*")) > read
