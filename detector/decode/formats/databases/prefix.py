"""``log_line_prefix`` of PostgreSQL, compiled: what stands before each message in its text log.

Comes in: the setting, as it stands in postgresql.conf. Goes out: a function from a record to its parts, named as
jsonlog names them. A record costs no more than its length and a bounded number of steps: no part is longer than
``_LONGEST``, and one that its literal text ends for certain is never tried shorter. Hosts alone are: those of IPv6 hold
the colon that may stand behind them.
"""

import re
from collections.abc import Callable, Sequence

from detector.schema.lines import RejectReason

_TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
_LONGEST = 255
"""Longer is no account, database, application or host that PostgreSQL writes; its names end at 63 bytes."""
_HOST = "host"
_CLIENT = r"\[local\]|[^\s()\[\]]{1,255}+\([0-9]{1,5}\)|"
"""``%r`` as it is but for connections that nobody made; the port tells where a host of IPv6 ends."""
_PARTS = {
    "a": ("application_name", None),
    "u": ("user", None),
    "d": ("dbname", None),
    "r": ("connection_from", _HOST),
    "h": ("remote_host", _HOST),
    "L": ("local_host", _HOST),
    "b": ("backend_type", None),
    "p": ("pid", r"\d{1,20}"),
    "P": ("leader_pid", r"\d{0,20}"),
    "t": ("timestamp", _TIME + r" \S{1,10}?"),
    "m": ("timestamp", _TIME + r"\.\d{3} \S{1,10}?"),
    "n": ("timestamp", r"\d{9,11}\.\d{3}"),
    "i": ("ps", None),
    "e": ("state_code", r"[0-9A-Z]{5}"),
    "c": ("session_id", r"[0-9a-f]{1,16}\.[0-9a-f]{1,16}"),
    "l": ("line_num", r"\d{1,20}"),
    "s": ("session_start", _TIME + r" \S{1,10}?"),
    "v": ("vxid", r"[-\d/]{0,40}"),
    "x": ("txid", r"\d{1,20}"),
    "Q": ("query_id", r"-?\d{1,20}"),
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
_NEVER_IN_HOSTS = frozenset(" ,;|=@'\"")
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
            form = (_CLIENT if escape == "r" else "") + _form(form, [text for _, text, _ in pieces[at + 1 :]])
            pad = " {0,64}+" if width else ""
            made += f"{pad}(?:{form}){pad}" if name in seen else f"{pad}(?P<{name}>{form}){pad}"
            seen.add(name)
        else:
            raise ValueError(f"%{escape} is no escape of log_line_prefix")
    return made, closing


def _form(form: str | None, behind: Sequence[str | None]) -> str:
    """Return the pattern of a part, given the literal texts behind it; None among them stands for another part."""
    literal = next((text[0] for text in behind if text), "")
    if form == _HOST:
        if literal not in _NEVER_IN_HOSTS:
            return rf"\S{{0,{_LONGEST}}}?"
    elif form is not None:
        return form
    elif not literal:
        return rf"\S{{0,{_LONGEST}}}"
    none_of = r"\s" if form == _HOST else r"\n"
    certain = "+" if behind[0] else ""
    return f"[^{none_of}{re.escape(literal)}]{{0,{_LONGEST}}}{certain}"
