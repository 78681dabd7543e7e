"""What a line may cost: one that breaks the decoder costs that line, and one that is slow to decode costs its source.

The decoder is meant never to raise and to be linear in the line; this is for where a defect of ours makes it otherwise.
A batch that raises is halved until the lines that do it are alone, and they become rejects. Lines are decoded in pieces
of which each would be done in about a second even if the time grew with the square of a line's length. What a piece
takes beyond what lines may cost is charged to its source; while a source has spent what it may, its long lines are
rejected unread (``too_costly``). A piece under way cannot be interrupted.

A failure of the decoder is told: its cause in the log once, the lines it cost in a metric and in a blind spot, and how
often batches had to be decoded apart in another metric: that costs time alone, and nobody would see it otherwise.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from detector.clock import cpu, monotonic
from detector.decode import Decoder
from detector.errors import Cause
from detector.frames import EventBatch, LineBatch, empty_events, joined
from detector.runtime.intake.batch_pieces import cut
from detector.runtime.visibility.blind_spots import Blind, BlindSpot, args_of
from detector.schema.events.lines import LineReject, RejectReason
from detector.telemetry import FaultLog, Logger

log = Logger("decode")

LONG = 4096
"""Bytes of the longest line that is decoded whatever its source has spent."""
_PIECE = 1e9  # a sum of squares of lengths; an engine of regular expressions does about so many steps a second
_A_BYTE = 10e-6  # seconds; the slowest format takes a fourth of it
_SHARE = 0.1  # of a core, that a source may spend beyond
_MOST = 2.0  # seconds, that it may save up


@dataclass(slots=True)
class _Account:
    """What a source may still spend, in seconds of a core; below zero: what it has spent beyond."""

    left: float
    at: float


class FaultIsolation:
    """Decodes batches so that no line stops a turn for long, nor the service.

    Args:
        cpu: Seconds of a core that this thread has spent.
        timer: Seconds of a clock that never jumps.
        on_apart: Counts the batches that had to be decoded apart.
        on_lost: Counts the lines that the decoder failed on, by source.
    """

    def __init__(
        self,
        cpu: Callable[[], float] = cpu,
        timer: Callable[[], float] = monotonic,
        *,
        on_apart: Callable[[], None] = lambda: None,
        on_lost: Callable[[str], None] = lambda _source: None,
    ) -> None:
        self._cpu, self._timer = cpu, timer
        self._on_apart, self._on_lost = on_apart, on_lost
        self._accounts: dict[str, _Account] = {}
        self._faults = FaultLog("decode")
        self._lost: Counter[str] = Counter()
        self._causes: dict[str, Cause] = {}

    def decode_all(self, decoder: Decoder, batches: Sequence[LineBatch]) -> list[EventBatch]:
        """Decode batches, together where that can be."""
        made: list[EventBatch] = []
        light: list[LineBatch] = []
        weight = 0.0
        for batch in batches:
            own = float(_weights(batch)[1].sum())
            if light and weight + own > _PIECE:
                made += self.decode_together(decoder, light)
                light, weight = [], 0.0
            if own > _PIECE:
                made.append(self._decode_heavy(decoder, batch))
            else:
                light.append(batch)
                weight += own
        return made + self.decode_together(decoder, light) if light else made

    def decode_together(self, decoder: Decoder, batches: Sequence[LineBatch]) -> list[EventBatch]:
        """Decode batches together; when that fails, each apart."""
        try:
            return decoder.decode_all(batches)
        except Exception as error:  # noqa: BLE001 - which line it was shows when each batch is decoded for itself
            self._on_apart()
            self._faults.report("decoded_apart", error, sources=sorted({batch.source for batch in batches}))
            return [self.decode_apart(decoder, batch) for batch in batches]

    def decode_apart(self, decoder: Decoder, batch: LineBatch) -> EventBatch:
        """Decode a batch; lines the decoder fails on are ``malformed`` rejects."""
        try:
            return decoder.decode(batch)
        except Exception as error:  # noqa: BLE001 - any defect of the decoder, on any line an attacker may write
            offsets, _ = _weights(batch)
            if len(offsets) <= 1:
                self._lose(batch.source, error)
                return EventBatch(frame=empty_events(), rejects=rejected(batch, RejectReason.MALFORMED))
            halves = cut(batch, [int(offsets[len(offsets) // 2])])
            return joined([self.decode_apart(decoder, half) for half in halves])

    def _lose(self, source: str, error: Exception) -> None:
        self._lost[source] += 1
        self._on_lost(source)
        self._causes[source] = self._faults.report("line_broke_decoder", error, about=source, source=source)

    def spots(self) -> list[BlindSpot]:
        """Return the sources of which the decoder failed on lines since the start."""
        return [
            BlindSpot(
                kind=Blind.DECODER, name=source, why="decoder-broke", count=count, args=args_of(self._causes[source])
            )
            for source, count in self._lost.items()
        ]

    def _decode_heavy(self, decoder: Decoder, batch: LineBatch) -> EventBatch:
        offsets, weights = _weights(batch)
        pieces = cut(batch, offsets[_borders(weights)].tolist())
        return joined([self._decode_piece(decoder, piece) for piece in pieces])

    def _decode_piece(self, decoder: Decoder, piece: LineBatch) -> EventBatch:
        account = self._account(piece.source)
        before = account.left
        if before < 0:
            piece = _without_long(piece)
        began = self._cpu()
        made = self.decode_apart(decoder, piece)
        allowed = _A_BYTE * float(np.sqrt(_weights(piece)[1]).sum())
        account.left = min(before + allowed - (self._cpu() - began), _MOST)
        if account.left < 0 <= before:
            log.warning("lines_too_costly", source=piece.source, file=piece.path, start=piece.start, end=piece.end)
        return made

    def _account(self, source: str) -> _Account:
        now = self._timer()
        account = self._accounts.setdefault(source, _Account(_MOST, now))
        account.left = min(account.left + _SHARE * (now - account.at), _MOST)
        account.at = now
        return account


def rejected(batch: LineBatch, reason: RejectReason) -> tuple[LineReject, ...]:
    """Return the lines of a batch as rejects, beside those it has: what was mended of them is not tried."""
    lines = zip(batch.offsets.to_list(), batch.lines.str.len_bytes().to_list(), strict=True)
    mended = (replace(one, text="", line_hash="", reason=reason) if one.text else one for one in batch.rejects)
    made = (LineReject(offset=offset, reason=reason, length=length) for offset, length in lines)
    return tuple(sorted((*mended, *made), key=lambda one: one.offset))


def set_aside(
    batch: LineBatch, lines: pl.Series, rejects: Callable[[LineReject], bool], reason: RejectReason
) -> tuple[LineBatch, LineBatch]:
    """Return a batch in which some of its lines and mended rejects are rejects of another reason, and those alone."""
    gone = replace(
        batch,
        lines=batch.lines.filter(lines),
        offsets=batch.offsets.filter(lines),
        rejects=tuple(one for one in batch.rejects if rejects(one)),
    )
    spared = (one for one in batch.rejects if not rejects(one))
    left = replace(
        batch,
        lines=batch.lines.filter(~lines),
        offsets=batch.offsets.filter(~lines),
        numbers=None if batch.numbers is None else batch.numbers.filter(~lines),
        rejects=tuple(sorted((*spared, *rejected(gone, reason)), key=lambda one: one.offset)),
    )
    return left, gone


def _weights(
    batch: LineBatch,
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Return where each line to be decoded starts, and the square of its length."""
    offsets, lengths = batch.offsets.to_numpy(), batch.lines.str.len_bytes().to_numpy().astype(np.float64)
    mended = [(one.offset, len(one.text)) for one in batch.rejects if one.text]
    if mended:
        offsets = np.concatenate([offsets, [offset for offset, _ in mended]]).astype(np.int64)
        order = np.argsort(offsets, kind="stable")
        offsets, lengths = offsets[order], np.concatenate([lengths, [length for _, length in mended]])[order]
    return offsets, lengths * lengths


def _borders(weights: NDArray[np.float64]) -> list[int]:
    """Return the places behind the first at which pieces begin: as many lines each as may be, one at least."""
    found: list[int] = []
    total = 0.0
    for at, weight in enumerate(weights.tolist()):
        if at and total + weight > _PIECE:
            found.append(at)
            total = 0.0
        total += weight
    return found


def _without_long(batch: LineBatch) -> LineBatch:
    """Return a batch whose long lines are rejects."""
    long = batch.lines.str.len_bytes() > LONG
    return set_aside(batch, long, lambda one: len(one.text) > LONG, RejectReason.TOO_COSTLY)[0]
