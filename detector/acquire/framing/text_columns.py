"""Places in a chunk of bytes become text or rejects: where each piece begins and ends comes in, polars columns go out.

An Arrow string view (length, prefix, place) is laid over the very bytes that were read, so nothing is copied and there
is no Python loop over pieces. Only a chunk that holds something else than clean text (NUL, broken UTF-8, a piece that
is too long or empty) takes the slower way, and there only the suspicious pieces are looked at one by one. It reads no
file and keeps no state.

What is not text becomes a reject: ``too_long``, ``binary`` (holds a NUL), ``invalid_utf8``, ``empty`` (nothing between
two ends; a run of empty lines is one reject). Of the first three it tells what can be read (``mend``). NULs in front of
a clean line, as a power loss or a writer that kept its place after a truncation leaves them, are one ``binary`` reject;
the line behind them is kept. More NULs than a piece may have bytes are a hole: a ``binary`` reject of their own,
whatever stands behind them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from detector.acquire.framing.mend import LINE_ENDS, MENDED, mended
from detector.arrow_buffers import from_arrow
from detector.schema.events.lines import LineReject, RejectReason

MAX_REJECTS = 10_000
"""Rejects one cut may hold: a flood of bad lines costs bounded memory, the rest of the chunk is cut the next time."""

BOM = b"\xef\xbb\xbf"

_INLINE = 12
_ONE_TEXT = 3  # buffers of views on one text: what is null, the views, the text
_FARTHEST = (1 << 31) - 1  # where a view can still point
_BEHIND = 40  # bytes behind the last line, so that reading a few at once is safe there
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextColumns:
    """What pieces of a chunk became.

    Attributes:
        lines: The text of each good piece.
        offsets: Byte in the file where each good piece starts.
        numbers: Line number of each good piece, None when lines are not counted.
        rejects: What was no text.
        rows: How many pieces this covers (all of them, unless there were too many rejects).
        ends_empty: Whether the last of these is empty: an empty piece behind it goes on with the same run.
    """

    lines: pl.Series
    offsets: pl.Series
    numbers: pl.Series | None
    rejects: tuple[LineReject, ...]
    rows: int
    ends_empty: bool


def texts(
    data: bytes,
    starts: Ints,
    stops: Ints,
    base: int,
    *,
    longest: int,
    numbers: Ints | None = None,
    reasons: Mapping[int, RejectReason] | None = None,
) -> TextColumns:
    """Return the pieces of ``data``, which starts at byte ``base`` of the file, as text.

    Args:
        data: The chunk.
        starts: Where each piece begins in it, rising, at least one.
        stops: Where each ends.
        base: Byte of the file where the chunk starts.
        longest: Bytes a piece may have.
        numbers: Line number of each piece, if they are counted.
        reasons: Pieces (by row) that are known to be rejects, and why.
    """
    marked = base == 0 and starts[0] == 0 and data.startswith(BOM)
    if marked:
        starts = starts.copy()
        starts[0] = len(BOM)
    lengths, places = stops - starts, starts
    rows = len(starts)
    good: Ints | None = None
    rejects: tuple[LineReject, ...] = ()
    if reasons or lengths.min() <= 0 or lengths.max() > longest or not is_text(data):
        verdict = _Verdict(data, starts, stops, base, longest, numbers, reasons or {})
        rejects, rows, good = verdict.rejects, verdict.rows, verdict.good
        places, lengths = verdict.starts[good], verdict.lengths[good]
    origins = places + base
    if marked and len(origins) and places[0] == len(BOM):
        origins[0] = 0
    if numbers is not None and good is not None:
        numbers = numbers[good]
    return TextColumns(
        lines=from_arrow("line", views(data, places, lengths)),
        offsets=pl.Series("offset", origins, dtype=pl.Int64()),
        numbers=None if numbers is None else pl.Series("number", numbers, dtype=pl.Int64()),
        rejects=rejects,
        rows=rows,
        ends_empty=bool(stops[rows - 1] <= starts[rows - 1]),
    )


def rejected(raw: bytes, *, offset: int, number: int, reason: RejectReason, length: int) -> LineReject:
    """Return the reject of a piece, with what can be read of its bytes."""
    raw = raw.rstrip(LINE_ENDS)
    text = mended(raw)
    known = sha256(raw).hexdigest() if text else ""
    return LineReject(offset=offset, number=number, reason=reason, length=length, text=text, line_hash=known)


def no_lines() -> tuple[pl.Series, pl.Series]:
    """Return the lines and offsets of a cut that holds none."""
    return pl.Series("line", [], dtype=pl.String()), pl.Series("offset", [], dtype=pl.Int64())


def is_text(data: bytes) -> bool:
    """Tell whether these bytes are UTF-8 without a NUL."""
    return b"\0" not in data and (data.isascii() or _is_utf8(data))


def _is_utf8(data: bytes) -> bool:
    try:
        str(data, "utf-8")
    except UnicodeDecodeError:
        return False
    return True


def views(data: bytes, starts: Ints, lengths: Ints) -> pa.Array:
    """Lay an Arrow string view over ``data``: 16 bytes a line, none of its text copied (up to 12 bytes are inline).

    The pieces must be valid UTF-8.
    """
    count = len(starts)
    made = np.zeros((count, 4), np.int32)
    if count:
        padded = data if len(data) >= _INLINE else data.ljust(_INLINE, b"\0")
        words = np.ndarray((len(padded) - 3,), np.int32, padded, 0, (1,))
        made[:, 0] = lengths
        made[:, 1] = words[np.minimum(starts, len(words) - 1)]
        made[:, 3] = starts
        short = np.flatnonzero(lengths <= _INLINE)
        if len(short):
            made[short, 1:] = _inline(np.frombuffer(padded, np.uint8), starts[short], lengths[short])
    return pa.Array.from_buffers(pa.string_view(), count, [None, pa.py_buffer(made), pa.py_buffer(data)])


def together(lines: pl.Series) -> pl.Series:
    """Return lines of several chunks laid over one copy of their bytes, without the rest of these chunks.

    So who cuts the lines finds them in one piece, and no chunk is kept for the few lines of it that are in use.
    """
    chunks = [chunk.to_arrow(compat_level=pl.CompatLevel.newest()) for chunk in lines.get_chunks()]
    if len(chunks) < 2 or any(len(chunk.buffers()) != _ONE_TEXT or chunk.null_count for chunk in chunks):
        return lines
    if sum(chunk.buffers()[2].size for chunk in chunks) > _FARTHEST:
        return lines
    laid, pieces, size = [], [], 0
    for chunk in chunks:
        _, made, data = chunk.buffers()
        found = np.frombuffer(made, np.int32).reshape(-1, 4)[chunk.offset : chunk.offset + len(chunk)].copy()
        far = np.flatnonzero(found[:, 0] > _INLINE)
        if len(far):
            begin, end = int(found[far, 3].min()), int((found[far, 3] + found[far, 0]).max())
            found[far, 3] += size - begin
            pieces.append(np.frombuffer(data, np.uint8)[begin:end])
            size += end - begin
        laid.append(found)
    whole = np.concatenate([*pieces, np.zeros(_BEHIND, np.uint8)])
    held = [None, pa.py_buffer(np.concatenate(laid)), pa.py_buffer(whole)]
    return from_arrow(lines.name, pa.Array.from_buffers(pa.string_view(), len(lines), held))


def _inline(codes: npt.NDArray[np.uint8], starts: Ints, lengths: Ints) -> npt.NDArray[np.int32]:
    steps = np.arange(_INLINE)
    text = codes[np.minimum(starts[:, None] + steps, len(codes) - 1)]
    text[steps >= lengths[:, None]] = 0
    words: npt.NDArray[np.int32] = text.view(np.int32)
    return words


class _Verdict:
    """Which pieces of a chunk are text, and why the others are not."""

    def __init__(
        self,
        data: bytes,
        starts: Ints,
        stops: Ints,
        base: int,
        longest: int,
        numbers: Ints | None,
        reasons: Mapping[int, RejectReason],
    ) -> None:
        self.starts = starts.copy()
        self.lengths = stops - starts
        self._data, self._base, self._longest, self._numbers = data, base, longest, numbers
        self._found: list[tuple[int, LineReject]] = []
        bad = np.zeros(len(starts), np.bool_)
        for row, reason in reasons.items():
            if self.lengths[row] <= longest:
                self._reject(row, reason, int(self.lengths[row]))
                bad[row] = True
        self._mark_holes(np.flatnonzero((self.lengths > longest) & ~bad), bad)
        self._mark_long(np.flatnonzero((self.lengths > longest) & ~bad), bad)
        self._mark_empty(np.flatnonzero((self.lengths <= 0) & ~bad), bad)
        self._mark_bytes(bad)
        self._found.sort(key=lambda item: (item[0], item[1].offset))
        self.rows = len(starts)
        if len(self._found) > MAX_REJECTS:
            self.rows = self._found[MAX_REJECTS][0] or 1
            self._found = [item for item in self._found if item[0] < self.rows]
        self.rejects = tuple(reject for _, reject in self._found)
        self.good = np.flatnonzero(~bad[: self.rows])

    def _reject(self, row: int, reason: RejectReason, length: int) -> None:
        number = 0 if self._numbers is None else int(self._numbers[row])
        # A reject stands where its bytes begin: in front of NULs that were cut off, behind a byte order mark.
        start = int(self.starts[row])
        raw = self._data[start : start + length] if reason in MENDED else b""
        self._found.append((row, rejected(raw, offset=self._base + start, number=number, reason=reason, length=length)))

    def _mark_holes(self, rows: npt.NDArray[np.intp], bad: npt.NDArray[np.bool_]) -> None:
        """Leave out what is a hole in front of a piece; the rest is looked at like any other piece."""
        for row in rows.tolist():
            start, length = int(self.starts[row]), int(self.lengths[row])
            nuls = length - len(self._data[start : start + length].lstrip(b"\0"))
            if nuls > self._longest:
                self._reject(row, RejectReason.BINARY, nuls)
                self.starts[row], self.lengths[row] = start + nuls, length - nuls
                bad[row] = nuls == length

    def _mark_long(self, rows: npt.NDArray[np.intp], bad: npt.NDArray[np.bool_]) -> None:
        for row in rows.tolist():
            start, length = int(self.starts[row]), int(self.lengths[row])
            if len(self._data[start : start + length].lstrip(b"\0")) <= self._longest:
                continue  # NULs in front of a line: looked at below
            self._reject(row, RejectReason.TOO_LONG, length)
            bad[row] = True

    def _mark_empty(self, rows: npt.NDArray[np.intp], bad: npt.NDArray[np.bool_]) -> None:
        heads = rows[np.concatenate(([True], np.diff(rows) > 1))] if len(rows) else rows
        for row in heads[: MAX_REJECTS + 1].tolist():
            self._reject(row, RejectReason.EMPTY, 0)
        bad[rows] = True

    def _mark_bytes(self, bad: npt.NDArray[np.bool_]) -> None:
        """Look closely at the pieces that hold a NUL or a byte beyond ASCII."""
        codes = np.frombuffer(self._data, np.uint8)
        odd = np.unique(np.searchsorted(self.starts, np.flatnonzero((codes == 0) | (codes >= 128)), "right") - 1)
        count = 0
        for row in odd[odd >= 0].tolist():
            if bad[row] or count > MAX_REJECTS:
                continue
            before = len(self._found)
            self._judge(row, bad)
            count += len(self._found) - before

    def _judge(self, row: int, bad: npt.NDArray[np.bool_]) -> None:
        start, length = int(self.starts[row]), int(self.lengths[row])
        raw = self._data[start : start + length]
        clean = raw.lstrip(b"\0")
        if not clean or b"\0" in clean:
            self._reject(row, RejectReason.BINARY, length)
            bad[row] = True
            return
        if not clean.isascii() and not _is_utf8(clean):
            self._reject(row, RejectReason.INVALID_UTF8, length)
            bad[row] = True
            return
        if len(clean) < len(raw):
            self._reject(row, RejectReason.BINARY, len(raw) - len(clean))
            self.starts[row] += len(raw) - len(clean)
            self.lengths[row] = len(clean)
