"""Work of a small office in the access journal, written by hand with what explains each touch."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl

from detector import frames
from detector.runtime.incidents.companions import find_companions
from detector.schema.case.incidents import Incident
from detector.schema.events.touches import TouchReason
from detector.store import Journal, Store
from detector.web.companions import Companion, Companions, SharedTrace
from tests.store.values import NOON, events, incident

THIEF, MEIER = "user:o.petrova", "user:b.meier"
COLLEAGUES = tuple(f"user:operator{number}" for number in range(1, 9))
DAYS = 6
_OFFSETS = count()

Row = tuple[dict[str, Any], TouchReason]


def opened(
    actor: str,
    start: datetime,
    clients: Collection[int | str],
    reason: TouchReason = TouchReason.NOBODY,
    every: float = 20,
    **changes: Any,
) -> Iterator[Row]:
    """Some clients, one after the other, each for the same reason."""
    for number, client in enumerate(clients):
        at = start + timedelta(seconds=every * number)
        address = f"192.0.2.{sum(map(ord, actor)) % 250}"
        row = {
            "@timestamp": at, "event.ingested": at, "actor.id": actor, "actor.type": "human",
            "user.roles": ["operator"], "subject.ids": [str(client)], "source.ip": address,
            "session.id": f"s-{actor}", "user_agent.name": "Firefox",
        }  # fmt: skip
        yield {**row, **changes}, reason


def usual_days(*people: str, before: int = DAYS) -> Iterator[Row]:
    """Twelve hours of every day everybody opens four clients of its own, and one that nothing explains."""
    for ago in range(before, -3, -1):
        for number, actor in enumerate(people):
            for hour in range(-6, 6):
                at = NOON - timedelta(days=ago) + timedelta(hours=hour, minutes=40, seconds=number)
                first = 100_000 + 1_000 * number
                yield from opened(
                    actor, at, range(first + hour * 7 + 60, first + hour * 7 + 64), TouchReason.DEALT_BEFORE
                )
                strange = 500_000 + ((number * 97 + ago * 13 + hour) * 7919) % 90_000
                yield from opened(actor, at + timedelta(minutes=3), [strange])


@dataclass
class Office:
    """A journal, and incidents about whoever is in it."""

    store: Store
    folder: Path
    past: list[Incident] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.journal = Journal(self.folder, self.store)
        self.wrote(usual_days(THIEF, MEIER, *COLLEAGUES))

    def wrote(self, *groups: Iterator[Row]) -> "Office":
        write(self.store, self.journal, [row for group in groups for row in group])
        return self

    def around(
        self, first: datetime = NOON, last: datetime = NOON + timedelta(hours=1), actor: str = THIEF, **limits: int
    ) -> Companions:
        about = incident(actor_id=actor, first_event_at=first, last_event_at=last)
        return find_companions(self.journal, about, {actor}, self.about, **limits)

    def about(self, actor: str, since: datetime, until: datetime) -> Sequence[Incident]:
        """What a store would say."""
        return [each for each in self.past if each.actor_id == actor and each.last_event_at >= since]


def write(store: Store, journal: Journal, rows: Sequence[Row]) -> None:
    """Write touches with their reasons, as the service does."""
    texts = [{**row, "log.offset": (place := next(_OFFSETS)), "event.original": f"line {place}"} for row, _ in rows]
    frame = events(*texts)
    journal.append(frame)
    columns = [frame.get_column(name) for name in frames.TOUCH_SCHEMA if name != frames.REASONS]
    told = [[reason.value] * len(row["subject.ids"]) for row, reason in rows]
    reasons = pl.Series(frames.REASONS, told, dtype=frames.TOUCH_SCHEMA[frames.REASONS])
    journal.append_reasons([pl.DataFrame([*columns, reasons])])
    with store.begin() as unit:
        journal.flush(unit)


def only(found: Companions) -> Companion:
    """Return the one account that is named."""
    assert [each.actor_id for each in found.listed] == [found.listed[0].actor_id], found.listed
    return found.listed[0]


def trace(found: Companions) -> SharedTrace:
    """Return the one thing that the one account has in common."""
    (shared,) = only(found).shared
    return shared
