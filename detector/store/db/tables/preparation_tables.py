"""What shows that the company is prepared: tests of channels with their answers, reviewed texts, scores of days."""

from sqlalchemy import BigInteger, ForeignKey, Index, Table

from detector.store.db.column_types import HoldableText, UtcTime
from detector.store.db.tables.table_parts import METADATA, PAIRS, key, may, must

channel_tests = Table(
    "channel_tests",
    METADATA,
    key("id"),
    must("person", HoldableText),
    must("target", HoldableText),
    must("round", BigInteger),
    must("at", UtcTime),
    may("answered_at", UtcTime),
    must("answered_by", HoldableText),
    Index(None, "round"),
)

reviewed_texts = Table(
    "reviewed_texts",
    METADATA,
    key("document_id", ForeignKey("documents.id")),
    key("name"),
    must("sha256", HoldableText),
)

readiness_scores = Table(
    "readiness_scores",
    METADATA,
    key("day"),
    must("at", UtcTime),
    must("score", BigInteger),
    must("lost", PAIRS),
)
