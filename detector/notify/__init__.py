"""Incidents → people: who is told, in which words, over which target, until somebody acknowledges.

Comes in: incidents and their checklists, as stored. Goes out: messages at people's targets, and what became of them in
the store. It judges nothing and changes no incident: an acknowledgement is the incident stage's business.

What decides is here. What sends has doors of its own (``sender``, ``trial``, ``apprise_target``): most commands decide
and send nothing, and need not load what sending takes.
"""

from detector.notify.escalation import Plan, advance, plan
from detector.notify.ladder import Gap, GapReason, ladder_gaps
from detector.notify.links import Claim, LinkError, LinkExpiredError, LinkMaker, Links, LinkTamperedError
from detector.notify.render import error_text, role_title

__all__ = [
    "Claim",
    "Gap",
    "GapReason",
    "LinkError",
    "LinkExpiredError",
    "LinkMaker",
    "LinkTamperedError",
    "Links",
    "Plan",
    "advance",
    "error_text",
    "ladder_gaps",
    "plan",
    "role_title",
]
