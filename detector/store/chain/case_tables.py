"""Which tables are a case's, so that every change of their rows is recorded; which are not, and why.

Comes in: the tables. Goes out: ``CASE_TABLES`` and ``NOT_COVERED``. Every table stands in one of the two (a test fails
otherwise), and of a case's table every column is covered that is not named with a reason: who adds one has it covered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import Column, Table

from detector.store.db import tables


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CaseTable:
    """A table whose rows the chain covers.

    Attributes:
        table: It.
        owner: The column that names the incident, where ``through`` does not lead further; None: the rows belong to no
            case and are recorded as the company's.
        through: The key that ``owner`` refers to, and the column beside it that names the incident.
        hashed: Columns recorded by their SHA-256 only, for they are rewritten often and grow long.
        excluded: Columns that are not covered, each with the reason.
    """

    table: Table
    owner: str | None = None
    through: tuple[Column[str], Column[str]] | None = None
    hashed: tuple[str, ...] = ()
    excluded: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell its rows apart."""
        return _key_of(self)

    @property
    def covered(self) -> tuple[str, ...]:
        """The columns that are recorded; those of the key name the row and are not repeated."""
        return _covered_of(self)


@cache
def _key_of(case: CaseTable) -> tuple[str, ...]:
    return tuple(str(column.name) for column in case.table.primary_key.columns)


@cache
def _covered_of(case: CaseTable) -> tuple[str, ...]:
    names = (str(column.name) for column in case.table.columns)
    return tuple(name for name in names if name not in case.excluded and name not in case.key)


CASE_TABLES: Mapping[str, CaseTable] = {
    str(each.table.name): each
    for each in (
        CaseTable(table=tables.incidents, owner="id"),
        CaseTable(table=tables.steps, owner="incident_id"),
        CaseTable(table=tables.entries, owner="incident_id"),
        CaseTable(table=tables.duties, owner="incident_id"),
        CaseTable(table=tables.case_facts, owner="incident_id"),
        CaseTable(table=tables.frozen_parts),
        CaseTable(table=tables.alerts, owner="incident_id", hashed=("finding_ids", "addresses")),
        CaseTable(table=tables.messages, owner="incident_id"),
        CaseTable(
            table=tables.deliveries,
            owner="message_id",
            through=(tables.messages.c.id, tables.messages.c.incident_id),
        ),
        CaseTable(table=tables.evidence_segments, owner="incident_id"),
        CaseTable(table=tables.evidence_states, owner="incident_id"),
        CaseTable(table=tables.custody, owner="incident_id"),
        CaseTable(table=tables.scope_versions, owner="incident_id"),
        CaseTable(table=tables.client_imports, owner="incident_id"),
        CaseTable(table=tables.approvals, owner="incident_id"),
        CaseTable(table=tables.severity_corrections, owner="incident_id"),
        CaseTable(table=tables.documents, owner="incident_id"),
        CaseTable(table=tables.document_versions, owner="incident_id"),
        CaseTable(table=tables.document_records, owner="incident_id"),
        CaseTable(table=tables.notice_words, owner="incident_id"),
        CaseTable(table=tables.notice_drafts, owner="incident_id", hashed=("fields",)),
        CaseTable(table=tables.mailings, owner="incident_id"),
        CaseTable(table=tables.sending_orders, owner="incident_id"),
        CaseTable(table=tables.letter_holds, owner="incident_id"),
        CaseTable(table=tables.client_calls, owner="incident_id"),
        CaseTable(table=tables.corrective_actions, owner="incident_id"),
        CaseTable(table=tables.investigation_words, owner="incident_id"),
        CaseTable(table=tables.case_costs, owner="incident_id"),
        CaseTable(table=tables.case_invitations, owner="incident_id"),
        CaseTable(table=tables.case_merges, owner="incident_id"),
        CaseTable(table=tables.role_assignments, owner="incident_id"),
        # Whoever wrote may ask to be forgotten: what they said is recorded by its hash only.
        CaseTable(table=tables.outside_reports, hashed=("sender", "text", "clients", "file_name")),
        CaseTable(table=tables.report_records),
        CaseTable(table=tables.drills),
        CaseTable(table=tables.drill_injects),
        CaseTable(table=tables.channel_tests),
        CaseTable(table=tables.reviewed_texts),
        CaseTable(table=tables.access_records),
        CaseTable(table=tables.exceptions),
        CaseTable(table=tables.mute_orders),
        CaseTable(table=tables.model_changes),
    )
}

NOT_COVERED: Mapping[str, str] = {
    "agenda": "computed from cases each time one changes; holds only when each of it speaks next",
    "document_bodies": "bytes of documents, each compared with its SHA-256 in the row of its version, which is covered",
    "letters": "where each letter stands, rewritten with each step of its way; what became of all is on the timeline",
    "given_codes": "hashes of codes and clients; the codes stand in the files of mailings, whose hashes are covered",
    "findings": "detection's own account, rewritten while it goes on and made anew from the lines by a replay",
    "alert_addresses": "an index of the addresses that stand in alerts",
    "links_used": "only that a link was used; what was done by it is an entry of the timeline",
    "person_secrets": "hashes and seeds that people sign in with; that one was set is an access record",
    "known_browsers": "in which browsers people signed in before, by hashes; that they signed in are access records",
    "failed_tries": "how often signing in failed where, forgotten after a day; each failure is an access record",
    "browser_sessions": "where people are signed in now; that they did and were signed out are access records",
    "invitations": "hashes of links to set a password; that one was made is an access record",
    "readiness_scores": "counted each day from what is kept elsewhere",
    "positions": "how far logs were read",
    "source_hours": "what was measured of sources, not of a case: the export of a case holds what it says of its hours",
    "journal_parts": "files of the access journal, each with its own SHA-256 in its row",
    "snapshots": "files of the detection state, each with its own SHA-256 in its row",
    "meta": "numbers the store keeps for itself, and figures of sources",
    "chain": "the chain itself: each of its rows is covered by the next, the newest by the heads kept elsewhere",
}
