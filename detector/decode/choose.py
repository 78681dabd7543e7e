"""Which format a stream has: given, or found by trying.

Comes in: lines of one stream. Goes out: ``Parsed`` and, for each row, the format that read it. ``auto`` takes for a
stream the format that decodes its first decodable line, in the order of the table; a later line that format cannot read
is tried with the others. Every line is judged by itself, so how lines are cut into batches changes nothing.
"""

from dataclasses import dataclass
from functools import lru_cache

import msgspec
import numpy as np
import polars as pl

from detector.decode.columns import constant, index
from detector.decode.format import Format
from detector.decode.layouts import TELLING as OF_WEB
from detector.decode.parsed import Parsed, Rows, nothing, shifted, together
from detector.decode.place import Place
from detector.decode.web import loose
from detector.schema.lines import RejectReason

_FINAL = (RejectReason.HEADER, RejectReason.EMPTY, RejectReason.NO_FORMAT)
"""Reasons of a format that knew for certain what it had before it, a directive or an envelope: no other is tried."""
_TELLING = (RejectReason.BAD_TIME, RejectReason.BAD_FIELD, *_FINAL)
FORMAT = "$format"
Reasons = dict[int, RejectReason]
_object = msgspec.json.Decoder(msgspec.Raw).decode
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


def read(lines: pl.Series, formats: tuple[Format, ...], place: Place, *, told: bool) -> Chosen:
    """Read lines by the first of ``formats`` that takes each, and loosely what a web server may have cut off.

    Args:
        lines: Lines of one stream.
        formats: Formats, in order.
        place: Where the lines stand.
        told: A format is tried only on lines that tell that they may be of it (``Format.telling``).
    """
    parts: list[Parsed] = []
    reasons: Reasons = {}
    partly: Reasons = {}
    left: Rows = np.arange(len(lines), dtype=np.int64)
    aside = _NO_ROWS
    for number, one in enumerate(formats):
        if told and number == 1:  # what the stream's own format did not take
            left, _ = _parted(lines, left, _any(formats))
            left, aside = _for_others(lines, left, formats)
        if one.last and len(aside):
            left, aside = np.union1d(left, aside), _NO_ROWS
        if not len(left) and not len(aside):
            break
        mine, others = _parted(lines, left, _telling(one, first=not number)) if told else (left, _NO_ROWS)
        if not len(mine):
            continue
        whole = len(mine) == len(lines)
        parsed = one.parse(lines if whole else lines[index(mine)], place)
        parsed = parsed if whole else shifted(parsed, mine)
        left = np.union1d(_note(one.name, parsed, parts, reasons, partly), others)
    web = next((one.name for one in formats if one.web), "")
    left, _ = _parted(lines, left, OF_WEB) if web else (_NO_ROWS, left)
    if len(left):
        _note(web, shifted(loose(lines[index(left)], place.zone), left), parts, reasons, partly)
    failures = {at: reasons.get(at, RejectReason.MALFORMED) for at in sorted({*_missing(len(lines), parts), *partly})}
    return Chosen(together(parts, failures), _first(parts))


def _for_others(lines: pl.Series, left: Rows, formats: tuple[Format, ...]) -> tuple[Rows, Rows]:
    """Part the lines left into those others than the formats for the rest may read, and those for these alone."""
    kept = _NO_ROWS
    for one in formats:
        if one.last and one.own:
            own, others = _parted(lines, left, one.own)
            guests, own = _parted(lines, own, one.guests)
            left, kept = np.union1d(others, guests), np.union1d(kept, own)
    left, unknown = _parted(lines, left, _any(tuple(one for one in formats if not one.last)))
    return left, np.union1d(kept, unknown)


def _telling(one: Format, *, first: bool) -> str:
    """Return what tells lines of a format; a web server's own lines are not asked twice."""
    return OF_WEB if one.web and not one.telling and not first else one.telling


@lru_cache(maxsize=64)
def _any(formats: tuple[Format, ...]) -> str:
    """Return what tells lines that some of the formats may read; empty when one of them may read any line.

    One pattern asks a line once. The patterns of dozens of formats, one after the other, are more than polars keeps
    compiled: each would be compiled anew for each batch.
    """
    tellings = [_telling(one, first=False) for one in formats]
    return "|".join(f"(?:{one})" for one in dict.fromkeys(tellings)) if all(tellings) else ""


def _parted(lines: pl.Series, left: Rows, telling: str) -> tuple[Rows, Rows]:
    """Part the lines left into those that match and the others."""
    if not telling or not len(left):
        return left, _NO_ROWS
    may = lines[index(left)].str.contains(telling).to_numpy()
    return left[may], left[~may]


def _note(name: str, parsed: Parsed, parts: list[Parsed], reasons: Reasons, partly: Reasons) -> Rows:
    """Keep what was read, and the more telling of the reasons for what was not; return the lines left."""
    for at, reason in parsed.failures.items():
        if at not in reasons or (reason in _TELLING and reasons[at] not in _TELLING):
            reasons[at] = reason
    had = np.intersect1d(list(parsed.failures), parsed.places()).tolist() if parsed.failures else []
    for at in had:  # a line of several events, one of which could not be read
        reasons[at] = parsed.failures[at] if parsed.failures[at] in _TELLING else RejectReason.BAD_FIELD
        partly[at] = reasons[at]
    if parsed.frame.height:
        frame = parsed.frame
        if FORMAT not in frame.columns:  # an envelope's events say which format was inside
            frame = frame.clone().insert_column(frame.width, constant(FORMAT, name, frame.height))
        parts.append(Parsed(frame, parsed.rows, {}))
    left = sorted(at for at, reason in parsed.failures.items() if reason not in _FINAL and at not in partly)
    return np.asarray(left, np.int64)


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
    """Say whether a line begins as a JSON object and is none."""
    try:
        return line.startswith("{") and not _object(line)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return True


def sifted(lines: pl.Series, chosen: Chosen, *, automatic: bool) -> Chosen:
    """Give rejects of ``auto`` reasons that do not depend on the format chosen, and name empty lines."""
    failures = dict(chosen.parsed.failures)
    if not failures:
        return chosen
    texts = lines[index(np.fromiter(failures, np.int64, len(failures)))].to_list()
    for (at, reason), text in zip(list(failures.items()), texts, strict=True):
        if not text.strip():
            failures[at] = RejectReason.EMPTY
        elif automatic and reason not in _TELLING:
            failures[at] = RejectReason.NOT_JSON if _broken(text) else RejectReason.NO_FORMAT
    parsed = chosen.parsed
    if not parsed.frame.height:
        return Chosen(nothing(failures), "")
    return Chosen(Parsed(parsed.frame, parsed.rows, failures), chosen.format)
