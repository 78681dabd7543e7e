"""Lines within lines: a container runtime, syslog or an export puts an envelope around what an application wrote.

Comes in: for each kind of envelope a ``Wrapper``. Goes out: a ``Format`` that takes the envelope off, reads what is
inside by an inner format and puts both together. A source's ``format`` names them as ``WRAPPER`` (the inner format is
found line by line) or ``WRAPPER:INNER`` (``docker:combined``); a stream whose format is found by itself gets the second
name. The inner format may not be a wrapper again: a line must not decide how deep we dig.

To add one: write ``unwrap(lines, place) -> Unwrapped``, which never raises and blames each line it cannot open in
``failures``, make a ``Wrapper`` of it, and name it in ``detector.decode.formats``.

- ``Unwrapped.columns`` hold what the envelope says, under the names of event columns. What the inner line says comes
  first; ``labels`` of both are kept.
- ``@timestamp`` of the envelope counts for lines whose inner format has no time. The inner format is told by
  ``LineContext.timed``: it then gives such lines a null ``@timestamp`` instead of a reject.
- It counts too where the inner time carries no zone and lies far from it, if the envelope's own time always carries one
  (``Wrapper.zoned``): a container's clock may show another zone than its machine's.
- A record that was written in pieces comes as one line with a line end between the pieces (``Cutting.PARTS``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from detector.decode.autodetect import FORMAT, classify_rejects, parse_auto
from detector.decode.columns.frame_ops import constant, first_of, index, replace_columns
from detector.decode.columns.list_columns import joined_labels
from detector.decode.format import AUTO, Format
from detector.decode.line_context import LineContext
from detector.decode.parse_result import Parsed, Rows, nothing
from detector.frames import TIME
from detector.schema.events.framing import LINES, Framing
from detector.schema.events.lines import RejectReason

BY = ":"
"""What stands between the name of a wrapper and that of the format inside."""
_TIME = "@timestamp"
_NEAR = timedelta(minutes=1)
"""How much later than it says a line may reach the envelope; zones differ by a quarter of an hour at least."""
_FAR_EAST, _UTC = ZoneInfo("Pacific/Kiritimati"), ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """Lines without their envelopes.

    Attributes:
        lines: What was inside, one element an envelope that could be opened.
        columns: What the envelopes say, one row for each of ``lines``, named as event columns are.
        rows: Which line each stands for, rising; None when every line could be opened.
        failures: Why the others could not.
    """

    lines: pl.Series
    columns: Sequence[pl.Series] = ()
    rows: Rows | None = None
    failures: Mapping[int, RejectReason] = field(default_factory=dict)


Unwrap = Callable[[pl.Series, LineContext], Unwrapped]


@dataclass(frozen=True, slots=True)
class Wrapper:
    """One kind of envelope.

    Attributes:
        name: As written in a source's ``format``, by itself or before ``:INNER``.
        dataset: ``event.dataset`` shown for the wrapper itself; events have that of the format inside.
        unwrap: Takes the envelopes off.
        order: Place among the formats ``auto`` tries: before all formats that could read the envelope as an event.
        telling: See ``Format.telling``.
        framing: See ``Format.framing``; files are cut as the wrapper says, never as the format inside.
        head: See ``Format.head``.
        inner: The format inside when the source names none.
        about: One sentence for people.
        steady: See ``Format.steady``.
        zoned: The envelope tells when each line was written, in a zone that is told too.
    """

    name: str
    dataset: str
    unwrap: Unwrap
    order: int | None
    telling: str = ""
    framing: Framing = LINES
    head: str = ""
    inner: str = AUTO
    about: str = ""
    steady: bool = False
    zoned: bool = False


def wrapped(wrapper: Wrapper, inner: str, formats: Sequence[Format]) -> Format:
    """Return the format that opens ``wrapper`` and reads what is inside.

    Args:
        wrapper: The envelope.
        inner: Name of the format inside, or ``auto``.
        formats: That format alone; for ``auto`` the formats it tries, in order, none of them a wrapper's.
    """
    tried, automatic = tuple(formats), inner == AUTO

    def parse(lines: pl.Series, place: LineContext) -> Parsed:
        opened = wrapper.unwrap(lines, place)
        if not len(opened.lines):
            return nothing(opened.failures)
        inside = replace(place, header="", timed=any(column.name == _TIME for column in opened.columns))

        def read_in(zone: ZoneInfo, inner_lines: pl.Series) -> Parsed:
            chosen = parse_auto(inner_lines, tried, replace(inside, zone=zone), told=automatic)
            return classify_rejects(inner_lines, chosen, automatic=automatic).parsed

        inner = read_in(place.zone, opened.lines)
        if wrapper.zoned:
            inner = _without_strange_times(opened, inner, lambda some: read_in(_other(place.zone), some))
        return _together(wrapper.name, opened, inner)

    return Format(
        wrapper.name if inner == wrapper.inner else wrapper.name + BY + inner,
        wrapper.dataset if automatic else tried[0].dataset,
        tried[0].category if tried else "web",
        parse,
        wrapper.order if inner == wrapper.inner else None,
        telling=wrapper.telling,
        framing=wrapper.framing,
        head=wrapper.head,
        about=wrapper.about,
        steady=wrapper.steady and all(one.steady for one in tried),
    )


def _other(zone: ZoneInfo) -> ZoneInfo:
    """Return a zone whose clocks never show the same."""
    return _FAR_EAST if zone != _FAR_EAST else _UTC


def _without_strange_times(opened: Unwrapped, inner: Parsed, again: Callable[[pl.Series], Parsed]) -> Parsed:
    """Forget times that lie far from the envelope's and carry no zone.

    Args:
        opened: The envelopes, all with their times.
        inner: What was read of the lines.
        again: Reads lines as if the source stood in another zone: a time that is another one then carries none.
    """
    if not inner.frame.height:
        return inner
    places, times = inner.places(), inner.frame[_TIME]
    written = next(column for column in opened.columns if column.name == _TIME)[index(places)]
    far = np.isin(places, places[((times - written).abs() > _NEAR).fill_null(value=False).to_numpy()])
    if not far.any():
        return inner
    second = again(opened.lines[index(np.unique(places[far]))])
    if second.frame.height != np.count_nonzero(far):
        return inner
    strange = far.copy()
    strange[far] = (times.filter(pl.Series(far)) != second.frame[_TIME]).fill_null(value=False).to_numpy()
    kept = times.set(pl.Series(strange), None)
    return Parsed(replace_columns(inner.frame, [kept]), inner.rows, inner.failures)


def _together(name: str, opened: Unwrapped, inner: Parsed) -> Parsed:
    """Return events with what both the line and its envelope say, as seen from the batch of envelopes."""
    frame, places = inner.frame, inner.places()
    failures = dict(inner.failures)
    if frame.height:
        frame = replace_columns(frame, _joined(frame, [column[index(places)] for column in opened.columns]))
        frame = replace_columns(frame, [_named(name, frame[FORMAT])])
        timed = frame[_TIME].is_not_null()
        if not timed.all():
            failures |= dict.fromkeys(places[~timed.to_numpy()].tolist(), RejectReason.BAD_TIME)
            frame, places = frame.filter(timed), places[timed.to_numpy()]
    if opened.rows is None:
        return Parsed(frame, places, failures) if frame.height else nothing(failures)
    at = opened.rows.tolist()
    failures = {at[row]: reason for row, reason in failures.items()} | dict(opened.failures)
    return Parsed(frame, opened.rows[places], failures) if frame.height else nothing(failures)


def _joined(frame: pl.DataFrame, columns: Sequence[pl.Series]) -> list[pl.Series]:
    """Return the envelopes' columns with what the lines say of the same things."""
    made = []
    for column in columns:
        if column.name == "labels" and "labels" in frame.columns:
            made.append(joined_labels(frame["labels"], column))
        elif column.name in frame.columns:
            made.append(first_of(column.name, frame[column.name], column))
        else:
            made.append(column)
    if _TIME not in {*frame.columns, *(column.name for column in made)}:
        made.append(constant(_TIME, None, frame.height, TIME))
    return made


def _named(name: str, formats: pl.Series) -> pl.Series:
    return (constant(FORMAT, name + BY, len(formats)) + formats).alias(FORMAT)
