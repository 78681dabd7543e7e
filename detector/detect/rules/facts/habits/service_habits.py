"""How much a service account does in a day, so that one which suddenly does far more is no usual one.

Comes in: rows of service accounts in order, with the clients each touched. Goes out: which rows lie beyond what the
service may do today: ``TIMES`` what it did on its busiest day, ``LEAST`` clients in any case; and which beyond what it
is likely to do, by its last ``PAST`` days: ``SPREADS`` spreads above their median, ``GROWTH`` times its busiest day and
``LEAST`` clients more than the median. Days count (UTC) as busiest once the three days they belong to are over, so that
the bar rises once in three days at most. A day beyond the likely is no usual one; as a busiest it counts in time.
Whole tables taken without a count are measured by themselves (``OF_TABLES``): such a statement names no client.
"""

import math
import statistics
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from detector.detect.hash_index import Keys, Records
from detector.detect.rules.facts.habits.busiest_days import NEVER, BusiestDays, begun

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

LEAST: Final = 150
TIMES: Final = 3
PAST: Final = 14
KNOWN: Final = 10
"""Days with work before anything is unlikely: over a week, so that no weekday is judged by weekends alone."""
SPREADS: Final = 5
GROWTH: Final = 1.25
_NARROWEST: Final = 0.1  # of spreads, in logarithms: a tenth
_UNKNOWN: Final = 1 << 62
MAX_SERVICES: Final = 50_000
_PAST: Final = tuple(f"past{number}" for number in range(PAST))
_UNSEEN: Final = {**NEVER, "likely": _UNKNOWN, "days": 0, **dict.fromkeys(_PAST, 0)}
_NOBODY = np.array(tuple(_UNSEEN.values()), dtype=[(name, "i8") for name in _UNSEEN])
_MOST: Final = np.int64(1 << 40)  # of clients in one event: sums of them stay whole numbers


class Measure(NamedTuple):
    """How much is unusual of what is counted.

    Attributes:
        least: So much more than usual is nothing yet.
        growth: So many times the busiest day is likely.
        idle: A day on which a service worked and nothing was counted is a usual one.
    """

    least: int = LEAST
    growth: float = GROWTH
    idle: bool = False


OF_CLIENTS: Final = Measure()
OF_TABLES: Final = Measure(least=10, growth=3.0, idle=True)
"""Whole tables: a backup takes a few at once, may be repeated, and is as a rule all that takes any."""


class Unusual(NamedTuple):
    """Rows beyond what a service may do on a day, and beyond what it is likely to do."""

    beyond: Mask
    more: Mask


@dataclass(slots=True)
class ServiceHabits(BusiestDays):
    """What each service did today, on the busiest of the days not settled yet, on the busiest before, and lately.

    Beyond ``MAX_SERVICES`` those that did least are let go of, of equals those not seen for longest.
    """

    of: Records[np.void] = field(default_factory=partial(Records, _NOBODY))
    most: int = MAX_SERVICES
    measure: Measure = OF_CLIENTS

    def step(self, keys: Keys, days: Ints, clients: Ints) -> Unusual:
        """Take further rows in, each service's in order; say which are unusual on that day.

        Args:
            keys: The service of each row.
            days: Its day, counted from 1970.
            clients: How many clients it touched, or how many tables it took.
        """
        distinct, places = np.unique(keys, return_inverse=True)
        slots = self.of.at(distinct)[places]
        order = np.argsort(slots, kind="stable")
        beyond, more = np.zeros(keys.size, dtype=np.bool_), np.zeros(keys.size, dtype=np.bool_)
        borders = np.flatnonzero((np.diff(slots[order]) != 0) | (np.diff(days[order]) != 0)) + 1
        for rows in np.split(order, borders) if keys.size else ():
            one = self.of.rows[slots[rows[0]]]
            _turn(one, int(days[rows[0]]), self.measure)
            done = int(one["today"]) + np.cumsum(np.minimum(clients[rows], _MOST))
            beyond[rows] = done > max(self.measure.least, TIMES * int(one["settled"]))
            more[rows] = done > int(one["likely"])
            one["today"] = done[-1]
        self.forget_least()
        return Unusual(beyond, more)


def _turn(one: np.void, day: int, measure: Measure) -> None:
    """Begin a day; one that is over already goes on as today."""
    first = one["day"] < 0
    if day <= one["day"]:
        return
    if not first and (one["today"] or measure.idle) and one["today"] <= one["likely"]:
        one[_PAST[one["days"] % PAST]] = one["today"] + measure.idle  # 0 stands for a day that is not known
        one["days"] += 1
    begun(one, day)
    if not first:
        one["likely"] = _likely([int(one[name]) for name in _PAST], int(one["settled"]), measure)


def _likely(past: list[int], settled: int, measure: Measure) -> int:
    """Return the most a service is likely to do in a day; of days on which it did nothing nothing is learned."""
    days = [math.log(count) for count in past if count]
    if len(days) < KNOWN:
        return _UNKNOWN
    middle = statistics.median(days)
    # The median distance from the median, as a standard deviation.
    spread = max(_NARROWEST, 1.4826 * statistics.median([abs(each - middle) for each in days]))
    usual, likely = math.exp(middle) - measure.idle, math.exp(min(middle + SPREADS * spread, 40)) - measure.idle
    busiest = max(settled, max(past) - measure.idle)
    return int(max(likely, measure.growth * busiest, usual + measure.least))
