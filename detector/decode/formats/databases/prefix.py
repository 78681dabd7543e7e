"""``log_line_prefix`` of PostgreSQL, compiled: what stands before each message in its text log.

Comes in: the setting, as it stands in postgresql.conf. Goes out: a function from a record to its parts, named as
jsonlog names them. The pattern is linear: each part ends before the literal text behind it.
"""

import re
from collections.abc import Callable

from detector.schema.lines import RejectReason

_TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
_PARTS = {
    "a": ("application_name", None),
    "u": ("user", None),
    "d": ("dbname", None),
    "r": ("connection_from", r"\S*?"),
    "h": ("remote_host", r"\S*?"),
    "L": ("local_host", r"\S*?"),
    "b": ("backend_type", None),
    "p": ("pid", r"\d+"),
    "P": ("leader_pid", r"\d*"),
    "t": ("timestamp", _TIME + r" \S{1,10}?"),
    "m": ("timestamp", _TIME + r"\.\d{3} \S{1,10}?"),
    "n": ("timestamp", r"\d{9,11}\.\d{3}"),
    "i": ("ps", None),
    "e": ("state_code", r"[0-9A-Z]{5}"),
    "c": ("session_id", r"[0-9a-f]+\.[0-9a-f]+"),
    "l": ("line_num", r"\d+"),
    "s": ("session_start", _TIME + r" \S{1,10}?"),
    "v": ("vxid", r"[-\d/]*"),
    "x": ("txid", r"\d+"),
    "Q": ("query_id", r"-?\d+"),
}
KNOWN = (
    "%m [%p] %q%u@%d ",
    "%t [%p] %q%u@%d ",
    "%t:%r:%u@%d:[%p]:",
    "%m [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ",
    "%m [%p]: [%l-1] db=%d,user=%u,app=%a,client=%h ",
    "%t [%p]: [%l-1] db=%d,user=%u,app=%a,client=%h ",
    "%m [%p]: user=%u,db=%d,app=%a,client=%h ",
    "%t [%p]: user=%u,db=%d,app=%a,client=%h ",
    "%m [%p]: db=%d,user=%u,app=%a,client=%h ",
    "%t [%p]: db=%d,user=%u,app=%a,client=%h ",
    "%m [%p-%l] %q%u@%d ",
    "%t [%p-%l] %q%u@%d ",
)
"""Settings found in the field: PostgreSQL's own, Amazon RDS', those pgBadger asks for, old Debian's."""
_SEVERITY = r"(?P<error_severity>[A-Z]{3,10}\d?):  (?P<message>.*)\Z"
_UNKNOWN = "[unknown]"
"""What PostgreSQL writes for an account, a database, an application it has not been told yet."""
_ESCAPE = re.compile(r"%(-?\d+)?(.)|([^%]+)", re.DOTALL)


def compile_known() -> Callable[[str], dict[str, str] | RejectReason]:
    """Return the reader of records with any prefix of ``KNOWN``; the first that fits counts."""
    readers = tuple(map(compile_prefix, KNOWN))

    def read(text: str) -> dict[str, str] | RejectReason:
        for reader in readers:
            record = reader(text)
            if not isinstance(record, RejectReason):
                return record
        return RejectReason.MALFORMED

    return read


def compile_prefix(prefix: str) -> Callable[[str], dict[str, str] | RejectReason]:
    """Return the reader of records with this prefix.

    Raises:
        ValueError: It holds an escape PostgreSQL does not know, or no time.
    """
    body, closing = _pattern(prefix)
    if "P<timestamp>" not in body:
        raise ValueError("the prefix must hold a time: %m, %t or %n")
    pattern = re.compile(body + closing + _SEVERITY, re.DOTALL)

    def read(text: str) -> dict[str, str] | RejectReason:
        found = pattern.match(text)
        if found is None:
            return RejectReason.MALFORMED
        record = {name: value.strip() for name, value in found.groupdict().items() if value and value.strip()}
        for name in ("user", "dbname", "application_name"):
            if record.get(name) == _UNKNOWN:
                del record[name]
        record["message"] = (found["message"] or "").replace("\n\t", "\n")
        return record

    return read


def _pattern(prefix: str) -> tuple[str, str]:
    made, closing = "", ""
    seen: set[str] = set()
    pieces = [(found[2], found[3], found[1]) for found in _ESCAPE.finditer(prefix)]
    for at, (escape, literal, width) in enumerate(pieces):
        if literal or escape == "%":
            made += re.escape(literal or "%")
        elif escape == "q":
            made, closing = made + "(?:", ")?"
        elif escape in _PARTS:
            name, form = _PARTS[escape]
            behind = next((text for _, text, _ in pieces[at + 1 :] if text), "")
            form = form or (f"[^\\n{re.escape(behind[0])}]*" if behind else r"\S*")
            pad = " {0,64}+" if width else ""
            made += f"{pad}(?:{form}){pad}" if name in seen else f"{pad}(?P<{name}>{form}){pad}"
            seen.add(name)
        else:
            raise ValueError(f"%{escape} is no escape of log_line_prefix")
    return made, closing
