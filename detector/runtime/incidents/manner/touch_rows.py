"""The clients that accounts touched, as arrays in the order of events: who, when, what, why, and what came of it.

Comes in: a frame of touches, a row for each client (``touched_clients``). Goes out: ``TouchRows``, masks and numbers of
one place a row. Nothing of findings. What a row says by itself is made for all rows of a slice of the journal at once
(``client_touches``): a query costs more than what it does with the few thousand rows of an incident.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cached_property
from secrets import randbits
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.arrow_buffers import numpy_array
from detector.runtime.incidents.manner.card_order import CardOrder
from detector.runtime.incidents.manner.touch_runs import Mask
from detector.schema.detection.findings import Evidence
from detector.schema.events.touches import TouchClass, TouchReason
from detector.store import LINE_KEY, UNTOLD, client_rows

# A pause longer than this parts one stretch of work, a shift or a day at the desk, from the next.
_REST: Final = 6 * 3_600_000_000
# So soon after a card was opened a change of it is the work it was opened for.
_SOON: Final = 1_800_000_000
_CHANGES: Final = ("create", "update", "delete")
_SHOWS: Final = ("search", "list")
_TAKES_OUT: Final = ("export", "print")
TAKEN: Final = (*_TAKES_OUT, "download")
"""Acts by which data leaves."""
_EXPLAINED: Final = [
    reason.label
    for reason in (TouchReason.DEALT_BEFORE, TouchReason.SAME_CARD, TouchReason.FROM_LIST, TouchReason.LISTED)
]
_UNKNOWN: Final = [UNTOLD, *(each.label for each in TouchReason if each.touch_class is TouchClass.UNKNOWN)]
_PICKED: Final = [TouchReason.FROM_LIST.label, TouchReason.LISTED.label]
_SEED: Final = randbits(64)
_ARRAYS: Final = (
    *(LINE_KEY, "us", "log.offset", "kinds", "sessions", "labels", "showed", "out", "opened", "taken", "new"),
    *("steps", "again", "told", "untold", "dealt", "picked", "changed", "cards"),
)


def client_touches(touches: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each client that touches name (``client_rows``), with what it says by itself."""
    return described(client_rows(touches))


def described(clients: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of clients with what each says by itself."""
    action, label, out = pl.col("event.action"), pl.col("label"), pl.col("out")
    kind = pl.concat_str(action, pl.col("object.type"), separator=" ", ignore_nulls=True)
    takes_out = action.is_in(_TAKES_OUT) | ((action == "download") & (pl.col("named") > 1))
    return (
        clients.lazy()
        .with_columns(
            us=pl.col("@timestamp").dt.timestamp("us"),
            showed=action.is_in(_SHOWS).fill_null(value=False),
            out=takes_out.fill_null(value=False),
            taken=action.is_in(TAKEN).fill_null(value=False),
            again=label == TouchReason.SAME_CARD.label,
            told=~label.is_in(_UNKNOWN),
            untold=label == UNTOLD,
            dealt=label == TouchReason.DEALT_BEFORE.label,
            picked=label.is_in(_PICKED),
            kinds=_code(kind),
            sessions=_code(pl.col("session.id")),
            labels=_code(label),
            changed=action.is_in(_CHANGES).fill_null(value=False),
            cards=pl.struct("actor.id", "client").hash(_SEED),
        )
        .with_columns(opened=~pl.col("showed") & ~out)
        .with_columns(
            new=pl.col("opened") & ~label.is_in(_EXPLAINED),
            steps=pl.col("opened") & (label == TouchReason.NEIGHBOUR.label),
        )
        .collect()
    )


def by_account(rows: pl.DataFrame, accounts: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return of each row the place of its actor among some accounts; -1: it is another one."""
    places = rows.get_column("actor.id").cast(pl.Enum(accounts), strict=False).to_physical().cast(pl.Int64)
    return numpy_array(places.to_arrow(), missing=-1)


class TouchRows:
    """Clients that accounts touched, as columns in the order of events.

    Attributes:
        frame: Them. keys: ``LINE_KEY``. times: In microseconds. shifts: number of the stretch of work.
        kinds: Of act and object. sessions, labels: all three as numbers.
        showed, out, opened: Shown in a list, taken out in an export, or opened as a card. taken: by which data leaves.
        new: Opened, and explained by nothing the actor did before. steps: next to one it opened shortly before.
        again: The same card as shortly before. dealt: of a client it dealt with before. picked: from a list.
        told: It is known what explains it. untold: that is not known yet, as of what was just read.
        cards: The touches by card: actor and client.
        actors: Places among the accounts.

    Args:
        clients: Touches by whomever, a row for each client (``described``).
        accounts: Whose are looked at.
        watched: Ids of watched clients.
    """

    def __init__(self, clients: pl.DataFrame, accounts: Sequence[str], watched: Collection[str]) -> None:
        self._accounts = accounts
        self.frame, self.actors = _in_order(clients, by_account(clients, accounts))
        get = {name: self.frame.get_column(name).to_numpy() for name in _ARRAYS}
        self.keys: npt.NDArray[np.uint64] = get[LINE_KEY]
        self.times: npt.NDArray[np.int64] = get["us"]
        self.offsets: npt.NDArray[np.int64] = get["log.offset"]
        self.kinds, self.sessions, self.labels = (get[name] for name in ("kinds", "sessions", "labels"))
        self.showed: Mask = get["showed"]
        self.out: Mask = get["out"]
        self.opened: Mask = get["opened"]
        self.taken: Mask = get["taken"]
        self.new: Mask = get["new"]
        self.steps: Mask = get["steps"]
        self.again: Mask = get["again"]
        self.told: Mask = get["told"]
        self.untold: Mask = get["untold"]
        self.dealt: Mask = get["dealt"]
        self.picked: Mask = get["picked"]
        self._changed: Mask = get["changed"]
        self.cards = CardOrder(get["cards"], self.times)
        self.watched: Mask = self._watched(watched)
        self.shifts: npt.NDArray[np.int64] = np.cumsum(np.diff(self.times, prepend=self.times[:1]) > _REST)

    def _watched(self, watched: Collection[str]) -> Mask:
        if not watched:
            return np.zeros(self.times.size, dtype=np.bool_)
        bare = pl.col("client").str.replace(r"(?s)^.*/", "")
        listed = sorted(watched)
        found = self.frame.select(pl.col("client").is_in(listed) | bare.is_in(listed)).to_series()
        return np.asarray(found.to_numpy(), dtype=np.bool_)

    @cached_property
    def worked(self) -> Mask:
        """Which openings were followed by a change of the card, at once or soon afterwards."""
        return self.opened & self.cards.followed(self._changed, _SOON)

    @cached_property
    def returned(self) -> Mask:
        """Which openings were followed by another one of the same card soon afterwards."""
        return self.opened & self.cards.followed(self.again, _SOON, later=True)

    def by(self, actor: str) -> Mask:
        """Say which touches are an actor's."""
        place = self._accounts.index(actor) if actor in self._accounts else len(self._accounts)
        return np.asarray(self.actors == place)

    def within(self, first: datetime, end: datetime) -> Mask:
        """Say which touches lie between two moments."""
        return np.asarray((self.times >= micros(first)) & (self.times < micros(end)))

    def shown(self, evidence: Sequence[Evidence]) -> Mask:
        """Say which touches are evidence of a finding."""
        found = np.zeros(self.times.size, dtype=np.bool_)
        for each in evidence:
            moment = slice(*np.searchsorted(self.times, (micros(each.at), micros(each.at) + 1)))
            found[moment] |= self.offsets[moment] == each.offset
        return found


def _in_order(clients: pl.DataFrame, actors: npt.NDArray[np.int64]) -> tuple[pl.DataFrame, npt.NDArray[np.int64]]:
    """Return the rows by accounts in the order of events: they mostly are, and stand in it, and moving them costs."""
    at = np.flatnonzero(actors >= 0)
    times, offsets = (clients.get_column(name).to_numpy() for name in ("us", "log.offset"))
    later, same = times[1:] > times[:-1], times[1:] == times[:-1]
    if at.size == actors.size and (later | (same & (offsets[1:] >= offsets[:-1]))).all():
        return clients, actors
    at = at[np.lexsort((offsets[at], times[at]))]
    return clients[at], actors[at]


def _code(text: pl.Expr) -> pl.Expr:
    """Return a number for each text, the same for the same; null counts as the empty one."""
    return text.fill_null("").hash(_SEED)


def micros(moment: datetime) -> int:
    """Return a moment in microseconds since 1970."""
    return round(moment.timestamp() * 1_000_000)
