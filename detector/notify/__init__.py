"""Notify people about incidents: who is told what, through which target, until somebody acknowledges.

Comes in: stored incidents and their checklists. Goes out: messages to people's targets, and the result of each delivery
in the store. It judges nothing and changes no incident: the incident stage handles acknowledgements.

This package decides; sending is in ``detector.notify.delivery``, so that commands which send nothing do not load what
sending needs.
"""

from detector.notify.drill_notes import drill_over, drill_questions
from detector.notify.escalation import EscalationPlan, PageContent, advance, passed_on, plan
from detector.notify.ladder import Gap, GapReason, Roster, ladder_gaps
from detector.notify.links import (
    ButtonAct,
    ButtonClaim,
    LinkClaim,
    LinkError,
    LinkExpiredError,
    LinkMaker,
    Links,
    LinkTamperedError,
    acts_under,
)
from detector.notify.on_call import OnCall, OnCallBy, OnCallRota
from detector.notify.reminders import (
    Owing,
    account_notice,
    asked_for_role,
    bounces_notice,
    digest,
    handed,
    letters_notice,
    next_time,
    order_notice,
    own_password_question,
    owner,
    quiet_until,
    remind,
    remind_channels,
    remind_reports,
    remind_standing,
    reminds_of,
    role_declined,
    role_ended,
    tell_readiness,
)
from detector.notify.render import amount_text, error_text, role_title
from detector.notify.rota_turns import turned

__all__ = [
    "ButtonAct",
    "ButtonClaim",
    "EscalationPlan",
    "Gap",
    "GapReason",
    "LinkClaim",
    "LinkError",
    "LinkExpiredError",
    "LinkMaker",
    "LinkTamperedError",
    "Links",
    "OnCall",
    "OnCallBy",
    "OnCallRota",
    "Owing",
    "PageContent",
    "Roster",
    "account_notice",
    "acts_under",
    "advance",
    "amount_text",
    "asked_for_role",
    "bounces_notice",
    "digest",
    "drill_over",
    "drill_questions",
    "error_text",
    "handed",
    "ladder_gaps",
    "letters_notice",
    "next_time",
    "order_notice",
    "own_password_question",
    "owner",
    "passed_on",
    "plan",
    "quiet_until",
    "remind",
    "remind_channels",
    "remind_reports",
    "remind_standing",
    "reminds_of",
    "role_declined",
    "role_ended",
    "role_title",
    "tell_readiness",
    "turned",
]
