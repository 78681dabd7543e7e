"""How long each part of a case took, and which due times were missed; the same over many cases.

Comes in: an incident with its checklist, duties, facts and timeline. Goes out: ``CaseTimes``. A moment that nobody
knows gives no time: not knowing is not zero. Pure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from detector.incident.case_facts.fact_readings import standing
from detector.incident.case_facts.fact_values import moment_of
from detector.incident.dossier import Dossier
from detector.incident.drills import is_step_late
from detector.incident.duty.owed import duty_titles
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import (
    BY_HAND,
    Basis,
    CloseReason,
    Incident,
    IncidentKind,
    IncidentStatus,
    TimelineEntry,
)

_NO_MATTER = (IncidentKind.HISTORY, IncidentKind.DRILL, IncidentKind.BLIND_SPOT)


class TimeMeasure(StrEnum):
    """What is measured of a case.

    ``DETECT``: from the first event to T0. ``ACKNOWLEDGE``: from the opening to the first "I have it". ``CONTAIN``:
    from T0 until nothing flowed any more. ``RECOVER``: from T0 until it was resolved, or closed.
    """

    DETECT = "detect"
    ACKNOWLEDGE = "acknowledge"
    CONTAIN = "contain"
    RECOVER = "recover"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedDue:
    """A step or a duty that was done after it was due, or is not done and should be.

    Attributes:
        name: The step's id, or law and stage.
        title: In English. title_ru: in Russian.
        done_at: When it was done or sent; None: it still is not, or never was.
    """

    name: str
    title: str
    title_ru: str
    due_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTimes:
    """The times of one case.

    Attributes:
        began: When the first event was; None: nobody knows.
        acknowledged: When somebody first said that they have it. contained: since when nothing flows. recovered: when
            it was resolved, or closed.
        missed: Due times that were missed, the first due first.
    """

    incident: Incident
    began: datetime | None
    acknowledged: datetime | None
    contained: datetime | None
    recovered: datetime | None
    missed: tuple[MissedDue, ...] = ()

    def took(self, measure: TimeMeasure) -> timedelta | None:
        """Return how long a part took; None: it is not over, or nobody knows when it was."""
        ends = {
            TimeMeasure.DETECT: (self.began, self.incident.t0),
            TimeMeasure.ACKNOWLEDGE: (self.incident.opened_at, self.acknowledged),
            TimeMeasure.CONTAIN: (self.incident.t0, self.contained),
            TimeMeasure.RECOVER: (self.incident.t0, self.recovered),
        }
        begins, ended = ends[measure]
        return None if begins is None or ended is None else max(ended - begins, timedelta(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A measure over some cases: of how many it is known, the median, the longest."""

    cases: int
    median: timedelta
    longest: timedelta


def is_measured(incident: Incident) -> bool:
    """Tell whether an incident counts where times of several are put together: a real one, and no false alarm."""
    closed = incident.status is IncidentStatus.CLOSED
    wrong = closed and incident.close_reason is not CloseReason.HANDLED
    return incident.kind not in _NO_MATTER and not incident.merged_into and not wrong


def case_times(dossier: Dossier, entries: Sequence[TimelineEntry], now: datetime) -> CaseTimes:
    """Return the times of a case."""
    incident = dossier.incident
    unknown = incident.matter == BY_HAND and not incident.scope.events
    first = min(incident.first_event_at, incident.scope.first_event_at or incident.first_event_at)
    answers = [each.at for each in entries if each.kind == "acknowledged" and each.at >= incident.opened_at]
    stopped = standing(CaseFactKind.FLOW_STOPPED, dossier.facts)
    return CaseTimes(
        incident=incident,
        began=None if unknown else first,
        acknowledged=min(answers, default=None),
        contained=moment_of(stopped) if stopped is not None else None,
        recovered=_recovered(incident, entries),
        missed=tuple(sorted(_missed(dossier, now), key=lambda each: (each.due_at, each.name))),
    )


def spread(times: Iterable[CaseTimes], measure: TimeMeasure) -> Spread | None:
    """Return a measure over some cases; None: it is known of none."""
    known = [span for each in times if (span := each.took(measure)) is not None]
    if not known:
        return None
    middle = timedelta(seconds=median(span.total_seconds() for span in known))
    return Spread(cases=len(known), median=middle, longest=max(known))


def _recovered(incident: Incident, entries: Iterable[TimelineEntry]) -> datetime | None:
    """Return when an incident that is over was resolved last; where nobody said so, when it was closed."""
    if incident.status not in (IncidentStatus.RESOLVED, IncidentStatus.CLOSED):
        return None
    resolved: datetime | None = None
    for each in entries:
        if each.kind == "status":
            resolved = each.at if dict(each.data).get("new") == IncidentStatus.RESOLVED else None
        elif each.kind == "reopened":
            resolved = None
    return resolved or incident.closed_at


def _missed(dossier: Dossier, now: datetime) -> Iterator[MissedDue]:
    ended = dossier.incident.closed_at or now
    for step in dossier.steps:
        after = step.basis is Basis.CLOSED  # due after the case is over
        if step.due_at is None or step.basis is Basis.CALENDAR or not is_step_late(step, now if after else ended):
            continue
        yield MissedDue(
            name=step.step_id, title=step.title, title_ru=step.title_ru, due_at=step.due_at, done_at=step.done_at
        )
    for duty in dossier.duties:
        if duty.due_at is not None and duty.late(ended):
            title, title_ru = duty_titles(duty.ref, dossier.terms)
            yield MissedDue(name=duty.ref, title=title, title_ru=title_ru, due_at=duty.due_at, done_at=duty.receipt_at)
