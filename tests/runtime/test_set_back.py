"""A machine's clock that is set back while the service runs holds nothing up."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.clock import passed
from detector.runtime.app import App
from detector.settings.loading.load_settings import load_settings
from tests.runtime.places import NIGHT, bulk, line, write_plan


class Jumping:
    """A clock that can be set back; each look moves it a little."""

    def __init__(self, start: datetime) -> None:
        self.moment, self.went_by = start, 0.0

    def now(self) -> datetime:
        self.moment += timedelta(milliseconds=20)
        self.went_by += 0.02
        return self.moment

    def steady(self) -> float:
        return self.went_by

    def steady_since(self) -> str:
        return ""


@pytest.mark.parametrize("back", [timedelta(0), timedelta(minutes=2)])
def test_what_goes_on_is_decided_about_though_the_clock_was_set_back(tmp_path: Path, back: timedelta) -> None:
    config = write_plan(tmp_path)
    clock, log = Jumping(NIGHT + timedelta(seconds=150)), tmp_path / "access.log"
    log.write_text(bulk(150), encoding="utf-8")
    with App(load_settings(config), clock) as app:

        def events() -> int:
            app.turn()
            with app.store.read() as unit:
                return max((finding.events for finding in unit.incidents.all_findings()), default=0)

        assert any(events() for _ in range(40))
        before = max(events() for _ in range(10))
        clock.moment -= back
        with log.open("a", encoding="utf-8") as out:
            out.writelines(line(NIGHT + timedelta(seconds=160 + n / 4), 1 + n % 100) for n in range(100))
        assert any(events() > before for _ in range(60))


@given(st.datetimes(), st.timedeltas(timedelta(0), timedelta(days=9)), st.timedeltas(timedelta(0), timedelta(days=9)))
def test_a_span_has_passed_when_it_has_or_when_the_clock_was_set_back(
    since: datetime, later: timedelta, span: timedelta
) -> None:
    since = since.replace(year=2026)
    assert passed(since + later, since, span) == (later >= span)
    assert passed(since - later, since, span) == (later > timedelta(0) or span == timedelta(0))
