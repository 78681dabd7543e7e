"""What a page shows, put in the order people need it. Pure.

Comes in: values of the vocabulary and the time. Goes out: small views of them for the templates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Generic, TypeVar

from detector.schema.case.incidents import Basis, Incident, IncidentKind, IncidentStatus, Step, StepStatus
from detector.schema.team.delivery import Message
from detector.web.untaken import is_untaken

T = TypeVar("T")

_CLOSED_SHOWN = 10
_URGENT_SHOWN = 3
_SOON = 80
# In the shipped playbooks this step is to acknowledge.
_ACKNOWLEDGE = "A2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One open incident on the first page.

    Attributes:
        pressing: The most overdue step, else the one due next; None when no open step has a due time.
        overdue: How many open steps are overdue. done / total: of the checklist.
        untaken: Somebody has to say "I have it", now.
    """

    incident: Incident
    pressing: Step | None
    overdue: int
    done: int
    total: int
    untaken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseView:
    """One phase of a checklist; standing duties (due by the calendar) come folded."""

    id: str
    steps: tuple[Step, ...]
    done: int
    overdue: int
    standing: bool

    @property
    def open(self) -> bool:
        """Whether anything of it is left to do."""
        return self.done < len(self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestSlice(Generic[T]):
    """The newest of a long list, and how many older ones are left out."""

    items: tuple[T, ...]
    hidden: int


def by_need(incident: Incident) -> tuple[bool, bool, int, float]:
    """Sort what goes on before history, what nobody has before the rest, then the worst, then the newest."""
    return (
        incident.kind is IncidentKind.HISTORY,
        incident.acknowledged_at is not None,
        -incident.severity.rank,
        -incident.opened_at.timestamp(),
    )


def card(incident: Incident, steps: Sequence[Step], now: datetime) -> Card:
    """Return an incident as a card."""
    waiting = _by_due(steps)
    return Card(
        incident=incident,
        pressing=waiting[0] if waiting else None,
        overdue=sum(is_overdue(step, now) for step in steps),
        done=sum(step.status is not StepStatus.OPEN for step in steps),
        total=len(steps),
        untaken=is_untaken(incident, now),
    )


def spent(since: datetime, due: datetime, now: datetime) -> tuple[int, str]:
    """Return how much of a time is gone, in per cent, and what that means: ``warn`` near the end, ``bad`` behind it."""
    if due <= now:
        return 100, "bad"
    gone = max(0, round(100 * (now - since) / (due - since))) if due > since else 0
    return min(gone, 99), "warn" if gone >= _SOON else ""


def phases(steps: Iterable[Step], now: datetime) -> list[PhaseView]:
    """Return a checklist by phases, in its order."""
    ordered = sorted(steps, key=lambda step: step.position)
    found = []
    for name, group in groupby(ordered, key=lambda step: step.phase):
        members = tuple(group)
        found.append(
            PhaseView(
                id=name,
                steps=members,
                done=sum(step.status is not StepStatus.OPEN for step in members),
                overdue=sum(is_overdue(step, now) for step in members),
                standing=all(step.basis is Basis.CALENDAR for step in members),
            )
        )
    # What has to be ready beforehand stands last: at the moment it only stands in the way.
    return sorted(found, key=lambda phase: phase.standing)


def urgent(steps: Sequence[Step], first: Sequence[str] = ()) -> list[Step]:
    """Return the open steps to do now: those the checklist puts first, then those due first.

    To acknowledge is asked for elsewhere on the page.
    """
    order = {step_id: number for number, step_id in enumerate(first)}
    named = sorted(
        (step for step in steps if step.step_id in order and step.status is StepStatus.OPEN),
        key=lambda step: order[step.step_id],
    )
    rest = [step for step in _by_due(steps) if step.step_id not in order]
    return [step for step in (*named, *rest) if step.step_id != _ACKNOWLEDGE][:_URGENT_SHOWN]


def in_order_decided(messages: Iterable[Message]) -> list[Message]:
    """Return messages in the order they were decided."""
    return sorted(messages, key=lambda message: (message.created_at, message.due_at, message.id))


def newest(items: Sequence[T], limit: int | None) -> LatestSlice[T]:
    """Return the last ``limit`` of a list in their order, and how many are left out; all of it without a limit."""
    kept = tuple(items) if limit is None else tuple(items)[-limit:]
    return LatestSlice(items=kept, hidden=len(items) - len(kept))


def first_of(items: Sequence[T], limit: int | None) -> LatestSlice[T]:
    """Return the first ``limit`` of a list, and how many are left out; all of it without a limit."""
    kept = tuple(items)[:limit]
    return LatestSlice(items=kept, hidden=len(items) - len(kept))


def recently_closed(incidents: Iterable[Incident]) -> list[Incident]:
    """Return the last closed incidents among the newest, the latest closed first."""
    closed = [each for each in incidents if each.status is IncidentStatus.CLOSED and each.closed_at is not None]
    return sorted(closed, key=lambda each: each.closed_at or each.opened_at, reverse=True)[:_CLOSED_SHOWN]


def is_overdue(step: Step, now: datetime) -> bool:
    """Tell whether an open step is past its time."""
    return step.status is StepStatus.OPEN and step.due_at is not None and step.due_at < now


def _by_due(steps: Iterable[Step]) -> list[Step]:
    waiting = [(step.due_at, step.position, step) for step in steps if step.status is StepStatus.OPEN and step.due_at]
    return [step for _, _, step in sorted(waiting, key=lambda each: each[:2])]
