"""A flow of client data that somebody said is stopped, and what its actors have done since."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedFlow:
    """An incident in which somebody said that the flow is stopped.

    Attributes:
        since: When that was said. until: Until when it is watched. Event times count.
        actors: Whom it is about.
    """

    incident_id: str
    since: datetime
    until: datetime
    actors: frozenset[str]


@dataclass(frozen=True, slots=True)
class FlowAgain:
    """What its actors have touched since: the event time of the first touch, and how many there are."""

    at: datetime
    count: int
