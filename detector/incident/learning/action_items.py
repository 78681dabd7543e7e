"""What is owed of corrective actions: each until it is done, the case open or closed.

Comes in: actions of a case. Goes out: ``AgendaItem`` values that have not spoken yet. They say its number and not what
it says: people wrote it, and a reminder leaves the house. Pure.
"""

from collections.abc import Iterable, Iterator

from detector.incident.duty.owed import LEADING
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.ids import derive
from detector.schema.learning.corrective_actions import ActionState, CorrectiveAction


def action_items(actions: Iterable[CorrectiveAction]) -> Iterator[AgendaItem]:
    """Yield what is owed of actions."""
    for each in actions:
        if each.state is ActionState.OPEN:
            yield AgendaItem(
                id=derive("agenda", each.incident_id, AgendaKind.ACTION.value, str(each.number)),
                incident_id=each.incident_id,
                kind=AgendaKind.ACTION,
                what=str(each.number),
                owner=each.owner,
                roles=LEADING,
                since=min(each.added_at, each.due_at),
                due_at=each.due_at,
            )
