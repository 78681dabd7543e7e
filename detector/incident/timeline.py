"""The timeline: append-only entries, each holding the hash of the one before.

Comes in: what happened. Goes out: entries. Altering or removing an entry in the middle is detectable by
``verify_chain``; losing the newest entries is detectable only with a head kept elsewhere, so exports carry it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from detector.messages import MessageText
from detector.schema.case.incidents import TimelineEntry

MAX_TEXT = 4000
Data = tuple[tuple[str, str | int | float], ...]


def rfc3339(moment: datetime) -> str:
    """Write a moment in UTC, with microseconds only when there are some."""
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat()[:-6] + "Z"


def clean(text: str) -> str:
    """Return a person's text fit to be kept: no control characters, no endless length."""
    kept = "".join(char for char in text if char in "\n\t" or char.isprintable())
    return kept.strip()[:MAX_TEXT]


def canonical(entry: TimelineEntry) -> bytes:
    """Return the bytes that are hashed: every field but the hash, as JSON with sorted keys and no spaces.

    Entries from before they kept what their text was made of have none, and are hashed as they were.
    """
    fields: dict[str, object] = {
        "incident_id": entry.incident_id,
        "number": entry.number,
        "at": rfc3339(entry.at),
        "kind": entry.kind,
        "by": entry.by,
        "text": entry.text,
        "data": [list(pair) for pair in entry.data],
        "previous": entry.previous,
    }
    if entry.said:
        fields["said"] = [[each.message, [list(pair) for pair in each.args]] for each in entry.said]
    return json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def sealed(entry: TimelineEntry) -> TimelineEntry:
    """Return the entry with its hash."""
    return replace(entry, hash=sha256(canonical(entry)).hexdigest())


def append(
    last: TimelineEntry | None,
    *,
    incident_id: str,
    at: datetime,
    kind: str,
    by: str,
    text: str | MessageText,
    data: Data = (),
) -> TimelineEntry:
    """Return the entry that follows ``last`` (None: the first one); what people wrote is text alone."""
    said = text if isinstance(text, MessageText) else MessageText(text, ())
    return sealed(
        TimelineEntry(
            incident_id=incident_id,
            number=last.number + 1 if last else 1,
            at=at,
            kind=kind,
            by=by,
            text=said.text,
            data=data,
            said=said.said,
            previous=last.hash if last else "",
        )
    )


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a timeline is not what was written."""

    number: int
    what: str


def verify_chain(entries: Iterable[TimelineEntry]) -> tuple[Break, ...]:
    """Return where a timeline was altered; nothing when it is whole. Entries in order of their number."""
    found: list[Break] = []
    previous, expected = "", 1
    for entry in entries:
        if entry.number != expected:
            found.append(Break(expected, f"entry {expected} is missing; {entry.number} stands in its place"))
        if entry.previous != previous:
            found.append(Break(entry.number, "does not follow the entry before it"))
        if sealed(entry).hash != entry.hash:
            found.append(Break(entry.number, "its content is not what was hashed"))
        previous, expected = entry.hash, entry.number + 1
    return tuple(found)
