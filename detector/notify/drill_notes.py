"""What is said of a drill itself: a question of it to whom it is put, and to everybody told of it that it is over.

Comes in: a drill, the team, the time. Goes out: messages with derived ids, each marked as one of a drill. Pages about a
drill's incidents are made as all pages are.
"""

from collections.abc import Iterable
from datetime import datetime

from detector.messages import Messages, by_text, messages
from detector.notify.ladder import Call, Roster
from detector.notify.reminders import reminder
from detector.notify.render import Text, language_of
from detector.notify.sanitize import plain
from detector.schema.detection.findings import Reason
from detector.schema.team.delivery import Message
from detector.schema.team.drills import OWN_ENDINGS, Drill, DrillInject
from detector.settings import Settings

_LONGEST_REASON = 300


def drill_questions(drill: Drill, inject: DrillInject, settings: Settings, now: datetime) -> tuple[Message, ...]:
    """Return the messages that put a question to whoever holds one of its roles, one a person."""
    roster = Roster(settings, (), now)
    people = dict.fromkeys(name for role in inject.roles for name in roster.holders(role))
    return tuple(_question(drill, inject, person, roster, settings, now) for person in people)


def _question(
    drill: Drill, inject: DrillInject, person: str, roster: Roster, settings: Settings, now: datetime
) -> Message:
    say = messages(language_of(settings, person))
    russian = say.language == "ru"
    text, question = (inject.text_ru, inject.question_ru) if russian else (inject.text, inject.question)
    numbers = {"number": drill.number, "inject": inject.number}
    lines = (
        say.text("drill-inject", title=_title(drill, say), **numbers),
        text,
        say.text("drill-inject-question", question=question),
        say.text("drill-inject-answer", inject=inject.number),
    )
    said = Text(say.text("drill-inject-title", **numbers), "\n".join(lines))
    key = ("drill", str(drill.number), "question", str(inject.number), person)
    return reminder(key, _call(person, roster), said, settings, now)


def drill_over(drill: Drill, people: Iterable[str], settings: Settings, now: datetime) -> tuple[Message, ...]:
    """Return what people are told when a drill has ended, those of them who can be reached."""
    roster, found = Roster(settings, (), now), list[Message]()
    for person in sorted({*people} & {*settings.team.paged}):
        say = messages(language_of(settings, person))
        key = f"drill-told-{drill.status.value}"
        own = by_text(Reason(message=each) for each in OWN_ENDINGS).get(drill.ended_why)
        why = plain(say.reason(own) if own is not None else drill.ended_why, _LONGEST_REASON)
        body = say.text(key, number=drill.number, title=_title(drill, say), by=drill.ended_by, reason=why)
        said = Text(say.text(f"{key}-title", number=drill.number), body)
        about = ("drill", str(drill.number), "over", person)
        found.append(reminder(about, _call(person, roster), said, settings, now))
    return tuple(found)


def _title(drill: Drill, say: Messages) -> str:
    return (say.language == "ru" and drill.title_ru) or drill.title


def _call(person: str, roster: Roster) -> Call:
    return Call(person=person, role=next(iter(roster.roles_of(person)), ""))
