"""Every table, column by column: the vocabulary as rows.

Comes in: nothing. Goes out: ``METADATA`` and the tables. A column is named as the attribute it holds, so that a row is
a value; what differs is said at the column. Changing anything here needs a migration (a test compares the two).
"""

from detector.store.db.tables.detection_tables import (
    alert_addresses,
    alerts,
    exceptions,
    findings,
    model_changes,
    mute_orders,
)
from detector.store.db.tables.evidence_tables import (
    chain,
    client_imports,
    custody,
    document_bodies,
    document_records,
    document_versions,
    documents,
    evidence_segments,
    evidence_states,
    scope_versions,
)
from detector.store.db.tables.incident_tables import (
    agenda,
    approvals,
    case_facts,
    case_invitations,
    case_merges,
    duties,
    entries,
    frozen_parts,
    incidents,
    role_assignments,
    severity_corrections,
    steps,
)
from detector.store.db.tables.reading_tables import journal_parts, meta, positions, snapshots, source_hours
from detector.store.db.tables.table_parts import METADATA
from detector.store.db.tables.team_tables import (
    access_records,
    browser_sessions,
    deliveries,
    failed_tries,
    invitations,
    known_browsers,
    links_used,
    messages,
    person_secrets,
)

__all__ = [
    "METADATA",
    "access_records",
    "agenda",
    "alert_addresses",
    "alerts",
    "approvals",
    "browser_sessions",
    "case_facts",
    "case_invitations",
    "case_merges",
    "chain",
    "client_imports",
    "custody",
    "deliveries",
    "document_bodies",
    "document_records",
    "document_versions",
    "documents",
    "duties",
    "entries",
    "evidence_segments",
    "evidence_states",
    "exceptions",
    "failed_tries",
    "findings",
    "frozen_parts",
    "incidents",
    "invitations",
    "journal_parts",
    "known_browsers",
    "links_used",
    "messages",
    "meta",
    "model_changes",
    "mute_orders",
    "person_secrets",
    "positions",
    "role_assignments",
    "scope_versions",
    "severity_corrections",
    "snapshots",
    "source_hours",
    "steps",
]
