"""How far logs were read, and what is kept of them: positions, the journal, snapshots, watched hours."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, UniqueConstraint

from detector.store.db.column_types import HoldableText, UtcTime
from detector.store.db.tables.table_parts import META, METADATA, POSITIONS, key, may, must, number

# How well each source was watched, hour by hour.
source_hours = Table(
    "source_hours",
    METADATA,
    key("source"),
    Column("hour", UtcTime, primary_key=True),
    *(
        must(name, BigInteger)
        for name in (
            "lines",
            "rejects",
            "late",
            "requests",
            "unmapped",
            "clock_back",
            "clock_ahead",
            "watched",
            "silent",
        )
    ),
    Index(None, "hour"),
)

positions = Table(
    "positions",
    METADATA,
    key("source"),
    key("stream"),
    key("file_id"),
    must("path", HoldableText),
    must("device", Text),  # unsigned 64 bits do not fit an integer column
    must("inode", Text),
    must("head_length", BigInteger),
    must("head_hash", HoldableText),
    must("offset", BigInteger),
    must("finished", Boolean),
    may("seen_at", UtcTime),
    must("cursor", HoldableText, before=""),
    must("history", BigInteger, before="0"),
)

# One row a Parquet file of the access journal; a file without a row does not exist for anybody.
journal_parts = Table(
    "journal_parts",
    METADATA,
    key("id"),
    must("day", Text),
    must("path", Text),
    must("rows", BigInteger),
    must("bytes", BigInteger),
    must("sha256", Text),
    must("first_at", UtcTime),
    must("last_at", UtcTime),
    must("kind", Text, before="part"),
    UniqueConstraint("path"),
    Index(None, "day"),
    Index(None, "last_at"),
)

snapshots = Table(
    "snapshots",
    METADATA,
    number(),
    must("path", Text),
    must("format", Integer),
    must("bytes", BigInteger),
    must("sha256", Text),
    must("positions", POSITIONS),
    must("meta", META),
)

meta = Table("meta", METADATA, key("key"), must("value", HoldableText))
