"""What belongs to some touches of one manner: the rest of their runs, runs like these, and what stands between.

Comes in: which touches findings are about, and which others are of their manner. Goes out: marks. Where nothing can be
said, nothing is added.
"""

from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from detector.runtime.incidents.manner.touch_rows import TouchRows, micros
from detector.runtime.incidents.manner.touch_runs import Mask, as_fast, runs, usual_pace, usual_pause

_AWAY: Final = 86_400_000_000
_HOUR: Final = 3_600_000_000
# Runs of one manner are alike if at most so much more of their cards is worked on, and so much is for like reasons.
_MORE_WORK: Final = 0.1
_LIKE_REASONS: Final = 0.5
_FREQUENT: Final = 0.1
# What lies beside a run is part of it up to so many times its pace, and so many seconds, away.
_SLOWER: Final = 8
_MOST_BESIDE: Final = 900.0
_SECOND: Final = 1_000_000
# A service that made runs of acts in so many hours before makes them again and again.
_OFTEN: Final = 3
_LONGER: Final = 2
# More of a run than this was selected: the rest of it is so, too.
_MOSTLY: Final = 0.5
# Of so much of what was done in a session nothing else was done there.
_ALONE: Final = 2 / 3
# Of so many days before a matter it has to be known what was done, to say that something never was.
_KNOWN_DAYS: Final = 3


class FollowedTouches(TouchRows):
    """The same touches, and what belongs to some of them."""

    def strays(self, selected: Mask) -> Mask:
        """Say which are far from all runs, or in sessions without any, where most are in runs."""
        at = np.flatnonzero(selected)
        found = np.zeros(selected.size, dtype=np.bool_)
        if at.size:
            some = runs(self.times[at], usual_pause(self.times[at]))
            for run in range(some.sizes.size):
                found[at[some.rows(np.intp(run))]] = True
        if 2 * int(found.sum()) <= at.size:
            return np.zeros(selected.size, dtype=np.bool_)
        left = selected & ~found
        far = _apart(self.times, self.times[found]) > _MOST_BESIDE * _SECOND
        return np.asarray(left & (far | ~np.isin(self.sessions, np.unique(self.sessions[found]))))

    def rest_of_runs(self, selected: Mask, same: Mask) -> Mask:
        """Say what else belongs to runs most of which is selected: a finding may begin in the middle of one."""
        found = np.zeros(selected.size, dtype=np.bool_)
        if selected.any():
            at = np.flatnonzero(same)
            some = runs(self.times[at], usual_pause(self.times[selected]))
            for run in np.flatnonzero(some.shares(selected[at]) > _MOSTLY):
                found[at[some.rows(run)]] = True
        return found

    def clockwork(self, same: Mask, fast: Mask, pause: float, first: datetime) -> Mask:
        """Say which touches a service makes again and again, in runs no longer than twice those before some moment.

        Where it made few runs before, or most of what is fast would be among them, none are.
        """
        at = np.flatnonzero(same)
        some = runs(self.times[at], pause)
        earlier = some.last < micros(first)
        before = some.sizes[earlier]
        found = np.zeros(same.size, dtype=np.bool_)
        if np.unique(some.first[earlier] // _HOUR).size >= _OFTEN:
            # The longest may be the theft itself, which began before any finding.
            for run in np.flatnonzero(some.sizes <= min(before.max(), _LONGER * np.median(before))):
                found[at[some.rows(run)]] = True
        return found if 2 * int((fast & found).sum()) < int(fast.sum()) else np.zeros(same.size, dtype=np.bool_)

    def follow(self, found: Mask, same: Mask, pause: float | None) -> None:
        """Mark the runs of one manner among, before and after what is marked: in its sessions, or at its pace."""
        mine = found & same
        if not mine.any():
            return
        at = np.flatnonzero(same)
        pace, sessions = usual_pace(self.times[mine]), np.unique(self.sessions[mine])
        ours, like = np.isin(self.sessions, sessions), self._like(mine)
        some = runs(self.times[at], pause or usual_pause(self.times[mine]))
        as_ours = as_fast(some.paces, pace) | ((pause is None) & (some.shares(ours[at]) > 0))
        worked_on = some.shares(self.worked[at]) > self.worked[mine].mean() + _MORE_WORK
        worked_on |= some.shares(self.returned[at]) > self.returned[mine].mean() + _MORE_WORK
        alike = as_ours & ~worked_on & (some.shares(like[at]) >= _LIKE_REASONS)
        first, last = int(self.times[found].min()), int(self.times[found].max())
        chosen = alike & (some.last >= first) & (some.first <= last)
        for run in np.flatnonzero(alike)[::-1]:
            if some.first[run] < first and self._near(some.last[run], first, pause):
                first, chosen[run] = some.first[run], True
        for run in np.flatnonzero(alike):
            if some.last[run] > last and self._near(last, some.first[run], pause):
                last, chosen[run] = some.last[run], True
        if pause is None and self._unheard_of(some.last[alike], first):
            chosen |= alike & (some.first > last)
        for run in np.flatnonzero(chosen):
            # Meanwhile the same account may work elsewhere as usual, in a session of its own.
            rows = at[some.rows(run)]
            found[rows[ours[rows]] if 2 * int(ours[rows].sum()) >= rows.size else rows] = True
        self._beside(found, same & np.isin(self.sessions, np.unique(self.sessions[found & same])), pace)

    def _unheard_of(self, ends: npt.NDArray[np.int64], first: int) -> bool:
        """Tell whether no run of a manner ended before the matter began, in days of which is known what was done."""
        known = np.unique(self.times[self.told & (self.times < first)] // _AWAY)
        return known.size >= _KNOWN_DAYS and not (ends < first).any()

    def pass_between(self, found: Mask, strangers: Mask) -> None:
        """Mark whom an actor knew and passed on its way from stranger to stranger.

        That is where hardly anything else of that kind was done in the session: who works meanwhile opens whom it knows
        as well.
        """
        for session, shift in {*zip(self.sessions[strangers].tolist(), self.shifts[strangers].tolist(), strict=True)}:
            ours = self.opened & ~self.again & (self.sessions == session) & (self.shifts == shift)
            mine = strangers & ours
            ours &= np.isin(self.kinds, np.unique(self.kinds[mine]))
            passed = self.between(mine, ours & self.dealt & ~self.worked, pauses=1)
            if int(passed.sum()) > _ALONE * int(ours.sum()):
                found |= passed

    def between(self, new: Mask, others: Mask, pauses: int = 2) -> Mask:
        """Return some acts with those others that stand between them in one run: whom one knows is passed as well.

        Args:
            new: The acts.
            others: Those that may be passed.
            pauses: So many of the pauses that are usual of the acts lie between two of them at most.
        """
        times, at = self.times[new], np.flatnonzero(others & ~new)
        found = new.copy()
        if times.size:
            after = np.searchsorted(times, self.times[at])
            inside = (after > 0) & (after < times.size)
            gaps = times[after[inside]] - times[after[inside] - 1]
            found[at[inside][gaps <= pauses * usual_pause(times) * _SECOND]] = True
        return found

    def _beside(self, found: Mask, same: Mask, pace: float) -> None:
        """Mark what lies between runs and is too little for one: cards nobody worked on, at nearly the same pace."""
        anchors = self.times[found & same]
        left = np.flatnonzero(same & ~found & ~self.worked & ~self.again & ~self.picked)
        if not anchors.size or not left.size:
            return
        found[left[_apart(self.times[left], anchors) <= min(pace * _SLOWER, _MOST_BESIDE) * _SECOND]] = True

    def _like(self, mine: Mask) -> Mask:
        """Say which touches have a reason that is frequent among what is marked, or that is not known yet."""
        labels, counts = np.unique(self.labels[mine], return_counts=True)
        return np.asarray(np.isin(self.labels, labels[counts >= _FREQUENT * counts.sum()]) | self.untold)

    def _near(self, earlier: int, later: int, pause: float | None) -> bool:
        """Tell whether one moment is within a day of another; what needs no pace to be told, in the next shift."""
        if pause is not None:
            return later - earlier <= _AWAY
        shifts = self.shifts[np.searchsorted(self.times, (earlier, later))]
        return later - earlier <= _AWAY or bool(shifts[1] - shifts[0] <= 1)


def _apart(times: npt.NDArray[np.int64], anchors: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return how far each moment is from the nearest of others (in order, not none), in microseconds."""
    place = np.searchsorted(anchors, times)
    before, after = anchors[np.maximum(place - 1, 0)], anchors[np.minimum(place, anchors.size - 1)]
    return np.asarray(np.minimum(np.abs(times - before), np.abs(after - times)))
