"""Proof of a case: raw lines copied from the logs before these are gone, and what could not be copied."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MissingLine(StrEnum):
    """Why a line of a case is not in its archive: the closed list."""

    GONE = "gone"
    """No file holds it any more: rotated away, removed, emptied."""
    CHANGED = "changed"
    """The file is there, and what stands at the line's place no longer has its hash."""
    UNREADABLE = "unreadable"
    """The file cannot be opened or is damaged."""
    NO_FILE = "no_file"
    """It came from standard input or from the system's journal, and is not among their latest lines."""
    BUDGET = "budget"
    """``evidence.max_bytes`` is used up."""


class CustodyAct(StrEnum):
    """What was done with an archive."""

    COLLECTED = "collected"
    SHOWN = "shown"
    EXPORTED = "exported"
    VERIFIED = "verified"
    REPLAYED = "replayed"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSegment:
    """One file of an archive: never changed once it was written.

    Attributes:
        incident_id: Whose archive.
        number: From 1 on.
        path: Below the folder of archives.
        lines: How many it holds.
        bytes: Of the file. raw_bytes: of the lines in it.
        sha256: Of the file.
        first_at / last_at: Event times of its lines.
        taken_at: When they were copied.
        collector: By what: program, version, host and account.
    """

    incident_id: str
    number: int
    path: str
    lines: int
    bytes: int
    raw_bytes: int
    sha256: str
    first_at: datetime
    last_at: datetime
    taken_at: datetime
    collector: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceState:
    """How far the archive of an incident is.

    Attributes:
        incident_id: Of which.
        version: The incident's version whose lines were looked for.
        wanted: Lines the incident is about, as far as journal and findings name them.
        held: Those that are in the archive.
        missing: How many others, by ``MissingLine``, sorted.
        at: When they were last looked for.
    """

    incident_id: str
    version: int
    wanted: int
    held: int
    missing: tuple[tuple[str, int], ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEntry:
    """One line of an archive's custody log.

    Attributes:
        incident_id: Whose archive.
        number: From 1 on.
        at / by: When and who; ``nabat`` collects.
        act: What.
        detail: In words: where to, how many lines.
    """

    incident_id: str
    number: int
    at: datetime
    by: str
    act: CustodyAct
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSummary:
    """What is held of an incident, for people.

    Attributes:
        state: None: its lines were not looked for yet.
        segments: Files of the archive.
        custody: Its log, oldest first.
    """

    state: EvidenceState | None = None
    segments: tuple[EvidenceSegment, ...] = ()
    custody: tuple[CustodyEntry, ...] = ()

    @property
    def lines(self) -> int:
        """How many lines are held."""
        return sum(segment.lines for segment in self.segments)

    @property
    def bytes(self) -> int:
        """How much room the archive takes."""
        return sum(segment.bytes for segment in self.segments)
