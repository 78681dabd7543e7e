"""People: their accounts, what they are sent, and what they did with client data."""

from sqlalchemy import BigInteger, Boolean, Double, ForeignKey, Index, Integer, Table

from detector.schema.team.delivery import MessageKind, MessageStatus
from detector.schema.team.people import AccessKind, InvitationUse
from detector.store.db.column_types import Choice, HoldableText, UtcTime
from detector.store.db.tables.table_parts import METADATA, NAMES, key, may, must, number

messages = Table(
    "messages",
    METADATA,
    key("id"),
    must("incident_id", HoldableText),
    must("kind", Choice(MessageKind)),
    must("rung", Integer),
    must("round", Integer),
    must("role", HoldableText),
    must("person", HoldableText),
    must("target", HoldableText),
    must("fallback", Integer),
    must("language", HoldableText),
    must("title", HoldableText),
    must("body", HoldableText),
    must("severity", HoldableText),
    must("status", Choice(MessageStatus)),
    must("created_at", UtcTime),
    must("due_at", UtcTime),
    must("next_attempt_at", UtcTime),
    must("attempts", Integer),
    may("sent_at", UtcTime),
    must("error", HoldableText),
    Index(None, "status", "next_attempt_at"),
    Index(None, "incident_id"),
)

deliveries = Table(
    "deliveries",
    METADATA,
    key("message_id", ForeignKey("messages.id")),
    number("attempt", Integer),
    key("target"),
    must("at", UtcTime),
    must("ok", Boolean),
    must("seconds", Double),
    must("error", HoldableText),
)

links_used = Table("links_used", METADATA, key("token_id"), must("at", UtcTime))

# People as accounts: what they sign in with, where they are signed in, who was invited, what they did with it.
person_secrets = Table(
    "person_secrets",
    METADATA,
    key("name"),
    must("password_hash", HoldableText),
    may("password_at", UtcTime),
    must("password_by", HoldableText, before=""),
    must("password_confirmed_by", HoldableText, before=""),
    must("code_seed", HoldableText),
    must("code_step", BigInteger),
    must("recovery", NAMES),
)

known_browsers = Table(
    "known_browsers",
    METADATA,
    key("id"),
    key("person"),
    must("network", HoldableText),
    must("seen_at", UtcTime),
)

failed_tries = Table(
    "failed_tries",
    METADATA,
    key("person"),
    key("place"),
    must("failures", Integer),
    must("waits", Integer),
    may("waits_until", UtcTime),
    must("last_at", UtcTime),
)

browser_sessions = Table(
    "browser_sessions",
    METADATA,
    key("id"),
    must("person", HoldableText),
    must("proven_by", HoldableText),
    must("address", HoldableText),
    must("second_factor", Boolean),
    must("made_at", UtcTime),
    must("seen_at", UtcTime),
    must("ends_at", UtcTime),
    may("ended_at", UtcTime),
    Index(None, "person"),
)

invitations = Table(
    "invitations",
    METADATA,
    key("id"),
    must("person", HoldableText),
    must("use", Choice(InvitationUse)),
    must("made_by", HoldableText),
    must("made_at", UtcTime),
    must("ends_at", UtcTime),
    may("used_at", UtcTime),
    Index(None, "person"),
)

access_records = Table(
    "access_records",
    METADATA,
    key("id"),
    must("at", UtcTime),
    must("kind", Choice(AccessKind)),
    must("by", HoldableText),
    must("person", HoldableText),
    must("incident_id", HoldableText),
    must("count", BigInteger),
    must("address", HoldableText),
    Index(None, "at"),
)
