"""Acts on corrective actions: one is added, changed, done with what shows it, or dropped with a reason.

Comes in: a ``Dossier``, a grant, the action. Goes out: the action as it is kept, and ``IncidentChanges`` with what the
timeline says. A closed case takes them as an open one does: what is learnt from it outlives it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from detector.errors import ConflictError, InputError, Problem
from detector.incident.acts.transitions import must_be_no_digest
from detector.incident.dossier import Dossier
from detector.incident.granted import granted
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import Data, clean, rfc3339
from detector.schema.learning.corrective_actions import ActionState, Amount, CorrectiveAction
from detector.schema.team.grants import Grant, PersonAct

LONGEST: Final = 500
"""Characters that a text of an action has at most."""
Done = tuple[CorrectiveAction, IncidentChanges]


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedAction:
    """What somebody wants of an action; of a change, what is None stays as it was.

    Attributes:
        owner: Who is to answer for it.
        budget: What it may cost.
        effect: By what it will be seen that it helped.
    """

    text: str | None = None
    owner: str | None = None
    due_at: datetime | None = None
    budget: Amount | None = None
    effect: str | None = None


def add_action(
    dossier: Dossier,
    grant: Grant,
    wanted: WantedAction,
    *,
    number: int,
    able: Collection[str] | None,
    now: datetime,
) -> Done:
    """Add an action.

    Args:
        dossier: The case it follows from.
        grant: Of whoever adds it.
        wanted: What is to be done, by whom, by when.
        number: Its number.
        able: Who can answer for one here; None: there is no team, and nobody is asked.
        now: When.

    Raises:
        ConflictError: The case is a digest of history.
        InputError: Something is missing or cannot be; all of it is named.
    """
    by = granted(dossier, grant, PersonAct.ACTION)
    must_be_no_digest(dossier)
    problems = list(_problems(wanted, able, now))
    if not (wanted.text or "").strip():
        problems.append(Problem(what="what is to be done is missing", fix="say it in words"))
    if wanted.due_at is None:
        problems.append(Problem(what="the due time is missing", fix="say by when: --due 2026-06-01"))
    if wanted.owner is None:
        problems.append(Problem(what="the owner is missing", fix="say who answers for it: --owner NAME"))
    if problems or wanted.due_at is None or wanted.owner is None:
        raise InputError(problems)
    new = CorrectiveAction(
        incident_id=dossier.incident.id,
        number=number,
        text="",
        owner=wanted.owner,
        due_at=wanted.due_at,
        added_by=by,
        added_at=now,
    )
    action = _with(new, wanted)
    return action, _entry(dossier, "action_added", action, by=by, now=now, text=action.text)


def change_action(
    dossier: Dossier,
    grant: Grant,
    action: CorrectiveAction,
    wanted: WantedAction,
    *,
    reason: str,
    able: Collection[str] | None,
    now: datetime,
) -> Done:
    """Change an open action; what it was before stays on the timeline with the reason.

    Raises:
        ConflictError: It is done or dropped.
        InputError: Nothing is changed, or something cannot be.
    """
    by = granted(dossier, grant, PersonAct.ACTION)
    _must_be_open(action)
    problems = list(_problems(wanted, able, now))
    changed = _with(action, wanted)
    if changed == action and not problems:
        problems.append(Problem(what=f"nothing of action {action.number} is changed", fix="see its options"))
    reason = _words(problems, reason, "why it is changed")
    if problems:
        raise InputError(problems)
    before = (("owner", action.owner), ("due", rfc3339(action.due_at)), ("budget", str(action.cost or "")))
    return changed, _entry(dossier, "action_changed", changed, by=by, now=now, text=reason, before=before)


def finish_action(
    dossier: Dossier, grant: Grant, action: CorrectiveAction, *, proof: str, effect: str, now: datetime
) -> Done:
    """Say that an action is done, with what shows it.

    Raises:
        ConflictError: It is done or dropped.
        InputError: Nothing shows it.
    """
    by = granted(dossier, grant, PersonAct.ACTION)
    _must_be_open(action)
    problems = list[Problem]()
    proof = _words(problems, proof, "what shows that it is done")
    effect = _words(problems, effect, "the effect", may_be_empty=True)
    if problems:
        raise InputError(problems)
    done = replace(action, state=ActionState.DONE, ended_at=now, ended_by=by, proof=proof, seen_effect=effect)
    return done, _entry(dossier, "action_done", done, by=by, now=now, text=proof)


def drop_action(dossier: Dossier, grant: Grant, action: CorrectiveAction, *, reason: str, now: datetime) -> Done:
    """Drop an action, with the reason.

    Raises:
        ConflictError: It is done or dropped.
        InputError: The reason is missing.
    """
    by = granted(dossier, grant, PersonAct.ACTION)
    _must_be_open(action)
    problems = list[Problem]()
    reason = _words(problems, reason, "why it is dropped")
    if problems:
        raise InputError(problems)
    dropped = replace(action, state=ActionState.DROPPED, ended_at=now, ended_by=by, proof=reason)
    return dropped, _entry(dossier, "action_dropped", dropped, by=by, now=now, text=reason)


def _with(action: CorrectiveAction, wanted: WantedAction) -> CorrectiveAction:
    """Return an action with what is wanted of it."""
    cost = wanted.budget or action.cost
    return replace(
        action,
        text=action.text if wanted.text is None else clean(wanted.text),
        owner=wanted.owner or action.owner,
        due_at=wanted.due_at or action.due_at,
        budget=cost.units if cost else None,
        currency=cost.currency if cost else "",
        effect=action.effect if wanted.effect is None else clean(wanted.effect),
    )


def _problems(wanted: WantedAction, able: Collection[str] | None, now: datetime) -> Iterator[Problem]:
    for name, text in (("what is to be done", wanted.text), ("the effect", wanted.effect)):
        if len(text or "") > LONGEST:
            yield Problem(what=f"{name} has more than {LONGEST} characters", fix="say it in short")
    if wanted.owner is not None and able is not None and wanted.owner not in able:
        fix = f"one of: {', '.join(sorted(able)) or 'nobody'}; others are let in first: nabat incidents invite"
        yield Problem(what=f"{clean(wanted.owner)!r} cannot answer for an action of this case", fix=fix)
    if wanted.due_at is not None and wanted.due_at <= now:
        yield Problem(what=f"the due time {rfc3339(wanted.due_at)} has passed", fix="give a later one")


def _words(problems: list[Problem], text: str, what: str, *, may_be_empty: bool = False) -> str:
    """Return a text as it is kept; what is wrong with it is added to the problems."""
    kept = clean(text)
    if not kept and not may_be_empty:
        problems.append(Problem(what=f"{what} is missing", fix="say it in words"))
    if len(kept) > LONGEST:
        problems.append(Problem(what=f"{what} has more than {LONGEST} characters", fix="say it in short"))
    return kept


def _must_be_open(action: CorrectiveAction) -> None:
    if action.state is not ActionState.OPEN:
        at = f"{action.ended_at:%Y-%m-%d}" if action.ended_at else "before"
        what = f"action {action.number} was {action.state.value} on {at} by {action.ended_by}"
        raise ConflictError(Problem(what=what, fix="add another one, if more is to be done"))


def _entry(
    dossier: Dossier,
    kind: str,
    action: CorrectiveAction,
    *,
    by: str,
    now: datetime,
    text: str,
    before: tuple[tuple[str, str], ...] = (),
) -> IncidentChanges:
    said = dossier.words.wording(
        f"incident-entry-{kind.replace('_', '-')}",
        number=action.number,
        owner=action.owner,
        due=rfc3339(action.due_at),
        text=text,
    )
    were = tuple((f"{name}_before", value) for name, value in before if value)
    data: Data = (("action", action.number), *were)
    return dossier.changes(dossier.incident, dossier.steps, at=now, kind=kind, by=by, text=said, data=data)
