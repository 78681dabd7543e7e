"""Calling off that something others were told of what turned out to be no breach is withdrawn.

Comes in: a ``Dossier`` with its withdrawals, a grant, why. Goes out: ``IncidentChanges``.
"""

from datetime import datetime

from detector.errors import ConflictError, NotFoundError, Problem
from detector.incident.acts.transitions import said
from detector.incident.dossier import Dossier
from detector.incident.granted import granted
from detector.incident.ports import IncidentChanges
from detector.schema.notices.withdrawals import CALLED_OFF, PREFIX
from detector.schema.team.grants import Grant, PersonAct


def call_off_withdrawal(dossier: Dossier, grant: Grant, name: str, *, reason: str, now: datetime) -> IncidentChanges:
    """Say that something others were told is not withdrawn, and why.

    Raises:
        ConflictError: The case is not closed as no breach, or it was withdrawn, or called off.
        InputError: No reason was given.
        NotFoundError: There is nothing of that name to withdraw.
    """
    by, reason = granted(dossier, grant, PersonAct.SEND), said(reason, "the reason")
    dossier.must_be_none("nothing of it is withdrawn")
    wanted = f"{PREFIX}{name.strip().lower().removeprefix(PREFIX)}"
    one = next((each for each in dossier.withdrawals if each.name == wanted), None)
    if one is None:
        names = ", ".join(each.name for each in dossier.withdrawals) or "none: nobody was told"
        raise NotFoundError(Problem(what=f"{dossier.name} has no {wanted!r}", fix=f"what is to be withdrawn: {names}"))
    if not one.outstanding:
        how = f"was called off by {one.off_by}" if one.off_by else "was sent"
        raise ConflictError(Problem(what=f"{one.name} {how}", fix="there is nothing to call off"))
    text = dossier.words.wording("incident-entry-withdrawal-off", withdrawal=one.name, reason=reason)
    data = (("withdrawal", one.name), ("told", one.told_key), ("reason", reason))
    return dossier.changes(dossier.incident, dossier.steps, at=now, kind=CALLED_OFF, by=by, text=text, data=data)
