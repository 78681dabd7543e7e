"""Times of a text column, a whole column at once, and one by one where that fails.

Comes in: text, and how it is written: ``clf`` (common log format), ``iso`` (ISO 8601), ``epoch``, ``epoch_ms``,
``epoch_us`` (since 1970), or a strptime form. Goes out: a column of ``frames.TIME``, null for what is no moment. Times
without a zone are in the zone given; an hour that occurs twice is taken the first time.
"""

from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from detector.decode.time.event_time import parse_clf, parse_values
from detector.decode.time.time_range import plausible
from detector.frames import TIME

_SCALES = {"epoch": 1e6, "epoch_ms": 1e3, "epoch_us": 1.0}


def read(texts: pl.Series, form: str, zone: ZoneInfo) -> pl.Series:
    """Return the moments of a column."""
    if form == "iso":
        return parse_values(texts, "auto", zone)
    found = _at_once(texts, form, zone)
    lost = found.is_null() & texts.is_not_null()
    if not lost.any():
        return found
    places = np.flatnonzero(lost.to_numpy())
    spelled = "auto" if form == "clf" else form.replace("%3f", "%f").replace("%6f", "%f")
    return found.scatter(places, parse_values(texts[places].to_list(), spelled, zone))


def _at_once(texts: pl.Series, form: str, zone: ZoneInfo) -> pl.Series:
    if form == "clf":
        return parse_clf(texts)
    if form in _SCALES:
        numbers = (texts.cast(pl.Float64, strict=False) * _SCALES[form]).round()
        sane = (numbers.abs() < 1e16).fill_null(value=False)
        return plausible(numbers.set(~sane, None).cast(pl.Int64).cast(TIME))
    if "%z" in form:
        return plausible(texts.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False))
    naive = texts.str.to_datetime(form, time_unit="us", strict=False)
    local = naive.dt.replace_time_zone(str(zone), ambiguous="earliest", non_existent="null")
    return plausible(local.dt.convert_time_zone("UTC"))
