"""Syslog lines: machine, program, and what sshd, PAM, sudo and their like say.

Comes in: lines. Goes out: ``Parsed``. What programs say that we know is read by ``program_messages``; every other
message is a label. A line whose message is of a format of its own is read behind the wrapper (``syslog:combined``),
which takes the head off.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from detector.decode.envelope import Unwrapped, Wrapper
from detector.decode.format import Format
from detector.decode.formats.hosts.program_messages import HOST, Labels, Spoken
from detector.decode.formats.hosts.syslog_header import GUESTS, OWN, TELLING, envelopes, priorities, structured
from detector.decode.line_context import LineContext
from detector.decode.parse_result import Parsed, Rows, nothing
from detector.decode.row_parser import labels_of
from detector.schema.events.lines import RejectReason


def parse(lines: pl.Series, place: LineContext) -> Parsed:
    """Decode lines."""
    found, rows, failures = _headed(lines, place)
    if not len(rows):
        return nothing(failures)
    spoken = Spoken()
    programs, messages = found.get_column("program").to_list(), found.get_column("message").to_list()
    for program, message, labels in zip(programs, messages, _heads(found), strict=True):
        spoken.add(program, message, labels)
    host = found.get_column("host").rename("host.name")
    frame = pl.DataFrame([found.get_column("@timestamp"), host, *spoken.columns()])
    return Parsed(frame, rows if failures else None, failures)


def unwrap(lines: pl.Series, place: LineContext) -> Unwrapped:
    """Take the heads off."""
    found, rows, failures = _headed(lines, place)
    host = found.get_column("host").rename("host.name")
    labels = labels_of(_head_columns(found))
    message = found.get_column("message")
    return Unwrapped(message, [found.get_column("@timestamp"), host, labels], rows if failures else None, failures)


def _headed(lines: pl.Series, place: LineContext) -> tuple[pl.DataFrame, Rows, dict[int, RejectReason]]:
    """Return the heads of the lines that have one, the places of these lines, and why the others have none."""
    found = envelopes(lines, place)
    has = found.get_column("message").is_not_null().to_numpy()
    timed = found.get_column("@timestamp").is_not_null().to_numpy()
    if has.all() and timed.all():
        return found, np.arange(len(lines), dtype=np.int64), {}
    failures = dict.fromkeys(np.flatnonzero(~has).tolist(), RejectReason.MALFORMED)
    failures.update(dict.fromkeys(np.flatnonzero(has & ~timed).tolist(), RejectReason.BAD_TIME))
    rows: Rows = np.flatnonzero(has & timed)
    return found[rows], rows, failures


def _head_columns(found: pl.DataFrame) -> list[pl.Series]:
    """Return what the head says and no event column holds."""
    priority = found.get_column("priority")
    named = list(priorities(priority)) if priority.null_count() < len(priority) else []
    texts = [found.get_column(name) for name in ("program", "pid", "msgid")]
    return [*(text for text in texts if text.null_count() < len(text)), *named] or texts[:1]


def _heads(found: pl.DataFrame) -> Iterator[Labels]:
    """Give names and values of the labels of each head."""
    columns = _head_columns(found)
    names = tuple(column.name for column in columns)
    data = found.get_column("data")
    known = zip(*(column.to_list() for column in columns), strict=True)
    if data.null_count() == len(data):
        for values in known:
            yield names, values
        return
    for values, text in zip(known, data.to_list(), strict=True):
        more = list(structured(text)) if text else []
        yield (*names, *(name for name, _ in more)), (*values, *(value for _, value in more))


SYSLOG = Format(
    name="syslog",
    dataset="syslog",
    category=HOST,
    parse=parse,
    order=900,
    telling=TELLING,
    last=True,
    own=OWN,
    guests=GUESTS,
    about="syslog (RFC 3164, RFC 5424, rsyslog's files): sshd, PAM, sudo, su, sftp are understood, others kept as text",
)
WRAPPER = Wrapper(
    name=SYSLOG.name,
    dataset=SYSLOG.dataset,
    unwrap=unwrap,
    order=None,
    telling=TELLING,
    about="syslog around lines of another format",
)
