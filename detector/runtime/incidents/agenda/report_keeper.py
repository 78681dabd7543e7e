"""The part of the agenda about what came from outside: each report is looked at in time, or it is said.

Comes in: a transaction, the settings, the time. Goes out: its rows of the agenda, brought up to date; reminders. What
the open form took in was checked by nobody and waits for the morning; what somebody of the team wrote down does not.
Of the form's so many stand on the agenda as people can look at; the others wait behind them.
"""

from datetime import datetime, timedelta
from typing import Final

from detector.incident import ESCALATES, merged
from detector.incident.reports import report_items
from detector.notify import remind_reports
from detector.runtime.incidents.agenda.agenda_rows import rows_of, speak_now, update_rows
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.levels import Severity
from detector.schema.outside.outside_reports import OutsideReport, ReportWay
from detector.schema.team.delivery import Message
from detector.settings import Settings
from detector.store import UnitOfWork

MOST_OF_FORM: Final = 60
_GRAVE = {ReportWay.COMMAND: Severity.HIGH, ReportWay.FORM: Severity.MEDIUM}


def update_reports(unit: UnitOfWork, settings: Settings, now: datetime) -> list[AgendaItem]:
    """Bring the rows up to date and return them, the first due first."""
    return _updated(unit, unit.reports.waiting(of_form=MOST_OF_FORM), _pace(settings), now)


def say_reports(unit: UnitOfWork, settings: Settings, now: datetime) -> tuple[Message, ...]:
    """Return what is to be said of reports that nobody has linked or dismissed."""
    waiting, pace = unit.reports.waiting(of_form=MOST_OF_FORM), _pace(settings)
    reports = {each.id: each for each in waiting}
    items = _updated(unit, waiting, pace, now)
    said = speak_now(unit, items, lambda item: _GRAVE[reports[item.what].way], pace, settings, now)
    return remind_reports([(item, reports[item.what].about) for item in said], ESCALATES, settings, now)


def _updated(unit: UnitOfWork, waiting: list[OutsideReport], pace: timedelta, now: datetime) -> list[AgendaItem]:
    known = rows_of(unit, AgendaKind.REPORT)
    items = list(merged(report_items(waiting), known, pace, now))
    update_rows(unit, known, items)
    return items


def _pace(settings: Settings) -> timedelta:
    return settings.notify.remind.of(Severity.HIGH.value)
