"""Which events tell of the same act: a request that the edge and the application both log is one act, not two.

Comes in: events in order, or late ones. Goes out: for each event the act it tells of, and whether another log has told
of it before (``repeated``). It drops nothing: every event is judged, only counts ask whether an act is a new one.

When two events are one act. They are alike in everything that matters (service, action, outcome, kind of object,
clients, records; the path where no object is known), of one actor, within ``TOLERANCE`` and the time the request took,
and from logs of different kinds. They are matched one to one: of an episode of events that are alike, the third in one
log is the third in the other, so an episode has as many acts as the log that tells of most. Two events of one log are
never one act. Nor are two of different logs of one format: those are presumed to be servers behind one balancer, each
with requests of its own. The exception is a line at the same place and time in both: a log followed under two names. An
id that a client may choose (of a request, of a trace) proves nothing and is not looked at.

Of logins there is a second answer for whoever counts by address: a log that knows the address alone tells of the same
attempts as one that knows the account.

Most events are alike to none before them: those are found by one look into a table, and only the others are matched.

Memory is bounded: the latest episodes are remembered (``bounded_records``). So an event that comes late
is recognised as long as its act is among them, and nothing like it was told of after it.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.bounded_records import BoundedRecords
from detector.detect.hash_index import Keys, mix
from detector.detect.rules.columns.expressions import COUNTED
from detector.detect.rules.columns.frame_view import NONE, Acts, FrameView, Lists
from detector.detect.sorted_groups import begins_of, groups_of

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

TOLERANCE: Final = 3_000_000
LONGEST: Final = 600_000_000  # a request that took longer is looked for no further apart
_ALIKE = ("service.name", "event.action", "event.outcome", "object.type")
_LOGIN = "login"
# Of an episode: the moment its events reach to, when it began, how many acts it has; of its first event the log, how
# many events that log has given, and the place of the line.
_REACH, _BEGAN, _ACTS, _UNIT, _EVENTS, _PLACE = range(6)
_EPISODE = ("reach", "began", "acts", "unit", "events", "place")
# Of one more log in an episode: when the episode began, how many events the log has given.
_SHARE = ("began", "events")
_LINE = ("seen",)
# Keeps apart what is asked of one event: its actor, its address with and without an account; and its line's place.
_BY_ACTOR, _BY_ACCOUNT, _BY_ADDRESS, _AT = (np.uint64(number) for number in (0x51, 0x52, 0x53, 0x54))


class _Rows(NamedTuple):
    """Events as they are compared.

    Attributes:
        time / took: When, and how long the request took.
        what: What must be alike.
        unit: The kind of log.
        log: The log.
        place: Where the line stands, and when it was.
    """

    time: Ints
    took: Ints
    what: Keys
    unit: Keys
    log: Keys
    place: Keys

    def at(self, places: Ints) -> "_Rows":
        """Return some of them."""
        return _Rows(
            time=self.time[places],
            took=self.took[places],
            what=self.what[places],
            unit=self.unit[places],
            log=self.log[places],
            place=self.place[places],
        )


class ActState:
    """What acts were told of lately. Changed in place.

    Attributes:
        episodes: Of events that are alike, the latest episode.
        shares: Its logs but the one that began it.
        lines: Places of lines in it, but the first.
    """

    def __init__(self) -> None:
        self.episodes, self.shares, self.lines = BoundedRecords(_EPISODE), BoundedRecords(_SHARE), BoundedRecords(_LINE)

    def overlay(self) -> "ActState":
        """Return a state that begins with what this one knows and changes nothing in it."""
        state = ActState()
        state.episodes, state.shares, state.lines = (
            each.overlay() for each in (self.episodes, self.shares, self.lines)
        )
        return state

    def step(self, view: FrameView, *, late: bool = False) -> Acts:
        """Take events in, in order of time; ``late``: behind others that were taken in already."""
        what, log = _content(view), mix(_mark(view, "log.stream"), _mark(view, "log.source"))
        offset = view.number("log.offset").view(np.uint64)
        place = mix(mix(view.time.view(np.uint64), offset), _AT)
        of_actor = mix(what, _mark(view, "actor.id"))
        rows = _Rows(view.time, _took(view), of_actor, _mark(view, "event.dataset"), log, place)
        ids, (repeated, unsure) = mix(log, offset), np.zeros((2, view.height), dtype=np.bool_)
        told = np.flatnonzero(what)
        if told.size:
            ids[told], repeated[told], unsure[told] = self._tell(rows.at(told), _BY_ACTOR, late=late)
        logins = np.flatnonzero(view.holds("event.action", _LOGIN) & (view.codes(COUNTED).of != NONE))
        at_address = repeated.copy()
        if logins.size:
            at_address[logins] = self._at_address(view, rows._replace(what=what).at(logins), logins, late=late)
        return Acts(ids, repeated, at_address, unsure)

    def _at_address(self, view: FrameView, rows: _Rows, logins: Ints, *, late: bool) -> Mask:
        """Say which logins were told of before, if only the address counts.

        First those of one account, and those of none, in several logs; of what is left an attempt without an account
        is one of those with one. Two accounts are two attempts, whatever the logs.
        """
        of_address = mix(rows.what, _mark(view, COUNTED)[logins])
        of_account = mix(of_address, _mark(view, "user.name")[logins])
        repeated = self._tell(rows._replace(what=of_account), _BY_ACCOUNT, late=late)[1]
        left = np.flatnonzero(~repeated)
        named = (view.codes("user.name").of[logins[left]] != NONE).astype(np.uint64)
        rest = rows._replace(what=of_address).at(left)._replace(unit=named)
        # No line that stands twice is among what is left for the second time.
        repeated[left] = self._tell(rest, _BY_ADDRESS, late=late, lines=False)[1]
        return repeated

    def _tell(self, rows: _Rows, salt: np.uint64, *, late: bool, lines: bool = True) -> tuple[Keys, Mask, Mask]:
        """Return the act of each event, whether another log reported it before, and where that is no longer known."""
        keys = mix(rows.what, salt)
        unsure = np.zeros(keys.size, dtype=np.bool_)
        if not keys.size:
            return keys, unsure.copy(), unsure
        numbers, known = self.episodes.at(keys)
        table, place = self.episodes.rows, np.arange(keys.size)
        last = np.zeros(int(numbers.max()) + 1, dtype=np.int64)
        last[numbers] = place
        several = np.zeros(last.size, dtype=np.bool_)
        several[numbers[last[numbers] != place]] = True
        matched = known | several[numbers]
        alone = np.flatnonzero(~matched)
        one = np.ones(alone.size, dtype=np.int64)
        first = (rows.time + rows.took, rows.time, one, rows.unit.view(np.int64), one, rows.place.view(np.int64))
        for column, values in enumerate(first):
            table[numbers[alone], column] = values if values is one else values[alone]
        ids, repeated = mix(mix(keys, rows.time.view(np.uint64)), np.uint64(1)), np.zeros(keys.size, dtype=np.bool_)
        rest = np.flatnonzero(matched)
        if late and rest.size:
            # What lies before the episode that is known of is too old to be compared.
            reaches = (rows.time + rows.took)[rest] + TOLERANCE
            before = known[rest] & (reaches < table[numbers[rest], _BEGAN])
            unsure[rest] = before & (table[numbers[rest], _UNIT] != rows.unit[rest].view(np.int64))
            rest = rest[~before]
        if rest.size:
            rest = rest[np.lexsort((rest, numbers[rest]))]
            ids[rest], repeated[rest] = self._match(keys[rest], numbers[rest], rows.at(rest), lines=lines)
        return ids, repeated, unsure

    def _match(self, keys: Keys, numbers: Ints, rows: _Rows, *, lines: bool) -> tuple[Keys, Mask]:
        """Match events of one key one to one; they come by key and time."""
        starts = groups_of(numbers)
        ends = np.append(starts[1:], keys.size) - 1
        known = self.episodes.rows[numbers[starts]]
        group = np.repeat(np.arange(starts.size), ends - starts + 1)
        reach = rows.time + rows.took
        before = _running(reach, starts, known[:, _REACH], group)
        begins = rows.time - rows.took - before > TOLERANCE
        heads = begins.copy()
        heads[starts] = True
        head = np.maximum.accumulate(np.where(heads, np.arange(keys.size), 0))
        goes_on = ~begins[head]  # the episode was there before
        began = np.where(goes_on, known[group, _BEGAN], rows.time[head])
        if lines:
            copies = self._copies(keys, rows, np.where(goes_on, known[group, _PLACE], 0))
            rows = rows._replace(unit=np.where(copies, mix(rows.unit, rows.log), rows.unit))
        own = np.where(goes_on, known[group, _UNIT], rows.unit[head].view(np.int64))
        events = np.where(goes_on, known[group, _EVENTS], 0)
        count = self._numbers(keys, rows, head, began, own, events)
        tops, piece = np.flatnonzero(heads), np.cumsum(heads) - 1
        most = _running(count, tops, np.where(goes_on, known[group, _ACTS], 0)[tops], piece)
        ids = mix(mix(keys, began.view(np.uint64)), count.view(np.uint64))
        mine = np.where(rows.unit.view(np.int64) == own, count, 0)
        table = np.stack(
            [
                np.maximum(before, reach)[ends],
                began[ends],
                np.maximum(most, count)[ends],
                own[ends],
                np.maximum(_running(mine, tops, events[tops], piece), mine)[ends],
                np.where(goes_on, known[group, _PLACE], rows.place[head].view(np.int64))[ends],
            ],
            axis=1,
        )
        self.episodes.rows[numbers[ends]] = table
        return ids, count <= most

    def _copies(self, keys: Keys, rows: _Rows, first: Ints) -> Mask:
        """Say which lines were seen before at their places; ``first``: the place of the episode's first line."""
        places = mix(rows.place, keys)
        numbers, known = self.lines.at(places)
        order = np.argsort(numbers, kind="stable")
        again = np.zeros(keys.size, dtype=np.bool_)
        again[order] = ~begins_of(numbers[order])
        self.lines.rows[numbers] = 1
        copies: Mask = known | again | (rows.place.view(np.int64) == first)
        return copies

    def _numbers(self, keys: Keys, rows: _Rows, head: Ints, began: Ints, own: Ints, events: Ints) -> Ints:
        """Return the number of each event among those of its log in its episode, from 1.

        ``own``: the log that began the episode; ``events``: how many that has given before.
        """
        mine = mix(keys, rows.unit)
        by_log = np.lexsort((mine, head))
        starts = np.flatnonzero(begins_of(head[by_log]) | begins_of(mine[by_log]))
        many = np.diff(np.append(starts, keys.size))
        firsts = by_log[starts]
        known = events[firsts]
        others = np.flatnonzero(rows.unit[firsts].view(np.int64) != own[firsts])
        numbers, _ = self.shares.at(mine[firsts[others]])
        shares = self.shares.rows[numbers]
        known[others] = np.where(shares[:, 0] == began[firsts[others]], shares[:, 1], 0)
        count = np.empty(keys.size, dtype=np.int64)
        count[by_log] = np.arange(keys.size) - np.repeat(starts - known, many) + 1
        lasts = by_log[starts + many - 1][others]
        self.shares.rows[numbers] = np.stack([began[lasts], count[lasts]], axis=1)
        return count

    def to_tables(self) -> dict[str, pl.DataFrame]:
        """Return the state as tables."""
        return {f"acts.{name}": getattr(self, name).to_table() for name in ("episodes", "shares", "lines")}

    @staticmethod
    def from_tables(tables: Mapping[str, pl.DataFrame]) -> "ActState":
        """Return the state held in tables; what is missing is empty."""
        state = ActState()
        for name in ("episodes", "shares", "lines"):
            if f"acts.{name}" in tables:
                getattr(state, name).fill(tables[f"acts.{name}"])
        return state


def _running(values: Ints, starts: Ints, first: Ints, group: Ints) -> Ints:
    """Return the highest value before each place of a group, which begins with ``first``."""
    values = np.append(0, values[:-1])
    values[starts] = first
    # Ranks instead of values: times would not fit beside the number of a group.
    distinct, rank = np.unique(values, return_inverse=True)
    lifted = rank + group * distinct.size
    highest: Ints = distinct[np.maximum.accumulate(lifted) - group * distinct.size]
    return highest


def _mark(view: FrameView, name: str) -> Keys:
    """Return the hash of what stands in each row; 0 for nothing."""
    found: Keys = np.append(view.marks(name), np.uint64(0))[view.codes(name).of]
    return found


def _took(view: FrameView) -> Ints:
    """Return how long each request took, in microseconds."""
    if view.empty("event.duration"):
        return np.zeros(view.height, dtype=np.int64)
    return np.clip(view.number("event.duration") // 1_000, 0, LONGEST)


def _content(view: FrameView) -> Keys:
    """Return a hash of all that must be alike in two events that tell of one act; 0 where that is not known."""
    content = mix(_together(view, "subject.ids"), _together(view, "record.ids"))
    for name in _ALIKE:
        content = mix(content, _mark(view, name))
    bare = np.flatnonzero(~view.there("object.type") & ~view.holds("event.action", _LOGIN))
    if bare.size:
        paths = view.hashes_at("url.path", bare)
        named = np.diff(paths.begin) > 0
        content[bare[~named]] = 0
        content[bare[named]] = mix(content[bare[named]], paths.values.view(np.uint64))
    return content


def _together(view: FrameView, name: str) -> Keys:
    """Return one hash of the ids in each row, whatever their order; 0 for none."""
    if view.empty(name):
        return np.zeros(view.height, dtype=np.uint64)
    lists: Lists = view.hashes(name)
    sums = np.append(np.uint64(0), np.cumsum(mix(lists.values.view(np.uint64), _AT), dtype=np.uint64))
    found: Keys = sums[lists.begin[1:]] - sums[lists.begin[:-1]]
    return found
