"""Incidents: checklists, duties, facts, timelines, what they keep of the configuration, and merges."""

from sqlalchemy import BigInteger, Boolean, Double, Index, Integer, Table, Text, false

from detector.schema.case.agenda import AgendaKind
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.duties import DutyState, DutyVerdict
from detector.schema.case.incidents import Basis, CloseReason, IncidentKind, IncidentStatus, StepStatus
from detector.schema.case.severity_assessments import SeverityFactor
from detector.schema.levels import Severity
from detector.schema.team.grants import ApprovalStatus, PersonAct
from detector.store.db.column_types import Choice, HoldableText, UtcTime
from detector.store.db.tables.table_parts import (
    METADATA,
    NAMED,
    NAMES,
    PAIRS,
    REASONS,
    SCOPE,
    key,
    may,
    must,
    number,
    of_incident,
)

# The two folded columns hold the code names as they are compared: SQLite folds only ASCII letters itself.
incidents = Table(
    "incidents",
    METADATA,
    key("id"),
    must("number", HoldableText),
    must("code_name", HoldableText),
    must("code_name_ru", HoldableText),
    must("code_name_folded", HoldableText),
    must("code_name_ru_folded", HoldableText),
    must("kind", Choice(IncidentKind)),
    must("status", Choice(IncidentStatus)),
    must("title", HoldableText),
    must("title_ru", HoldableText),
    must("severity", Choice(Severity)),
    must("score", Double),
    must("risk", BigInteger),
    must("matter", HoldableText),
    must("playbook", HoldableText),
    must("service", HoldableText),
    must("actor_id", HoldableText),
    must("actor_type", HoldableText),
    must("related_actors", NAMES),
    must("source_ips", NAMES),
    must("opened_at", UtcTime),
    may("became_at", UtcTime),
    may("follow_until", UtcTime),
    may("reported_at", UtcTime),
    may("aware_at", UtcTime),
    may("persons", BigInteger),
    must("persons_estimated", Boolean, before=false()),
    may("judged_severity", Choice(Severity)),
    may("judged_people", BigInteger),
    must("first_event_at", UtcTime),
    must("last_event_at", UtcTime),
    must("reasons", REASONS),
    must("rules", NAMES),
    must("tags", NAMES),
    must("alert_ids", NAMES),
    must("scope", SCOPE),
    may("acknowledged_at", UtcTime),
    must("acknowledged_by", HoldableText),
    may("called_at", UtcTime),
    must("called_for", REASONS, before="[]"),
    may("people_heard", BigInteger),
    may("closed_at", UtcTime),
    may("close_reason", Choice(CloseReason)),
    must("close_note", HoldableText),
    must("terms", HoldableText, before=""),
    must("checklist", HoldableText, before=""),
    may("hold_until", UtcTime),
    may("named", NAMED),
    must("merged_into", HoldableText, before=""),
    must("version", BigInteger),
    Index(None, "number"),
    Index(None, "code_name_folded"),
    Index(None, "code_name_ru_folded"),
    Index(None, "status", "actor_id"),
    Index(None, "opened_at"),
)

steps = Table(
    "steps",
    METADATA,
    of_incident(),
    key("step_id"),
    must("position", Integer),
    must("phase", HoldableText),
    must("title", HoldableText),
    must("title_ru", HoldableText),
    must("roles", NAMES),
    may("due_at", UtcTime),
    must("basis", Choice(Basis)),
    must("due_text", HoldableText),
    must("due_text_ru", HoldableText),
    must("evidence", HoldableText),
    must("evidence_ru", HoldableText),
    must("automation", HoldableText),
    must("status", Choice(StepStatus)),
    may("done_at", UtcTime),
    must("done_by", HoldableText),
    must("proof", HoldableText),
    Index(None, "status", "due_at"),
)

# What one stage of one law asks to be sent in one case, and what became of it.
duties = Table(
    "duties",
    METADATA,
    of_incident(),
    key("regulation"),
    key("stage"),
    must("law_version", Integer),
    must("position", Integer),
    must("step", HoldableText),
    must("recipient", HoldableText),
    must("recipient_ru", HoldableText),
    must("basis", HoldableText),
    may("due_at", UtcTime),
    must("internal", Boolean),
    must("verdict", Choice(DutyVerdict)),
    must("reasons", REASONS),
    must("moot", Boolean),
    must("state", Choice(DutyState)),
    may("decided_at", UtcTime),
    must("decided_by", HoldableText),
    must("approved_by", HoldableText),
    must("decision_reason", HoldableText),
    must("memo", HoldableText),
    may("decided_verdict", Choice(DutyVerdict)),
    must("decided_subjects", BigInteger),
    may("occasion_at", UtcTime),
    must("occasion", HoldableText, before=""),
    must("controller", HoldableText, before=""),
    must("country", HoldableText, before=""),
    must("receipt_number", HoldableText),
    may("receipt_at", UtcTime),
    must("receipt_by", HoldableText),
    must("notice_version", HoldableText),
    Index(None, "state", "due_at"),
)

# Playbooks, laws, teams and ladders as cases keep them, one row for all that opened under the same.
frozen_parts = Table(
    "frozen_parts",
    METADATA,
    key("id"),
    must("kind", Text),
    must("body", HoldableText),
)

# What is stated of a case; rows are never changed.
case_facts = Table(
    "case_facts",
    METADATA,
    of_incident(),
    number(kind=Integer),
    must("kind", Choice(CaseFactKind)),
    must("value", HoldableText),
    must("source", HoldableText),
    must("author", HoldableText),
    must("approved_by", HoldableText),
    must("reason", HoldableText),
    must("at", UtcTime),
)

entries = Table(
    "entries",
    METADATA,
    of_incident(),
    number(),
    must("at", UtcTime),
    must("kind", HoldableText),
    must("by", HoldableText),
    must("text", HoldableText),
    must("data", PAIRS),
    must("previous", HoldableText),
    must("hash", HoldableText),
    must("said", REASONS, before="[]"),
)

# What people say of factors of the severity by ENISA's method, a row each.
severity_corrections = Table(
    "severity_corrections",
    METADATA,
    of_incident(),
    number(),
    must("factor", Choice(SeverityFactor)),
    may("value", Double),
    must("reason", HoldableText),
    must("by", HoldableText),
    must("typed_by", HoldableText),
    must("at", UtcTime),
)

# Who said that two incidents are one, and what the other was before.
case_merges = Table(
    "case_merges",
    METADATA,
    of_incident(),
    number(kind=Integer),
    must("into_id", HoldableText),
    must("at", UtcTime),
    must("by", HoldableText),
    must("reason", HoldableText),
    must("alert_ids", NAMES),
    must("status", Choice(IncidentStatus)),
    must("opened_at", UtcTime),
    may("became_at", UtcTime),
    must("severity", Choice(Severity)),
    must("kind", Choice(IncidentKind)),
    must("playbook", HoldableText),
    must("checklist", HoldableText),
    may("named", NAMED),
    may("ended_at", UtcTime),
    must("ended_by", HoldableText),
    must("ended_why", HoldableText),
)

# A step that one person has done waits for another's word: one row a step, the newest.
approvals = Table(
    "approvals",
    METADATA,
    of_incident(),
    key("step_id"),
    must("act", Choice(PersonAct)),
    must("author", HoldableText),
    must("typed_by", HoldableText),
    must("proof", HoldableText),
    must("data", PAIRS),
    must("asked_at", UtcTime),
    must("status", Choice(ApprovalStatus)),
    must("decided_by", HoldableText),
    may("decided_at", UtcTime),
)

case_invitations = Table(
    "case_invitations",
    METADATA,
    of_incident(),
    key("person"),
    must("by", HoldableText),
    must("at", UtcTime),
    must("reason", HoldableText),
)

# Who was asked to hold a role in an incident, and what they answered: one row each time somebody is asked.
role_assignments = Table(
    "role_assignments",
    METADATA,
    of_incident(),
    key("role"),
    number(kind=Integer),
    must("person", HoldableText),
    must("by", HoldableText),
    must("at", UtcTime),
    must("reason", HoldableText),
    may("accepted_at", UtcTime),
    may("declined_at", UtcTime),
    must("declined_why", HoldableText),
    may("ended_at", UtcTime),
    must("ended_by", HoldableText),
)

# What people owe: computed from incidents; when each of it speaks next is what has to outlive a restart.
agenda = Table(
    "agenda",
    METADATA,
    key("id"),
    must("incident_id", HoldableText),
    must("kind", Choice(AgendaKind)),
    must("what", HoldableText),
    must("title", HoldableText),
    must("title_ru", HoldableText),
    must("owner", HoldableText, before=""),
    must("roles", NAMES),
    must("not_by", NAMES),
    must("since", UtcTime),
    must("due_at", UtcTime),
    must("level", Integer),
    may("next_at", UtcTime),
    Index(None, "incident_id"),
    Index(None, "next_at"),
)
