"""Findings between detection and decision.

Comes in: findings as they are stated, a matter that goes on with every batch anew. Goes out: each of them once, with
all that was said of it; and whether one of them is news, that is, not decided about before in this run, or worse now.
Of what was said to stand for another, and then that the other one stands again, the last counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from detector.schema.detection.findings import Finding, merged
from detector.schema.levels import Severity

# Statements of one finding kept before they are joined: each joining makes a finding, and memory must stay bounded.
_STATEMENTS = 4
# Findings that are known to have been decided about; of one that was forgotten the next statement is news again.
_DECIDED = 20_000


class PendingFindings:
    """Findings that wait, by id."""

    def __init__(self) -> None:
        self._stated: dict[str, list[Finding]] = {}
        self._stands: dict[str, bool] = {}

    def __len__(self) -> int:
        """Return how many there are, each counted once."""
        return len(self._stated)

    def add(self, findings: Iterable[Finding]) -> None:
        """Let findings wait that were stated at one time."""
        findings = list(findings)
        self._stands |= {each.id: True for each in findings if each.stands}
        self._stands |= {old: False for each in findings for old in each.replaces}
        for finding in findings:
            stated = self._stated.setdefault(finding.id, [])
            stated.append(finding)
            if len(stated) >= _STATEMENTS:
                stated[:] = [merged(stated)]

    def joined(self) -> tuple[Finding, ...]:
        """Return what waits; it waits on."""
        return tuple(map(self._instructed, map(merged, self._stated.values())))

    def clear(self) -> None:
        """Let nothing wait any more."""
        self._stated, self._stands = {}, {}

    def _instructed(self, finding: Finding) -> Finding:
        """Return a finding with no instruction that a later one has taken back."""
        if not (finding.stands or finding.replaces):
            return finding
        still = tuple(old for old in finding.replaces if not self._stands[old])
        return replace(finding, replaces=still, stands=finding.stands and self._stands[finding.id])


class DecidedFindings:
    """Which findings were decided about, and how bad they have been."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Severity, int]] = {}

    def needs_commit_now(self, findings: Iterable[Finding]) -> bool:
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
