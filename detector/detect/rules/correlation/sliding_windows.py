"""Sliding windows of one correlation: for each group the events, the distinct values or a sum, of the last span.

Comes in: sights (a value of a group at a time; an event is a value that never comes again), in order of time. Goes out:
how many of them the window of each group holds at each member. A window holds what is not older than ``time - span``.
Where a rule sums, each sight has an amount and the window holds their sum; of sights that stand for each other (one act
told by several logs) the highest amount counts.

All groups of a correlation share one log of sights. A sight counts from its own row on, until the same value is seen
again (then the later sight counts in its place) or until it is older than the span. So an event costs the same
whatever the windows hold, and a batch is worked off as arrays. Where all that a group may hold could not matter,
nothing is taken out of the log until it has doubled.

Memory is bounded: a window counts to the rule's ``most_values`` (more when its limit is higher) exactly and says "at
least" beyond; values that were not seen again for longest are let go of. A sum of more than ``most_values`` amounts
loses the smallest of them.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from detector.detect.hash_index import Records, mix
from detector.detect.rules.correlation.groups import Members
from detector.detect.rules.ruleset import MOST_AMOUNT, CorrelationRule

Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]

NEVER: Final = -1
_LAST: Final = int(np.iinfo(np.int32).max)  # in `until`: no later sight of the same value
_TRIMMED: Final = -1
ROOM: Final = 4_096
_ONCE: Final = secrets.randbits(64)
_NO_SIGHT: Final = np.array(NEVER, np.int32)


def capacity(rule: CorrelationRule) -> int:
    """Return how many entries a window may hold: no more than the condition can tell apart."""
    if rule.kind == "event_count" and rule.rises:
        return rule.limit + 1
    return rule.most_values if rule.sums else max(rule.most_values, rule.limit + 1)


def most_told(rule: CorrelationRule) -> int:
    """Return the highest count or sum that is told."""
    return MOST_AMOUNT if rule.sums else capacity(rule)


def _with_room(array: npt.NDArray[Any], many: int) -> npt.NDArray[Any]:
    """Return an array with room for many; what is not used yet costs no memory before it is."""
    grown = np.empty(many, array.dtype)
    grown[: array.size] = array
    return grown


@dataclass(frozen=True, slots=True)
class Came:
    """Sights of one batch that were taken in.

    Attributes:
        first: Number of the first of them.
        owners: The member each belongs to.
        before: Number of the sight whose place each took, ``NEVER`` for a value the window did not hold.
        behind: For each member, the number behind its last sight.
    """

    first: int
    owners: Ints
    before: Ints
    behind: Ints


@dataclass(slots=True)
class SlidingWindows:
    """The log of sights of one correlation.

    Attributes:
        slots / times: Of each sight: its group, when it was.
        keys: Of each sight, where they have values: its value (mixed with the group's salt); empty where none has.
        until: Number of the sight that took its place; ``_LAST`` while none did. Empty where none ever did, as where
            sights have no values.
        amounts: Of each sight, where they are summed; empty where they are counted. Larger numbers only once one came.
        size: How many sights the log holds; the arrays have room for more.
        head: Sights before this number are too old and count no more.
        full_at: The size at which the log is gone through for what no longer counts.
        live: How many sights count, by slot; where they are summed, their sum.
        latest: Number of the latest sight of each value; sights that count no more stand there too, for a while.
        valued: Sights have values; those of events have none.
        begins: Of each sight, where values are counted: since when its value was seen again and again, never further
            apart than the span. All that time it counted, wherever it was seen in between. Empty elsewhere: ``since``.
        room: How much room there is before a log is gone through, and how much is looked at in one go.
    """

    slots: Numbers = field(default_factory=lambda: np.empty(ROOM, np.int32))
    keys: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    times: Ints = field(default_factory=lambda: np.empty(ROOM, np.int64))
    until: Numbers = field(default_factory=lambda: np.empty(0, np.int32))
    size: int = 0
    head: int = 0
    full_at: int = ROOM
    live: Ints = field(default_factory=lambda: np.zeros(16, np.int64))
    latest: Records[np.int32] = field(default_factory=lambda: Records(_NO_SIGHT))
    valued: bool = False
    amounts: npt.NDArray[Any] = field(default_factory=lambda: np.empty(0, np.int32))
    begins: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    summed: bool = False
    room: int = ROOM

    @property
    def _arrays(self) -> tuple[str, ...]:
        valued = ("keys",) if self.summed else ("keys", "begins")
        there = {"slots": True, "times": True, **dict.fromkeys(valued, self.valued), "amounts": self.summed}
        return tuple(name for name, has in (there | {"until": self.until.size > 0}).items() if has)

    def make_room(self, groups: int) -> None:
        """Make room for that many groups."""
        if groups > self.live.size:
            self.live = np.append(self.live, np.zeros(groups, np.int64))

    def append(
        self,
        slots: Ints,
        keys: Ints | None,
        times: Ints,
        amounts: Ints | None = None,
        *,
        span: int = 0,
        begins: Ints | None = None,
    ) -> Ints:
        """Take sights in; return for each the number of the one whose place it takes, ``NEVER`` where there is none.

        A log that sums is given amounts from the first sight on. Of sights with values the span is given within which
        one stands for another, and ``begins`` where they were in a log before.
        """
        first, last = self.size, self.size + times.size
        self._provide(last, valued=keys is not None, summed=amounts is not None)
        if amounts is not None:
            if amounts.max(initial=0) > _LAST:
                self.amounts = self.amounts.astype(np.int64, copy=False)
            self.amounts[first:last] = amounts
        self.slots[first:last] = slots
        self.times[first:last] = times
        if self.until.size:
            self.until[first:last] = _LAST
        self.size = last
        if keys is None:
            np.add.at(self.live, slots, 1 if amounts is None else amounts)
            return np.full(times.size, NEVER)
        self.keys[first:last] = keys
        if not self.summed:
            self.begins[first:last] = times if begins is None else begins
        before = self._renumber(keys, first)
        # What is too old or was let go of is no more in the table's place than a value never seen.
        before[(before < self.head) | ((before < first) & (self.until[before] != _LAST))] = NEVER
        again = np.flatnonzero(before >= 0)
        self.until[before[again]] = again + first
        if not self.summed:
            self._join(again, before, first, span)
            np.add.at(self.live, slots[before < 0], 1)
            return before
        in_span = again[times[again] - span <= self.times[before[again]]]
        for place in in_span.tolist():  # in order: the one before may have come in this batch too
            self.amounts[first + place] = max(self.amounts[first + place], self.amounts[before[place]])
        np.add.at(self.live, slots, self._more(np.arange(first, last), before))
        return before

    def _provide(self, many: int, *, valued: bool, summed: bool) -> None:
        """Have room for that many sights, and columns for what they bring."""
        if summed and not self.summed:
            self.summed, self.amounts = True, np.zeros(self.times.size, np.int32)
        if valued and not self.valued:
            # Events that were counted without a value are none of those that come now.
            self.valued = True
            self.keys = mix(np.arange(self.times.size, dtype=np.uint64), np.uint64(_ONCE)).view(np.int64)
            self.begins = self.begins if self.summed else self.times.copy()
            self._begin_until()
            self._find_latest(self.size)
        for name in self._arrays if many > self.times.size else ():
            setattr(self, name, _with_room(getattr(self, name)[: self.size], 2 * many))

    def _begin_until(self) -> None:
        if not self.until.size:
            self.until = _with_room(np.full(self.size, _LAST, np.int32), self.times.size)

    def _lasting(self, first: int, stop: int) -> npt.NDArray[np.bool_]:
        """Say of the sights between two numbers whether no other has taken their places."""
        return self.until[first:stop] == _LAST if self.until.size else np.ones(stop - first, np.bool_)

    def since(self, numbers: Ints) -> Ints:
        """Return since when sights count."""
        return (self.begins if self.valued and not self.summed else self.times)[numbers]

    def _join(self, again: Ints, before: Ints, first: int, span: int) -> None:
        """Let values that are seen again count since when they did before, if that was within the span."""
        begins = self.begins
        near = again[begins[again + first] - span <= self.times[before[again]]]
        ancestor = np.arange(first, self.size)
        ancestor[near] = before[near]
        while near.size:  # the one before may have come in this batch too: each look goes twice as far back
            begins[near + first] = np.minimum(begins[near + first], begins[ancestor[near]])
            near = near[ancestor[near] >= first]
            further = ancestor[ancestor[near] - first]
            near = near[further != ancestor[near]]
            ancestor[near] = ancestor[ancestor[near] - first]

    def _renumber(self, keys: Ints, first: int) -> Ints:
        """Give keys the numbers from ``first`` on; return the number each had before, ``NEVER`` for a new one."""
        known = self._values(keys)
        before = self.latest.rows[known].astype(np.int64)
        order = np.argsort(known, kind="stable")
        again = np.flatnonzero(known[order][1:] == known[order][:-1])
        before[order[again + 1]] = order[again] + first
        self.latest.rows[known[order]] = order + first  # of equal ones the last stays
        return before

    def _values(self, keys: Ints) -> Ints:
        """Return the numbers of values."""
        return self.latest.at(mix(keys.view(np.uint64), np.uint64(_ONCE)))

    def _find_latest(self, size: int) -> None:
        """Begin anew with the first ``size`` sights: values of those that were let go of are forgotten."""
        self.latest = Records(_NO_SIGHT)
        self._renumber(self.keys[:size], 0)

    def insert(
        self, slots: Ints, keys: Ints | None, times: Ints, amounts: Ints | None = None, *, span: int = 0
    ) -> None:
        """Take in sights that belong before some that are there; what is older than all that counts is left out.

        Those behind the first of them are taken out and come again, so that it costs what lies behind it.
        """
        if keys is not None and not self.valued:
            self.append(slots[:0], keys[:0], times[:0], None if amounts is None else amounts[:0])
        if keys is None and self.valued:
            keys = mix(np.arange(self.size, self.size + times.size, dtype=np.uint64), np.uint64(_ONCE)).view(np.int64)
        oldest = int(self.times[self.head - 1]) if self.head else int(times.min(initial=0))
        there = times >= oldest
        if not there.any():
            return
        first = max(self.head, int(np.searchsorted(self.times[: self.size], times[there].min(), side="right")))
        behind = np.arange(first, self.size)
        if self.until.size:
            behind = behind[self.until[behind] != _TRIMMED]
        self._forget(behind[self._lasting(first, self.size)[behind - first]])
        if self.valued:
            self.latest.rows[self._values(self.keys[behind])] = NEVER
            self._restore(np.flatnonzero(np.isin(self.until[self.head : first], behind)) + self.head)
        again = (self.slots[behind].astype(np.int64), self.times[behind])
        slots, moments = (np.concatenate(each) for each in zip(again, (slots[there], times[there]), strict=True))
        order = np.argsort(moments, kind="stable")
        if keys is not None:
            keys = np.concatenate([self.keys[behind], keys[there]])[order]
        if amounts is not None:
            amounts = np.concatenate([self.amounts[behind], amounts[there]])[order]
        begins = np.concatenate([self.since(behind), times[there]])[order]
        self.size = first
        self.append(slots[order], keys, moments[order], amounts, span=span, begins=begins)

    def of(self, slot: int) -> tuple[Ints, Ints, Ints]:
        """Return of what the window of a group holds, in order, the times, since when each counts, and how much."""
        numbers = self.counted()
        numbers = numbers[self.slots[numbers] == slot]
        amounts = self.amounts[numbers] if self.summed else np.ones(numbers.size, np.int64)
        return self.times[numbers], self.since(numbers), amounts

    def _more(self, numbers: Ints, before: Ints) -> Ints:
        """Return by how much sights raise the sum: those that take the place of others, by what they have more."""
        known = np.where(before >= 0, self.amounts[np.maximum(before, 0)], 0)
        return self.amounts[numbers] - known

    def expire(self, edge: int) -> Ints:
        """Let go of what is older than ``edge``; return the numbers of the sights that counted until then."""
        stop = int(np.searchsorted(self.times[: self.size], edge, side="left"))
        if stop <= self.head:
            return np.empty(0, np.int64)
        gone = np.flatnonzero(self._lasting(self.head, stop)) + self.head
        self.head = stop
        self._forget(gone)
        return gone

    def _restore(self, numbers: Ints) -> None:
        """Let sights be the latest of their values again: those that took their places are taken out."""
        self.until[numbers] = _LAST
        np.add.at(self.live, self.slots[numbers], self.amounts[numbers] if self.summed else 1)
        self.latest.rows[self._values(self.keys[numbers])] = numbers

    def _forget(self, gone: Ints) -> None:
        np.subtract.at(self.live, self.slots[gone], self.amounts[gone] if self.summed else 1)

    def counts(self, members: Members, slots: Ints, time: Ints, came: Came, span: int, before: Ints) -> Ints:
        """Return how many (or how much) the window of its group holds at each member, members by group and time.

        What is older than the span of the last member is let go of.

        Args:
            members: The members of the batch.
            slots: The slots of their groups, groups in the order of ``members.starts``.
            time: Event time of each member.
            came: Their sights.
            span: How far back the window reaches.
            before: How many sights of each group counted before the batch, or their sum.
        """
        many, order, starts = time.size, members.order, members.starts
        new = came.before < 0
        late = ~new  # seen before, but that was too old already when it came again
        late[late] = time[came.owners[late]] - span > self.times[came.before[late]]
        if self.summed:
            numbers = came.first + np.arange(came.owners.size)
            grown = np.zeros(many, dtype=np.int64)
            np.add.at(grown, came.owners, self._more(numbers, np.where(late, NEVER, came.before)))
            steps = grown[order]
        else:
            steps = np.bincount(came.owners[new | late], minlength=many)[order]
        gone = np.append(self.expire(int(time[-1]) - span), came.before[late])
        local = np.full(self.live.size, -1)
        local[slots] = np.arange(slots.size)
        group = local[self.slots[gone]]
        gone, group = gone[group >= 0], group[group >= 0]
        lengths = np.diff(np.append(starts, many))
        if gone.size:
            # A sight leaves before the first member of its group that comes too late for it, if there is one.
            at = np.searchsorted(time, self.times[gone] + span, side="right")
            places = np.repeat(np.arange(slots.size) * many, lengths) + order
            place = np.searchsorted(places, group * many + at)
            there = place < (starts + lengths)[group]
            left = np.zeros(many, dtype=np.int64)
            np.add.at(left, place[there], self.amounts[gone[there]] if self.summed else 1)
            steps = steps - left
        total = np.cumsum(steps)
        counted: Ints = total + np.repeat(before - total[starts] + steps[starts], lengths)
        return counted

    def oldest(self, slot: int, behind: int, edge: int, count: int, most: int) -> int:
        """Return the time of the oldest of what a window held at a row, of no more than the latest ``most``.

        Args:
            slot: The group.
            behind: Number behind the row's last sight.
            edge: The oldest time that counts at the row.
            count: How many the window held.
            most: How many of them count.
        """
        begin = int(np.searchsorted(self.times[: self.size], edge, side="left"))
        while begin < behind:
            # The oldest lies near the edge: more than a piece of the log is looked at only where the latest count.
            stop = behind if count > most else min(behind, begin + self.room)
            mine = self.slots[begin:stop] == slot
            if self.until.size:
                mine &= self.until[begin:stop] >= behind
            found = np.flatnonzero(mine)
            if found.size:
                return int(self.times[begin + found[-most:][0]])
            begin = stop
        raise LookupError("the window is empty")

    def tidy(self, most: int, edge: int) -> None:
        """Keep the log in bounds: no group holds much more than ``most``, and at least half of the log counts."""
        full = self.size >= self.full_at
        entries = self.live
        if self.summed:
            entries = np.bincount(self.slots[self.counted()]) if full else np.empty(0, np.int64)
        if int(entries.max(initial=0)) > most + max(most // 4, self.room // 4):
            self._trim(most)
        if full:
            self.expire(edge)
            self.retain(self.counted())

    def counted(self) -> Ints:
        """Return the numbers of the sights that count."""
        return np.flatnonzero(self._lasting(self.head, self.size)) + self.head

    def _trim(self, most: int) -> None:
        """Let go of the oldest sights of groups that hold more than ``most``; where they are summed, the smallest."""
        numbers = self.counted()
        by = (self.amounts[numbers], self.slots[numbers]) if self.summed else (self.slots[numbers],)
        numbers = numbers[np.lexsort(by)]
        slots = self.slots[numbers]
        place_from_end = np.searchsorted(slots, slots, side="right") - np.arange(slots.size)
        gone = numbers[place_from_end > most]
        self._begin_until()
        self.until[gone] = _TRIMMED
        self._forget(gone)

    def retain(self, numbers: Ints) -> None:
        """Keep these sights alone, which all count."""
        self.until = np.empty(0, np.int32)
        for name in self._arrays:
            setattr(self, name, _with_room(getattr(self, name)[numbers], numbers.size + self.room))
        self.size, self.head = numbers.size, 0
        self.full_at = 2 * self.size + self.room
        if self.valued:
            self._begin_until()
            self._find_latest(self.size)
