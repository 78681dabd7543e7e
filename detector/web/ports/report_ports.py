"""What the pages need of reports from outside: those somebody may see, and what they do with them."""

from dataclasses import dataclass
from typing import Protocol

from detector.incident import CaseByHand
from detector.incident.reports import ReportTold
from detector.schema.case.incidents import Incident
from detector.schema.outside.outside_reports import OutsideReport, ReportFile, ReportRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenReport:
    """A report as somebody sees it.

    Attributes:
        linked: The acts on it, each with the incident it was linked to; None where the reader may not look at that.
    """

    file: ReportFile
    linked: tuple[tuple[ReportRecord, Incident | None], ...] = ()

    @property
    def report(self) -> OutsideReport:
        """What was told."""
        return self.file.report

    @property
    def state(self) -> str:
        """Where it stands: ``waiting``, ``linked`` or ``dismissed``."""
        if self.file.incident_ids:
            return "linked"
        return "waiting" if self.file.waits else "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenGroup:
    """Reports that are looked at together, the first that came in front.

    Attributes:
        known: They name a client the company knows, or come from an address of its contacts.
    """

    reports: tuple[SeenReport, ...]
    known: bool = False

    @property
    def first(self) -> SeenReport:
        """The one that came first."""
        return self.reports[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedReport:
    """What came of linking a report.

    Attributes:
        incident: To which.
        duties: Whose clocks it started.
        begins: It is T0 now.
        letter: The document in which the answer is drafted; empty: none is.
    """

    incident: Incident
    duties: tuple[str, ...] = ()
    begins: bool = False
    letter: str = ""


class ReportsPort(Protocol):
    """The looks and acts of one person on reports. Errors are ``detector.errors``'."""

    def all(self, limit: int) -> list[SeenReport]:
        """Return the newest reports that the person may see; ``DeniedError`` where they may see none."""
        ...

    def waiting(self) -> list[SeenReport]:
        """Return each report that nobody has linked or dismissed and that the person may see, the newest first."""
        ...

    def waiting_groups(self) -> list[SeenGroup]:
        """Return the same in the order in which people look at them, texts that are alike together."""
        ...

    def show(self, report_id: str) -> SeenReport:
        """Return a report; that it was read is recorded where it names clients."""
        ...

    def attachment(self, report_id: str) -> tuple[OutsideReport, bytes]:
        """Return what came with a report, and record that it was fetched; ``StoreError`` where it is not what came."""
        ...

    def take_in(self, told: ReportTold, attachment: bytes | None = None) -> OutsideReport:
        """Write down what somebody outside told us."""
        ...

    def link(self, report_id: str, ref: str, *, reason: str, letter: bool = True) -> LinkedReport:
        """Link a report to an incident."""
        ...

    def open_case(self, report_id: str, told: CaseByHand) -> LinkedReport:
        """Open an incident from a report."""
        ...

    def dismiss(self, report_id: str, *, reason: str) -> SeenReport:
        """Say that a report is nothing for us, and why."""
        ...
