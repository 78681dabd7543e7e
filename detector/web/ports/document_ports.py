"""What the pages need of documents; ``detector.runtime.incidents.documents.document_desk`` meets it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from detector.incident.claims.document_remarks import DocumentRemark
from detector.schema.case.agenda import AgendaItem
from detector.schema.case.documents import DocumentVersion, FiledDocument, NewDocument
from detector.schema.team.grants import PersonAct


@dataclass(frozen=True, slots=True)
class StandingThing:
    """Something that comes round by the calendar, whose it is (empty: nobody can be reached), when it was done last."""

    item: AgendaItem
    owner: str
    done_at: datetime | None


class DocumentsPort(Protocol):
    """The looks and acts of one person on documents; errors are ``detector.errors``'."""

    def all(self, limit: int) -> list[FiledDocument]:
        """Return the company's documents and those of the newest incidents that the person may look at."""
        ...

    def show(self, document_id: str) -> FiledDocument:
        """Return a document; ``NotFoundError`` when none is called so, for this person."""
        ...

    def may(self, filed: FiledDocument | None = None) -> frozenset[PersonAct]:
        """Return what the person may do with it; without one, with the company's documents."""
        ...

    def body(self, document_id: str, version: int | None = None) -> tuple[DocumentVersion, bytes]:
        """Return a version and its bytes; ``StoreError`` when they are not what was filed."""
        ...

    def differences(self, document_id: str, old: int | None = None, new: int | None = None) -> list[str]:
        """Return how two versions of a text differ."""
        ...

    def add(self, ref: str, new: NewDocument) -> FiledDocument:
        """File a document of an incident."""
        ...

    def standing(self) -> list[StandingThing]:
        """Return what comes round by the calendar, the first due first."""
        ...

    def record_done(self, name: str, *, media_type: str, body: bytes, at: datetime | None = None) -> FiledDocument:
        """Record that something of it was done, and what shows it."""
        ...

    def revise(self, document_id: str, *, media_type: str, body: bytes, note: str) -> FiledDocument:
        """File the next version."""
        ...

    def remarks(self, document_id: str, language: str = "") -> Sequence[DocumentRemark]:
        """Return what is to be said of the newest version before it is approved or sent."""
        ...

    def approve(
        self, document_id: str, *, version: int | None = None, reason: str = "", language: str = ""
    ) -> FiledDocument:
        """Approve a version; ``ConflictError`` says why this person's word is no second one, or what contradicts."""
        ...

    def sent(
        self,
        document_id: str,
        *,
        to: str,
        at: datetime | None = None,
        version: int | None = None,
        reason: str = "",
        language: str = "",
    ) -> FiledDocument:
        """Record that a version was sent; ``ConflictError`` when it is not approved, or what contradicts."""
        ...

    def receipt(
        self,
        document_id: str,
        *,
        number: str,
        at: datetime | None = None,
        version: int | None = None,
        reason: str = "",
    ) -> FiledDocument:
        """Record the receipt of what was sent; the duty it was written for ends."""
        ...
