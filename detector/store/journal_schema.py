"""The columns of the access journal: which of an event's columns are kept for every touch of client data.

Comes in: the column table of the vocabulary. Goes out: ``JOURNAL_SCHEMA`` and the narrowing of event frames to it.
Names, types and meanings are those of ``detector.schema.columns``; what is left out (the line itself, path, query,
referrer, login, free labels) is not needed to say who touched whose data, and can be read in the log at the file and
offset that are kept. The lag is ``event.ingested`` minus ``@timestamp``.
"""

import polars as pl

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
    "event.id",
    "event.dataset",
    "event.hash",
    "log.file.path",
    "log.offset",
    "log.file.identity",
    "log.stream",
    "log.source",
)

JOURNAL_SCHEMA: dict[str, pl.DataType] = {name: EVENT_SCHEMA[name] for name in JOURNAL_COLUMNS}

# The total order of events; parts are sorted by it, so that a reader can skip what lies outside its span of time.
ORDER = ("@timestamp", "log.stream", "log.offset")


def touches(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the events that touch client data (they name a kind of object)."""
    return frame.filter(pl.col("object.type").is_not_null())


def narrow(frame: pl.DataFrame) -> pl.DataFrame:
    """Return only the journal's columns."""
    return frame.select(JOURNAL_COLUMNS)


def empty() -> pl.DataFrame:
    """Return a journal frame without rows."""
    return pl.DataFrame(schema=JOURNAL_SCHEMA)
