"""The part of the agenda that tests channels: a round of messages each week, and who has not said that theirs came.

Comes in: a transaction, the settings, what makes links, the time. Goes out: messages, and rows of the agenda brought up
to date: one that says when the next round is, and one a person who has not answered. All of it lies in the database.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from detector.incident import ESCALATES, merged
from detector.notify import LinkMaker, Roster, next_time, quiet_until, remind_channels
from detector.notify.delivery.channel_tests import channel_tests
from detector.runtime.incidents.agenda.agenda_rows import rows_of, speak_now, update_rows
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.ids import derive
from detector.schema.levels import Severity
from detector.schema.team.delivery import Message
from detector.schema.team.preparation import ChannelTest
from detector.settings import Settings
from detector.store import UnitOfWork

_ROUND: Final = derive("agenda", "channel-round")
_EARLY: Final = timedelta(hours=12)
"""A round that was late by some hours does not put off the next: it is at the same hour again."""


def say_channels(unit: UnitOfWork, settings: Settings, links: LinkMaker, now: datetime) -> tuple[Message, ...]:
    """Return the messages of a round that is due, and the reminders about those who have not answered the last."""
    if not are_tested(settings):
        unit.agenda.remove(rows_of(unit, AgendaKind.CHANNEL_TEST))
        return ()
    sent = _round_due(unit, settings, links, now)
    pace = settings.notify.remind.of(Severity.LOW.value)
    known = {key: item for key, item in rows_of(unit, AgendaKind.CHANNEL_TEST).items() if key != _ROUND}
    items = list(merged(_unanswered(unit, settings), known, pace, now))
    update_rows(unit, known, items)
    said = speak_now(unit, items, lambda _: Severity.LOW, pace, settings, now)
    return (*sent, *remind_channels(said, ESCALATES, settings, now))


def are_tested(settings: Settings) -> bool:
    """Tell whether tests are sent by themselves; without pages nobody could answer one."""
    return settings.preparation.channel_test.every is not None and settings.web.enabled


def send_round(unit: UnitOfWork, settings: Settings, links: LinkMaker, now: datetime) -> tuple[Message, ...]:
    """Return the messages of a new round, to everybody who is not away; the tests are stored."""
    roster = Roster(settings, (), now)
    present = [name for name in roster.able if name not in roster.away]
    channels = [(name, target) for name in present for target in dict.fromkeys(settings.team.person(name).targets)]
    tests, messages = channel_tests(channels, unit.preparation.last_round() + 1, settings, links, now)
    unit.preparation.add_tests(tests)
    return tuple(messages)


def _unanswered(unit: UnitOfWork, settings: Settings) -> tuple[AgendaItem, ...]:
    """Return what is owed of the newest round: a row a person of the team who has not answered all of it."""
    silent: dict[str, list[ChannelTest]] = {}
    for test in unit.preparation.round(unit.preparation.last_round()):
        if test.answered_at is None and _is_theirs(test, settings):
            silent.setdefault(test.person, []).append(test)
    return tuple(_item(person, tests, settings) for person, tests in silent.items())


def _is_theirs(test: ChannelTest, settings: Settings) -> bool:
    paged = settings.team.paged
    return test.person in paged and test.target in settings.team.person(test.person).targets


def _item(person: str, tests: Sequence[ChannelTest], settings: Settings) -> AgendaItem:
    title = ", ".join(each.target for each in tests)
    return AgendaItem(
        id=derive("agenda", "channel-test", str(tests[0].round), person),
        incident_id="",
        kind=AgendaKind.CHANNEL_TEST,
        what=person,
        title=title,
        title_ru=title,
        roles=settings.standing.roster_check.roles,
        not_by=(person,),
        since=tests[0].at,
        due_at=tests[0].at + settings.preparation.channel_test.wait,
    )


def _round_due(unit: UnitOfWork, settings: Settings, links: LinkMaker, now: datetime) -> tuple[Message, ...]:
    known = unit.agenda.of("").get(_ROUND)
    last = unit.preparation.round(unit.preparation.last_round())
    since = last[0].at if last else known.since if known is not None else now
    item = _next_round(min(since, now), settings)  # a clock that stood ahead puts off no round
    sent: tuple[Message, ...] = ()
    if item.due_at <= now:
        until = quiet_until(item, Severity.LOW, settings, now)
        if until is None:
            sent, item = send_round(unit, settings, links, now), _next_round(now, settings)
        else:
            item = _next_round(since, settings, until)
    if item != known:
        unit.agenda.save([item])
    return sent


def _next_round(since: datetime, settings: Settings, until: datetime | None = None) -> AgendaItem:
    test, zone = settings.preparation.channel_test, ZoneInfo(settings.timezone)
    due = next_time(since + max((test.every or _EARLY) - _EARLY, timedelta(0)), test.hour, zone)
    return AgendaItem(
        id=_ROUND,
        incident_id="",
        kind=AgendaKind.CHANNEL_TEST,
        what="",
        since=since,
        due_at=due,
        next_at=until or due,
    )
