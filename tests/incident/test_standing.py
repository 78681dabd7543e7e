"""What comes round by the calendar: when it is due, and when it speaks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from detector.errors import ConfigError
from detector.incident import announced_at, merged, spoken, standing_items
from detector.schema.case.agenda import AgendaItem
from detector.settings import StandingSettings
from detector.settings.loading.load_settings import load_settings
from tests.runtime.places import write_plan

ZONE = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NONE = {
    name: {"every": None, "roles": ["lead"]}
    for name in ("plan_review", "roster_check", "training", "template_review", "data_map")
}


def drill(
    done: datetime | None = None, known: AgendaItem | None = None, now: datetime = NOW, **said: object
) -> AgendaItem:
    """Return the only thing that comes round."""
    settings = StandingSettings.model_validate(NONE | {"drill": {"every": "90d", "roles": ["lead", "scr"]} | said})
    rows = {known.id: known} if known else {}
    items = standing_items(settings, {"drill": done} if done else {}, rows, ZONE, now)
    (item,) = merged(items, rows, timedelta(0), now)
    return item


def test_what_was_never_done_is_due_after_its_time_from_when_it_was_first_known() -> None:
    first = drill()
    assert (first.since, first.due_at) == (NOW, NOW + 90 * DAY)
    later = drill(known=first, now=NOW + 5 * DAY)
    assert later == first, "it does not begin anew each time it is looked at"
    assert drill(known=first, now=NOW + 5 * DAY, every="30d").due_at == NOW + 35 * DAY


def test_a_day_that_is_named_counts_in_the_zone_until_it_was_done_once() -> None:
    assert drill(first="2026-04-01").due_at == datetime(2026, 4, 1, 6, tzinfo=UTC)
    assert drill(NOW - 10 * DAY, first="2026-04-01").due_at == NOW + 80 * DAY


def test_it_speaks_beforehand_when_it_is_due_and_each_week_until_it_is_done() -> None:
    item = drill()
    assert item.next_at == announced_at(item) == item.due_at - 14 * DAY
    moments = []
    for _ in range(5):
        assert item.next_at is not None
        moments.append((item.next_at - item.due_at) // DAY)
        item = spoken(item, timedelta(0), item.next_at)
    assert moments == [-14, 0, 7, 14, 21]
    # A service that was down for a while says what it missed once.
    assert spoken(drill(), timedelta(0), NOW + 100 * DAY).next_at == NOW + 104 * DAY
    done = drill(NOW + 100 * DAY, known=item, now=NOW + 101 * DAY)
    assert (done.level, done.next_at) == (0, NOW + 176 * DAY)


def test_what_is_not_kept_here_is_not_owed_and_mistakes_are_found(tmp_path) -> None:
    items = standing_items(StandingSettings.model_validate(NONE), {}, {}, ZONE, NOW)
    assert [item.what for item in items] == ["drill"]
    wrong = {"drill": {"every": "0d", "first": "1 April", "roles": ["boss"]}}
    with pytest.raises(ConfigError) as raised:
        load_settings(write_plan(tmp_path, standing=wrong))
    said = " ".join(map(str, raised.value.problems))
    assert "must be longer than nothing" in said
    assert "write a day as year, month and day" in said
    assert len(raised.value.problems) == 3
