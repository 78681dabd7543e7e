"""What the pages need of letters to clients; ``detector.runtime.incidents.letters.letter_orders`` meets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from detector.schema.letters.mailings import Letter, Mailing, MailingKind, MailingProgress
from detector.schema.letters.sending_orders import SendingOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersView:
    """How the letters of a case stand: figures, no client.

    Attributes:
        mailings / orders: The oldest first.
        troubles: By mailing what kept letters that are planned still from being sent: codes, and how many.
        unknown: Letters of which it is not known whether they were sent, for whoever may say so.
        earliest: From when on a letter that tells of a first one can be sent; None: it tells of none, or none was sent.
    """

    mailings: tuple[MailingProgress, ...]
    orders: tuple[SendingOrder, ...]
    troubles: Mapping[int, tuple[tuple[str, int], ...]]
    unknown: tuple[Letter, ...]
    earliest: Mapping[MailingKind, datetime | None]

    def standing(self, kind: MailingKind) -> SendingOrder | None:
        """Return the order by which the service sends a letter; None: there is none."""
        return next((each for each in self.orders if each.kind is kind and each.stands), None)


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
