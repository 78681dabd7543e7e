"""Computing the severity by ENISA's method from what is known of an incident.

Comes in: the incident with its scope, the data classes as configured, what people stated and corrected. Goes out: a
``SeverityAssessment``, each factor with its reason. What is not known counts as the worse: an incident is not slight
because nobody has looked yet. What only a person can know (a special group of people, data that is public anyway,
intent, a recipient who gave it back) is a correction of theirs.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from detector.incident.case_facts.fact_readings import WITHOUT_INTENT, standing
from detector.schema.case.case_facts import CaseFact, CaseFactKind, IncidentCause
from detector.schema.case.incidents import Incident, IncidentKind, Scope
from detector.schema.case.severity_assessments import (
    CONTEXT,
    FactorReading,
    SeverityAssessment,
    SeverityCorrection,
    SeverityFactor,
)
from detector.schema.detection.findings import Reason
from detector.schema.events.columns import CHANGES
from detector.settings.sections.records import DataClass

_BASE: Mapping[SeverityFactor, float] = {each: float(score) for score, each in enumerate(CONTEXT, start=1)}
_EASE = {"negligible": 0.25, "limited": 0.5, "significant": 0.75, "maximum": 1.0}
# Data that may be used as papers. The method has no category for it: its list "is not exhaustive", the basic score is
# "a general indication", and step 2 of the data processing context raises it for how much of a person it holds and what
# it is. Simple data begins at 1; papers are enough to act in somebody's name, and by an unknown recipient of unknown
# intent that is "high" (money taken, blacklisted by banks), not "medium" (extra costs). A person may say less.
_PAPERS = "document"
PAPERS_RAISE: Final = "enisa-papers"
"""Why simple data counts one more: our reading, which ENISA's method does not have."""
_MANY = 100
_DELETE = "delete"
_WITH_INTENT = frozenset({IncidentCause.ATTACK, IncidentCause.INSIDER})


def assess(
    incident: Incident,
    classes: Mapping[str, DataClass],
    corrections: Sequence[SeverityCorrection] = (),
    facts: Sequence[CaseFact] = (),
) -> SeverityAssessment | None:
    """Return the severity of an incident; None: no client data is known to be concerned.

    Args:
        incident: With its scope as it was counted last.
        classes: Data classes as configured.
        corrections: Words of people on factors, the oldest first.
        facts: What people stated of the incident: its cause tells of intent.
    """
    scope = incident.scope
    if incident.kind is IncidentKind.HISTORY or not (scope.events or incident.kind.breach):
        return None
    computed = {
        **_context(scope, classes),
        SeverityFactor.EI: _ease(scope, classes),
        **_circumstances(scope),
        SeverityFactor.MALICIOUS: _intent(facts),
        SeverityFactor.MANY: _many(incident),
        SeverityFactor.UNINTELLIGIBLE: (0.0, Reason(message="enisa-readable")),
    }
    return SeverityAssessment(factors=tuple(_read(factor, *computed[factor], corrections) for factor in SeverityFactor))


def _read(
    factor: SeverityFactor, value: float, reason: Reason, corrections: Iterable[SeverityCorrection]
) -> FactorReading:
    earlier = tuple(each for each in corrections if each.factor is factor)
    newest = earlier[-1] if earlier else None
    return FactorReading(
        factor=factor,
        computed=value,
        reasons=(reason,),
        correction=newest if newest is not None and newest.value is not None else None,
        earlier=earlier,
    )


def _context(scope: Scope, classes: Mapping[str, DataClass]) -> dict[SeverityFactor, tuple[float, Reason]]:
    """Return for each kind of data its score where some of it is concerned: the basic one, for papers one more."""
    kinds: dict[str, list[str]] = {}
    for name in scope.data_classes:
        kinds.setdefault(classes[name].enisa if name in classes else SeverityFactor.SIMPLE, []).append(name)
    found: dict[SeverityFactor, tuple[float, Reason]] = {}
    for factor in CONTEXT:
        named = kinds.get(factor.value, [])
        papers = [name for name in named if name in classes and _PAPERS in classes[name].may_lead_to(name)]
        if papers and factor is SeverityFactor.SIMPLE:
            found[factor] = (_BASE[factor] + 1, Reason(message=PAPERS_RAISE, args=(("classes", ", ".join(papers)),)))
        elif named:
            found[factor] = (_BASE[factor], Reason(message="enisa-classes", args=(("classes", ", ".join(named)),)))
        elif factor is SeverityFactor.SIMPLE and not kinds:
            found[factor] = (_BASE[factor], Reason(message="enisa-kind-unknown"))
        else:
            found[factor] = (0.0, Reason(message="enisa-no-class"))
    return found


def _ease(scope: Scope, classes: Mapping[str, DataClass]) -> tuple[float, Reason]:
    """Return how easily somebody is identified: by the class that makes it easiest."""
    known = {name: _EASE[classes[name].identifies] for name in scope.data_classes if name in classes}
    if not known or len(known) < len(scope.data_classes):
        return 1.0, Reason(message="enisa-ease-unknown")
    best = max(known.values())
    named = ", ".join(name for name, ease in known.items() if ease == best)
    return best, Reason(message="enisa-ease", args=(("classes", named),))


def _circumstances(scope: Scope) -> dict[SeverityFactor, tuple[float, Reason]]:
    actions = dict(scope.by_action)
    taken = scope.events > scope.changes or not scope.events
    deleted = actions.get(_DELETE, 0)
    altered = sum(count for name, count in actions.items() if name in CHANGES and name != _DELETE)
    return {
        SeverityFactor.CONFIDENTIALITY: (
            (0.5, Reason(message="enisa-recipients-unknown")) if taken else (0.0, Reason(message="enisa-nothing-read"))
        ),
        SeverityFactor.INTEGRITY: (
            (0.25, Reason(message="enisa-altered", args=(("count", altered + deleted),)))
            if altered or deleted
            else (0.0, Reason(message="enisa-nothing-altered"))
        ),
        SeverityFactor.AVAILABILITY: (
            (0.25, Reason(message="enisa-deleted", args=(("count", deleted),)))
            if deleted
            else (0.0, Reason(message="enisa-nothing-deleted"))
        ),
    }


def _intent(facts: Iterable[CaseFact]) -> tuple[float, Reason]:
    """Return what the cause tells of intent: an error or a failure has none; an unknown cause counts as if it had."""
    stated = standing(CaseFactKind.CAUSE, facts)
    cause = stated.value if stated is not None else IncidentCause.UNKNOWN
    if cause in WITHOUT_INTENT:
        return 0.0, Reason(message="enisa-no-intent", args=(("cause", str(cause)),))
    if cause in _WITH_INTENT:
        return 0.5, Reason(message="enisa-intent", args=(("cause", str(cause)),))
    return 0.5, Reason(message="enisa-intent-unknown")


def _many(incident: Incident) -> tuple[float, Reason]:
    scope, least, most = incident.scope, incident.people_low, incident.people_high
    if scope.uncounted and most <= _MANY:
        return 1.0, Reason(message="enisa-uncounted", args=(("count", scope.uncounted),))
    return float(most > _MANY), Reason(message="enisa-people", args=(("least", least), ("most", most)))
