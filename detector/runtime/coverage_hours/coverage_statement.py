"""What can be said of how well the time of a case was watched: made of what is measured anyway, whoever asks.

Comes in: an incident and the hours of all sources. Goes out: for each source what was read, and what was not seen.
"""

from datetime import datetime, timedelta
from itertools import groupby

from detector.runtime.coverage_hours.hour_counts import hour_of, summed
from detector.schema.case.incidents import Incident
from detector.schema.detection.source_hours import CaseCoverage, WatchedSource
from detector.store import UnitOfWork

_HOUR = timedelta(hours=1)


def coverage_of(unit: UnitOfWork, incident: Incident, now: datetime) -> CaseCoverage:
    """Return how well the hours of an incident's events were watched.

    Args:
        unit: A transaction.
        incident: It.
        now: The present: what lies ahead was not to be watched yet.
    """
    since, until = hour_of(incident.first_event_at), hour_of(incident.last_event_at) + _HOUR
    hours = unit.source_hours.between(since, until)
    spent = max(min(until, now) - since, timedelta(0))
    found = []
    for _, group in groupby(hours, key=lambda each: each.source):
        total = summed(group)
        found.append(WatchedSource(total=total, unwatched=max(spent - timedelta(seconds=total.watched), timedelta(0))))
    return CaseCoverage(since=since, until=until, sources=tuple(found))
