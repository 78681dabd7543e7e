"""When to look the blast radius of a going incident up again.

Comes in: which incidents have changed. Goes out: which to look up now. At once when one opens (the decider does that);
then after ten seconds, and ever more slowly: each look is an entry in the timeline, and nobody reads a thousand.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

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
        """Return the ids to look up now; they count as looked up."""
        found = []
        for incident in open_incidents:
            looked = self._looked.get(incident.id, incident.opened_at)
            if incident.id in self._changed and now - looked >= max(_SOONEST, (now - incident.opened_at) / _PART):
                found.append(incident.id)
                self._changed.discard(incident.id)
                self._looked[incident.id] = now
        return found
