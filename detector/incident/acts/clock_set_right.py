"""An incident that a clock standing ahead has dated: its moments that lie in the future are taken for now.

Comes in: a ``Dossier``, the time by a machine's clock that was set right. Goes out: ``IncidentChanges``. What a law
counts, what is due and who is called hang on these moments: without this all of it would wait until the time that the
clock showed. The true moments are not known any more; they are none that is still to come.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from detector.incident.dossier import Dossier
from detector.incident.playbook.checklist import NABAT
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import rfc3339
from detector.schema.case.incidents import Incident

_SLACK: Final = timedelta(minutes=5)
"""A clock that is set back by less is waited for."""


def lies_ahead(incident: Incident, longest: timedelta, now: datetime) -> bool:
    """Tell whether an incident has a moment that can only be of a clock that stood ahead.

    Args:
        incident: It.
        longest: For so long at most it can be put off: its next call lies ahead by right until then.
        now: When.
    """
    happened = (incident.opened_at, incident.became_at, incident.acknowledged_at)
    called = incident.called_at is not None and incident.called_at > now + longest + _SLACK
    return called or any(each is not None and each > now + _SLACK for each in happened)


def set_right(dossier: Dossier, *, now: datetime) -> IncidentChanges:
    """Let what lies ahead count from now: T0 with all that is due, the answer, the call of the team."""
    before = dossier.incident
    opened = min(before.opened_at, now)
    became = min(before.became_at, now) if before.became_at is not None else None
    answered = min(before.acknowledged_at, now) if before.acknowledged_at is not None else None
    dated = max(each for each in (before.called_since, before.acknowledged_at) if each is not None)
    return dossier.changes(
        replace(
            before,
            opened_at=opened,
            became_at=became if became is not None and became > opened else None,
            acknowledged_at=answered,
            # Whoever was called by that clock is called anew; what nobody has climbs the ladder from its beginning.
            called_at=now if answered is None or before.called_at is not None else None,
        ),
        dossier.steps,
        at=now,
        kind="clock",
        by=NABAT,
        text=dossier.words.wording("incident-entry-clock", before=rfc3339(dated), now=rfc3339(now)),
        data=(("before", rfc3339(dated)),),
    )
