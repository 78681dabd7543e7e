"""Lines of cells parted by blanks, some in quotes: cut a column at a time, or by a pattern where that is unsafe.

Comes in: lines, and what the cells hold. Goes out: ``Parsed``. Cells without a column of their own are labels of their
names. What follows the last quoted cell is the tail: older lines lack cells of it, newer ones have more, which come
under ``more``. A line with a quote within quotes is for the patterns: the first knows backslashes, the last takes the
shortest cells that fit, for servers that do not escape what clients write.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl

from detector.decode.columns.frame_ops import cut, replace_columns
from detector.decode.columns.list_columns import joined_labels, label_columns
from detector.decode.grok import PatternPiece, literal
from detector.decode.line_context import LineContext
from detector.decode.logformat.items import Field, Variable
from detector.decode.logformat.to_columns import Assembly
from detector.decode.logformat.undo_escapes import Escape
from detector.decode.parse_result import Parsed, Rows, together
from detector.schema.events.lines import RejectReason

ANY_TAIL = "(?: .*)?"
BARE_TAIL = '(?: [^" ]+)*'
"""A tail without quotes: those a client wrote before it do not begin it."""
CELL = "$cell:"
"""Begin of the columns that hold cells until they become labels."""
_TAIL, _MORE = "tail", "more"
_QUOTED = r'(?:[^"\\]|\\.)*', ".*?"
Frames = Callable[[pl.DataFrame], pl.DataFrame]


class CellLines:
    """One format.

    Args:
        layouts: Names of the cells, quoted as they are and parted by blanks. The first layout is that of most lines,
            and its last cell is quoted.
        known: What cells hold that are no labels.
        shapes: Regular expressions of some bare cells, by which unsafe lines are told apart.
        tail: Names of the cells behind the last quoted one.
        tail_shape: Which texts the tail may be.
        prepare: Changes cells before they become columns.
        finish: Changes columns after; it finds the cells that are labels under ``CELL`` and their names.
    """

    def __init__(
        self,
        layouts: Sequence[str],
        known: Mapping[str, Variable],
        *,
        shapes: Mapping[str, str],
        tail: Sequence[str],
        tail_shape: str,
        prepare: Frames,
        finish: Frames,
    ) -> None:
        self._patterns = [_pattern(layout, quoted, shapes, tail_shape) for layout in layouts for quoted in _QUOTED]
        self._layout, self._shapes = layouts[0], dict(shapes)
        pieces = layouts[0].split('"')
        self._quoted = pieces[1::2]
        self._runs = [piece.split() for piece in pieces[:-1:2]]
        self._parts = [f"part {at}" for at in range(len(pieces))]
        names = [*dict.fromkeys(name for layout in layouts for name in layout.replace('"', "").split()), *known]
        self._names = list(dict.fromkeys([*names, _TAIL]))
        held = [known.get(name, Variable(CELL + name)) for name in self._names]
        self._labels = [one.target.removeprefix(CELL) for one in held if one.target.startswith(CELL)]
        self._labels.remove(_TAIL)
        fields = [Field(name, 0, one, escape=Escape.BACKSLASH) for name, one in zip(self._names, held, strict=True)]
        self._assembly = Assembly(fields, self._names)
        self._tail, self._tail_shape = tuple(tail), f"^{tail_shape}$"
        self._prepare, self._finish = prepare, finish

    def ways(self) -> tuple[tuple[PatternPiece, ...], ...]:
        """Return the cells of a line of today's layout."""
        made: list[PatternPiece] = []
        for cell in self._layout.split(" "):
            name = cell.strip('"')
            quote = [] if cell == name else [*literal('"')]
            shape = self._shapes.get(name, '[^ "]+') if cell == name else _QUOTED[0]
            made += [*literal(" " if made else ""), *quote, PatternPiece(f"(?:{shape})", name), *quote]
        return (tuple(made),)

    def parse(self, lines: pl.Series, place: LineContext) -> Parsed:
        """Decode lines."""
        values, good = self._cut(lines)
        parts: list[Parsed] = []
        if good.any():
            whole = bool(good.all())
            parts.append(self._events(values if whole else values.filter(good), lines, place, _places(good)))
        left = _places(~good)
        for shape in self._patterns:
            if not len(left):
                break
            found = lines[left].str.extract_groups(shape).struct.unnest()
            fits = found.get_columns()[0].is_not_null()
            if fits.any():
                parts.append(self._events(found.filter(fits), lines, place, left[fits.to_numpy()]))
                left = left[~fits.to_numpy()]
        failures = dict.fromkeys(left.tolist(), RejectReason.MALFORMED)
        for part in parts:
            failures.update(part.failures)
        return together(parts, failures)

    def _cut(self, lines: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
        """Return the cells of today's layout, and which lines could be cut safely."""
        parts = cut(lines, '"', self._parts)
        columns = [part.alias(name) for part, name in zip(parts[1::2], self._quoted, strict=True)]
        good = parts[-1].is_not_null() & ~lines.str.contains('\\"', literal=True)
        tail = parts[-1]
        good &= tail.str.contains(self._tail_shape)
        for at, run in enumerate(self._runs):
            before = ["before"] if at else []
            found = cut(parts[2 * at], " ", [*before, *run, "behind"])
            columns += found[len(before) : -1]
            good &= found[-1] == ""
            if before:
                good &= found[0] == ""
        return pl.DataFrame([*columns, tail.alias(_TAIL)]), good.fill_null(value=False)

    def _events(self, values: pl.DataFrame, lines: pl.Series, place: LineContext, rows: Rows) -> Parsed:
        values = self._prepare(values)
        missing = [name for name in self._names if name not in values.columns]
        if missing:
            values = values.with_columns([pl.lit(None, pl.String()).alias(name) for name in missing])
        mine = lines if len(rows) == len(lines) else lines[rows]
        made = self._assembly.made(mine, values, place, rows)
        if not made.frame.height:
            return made
        frame = made.frame
        frame = self._finish(replace_columns(frame, self._cells(frame[CELL + _TAIL])))
        return Parsed(_labelled(frame, (*self._labels, *self._tail, _MORE)), made.rows, made.failures)

    def _cells(self, tail: pl.Series) -> list[pl.Series]:
        """Return the cells of the tail, without their quotes; a line that ended before has nulls."""
        _before, *columns = cut(tail, " ", ["before", *(CELL + name for name in (*self._tail, _MORE))])
        return [_present(column.str.strip_chars('"')) for column in columns]


def _places(mask: pl.Series) -> Rows:
    return np.flatnonzero(mask.to_numpy())


def _pattern(layout: str, quoted: str, shapes: Mapping[str, str], tail_shape: str) -> str:
    cells = []
    for cell in layout.split(" "):
        name = cell.strip('"')
        shape = quoted if cell != name else shapes.get(name, '[^ "]+')
        group = f"(?P<{re.escape(name)}>{shape})"
        cells.append(f'"{group}"' if cell != name else group)
    return f"^{' '.join(cells)}(?P<{_TAIL}>{tail_shape})$"


def _present(column: pl.Series) -> pl.Series:
    absent = (column == "-") | (column == "")
    return column.set(absent, None) if absent.any() else column


def _labelled(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Return ``frame`` with the cells of these names as labels, behind those it has."""
    some = {name: frame[CELL + name] for name in names if frame[CELL + name].null_count() < frame.height}
    made = label_columns(list(some), list(some.values())) if some else None
    frame = frame.drop([name for name in frame.columns if name.startswith(CELL)])
    if made is None:
        return frame
    return replace_columns(frame, [joined_labels(frame["labels"], made) if "labels" in frame.columns else made])
