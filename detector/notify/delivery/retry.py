"""What becomes of a message after a try: sent, tried again later, given to the next target, or given up.

Comes in: the message, the outcome, the settings, the time. Goes out: the message as it stands now and the message to
the person's next target: of a page at its first failure, for each minute counts; of any other when its target failed
for good. Pure; the waits are spread by a number derived from the
message's id, so that many messages to one server that fell over do not come back all at once.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from detector.notify.delivery.apprise_target import DeliveryOutcome
from detector.notify.private_targets import targets_of
from detector.schema.ids import derive
from detector.schema.team.delivery import Message, MessageKind, MessageStatus
from detector.settings import Settings

LONGEST_WAIT = timedelta(minutes=5)
_OF_ONE_TARGET = (MessageKind.TEST, MessageKind.CHANNEL_TEST)
"""They show whether that target works: another would prove nothing."""


def wait_before(message_id: str, attempt: int, backoff: timedelta) -> timedelta:
    """Return the wait after try number ``attempt`` (from 1): doubling, bounded, spread over 0.75 to 1.25 of itself."""
    spread = 0.75 + int(derive("jitter", message_id, attempt)[:8], 16) / 0xFFFFFFFF / 2
    return min(backoff * float(1 << min(attempt - 1, 20)), LONGEST_WAIT) * spread


def after_try(
    message: Message, outcome: DeliveryOutcome, settings: Settings, now: datetime, accounts: Collection[str] = ()
) -> tuple[Message, Message | None]:
    """Return the message after the try, and the message to the next target if it is that one's turn.

    The same failure seen again, or the last one after the first, gives the same message: it is there already.

    Args:
        message: As it was when it was tried.
        outcome: Of the try.
        settings: The team and its targets.
        now: The moment.
        accounts: Whom the incident is about: no target is tried at which they read along.
    """
    tried = replace(message, attempts=message.attempts + 1, error=outcome.error)
    if outcome.ok:
        return replace(tried, status=MessageStatus.SENT, sent_at=now), None
    if message.status in (MessageStatus.CANCELLED, MessageStatus.FAILED):
        return tried, None  # withdrawn while under way, or given up and tried to see: it is not tried again
    if outcome.final or tried.attempts >= settings.notify.attempts or message.kind is MessageKind.TEST:
        failed = replace(tried, status=MessageStatus.FAILED)
        return failed, next_target(failed, settings, now, accounts)
    wait = wait_before(message.id, tried.attempts, settings.notify.backoff)
    beside = next_target(tried, settings, now, accounts) if message.kind is MessageKind.PAGE else None
    return replace(tried, next_attempt_at=now + wait), beside


def next_target(message: Message, settings: Settings, now: datetime, accounts: Collection[str] = ()) -> Message | None:
    """Return the same message to the person's next target; None when there is none or the person left the team."""
    targets = targets_of(message.person, settings, accounts) if settings.team.has(message.person) else ()
    index = message.fallback + 1
    if message.kind in _OF_ONE_TARGET or index >= len(targets):
        return None
    return replace(
        message,
        id=derive("message", message.id, "fallback", index, targets[index]),
        target=targets[index],
        fallback=index,
        status=MessageStatus.PENDING,
        attempts=0,
        error="",
        created_at=now,
        next_attempt_at=now,
    )
