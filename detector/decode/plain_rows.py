"""Decoded batches as plain rows, for people and scripts to read.

Comes in: an ``EventBatch``. Goes out: one mapping a line, in the order of the lines.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from detector import frames
from detector.frames import EventBatch


def rows(batch: EventBatch) -> Iterator[dict[str, Any]]:
    """Give ``{"line": n, "fields": {…}}`` or ``{"line": n, "reject": reason}`` for each line, in order.

    Times are RFC 3339 with Z, labels an object, nulls are left out. Where the reader did not count, ``n`` counts the
    batch's own lines.
    """
    frame = frames.identify(batch.frame)
    offsets = frame["log.offset"].to_list()
    counted = batch.numbers.to_list() if batch.numbers is not None else [0] * frame.height
    items: list[tuple[int, int, dict[str, Any]]] = [
        (offset, number, {"fields": _fields(row)})
        for offset, number, row in zip(offsets, counted, frame.iter_rows(named=True), strict=True)
    ]
    items += [(one.offset, one.number, {"reject": one.reason.value}) for one in batch.rejects]
    items.sort(key=lambda item: (item[0], "fields" in item[2]))
    for place, (_, number, row) in enumerate(items, 1):
        yield {"line": number or place, **row}


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(name, value) for name, value in row.items() if value is not None}


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return {pair["key"]: pair["value"] for pair in value} if name == "labels" else value
