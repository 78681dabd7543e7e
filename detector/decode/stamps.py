"""Times of the common log format as access logs hold them, a column at a time: ``[17/May/2026:10:05:03 +0300] ``.

Comes in: the bytes of stamps. Goes out: microseconds since 1970, and which are good. Lines of one second share a stamp,
so only where it changes is it read; days are remembered. What is not exactly of this shape, or no moment of the
calendar, is not good: ``times`` looks at it with care.
"""

from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from detector.decode.laid import Mask, Places, Words
from detector.decode.times import plausible_micros

WIDTH = len("[17/May/2026:10:05:03 +0300] ")
ROW = 32
"""Two bytes that are not of the stamp, the stamp, and the quote that follows."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = slice(1, 12)
_FIXED = ((0, "["), (3, "/"), (7, "/"), (12, ":"), (15, ":"), (18, ":"), (21, " "), (27, "]"), (28, " "))
_FIXED_AT = [at for at, _ in _FIXED]
_FIXED_AS = np.frombuffer("".join(letter for _, letter in _FIXED).encode(), np.uint8)
_DIGITS = (13, 14, 16, 17, 19, 20, 23, 24, 25, 26)
_SIGN = 22
_PLUS, _MINUS, _ZERO, _NINE = 43, 45, 48, 57
_DAY = 86_400
_OF_STAMP = ~np.uint64(0xFFFF)


def read(before: Words) -> tuple[Places, Mask]:
    """Return the moments of stamps, and which of them are good.

    Args:
        before: The ``ROW`` bytes that end behind each stamp and the quote it stands before, as words.
    """
    if not len(before):
        return np.empty(0, np.int64), np.zeros(0, np.bool_)
    heads, of_row = _changes(before)
    moments, good = _moments(before[heads].view(np.uint8)[:, ROW - 1 - WIDTH : ROW - 1])
    return moments[of_row], good[of_row]


def _changes(before: Words) -> tuple[Places, Places]:
    """Return the rows whose stamp is not that of the row before, and for each row which of them it has."""
    new = np.zeros(len(before), np.bool_)
    new[0] = True
    changed = (before[1:, 0] ^ before[:-1, 0]) & _OF_STAMP
    for at in range(1, ROW // 8):
        changed |= before[1:, at] ^ before[:-1, at]
    np.not_equal(changed, 0, out=new[1:])
    return np.flatnonzero(new), np.cumsum(new) - 1


def _moments(stamps: npt.NDArray[np.uint8]) -> tuple[Places, Mask]:
    figures = stamps[:, _DIGITS].astype(np.int64) - _ZERO
    good: Mask = np.all((figures >= 0) & (figures <= _NINE - _ZERO), axis=1)
    good &= np.all(stamps[:, _FIXED_AT] == _FIXED_AS, axis=1)
    sign = stamps[:, _SIGN]
    good &= (sign == _PLUS) | (sign == _MINUS)
    hour, minute, second, zone, of_hour = (figures[:, ::2] * 10 + figures[:, 1::2]).T
    good &= (hour <= 23) & (minute <= 59) & (second <= 59) & (zone <= 23) & (of_hour <= 59)
    days = np.array([_day(date) for date in stamps[:, _DATE].copy().view("S11")[:, 0].tolist()], np.int64)
    good &= days >= 0
    ahead = (zone * 60 + of_hour) * np.where(sign == _MINUS, -60, 60)
    moments = (days * _DAY + hour * 3600 + minute * 60 + second - ahead) * 1_000_000
    return moments, good & plausible_micros(moments)


@lru_cache(maxsize=4096)
def _day(date: bytes) -> int:
    """Return the days since 1970 of ``17/May/2026``; -1 for what is no day since then."""
    try:
        day, month, year = date.decode("ascii").split("/")
        moment = datetime(int(year), _MONTHS.index(month) + 1, int(day), tzinfo=UTC)
    except ValueError:
        return -1
    return int(moment.timestamp()) // _DAY if (day + year).isdigit() else -1
