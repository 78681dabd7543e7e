"""A person's word on one factor of the severity by ENISA's method.

Comes in: a ``Dossier``, what was computed, grants. Goes out: the row to be added, and what the timeline says of it; the
``Approval`` to keep where the severity becomes less by it: then a second person has to agree, and what there is counts
until then.
"""

from datetime import datetime
from typing import Final, NamedTuple

from detector.errors import ConflictError, InputError, Problem
from detector.incident.acts.second_word import agreed, ask_word, second_if_needed
from detector.incident.acts.transitions import said
from detector.incident.dossier import Dossier
from detector.incident.enisa.assess import assess
from detector.incident.granted import granted
from detector.incident.ports import IncidentChanges
from detector.messages import MessageText
from detector.schema.case.severity_assessments import (
    ALLOWED_VALUES,
    FactorReading,
    SeverityAssessment,
    SeverityCorrection,
    SeverityFactor,
)
from detector.schema.team.grants import Approval, Grant, PersonAct
from detector.settings.sections.records import DataClass

ENISA: Final = "enisa:"
"""How the subject of a second person's word on a factor begins."""


class FactorCorrected(NamedTuple):
    """The new row, and the change of the incident."""

    correction: SeverityCorrection
    changes: IncidentChanges


def correct_factor(
    dossier: Dossier,
    grant: Grant,
    known: tuple[SeverityCorrection, ...],
    classes: dict[str, DataClass],
    *,
    factor: SeverityFactor,
    value: float | None,
    reason: str,
    now: datetime,
    second: Grant | None = None,
) -> FactorCorrected:
    """Say what a factor is.

    Args:
        dossier: The incident.
        grant: Of whoever says so.
        known: All corrections so far, the oldest first.
        classes: Data classes as configured.
        factor: Which.
        value: One of ``ALLOWED_VALUES``; None: as computed again.
        reason: Why, in words.
        now: When.
        second: Grant of the second person to approve, where the severity becomes less by it.

    Raises:
        ConflictError: No client data is known to be concerned, it has that value already, or two did not agree.
        InputError: The value is none, or no reason was given.
    """
    by = granted(dossier, grant, PersonAct.ASSESS)
    before, words = _possible(dossier, known, classes, factor, value, reason)
    less = is_less(before.reading(factor), value)
    what = f"{factor.value} = {'computed' if value is None else f'{value:g}'}, by which the severity becomes less,"
    shown = agreed(dossier.words, words, second_if_needed(dossier, what, grant, second, needed=less))
    correction = SeverityCorrection(
        incident_id=dossier.incident.id,
        number=len(known) + 1,
        factor=factor,
        value=value,
        reason=shown.text,
        by=grant.person,
        typed_by=grant.typed_by,
        at=now,
    )
    after = assess(dossier.incident, classes, (*known, correction), dossier.facts) or before
    return FactorCorrected(correction, _changes(dossier, by, correction, shown, after, now))


def is_less(reading: FactorReading, value: float | None) -> bool:
    """Tell whether the severity becomes less by a factor's new value; that data cannot be read makes it less, too."""
    new = reading.computed if value is None else value
    better = reading.factor is SeverityFactor.UNINTELLIGIBLE
    return new > reading.value if better else new < reading.value


def ask_factor(
    dossier: Dossier,
    grant: Grant,
    known: tuple[SeverityCorrection, ...],
    classes: dict[str, DataClass],
    *,
    factor: SeverityFactor,
    value: float | None,
    reason: str,
    now: datetime,
) -> tuple[IncidentChanges, Approval]:
    """Ask for a second person's word on a factor; what there is counts until then. Raises as ``correct_factor``."""
    granted(dossier, grant, PersonAct.ASSESS)
    before, words = _possible(dossier, known, classes, factor, value, reason)
    name = dossier.words.text(f"enisa-factor-{factor.value}")
    new = before.reading(factor).computed if value is None else value
    data = (("value", "computed" if value is None else value),)
    shown = f"{name}: {before.reading(factor).value:g} → {new:g}; {words}"
    return ask_word(dossier, f"{ENISA}{factor.value}", grant, proof=words, shown=shown, now=now, data=data)


def asked_factor(asked: Approval) -> tuple[SeverityFactor, float | None]:
    """Return the factor and the value that wait for a second person's word."""
    said = dict(asked.data)["value"]
    return SeverityFactor(asked.step_id.removeprefix(ENISA)), None if isinstance(said, str) else float(said)


def _possible(
    dossier: Dossier,
    known: tuple[SeverityCorrection, ...],
    classes: dict[str, DataClass],
    factor: SeverityFactor,
    value: float | None,
    reason: str,
) -> tuple[SeverityAssessment, str]:
    """Return the severity as it counts, and the reason, where the factor can be said to have that value.

    Raises:
        ConflictError: It is closed, no client data is known to be concerned, or it has that value already.
        InputError: The value is none, or no reason was given.
    """
    dossier.must_be_open("its severity stays as it was confirmed")
    before = assess(dossier.incident, classes, known, dossier.facts)
    if before is None:
        what = f"no client data is known to be concerned by {dossier.name}"
        raise ConflictError(Problem(what=what, fix="say that it is, if so: nabat incidents client-data"))
    allowed = ALLOWED_VALUES[factor]
    if value is not None and value not in allowed:
        may = ", ".join(f"{each:g}" for each in allowed)
        raise InputError(Problem(what=f"{factor.value} cannot be {value:g}", fix=f"one of: {may}"))
    words = said(reason, "the reason of the correction")
    reading = before.reading(factor)
    if (reading.correction.value if reading.correction else None) == value:
        what = f"{factor.value} is {reading.value:g} already"
        raise ConflictError(Problem(what=what, fix="there is nothing to correct; a note adds words to it"))
    return before, words


def _changes(
    dossier: Dossier,
    by: str,
    correction: SeverityCorrection,
    reason: MessageText,
    after: SeverityAssessment,
    now: datetime,
) -> IncidentChanges:
    reading = after.reading(correction.factor)
    text = dossier.words.wording(
        "incident-entry-severity-assessed",
        factor=dossier.words.wording(f"enisa-factor-{correction.factor.value}"),
        value=f"{reading.value:g}",
        computed=f"{reading.computed:g}",
        reason=reason,
        score=f"{after.score:g}",
        level=dossier.words.wording(f"enisa-level-{after.level.value.replace('_', '-')}"),
    )
    data = (("factor", correction.factor.value), ("value", reading.value), ("score", after.score))
    return dossier.changes(
        dossier.incident, dossier.steps, at=now, kind="severity_assessed", by=by, text=text, data=data
    )
