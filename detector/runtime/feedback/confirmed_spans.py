"""What training leaves out: what the actors of confirmed incidents did while these went on.

Confirmed is what was closed as handled, and what is open and has its T1: until a leak's checklist is done weeks go by.
Comes in: an open unit of work, later event frames. Goes out: the frames without these rows. False alarms stay in: they
are how people work.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

import polars as pl

from detector.incident import ClosingVerdict, verdict_of
from detector.runtime.feedback.judged_incidents import Hidden
from detector.settings import Settings
from detector.store import Store, UnitOfWork

Span = tuple[datetime, datetime]


@dataclass(slots=True)
class ConfirmedSpans:
    """By actor, from which event until which event confirmed findings about it reach, both included.

    Attributes:
        incidents: How many confirmed incidents these are of.
        left_out: How many rows were taken out so far.
    """

    spans: dict[str, list[Span]] = field(default_factory=dict)
    incidents: int = 0
    left_out: int = 0

    @classmethod
    def of(cls, unit: UnitOfWork, hidden: Hidden | None = None) -> Self:
        """Return those of all incidents that were confirmed, open ones with a T1 among them, but for hidden ones."""
        spans: dict[str, list[Span]] = defaultdict(list)
        confirmed = [
            each
            for each in unit.incidents.closed_since(datetime.min.replace(tzinfo=UTC))
            if verdict_of(each) is ClosingVerdict.CONFIRMED
        ]
        confirmed += [each for each in unit.incidents.open_incidents() if each.aware_at is not None]
        gone = hidden(unit, confirmed) if hidden is not None else ()
        confirmed = [each for each in confirmed if each.id not in gone]
        for incident in confirmed:
            for finding in unit.incidents.incident_findings(incident.id):
                spans[finding.actor_id].append((finding.first_event_at, finding.last_event_at))
        return cls(spans=dict(spans), incidents=len(confirmed))

    @classmethod
    def of_database(cls, settings: Settings, hidden: Hidden | None = None) -> Self:
        """Return those of the configured database but for hidden ones; none where nothing has run yet.

        Raises:
            StoreError: It cannot be read.
        """
        if settings.never_ran:
            return cls()
        store = Store.open(settings.database_url, make=False)
        try:
            with store.read() as unit:
                return cls.of(unit, hidden)
        finally:
            store.close()

    def without(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the rows that lie in none of the spans of their actor."""
        if not self.spans or not frame.height:
            return frame
        actors, times = pl.col("actor.id"), pl.col("@timestamp")
        there = set(frame.get_column("actor.id").unique().to_list()) & self.spans.keys()
        inside = [
            (actors == actor) & times.is_between(first, last)
            for actor in sorted(there)
            for first, last in self.spans[actor]
        ]
        if not inside:
            return frame
        kept = frame.filter(~pl.any_horizontal(*inside).fill_null(value=False))
        self.left_out += frame.height - kept.height
        return kept
