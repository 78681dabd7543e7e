"""Times read a column at a time are those read one by one, whatever stands around them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.decode.time.event_time import CLF, parse_clf, parse_values
from detector.decode.time.iso_time import LONGEST, SHORTEST

ZONES = ("UTC", "Europe/Moscow", "Europe/Berlin", "America/St_Johns", "Asia/Tehran", "Australia/Lord_Howe")
MOMENT = st.datetimes(datetime(1988, 1, 1), datetime(2102, 1, 1))  # noqa: DTZ001 - the text decides
EDGES = (
    "2016-12-31T23:59:60Z",
    "2016-12-31T23:59:60.5+00:00",
    "2026-02-29T00:00:00Z",
    "2028-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z",
    "2000-02-29T23:59:59.999999Z",
    "2026-04-31T00:00:00Z",
    "2026-00-10T00:00:00Z",
    "2026-13-10T00:00:00Z",
    "2026-05-00T00:00:00Z",
    "2026-05-17T24:00:00Z",
    "2026-05-17T10:60:00Z",
    "2026-05-17T10:05:03+24:00",
    "2026-05-17T10:05:03+00:60",
    "2026-05-17T10:05:03-23:59",
    "2026-05-17T10:05:03-00:00",
    "2026-05-17t10:05:03z",
    "2026-05-17 10:05:03Z",
    "2026-05-17_10:05:03Z",
    "2026-05-17T10:05:03.Z",
    "2026-05-17T10:05:03,250Z",
    "2026-05-17T10:05:03.25:Z",
    "2026-05-17T10:05:03.1234567890Z",
    "2026-05-17T10:05:03 +03:00",
    "2026-05-17T10:05:03\u221203:00",
    "２０26-05-17T10:05:03Z",
    "2026-05-17T10:05",
    "20260517T100503Z",
    "2026-W20-7T10:05:03Z",
    "1989-12-31T23:59:59.999999Z",
    "1990-01-01T00:00:00Z",
    "1990-01-01T02:00:00+03:00",
    "2099-12-31T23:59:59.999999Z",
    "2100-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:59",
    "2026-03-29T02:30:00",  # Berlin's clocks jump over it
    "2026-10-25T02:30:00",  # and have it twice
    "1772431200",
    "1772431200.250",
    "31/Feb/2026:10:05:03 +0300",
    "17/may/2026:10:05:03 +0300",
    "17/May/2026:10:05:60 +0300",
    "17/May/2026:10:05:03 +0360",
    "17/May/2026:10:05:03  0300",
    "17/May/1989:10:05:03 +0000",
    "29/Feb/2028:10:05:03 -0130",
    "17/May/2026:10:05:03",
    "",
    "-",
    "yesterday",
)


def written(moment, mark, digits, zone):
    fraction = f".{moment.microsecond:06}789"[: digits + 1] if digits else ""
    return f"{moment:%Y-%m-%d}{mark}{moment:%H:%M:%S}{fraction}{zone}"


OFFSET = st.tuples(st.sampled_from("+-"), st.integers(0, 24), st.sampled_from(("", ":")), st.integers(0, 60)).map(
    lambda parts: f"{parts[0]}{parts[1]:02}{parts[2]}{parts[3]:02}"
)
ISO = st.builds(written, MOMENT, st.sampled_from("T T"), st.integers(0, 9), st.sampled_from(("Z", "")) | OFFSET)
CLF_TEXT = st.builds(lambda moment, zone: f"{moment:%d/%b/%Y:%H:%M:%S} {zone}", MOMENT, OFFSET)


@st.composite
def changed(draw):
    text = draw(ISO | CLF_TEXT)
    at = draw(st.integers(0, len(text) - 1))
    return text[:at] + draw(st.sampled_from("0123569+-:.TZ /é\x00")) + text[at + draw(st.integers(0, 1)) :]


TEXT = ISO | CLF_TEXT | changed() | st.sampled_from(EDGES)


def one_by_one(texts, zone):
    parts = [parse_values([text], "auto", zone) for text in texts]
    return [part[0] for part in parts]


@given(texts=st.lists(TEXT, min_size=16, max_size=60), zone=st.sampled_from(ZONES))
def test_a_column_reads_as_its_times_one_by_one(texts, zone):
    want = one_by_one(texts, ZoneInfo(zone))
    assert parse_values(texts, "auto", ZoneInfo(zone)).to_list() == want
    assert parse_values(pl.Series(texts), "auto", ZoneInfo(zone)).to_list() == want


@given(first=ISO, seconds=st.lists(st.integers(0, 200_000), min_size=16), zone=st.sampled_from(ZONES))
def test_times_of_one_width_read_as_one_by_one(first, seconds, zone):
    width = len(first)
    begun = datetime.fromisoformat(first[:SHORTEST])
    texts = [f"{begun + timedelta(seconds=one):%Y-%m-%dT%H:%M:%S}{first[SHORTEST:]}" for one in seconds]
    assert {*map(len, texts)} == {width}
    assert parse_values(texts, "auto", ZoneInfo(zone)).to_list() == one_by_one(texts, ZoneInfo(zone))


@pytest.mark.parametrize("edge", EDGES)
def test_an_odd_time_costs_its_neighbours_nothing_and_gets_the_answer_it_gets_alone(edge):
    zone = ZoneInfo("Europe/Berlin")
    texts = ["2026-05-17T10:05:03.250Z", edge] * 20
    (alone,) = one_by_one([edge], zone)
    assert parse_values(texts, "auto", zone).to_list() == [datetime(2026, 5, 17, 10, 5, 3, 250_000, UTC), alone] * 20


def test_what_the_general_reading_says_of_times_without_a_zone_holds_in_every_zone():
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        texts = [
            f"{year}-{month:02}-28T{hour:02}:59:59.5" for year in (1990, 2015) for month in (3, 10) for hour in range(8)
        ]
        want = [datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC) for text in texts]
        assert parse_values(texts, "auto", zone).to_list() == want


def test_rfc_3339_is_read_in_full():
    second = datetime(2017, 1, 1, tzinfo=UTC)
    texts = ["2016-12-31T23:59:60Z", "2016-12-31t23:59:60z", "2016-12-31T23:59:60.000Z", "2017-01-01 00:00:00Z"]
    assert one_by_one(texts, ZoneInfo("UTC")) == [second] * len(texts)


def test_nulls_stay_null_and_numbers_among_texts_are_read_too():
    zone, moment = ZoneInfo("UTC"), datetime(2026, 3, 2, 6, tzinfo=UTC)
    column = pl.Series(["2026-03-02T06:00:00Z", None] * 10)
    assert parse_values(column, "auto", zone).to_list() == [moment, None] * 10
    assert (
        parse_values(["2026-03-02T06:00:00Z", 1772431200, None] * 10, "auto", zone).to_list()
        == [
            moment,
            moment,
            None,
        ]
        * 10
    )


@given(texts=st.lists(CLF_TEXT | changed() | st.sampled_from(EDGES), min_size=1, max_size=40))
def test_times_of_the_common_log_format_read_as_by_their_form(texts):
    column = pl.Series(texts)
    by_form = column.str.to_datetime(CLF, time_unit="us", time_zone="UTC", strict=False)
    low, high = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    # Python has no year 0, which polars reads: what is not plausible is left out first.
    credible = by_form.is_between(low, high, closed="left").fill_null(value=False)
    assert parse_clf(column).to_list() == by_form.set(~credible, None).to_list()


def test_times_are_read_where_they_lie_in_longer_lines():
    lines = pl.Series([f'{{"ts": "2026-03-02T06:00:00.{at:03}+03:00", "x": "{"y" * (at % 90)}"}}' for at in range(500)])
    cut = lines.str.slice(8, LONGEST - 6)
    assert parse_values(cut, "auto", ZoneInfo("UTC")).to_list() == one_by_one(cut.to_list(), ZoneInfo("UTC"))
