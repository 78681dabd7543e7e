"""When to look the blast radius of a going incident up again.

Comes in: which incidents have changed, and the events that were just read. Goes out: which to look up now. At once when
one opens (the decider does that); then after ten seconds, and ever more slowly: each look is an entry in the timeline,
and nobody reads a thousand. When nothing more came for a quarter of a minute it is looked up however old it is: whoever
answers a page reads of all that was taken. An incident in which no client data is known to be concerned is looked up at
the first touch by its actors or from its addresses: that makes it another one, and people must hear of it. Any other is
by touches that lie before its last event: lines that came late, and records that were told of before they were whole.
One about client data is by touches of the day after, too, for what goes on in the same manner belongs to it. What
explains a touch is known a minute later than that it was made, or some: each look is followed by two more then.
What changed before a start nobody knows: every open incident is looked up then.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import polars as pl

from detector import frames
from detector.clock import passed
from detector.runtime.incidents.manner.suspicious_touches import BEYOND
from detector.runtime.incidents.scopes.incident_scope import whose
from detector.schema.case.incidents import STORM_MATTER, Incident
from detector.schema.events.columns import ACCOUNT
from detector.store import Anyone

_NEEDED = (
    "@timestamp",
    "actor.id",
    "session.id",
    "source.ip",
    "source.subnet",
    "network.name",
    "host.name",
    "service.name",
    "object.type",
    "event.outcome",
)
_SOONEST = timedelta(seconds=10)
_NEVER = datetime.min.replace(tzinfo=UTC)
# So long nothing more came: it is over, or pauses.
_QUIET = timedelta(seconds=15)
# By then what explains a touch is known: as a rule, and where a stream holds others back, by ten minutes at most.
_SETTLED = (timedelta(seconds=75), timedelta(minutes=11))
# The next look comes after this part of the incident's age.
_PART = 5


class ScopeRefresher:
    """Remembers which incidents went on since they were last looked up."""

    def __init__(self, changed: Iterable[str] = ()) -> None:
        """Begin with incidents that may have gone on before: at a start all that are open."""
        self._changed = set(changed)
        self._moved = set(self._changed)
        self._moved_at: dict[str, datetime] = {}
        self._looked: dict[str, datetime] = {}
        self._once_more: dict[str, tuple[datetime, Sequence[timedelta]]] = {}
        self._of: dict[str, dict[str, set[str]]] = {}
        self._until: dict[str, datetime | None] = {}
        self._followed: set[str] = set()

    def note(self, changed: Iterable[str]) -> None:
        """Remember that these incidents went on."""
        changed = set(changed)
        self._changed |= changed
        self._moved |= changed

    def follow(self, open_incidents: Iterable[Incident]) -> None:
        """Listen from now on for touches that belong to these incidents, and to no others.

        What was touched between an incident's opening and this is found when those it begins with are looked up.
        """
        self._of = {each.name: {} for each in fields(Anyone)}
        self._until = {}
        for incident in open_incidents:
            beyond = BEYOND if incident.kind.breach and incident.matter != STORM_MATTER else timedelta(0)
            self._until[incident.id] = None if incident.follow_until is not None else incident.last_event_at + beyond
            these = whose(incident)
            for kind, known in self._of.items():
                for one in getattr(these, kind):
                    known.setdefault(one, set()).add(incident.id)
        followed = {name for name, until in self._until.items() if until is None}
        self._changed |= followed - self._followed
        self._followed = followed

    def ingest(self, events: pl.DataFrame) -> None:
        """Take in events just read: those that touch client data may belong to an open incident."""
        if not any(self._of.values()):
            return
        touching = frames.chosen(events, _NEEDED).filter(
            pl.col("object.type").is_not_null(), pl.col("event.outcome") != "failure"
        )
        nobody = touching.filter(pl.col("actor.id").is_null())
        no_account = touching.filter(~pl.col("actor.id").str.starts_with(ACCOUNT))
        for frame, column, kind in (
            (touching, touching.get_column("actor.id"), "actors"),
            (touching, touching.get_column("session.id"), "sessions"),
            (touching, frames.counted_addresses(touching), "addresses"),
            (touching, frames.wide_networks(touching), "addresses"),
            (no_account, frames.counted_addresses(no_account), "places"),
            (no_account, frames.wide_networks(no_account), "places"),
            (nobody, nobody.get_column("host.name"), "hosts"),
            (nobody, nobody.get_column("service.name"), "services"),
        ):
            if known := self._of[kind]:
                self._note_touches(known, column, frame.get_column("@timestamp"))

    def _note_touches(self, known: Mapping[str, set[str]], who: pl.Series, times: pl.Series) -> None:
        first = pl.DataFrame({"who": who, "at": times}).group_by("who").agg(pl.col("at").min())
        for seen, at in first.iter_rows():
            for incident_id in known.get(seen, ()):
                until = self._until[incident_id]
                if until is None or at <= until:
                    self.note((incident_id,))

    def due(self, open_incidents: Iterable[Incident], now: datetime) -> list[str]:
        """Return the ids to look up now: first what was never looked up, the gravest of it, then the longest ago."""
        self._moved_at.update(dict.fromkeys(self._moved, now))
        self._moved.clear()
        due = [
            incident
            for incident in open_incidents
            if (incident.id in self._changed and self._late(incident, now))
            or ((again := self._once_more.get(incident.id)) is not None and passed(now, again[0], again[1][0]))
        ]
        due.sort(key=lambda incident: (self._looked.get(incident.id, _NEVER), -incident.severity.rank))
        return [incident.id for incident in due]

    def looked(self, incident_ids: Sequence[str], now: datetime) -> None:
        """Remember that these were looked up, and that it counts."""
        for each in incident_ids:
            if each in self._changed:
                self._once_more[each] = now, _SETTLED
            elif again := self._once_more.pop(each, None):
                since, (_, *later) = again
                if later:
                    self._once_more[each] = since, later
            self._moved_at.pop(each, None)
        self._changed.difference_update(incident_ids)
        self._looked.update(dict.fromkeys(incident_ids, now))

    def _late(self, incident: Incident, now: datetime) -> bool:
        looked = self._looked.get(incident.id, incident.opened_at)
        # As long as it is not known whether client data is concerned, that is the question.
        pause = _SOONEST if not incident.kind.breach else (now - incident.opened_at) / _PART
        moved = self._moved_at.get(incident.id)
        if moved is not None and passed(now, moved, _QUIET):
            pause = _SOONEST
        return passed(now, looked, max(_SOONEST, pause))
