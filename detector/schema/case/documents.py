"""Documents: notices, letters, reports, reviews, records of drills; their versions, and what was done with each.

Comes in: nothing. Goes out: values. A document's row, its versions and its acts are written once and never changed; the
bytes of a version are known by their SHA-256.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

COMPANY_DOCUMENTS: Final = "company"
"""Where an incident's id would stand of what is about no incident: a review of the plan, the record of a drill."""
MAX_BODY: Final = 16 * 1024 * 1024
"""Bytes that a version has at most."""


class DocumentKind(StrEnum):
    """What a document is: the closed list. ``WITHDRAWAL``: that what others were told of was no breach."""

    NOTICE = "notice"
    LETTER = "letter"
    FAQ = "faq"
    REPORT = "report"
    REVIEW = "review"
    DRILL_RECORD = "drill_record"
    TRAINING_RECORD = "training_record"
    PLAN = "plan"
    WITHDRAWAL = "withdrawal"


LEAVING: Final = frozenset({DocumentKind.NOTICE, DocumentKind.LETTER, DocumentKind.WITHDRAWAL})
"""Kinds that speak for the company to others: two people stand behind each version before it is sent."""
TWO_PERSONS: Final = LEAVING | {DocumentKind.PLAN}
"""Kinds of which another person approves each version, whoever files them."""


TEMPLATE_REVIEW: Final = "template_review"
"""What of the calendar is a review of the templates: it holds of each as it was then."""
STANDING_KINDS: Final = {
    "plan_review": DocumentKind.REVIEW,
    "roster_check": DocumentKind.REVIEW,
    "drill": DocumentKind.DRILL_RECORD,
    "training": DocumentKind.TRAINING_RECORD,
    TEMPLATE_REVIEW: DocumentKind.REVIEW,
    "data_map": DocumentKind.REVIEW,
}
"""What shows that something of the calendar was done, by its name."""


class DocumentAct(StrEnum):
    """What was done with a version."""

    APPROVED = "approved"
    SENT = "sent"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """What somebody wants to file; the one form in which the store takes a document, whoever wrote it.

    Attributes:
        kind: What it is.
        language: ISO 639-1, two small letters.
        title: As people call it.
        media_type: Of the first version: ``text/markdown``.
        body: Its bytes.
        duty: ``law/stage`` (or the stage alone) that it fulfils once there is a receipt; empty: none.
        standing: What comes round by the calendar and was done, as it shows; empty: nothing.
        done_at: When that was.
        two_persons: Another person has to approve each version before it is sent; of notices, letters and plans always.
        names_clients: It may be read only by who may see client numbers, and that it was read is recorded; letters
            always.
    """

    kind: DocumentKind
    language: str
    title: str
    media_type: str
    body: bytes
    duty: str = ""
    standing: str = ""
    done_at: datetime | None = None
    two_persons: bool = False
    names_clients: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentHead:
    """A document as it was begun; what it says stands in its versions.

    Attributes:
        id: The incident's number, or ``company``, and how many there were: ``20260302-7f3a1c-d2``.
        incident_id: Of which incident; ``COMPANY_DOCUMENTS``: none.
        number: In its place, from 1.
        made_by / made_at: Who filed it, and when.
    """

    id: str
    incident_id: str
    number: int
    kind: DocumentKind
    language: str
    title: str
    duty: str = ""
    standing: str = ""
    done_at: datetime | None = None
    two_persons: bool = False
    names_clients: bool = False
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentVersion:
    """One version.

    Attributes:
        version: From 1.
        media_type: Of the body. bytes: how long it is. sha256: of the body, hexadecimal.
        author: Whose version it is. typed_by: who filed it for them; empty: they themselves.
        note: What changed, in words.
    """

    document_id: str
    version: int
    incident_id: str
    media_type: str
    bytes: int
    sha256: str
    author: str
    typed_by: str = ""
    at: datetime
    note: str = ""

    @property
    def people(self) -> frozenset[str]:
        """Everybody whose word it is."""
        return frozenset((self.author, self.typed_by)) - {""}

    @property
    def is_text(self) -> bool:
        """Whether people can read it as it is."""
        return self.media_type.startswith("text/")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRecord:
    """What was done with a version, once.

    Attributes:
        number: In the document, from 1.
        by: Whose word it is. typed_by: who gave it for them.
        at: When it was recorded. happened_at: when it was sent, or the receipt came.
        place: To whom it was sent, and how. reference: number of the receipt, or where that is kept.
        reason: Why an earlier receipt is corrected; of an approval or a sending why, though it contradicts the case.
    """

    document_id: str
    number: int
    incident_id: str
    version: int
    act: DocumentAct
    by: str
    typed_by: str = ""
    at: datetime
    happened_at: datetime
    place: str = ""
    reference: str = ""
    reason: str = ""

    @property
    def people(self) -> frozenset[str]:
        """Everybody whose word it is."""
        return frozenset((self.by, self.typed_by)) - {""}


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledDocument:
    """A document with all that is known of it but its bytes."""

    document: DocumentHead
    versions: tuple[DocumentVersion, ...]
    records: tuple[DocumentRecord, ...] = ()

    @property
    def id(self) -> str:
        """What people call it by."""
        return self.document.id

    @property
    def newest(self) -> DocumentVersion:
        """The newest version."""
        return self.versions[-1]

    def version(self, number: int) -> DocumentVersion | None:
        """Return a version by its number; None: there is none."""
        return next((each for each in self.versions if each.version == number), None)

    def done(self, act: DocumentAct, version: int | None = None) -> tuple[DocumentRecord, ...]:
        """Return what was done of a kind, with one version or with all, the oldest first."""
        return tuple(each for each in self.records if each.act == act and version in (None, each.version))

    def agreed_at(self, version: int) -> datetime | None:
        """Return when a second person's word on a version was there; None: it still is not."""
        found = self.version(version)
        return None if found is None else second_word_at(found, self.done(DocumentAct.APPROVED, version))

    @property
    def waits(self) -> bool:
        """Whether the newest version may not be sent yet."""
        return self.document.two_persons and self.agreed_at(self.newest.version) is None


def second_word_at(version: DocumentVersion, approvals: Iterable[DocumentRecord]) -> datetime | None:
    """Return when somebody approved a version who is none of those whose version it is; None: nobody has."""
    return next((each.at for each in approvals if not each.people & version.people), None)
