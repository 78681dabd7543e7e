"""Pictures of days and hours, as geometry."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.schema.detection.source_hours import SourceHour
from detector.web.charts import (
    Axis,
    HourState,
    Series,
    XYChart,
    axis_of,
    day_chart,
    day_strip,
    hour_map,
    rows_of,
    svg_file,
)
from detector.web.charts.day_strip import STRIP_HEIGHT
from detector.web.charts.hour_map import SHADES, shade
from detector.web.charts.scale import round_ticks, scale_for
from detector.web.explained import ActorDay, ActorExplained

LAST = date(2026, 3, 29)


def a_day(
    ago: int = 0, clients: int = 0, taken: int = 0, hours: dict[int, int | None] | None = None, **more: Any
) -> ActorDay:
    told = tuple((hours or {}).get(hour, 0) for hour in range(24))
    touches = sum(each or 0 for each in told)
    return ActorDay(
        day=LAST - timedelta(days=ago), numbers={}, touches=touches, clients=clients, taken=taken, uncounted=0,
        hours=told, **more,
    )  # fmt: skip


def an_actor(*days: ActorDay, band: dict[str, tuple[int, int]] | None = None) -> ActorExplained:
    return ActorExplained(actor_id="user:a", actor_type="human", role="human:", days=days, band=band or {})


@given(st.lists(st.integers(0, 10**9), max_size=30))
def test_every_value_has_a_place_and_a_higher_one_is_higher(values: list[int]) -> None:
    scale = scale_for(values)
    assert (scale.place(0), scale.place(scale.top)) == (0, 1)
    assert max(values, default=0) <= scale.top
    assert scale.lines[0] == 0
    assert scale.lines[-1] == scale.top
    assert 2 <= len(scale.lines) <= 6
    ordered = sorted({0, *values})
    assert all(scale.place(less) < scale.place(more) for less, more in pairwise(ordered))


@pytest.mark.parametrize(
    ("values", "lines", "logarithmic"),
    [
        ([], (0, 1), False),
        ([0, 3], (0, 1, 2, 3), False),
        ([24, 33, 28, 240], (0, 100, 200, 300), False),
        ([24, 33, 28, 900], (0, 10, 100, 1000), True),
        ([300, 300, 12_000], (0, 10, 1_000, 100_000), True),
    ],
)
def test_a_scale_has_round_numbers_and_is_logarithmic_where_one_day_hides_all_others(
    values: list[int], lines: tuple[int, ...], logarithmic: bool
) -> None:
    scale = scale_for(values)
    assert (scale.lines, scale.logarithmic) == (lines, logarithmic)


def test_bars_stand_where_their_days_are_as_high_as_their_numbers() -> None:
    days = [a_day(2, clients=20), a_day(1), a_day(0, clients=40, taken=5, of_incident=True)]
    chart = day_chart(an_actor(*days, band={"clients": (10, 30), "taken": (0, 0)}))
    clients, taken = chart.panels
    assert [(bar.value, bar.of_incident) for bar in clients.bars] == [(20, False), (40, True)]
    assert [bar.value for bar in taken.bars] == [5]
    first, last = clients.bars
    assert last.height == pytest.approx(2 * first.height, abs=0.2)
    assert first.y + first.height == pytest.approx(clients.bottom, abs=0.1)
    # The third of three days has the last third of the room.
    assert chart.left + 2 / 3 * (chart.right - chart.left) <= last.x < last.x + last.width <= chart.right
    assert clients.band is not None
    middle = clients.bottom - first.height
    assert clients.band.y < middle < clients.band.y + clients.band.height
    assert (
        [x for x, _ in clients.marks]
        == [x for x, _ in taken.marks]
        == [pytest.approx(last.x + last.width / 2, abs=0.1)]
    )
    assert all(bar.y >= panel.top - 0.1 for panel in chart.panels for bar in panel.bars)


def test_days_of_which_nothing_is_kept_are_shaded_and_no_band_is_none() -> None:
    chart = day_chart(an_actor(a_day(1, known=False), a_day(0, clients=3)))
    assert len(chart.unknown) == len(chart.panels) == 2
    assert {panel.band for panel in chart.panels} == {None}


def test_the_last_day_and_each_a_week_before_it_have_a_date() -> None:
    chart = day_chart(an_actor(*(a_day(29 - n) for n in range(30))))
    assert [day.day for _, day in chart.dates] == [LAST - timedelta(weeks=n) for n in (4, 3, 2, 1, 0)]


@given(st.integers(1, 10**7), st.data())
def test_a_shade_is_the_stronger_the_more_there_is(highest: int, data: st.DataObject) -> None:
    less, more = sorted(data.draw(st.tuples(st.integers(1, highest), st.integers(1, highest))))
    assert 1 <= shade(less, highest) <= shade(more, highest) <= shade(highest, highest) == SHADES
    assert shade(0, highest) == 0


def cells(path: str) -> set[tuple[int, int]]:
    """Return hours and rows of the squares of a path."""
    corners = [each.partition("h")[0].split() for each in path.split("M") if each]
    return {((int(x) - 46) // 13, (int(y) - 18) // 11) for x, y in corners}


def test_each_hour_is_a_square_in_its_row_and_column() -> None:
    days = [
        a_day(1, hours={9: 1, 10: 99}, known=True),
        a_day(0, hours={2: None, 3: 99}, marked=frozenset({3}), of_incident=True),
    ]
    chart = hour_map(days)
    assert cells(chart.shades[-1]) == {(10, 0), (3, 1)}
    assert cells("".join(chart.shades)) == {(9, 0), (10, 0), (3, 1)}
    assert (cells(chart.marked), cells(chart.absent), chart.highest) == ({(3, 1)}, {(2, 1)}, 99)
    assert chart.grid.y + chart.grid.height <= chart.height


def test_a_month_of_busy_hours_is_a_small_picture() -> None:
    chart = hour_map([a_day(n, hours={hour: n * hour + 1 for hour in range(24)}) for n in range(30)])
    assert sum(map(len, (*chart.shades, chart.marked, chart.absent))) < 20_000


@given(st.floats(1e-3, 1e9))
def test_ticks_are_few_round_and_reach_the_highest_value(highest: float) -> None:
    ticks = round_ticks(highest)
    assert ticks[0] == 0
    assert ticks[-1] >= highest * (1 - 1e-9)
    assert 2 <= len(ticks) <= 5
    steps = [more - less for less, more in pairwise(ticks)]
    assert steps == pytest.approx([steps[0]] * len(steps))


@pytest.mark.parametrize(
    ("highest", "ticks"), [(0.8, (0, 0.2, 0.4, 0.6, 0.8)), (1.29, (0, 0.5, 1, 1.5)), (16, (0, 5, 10, 15, 20))]
)
def test_ticks_stand_at_numbers_that_people_read(highest: float, ticks: tuple[float, ...]) -> None:
    assert round_ticks(highest) == ticks


def a_chart(*series: Series, **changes: Any) -> XYChart:
    given = {"title": "found", "description": "much", "x": axis_of("false", 2), "y": axis_of("found", 100, " %")}
    return XYChart(**{**given, "series": series, **changes})


def test_points_stand_where_the_axes_say() -> None:
    chart = a_chart(Series("a", ((0, 0), (1, 50), (2, 100)), 0))
    (left, bottom), (middle, half), (right, top) = (chart.at(x, y) for x, y in chart.series[0].points)
    assert (left, bottom, top) == (chart.y.margin, chart.bottom, chart.top)
    assert middle == pytest.approx((left + right) / 2)
    assert half == pytest.approx((bottom + top) / 2)
    hours = Axis("hours", 1, 100, ((1, "1"),), logarithmic=True)
    assert [hours.place(value) for value in (0.1, 1, 10, 1000)] == pytest.approx([0, 0, 0.5, 1])


def test_rows_lie_below_each_other_in_their_order_and_have_room_for_their_names() -> None:
    axis = rows_of(["loud", "a very long name of a company"])
    assert axis.place(0) == 0.75
    assert axis.place(-1) == 0.25
    assert axis.margin > 6 * len("a very long name of a company")


def test_a_line_by_steps_rises_only_where_a_point_stands() -> None:
    chart = a_chart(Series("a", ((0, 0), (1, 50)), 0, line=True, step=True))
    assert "H" in chart.path(chart.series[0])
    assert "L" not in chart.path(chart.series[0])
    assert chart.path(Series("b", ((0, 0), (1, 50)), 1)) == ""


def test_a_long_legend_has_several_rows_and_the_field_begins_below_it() -> None:
    many = a_chart(*(Series(f"a rather long name {n}", (), n) for n in range(9)))
    assert len({y for _, y in many.legend}) > 1
    assert all(x < 720 for x, _ in many.legend)
    assert many.top > max(y for _, y in many.legend)


def test_a_picture_as_a_file_escapes_texts_and_tells_series_apart_by_shape_and_line() -> None:
    series = [Series(f"<b>{n}", ((1, 10 * n),), n, line=True, labels=("a & b",)) for n in range(7)]
    text = svg_file(a_chart(*series, title="<script>", diagonal=True))
    assert "<script>" not in text
    assert "<b>" not in text
    assert "a &amp; b" in text
    marks = {d.partition("a")[0] if "a4.5" in d else len(d) for d in re.findall(r'class="m\d" d="([^"]+)"', text)}
    assert len(marks) >= 6
    assert len(set(re.findall(r"stroke-dasharray:([\d ]+|none)}", text.partition("@media")[0]))) >= 7


def test_a_strip_shows_what_was_read_what_was_silent_and_what_nobody_watched() -> None:
    now = datetime(2026, 3, 29, 12, 20, tzinfo=UTC)
    present = now.replace(minute=0)

    def hour(back: int, lines: int = 0, watched: int = 3600) -> SourceHour:
        return SourceHour(source="crm", hour=present - timedelta(hours=back), lines=lines, watched=watched)

    strip = day_strip([hour(0, 40, 1190), hour(1), hour(2), hour(3, 400), hour(4, 200, 1800), hour(30, 900)], now)
    states = [each.state for each in strip.bars]
    assert states == [HourState.OFF] * 20 + [HourState.READ] + [HourState.SILENT] * 2 + [HourState.READ]
    assert (strip.lines, strip.busiest.hour) == (640, present - timedelta(hours=3))
    assert strip.busiest.height == STRIP_HEIGHT
    assert strip.spans(HourState.SILENT) == [(present - timedelta(hours=2), present)]
    assert strip.spans(HourState.OFF) == [(present - timedelta(hours=23), present - timedelta(hours=3))]
    assert all(each.x >= 0 and each.x + each.width <= 100 for each in strip.bars)
    assert all(each.y >= 0 and each.y + each.height <= STRIP_HEIGHT for each in strip.bars)
    assert day_strip([], now).lines == 0
