"""An incident becomes a graver one: client data is concerned, or an account seems to be in other hands.

Comes in: an incident, what it became, when. Goes out: the incident as that kind, and the entry that says so. From the
moment on it is dealt with as new: T0, due times, clocks and pages count from it, and whoever had it is asked again.
"""

from dataclasses import replace
from datetime import datetime

from detector.incident.timeline import append, rfc3339
from detector.messages import Messages
from detector.schema.incidents import Entry, Incident, IncidentKind, IncidentStatus

_AT_REST = frozenset({IncidentStatus.RESOLVED, IncidentStatus.ON_HOLD})


def as_kind(incident: Incident, kind: IncidentKind, playbook: str, at: datetime) -> Incident:
    """Return the incident as one of a graver kind, known to be that since a moment.

    Found out in the moment of its opening, nothing was said of the lesser kind yet: then it opened as the graver one.
    """
    if at <= incident.opened_at:
        return replace(incident, kind=kind, playbook=playbook)
    if incident.kind.breach:
        # The clocks of the law run already: they count from when the first breach was known.
        return replace(incident, kind=kind, playbook=playbook, acknowledged_at=None, acknowledged_by="")
    return replace(
        incident,
        kind=kind,
        playbook=playbook,
        became_at=at,
        status=IncidentStatus.IN_PROGRESS if incident.status in _AT_REST else incident.status,
        acknowledged_at=None,
        acknowledged_by="",
    )


def worse_entry(
    last: Entry | None, before: Incident, after: Incident, words: Messages, *, at: datetime, by: str, reason: str
) -> Entry:
    """Return the entry that says what an incident has become and why."""
    text = words.text(
        "incident-entry-worse",
        old=words.text(f"incident-kind-{before.kind.value}"),
        new=words.text(f"incident-kind-{after.kind.value}"),
        reason=reason,
    )
    if after.kind.breach and not before.kind.breach:
        text = f"{text} {words.text('incident-entry-clocks', at=rfc3339(after.t0))}"
    return append(
        last,
        incident_id=after.id,
        at=at,
        kind="worse",
        by=by,
        text=text,
        data=(("old", before.kind.value), ("new", after.kind.value)),
    )
