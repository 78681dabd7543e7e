"""How an incident looks in a terminal, and as JSON."""

from typing import Any

import msgspec

from detector.cli.output import moment, show
from detector.incident import incident_json
from detector.messages import messages
from detector.schema.incidents import Incident, Step, StepStatus
from detector.settings import Settings
from detector.web.ports import Detail

_MARKS = {StepStatus.OPEN: "[ ]", StepStatus.DONE: "[x]", StepStatus.SKIPPED: "[-]"}


def show_incident(incident: Incident, settings: Settings) -> None:
    """Show one incident as a line of a list."""
    held = incident.acknowledged_by or "NOBODY HAS IT"
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
    show(f"opened      {moment(incident.opened_at, settings)}   T1 {moment(incident.aware_at, settings)}")
    show(f"events      {moment(incident.first_event_at, settings)} - {moment(incident.last_event_at, settings)}")
    show(f"actor       {incident.actor_id} ({incident.actor_type})  {', '.join(incident.related_actors)}".rstrip())
    show(f"addresses   {', '.join(incident.source_ips) or '-'}")
    records = f"{scope.record_low} to {scope.record_high}"
    show(f"clients     {scope.subjects}; records {records}; {', '.join(scope.data_classes)}")
    show(f"who has it  {incident.acknowledged_by or 'nobody'}")
    for reason in incident.reasons:
        show(f"because     {words.reason(reason)}")
    for clock in detail.clocks:
        law = _either(detail.laws.get(clock.regulation), settings) or clock.regulation
        duty = _either(detail.laws.get(f"{clock.regulation}/{clock.stage}"), settings) or clock.stage
        show(f"law         {moment(clock.due, settings):24} {law}: {duty}")
    show("")
    _show_steps(detail, settings)
    show("")
    for message in detail.messages:
        at, over = moment(message.created_at, settings), f"{message.person} over {message.target}"
        show(f"told        {at} {message.kind.value:8} {over}: {message.status.value}")
    for entry in detail.entries:
        show(f"{entry.number:4} {moment(entry.at, settings)} {entry.by}: {entry.text}")
    if not detail.chain_sound:
        show("THE TIMELINE WAS ALTERED: its hash chain is broken")


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
    whole: dict[str, Any] = incident_json(detail.incident, list(detail.findings), settings.language)
    for name in ("steps", "entries", "messages", "clocks"):
        whole[name] = msgspec.to_builtins(getattr(detail, name), str_keys=True)
    whole["timeline_sound"] = detail.chain_sound
    return whole
