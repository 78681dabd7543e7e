"""T1: since when people are aware that client data is concerned.

Comes in: a ``Dossier``, grants, the moment. Goes out: ``IncidentChanges``, and the ``Approval`` to keep where a second
person has to agree: whoever sets T1 again, later, moves due times of the law back.
"""

from dataclasses import replace
from datetime import datetime

from detector.errors import InputError, Problem
from detector.incident.acts.granted import granted
from detector.incident.acts.second_word import ask_word, second_if_needed
from detector.incident.acts.transitions import EARLIEST_AWARE, as_one, must_be_no_digest, said, say_client_data, when
from detector.incident.dossier import Dossier
from detector.incident.duty.compute_duties import duties_of
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import rfc3339
from detector.schema.duties import DutyState
from detector.schema.grants import Approval, Grant, PersonAct

AWARE = "aware"
"""A later T1: the subject of a second person's word."""


def set_aware(
    dossier: Dossier, grant: Grant, *, at: datetime, reason: str, now: datetime, second: Grant | None = None
) -> IncidentChanges:
    """Set T1: the moment from which we are aware that client data is concerned. Open clocks are counted anew.

    Of an incident in which client data was not known to be concerned it says that too.

    Args:
        dossier: The incident.
        grant: Of whoever sets it.
        at: The moment.
        reason: Why it is that one.
        now: When it is set.
        second: Grant of the second person to approve, where a duty would be due later than by the T1 there is.

    Raises:
        ConflictError: It is closed, a digest of history, from which no law counts, or two persons did not agree.
        InputError: No reason, or a moment in the future or too long before the first event.
    """
    by = granted(dossier, grant, PersonAct.AWARE)
    reason = _settable(dossier, at, reason, now)
    later = due_later(dossier, at)
    what = f"a T1 later than the one there is, by which {', '.join(later)} would be due later,"
    approver = second_if_needed(dossier, what, grant, second, needed=bool(later))
    known = dossier.incident.kind.breach
    worse = IncidentChanges() if known else say_client_data(dossier, grant, reason=reason, now=now)
    before, dossier = dossier, dossier.after(worse)
    moment = rfc3339(at)
    agreed = (("approved_by", approver),) if approver else ()
    if approver:
        reason = dossier.words.text("incident-proof-approved", proof=reason, approver=approver)
    changes = dossier.changes(
        replace(dossier.incident, aware_at=at),
        when(dossier, "aware", now, by, dossier.words.text("incident-proof-aware", at=moment, reason=reason)),
        at=now,
        kind="aware",
        by=by,
        text=dossier.words.text("incident-entry-aware", at=moment, reason=reason),
        data=(("at", moment), *agreed),
    )
    return as_one(before, worse, changes) if worse else changes


def due_later(dossier: Dossier, at: datetime) -> list[str]:
    """Return the duties that another T1 would make due later than the T1 there is; none while there is none.

    Fulfilled ones count too: a receipt that was late must not become one in time by one person's word.
    """
    before = dossier.incident.aware_at
    if before is None or at <= before:
        return []
    due = {
        duty.ref: duty.due_at
        for duty in dossier.duties
        if duty.due_at is not None and not duty.moot and duty.state is not DutyState.NOT_OWED
    }
    moved = duties_of(replace(dossier.incident, aware_at=at), dossier.terms, dossier.duties)
    return [duty.ref for duty in moved if duty.ref in due and (duty.due_at is None or duty.due_at > due[duty.ref])]


def ask_aware(
    dossier: Dossier, grant: Grant, *, at: datetime, reason: str, now: datetime
) -> tuple[IncidentChanges, Approval]:
    """Ask for a second person's word on a later T1; the one there is counts until then.

    Raises:
        ConflictError: It is closed, or a digest of history.
        InputError: No reason, or a moment that cannot be.
    """
    granted(dossier, grant, PersonAct.AWARE)
    reason = _settable(dossier, at, reason, now)
    moment = rfc3339(at)
    shown = dossier.words.text("incident-proof-aware", at=moment, reason=reason)
    return ask_word(dossier, AWARE, grant, proof=reason, shown=shown, now=now, data=(("at", moment),))


def approve_aware(dossier: Dossier, asked: Approval, author: Grant, second: Grant, now: datetime) -> IncidentChanges:
    """Set T1 as it was asked for, by the word of a second person."""
    at = datetime.fromisoformat(str(dict(asked.data)["at"]))
    return set_aware(dossier, author, at=at, reason=asked.proof, now=now, second=second)


def _settable(dossier: Dossier, at: datetime, reason: str, now: datetime) -> str:
    """Return the reason, where T1 may be set to a moment.

    Raises:
        ConflictError: It is closed, or a digest of history.
        InputError: No reason, or a moment that cannot be.
    """
    dossier.must_be_open("T1 cannot be set any more")
    must_be_no_digest(dossier)
    reason = said(reason, "why this is the moment")
    if at > now:
        raise InputError(Problem(what=f"T1 {rfc3339(at)} is in the future", fix="give the moment people knew"))
    first = min(dossier.incident.first_event_at, dossier.incident.opened_at)
    if at < first - EARLIEST_AWARE:
        what = f"T1 {rfc3339(at)} lies more than {EARLIEST_AWARE.days} days before the first event, {rfc3339(first)}"
        fix = "look at year and month; give the moment people knew of this incident"
        raise InputError(Problem(what=what, fix=fix))
    return reason
