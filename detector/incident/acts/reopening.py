"""Opening a closed incident again, by a person's word.

Comes in: a ``Dossier``, the grant, why. Goes out: ``IncidentChanges``: what the close did is taken back, the team is
called, and the clocks go on as they were. Where the playbook has its closing step done by two persons or by certain
roles, a close is not taken back by fewer.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from detector.errors import ConflictError, Problem
from detector.incident.acts.second_word import agreed, ask_word
from detector.incident.acts.steps import closing_step_problems
from detector.incident.acts.transitions import must_be_no_drill, said
from detector.incident.case.changes.again import because, called
from detector.incident.case.changes.owed_after_withdrawal import owed_again, untold
from detector.incident.case.changes.reopened import alerts_again, as_before_the_close, reopened
from detector.incident.dossier import Dossier
from detector.incident.granted import granted
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import Data
from detector.messages import MessageText
from detector.schema.case.duties import Duty
from detector.schema.case.incidents import IncidentStatus
from detector.schema.detection.findings import Reason
from detector.schema.team.grants import Approval, Grant, PersonAct

REOPEN = "reopen"
"""Opening a closed incident again: the subject of a second person's word."""


def reopen(
    dossier: Dossier,
    grant: Grant,
    *,
    reason: str,
    now: datetime,
    second: Grant | None = None,
    elsewhere: Collection[str] = (),
) -> IncidentChanges:
    """Open a closed incident again: in nobody's hands, called about at once, with its clocks as they were.

    Args:
        dossier: The incident.
        grant: Of the person to do so.
        reason: Why.
        now: When.
        second: Grant of the second person to approve, where the playbook asks for two to close.
        elsewhere: Findings that alerts of other open incidents have taken over since.

    Raises:
        ConflictError: It is open, or the gate of its closing step does not hold.
        InputError: No reason was given.
    """
    by = granted(dossier, grant, PersonAct.REOPEN)
    reason = _closed(dossier, reason)
    problems = closing_step_problems(dossier, grant, second)
    if problems:
        raise ConflictError(problems)
    words = dossier.words
    shown = agreed(words, reason, granted(dossier, second, PersonAct.APPROVE) if second is not None else "")
    text = words.wording("incident-entry-reopened", by=by, closed=_as_what(dossier), reason=shown)
    return open_again(dossier, because("reopened", by=by), by=by, text=text, now=now, elsewhere=elsewhere)


def open_again(
    dossier: Dossier,
    why: Reason,
    *,
    by: str,
    text: MessageText,
    now: datetime,
    elsewhere: Collection[str],
    data: Data = (),
    duties: Sequence[Duty] | None = None,
) -> IncidentChanges:
    """Return a closed incident open again.

    Args:
        dossier: The incident.
        why: What the team is called for.
        by: By whose word.
        text: What the timeline says of it.
        now: When.
        elsewhere: As ``reopen``.
        data: Beside the text.
        duties: Where there are others than before.
    """
    before = dossier.incident
    after = called(reopened(before), (why,), now, dossier.notify.again.of(before.severity.value), answered=True)
    changes = dossier.changes(
        replace(after, called_for=(why,), people_heard=None),
        untold(as_before_the_close(before, dossier.steps, dossier.playbook), dossier.withdrawals),
        at=now,
        kind="reopened",
        by=by,
        text=text,
        data=data,
        alerts=alerts_again(dossier.alerts, elsewhere),
        duties=owed_again(dossier.duties if duties is None else duties, dossier.withdrawals),
    )
    return replace(changes, raised=(before.id,))


def reopening_needs_second(dossier: Dossier, grant: Grant) -> bool:
    """Tell whether the gate of the closing step takes another person's word besides this one's."""
    return bool(closing_step_problems(dossier, grant, None))


def ask_reopening(dossier: Dossier, grant: Grant, *, reason: str, now: datetime) -> tuple[IncidentChanges, Approval]:
    """Ask for a second person's word on opening a closed incident again; it stays closed until then.

    Raises:
        ConflictError: It is open.
        InputError: No reason was given.
    """
    granted(dossier, grant, PersonAct.REOPEN)
    reason = _closed(dossier, reason)
    return ask_word(dossier, REOPEN, grant, proof=reason, shown=reason, now=now)


def _closed(dossier: Dossier, reason: str) -> str:
    """Return the reason, where there is a close to take back.

    Raises:
        ConflictError: There is none, or it is of a drill.
        InputError: No reason was given.
    """
    if dossier.incident.status is not IncidentStatus.CLOSED:
        raise ConflictError(Problem(what=f"{dossier.name} is open", fix="there is nothing to open again"))
    if dossier.incident.merged_into:
        what = f"{dossier.name} goes on in another incident"
        raise ConflictError(Problem(what=what, fix="take that back: nabat incidents unmerge"))
    must_be_no_drill(dossier, "it stays closed")
    return said(reason, "why it is opened again")


def _as_what(dossier: Dossier) -> str:
    reason = dossier.incident.close_reason
    return reason.value if reason is not None else "–"
