"""Two incidents turn out to be one: the later goes on as the other.

Comes in: the incident that ends. Goes out: ``IncidentChanges`` that close it. What goes on is told by ``opening``.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from detector.incident.playbook.checklist import NABAT, changed, dropped
from detector.incident.ports import IncidentChanges
from detector.incident.status_machine import moved
from detector.incident.timeline import append
from detector.messages import Messages
from detector.schema.incidents import CloseReason, Incident, IncidentStatus, Step, TimelineEntry


def merged_into(
    before: Incident, steps: Sequence[Step], last: TimelineEntry | None, number: str, words: Messages, now: datetime
) -> IncidentChanges:
    """Close an incident that goes on as another one: a late line has shown that both are the same matter.

    Args:
        before: The incident, not closed.
        steps: Its checklist.
        last: The newest entry of its timeline.
        number: Of the incident it goes on as.
        words: Texts for the timeline.
        now: When.
    """
    note = words.text("incident-note-merged", number=number)
    after = replace(
        moved(before, IncidentStatus.CLOSED),
        closed_at=now,
        close_reason=CloseReason.DUPLICATE,
        close_note=note,
        version=before.version + 1,
    )
    text = words.text("incident-entry-closed", reason=CloseReason.DUPLICATE.value, note=note)
    entry = append(last, incident_id=before.id, at=now, kind="closed", by=NABAT, text=text)
    proof = words.text("incident-proof-dropped", reason=CloseReason.DUPLICATE.value)
    return IncidentChanges(
        incidents=(after,),
        steps=changed(steps, tuple(dropped(step, now, NABAT, proof) for step in steps)),
        entries=(entry,),
    )
