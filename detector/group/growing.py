"""An open alert hears more: its span and its worst grow by what findings say.

Comes in: an alert and findings of it, new or told again. Goes out: the alert as it stands then. Whether they belong to
it is decided by the caller.
"""

from collections.abc import Sequence
from dataclasses import replace

from detector.schema.alerts import Alert
from detector.schema.findings import Finding
from detector.schema.levels import worst


def grow(alert: Alert, findings: Sequence[Finding], *, named: int | None = None) -> Alert:
    """Return ``alert`` with ``findings`` in it.

    Args:
        alert: As it was.
        findings: What it hears, one or more.
        named: How many of them it names, from the first on; all when None.
    """
    return replace(
        alert,
        severity=worst(alert.severity, *[each.severity for each in findings]),
        score=max(alert.score, *[each.score for each in findings]),
        opened_at=min(alert.opened_at, *[each.at for each in findings]),
        first_event_at=min(alert.first_event_at, *[each.first_event_at for each in findings]),
        last_event_at=max(alert.last_event_at, *[each.last_event_at for each in findings]),
        finding_ids=tuple(dict.fromkeys((*alert.finding_ids, *[each.id for each in findings[:named]]))),
    )
