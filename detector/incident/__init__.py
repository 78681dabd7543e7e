"""Turn alerts into incidents: playbooks, checklists with due times, legal clocks, timeline, transitions. Pure."""

from detector.incident.acts.closing import close
from detector.incident.acts.transitions import (
    acknowledge,
    add_note,
    complete_step,
    must_not_be_about,
    reopen_step,
    say_client_data,
    set_aware,
    set_status,
    skip_step,
    with_scope,
)
from detector.incident.case.code_names import code_name
from detector.incident.case.nature import intrudes
from detector.incident.case.opening import joined, open_incidents, suspected, terms_of
from detector.incident.case.severity import severity_of
from detector.incident.dossier import Dossier, dossier
from detector.incident.duty.deadlines import DutyClock, Terms, clocks, overdue, with_due_times
from detector.incident.duty.regulations import Regulation, load_regulations
from detector.incident.export import alert_json, finding_json, incident_json, json_line
from detector.incident.history_digest import as_incident, digest, digest_id, promote, ranked, rows_of, would_be
from detector.incident.playbook.playbooks import Playbook, PlaybookStep, load_playbooks, read_playbook
from detector.incident.ports import IncidentChanges, IncidentStore
from detector.incident.precision import (
    MONTH,
    UNCONFIRMED_FOR,
    ClosedIncident,
    ClosingVerdict,
    IncidentCost,
    RulePrecision,
    incident_costs,
    precision,
    verdict_of,
    wilson,
)
from detector.incident.timeline import Break, append, clean, rfc3339, verify_chain

__all__ = [
    "MONTH",
    "UNCONFIRMED_FOR",
    "Break",
    "ClosedIncident",
    "ClosingVerdict",
    "Dossier",
    "DutyClock",
    "IncidentChanges",
    "IncidentCost",
    "IncidentStore",
    "Playbook",
    "PlaybookStep",
    "Regulation",
    "RulePrecision",
    "Terms",
    "acknowledge",
    "add_note",
    "alert_json",
    "append",
    "as_incident",
    "clean",
    "clocks",
    "close",
    "code_name",
    "complete_step",
    "digest",
    "digest_id",
    "dossier",
    "finding_json",
    "incident_costs",
    "incident_json",
    "intrudes",
    "joined",
    "json_line",
    "load_playbooks",
    "load_regulations",
    "must_not_be_about",
    "open_incidents",
    "overdue",
    "precision",
    "promote",
    "ranked",
    "read_playbook",
    "reopen_step",
    "rfc3339",
    "rows_of",
    "say_client_data",
    "set_aware",
    "set_status",
    "severity_of",
    "skip_step",
    "suspected",
    "terms_of",
    "verdict_of",
    "verify_chain",
    "wilson",
    "with_due_times",
    "with_scope",
    "would_be",
]
