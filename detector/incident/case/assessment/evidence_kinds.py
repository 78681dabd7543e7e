"""What kinds of evidence stand behind an incident, and when another kind calls the team again.

Comes in: findings. Goes out: kinds, as names that are compared and nothing else. A rule is a kind; behaviour is one
for each thing it can say, so that an export is other evidence than the cards opened an hour before.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from detector.schema.detection.findings import Detector, Finding

_SAME: Final = {"records": "events", "clients": "events", "waking": "strangers"}
"""What tells of one thing in two ways."""
_COMBINATION: Final = "combination"


def kinds_of_evidence(findings: Iterable[Finding]) -> frozenset[str]:
    """Return the kinds of evidence that findings are."""
    return frozenset(kind for finding in findings for kind in _kinds(finding))


def _kinds(finding: Finding) -> Iterable[str]:
    if finding.detector is not Detector.BEHAVIOUR:
        return (finding.rule_id,)
    features = (feature for each in finding.reasons if (feature := each.feature))
    return (f"{finding.rule_id} {_SAME.get(each, each)}" for each in features if each != _COMBINATION)


def new_since(findings: Iterable[Finding], known: Iterable[Finding], since: datetime, threshold: int) -> bool:
    """Tell whether evidence of another kind, enough for an incident by itself, began after a moment."""
    kinds = kinds_of_evidence(known)
    return any(
        each.risk >= threshold and each.first_event_at > since and not kinds_of_evidence((each,)) <= kinds
        for each in findings
    )


def last_call(findings: Sequence[Finding], opened: datetime, threshold: int) -> datetime | None:
    """Return when other evidence last called by event time, had somebody answered at once each time; None: never."""
    called, ordered = None, sorted(findings, key=lambda each: (each.at, each.id))
    for place, finding in enumerate(ordered):
        if new_since((finding,), ordered[:place], called or opened, threshold):
            called = finding.at
    return called
