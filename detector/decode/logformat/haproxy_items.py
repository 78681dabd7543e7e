"""HAProxy's ``log-format``: its text becomes items.

Comes in: the layout as HAProxy understands it (quotes and backslashes of its configuration undone). Goes out: items.
HAProxy has a closed list of variables, so one that is not in it is a mistake and told; a sample expression
(``%[...]``) this module does not know is kept as a label.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from detector.decode.json.field_map import REQUEST, TARGET
from detector.decode.logformat import headers
from detector.decode.logformat.items import (
    COOKIE,
    DROPPED,
    LABEL,
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

_TOKEN = re.compile(r"%(?:(?P<percent>%)|(?:\([^)]*\))?(?:\{(?P<flags>[^}]*)\})?(?:(?P<open>\[)|(?P<name>[A-Za-z]+))?)")
_FLAGS = frozenset("QXEM")
_SIGNED = "[+-]?[0-9]*"
_CLOCK = r"[^\[\]\" ]+ [^\[\]\" ]+"
_HEX = "[0-9A-Fa-f]*|-"
_LOCAL = "%d/%b/%Y:%H:%M:%S.%3f"


def _timer(key: str) -> Variable:
    return Variable(key=key, shape=_SIGNED)


def _count(key: str) -> Variable:
    return Variable(key=key, shape=_SIGNED)


_KNOWN: dict[str, Variable] = {
    "ci": Variable("source.ip", "client_ip"),
    "cp": Variable(key="client_port", shape=NUMBER),
    "tr": Variable(TIME, "request_time", form=_LOCAL, rank=4, shape='[^ "\\]]+'),
    "t": Variable(TIME, "accept_time", form=_LOCAL, rank=5, shape='[^ "\\]]+'),
    "trg": Variable(TIME, "request_time_gmt", form="clf", rank=6, shape=_CLOCK),
    "trl": Variable(TIME, "request_time_local", form="clf", rank=6, shape=_CLOCK),
    "T": Variable(TIME, "time_gmt", form="clf", rank=7, shape=_CLOCK),
    "Tl": Variable(TIME, "time_local", form="clf", rank=7, shape=_CLOCK),
    "Ts": Variable(TIME, "time_epoch", form="epoch", rank=8, shape=NUMBER),
    "ms": Variable(key="milliseconds", shape=NUMBER),
    "ST": Variable("http.response.status_code", "status", shape=_SIGNED),
    "B": Variable("http.response.body.bytes", "bytes_read", shape=_SIGNED),
    "U": Variable("http.request.body.bytes", "bytes_uploaded", shape=_SIGNED),
    "Ta": Variable("event.duration", "Ta", form="ms", rank=3, shape=_SIGNED),
    "Tt": Variable("event.duration", "Tt", form="ms", rank=4, shape=_SIGNED),
    "Tu": Variable("event.duration", "Tu", form="ms", rank=6, shape=_SIGNED),
    "r": Variable(REQUEST, "request", bare=r"[^ ]+ [^ ]+ HTTP/[0-9.]+|<BADREQ>|-"),
    "HM": Variable("http.request.method", "method"),
    "HU": Variable(TARGET, "uri", begins="/"),
    "HP": Variable("url.path", "path", begins="/"),
    "HPO": Variable("url.path", "path_only", rank=6, begins="/"),
    "HQ": Variable("url.query", "query", shape=r'(?:[?<][^ "]*)?', begins="?"),
    "HV": Variable(key="protocol"),
    "CC": Variable(TOKEN, "request_cookie", form=COOKIE, rank=4),
    "CS": Variable(DROPPED, "response_cookie"),
    "ID": Variable("http.request.id", "unique_id"),
    "H": Variable("host.name", "hostname"),
    "ft": Variable(key="frontend"),
    "f": Variable(key="frontend"),
    "b": Variable(key="backend"),
    "s": Variable(key="server"),
    "ts": Variable(key="termination"),
    "tsc": Variable(key="termination"),
    "hr": Variable(key="request_headers", shape=r"\{[^}]*\}"),
    "hrl": Variable(key="request_headers"),
    "hs": Variable(key="response_headers", shape=r"\{[^}]*\}"),
    "hsl": Variable(key="response_headers"),
    "sslc": Variable(key="tls_cipher"),
    "sslv": Variable(key="tls_version"),
    "fi": Variable(key="frontend_ip"),
    "bi": Variable(key="backend_ip"),
    "si": Variable(key="server_ip"),
    **{name: _timer(name) for name in ("TR", "Tw", "Tc", "Tr", "Th", "Ti", "Tq", "Td")},
    "ac": _count("connections"),
    "fc": _count("frontend_connections"),
    "bc": _count("backend_connections"),
    "sc": _count("server_connections"),
    "rc": _count("retries"),
    "sq": _count("server_queue"),
    "bq": _count("backend_queue"),
    "lc": _count("log_counter"),
    "pid": _count("pid"),
    "rt": _count("request_counter"),
    "fp": _count("frontend_port"),
    "bp": _count("backend_port"),
    "sp": _count("server_port"),
}
_HASHED = frozenset(("r", "HU", "HP", "HPO", "HQ", "hr", "hrl", "hs", "hsl", "CC", "CS"))
_VANISHING = frozenset(("hr", "hs", "hrl", "hsl", "HQ"))
_EXPRESSIONS: dict[str, Variable] = {
    "src": Variable("source.ip", rank=4),
    "fc_src": Variable("source.ip", rank=6),
    "method": Variable("http.request.method"),
    "capture.req.method": Variable("http.request.method"),
    "path": Variable("url.path", begins="/"),
    "query": Variable("url.query"),
    "url": Variable(TARGET),
    "pathq": Variable(TARGET, begins="/"),
    "capture.req.uri": Variable(TARGET),
    "status": Variable("http.response.status_code", shape=NUMBER),
    "txn.status": Variable("http.response.status_code", shape=NUMBER),
    "bytes_out": Variable("http.response.body.bytes", shape=NUMBER),
    "hostname": Variable("host.name"),
    "unique-id": Variable("http.request.id"),
    "uniqueid": Variable("http.request.id"),
    "http_auth_user": Variable("user.name"),
    "ssl_c_s_dn(cn)": Variable("user.name"),
    "date": Variable(TIME, form="epoch", rank=8, shape=NUMBER),
    "accept_date": Variable(TIME, form="epoch", rank=8, shape=NUMBER),
    "request_date": Variable(TIME, form="epoch", rank=8, shape=NUMBER),
}
_MILLISECONDS = frozenset(f"{name}({unit})" for name in ("accept_date", "request_date") for unit in ("ms", "us"))
_FETCH = re.compile(r"^(?P<fetch>[a-z0-9._]+)\((?P<name>[^),]+)[^)]*\)$")
_HARMLESS = frozenset(("lower", "upper", "ltrim", "rtrim"))


@dataclass(frozen=True, slots=True)
class _Flags:
    """Flags in force: those of ``%{...}o`` for the rest of the layout, and those of one variable."""

    on: frozenset[str] = frozenset()

    def changed(self, text: str, written: str, at: int) -> "_Flags":
        on = set(self.on)
        for flag in filter(None, text.replace(" ", "").split(",")):
            sign, name = flag[0], flag[1:]
            if sign not in "+-" or name not in _FLAGS:
                raise ValueError(f"the flag {flag!r} of {written!r} at character {at} cannot be read back")
            on = on | {name} if sign == "+" else on - {name}
        return _Flags(frozenset(on))


def items_of(text: str, mistakes: list[str]) -> Items:
    """Return the items of a layout; what is wrong with it goes to ``mistakes``."""
    found = joined(tuple(_items(text, mistakes)))
    made = [Literal(_blanks(item.text)) if isinstance(item, Literal) else item for item in found]
    if made and isinstance(made[0], Literal):
        made[0] = Literal(made[0].text.lstrip(" "))
    return joined(tuple(_merged(joined(made))))


def _merged(items: Items) -> Iterator[Item]:
    """Put counters and timers that stand as ``a/b/c`` into one label: nobody asks for one of them alone."""
    at = 0
    while at < len(items):
        end = at + 1
        while _counts(items[at]) and end + 1 < len(items) and items[end] == Literal("/") and _counts(items[end + 1]):
            end += 2
        fields = [item for item in items[at:end] if isinstance(item, Field)]
        if len(fields) > 1:
            key = "/".join(one.written.lstrip("%") for one in fields)
            shape = "/".join([_SIGNED] * len(fields))
            written = "/".join(one.written for one in fields)
            yield Field(written, fields[0].at, Variable(key=key, shape=shape))
        else:
            yield items[at]
        at = end


def _counts(item: Item) -> bool:
    return isinstance(item, Field) and item.variable.target == LABEL and item.variable.shape == _SIGNED


def _items(text: str, mistakes: list[str]) -> Iterator[Item]:
    end, flags = 0, _Flags()
    while (found := _TOKEN.search(text, end)) is not None:
        yield Literal(text[end : found.start()])
        end = found.end()
        try:
            own = flags.changed(found["flags"] or "", found[0], found.start() + 1)
            if found["open"]:
                end = _closing(text, found.end(), found.start() + 1)
            elif found["name"] == "o":
                flags = own
                continue
            yield from _read(text[found.start() : end], found, own)
        except ValueError as error:
            mistakes.append(str(error))
    yield Literal(text[end:])


def _blanks(text: str) -> str:
    """HAProxy writes one blank where its layout has several."""
    return re.sub(" +", " ", text)


def _closing(text: str, start: int, at: int) -> int:
    """Return the place behind the bracket that closes an expression; one within parentheses is part of it."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if text[place] == "]" and depth <= 0:
            return place + 1
    raise ValueError(f"the [ at character {at} is not closed")


def _read(written: str, found: re.Match[str], flags: _Flags) -> Iterator[Item]:
    """Give the items of one variable or expression, with the quotes that ``+Q`` puts around it."""
    at = found.start() + 1
    quote = Literal('"' if "Q" in flags.on and not found["percent"] else "")
    yield quote
    if found["percent"]:
        yield Literal("%")
    elif found["open"]:
        yield _expression(written, written[found.end() - found.start() : -1], at, flags)
    else:
        yield _variable(written, found["name"] or "", at, flags)
    yield quote


def _variable(written: str, name: str, at: int, flags: _Flags) -> Field:
    variable = _KNOWN.get(name)
    if variable is None:
        raise ValueError(f"unknown variable {written!r} at character {at}")
    hexadecimal = "X" in flags.on and (variable.shape in (NUMBER, _SIGNED) or name == "ci")
    if hexadecimal:
        variable = replace(variable, shape=_HEX)
    escape = Escape.HASH if name in _HASHED else Escape.NONE
    return Field(written, at, variable, hexadecimal, vanishes=name in _VANISHING, escape=escape)


def _expression(written: str, text: str, at: int, flags: _Flags) -> Field:
    escape = Escape.BACKSLASH if "E" in flags.on else Escape.NONE
    return Field(written, at, expression_of(text), escape=escape)


def expression_of(text: str) -> Variable:
    """Return what a sample expression holds; one that is changed on the way (by a converter) is a label."""
    fetch, *converters = text.split(",") if "(" not in text else _parted(text)
    if not _HARMLESS.issuperset(one.partition("(")[0].strip() for one in converters):
        return Variable(key=text)
    fetch = fetch.strip()
    if fetch in _EXPRESSIONS:
        return replace(_EXPRESSIONS[fetch], key=text)
    if fetch in _MILLISECONDS:
        return Variable(TIME, text, form=f"epoch_{fetch[-3:-1]}", rank=2, shape=NUMBER)
    found = _FETCH.match(fetch)
    return _fetched(found["fetch"], found["name"], text) if found else Variable(key=text)


def _parted(text: str) -> list[str]:
    """Cut an expression at the commas outside of parentheses."""
    parts, depth = [""], 0
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _fetched(fetch: str, name: str, text: str) -> Variable:
    if fetch in ("req.hdr", "hdr", "req.fhdr"):
        return headers.of_request(name, text)
    if fetch in ("res.hdr", "res.fhdr"):
        return headers.of_answer(name, text)
    if fetch in ("req.cook", "cook", "req.cook_val"):
        return headers.of_cookie(name, text)
    return headers.hidden(name, text) if "cook" in fetch else Variable(key=text)
