from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from detector.notify.office import next_office_moment

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "zone", "wanted"),
    [
        ("2026-03-02T10:00", UTC, "2026-03-02T10:00"),  # a Monday
        ("2026-03-02T03:00", UTC, "2026-03-02T09:00"),
        ("2026-03-02T18:00", UTC, "2026-03-03T09:00"),
        ("2026-03-06T17:59", UTC, "2026-03-06T17:59"),
        ("2026-03-06T18:30", UTC, "2026-03-09T09:00"),  # over the weekend
        ("2026-03-07T12:00", UTC, "2026-03-09T09:00"),
        ("2026-03-02T05:59", MOSCOW, "2026-03-02T06:00"),
        ("2026-03-01T22:00", MOSCOW, "2026-03-02T06:00"),  # Monday there, Sunday here
        ("2026-03-28T12:00", BERLIN, "2026-03-30T07:00"),  # summer time begins on Sunday
    ],
)
def test_a_message_that_can_wait_goes_out_when_people_work(now: str, zone: ZoneInfo, wanted: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert next_office_moment(moment, zone) == datetime.fromisoformat(wanted).replace(tzinfo=UTC)
