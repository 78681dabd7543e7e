"""Values of facts: from what a person writes to what is kept, and back.

Comes in: text. Goes out: the text that is kept, or a moment or a number from it. What a moment may be in one incident
is the act's affair.
"""

import re
from datetime import datetime
from typing import Final

from detector.errors import InputError, Problem
from detector.incident.timeline import rfc3339
from detector.schema.case.case_facts import CaseFact, CaseFactKind, IncidentCause
from detector.schema.levels import Severity

WITHDRAWN: Final = "none"
"""How people write that what was stated before does not hold."""
_PEOPLE = re.compile(r"(~?) *([0-9]{1,10})")
_CHOICES = {CaseFactKind.CAUSE: tuple(IncidentCause), CaseFactKind.SEVERITY: tuple(Severity)}


def kept_value(kind: CaseFactKind, text: str) -> str:
    """Return a value as it is kept.

    Raises:
        InputError: It is none of this kind; what would be is said.
    """
    text = text.strip().lower()
    if text == WITHDRAWN and kind.can_be_withdrawn:
        return ""
    found = _moment(text) if kind.is_moment else _people(text) if kind is CaseFactKind.PERSONS else _choice(kind, text)
    if found is None:
        raise InputError(Problem(what=f"{text[:80]!r} is no value of the fact {kind.value}", fix=_asked(kind)))
    return found


def _moment(text: str) -> str | None:
    try:
        moment = datetime.fromisoformat(text.upper())
        return rfc3339(moment) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _people(text: str) -> str | None:
    found = _PEOPLE.fullmatch(text)
    return f"{found[1]}{int(found[2])}" if found else None


def _choice(kind: CaseFactKind, text: str) -> str | None:
    word = text.replace("-", "_").replace(" ", "_")
    return word if word in _CHOICES[kind] else None


def _asked(kind: CaseFactKind) -> str:
    also = f", or {WITHDRAWN}" if kind.can_be_withdrawn else ""
    if kind.is_moment:
        return f"give a moment, such as 2026-03-02T09:30:00Z{also}"
    if kind is CaseFactKind.PERSONS:
        return f"give a number, ~1200 where it is an estimate{also}"
    return f"one of: {', '.join(_CHOICES[kind])}"


def moment_of(fact: CaseFact) -> datetime | None:
    """Return the moment that a fact states; None: it is withdrawn."""
    return datetime.fromisoformat(fact.value) if fact.value else None


def people_of(fact: CaseFact) -> tuple[int | None, bool]:
    """Return how many people a fact states (None: it is withdrawn), and whether that is an estimate."""
    return (int(fact.value.lstrip("~")) if fact.value else None), fact.value.startswith("~")


def people_value(people: int, *, estimated: bool) -> str:
    """Return a number of people as it is kept."""
    return f"{'~' if estimated else ''}{people}"
