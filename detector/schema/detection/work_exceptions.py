"""Exceptions for planned work: who expects what of whom, reviewed by somebody else, from when until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from detector.schema.detection.mute_orders import NotInForce

LONGEST = timedelta(days=31)
"""The longest span of one exception; what lasts longer is reviewed again."""


class ExceptionState(StrEnum):
    """Where an exception stands at a moment."""

    ASKED = "asked"
    PLANNED = "planned"
    RUNNING = "running"
    NOT_IN_FORCE = "not_in_force"
    ENDED = "ended"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkException:
    """One exception: nothing it covers opens an incident or pages.

    Attributes:
        id: 128-bit hex; people write the beginning of it.
        actor_id: Of whom the work is expected.
        what: As it was asked for: a rule, a facet of behaviour or a kind of act.
        rules: Ids of the rules that are meant; sorted.
        facets: Facets of behaviour that are meant; sorted.
        at_most: So many clients are covered; 0: any number.
        reason: Why, in words of the person who asks.
        asked_by: Who asks. reviewed_by: who else agreed; empty: nobody yet, and nothing is covered.
        starts_at / ends_at: As asked for, UTC.
        ended_by: Who ended it early; empty: nobody. ended_at: when.
        told: The end was written to the service's log.
    """

    id: str
    actor_id: str
    what: str
    rules: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    at_most: int = 0
    reason: str
    asked_by: str
    asked_at: datetime
    reviewed_by: str = ""
    reviewed_at: datetime | None = None
    starts_at: datetime
    ends_at: datetime
    ended_by: str = ""
    ended_at: datetime | None = None
    told: bool = False

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """From when until when events are covered, in event time; None before it was reviewed.

        It never covers what happened before the review: what has paged would not page in a replay.
        """
        if self.reviewed_at is None:
            return None
        return max(self.starts_at, self.reviewed_at), min(self.ends_at, self.ended_at or self.ends_at)

    def state(self, now: datetime) -> ExceptionState:
        """Return where it stands."""
        if self.span is None:
            return ExceptionState.LAPSED if self.ended_at or self.ends_at <= now else ExceptionState.ASKED
        first, last = self.span
        if last <= now or self.ended_at is not None:
            return ExceptionState.ENDED
        return ExceptionState.RUNNING if first <= now else ExceptionState.PLANNED


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredWork:
    """An exception and what it covered so far.

    Attributes:
        state: Where it stands now.
        why: Why it covers nothing though it runs by its times; None: it covers, or does not run.
        findings: How many findings it covers. clients: the most one of its alerts tells of, records where no client is
            named.
        last_at: The latest event of them; None: nothing was covered.
    """

    exception: WorkException
    state: ExceptionState
    why: NotInForce | None = None
    findings: int = 0
    clients: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedKinds:
    """What is meant: ids of rules and facets of behaviour, sorted."""

    rules: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
