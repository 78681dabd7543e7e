"""Plain lines of access logs, cut by the places of their quotes, a batch at a time; nothing loops over lines.

Comes in: lines. Goes out: the columns of those that are plain, and which these are. A plain line has no backslash, a
known method and protocol, a target that is a path and no identity, as most lines of every server have:

    192.0.2.7 - anna [17/May/2026:10:05:03 +0300] "GET /a?b HTTP/1.1" 200 512 "-" "curl/8.5.0"
    ^        ^       ^                            ^    ^    ^       ^         ^ ^ ^          ^
    address  blank   quotes[0] - _STAMP  quotes[0]  target  end  quotes[1]  quotes[2] to quotes[5]

Each step finds places for the lines still in question and says which of them are plain so far (``_Cut.retain`` drops
the others): as many quotes as the layout has, then what stands around them, address and account, request, status, size.

Invariant: a line that is taken here is read by the careful way (``combined.careful``) to the same columns; whatever is
not plain to the byte is left for it. So a mistake here can cost speed, and ``tests/decode/test_plain.py`` looks for one
that costs more.

Without it a replay of a web log takes 8.8 microseconds a line more: 27 % of its CPU at 20,000 lines a batch, 11 % at
1,000.
"""

import numpy as np
import polars as pl

from detector.arrow_buffers import arrow_array, from_arrow
from detector.decode.columns.digits import numbers
from detector.decode.columns.text_bytes import Mask, Places, TextBytes, Words, lowest, word
from detector.decode.parse_result import METHOD, Rows
from detector.decode.time.event_time import CLF, by_form
from detector.decode.weblog.client_head import HOST
from detector.decode.weblog.layouts import StockLayout
from detector.decode.weblog.request_line import METHODS, PROTOCOLS

_QUOTE, _BLANK, _DASH, _SLASH, _BACKSLASH, _QUESTION, _DOT, _ZERO, _ONE, _NINE = b'" -/\\?.019'
_HEAD = len("a - b ")
_STAMP = len("[17/May/2026:10:05:03 +0300] ")
_STAMP_PATTERN = r"^\[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-5][0-9] [+-][0-9]{2}[0-5][0-9]\] $"
_REQUEST = len("GET / HTTP/2")
_STEPS = 8
"""Host, address and account are looked through for eight times as many bytes; longer ones are not plain."""
_METHODS = pl.Series("http.request.method", METHODS, dtype=pl.String())
_SIZES = np.array([len(name) for name in METHODS])
# A method, the blank behind it and the slash a path begins with, as far as eight bytes hold them.
_METHOD_WORDS = [(np.uint64((1 << 8 * min(len(name) + 2, 8)) - 1), word(f"{name} /"[:8])) for name in METHODS]
_WORD = 8
_BEHIND = 40
"""Bytes looked at around the second quote: a protocol, a status and a size."""
_BACK = 16
"""How far before the second quote the bytes around it begin."""
_FRAME = np.uint64(0x0000FF000000FF00)
_FRAMED = np.uint64(0x0000200000002000)
_UP_FROM_THREE = ~np.uint64(7)
_PROTOCOL_WORDS = [word(name) for name in PROTOCOLS if len(name) == 8]
_SHORT_WORDS = [word(f"\0 {name}") for name in PROTOCOLS if len(name) == 6]
_ALL_BUT_ONE = ~np.uint64(255)
_SECOND = 1_000_000_000
_HOST = f"^{HOST}$"
_WHOLE_DIGITS, _PART_DIGITS = 7, 6
_SCALE = 10 ** np.arange(9, -1, -1, dtype=np.int64)


def plain(lines: pl.Series, layout: StockLayout) -> tuple[pl.DataFrame, Rows | None]:
    """Return the columns of plain lines and which lines they are; None stands for all."""
    cut = _Cut(TextBytes(lines), layout)
    cut.retain(cut.spaced())
    cut.gather_quotes()
    cut.retain(cut.framed())
    cut.retain(cut.head() & cut.request() & cut.harmless())
    times, timed = cut.times()
    status, stated = cut.status()
    size, sized, good = cut.size()
    nanos, well = cut.duration()
    good &= timed & stated & well
    if not good.all():
        cut.retain(good)
        times = times.filter(pl.Series(good))
        status, size, sized, nanos = status[good], size[good], sized[good], nanos[good]
    columns = [
        times,
        _METHODS[pl.Series(cut.method)],
        pl.Series(METHOD, cut.method),
        pl.Series("http.response.status_code", status),
        from_arrow("http.response.body.bytes", arrow_array(size, sized)),
        *cut.texts(),
    ]
    if layout.duration:
        columns.append(pl.Series("event.duration", nanos))
    return pl.DataFrame(columns), None if len(cut.rows) == len(lines) else cut.rows


class _Cut:
    """Lines of one layout, and the places they are cut at: what each step finds, for the lines still in question.

    A step may find nonsense in lines that are not plain; it says which, and its places lie in the bytes nevertheless.
    """

    def __init__(self, laid: TextBytes, layout: StockLayout) -> None:
        self.laid, self.layout = laid, layout
        quotes, rows = laid.exactly(laid.where(_QUOTE), 2 + 2 * len(layout.quoted))
        self.quotes = np.ascontiguousarray(quotes)
        self.rows: Rows = np.arange(len(laid)) if rows is None else rows
        self.starts = laid.starts if rows is None else laid.starts[rows]
        self.stops = laid.stops if rows is None else laid.stops[rows]
        none = np.empty(0, np.int64)
        self.address = self.blank = self.target = self.end = none
        self.behind = np.empty((0, 0), np.uint64)
        self.method = np.empty(0, np.uint8)

    def retain(self, good: Mask) -> None:
        """Go on with the lines that are good."""
        if good.all():
            return
        kept = np.flatnonzero(good)
        self.quotes = self.quotes[:, kept]
        self.rows, self.starts, self.stops = self.rows[kept], self.starts[kept], self.stops[kept]
        if len(self.behind):
            self.behind = self.behind[kept]
        if len(self.target):
            self.address, self.blank, self.method = self.address[kept], self.blank[kept], self.method[kept]
            self.target, self.end = self.target[kept], self.end[kept]

    def spaced(self) -> Mask:
        """Say which lines have room for all that stands before, between and behind the quotes of the request."""
        first, second = self.quotes[0], self.quotes[1]
        good: Mask = (first - self.starts >= _STAMP + _HEAD) & (second - first > _REQUEST)
        good &= self.stops > second + 6
        return good

    def gather_quotes(self) -> None:
        """Take the bytes around the second quote out of all lines, once for all that look at them."""
        self.behind = self.laid.rows(self.quotes[1] - _BACK, _BEHIND)

    def framed(self) -> Mask:
        """Say which lines have what stands around quotes, where the layout has it."""
        quotes, codes = self.quotes, self.laid.codes
        good: Mask = (self.behind[:, _BACK // 8] & _FRAME) == _FRAMED
        if not self.layout.quoted:
            return good
        good &= (codes[quotes[2] - 1] == _BLANK) & (quotes[2] > quotes[1] + 6)
        for at in range(3, len(quotes) - 1, 2):
            good &= (quotes[at + 1] == quotes[at] + 2) & (codes[quotes[at] + 1] == _BLANK)
        last = quotes[-1] + 1
        good &= codes[last] == _BLANK if self.layout.duration else last == self.stops
        return good

    def head(self) -> Mask:
        """Find host, address and account."""
        laid, codes, limit = self.laid, self.laid.codes, self.quotes[0] - _STAMP - 1
        good: Mask = codes[limit] == _BLANK
        self.address = self.starts
        if self.layout.host:
            self.address = laid.find(_BLANK, self.starts, limit, _STEPS) + 1
            good &= self.address > self.starts + 1
        blanks = laid.bits(_BLANK, self.address)
        first = lowest(blanks)
        first[first == 64] = 0  # too long, as one that is empty
        blank = self.blank = self.address + first
        good &= (first > 0) & (blank + 3 < limit)
        good &= (codes[blank + 1] == _DASH) & (codes[blank + 2] == _BLANK)
        free = self.address + lowest(blanks & (_UP_FROM_THREE << first)) == limit
        far = np.flatnonzero(limit - self.address >= 64)
        if len(far):
            free[far] = laid.find(_BLANK, blank[far] + 3, limit[far], _STEPS) == limit[far]
        good &= free
        if self.layout.host:  # an account with a blank must not move every part by one place
            address = laid.texts(self.address, blank)
            good &= address.str.contains("[.:]").to_numpy()
            good &= laid.texts(self.starts, np.maximum(self.address - 1, self.starts)).str.contains(_HOST).to_numpy()
        return good

    def request(self) -> Mask:
        """Find the method and where the target lies."""
        codes, second = self.laid.codes, self.quotes[1]
        start = self.quotes[0] + 1
        known, self.method = _methods(self.laid.words(start))
        size = _SIZES[self.method]
        self.target = start + size + 1
        spoken = self.behind[:, _BACK // 8 - 1]
        long, short = _one_of(spoken, _PROTOCOL_WORDS), _one_of(spoken & _ALL_BUT_ONE, _SHORT_WORDS)
        self.end = second - np.where(long, 9, 7)
        good: Mask = known & ((long & (self.behind.view(np.uint8)[:, _BACK - 9] == _BLANK)) | short)
        good &= (self.end > self.target) & (codes[self.end - 1] != _BLANK)
        if (size > _WORD - 2).any():
            good &= (codes[start + size] == _BLANK) & (codes[self.target] == _SLASH)
        return good

    def harmless(self) -> Mask:
        """Say which lines hold no backslash."""
        found = self.laid.where(_BACKSLASH)
        good = np.ones(len(self.laid), np.bool_)
        if len(found):
            good[self.laid.holding(found)] = False
        kept: Mask = good[self.rows] if len(self.rows) < len(good) else good
        return kept

    def times(self) -> tuple[pl.Series, Mask]:
        """Return the moments of the stamps before the first quote, and which lines have one written as usual."""
        stamps = self.laid.texts(self.quotes[0] - _STAMP, self.quotes[0])
        times = by_form(stamps, f"[{CLF}] ").alias("@timestamp")
        return times, (times.is_not_null() & stamps.str.contains(_STAMP_PATTERN)).to_numpy()

    def status(self) -> tuple[np.ndarray[tuple[int], np.dtype[np.int16]], Mask]:
        """Return the status, and which lines have one: three digits, the first no zero."""
        codes = self.behind.view(np.uint8)
        first, second, third = (codes[:, _BACK + 2 + at].astype(np.int16) for at in range(3))
        good: Mask = (first >= _ONE) & (first <= _NINE) & (second >= _ZERO) & (second <= _NINE)
        good &= (third >= _ZERO) & (third <= _NINE)
        return first * 100 + second * 10 + third - _ZERO * 111, good

    def size(self) -> tuple[Places, Mask, Mask]:
        """Return the size of the answer, which lines have one, and which have a good one or say that there is none."""
        start = self.quotes[1] + 6
        stop = self.quotes[2] - 1 if self.layout.quoted else self.stops
        size, sized = numbers(self.laid.texts(start, stop))
        if sized.all():
            return size, sized, sized
        return size, sized, sized | _is_dash(self.laid, start, stop)

    def duration(self) -> tuple[Places, Mask]:
        """Return in nanoseconds what stands behind the last quote in seconds, and which lines have it: ``0.250``."""
        if not self.layout.duration:
            return self.starts, np.ones(len(self.rows), np.bool_)
        start = self.quotes[-1] + 2
        dots = np.append(self.laid.where(_DOT), self.laid.end)
        dot = dots[np.searchsorted(dots, start)]
        dot = np.minimum(dot, self.stops)  # one of another line: the text would be as long as all between
        whole, good = numbers(self.laid.texts(start, dot))
        part, also = numbers(self.laid.texts(dot + 1, self.stops))
        digits = self.stops - dot - 1
        good &= also & (dot - start <= _WHOLE_DIGITS) & (digits <= _PART_DIGITS)
        return whole * _SECOND + part * _SCALE[np.clip(digits, 0, 9)], good

    def texts(self) -> list[pl.Series]:
        """Return the columns of text."""
        laid, quotes, end = self.laid, self.quotes, self.end
        mark = self._marks()
        limit = quotes[0] - _STAMP - 1
        made = [
            laid.texts(self.address, self.blank).alias("source.ip"),
            laid.texts(self.target, mark).alias("url.path"),
            self._unless_dash("user.name", self.blank + 3, limit),
            *map(self._unless_dash, self.layout.quoted, quotes[2::2] + 1, quotes[3::2]),
        ]
        asked = mark < end
        if asked.any():
            made.append(laid.texts(np.minimum(mark + 1, end), end, asked).alias("url.query"))
        if self.layout.host:
            made.append(laid.texts(self.starts, self.address - 1).alias("url.domain"))
        return made

    def _unless_dash(self, name: str, starts: Places, stops: Places) -> pl.Series:
        return self.laid.texts(starts, stops, ~_is_dash(self.laid, starts, stops)).alias(name)

    def _marks(self) -> Places:
        """Return the place of each target's first question mark, its end where there is none.

        There are far fewer marks than lines as a rule, so it is asked of marks which line they stand in.
        """
        mark, found = self.end.copy(), self.laid.where(_QUESTION)
        if len(found) and len(mark):
            at = np.searchsorted(self.target, found, "right") - 1
            inside = (at >= 0) & (found < self.end[at])
            mark[at[inside][::-1]] = found[inside][::-1]  # of several the last one written stays, which is the first
        return mark


def _methods(words: Words) -> tuple[Mask, np.ndarray[tuple[int], np.dtype[np.uint8]]]:
    """Return which words begin with a method and what follows it, and the method's number."""
    known = np.zeros(len(words), np.bool_)
    method = np.zeros(len(words), np.uint8)
    for number, (mask, text) in enumerate(_METHOD_WORDS):
        same = (words & mask) == text
        known |= same
        if number:
            method[same] = number
        if known.all():
            break
    return known, method


def _one_of(words: Words, texts: list[np.uint64]) -> Mask:
    found = np.zeros(len(words), np.bool_)
    for text in texts:
        found |= words == text
        if found.all():
            break
    return found


def _is_dash(laid: TextBytes, starts: Places, stops: Places) -> Mask:
    dash: Mask = stops - starts == 1
    if dash.any():
        dash &= laid.codes[starts] == _DASH
    return dash
