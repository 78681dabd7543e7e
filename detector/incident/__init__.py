"""Turn alerts into incidents: playbooks, checklists, duties of the laws, timeline, transitions. Pure."""

from detector.incident.acts.adopting import TermsChange, adopt, ask_adopting, differences, meant, weakened
from detector.incident.acts.after_answer import containment_broken, end_hold, lapse, team_left
from detector.incident.acts.client_lists import (
    IMPORT,
    ask_removal,
    import_clients,
    must_give_back,
    must_take_lists,
    removal_eases,
    remove_import,
)
from detector.incident.acts.clock_set_right import lies_ahead, set_right
from detector.incident.acts.closing import (
    CLOSE,
    ask_closing,
    ask_status,
    close,
    closing_needs_second,
    rest_by_two,
    resting_needs_second,
)
from detector.incident.acts.duty_acts import (
    DUTY,
    LAWS,
    RECEIPT,
    approve_decision,
    approve_receipt,
    ask_confirmation,
    ask_decision,
    ask_receipt,
    confirm_duties,
    decide_duty,
    file_receipt,
    receipt_eases,
    record_occasion,
)
from detector.incident.acts.holding import hand_over, pass_on, snooze, take_over
from detector.incident.acts.merging_cases import OpeningTools, merge_cases, unmerge_cases
from detector.incident.acts.record_fact import FACT, StatedFact, ask_fact, asked_fact, fact_act, loosened, record_fact
from detector.incident.acts.reopening import REOPEN, ask_reopening, reopen, reopening_needs_second
from detector.incident.acts.second_word import decided, decline_word
from detector.incident.acts.steps import (
    approve_step,
    ask_approval,
    complete_step,
    needs_second,
    reopen_step,
    skip_step,
)
from detector.incident.acts.transitions import (
    EARLIEST_AWARE,
    acknowledge,
    add_note,
    keep_terms,
    record_invitation,
    record_look,
    say_client_data,
    set_status,
    with_scope,
)
from detector.incident.case.assessment.nature import intrudes
from detector.incident.case.assessment.severity import severity_of
from detector.incident.case.changes.containment import is_watched, stopped_since, watched_until
from detector.incident.case.frozen_terms import (
    CaseTerms,
    configured_terms,
    kept_terms,
    part_of,
    playbook_of,
)
from detector.incident.case.held_roles import standing_roles
from detector.incident.case.opening import open_incidents, suspected
from detector.incident.case.opening_by_hand import CaseByHand, open_by_hand, openable
from detector.incident.case.present_team import asked_roles, settings_of
from detector.incident.case_facts.fact_readings import all_readings, with_facts
from detector.incident.dossier import Dossier, dossier
from detector.incident.duty.applicability import law_applies
from detector.incident.duty.compute_duties import duties_of, in_order_due
from detector.incident.duty.fines import FineReach, fine_of
from detector.incident.duty.law_calendar import load_calendar
from detector.incident.duty.law_people import Lies, lie_as_a_rule, lies_in
from detector.incident.duty.owed import DUTY_ROLES, owed
from detector.incident.duty.regulations import FineTier, Regulation, load_regulations
from detector.incident.duty.speaking_times import ESCALATES, caught_up, merged, put_off, spoken
from detector.incident.duty.standing import announced_at, standing_items
from detector.incident.export import alert_json, finding_json, incident_json, json_line
from detector.incident.history_digest import as_incident, digest, digest_id, promote, ranked, rows_of, would_be
from detector.incident.letters.told_clients import IN_NO_PLAN, TELL_STEP, TOLD_LESS
from detector.incident.playbook.playbooks import Playbook, load_playbooks
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
from detector.incident.role_acts import accept_role, assign_role, decline_role, takes_back, withdraw_role
from detector.incident.status_machine import ALLOWED
from detector.incident.timeline import append, clean, rfc3339, verify_chain

__all__ = [
    "ALLOWED",
    "CLOSE",
    "DUTY",
    "DUTY_ROLES",
    "EARLIEST_AWARE",
    "ESCALATES",
    "FACT",
    "IMPORT",
    "IN_NO_PLAN",
    "LAWS",
    "MONTH",
    "RECEIPT",
    "REOPEN",
    "TELL_STEP",
    "TOLD_LESS",
    "UNCONFIRMED_FOR",
    "CaseByHand",
    "CaseTerms",
    "ClosedIncident",
    "ClosingVerdict",
    "Dossier",
    "FineReach",
    "FineTier",
    "IncidentChanges",
    "IncidentCost",
    "IncidentStore",
    "Lies",
    "OpeningTools",
    "Playbook",
    "Regulation",
    "RulePrecision",
    "StatedFact",
    "TermsChange",
    "accept_role",
    "acknowledge",
    "add_note",
    "adopt",
    "alert_json",
    "all_readings",
    "announced_at",
    "append",
    "approve_decision",
    "approve_receipt",
    "approve_step",
    "as_incident",
    "ask_adopting",
    "ask_approval",
    "ask_closing",
    "ask_confirmation",
    "ask_decision",
    "ask_fact",
    "ask_receipt",
    "ask_removal",
    "ask_reopening",
    "ask_status",
    "asked_fact",
    "asked_roles",
    "assign_role",
    "caught_up",
    "clean",
    "close",
    "closing_needs_second",
    "complete_step",
    "configured_terms",
    "confirm_duties",
    "containment_broken",
    "decide_duty",
    "decided",
    "decline_role",
    "decline_word",
    "differences",
    "digest",
    "digest_id",
    "dossier",
    "duties_of",
    "end_hold",
    "fact_act",
    "file_receipt",
    "finding_json",
    "fine_of",
    "hand_over",
    "import_clients",
    "in_order_due",
    "incident_costs",
    "incident_json",
    "intrudes",
    "is_watched",
    "json_line",
    "keep_terms",
    "kept_terms",
    "lapse",
    "law_applies",
    "lie_as_a_rule",
    "lies_ahead",
    "lies_in",
    "load_calendar",
    "load_playbooks",
    "load_regulations",
    "loosened",
    "meant",
    "merge_cases",
    "merged",
    "must_give_back",
    "must_take_lists",
    "needs_second",
    "open_by_hand",
    "open_incidents",
    "openable",
    "owed",
    "part_of",
    "pass_on",
    "playbook_of",
    "precision",
    "promote",
    "put_off",
    "ranked",
    "receipt_eases",
    "record_fact",
    "record_invitation",
    "record_look",
    "record_occasion",
    "removal_eases",
    "remove_import",
    "reopen",
    "reopen_step",
    "reopening_needs_second",
    "rest_by_two",
    "resting_needs_second",
    "rfc3339",
    "rows_of",
    "say_client_data",
    "set_right",
    "set_status",
    "settings_of",
    "severity_of",
    "skip_step",
    "snooze",
    "spoken",
    "standing_items",
    "standing_roles",
    "stopped_since",
    "suspected",
    "take_over",
    "takes_back",
    "team_left",
    "unmerge_cases",
    "verdict_of",
    "verify_chain",
    "watched_until",
    "weakened",
    "wilson",
    "with_facts",
    "with_scope",
    "withdraw_role",
    "would_be",
]
