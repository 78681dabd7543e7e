"""Why a team is called again about what somebody has already answered, and when.

Comes in: an incident, what has changed since the answer. Goes out: the incident called again, with what changed in
words (``Incident.called_for``). One change, one call: what is graver calls at once; the rest waits for a pause after
the call before, so that a theft that goes on pages by its growth and not by its lines.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from detector.messages import Argument, Messages, MessageText
from detector.schema.case.incidents import Incident
from detector.schema.detection.findings import Reason

_AT_ONCE: Final = frozenset(
    {"severity", "flow", "containment", "suspect", "lapsed", "lapsed-minutes"}
    | {"unanswered", "actor", "merged", "held", "left"}
)
"""What waits for no pause: each of them comes once, or needs somebody's act before it can come again."""
_FIRST: Final = ("old", "before")
"""Arguments that say how it was at the last answer: however often it changes since, that stays."""


def because(why: str, **args: Argument) -> Reason:
    """Return a change as a reason; ``why`` is one of those of ``incident-again-...`` in the messages."""
    return Reason(message=f"incident-again-{why}", args=tuple(args.items()))


def kinds(why: Iterable[Reason]) -> tuple[str, ...]:
    """Return what kinds of change these are."""
    return tuple(each.message.removeprefix("incident-again-") for each in why)


def waits(incident: Incident, now: datetime) -> bool:
    """Tell whether nobody has an incident and nobody is called yet: its next call lies ahead."""
    return incident.acknowledged_at is None and incident.called_at is not None and incident.called_at > now


def called(incident: Incident, why: Sequence[Reason], now: datetime, pause: timedelta, *, answered: bool) -> Incident:
    """Return the incident with nobody having it any more, called again for what has changed.

    Args:
        incident: As it stands; if nobody has it, the next page says this too.
        why: What has changed.
        now: When that is known.
        pause: Between two calls.
        answered: Somebody had it until now.
    """
    urgent = not _AT_ONCE.isdisjoint(kinds(why))
    later = incident.called_at
    moment: datetime | None
    if answered:
        rested = now if later is None else later if later > now else max(now, later + pause)
        moment = now if urgent else rested
    elif "unanswered" in kinds(why):
        moment = now
    else:
        moment = min(later, now) if urgent and later is not None else later
    return replace(
        incident,
        acknowledged_at=None,
        acknowledged_by="",
        called_at=moment,
        called_for=_joined(incident.called_for, why),
    )


def said(why: Sequence[Reason], words: Messages, by: str) -> MessageText:
    """Return the entry that says why the team is called again."""
    return words.wording("incident-entry-again", by=by or "none") + words.worded(*why)


def _joined(before: Iterable[Reason], why: Iterable[Reason]) -> tuple[Reason, ...]:
    found = {each.message: each for each in before}
    for each in why:
        known = found.get(each.message)
        first = {name: value for name, value in known.args if name in _FIRST} if known else {}
        found[each.message] = replace(each, args=tuple((dict(each.args) | first).items()))
    return tuple(found.values())
