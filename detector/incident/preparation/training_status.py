"""Who is trained: what each person owes of the courses, and by when.

Comes in: rows of the register, the courses, who is on the crisis team, today. Goes out: one line a person and course.
Pure. Somebody of the team who does not stand in the register is said so: nobody knows whether they are trained.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from detector.settings import Course, TrainingSettings
from detector.settings.lists.training_rows import TrainingRow

_SOON: Final = timedelta(days=30)
_NEW: Final = timedelta(days=90)
"""So long after they joined somebody is called a newcomer."""


class TrainingState(StrEnum):
    """How it stands with one course of one person."""

    IN_DATE = "in_date"
    SOON = "soon"
    OVERDUE = "overdue"
    NEVER = "never"
    NEWCOMER = "newcomer"
    NEWCOMER_LATE = "newcomer_late"


LATE: Final = (TrainingState.OVERDUE, TrainingState.NEVER, TrainingState.NEWCOMER_LATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingLine:
    """One course of one person.

    Attributes:
        done: When it was done last; None: never. due: when it is due; None: it is not due again, or nobody knows when.
    """

    person: str
    role: str
    course: str
    state: TrainingState
    done: date | None
    due: date | None


@dataclass(frozen=True, slots=True)
class TrainingStatus:
    """How it stands with all of them; ``unlisted``: who of the team does not stand in the register."""

    lines: tuple[TrainingLine, ...]
    unlisted: tuple[str, ...] = ()

    def people(self, *states: TrainingState) -> tuple[str, ...]:
        """Return who has a course that stands so; without states everybody who stands in the register."""
        return tuple(dict.fromkeys(each.person for each in self.lines if not states or each.state in states))


def training_status(
    rows: Iterable[TrainingRow], training: TrainingSettings, team: Collection[str], today: date
) -> TrainingStatus:
    """Return how it stands, by person and course."""
    of: dict[str, list[TrainingRow]] = defaultdict(list)
    for row in rows:
        of[row.person].append(row)
    lines = [
        _line(person, course, training.courses.get(course, _AS_REGISTERED), its, training, today)
        for person, its in sorted(of.items())
        for course in _owed(its, training)
    ]
    return TrainingStatus(tuple(lines), tuple(name for name in team if name not in of))


_AS_REGISTERED: Final = Course()


def _owed(rows: Sequence[TrainingRow], training: TrainingSettings) -> list[str]:
    """Return the courses that are a person's."""
    if not training.courses:
        return sorted({each.course for each in rows if each.course})
    role = _role(rows)
    return [name for name, course in training.courses.items() if not course.roles or role in course.roles]


def _role(rows: Sequence[TrainingRow]) -> str:
    return next((each.role for each in rows if each.role), "")


def _line(
    person: str,
    name: str,
    course: Course,
    rows: Sequence[TrainingRow],
    training: TrainingSettings,
    today: date,
) -> TrainingLine:
    mine = [each for each in rows if each.course == name]
    done = [each for each in mine if each.done is not None and each.done <= today]
    last = max(done, key=lambda each: each.done or today, default=None)
    joined = next((each.joined for each in rows if each.joined), None)
    if last is not None and last.done is not None:
        due = last.due or (last.done + course.every if course.every is not None else None)
        state = _repeated(due, today)
        return TrainingLine(person=person, role=_role(rows), course=name, state=state, done=last.done, due=due)
    set_for = min((each.due for each in mine if each.due), default=None)
    due = set_for or (joined + training.newcomers if joined is not None else None)
    state = _first_time(due, joined, today)
    return TrainingLine(person=person, role=_role(rows), course=name, state=state, done=None, due=due)


def _repeated(due: date | None, today: date) -> TrainingState:
    if due is None or due - today > _SOON:
        return TrainingState.IN_DATE
    return TrainingState.SOON if due >= today else TrainingState.OVERDUE


def _first_time(due: date | None, joined: date | None, today: date) -> TrainingState:
    new = joined is not None and today - joined <= _NEW
    if due is not None and due >= today:
        return TrainingState.NEWCOMER if new else TrainingState.SOON
    return TrainingState.NEWCOMER_LATE if new else TrainingState.NEVER
