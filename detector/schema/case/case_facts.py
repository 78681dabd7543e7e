"""Facts of incidents: what people state about a case, each a row that is never changed.

Comes in: nothing. Goes out: values. A correction is a newer fact of the same kind; the newest counts, and the others
are shown with it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CaseFactKind(StrEnum):
    """What a fact is about: a closed list.

    ``T0`` is an outside report that came before the logs showed anything; ``T1`` since when we are aware that client
    data is concerned; ``FLOW_STOPPED`` since when no data flows any more; ``PERSONS`` how many people are concerned,
    beside what the scope counts; ``SEVERITY`` a correction of the computed one.
    """

    T0 = "t0"
    T1 = "t1"
    FLOW_STOPPED = "flow_stopped"
    CAUSE = "cause"
    PERSONS = "persons"
    SEVERITY = "severity"

    @property
    def is_moment(self) -> bool:
        """Whether its value is a moment."""
        return self in (CaseFactKind.T0, CaseFactKind.T1, CaseFactKind.FLOW_STOPPED)

    @property
    def can_be_withdrawn(self) -> bool:
        """Whether its value may be empty: what was stated before does not hold, and nothing stands in its place."""
        return self in (CaseFactKind.T0, CaseFactKind.FLOW_STOPPED, CaseFactKind.PERSONS)

    @property
    def needs_source(self) -> bool:
        """Whether it has to be said from whom or from where it is known."""
        return self in (CaseFactKind.T0, CaseFactKind.PERSONS)


class IncidentCause(StrEnum):
    """What caused an incident, as far as it is known."""

    ATTACK = "attack"
    FAILURE = "failure"
    HUMAN_ERROR = "human_error"
    INSIDER = "insider"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFact:
    """One statement about an incident.

    Attributes:
        number: Its place among the incident's facts, from 1.
        value: A moment (RFC 3339, UTC), a number of people (``120``; ``~120`` is an estimate), a word of a closed list
            (cause, severity); empty: what was stated before is withdrawn. What the scope counts may be a span of people
            (``12-40``) or have no upper end (``12+``).
        source: From whom or from where it is known: ``client: complaint 77``.
        author: Whose word it is, as the timeline writes it; ``nabat`` where the service states it.
        approved_by: Whose second word it has; empty: it took none.
        reason: Why, in words.
        at: When it was stated.
    """

    incident_id: str
    number: int
    kind: CaseFactKind
    value: str
    source: str = ""
    author: str
    approved_by: str = ""
    reason: str = ""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFactReading:
    """One reading of a fact as it is shown: what somebody stated, or what the service computes (``fact.number`` is 0).

    Attributes:
        counts: It is the reading that deadlines, duties and reports go by.
    """

    fact: CaseFact
    counts: bool
