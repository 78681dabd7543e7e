"""When to look the blast radius of a going incident up again.

Comes in: which incidents have changed, and the events that were just read. Goes out: which to look up now. At once when
one opens (the decider does that); then after ten seconds, and ever more slowly: each look is an entry in the timeline,
and nobody reads a thousand. An incident in which no client data is known to be concerned is looked up at the first
touch by its actors or from its addresses: that makes it another one, and people must hear of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta

import polars as pl

from detector import frames
from detector.clock import passed
from detector.runtime.incidents.incident_scope import whose
from detector.schema.columns import ACCOUNT
from detector.schema.incidents import Incident
from detector.store import Anyone

_SOONEST = timedelta(seconds=10)
# The next look comes after this part of the incident's age.
_PART = 5


class ScopeRefresher:
    """Remembers which incidents went on since they were last looked up."""

    def __init__(self) -> None:
        self._changed: set[str] = set()
        self._looked: dict[str, datetime] = {}
        self._of: dict[str, dict[str, set[str]]] = {}
        self._followed: set[str] = set()

    def note(self, changed: Iterable[str]) -> None:
        """Remember that these incidents went on."""
        self._changed.update(changed)

    def follow(self, open_incidents: Iterable[Incident]) -> None:
        """Listen from now on for touches that belong to these incidents, and to no others.

        What was touched between an incident's opening and this is found when those it begins with are looked up.
        """
        self._of = {each.name: {} for each in fields(Anyone)}
        followed = set()
        for incident in open_incidents:
            if incident.follow_until is None:
                continue
            followed.add(incident.id)
            these = whose(incident)
            for kind, known in self._of.items():
                for one in getattr(these, kind):
                    known.setdefault(one, set()).add(incident.id)
        self._changed |= followed - self._followed
        self._followed = followed

    def hear(self, events: pl.DataFrame) -> None:
        """Take in events just read: those that touch client data may belong to an incident that is followed."""
        if not any(self._of.values()):
            return
        touching = events.filter(pl.col("object.type").is_not_null(), pl.col("event.outcome") != "failure")
        nobody = touching.filter(pl.col("actor.id").is_null())
        no_account = touching.filter(~pl.col("actor.id").str.starts_with(ACCOUNT))
        for column, kind in (
            (touching.get_column("actor.id"), "actors"),
            (touching.get_column("session.id"), "sessions"),
            (frames.counted_addresses(touching), "addresses"),
            (frames.wide_networks(touching), "addresses"),
            (frames.counted_addresses(no_account), "places"),
            (frames.wide_networks(no_account), "places"),
            (nobody.get_column("host.name"), "hosts"),
            (nobody.get_column("service.name"), "services"),
        ):
            for seen in column.unique():
                self._changed |= self._of[kind].get(seen, set())

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
        # As long as it is not known whether client data is concerned, that is the question.
        pause = _SOONEST if not incident.kind.breach else (now - incident.opened_at) / _PART
        return passed(now, looked, max(_SOONEST, pause))
