"""Where an incident may go from where it stands: the one table of statuses, for people and the service alike.

Comes in: an incident, the status it is to have. Goes out: the incident there, or the refusal. ``docs/response.md``
prints the table; a test compares them.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from detector.schema.case.incidents import Incident, IncidentStatus

_NEW, _REOPENED, _CLOSED = IncidentStatus.NEW, IncidentStatus.REOPENED, IncidentStatus.CLOSED
_GOES_ON, _HELD, _RESOLVED = IncidentStatus.IN_PROGRESS, IncidentStatus.ON_HOLD, IncidentStatus.RESOLVED

ALLOWED: Final[Mapping[IncidentStatus, frozenset[IncidentStatus]]] = {
    _NEW: frozenset({_GOES_ON, _HELD, _RESOLVED, _CLOSED}),
    _GOES_ON: frozenset({_HELD, _RESOLVED, _CLOSED}),
    _HELD: frozenset({_GOES_ON, _RESOLVED, _CLOSED}),
    _RESOLVED: frozenset({_GOES_ON, _HELD, _CLOSED}),
    _CLOSED: frozenset({_REOPENED}),
    _REOPENED: frozenset({_GOES_ON, _HELD, _RESOLVED, _CLOSED}),
}
"""What may follow each status."""
UNTOUCHED: Final = frozenset({_NEW, _REOPENED})
"""Nobody works on it yet: whoever acknowledges it begins."""
AT_REST: Final = frozenset({_HELD, _RESOLVED})
"""It waits, or nothing flows any more: whatever calls the team again puts it in progress."""
LONGEST_HOLD: Final = timedelta(days=31)
"""An incident waits no longer than this without anybody looking at it again."""


def moved(incident: Incident, status: IncidentStatus, *, until: datetime | None = None) -> Incident:
    """Return an incident with another status.

    Args:
        incident: As it stands.
        status: Where it goes; where it stands already is no move.
        until: Of a hold: when it ends. Any other status ends one.

    Raises:
        ValueError: The table does not lead there. People are refused before.
    """
    if status is not incident.status and status not in ALLOWED[incident.status]:
        raise ValueError(f"an incident does not go from {incident.status.value} to {status.value}")
    return replace(incident, status=status, hold_until=until if status is _HELD else None)


def begun(incident: Incident) -> Incident:
    """Return an incident that somebody works on from now on, wherever else it stands."""
    return moved(incident, _GOES_ON) if incident.status in UNTOUCHED else incident


def roused(incident: Incident) -> Incident:
    """Return an incident in progress again where it was at rest."""
    return moved(incident, _GOES_ON) if incident.status in AT_REST else incident
