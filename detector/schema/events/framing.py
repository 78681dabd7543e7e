"""How the bytes of a log are cut into records: what acquire must do so that decode gets whole ones.

Comes in: nothing. Goes out: the value that a format declares and the reader follows. Most logs have a record a line; a
few spread one over several lines, wrap many into one JSON or XML document, or say in a directive how the lines behind
it are to be read.

Whatever the framing, a record of more than ``max_record`` bytes is shortened (``too_long``) and the next one is kept;
when its end does not come within ``farthest`` bytes, it ends at the next line end.
"""

from dataclasses import dataclass
from enum import StrEnum

MAX_LINE = 64 * 1024
MAX_RECORD = 256 * 1024
FARTHEST = 16 * 1024 * 1024


class Cutting(StrEnum):
    """What ends a record."""

    LINES = "lines"
    """A line end."""
    START = "start"
    """The next line that matches ``Framing.start``; lines that do not match continue the record before them.

    The last record of a file is held until the next begins, the file was quiet for a minute, or has ended; meanwhile
    what there is of it is judged beforehand. Lines before the first that matches are records of their own.
    """
    MIXED = "mixed"
    """As START, but lines name the record they are of (``Framing.serial``), and those of several may be mixed.

    Records whose lines are mixed are handed out together as one, which ends where none of them is continued within 64
    lines or ``looked_at`` bytes, or with the next begin behind ``looked_at`` bytes.
    """
    QUOTES = "quotes"
    """A line end outside double quotes (CSV; a doubled quote inside quotes is a quote)."""
    JSON = "json"
    """The end of a JSON object: one a line, pretty-printed, in an array or in a wrapping object."""
    XML = "xml"
    """The end of an element named in ``Framing.tags``."""
    BRACES = "braces"
    """The closing brace of a record of 1C's event log; a doubled quote inside quotes is a quote."""
    PARTS = "parts"
    """A line that is not marked as a part to be continued (``Framing.start`` matches the parts that are)."""


BY_LINES = (Cutting.LINES, Cutting.START, Cutting.MIXED, Cutting.PARTS)
"""Those whose records are whole lines."""


@dataclass(frozen=True, slots=True)
class Framing:
    """How one kind of file is cut.

    Attributes:
        cutting: What ends a record.
        start: For START, MIXED and PARTS: regular expression over a line, from its begin, its first 64 KiB (Rust
            syntax, linear time). For BRACES: which lines begin a record, so that one nobody closed ends there.
        serial: For MIXED: regular expression with one group, the name of the record that a line is of (Rust syntax).
        tags: For XML: names of the elements that are records.
        wrapper: For JSON: key of the array that holds the records, when an object wraps them (CloudTrail's
            ``Records``); objects outside of it are records themselves.
        header: Regular expression (linear in Rust and in Python alike) over the begin of lines that tell how later
            lines are read: ``#Fields:``, or a time that the lines behind it share. The reader hands the last one
            before a batch to the decoder as ``LineBatch.header``.
        max_line: For LINES: bytes of the longest line.
        max_record: Bytes of the longest record: statements and documents within a record are longer than a line of a
            web server.
        farthest: How far to look for the end of a record that is too long.
        most_read: Bytes of the longest read.
        looked_at: How much of a line is looked at to tell whether a record begins with it, and held back until the line
            is complete.
        longest_tag: For XML: a tag around records is no longer than this.
    """

    cutting: Cutting = Cutting.LINES
    start: str = ""
    serial: str = ""
    tags: tuple[str, ...] = ()
    wrapper: str = ""
    header: str = ""
    max_line: int = MAX_LINE
    max_record: int = MAX_RECORD
    farthest: int = FARTHEST
    most_read: int = 8 * 1024 * 1024
    looked_at: int = MAX_LINE
    longest_tag: int = 4096


LINES = Framing()
