"""Failed tries to sign in: which of them count together, and how long that place waits then.

Comes in: whom somebody tries to be, from which browser and network; what failed there before. Goes out: the places
that the try is counted in, and the counts after it. A browser in which the person signed in before has tries of its
own, and so has a network from which she did; what fails elsewhere makes neither wait. All that is not known shares one
more count, so that many addresses guess no faster than a few. Each wait is twice as long as the one before. Pure.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from detector.schema.team.people import FailedTries, KnownBrowser

ANYWHERE: Final = "anywhere"
"""The place of all tries from browsers and networks in which the person has not signed in before."""
FORGOTTEN: Final = timedelta(days=1)
"""After so long without a failed try, counted from the end of the last wait, a place begins anew."""
KNOWN_FOR: Final = timedelta(days=180)
"""A browser is known for so long after the last signing in there."""
_SLACK: Final = timedelta(minutes=5)
_LONGEST: Final = timedelta(days=1)
# All that is not known together fails this many times as often as one place before its first wait.
_SPREAD: Final = 10


def network_of(address: str) -> str:
    """Return whose an address is taken to be: itself, an IPv6 address by its /64; empty: none is known."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(ip_network((int(found) >> 64 << 64, 64)))
    return str(found)


def places_of(browsers: Collection[KnownBrowser], browser: str, address: str) -> tuple[str, ...]:
    """Return where a try is counted.

    Args:
        browsers: Those in which the person signed in before.
        browser: Id of the one it comes from; empty: it has no cookie of ours.
        address: Where it comes from; empty: no proxy says it.
    """
    if any(each.id == browser for each in browsers):
        return (f"browser:{browser}",)
    network = network_of(address)
    own = f"network:{network}"
    return (own,) if network and any(each.network == network for each in browsers) else (own, ANYWHERE)


def has_to_wait(tries: Iterable[FailedTries], places: Collection[str], now: datetime) -> bool:
    """Tell whether one of some places has to wait."""
    return any(each.place in places and waits(each, now) for each in tries)


def waits(tries: FailedTries, now: datetime) -> bool:
    """Tell whether a place has to wait; not for what failed by a clock that stood ahead."""
    return tries.waits_until is not None and tries.last_at - _SLACK <= now < tries.waits_until


def after_failure(
    before: FailedTries | None, person: str, place: str, *, allowed: int, wait: timedelta, now: datetime
) -> FailedTries:
    """Return the count of a place after one more failed try.

    Args:
        before: The count so far; None: nothing failed there.
        person: Whom somebody tried to be.
        place: Where it is counted.
        allowed: Failed tries before a place has to wait.
        wait: The first wait; each is twice as long as the one before, a day at most.
        now: When it failed.
    """
    if before is None or now - max(before.last_at, before.waits_until or before.last_at) >= FORGOTTEN:
        before = FailedTries(person=person, place=place, last_at=now)
    failures = before.failures + 1
    if failures < allowed * (_SPREAD if place == ANYWHERE and not before.waits else 1):
        return replace(before, failures=failures, last_at=now)
    longer = min(wait * 2 ** min(before.waits, 16), _LONGEST)
    return replace(before, failures=0, waits=before.waits + 1, waits_until=now + longer, last_at=now)
