"""What people write into notices, and what each version of one was made of, inside one transaction; rows are added.

Comes in and goes out: values of the vocabulary.
"""

from datetime import datetime

from sqlalchemy import func, select

from detector.schema.notices.notice_fields import NoticeDraft, NoticeWord
from detector.store.db import tables
from detector.store.db.session import Session


class NoticeRepo:
    """Notices, inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def words(self, incident_id: str) -> tuple[NoticeWord, ...]:
        """Return all that was written into notices of an incident, the oldest first."""
        return tuple(self._session.numbered(NoticeWord, tables.notice_words, incident_id))

    def next_number(self, incident_id: str) -> int:
        """Return the number of the next of them."""
        return self._session.next_number(tables.notice_words, incident_id)

    def drafts(self, incident_id: str) -> tuple[NoticeDraft, ...]:
        """Return what the versions of an incident's notices were made of, the oldest first."""
        table = tables.notice_drafts
        wanted = select(table).where(table.c.incident_id == incident_id).order_by(table.c.at, table.c.version)
        return tuple(self._session.values(NoticeDraft, wanted))

    def last_drafted(self, incident_id: str, duty: str) -> datetime | None:
        """Return when a version of a notice was filed last, drafted or revised by hand; None: never."""
        draft, version = tables.notice_drafts.c, tables.document_versions.c
        wanted = select(func.max(version.at)).where(
            version.document_id == draft.document_id, draft.incident_id == incident_id, draft.duty == duty
        )
        found = self._session.one(wanted)
        return found[0] if found else None

    def add(self, *, word: NoticeWord | None = None, draft: NoticeDraft | None = None) -> None:
        """Add rows."""
        if word is not None:
            self._session.upsert_values(tables.notice_words, [word], update=False)
        if draft is not None:
            self._session.upsert_values(tables.notice_drafts, [draft], update=False)
