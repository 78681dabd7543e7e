"""What comes from outside: who told us of a possible leak, when, and what became of it.

A report's row and the acts on it are written once and never changed; where a report stands follows from its last act.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

TAKE_IN: Final = timedelta(minutes=15)
"""So long after it came a report is to be looked at (step A3)."""


class ReportKind(StrEnum):
    """Who or what it came from: the closed list."""

    CLIENT = "client"
    PARTNER = "partner"
    JOURNALIST = "journalist"
    REGULATOR = "regulator"
    LEAK_SAMPLE = "leak-sample"
    OTHER = "other"


class ReportWay(StrEnum):
    """How it was written down: by somebody of the team, or by the form that is open to everybody."""

    COMMAND = "command"
    FORM = "form"


class ReportAct(StrEnum):
    """What somebody did with a report."""

    LINKED = "linked"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideReport:
    """A report as it was taken in.

    Attributes:
        id: ``r-`` and ten hexadecimal digits.
        received_at: When it reached us. recorded_at: when it was written down.
        by: Who wrote it down; empty: whoever sent the form.
        sender: Who it is from, and how to reach them, as it was said.
        text: What it says.
        language: In which an answer is written.
        clients: Ids of the clients it is about. source: the system it is about.
        about: Actors it is about: those it names, and those whose touches of these clients nothing explained.
        file_name / file_path / file_sha256 / file_bytes: What came with it; empty: nothing.
    """

    id: str
    kind: ReportKind
    way: ReportWay
    received_at: datetime
    recorded_at: datetime
    by: str
    sender: str
    text: str
    language: str
    clients: tuple[str, ...] = ()
    source: str = ""
    about: tuple[str, ...] = ()
    file_name: str = ""
    file_path: str = ""
    file_sha256: str = ""
    file_bytes: int = 0

    @property
    def due_at(self) -> datetime:
        """Until when somebody has to look at it."""
        return self.received_at + TAKE_IN


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRecord:
    """An act on a report.

    Attributes:
        number: Among the acts on this report, from 1.
        incident_id: Which incident it was linked to; empty: none.
        reason: Why.
    """

    report_id: str
    number: int
    at: datetime
    act: ReportAct
    by: str
    incident_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """A report with the acts on it, the oldest first."""

    report: OutsideReport
    records: tuple[ReportRecord, ...] = ()

    @property
    def id(self) -> str:
        """What people call it by."""
        return self.report.id

    @property
    def waits(self) -> bool:
        """Whether nobody has linked or dismissed it."""
        return not self.records

    @property
    def incident_ids(self) -> tuple[str, ...]:
        """The incidents it was linked to, each once."""
        return tuple(dict.fromkeys(each.incident_id for each in self.records if each.incident_id))
