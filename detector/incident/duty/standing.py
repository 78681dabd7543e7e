"""What comes round by the calendar: when each of it is due, from when it was last done.

Comes in: what is configured, when each was done last, what is known of it on the agenda, the time. Goes out:
``AgendaItem`` values of no incident that have not spoken yet. Pure.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from detector.messages import messages
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.ids import derive
from detector.settings import StandingDuty, StandingSettings

_OPENS = time(9)
_SOON = timedelta(days=14)


def standing_items(
    settings: StandingSettings,
    done: Mapping[str, datetime],
    known: Mapping[str, AgendaItem],
    zone: tzinfo,
    now: datetime,
) -> tuple[AgendaItem, ...]:
    """Return what is owed by the calendar, the first due first.

    Args:
        settings: What comes round, and how often.
        done: When each was done last; without an entry it never was.
        known: Rows of the agenda by id: since when something never done is known.
        zone: In which days begin.
        now: When.
    """
    found = []
    for name, duty in settings.duties().items():
        key = derive("agenda", "standing", name)
        since, due = _span(duty, done.get(name), known.get(key), zone, now)
        found.append(
            AgendaItem(
                id=key,
                incident_id="",
                kind=AgendaKind.STANDING,
                what=name,
                title=_title(name, "en"),
                title_ru=_title(name, "ru"),
                roles=duty.roles,
                since=since,
                due_at=due,
            )
        )
    return tuple(sorted(found, key=lambda item: (item.due_at, item.what)))


def announced_at(item: AgendaItem) -> datetime:
    """Return from when on something of the calendar is said to be due: two weeks before, or a quarter of its time."""
    return item.due_at - min(_SOON, (item.due_at - item.since) / 4)


def _span(
    duty: StandingDuty, last: datetime | None, known: AgendaItem | None, zone: tzinfo, now: datetime
) -> tuple[datetime, datetime]:
    """Return since when the time for it counts, and when it is due."""
    every = duty.every or timedelta(0)
    if last is not None:
        return last, last + every
    if duty.first is not None:
        due = _opening(duty.first, zone)
        return due - every, due
    since = known.since if known is not None and known.due_at - known.since == every else now
    return since, since + every


def _opening(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, _OPENS, zone).astimezone(UTC)


def _title(name: str, language: str) -> str:
    return messages("ru" if language == "ru" else "en").text(f"standing-{name.replace('_', '-')}")
