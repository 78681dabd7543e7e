"""A second person's word: asked for, refused, and what makes it one.

Comes in: a ``Dossier``, grants. Goes out: ``IncidentChanges`` and the ``Approval`` to keep; problems where two people
are no two. Nobody types another's name: each gives their word by a grant of their own.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from detector.errors import ConflictError, Problem
from detector.incident.acts.transitions import said
from detector.incident.dossier import Dossier
from detector.incident.granted import granted, signature
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import Data
from detector.messages import Messages, MessageText
from detector.schema.team.grants import Approval, ApprovalStatus, Grant, PersonAct


def ask_word(
    dossier: Dossier,
    subject: str,
    grant: Grant,
    *,
    proof: str,
    shown: str | MessageText,
    now: datetime,
    data: Data = (),
    said_as: str = "",
) -> tuple[IncidentChanges, Approval]:
    """Ask for another's word on what somebody has done or decided.

    Args:
        dossier: The incident.
        subject: What it is about.
        grant: Of whoever asks.
        proof: In their words.
        shown: The same as the timeline says it.
        now: When.
        data: What else the act needs.
        said_as: What the timeline says is asked for, where it is not said by the act.
    """
    by = granted(dossier, grant, grant.act)
    approval = Approval(
        incident_id=dossier.incident.id,
        step_id=subject,
        act=grant.act,
        author=grant.person,
        typed_by=grant.typed_by,
        proof=proof,
        data=data,
        asked_at=now,
    )
    what = said_as or grant.act.value
    text = dossier.words.wording("incident-entry-approval-asked", step=subject, act=what, proof=shown or "–")
    about = (("step", subject), ("act", grant.act.value))
    changes = dossier.changes(
        dossier.incident, dossier.steps, at=now, kind="approval_asked", by=by, text=text, data=about
    )
    return changes, approval


def decline_word(
    dossier: Dossier, approval: Approval, grant: Grant, *, reason: str, now: datetime
) -> tuple[IncidentChanges, Approval]:
    """Refuse what was asked for, and say why; whoever asked may take it back that way too.

    Raises:
        InputError: No reason was given.
    """
    by = granted(dossier, grant, PersonAct.APPROVE)
    words = said(reason, "why it is declined")
    changes = dossier.changes(
        dossier.incident,
        dossier.steps,
        at=now,
        kind="approval_declined",
        by=by,
        text=dossier.words.wording("incident-entry-approval-declined", step=approval.step_id, reason=words),
        data=(("step", approval.step_id),),
    )
    return changes, decided(approval, grant, ApprovalStatus.DECLINED, now)


def decided(approval: Approval, grant: Grant, status: ApprovalStatus, now: datetime) -> Approval:
    """Return an approval as it was decided."""
    return replace(approval, status=status, decided_by=grant.person, decided_at=now)


def agreed(words: Messages, text: str | MessageText, approver: str) -> MessageText:
    """Return what somebody says with whose second word stands behind it, where there is one."""
    if approver:
        return words.wording("incident-proof-approved", proof=text, approver=approver)
    return text if isinstance(text, MessageText) else MessageText(text, ())


def eased_duties(less: Iterable[str]) -> str:
    """Return which duties would ask for less, for the timeline; what else would be less, it says itself."""
    return ", ".join(each for each in less if "/" in each) or "none"


def must_be_two(dossier: Dossier, what: str, grant: Grant, second: Grant | None) -> str:
    """Return whose word the second is, for the timeline.

    Raises:
        ConflictError: There is no second, or it is whoever gave the first.
    """
    problems = second_problems(dossier, what, grant, second)
    if second is None or problems:
        raise ConflictError(problems)
    return granted(dossier, second, PersonAct.APPROVE)


def second_if_needed(dossier: Dossier, what: str, grant: Grant, second: Grant | None, *, needed: bool) -> str:
    """Return whose word the second is; empty where there is none and none is needed.

    Raises:
        ConflictError: It is needed, and there is none, or it is whoever gave the first.
    """
    if needed:
        return must_be_two(dossier, what, grant, second)
    return signature(dossier, second) if second is not None else ""


def second_problems(dossier: Dossier, what: str, grant: Grant, second: Grant | None) -> list[Problem]:
    """Return what keeps two grants from being two persons' word: whoever typed for one of them is no other."""
    if second is not None and not grant.people & second.people:
        return []
    whose = "" if second is None else f": {signature(dossier, second)} is no second one"
    fix = "another person approves it: nabat incidents approve, or the page"
    return [Problem(what=f"{what} needs two persons{whose}", fix=fix)]
