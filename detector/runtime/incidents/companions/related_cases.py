"""Which other incidents may belong to one: the same actor, the same address, the same clients.

Comes in: an incident, those near it in time, how many clients each shares with it. Goes out: the related ones, each
with why. It is computed whenever it is asked for and changes nothing: a person merges what is one matter.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from detector.schema.case.incidents import Incident, IncidentKind, RelatedCase
from detector.schema.detection.findings import Reason

NEAR: Final = timedelta(days=90)
"""Incidents whose events lie further apart are not compared."""
_APART = frozenset({IncidentKind.HISTORY, IncidentKind.BLIND_SPOT, IncidentKind.DRILL})
_NAMED, _SHOWN = 3, 10


def near(incident: Incident, others: Iterable[Incident]) -> list[Incident]:
    """Return the incidents that are compared with one, those nearest in time first."""
    if incident.kind in _APART:
        return []
    found = [(_gap(incident, each), each) for each in others if each.id != incident.id and each.kind not in _APART]
    return [each for gap, each in sorted(found, key=lambda pair: (pair[0], pair[1].id)) if gap <= NEAR]


def related(incident: Incident, others: Sequence[Incident], shared: Mapping[str, int]) -> tuple[RelatedCase, ...]:
    """Return the related incidents, those with the most in common first.

    Args:
        incident: Of which one.
        others: Those that ``near`` gives.
        shared: By id of an incident, how many clients both are about.
    """
    found = [RelatedCase(incident=each, why=why) for each in others if (why := _why(incident, each, shared))]
    return tuple(sorted(found, key=lambda each: (-len(each.why), -shared.get(each.incident.id, 0)))[:_SHOWN])


def _why(incident: Incident, other: Incident, shared: Mapping[str, int]) -> tuple[Reason, ...]:
    why = []
    if incident.id == other.merged_into or other.id == incident.merged_into:
        why.append(Reason(message="related-merged"))
    for message, both in (
        ("related-actor", incident.suspects & other.suspects),
        ("related-address", {*incident.source_ips} & {*other.source_ips}),
    ):
        if both:
            names = ", ".join(sorted(both)[:_NAMED]) + (" …" if len(both) > _NAMED else "")
            why.append(Reason(message=message, args=(("names", names),)))
    if count := shared.get(other.id, 0):
        why.append(Reason(message="related-clients", args=(("count", count),)))
    return tuple(why)


def _gap(one: Incident, other: Incident) -> timedelta:
    apart = max(one.first_event_at - other.last_event_at, other.first_event_at - one.last_event_at)
    return max(apart, timedelta(0))
