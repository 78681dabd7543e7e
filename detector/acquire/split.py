"""Cut bytes into lines: a chunk of complete lines comes in, a polars Series of text and its byte offsets go out.

There is no Python loop over lines. Newlines are found by numpy, and an Arrow string view (length, prefix, place) is
laid over the very bytes that were read, so nothing is copied. Only a chunk that holds something else than clean text
(NUL, broken UTF-8, a line over 64 KiB, an empty line) takes the slower way, and there only the suspicious lines are
looked at one by one. The same cutter serves live files and archives. It reads no file and keeps no state.

What is not text becomes a reject: ``too_long``, ``binary`` (holds a NUL), ``invalid_utf8``, ``empty`` (nothing between
two line ends; a run of empty lines is one reject). NULs in front of a clean line, as a power loss or a writer that
kept its place after a truncation leaves them, are one ``binary`` reject; the line behind them is kept.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from detector.schema.lines import LineReject, RejectReason

MAX_LINE = 64 * 1024
MAX_REJECTS = 10_000
"""Rejects one cut may hold: a flood of bad lines costs bounded memory, the rest of the chunk is cut the next time."""

_INLINE = 12
_NEWLINE, _RETURN, _BOM = 10, 13, b"\xef\xbb\xbf"
_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """What a chunk was cut into.

    Attributes:
        lines: The text of each good line, without its end.
        offsets: Byte in the file where each good line starts.
        numbers: Number of each good line, None when lines are not counted.
        rejects: What was no text.
        used: How many bytes of the chunk this covers (all of it, unless there were too many rejects).
        rows: How many line ends it covers.
    """

    lines: pl.Series
    offsets: pl.Series
    numbers: pl.Series | None
    rejects: tuple[LineReject, ...]
    used: int
    rows: int


def split(data: bytes, base: int, first_number: int = 0) -> Lines:
    """Cut ``data``, which starts at byte ``base`` of the file and ends with a newline, into lines.

    ``first_number`` is the number of its first line, 0 when lines are not counted.
    """
    codes = np.frombuffer(data, np.uint8)
    ends: _Ints = np.flatnonzero(codes == _NEWLINE)
    starts = np.empty_like(ends)
    starts[0] = 0
    np.add(ends[:-1], 1, out=starts[1:])
    rows = len(ends)
    if base == 0 and data.startswith(_BOM):
        starts[0] = len(_BOM)
    stops = ends
    if b"\r" in data:
        stops = ends - ((codes[ends - 1] == _RETURN) & (ends > starts))
    lengths = stops - starts
    places = starts
    good: _Ints | None = None
    rejects: tuple[LineReject, ...] = ()
    used = len(data)
    if lengths.min() == 0 or lengths.max() > MAX_LINE or not _is_text(data):
        verdict = _Verdict(data, starts, stops, base, first_number)
        rejects, rows = verdict.rejects, verdict.rows
        used = int(ends[rows - 1]) + 1
        good = verdict.good
        places, lengths = verdict.starts[good], verdict.lengths[good]
    origins = places + base
    if len(origins) and places[0] == starts[0] == len(_BOM):
        origins[0] = 0
    numbers = None
    if first_number:
        numbers = pl.Series("number", (np.arange(rows) if good is None else good) + first_number, dtype=pl.Int64())
    return Lines(
        lines=pl.Series("line", _views(data, places, lengths), dtype=pl.String()),
        offsets=pl.Series("offset", origins, dtype=pl.Int64()),
        numbers=numbers,
        rejects=rejects,
        used=used,
        rows=rows,
    )


def no_lines() -> tuple[pl.Series, pl.Series]:
    """Return the lines and offsets of a cut that holds none."""
    return pl.Series("line", [], dtype=pl.String()), pl.Series("offset", [], dtype=pl.Int64())


def _is_text(data: bytes) -> bool:
    return b"\0" not in data and (data.isascii() or _is_utf8(data))


def _is_utf8(data: bytes) -> bool:
    try:
        str(data, "utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _views(data: bytes, starts: _Ints, lengths: _Ints) -> pa.Array:
    """Lay an Arrow string view over ``data``: 16 bytes a line, none of its text copied (up to 12 bytes are inline)."""
    count = len(starts)
    views = np.zeros((count, 4), np.int32)
    if count:
        padded = data if len(data) >= _INLINE else data.ljust(_INLINE, b"\0")
        words = np.ndarray((len(padded) - 3,), np.int32, padded, 0, (1,))
        views[:, 0] = lengths
        views[:, 1] = words[np.minimum(starts, len(words) - 1)]
        views[:, 3] = starts
        short = np.flatnonzero(lengths <= _INLINE)
        if len(short):
            views[short, 1:] = _inline(np.frombuffer(padded, np.uint8), starts[short], lengths[short])
    return pa.Array.from_buffers(pa.string_view(), count, [None, pa.py_buffer(views), pa.py_buffer(data)])


def _inline(codes: npt.NDArray[np.uint8], starts: _Ints, lengths: _Ints) -> npt.NDArray[np.int32]:
    steps = np.arange(_INLINE)
    text = codes[np.minimum(starts[:, None] + steps, len(codes) - 1)]
    text[steps >= lengths[:, None]] = 0
    words: npt.NDArray[np.int32] = text.view(np.int32)
    return words


class _Verdict:
    """Which lines of a chunk are text, and why the others are not."""

    def __init__(self, data: bytes, starts: _Ints, stops: _Ints, base: int, first_number: int) -> None:
        self.starts = starts.copy()
        self.lengths = stops - starts
        self._data, self._base, self._first = data, base, first_number
        self._found: list[tuple[int, LineReject]] = []
        bad = np.zeros(len(starts), np.bool_)
        long = self.lengths > MAX_LINE
        empty = self.lengths <= 0
        self._mark_long(np.flatnonzero(long), bad)
        self._mark_empty(np.flatnonzero(empty), bad)
        self._mark_bytes(bad)
        self._found.sort(key=lambda item: (item[0], item[1].offset))
        self.rows = len(starts)
        if len(self._found) > MAX_REJECTS:
            self.rows = self._found[MAX_REJECTS][0] or 1
            self._found = [item for item in self._found if item[0] < self.rows]
        self.rejects = tuple(reject for _, reject in self._found)
        self.good = np.flatnonzero(~bad[: self.rows])

    def _reject(self, row: int, reason: RejectReason, length: int) -> None:
        number = self._first + row if self._first else 0
        # A reject stands where its bytes begin: in front of NULs that were cut off, behind a byte order mark.
        offset = self._base + int(self.starts[row])
        self._found.append((row, LineReject(offset=offset, number=number, reason=reason, length=length)))

    def _mark_long(self, rows: npt.NDArray[np.intp], bad: npt.NDArray[np.bool_]) -> None:
        for row in rows.tolist():
            start, length = int(self.starts[row]), int(self.lengths[row])
            if len(self._data[start : start + length].lstrip(b"\0")) <= MAX_LINE:
                continue  # NULs in front of a line: looked at below
            self._reject(row, RejectReason.TOO_LONG, length)
            bad[row] = True

    def _mark_empty(self, rows: npt.NDArray[np.intp], bad: npt.NDArray[np.bool_]) -> None:
        heads = rows[np.concatenate(([True], np.diff(rows) > 1))] if len(rows) else rows
        for row in heads[: MAX_REJECTS + 1].tolist():
            self._reject(row, RejectReason.EMPTY, 0)
        bad[rows] = True

    def _mark_bytes(self, bad: npt.NDArray[np.bool_]) -> None:
        """Look closely at the lines that hold a NUL or a byte beyond ASCII."""
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
