"""The clients that accounts touched, as arrays in the order of events: who, when, what, why, and what came of it.

Comes in: a frame of touches, a row for each client (``touched_clients``). Goes out: ``TouchRows``, masks and numbers of
one place a row. Nothing of findings.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cached_property
from secrets import randbits
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.runtime.incidents.manner.card_order import CardOrder
from detector.runtime.incidents.manner.touch_runs import Mask
from detector.schema.detection.findings import Evidence
from detector.schema.events.touches import TouchClass, TouchReason
from detector.store import LINE_KEY, UNTOLD

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
    *("us", "log.offset", "actor.id", "kinds", "sessions", "labels", "showed", "out", "opened", "taken", "new"),
    *("steps", "again", "told", "untold", "dealt", "picked", "changed", "cards"),
)


class TouchRows:
    """Clients that accounts touched, as columns in the order of events.

    Attributes:
        lines: ``LINE_KEY``. times: In microseconds. shifts: number of the stretch of work.
        kinds: Of act and object. sessions, labels: all three as numbers.
        showed, out, opened: Shown in a list, taken out in an export, or opened as a card. taken: by which data leaves.
        new: Opened, and explained by nothing the actor did before. steps: next to one it opened shortly before.
        again: The same card as shortly before. dealt: of a client it dealt with before. picked: from a list.
        told: It is known what explains it. untold: that is not known yet, as of what was just read.
        cards: The touches by card: actor and client.
    """

    def __init__(self, clients: pl.DataFrame, watched: Collection[str]) -> None:
        action, label, out = pl.col("event.action"), pl.col("label"), pl.col("out")
        kind = pl.concat_str(action, pl.col("object.type"), separator=" ", ignore_nulls=True)
        takes_out = action.is_in(_TAKES_OUT) | ((action == "download") & (pl.col("named") > 1))
        # All at once: a query costs more than what it does with a few thousand rows.
        self.frame = (
            clients.sort("@timestamp", "log.offset", maintain_order=True)
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
        )
        self.lines = self.frame.get_column(LINE_KEY)
        get = {name: self.frame.get_column(name).to_numpy() for name in _ARRAYS}
        self.times: npt.NDArray[np.int64] = get["us"]
        self.offsets: npt.NDArray[np.int64] = get["log.offset"]
        self.actors, self.kinds, self.sessions, self.labels = (
            get[name] for name in ("actor.id", "kinds", "sessions", "labels")
        )
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


def _code(text: pl.Expr) -> pl.Expr:
    """Return a number for each text, the same for the same; null counts as the empty one."""
    return text.fill_null("").hash(_SEED)


def micros(moment: datetime) -> int:
    """Return a moment in microseconds since 1970."""
    return round(moment.timestamp() * 1_000_000)
