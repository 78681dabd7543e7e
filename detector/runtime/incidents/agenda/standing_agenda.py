"""The part of the agenda that is of no incident: what comes round by the calendar.

Comes in: a transaction, the settings, the time. Goes out: its rows of the agenda, brought up to date. What was done is
told by the documents that were filed for it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from detector.incident import merged, standing_items
from detector.runtime.incidents.agenda.agenda_rows import rows_of, update_rows
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.case.documents import COMPANY_DOCUMENTS, DocumentKind, FiledDocument
from detector.settings import Settings
from detector.store import UnitOfWork

_NO_PACE = timedelta(0)


def update_standing(unit: UnitOfWork, settings: Settings, now: datetime) -> list[AgendaItem]:
    """Bring the rows up to date and return them, the first due first."""
    known = rows_of(unit, AgendaKind.STANDING)
    items = _standing(unit, known, settings, now)
    update_rows(unit, known, items)
    return items


def read_standing(unit: UnitOfWork, settings: Settings, now: datetime) -> list[AgendaItem]:
    """Return what comes round, as it stands now; nothing is written."""
    return _standing(unit, rows_of(unit, AgendaKind.STANDING), settings, now)


def _standing(unit: UnitOfWork, known: Mapping[str, AgendaItem], settings: Settings, now: datetime) -> list[AgendaItem]:
    zone = ZoneInfo(settings.timezone)
    items = standing_items(settings.standing, last_done(unit), known, zone, now)
    return list(merged(items, known, _NO_PACE, now))


def plans(unit: UnitOfWork) -> list[FiledDocument]:
    """Return what was filed as the company's plan, the oldest first."""
    return [each for each in unit.documents.of(COMPANY_DOCUMENTS) if each.document.kind is DocumentKind.PLAN]


def last_done(unit: UnitOfWork) -> dict[str, datetime]:
    """Return when each was done last, as documents say.

    Of drills it is when the service played one to its end, too; of the plan when a second person approved a version.
    """
    done = unit.documents.last_done()
    agreed = [each.agreed_at(one.version) for each in plans(unit) for one in each.versions]
    if (last := max(filter(None, agreed), default=None)) is not None:
        done["plan_review"] = max(last, done.get("plan_review", last))
    played = [each.ended_at for each in unit.drills.finished() if each.ended_at is not None]
    if played:
        done["drill"] = max(*played, done.get("drill", played[-1]))
    return done
