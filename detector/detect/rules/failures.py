"""How many logins failed before one that succeeded, by address and by account, within an hour.

Comes in: events in order. Goes out: the column ``nabat.failures_before``, a number for each successful login. At most
``MAX_FAILURES`` are counted, of ``MAX_KEYS`` addresses and accounts: of more, those with the fewest failures are let go
of, of equals those whose last one is longest ago.
"""

from collections import deque
from copy import copy
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from detector.detect.keyed import NO_SWEEP, Inherited
from detector.detect.rules.columns import COUNTED
from detector.detect.rules.view import View

FAILURE_SPAN = 3_600_000_000
MAX_FAILURES = 100
MAX_KEYS = 100_000
FAILURES = {"key": pl.String(), "time": pl.Int64()}
_NAME = "nabat.failures_before"
_SWEEP = 10_000


@dataclass(slots=True)
class Failures:
    """Times of the latest failed logins of each address and account."""

    of: dict[str, deque[int]] = field(default_factory=dict)
    sweep_at: int = _SWEEP
    forgotten: int = 0

    def overlay(self) -> "Failures":
        """Return a state that begins with what this one knows and changes nothing in it."""
        return Failures(of=Inherited(self.of, copy), sweep_at=NO_SWEEP)

    def step(self, view: View) -> dict[str, pl.Series | None]:
        """Take the fold one frame further; None stands for a column of nulls."""
        rows = np.flatnonzero(view.holds("event.action", "login"))
        if not rows.size:
            return {_NAME: None}
        columns = [view.codes(name) for name in ("event.outcome", COUNTED, "user.name")]
        told = np.zeros((view.height, 2), dtype=np.bool_)
        if view.acts is not None:
            told = np.stack([view.acts.at_address, view.acts.repeated], axis=1)
        texts = zip(*([codes.text(code) for code in codes.of[rows].tolist()] for codes in columns), strict=True)
        good: list[int] = []
        counts: list[int] = []
        known = told[rows].tolist()
        for row, now, (outcome, address, account), (there, here) in zip(
            rows.tolist(), view.time[rows].tolist(), texts, known, strict=True
        ):
            keys = [
                f"{kind}:{key}" for kind, key in (("source.ip", address), ("user.name", account)) if key is not None
            ]
            if outcome == "failure":
                # What another log has told of already is no further attempt.
                skip = {"s": there, "u": here}
                self._fail([key for key in keys if not skip[key[0]]], now)
            elif outcome == "success":
                good.append(row)
                counts.append(max((self._recent(key, now) for key in keys), default=0))
        if len(self.of) > self.sweep_at:
            edge = int(view.time[-1]) - FAILURE_SPAN
            self.of = {key: times for key, times in self.of.items() if times[-1] >= edge}
            if len(self.of) > MAX_KEYS:
                self.forgotten += len(self.of) - MAX_KEYS
                least_first = sorted(self.of.items(), key=lambda each: (len(each[1]), each[1][-1]))
                self.of = dict(least_first[-MAX_KEYS:])
            self.sweep_at = min(2 * len(self.of), MAX_KEYS + MAX_KEYS // 4) + _SWEEP
        return {_NAME: view.spread(_NAME, np.array(good), np.array(counts)) if good else None}

    def _fail(self, keys: list[str], time: int) -> None:
        for key in keys:
            self.of.setdefault(key, deque(maxlen=MAX_FAILURES)).append(time)

    def _recent(self, key: str, time: int) -> int:
        return sum(failed >= time - FAILURE_SPAN for failed in self.of.get(key, ()))

    def to_table(self) -> pl.DataFrame:
        """Return the state as a table."""
        rows = [(key, time) for key, times in self.of.items() for time in times]
        return pl.DataFrame(rows, schema=FAILURES, orient="row")

    @staticmethod
    def from_table(table: pl.DataFrame | None) -> "Failures":
        """Return the state held in a table."""
        found = Failures()
        for key, time in table.select(*FAILURES).iter_rows() if table is not None else ():
            found._fail([key], time)
        return found
