"""A month of a small office in the access journal, written by hand: what each of a few people does on each day."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from detector.store import Journal, Store
from tests.store.values import events

MOSCOW = ZoneInfo("Europe/Moscow")
_OFFSETS = count()
OPERATORS = tuple(f"user:operator{number}" for number in range(1, 7))


def touch(at: datetime, actor: str = "user:o.petrova", **changes: Any) -> dict[str, Any]:
    """One card opened, unless it says otherwise."""
    said = {"@timestamp": at.astimezone(UTC), "event.ingested": at.astimezone(UTC), "actor.id": actor}
    return {**said, "user.roles": ["operator"], "subject.ids": ["1"], **changes}


def local(day: date, hour: int, minute: int = 0, zone: ZoneInfo = MOSCOW, **more: int) -> datetime:
    return datetime.combine(day, time(hour, minute, **more), zone)


def cards(
    start: datetime, clients: int, actor: str = "user:o.petrova", first: int = 1, **changes: Any
) -> Iterator[Any]:
    """So many different clients, one in each twenty seconds."""
    for number in range(clients):
        at = start + timedelta(seconds=20 * number)
        yield touch(at, actor, **{"subject.ids": [str(first + number)], **changes})


def workday(day: date, actor: str, clients: int, records: int = 0) -> Iterator[Any]:
    """Clients between nine and six, and perhaps an export."""
    for hour in range(9, 18):
        yield from cards(local(day, hour, 5), clients // 9 + (hour - 9 < clients % 9), actor, first=hour * 100)
    if records:
        export = {"event.action": "export", "subject.ids": None, "record.count": records}
        yield touch(local(day, 17, 50), actor, **export)


def month(last: date, days: int = 40) -> Iterator[Any]:
    """What everybody did: colleagues 20 to 45 clients on weekdays, she 24 to 33 and a report on Fridays."""
    for ago in range(days, 0, -1):
        day = last - timedelta(days=ago)
        if day.weekday() > 4:
            continue
        for number, actor in enumerate(OPERATORS):
            yield from workday(day, actor, 20 + (number * 7 + ago * 3) % 26, 120 * (number % 2))
        yield from workday(day, "user:o.petrova", 24 + ago % 10, 300 if day.weekday() == 4 else 0)


def write(store: Store, journal: Journal, rows: Sequence[dict[str, Any]]) -> None:
    """Write touches as the service does; the same row written again is the same line read again."""
    for row in rows:
        row.setdefault("log.offset", next(_OFFSETS))
    journal.append(events(*({**row, "event.original": f"line {row['log.offset']}"} for row in rows)))
    with store.begin() as unit:
        journal.flush(unit)
