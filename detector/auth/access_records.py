"""What is written down of somebody's access: their sign-ins, and their looks at clients and documents.

Comes in: who did what, whose access it is about, when. Goes out: the record.
"""

import secrets
from datetime import datetime

from detector.schema.team.people import AccessKind, AccessRecord


def access_record(
    kind: AccessKind,
    person: str,
    now: datetime,
    *,
    by: str = "",
    incident_id: str = "",
    count: int = 0,
    address: str = "",
) -> AccessRecord:
    """Return the record of an act (``AccessRecord``), under an id of its own; who did it is ``person`` unless said."""
    return AccessRecord(
        id=secrets.token_hex(16),
        at=now,
        kind=kind,
        by=by or person,
        person=person,
        incident_id=incident_id,
        count=count,
        address=address,
    )
