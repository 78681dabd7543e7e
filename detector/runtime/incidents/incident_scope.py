"""Whose data an incident is about: the one answer of pages, commands, replay and export, from the access journal.

Counted are the touches of its actors between its first and last event. Where a finding says that somebody else got in,
or tries to, what follows counts as well (``Incident.follow_until``), and so do touches from an attacking address by
accounts that never came from there before: those behind it for weeks are colleagues or clients of the same office. An
account that others may use is used by its holder still: what is done from an address it was known at, and where no
finding saw anything, is the holder's own work and does not count.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import polars as pl

from detector import frames
from detector.schema.columns import ACCOUNT, ADDRESS
from detector.schema.incidents import Incident, IncidentKind, Scope
from detector.store import Journal, Reach, compute_scopes, reached, subjects_table

_INSTANT = timedelta(microseconds=1)
# Who came from an address within this time before the first event is known there.
_KNOWN_WITHIN = timedelta(days=30)


def scope_of(journal: Journal, incident: Incident, *, skip_bad: bool = False) -> Scope:
    """Return the blast radius; with ``skip_bad`` what can be read of a damaged journal."""
    return scopes_of(journal, [incident], skip_bad=skip_bad)[0]


def scopes_of(journal: Journal, incidents: Sequence[Incident], *, skip_bad: bool = False) -> list[Scope]:
    """Return the blast radius of each of many incidents."""
    return compute_scopes(journal, [_reach(journal, each, skip_bad) for each in incidents], skip_bad=skip_bad)


def subjects_of(journal: Journal, incident: Incident) -> pl.DataFrame:
    """Return the clients touched, one row each."""
    return subjects_table(journal, reach=_reach(journal, incident, skip_bad=False))


def actors_of(incident: Incident) -> frozenset[str]:
    """Return whose touches count; an account that is only attacked goes on being used by its holder."""
    actors = frozenset((incident.actor_id, *incident.related_actors))
    if incident.kind is IncidentKind.ACCOUNT_ATTACK:
        return frozenset(actor for actor in actors if not actor.startswith(ACCOUNT))
    return actors


def addresses_of(incident: Incident) -> frozenset[str]:
    """Return from which addresses touches by others count: those an attack came from."""
    if incident.follow_until is None:
        return frozenset()
    if incident.kind is IncidentKind.ACCOUNT_ATTACK:
        return frozenset(incident.source_ips)
    return frozenset(actor.removeprefix(ADDRESS) for actor in actors_of(incident) if actor.startswith(ADDRESS))


def _reach(journal: Journal, incident: Incident, skip_bad: bool) -> Reach:
    ends = [incident.last_event_at + _INSTANT]
    if incident.follow_until is not None:
        followed = incident.follow_until
        ends.append(min(followed, incident.closed_at) if incident.closed_at else followed)
    reach = Reach(
        actors=actors_of(incident),
        addresses=addresses_of(incident),
        since=incident.first_event_at,
        until=max(ends),
    )
    if incident.follow_until is not None:
        reach = _without_own(journal, reach, incident.source_ips, skip_bad)
    return _without_known(journal, reach, skip_bad) if reach.addresses else reach


def _without_own(journal: Journal, reach: Reach, seen: Sequence[str], skip_bad: bool) -> Reach:
    """Return the reach without what holders do where they were known before, and no finding has seen anything."""
    accounts = frozenset(actor for actor in reach.actors if actor.startswith(ACCOUNT))
    if not accounts:
        return reach
    before = Reach(actors=accounts, since=reach.since - _KNOWN_WITHIN, until=reach.since)
    usual = reached(journal, before, skip_bad=skip_bad).drop_nulls()
    return replace(reach, usual=frozenset(usual.filter(~frames.from_addresses(seen)).iter_rows()))


def _without_known(journal: Journal, reach: Reach, skip_bad: bool) -> Reach:
    """Return the reach without the accounts that came from its addresses before; asked only if others came at all."""
    others = set(reached(journal, reach, skip_bad=skip_bad)["actor.id"].drop_nulls()) - reach.actors
    if not others:
        return reach
    before = Reach(actors=frozenset(), addresses=reach.addresses, since=reach.since - _KNOWN_WITHIN, until=reach.since)
    known = set(reached(journal, before, skip_bad=skip_bad)["actor.id"].drop_nulls())
    return replace(reach, known=frozenset(known & others))
