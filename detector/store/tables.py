"""Every table, column by column: the vocabulary as rows.

Comes in: nothing. Goes out: ``METADATA`` and the tables. A column is named as the attribute it holds, so that a row is
a value; what differs is said at the column. Changing anything here needs a migration (a test compares the two).
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from detector.schema.alerts import AlertStatus, MutedBy
from detector.schema.delivery import MessageKind, MessageStatus
from detector.schema.findings import Detector, Evidence, Reason
from detector.schema.incidents import Basis, CloseReason, IncidentKind, IncidentStatus, StepStatus
from detector.schema.levels import Confidence, Severity
from detector.store import codec
from detector.store.types import Choice, Json, UtcTime, Words

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

NAMES = Json(codec.names_out, codec.names_in, words=True, kind=tuple[str, ...])
PAIRS = Json(codec.pairs_out, codec.pairs_in)
REASONS = Json(codec.reasons_out, codec.reasons_in, kind=tuple[Reason, ...])
EVIDENCE = Json(codec.evidence_out, codec.evidence_in, kind=tuple[Evidence, ...])
SEEN = Json(codec.seen_out, codec.seen_in)
SETTLED = Json(codec.finding_out, codec.finding_in)
COVERED = Json(codec.covered_out, codec.covered_in)
SCOPE = Json(codec.scope_out, codec.scope_in)
POSITIONS = Json(codec.positions_out, codec.positions_in)
META = Json(codec.meta_out, codec.meta_in)


def _key(name: str, *more: Any) -> Column[Any]:
    return Column(name, Words, *more, primary_key=True)


def _must(name: str, kind: Any, *more: Any) -> Column[Any]:
    return Column(name, kind, *more, nullable=False)


def _may(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=True)


findings = Table(
    "findings",
    METADATA,
    _key("id"),
    _must("detector", Choice(Detector)),
    _must("rule_id", Words),
    _must("title", Words),
    _must("title_ru", Words),
    _must("actor_id", Words),
    _must("actor_type", Words),
    _must("at", UtcTime),
    _must("first_event_at", UtcTime),
    _must("last_event_at", UtcTime),
    _must("severity", Choice(Severity)),
    _must("confidence", Choice(Confidence)),
    _must("score", Double),
    _must("risk", BigInteger),
    _must("matter", Words),
    _must("playbook", Words),
    _must("service", Words),
    _must("events", BigInteger),
    _must("reasons", REASONS),
    _must("tags", NAMES),
    _must("source_ips", NAMES),
    _must("subject_count", BigInteger),
    _must("record_low", BigInteger),
    _must("record_high", BigInteger),
    _must("data_classes", NAMES),
    _must("evidence", EVIDENCE),
    Column("history", Boolean, nullable=False, server_default=false()),
    Column("provisional", Boolean, nullable=False, server_default=false()),
    _may("settled", SETTLED),
    Column("replaces", NAMES, nullable=False, server_default="[]"),
    Column("replaced_by", Words, nullable=False, server_default=""),
    _may("covered", COVERED),
)

alerts = Table(
    "alerts",
    METADATA,
    _key("id"),
    _must("fingerprint", Words),
    _must("actor_id", Words),
    _must("actor_type", Words),
    _must("matter", Words),
    _must("rule_id", Words),
    _must("title", Words),
    _must("title_ru", Words),
    _must("severity", Choice(Severity)),
    _must("score", Double),
    _must("risk", BigInteger),
    _must("status", Choice(AlertStatus)),
    _may("muted_by", Choice(MutedBy)),
    _must("service", Words),
    _must("playbook", Words),
    _must("opened_at", UtcTime),
    _must("first_event_at", UtcTime),
    _must("last_event_at", UtcTime),
    _must("finding_ids", NAMES),
    _must("incident_id", Words),
    _must("storm", BigInteger),
    Column("digest", Words, nullable=False, server_default=""),
    Column("addresses", SEEN, nullable=False, server_default="[]"),
    _may("reached_at", UtcTime),
    Column("follows", Words, nullable=False, server_default=""),
    Index(None, "digest"),
    Index(None, "actor_id", "status"),
    Index(None, "incident_id"),
    Index(None, "opened_at"),
)

# The addresses that alerts have seen, to find the alerts by.
alert_addresses = Table(
    "alert_addresses",
    METADATA,
    _key("address"),
    _key("alert_id", ForeignKey("alerts.id")),
    Index(None, "alert_id"),
)

# The two folded columns hold the code names as they are compared: SQLite folds only ASCII letters itself.
incidents = Table(
    "incidents",
    METADATA,
    _key("id"),
    _must("number", Words),
    _must("code_name", Words),
    _must("code_name_ru", Words),
    _must("code_name_folded", Words),
    _must("code_name_ru_folded", Words),
    _must("kind", Choice(IncidentKind)),
    _must("status", Choice(IncidentStatus)),
    _must("title", Words),
    _must("title_ru", Words),
    _must("severity", Choice(Severity)),
    _must("score", Double),
    _must("risk", BigInteger),
    _must("matter", Words),
    _must("playbook", Words),
    _must("service", Words),
    _must("actor_id", Words),
    _must("actor_type", Words),
    _must("related_actors", NAMES),
    _must("source_ips", NAMES),
    _must("opened_at", UtcTime),
    _may("became_at", UtcTime),
    _may("follow_until", UtcTime),
    _may("aware_at", UtcTime),
    _must("first_event_at", UtcTime),
    _must("last_event_at", UtcTime),
    _must("reasons", REASONS),
    _must("rules", NAMES),
    _must("tags", NAMES),
    _must("alert_ids", NAMES),
    _must("scope", SCOPE),
    _may("acknowledged_at", UtcTime),
    _must("acknowledged_by", Words),
    _may("called_at", UtcTime),
    _may("closed_at", UtcTime),
    _may("close_reason", Choice(CloseReason)),
    _must("close_note", Words),
    _must("version", BigInteger),
    Index(None, "number"),
    Index(None, "code_name_folded"),
    Index(None, "code_name_ru_folded"),
    Index(None, "status", "actor_id"),
    Index(None, "opened_at"),
)

steps = Table(
    "steps",
    METADATA,
    _key("incident_id", ForeignKey("incidents.id")),
    _key("step_id"),
    _must("position", Integer),
    _must("phase", Words),
    _must("title", Words),
    _must("title_ru", Words),
    _must("roles", NAMES),
    _may("due_at", UtcTime),
    _must("basis", Choice(Basis)),
    _must("due_text", Words),
    _must("due_text_ru", Words),
    _must("evidence", Words),
    _must("evidence_ru", Words),
    _must("automation", Words),
    _must("status", Choice(StepStatus)),
    _may("done_at", UtcTime),
    _must("done_by", Words),
    _must("proof", Words),
    Index(None, "status", "due_at"),
)

entries = Table(
    "entries",
    METADATA,
    _key("incident_id", ForeignKey("incidents.id")),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _must("at", UtcTime),
    _must("kind", Words),
    _must("by", Words),
    _must("text", Words),
    _must("data", PAIRS),
    _must("previous", Words),
    _must("hash", Words),
)

messages = Table(
    "messages",
    METADATA,
    _key("id"),
    _must("incident_id", Words),
    _must("kind", Choice(MessageKind)),
    _must("rung", Integer),
    _must("round", Integer),
    _must("role", Words),
    _must("person", Words),
    _must("target", Words),
    _must("fallback", Integer),
    _must("language", Words),
    _must("title", Words),
    _must("body", Words),
    _must("severity", Words),
    _must("status", Choice(MessageStatus)),
    _must("created_at", UtcTime),
    _must("due_at", UtcTime),
    _must("next_attempt_at", UtcTime),
    _must("attempts", Integer),
    _may("sent_at", UtcTime),
    _must("error", Words),
    Index(None, "status", "next_attempt_at"),
    Index(None, "incident_id"),
)

deliveries = Table(
    "deliveries",
    METADATA,
    _key("message_id", ForeignKey("messages.id")),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    _key("target"),
    _must("at", UtcTime),
    _must("ok", Boolean),
    _must("seconds", Double),
    _must("error", Words),
)

links_used = Table("links_used", METADATA, _key("token_id"), _must("at", UtcTime))

positions = Table(
    "positions",
    METADATA,
    _key("source"),
    _key("stream"),
    _key("file_id"),
    _must("path", Words),
    _must("device", Text),  # unsigned 64 bits do not fit an integer column
    _must("inode", Text),
    _must("head_length", BigInteger),
    _must("head_hash", Words),
    _must("offset", BigInteger),
    _must("finished", Boolean),
    _may("seen_at", UtcTime),
    Column("cursor", Words, nullable=False, server_default=""),
    Column("history", BigInteger, nullable=False, server_default="0"),
)

# One row a Parquet file of the access journal; a file without a row does not exist for anybody.
journal_parts = Table(
    "journal_parts",
    METADATA,
    _key("id"),
    _must("day", Text),
    _must("path", Text),
    _must("rows", BigInteger),
    _must("bytes", BigInteger),
    _must("sha256", Text),
    _must("first_at", UtcTime),
    _must("last_at", UtcTime),
    UniqueConstraint("path"),
    Index(None, "day"),
    Index(None, "last_at"),
)

snapshots = Table(
    "snapshots",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _must("path", Text),
    _must("format", Integer),
    _must("bytes", BigInteger),
    _must("sha256", Text),
    _must("positions", POSITIONS),
    _must("meta", META),
)

# A person's order to not notify what is named here, until a time, with a reason; an empty condition fits everything.
silences = Table(
    "silences",
    METADATA,
    _key("id"),
    _must("actor_id", Words),
    _must("matter", Words),
    _must("rule_id", Words),
    _must("service", Words),
    _must("reason", Words),
    _must("created_by", Words),
    _must("created_at", UtcTime),
    _must("starts_at", UtcTime),
    _must("ends_at", UtcTime),
    _must("lifted", Boolean),
    Index(None, "ends_at"),
)

meta = Table("meta", METADATA, _key("key"), _must("value", Words))
