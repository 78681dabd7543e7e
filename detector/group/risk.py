"""How points add up.

Comes in: findings and a moment. Goes out: integer points. Several findings of one rule within the horizon are less than
independent evidence, so the strongest counts in full, the next a half, then a quarter, and so on: one rule alone never
counts for more than twice its strongest finding, while two different rules add up in full.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from detector.schema.detection.findings import Finding


def points(findings: Iterable[Finding], at: datetime, horizon: timedelta) -> int:
    """Return the points that ``findings`` carry at a moment of event time; order does not matter.

    Counted are findings that became true in the span (``at`` - horizon, ``at``].
    """
    by_rule: dict[str, list[int]] = {}
    for finding in findings:
        if at - horizon < finding.at <= at:
            by_rule.setdefault(finding.rule_id, []).append(finding.risk)
    return sum(risk >> rank for risks in by_rule.values() for rank, risk in enumerate(sorted(risks, reverse=True)))


def reached(
    findings: Iterable[Finding], since: datetime, horizon: timedelta, threshold: int, *, live: bool = False
) -> datetime | None:
    """Return the first moment, at or after ``since``, at which the points reach ``threshold``; None when never.

    ``live`` asks for a moment at which not all that counts is history.
    """
    known = list(findings)
    for moment in sorted({finding.at for finding in known if finding.at >= since}):
        if points(known, moment, horizon) >= threshold and (
            not live or any(moment - horizon < each.at <= moment and not each.history for each in known)
        ):
            return moment
    return None
