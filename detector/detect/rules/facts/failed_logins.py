"""How many logins failed before one that succeeded, by address and by account, within an hour.

Comes in: events in order. Goes out: the column ``nabat.failures_before``, a number for each successful login. At most
``MAX_FAILURES`` are counted, of ``MAX_KEYS`` addresses and accounts: of more, those with the fewest failures are let go
of, of equals those whose last one is longest ago.

Failures of an account do not count at an address, or in a network, where it had signed in before they began and has
not failed since: whoever guesses a colleague's password from elsewhere is not the one who signs in at the colleague's
desk, or at another one of the same office. Nor do those of an address for an account that had signed in there before
they began and has failed fewer than ``SLIPS`` times there since: behind an application's address, or an office's,
everybody who mistypes would be charged with what one guesses. Failures of somebody who then signs in where they had
signed in before are a mistyped or an old password, and no longer the address's: on the day passwords run out, nobody is
charged with those of the others.
"""

from collections import Counter, deque
from copy import copy
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from detector.detect.hash_index import NO_SWEEP, Inherited
from detector.detect.rules.columns.expressions import COUNTED
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.facts.novelty import SignedIn

FAILURE_SPAN = 3_600_000_000
MAX_FAILURES = 100
MAX_KEYS = 50_000
SLIPS = 3
FAILURES = {"key": pl.String(), "time": pl.Int64()}
_NAME = "nabat.failures_before"
_SWEEP = 10_000
_SLACK = 5


@dataclass(slots=True)
class FailedLogins:
    """Times of the latest failed logins of each address, each account, and of an account at an address or network."""

    of: dict[str, deque[int]] = field(default_factory=dict)
    sweep_at: int = _SWEEP
    forgotten: int = 0
    most: int = MAX_KEYS

    def overlay(self) -> "FailedLogins":
        """Return a state that begins with what this one knows and changes nothing in it."""
        return FailedLogins(of=Inherited(self.of, copy), sweep_at=NO_SWEEP)

    def step(self, view: FrameView, signed_in: SignedIn) -> dict[str, pl.Series | None]:
        """Take the fold one frame further; None stands for a column of nulls.

        Args:
            view: The frame.
            signed_in: At each successful login, since when its account signs in from there.
        """
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
        times, known = view.time[rows].tolist(), told[rows].tolist()
        since = zip(*(column[rows].tolist() for column in signed_in), strict=True)
        for row, now, (outcome, address, account), (there, here), (began, began_near, network) in zip(
            rows.tolist(), times, texts, known, since, strict=True
        ):
            at_address = f"source.ip:{address}" if address is not None else ""
            of_account = f"user.name:{account}" if account is not None else ""
            of_both = f"both:{address} {account}" if at_address and of_account else ""
            of_near = f"near:{network} {account}" if network and of_account else ""
            if outcome == "failure":
                # What another log has told of already is no further attempt.
                keys = [at_address] * (not there) + [of_account, of_both, of_near] * (not here)
                self._fail([key for key in keys if key], now)
            elif outcome == "success":
                good.append(row)
                here_failed, guessed = self._recent(at_address, now), self._recent(of_account, now)
                own = self._recent(of_both, now)
                usual_here = bool(here_failed) and began < here_failed[0] and len(own) < SLIPS
                at_home = bool(guessed) and (
                    (began < guessed[0] and not own) or (began_near < guessed[0] and not self._recent(of_near, now))
                )
                counts.append(max(len(own if usual_here else here_failed), 0 if at_home else len(guessed)))
                self._forgive(at_address, own, began)
        if len(self.of) > self.sweep_at:
            edge = int(view.time[-1]) - FAILURE_SPAN
            self.of = {key: times for key, times in self.of.items() if times and times[-1] >= edge}
            if len(self.of) > self.most:
                self.forgotten += len(self.of) - self.most
                least_first = sorted(self.of.items(), key=lambda each: (len(each[1]), each[1][-1]))
                self.of = dict(least_first[-self.most :])
            self.sweep_at = min(2 * len(self.of), self.most + self.most // 4) + self.most // _SLACK
        return {_NAME: view.spread(_NAME, np.array(good), np.array(counts)) if good else None}

    def _fail(self, keys: list[str], time: int) -> None:
        for key in keys:
            self.of.setdefault(key, deque(maxlen=MAX_FAILURES)).append(time)

    def _forgive(self, key: str, times: list[int], since: int) -> None:
        """Take failures of somebody who signs in at an address ``since`` before they began back from it."""
        if not times or since >= times[0]:
            return
        taken, kept = Counter(times), deque[int](maxlen=MAX_FAILURES)
        for failed in self.of.get(key, ()):
            if taken[failed]:
                taken[failed] -= 1
            else:
                kept.append(failed)
        self.of[key] = kept

    def _recent(self, key: str, time: int) -> list[int]:
        return [failed for failed in self.of.get(key, ()) if failed >= time - FAILURE_SPAN]

    def to_table(self) -> pl.DataFrame:
        """Return the state as a table."""
        rows = [(key, time) for key, times in self.of.items() for time in times]
        return pl.DataFrame(rows, schema=FAILURES, orient="row")

    @staticmethod
    def from_table(table: pl.DataFrame | None) -> "FailedLogins":
        """Return the state held in a table."""
        found = FailedLogins()
        for key, time in table.select(*FAILURES).iter_rows() if table is not None else ():
            found._fail([key], time)
        return found
