"""What was decided about a finding, each decision with its reason: the closed list that pages and metrics use."""

from dataclasses import dataclass

from detector.schema.detection.alerts import Alert, MutedBy
from detector.schema.detection.findings import Finding


@dataclass(frozen=True, slots=True)
class Opened:
    """The finding opened an alert of its own."""

    alert: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The finding joined an open alert, or said more about a finding that is already in it."""

    into: str


@dataclass(frozen=True, slots=True)
class Muted:
    """The finding is recorded and shown in an alert that is not sent."""

    by: MutedBy
    alert: str
    reason: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """The finding says nothing that is not known."""


@dataclass(frozen=True, slots=True)
class Stormed:
    """There are more alerts than people can read; the finding is counted in the storm's alert."""

    into: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A close covers the finding, or another one stands for it: it is recorded, and no more."""


Decision = Opened | Merged | Muted | Repeated | Stormed | Settled


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """A storm that took findings in this call.

    Attributes:
        alert: Id of the storm's alert.
        added: Findings it took now. total: since it began.
    """

    alert: str
    added: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupResult:
    """The answer of one call.

    Attributes:
        findings: New or changed, merged with what was known: to be written.
        alerts: New or changed.
        decisions: Finding id and what was decided, in the order the findings were taken.
        leads: Incident id and the actor it is about, of those that alerts were put into.
        left: Incident id and where alerts of it went that belong to another incident now.
        storms: Those that took findings.
    """

    findings: tuple[Finding, ...] = ()
    alerts: tuple[Alert, ...] = ()
    decisions: tuple[tuple[str, Decision], ...] = ()
    leads: tuple[tuple[str, str], ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    storms: tuple[Storm, ...] = ()
