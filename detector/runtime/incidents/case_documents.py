"""What is kept of a case and of those that go on in it: documents, words and drafts of notices.

Comes in: a transaction, a case. Goes out: rows as they are kept, of all of them.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from detector.schema.case.documents import FiledDocument
from detector.schema.notices.notice_fields import NoticeDraft, NoticeWord
from detector.store import UnitOfWork

Kept = TypeVar("Kept", NoticeWord, NoticeDraft)


def documents_of(unit: UnitOfWork, incident_id: str) -> list[FiledDocument]:
    """Return the documents of an incident, the oldest first, and behind them those of incidents that go on in it."""
    cases = (incident_id, *unit.incidents.gone_into(incident_id))
    return [filed for each in cases for filed in unit.documents.of(each)]


def kept_of(unit: UnitOfWork, incident_id: str, read: Callable[[str], Sequence[Kept]]) -> list[Kept]:
    """Return what an incident keeps, and what those keep that go on in it, the oldest first."""
    cases = (incident_id, *unit.incidents.gone_into(incident_id))
    return sorted((each for case in cases for each in read(case)), key=lambda each: each.at)
