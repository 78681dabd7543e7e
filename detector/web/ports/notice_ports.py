"""What the pages need of notices; ``detector.runtime.incidents.notices.notice_desk`` meets it."""

from typing import TYPE_CHECKING, Protocol

from detector.incident.notices.notice_values import MadeNotice, NoticeStanding
from detector.schema.case.documents import FiledDocument

if TYPE_CHECKING:
    from detector.rendering import RichText


class NoticesPort(Protocol):
    """The looks and acts of one person on notices; errors are ``detector.errors``'."""

    def of(self, ref: str, language: str = "") -> list[NoticeStanding]:
        """Return the notices of a case: one for each duty, then the forms."""
        ...

    def one(self, ref: str, name: str, language: str = "") -> NoticeStanding:
        """Return one of them; ``NotFoundError`` when none is called so, for this person."""
        ...

    def text(self, made: MadeNotice) -> "RichText":
        """Return its text; ``InputError`` when the template cannot be filled in."""
        ...

    def draft(self, ref: str, name: str, language: str = "") -> FiledDocument:
        """File it as it stands now; ``ConflictError`` when the newest version says the same."""
        ...

    def write(self, ref: str, name: str, field: str, value: str, *, reason: str) -> NoticeStanding | None:
        """Write into a field of it."""
        ...
