"""Lines of text become columns by regular expressions, in linear time whatever a line holds.

Comes in: lines and a ``RegexFile``. Goes out: ``Parsed``. A pattern fits a whole line or not at all; the first that
fits counts. Lines are first asked whether they fit, which costs a fraction of taking their groups out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from detector.decode.columns.frame_ops import constant, first_of, index, replace_columns
from detector.decode.columns.value_map import ValueMap
from detector.decode.grok import Pattern, PatternPiece, group
from detector.decode.json.field_map import CLOSED, RAW
from detector.decode.line_context import LineContext
from detector.decode.logformat.items import LABEL, Field, Variable
from detector.decode.logformat.items import TIME as EVENT_TIME
from detector.decode.logformat.to_columns import Assembly
from detector.decode.parse_result import FIELD, LAST_RESORT, Parsed, Rows, shifted, together
from detector.decode.regex.regex_format import TIME, Case, RegexFile
from detector.frames import EVENT_SCHEMA
from detector.schema.events.lines import RejectReason

_DURATION = "event.duration"
_LISTS = frozenset(name for name, dtype in EVENT_SCHEMA.items() if dtype == pl.List(pl.String()))
_FORMS = {"auto": ("iso",)}
_NAMED = re.compile(r"\(\?P<g[0-9]+>")
_TELLING = 200
"""Letters of a pattern by which ``auto`` tells its lines; longer ones take long to compile, each batch anew."""


class RegexLines:
    """One format.

    Args:
        spec: Its file.
        wanted: Labels the record map asks for, and whether they hold ids (which labels must not keep).
    """

    def __init__(self, spec: RegexFile, wanted: Mapping[str, bool]) -> None:
        self._readings = tuple(_Reading(spec, case, pattern, wanted) for case, pattern in spec.cases())
        self._ignored = _any(spec.ignored())
        self._zone = ZoneInfo(spec.time.zone) if spec.time.zone else None
        self._words = {
            name: ValueMap(spec.values.get(name, {}), CLOSED.get(name))
            for name in (*spec.values, *(one for one in CLOSED if one not in spec.values))
        }
        self._constants = spec.constants
        self.telling = f"(?s)^(?:{'|'.join(dict.fromkeys(map(_begin, spec.rough())))})"

    def parse(self, lines: pl.Series, place: LineContext) -> Parsed:
        """Decode lines."""
        place = replace(place, zone=self._zone) if self._zone else place
        left: Rows = np.arange(len(lines), dtype=np.int64)
        parts: list[Parsed] = []
        failures: dict[int, RejectReason] = {}
        for reading in self._readings:
            texts = lines if len(left) == len(lines) else lines[index(left)]
            fits = texts.str.contains(reading.fits).to_numpy()
            if fits.any():
                part = reading.parse(texts if fits.all() else texts.filter(pl.Series(fits)), place)
                parts.append(shifted(self._finished(part, reading.constants), left[fits]))
                failures.update(parts[-1].failures)
                left = left[~fits]
            if not len(left):
                break
        failures.update(dict.fromkeys(left.tolist(), RejectReason.MALFORMED))
        if self._ignored and len(left):
            known = lines[index(left)].str.contains(self._ignored).to_numpy()
            failures.update(dict.fromkeys(left[known].tolist(), RejectReason.IGNORED))
        return together(parts, dict(sorted(failures.items())))

    def ways(self) -> tuple[tuple[PatternPiece, ...], ...]:
        """Return the parts of each pattern."""
        return tuple(reading.pieces for reading in self._readings)

    def _finished(self, part: Parsed, constants: Mapping[str, str]) -> Parsed:
        """Return the events with our words, lists and constants."""
        frame = part.frame
        if not frame.height:
            return part
        made = [words.ours(frame[name]) for name, words in self._words.items() if name in frame.columns]
        made += [_listed(frame[name]) for name in frame.columns if name in _LISTS]
        frame = replace_columns(frame, made)
        missing = [name for name in self._words if name not in frame.columns and self._words[name].absent]
        frame = replace_columns(frame, [constant(name, self._words[name].absent, frame.height) for name in missing])
        frame = replace_columns(frame, [constant(name, text, frame.height) for name, text in constants.items()])
        given = [_given(frame, name, text) for name, text in self._constants.items()]
        return Parsed(replace_columns(frame, given), part.rows, part.failures)


@dataclass(frozen=True, slots=True)
class _Names:
    """Fields of one pattern, and the names of the groups that hold them."""

    fields: list[Field]
    groups: list[str]

    def add(self, at: int, name: str, variable: Variable) -> None:
        self.fields.append(Field(name, at, variable))
        self.groups.append(group(at))


class _Reading:
    """How the lines are read that one pattern fits."""

    def __init__(self, spec: RegexFile, case: Case, pattern: Pattern, wanted: Mapping[str, bool]) -> None:
        names = _Names([], [])
        for at, name in enumerate(pattern.groups):
            for variable in _variables(spec, name):
                if variable.target != LABEL or not wanted.get(name):
                    names.add(at, name, variable)
        self._wanted = [(name, group(at)) for at, name in enumerate(pattern.groups) if name in wanted]
        self._timed = any(one.variable.target == EVENT_TIME for one in names.fields)
        if not self._timed:
            names.fields.append(Field(TIME, len(pattern.groups), Variable(EVENT_TIME, TIME, form="iso")))
            names.groups.append(TIME)
        self._assembly = Assembly(names.fields, names.groups)
        self._regex = _whole(pattern.regex)
        self.constants, self._last_resort = case.constants, case.last_resort
        self.fits = _any([pattern])
        self.pieces = tuple(PatternPiece(_without_names(one.regex), one.written) for one in pattern.pieces)

    def parse(self, lines: pl.Series, place: LineContext) -> Parsed:
        """Decode lines, all of which fit."""
        found = lines.str.extract_groups(self._regex).struct.unnest()
        if not self._timed:
            found = replace_columns(found, [constant(TIME, None, found.height)])
        made = self._assembly.made(lines, found, place)
        if not made.frame.height:
            return made
        rows = index(made.places())
        more = [found[held][rows].str.split("\0").alias(FIELD + name) for name, held in self._wanted]
        if self._last_resort:
            more.append(constant(LAST_RESORT, True, made.frame.height, pl.Boolean()))
        return Parsed(replace_columns(made.frame, more), made.rows, made.failures)


def _variables(spec: RegexFile, name: str) -> Iterator[Variable]:
    """Give what a group holds: a time in each of its forms, a column, a label, or the last two."""
    target = spec.columns.get(name, name)
    if target == TIME:
        yield from (Variable(EVENT_TIME, name, form=each) for form in spec.time.forms for each in _spelled(form))
    elif target in RAW or target in EVENT_SCHEMA:
        form = spec.duration_unit if target == _DURATION else ""
        yield Variable(RAW.get(target, target), name, form=form)
        if target in CLOSED and name != target:  # the log's own word stays in the labels
            yield Variable(LABEL, name)
    else:
        yield Variable(LABEL, name)


def _spelled(form: str) -> tuple[str, ...]:
    """Return a form as the reading of columns spells it, where ``%f`` would be nanoseconds."""
    if form in _FORMS:
        return _FORMS[form]
    if ".%f" in form:
        return (form.replace(".%f", "%.f"),)
    return (form.replace("%f", "%3f"), form.replace("%f", "%6f")) if "%f" in form else (form,)


def _whole(regex: str) -> str:
    return f"(?s)^(?:{regex})$"


def _any(patterns: Sequence[Pattern]) -> str:
    """Return the pattern, without groups, of lines that some of the patterns fit; empty when there are none."""
    if not patterns:
        return ""
    plain = (one.regex for one in patterns)
    texts = [_without_names(text) for text in plain]
    return f"(?s)^(?:{'|'.join(texts)})$"


def _begin(pattern: Pattern) -> str:
    """Return what a line begins with that the pattern may fit: its first parts, as many as are read quickly."""
    made = ""
    for piece in pattern.pieces:
        if len(made) + len(piece.regex) > _TELLING and not _is_any(made):
            break
        made += _without_names(piece.regex)
    return made


@lru_cache(maxsize=512)
def _is_any(regex: str) -> bool:
    """Say whether a pattern fits nothing at all too, so that it tells nothing."""
    return bool(pl.Series([""]).str.contains(f"^(?:{regex})$")[0])


def _without_names(regex: str) -> str:
    return _NAMED.sub("(?:", regex)


def _listed(column: pl.Series) -> pl.Series:
    """Return lists of texts written with commas between them."""
    if column.dtype != pl.String():
        return column
    return column.str.replace_all(r"\s*,\s*", ",").str.strip_chars(" []").str.split(",")


def _given(frame: pl.DataFrame, name: str, text: str) -> pl.Series:
    value = constant(name, text, frame.height)
    return first_of(name, frame[name], value) if name in frame.columns else value
