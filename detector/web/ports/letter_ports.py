"""What the pages need of letters to clients; ``detector.runtime.incidents.letters.letter_orders`` meets it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from detector.schema.letters.mailbox_look import MailboxLook
from detector.schema.letters.mailings import (
    ClientLetters,
    Letter,
    LetterHold,
    LetterState,
    Mailing,
    MailingKind,
    MailingProgress,
)
from detector.schema.letters.sending_orders import SendingOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersView:
    """How the letters of a case stand: figures, no client.

    Attributes:
        mailings / orders: The oldest first.
        theirs: Those of cases that go on in this one, and the number of each case.
        into: The number of the case in which this one goes on; empty: in none.
        told: How the clients stand with the first letter. holds: to how many of them letters are held back.
        troubles: By mailing what kept letters that are planned still from being sent: codes, and how many.
        unknown: Letters of which it is not known whether they were sent, for whoever may say so.
        box: A mailbox is named that letters come back to. looked: when the service last looked into it; None: it has
            not.
        earliest: From when on a letter that tells of a first one can be sent; None: it tells of none, or none was sent.
    """

    mailings: tuple[MailingProgress, ...]
    theirs: tuple[tuple[str, MailingProgress], ...]
    into: str
    told: ClientLetters
    holds: int
    orders: tuple[SendingOrder, ...]
    troubles: Mapping[int, tuple[tuple[str, int], ...]]
    unknown: tuple[Letter, ...]
    box: bool
    looked: MailboxLook | None
    earliest: Mapping[MailingKind, datetime | None]

    def standing(self, kind: MailingKind) -> SendingOrder | None:
        """Return the order by which the service sends a letter; None: there is none."""
        return next((each for each in self.orders if each.kind is kind and each.stands), None)


class BounceCounts(NamedTuple):
    """What mails told of the letters of a case.

    Attributes:
        back: Letters that came back. again: that go another way now. rest: that have none.
        mails: Mails there were. others: that were about none of these letters. known: that were taken in before.
        more: There are more to be read.
        post: Of those that go another way: by post.
    """

    back: int
    again: int
    rest: int
    mails: int
    others: int
    more: bool = False
    post: int = 0
    known: int = 0


class LettersPort(Protocol):
    """The looks and acts of one person on letters; errors are ``detector.errors``'."""

    def view(self, ref: str) -> LettersView:
        """Return how the letters of a case stand."""
        ...

    def counted(self, ref: str, kind: MailingKind, language: str) -> list[str]:
        """Return what letters would come to, a line each; ``ConfigError`` when contacts, texts or codes are wrong."""
        ...

    def plan_and_file(self, ref: str, kind: MailingKind) -> Mailing:
        """File a plan, so that two others can approve it; ``ConflictError`` when there is nobody to write to."""
        ...

    def read_plan(self, ref: str, kind: MailingKind) -> str:
        """Return the newest plan as it was filed, with its samples; that it was read is recorded."""
        ...

    def order(self, ref: str, kind: MailingKind, *, reason: str = "") -> SendingOrder:
        """Have the service send what is approved; ``ConflictError`` when it may not be sent, or not yet."""
        ...

    def stop(self, ref: str, kind: MailingKind) -> SendingOrder:
        """Have the service send no more of a letter."""
        ...

    def settle(self, ref: str, kind: MailingKind, *, accepted: str, rest: str) -> tuple[int, int]:
        """Say which letters were sent of those of which it is not known; return how many, and how many go again."""
        ...

    def take_in_mail(self, ref: str, mail: bytes) -> BounceCounts:
        """Take in a mail that says that a letter came back."""
        ...

    def box_bounces(self, ref: str) -> BounceCounts:
        """Take in what came back to the configured mailbox since the last look."""
        ...

    def post_csv(self, ref: str, kind: MailingKind) -> bytes:
        """Return to whom letters go by post, as a table; that it was seen is recorded."""
        ...

    def post_pages(self, ref: str, kind: MailingKind) -> bytes:
        """Return the letters that go by post, as pages to print; that they were seen is recorded."""
        ...

    def missing_csv(self, ref: str, kind: MailingKind) -> bytes:
        """Return for which clients there would be no letter, and why; that they were seen is recorded."""
        ...

    def settle_clients(
        self,
        ref: str,
        how: LetterState,
        *,
        words: str,
        states: Sequence[LetterState] = (),
        client: str = "",
        at: datetime | None = None,
        kind: MailingKind = MailingKind.FIRST,
    ) -> tuple[int, bool]:
        """Say how clients without a letter were told, or why not.

        Returns:
            Of how many it is said, and whether another person has to agree first.
        """
        ...

    def hold_client(self, ref: str, client: str, *, reason: str) -> tuple[LetterHold, int, int]:
        """Stop all letters of a case to one client; return how many are held back, and how many had gone."""
        ...

    def concerns(self, ref: str, client: str) -> bool:
        """Tell whether a case concerns a client."""
        ...

    def release_client(self, ref: str, client: str, *, reason: str) -> int:
        """Let letters to a client go again; return how many were held back."""
        ...

    def without_csv(self, ref: str) -> bytes:
        """Return who has no letter and why, as a table; that it was seen is recorded."""
        ...
