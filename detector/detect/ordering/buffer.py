"""Events that wait for the watermark, in pieces that are in order each.

Comes in: frames of events, those of a stream in the order read. Goes out: those before a moment, in the total order,
and those that share an actor or an address with others. A piece is sorted once, when it comes in, and cut when it
leaves, so that a step costs what it brings and lets go, not what waits. It decides nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.hash_index import FRESH
from detector.schema.events.columns import ACCOUNT, ADDRESS, HOST, SESSION, UNNAMED

# What is the same in these stays as it was read: in a file the place of a line says so, across a rotation nothing else.
ORDER = ("@timestamp", "log.stream")
# The key of whoever did something and is not named; keys of names are odd.
_NOBODY = np.uint64(2)
# So many pieces become one: each is looked at in every step.
_PIECES = 32
# So many rows are worth it to copy others that they would stay in memory for.
_MANY = 4_096

Instants = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]


def instants(rows: pl.DataFrame) -> Instants:
    """Return event times as whole microseconds: numpy compares a batch in the time polars needs to plan it."""
    return microseconds(rows.get_column("@timestamp"))


def microseconds(times: pl.Series) -> Instants:
    """Return times as whole microseconds."""
    return times.to_numpy().astype("datetime64[us]", copy=False).view(np.int64)


def rising(times: Instants) -> bool:
    """Say whether no time is before the one in front of it."""
    return bool((times[1:] >= times[:-1]).all())


def in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Sort only what is not sorted yet: one stream's lines nearly always are, and moving 50 columns costs."""
    if rows.height < 2:
        return rows
    stream = rows.item(0, "log.stream")
    if (
        rising(instants(rows))
        and rows.item(-1, "log.stream") == stream
        and bool((rows.get_column("log.stream") == stream).all())
    ):
        return rows
    return rows.sort(ORDER, maintain_order=True)


@dataclass(frozen=True, slots=True)
class Affected:
    """Who did something: actors, addresses, accounts, sessions and networks of the internet.

    All are hashes that only this process knows. Actors that are not named are one.

    Attributes:
        everyone: Whoever did anything.
    """

    actors: Keys
    addresses: Keys
    accounts: Keys
    sessions: Keys
    networks: Keys
    everyone: bool = False

    @staticmethod
    def of(rows: pl.DataFrame, *, everyone: bool = False) -> "Affected":
        """Return who did something in these rows; ``everyone``: all others too."""
        actors, addresses, accounts, sessions, networks = map(_some, _who(rows))
        return Affected(actors, addresses, accounts, sessions, networks, everyone)

    def rows(self, who: "Who") -> npt.NDArray[np.bool_]:
        """Say which rows are theirs."""
        mine = (self.actors, self.addresses, self.accounts, self.sessions, self.networks)
        found: npt.NDArray[np.bool_] = np.any([np.isin(has, of) for has, of in zip(who, mine, strict=True)], axis=0)
        return found

    def of_rows(self, rows: pl.DataFrame) -> npt.NDArray[np.bool_]:
        """Say which rows of a frame are theirs."""
        return np.ones(rows.height, dtype=np.bool_) if self.everyone else self.rows(_who(rows))

    def whole(self, actors: list[str]) -> list[bool]:
        """Say of which actors (an address or network is ``ip:`` and that) every row is theirs."""
        if not actors or self.everyone:
            return [self.everyone] * len(actors)
        names = pl.Series(actors, dtype=pl.String())
        addresses, sessions = names.str.strip_prefix(ADDRESS), names.str.strip_prefix(SESSION)
        as_actor = np.isin(_hashed(names), self.actors)
        places = np.concatenate([self.addresses, self.networks])
        as_address = names.str.starts_with(ADDRESS).to_numpy() & np.isin(_hashed(addresses), places)
        as_session = names.str.starts_with(SESSION).to_numpy() & np.isin(_hashed(sessions), self.sessions)
        # A refused login names the account and is not its doing; what it leads to is said of the account.
        accounts = names.str.strip_prefix(ACCOUNT)
        as_account = names.str.starts_with(ACCOUNT).to_numpy() & np.isin(_hashed(accounts), self.accounts)
        unnamed = names.str.starts_with(HOST) | names.str.starts_with(UNNAMED)
        as_nobody = unnamed.to_numpy() & np.isin(_NOBODY, self.actors)
        found: list[bool] = (as_actor | as_address | as_session | as_account | as_nobody).tolist()
        return found


Who = tuple[Keys, Keys, Keys, Keys, Keys]


def _who(rows: pl.DataFrame) -> Who:
    """Return actor, address (of IPv6 its network), account, session and wide network of each row, 0 for none.

    An actor there always is.
    """
    actors, accounts, sessions = (_hashed(rows.get_column(name)) for name in ("actor.id", "user.name", "session.id"))
    actors[actors == 0] = _NOBODY
    addresses, networks = map(_hashed, (frames.counted_addresses(rows), frames.wide_networks(rows)))
    return actors, addresses, accounts, sessions, networks


def _hashed(column: pl.Series) -> Keys:
    nulls = column.null_count()
    if nulls == len(column):
        return np.zeros(len(column), dtype=np.uint64)
    # A frame hashes its rows at once; a column would plan a query for it.
    found: Keys = column.to_frame().hash_rows(seed=FRESH).to_numpy() | np.uint64(1)
    if nulls:
        found[column.is_null().to_numpy()] = 0
    return found


def _some(keys: Keys) -> Keys:
    distinct = np.unique(keys)
    found: Keys = distinct[distinct != 0]
    return found


@dataclass(slots=True)
class SortedRows:
    """Rows in the total order.

    Attributes:
        times: Their event times, in microseconds.
    """

    rows: pl.DataFrame
    times: Instants
    _who: Who | None = None

    @classmethod
    def of(cls, rows: pl.DataFrame) -> "SortedRows":
        """Return rows as a piece."""
        rows = in_order(rows)
        return cls(rows, instants(rows))

    def since(self, cut: int) -> "SortedRows":
        """Return all but the first rows."""
        who = self._who
        if who is not None:
            who = (who[0][cut:], who[1][cut:], who[2][cut:], who[3][cut:], who[4][cut:])
        rows = self.rows[cut:]
        if cut > _MANY and rows.height * 2 < cut:
            rows = frames.own(rows)  # a few that wait would keep all alive that came with them
        return SortedRows(rows, self.times[cut:], who)

    def of_those(self, affected: Affected) -> pl.DataFrame:
        """Return the rows that are theirs."""
        if affected.everyone:
            return self.rows
        if self._who is None:
            self._who = _who(self.rows)
        theirs = affected.rows(self._who)
        if theirs.all():
            return self.rows
        return self.rows[pl.Series(np.flatnonzero(theirs).astype(np.uint32))] if theirs.any() else self.rows[:0]


@dataclass(slots=True)
class ReorderBuffer:
    """Rows that wait. Changed in place."""

    pieces: list[SortedRows] = field(default_factory=list)

    @property
    def height(self) -> int:
        """How many rows there are."""
        return sum(piece.times.size for piece in self.pieces)

    @property
    def first(self) -> int | None:
        """The time of the earliest row, in microseconds; None where none waits."""
        return min((int(piece.times[0]) for piece in self.pieces), default=None)

    def add(self, rows: Iterable[pl.DataFrame]) -> None:
        """Put rows in."""
        some = frames.compact(frames.concat(list(rows)))
        if some.height:
            self.pieces.append(SortedRows.of(some))
        if len(self.pieces) > _PIECES:
            self.pieces = [SortedRows.of(self.to_frame())]

    def release(self, limit: int) -> pl.DataFrame:
        """Take the rows before ``limit`` out, in the total order."""
        gone: list[pl.DataFrame] = []
        kept: list[SortedRows] = []
        for piece in self.pieces:
            cut = int(np.searchsorted(piece.times, limit))
            if cut:
                gone.append(piece.rows[:cut])
            if cut < piece.times.size:
                kept.append(piece.since(cut) if cut else piece)
        self.pieces = kept
        return in_order(frames.compact(frames.concat(gone)))

    def release_all(self) -> pl.DataFrame:
        """Take every row out, in the total order."""
        rows, self.pieces = in_order(self.to_frame()), []
        return rows

    def limit(self, most: int) -> int | None:
        """Return the moment up to which rows must go so that no more than ``most`` are left; None: none must."""
        over = self.height - most
        if over <= 0:
            return None
        times = np.concatenate([piece.times for piece in self.pieces])
        return int(np.partition(times, over - 1)[over - 1])

    def of_those(self, affected: Affected) -> pl.DataFrame:
        """Return the rows of some actors and addresses; they stay."""
        return frames.concat([piece.of_those(affected) for piece in self.pieces])

    def beside(self, rows: pl.DataFrame, moment: int) -> tuple["ReorderBuffer", pl.DataFrame]:
        """Return a buffer that holds other rows as well, without those before a moment, and those."""
        if not rows.height:
            return self, rows
        wait = pl.Series(instants(rows) >= moment)
        piece, gone = rows.filter(wait), rows.filter(~wait)
        return ReorderBuffer([*self.pieces, *([SortedRows.of(piece)] if piece.height else [])]), gone

    def to_frame(self) -> pl.DataFrame:
        """Return all rows, in no certain order."""
        return frames.compact(frames.concat([piece.rows for piece in self.pieces]))

    @classmethod
    def from_frame(cls, rows: pl.DataFrame) -> "ReorderBuffer":
        """Return a buffer that holds rows."""
        return cls([SortedRows.of(rows)] if rows.height else [])
