"""The incident of a drill: how one begins that a call reports, how it ends, and what is measured of it.

Comes in: a drill, a scenario's call, a ``Dossier``. Goes out: ``IncidentChanges``, measures. An incident that the
drill's lines open is made as any other (``opening``): its kind follows from the matter of its findings. No duty of a
law is in either, for a drill is no breach.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from detector.incident.case.code_names import case_number, code_name
from detector.incident.case.frozen_terms import configured_terms
from detector.incident.case.opening import opening_of
from detector.incident.dossier import Dossier
from detector.incident.drills.scenario import DrillCall
from detector.incident.duty.regulations import Regulation
from detector.incident.playbook.checklist import NABAT, dropped
from detector.incident.playbook.playbooks import Playbook
from detector.incident.ports import IncidentChanges
from detector.incident.status_machine import moved
from detector.incident.timeline import rfc3339
from detector.messages import Messages, MessageText, by_text, messages
from detector.schema.case.documents import DocumentKind, FiledDocument
from detector.schema.case.incidents import (
    OPENED_BY_HAND,
    CloseReason,
    Incident,
    IncidentKind,
    IncidentStatus,
    Step,
    StepStatus,
    TimelineEntry,
)
from detector.schema.detection.alerts import AlertStatus
from detector.schema.detection.findings import Reason
from detector.schema.ids import derive
from detector.schema.team.delivery import Message, MessageKind
from detector.schema.team.drills import OWN_ENDINGS, Drill, DrillStatus
from detector.settings import Settings


def called_id(drill: Drill, place: int) -> str:
    """Return the id of the incident that a call of a drill opens; ``place``: of the step in the scenario."""
    return derive("incident", drill.matter, "called", place)


def open_called(
    told: DrillCall,
    drill: Drill,
    place: int,
    playbooks: Mapping[str, Playbook],
    settings: Settings,
    regulations: Mapping[str, Regulation],
    now: datetime,
) -> IncidentChanges:
    """Open the incident that a call of a drill is about, as somebody of the team would by hand.

    Args:
        told: The call.
        drill: Of which drill.
        place: Of the step in its scenario.
        playbooks: By name; a scenario may name one that is not configured: then the one for leaks is opened.
        settings: Language, zone, team.
        regulations: Laws that bind us: their steps are in the checklist, their duties are not.
        now: When.
    """
    key, words = called_id(drill, place), messages(settings.language)
    name, name_ru = code_name(key, drill.matter) if settings.incident.code_names else ("", "")
    playbook = playbooks.get(told.playbook) or playbooks["client-data-leak"]
    reason = told.reason.text(settings.language)
    incident = Incident(
        id=key,
        number=case_number(key, now, settings.timezone, drill.matter),
        code_name=name,
        code_name_ru=name_ru,
        kind=IncidentKind.DRILL,
        title=f"{messages('en').text('drill-word')}: {told.title.en}",
        title_ru=f"{messages('ru').text('drill-word')}: {told.title.ru}",
        severity=told.severity,
        score=0.0,
        risk=0,
        matter=drill.matter,
        playbook=playbook.id,
        service="",
        actor_id="",
        actor_type="unknown",
        opened_at=now,
        first_event_at=now,
        last_event_at=now,
        reasons=(Reason(message=OPENED_BY_HAND, args=(("by", drill.asked_by), ("reason", reason))),),
    )
    return opening_of(
        incident,
        playbook,
        configured_terms(settings, regulations),
        by=NABAT,
        text=words.wording("incident-entry-by-hand", by=drill.asked_by, reason=reason),
        data=(("severity", told.severity.value), ("playbook", playbook.id), ("drill", drill.number)),
        proof=words.text("incident-proof-by-hand", by=drill.asked_by, at=rfc3339(now)),
    )


def end_drill_case(dossier: Dossier, why: MessageText, now: datetime) -> IncidentChanges:
    """Close the incident of a drill that is over; what is open in it is owed by nobody any more."""
    steps = tuple(dropped(step, now, NABAT, why.text) for step in dossier.steps)
    return dossier.changes(
        replace(
            moved(dossier.incident, IncidentStatus.CLOSED),
            closed_at=now,
            close_reason=CloseReason.AUTHORISED,
            close_note=why.text,
        ),
        steps,
        at=now,
        kind="closed",
        by=NABAT,
        text=dossier.words.wording("incident-entry-closed", reason=CloseReason.AUTHORISED.value, note=why),
        data=(("reason", CloseReason.AUTHORISED.value),),
        alerts=(
            replace(alert, status=AlertStatus.CLOSED)
            for alert in dossier.alerts
            if alert.status is not AlertStatus.CLOSED
        ),
    )


def ended_words(status: DrillStatus, words: Messages, *, number: int, by: str = "", why: str = "") -> MessageText:
    """Return why a drill is over, as its incidents' timelines and its messages say it."""
    known = by_text(Reason(message=each) for each in OWN_ENDINGS)
    reason = words.wording(known[why].message) if why in known else why
    return words.wording(f"drill-ended-{status.value}", number=number, by=by, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillCase:
    """What one incident of a drill shows.

    Attributes:
        incident: It.
        steps: Its checklist.
        messages: About it. entries: its timeline. documents: filed with it.
    """

    incident: Incident
    steps: Sequence[Step] = ()
    messages: Sequence[Message] = ()
    entries: Sequence[TimelineEntry] = ()
    documents: Sequence[FiledDocument] = ()


def measure_drill(drill: Drill, cases: Iterable[DrillCase], now: datetime) -> Drill:
    """Return a drill with what is measured of its incidents; of one that has ended nothing changes any more."""
    if not drill.going:
        return drill
    some = list(cases)
    pages = [each.sent_at for case in some for each in case.messages if each.kind is MessageKind.PAGE and each.sent_at]
    answers = [each.at for case in some for each in case.entries if each.kind == "acknowledged"]
    notices = [
        each.document.made_at for case in some for each in case.documents if each.document.kind is DocumentKind.NOTICE
    ]
    steps = [step for case in some for step in case.steps if step.due_at is not None]
    return replace(
        drill,
        paged_at=min(pages, default=None),
        acknowledged_at=min(answers, default=None),
        notice_at=min(notices, default=None),
        steps=len(steps),
        steps_done=sum(step.status is StepStatus.DONE for step in steps),
        steps_late=sum(is_step_late(step, now) for step in steps),
    )


def is_step_late(step: Step, ended: datetime) -> bool:
    """Tell whether a step was done after it was due, or was not done at the end and should have been.

    What a person skipped was dealt with; what nobody did is dropped by the service when the drill ends.
    """
    if step.due_at is None or (step.status is StepStatus.SKIPPED and step.done_by != NABAT):
        return False
    return (step.done_at or ended) > step.due_at
