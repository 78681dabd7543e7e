"""Duties of which a stage has several: one for each request or complaint, controller, or country that is told.

Comes in: the duties of a case, what came and when, who is concerned. Goes out: the duty that answers it: of the first
request the law's own stage, of each that follows, and of each controller and country, one more beside it.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from detector.schema.case.duties import Duty, DutyState, further


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
    return _beside(duties, first, replace(_untouched(first), occasion_at=at, occasion=what))


def telling(duties: Collection[Duty], first: Duty, reader: str, *, of_country: bool = False) -> Duty:
    """Return the new duty that tells one reader; that all of them are owed a notice, if people said so, holds for it.

    Args:
        duties: Of the case.
        first: That of the law's own stage, which tells those that nobody named.
        reader: A controller, as the company's file has it; or a country, whose authority is told.
        of_country: It is a country.
    """
    begun = first if first.state is DutyState.OWED else _untouched(first)
    told = replace(begun, country=reader) if of_country else replace(begun, controller=reader)
    return _beside(duties, first, told)


def counterpart(duties: Collection[Duty], other: Duty) -> Duty | None:
    """Return the duty that answers in this case what a duty of another case answers there; None: it has none.

    Whatever came there and not here has one of its own: two people who complained are owed two answers.

    Args:
        duties: Of this case.
        other: Of the other one.
    """
    mine = {each.ref: each for each in duties if each.of_ref == other.of_ref}
    same, first = next((each for each in mine.values() if answer_the_same(each, other)), None), mine.get(other.of_ref)
    if other.told_alone and first is not None:
        return same or _beside(duties, first, replace(other, incident_id=first.incident_id))
    if same is not None or first is None or other.occasion_at is None:
        return same or mine.get(other.ref)
    if first.occasion_at is None and first.open:
        return replace(first, occasion_at=other.occasion_at, occasion=other.occasion)
    return _beside(duties, first, replace(other, incident_id=first.incident_id))


def answer_the_same(one: Duty, other: Duty) -> bool:
    """Tell whether two duties, of one case or two, answer the same request, or tell the same reader."""
    if one.told_alone or other.told_alone:
        return (one.of_ref, one.told_alone) == (other.of_ref, other.told_alone)
    if one.occasion_at is None and other.occasion_at is None:
        return one.ref == other.ref
    return (one.of_ref, one.occasion_at, one.occasion) == (other.of_ref, other.occasion_at, other.occasion)


def _untouched(first: Duty) -> Duty:
    """Return a duty of the same stage about which nobody has decided or done anything."""
    return Duty(
        incident_id=first.incident_id,
        regulation=first.regulation,
        stage=first.stage,
        law_version=first.law_version,
        position=first.position,
    )


def _beside(duties: Collection[Duty], first: Duty, new: Duty) -> Duty:
    """Return a duty with the name and place of the next one beside the first."""
    there = [each.stage for each in duties if each.ref.startswith(f"{first.ref}.")]
    number = max((int(name.rpartition(".")[2]) for name in there), default=1) + 1
    return replace(new, stage=further(first.stage, number), position=first.position + number)
