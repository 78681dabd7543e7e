"""Why no format read a line: which one is closest, how far the line fits it, and what was expected there.

Comes in: a line and the formats. Goes out: one sentence for people. It shows the few characters at which a line stops
to fit, with control characters escaped, and never the whole of it.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from detector.decode.format import AUTO, Format
from detector.decode.grok import PatternPiece
from detector.decode.json.lookup import flat, in_list, object_of
from detector.decode.line_context import LineContext
from detector.decode.registry import Formats, candidates, load_formats
from detector.schema.events.lines import RejectReason
from detector.settings import Settings, SourceSettings

_SHOWN = 24
_FIELDS = 12
_LEAST = 4
"""What must fit before a format is called close (``_weight``)."""
_LONGEST = 16_384
"""Of a longer line only the begin is compared."""
_ANY_TEXT = ("%{DATA", "%{GREEDYDATA", "%{NOTSPACE", "%{WORD")

_ANY_JSON = "json"


@dataclass(frozen=True, slots=True)
class Closest:
    """How far a line fits a format.

    Attributes:
        format: Its name.
        column: The last character that fits, counted from 1.
        found: What stands behind it.
        expected: What was expected there; empty: the end of the line.
    """

    format: str
    column: int
    found: str
    expected: str

    def __str__(self) -> str:
        found = f"`{shown(self.found)}`" if self.found else "the line ends"
        expected = f"`{self.expected}`" if self.expected else "the end of the line"
        where = "where" if self.found else "and"
        return f"closest: {self.format}; it fits up to column {self.column}: {found} {where} {expected} was expected"


def explain_reject(line: str, settings: Settings, source: SourceSettings) -> str:
    """Return in one sentence why a line gave no event; empty when there is nothing to say.

    Args:
        line: The line.
        settings: They say where formats lie.
        source: Its ``format`` names the only format, or ``auto``.

    Raises:
        ConfigError: A format file is wrong.
    """
    formats = load_formats(settings)
    named = source.reads != AUTO and formats.has(source.reads)
    return explain(line, formats, formats[source.reads] if named else None, LineContext(zone=source.zone))


def explain(line: str, formats: Formats, named: Format | None, place: LineContext) -> str:
    """Return the same, of formats that were loaded before.

    Args:
        line: The line.
        formats: All there are.
        named: The only one that is asked; None: all are.
        place: Where the line stands.
    """
    if not line.strip():
        return ""
    asked = [named] if named is not None else list(candidates(formats))
    column = pl.Series("line", [line])
    spare = _spare(column, asked, place)
    if spare:
        return spare
    # What reads any JSON knows no accounts: it is no advice for a log that has its own format, or should be given one.
    others = [one for one in formats.values() if one not in asked and one.name != _ANY_JSON]
    reader = next((one.name for one in _by_order(others) if one.parse(column, place).frame.height), "")
    if reader:
        return f"it is a line of {reader}: set `format: {reader}`" if named is None else _not(named, reader)
    if line.lstrip().startswith("{"):
        return _json(line, asked)
    found = closest(line, asked, least=0 if named is not None else _LEAST)
    if found is not None and not found.found and not found.expected:
        return f"it is written as a line of {found.format} is, but names no client, or a value is none that can be read"
    return "nothing known begins like it" if found is None else str(found)


def _not(named: Format, reader: str) -> str:
    return f"it is no line of {named.name}; {reader} reads it"


def _by_order(formats: Iterable[Format]) -> list[Format]:
    """Return formats as ``auto`` asks them, those that keep any text last, and envelopes not at all."""
    return sorted(formats, key=lambda one: (one.last, one.order is None, not one.web, one.order or 0, one.name))


def _spare(column: pl.Series, asked: Iterable[Format], place: LineContext) -> str:
    """Return what a format says that knows the line and gives no event for it."""
    for one in asked:
        if one.telling and not bool(column.str.contains(one.telling)[0]):
            continue
        reason = one.parse(column, place).failures.get(0)
        if reason is RejectReason.BAD_TIME:
            return f"it is a line of {one.name}, but has no time that can be read"
        if reason is RejectReason.IGNORED:
            return f"{one.name} knows it and ignores it: it is no access"
        if reason is RejectReason.HEADER:
            return f"{one.name} knows it: it says how other lines are written"
    return ""


def closest(line: str, formats: Iterable[Format], *, least: int = _LEAST) -> Closest | None:
    """Return the format that fits the most of a line's begin, ``least`` at least; of equals the first."""
    begin = pl.Series([line[:_LONGEST]])
    best: Closest | None = None
    for one in _by_order(formats):
        for way in one.ways() if one.ways is not None else ():
            weight, found = _fit(one.name, begin, way)
            if weight >= least and (best is None or found.column > best.column):
                best = found
    return best


def _fit(name: str, begin: pl.Series, way: tuple[PatternPiece, ...]) -> tuple[int, Closest]:
    """Find the most parts that fit; fewer fit wherever more do, so that half of the rest can be left out each time."""
    low, high, text = 0, len(way), ""
    while low < high:
        middle = (low + high + 1) // 2
        regex = "".join(piece.regex for piece in way[:middle])
        found = begin.str.extract(f"(?s)^((?:{regex}))", 1)[0]
        if found is None:
            high = middle - 1
        else:
            low, text = middle, found
    line = begin[0]
    expected = way[low].written if low < len(way) else ""
    found = Closest(name, len(text), line[len(text) : len(text) + _SHOWN + 1], expected)
    return sum(map(_weight, way[:low])), found


def _weight(piece: PatternPiece) -> int:
    """Return how much it says that a part fits: a blank says little, a place for any text nothing."""
    if len(piece.written) == 1:
        return 1 if piece.written == " " else 2
    return 3 if piece.written.startswith("%{") and not piece.written.startswith(_ANY_TEXT) else 0


def _json(line: str, asked: Iterable[Format]) -> str:
    item = object_of(line)
    if item is None:
        return _broken(line)
    flattened = flat(item)
    names = list(flattened)
    listed = ", ".join(shown(name) for name in names[:_FIELDS]) + (" …" if len(names) > _FIELDS else "")
    near = _nearest_map(set(names), asked)
    why = f"closest: {near[0]}, which needs {near[1]}; " if near else ""
    return f"{why}JSON that no field map reads; its fields: {listed}"


def _nearest_map(keys: set[str], asked: Iterable[Format]) -> tuple[str, str] | None:
    """Return the field map that lacks the fewest fields, half of them at most, and those it lacks."""
    best: tuple[str, str] | None = None
    fewest = 1.0
    for one in asked:
        missing = [each for each in one.requires if not any(_has(path, keys) for path in each.split("|"))]
        share = len(missing) / len(one.requires) if one.requires else 1.0
        if missing and share <= 0.5 and share < fewest:
            best, fewest = (one.name, " and ".join(each.replace("|", " or ") for each in missing)), share
    return best


def _has(path: str, keys: set[str]) -> bool:
    return path in keys or in_list(path, keys)


def _broken(line: str) -> str:
    try:
        json.loads(line)
    except json.JSONDecodeError as error:
        found = line[error.pos : error.pos + _SHOWN + 1]
        said = error.msg[:1].lower() + error.msg[1:]
        return f"JSON that breaks off at column {error.pos + 1}: `{shown(found)}` ({said})"
    except (RecursionError, ValueError):
        return "JSON nested too deeply, or with a number that is too long"
    return "JSON that is no object"


def shown(text: str) -> str:
    """Return a few characters of a line for a terminal: control characters escaped, cut where it is long."""
    return "".join(_letters(text[:_SHOWN])) + ("…" if len(text) > _SHOWN else "")


def _letters(text: str) -> Iterator[str]:
    for letter in text:
        yield (
            letter
            if letter.isprintable()
            else f"\\x{ord(letter):02x}"
            if ord(letter) < 256
            else f"\\u{ord(letter):04x}"
        )
