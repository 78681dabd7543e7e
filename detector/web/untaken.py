"""Incidents that somebody has to take now: what stands above every page until somebody does. Pure.

Comes in: open incidents and the moment. Goes out: those that wait for an "I have it", the worst first.
"""

from collections.abc import Iterable
from datetime import datetime

from detector.schema.case.incidents import Incident, IncidentKind, IncidentStatus

_OVER = frozenset({IncidentStatus.CLOSED, IncidentStatus.RESOLVED})


def is_untaken(incident: Incident, now: datetime) -> bool:
    """Tell whether nobody has an incident whose team is called by now; a digest of history calls nobody."""
    calls = incident.kind is not IncidentKind.HISTORY and incident.status not in _OVER
    return calls and incident.acknowledged_at is None and incident.called_since <= now


def worst_untaken(incidents: Iterable[Incident], now: datetime) -> Incident | None:
    """Return the incident that needs somebody most, a drill's after all that is real; None: none does."""
    waiting = [each for each in incidents if is_untaken(each, now)]

    def urgency(incident: Incident) -> tuple[bool, int, datetime]:
        return incident.kind is IncidentKind.DRILL, -incident.severity.rank, incident.called_since

    return min(waiting, key=urgency, default=None)
