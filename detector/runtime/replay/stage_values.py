"""What one stage of a replay hands to the next.

Comes in and goes out: values, nothing else. They hold all that the next stage needs, so that it does not matter who
calls whom.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from detector.schema.findings import Finding
from detector.schema.packed import Packed


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTally:
    """How much was read.

    Attributes:
        rejects: Lines that gave no event, by reason.
    """

    lines: int = 0
    events: int = 0
    bytes: int = 0
    rejects: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One batch of events, for judging.

    Attributes:
        events: The batch, in the order of its lines.
        opened / idle / closed: How far every stream holds the others back (``Sequencer.step``).
        touches: Parts of the journal that are full, on their way to be kept.
        tally: What was read for it.
        last: Nothing follows; it brings no events.
    """

    events: pl.DataFrame
    opened: Mapping[str, str] = field(default_factory=dict)
    idle: Mapping[str, datetime] = field(default_factory=dict)
    closed: tuple[str, ...] = ()
    touches: tuple[Packed, ...] = ()
    tally: ReadTally = field(default_factory=ReadTally)
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ripe:
    """What is to be kept, in one transaction.

    Attributes:
        number: Counted from 1 in the order they become ripe.
        findings: To be decided about in the end.
        touches: Parts of the journal.
        last: Nothing follows.
    """

    number: int
    findings: tuple[Finding, ...] = ()
    touches: tuple[Packed, ...] = ()
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How many rows each of the answers has."""

    findings: int
    alerts: int
    incidents: int
