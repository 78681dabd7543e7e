"""The clock of the machine: one that stands ahead deletes nothing, and people hear of it."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from detector.clock import ManualClock, SystemClock
from detector.errors import DeniedError, InputError
from detector.runtime.health.machine_clock import MachineClock, confirm_clock
from detector.runtime.state_folder import Housekeeping
from detector.runtime.visibility.blind_spots import Blind, BlindSpot
from detector.runtime.visibility.visibility_report import NAME, VisibilityReport
from detector.schema.detection.source_hours import SourceHour
from detector.schema.team.grants import Identity
from detector.settings import Settings
from detector.store import Journal, Store
from tests.scenarios.story import MachineClock as MovedClock

NOON = datetime(2026, 5, 18, 12, tzinfo=UTC)
DAY, YEARS = timedelta(days=1), timedelta(days=2000)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(f"sqlite:///{tmp_path}/nabat.db")) as opened:
        yield opened


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock(NOON)


def proven(store: Store) -> datetime | None:
    with store.read() as unit:
        return unit.proven_time.get()


def whys(machine: MachineClock, now: datetime) -> list[str]:
    return [each.why for each in machine.spots(now, {}, {}, ())]


def beat(machine: MachineClock, clock: MovedClock, by: timedelta = MINUTE) -> list[str]:
    clock.advance(by)
    machine.beat(clock.now())
    return whys(machine, clock.now())


def test_a_clock_years_ahead_deletes_nothing_while_it_lies(store: Store, tmp_path: Path, clock: MovedClock) -> None:
    settings = Settings()
    machine = MachineClock(store, clock)
    upkeep = Housekeeping(store, Journal(tmp_path / "journal", store), clock.now())
    hours = [NOON - settings.journal.retention + each for each in (-DAY, timedelta(hours=1))]
    with store.begin() as unit:
        for each in hours:
            unit.source_hours.add(SourceHour(source="shop", hour=each, lines=1))

    def kept() -> list[datetime]:
        upkeep.beat(settings, clock.now())
        with store.read() as unit:
            return sorted(each.hour for each in unit.source_hours.between(hours[0], NOON))

    assert beat(machine, clock) == []
    assert kept() == hours[1:], "what is too old goes"
    clock.ahead = YEARS
    assert beat(machine, clock) == ["machine-ahead"]
    assert kept() == hours[1:]
    machine = MachineClock(store, clock)
    assert beat(machine, clock) == ["machine-ahead"], "a restart believes nothing more"
    assert beat(machine, clock, DAY) == ["machine-ahead"]
    assert kept() == [], "the time that went by meanwhile counts"
    clock.ahead = timedelta(0)
    assert beat(machine, clock) == []
    assert proven(store) == clock.now()


def test_a_clock_that_is_behind_and_comes_back_leaves_no_doubt(store: Store, clock: MovedClock) -> None:
    machine = MachineClock(store, clock)
    beat(machine, clock)
    clock.ahead = -YEARS
    assert beat(machine, clock) == ["machine-behind"]
    clock.ahead = timedelta(0)
    assert beat(machine, clock) == []


@pytest.mark.parametrize("hours", [1, 23, -1, -23])
def test_a_jump_of_hours_is_told_while_it_lasts_and_proves_nothing_for_a_day(
    store: Store, clock: MovedClock, hours: int
) -> None:
    machine, off = MachineClock(store, clock), timedelta(hours=hours)
    beat(machine, clock)
    clock.ahead = off
    said = ["machine-set-ahead" if hours > 0 else "machine-set-back"]
    for _ in range(23):
        assert beat(machine, clock, timedelta(hours=1)) == said
        assert proven(store) == clock.now() - off
    assert beat(machine, clock, 2 * timedelta(hours=1)) == []
    assert proven(store) == clock.now(), "nobody set it back for a day"
    clock.ahead = timedelta(0)
    assert beat(machine, clock) != []
    clock.ahead = off
    assert beat(machine, clock) == [], "it is over when the clock is back"


@pytest.mark.parametrize("seconds", [50, -50, 3])
def test_many_small_steps_are_a_jump(store: Store, clock: MovedClock, seconds: int) -> None:
    machine, said = MachineClock(store, clock), list[str]()
    for _ in range(60):
        clock.ahead += timedelta(seconds=seconds)
        said += beat(machine, clock)
    assert set(said) == {"machine-set-ahead" if seconds > 0 else "machine-set-back"}
    moment = proven(store)
    assert moment is not None
    assert abs(moment - (clock.now() - clock.ahead)) < 2 * MINUTE


def test_a_clock_that_drifts_as_clocks_of_machines_do_is_followed(store: Store, clock: MovedClock) -> None:
    machine = MachineClock(store, clock)
    for _ in range(200):
        clock.ahead += timedelta(seconds=0.5)
        assert beat(machine, clock) == []
    moment = proven(store)
    assert moment is not None
    assert clock.now() - moment < timedelta(seconds=2)


@pytest.mark.parametrize(("ahead", "said"), [(3, "machine-set-ahead"), (-3, "machine-set-back"), (0, "")])
def test_a_restart_of_the_service_alone_proves_how_long_it_was_down(
    store: Store, clock: MovedClock, ahead: int, said: str
) -> None:
    clock.since = "start-1"
    beat(MachineClock(store, clock), clock)
    clock.advance(2 * DAY)
    clock.ahead = timedelta(hours=ahead)
    machine = MachineClock(store, clock)
    assert beat(machine, clock) == [said] * bool(said)
    assert proven(store) == clock.now() - clock.ahead, "no clock is asked"


@pytest.mark.parametrize(
    ("hours", "said"), [(3, ""), (23, ""), (25, "machine-ahead"), (-0.02, "machine-set-back"), (-25, "machine-behind")]
)
def test_a_machine_that_was_started_anew_may_have_been_off_for_a_day_and_never_for_less_than_nothing(
    store: Store, clock: MovedClock, hours: float, said: str
) -> None:
    clock.since = "start-1"
    beat(MachineClock(store, clock), clock)
    clock.since, clock.ahead = "start-2", timedelta(hours=hours)
    machine = MachineClock(store, clock)
    assert whys(machine, clock.now()) == [said] * bool(said)


def test_who_was_down_for_days_is_told_what_time_it_is_by_a_person(store: Store, clock: MovedClock) -> None:
    with store.begin() as unit:
        unit.kv.set(NAME, VisibilityReport().to_text(NOON - 9 * DAY))  # all that a former version kept
    settings = Settings.model_validate(
        {
            "team": {
                "people": [
                    {"name": "lev", "targets": ["push"], "accounts": ["user:lev"]},
                    {"name": "mallory", "targets": ["push"], "accounts": ["user:mallory"]},
                ],
                "roles": {"lead": ["lev"], "primary": ["mallory"]},
            },
            "notify": {"targets": {"push": {"url": "json://192.0.2.1"}}},
        }
    )
    machine, lev = MachineClock(store, clock), Identity(name="lev", accounts=("user:lev",))
    assert beat(machine, clock) == ["machine-ahead"]
    assert proven(store) == NOON - 9 * DAY + MINUTE
    with pytest.raises(InputError, match="shows 2026-05-18T12:01:00Z, not 2026-05-09"):
        confirm_clock(store, settings, lev, NOON - 9 * DAY, clock.now())
    with pytest.raises(DeniedError):
        confirm_clock(store, settings, Identity(name="mallory", accounts=("user:mallory",)), NOON, clock.now())
    assert beat(machine, clock) == ["machine-ahead"]
    confirm_clock(store, settings, lev, NOON, clock.now())
    assert beat(machine, clock, timedelta(seconds=1)) == []
    beat(machine, clock)
    moment = proven(store)
    assert moment is not None
    assert abs(clock.now() - moment) < timedelta(seconds=2)
    with store.read() as unit:
        assert [(each.kind.value, each.by) for each in unit.people.records(NOON)] == [("clock_confirmed", "lev")]


def test_most_sources_contradict_it(store: Store, clock: MovedClock) -> None:
    machine, now = MachineClock(store, clock), clock.now()
    read = {"shop": now, "crm": now, "db": now, "gone": now - DAY}

    def said(events: dict[str, datetime], *of_sources: BlindSpot) -> list[str]:
        return [each.why for each in machine.spots(now, events, read, of_sources)]

    old, fresh = now - 3 * DAY, now
    assert said({"shop": old, "crm": fresh, "db": fresh, "gone": old}) == []
    assert said({"shop": old, "crm": old, "db": fresh}) == ["machine-ahead-of-lines"]
    ahead = [BlindSpot(kind=Blind.CLOCK, name=name, why="clock-runs-ahead") for name in ("shop", "db")]
    events = dict.fromkeys(read, fresh)
    assert said(events, *ahead) == ["machine-behind-lines"]
    assert said(events, ahead[0]) == []


def test_a_manual_clock_goes_by_with_itself() -> None:
    clock = ManualClock(NOON)
    before = clock.steady()
    clock.advance(DAY)
    assert clock.steady() - before == DAY.total_seconds()


def test_the_seconds_of_the_machine_count_from_its_start() -> None:
    clock = SystemClock()
    assert clock.steady_since() == SystemClock().steady_since()
    assert " " not in clock.steady_since()
    assert clock.steady() > 0
