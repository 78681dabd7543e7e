"""The acts of an incident as stories tell them, by name: the door gives each its grant first."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from detector import incident
from detector.incident import CaseTerms, Dossier, IncidentChanges, OpeningTools, Playbook, StatedFact, fact_act, rfc3339
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import CaseMerge, CloseReason, IncidentStatus
from detector.schema.detection.findings import Finding
from detector.schema.team.grants import PersonAct, SkipReason
from tests.fakes.people import grant


def acknowledge(found: Dossier, *, by: str, via: str, now: datetime) -> IncidentChanges:
    return incident.acknowledge(found, grant(found, by, PersonAct.ACKNOWLEDGE), via=via, now=now)


def take_over(found: Dossier, *, by: str, now: datetime) -> IncidentChanges:
    return incident.take_over(found, grant(found, by, PersonAct.TAKE_OVER), via="cli", now=now)


def hand_over(found: Dossier, *, by: str, to: str, able: Iterable[str], now: datetime) -> IncidentChanges:
    return incident.hand_over(found, grant(found, by, PersonAct.HAND_OVER), to=to, able=tuple(able), now=now)


def assign_role(found: Dossier, role: str, to: str, *, by: str, able: Iterable[str], **said: Any) -> IncidentChanges:
    who = {"able": tuple(able), "trusted": tuple(said.pop("trusted", able))}
    return incident.assign_role(found, grant(found, by, PersonAct.ASSIGN_ROLE), role, to, **who, **said)


def accept_role(found: Dossier, role: str, *, by: str, now: datetime) -> IncidentChanges:
    return incident.accept_role(found, grant(found, by, PersonAct.ANSWER_ROLE), role, now=now)


def decline_role(found: Dossier, role: str, *, by: str, reason: str, now: datetime) -> IncidentChanges:
    return incident.decline_role(found, grant(found, by, PersonAct.ANSWER_ROLE), role, reason=reason, now=now)


def withdraw_role(found: Dossier, role: str, *, by: str, reason: str, now: datetime) -> IncidentChanges:
    return incident.withdraw_role(found, grant(found, by, PersonAct.ASSIGN_ROLE), role, reason=reason, now=now)


def snooze(found: Dossier, *, by: str, until: datetime, reason: str, now: datetime) -> IncidentChanges:
    return incident.snooze(found, grant(found, by, PersonAct.SNOOZE), until=until, reason=reason, now=now)


def complete_step(
    found: Dossier, step: str, *, by: str, now: datetime, proof: str = "Seen to at 09:00, no. 1.", approved_by: str = ""
) -> IncidentChanges:
    second = grant(found, approved_by, PersonAct.APPROVE) if approved_by else None
    author = grant(found, by, PersonAct.DO_STEP)
    return incident.complete_step(found, step, author, now=now, proof=proof, second=second)


def skip_step(
    found: Dossier, step: str, *, by: str, reason: str, now: datetime, approved_by: str = ""
) -> IncidentChanges:
    second = grant(found, approved_by, PersonAct.APPROVE) if approved_by else None
    author = grant(found, by, PersonAct.SKIP_STEP)
    why = SkipReason.NOT_REQUIRED
    return incident.skip_step(found, step, author, reason=why, words=reason, now=now, second=second)


def reopen_step(found: Dossier, step: str, *, by: str, reason: str, now: datetime) -> IncidentChanges:
    return incident.reopen_step(found, step, grant(found, by, PersonAct.REOPEN_STEP), reason=reason, now=now)


def add_note(found: Dossier, *, by: str, text: str, now: datetime) -> IncidentChanges:
    return incident.add_note(found, grant(found, by, PersonAct.NOTE), text=text, now=now)


def say_client_data(found: Dossier, *, by: str, reason: str, now: datetime) -> IncidentChanges:
    return incident.say_client_data(found, grant(found, by, PersonAct.CLIENT_DATA), reason=reason, now=now)


def set_aware(
    found: Dossier, *, at: datetime, by: str, reason: str, now: datetime, approved_by: str = ""
) -> IncidentChanges:
    stated = StatedFact(kind=CaseFactKind.T1, value=rfc3339(at), reason=reason)
    return record_fact(found, stated, by=by, now=now, approved_by=approved_by)


def record_fact(
    found: Dossier,
    stated: StatedFact,
    *,
    by: str,
    now: datetime,
    approved_by: str = "",
    **known: Any,
) -> IncidentChanges:
    second = grant(found, approved_by, PersonAct.APPROVE) if approved_by else None
    author = grant(found, by, fact_act(stated.kind))
    return incident.record_fact(found, author, stated, now=now, second=second, **known)


def set_status(
    found: Dossier, status: IncidentStatus, *, by: str, reason: str, now: datetime, until: datetime | None = None
) -> IncidentChanges:
    return incident.set_status(found, grant(found, by, PersonAct.STATUS), status, reason=reason, now=now, until=until)


def _tools(story: Any) -> OpeningTools:
    laws = story.regulations
    return OpeningTools(
        known=story.past, playbooks=incident.load_playbooks(), regulations=laws, settings=story.settings
    )


def merge(story: Any, one: str, other: str, *, by: str, reason: str = "One laptop.") -> CaseMerge:
    """Merge two incidents of a story now; return what is kept of that."""
    ends, goes_on = story.dossier(one), story.dossier(other)
    grants = grant(ends, by, PersonAct.MERGE), grant(goes_on, by, PersonAct.MERGE)
    changes, kept = incident.merge_cases(ends, goes_on, grants, _tools(story), number=1, reason=reason, now=story.now)
    story.write(changes)
    return kept


def unmerge(story: Any, kept: CaseMerge, *, by: str, reason: str = "Two people.") -> CaseMerge:
    """Take a merge back now."""
    ends, goes_on = story.dossier(kept.incident_id), story.dossier(kept.into_id)
    grants = grant(ends, by, PersonAct.MERGE), grant(goes_on, by, PersonAct.MERGE)
    changes, after = incident.unmerge_cases(ends, goes_on, kept, grants, _tools(story), reason=reason, now=story.now)
    story.write(changes)
    return after


def reopen(found: Dossier, *, by: str, reason: str, now: datetime, approved_by: str = "") -> IncidentChanges:
    second = grant(found, approved_by, PersonAct.APPROVE) if approved_by else None
    return incident.reopen(found, grant(found, by, PersonAct.REOPEN), reason=reason, now=now, second=second)


def close(
    found: Dossier,
    reason: CloseReason,
    findings: Iterable[Finding],
    *,
    by: str,
    note: str,
    correction: str = "",
    now: datetime,
    approved_by: str = "",
    others: Iterable[str] = (),
) -> IncidentChanges:
    second = grant(found, approved_by, PersonAct.APPROVE) if approved_by else None
    mine = grant(found, by, PersonAct.CLOSE)
    return incident.close(
        found, mine, reason, findings, note=note, correction=correction, now=now, others=tuple(others), second=second
    )


def decide_duty(found: Dossier, ref: str, *, by: str, approved_by: str = "", **said: Any) -> IncidentChanges:
    second = grant(found, approved_by, PersonAct.APPROVE) if approved_by else None
    return incident.decide_duty(found, ref, grant(found, by, PersonAct.DUTY), second=second, **said)


def confirm_duties(found: Dossier, *, by: str, approved_by: str = "", **said: Any) -> IncidentChanges:
    second = grant(found, approved_by, PersonAct.APPROVE) if approved_by else None
    return incident.confirm_duties(found, grant(found, by, PersonAct.DUTY), second=second, **said)


def record_occasion(found: Dossier, ref: str, *, by: str, **said: Any) -> IncidentChanges:
    return incident.record_occasion(found, ref, grant(found, by, PersonAct.FACT), **said)


def file_receipt(found: Dossier, ref: str, *, by: str, **said: Any) -> IncidentChanges:
    return incident.file_receipt(found, ref, grant(found, by, PersonAct.RECEIPT), **said)


def adopt(
    found: Dossier, terms: CaseTerms, playbook: Playbook | None, *, by: str, approved_by: str = "", **said: Any
) -> IncidentChanges:
    second = grant(found, approved_by, PersonAct.APPROVE) if approved_by else None
    return incident.adopt(found, grant(found, by, PersonAct.ADOPT), terms, playbook, second=second, **said)
