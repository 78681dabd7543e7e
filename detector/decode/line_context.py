"""Where lines stand: what a format may need to know beside the lines themselves.

Comes in: the batch and its source. Goes out: one value, handed to every format. It does no I/O: a file beside the log
(1C keeps its dictionary in one) is read by a function the daemon gives.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from detector.frames import LineBatch

Beside = Callable[[str], bytes | None]
"""Reads a file by its full path; None when there is none. The runtime remembers and refreshes it."""


def nothing_beside(path: str) -> None:
    """Answer that there is no such file: where lines come without a folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineContext:
    """Where the lines of one batch stand.

    Attributes:
        zone: Zone of times that carry none.
        written: When the file was last written, as far as is known: a time without a year belongs to the last year in
            which it is not after ``written`` by more than a day.
        header: The directive line (see ``Framing.header``) in force before the first line; empty: none.
        path: Full path of the file; empty when unknown.
        beside: Reads another file by its full path.
        timed: An envelope around each line tells when it was written (see ``envelope``): a line without a time of its
            own is an event with a null ``@timestamp``, not a reject.
    """

    zone: ZoneInfo
    written: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    header: str = ""
    path: str = ""
    beside: Beside = nothing_beside
    timed: bool = False

    @classmethod
    def of(cls, batch: LineBatch, zone: ZoneInfo, beside: Beside = nothing_beside) -> "LineContext":
        """Return where the lines of a batch stand, times without a zone being of ``zone``."""
        written = batch.written or batch.ingested
        return cls(zone=zone, written=written, header=batch.header, path=batch.path, beside=beside)
