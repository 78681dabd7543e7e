"""Each touch of a client is given its reason, in the order of events.

Comes in: the clients that events name, in the total order of events, as keys. Goes out: the number of a reason
(``detector.schema.events.touches``) for each. What explains a touch is what came before it in that order, in this call
or in calls before; so the same touches have the same reasons however they are cut. No clock, no text.

Of a card that an actor opens, in this order: it opened the same one within the last half hour (``SAME_CARD``); it dealt
with the client at any time that is remembered (``DEALT_BEFORE``); a list or search of the last half hour showed it
(``FROM_LIST``); it opened a client next to it, as near as clients' numbers lie, within the last half hour
(``NEIGHBOUR``); so many colleagues of its team dealt with it (``COLLEAGUES``); else nobody did (``NOBODY``), or it is
too early to say so. Whose clients the company says they are goes before what was seen: a client of one's own
(``PORTFOLIO``) before any dealing with it, one of one's team (``TEAM_PORTFOLIO``) before its neighbours and what
colleagues did. A list or a search shows whoever fits (``LISTED``): it is neither dealing nor a question. An export
that names clients is asked about, and teaches nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import pairwise
from typing import Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from detector.detect.client_keys import NO_NUMBER
from detector.detect.hash_index import Keys, mix
from detector.detect.sorted_groups import begins_of
from detector.detect.touches.touch_memory import HOUR, READY, SHORTLY, TouchState
from detector.detect.touches.walks import Walked, stretches, walk_on
from detector.schema.events.touches import TouchReason

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint8]

COLLEAGUES: Final = 2
"""So many colleagues dealt with a client: it is one of the team's."""
LONG_LIST: Final = 200
"""A list that shows more clients than this explains none: nobody picks from it by eye."""
_LEVELS: Final = np.arange(1, COLLEAGUES + 1, dtype=np.uint64) + np.uint64(0x7EA0)
_CELL: Final = np.uint64(0xCE11)
_ROUND: Final = HOUR + SHORTLY + 2


class ActKind(IntEnum):
    """What an event does to a client it names."""

    OPENED = 0
    SHOWN = 1
    SHOWN_AMONG_MANY = 2
    TAKEN = 3


class NamedClients(NamedTuple):
    """Clients that events name, in the total order of events; one place a client and event.

    Attributes:
        rows: Number of the event, never less than the one before. time: Its moment, in microseconds.
        pairs: Of actor and client. actors: Of the actor.
        teams: Of a team of the actor and the client, a row each; 0 behind the last of them.
        kinds: ``ActKind``.
        changed: The client's card was changed.
        owned: Whether the company says that the client is the actor's. of_team: that it is one of its teams'.
        sources: Number of the source. names: of each source.
    """

    rows: Ints
    time: Ints
    pairs: Keys
    teams: Keys
    actors: Keys
    kinds: npt.NDArray[np.int8]
    changed: Mask
    owned: Mask
    of_team: Mask
    sources: Ints
    names: list[str]

    def part(self, begin: int, end: int) -> "NamedClients":
        """Return those from one place up to another."""
        some = slice(begin, end)
        return NamedClients(
            self.rows[some],
            self.time[some],
            self.pairs[some],
            self.teams[some],
            self.actors[some],
            self.kinds[some],
            self.changed[some],
            self.owned[some],
            self.of_team[some],
            self.sources[some],
            self.names,
        )


class NumbersOf(Protocol):
    """Returns the keys of clients by their places (``detector.detect.client_keys``)."""

    def __call__(self, places: Ints) -> Keys:
        """Return the key of the client at each place."""


class ExplainedTouches(NamedTuple):
    """The reason of each touch, and how far its actor has walked through neighbouring clients with it."""

    reasons: Codes
    walked: Walked


@dataclass(slots=True)
class TouchMemory:
    """What explains touches, as a fold."""

    state: TouchState = field(default_factory=TouchState)

    def step(self, named: NamedClients, numbers_of: NumbersOf) -> ExplainedTouches:
        """Take further touches in; return the reason of each, and how far its actor has walked."""
        found = np.empty(named.rows.size, dtype=np.uint8)
        walked = Walked.nowhere(named.rows.size)
        self.state.begin_sources(named.names, named.sources, named.time)
        hours = named.time // HOUR
        cuts = [0, *(np.flatnonzero(hours[1:] != hours[:-1]) + 1).tolist(), hours.size] if hours.size else []
        for begin, end in pairwise(cuts):
            self.state.enter(int(hours[begin]), int(named.time[begin]))
            part = named.part(begin, end)
            explained = _classified(self.state, part, lambda places, begin=begin: numbers_of(places + begin))
            found[begin:end] = explained.reasons
            walked.write(slice(begin, end), explained.walked)
        return ExplainedTouches(found, walked)


def _classified(state: TouchState, named: NamedClients, numbers_of: NumbersOf) -> ExplainedTouches:
    """Return the reasons of touches within one hour, and the walks they go on with."""
    t0 = int(named.time[0])
    order = np.argsort(named.pairs, kind="stable")
    pairs, kinds, rel = named.pairs[order], named.kinds[order], named.time[order] - _since(t0)
    begins = begins_of(pairs)
    starts = np.flatnonzero(begins)
    group = np.cumsum(begins) - 1
    opened, shown, taken = (kinds == kind for kind in (ActKind.OPENED, ActKind.SHOWN, ActKind.TAKEN))
    opens = np.logical_or.reduceat(opened, starts)
    keys = pairs[starts]
    known = np.zeros(starts.size, dtype=np.bool_)
    known[opens] = ~state.add_pairs(keys[opens], t0)
    asked = np.logical_or.reduceat(taken, starts) & ~opens
    known[asked] = state.pairs.knows(keys[asked])
    before = _recent(state, keys, [np.maximum.reduceat(rel * mask, starts) for mask in (opened, shown)], _since(t0))
    within = _latest(rel, opened, group, starts)
    last_opened = np.maximum(within, before[0][group])
    last_shown = np.maximum(_latest(rel, shown, group, starts), before[1][group])

    reasons = np.full(order.size, TouchReason.LISTED, dtype=np.uint8)
    asking = opened | taken
    own = known[group] | (within > 0)
    new = asking & ~own
    owned = named.owned[order]
    reasons[asking & own] = TouchReason.DEALT_BEFORE
    reasons[asking & own & owned] = TouchReason.PORTFOLIO
    reasons[asking & (last_opened > 0) & (rel - last_opened <= SHORTLY)] = TouchReason.SAME_CARD
    listed = new & (last_shown > 0) & (rel - last_shown <= SHORTLY)
    if new.any():
        at = np.flatnonzero(new)
        at = at[np.argsort(order[at], kind="stable")]  # in the order of events
        places, first = order[at], opened[at]
        reasons[at] = _of_new(state, named, places, first, numbers_of)
        reasons[new & named.of_team[order]] = TouchReason.TEAM_PORTFOLIO
        reasons[listed] = TouchReason.FROM_LIST
        reasons[new & owned] = TouchReason.PORTFOLIO
    _same_event(reasons, named.rows[order], begins)
    found, steps = np.empty(order.size, dtype=np.uint8), np.empty(order.size, dtype=np.bool_)
    found[order], steps[order] = reasons, new & opened & ~owned
    return ExplainedTouches(found, _walked(state, named, steps, numbers_of))


def _walked(state: TouchState, named: NamedClients, steps: Mask, numbers_of: NumbersOf) -> Walked:
    """Return how far the actors of touches have walked.

    Args:
        state: Changed.
        named: Touches within one hour.
        steps: Which of them open a client that is new to its actor, and none of its own.
        numbers_of: Keys of clients.
    """
    begun = state.begun_of(named.names, int(named.time[0]))[named.sources]
    counts = steps & (named.time - begun >= READY)
    walked = Walked.nowhere(steps.size)
    at = np.flatnonzero(counts | (named.changed & (named.kinds == ActKind.OPENED)))
    if at.size:
        some = (named.actors[at], numbers_of(at), named.time[at], named.changed[at])
        walked.write(at, walk_on(state.walks, state.walk_shift, *some))
    return walked


def _recent(state: TouchState, keys: Keys, last: Sequence[Ints], start: int) -> Sequence[Ints]:
    """Return when each pair was last opened, and shown, before, and remember when it was now; 0: never.

    Moments count from ``start``.
    """
    found = [np.zeros(keys.size, dtype=np.int64) for _ in last]
    comes = np.logical_or.reduce([moments > 0 for moments in last])
    some, others = np.flatnonzero(comes), np.flatnonzero(~comes)
    if others.size:
        known, _ = state.recent.peek(keys[others])
        for column, moments in enumerate(found):
            moments[others] = np.maximum(known[:, column] - start, 0)
    numbers, _ = state.recent.at(keys[some])
    rows = state.recent.rows
    for column, moments in enumerate(last):
        known = rows[numbers, column]
        found[column][some] = np.maximum(known - start, 0)
        rows[numbers, column] = np.where(moments[some] > 0, moments[some] + start, known)
    return found


def _latest(rel: Ints, counts: Mask | bool, group: Ints, starts: Ints) -> Ints:
    """Return of each place when the latest one before it in its group counted; 0: none did."""
    lift = group * _ROUND
    run = np.maximum.accumulate(rel * counts + lift)
    found = np.empty_like(run)
    found[1:] = run[:-1]
    found[starts] = lift[starts]
    found -= lift
    return found


def _of_new(state: TouchState, named: NamedClients, places: Ints, first: Mask, numbers_of: NumbersOf) -> Codes:
    """Return the reasons of touches of clients that are new to their actors, in the order of events.

    Args:
        state: Changed.
        named: Touches.
        places: Places of the new ones among them.
        first: Which of them open a card: the others take it in an export.
        numbers_of: Keys of clients.
    """
    begun = state.begun_of(named.names, int(named.time[0]))[named.sources[places]]
    early = named.time[places] - begun < READY
    reasons = np.where(early, TouchReason.TOO_EARLY, TouchReason.NOBODY).astype(np.uint8)
    reasons[_of_team(state, named.teams[places], first, int(named.time[0]))] = TouchReason.COLLEAGUES
    cards = np.flatnonzero(first)
    if cards.size:
        mine = places[cards]
        near = _beside(state, named.actors[mine], numbers_of(mine), named.time[mine], int(named.time[0]))
        reasons[cards[near]] = TouchReason.NEIGHBOUR
    return reasons


def _of_team(state: TouchState, teams: Keys, first: Mask, time: int) -> Mask:
    """Say which touches are of clients with whom enough colleagues dealt before; count those that open a card.

    Args:
        state: Changed.
        teams: Of a team and a client, a row for each touch, in the order of events.
        first: Which of them open a card.
        time: The moment of the first.
    """
    owners, columns = np.nonzero(teams)
    keys = teams[owners, columns]
    order = np.argsort(keys, kind="stable")
    ordered, counts = keys[order], first[owners[order]].astype(np.int64)
    begins = begins_of(ordered)
    starts, group = np.flatnonzero(begins), np.cumsum(begins) - 1
    levels = [mix(ordered[starts], level) for level in _LEVELS]
    before = _levels(state, levels)
    running = np.cumsum(counts) - counts
    running -= running[starts][group]
    found = np.zeros(first.size, dtype=np.bool_)
    found[owners[order[before[group] + running >= COLLEAGUES]]] = True
    after = before + np.add.reduceat(counts, starts)
    more = [level[(before < number) & (after >= number)] for number, level in enumerate(levels, 1)]
    state.add_pairs(np.unique(np.concatenate(more)), time)
    return found


def _levels(state: TouchState, levels: Sequence[Keys]) -> Ints:
    """Return how many of its levels, from the first on, each pair of a team and a client has reached."""
    reached = np.zeros(levels[0].size, dtype=np.int64)
    left = np.arange(reached.size)
    for level in levels:
        order = np.argsort(level[left])
        left = left[order][state.pairs.knows(level[left][order])]
        reached[left] += 1
    return reached


def _beside(state: TouchState, actors: Keys, clients: Keys, time: Ints, t0: int) -> Mask:
    """Say which clients lie next to one that the same actor opened shortly before, and that was new to it, too."""
    numbered = np.flatnonzero(clients < np.uint64(NO_NUMBER))
    found = np.zeros(clients.size, dtype=np.bool_)
    if not numbered.size:
        return found
    state.density.add(clients[numbered])
    start = _since(t0)
    rel, many = time[numbered] - start, numbered.size
    keys = mix(stretches(actors[numbered], clients[numbered], state.shift), _CELL).ravel()
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    begins = begins_of(ordered)
    starts = np.flatnonzero(begins)
    numbers, _ = state.cells.at(ordered[starts])
    rows, group, times = state.cells.rows, np.cumsum(begins) - 1, rel[order // 2]
    before = np.maximum(rows[numbers, 0] - start, 0)
    last = np.empty(order.size, dtype=np.int64)
    last[order] = np.maximum(_latest(times, True, group, starts), before[group])
    rows[numbers, 0] = np.maximum.reduceat(times, starts) + start
    last = last.reshape(many, 2).max(axis=1)
    found[numbered] = (last > 0) & (rel - last <= SHORTLY)
    return found


def _since(moment: int) -> int:
    """Return what times are counted from at a moment and later: what matters then is after it, and 0 says never."""
    return moment - SHORTLY - 1


def _same_event(reasons: Codes, rows: Ints, begins: Mask) -> None:
    """Give a client that an event names twice one reason: the first."""
    again = ~begins
    again[1:] &= rows[1:] == rows[:-1]
    if again.any():
        reasons[:] = reasons[np.maximum.accumulate(np.where(again, 0, np.arange(rows.size)))]
