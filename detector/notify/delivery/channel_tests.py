"""Tests of channels: a message to each person over each of their targets, with a link that says that it came.

Comes in: who is reached over what, the time. Goes out: tests and their messages. Pure. That a target took a message
does not show that anybody read it: only the person's own word counts.
"""

from collections.abc import Iterable
from datetime import datetime

from detector.notify.links import LinkMaker
from detector.notify.render import channel_test_text, language_of
from detector.schema.ids import derive
from detector.schema.team.delivery import Message, MessageKind
from detector.schema.team.preparation import ChannelTest
from detector.settings import Settings


def channel_tests(
    channels: Iterable[tuple[str, str]], number: int, settings: Settings, links: LinkMaker, now: datetime
) -> tuple[list[ChannelTest], list[Message]]:
    """Return the tests of a round, and what is sent.

    Args:
        channels: People, each with a target.
        number: Of the round.
        settings: The team.
        links: Makes the link that is pressed.
        now: The moment.
    """
    tests, messages = [], []
    for person, target in channels:
        test = ChannelTest(
            id=derive("channel-test", str(number), person, target), person=person, target=target, round=number, at=now
        )
        language = language_of(settings, person)
        link = links.make_channel_test(person=person, message_id=test.id, now=now)
        text = channel_test_text(settings, target=target, language=language, link=link)
        tests.append(test)
        messages.append(
            Message(
                id=test.id,
                kind=MessageKind.CHANNEL_TEST,
                person=person,
                target=target,
                language=language,
                title=text.title,
                body=text.body,
                created_at=now,
                due_at=now,
                next_attempt_at=now,
            )
        )
    return tests, messages
