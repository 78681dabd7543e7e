"""Times of the common log format, a column at a time: ``17/May/2026:10:05:03 +0300``, bare or in brackets.

Comes in: the bytes of stamps. Goes out: microseconds since 1970, and which are good. Lines of one second share a stamp,
so only where it changes is it read; days are remembered. What is not exactly of this shape, or no moment of the
calendar, is not good: ``event_time`` looks at it with care.
"""

from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from detector.decode.columns.string_views import Mask, Places, Words
from detector.decode.time.time_range import plausible_micros

BARE = len("17/May/2026:10:05:03 +0300")
WIDTH = len("[] ") + BARE
ROW = 32
"""Two bytes that are not of the stamp, the stamp, and the quote that follows."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = slice(0, 11)
_FIXED = ((2, "/"), (6, "/"), (11, ":"), (14, ":"), (17, ":"), (20, " "))
_FIXED_AT = [at for at, _ in _FIXED]
_FIXED_AS = np.frombuffer("".join(letter for _, letter in _FIXED).encode(), np.uint8)
_DIGITS = (12, 13, 15, 16, 18, 19, 22, 23, 24, 25)
_SIGN = 21
_OPEN, _CLOSE, _BLANK, _PLUS, _MINUS, _ZERO, _NINE = b"[] +-09"
_DAY = 86_400
_BEGIN = ROW - 1 - WIDTH
_ALL = ~np.uint64(0)
_IN_BRACKETS = (~np.uint64(0xFFFF), _ALL, _ALL, _ALL)
_ALONE = (_ALL, _ALL, _ALL, np.uint64(0xFFFF))


def read(before: Words) -> tuple[Places, Mask]:
    """Return the moments of stamps in brackets, and which of them are good.

    Args:
        before: The ``ROW`` bytes that end behind each stamp and the quote it stands before, as words.
    """
    if not len(before):
        return np.empty(0, np.int64), np.zeros(0, np.bool_)
    heads, of_row = _changes(before, _IN_BRACKETS)
    codes = before[heads].view(np.uint8)
    moments, good = _moments(codes[:, _BEGIN + 1 : _BEGIN + 1 + BARE])
    good &= (codes[:, _BEGIN] == _OPEN) & (codes[:, ROW - 3] == _CLOSE) & (codes[:, ROW - 2] == _BLANK)
    return moments[of_row], good[of_row]


def read_bare(rows: Words) -> tuple[Places, Mask]:
    """Return the moments of stamps without brackets, and which of them are good.

    Args:
        rows: The ``ROW`` bytes from where each stamp begins, as words.
    """
    heads, of_row = _changes(rows, _ALONE)
    moments, good = _moments(np.ascontiguousarray(rows[heads]).view(np.uint8)[:, :BARE])
    return moments[of_row], good[of_row]


def _changes(rows: Words, masks: tuple[np.uint64, ...]) -> tuple[Places, Places]:
    """Return the rows whose stamp is not that of the row before, and for each row which of them it has."""
    new = np.ones(len(rows), np.bool_)
    changed = np.zeros(len(rows) - 1, np.uint64)
    for at, mask in enumerate(masks):
        changed |= (rows[1:, at] ^ rows[:-1, at]) & mask
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
