"""How bad an incident is, from its findings, the sensitivity of the data classes and the number of people concerned.

Comes in: findings, scope, what the data classes are, how many people somebody states. Goes out: one severity. The table
is ours and small enough to be read; the severity by ENISA's method (``incident.enisa``) stands beside it and is
confirmed by a person (step S4).

| data touched (most sensitive class) | people (subjects, or records at most) | at least |
| --- | --- | --- |
| special | 1 | high |
| special | 100 | critical |
| confidential | 100 | medium |
| confidential | 1,000 | high |
| confidential | 10,000 | critical |
| internal | 1,000 | medium |
| internal | 10,000 | high |
| public, none, not described | any | what the findings say |
| any, by somebody who seems to have broken in | any | high |

The worst finding is always the floor, and a severity never falls by itself: a person may have acted on it. Two people
may lower it: that holds until more is known than they knew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from detector.schema.case.incidents import Incident, Scope
from detector.schema.detection.findings import Finding
from detector.schema.levels import Severity, worst
from detector.settings.sections.records import DataClass

TABLE: tuple[tuple[str, int, Severity], ...] = (
    ("special", 1, Severity.HIGH),
    ("special", 100, Severity.CRITICAL),
    ("confidential", 100, Severity.MEDIUM),
    ("confidential", 1_000, Severity.HIGH),
    ("confidential", 10_000, Severity.CRITICAL),
    ("internal", 1_000, Severity.MEDIUM),
    ("internal", 10_000, Severity.HIGH),
)


# So many more people at least are a change that matters to whoever has acknowledged.
_MORE = 10


def people_at_most(findings: Iterable[Finding], scope: Scope) -> int:
    """Return how many people are concerned at most: the largest of what was counted."""
    counts = ((finding.subject_count, finding.record_high) for finding in findings if finding.touched)
    return max((scope.known_subjects, scope.record_high, *(most for pair in counts for most in pair)))


def doubled(heard: int, now: int) -> bool:
    """Tell whether twice as many people are concerned as whoever answered could know, and ten more at least."""
    return now >= 2 * heard and now - heard >= _MORE


def severity_of(
    findings: Iterable[Finding],
    scope: Scope,
    classes: Mapping[str, DataClass],
    before: Severity = Severity.LOW,
    *,
    broken_in: bool = False,
    people: int | None = None,
) -> Severity:
    """Return the severity of an incident.

    Args:
        findings: Behind it.
        scope: The last computed one; an empty one before it is.
        classes: The data classes as configured.
        before: What it was; it does not fall below.
        broken_in: Client data was touched, and a finding says that the account or the hole is in other hands.
        people: How many are concerned as a person states it; None: nobody has.
    """
    findings = list(findings)
    # Classes and counts of what was refused, or of what is no client data, say nothing of people.
    touching = [finding for finding in findings if finding.touched]
    touched = {name for finding in touching for name in finding.data_classes} | set(scope.data_classes)
    kinds = {classes[name].confidentiality for name in touched if name in classes}
    # An export names nobody: as many people may be concerned as records left, one at least where nobody counted them.
    subjects = max(people_at_most(touching, scope), people or 0)
    subjects = subjects or int(any((scope.uncounted, *(f.uncounted for f in touching))))
    by_table = [level for kind, least, level in TABLE if kind in kinds and subjects >= least]
    floor = Severity.HIGH if broken_in else Severity.LOW
    return worst(before, floor, *(finding.severity for finding in findings), *by_table)


def as_judged(incident: Incident, computed: Severity, people: int) -> Incident:
    """Return an incident with the severity that is computed now, or that people have judged it to be.

    Args:
        incident: As it stands; without a judgement its severity does not fall.
        computed: By ``severity_of``, with no floor.
        people: How many people are concerned at most.
    """
    judged, heard = incident.judged_severity, incident.judged_people or 0
    if judged is not None and computed.rank <= judged.rank and not doubled(heard, people):
        return incident
    return replace(incident, severity=worst(incident.severity, computed), judged_severity=None, judged_people=None)
