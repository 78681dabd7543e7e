"""When the service last looked into the mailbox that letters come back to, and what came of it."""

from datetime import datetime
from typing import Final, NamedTuple

MAILBOX_LOOK: Final = "letters-imap"
"""Under which name it is kept."""


class MailboxLook(NamedTuple):
    """The last look.

    Attributes:
        at: When. code: Why it could not be read; empty: it could.
    """

    at: datetime
    code: str = ""

    @classmethod
    def of(cls, text: str) -> "MailboxLook | None":
        """Return a look that was written down; None: there was none."""
        at, _, code = text.partition(" ")
        return cls(datetime.fromisoformat(at), code) if at else None

    def __str__(self) -> str:
        return f"{self.at.isoformat()} {self.code}".strip()
