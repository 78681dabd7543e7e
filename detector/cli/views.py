"""How an incident looks in a terminal, and as JSON."""

from typing import Any

import msgspec

from detector.cli.output import counted, moment, show
from detector.incident import incident_json
from detector.messages import messages
from detector.schema.incidents import Incident, IncidentKind, IncidentStatus, Scope, Step, StepStatus
from detector.settings import Settings
from detector.web.ports import Detail

_MARKS = {StepStatus.OPEN: "[ ]", StepStatus.DONE: "[x]", StepStatus.SKIPPED: "[-]"}


def show_incident(incident: Incident, settings: Settings) -> None:
    """Show one incident as a line of a list."""
    over = incident.kind is IncidentKind.HISTORY or incident.status is IncidentStatus.CLOSED
    nobody = "-" if over else "NOBODY HAS IT"
    held = incident.acknowledged_by or nobody
    show(
        f"{incident.number:14} {incident.severity.value:8} {incident.status.value:12} "
        f"{moment(incident.opened_at, settings)}  {incident.code_name:24} {held:16} {_title(incident, settings)}"
    )


def _title(thing: Incident | Step, settings: Settings) -> str:
    return thing.title_ru if settings.language == "ru" and thing.title_ru else thing.title


def show_detail(detail: Detail, settings: Settings) -> None:
    """Show everything about one incident."""
    incident, words = detail.incident, messages(settings.language)
    scope = incident.scope
    show(f"{incident.number}  {incident.code_name}  {incident.severity.value.upper()}  {incident.status.value}")
    show(_title(incident, settings))
    show(f"kind        {messages(settings.language).text(f'incident-kind-{incident.kind.value}')}")
    show(f"opened      {moment(incident.opened_at, settings)}   T1 {moment(incident.aware_at, settings)}")
    if incident.became_at is not None:
        show(f"got worse   {moment(incident.became_at, settings)}: deadlines count from here")
    show(f"events      {moment(incident.first_event_at, settings)} - {moment(incident.last_event_at, settings)}")
    show(f"actor       {incident.actor_id} ({incident.actor_type})  {', '.join(incident.related_actors)}".rstrip())
    if incident.accounts_counted:
        left = " …" if len(detail.accounts) < incident.accounts_counted else ""
        show(f"accounts    {incident.accounts_counted}: {', '.join(detail.accounts)}{left}")
    show(f"addresses   {', '.join(incident.source_ips) or '-'}")
    show(f"clients     {touched(scope)}")
    nobody = "nobody has to: it is over" if incident.kind is IncidentKind.HISTORY else "nobody"
    show(f"who has it  {incident.acknowledged_by or nobody}")
    for reason in incident.reasons:
        show(f"because     {words.reason(reason)}")
    for clock in detail.clocks:
        law = _either(detail.laws.get(clock.regulation), settings) or clock.regulation
        duty = _either(detail.laws.get(f"{clock.regulation}/{clock.stage}"), settings) or clock.stage
        ours = f" · {words.text('web-own-target')}" if clock.internal else ""
        at = moment(clock.stopped_at, settings)
        stopped = f" ({words.text('web-clock-stopped', why=clock.stopped_by, time=at)})" if clock.stopped_at else ""
        show(f"law         {moment(clock.due, settings):24} {law}: {duty}{ours}{stopped}")
    show("")
    _show_rows(detail, settings)
    _show_steps(detail, settings)
    show("")
    for message in detail.messages:
        at, over = moment(message.created_at, settings), f"{message.person} over {message.target}"
        show(f"told        {at} {message.kind.value:8} {over}: {message.status.value}")
    for entry in detail.entries:
        show(f"{entry.number:4} {moment(entry.at, settings)} {entry.by}: {entry.text}")
    if not detail.chain_sound:
        show("THE TIMELINE WAS ALTERED: its hash chain is broken")


def touched(scope: Scope) -> str:
    """Say whose data was touched, in the words of `nabat scope` and of `nabat incidents show` alike."""
    if not scope.events:
        return "no client data seen sent or changed"
    counts = f"{counted(scope.subjects, 'client')} in {counted(scope.events, 'event')}"
    records = f"records {scope.record_low} named in the logs, at most {scope.record_high}"
    if not scope.record_high:
        records = "how many records, the log does not say"
    return "; ".join(filter(None, (counts, records, ", ".join(scope.data_classes))))


def _show_rows(detail: Detail, settings: Settings) -> None:
    """Show what was found in history; `nabat incidents promote` takes the first word of a row."""
    words = messages(settings.language)
    for row in detail.rows:
        span = f"{moment(row.first_event_at, settings)} - {moment(row.last_event_at, settings)}"
        became = f"  is {detail.numbers.get(row.incident_id, row.incident_id)}" if row.incident_id else ""
        titles = "; ".join(title[settings.language == "ru"] for title in row.titles)
        kind = words.text(f"incident-kind-{row.kind.value}")
        counts = f"{counted(row.subjects, 'client')}, at least {counted(row.events, 'event')}"
        show(f"{row.short}  {row.severity.value:8} {row.actor_id:24} {span}  {kind}: {counts}  {titles}{became}")
        named = {each for alert in detail.alerts if alert.id in row.alert_ids for each in alert.finding_ids}
        for finding in detail.findings:
            if finding.id in named:
                title = finding.title_ru or finding.title if settings.language == "ru" else finding.title
                show(f"        {moment(finding.at, settings)}  {title}: {counted(finding.events, 'event')}")
    if detail.rows:
        show("")


def _show_steps(detail: Detail, settings: Settings) -> None:
    """Show the checklist in columns; a due time in words would tear them apart and stands behind the step."""
    width = max((len("/".join(step.roles)) for step in detail.steps), default=0)
    phase = ""
    for step in detail.steps:
        if step.phase != phase:
            phase = step.phase
            show((_either(detail.phases.get(phase), settings) or phase).upper())
        text = (settings.language == "ru" and step.due_text_ru) or step.due_text
        later = f" ({text})" if text and not step.due_at else ""
        done = f"  {step.done_by}: {step.proof}" if step.status is not StepStatus.OPEN else ""
        mark, roles = _MARKS[step.status], "/".join(step.roles)
        due = moment(step.due_at, settings)
        show(f"  {mark} {step.step_id:3} {roles:{width}}  {due:24} {_title(step, settings)}{later}{done}")


def _either(both: tuple[str, str] | None, settings: Settings) -> str:
    return both[settings.language == "ru"] if both else ""


def detail_json(detail: Detail, settings: Settings) -> dict[str, Any]:
    """Return everything about one incident for programs."""
    whole: dict[str, Any] = incident_json(detail.incident, settings.language)
    whole["accounts"] = list(detail.accounts)
    for name in ("steps", "entries", "messages", "clocks", "rows"):
        whole[name] = msgspec.to_builtins(getattr(detail, name), str_keys=True)
    whole["timeline_sound"] = detail.chain_sound
    return whole
