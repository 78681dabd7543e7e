"""Messages to people: what is said (message), one try to bring it (delivery), and the ladder that pages climb."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class MessageKind(StrEnum):
    """What a message is for.

    ``MONTHLY`` is how ready the company is, with the report where a target takes files. A role of a case that somebody
    is asked for is a kind of its own: it can be accepted from the message. ``TEST`` is tried once, while a person
    watches; ``CHANNEL_TEST`` waits for the word of whom it was sent to.
    """

    PAGE = "page"
    INFO = "info"
    DELIVERY_FAILED = "delivery_failed"
    REMINDER = "reminder"
    ROLE_ASKED = "role_asked"
    ROLE_ENDED = "role_ended"
    TEST = "test"
    CHANNEL_TEST = "channel_test"
    MONTHLY = "monthly"


class MessageFile(NamedTuple):
    """A file that goes out with a message, where the target takes files."""

    name: str
    media_type: str
    body: bytes


class MessageStatus(StrEnum):
    """Where a message stands in the outbox."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one person over one target, decided but maybe not yet delivered.

    Attributes:
        id: ``derive("message", incident, rung, round, person, target)``: deciding it twice changes nothing.
        incident_id: Empty for tests.
        rung: Step of the escalation ladder, from 0. round: how often the ladder was begun anew, from 0.
        role / person: To whom, by the configuration's names.
        target: Name of the target in the configuration (never the URL: it holds secrets).
        fallback: Index in the person's list of targets; the next index is tried when this one fails for good.
        language: ``en`` or ``ru``.
        title / body: Text without client data.
        due_at: When to send. attempts: tries so far. next_attempt_at: not before.
        error: Last failure, in words without secrets.
    """

    id: str
    incident_id: str = ""
    kind: MessageKind
    rung: int = 0
    round: int = 0
    role: str = ""
    person: str
    target: str
    fallback: int = 0
    language: str = "en"
    title: str
    body: str
    severity: str = ""
    status: MessageStatus = MessageStatus.PENDING
    created_at: datetime
    due_at: datetime
    next_attempt_at: datetime
    attempts: int = 0
    sent_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenTo:
    """That something was written to somebody about an incident, without what it says; attributes as of ``Message``."""

    incident_id: str
    person: str
    role: str
    kind: MessageKind
    rung: int
    round: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One try to bring a message, with its result."""

    message_id: str
    attempt: int
    target: str
    at: datetime
    ok: bool
    seconds: float
    error: str = ""
