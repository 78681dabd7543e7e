"""Drills and what was asked in them; what they make stands where it would stand of a real case."""

from sqlalchemy import BigInteger, Index, Integer, Table

from detector.schema.team.drills import DrillMode, DrillStatus
from detector.store.db.column_types import Choice, HoldableText, UtcTime
from detector.store.db.tables.table_parts import METADATA, NAMES, may, must, number

drills = Table(
    "drills",
    METADATA,
    number(),
    must("scenario", HoldableText),
    must("title", HoldableText),
    must("title_ru", HoldableText),
    must("mode", Choice(DrillMode)),
    must("plan", HoldableText),
    must("asked_by", HoldableText),
    must("asked_at", UtcTime),
    must("status", Choice(DrillStatus)),
    may("started_at", UtcTime),
    may("ended_at", UtcTime),
    must("ended_by", HoldableText),
    must("ended_why", HoldableText),
    may("first_at", UtcTime),
    may("paged_at", UtcTime),
    may("acknowledged_at", UtcTime),
    may("notice_at", UtcTime),
    must("steps", BigInteger),
    must("steps_done", BigInteger),
    must("steps_late", BigInteger),
    Index(None, "status"),
)

drill_injects = Table(
    "drill_injects",
    METADATA,
    number("drill"),
    number(kind=Integer),
    must("roles", NAMES),
    must("text", HoldableText),
    must("text_ru", HoldableText),
    must("question", HoldableText),
    must("question_ru", HoldableText),
    must("due_at", UtcTime),
    may("sent_at", UtcTime),
    must("answer", HoldableText),
    must("answered_by", HoldableText),
    may("answered_at", UtcTime),
)
