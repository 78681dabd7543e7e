from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from detector.store.db.column_types import UtcTime, holdable

DIALECT = sqlite.dialect()
MOMENTS = st.datetimes(timezones=st.builds(timezone, st.timedeltas(timedelta(hours=-14), timedelta(hours=14)))).filter(
    lambda moment: 2 <= moment.year <= 9998
)


@given(MOMENTS, MOMENTS)
def test_stored_times_order_as_the_moments_do(one: datetime, other: datetime) -> None:
    stored = [UtcTime().process_bind_param(moment, DIALECT) for moment in (one, other)]
    assert (stored[0] < stored[1]) == (one < other)


@given(MOMENTS)
def test_a_time_comes_back_in_utc_to_the_microsecond(moment: datetime) -> None:
    stored = UtcTime().process_bind_param(moment, DIALECT)
    back = UtcTime().process_result_value(stored, DIALECT)
    assert back == moment
    assert back is not None
    assert back.tzinfo is UTC


def test_a_stored_time_is_readable() -> None:
    assert UtcTime().process_bind_param(datetime(2026, 3, 1, 12, tzinfo=UTC), DIALECT) == "2026-03-01T12:00:00.000000Z"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        UtcTime().process_bind_param(datetime(2026, 3, 1), DIALECT)  # noqa: DTZ001


@given(st.text(st.characters()))
def test_any_text_becomes_holdable_once_and_for_all(text: str) -> None:
    made = holdable(text)
    assert "\0" not in made
    assert made.encode().decode() == made
    assert holdable(made) == made


def test_ordinary_text_is_left_as_it_is() -> None:
    assert holdable("Анна 😀 = plain") == "Анна 😀 = plain"
