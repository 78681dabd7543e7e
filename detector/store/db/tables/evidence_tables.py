"""What proves a case: the chain over it, raw lines, versions of scopes, documents, and what came from outside."""

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Table, Text, UniqueConstraint

from detector.schema.case.documents import DocumentAct, DocumentKind
from detector.schema.case.evidence_archive import CustodyAct
from detector.schema.outside.outside_reports import ReportAct, ReportKind, ReportWay
from detector.store.db.column_types import Choice, HoldableText, UtcTime
from detector.store.db.tables.table_parts import (
    FIELDS,
    METADATA,
    NAMES,
    PAIRS,
    REASONS,
    SCOPE,
    key,
    may,
    must,
    number,
    of_incident,
)

# Every change of what belongs to a case, hashed with all before it (``store.chain``).
chain = Table(
    "chain",
    METADATA,
    number(),
    must("incident_id", HoldableText),
    must("sequence", BigInteger),
    must("at", UtcTime),
    must("kind", HoldableText),
    must("by", HoldableText),
    must("data", HoldableText),
    must("previous", HoldableText),
    must("previous_all", HoldableText),
    must("hash", HoldableText),
    UniqueConstraint("incident_id", "sequence"),
)

# The archives of raw lines: their files, how far each is, and what was done with it.
evidence_segments = Table(
    "evidence_segments",
    METADATA,
    of_incident(),
    number(),
    must("path", Text),
    must("lines", BigInteger),
    must("bytes", BigInteger),
    must("raw_bytes", BigInteger),
    must("sha256", Text),
    must("first_at", UtcTime),
    must("last_at", UtcTime),
    must("taken_at", UtcTime),
    must("collector", HoldableText),
)

evidence_states = Table(
    "evidence_states",
    METADATA,
    of_incident(),
    must("version", BigInteger),
    must("wanted", BigInteger),
    must("held", BigInteger),
    must("missing", PAIRS),
    must("at", UtcTime),
)

custody = Table(
    "custody",
    METADATA,
    of_incident(),
    number(),
    must("at", UtcTime),
    must("by", HoldableText),
    must("act", Choice(CustodyAct)),
    must("detail", HoldableText),
)

# States of scopes that differed, each with what differs from the one before; the clients lie in files.
scope_versions = Table(
    "scope_versions",
    METADATA,
    of_incident(),
    number(),
    must("at", UtcTime),
    must("by", HoldableText),
    must("why", REASONS),
    must("digest", Text),
    must("added", BigInteger),
    must("removed", BigInteger),
    must("scope", SCOPE),
    must("actors", NAMES),
    must("imports", NAMES),
    must("whole", Boolean),
    must("path", Text),
    must("sha256", Text),
    must("bytes", BigInteger),
)

# Lists of clients that people brought to a case; the ids lie in files.
client_imports = Table(
    "client_imports",
    METADATA,
    of_incident(),
    number(),
    must("at", UtcTime),
    *(must(name, HoldableText) for name in ("by", "source", "reason", "file_name", "file_sha256")),
    must("clients", BigInteger),
    must("path", Text),
    must("sha256", Text),
    must("bytes", BigInteger),
    may("removed_at", UtcTime),
    must("removed_by", HoldableText),
    must("removed_reason", HoldableText),
)

# What people file of incidents and of the company: a row, a version, an act are added and never changed.
documents = Table(
    "documents",
    METADATA,
    key("id"),
    must("incident_id", HoldableText),
    must("number", BigInteger),
    must("kind", Choice(DocumentKind)),
    must("language", HoldableText),
    must("title", HoldableText),
    must("duty", HoldableText),
    must("standing", HoldableText),
    may("done_at", UtcTime),
    must("two_persons", Boolean),
    must("names_clients", Boolean),
    must("made_by", HoldableText),
    must("made_at", UtcTime),
    Index(None, "incident_id"),
    Index(None, "standing"),
)

document_versions = Table(
    "document_versions",
    METADATA,
    key("document_id", ForeignKey("documents.id")),
    number("version"),
    must("incident_id", HoldableText),
    must("media_type", HoldableText),
    must("bytes", BigInteger),
    must("sha256", HoldableText),
    must("author", HoldableText),
    must("typed_by", HoldableText),
    must("at", UtcTime),
    must("note", HoldableText),
)

document_records = Table(
    "document_records",
    METADATA,
    key("document_id", ForeignKey("documents.id")),
    number(),
    must("incident_id", HoldableText),
    must("version", BigInteger),
    must("act", Choice(DocumentAct)),
    must("by", HoldableText),
    must("typed_by", HoldableText),
    must("at", UtcTime),
    must("happened_at", UtcTime),
    must("place", HoldableText),
    must("reference", HoldableText),
    must("reason", HoldableText),
)

# What people write into fields of notices, and what each version of a notice was made of.
notice_words = Table(
    "notice_words",
    METADATA,
    of_incident(),
    number(),
    *(must(name, HoldableText) for name in ("duty", "field", "value", "reason", "by", "typed_by")),
    must("at", UtcTime),
)

notice_drafts = Table(
    "notice_drafts",
    METADATA,
    key("document_id", ForeignKey("documents.id")),
    number("version"),
    must("incident_id", HoldableText),
    must("duty", HoldableText),
    must("language", HoldableText),
    must("scope_version", BigInteger),
    must("template", HoldableText),
    must("fields", FIELDS),
    must("at", UtcTime),
    Index(None, "incident_id"),
)

# The bytes of versions in Base64, one row for all that have the same SHA-256.
document_bodies = Table("document_bodies", METADATA, key("sha256"), must("body", Text))

# What came from outside, and what became of it: rows are added and never changed.
outside_reports = Table(
    "outside_reports",
    METADATA,
    key("id"),
    must("kind", Choice(ReportKind)),
    must("way", Choice(ReportWay)),
    must("received_at", UtcTime),
    must("recorded_at", UtcTime),
    *(must(name, HoldableText) for name in ("by", "sender", "text", "language")),
    must("clients", NAMES),
    must("source", HoldableText),
    must("about", NAMES),
    *(must(name, HoldableText) for name in ("file_name", "file_path", "file_sha256")),
    must("file_bytes", BigInteger),
)

report_records = Table(
    "report_records",
    METADATA,
    key("report_id", ForeignKey("outside_reports.id")),
    number(),
    must("at", UtcTime),
    must("act", Choice(ReportAct)),
    *(must(name, HoldableText) for name in ("by", "incident_id", "reason")),
    Index(None, "incident_id"),
)
