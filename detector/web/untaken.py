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
    """Return the incident that needs somebody most; None: none does."""
    waiting = [each for each in incidents if is_untaken(each, now)]
    return min(waiting, key=lambda each: (-each.severity.rank, each.called_since), default=None)
