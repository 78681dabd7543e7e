"""Who else may be in an incident: its actors' work compared with that of everybody in the days around it.

Comes in: an incident's actors, the access journal, which incidents there are. Goes out: ``Companions``. It names
accounts for people to look at: it finds nothing, opens nothing and sends nothing. What is read is bounded
(``MOST_TOUCHES``); what is damaged is left out, and that is said.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from detector.errors import StoreError
from detector.runtime.incidents.companions.same_clients import same_clients
from detector.runtime.incidents.companions.same_pace import next_slices, same_pace
from detector.runtime.incidents.companions.same_place import AROUND, Found, same_place
from detector.runtime.incidents.companions.surrounding_work import SurroundingWork
from detector.runtime.incidents.scopes.incident_scope import counted_for
from detector.schema.case.incidents import Incident, IncidentKind, IncidentStatus
from detector.store import IncidentSpan, Journal, opened_clients, places_of, seen_at
from detector.web.companions import Companion, Companions, SharedTrace, SharedWay

MOST_LISTED = 5
DAYS_AROUND = timedelta(days=3)
"""So long before and after an incident its clients are looked for."""
USUAL_DAYS = timedelta(days=14)
"""So long before, who used an address tells whose it is."""
LEAST_KEPT = timedelta(days=3)
MOST_TOUCHES = 1_500_000
"""Touches of anybody that are read."""
MOST_PLACES = 50
_FEWER_COLUMNS = 2
_WAYS = {way: place for place, way in enumerate(SharedWay)}
_NONE = (IncidentKind.BLIND_SPOT, IncidentKind.DRILL, IncidentKind.HISTORY)
T = TypeVar("T")

Past = Callable[[str, datetime, datetime], Sequence[Incident]]


def find_companions(
    journal: Journal, incident: Incident, actors: Collection[str], past: Past, *, most_touches: int = MOST_TOUCHES
) -> Companions:
    """Return who may be in an incident beside its actors.

    Args:
        journal: What is kept.
        incident: Which.
        actors: Whom it is about.
        past: Returns the incidents about an actor with events in a span of time.
        most_touches: Touches of anybody that are read at most.

    Raises:
        StoreError: The journal cannot be read at all.
    """
    reading = _Reading()
    since, until, fewer = _span(journal, incident, most_touches)
    first, last = max(incident.first_event_at, since), min(incident.last_event_at, until)
    span = IncidentSpan(whose=counted_for(actors), first=first, last=last)
    rows = reading.whole_or_rest(lambda skip: opened_clients(journal, span, since, until, skip_bad=skip))
    work = SurroundingWork(rows)
    addresses, sessions = reading.whole_or_rest(lambda skip: places_of(journal, span, MOST_PLACES, skip_bad=skip))
    before = first - USUAL_DAYS
    if journal.most(before, last + AROUND) > _FEWER_COLUMNS * most_touches:
        before = max(since, first - LEAST_KEPT)
    begins = journal.begins()
    seen = reading.whole_or_rest(
        lambda skip: seen_at(journal, span, addresses, sessions, before, AROUND, skip_bad=skip)
    )
    usual_known = begins is not None and max(begins, before) <= first - LEAST_KEPT
    places = {who: traces for who, traces in same_place(seen, usual_known=usual_known).items() if who in work.roles}
    by_work = [look(work) for look in (same_clients, next_slices, same_pace)] if work.known else []
    found = _together(places, *by_work)
    order = sorted(found, key=lambda who: (_rank(found[who]), who))
    return Companions(
        listed=tuple(
            Companion(
                actor_id=who,
                role=work.roles[who],
                shared=found[who],
                incidents=_open(incident, past(who, since, until)),
            )
            for who in order[:MOST_LISTED]
        ),
        more=max(len(order) - MOST_LISTED, 0),
        compared=len(work.roles),
        since=since,
        until=until,
        fewer=fewer,
        whole=reading.whole,
        unexplained_known=work.known,
        places_known=usual_known,
    )


class _Reading:
    """Reads a journal, of a damaged one what can be read."""

    def __init__(self) -> None:
        self.whole = True

    def whole_or_rest(self, read: Callable[[bool], T]) -> T:
        """Return what is read; where a part is damaged, of the rest."""
        try:
            return read(not self.whole)
        except StoreError:
            if not self.whole:
                raise
            self.whole = False
            return read(True)


def _span(journal: Journal, incident: Incident, most: int) -> tuple[datetime, datetime, bool]:
    """Return what time is read, and whether that is less than there is: rather an incident's end than its begin."""
    instant = timedelta(microseconds=1)
    first, last = incident.first_event_at, incident.last_event_at + instant
    for days in (DAYS_AROUND, timedelta(days=1), AROUND, timedelta(0)):
        if journal.most(first - days, last + days) <= most:
            return first - days, last + days, days != DAYS_AROUND
    for hours in (24, 12, 6, 3, 1):
        since = max(first, last - timedelta(hours=hours))
        if journal.most(since, last) <= most:
            break
    return since, last, True


def _together(places: Found, *others: Mapping[str, SharedTrace]) -> dict[str, tuple[SharedTrace, ...]]:
    """Return all that each account has in common with an incident, the most telling first."""
    found = {who: list(traces) for who, traces in places.items()}
    for each in others:
        for who, trace in each.items():
            found.setdefault(who, []).append(trace)
    return {who: tuple(sorted(traces, key=lambda trace: _WAYS[trace.way])) for who, traces in found.items()}


def _rank(traces: Sequence[SharedTrace]) -> tuple[int, int, float]:
    """Order accounts: in the more ways, in the more telling way, by the less likely a chance."""
    chances = [each.log_chance for each in traces if each.log_chance is not None]
    return -len(traces), _WAYS[traces[0].way], min(chances, default=0.0)


def _open(incident: Incident, about: Sequence[Incident]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (each.number, each.code_name, each.code_name_ru)
        for each in about
        if each.id != incident.id and each.status is not IncidentStatus.CLOSED and each.kind not in _NONE
    )
