"""What is said of the chain over the state of cases: its heads, and where database and chain differ."""

from dataclasses import dataclass
from enum import StrEnum

COMPANY = ""
"""The chain's name for what belongs to no case: decisions about planned work and about models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainHead:
    """The newest record of the chain over everything, or of one case's part of it.

    Attributes:
        number: Its number in the chain over everything, from 1.
        hash: Its SHA-256, hexadecimal: it covers all records before it.
        incident_id: The case it is about; ``COMPANY``: none.
        sequence: Its number among the records of that case, from 1.
    """

    number: int
    hash: str
    incident_id: str
    sequence: int

    @property
    def seal(self) -> str:
        """What goes out with a page: the beginning of the hash, short enough to be read aloud.

        Without the number: how far it jumps between two pages tells of cases that are hidden from whoever reads them.
        """
        return self.hash[:SEAL_DIGITS]


SEAL_DIGITS = 16


class ChainFlaw(StrEnum):
    """In which way the state is not what was recorded: the closed list."""

    NO_CHAIN = "no_chain"
    RECORD_MISSING = "record_missing"
    RECORD_ALTERED = "record_altered"
    RECORD_UNLINKED = "record_unlinked"
    RESTATED = "restated"
    VALUE = "value"
    UNREADABLE = "unreadable"
    ROW_MISSING = "row_missing"
    ROW_ADDED = "row_added"
    HEAD_MISSING = "head_missing"
    SEAL_MISSING = "seal_missing"
    HEADS_FILE = "heads_file"
    TIMELINE = "timeline"
    EVIDENCE_FILE = "evidence_file"
    EVIDENCE_LINE = "evidence_line"
    SCOPE_FILE = "scope_file"
    DOCUMENT_BODY = "document_body"
    ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainDifference:
    """One place where what stands in the database is not what the chain says, or the chain itself does not hold.

    Attributes:
        flaw: In which way.
        incident_id: Of which case; empty: of none in particular.
        args: What the words need: ``table``, ``key``, ``column``, ``found``, ``recorded``, ``number``, ``seal``,
            ``file``.
    """

    flaw: ChainFlaw
    incident_id: str = ""
    args: tuple[tuple[str, str | int], ...] = ()
