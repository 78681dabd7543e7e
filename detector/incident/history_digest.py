"""What a first reading found that was over long ago: one incident, the digest, and a way out of it for each row.

Comes in: the alerts a digest reports, with their findings. Goes out: rows, who did what and when; the digest's incident
over them; and, when a person says so, the changes that make an incident of one row: opened now, with its own checklist
and clocks. A row is an actor and a matter whose points would have opened an incident.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from detector.errors import ConflictError, NotFoundError, Problem
from detector.incident.acts.transitions import said
from detector.incident.case.assessment.nature import kind_of, nature_of
from detector.incident.case.code_names import case_number, code_name
from detector.incident.case.frozen_terms import configured_terms
from detector.incident.case.opening import joined, open_incidents, opening_of
from detector.incident.dossier import Dossier
from detector.incident.duty.regulations import Regulation
from detector.incident.granted import granted
from detector.incident.playbook.checklist import NABAT
from detector.incident.playbook.playbooks import Playbook
from detector.incident.ports import IncidentChanges, IncidentStore
from detector.incident.timeline import append, rfc3339
from detector.messages import Language, messages
from detector.schema.case.first_reading import Read, Row
from detector.schema.case.incidents import Incident, IncidentKind, IncidentStatus, Scope
from detector.schema.detection.alerts import Alert, AlertStatus
from detector.schema.detection.findings import Finding, Reason
from detector.schema.events.columns import ADDRESS
from detector.schema.ids import derive
from detector.schema.levels import Severity, worst
from detector.schema.team.grants import Grant, PersonAct
from detector.settings import Settings

MATTER = "history"
PLAYBOOK = "history"
# So many rows are kept, the worst; the rest are counted, and a replay lists them.
MOST_ROWS = 1_000


def digest_id(number: int) -> str:
    """Return the id of the digest of the service's n-th first reading."""
    return derive("incident", NABAT, MATTER, number)


def rows_of(
    alerts: Iterable[Alert],
    findings: Mapping[str, Finding],
    playbooks: Mapping[str, Playbook],
    reaches: Callable[[Sequence[Finding]], bool] = lambda findings: True,
) -> list[Row]:
    """Return the rows of a digest, in order.

    Args:
        alerts: In any order; muted ones are passed over.
        findings: Those the alerts name, by id.
        playbooks: By name; they say which findings claim that somebody got in.
        reaches: Tells whether findings would have opened an incident; without it all would have.
    """
    alerts = sorted(alerts, key=attrgetter("actor_id", "matter", "opened_at", "id"))
    found = []
    for _, group in groupby(alerts, key=attrgetter("actor_id", "matter")):
        mine = [alert for alert in group if alert.status is not AlertStatus.MUTED]
        behind = [findings[each] for alert in mine for each in alert.finding_ids if each in findings]
        if behind and (any(alert.incident_id for alert in mine) or reaches(behind)):
            found.append(_row(mine, behind, playbooks))
    return ranked(found)


def ranked(rows: Iterable[Row]) -> list[Row]:
    """Return rows, the worst first: by what became of client data, of how many clients, then in order of time."""
    return sorted(rows, key=lambda row: (-row.kind.gravity, -row.subjects, row.first_event_at, row.id))


def _row(alerts: Sequence[Alert], findings: Sequence[Finding], playbooks: Mapping[str, Playbook]) -> Row:
    main = min(alerts, key=lambda alert: (alert.opened_at, alert.finding_ids[0]))
    worst_first = sorted(findings, key=lambda each: (-each.severity.rank, -each.score, each.at, each.id))
    return Row(
        id=derive("incident", main.actor_id, main.matter, main.finding_ids[0]),
        actor_id=main.actor_id,
        actor_type=main.actor_type,
        matter=main.matter,
        service=main.service,
        severity=worst(Severity.LOW, *(alert.severity for alert in alerts)),
        kind=nature_of(worst_first, Scope(), playbooks).kind,
        score=max(alert.score for alert in alerts),
        risk=max(alert.risk for alert in alerts),
        first_event_at=min(alert.first_event_at for alert in alerts),
        last_event_at=max(alert.last_event_at for alert in alerts),
        events=max(finding.events for finding in findings),
        subjects=max(finding.subject_count for finding in findings),
        titles=tuple(dict.fromkeys((each.title, each.title_ru or each.title) for each in worst_first)),
        alert_ids=tuple(alert.id for alert in alerts),
        incident_id=max(alert.incident_id for alert in alerts),
    )


def as_incident(row: Row, incident: Incident, scope: Scope) -> Row:
    """Return a row of the kind and with the clients of its incident, the one it became or would be (``would_be``)."""
    kind = kind_of(scope, incident.kind, broken_in=incident.follow_until is not None)
    graver = max(incident.kind, kind or incident.kind, key=lambda each: each.gravity)
    return replace(row, kind=graver, subjects=max(row.subjects, scope.subjects))


def digest(
    before: Incident | None,
    known: IncidentStore,
    rows: Sequence[Row],
    read: Read,
    *,
    number: int,
    more: int,
    playbooks: Mapping[str, Playbook],
    settings: Settings,
    scope_of: Callable[[Incident], Scope],
    now: datetime,
) -> IncidentChanges:
    """Open the digest of a first reading, or bring it up to date; nothing when it says so already.

    Args:
        before: The digest as it stands.
        known: The past.
        rows: Its rows, the worst first; at least one.
        read: What was read.
        number: Of the first reading.
        more: Rows beyond those given.
        playbooks: By name.
        settings: Language, zone, code names.
        scope_of: Looks up whose data the rows' actors touched between its first and its last event.
        now: The clock in force.
    """
    if before is not None and before.status is IncidentStatus.CLOSED:
        return IncidentChanges()
    base = before or _blank(digest_id(number), rows, settings, now)
    after = replace(
        base,
        severity=worst(base.severity, *(row.severity for row in rows)),
        score=max(row.score for row in rows),
        risk=max(row.risk for row in rows),
        related_actors=tuple(sorted({row.actor_id for row in rows})),
        first_event_at=min(row.first_event_at for row in rows),
        last_event_at=max(row.last_event_at for row in rows),
        reasons=(*_read_reasons(read), *_more_reason(more)),
        alert_ids=tuple(each for row in rows for each in row.alert_ids),
    )
    after = replace(after, scope=scope_of(after))
    after = replace(after, title=_title("en", after, rows, settings), title_ru=_title("ru", after, rows, settings))
    if before is None:
        return _opened(after, rows, read, playbooks, settings)
    if after == before:
        return IncidentChanges()
    entry = append(
        known.last_entry(after.id),
        incident_id=after.id,
        at=now,
        kind="extended",
        by=NABAT,
        text=messages(settings.language).wording("history-entry-more", matters=len(rows) + more),
    )
    return IncidentChanges(incidents=(replace(after, version=before.version + 1),), entries=(entry,))


def _blank(incident_id: str, rows: Sequence[Row], settings: Settings, now: datetime) -> Incident:
    name, name_ru = code_name(incident_id) if settings.incident.code_names else ("", "")
    return Incident(
        id=incident_id,
        number=case_number(incident_id, now, settings.timezone),
        code_name=name,
        code_name_ru=name_ru,
        kind=IncidentKind.HISTORY,
        title="",
        severity=Severity.LOW,
        score=0.0,
        risk=0,
        matter=MATTER,
        playbook=PLAYBOOK,
        service="",
        actor_id=NABAT,
        actor_type="service",
        opened_at=now,
        first_event_at=rows[0].first_event_at,
        last_event_at=rows[0].last_event_at,
    )


def _opened(
    incident: Incident, rows: Sequence[Row], read: Read, playbooks: Mapping[str, Playbook], settings: Settings
) -> IncidentChanges:
    playbook, words = playbooks[PLAYBOOK], messages(settings.language)
    # No law counts from it: what is in it becomes an incident, with clocks, when a person says so.
    proof = words.text("history-proof-opened", matters=len(rows), at=rfc3339(incident.opened_at))
    return opening_of(
        incident,
        playbook,
        configured_terms(settings, {}),
        by=NABAT,
        text=words.worded(*_read_reasons(read)),
        data=(("matters", len(rows)), ("lines", read.lines), ("rejects", read.rejects)),
        proof=proof,
    )


def _title(language: Language, incident: Incident, rows: Sequence[Row], settings: Settings) -> str:
    addresses = {row.actor_id for row in rows if row.actor_id.startswith(ADDRESS)}
    zone = ZoneInfo(settings.timezone)
    return messages(language).text(
        "incident-title-history",
        accounts=len({row.actor_id for row in rows} - addresses),
        addresses=len(addresses),
        clients=incident.scope.subjects,
        first=f"{incident.first_event_at.astimezone(zone):%Y-%m-%d}",
        last=f"{incident.last_event_at.astimezone(zone):%Y-%m-%d}",
    )


def _read_reasons(read: Read) -> tuple[Reason, ...]:
    lines = Reason(
        message="history-read",
        args=(
            ("lines", read.lines),
            ("rejects", read.rejects),
            ("sources", ", ".join(read.sources)),
            ("first", f"{read.first:%Y-%m-%d %H:%M} UTC" if read.first else "–"),
            ("last", f"{read.last:%Y-%m-%d %H:%M} UTC" if read.last else "–"),
        ),
    )
    if not read.unordered:
        return (lines,)
    return lines, Reason(message="history-unordered", args=(("count", read.unordered),))


def _more_reason(more: int) -> tuple[Reason, ...]:
    return (Reason(message="history-more", args=(("count", more),)),) if more else ()


def promote(
    found: Dossier,
    rows: Sequence[Row],
    ref: str,
    known: IncidentStore,
    playbooks: Mapping[str, Playbook],
    settings: Settings,
    *,
    regulations: Mapping[str, Regulation],
    grant: Grant,
    reason: str,
    now: datetime,
) -> IncidentChanges:
    """Make an incident of one row of a digest: T0 is now, its checklist and clocks begin, the team is paged.

    Args:
        found: The digest.
        rows: Its rows.
        ref: The row, by its id or the beginning of it.
        known: The past.
        playbooks: By name.
        settings: Language, zone.
        regulations: Laws in force, by id.
        grant: Of whoever says so.
        reason: Why.
        now: The clock in force.

    Raises:
        InputError: No reason was given.
        ConflictError: It is not a digest, or the row is an incident already.
        NotFoundError: No row is called so.
    """
    by = granted(found, grant, PersonAct.PROMOTE)
    if found.incident.kind is not IncidentKind.HISTORY:
        raise ConflictError(Problem(what=f"{found.name} is not a digest of history", fix="it is an incident already"))
    reason = said(reason, "why")
    row = _row_called(ref, rows, found)
    made = known.find(row.incident_id or row.id)
    if row.incident_id or made is not None:
        number = made.number if made is not None else ""
        raise ConflictError(Problem(what=f"row {row.short} is incident {number} already", fix="work on that one"))
    opened = would_be(row, known, playbooks, settings, regulations=regulations, now=now)
    (incident,), (first,) = opened.incidents, opened.entries
    words = found.words
    origin = append(
        first,
        incident_id=incident.id,
        at=now,
        kind="promoted",
        by=by,
        text=words.wording("history-entry-promoted", by=by, digest=found.incident.number, reason=reason),
    )
    told = found.changes(
        found.incident,
        found.steps,
        at=now,
        kind="promoted",
        by=by,
        text=words.wording("history-entry-row", by=by, row=row.short, number=incident.number, reason=reason),
        data=(("row", row.short), ("incident", incident.number)),
    )
    return joined((replace(opened, entries=(first, origin)), told))


def would_be(
    row: Row,
    known: IncidentStore,
    playbooks: Mapping[str, Playbook],
    settings: Settings,
    *,
    regulations: Mapping[str, Regulation],
    now: datetime,
) -> IncidentChanges:
    """Return what would open the incident of a row that is none yet: the incident, its alerts, checklist and entry."""
    alerts = tuple(
        replace(alert, incident_id=row.id, status=AlertStatus.OPEN, reached_at=alert.reached_at or alert.opened_at)
        for alert in known.alerts(row.alert_ids).values()
    )
    about = ((row.id, row.actor_id),)
    opened = open_incidents(alerts, (), known, playbooks, settings, now, regulations=regulations, leads=about)
    return replace(opened, alerts=alerts)


def _row_called(ref: str, rows: Sequence[Row], found: Dossier) -> Row:
    name = ref.strip().lower()
    fitting = [row for row in rows if name and row.id.startswith(name)]
    if len(fitting) == 1:
        return fitting[0]
    what = f"several rows of {found.name} begin with" if fitting else f"{found.name} has no row"
    fix = f"`nabat incidents show {found.incident.number}` lists its rows"
    raise NotFoundError(Problem(what=f"{what} {ref!r}", fix=fix))
