"""Drills: an exercise on made-up lines and calls, what was asked in it, and what came of it.

All that a drill makes (findings, alerts, incidents) stands in a matter of its own, by which it is told apart.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

MATTER_PREFIX: Final = "drill:"
PREFIX: Final = "drill-"
"""How everything is called that a drill makes up: accounts, clients, numbers of incidents."""
OWN_ENDINGS: Final = ("drill-given-up", "drill-waited-too-long", "drill-clock-set-back")
"""Messages that say why the service itself ends a drill."""


def drill_matter(number: int) -> str:
    """Return the matter of all that a drill makes."""
    return f"{MATTER_PREFIX}{number}"


def is_of_drill(matter: str) -> bool:
    """Tell whether what stands in a matter was made by a drill."""
    return matter.startswith(MATTER_PREFIX)


def drill_of(matter: str) -> int | None:
    """Return the number of the drill whose matter it is; None: it is no drill's."""
    number = matter.removeprefix(MATTER_PREFIX)
    return int(number) if is_of_drill(matter) and number.isdecimal() else None


class DrillMode(StrEnum):
    """How a scenario is played: through the service, or with questions alone."""

    LIVE = "live"
    TABLE_TOP = "table_top"


class DrillStatus(StrEnum):
    """Where a drill stands. ``INTERRUPTED``: it made way for a real incident."""

    ASKED = "asked"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


GOING: Final = (DrillStatus.ASKED, DrillStatus.RUNNING)
"""A drill that stands so is not over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """One drill.

    Attributes:
        number: From 1.
        scenario: Its name. title / title_ru: what people call it.
        plan: The scenario as it was when the drill was asked for, as JSON: what is edited later changes nothing.
        asked_by / asked_at: Who wants it, since when.
        started_at: When the service took it up; None: it has not yet.
        ended_by: Who ended it, ``nabat`` where the service did; ended_why: in words.
        first_at: When its first line was written, or its first call came.
        paged_at: When the first page about it was sent. acknowledged_at: when somebody first said they have it.
        notice_at: When a notice was first filed with it.
        steps / steps_done / steps_late: Of its checklists, as they were when it ended.
    """

    number: int
    scenario: str
    title: str
    title_ru: str
    mode: DrillMode
    plan: str
    asked_by: str
    asked_at: datetime
    status: DrillStatus = DrillStatus.ASKED
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    ended_why: str = ""
    first_at: datetime | None = None
    paged_at: datetime | None = None
    acknowledged_at: datetime | None = None
    notice_at: datetime | None = None
    steps: int = 0
    steps_done: int = 0
    steps_late: int = 0

    @property
    def going(self) -> bool:
        """Whether it is not over."""
        return self.status in GOING

    @property
    def matter(self) -> str:
        """In which all stands that it makes."""
        return drill_matter(self.number)

    @property
    def page_took(self) -> timedelta | None:
        """How long after its beginning somebody was paged; None: nobody was."""
        return self.paged_at - self.first_at if self.paged_at and self.first_at else None

    @property
    def answer_took(self) -> timedelta | None:
        """How long after the first page somebody answered; None: nobody did."""
        return self.acknowledged_at - self.paged_at if self.acknowledged_at and self.paged_at else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillInject:
    """One question of a drill to the team.

    Attributes:
        drill: Number of the drill. number: from 1.
        roles: Whom it is sent to.
        text / text_ru: What is told. question / question_ru: what is asked.
        due_at: When it is sent. sent_at: when it was; None: it was not.
        answer: What was answered, in words; empty: nothing yet.
    """

    drill: int
    number: int
    roles: tuple[str, ...]
    text: str
    text_ru: str
    question: str
    question_ru: str
    due_at: datetime
    sent_at: datetime | None = None
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
