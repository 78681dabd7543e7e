"""Which routes of the record map a statement fits: the link between SQL and the columns that routes look at.

Comes in: a frame with statements, and the tables that routes name. Goes out: for each such table and action a column
that says in which rows it is touched in that way, the ids it is picked by, and ``event.action`` where the log has none.
A statement that was seen in the batch before is not read again. A table that the log itself names is touched whatever
the statement says. A name in a statement that was not understood counts where a route names that table and the
statement touches it in no way that was understood: as a list, and ``log.flags`` says so.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import chain

import polars as pl

from detector.decode.columns.frame_ops import first_of, replace_columns
from detector.decode.parse_result import CUT, DIALECT, FIELD, LIMIT, OBJECT, PARAMETERS, ROWS, STATEMENT, UNNAMED
from detector.decode.sql.statement_tables import touches_of
from detector.decode.sql.tables.table_places import TablePlace, is_named, is_one_of
from detector.decode.sql.tables.table_touch import EVERY, PAGE, Touch

UNCLEAR = "statement_unclear"
"""Flag of lines whose statement names a table of the record map in a way that was not understood."""
WIDE = "statement_wide"
"""Flag of lines whose statement lists a table of the record map, and may have listed nearly all of it."""
PAGED = "statement_page"
"""Flag of lines whose statement asks for rows of a table of the record map that lie behind others."""
OPEN = "statement_open"
"""Flag of lines whose statement changes or deletes every row of a table of the record map, or nearly."""
TABLE_ACTIONS = ("export", "delete", "update", "create", "read", "list")
"""What statements do with tables, the gravest first."""
_LISTS = pl.List(pl.String())
_SYSTEM = frozenset(("information_schema", "pg_catalog", "pg_toast", "mysql", "performance_schema", "sys"))
_SYSTEM_NAME = re.compile(r"pg_\w*|sqlite_\w*|dual")
_FIGURES = re.compile(r"\d+")
_PLAIN = re.compile(r"[^\W\d][\w$]{0,62}")


def marked(frame: pl.DataFrame, subjects: Iterable[TablePlace], records: Iterable[TablePlace] = ()) -> pl.DataFrame:
    """Add what statements touch to a frame that has them; ``records``: where ids of records stand, not of clients."""
    subjects = tuple(dict.fromkeys(subjects))
    places = tuple(dict.fromkeys((*subjects, *records)))
    clients = {place.ids: place for place in subjects if place.column}
    touches = _touches(frame, places)
    if "log.flags" in frame.columns:
        cut = frame["log.flags"].list.contains(CUT).fill_null(value=False).to_list()
        touches = [_beyond_ids(one) if was else one for one, was in zip(touches, cut, strict=True)]
    patterns = {place.pattern for place in places}
    made = [
        first_of(
            "event.action", *_logged(frame), pl.Series([_gravest(one, patterns) for one in touches], dtype=pl.String)
        )
    ]
    made.append(pl.Series(UNNAMED, _unnamed(touches, patterns), dtype=_LISTS))
    for place in places:
        made.append(pl.Series(place.name, [any(map(place.fits, one)) for one in touches], dtype=pl.Boolean))
        if place.column:
            named = [_ids(place, one) for one in touches]
            among = clients.values() if place.ids in clients else ()
            ids = [_with_others(own, among, one) for own, one in zip(named, touches, strict=True)]
            made.append(pl.Series(FIELD + place.ids, ids, dtype=_LISTS))
    flags = [_said(one) for one in touches]
    if any(flags):
        made.append(_flags(frame, flags))
    limits = [_limit(one, patterns) for one in touches]
    if any(one is not None for one in limits):
        made.append(pl.Series(LIMIT, limits, dtype=pl.Int64()))
    if ROWS in frame.columns:
        rows = frame[ROWS].cast(pl.String).to_list()
        gathered = [any(touch.gathered for touch in one) for one in touches]
        listed = [[text] if text and not more else None for text, more in zip(rows, gathered, strict=True)]
        made.append(pl.Series(FIELD + ROWS, listed, dtype=_LISTS))
    return replace_columns(frame, made)


def _touches(frame: pl.DataFrame, places: Collection[TablePlace]) -> list[tuple[Touch, ...]]:
    patterns = {place.pattern for place in places}
    known: dict[tuple[str, str, str, str], tuple[Touch, ...]] = {}
    nothing = [""] * frame.height
    texts = [
        frame[name].fill_null("").to_list() if name in frame.columns else nothing
        for name in (STATEMENT, DIALECT, PARAMETERS, OBJECT)
    ]
    found: list[tuple[Touch, ...]] = []
    for key in zip(*texts, strict=True):
        touches = known.get(key)
        if touches is None:
            touches = known[key] = tuple(_bounded(one, places) for one in _understood(_together(*key), patterns))
        found.append(touches)
    return found


def _beyond_ids(touches: tuple[Touch, ...]) -> tuple[Touch, ...]:
    """Return what a statement touches that was cut: more ids or other conditions may have stood behind."""
    return tuple(
        replace(one, ids={}, limit=None, page=False, whole=False, action="list" if one.action == "read" else one.action)
        for one in touches
    )


def _bounded(touch: Touch, places: Iterable[TablePlace]) -> Touch:
    """Return a touch as what it is where the ids of clients stand in the column that routes name for its table."""
    if not (touch.unbounded or touch.wide or touch.named or touch.limit is not None):
        return touch
    fitting = [place for place in places if place.names(touch)]
    if not fitting:
        return replace(touch, limit=None, named=None, page=False, wide=frozenset(), whole=False)
    return touch.for_column({place.column.lower() for place in fitting})


def _together(statement: str, dialect: str, parameters: str, about: str) -> tuple[Touch, ...]:
    """Return what a statement touches, and the table that the log names where the statement does not.

    Of what is only counted nobody is read.
    """
    touches = touches_of(statement, dialect, parameters) if statement else ()
    named = touches_of(about) if about else ()
    seen = (touch for touch in touches if not touch.figure)
    return (*seen, *(one for one in named if not any(touch.sure and _same(touch, one) for touch in touches)))


def _same(one: Touch, other: Touch) -> bool:
    schemas = {one.schema.lower(), other.schema.lower()} - {""}
    return one.name.lower() == other.name.lower() and len(schemas) < 2


def _understood(touches: tuple[Touch, ...], patterns: Collection[str]) -> tuple[Touch, ...]:
    """Return the touches without names that are of no table of a route, or of one that is touched anyway."""
    if all(touch.sure for touch in touches):
        return touches
    sure = [touch for touch in touches if touch.sure]
    left = [
        pattern
        for pattern in patterns
        if pattern.rpartition(".")[2].strip("*") and not any(is_one_of(pattern, one) for one in sure)
    ]
    return tuple(
        touch
        for touch in touches
        if touch.sure or (not _is_system(touch) and any(is_one_of(pattern, touch) for pattern in left))
    )


def _said(touches: tuple[Touch, ...]) -> tuple[str, ...]:
    """Return the flags that say how much is known of what a statement touches."""
    unclear, wide = not all(touch.sure for touch in touches), any(touch.wide for touch in touches)
    whole, page = any(touch.whole for touch in touches), any(touch.page for touch in touches)
    return (UNCLEAR,) * unclear + (WIDE,) * wide + (PAGED,) * page + (OPEN,) * whole


def _limit(touches: tuple[Touch, ...], patterns: Collection[str]) -> int | None:
    """Return how many rows were read at most, by the limits of all statements that have one, or the values they name.

    One that lists a table of a route without a limit makes it unknown, unless the others ask for more than a page.
    """
    named = {touch.statement: touch.named for touch in touches if touch.named and touch.action in ("list", "read")}
    limits = named | {touch.statement: touch.limit for touch in touches if touch.limit is not None}
    total = sum(limits.values())
    if not limits or total > PAGE:
        return total or None
    known = (
        touch.statement in limits or not any(is_one_of(pattern, touch) for pattern in patterns) for touch in touches
    )
    return total if all(known) else None


def _flags(frame: pl.DataFrame, more: list[tuple[str, ...]]) -> pl.Series:
    """Return the flags of the lines, with those of their statements."""
    name = "log.flags"
    before = frame[name].to_list() if name in frame.columns else [None] * frame.height
    flags = [[*(was or ()), *one] if one else was for was, one in zip(before, more, strict=True)]
    return pl.Series(name, flags, dtype=_LISTS)


def _unnamed(touches: Iterable[tuple[Touch, ...]], patterns: Iterable[str]) -> list[list[str] | None]:
    """Return for each row its tables that no pattern fits, written as patterns; None where it touches no table."""
    known: dict[tuple[str, str], str] = {}
    found: list[list[str] | None] = []
    for each in touches:
        named = (touch for touch in each if touch.name != EVERY and not _is_system(touch))
        tables = dict.fromkeys((touch.schema, touch.name) for touch in named)
        for table in tables.keys() - known.keys():
            is_known = any(is_named(pattern, *table) for pattern in patterns)
            known[table] = "" if is_known else _as_pattern(*table)
        found.append([known[table] for table in tables if known[table]] if tables else None)
    return found


def _is_system(touch: Touch) -> bool:
    return touch.schema.lower() in _SYSTEM or _SYSTEM_NAME.fullmatch(touch.name.lower()) is not None


def _as_pattern(schema: str, name: str) -> str:
    """Return a table as a route may name it: figures, which tell partitions and copies apart, become ``*``."""
    shown = [_FIGURES.sub("*", part.lower()) if _PLAIN.fullmatch(part) else "*" for part in (schema, name) if part]
    return ".".join(shown)


def _logged(frame: pl.DataFrame) -> list[pl.Series]:
    return [frame["event.action"]] if "event.action" in frame.columns else []


def _gravest(touches: tuple[Touch, ...], patterns: Collection[str]) -> str | None:
    """Return what is done with the tables that routes name; with others where they name none."""
    named = [touch for touch in touches if any(is_one_of(pattern, touch) for pattern in patterns)]
    done = {touch.action for touch in named or touches}
    return next((action for action in TABLE_ACTIONS if action in done), None)


def _ids(place: TablePlace, touches: tuple[Touch, ...]) -> list[str] | None:
    """Return the ids of one table; none as soon as one of its touches is not bounded by ids."""
    found: dict[str, None] = {}
    for touch in touches:
        if not place.names(touch):
            continue
        values: Mapping[str, tuple[str, ...]] = touch.ids
        if place.column.lower() not in values:
            return None
        found.update(dict.fromkeys(values[place.column.lower()]))
    return list(found) or None


def _with_others(own: list[str] | None, among: Iterable[TablePlace], touches: tuple[Touch, ...]) -> list[str] | None:
    """Return the ids of one table with those by which a statement picks the rows of others."""
    if own is None or len(touches) < 2:
        return own
    found = dict.fromkeys(own)
    for place in among:
        values = (touch.ids.get(place.column.lower(), ()) for touch in touches if place.names(touch))
        found.update(dict.fromkeys(chain.from_iterable(values)))
    return list(found)
