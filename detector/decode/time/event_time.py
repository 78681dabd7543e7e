"""Event time: text or numbers become microseconds since 1970, UTC; what is no moment becomes null.

Comes in: a column of values as a log wrote them. Goes out: a column of ``frames.TIME``. A moment that is not plausible
(``time_range``) becomes null too, and its line is rejected as ``bad_time``. Times without a zone are in the zone given,
never guessed; an hour that occurs twice is taken the first time. Second 60, which a leap second has, is the next one.

ISO times of a fixed width are read a column at a time (``iso_time``), others one by one. Which way a value is read
depends on that value alone and changes no answer.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from detector.arrow_buffers import arrow_array, from_arrow
from detector.decode.columns.frame_ops import present
from detector.decode.columns.text_bytes import Mask, Places, TextBytes
from detector.decode.time import iso_time
from detector.decode.time.time_range import EPOCH, FIRST, LAST, MICROSECOND, plausible, plausible_micros
from detector.frames import TIME

CLF = "%d/%b/%Y:%H:%M:%S %z"
"""Time of the common log format: ``17/May/2026:10:05:03 +0300``."""
_SCALES = {"epoch": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1}
_FEW = 16
"""Fewer values are read one by one."""
_LEAP = re.compile(r"(?<=[0-9]{2}:[0-9]{2}:)60(?![0-9:])|(?<=T[0-9]{4})60(?![0-9])")
_SECOND = 1_000_000
_NOWHERE: Places = np.empty(0, np.int64)


def parse_clf(text: pl.Series) -> pl.Series:
    """Read times of the common log format, which carry their offset."""
    return by_form(text, CLF)


def by_form(text: pl.Series, form: str) -> pl.Series:
    """Read times of one strptime form that carry their offset."""
    return plausible(text.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False))


def parse_values(values: Sequence[Any] | pl.Series, form: str, zone: ZoneInfo) -> pl.Series:
    """Read times as JSON holds them: text or numbers.

    Args:
        values: As decoded.
        form: ``auto`` (ISO 8601, common log format, or seconds to nanoseconds since 1970 by size),
            ``epoch``, ``epoch_ms``, ``epoch_us``, or a strptime form.
        zone: Of times that carry none.
    """
    text = _texts(values) if form == "auto" and len(values) >= _FEW else None
    if text is None:
        return _one_by_one(values, form, zone)
    found, left = _at_once(text, zone)
    if isinstance(values, pl.Series):
        return found.scatter(left, _one_by_one(text[left].to_list(), form, zone)) if len(left) else found
    left = np.flatnonzero(~present(found))
    return found.scatter(left, _one_by_one([values[at] for at in left.tolist()], form, zone)) if len(left) else found


def _at_once(text: pl.Series, zone: ZoneInfo) -> tuple[pl.Series, Places]:
    """Return the moments of times of a fixed width, null elsewhere; and which of the others are there at all."""
    moments, good = _fixed(text, zone)
    if good.all():
        return pl.Series("@timestamp", moments).cast(TIME), _NOWHERE
    found = from_arrow("@timestamp", arrow_array(moments, good)).cast(TIME)
    return found, np.flatnonzero(~good & present(text))


def _texts(values: Sequence[Any] | pl.Series) -> pl.Series | None:
    """Return values as a column, null for what is no text; None when none of them is one."""
    if isinstance(values, pl.Series):
        return values if values.dtype == pl.String() else None
    text = [value if type(value) is str else None for value in values]
    return pl.Series("@timestamp", text, dtype=pl.String()) if any(text) else None


def _fixed(text: pl.Series, zone: ZoneInfo) -> tuple[Places, Mask]:
    """Return the moments of ISO times of a fixed width, and which are such times."""
    laid = TextBytes(text)
    sizes = laid.stops - laid.starts
    moments, good = np.zeros(len(sizes), np.int64), np.zeros(len(sizes), np.bool_)
    for size in np.unique(sizes).tolist():
        if iso_time.SHORTEST <= size <= iso_time.LONGEST:
            here = np.flatnonzero(sizes == size)
            moments[here], good[here] = iso_time.read(laid.rows(laid.starts[here], iso_time.ROW), size, zone)
    return moments, good & plausible_micros(moments)


def _one_by_one(values: Sequence[Any] | pl.Series, form: str, zone: ZoneInfo) -> pl.Series:
    every = values.to_list() if isinstance(values, pl.Series) else values
    # What is no time stands in many lines of one second; a number equals others that are not written so.
    texts = {value: _micros(value, form, zone) for value in {value for value in every if type(value) is str}}
    moments = [texts[value] if type(value) is str else _micros(value, form, zone) for value in every]
    found = pl.Series("@timestamp", moments, dtype=pl.Int64()).cast(TIME)
    lost = [at for at, moment in enumerate(moments) if moment is None and isinstance(every[at], str)]
    if form != "auto" or not lost:
        return found
    # A leap second, small letters: RFC 3339 knows times that Python does not.
    return found.scatter(lost, by_form(pl.Series([every[at].strip() for at in lost], dtype=pl.String()), "%+"))


def _micros(value: Any, form: str, zone: ZoneInfo) -> int | None:
    try:
        if _is_number(value, form):
            moment = _number(value, form)
        else:
            text, more = before_leap(str(value).strip())
            moment = _text(text, form, zone) + more * _SECOND
    except (ValueError, OverflowError):
        return None
    return moment if FIRST <= moment < LAST else None


def before_leap(text: str) -> tuple[str, int]:
    """Return a time with second 59 in place of 60, which Python does not read, and how many seconds later it is."""
    return _LEAP.subn("59", text, count=1) if "60" in text else (text, 0)


def _is_number(value: Any, form: str) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return True
    return isinstance(value, str) and (form in _SCALES or (form == "auto" and _digits(value)))


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
    return (moment - EPOCH) // MICROSECOND
