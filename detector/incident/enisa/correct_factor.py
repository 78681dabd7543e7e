"""A person's word on one factor of the severity by ENISA's method.

Comes in: a ``Dossier``, what was computed, a grant. Goes out: the row to be added, and what the timeline says of it.
"""

from datetime import datetime
from typing import NamedTuple

from detector.errors import ConflictError, InputError, Problem
from detector.incident.acts.granted import granted
from detector.incident.acts.transitions import said
from detector.incident.dossier import Dossier
from detector.incident.enisa.assess import assess
from detector.incident.ports import IncidentChanges
from detector.schema.case.severity_assessments import (
    ALLOWED_VALUES,
    SeverityAssessment,
    SeverityCorrection,
    SeverityFactor,
)
from detector.schema.team.grants import Grant, PersonAct
from detector.settings.sections.records import DataClass


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

    Raises:
        ConflictError: No client data is known to be concerned, or it has that value already.
        InputError: The value is none, or no reason was given.
    """
    by = granted(dossier, grant, PersonAct.ASSESS)
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
    correction = SeverityCorrection(
        incident_id=dossier.incident.id,
        number=len(known) + 1,
        factor=factor,
        value=value,
        reason=words,
        by=grant.person,
        typed_by=grant.typed_by,
        at=now,
    )
    after = assess(dossier.incident, classes, (*known, correction), dossier.facts) or before
    return FactorCorrected(correction, _changes(dossier, by, correction, after, now))


def _changes(
    dossier: Dossier, by: str, correction: SeverityCorrection, after: SeverityAssessment, now: datetime
) -> IncidentChanges:
    reading = after.reading(correction.factor)
    text = dossier.words.text(
        "incident-entry-severity-assessed",
        factor=dossier.words.text(f"enisa-factor-{correction.factor.value}"),
        value=f"{reading.value:g}",
        computed=f"{reading.computed:g}",
        reason=correction.reason,
        score=f"{after.score:g}",
        level=dossier.words.text(f"enisa-level-{after.level.value.replace('_', '-')}"),
    )
    data = (("factor", correction.factor.value), ("value", reading.value), ("score", after.score))
    return dossier.changes(
        dossier.incident, dossier.steps, at=now, kind="severity_assessed", by=by, text=text, data=data
    )
