"""What detection says and what people make of it: findings, alerts, exceptions, silences, models."""

from sqlalchemy import BigInteger, Boolean, Double, ForeignKey, Index, Integer, Table, false

from detector.schema.detection.alerts import AlertStatus, MutedBy
from detector.schema.detection.findings import Detector
from detector.schema.detection.model_changes import ModelAct
from detector.schema.levels import Confidence, Severity
from detector.store.db.column_types import Choice, HoldableText, UtcTime
from detector.store.db.tables.table_parts import (
    COVERED,
    EVIDENCE,
    METADATA,
    NAMES,
    PAIRS,
    REASONS,
    SEEN,
    SETTLED,
    key,
    may,
    must,
)

findings = Table(
    "findings",
    METADATA,
    key("id"),
    must("detector", Choice(Detector)),
    must("rule_id", HoldableText),
    must("title", HoldableText),
    must("title_ru", HoldableText),
    must("actor_id", HoldableText),
    must("actor_type", HoldableText),
    must("at", UtcTime),
    must("first_event_at", UtcTime),
    must("last_event_at", UtcTime),
    must("severity", Choice(Severity)),
    must("confidence", Choice(Confidence)),
    must("score", Double),
    must("risk", BigInteger),
    must("matter", HoldableText),
    must("playbook", HoldableText),
    must("service", HoldableText),
    must("events", BigInteger),
    must("reasons", REASONS),
    must("tags", NAMES),
    must("source_ips", NAMES),
    must("subject_count", BigInteger),
    must("record_low", BigInteger),
    must("record_high", BigInteger),
    must("uncounted", BigInteger, before="0"),
    must("data_classes", NAMES),
    must("evidence", EVIDENCE),
    must("history", Boolean, before=false()),
    must("provisional", Boolean, before=false()),
    may("settled", SETTLED),
    must("replaces", NAMES, before="[]"),
    must("replaced_by", HoldableText, before=""),
    may("covered", COVERED),
)

alerts = Table(
    "alerts",
    METADATA,
    key("id"),
    must("fingerprint", HoldableText),
    must("actor_id", HoldableText),
    must("actor_type", HoldableText),
    must("matter", HoldableText),
    must("rule_id", HoldableText),
    must("title", HoldableText),
    must("title_ru", HoldableText),
    must("severity", Choice(Severity)),
    must("score", Double),
    must("risk", BigInteger),
    must("status", Choice(AlertStatus)),
    may("muted_by", Choice(MutedBy)),
    must("service", HoldableText),
    must("playbook", HoldableText),
    must("opened_at", UtcTime),
    must("first_event_at", UtcTime),
    must("last_event_at", UtcTime),
    must("finding_ids", NAMES),
    must("incident_id", HoldableText),
    must("storm", BigInteger),
    must("digest", HoldableText, before=""),
    must("addresses", SEEN, before="[]"),
    may("reached_at", UtcTime),
    must("follows", HoldableText, before=""),
    must("exception_id", HoldableText, before=""),
    Index(None, "digest"),
    Index(None, "actor_id", "status"),
    Index(None, "incident_id"),
    Index(None, "opened_at"),
    Index(None, "exception_id"),
)

# The addresses that alerts have seen, to find the alerts by.
alert_addresses = Table(
    "alert_addresses",
    METADATA,
    key("address"),
    key("alert_id", ForeignKey("alerts.id")),
    Index(None, "alert_id"),
)

# A person's word, reviewed by another, that some work is expected: what it covers is recorded and pages nobody.
exceptions = Table(
    "exceptions",
    METADATA,
    key("id"),
    must("actor_id", HoldableText),
    must("what", HoldableText),
    must("rules", NAMES),
    must("facets", NAMES),
    must("at_most", BigInteger),
    must("reason", HoldableText),
    must("asked_by", HoldableText),
    must("asked_at", UtcTime),
    must("reviewed_by", HoldableText),
    may("reviewed_at", UtcTime),
    must("starts_at", UtcTime),
    must("ends_at", UtcTime),
    must("ended_by", HoldableText),
    may("ended_at", UtcTime),
    must("told", Boolean),
    Index(None, "ends_at"),
)

# A person's order to be quiet about something until a moment.
mute_orders = Table(
    "mute_orders",
    METADATA,
    key("id"),
    must("kind", Choice(MutedBy)),
    must("matchers", NAMES),
    must("source", NAMES),
    must("reason", HoldableText),
    must("made_by", HoldableText),
    must("made_at", UtcTime),
    must("starts_at", UtcTime),
    must("ends_at", UtcTime),
    must("confirmed_by", HoldableText),
    may("confirmed_at", UtcTime),
    must("ended_by", HoldableText),
    may("ended_at", UtcTime),
    must("notices", Integer),
    Index(None, "ends_at"),
    Index(None, "notices"),
)

# What became of models of behaviour, one row a change.
model_changes = Table(
    "model_changes",
    METADATA,
    key("id"),
    must("at", UtcTime),
    must("act", Choice(ModelAct)),
    must("version", HoldableText),
    must("previous", HoldableText),
    must("by", HoldableText),
    must("reason", HoldableText),
    must("forced", Boolean),
    must("figures", PAIRS),
    Index(None, "at"),
)
