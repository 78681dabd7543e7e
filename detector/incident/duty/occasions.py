"""Duties that start with a request or a complaint: there is one for each that came, with its own clock and receipt.

Comes in: the duties of a case, what came and when. Goes out: the duty that answers it: of the first the law's own
stage, of each that follows one more beside it.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from detector.schema.case.duties import Duty, further


def answering(duties: Collection[Duty], first: Duty, at: datetime, what: str) -> Duty:
    """Return the duty that answers something that came.

    Args:
        duties: Of the case.
        first: That of the law's own stage.
        at: When it came.
        what: Which one it is.
    """
    if first.occasion_at is None and first.open:
        return replace(first, occasion_at=at, occasion=what)
    number = _next(duties, first)
    return Duty(
        incident_id=first.incident_id,
        regulation=first.regulation,
        stage=further(first.stage, number),
        law_version=first.law_version,
        position=first.position + number,
        occasion_at=at,
        occasion=what,
    )


def counterpart(duties: Collection[Duty], other: Duty) -> Duty | None:
    """Return the duty that answers in this case what a duty of another case answers there; None: it has none.

    Whatever came there and not here has one of its own: two people who complained are owed two answers.

    Args:
        duties: Of this case.
        other: Of the other one.
    """
    mine = [each for each in duties if (each.regulation, each.of_stage) == (other.regulation, other.of_stage)]
    same = [each for each in mine if (each.occasion_at, each.occasion) == (other.occasion_at, other.occasion)]
    first = next((each for each in mine if each.stage == each.of_stage), None)
    if same or first is None or other.occasion_at is None:
        return same[0] if same else next((each for each in mine if each.ref == other.ref), None)
    if first.occasion_at is None and first.open:
        return replace(first, occasion_at=other.occasion_at, occasion=other.occasion)
    number = _next(duties, first)
    stage, position = further(first.stage, number), first.position + number
    return replace(other, incident_id=first.incident_id, stage=stage, position=position)


def _next(duties: Collection[Duty], first: Duty) -> int:
    there = [each.stage for each in duties if each.ref.startswith(f"{first.ref}.")]
    return max((int(name.rpartition(".")[2]) for name in there), default=1) + 1
