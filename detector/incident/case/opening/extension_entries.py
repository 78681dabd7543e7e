"""What the timeline says when an incident is extended: what joined it, who it is about, a worse severity."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from detector.incident.case.changes.again import kinds, said
from detector.incident.case.changes.escalate_kind import worse_entry
from detector.incident.case.opening.opening_call import OpeningCall
from detector.incident.playbook.checklist import NABAT
from detector.incident.timeline import append
from detector.messages import MessageText
from detector.schema.case.incidents import Incident, IncidentStatus, TimelineEntry
from detector.schema.detection.findings import Reason


def extension_entries(
    call: OpeningCall,
    last: TimelineEntry | None,
    before: Incident,
    after: Incident,
    merged: Sequence[Incident],
    why: Sequence[Reason],
    at: datetime,
) -> tuple[TimelineEntry, ...]:
    """Say what matters: a worse severity, new alerts. That a finding counts a little more is no entry."""
    entries: list[TimelineEntry] = []
    for kind, by, text in _notes(call, after, merged):
        last = append(last, incident_id=after.id, at=at, kind=kind, by=by, text=text)
        entries.append(last)
    if after.actor_id != before.actor_id:
        text = call.words.wording("incident-entry-actor", old=before.actor_id, new=after.actor_id)
        last = append(last, incident_id=after.id, at=at, kind="actor", by=NABAT, text=text)
        entries.append(last)
    more = len(set(after.alert_ids) - set(before.alert_ids))
    if more:
        text = call.words.wording("incident-entry-extended", alerts=more)
        last = append(last, incident_id=after.id, at=at, kind="extended", by=NABAT, text=text, data=(("alerts", more),))
        entries.append(last)
    if why:
        text, what = said(why, call.words, before.acknowledged_by), (("why", " ".join(kinds(why))),)
        last = append(last, incident_id=after.id, at=at, kind="unacknowledged", by=NABAT, text=text, data=what)
        entries.append(last)
    if after.kind is not before.kind:
        reason = call.words.wording("incident-reason-findings")
        last = worse_entry(last, before, after, call.words, at=at, by=NABAT, reason=reason)
        entries.append(last)
    if after.status is not before.status:
        held = before.status is IncidentStatus.ON_HOLD
        reason = call.words.wording("incident-reason-held" if held else "incident-reason-again")
        status = {"old": before.status.value, "new": after.status.value}
        text = call.words.wording("incident-entry-status", **status, reason=reason)
        last = append(last, incident_id=after.id, at=at, kind="status", by=NABAT, text=text)
        entries.append(last)
    if after.severity is not before.severity:
        old, new = call.severity_word(before.severity), call.severity_word(after.severity)
        text = call.words.wording("incident-entry-severity", old=old, new=new)
        data = (("old", before.severity.value), ("new", after.severity.value))
        last = append(last, incident_id=after.id, at=at, kind="severity", by=NABAT, text=text, data=data)
        entries.append(last)
    return (*entries, *call.stand_ins(last, before, after, at))


def _notes(call: OpeningCall, after: Incident, merged: Sequence[Incident]) -> Iterable[tuple[str, str, MessageText]]:
    """Return kind, author and text of the entries that say what belongs together now."""
    if call.moved is None:
        return [("merged", NABAT, call.words.wording("incident-entry-merged", number=each.number)) for each in merged]
    note = call.moved.notes.get(after.id)
    return [(note[0], call.moved.by, note[1])] if note is not None else []
