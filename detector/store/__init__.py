"""The database behind the stages' protocols, the access journal, and the snapshots of the detection state.

Comes in: decisions, event frames, state tables. Goes out: the same again after any crash.
Nothing here decides anything.
"""

from detector.store.attachment_files import ATTACHMENTS, AttachmentFiles
from detector.store.chain.verification import case_differences, chain_differences, heads_since, newest_head
from detector.store.client_list_files import ClientListFiles
from detector.store.company_query import query_as_csv
from detector.store.database import Store
from detector.store.db.engine import parse as parse_database_url
from detector.store.fingerprinted_files import WrittenFile
from detector.store.journal.access_journal import Anyone, Journal
from detector.store.journal.client_rows import UNTOLD, client_rows
from detector.store.journal.companion_query import (
    EXPLAINED,
    NEIGHBOUR,
    NOBODY,
    IncidentSpan,
    opened_clients,
    places_of,
    seen_at,
)
from detector.store.journal.journal_buffer import JournalBuffer
from detector.store.journal.journal_schema import LINE_KEY
from detector.store.journal.journal_slice import JournalSlice, TouchSource
from detector.store.journal.records_by_subject import records_by_label
from detector.store.journal.retro_query import RetroAsked, RetroTouches, hashed, retro_touches
from detector.store.journal.returned_touches import RETURNED_DATA
from detector.store.journal.scope_query import (
    Reach,
    class_subjects,
    client_touches,
    compute_scope,
    compute_scopes,
    csv_bytes,
    reached,
    safe_cells,
    scopes_and_subjects,
    slices,
    subject_ids,
    subjects_table,
    touched_lines,
    touched_records,
    touching,
    write_csv,
    write_text,
)
from detector.store.journal.touch_query import (
    touch_summary,
    touched_clients,
    unexplained_pairs,
    unexplained_touchers,
    who_touched,
)
from detector.store.mailing_files import MailingFiles
from detector.store.segment_files import SegmentFiles
from detector.store.snapshots import Snapshot, Snapshots
from detector.store.unit_of_work import StoreCounts, UnitOfWork, WriteCounts

__all__ = [
    "ATTACHMENTS",
    "EXPLAINED",
    "LINE_KEY",
    "NEIGHBOUR",
    "NOBODY",
    "RETURNED_DATA",
    "UNTOLD",
    "Anyone",
    "AttachmentFiles",
    "ClientListFiles",
    "IncidentSpan",
    "Journal",
    "JournalBuffer",
    "JournalSlice",
    "MailingFiles",
    "Reach",
    "RetroAsked",
    "RetroTouches",
    "SegmentFiles",
    "Snapshot",
    "Snapshots",
    "Store",
    "StoreCounts",
    "TouchSource",
    "UnitOfWork",
    "WriteCounts",
    "WrittenFile",
    "case_differences",
    "chain_differences",
    "class_subjects",
    "client_rows",
    "client_touches",
    "compute_scope",
    "compute_scopes",
    "csv_bytes",
    "hashed",
    "heads_since",
    "newest_head",
    "opened_clients",
    "parse_database_url",
    "places_of",
    "query_as_csv",
    "reached",
    "records_by_label",
    "retro_touches",
    "safe_cells",
    "scopes_and_subjects",
    "seen_at",
    "slices",
    "subject_ids",
    "subjects_table",
    "touch_summary",
    "touched_clients",
    "touched_lines",
    "touched_records",
    "touching",
    "unexplained_pairs",
    "unexplained_touchers",
    "who_touched",
    "write_csv",
    "write_text",
]
