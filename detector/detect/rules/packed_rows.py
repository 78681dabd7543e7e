"""Rows that are remembered, and seldom read again: compressed, with what settles which of them stay beside them.

Comes in: rows in the total order. Goes out: how large they are, who claims room for them and when, and, when they are
asked for, the rows. A row of a web log takes some 1,100 bytes as it was judged, and some 110 packed; packing it takes
half a microsecond.
"""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.hash_index import FRESH, Keys
from detector.detect.ordering.buffer import SortedRows, instants
from detector.detect.rules.fair_share import Claims

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Marks:
    """What settles of some rows which of them stay: times in microseconds, keys of their logs, claims to room."""

    times: Ints
    streams: Keys
    claims: Claims

    @classmethod
    def of(cls, rows: pl.DataFrame) -> "Marks":
        """Return the marks of some rows."""
        return cls(instants(rows), rows.get_column("log.stream").hash(FRESH).to_numpy(), Claims.of(rows))

    @classmethod
    def joined(cls, some: list["Marks"]) -> "Marks":
        """Return the marks of several pieces, one behind the other."""
        return cls(
            np.concatenate([each.times for each in some]),
            np.concatenate([each.streams for each in some]),
            Claims.joined([each.claims for each in some]),
        )

    def at(self, rows: Ints | Mask) -> "Marks":
        """Return those of some rows."""
        return Marks(self.times[rows], self.streams[rows], self.claims.at(rows))


@dataclass(slots=True)
class PackedRows:
    """Rows in the total order, compressed.

    Attributes:
        content: All that were packed.
        rows: Which of these are left.
        marks: Those of the rows that are left.
        asked: The rows were asked for since ``rest``: until then they stay unpacked, for they will be again.
    """

    content: bytes
    rows: Ints
    packed: int
    marks: Marks
    piece: SortedRows | None = None
    asked: bool = False

    @classmethod
    def of(cls, piece: SortedRows) -> "PackedRows":
        """Pack rows."""
        size = piece.times.size
        return cls(pack(piece.rows), np.arange(size), size, Marks.of(piece.rows))

    @property
    def size(self) -> int:
        """How many rows there are."""
        return self.rows.size

    @property
    def last(self) -> int:
        """The newest time, in microseconds."""
        return int(self.marks.times[-1])

    def sorted(self) -> SortedRows:
        """Return the rows; they stay unpacked for a while."""
        self.asked = True
        if self.piece is None:
            self.piece = SortedRows(self.unpacked(), self.marks.times)
        return self.piece

    def unpacked(self) -> pl.DataFrame:
        """Return the rows, once."""
        if self.piece is not None:
            return self.piece.rows
        rows = unpack(self.content)
        return rows if self.size == self.packed else rows[pl.Series(self.rows.astype(np.uint32))]

    def rest(self) -> None:
        """Let go of rows that are unpacked if nobody asked for them since the last time."""
        if not self.asked:
            self.piece = None
        self.asked = False

    def only(self, stays: Mask) -> "PackedRows":
        """Return some of the rows; they are packed again when less than half of what is packed is left."""
        if stays.all():
            return self
        left = PackedRows(self.content, self.rows[stays], self.packed, self.marks.at(stays))
        if left.size * 2 < left.packed:
            left.content, left.rows, left.packed = pack(left.unpacked()), np.arange(left.size), left.size
        return left


def pack(rows: pl.DataFrame) -> bytes:
    """Return event rows compressed."""
    # Rows that are packed were taken out of their frame, so each text lies there once: the newer layout needs no copy.
    content, known = BytesIO(), frames.known(rows)
    known.write_ipc_stream(content, compression="lz4", compat_level=pl.CompatLevel.newest())
    return content.getvalue()


def unpack(content: bytes) -> pl.DataFrame:
    """Return the rows that ``pack`` compressed."""
    return frames.complete(pl.read_ipc_stream(content))
