"""What is owed of reports from outside: somebody looks at each in time.

Comes in: reports that nobody has linked or dismissed. Goes out: ``AgendaItem`` values of no incident that have not
spoken yet. They name the kind of the report and nothing that stands in it. Pure.
"""

from collections.abc import Iterable
from typing import Final

from detector.messages import messages
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.ids import derive
from detector.schema.outside.outside_reports import OutsideReport

_ROLES: Final = ("care", "soc", "dpo", "lead")
"""Whose it is to take in what comes from outside, the first asked first."""


def report_items(waiting: Iterable[OutsideReport]) -> tuple[AgendaItem, ...]:
    """Return what is owed, the first due first."""
    english, russian = messages("en"), messages("ru")
    found = []
    for each in waiting:
        name = f"report-kind-{each.kind.value}"
        found.append(
            AgendaItem(
                id=derive("agenda", "report", each.id),
                incident_id="",
                kind=AgendaKind.REPORT,
                what=each.id,
                title=english.text(name),
                title_ru=russian.text(name),
                roles=_ROLES,
                since=min(each.recorded_at, each.due_at),
                due_at=each.due_at,
            )
        )
    return tuple(sorted(found, key=lambda item: (item.due_at, item.id)))
