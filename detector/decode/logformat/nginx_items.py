"""nginx's ``log_format``: its text becomes items.

Comes in: the layout between the quotes, and how nginx escapes. Goes out: items. A variable this table does not know (a
``map`` or ``set`` of the operator's) is kept as a label.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches

from detector.decode.json.field_map import REQUEST, TARGET
from detector.decode.logformat import headers
from detector.decode.logformat.items import (
    DECIMAL,
    LABEL,
    LIST,
    NUMBER,
    TIME,
    Field,
    Item,
    Items,
    Literal,
    Variable,
    joined,
)
from detector.decode.logformat.undo_escapes import Escape
from detector.decode.parse_result import TOKEN

ESCAPES = {"default": Escape.BACKSLASH, "json": Escape.JSON, "none": Escape.NONE}
VARIABLE = re.compile(r"\$(?:\{(?P<braced>[A-Za-z0-9_]+)\}|(?P<plain>[A-Za-z0-9_]+))|\$")
_CLOCK = r"[^\[\]\" ]+ [^\[\]\" ]+"

_KNOWN: dict[str, Variable] = {
    "msec": Variable(TIME, form="epoch", rank=1, shape=DECIMAL),
    "time_iso8601": Variable(TIME, form="iso", rank=2),
    "time_local": Variable(TIME, form="clf", rank=3, shape=_CLOCK),
    "proxy_protocol_addr": Variable("source.ip", rank=4),
    "remote_addr": Variable("source.ip", rank=3),
    "remote_user": Variable("user.name"),
    "jwt_claim_sub": Variable("user.name", rank=6),
    "request": Variable(REQUEST, bare=r"[^ ]+ [^ ]+ HTTP/[0-9.]+|-"),
    "request_uri": Variable(TARGET, begins="/"),
    "uri": Variable("url.path", begins="/"),
    "document_uri": Variable("url.path", begins="/", rank=6),
    "args": Variable("url.query"),
    "query_string": Variable("url.query", rank=6),
    "is_args": Variable(shape=r"\??", begins="?", fixed=True),
    "request_method": Variable("http.request.method", rank=4),
    "status": Variable("http.response.status_code", shape=NUMBER),
    "body_bytes_sent": Variable("http.response.body.bytes", shape=NUMBER),
    "bytes_sent": Variable("http.response.body.bytes", rank=6, shape=NUMBER),
    "content_length": Variable("http.request.body.bytes", shape=NUMBER),
    "request_length": Variable("http.request.body.bytes", rank=7, shape=NUMBER),
    "request_time": Variable("event.duration", form="s", shape=DECIMAL),
    "host": Variable("url.domain", rank=2),
    "server_name": Variable("url.domain", rank=4),
    "request_id": Variable("http.request.id", rank=4),
    "hostname": Variable("host.name"),
    "ssl_session_id": Variable(TOKEN, rank=9),
    "http_cookie": headers.of_request("cookie", "http_cookie"),
}
# Variables that hold a number, and nothing that a column is for.
_NUMBERS = frozenset(
    [
        "connection",
        "connection_requests",
        "remote_port",
        "server_port",
        "pid",
        "gzip_ratio",
        "connection_time",
        "proxy_protocol_port",
        "connections_active",
        "limit_rate",
        "request_completion_time",
    ]
)
_FAMILIES = (
    ("http_", headers.of_request),
    ("sent_http_", headers.of_answer),
    ("upstream_http_", headers.of_answer),
    ("cookie_", headers.of_cookie),
    ("upstream_cookie_", headers.hidden),
)

_OTHERS = frozenset(
    [
        "connections_waiting",
        "date_local",
        "document_root",
        "proxy_protocol_server_addr",
        "proxy_protocol_server_port",
        "request_body",
        "request_completion",
    ]
)
"""Variables of nginx that look like those above and are no slips of the pen."""
_NEAR = 0.8


def items_of(text: str, escape: Escape, mistakes: list[str]) -> Items:
    """Return the items of a layout; what is wrong with it goes to ``mistakes``."""
    return joined(tuple(_items(text, escape, mistakes)))


def _items(text: str, escape: Escape, mistakes: list[str]) -> Iterator[Item]:
    end = 0
    for found in VARIABLE.finditer(text):
        yield Literal(text[end : found.start()])
        name = found["braced"] or found["plain"]
        if name:
            yield Field(found[0], found.start() + 1, variable_of(name), escape=escape)
        else:
            mistakes.append(f"there is a $ without the name of a variable at character {found.start() + 1}")
        end = found.end()
    yield Literal(text[end:])


def variable_of(name: str) -> Variable:
    """Return what a variable of nginx holds."""
    if name in _KNOWN:
        return replace(_KNOWN[name], key=name)
    if name in _NUMBERS:
        return Variable(LABEL, name, shape=DECIMAL)
    for begin, of in _FAMILIES:
        if name.startswith(begin):
            return of(name.removeprefix(begin), name)
    return Variable(LABEL, name, bare=LIST if name.startswith("upstream_") else "")


def misspelt(name: str) -> str:
    """Return the variable of nginx that an unknown name seems to mean; empty when it may well be the operator's own."""
    known = {*_KNOWN, *_NUMBERS}
    if name in known | _OTHERS or name.startswith(("ssl_", "upstream_", *(begin for begin, _ in _FAMILIES))):
        return ""
    if any(each in name for each in known if "_" in each):
        return ""  # $remote_addr_masked, say: the result of a map
    return next(iter(get_close_matches(name, known, n=1, cutoff=_NEAR)), "")
