"""Letters to clients, and their questions: what was planned and ordered, where each letter stands, which codes went."""

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Table, Text, UniqueConstraint

from detector.schema.letters.mailings import LetterState, MailingKind
from detector.schema.letters.sending_orders import SendingState
from detector.store.db.column_types import Choice, HoldableText, UtcTime
from detector.store.db.tables.table_parts import METADATA, key, may, must, number, of_incident

# What was planned together and approved together: never changed. The recipients lie in a file.
mailings = Table(
    "mailings",
    METADATA,
    of_incident(),
    number(),
    must("kind", Choice(MailingKind)),
    must("document_id", HoldableText),
    must("document_version", BigInteger),
    must("scope_version", BigInteger),
    must("replaces", BigInteger),
    must("at", UtcTime),
    must("by", HoldableText),
    must("letters", BigInteger),
    must("not_reached", BigInteger),
    must("path", Text),
    must("sha256", Text),
    must("bytes", BigInteger),
    must("texts_sha256", Text),
)

# Where each letter stands: rewritten with each step of its way. It names no client, but a number in the mailing's file.
letters = Table(
    "letters",
    METADATA,
    key("incident_id"),
    number("mailing"),
    number(),
    must("way", BigInteger),
    must("channel", HoldableText),
    must("language", HoldableText),
    must("state", Choice(LetterState)),
    must("message_id", Text),
    must("attempts", BigInteger),
    must("changed_at", UtcTime),
    must("error", HoldableText),
    must("by", HoldableText, before=""),
    must("words", HoldableText, before=""),
    may("told_at", UtcTime),
    must("client", Text, before=""),
    ForeignKeyConstraint(["incident_id", "mailing"], ["mailings.incident_id", "mailings.number"]),
    Index(None, "message_id"),
)

# That a person stops the letters to one client, by a keyed hash of the id.
letter_holds = Table(
    "letter_holds",
    METADATA,
    of_incident(),
    number(),
    must("client", Text),
    must("at", UtcTime),
    must("by", HoldableText),
    must("reason", HoldableText),
    may("released_at", UtcTime),
    must("released_by", HoldableText),
    must("released_why", HoldableText),
)

# Which client was given which code of an offer, for ever: both by keyed hashes.
given_codes = Table(
    "given_codes",
    METADATA,
    key("offer"),
    key("code"),
    must("client", Text),
    UniqueConstraint("offer", "client"),
)

# That the service sends the letters of a kind by itself.
sending_orders = Table(
    "sending_orders",
    METADATA,
    of_incident(),
    number(),
    must("kind", Choice(MailingKind)),
    must("at", UtcTime),
    must("by", HoldableText),
    must("reason", HoldableText),
    must("state", Choice(SendingState)),
    may("ended_at", UtcTime),
    must("ended_by", HoldableText),
    must("why", HoldableText),
)

# Questions of clients.
client_calls = Table(
    "client_calls",
    METADATA,
    of_incident(),
    number(),
    must("at", UtcTime),
    must("by", HoldableText),
    must("question", HoldableText),
    may("answered_at", UtcTime),
    must("answered_by", HoldableText),
    must("answer", HoldableText),
)
