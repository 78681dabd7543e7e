"""What is learnt from cases: corrective actions, what people say of the investigation, what it cost."""

from sqlalchemy import BigInteger, Boolean, Index, Table

from detector.schema.learning.case_costs import CostKind
from detector.schema.learning.corrective_actions import ActionState
from detector.schema.learning.investigation_words import WordKind
from detector.store.db.column_types import Choice, HoldableText, UtcTime
from detector.store.db.tables.table_parts import METADATA, may, must, number, of_incident

corrective_actions = Table(
    "corrective_actions",
    METADATA,
    of_incident(),
    number(),
    must("text", HoldableText),
    must("owner", HoldableText),
    must("due_at", UtcTime),
    may("budget", BigInteger),
    must("currency", HoldableText),
    must("effect", HoldableText),
    must("state", Choice(ActionState)),
    must("added_by", HoldableText),
    must("added_at", UtcTime),
    may("ended_at", UtcTime),
    must("ended_by", HoldableText),
    must("proof", HoldableText),
    must("seen_effect", HoldableText),
    Index(None, "state", "due_at"),
)

investigation_words = Table(
    "investigation_words",
    METADATA,
    of_incident(),
    number(),
    must("kind", Choice(WordKind)),
    must("about", HoldableText),
    must("text", HoldableText),
    must("by", HoldableText),
    must("at", UtcTime),
)

case_costs = Table(
    "case_costs",
    METADATA,
    of_incident(),
    number(),
    must("kind", Choice(CostKind)),
    must("units", BigInteger),
    must("currency", HoldableText),
    must("estimated", Boolean),
    must("text", HoldableText),
    must("by", HoldableText),
    must("at", UtcTime),
    may("removed_at", UtcTime),
    must("removed_by", HoldableText),
    must("removed_why", HoldableText),
)
