"""What one person does with reports from outside."""

from detector.incident import CaseByHand
from detector.incident.reports import ReportTold
from detector.runtime.incidents.console.console import Console
from detector.schema.outside.outside_reports import OutsideReport
from detector.schema.team.grants import Identity
from detector.web.ports import LinkedReport, SeenGroup, SeenReport


class PersonalReports:
    """The looks and acts of one person on reports.

    Args:
        console: Of the service.
        who: As they have shown themselves to be.
    """

    def __init__(self, console: Console, who: Identity) -> None:
        self._console, self._who = console, who

    def all(self, limit: int) -> list[SeenReport]:
        """Return the newest reports that the person may see.

        Raises:
            DeniedError: They may see none.
        """
        return self._console.reports_seen(self._who, newest=limit)

    def waiting(self) -> list[SeenReport]:
        """Return each report that nobody has linked or dismissed and that the person may see, the newest first.

        Raises:
            DeniedError: They may see none.
        """
        return self._console.reports_seen(self._who)

    def waiting_groups(self) -> list[SeenGroup]:
        """Return the same in the order in which people look at them, texts that are alike together.

        Raises:
            DeniedError: They may see none.
        """
        return self._console.reports_in_order(self._who)

    def show(self, report_id: str) -> SeenReport:
        """Return a report; that it was read is recorded where it names clients."""
        return self._console.report(report_id, self._who)

    def attachment(self, report_id: str) -> tuple[OutsideReport, bytes]:
        """Return what came with a report."""
        return self._console.attachment(report_id, self._who)

    def take_in(self, told: ReportTold, attachment: bytes | None = None) -> OutsideReport:
        """Write down what somebody outside told us."""
        return self._console.take_in(told, attachment, by=self._who)

    def link(self, report_id: str, ref: str, *, reason: str, letter: bool = True) -> LinkedReport:
        """Link a report to an incident."""
        return self._console.link_report(report_id, ref, by=self._who, reason=reason, letter=letter)

    def open_case(self, report_id: str, told: CaseByHand, *, letter: bool = True) -> LinkedReport:
        """Open an incident from a report, and link it there."""
        return self._console.open_from_report(report_id, told, by=self._who, letter=letter)

    def dismiss(self, report_id: str, *, reason: str) -> SeenReport:
        """Say that a report is nothing for us, and why."""
        return self._console.dismiss_report(report_id, by=self._who, reason=reason)
