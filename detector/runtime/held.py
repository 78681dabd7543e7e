"""Findings between detection and decision.

Comes in: findings as they are stated, a matter that goes on with every batch anew. Goes out: each of them once, with
all that was said of it; and whether one of them is news, that is, not decided about before in this run, or worse now.
"""

from collections.abc import Iterable, Sequence

from detector.schema.findings import Finding, merged
from detector.schema.levels import Severity

# Statements of one finding kept before they are joined: each joining makes a finding, and memory must stay bounded.
_STATEMENTS = 16
# Findings that are known to have been decided about; of one that was forgotten the next statement is news again.
_DECIDED = 20_000


class Held:
    """Findings that wait, by id."""

    def __init__(self) -> None:
        self._stated: dict[str, list[Finding]] = {}

    def __len__(self) -> int:
        """Return how many there are, each counted once."""
        return len(self._stated)

    def take(self, findings: Iterable[Finding]) -> None:
        """Let findings wait."""
        for finding in findings:
            stated = self._stated.setdefault(finding.id, [])
            stated.append(finding)
            if len(stated) >= _STATEMENTS:
                stated[:] = [merged(stated)]

    def joined(self) -> tuple[Finding, ...]:
        """Return what waits; it waits on."""
        return tuple(map(merged, self._stated.values()))

    def clear(self) -> None:
        """Let nothing wait any more."""
        self._stated = {}


class Decided:
    """Which findings were decided about, and how bad they have been."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Severity, int]] = {}

    def news(self, findings: Iterable[Finding]) -> bool:
        """Tell whether one of the findings cannot wait: it is new, or worse than what was decided about."""
        return any(self._worse(finding) for finding in findings)

    def note(self, findings: Sequence[Finding]) -> None:
        """Remember that these were decided about."""
        if len(self._known) + len(findings) > _DECIDED:
            self._known.clear()
        for finding in findings:
            severity, risk = self._known.get(finding.id, (finding.severity, finding.risk))
            self._known[finding.id] = max(severity, finding.severity), max(risk, finding.risk)

    def _worse(self, finding: Finding) -> bool:
        known = self._known.get(finding.id)
        return known is None or finding.severity > known[0] or finding.risk > known[1]
