"""Closing an incident, through its gate, and calling one resolved.

Comes in: a ``Dossier``, its findings, the reason. Goes out: ``IncidentChanges``: the incident and its alerts closed,
and of each finding what the close covers: what goes on beyond it opens an incident again (``CoveredFinding``). Handled
incidents close only when nothing is open that the kept playbook demands, no duty waits for a decision or a receipt,
and, where a law wants clients told, of each without a letter it is said how they were told or why not; one that turned
out false, a duplicate or authorised work closes at once and its open steps are dropped, unless two people have agreed
that a duty is owed, or clients were told and nobody says how they are set right. Where the kept playbook has its
closing step done by two persons or by certain roles, an incident is closed by no fewer, whatever the reason; nor is a
grave one of client data by one person, as long as there is anybody else whose word counts in it. Nor does one person
call such a one resolved: nobody is paged about it from then on.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from detector.errors import ConflictError, Problem
from detector.incident.acts.duty_acts import duty_problems
from detector.incident.acts.second_word import agreed, ask_word, second_problems
from detector.incident.acts.steps import closing_step_problems, open_problems
from detector.incident.acts.transitions import said, set_status, when
from detector.incident.dossier import Dossier
from detector.incident.granted import granted
from detector.incident.letters.told_clients import correction_problems, notices_sent, without_problems
from detector.incident.playbook.checklist import dropped
from detector.incident.ports import IncidentChanges
from detector.incident.status_machine import moved
from detector.incident.timeline import Data, clean, rfc3339
from detector.messages import MessageText
from detector.schema.case.incidents import STORM_MATTER, CloseReason, Incident, IncidentStatus
from detector.schema.detection.alerts import AlertStatus
from detector.schema.detection.findings import Finding
from detector.schema.levels import Severity
from detector.schema.team.grants import Approval, Grant, PersonAct

CLOSE = "close"
"""Closing an incident: the subject of a second person's word."""

RESOLVE = "resolve"
"""Calling it resolved, likewise."""

HOLD = "hold"
"""Letting it wait for long, likewise."""


def close(
    dossier: Dossier,
    grant: Grant,
    reason: CloseReason,
    findings: Iterable[Finding],
    *,
    note: str,
    now: datetime,
    others: Collection[str],
    second: Grant | None = None,
    correction: str = "",
) -> IncidentChanges:
    """Close an incident and its alerts.

    Args:
        dossier: The incident.
        grant: Of the person to close it.
        reason: Why.
        findings: All that its alerts name, as they are known.
        note: In words: what was found, what was done.
        now: When.
        others: Who else has a word of their own in it (``closing_needs_second``).
        second: Grant of the second person to approve, where it takes two.
        correction: How clients and others who were told are set right, or why not, where the case was none.

    Raises:
        ConflictError: It is closed already, or something is open that must not be: all of it is named.
        InputError: No note was given.
    """
    by = granted(dossier, grant, PersonAct.CLOSE)
    note, correction = _closable(dossier, reason, note, clean(correction)), clean(correction)
    problems = _person_problems(dossier, grant, second, others)
    if problems:
        raise ConflictError(problems)
    words = dossier.words
    shown = agreed(words, note, granted(dossier, second, PersonAct.APPROVE) if second is not None else "")
    alone = second is None and takes_two(dossier.incident)
    note = shown.text
    text = words.wording(
        "incident-entry-closed-alone" if alone else "incident-entry-closed", reason=reason.value, note=shown
    )
    steps = when(dossier, "closed", now, by, words.text("incident-proof-closed", reason=reason.value, note=note))
    if reason is not CloseReason.HANDLED:
        proof = words.text("incident-proof-dropped", reason=reason.value)
        steps = tuple(dropped(step, now, by, proof) for step in steps)
    changes = dossier.changes(
        replace(
            moved(dossier.incident, IncidentStatus.CLOSED),
            closed_at=now,
            close_reason=reason,
            close_note=note,
        ),
        steps,
        at=now,
        kind="closed",
        by=by,
        text=text + _set_right(dossier, correction) if correction else text,
        data=(("reason", reason.value), *_kept_of(correction)),
        alerts=(
            replace(alert, status=AlertStatus.CLOSED)
            for alert in dossier.alerts
            if alert.status is not AlertStatus.CLOSED
        ),
    )
    # A storm's findings are about many: each of them that goes on is judged for itself.
    followed = "" if dossier.incident.matter == STORM_MATTER else dossier.incident.id
    return replace(changes, findings=tuple(finding.cover(followed, now) for finding in findings))


def closing_needs_second(dossier: Dossier, grant: Grant, others: Collection[str]) -> bool:
    """Tell whether closing an incident takes another person's word besides this one's.

    Args:
        dossier: The incident.
        grant: Of whoever closes it.
        others: Who else has a word in it that does not come from whoever closes it; where that is nobody, a grave case
            is closed by the one who is left, and the timeline says so.
    """
    return bool(_person_problems(dossier, grant, None, others))


def takes_two(incident: Incident) -> bool:
    """Tell whether a case is of client data and so grave that one person's word does not close it."""
    return incident.kind.breach and incident.severity.rank >= Severity.HIGH.rank


def _person_problems(dossier: Dossier, grant: Grant, second: Grant | None, others: Collection[str]) -> list[Problem]:
    """Return what keeps these people from closing an incident."""
    found = closing_step_problems(dossier, grant, second, still_open=True)
    return found or _grave_problems(dossier, "closing", grant, second, others)


def _grave_problems(
    dossier: Dossier, what: str, grant: Grant, second: Grant | None, others: Collection[str]
) -> list[Problem]:
    """Return what keeps these people from ending a grave case of client data."""
    if takes_two(dossier.incident) and not {grant.person}.issuperset(others):
        return second_problems(dossier, f"{what} {dossier.name}", grant, second)
    return []


def grave_needs_second(dossier: Dossier, grant: Grant, others: Collection[str]) -> bool:
    """Tell whether an act takes another person's word since it would end a grave case of client data in part.

    Such are calling it resolved, letting it wait for long, and saying of letters that can go that they need not.

    Args:
        dossier: The incident.
        grant: Of whoever does it.
        others: Who else has a word of their own in it; where that is nobody, one suffices.
    """
    return bool(_grave_problems(dossier, "ending the calls of", grant, None, others))


def ask_status(
    dossier: Dossier,
    grant: Grant,
    status: IncidentStatus,
    *,
    reason: str,
    now: datetime,
    until: datetime | None = None,
) -> tuple[IncidentChanges, Approval]:
    """Ask for a second person's word on calling an incident resolved, or letting it wait; the team is called as before.

    Raises:
        ConflictError: It is closed, or stands there already.
        InputError: No reason was given, or the end cannot be.
    """
    if not set_status(dossier, grant, status, reason=reason, now=now, until=until):
        what = f"{dossier.name} is {status.value.replace('_', ' ')} already"
        raise ConflictError(Problem(what=what, fix="there is nothing to agree to"))
    reason = clean(reason)
    if until is None:
        return ask_word(dossier, RESOLVE, grant, proof=reason, shown=reason, now=now)
    data = (("until", rfc3339(until)),)
    shown = dossier.words.wording("incident-asked-hold", until=rfc3339(until), reason=reason)
    return ask_word(dossier, HOLD, grant, proof=reason, shown=shown, now=now, data=data, said_as=HOLD)


def rest_by_two(
    dossier: Dossier, grant: Grant, asked: Approval, *, now: datetime, others: Collection[str], second: Grant
) -> IncidentChanges:
    """Call an incident resolved, or let it wait, by the word of two.

    Args:
        dossier: The incident.
        grant: Of whoever asked for it.
        asked: What was asked for.
        now: When.
        others: Who else has a word of their own in it.
        second: Grant of the second person to approve.

    Raises:
        ConflictError: It is closed, or the second is no second.
        InputError: The end of the wait is over.
    """
    problems = _grave_problems(dossier, "ending the calls of", grant, second, others)
    if problems:
        raise ConflictError(problems)
    end = dict(asked.data).get("until")
    until = datetime.fromisoformat(str(end)) if end is not None else None
    status = IncidentStatus.RESOLVED if until is None else IncidentStatus.ON_HOLD
    return set_status(dossier, grant, status, reason=asked.proof, now=now, until=until, second=second)


def ask_closing(
    dossier: Dossier, grant: Grant, reason: CloseReason, *, note: str, now: datetime, correction: str = ""
) -> tuple[IncidentChanges, Approval]:
    """Ask for a second person's word on closing an incident; it stays open until then.

    Raises:
        ConflictError: It is closed already, or something is open that must not be.
        InputError: No note was given.
    """
    granted(dossier, grant, PersonAct.CLOSE)
    note, correction = _closable(dossier, reason, note, clean(correction)), clean(correction)
    shown = dossier.words.wording("incident-proof-closed", reason=reason.value, note=note)
    if correction:
        shown += _set_right(dossier, correction)
    data = (("reason", reason.value), *_kept_of(correction))
    return ask_word(dossier, CLOSE, grant, proof=note, shown=shown, now=now, data=data)


def _set_right(dossier: Dossier, correction: str) -> MessageText:
    """Return what the timeline says of clients, authorities and controllers who were told of what was no case."""
    letters, notices = dossier.letters, len(notices_sent(dossier))
    told = {"told": letters.reached, "perhaps": letters.perhaps_reached, "notices": notices}
    return dossier.words.wording("incident-entry-closed-correction", **told, words=correction)


def _kept_of(correction: str) -> Data:
    return (("correction", correction),) if correction else ()


def _closable(dossier: Dossier, reason: CloseReason, note: str, correction: str) -> str:
    """Return the note, where the incident can be closed for this reason.

    Raises:
        ConflictError: It is closed already, or something is open that must not be.
        InputError: No note was given.
    """
    dossier.must_be_open("it cannot be closed twice")
    note = said(note, "the note")
    problems = gate_problems(dossier, reason, correction)
    if problems:
        raise ConflictError(problems)
    return note


def gate_problems(dossier: Dossier, reason: CloseReason, correction: str = "") -> list[Problem]:
    """Return all that keeps an incident from being closed; nothing when the gate is open."""
    if reason is not CloseReason.HANDLED:
        return [*duty_problems(dossier, handled=False), *correction_problems(dossier, reason, correction)]
    if dossier.playbook is None:
        what = f"closing {dossier.name} needs its checklist {dossier.incident.playbook!r}, which is not known any more"
        first = Problem(what=what, fix="put the playbook back into the configuration")
        return [first, *duty_problems(dossier), *without_problems(dossier, f"closing {dossier.name}")]
    required, what = dossier.playbook.needed_to_close, f"closing {dossier.name}"
    return [*duty_problems(dossier), *without_problems(dossier, what), *open_problems(dossier, required, what)]
