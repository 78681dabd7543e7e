"""Which rows are kept where there are more than may be: nobody pushes another's touches of client data out.

Comes in: what is claimed for rows in order, how many may stay. Goes out: which do. A function of the rows alone; no
state.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.hash_index import FRESH, Keys

Ints = npt.NDArray[np.int64]
Ranks = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]

SHARE: Final = 2_000
"""Rows of one actor that go before those that others have beyond as many."""
MANY: Final = 64
"""From so many rows on it says nothing more of an actor how many they are."""
SLICE: Final = 100

_TOUCHES, _SIGNS_IN, _REST = 0, 1, 2
_RANKS: Final = 3


@dataclass(frozen=True, slots=True)
class Claims:
    """Who claims room for some rows, and with what right.

    Attributes:
        whose: A key of the actor, or the address, each row is charged to.
        ranks: 0: a touch of client data that succeeded. 1: one that failed, or a sign-in. 2: the rest.
    """

    whose: Keys
    ranks: Ranks

    @classmethod
    def of(cls, rows: pl.DataFrame) -> "Claims":
        """Return the claims of events."""
        failed = (pl.col("event.outcome").cast(pl.String()) == "failure").fill_null(value=False)
        touches = (
            pl.col("object.type").is_not_null()
            | (pl.col("record.count") > 0).fill_null(value=False)
            | (pl.col("subject.ids").list.len() > 0).fill_null(value=False)
        )
        signs_in = (pl.col("event.action").cast(pl.String()) == "login").fill_null(value=False)
        address, actor = frames.counted_address().cast(pl.String()), pl.col("actor.id").cast(pl.String())
        found = rows.select(
            pl.when(failed).then(pl.coalesce(address, actor)).otherwise(pl.coalesce(actor, address)).alias("whose"),
            pl.when(touches & ~failed)
            .then(_TOUCHES)
            .when(touches | signs_in)
            .then(_SIGNS_IN)
            .otherwise(_REST)
            .cast(pl.Int8())
            .alias("rank"),
        )
        return cls(found.get_column("whose").hash(FRESH).to_numpy(), found.get_column("rank").to_numpy())

    @classmethod
    def joined(cls, some: Sequence["Claims"]) -> "Claims":
        """Return the claims of several pieces, one behind the other."""
        return cls(np.concatenate([each.whose for each in some]), np.concatenate([each.ranks for each in some]))

    def at(self, rows: Ints | Mask) -> "Claims":
        """Return those of some rows."""
        return Claims(self.whose[rows], self.ranks[rows])


def fair(claims: Claims, most: int, share: int = SHARE) -> Mask:
    """Say which of some rows stay where no more than ``most`` may.

    Everybody's first ``share`` go before what others have beyond that. Within each, touches of client data that
    succeeded go first, then those that failed and sign-ins, then the rest. Then those go first whose rows are many
    (1, 2, 4 ... up to ``MANY``): who comes once pushes nobody out who is at work; of those everybody's latest ``SLICE``
    before the next ones, so that few who are busy do not either; and the latest before older ones. A row is
    its actor's; one that failed, or without an actor, its address's: whoever names accounts that are not his has one
    share for all.

    Args:
        claims: Of the rows, the latest last.
        most: How many may stay.
        share: How many of one actor go before what others have beyond as many.
    """
    size = claims.whose.size
    if size <= most:
        return np.ones(size, dtype=np.bool_)
    # By whom, then rank, the latest first; a place in this order is also the age of a row.
    age = np.lexsort((claims.ranks[::-1], claims.whose[::-1]))
    whose, rank = claims.whose[::-1][age], claims.ranks[::-1][age].astype(np.int64)
    another = np.append(True, whose[1:] != whose[:-1])
    beyond = _places(another) >= share
    part = _places(another | np.append(True, rank[1:] != rank[:-1])) // SLICE
    rows = np.diff(np.append(np.flatnonzero(another), size))
    many = np.log2(np.minimum(rows, MANY)).astype(np.int64)[np.cumsum(another) - 1]
    goes = (((beyond * _RANKS + rank) * MANY + MANY - many) * size + part) * size + age
    stays = np.zeros(size, dtype=np.bool_)
    stays[size - 1 - age[np.argpartition(goes, most)[:most]]] = True
    return stays


def _places(begins: Mask) -> Ints:
    """Return the place of each row in its group; ``begins`` says where groups begin."""
    starts = np.flatnonzero(begins)
    places: Ints = np.arange(begins.size) - starts[np.cumsum(begins) - 1]
    return places
