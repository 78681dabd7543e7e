"""Keeping what waits for a second person's word.

Comes in: a unit, what is asked for. Goes out: what the timeline says of it.
"""

from detector.errors import ConflictError, Problem
from detector.incident import DUTY, FACT, IncidentChanges
from detector.schema.team.grants import Approval
from detector.store import UnitOfWork


def save_pending(unit: UnitOfWork, asked: tuple[IncidentChanges, Approval]) -> IncidentChanges:
    """Keep what waits for a second person's word, and return what the timeline says of it.

    Raises:
        ConflictError: Somebody else asks for one about the same: whoever has read that must not agree to this.
    """
    changes, approval = asked
    waits = (each for each in unit.people.approvals(approval.incident_id) if each.step_id == approval.step_id)
    before = next(waits, None)
    if before is not None and before.author != approval.author:
        subject = approval.step_id.removeprefix(DUTY).removeprefix(FACT)
        what = f"{before.author} has asked for another person's word on {subject}"
        fix = "agree to it (nabat incidents approve), or decline it first (--decline) and ask anew"
        raise ConflictError(Problem(what=what, fix=fix))
    unit.people.save_approval(approval)
    return changes
