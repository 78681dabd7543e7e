"""What becomes of a report from outside: it is linked to an incident, or dismissed.

Comes in: a report with the acts on it, a ``Dossier``, grants. Goes out: the act to keep, and what it changes of the
incident: a report that came before the logs showed anything begins T0, and a client's complaint starts the clocks of
the duties that answer complaints.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from detector.errors import ConflictError, DeniedError, Problem
from detector.incident.acts.duty_acts import record_occasion
from detector.incident.acts.record_fact import StatedFact, record_fact
from detector.incident.acts.transitions import said
from detector.incident.dossier import Dossier, as_one
from detector.incident.duty.owed import LETTERS_STEP
from detector.incident.granted import granted
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import rfc3339
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.duties import Duty
from detector.schema.case.incidents import IncidentKind, IncidentStatus
from detector.schema.outside.outside_reports import OutsideReport, ReportAct, ReportFile, ReportKind, ReportRecord
from detector.schema.team.grants import Grant, PersonAct


def link_report(
    dossier: Dossier,
    filed: ReportFile,
    grant: Grant,
    *,
    reason: str,
    zone: ZoneInfo,
    now: datetime,
    elsewhere: frozenset[str] = frozenset(),
) -> tuple[IncidentChanges, ReportRecord, tuple[str, ...]]:
    """Link a report to an incident; return what changes, the act, and the duties whose clocks it started.

    Args:
        dossier: The incident.
        filed: The report.
        grant: To state facts of the incident.
        reason: Why they belong together.
        zone: In which the day is written.
        now: When.
        elsewhere: As ``reopen`` has it.

    Raises:
        ConflictError: It is linked there already, or the incident is closed and no duty of it answers complaints, or
            part of another, or of a drill.
        InputError: The reason is missing, or the time cannot be.
    """
    report, by, why = filed.report, granted(dossier, grant, PersonAct.FACT), said(reason, "why it belongs there")
    if dossier.incident.id in filed.incident_ids:
        what = f"the report {report.id} is linked to {dossier.name} already"
        raise ConflictError(Problem(what=what, fix="there is nothing to do"))
    if dossier.incident.merged_into:
        what = f"{dossier.name} is part of another incident"
        raise ConflictError(Problem(what=what, fix=f"link it there: nabat incidents show {dossier.incident.number}"))
    if dossier.incident.kind is IncidentKind.DRILL:
        what = f"{dossier.name} is in a drill, and what came from outside is real"
        raise ConflictError(Problem(what=what, fix=f"open an incident from it: nabat reports open {report.id}"))
    told = IncidentChanges()
    at, duties, before = report.received_at, answered_duties(dossier, report), dossier
    kind = dossier.words.wording(f"report-kind-{report.kind.value.replace('_', '-')}")
    called = dossier.words.wording("report-source", kind=kind, report=report.id)
    source = called.text
    if not duties:
        dossier.must_be_open("a report is linked to an open one")
    for duty in duties:
        step = record_occasion(dossier, duty.ref, grant, at=at, what=called, now=now, elsewhere=elsewhere)
        told = as_one(before, told, step) if told else step
        dossier = before.after(told)
    if dossier.incident.status is not IncidentStatus.CLOSED and _begins_earlier(dossier, at):
        day = at.astimezone(zone).date().isoformat()
        fact = StatedFact(
            kind=CaseFactKind.T0, value=rfc3339(at), source=source, reason=f"{why} ({day})", composed=called
        )
        step = record_fact(dossier, grant, fact, now=now)
        told = as_one(before, told, step) if told else step
        dossier = before.after(told)
    text = dossier.words.wording(
        "incident-entry-report", report=report.id, kind=report.kind.value, at=rfc3339(at), reason=why
    )
    data = (("report", report.id), ("at", rfc3339(at)), ("sha256", report.file_sha256))
    noted = dossier.changes(dossier.incident, dossier.steps, at=now, kind="report_linked", by=by, text=text, data=data)
    changes = as_one(before, told, noted) if told else noted
    started = tuple(
        each.ref for each in before.after(changes).duties if (each.occasion, each.occasion_at) == (source, at)
    )
    return changes, _record(filed, ReportAct.LINKED, by, now, why, before.incident.id), started


def answered_duties(dossier: Dossier, report: OutsideReport) -> list[Duty]:
    """Return the duties whose clock a client's complaint starts: those about answering clients."""
    if report.kind is not ReportKind.CLIENT:
        return []
    known = {each.ref: each for each in dossier.duties if each.basis == "occasion" and each.step == LETTERS_STEP}
    return [each for each in known.values() if each.ref == each.of_ref]


def dismiss_report(filed: ReportFile, grant: Grant, *, reason: str, now: datetime) -> ReportRecord:
    """Say that a report is nothing for us, and why.

    Raises:
        ConflictError: It was linked to an incident, or dismissed.
        DeniedError: The grant is for another act.
        InputError: The reason is missing.
    """
    if grant.act is not PersonAct.TAKE_REPORT:
        raise DeniedError(Problem(what="the grant is not for reports", fix="ask for it anew"))
    if not filed.waits:
        last = filed.records[-1]
        what = f"the report {filed.id} was {last.act.value} by {last.by}"
        raise ConflictError(Problem(what=what, fix=f"see nabat reports show {filed.id}"))
    return _record(filed, ReportAct.DISMISSED, grant.person, now, said(reason, "why it is dismissed"))


def _begins_earlier(dossier: Dossier, at: datetime) -> bool:
    """Tell whether a report came before anything that T0 counts from now."""
    return at < dossier.incident.t0


def _record(
    filed: ReportFile, act: ReportAct, by: str, now: datetime, reason: str, incident_id: str = ""
) -> ReportRecord:
    return ReportRecord(
        report_id=filed.id,
        number=len(filed.records) + 1,
        at=now,
        act=act,
        by=by,
        incident_id=incident_id,
        reason=reason,
    )
