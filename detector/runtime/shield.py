"""A line that breaks the decoder costs that line, not the service.

The decoder is meant never to raise; where a defect of ours makes it, the batch is halved until the lines that do it are
alone, and they become rejects. Without this, a restart would read the same line and break again, for ever.
"""

from collections.abc import Sequence
from dataclasses import replace

from detector.decode import Decoder
from detector.frames import EventBatch, LineBatch, empty_events, joined
from detector.schema.lines import LineReject, RejectReason
from detector.telemetry import logger

log = logger("decode")


def decode_all_shielded(decoder: Decoder, batches: Sequence[LineBatch]) -> list[EventBatch]:
    """Decode batches, together where that can be; when that fails, each alone."""
    try:
        return decoder.decode_all(batches)
    except Exception:  # noqa: BLE001 - which line it was shows when each batch is decoded for itself
        return [decode_shielded(decoder, batch) for batch in batches]


def decode_shielded(decoder: Decoder, batch: LineBatch) -> EventBatch:
    """Decode a batch; lines the decoder fails on are ``malformed`` rejects."""
    try:
        return decoder.decode(batch)
    except Exception as error:  # noqa: BLE001 - any defect of the decoder, on any line an attacker may write
        count = batch.lines.len()
        if count <= 1:
            log.error("line_broke_decoder", source=batch.source, error=type(error).__name__)
            return EventBatch(frame=empty_events(), rejects=(*batch.rejects, *_rejected(batch)))
        return joined([decode_shielded(decoder, half) for half in _halves(batch, count // 2)])


def _halves(batch: LineBatch, at: int) -> tuple[LineBatch, LineBatch]:
    def part(start: int, length: int | None, rejects: tuple[LineReject, ...]) -> LineBatch:
        numbers = batch.numbers.slice(start, length) if batch.numbers is not None else None
        lines, offsets = batch.lines.slice(start, length), batch.offsets.slice(start, length)
        return replace(batch, lines=lines, offsets=offsets, numbers=numbers, rejects=rejects)

    return part(0, at, batch.rejects), part(at, None, ())


def _rejected(batch: LineBatch) -> tuple[LineReject, ...]:
    return tuple(
        LineReject(offset=offset, reason=RejectReason.MALFORMED, length=len(line.encode()))
        for offset, line in zip(batch.offsets.to_list(), batch.lines.to_list(), strict=True)
    )
