"""Exports of Microsoft 365's audit search: CSV in which a column holds each record as JSON.

Comes in: rows of CSV, of which the field that is a JSON object is the record (``AuditData``, wherever it stands); the
first row names the columns. Goes out: the JSON, which the format ``m365`` reads. What the other columns say the record
says itself.
"""

import csv

import numpy as np
import polars as pl

from detector.decode.envelope import Unwrapped, Wrapper
from detector.decode.line_context import LineContext
from detector.schema.events.framing import Cutting, Framing
from detector.schema.events.lines import RejectReason

_HEADER = r'^\x{feff}?"?(?:RecordId|CreationDate|RunspaceId|PSComputerName)"?,'
_LONGEST = 1 << 20


def unwrap(lines: pl.Series, _place: LineContext) -> Unwrapped:
    """Take the JSON out of the rows."""
    csv.field_size_limit(_LONGEST)
    failures: dict[int, RejectReason] = {}
    found: list[str] = []
    headers = lines.str.contains(_HEADER).to_list()
    for at, (line, header) in enumerate(zip(lines.to_list(), headers, strict=True)):
        text = None if header else _json(line)
        if text is None:
            failures[at] = RejectReason.HEADER if header else RejectReason.MALFORMED
        else:
            found.append(text)
    rows = np.delete(np.arange(len(lines), dtype=np.int64), list(failures)) if failures else None
    return Unwrapped(pl.Series("line", found, dtype=pl.String()), (), rows, failures)


def _json(line: str) -> str | None:
    """Return the field of a row that is a JSON object."""
    try:
        row = next(csv.reader((line,)), [])
    except (csv.Error, StopIteration):
        return None
    return next((field for field in row if field.startswith("{") and field.endswith("}")), None)


WRAPPER = Wrapper(
    name="m365.csv",
    dataset="m365.audit",
    unwrap=unwrap,
    order=13,
    telling=r'""CreationTime"":|' + _HEADER,
    framing=Framing(Cutting.QUOTES),
    head=r'^\ufeff?(?:#TYPE [^\r\n]*\r?\n)?"?(?:RecordId|CreationDate|RunspaceId|PSComputerName)"?,[^\r\n]*AuditData',
    inner="m365",
    about="export of Microsoft 365's audit search: CSV with the record as JSON in the column AuditData",
)
