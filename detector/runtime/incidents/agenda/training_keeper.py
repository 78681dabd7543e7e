"""The part of the agenda about training: that people of the register are overdue, as long as they are.

Comes in: a transaction, the settings, the time. Goes out: its one row of the agenda, brought up to date; reminders to
those whose training is. It counts people and names nobody: reminders leave the house.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from detector.errors import ConfigError
from detector.incident import ESCALATES, merged
from detector.incident.preparation import LATE, TrainingStatus, training_status
from detector.messages import messages
from detector.notify import remind_standing
from detector.runtime.incidents.agenda.agenda_rows import rows_of, speak_now, update_rows
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.ids import derive
from detector.schema.levels import Severity
from detector.schema.team.delivery import Message
from detector.settings import Settings
from detector.settings.lists.training_rows import read_training
from detector.store import UnitOfWork

_ROW: Final = derive("agenda", "training")
_OPENS: Final = time(9)
_NO_PACE: Final = timedelta(0)


def read_training_status(settings: Settings, now: datetime) -> TrainingStatus:
    """Return how it stands with training.

    Raises:
        ConfigError: The register cannot be read.
    """
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    rows = read_training(settings)
    return training_status(rows, settings.preparation.training, settings.team.paged, today)


def say_training(unit: UnitOfWork, settings: Settings, now: datetime) -> tuple[Message, ...]:
    """Return the reminder that people are overdue."""
    known = rows_of(unit, AgendaKind.TRAINING)
    items = list(merged(_owed(settings, known.get(_ROW), now), known, _NO_PACE, now))
    update_rows(unit, known, items)
    said = speak_now(unit, items, lambda _: Severity.LOW, _NO_PACE, settings, now)
    return remind_standing(said, ESCALATES, settings, now)


def _owed(settings: Settings, known: AgendaItem | None, now: datetime) -> tuple[AgendaItem, ...]:
    try:
        status = read_training_status(settings, now)
    except ConfigError:  # readiness says so, and `nabat check` in which lines
        return (known,) if known is not None else ()
    late = len(status.people(*LATE))
    if not late:
        return ()
    days = [each.due for each in status.lines if each.state in LATE and each.due is not None]
    zone = ZoneInfo(settings.timezone)
    first = datetime.combine(min(days), _OPENS, zone).astimezone(UTC) if days else None
    due = first or (known.due_at if known is not None else now)
    return (
        AgendaItem(
            id=_ROW,
            incident_id="",
            kind=AgendaKind.TRAINING,
            what="training",
            title=messages("en").text("training-overdue", count=late),
            title_ru=messages("ru").text("training-overdue", count=late),
            roles=settings.standing.training.roles,
            since=due,
            due_at=due,
        ),
    )
