"""What the pages need of the running service: values to show, and the acts of people."""

from detector.web.ports.console_ports import ConsolePort, ConsolesPort
from detector.web.ports.document_ports import DocumentsPort, StandingThing
from detector.web.ports.incident_detail import AskedRole, Detail, OnCallView, OwedThing
from detector.web.ports.letter_ports import BounceCounts, LettersPort, LettersView
from detector.web.ports.notice_ports import NoticesPort
from detector.web.ports.readiness_ports import ReadinessPort, ReadinessView
from detector.web.ports.report_ports import LinkedReport, ReportsPort, SeenGroup, SeenReport
from detector.web.ports.service import CoverageView, FirstReading, ServiceView, SourceView, WaitingSource
from detector.web.ports.verdicts import CountedVerdicts, MonthlyCost, RightOrWrong

__all__ = [
    "AskedRole",
    "BounceCounts",
    "ConsolePort",
    "ConsolesPort",
    "CountedVerdicts",
    "CoverageView",
    "Detail",
    "DocumentsPort",
    "FirstReading",
    "LettersPort",
    "LettersView",
    "LinkedReport",
    "MonthlyCost",
    "NoticesPort",
    "OnCallView",
    "OwedThing",
    "ReadinessPort",
    "ReadinessView",
    "ReportsPort",
    "RightOrWrong",
    "SeenGroup",
    "SeenReport",
    "ServiceView",
    "SourceView",
    "StandingThing",
    "WaitingSource",
]
