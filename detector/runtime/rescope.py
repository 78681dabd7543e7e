"""When to look the blast radius of a going incident up again.

Comes in: which incidents have changed. Goes out: which to look up now. At once when one opens (the decider does that);
then after ten seconds, and ever more slowly: each look is an entry in the timeline, and nobody reads a thousand.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from detector.clock import passed
from detector.schema.incidents import Incident

_SOONEST = timedelta(seconds=10)
# The next look comes after this part of the incident's age.
_PART = 5


class Rescoper:
    """Remembers which incidents went on since they were last looked up."""

    def __init__(self) -> None:
        self._changed: set[str] = set()
        self._looked: dict[str, datetime] = {}

    def note(self, changed: Iterable[str]) -> None:
        """Remember that these incidents went on."""
        self._changed.update(changed)

    def due(self, open_incidents: Iterable[Incident], now: datetime) -> list[str]:
        """Return the ids to look up now."""
        return [
            incident.id for incident in open_incidents if incident.id in self._changed and self._late(incident, now)
        ]

    def looked(self, incident_ids: Sequence[str], now: datetime) -> None:
        """Remember that these were looked up, and that it counts."""
        self._changed.difference_update(incident_ids)
        self._looked.update(dict.fromkeys(incident_ids, now))

    def _late(self, incident: Incident, now: datetime) -> bool:
        looked = self._looked.get(incident.id, incident.opened_at)
        return passed(now, looked, max(_SOONEST, (now - incident.opened_at) / _PART))
