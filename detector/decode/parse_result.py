"""What a format makes of lines, before anything is known about actors and client data.

Comes in: columns and the rows they stand for. Goes out: one value, and the rule by which several of them are put
together. Columns are those of ``EVENT_SCHEMA``; raw values that annotation turns into columns stand beside them under
names that begin with ``$``: they never leave this package.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.frames import EVENT_SCHEMA
from detector.schema.events.lines import RejectReason

Rows = npt.NDArray[np.int64]

FORWARDED = "$forwarded"
"""X-Forwarded-For as it stands in the line."""
TOKEN = "$token"  # noqa: S105 - the name of a column, not a secret
"""Session or token as it stands in the line; annotation hashes it."""
METHOD = "$method"
"""Number of the method in ``requests.METHODS``, where it is known; its text stands in ``http.request.method`` too."""
STATEMENT = "$statement"
"""Text of the SQL statements that a row is about; the record map's ``table`` looks at it."""
PARAMETERS = "$parameters"
"""Values of their ``$1`` …, as PostgreSQL logs them."""
OBJECT = "$object"
"""A statement about the table that the log itself says was touched."""
DIALECT = "$dialect"
"""What quotes mean in them: ``mysql``, ``mssql``, ``oracle``, else as in the standard."""
ROWS = "$rows"
"""How many rows they returned or changed, where the log says so."""
LIMIT = "$limit"
"""How many rows of client data they want at most, where nothing else bounds what they read."""
UNNAMED = "$unnamed"
"""Tables of the statements that no route of the record map names; null where there is no table at all."""
LAST_RESORT = "$last_resort"
"""Whether a line was read by a last resort: kept as text, or with parts missing (``autodetect``)."""
AMBIGUOUS = "ambiguous"
"""What ``log.flags`` holds where a line can be read in several ways, each of them an event."""
INCOMPLETE = "incomplete"
"""What ``log.flags`` holds where lines of the record are missing."""
CUT = "statement_cut"
"""What ``log.flags`` holds where the log cut a statement: what stood behind that, nobody knows."""
FIELD = "$field:"
"""Begin of the columns that hold JSON fields the record map asked for, each a list of strings."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """Events of some lines.

    Attributes:
        frame: One row an event, in the order of the lines.
        rows: Which line each row stands for; None when every line gave one.
        failures: Why the other lines gave none.
    """

    frame: pl.DataFrame
    rows: Rows | None = None
    failures: Mapping[int, RejectReason] = field(default_factory=dict)

    def places(self) -> Rows:
        """Return the line of each row."""
        return np.arange(self.frame.height, dtype=np.int64) if self.rows is None else self.rows


def dtype_of(name: str) -> pl.DataType:
    """Return the polars type of an event column or a private one."""
    if name.startswith(FIELD):
        return pl.List(pl.String())
    if name == LAST_RESORT:
        return pl.Boolean()
    if name == LIMIT:
        return pl.Int64()
    return EVENT_SCHEMA.get(name, pl.String())


def nothing(failures: Mapping[int, RejectReason]) -> Parsed:
    """Return the result of lines that gave no event."""
    return Parsed(pl.DataFrame({"@timestamp": pl.Series([], dtype=EVENT_SCHEMA["@timestamp"])}), _none(), failures)


def _none() -> Rows:
    return np.empty(0, dtype=np.int64)


def shifted(parsed: Parsed, places: Rows) -> Parsed:
    """Return ``parsed``, which was made from the lines at ``places``, as seen from the whole batch."""
    at = places.tolist()
    return Parsed(
        parsed.frame,
        places[parsed.places()],
        {int(at[row]): reason for row, reason in parsed.failures.items()},
    )


def together(parts: Sequence[Parsed], failures: Mapping[int, RejectReason]) -> Parsed:
    """Put events of one batch together in the order of their lines."""
    full = [part for part in parts if part.frame.height]
    if not full:
        return nothing(failures)
    if len(full) == 1:
        return Parsed(full[0].frame, full[0].rows, failures)
    frame = pl.concat([part.frame for part in full], how="diagonal")
    rows = np.concatenate([part.places() for part in full])
    order = np.argsort(rows, kind="stable")
    return Parsed(frame[order], rows[order], failures)
