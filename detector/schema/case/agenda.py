"""The agenda: what people owe in an incident, whose it is, and when it speaks next."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AgendaKind(StrEnum):
    """What is owed.

    ``ANSWER``: progress, since somebody said "I have it". ``STEP``: a step of the checklist. ``DUTY``: of a law.
    ``APPROVAL``: a second person's word. ``HOLD``: a look at what was put on hold until then. ``DIGEST``: the list of
    all of it each morning, which the service owes.
    ``TURN``: what the service says when somebody else is on call. ``SILENCE``: that a silence ends, by itself.
    ``STANDING``: what comes round by the calendar. ``BRIEFING``: the next one, while people work on a grave case.
    ``FOLLOW_UP``: a letter to the clients after the close. ``ROLE``: an answer of whoever was asked to hold a role.
    ``REPORT``: a look at what came from outside.
    ``CHANNEL_TEST``: that somebody has not said that a test message came; without ``what`` the next round of them.
    ``TRAINING``: that people of the register of trainings are overdue.
    ``WITHDRAWAL``: of what others were told of a case that turned out to be no breach.
    ``QUESTION``: answers to clients who called. ``ACTION``: what follows from a case, until it is done.
    """

    ANSWER = "answer"
    STEP = "step"
    DUTY = "duty"
    APPROVAL = "approval"
    HOLD = "hold"
    STANDING = "standing"
    DIGEST = "digest"
    TURN = "turn"
    SILENCE = "silence"
    BRIEFING = "briefing"
    FOLLOW_UP = "follow_up"
    ROLE = "role"
    REPORT = "report"
    QUESTION = "question"
    ACTION = "action"
    CHANNEL_TEST = "channel_test"
    TRAINING = "training"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """One thing that is owed.

    Attributes:
        id: ``derive("agenda", incident, kind, what)``: the same thing is the same row.
        incident_id: Empty for the digest, the rota, reports from outside and what comes round by the calendar.
        what: The step's id, ``law/stage`` of a duty, what waits for a word, who has the incident for an
            answer, ``hold`` of a hold, who is on call, the step of a briefing, days after the close of a follow-up,
            the role that nobody has accepted, the report that nobody has looked at, ``questions`` of clients, the
            number of an action.
        title: In English; empty where the kind says all. title_ru: in Russian.
        owner: Whose it is by name; empty, or they are not there: a role's.
        roles: Whose it is: the primary role, then its backups.
        not_by: People whose it is not: those who asked for another's word, who has not answered for a role.
        since: What the time for it counts from.
        due_at: When it is due.
        level: How many of its reminders are over.
        next_at: When it speaks next by itself; None: only in the morning's digest.
    """

    id: str
    incident_id: str
    kind: AgendaKind
    what: str
    title: str = ""
    title_ru: str = ""
    owner: str = ""
    roles: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()
    since: datetime
    due_at: datetime
    level: int = 0
    next_at: datetime | None = None
