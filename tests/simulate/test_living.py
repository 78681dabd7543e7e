import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from detector.clock import ManualClock, SystemClock
from detector.simulate import LivingCompany
from tests.simulate.test_write import stamp

NOON = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)


def company(folder: Path, clock: ManualClock | SystemClock, leak: float | None = None) -> LivingCompany:
    return LivingCompany(folder, 3, clock, history_days=1, first_leak_after=leak, staff=30)


def lines(folder: Path, name: str = "crm.access.log") -> list[str]:
    return (folder / "logs" / name).read_text().splitlines(keepends=True)


def until(what: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not what():
        time.sleep(0.05)
    return what()


def test_a_history_ends_now(tmp_path: Path) -> None:
    company(tmp_path, ManualClock(NOON)).prepare()
    for name in ("crm.access.log", "billing.access.log", "portal.audit.log"):
        times = [stamp(name, line.strip()) for line in lines(tmp_path, name)]
        assert times == sorted(times)
        assert times[0].date() == datetime(2026, 3, 3, tzinfo=UTC).date()
        assert NOON - timedelta(minutes=30) < times[-1] <= NOON


def test_it_writes_while_the_clock_goes_and_stops_with_whole_lines(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    living = company(tmp_path, clock)
    living.start()
    before = len(lines(tmp_path))
    clock.advance(timedelta(minutes=3))
    assert until(lambda: len(lines(tmp_path)) > before + 20)
    living.stop()
    assert living.wait(0)
    assert not [thread for thread in threading.enumerate() if thread.name == "living-company"]
    text = lines(tmp_path)
    assert all(line.endswith("\n") for line in text)
    times = [stamp("crm.access.log", line.strip()) for line in text]
    assert times == sorted(times)
    assert times[-1] <= clock.now()


def test_by_the_machines_clock_lines_come_within_seconds(tmp_path: Path) -> None:
    living = company(tmp_path, SystemClock())
    living.start()
    before = len(lines(tmp_path))
    try:
        assert until(lambda: len(lines(tmp_path)) > before)
    finally:
        living.stop()


def test_the_first_leak_shows_within_a_minute(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    living = company(tmp_path, clock, leak=10)
    living.start()
    clock.advance(timedelta(seconds=11))
    assert until(lambda: bool(living.staged))
    clock.advance(timedelta(seconds=45))
    plan = living.staged[0]
    mark = f"{plan.address} - {plan.who.account} "
    assert until(lambda: any("/crm/clients/export" in line for line in lines(tmp_path) if line.startswith(mark)))
    living.stop()
    leaked = [line for line in lines(tmp_path) if line.startswith(mark)]
    clients = {found[1] for line in leaked if (found := re.search(r"GET /crm/clients/(\d+) ", line))}
    assert len(clients) > 300
    times = [stamp("crm.access.log", line.strip()) for line in leaked]
    assert times[-1] - NOON < timedelta(seconds=60)


def test_a_restart_goes_on_where_it_stopped_and_repeats_nothing(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    (tmp_path / "undisturbed").mkdir()
    company(tmp_path / "restarted", clock).prepare()
    clock.advance(timedelta(hours=14))
    company(tmp_path / "restarted", clock).prepare()
    clock.advance(timedelta(hours=9))
    company(tmp_path / "restarted", clock).prepare()
    plain = LivingCompany(tmp_path / "undisturbed", 3, clock, history_days=2, first_leak_after=None, staff=30)
    plain.prepare()
    for name in ("crm.access.log", "billing.access.log", "portal.audit.log"):
        assert lines(tmp_path / "restarted", name) == lines(tmp_path / "undisturbed", name)


def test_a_company_killed_before_it_could_remember_repeats_nothing(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    company(tmp_path, clock).prepare()
    memory = tmp_path / "company.json"
    old = memory.read_text()
    clock.advance(timedelta(seconds=40))
    company(tmp_path, clock).prepare()
    memory.write_text(old)
    company(tmp_path, clock).prepare()
    for name in ("crm.access.log", "portal.audit.log"):
        text = lines(tmp_path, name)[-40:]
        assert len(text) == len(set(text))


def test_each_kind_of_live_leak_can_be_staged(tmp_path: Path) -> None:
    from detector.simulate.living import LIVE_KINDS

    clock = ManualClock(NOON)
    living = company(tmp_path, clock)
    living.prepare()
    before = sum(len(lines(tmp_path, name)) for name in ("crm.access.log", "billing.access.log", "portal.audit.log"))
    kinds = [living.stage_leak(kind).kind for kind in ("", *LIVE_KINDS)]
    assert kinds == ["taken_account", *LIVE_KINDS]
    clock.advance(timedelta(hours=1))
    living.prepare()
    after = sum(len(lines(tmp_path, name)) for name in ("crm.access.log", "billing.access.log", "portal.audit.log"))
    assert after > before + 1500


def test_a_company_stopped_before_it_started_says_nothing(tmp_path: Path) -> None:
    living = company(tmp_path, ManualClock(NOON))
    living.stop()
    assert living.wait()
    assert not (tmp_path / "logs").exists()
