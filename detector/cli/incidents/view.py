"""How an incident looks in a terminal, and as JSON."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from detector.cli.output import moment, show, words_of
from detector.clock import SystemClock
from detector.incident import DUTY, FACT, incident_json, rfc3339
from detector.schema.case.case_facts import CaseFactReading
from detector.schema.case.documents import FiledDocument
from detector.schema.case.duties import Duty, DutyState
from detector.schema.case.incidents import (
    Incident,
    IncidentKind,
    IncidentStatus,
    Scope,
    Step,
    StepStatus,
    TimelineEntry,
)
from detector.schema.case.scope_versions import ClientImport, ScopeVersion
from detector.schema.case.severity_assessments import SeverityAssessment
from detector.schema.events.touches import TouchSummary
from detector.schema.learning.corrective_actions import ActionState, CorrectiveAction
from detector.schema.levels import Severity
from detector.schema.team.grants import Approval
from detector.schema.team.role_assignments import RoleAssignment
from detector.settings import Settings
from detector.web.ports import Detail
from detector.web.texts import PageTexts

_MARKS = {StepStatus.OPEN: "[ ]", StepStatus.DONE: "[x]", StepStatus.SKIPPED: "[-]"}
_LABELS = (
    *("kind", "opened", "worse", "events", "actor", "accounts", "addresses", "clients", "explained", "version", "list"),
    *("usual", "holder", "role", "waits", "stated", "because", "other", "law", "told", "lines", "coverage", "related"),
    *("document", "action"),
)


def show_incident(incident: Incident, settings: Settings) -> None:
    """Show one incident as a line of a list."""
    words = words_of(settings)
    over = incident.kind is IncidentKind.HISTORY or incident.status is IncidentStatus.CLOSED
    held = incident.acknowledged_by or ("-" if over else words.t("web-nobody"))
    severity, status = _severity(incident.severity, words), words.named("web-status", incident.status.value)
    code = _code(incident, words)
    show(
        f"{incident.number:14} {severity} {status:12} "
        f"{moment(incident.opened_at, settings)}  {code:24} {held:16} {words.title(incident)}"
    )


def _code(incident: Incident, words: PageTexts) -> str:
    return words.either(incident.code_name, incident.code_name_ru)


def _severity(severity: Severity, words: PageTexts) -> str:
    """Return a severity as a cell of a column."""
    said = {each: words.named("web-severity", each.value).lower() for each in Severity}
    return f"{said[severity]:{max(map(len, said.values()))}}"


def show_detail(detail: Detail, settings: Settings) -> None:
    """Show everything about one incident."""
    incident, words = detail.incident, words_of(settings)
    severity = words.named("web-severity", incident.severity.value).upper()
    status, code = words.named("web-status", incident.status.value), _code(incident, words)
    show(f"{incident.number}  {code}  {severity}  {status}")
    show(words.title(incident))
    width = max(len(words.t(f"cli-label-{name}")) for name in _LABELS) + 1
    for label, text in _facts(detail, settings, words):
        show(f"{words.t(f'cli-label-{label}'):{width}}{text}".rstrip())
    show("")
    _show_rows(detail, settings, words)
    show_steps(
        detail.steps, detail.phases, settings, words, again=words.again(detail.incident, detail.entries, detail.stated)
    )
    show("")
    for filed in detail.documents:
        show(f"{words.t('cli-label-document'):{width}}{document_line(filed, settings)}")
    for each in detail.withdrawals:
        show(f"{words.t('cli-label-withdrawal'):{width}}{words.withdrawal(each)}")
    for case, action in detail.actions:
        there = "" if case.id == incident.id else f" ({case.number})"
        show(f"{words.t('cli-label-action'):{width}}{action_line(action, settings)}{there}")
    for message in detail.messages:
        over = words.t("cli-over", person=message.person, target=message.target)
        kind = words.named("web-message", message.kind.value)
        status = words.named("web-message-status", message.status.value)
        show(f"{words.t('cli-label-told'):{width}}{moment(message.created_at, settings)} {kind:8} {over}: {status}")
    show_entries(detail.entries, settings, words)
    if not detail.chain_sound:
        show(words.t("web-chain-broken"))


def _facts(detail: Detail, settings: Settings, words: PageTexts) -> Iterator[tuple[str, str]]:
    """Yield what is known of an incident, each with its label."""
    incident = detail.incident
    yield "kind", words.t(f"incident-kind-{incident.kind.value}")
    yield "opened", f"{moment(incident.opened_at, settings)}   T1 {moment(incident.aware_at, settings)}"
    if incident.became_at is not None:
        yield "worse", words.t("cli-worse", time=moment(incident.became_at, settings))
    yield "events", f"{moment(incident.first_event_at, settings)} - {moment(incident.last_event_at, settings)}"
    kind = "" if incident.accounts_counted else f" ({words.actor(incident.actor_id, incident.actor_type)})"
    about = f"{incident.actor_id}{kind}" if incident.actor_id else words.t("web-nobody-named")
    yield "actor", f"{about}  {', '.join(incident.related_actors)}"
    if incident.accounts_counted:
        left = " …" if len(detail.accounts) < incident.accounts_counted else ""
        yield "accounts", f"{incident.accounts_counted}: {', '.join(detail.accounts)}{left}"
    yield "addresses", ", ".join(incident.source_ips) or "-"
    yield "clients", touched(incident.scope, settings)
    if detail.touches is not None:
        yield "explained", explained(detail.touches, settings)
    yield from _scope_versions(detail, words)
    if incident.scope.usual_events:
        yield "usual", usual_work(incident.scope, detail.touches, settings)
    nobody = "cli-nobody-has-to" if incident.kind is IncidentKind.HISTORY else "cli-nobody"
    yield "holder", incident.acknowledged_by or words.t(nobody)
    yield from (("role", role_line(each, words)) for each in detail.assignments)
    yield from (("waits", approval_line(each, detail, words)) for each in detail.approvals)
    stated = (each for each in detail.facts if each.counts and each.fact.number)
    again = words.again(detail.incident, detail.entries, detail.stated)
    yield from (("stated", reading_line(each, settings, again)) for each in stated)
    yield from (("because", words.reason(each)) for each in incident.reasons)
    yield from (("other", words.either(*each)) for each in detail.other_causes)
    for each in detail.related:
        why = " ".join(map(words.reason, each.why))
        status = words.named("web-status", each.incident.status.value)
        yield "related", f"{each.incident.number} {_code(each.incident, words)} ({status}): {why}"
    yield from _proof(detail, words)
    for duty in detail.duties:
        law = words.pair(detail.laws, duty.regulation) or duty.regulation
        title = words.pair(detail.laws, duty.ref) or duty.stage
        ours = f" · {words.t('web-own-target')}" if duty.internal else ""
        state = words.named("web-duty-state", duty.shown_state(incident.closed_at or words.now))
        at, why = stopped(duty, incident)
        ended = f" ({words.t('web-clock-stopped', why=why, time=moment(at, settings))})" if at else ""
        if not at and not duty.counting:
            ended = f" ({words.t(f'web-duty-verdict-{duty.verdict.value}')})"
        yield "law", f"{moment(duty.due_at, settings):24} {state}: {law}: {title}{ours}{ended}"


def role_line(asked: RoleAssignment, words: PageTexts) -> str:
    """Return who was asked to hold a role, and whether they accepted."""
    role, person = words.role(asked.role), words.person(asked.person)
    if asked.accepted_at is not None:
        return words.t("cli-role-held", role=role, person=person, time=moment(asked.accepted_at, words.settings))
    by, time = words.person(asked.by), moment(asked.at, words.settings)
    return words.t("cli-role-waits", role=role, person=person, by=by, time=time)


def approval_line(asked: Approval, detail: Detail, words: PageTexts) -> str:
    """Return what waits for another person's word, whose it is, and how that is given."""
    subject = asked.step_id.removeprefix(DUTY).removeprefix(FACT)
    return f"{words.asked_word(asked, detail.laws)} nabat incidents approve {detail.incident.number} {subject}"


def _scope_versions(detail: Detail, words: PageTexts) -> Iterator[tuple[str, str]]:
    """Yield which version the scope has, and the lists that people brought."""
    for version in detail.scope_versions[-1:]:
        yield "version", version_line(version, words)
    for each in detail.imports:
        for line in import_lines(each, words):
            yield "list", line


def stopped(duty: Duty, incident: Incident) -> tuple[datetime | None, str]:
    """Return when the clock of a duty stopped and by what: ``done``, ``not_owed``, or ``closed`` of the incident."""
    if duty.ended_at is not None:
        return duty.ended_at, duty.state.value
    return incident.closed_at, "closed" if incident.closed_at else ""


def duties_json(detail: Detail) -> list[dict[str, Any]]:
    """Return duties for programs, each with whether it is past due without a receipt, or was sent past its time."""
    moment_asked = detail.incident.closed_at or SystemClock().now()
    return [
        {
            **msgspec.to_builtins(duty, str_keys=True),
            "missed": duty.state_at(moment_asked) is DutyState.MISSED,
            "sent_late": duty.state is DutyState.DONE and duty.late(moment_asked),
        }
        for duty in detail.duties
    ]


def facts_json(readings: tuple[CaseFactReading, ...]) -> list[dict[str, Any]]:
    """Return readings of facts for programs; ``number`` 0 is what the service computes."""
    return [{**msgspec.to_builtins(each.fact), "counts": each.counts} for each in readings]


def reading_line(reading: CaseFactReading, settings: Settings, again: Callable[[str], str] = str) -> str:
    """Return a reading as a line: what it says, from where it is known, whose word it is, and why.

    Args:
        reading: The reading.
        settings: Whose language it is.
        again: Says what the service composed in that language.
    """
    words, stated = words_of(settings), reading.fact
    value = moment(datetime.fromisoformat(stated.value), settings) if stated.kind.is_moment and stated.value else ""
    told = [f"{words.named('web-fact', stated.kind.value)}: {value or words.fact_value(stated)}"]
    told += filter(None, [again(words.fact_source(stated))])
    if stated.number:
        agreed = f" ({words.t('web-fact-approved', person=stated.approved_by)})" if stated.approved_by else ""
        told += [f"{stated.author}{agreed}, {moment(stated.at, settings)}", again(stated.reason)]
    return " · ".join(filter(None, told))


def clocks_json(detail: Detail) -> list[dict[str, Any]]:
    """Return the clocks of the duties, as programs have always read them."""
    found = []
    for duty in detail.duties:
        at, why = stopped(duty, detail.incident)
        found.append(
            {
                "regulation": duty.regulation,
                "stage": duty.stage,
                "step": duty.step,
                "due": msgspec.to_builtins(duty.due_at),
                "basis": duty.basis,
                "internal": duty.internal,
                "stopped_at": msgspec.to_builtins(at),
                "stopped_by": why,
            }
        )
    return found


def _proof(detail: Detail, words: PageTexts) -> Iterator[tuple[str, str]]:
    """Yield the severity by ENISA's method, which raw lines are held, how well the hours of the events were watched."""
    if detail.assessment is not None:
        level = words.named("enisa-level", detail.assessment.level.value)
        yield "enisa", f"{level}: {words.assessment_sum(detail.assessment)}"
    yield "lines", "; ".join((words.raw_lines(detail.held), *words.raw_lines_missing(detail.held)))
    for said in words.watched(detail.coverage) if detail.coverage is not None else ():
        yield "coverage", said


def touched(scope: Scope, settings: Settings) -> str:
    """Say whose data was touched, in the words of `nabat scope` and of `nabat incidents show` alike."""
    words = words_of(settings)
    imported = words.t("scope-imported", count=scope.imported_subjects) if scope.imported_subjects else ""
    if not scope.events:
        return "; ".join(filter(None, (words.t("cli-untouched"), imported)))
    counts = words.t("cli-touched", clients=scope.subjects, events=scope.events)
    said = [counts]
    if scope.record_high:
        said.append(words.t("cli-records", low=scope.record_low, high=scope.record_high))
    if scope.uncounted or not scope.record_high:
        unknown = "cli-uncounted" if scope.uncounted else "cli-records-unknown"
        said.append(words.t(unknown, count=scope.uncounted))
    return "; ".join(filter(None, (*said, imported, *map(words.data_class, scope.data_classes))))


def version_line(version: ScopeVersion, words: PageTexts) -> str:
    """Say of a version of a scope how many clients it names, and what changed since the one before and why."""
    time = words.full_moment(version.at)
    said = f"{words.t('scope-version', number=version.number, time=time)}: "
    said += words.t("scope-version-clients", count=version.clients)
    if version.number > 1:
        before = version.number - 1
        said += f"; {words.t('scope-version-since', since=before, added=version.added, removed=version.removed)}"
    why = "; ".join(map(words.reason, version.why))
    return f"{said}, {words.t('scope-version-because', why=why)}" if why else said


def import_lines(imported: ClientImport, words: PageTexts) -> Iterator[str]:
    """Say of an imported list how many it names, where it comes from, who brought it, and whether it still counts."""
    yield words.t("scope-import-line", number=imported.number, clients=imported.clients, source=imported.source)
    yield "  " + words.t(
        "scope-import-by",
        by=words.person(imported.by),
        time=words.full_moment(imported.at),
        file=imported.file_name,
        reason=imported.reason,
    )
    if imported.removed_at is not None:
        by, time = words.person(imported.removed_by), words.full_moment(imported.removed_at)
        yield "  " + words.t("scope-import-removed", by=by, time=time, reason=imported.removed_reason)


def explained(found: TouchSummary, settings: Settings) -> str:
    """Say what explains that clients were touched, in one line."""
    words = words_of(settings)
    classes = [f"{words.named('touch-class', of.value).lower()}: {count}" for of, count in found.by_class]
    return f"{words.touches(found)} ({'; '.join(classes)})"


def usual_work(scope: Scope, touches: TouchSummary | None, settings: Settings) -> str:
    """Say whom the usual work of the same accounts touched meanwhile, in one line."""
    words = words_of(settings)
    classes = touches.usual if touches is not None else ()
    told = [f"{words.named('touch-class', of.value).lower()}: {count}" for of, count in classes]
    return words.usual_work(scope, touches) + (f" ({'; '.join(told)})" if told else "")


def _show_rows(detail: Detail, settings: Settings, words: PageTexts) -> None:
    """Show what was found in history; `nabat incidents promote` takes the first word of a row."""
    for row in detail.rows:
        span = f"{moment(row.first_event_at, settings)} - {moment(row.last_event_at, settings)}"
        number = detail.numbers.get(row.incident_id, row.incident_id)
        became = f"  {words.t('cli-became', number=number)}" if row.incident_id else ""
        titles = "; ".join(words.either(*title) for title in row.titles)
        kind = words.t(f"incident-kind-{row.kind.value}")
        counts = words.t("cli-row", clients=row.subjects, events=row.events)
        severity = _severity(row.severity, words)
        show(f"{row.short}  {severity} {row.actor_id:24} {span}  {kind}: {counts}  {titles}{became}")
        named = {each for alert in detail.alerts if alert.id in row.alert_ids for each in alert.finding_ids}
        for finding in detail.findings:
            if finding.id in named:
                events = words.t("cli-events-part", events=finding.events)
                show(f"        {moment(finding.at, settings)}  {words.title(finding)}: {events}")
    if detail.rows:
        show("")


def assessment_json(found: SeverityAssessment) -> dict[str, Any]:
    """Return the severity by ENISA's method for programs: the score, and each factor with what it is made of."""
    return {
        "score": found.score,
        "level": found.level.value,
        "dpc": found.dpc,
        "ei": found.ei,
        "cb": found.cb,
        "flags": [each.value for each in found.flags],
        "factors": [{"value": each.value, **msgspec.to_builtins(each)} for each in found.factors],
    }


def document_line(filed: FiledDocument, settings: Settings) -> str:
    """Return a document as a line: its name, version, kind, how it stands, its title."""
    words, document, version = words_of(settings), filed.document, filed.newest
    kind = words.named("document-kind", document.kind.value)
    at, state = moment(version.at, settings), words.document_state(filed)
    return f"{filed.id:20} v{version.version:<3} {at}  {kind}: {words.document_title(document)}  [{state}]"


def action_line(action: CorrectiveAction, settings: Settings) -> str:
    """Return a corrective action as a line: its number, how it stands, by when, whose, what."""
    words = words_of(settings)
    late = "!" if action.late(words.now) else " "
    state = words.named("action-state", action.state.value)
    due, owner = moment(action.due_at, settings), words.person(action.owner)
    cost = f"  ({action.cost})" if action.cost is not None else ""
    proof = f"  [{action.proof}]" if action.state is not ActionState.OPEN else ""
    return f"{late}{action.number:<3} {state:10} {due}  {owner}: {action.text}{cost}{proof}"


def document_json(filed: FiledDocument) -> dict[str, Any]:
    """Return a document for programs, without its bytes."""
    return {
        **msgspec.to_builtins(filed.document),
        "versions": msgspec.to_builtins(filed.versions),
        "records": msgspec.to_builtins(filed.records),
    }


def show_entries(entries: Iterable[TimelineEntry], settings: Settings, words: PageTexts) -> None:
    """Show a timeline, an entry a line."""
    for entry in entries:
        show(f"{entry.number:4} {moment(entry.at, settings)} {entry.by}: {words.entry(entry)}")


def show_steps(
    steps: Sequence[Step],
    phases: Mapping[str, tuple[str, str]],
    settings: Settings,
    words: PageTexts,
    *,
    again: Callable[[str], str] = str,
) -> None:
    """Show the checklist in columns; a due time in words would tear them apart and stands behind the step.

    Args:
        steps: In their order.
        phases: Their titles.
        settings: For zone.
        words: Of the language.
        again: Says a proof that the service composed in that language.
    """
    width = max((len("/".join(step.roles)) for step in steps), default=0)
    phase = ""
    for step in steps:
        if step.phase != phase:
            phase = step.phase
            show((words.pair(phases, phase) or phase).upper())
        text = words.either(step.due_text, step.due_text_ru)
        later = f" ({text})" if text and not step.due_at else ""
        done = f"  {step.done_by}: {again(step.proof)}" if step.status is not StepStatus.OPEN else ""
        mark, roles = _MARKS[step.status], "/".join(step.roles)
        due = moment(step.due_at, settings)
        show(f"  {mark} {step.step_id:3} {roles:{width}}  {due:24} {words.title(step)}{later}{done}")


def detail_json(detail: Detail, settings: Settings) -> dict[str, Any]:
    """Return everything about one incident for programs."""
    whole: dict[str, Any] = incident_json(detail.incident, settings.language)
    held, named, into = detail.incident.hold_until, detail.incident.named, detail.incident.merged_into
    whole["hold_until"] = rfc3339(held) if held is not None else None
    whole["merged_into"] = detail.numbers.get(into, into)
    whole["named"] = msgspec.to_builtins(named)
    whole["accounts"] = list(detail.accounts)
    whole["other_causes"] = [words_of(settings).either(*each) for each in detail.other_causes]
    for name in ("steps", "entries", "messages", "rows"):
        whole[name] = msgspec.to_builtins(getattr(detail, name), str_keys=True)
    whole["related"] = [
        {"number": each.incident.number, "why": [words_of(settings).reason(why) for why in each.why]}
        for each in detail.related
    ]
    whole["clocks"], whole["duties"] = clocks_json(detail), duties_json(detail)
    whole["roles"] = msgspec.to_builtins(detail.assignments)
    whole["facts"] = facts_json(detail.facts)
    whole["touches"] = msgspec.to_builtins(detail.touches)
    whole["scope_versions"] = msgspec.to_builtins(detail.scope_versions)
    whole["imports"] = msgspec.to_builtins(detail.imports)
    whole["raw_lines"] = msgspec.to_builtins(detail.held)
    whole["coverage"] = msgspec.to_builtins(detail.coverage)
    whole["enisa"] = assessment_json(detail.assessment) if detail.assessment else None
    whole["documents"] = [document_json(each) for each in detail.documents]
    whole["withdrawals"] = [msgspec.to_builtins(each) | {"open": each.outstanding} for each in detail.withdrawals]
    whole["actions"] = [{"case": case.number, **msgspec.to_builtins(each)} for case, each in detail.actions]
    whole["timeline_sound"] = detail.chain_sound
    return whole
