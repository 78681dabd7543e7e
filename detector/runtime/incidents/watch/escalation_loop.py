"""Watching open incidents: each is looked at when its ladder's next place is due, or when it has changed.

Comes in: the store, once a second the time. Goes out: pages decided, scopes looked up anew, answers taken back where
what was said to be stopped goes on. While nothing is due and
the database says that nobody has written, this process or a command line beside it, that question is all it asks.
However many incidents are open, at a start or when the team was changed, one look ends soon: lines wait for it, and so
does whoever writes. Where they are many the first look plans pages for all of them and does nothing else, for a service
that has not looked is not ready; the scopes and the agenda come with the next looks, some at a time.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from detector.errors import UnreadableRowError
from detector.incident import lies_ahead
from detector.notify import EscalationPlan
from detector.runtime.decide import MOST_SCOPES, Decider, DecisionOutcome
from detector.runtime.incidents.agenda.agenda_keeper import AgendaKeeper
from detector.runtime.incidents.watch.containment_watch import ContainmentWatch
from detector.runtime.incidents.watch.scope_refresh import ScopeRefresher
from detector.schema.case.incidents import Incident
from detector.schema.team.delivery import Message
from detector.store import Store, UnitOfWork, WriteCounts

# So much of the agenda a look: some 20 ms each.
_MOST_OWING = 40


@dataclass(slots=True)
class _Watched:
    """An open incident as it was last read, and what was planned for it; None when that is out of date."""

    incident: Incident
    plan: EscalationPlan | None = None

    def due(self, now: datetime) -> bool:
        if self.plan is None or self.plan:
            return True  # what was just decided may close a gap: it is looked at once more
        return self.plan.again is not None and self.plan.again <= now


class EscalationLoop:
    """Remembers until when nothing is to be done about the open incidents. It may be forgotten at any time."""

    def __init__(self, store: Store, rescoper: ScopeRefresher, contained: ContainmentWatch) -> None:
        self._store = store
        self._rescoper = rescoper
        self._contained = contained
        self._agenda = AgendaKeeper()
        self._decider: Decider | None = None
        self._forget()

    def _forget(self) -> None:
        self._changes: WriteCounts | None = None
        self._watched: dict[str, _Watched] = {}
        self._looked_at: datetime | None = None
        self._owing: dict[str, None] = {}
        self._closed: dict[str, int] = {}
        self._unread: dict[str, str] = {}
        self._agenda.forget()

    @property
    def open(self) -> bool:
        """Whether any incident is open or watched after its close, or none was looked for yet."""
        return bool(self._watched) or self._contained.watching or self._changes is None

    @property
    def unread(self) -> Mapping[str, str]:
        """By the id of an incident of which something cannot be read: why. It is left out until that changes."""
        return self._agenda.unread | self._unread

    def idle(self, now: datetime) -> bool:
        """Tell whether no incident is open or watched, and nothing that is owed speaks now."""
        return not self.open and not self._owing and not self._agenda.due(now)

    def page_due(self, decider: Decider, now: datetime) -> DecisionOutcome:
        """Page whom the ladders ask for by now, and look up anew whose data going incidents touched.

        Raises:
            StoreError: Nothing was committed; the next look begins from the database.
        """
        if decider is not self._decider or (self._looked_at is not None and now < self._looked_at):
            # Another team or ladder, or a clock set back: what was planned holds no more. Files that say where clients
            # live may be others, too.
            self._rescoper.note(self._watched)
            self._forget()
        self._decider, self._looked_at = decider, now
        begins = self._changes is None
        try:
            with self._store.read() as unit:
                self._catch_up(unit, now)
                self._agenda.refresh(unit)
            pages_only = begins and len(self._watched) > MOST_SCOPES
            due = self._contained.broken or self._owing or self._agenda.due(now) or self._late(now) or self._due(now)
            made, reminders = self._act(decider, now, pages_only=pages_only) if due else ([], ())
        except BaseException:
            self._forget()
            raise
        gaps = (gap for each in self._watched.values() if each.plan is not None for gap in each.plan.gaps)
        messages = (*(message for plan in made for message in plan.messages), *reminders)
        return DecisionOutcome(messages=messages, gaps=tuple(dict.fromkeys(gaps)))

    def _act(
        self, decider: Decider, now: datetime, *, pages_only: bool
    ) -> tuple[list[EscalationPlan], tuple[Message, ...]]:
        with self._store.begin() as unit:
            self._catch_up(unit, now)
            for ahead in self._ahead(now):
                with self._apart(ahead.id):
                    decider.set_right(unit, ahead, now)
            self._catch_up(unit, now)
            again = dict(self._contained.broken)
            for incident_id, seen in again.items():
                with self._apart(incident_id):
                    decider.flow_again(unit, incident_id, seen, now)
            self._catch_up(unit, now)
            late = [] if pages_only else self._late(now)
            for incident_id in late:
                with self._apart(incident_id):
                    decider.rescope(unit, incident_id, now)
            self._catch_up(unit, now)
            gravest_first = sorted(self._due(now), key=lambda watched: -watched.incident.severity.rank)
            self._owing |= dict.fromkeys(watched.incident.id for watched in gravest_first)
            owing = [] if pages_only else list(islice(self._owing, _MOST_OWING))
            self._agenda.update(unit, decider, owing, now)
            for each in owing:
                del self._owing[each]
            reminders = () if pages_only else self._agenda.speak(unit, decider, now)
            self._catch_up(unit, now)  # an answer may have lapsed
            made = [self._plan(decider, unit, watched, now) for watched in self._due(now)]
            # The writers' lock is held: the numbers are higher by what was written here, and by nothing else.
            self._changes = unit.changes()
        self._rescoper.looked(late, now)
        self._contained.heard_of(again)
        return made, reminders

    def _plan(self, decider: Decider, unit: UnitOfWork, watched: _Watched, now: datetime) -> EscalationPlan:
        watched.plan = EscalationPlan()
        with self._apart(watched.incident.id):
            watched.plan = decider.page(unit, watched.incident.id, now)
        return watched.plan

    @contextmanager
    def _apart(self, incident_id: str) -> Iterator[None]:
        """Go on with the others where something of one incident cannot be read."""
        try:
            yield
        except UnreadableRowError as error:
            self._unread[incident_id] = str(error)

    def _catch_up(self, unit: UnitOfWork, now: datetime) -> None:
        """Read anew what was written since the last look."""
        changes = unit.changes()
        if changes == self._changes:
            return
        versions = unit.incidents.open_versions()
        stale = [key for key, version in versions.items() if self._version(key) != version]
        read, bad = unit.incidents.readable_by_ids(stale)
        fresh = {key: _Watched(incident) for key, incident in read.items()}
        self._unread = bad | {key: why for key, why in self._unread.items() if key in versions and key not in read}
        # What is to be done after a close is owed as well; before a start nobody knows which were closed.
        ended = (unit.agenda.incident_ids() - {""} if self._changes is None else self._watched.keys()) - versions.keys()
        # A note or a step done after the close ends what was owed there.
        closed = unit.agenda.closed_versions()
        ended |= {key for key, version in closed.items() if self._closed.get(key, version) != version}
        self._owing |= dict.fromkeys(sorted(ended))
        self._closed = closed
        self._watched = {
            key: fresh.get(key) or self._watched[key] for key in versions if key in fresh or key not in stale
        }
        changed = unit.outbox.changed_since(self._changes.messages) if self._changes is not None else None
        for key in self._watched if changed is None else self._watched.keys() & changed:
            self._watched[key].plan = None
        self._changes = changes
        self._agenda.ask_again()
        self._rescoper.follow(watched.incident for watched in self._watched.values())
        if self._decider is not None:
            self._contained.follow(self._decider.stopped_flows(unit, now))

    def _version(self, incident_id: str) -> int | None:
        watched = self._watched.get(incident_id)
        return watched.incident.version if watched is not None else None

    def _ahead(self, now: datetime) -> list[Incident]:
        """Return what is put off, or was dated by a clock that stood ahead."""
        found = [watched.incident for watched in self._watched.values()]
        return [each for each in found if lies_ahead(each, timedelta(0), now)]

    def _due(self, now: datetime) -> Sequence[_Watched]:
        return [watched for watched in self._watched.values() if watched.due(now)]

    def _late(self, now: datetime) -> list[str]:
        return self._rescoper.due((watched.incident for watched in self._watched.values()), now)[:MOST_SCOPES]
