"""``nabat incidents``: what is open, and what people do about it; how an incident is opened and shown for a command."""

from detector.cli.incidents.client_lists import import_ids, remove_import
from detector.cli.incidents.commands import incidents
from detector.cli.incidents.damaged import CasePart, else_damaged
from detector.cli.incidents.fact_commands import fact, facts
from detector.cli.incidents.retro import retro
from detector.cli.incidents.role_commands import accept, assign, decline, withdraw
from detector.cli.incidents.view import (
    action_line,
    approval_line,
    assessment_json,
    document_json,
    document_line,
    duties_json,
    explained,
    facts_json,
    import_lines,
    show_detail,
    touched,
    usual_work,
    version_line,
)
from detector.cli.incidents.workplace import opened_store, workplace

__all__ = [
    "CasePart",
    "accept",
    "action_line",
    "approval_line",
    "assessment_json",
    "assign",
    "decline",
    "document_json",
    "document_line",
    "duties_json",
    "else_damaged",
    "explained",
    "fact",
    "facts",
    "facts_json",
    "import_ids",
    "import_lines",
    "incidents",
    "opened_store",
    "remove_import",
    "retro",
    "show_detail",
    "touched",
    "usual_work",
    "version_line",
    "withdraw",
    "workplace",
]
