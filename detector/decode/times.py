"""Event time: text or numbers become microseconds since 1970, UTC; what is no moment becomes null.

Comes in: a column of values as a log wrote them. Goes out: a column of ``frames.TIME``. A moment outside 1990..2100 is
a broken clock or a broken line, not a time: it becomes null too, and its line is rejected as ``bad_time``. Times
without a zone are in the zone given, never guessed; an hour that occurs twice is taken the first time.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.frames import TIME

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
FIRST = datetime(1990, 1, 1, tzinfo=UTC)
LAST = datetime(2100, 1, 1, tzinfo=UTC)
_FIRST = (FIRST - _EPOCH) // _MICROSECOND
_LAST = (LAST - _EPOCH) // _MICROSECOND
CLF = "%d/%b/%Y:%H:%M:%S %z"
"""Time of the common log format: ``17/May/2026:10:05:03 +0300``."""
_SCALES = {"epoch": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1}
_MANY = 64


def plausible(times: pl.Series) -> pl.Series:
    """Return ``times`` with null in place of moments no log of today can mean."""
    moments = times.cast(pl.Int64())  # a year that Python's dates do not have must not raise
    low, high = moments.min(), moments.max()
    if low is None or (isinstance(low, int) and isinstance(high, int) and low >= _FIRST and high < _LAST):
        return times
    return times.to_frame("t").select(pl.when(pl.col("t").is_between(FIRST, LAST, closed="left")).then("t")).to_series()


def plausible_micros(moments: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Say of moments in microseconds which of them a log of today can mean."""
    good: npt.NDArray[np.bool_] = (moments >= _FIRST) & (moments < _LAST)
    return good


def parse_clf(text: pl.Series, form: str = CLF) -> pl.Series:
    """Read times of the common log format, which carry their offset."""
    return plausible(text.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False))


def parse_values(values: Sequence[Any] | pl.Series, form: str, zone: ZoneInfo) -> pl.Series:
    """Read times as JSON holds them: text or numbers.

    Args:
        values: As decoded.
        form: ``auto`` (ISO 8601, common log format, or seconds to nanoseconds since 1970 by size),
            ``epoch``, ``epoch_ms``, ``epoch_us``, or a strptime form.
        zone: Of times that carry none.
    """
    if form == "auto" and len(values) >= _MANY and isinstance(values[0], str):
        fast = _iso(values)
        if fast is not None:
            return plausible(fast)
    moments = [_micros(value, form, zone) for value in values]
    return pl.Series("@timestamp", moments, dtype=pl.Int64()).cast(TIME)


def _iso(values: Sequence[Any] | pl.Series) -> pl.Series | None:
    """Read a whole column of ISO 8601 with offsets at once; None when one of them is something else."""
    try:
        text = pl.Series("@timestamp", values, dtype=pl.String(), strict=True)
    except (TypeError, pl.exceptions.PolarsError):
        return None
    times = text.str.to_datetime("%+", time_unit="us", time_zone="UTC", strict=False)
    return None if times.null_count() else times


def _micros(value: Any, form: str, zone: ZoneInfo) -> int | None:
    try:
        moment = _number(value, form) if _is_number(value, form) else _text(str(value).strip(), form, zone)
    except (ValueError, OverflowError):
        return None
    return moment if _FIRST <= moment < _LAST else None


def _is_number(value: Any, form: str) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return True
    return form in _SCALES or (form == "auto" and isinstance(value, str) and _digits(value))


def _digits(text: str) -> bool:
    whole, _, part = text.partition(".")
    return len(whole) >= 9 and (whole + part).isascii() and (whole + part).isdigit()


def _number(value: Any, form: str) -> int:
    if form in _SCALES:
        scale = _SCALES[form]
    else:
        size = abs(float(value))
        if size >= 1e17:
            return int(value) // 1_000
        scale = 1_000_000 if size < 1e11 else 1_000 if size < 1e14 else 1
    return int(value) * scale if isinstance(value, int) else round(float(value) * scale)


def _text(text: str, form: str, zone: ZoneInfo) -> int:
    if form != "auto":
        moment = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is given below
    elif text[2:3] == "/":
        moment = datetime.strptime(text, CLF if text[-5:-4] in ("+", "-") else CLF[:-3])  # noqa: DTZ007 - likewise
    else:
        moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return (moment - _EPOCH) // _MICROSECOND
