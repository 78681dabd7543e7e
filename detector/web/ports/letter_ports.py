"""What the pages need of letters to clients; ``detector.runtime.incidents.letters.letter_desk`` meets it."""

from typing import Protocol

from detector.schema.letters.mailings import Mailing, MailingKind, MailingProgress


class LettersPort(Protocol):
    """The looks and acts of one person on letters; errors are ``detector.errors``'."""

    def status(self, ref: str) -> list[MailingProgress]:
        """Return the mailings of a case with how far each is, the oldest first."""
        ...

    def counted(self, ref: str, kind: MailingKind, language: str) -> list[str]:
        """Return what letters would come to, a line each; ``ConfigError`` when contacts, texts or codes are wrong."""
        ...

    def plan_and_file(self, ref: str, kind: MailingKind) -> Mailing:
        """File a plan, so that two others can approve it; ``ConflictError`` when there is nobody to write to."""
        ...
