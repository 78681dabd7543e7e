"""What explains each touch of a client, as facts of events and as rows for the access journal.

Comes in: events in order. Goes out: the columns ``nabat.touch``, ``nabat.touch_reason``, ``nabat.unexplained``,
``nabat.walk``, ``nabat.walks``, ``nabat.hasty_more``, ``nabat.reopened_more`` and ``nabat.scripted_usual``, and a frame
of ``TOUCH_SCHEMA``.
What decides is ``detector.detect.touches``; here events are made into what it asks for. Left out is what touched
nothing, and what another log has told of before: it has no class.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from detector import frames
from detector.arrow_buffers import arrow_array, from_arrow
from detector.detect.client_keys import client_keys
from detector.detect.hash_index import Keys, mix
from detector.detect.portfolio_keys import NO_TEAM
from detector.detect.rules.columns.frame_view import NONE, FrameView, Lists, marks_of
from detector.detect.rules.facts.habits.daily_distinct import DailyDistinct
from detector.detect.rules.facts.habits.day_habits import DayHabits
from detector.detect.rules.facts.habits.paced_days import HASTE, SCRIPTED, PacedDays, days_of
from detector.detect.rules.facts.habits.reopened_days import ReopenedDays
from detector.detect.rules.facts.id_sequences import RunColumns
from detector.detect.rules.facts.owned_clients import OwnedClients
from detector.detect.touches import LONG_LIST, READY, ActKind, NamedClients, NumbersOf, TouchMemory, TouchState, Walked
from detector.schema.events.touches import CLASS_OF, TouchClass, TouchReason

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint8]

TOUCH, TOUCH_REASON, UNEXPLAINED = "nabat.touch", "nabat.touch_reason", "nabat.unexplained"
OF_WALK: Final = RunColumns("nabat.walk", "$walk_since")
OF_WALKS: Final = RunColumns("nabat.walks", "$walks_since")
HASTY_MORE: Final = "nabat.hasty_more"
REOPENED_MORE: Final = "nabat.reopened_more"
SCRIPTED_USUAL: Final = "nabat.scripted_usual"
OF_TOUCHES: Final = (TOUCH, TOUCH_REASON, UNEXPLAINED, *OF_WALK, *OF_WALKS, HASTY_MORE, REOPENED_MORE, SCRIPTED_USUAL)
_CHANGES: Final = ("create", "update", "delete")
_LABELS: Final = {
    TOUCH: [CLASS_OF[each].value for each in TouchReason],
    TOUCH_REASON: [each.label for each in TouchReason],
}
_FEW: Final = 4096
# A list is no card, and one that is open still is not opened.
_NO_CARD: Final = [TouchReason.LISTED, TouchReason.SAME_CARD]
_HASTY_PART: Final = 4
"""At least the fourth part of the cards of a day is hasty where somebody copies them off."""
_OWN: Final = [TouchReason.DEALT_BEFORE, TouchReason.PORTFOLIO]
_NOBODY: Final = [code for code, each in CLASS_OF.items() if each is TouchClass.UNEXPLAINED]


class _Touches:
    """Touches of a frame.

    Attributes:
        rows: Their rows. lists: the clients of each, as hashes. owners: of each client, the place of its row.
        reasons: Of each client. walked: how far its actor has walked with it.
        hasty: Rows with which an account has opened more cards in haste today than is usual of it.
        reopened: Rows with which it has gone back to more of its own clients today than is usual of it.
        scripted: Rows with which it opens cards as fast as scripts do, and as many as is usual of it.
    """

    def __init__(self, view: FrameView, rows: Ints) -> None:
        self.rows = rows
        self.lists = view.hashes_at("subject.ids", rows)
        self.owners = self.lists.owners()
        self.reasons = np.full(self.owners.size, TouchReason.NO_ACTOR, dtype=np.uint8)
        self.walked = Walked.nowhere(self.owners.size)
        self.hasty = self.reopened = self.scripted = np.zeros(0, dtype=np.int64)
        self._view = view
        self._every: tuple[Ints, pl.Series] | None = None

    def texts(self, places: Ints) -> pl.Series:
        """Return the clients at some places of ``lists``, as texts."""
        if self._every is None:
            begin, elements = self._view.listed("subject.ids")
            texts, first = from_arrow("", elements), begin[self.rows]
            if not (np.diff(self.lists.begin) == begin[self.rows + 1] - first).all():  # nulls, which stand in no list
                lists = self._view.column("subject.ids")[pl.Series(self.rows.astype(np.uint32))]
                texts, first = lists.explode().drop_nulls(), self.lists.begin[:-1]
            self._every = first - self.lists.begin[:-1], texts
        shift, texts = self._every
        return texts[pl.Series((places + shift[self.owners[places]]).astype(np.uint32))]


@dataclass(slots=True)
class TouchFacts:
    """Facts of touches, and what they are told from."""

    memory: TouchMemory = field(default_factory=TouchMemory)
    haste: PacedDays = field(default_factory=PacedDays)
    scripts: PacedDays = field(default_factory=partial(PacedDays, pace=SCRIPTED))
    cards: DayHabits = field(default_factory=DayHabits)
    reopened: ReopenedDays = field(default_factory=ReopenedDays)
    counted: DailyDistinct = field(default_factory=DailyDistinct)

    def overlay(self) -> "TouchFacts":
        """Return what begins with this and changes nothing in it."""
        memory = TouchMemory(self.memory.state.overlay())
        haste, scripts = self.haste.overlay(), self.scripts.overlay()
        cards, reopened = self.cards.overlay(), self.reopened.overlay()
        return TouchFacts(memory, haste, scripts, cards, reopened, self.counted.overlay())

    def upon(self, base: "TouchFacts") -> "TouchFacts":
        """Return this with what another one knows beyond it, which stays as it is."""
        memory = TouchMemory(self.memory.state.upon(base.memory.state))
        haste, scripts = self.haste.upon(base.haste), self.scripts.upon(base.scripts)
        cards, reopened = self.cards.upon(base.cards), self.reopened.upon(base.reopened)
        return TouchFacts(memory, haste, scripts, cards, reopened, self.counted.upon(base.counted))

    def step(
        self, view: FrameView, wanted: Collection[str], *, keep: bool, owned: OwnedClients | None = None
    ) -> tuple[dict[str, pl.Series | None], pl.DataFrame | None]:
        """Take further rows in; return the facts asked for, and, to keep them, the reasons by event (None: none).

        ``owned``: whose clients the company says they are.
        """
        facts: dict[str, pl.Series | None] = {name: None for name in OF_TOUCHES if name in wanted}
        if not (facts or keep):
            return facts, None
        touches = self._classified(view, owned or OwnedClients())
        if touches is None:
            return facts, None
        for name in _LABELS.keys() & facts.keys():
            facts[name] = _labels(view, touches, name)
        if UNEXPLAINED in facts:
            facts[UNEXPLAINED] = _unexplained(view, touches)
        facts |= _walks(view, touches, facts)
        for name, rows in (
            (HASTY_MORE, touches.hasty),
            (REOPENED_MORE, touches.reopened),
            (SCRIPTED_USUAL, touches.scripted),
        ):
            if name in facts and rows.size:
                marked = np.zeros(view.height, dtype=np.bool_)
                marked[rows] = True
                facts[name] = pl.Series(name, marked)
        return facts, _kept(view, touches) if keep else None

    def _classified(self, view: FrameView, owned: OwnedClients) -> _Touches | None:
        """Return the reasons of all touches of clients that events name; None: there are none."""
        if view.empty("subject.ids") or view.empty("object.type"):
            return None
        touching = view.there("object.type") & view.touches() & ~view.holds("event.outcome", "failure")
        touching &= view.lengths("subject.ids") > 0
        if view.acts is not None:
            touching &= ~view.acts.repeated
        rows = np.flatnonzero(touching)
        if not rows.size:
            return None
        touches = _Touches(view, rows)
        named = np.flatnonzero(view.codes("actor.id").of[rows][touches.owners] != NONE)
        if named.size:
            clients = _named(view, touches, named, owned)
            explained = self.memory.step(clients, _numbers(view, touches, named))
            touches.reasons[named] = explained.reasons
            touches.walked.write(named, explained.walked)
            self._count_cards(view, touches, clients, explained.reasons)
        return touches

    def _count_cards(self, view: FrameView, touches: _Touches, clients: NamedClients, reasons: Codes) -> None:
        """Count the cards that accounts, no services, open today, and note which lie beyond what is usual of them."""
        cards = (clients.kinds == ActKind.OPENED) & ~np.isin(reasons, _NO_CARD)
        rows = touches.rows[clients.rows]
        at = np.flatnonzero(cards & ~view.holds("actor.type", "service")[rows])
        old = clients.time - self.memory.state.begun_of(clients.names, int(clients.time[0]))[clients.sources] >= READY
        own = at[np.isin(reasons[at], _OWN)]
        # A list of clients that somebody goes through twice that day holds no more of them.
        own = own[self.counted.first(clients.pairs[own], days_of(clients.time[own]))]
        touches.reopened = rows[own[self.reopened.beyond(clients.actors[own], days_of(clients.time[own])) & old[own]]]
        by_script = self.scripts.open(clients.actors[at], clients.time[at])
        touches.scripted = rows[at[by_script.paced & ~SCRIPTED.day.beyond(by_script.days)]]
        at = at[reasons[at] != TouchReason.NEIGHBOUR]  # a walk through neighbours is counted by itself
        actors, time = clients.actors[at], clients.time[at]
        hasty = self.haste.open(actors, time).days
        opened = self.cards.step(actors, days_of(time), np.ones(at.size, dtype=np.int64))
        # Who opens cards all day opens some of them soon after others; who copies does little else.
        beyond = HASTE.day.beyond(hasty) & (hasty.today * _HASTY_PART >= opened.today)
        touches.hasty = rows[at[beyond & old[at]]]


def _numbers(view: FrameView, touches: _Touches, named: Ints) -> NumbersOf:
    """Return what gives the keys of the clients at some of these places: of a few all are worked out at once."""

    def keys_of(places: Ints) -> Keys:
        return client_keys(touches.texts(named[places]), view.seed)

    if named.size > _FEW:
        return keys_of
    every: list[Keys] = []

    def known(places: Ints) -> Keys:
        if not every:
            every.append(keys_of(np.arange(named.size)))
        return every[0][places]

    return known


def _named(view: FrameView, touches: _Touches, named: Ints, owned: OwnedClients) -> NamedClients:
    """Return the clients that events of somebody name."""
    of = touches.owners[named]
    at = touches.rows[of]
    clients = touches.lists.values[named].view(np.uint64)
    actors = view.marks("actor.id")[view.codes("actor.id").of[at]]
    whose = owned.whose(view, actors, clients, at)
    teams = whose.teams
    alone = teams[:, 0] == NO_TEAM
    if alone.any():
        teams[alone, 0] = _teams(view, touches.rows)[of[alone]]
    sources = view.codes("log.source")
    return NamedClients(
        rows=of,
        time=view.time[at],
        pairs=mix(actors, clients),
        teams=np.where(teams == NO_TEAM, NO_TEAM, mix(teams, clients[:, np.newaxis])),
        actors=actors,
        kinds=_kinds(view, touches.rows, touches.lists)[of],
        changed=view.holds("event.action", *_CHANGES)[at],
        owned=whose.owned,
        of_team=whose.of_team,
        sources=sources.of[at],
        names=sources.texts,
    )


def _kinds(view: FrameView, rows: Ints, lists: Lists) -> npt.NDArray[np.int8]:
    """Return what each event does to the clients it names. A list of one client is a look at that client."""
    many = np.diff(lists.begin)
    action = view.codes("event.action")
    shows = view.among("event.action", [text == "search" for text in action.texts])[rows]
    shows |= view.among("event.action", [text == "list" for text in action.texts])[rows] & (many > 1)
    taken = view.holds("event.action", "export", "print")[rows]
    taken |= view.holds("event.action", "download")[rows] & (view.number("record.count")[rows] > 1) & (many > 1)
    kinds = np.where(taken, ActKind.TAKEN, ActKind.OPENED).astype(np.int8)
    kinds[shows] = ActKind.SHOWN
    kinds[shows & (many > LONG_LIST)] = ActKind.SHOWN_AMONG_MANY
    return kinds


def _teams(view: FrameView, rows: Ints) -> Keys:
    """Return the key of whose team each event is: the first role of its actor, in its organisation."""
    kinds, places = view.codes("actor.type"), view.codes("organization.id")
    codes = np.zeros(rows.size, dtype=np.int64)
    texts = [""]
    if not view.empty("user.roles"):
        lists, texts = view.elements("user.roles")
        has = lists.begin[rows + 1] > lists.begin[rows]
        codes[has] = lists.values[lists.begin[rows[has]]] + 1
        texts = ["", *texts]
    many = (len(texts), len(kinds.texts) + 1, len(places.texts) + 1)
    joined = (codes * many[1] + kinds.of[rows] + 1) * many[2] + places.of[rows] + 1
    different, back = np.unique(joined, return_inverse=True)
    names = []
    for one in different.tolist():
        rest, place = divmod(one, many[2])
        role, kind = divmod(rest, many[1])
        names.append(f"{kinds.text(kind - 1) or 'unknown'}:{texts[role]}\x1f{places.text(place - 1) or ''}")
    return marks_of(pl.Series(names, dtype=pl.String()), view.seed)[back]


def _labels(view: FrameView, touches: _Touches, name: str) -> pl.Series:
    texts = pl.Series(_LABELS[name], dtype=pl.String())[pl.Series(touches.reasons.astype(np.uint32))]
    return _spread(view, name, touches.rows, touches.lists.begin, texts)


def _unexplained(view: FrameView, touches: _Touches) -> pl.Series | None:
    """Return of each event the clients that nothing explains; None: there are none."""
    places = np.flatnonzero(np.isin(touches.reasons, _NOBODY))
    if not places.size:
        return None
    texts = touches.texts(places)
    rows, many = np.unique(touches.owners[places], return_counts=True)
    begin = np.concatenate([[0], np.cumsum(many)])
    return _spread(view, UNEXPLAINED, touches.rows[rows], begin, texts)


def _walks(view: FrameView, touches: _Touches, wanted: Collection[str]) -> dict[str, pl.Series | None]:
    """Return of each event how far its actor has walked with it, and since when: in one place, and in all."""
    walked = touches.walked
    told = ((OF_WALK, walked.lengths, walked.began), (OF_WALKS, walked.together, walked.since))
    return {
        name: column
        for columns, lengths, began in told
        if columns.fact in wanted
        for name, column in _longest(view, touches, columns, lengths, began).items()
    }


def _longest(
    view: FrameView, touches: _Touches, columns: RunColumns, lengths: Ints, began: Ints
) -> dict[str, pl.Series | None]:
    """Return of each event the longest walk of the clients it touches, and when it began; None: there is none."""
    at = np.flatnonzero(lengths)
    if not at.size:
        return dict.fromkeys(columns)
    by = np.lexsort((-began[at], lengths[at], touches.owners[at]))
    owners = touches.owners[at[by]]
    at = at[by][np.append(owners[1:] != owners[:-1], True)]
    rows = touches.rows[touches.owners[at]]
    return {name: view.spread(name, rows, values[at]) for name, values in zip(columns, (lengths, began), strict=True)}


def _spread(view: FrameView, name: str, rows: Ints, begin: Ints, texts: pl.Series) -> pl.Series:
    """Return a column of lists that holds something in some rows."""
    many = np.zeros(view.height, dtype=np.int64)
    many[rows] = np.diff(begin)
    offsets = np.concatenate([[0], np.cumsum(many)])
    lists = from_arrow(name, pa.LargeListArray.from_arrays(arrow_array(offsets), texts.to_arrow()))
    return lists.set(pl.Series(many == 0), None)


def _kept(view: FrameView, touches: _Touches) -> pl.DataFrame:
    """Return the reasons by event, with the position of its line and its actor."""
    index = pl.Series(touches.rows.astype(np.uint32))
    reasons = pa.LargeListArray.from_arrays(arrow_array(touches.lists.begin), arrow_array(touches.reasons))
    columns = [view.column(name)[index] for name in frames.TOUCH_SCHEMA if name != frames.REASONS]
    return pl.DataFrame([*columns, from_arrow(frames.REASONS, reasons)])


def to_tables(facts: TouchFacts) -> dict[str, pl.DataFrame]:
    """Return what is remembered as tables."""
    counts = {"haste": facts.haste, "scripts": facts.scripts, "cards": facts.cards, "reopened": facts.reopened}
    tables = facts.memory.state.to_tables() | {name: count.to_table() for name, count in counts.items()}
    tables["counted"] = facts.counted.to_table()
    return {f"facts.touches.{name}": table for name, table in tables.items()}


def from_tables(tables: Mapping[str, pl.DataFrame]) -> TouchFacts:
    """Return what tables hold; what is missing is empty."""
    start = "facts.touches."
    mine = {name.removeprefix(start): table for name, table in tables.items() if name.startswith(start)}
    scripts = PacedDays.from_table(mine.get("scripts"), pace=SCRIPTED)
    haste, cards = PacedDays.from_table(mine.get("haste")), DayHabits.from_table(mine.get("cards"))
    reopened = ReopenedDays.from_table(mine.get("reopened"))
    counted = DailyDistinct.from_table(mine.get("counted"))
    return TouchFacts(TouchMemory(TouchState.from_tables(mine)), haste, scripts, cards, reopened, counted)
