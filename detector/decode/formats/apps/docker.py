r"""Docker's json-file: what a container wrote, one JSON object a line.

Comes in: ``{"log":"…\n","stream":"stdout","time":"…"}``. Goes out: the text under ``log``; the stream and what the
daemon was told to add (``attrs``: labels and variables of the container) as labels, the time for lines without one.

Docker cuts what is longer than 16 KiB into pieces, of which only the last ends in ``\n``. The reader puts them together
(``PARTS``); here a record is as many objects as there are pieces, a line each.
"""

from typing import Any

import msgspec
import numpy as np
import polars as pl

from detector.decode.columns.list_columns import label_lists
from detector.decode.envelope import Unwrapped, Wrapper
from detector.decode.line_context import LineContext
from detector.decode.time.event_time import parse_values
from detector.schema.events.framing import Cutting, Framing
from detector.schema.events.lines import RejectReason


class _Piece(msgspec.Struct):
    log: str = ""
    stream: str = ""
    time: str = ""
    attrs: dict[str, Any] | None = None


_decode = msgspec.json.Decoder(_Piece).decode
_BROKEN = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError)


def unwrap(lines: pl.Series, place: LineContext) -> Unwrapped:
    """Take Docker's envelopes off."""
    failures: dict[int, RejectReason] = {}
    kept: list[_Piece] = []
    for at, line in enumerate(lines.to_list()):
        try:
            kept.append(_decode(line) if "\n" not in line else _whole(line))
        except _BROKEN:
            failures[at] = RejectReason.NOT_JSON
    rows = np.delete(np.arange(len(lines), dtype=np.int64), list(failures)) if failures else None
    inner = pl.Series("line", [one.log for one in kept], dtype=pl.String()).str.strip_chars_end("\r\n")
    return Unwrapped(inner, _columns(kept, place), rows, failures)


def _whole(record: str) -> _Piece:
    """Put the pieces of one record together; stream and time are those of the first."""
    pieces = [_decode(line) for line in record.split("\n")]
    pieces[0].log = "".join(piece.log for piece in pieces)
    return pieces[0]


def _columns(kept: list[_Piece], place: LineContext) -> list[pl.Series]:
    times = parse_values([one.time for one in kept], "auto", place.zone).alias("@timestamp")
    keys: list[str] = []
    values: list[str] = []
    counts: list[int] = []
    for one in kept:
        pairs = {"stream": one.stream} if one.stream else {}
        if one.attrs:
            pairs |= {key: str(value) for key, value in one.attrs.items()}
        keys += pairs
        values += pairs.values()
        counts.append(len(pairs))
    return [times, label_lists(keys, values, counts)]


WRAPPER = Wrapper(
    name="docker",
    dataset="docker.logs",
    steady=True,
    zoned=True,
    unwrap=unwrap,
    order=5,
    telling=r'(?s)^\{"(?:log|stream)":".*"time":"[0-9T:.+Z-]+"\}$',
    # The text under "log" does not end in \n: plain characters or escapes, the last of them another escape than that.
    framing=Framing(Cutting.PARTS, start=r'^\{"log":"(?:[^"\\]|\\.)*(?:[^"\\]|\\[^n])","stream":"std(?:out|err)",'),
    head=r'^\{"log":"',
    about="Docker's json-file log of a container: what is under `log` is read by the format inside",
)
