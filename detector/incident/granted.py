"""The grant of an act: looked at once more where it is used, and as whose word it stands on the timeline.

Comes in: a ``Dossier`` and a grant. Goes out: the name to write. That the grant was rightly given is the door's affair.
"""

from detector.errors import DeniedError, Problem
from detector.incident.dossier import Dossier
from detector.incident.timeline import clean
from detector.schema.team.grants import Grant, PersonAct


def granted(dossier: Dossier, grant: Grant, *acts: PersonAct) -> str:
    """Return as whose word an act stands on the timeline: the person's, or "anna for olga".

    Raises:
        DeniedError: The grant is for another act or another incident.
    """
    if grant.act not in acts or grant.incident_id != dossier.incident.id:
        raise DeniedError(Problem(what=f"the grant is not for this on {dossier.name}", fix="ask for it anew"))
    return signature(dossier, grant)


def signature(dossier: Dossier, grant: Grant) -> str:
    """Return who gives their word: the person, or who typed it for them."""
    if not grant.typed_by:
        return clean(grant.person)
    return dossier.words.text("incident-acts-for", by=clean(grant.typed_by), person=clean(grant.person))
