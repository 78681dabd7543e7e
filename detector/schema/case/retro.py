"""What a search backwards finds beside a case: earlier traces of it, and others who did the same.

Comes in: nothing. Goes out: values.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

HABIT_DAYS = 5
"""What an actor does on so many days may be its habit."""


class RetroWay(StrEnum):
    """By what a trace is like the case: the closed list, the most telling first."""

    SESSION = "session"
    """The same session, or token."""
    RECORDS = "records"
    """The same records, opened with nothing to explain it."""
    CLIENTS = "clients"
    """The same clients, opened with nothing to explain it."""
    RULE = "rule"
    """A rule that found the case found them, too, and few others."""
    EXPORT = "export"
    """An export, list or search of the same kind and of that size."""
    VOLUME = "volume"
    """As many acts of the same kind within an hour, at the same hours of the day."""
    PLACE = "place"
    """The address from which the case's actors came and where they were not at home."""
    STRANGERS = "strangers"
    """Days on which the actor opened many more clients without a reason than on its other days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetroTrace:
    """One thing that was found.

    Attributes:
        way: By what it is like the case.
        actor_id: Whose touches they are; empty: the log names nobody.
        events: How many of them.
        things: Different clients, records, rules or addresses they share with the case; of exports the largest size,
            of a volume the most within an hour.
        of: How many there are in the case (of a volume the most within an hour); of strangers how many a usual day has;
            of exports how many actors do such.
        days: On how many days (UTC).
        first_at / last_at: Event times.
    """

    way: RetroWay
    actor_id: str
    events: int
    things: int
    of: int
    days: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFound:
    """That a rule found somebody, at an event time."""

    rule_id: str
    actor_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RetroSearch:
    """What was found, and where it was looked for.

    Attributes:
        earlier: Traces before the case's first event by its actors, in its sessions, from its addresses: the most
            telling first.
        others: Traces of other actors at any time, likewise.
        first_event_at: Of the case, as it is known.
        since / until: What was read of the journal.
        asked_since: From when on it was to be read; earlier than ``since``: there was too much, or no more is kept.
        touches: How many touches lie in that time, at most.
        looked_for: Of so many of its clients it was looked; ``clients`` all of them.
        whole: Nothing of the journal was damaged, and nothing left out.
        too_early: Touches of its clients or records that are no trace because nobody could say yet what explains them.
    """

    earlier: tuple[RetroTrace, ...]
    others: tuple[RetroTrace, ...]
    first_event_at: datetime
    since: datetime
    until: datetime
    asked_since: datetime
    touches: int
    looked_for: int
    clients: int
    whole: bool
    too_early: int = 0

    @property
    def began(self) -> RetroTrace | None:
        """The earliest trace that is no habit: since then it may have gone on; None: nothing earlier was found."""
        telling = [each for each in self.earlier if each.days < HABIT_DAYS and each.way is not RetroWay.STRANGERS]
        return min(telling or self.earlier, key=lambda each: each.first_at, default=None)
