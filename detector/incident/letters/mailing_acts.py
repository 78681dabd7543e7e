"""What the timeline says of letters to clients, and what was done of which letters may tell. Pure.

Comes in: the dossier, a grant, figures. Goes out: entries, which name no client.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from detector.incident.case_facts.fact_readings import standing
from detector.incident.dossier import Dossier
from detector.incident.granted import granted
from detector.incident.ports import IncidentChanges
from detector.schema.case.case_facts import CaseFact, CaseFactKind
from detector.schema.case.incidents import Step, StepStatus
from detector.schema.team.grants import Grant

AUTHORITY_STEPS: Final = frozenset({"N1", "N2", "N12", "N21", "N23", "N24"})
"""Steps by which an authority is told."""
_DONE: Final[Mapping[str, frozenset[str]]] = {
    "letter-did-stopped": frozenset({"C2"}),
    "letter-did-secrets": frozenset({"C3"}),
    "letter-did-clients": frozenset({"K2"}),
    "letter-did-closed": frozenset({"R1"}),
    "letter-did-authority": AUTHORITY_STEPS,
    "letter-did-inquiry": frozenset({"I1"}),
}
"""Messages, and the steps of which one must be done for them to be true."""
_LOOKING: Final = "letter-did-looking"


def done_so_far(steps: Iterable[Step], facts: Iterable[CaseFact]) -> tuple[str, ...]:
    """Return what was done by now, as the names of messages; never empty."""
    done = {step.step_id for step in steps if step.status is StepStatus.DONE}
    stopped = standing(CaseFactKind.FLOW_STOPPED, facts)
    if stopped is not None:
        done = done | {"C2"} if stopped.value else done - {"C2"}
    return tuple(message for message, wanted in _DONE.items() if done & wanted) or (_LOOKING,)


def letters_entry(
    dossier: Dossier, grant: Grant, kind: str, now: datetime, approver: str = "", /, **figures: str | int
) -> IncidentChanges:
    """Say on the timeline what was done with letters.

    Args:
        dossier: Of the incident.
        grant: Of whoever did it.
        kind: ``planned``, ``contradicted``, ``begun``, ``ended``, ``settled``, ``bounced``, ``post``, ``told``,
            ``held`` or ``released``.
        now: When.
        approver: Whose second word stands behind it; empty: nobody's.
        figures: What the message of this kind needs.
    """
    return letters_told(dossier, granted(dossier, grant, grant.act), kind, now, approver, **figures)


def letters_told(
    dossier: Dossier, by: str, kind: str, now: datetime, approver: str = "", /, **figures: str | int
) -> IncidentChanges:
    """Say on the timeline what became of letters; ``by``: whoever it is by, the service too."""
    text = dossier.words.wording(f"incident-entry-letters-{kind}", **figures)
    if approver:
        text = dossier.words.wording("incident-proof-approved", proof=text, approver=approver)
    data = tuple(figures.items())
    return dossier.changes(dossier.incident, dossier.steps, at=now, kind=f"letters_{kind}", by=by, text=text, data=data)
