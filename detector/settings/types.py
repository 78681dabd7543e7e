"""Building blocks of the settings: the strict base, durations, sizes, times of day."""

import re
from datetime import date, datetime, time, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Final, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from detector.errors import did_you_mean

HABIT: Final = "habit"
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_SIZES = {"b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "kb": 10**3, "mb": 10**6, "gb": 10**9}


_LONGEST_DAYS = 36_500


class Strict(BaseModel):
    """A part of the settings: unknown keys are mistakes, values do not change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def _duration(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    parts = re.findall(r"(\d+(?:\.\d+)?)\s*(ms|[smhdw])", value) if isinstance(value, str) else []
    if not parts or re.sub(r"(\d+(?:\.\d+)?)\s*(ms|[smhdw])|\s", "", value):
        raise ValueError("write a duration as a number and a unit: 30s, 5m, 1h30m, 2d")
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    if seconds > _LONGEST_DAYS * _UNITS["d"]:  # what is counted from now has to be a day of the calendar
        raise ValueError(f"write a duration of {_LONGEST_DAYS}d at most")
    return timedelta(seconds=seconds)


def duration_text(value: timedelta) -> str:
    """Write a duration the way the settings read it, e.g. ``1h30m``."""
    rest, parts = round(value.total_seconds() * 1000), []
    for unit in ("d", "h", "m", "s", "ms"):
        count, rest = divmod(rest, round(_UNITS[unit] * 1000))
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def _time_of_day(value: Any) -> Any:
    if isinstance(value, time):
        return value
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value) if isinstance(value, str) else None
    if not found:
        raise ValueError("write a time of day as hours and minutes in quotes: '08:30'")
    return time(int(found[1]), int(found[2]))


def _day(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (ValueError, TypeError):
        raise ValueError("write a day as year, month and day: 2026-09-01") from None


def _silence(value: Any) -> Any:
    return value if value == HABIT else _duration(value)


def _size(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = re.fullmatch(r"(\d+)\s*([a-zA-Z]+)", value) if isinstance(value, str) else None
    if not found or found[2].lower() not in _SIZES:
        raise ValueError("write a size as a number and a unit: 64KiB, 4MiB")
    return int(found[1]) * _SIZES[found[2].lower()]


def _network(value: Any) -> Any:
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    try:
        return ip_network(value)
    except (ValueError, TypeError):
        raise ValueError(f"{value!r} is not a network; write 192.0.2.0/24 or 2001:db8::/32") from None


def _positive(value: timedelta) -> timedelta:
    if value <= timedelta(0):
        raise ValueError("must be longer than nothing")
    return value


def known_zone(value: str) -> str:
    """Return the name of a time zone.

    Raises:
        ValueError: There is none of that name.
    """
    zones = available_timezones()
    if value not in zones:
        raise ValueError(
            f"unknown time zone {value!r}; {did_you_mean(value, zones) or 'write a name like Europe/Berlin'}"
        )
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration), PlainSerializer(duration_text, when_used="json")]
Span = Annotated[
    timedelta, BeforeValidator(_duration), AfterValidator(_positive), PlainSerializer(duration_text, when_used="json")
]
TimeOfDay = Annotated[
    time, BeforeValidator(_time_of_day), PlainSerializer(lambda value: f"{value:%H:%M}", when_used="json")
]
Day = Annotated[date, BeforeValidator(_day), PlainSerializer(date.isoformat, when_used="json")]
Silence = Annotated[
    timedelta | Literal["habit"],
    BeforeValidator(_silence),
    PlainSerializer(lambda value: value if value == HABIT else duration_text(value), when_used="json"),
]
Size = Annotated[int, BeforeValidator(_size)]
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network), PlainSerializer(str, when_used="json")]
