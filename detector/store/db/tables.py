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

from detector.schema.case.agenda import AgendaKind
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.documents import DocumentAct, DocumentKind
from detector.schema.case.duties import DutyState, DutyVerdict
from detector.schema.case.evidence_archive import CustodyAct
from detector.schema.case.incidents import Basis, CloseReason, IncidentKind, IncidentStatus, StepStatus
from detector.schema.case.severity_assessments import SeverityFactor
from detector.schema.detection.alerts import AlertStatus, MutedBy
from detector.schema.detection.findings import Detector, Evidence, Reason
from detector.schema.detection.model_changes import ModelAct
from detector.schema.levels import Confidence, Severity
from detector.schema.team.delivery import MessageKind, MessageStatus
from detector.schema.team.grants import ApprovalStatus, PersonAct
from detector.schema.team.people import AccessKind, InvitationUse
from detector.store.db import json_codec
from detector.store.db.column_types import Choice, HoldableText, Json, UtcTime

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

NAMES = Json(json_codec.names_out, json_codec.names_in, words=True, kind=tuple[str, ...])
PAIRS = Json(json_codec.pairs_out, json_codec.pairs_in)
REASONS = Json(json_codec.reasons_out, json_codec.reasons_in, kind=tuple[Reason, ...])
EVIDENCE = Json(json_codec.evidence_out, json_codec.evidence_in, kind=tuple[Evidence, ...])
SEEN = Json(json_codec.seen_out, json_codec.seen_in)
SETTLED = Json(json_codec.finding_out, json_codec.finding_in)
COVERED = Json(json_codec.covered_out, json_codec.covered_in)
SCOPE = Json(json_codec.scope_out, json_codec.scope_in)
NAMED = Json(json_codec.named_out, json_codec.named_in)
POSITIONS = Json(json_codec.positions_out, json_codec.positions_in)
META = Json(json_codec.meta_out, json_codec.meta_in)


def _key(name: str, *more: Any) -> Column[Any]:
    return Column(name, HoldableText, *more, primary_key=True)


def _must(name: str, kind: Any, *more: Any) -> Column[Any]:
    return Column(name, kind, *more, nullable=False)


def _may(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=True)


findings = Table(
    "findings",
    METADATA,
    _key("id"),
    _must("detector", Choice(Detector)),
    _must("rule_id", HoldableText),
    _must("title", HoldableText),
    _must("title_ru", HoldableText),
    _must("actor_id", HoldableText),
    _must("actor_type", HoldableText),
    _must("at", UtcTime),
    _must("first_event_at", UtcTime),
    _must("last_event_at", UtcTime),
    _must("severity", Choice(Severity)),
    _must("confidence", Choice(Confidence)),
    _must("score", Double),
    _must("risk", BigInteger),
    _must("matter", HoldableText),
    _must("playbook", HoldableText),
    _must("service", HoldableText),
    _must("events", BigInteger),
    _must("reasons", REASONS),
    _must("tags", NAMES),
    _must("source_ips", NAMES),
    _must("subject_count", BigInteger),
    _must("record_low", BigInteger),
    _must("record_high", BigInteger),
    Column("uncounted", BigInteger, nullable=False, server_default="0"),
    _must("data_classes", NAMES),
    _must("evidence", EVIDENCE),
    Column("history", Boolean, nullable=False, server_default=false()),
    Column("provisional", Boolean, nullable=False, server_default=false()),
    _may("settled", SETTLED),
    Column("replaces", NAMES, nullable=False, server_default="[]"),
    Column("replaced_by", HoldableText, nullable=False, server_default=""),
    _may("covered", COVERED),
)

alerts = Table(
    "alerts",
    METADATA,
    _key("id"),
    _must("fingerprint", HoldableText),
    _must("actor_id", HoldableText),
    _must("actor_type", HoldableText),
    _must("matter", HoldableText),
    _must("rule_id", HoldableText),
    _must("title", HoldableText),
    _must("title_ru", HoldableText),
    _must("severity", Choice(Severity)),
    _must("score", Double),
    _must("risk", BigInteger),
    _must("status", Choice(AlertStatus)),
    _may("muted_by", Choice(MutedBy)),
    _must("service", HoldableText),
    _must("playbook", HoldableText),
    _must("opened_at", UtcTime),
    _must("first_event_at", UtcTime),
    _must("last_event_at", UtcTime),
    _must("finding_ids", NAMES),
    _must("incident_id", HoldableText),
    _must("storm", BigInteger),
    Column("digest", HoldableText, nullable=False, server_default=""),
    Column("addresses", SEEN, nullable=False, server_default="[]"),
    _may("reached_at", UtcTime),
    Column("follows", HoldableText, nullable=False, server_default=""),
    Column("exception_id", HoldableText, nullable=False, server_default=""),
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
    _key("address"),
    _key("alert_id", ForeignKey("alerts.id")),
    Index(None, "alert_id"),
)

# The two folded columns hold the code names as they are compared: SQLite folds only ASCII letters itself.
incidents = Table(
    "incidents",
    METADATA,
    _key("id"),
    _must("number", HoldableText),
    _must("code_name", HoldableText),
    _must("code_name_ru", HoldableText),
    _must("code_name_folded", HoldableText),
    _must("code_name_ru_folded", HoldableText),
    _must("kind", Choice(IncidentKind)),
    _must("status", Choice(IncidentStatus)),
    _must("title", HoldableText),
    _must("title_ru", HoldableText),
    _must("severity", Choice(Severity)),
    _must("score", Double),
    _must("risk", BigInteger),
    _must("matter", HoldableText),
    _must("playbook", HoldableText),
    _must("service", HoldableText),
    _must("actor_id", HoldableText),
    _must("actor_type", HoldableText),
    _must("related_actors", NAMES),
    _must("source_ips", NAMES),
    _must("opened_at", UtcTime),
    _may("became_at", UtcTime),
    _may("follow_until", UtcTime),
    _may("reported_at", UtcTime),
    _may("aware_at", UtcTime),
    _may("persons", BigInteger),
    Column("persons_estimated", Boolean, nullable=False, server_default=false()),
    _may("judged_severity", Choice(Severity)),
    _may("judged_people", BigInteger),
    _must("first_event_at", UtcTime),
    _must("last_event_at", UtcTime),
    _must("reasons", REASONS),
    _must("rules", NAMES),
    _must("tags", NAMES),
    _must("alert_ids", NAMES),
    _must("scope", SCOPE),
    _may("acknowledged_at", UtcTime),
    _must("acknowledged_by", HoldableText),
    _may("called_at", UtcTime),
    Column("called_for", REASONS, nullable=False, server_default="[]"),
    _may("people_heard", BigInteger),
    _may("closed_at", UtcTime),
    _may("close_reason", Choice(CloseReason)),
    _must("close_note", HoldableText),
    Column("terms", HoldableText, nullable=False, server_default=""),
    Column("checklist", HoldableText, nullable=False, server_default=""),
    _may("hold_until", UtcTime),
    _may("named", NAMED),
    Column("merged_into", HoldableText, nullable=False, server_default=""),
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
    _must("phase", HoldableText),
    _must("title", HoldableText),
    _must("title_ru", HoldableText),
    _must("roles", NAMES),
    _may("due_at", UtcTime),
    _must("basis", Choice(Basis)),
    _must("due_text", HoldableText),
    _must("due_text_ru", HoldableText),
    _must("evidence", HoldableText),
    _must("evidence_ru", HoldableText),
    _must("automation", HoldableText),
    _must("status", Choice(StepStatus)),
    _may("done_at", UtcTime),
    _must("done_by", HoldableText),
    _must("proof", HoldableText),
    Index(None, "status", "due_at"),
)

# What one stage of one law asks to be sent in one case, and what became of it.
duties = Table(
    "duties",
    METADATA,
    _key("incident_id", ForeignKey("incidents.id")),
    _key("regulation"),
    _key("stage"),
    _must("law_version", Integer),
    _must("position", Integer),
    _must("step", HoldableText),
    _must("recipient", HoldableText),
    _must("recipient_ru", HoldableText),
    _must("basis", HoldableText),
    _may("due_at", UtcTime),
    _must("internal", Boolean),
    _must("verdict", Choice(DutyVerdict)),
    _must("reasons", REASONS),
    _must("moot", Boolean),
    _must("state", Choice(DutyState)),
    _may("decided_at", UtcTime),
    _must("decided_by", HoldableText),
    _must("approved_by", HoldableText),
    _must("decision_reason", HoldableText),
    _must("memo", HoldableText),
    _may("decided_verdict", Choice(DutyVerdict)),
    _must("decided_subjects", BigInteger),
    _may("occasion_at", UtcTime),
    _must("receipt_number", HoldableText),
    _may("receipt_at", UtcTime),
    _must("receipt_by", HoldableText),
    _must("notice_version", HoldableText),
    Index(None, "state", "due_at"),
)

# Playbooks, laws, teams and ladders as cases keep them, one row for all that opened under the same.
frozen_parts = Table(
    "frozen_parts",
    METADATA,
    _key("id"),
    _must("kind", Text),
    _must("body", HoldableText),
)

# What is stated of a case; rows are never changed.
case_facts = Table(
    "case_facts",
    METADATA,
    _key("incident_id", ForeignKey("incidents.id")),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _must("kind", Choice(CaseFactKind)),
    _must("value", HoldableText),
    _must("source", HoldableText),
    _must("author", HoldableText),
    _must("approved_by", HoldableText),
    _must("reason", HoldableText),
    _must("at", UtcTime),
)

entries = Table(
    "entries",
    METADATA,
    _key("incident_id", ForeignKey("incidents.id")),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _must("at", UtcTime),
    _must("kind", HoldableText),
    _must("by", HoldableText),
    _must("text", HoldableText),
    _must("data", PAIRS),
    _must("previous", HoldableText),
    _must("hash", HoldableText),
)

# Every change of what belongs to a case, hashed with all before it (``store.chain``).
chain = Table(
    "chain",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _must("incident_id", HoldableText),
    _must("sequence", BigInteger),
    _must("at", UtcTime),
    _must("kind", HoldableText),
    _must("by", HoldableText),
    _must("data", HoldableText),
    _must("previous", HoldableText),
    _must("previous_all", HoldableText),
    _must("hash", HoldableText),
    UniqueConstraint("incident_id", "sequence"),
)

# The archives of raw lines: their files, how far each is, and what was done with it.
evidence_segments = Table(
    "evidence_segments",
    METADATA,
    _key("incident_id", ForeignKey("incidents.id")),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _must("path", Text),
    _must("lines", BigInteger),
    _must("bytes", BigInteger),
    _must("raw_bytes", BigInteger),
    _must("sha256", Text),
    _must("first_at", UtcTime),
    _must("last_at", UtcTime),
    _must("taken_at", UtcTime),
    _must("collector", HoldableText),
)

evidence_states = Table(
    "evidence_states",
    METADATA,
    _key("incident_id", ForeignKey("incidents.id")),
    _must("version", BigInteger),
    _must("wanted", BigInteger),
    _must("held", BigInteger),
    _must("missing", PAIRS),
    _must("at", UtcTime),
)

custody = Table(
    "custody",
    METADATA,
    _key("incident_id", ForeignKey("incidents.id")),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _must("at", UtcTime),
    _must("by", HoldableText),
    _must("act", Choice(CustodyAct)),
    _must("detail", HoldableText),
)

# States of scopes that differed, each with what differs from the one before; the clients lie in files.
scope_versions = Table(
    "scope_versions",
    METADATA,
    _key("incident_id", ForeignKey("incidents.id")),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _must("at", UtcTime),
    _must("by", HoldableText),
    _must("why", REASONS),
    _must("digest", Text),
    _must("added", BigInteger),
    _must("removed", BigInteger),
    _must("scope", SCOPE),
    _must("actors", NAMES),
    _must("imports", NAMES),
    _must("whole", Boolean),
    _must("path", Text),
    _must("sha256", Text),
    _must("bytes", BigInteger),
)

# Lists of clients that people brought to a case; the ids lie in files.
client_imports = Table(
    "client_imports",
    METADATA,
    _key("incident_id", ForeignKey("incidents.id")),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _must("at", UtcTime),
    *(_must(name, HoldableText) for name in ("by", "source", "reason", "file_name", "file_sha256")),
    _must("clients", BigInteger),
    _must("path", Text),
    _must("sha256", Text),
    _must("bytes", BigInteger),
    _may("removed_at", UtcTime),
    _must("removed_by", HoldableText),
    _must("removed_reason", HoldableText),
)

# What people file of incidents and of the company: a row, a version, an act are added and never changed.
documents = Table(
    "documents",
    METADATA,
    _key("id"),
    _must("incident_id", HoldableText),
    _must("number", BigInteger),
    _must("kind", Choice(DocumentKind)),
    _must("language", HoldableText),
    _must("title", HoldableText),
    _must("duty", HoldableText),
    _must("standing", HoldableText),
    _may("done_at", UtcTime),
    _must("two_persons", Boolean),
    _must("names_clients", Boolean),
    _must("made_by", HoldableText),
    _must("made_at", UtcTime),
    Index(None, "incident_id"),
    Index(None, "standing"),
)

document_versions = Table(
    "document_versions",
    METADATA,
    _key("document_id", ForeignKey("documents.id")),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    _must("incident_id", HoldableText),
    _must("media_type", HoldableText),
    _must("bytes", BigInteger),
    _must("sha256", HoldableText),
    _must("author", HoldableText),
    _must("typed_by", HoldableText),
    _must("at", UtcTime),
    _must("note", HoldableText),
)

document_records = Table(
    "document_records",
    METADATA,
    _key("document_id", ForeignKey("documents.id")),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _must("incident_id", HoldableText),
    _must("version", BigInteger),
    _must("act", Choice(DocumentAct)),
    _must("by", HoldableText),
    _must("typed_by", HoldableText),
    _must("at", UtcTime),
    _must("happened_at", UtcTime),
    _must("place", HoldableText),
    _must("reference", HoldableText),
    _must("reason", HoldableText),
)

# What people say of factors of the severity by ENISA's method, a row each.
severity_corrections = Table(
    "severity_corrections",
    METADATA,
    _key("incident_id", ForeignKey("incidents.id")),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _must("factor", Choice(SeverityFactor)),
    _may("value", Double),
    _must("reason", HoldableText),
    _must("by", HoldableText),
    _must("typed_by", HoldableText),
    _must("at", UtcTime),
)

# The bytes of versions in Base64, one row for all that have the same SHA-256.
document_bodies = Table("document_bodies", METADATA, _key("sha256"), _must("body", Text))

messages = Table(
    "messages",
    METADATA,
    _key("id"),
    _must("incident_id", HoldableText),
    _must("kind", Choice(MessageKind)),
    _must("rung", Integer),
    _must("round", Integer),
    _must("role", HoldableText),
    _must("person", HoldableText),
    _must("target", HoldableText),
    _must("fallback", Integer),
    _must("language", HoldableText),
    _must("title", HoldableText),
    _must("body", HoldableText),
    _must("severity", HoldableText),
    _must("status", Choice(MessageStatus)),
    _must("created_at", UtcTime),
    _must("due_at", UtcTime),
    _must("next_attempt_at", UtcTime),
    _must("attempts", Integer),
    _may("sent_at", UtcTime),
    _must("error", HoldableText),
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
    _must("error", HoldableText),
)

# What people owe: computed from incidents; when each of it speaks next is what has to outlive a restart.
agenda = Table(
    "agenda",
    METADATA,
    _key("id"),
    _must("incident_id", HoldableText),
    _must("kind", Choice(AgendaKind)),
    _must("what", HoldableText),
    _must("title", HoldableText),
    _must("title_ru", HoldableText),
    _must("roles", NAMES),
    _must("not_by", NAMES),
    _must("since", UtcTime),
    _must("due_at", UtcTime),
    _must("level", Integer),
    _may("next_at", UtcTime),
    Index(None, "incident_id"),
    Index(None, "next_at"),
)

links_used = Table("links_used", METADATA, _key("token_id"), _must("at", UtcTime))

# How well each source was watched, hour by hour.
source_hours = Table(
    "source_hours",
    METADATA,
    _key("source"),
    Column("hour", UtcTime, primary_key=True),
    *(
        _must(name, BigInteger)
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
    _key("source"),
    _key("stream"),
    _key("file_id"),
    _must("path", HoldableText),
    _must("device", Text),  # unsigned 64 bits do not fit an integer column
    _must("inode", Text),
    _must("head_length", BigInteger),
    _must("head_hash", HoldableText),
    _must("offset", BigInteger),
    _must("finished", Boolean),
    _may("seen_at", UtcTime),
    Column("cursor", HoldableText, nullable=False, server_default=""),
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
    Column("kind", Text, nullable=False, server_default="part"),
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

# A person's word, reviewed by another, that some work is expected: what it covers is recorded and pages nobody.
exceptions = Table(
    "exceptions",
    METADATA,
    _key("id"),
    _must("actor_id", HoldableText),
    _must("what", HoldableText),
    _must("rules", NAMES),
    _must("facets", NAMES),
    _must("at_most", BigInteger),
    _must("reason", HoldableText),
    _must("asked_by", HoldableText),
    _must("asked_at", UtcTime),
    _must("reviewed_by", HoldableText),
    _may("reviewed_at", UtcTime),
    _must("starts_at", UtcTime),
    _must("ends_at", UtcTime),
    _must("ended_by", HoldableText),
    _may("ended_at", UtcTime),
    _must("told", Boolean),
    Index(None, "ends_at"),
)

# A person's order to be quiet about something until a moment.
mute_orders = Table(
    "mute_orders",
    METADATA,
    _key("id"),
    _must("kind", Choice(MutedBy)),
    _must("matchers", NAMES),
    _must("source", NAMES),
    _must("reason", HoldableText),
    _must("made_by", HoldableText),
    _must("made_at", UtcTime),
    _must("starts_at", UtcTime),
    _must("ends_at", UtcTime),
    _must("confirmed_by", HoldableText),
    _may("confirmed_at", UtcTime),
    _must("ended_by", HoldableText),
    _may("ended_at", UtcTime),
    _must("notices", Integer),
    Index(None, "ends_at"),
    Index(None, "notices"),
)

# What became of models of behaviour, one row a change.
model_changes = Table(
    "model_changes",
    METADATA,
    _key("id"),
    _must("at", UtcTime),
    _must("act", Choice(ModelAct)),
    _must("version", HoldableText),
    _must("previous", HoldableText),
    _must("by", HoldableText),
    _must("reason", HoldableText),
    _must("forced", Boolean),
    _must("figures", PAIRS),
    Index(None, "at"),
)

# People as accounts: what they sign in with, where they are signed in, who was invited, what they did with it.
person_secrets = Table(
    "person_secrets",
    METADATA,
    _key("name"),
    _must("password_hash", HoldableText),
    _may("password_at", UtcTime),
    Column("password_by", HoldableText, nullable=False, server_default=""),
    Column("password_confirmed_by", HoldableText, nullable=False, server_default=""),
    _must("code_seed", HoldableText),
    _must("code_step", BigInteger),
    _must("recovery", NAMES),
)

known_browsers = Table(
    "known_browsers",
    METADATA,
    _key("id"),
    _key("person"),
    _must("network", HoldableText),
    _must("seen_at", UtcTime),
)

failed_tries = Table(
    "failed_tries",
    METADATA,
    _key("person"),
    _key("place"),
    _must("failures", Integer),
    _must("waits", Integer),
    _may("waits_until", UtcTime),
    _must("last_at", UtcTime),
)

browser_sessions = Table(
    "browser_sessions",
    METADATA,
    _key("id"),
    _must("person", HoldableText),
    _must("proven_by", HoldableText),
    _must("address", HoldableText),
    _must("second_factor", Boolean),
    _must("made_at", UtcTime),
    _must("seen_at", UtcTime),
    _must("ends_at", UtcTime),
    _may("ended_at", UtcTime),
    Index(None, "person"),
)

invitations = Table(
    "invitations",
    METADATA,
    _key("id"),
    _must("person", HoldableText),
    _must("use", Choice(InvitationUse)),
    _must("made_by", HoldableText),
    _must("made_at", UtcTime),
    _must("ends_at", UtcTime),
    _may("used_at", UtcTime),
    Index(None, "person"),
)

case_invitations = Table(
    "case_invitations",
    METADATA,
    _key("incident_id", ForeignKey("incidents.id")),
    _key("person"),
    _must("by", HoldableText),
    _must("at", UtcTime),
    _must("reason", HoldableText),
)

# Who said that two incidents are one, and what the other was before.
case_merges = Table(
    "case_merges",
    METADATA,
    _key("incident_id", ForeignKey("incidents.id")),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _must("into_id", HoldableText),
    _must("at", UtcTime),
    _must("by", HoldableText),
    _must("reason", HoldableText),
    _must("alert_ids", NAMES),
    _must("status", Choice(IncidentStatus)),
    _must("opened_at", UtcTime),
    _may("became_at", UtcTime),
    _must("severity", Choice(Severity)),
    _must("kind", Choice(IncidentKind)),
    _must("playbook", HoldableText),
    _must("checklist", HoldableText),
    _may("named", NAMED),
    _may("ended_at", UtcTime),
    _must("ended_by", HoldableText),
    _must("ended_why", HoldableText),
)

# A step that one person has done waits for another's word: one row a step, the newest.
approvals = Table(
    "approvals",
    METADATA,
    _key("incident_id", ForeignKey("incidents.id")),
    _key("step_id"),
    _must("act", Choice(PersonAct)),
    _must("author", HoldableText),
    _must("typed_by", HoldableText),
    _must("proof", HoldableText),
    _must("data", PAIRS),
    _must("asked_at", UtcTime),
    _must("status", Choice(ApprovalStatus)),
    _must("decided_by", HoldableText),
    _may("decided_at", UtcTime),
)

access_records = Table(
    "access_records",
    METADATA,
    _key("id"),
    _must("at", UtcTime),
    _must("kind", Choice(AccessKind)),
    _must("by", HoldableText),
    _must("person", HoldableText),
    _must("incident_id", HoldableText),
    _must("count", BigInteger),
    _must("address", HoldableText),
    Index(None, "at"),
)

meta = Table("meta", METADATA, _key("key"), _must("value", HoldableText))
