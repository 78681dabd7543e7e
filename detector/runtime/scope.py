"""Whose data an incident is about: its actors' touches between its first and last event, from the access journal."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from detector.schema.incidents import Incident, Scope
from detector.store import Journal, compute_scope, compute_scopes, subjects_table

_INSTANT = timedelta(microseconds=1)


def actors_of(incident: Incident) -> tuple[str, ...]:
    """Return whose touches count."""
    return (incident.actor_id, *incident.related_actors)


def scope_of(journal: Journal, incident: Incident, *, skip_bad: bool = False) -> Scope:
    """Return the blast radius; with ``skip_bad`` what can be read of a damaged journal."""
    return compute_scope(
        journal,
        actors=actors_of(incident),
        since=incident.first_event_at,
        until=incident.last_event_at + _INSTANT,
        skip_bad=skip_bad,
    )


def scopes_of(journal: Journal, incidents: Sequence[Incident]) -> list[Scope]:
    """Return the blast radius of each of many incidents."""
    return compute_scopes(journal, [(actors_of(i), i.first_event_at, i.last_event_at + _INSTANT) for i in incidents])


def subjects_of(journal: Journal, incident: Incident) -> pl.DataFrame:
    """Return the clients touched, one row each."""
    return subjects_table(
        journal,
        actors=actors_of(incident),
        since=incident.first_event_at,
        until=incident.last_event_at + _INSTANT,
    )
