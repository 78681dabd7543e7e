"""Rows of the agenda, as each part of it keeps them and lets them speak.

Comes in: a transaction, rows as they were and as they are now. Goes out: what is written of them, and which speak.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from detector.incident import spoken
from detector.notify import quiet_until
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.levels import Severity
from detector.settings import Settings
from detector.store import UnitOfWork


def rows_of(unit: UnitOfWork, kind: AgendaKind) -> dict[str, AgendaItem]:
    """Return the rows of a kind that are of no incident, by id."""
    return {key: item for key, item in unit.agenda.of("").items() if item.kind is kind}


def update_rows(unit: UnitOfWork, known: Mapping[str, AgendaItem], items: Sequence[AgendaItem]) -> None:
    """Write rows that changed, and remove those that are owed no more."""
    unit.agenda.save(item for item in items if known.get(item.id) != item)
    unit.agenda.remove(known.keys() - {item.id for item in items})


def speak_now(
    unit: UnitOfWork,
    items: Sequence[AgendaItem],
    severity: Callable[[AgendaItem], Severity],
    pace: timedelta,
    settings: Settings,
    now: datetime,
) -> list[AgendaItem]:
    """Return rows of no incident that speak now, as they are kept from now on; at night some wait for the morning.

    Args:
        unit: The transaction.
        items: The rows.
        severity: How grave it is that one waits.
        pace: How long after it spoke a row speaks again.
        settings: When it is night.
        now: When.
    """
    due = [item for item in items if item.next_at is not None and item.next_at <= now]
    waits = {item.id: quiet_until(item, severity(item), settings, now) for item in due}
    unit.agenda.save(replace(item, next_at=waits[item.id]) for item in due if waits[item.id] is not None)
    said = [spoken(item, pace, now) for item in due if waits[item.id] is None]
    unit.agenda.save(said)
    return said
