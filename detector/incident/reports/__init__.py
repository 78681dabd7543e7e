"""What comes from outside: taken in, looked at in time, linked to an incident or dismissed, answered. Pure."""

from detector.incident.reports.answer_letter import answer_letter
from detector.incident.reports.report_items import report_items
from detector.incident.reports.report_order import ReportGroup, in_order
from detector.incident.reports.report_outcome import answered_duties, dismiss_report, link_report
from detector.incident.reports.take_in import MOST_REPORT_CLIENTS, ReportTold, report_of

__all__ = [
    "MOST_REPORT_CLIENTS",
    "ReportGroup",
    "ReportTold",
    "answer_letter",
    "answered_duties",
    "dismiss_report",
    "in_order",
    "link_report",
    "report_items",
    "report_of",
]
