"""The columns of the access journal: which of an event's columns are kept for every touch of client data.

Comes in: the column table of the vocabulary. Goes out: ``JOURNAL_SCHEMA`` and the narrowing of event frames to it.
Names, types and meanings are those of ``detector.schema.events.columns``; what is left out (the line itself, path,
query, referrer, login, free labels) is not needed to say who touched whose data, and can be read in the log at the file
and offset that are kept. The lag is ``event.ingested`` minus ``@timestamp``. ``event.id`` follows from what is kept
(``frames.identify``). In files and in memory the hash of the line is its 32 bytes and not their hexadecimal digits.
"""

from itertools import pairwise
from secrets import randbits

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.arrow_buffers import not_null
from detector.frames import EVENT_SCHEMA

JOURNAL_COLUMNS: tuple[str, ...] = (
    # when
    "@timestamp",
    "event.ingested",
    "event.duration",
    # who, from where
    "actor.id",
    "actor.type",
    "user.roles",
    "organization.id",
    "session.id",
    "source.ip",
    "network.name",
    "user_agent.name",
    # what was done
    "event.category",
    "event.action",
    "event.outcome",
    "http.request.method",
    "http.response.status_code",
    "http.response.body.bytes",
    # to whose data
    "object.type",
    "object.confidentiality",
    "object.owner",
    "object.classes",
    "record.ids",
    "record.count",
    "record.count_basis",
    "subject.ids",
    # on which system, and where the line that proves it stands
    "service.name",
    "host.name",
    "event.dataset",
    "event.hash",
    "log.file.path",
    "log.offset",
    "log.file.identity",
    "log.stream",
    "log.source",
)

JOURNAL_SCHEMA: dict[str, pl.DataType] = {name: EVENT_SCHEMA[name] for name in JOURNAL_COLUMNS}

_DAY = 86_400_000_000  # microseconds

# The same event, read twice.
SAME = ("log.file.identity", "log.offset", "event.hash")

# The line of a touch, as far as its reasons name it.
LINE = frames.LINE

LINE_KEY = "line"
"""Of touches that were read: a number for ``LINE``, the same for the same. Good in this process only."""
TOUCH_KEY = "touch"
"""The same for the event (``SAME``): among ten million one is taken for another once in 300,000 readings."""
_SEED = randbits(64)
KEYS = (
    pl.struct(LINE).hash(_SEED).alias(LINE_KEY),
    pl.struct(SAME).hash(_SEED).alias(TOUCH_KEY),
)

COMMON = ("object.classes", "record.count_basis", "event.outcome", "event.dataset", "log.stream", "log.source")
"""What many touches have in common, and only counting asks for."""
COMMON_KEY = "common"
"""Of touches that were read: a number for ``COMMON``, the same for the same. Good in this process only."""
COMMON_CODE = pl.struct(COMMON).hash(_SEED).alias(COMMON_KEY)

# The total order of events; parts are sorted by it, so that a reader can skip what lies outside its span of time.
ORDER = ("@timestamp", "log.stream", "log.offset")


def touches(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the events that touch client data (they name a kind of object), as they are kept."""
    objects = frame.get_column("object.type")
    if objects.null_count():
        frame = _rows(frame, pl.Series("at", np.flatnonzero(_there(objects)).astype(np.uint32)))
    made, known = frames.digests(frame.get_column("event.original")), frame.get_column("event.hash")
    if known.null_count() < frame.height:
        made = known.str.decode("hex").zip_with(known.is_not_null(), made)
    return pl.DataFrame([made if name == "event.hash" else frame.get_column(name) for name in JOURNAL_COLUMNS])


def _there(column: pl.Series) -> npt.NDArray[np.bool_]:
    """Say where a column holds something; ``is_not_null`` plans a query for it."""
    return not_null(column.to_arrow(compat_level=pl.CompatLevel.newest()))


def _rows(frame: pl.DataFrame, at: pl.Series) -> pl.DataFrame:
    """Return some rows of what is needed: a filter over the frame plans a query and looks at columns of nulls too."""
    columns = [frame.get_column(name) for name in (*JOURNAL_COLUMNS, "event.original")]
    return pl.DataFrame([one.head(at.len()) if one.null_count() == frame.height else one[at] for one in columns])


def by_day(kept: pl.DataFrame) -> list[pl.DataFrame]:
    """Return one frame of touches a day (UTC), each in the total order."""
    return _days(kept if _in_order(kept) else kept.sort(ORDER))


def reasons_by_day(kept: pl.DataFrame) -> list[pl.DataFrame]:
    """Return one frame of reasons a day (UTC), each in order of time."""
    return _days(kept.sort("@timestamp", maintain_order=True))


def _days(ordered: pl.DataFrame) -> list[pl.DataFrame]:
    days = ordered.get_column("@timestamp").to_physical().to_numpy() // _DAY
    cuts = [0, *(np.flatnonzero(days[1:] != days[:-1]) + 1).tolist(), ordered.height]
    return [ordered[first:end] for first, end in pairwise(cuts)]


def _in_order(kept: pl.DataFrame) -> bool:
    """Tell whether rows stand in the total order already: those of one log nearly always do, and sorting costs."""
    streams = kept.get_column("log.stream")
    times, offsets = (kept.get_column(name).to_physical().to_numpy() for name in ("@timestamp", "log.offset"))
    later, same = times[1:] > times[:-1], times[1:] == times[:-1]
    return bool((later | (same & (offsets[1:] >= offsets[:-1]))).all()) and streams.n_unique() == 1


def readable(lazy: pl.LazyFrame) -> pl.LazyFrame:
    """Return what is kept as ``JOURNAL_SCHEMA``."""
    return lazy.with_columns(pl.col("event.hash").bin.encode("hex"))


def empty() -> pl.DataFrame:
    """Return what is kept, without rows."""
    return pl.DataFrame(schema={**JOURNAL_SCHEMA, "event.hash": pl.Binary()})
