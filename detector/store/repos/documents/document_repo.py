"""Documents, their versions and what was done with each, inside one transaction: rows are added and never changed.

Comes in and goes out: values of the vocabulary. Bytes are kept once for each SHA-256, which the chain covers with the
version; whoever reads them is told when they are not those that were filed.
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, func, select

from detector.errors import Problem, StoreError
from detector.schema.case.documents import DocumentHead, DocumentRecord, DocumentVersion, FiledDocument
from detector.store.db import tables
from detector.store.db.session import Session


class DocumentRepo:
    """The documents, inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, incident_id: str) -> list[FiledDocument]:
        """Return the documents of an incident (or of ``COMPANY_DOCUMENTS``), the oldest first."""
        return self._filed(tables.documents.c.incident_id == incident_id)

    def find(self, document_id: str) -> FiledDocument | None:
        """Return a document; None: none is called so."""
        return next(iter(self._filed(tables.documents.c.id == document_id)), None)

    def last_done(self) -> dict[str, datetime]:
        """Return when each thing of the calendar was done last, by name."""
        table = tables.documents
        latest = select(table.c.standing, func.max(table.c.done_at)).where(table.c.standing != "")
        found = self._session.rows(latest.group_by(table.c.standing))
        return {str(name): moment for name, moment in found if moment is not None}

    def next_number(self, incident_id: str) -> int:
        """Return the number of the next document of an incident."""
        return self._session.next_number(tables.documents, incident_id)

    def add(
        self,
        *,
        document: DocumentHead | None = None,
        version: DocumentVersion | None = None,
        body: bytes | None = None,
        record: DocumentRecord | None = None,
    ) -> None:
        """Add rows.

        Args:
            document: A new one.
            version: Of a document.
            body: Its bytes.
            record: What was done with a version.
        """
        if document is not None:
            self._session.upsert_values(tables.documents, [document], update=False)
        if version is not None and body is not None:
            self._session.upsert_values(tables.document_versions, [version], update=False)
            row = {"sha256": version.sha256, "body": b64encode(body).decode()}
            self._session.upsert(tables.document_bodies, [row], update=False)
        if record is not None:
            self._session.upsert_values(tables.document_records, [record], update=False)

    def body(self, version: DocumentVersion) -> bytes:
        """Return the bytes of a version.

        Raises:
            StoreError: They are gone, or are not those that were filed.
        """
        found = self._read(version.sha256)
        if found is None or sha256(found).hexdigest() != version.sha256:
            what = f"version {version.version} of {version.document_id} is not what was filed"
            raise StoreError(Problem(what=what, fix="see what else was altered: nabat verify"))
        return found

    def altered(self) -> Iterator[DocumentVersion]:
        """Yield the versions whose bytes are gone, or are not those that were filed; one body at a time in memory."""
        table = tables.document_versions
        for version in self._session.values(
            DocumentVersion, select(table).order_by(table.c.incident_id, table.c.document_id, table.c.version)
        ):
            try:
                self.body(version)
            except StoreError:
                yield version

    def _read(self, digest: str) -> bytes | None:
        table = tables.document_bodies
        found = self._session.one(select(table.c.body).where(table.c.sha256 == digest))
        try:
            return None if found is None else b64decode(str(found[0]), validate=True)
        except (Base64Error, ValueError):
            return None

    def _filed(self, which: ColumnElement[bool]) -> list[FiledDocument]:
        document, version, record = tables.documents, tables.document_versions, tables.document_records
        found = self._session.values(
            DocumentHead, select(document).where(which).order_by(document.c.incident_id, document.c.number)
        )
        ids = [each.id for each in found]
        versions: dict[str, list[DocumentVersion]] = defaultdict(list)
        records: dict[str, list[DocumentRecord]] = defaultdict(list)
        for one in self._session.by_key(DocumentVersion, version.c.document_id, ids):
            versions[one.document_id].append(one)
        for done in self._session.by_key(DocumentRecord, record.c.document_id, ids):
            records[done.document_id].append(done)
        return [
            FiledDocument(
                document=each,
                versions=tuple(sorted(versions[each.id], key=lambda one: one.version)),
                records=tuple(sorted(records[each.id], key=lambda done: done.number)),
            )
            for each in found
            if versions[each.id]
        ]
