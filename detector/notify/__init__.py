"""Incidents → people: who is told, in which words, over which target, until somebody acknowledges.

Comes in: incidents and their checklists, as stored. Goes out: messages at people's targets, and what became of them in
the store. It judges nothing and changes no incident: an acknowledgement is the incident stage's business.

What decides is here. What sends has doors of its own (``sender``, ``test_message``, ``apprise_target``): most commands
decide and send nothing, and need not load what sending takes.
"""

from detector.notify.escalation import EscalationPlan, advance, plan
from detector.notify.ladder import Gap, GapReason, ladder_gaps
from detector.notify.links import LinkClaim, LinkError, LinkExpiredError, LinkMaker, Links, LinkTamperedError
from detector.notify.render import error_text, role_title

__all__ = [
    "EscalationPlan",
    "Gap",
    "GapReason",
    "LinkClaim",
    "LinkError",
    "LinkExpiredError",
    "LinkMaker",
    "LinkTamperedError",
    "Links",
    "advance",
    "error_text",
    "ladder_gaps",
    "plan",
    "role_title",
]
