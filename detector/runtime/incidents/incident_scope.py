"""Whose data an incident is about: the one answer of pages, commands, replay and export, from the access journal.

Counted are the touches of its actors between its first and last event; of a session, by whichever account; of a machine
or a service, those that name nobody. Where a finding says that somebody else got in, or tries to, what follows counts
as well (``Incident.follow_until``), and so do touches from an attacking address by accounts that never came from there
before: those behind it for weeks are colleagues or clients of the same office. An account that others may use is used
by its holder still: what is done from an address it was known at, and where no finding saw anything, is the holder's
own work and does not count.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import polars as pl

from detector import frames
from detector.schema.columns import ACCOUNT, ADDRESS, HOST, SESSION, UNNAMED
from detector.schema.incidents import Incident, IncidentKind, Scope
from detector.schema.touches import TouchSummary
from detector.store import Anyone, Journal, Reach, compute_scopes, reached, subject_ids, subjects_table, touch_summary

_INSTANT = timedelta(microseconds=1)
# Who came from an address within this time before the first event is known there.
_KNOWN_WITHIN = timedelta(days=30)


def scope_of(journal: Journal, incident: Incident, *, skip_bad: bool = False) -> Scope:
    """Return the blast radius; with ``skip_bad`` what can be read of a damaged journal."""
    return scopes_of(journal, [incident], skip_bad=skip_bad)[0]


def scopes_of(journal: Journal, incidents: Sequence[Incident], *, skip_bad: bool = False) -> list[Scope]:
    """Return the blast radius of each of many incidents."""
    return compute_scopes(journal, _reaches(journal, incidents, skip_bad), skip_bad=skip_bad)


def subjects_of(journal: Journal, incident: Incident) -> pl.DataFrame:
    """Return the clients touched, one row each."""
    (reach,) = _reaches(journal, [incident], skip_bad=False)
    return subjects_table(journal, reach=reach)


def touches_of(journal: Journal, incident: Incident) -> TouchSummary:
    """Return what explains that these clients were touched; of a damaged journal what can be read."""
    (reach,) = _reaches(journal, [incident], skip_bad=True)
    return touch_summary(journal, reach, incident.actor_id)


def subject_ids_of(journal: Journal, incident: Incident) -> frozenset[str]:
    """Return the ids of the clients touched."""
    (reach,) = _reaches(journal, [incident], skip_bad=False)
    return subject_ids(journal, reach)


def whose(incident: Incident) -> Anyone:
    """Return whose touches count; an account that is only attacked goes on being used by its holder."""
    actors = frozenset((incident.actor_id, *incident.related_actors))
    if incident.kind is IncidentKind.ACCOUNT_ATTACK:
        actors = frozenset(actor for actor in actors if not actor.startswith(ACCOUNT))
    return replace(counted_for(actors), addresses=_addresses(incident, actors))


def counted_for(actors: Collection[str]) -> Anyone:
    """Return which touches are those of actors, whatever they are named after."""
    return Anyone(
        actors=frozenset(actors),
        sessions=_named(actors, SESSION),
        places=_named(actors, ADDRESS),
        hosts=_named(actors, HOST),
        services=_named(actors, UNNAMED),
    )


def _named(actors: Collection[str], prefix: str) -> frozenset[str]:
    return frozenset(actor.removeprefix(prefix) for actor in actors if actor.startswith(prefix))


def _addresses(incident: Incident, actors: frozenset[str]) -> frozenset[str]:
    """Return from which addresses touches by others count: those an attack came from."""
    if incident.follow_until is None:
        return frozenset()
    if incident.kind is IncidentKind.ACCOUNT_ATTACK:
        return frozenset(incident.source_ips)
    return _named(actors, ADDRESS)


def _reaches(journal: Journal, incidents: Sequence[Incident], skip_bad: bool) -> list[Reach]:
    """Return whose touches count in each; the journal is asked about all of them at once."""
    reaches = [_all_of(incident) for incident in incidents]
    followed = [place for place, incident in enumerate(incidents) if incident.follow_until is not None]
    _leave_out_own(journal, reaches, {place: incidents[place].source_ips for place in followed}, skip_bad)
    _leave_out_known(journal, reaches, [place for place in followed if reaches[place].whose.addresses], skip_bad)
    return reaches


def _all_of(incident: Incident) -> Reach:
    ends = [incident.last_event_at + _INSTANT]
    if incident.follow_until is not None:
        followed = incident.follow_until
        ends.append(min(followed, incident.closed_at) if incident.closed_at else followed)
    return Reach(
        whose=whose(incident),
        since=incident.first_event_at,
        until=max(ends),
    )


def _leave_out_own(journal: Journal, reaches: list[Reach], seen: Mapping[int, Sequence[str]], skip_bad: bool) -> None:
    """Leave out what holders do where they were known before, and no finding has seen anything."""
    accounts = {at: frozenset(a for a in reaches[at].whose.actors if a.startswith(ACCOUNT)) for at in seen}
    places = [at for at, some in accounts.items() if some]
    asked = [_before(reaches[at], Anyone(actors=accounts[at])) for at in places]
    for at, usual in zip(places, reached(journal, asked, skip_bad=skip_bad), strict=True):
        pairs = usual.drop_nulls().filter(~frames.from_addresses(seen[at]))
        reaches[at] = replace(reaches[at], usual=frozenset(pairs.iter_rows()))


def _leave_out_known(journal: Journal, reaches: list[Reach], places: Sequence[int], skip_bad: bool) -> None:
    """Leave out the accounts that came from the addresses before; looked for only where others came at all."""
    met = reached(journal, [reaches[at] for at in places], skip_bad=skip_bad)
    others = {at: _actors(frame) - reaches[at].whose.actors for at, frame in zip(places, met, strict=True)}
    crowded = [at for at in places if others[at]]
    asked = [_before(reaches[at], Anyone(addresses=reaches[at].whose.addresses)) for at in crowded]
    for at, frame in zip(crowded, reached(journal, asked, skip_bad=skip_bad), strict=True):
        reaches[at] = replace(reaches[at], known=_actors(frame) & others[at])


def _before(reach: Reach, these: Anyone) -> Reach:
    return Reach(whose=these, since=reach.since - _KNOWN_WITHIN, until=reach.since)


def _actors(frame: pl.DataFrame) -> frozenset[str]:
    return frozenset(frame["actor.id"].drop_nulls())
