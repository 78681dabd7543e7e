"""Which format a stream has: given, or found by trying.

Comes in: lines of one stream. Goes out: ``Parsed`` and, for each row, the format that read it. ``auto`` takes for a
stream the format that decodes its first decodable line, in the order of the table; a later line that format cannot read
is tried with the others. Every line is judged by itself, so how lines are cut into batches changes nothing.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

import msgspec
import numpy as np
import polars as pl

from detector.decode.columns.frame_ops import constant, index
from detector.decode.columns.text_bytes import Mask
from detector.decode.format import Format
from detector.decode.line_context import LineContext
from detector.decode.parse_result import LAST_RESORT, Parsed, Rows, nothing, shifted, together
from detector.decode.weblog.combined import loose
from detector.decode.weblog.layouts import TELLING as OF_WEB
from detector.schema.events.lines import RejectReason

_FINAL = (RejectReason.HEADER, RejectReason.EMPTY, RejectReason.NO_FORMAT)
"""Reasons of a format that knew for certain what it had before it, a directive or an envelope: no other is tried."""
_TELLING = (RejectReason.BAD_TIME, RejectReason.BAD_FIELD, RejectReason.IGNORED, *_FINAL)
_AT_ITS_BEGIN = ("^", "(?s)^")
"""How a pattern begins that a line's begin decides. A format told by what stands further on in a line may find that in
what a stranger had a program write, so it is never asked for lines that are another's own (``Format.own``)."""
_OBJECT = r"^\s*\{"
_OBJECTS = (_OBJECT, rf"(?s){_OBJECT}", r"^\{", r"(?s)^\{")
FORMAT = "$format"
Reasons = dict[int, RejectReason]
_object = msgspec.json.Decoder(msgspec.Raw).decode
_FEW = 8
_NO_ROWS: Rows = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Lines read.

    Attributes:
        parsed: The events; the private column ``$format`` tells which format read each.
        format: Name of the format that read the first line anything read; empty when none did.
    """

    parsed: Parsed
    format: str


def parse_auto(lines: pl.Series, formats: tuple[Format, ...], place: LineContext, *, told: bool) -> Chosen:
    """Read lines by the first of ``formats`` that takes each, and loosely what a web server may have cut off.

    Args:
        lines: Lines of one stream.
        formats: Formats, in order.
        place: Where the lines stand.
        told: A format is tried only on lines that tell that they may be of it (``Format.telling``).
    """
    reading = _Reading(lines, place)
    if told:
        own, *others = formats
        forged = not own.last and not own.telling.startswith(_AT_ITS_BEGIN)
        if forged:
            reading.put_aside_own(formats)
        reading.ask(own, "" if own.web else own.telling)
        reading.narrow_to(formats)
        if not forged:
            reading.put_aside_own(formats)
        reading.put_aside_unknown()
        reading.ask_some(tuple(one for one in others if not one.last))
        reading.take_back()
        reading.ask_some(tuple(one for one in others if one.last))
        reading.ask_spared(tuple(one for one in formats if not one.last))
    else:
        for one in formats:
            reading.ask(one, "", named=True)
    web = next((one.name for one in formats if one.web), "")
    if web:
        reading.narrow_to_web()
    if web and len(reading.left):
        reading.note(web, loose(reading.lines_left(), place.zone), reading.left)
    return reading.chosen()


class _Reading:
    """Lines being read: what was read so far, why other lines were not, and which may still be."""

    def __init__(self, lines: pl.Series, place: LineContext) -> None:
        self._lines, self._place = lines, place
        self._parts: list[Parsed] = []
        self._reasons: Reasons = {}
        self._partly: Reasons = {}
        self.left: Rows = np.arange(len(lines), dtype=np.int64)
        self._aside = self._spared = self._may_be = self._untimed = _NO_ROWS

    def lines_left(self) -> pl.Series:
        """Return the lines not read yet."""
        return self._lines if len(self.left) == len(self._lines) else self._lines[index(self.left)]

    def put_aside_own(self, formats: tuple[Format, ...]) -> None:
        """Put aside the lines that are of the formats for the rest (``Format.last``), however they look."""
        for one in formats:
            if one.last and one.own:
                left = self.left
                self.left, others = self._parted(one.own)
                guests, own = self._parted(one.guests)
                self.left = self._union(others, guests) if len(own) else left
                self._aside = self._union(self._aside, own)

    def narrow_to(self, formats: tuple[Format, ...]) -> None:
        """Give up the lines that none of the formats may read."""
        self._may_be, self.left = self._parted_roughly(tuple(one for one in formats if not one.last))
        last, _ = self._parted_roughly(tuple(one for one in formats if one.last))
        self.left = self._union(self._may_be, last)

    def _parted_roughly(self, formats: tuple[Format, ...]) -> tuple[Rows, Rows]:
        """Part the lines left into those that may be of some formats, cut off by a web server or not, and the others.

        What is like a web server's is told first: the pattern of all other formats takes long to compile.
        """
        left, (web, others) = self.left, _by_kind(formats)
        like_web, self.left = self._parted(OF_WEB) if web else (_NO_ROWS, left)
        may_be, unlike = self._parted(_any(others)) if others else (_NO_ROWS, self.left)
        self.left = left
        return self._union(like_web, may_be), unlike

    def put_aside_unknown(self) -> None:
        """Put aside the lines that no formats may read but those for the rest."""
        unknown = self._without(self.left, self._may_be)
        self.left = self._among(self.left, self._may_be)
        self._aside = self._union(self._aside, unknown)

    def narrow_to_web(self) -> None:
        """Give up the lines that are not of a web server, and those of one whose time is none, cut off or not."""
        self.left = self._without(self.left, self._untimed)
        self.left, _ = self._parted(OF_WEB)

    def take_back(self) -> None:
        """Take back what was put aside."""
        self._spared = self._aside
        self.left, self._aside = self._union(self.left, self._aside), _NO_ROWS

    def ask_spared(self, formats: tuple[Format, ...]) -> None:
        """Let formats read what was put aside for others that could make no sense of it."""
        others = self._without(self.left, self._spared)
        self.left = self._among(self.left, self._spared)
        self.ask_some(formats)
        self.left = self._union(self.left, others)

    def ask_some(self, formats: tuple[Format, ...]) -> None:
        """Let several formats read the lines left that tell that they may be of them."""
        if not self._may(_OBJECT):
            formats = _no_objects(formats)
        for web, kind in groupby(formats, lambda one: one.web):
            if web:
                self._ask_few(tuple(kind))
            else:
                self._ask_others(tuple(kind))

    def _ask_others(self, formats: tuple[Format, ...]) -> None:
        """Let formats of no web server read the lines left, and be asked once for all of those like a web server's."""
        left = self.left
        self.left, unlike = self._parted(OF_WEB)
        asked = self.left = self._union(self._parted(_any(formats))[0], unlike)
        self._ask_few(formats)
        self.left = self._union(self.left, self._without(left, asked))

    def _ask_few(self, formats: tuple[Format, ...]) -> None:
        for some in _few(formats):
            if self._may(_any(some)):
                for one in some:
                    self.ask(one, one.telling)

    def _may(self, telling: str) -> bool:
        """Say whether some of the lines left match."""
        return bool(len(self.left)) and (not telling or bool(self.lines_left().str.contains(telling).any()))

    def ask(self, one: Format, telling: str, *, named: bool = False) -> None:
        """Let a format read the lines left that match; what a source names is no last resort."""
        mine, others = self._parted(telling)
        if len(mine):
            whole = len(mine) == len(self._lines)
            parsed = one.parse(self._lines if whole else self._lines[index(mine)], self._place)
            if named and LAST_RESORT in parsed.frame.columns:
                parsed = replace(parsed, frame=parsed.frame.drop(LAST_RESORT))
            self.left = self._union(self.note(one.name, parsed, mine), others)
            if one.web and parsed.failures:
                untimed = [at for at, reason in parsed.failures.items() if reason is RejectReason.BAD_TIME]
                self._untimed = self._union(self._untimed, mine[np.asarray(untimed, np.int64)])

    def _parted(self, telling: str) -> tuple[Rows, Rows]:
        """Part the lines left into those that match and the others."""
        if not telling or not len(self.left):
            return self.left, _NO_ROWS
        may = self.lines_left().str.contains(telling).to_numpy()
        return self.left[may], self.left[~may]

    def _union(self, rows: Rows, others: Rows) -> Rows:
        """Return both, ascending; sets of so small numbers are quicker as marks than as numpy's sorted sets."""
        marks = self._marks(rows)
        marks[others] = True
        return np.flatnonzero(marks)

    def _without(self, rows: Rows, others: Rows) -> Rows:
        return rows[~self._marks(others)[rows]]

    def _among(self, rows: Rows, others: Rows) -> Rows:
        return rows[self._marks(others)[rows]]

    def _marks(self, rows: Rows) -> Mask:
        marks = np.zeros(len(self._lines), np.bool_)
        marks[rows] = True
        return marks

    def note(self, name: str, parsed: Parsed, rows: Rows) -> Rows:
        """Keep what was read of ``rows``, and the more telling of the reasons for what was not; return what is left."""
        parsed = parsed if len(rows) == len(self._lines) else shifted(parsed, rows)
        for at, reason in parsed.failures.items():
            if at not in self._reasons or (reason in _TELLING and self._reasons[at] not in _TELLING):
                self._reasons[at] = reason
        events = parsed.failures and parsed.frame.height
        had = np.intersect1d(list(parsed.failures), parsed.places()).tolist() if events else []
        for at in had:  # a line of several events, one of which could not be read
            reason = parsed.failures[at]
            self._partly[at] = self._reasons[at] = reason if reason in _TELLING else RejectReason.BAD_FIELD
        if parsed.frame.height:
            frame = parsed.frame
            if FORMAT not in frame.columns:  # an envelope's events say which format was inside
                frame = frame.clone().insert_column(frame.width, constant(FORMAT, name, frame.height))
            self._parts.append(Parsed(frame, parsed.rows, {}))
        left = [at for at, reason in parsed.failures.items() if reason not in _FINAL and at not in self._partly]
        return np.sort(np.asarray(left, np.int64))

    def chosen(self) -> Chosen:
        """Return what was read."""
        lost = {*_missing(len(self._lines), self._parts), *self._partly}
        failures = {at: self._reasons.get(at, RejectReason.MALFORMED) for at in sorted(lost)}
        return Chosen(together(self._parts, failures), _first(self._parts))


@lru_cache(maxsize=64)
def _few(formats: tuple[Format, ...]) -> tuple[tuple[Format, ...], ...]:
    """Return the formats in their order, a few at a time.

    Lines are asked for several at once: the patterns of dozens, one after the other, are more than polars keeps
    compiled, and each would be compiled anew for each batch.
    """
    return tuple(formats[at : at + _FEW] for at in range(0, len(formats), _FEW))


@lru_cache(maxsize=64)
def _no_objects(formats: tuple[Format, ...]) -> tuple[Format, ...]:
    """Return the formats but those whose lines begin as a JSON object does: a fourth of all."""
    return tuple(one for one in formats if not one.telling.startswith(_OBJECTS))


@lru_cache(maxsize=256)
def _any(formats: tuple[Format, ...]) -> str:
    """Return what tells lines that some of the formats may read; empty when one of them may read any line."""
    return _one_of([one.telling for one in formats])


@lru_cache(maxsize=64)
def _by_kind(formats: tuple[Format, ...]) -> tuple[tuple[Format, ...], tuple[Format, ...]]:
    """Return the formats of web servers, and the others."""
    return tuple(one for one in formats if one.web), tuple(one for one in formats if not one.web)


def _one_of(tellings: list[str]) -> str:
    return "|".join(f"(?:{one})" for one in dict.fromkeys(tellings)) if all(tellings) else ""


def _missing(height: int, parts: list[Parsed]) -> list[int]:
    if any(part.rows is None for part in parts):
        return []
    seen = np.zeros(height, np.bool_)
    for part in parts:
        seen[part.places()] = True
    left: list[int] = np.flatnonzero(~seen).tolist()
    return left


def _first(parts: list[Parsed]) -> str:
    if not parts:
        return ""
    name: str = min(parts, key=lambda part: int(part.places()[0])).frame[FORMAT][0]
    return name


def _broken(line: str) -> bool:
    """Say whether a line that begins as a JSON object is none."""
    try:
        return not _object(line)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return True


def classify_rejects(lines: pl.Series, chosen: Chosen, *, automatic: bool) -> Chosen:
    """Give rejects of ``auto`` reasons that do not depend on the format chosen, and name empty lines."""
    failures = dict(chosen.parsed.failures)
    if not failures:
        return chosen
    texts = lines[index(np.fromiter(failures, np.int64, len(failures)))].to_list()
    for (at, reason), text in zip(list(failures.items()), texts, strict=True):
        if not text or text.isspace():
            failures[at] = RejectReason.EMPTY
        elif automatic and reason not in _TELLING:
            failures[at] = RejectReason.NOT_JSON if text[0] == "{" and _broken(text) else RejectReason.NO_FORMAT
    parsed = chosen.parsed
    if not parsed.frame.height:
        return Chosen(nothing(failures), "")
    return Chosen(Parsed(parsed.frame, parsed.rows, failures), chosen.format)
