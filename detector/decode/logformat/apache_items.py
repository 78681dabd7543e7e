"""Apache's ``LogFormat``: its text becomes items.

Comes in: the layout between the quotes. Goes out: items. Apache has a closed list of directives, so one that is not in
it is a mistake and told.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from detector.decode.json.field_map import REQUEST
from detector.decode.logformat import headers, strftime
from detector.decode.logformat.items import DECIMAL, NUMBER, Field, Item, Items, Literal, Variable, joined
from detector.decode.logformat.undo_escapes import Escape

# %!200,304<{name}i - conditions and the choice of the first or last request may stand in any order.
_DIRECTIVE = re.compile(
    r"%(?:(?P<percent>%)|[!0-9,<>]*(?:\{(?P<name>[^}]*)\})?[!0-9,<>]*(?P<letter>\^t[io]|[A-Za-z])?)"
)
_HOST = Variable("url.domain", "host", rank=3)

_PLAIN: dict[str, Variable] = {
    "a": Variable("source.ip", "client", rank=1),
    "h": Variable("source.ip", "remote_host", rank=2),
    "A": Variable(key="local_address"),
    "l": Variable(key="identity"),
    "u": Variable("user.name", "user"),
    "r": Variable(REQUEST, "request", bare=r"[^ ]+ [^ ]+ HTTP/[0-9.]+|-"),
    "m": Variable("http.request.method", "method"),
    "U": Variable("url.path", "path", begins="/"),
    "q": Variable("url.query", "query", bare=r"(?:\?[^ ]*)?", begins="?"),
    "H": Variable(key="protocol"),
    "s": Variable("http.response.status_code", "status", shape=NUMBER),
    "b": Variable("http.response.body.bytes", "bytes", rank=2, shape=NUMBER),
    "B": Variable("http.response.body.bytes", "bytes", rank=1, shape=NUMBER),
    "O": Variable("http.response.body.bytes", "bytes_sent", rank=6, shape=NUMBER),
    "I": Variable("http.request.body.bytes", "bytes_received", rank=6, shape=NUMBER),
    "S": Variable(key="bytes_both", shape=NUMBER),
    "D": Variable("event.duration", "duration", form="us", rank=1, shape=NUMBER),
    "T": Variable("event.duration", "seconds", form="s", rank=4, shape=NUMBER),
    "v": replace(_HOST, key="server_name", rank=4),
    "V": replace(_HOST, key="canonical_host", rank=3),
    "p": Variable(key="port", shape=NUMBER),
    "P": Variable(key="pid", shape=NUMBER),
    "k": Variable(key="keepalive", shape=NUMBER),
    "L": Variable(key="log_id"),
    "X": Variable(key="connection", shape=r"[X+-]", fixed=True),
    "R": Variable(key="handler"),
    "f": Variable(key="file"),
}
_DURATIONS = {"ms": ("ms", 2), "us": ("us", 1), "s": ("s", 4)}
_CLIENT = Variable("source.ip", "peer", rank=5)


def items_of(text: str, mistakes: list[str]) -> Items:
    """Return the items of a layout; what is wrong with it goes to ``mistakes``."""
    return joined(tuple(strftime.whole(tuple(_items(text, mistakes)))))


def _items(text: str, mistakes: list[str]) -> Iterator[Item]:
    end = 0
    for found in _DIRECTIVE.finditer(text):
        yield Literal(_plain_text(text[end : found.start()]))
        if found["percent"]:
            yield Literal("%")
        else:
            try:
                yield from _fields(found)
            except ValueError as error:
                mistakes.append(str(error))
        end = found.end()
    yield Literal(_plain_text(text[end:]))


def _plain_text(text: str) -> str:
    return text.replace("\\t", "\t").replace("\\n", "\n").replace("\\\\", "\\")


def _fields(found: re.Match[str]) -> Iterator[Item]:
    letter, name, at = found["letter"] or "", found["name"], found.start() + 1
    if letter == "t":
        yield from strftime.items(found[0], name or "", at)
        return
    try:
        variable = variable_of(letter, name)
    except KeyError:
        raise ValueError(f"unknown directive {found[0]!r} at character {at}") from None
    yield Field(found[0], at, variable, escape=Escape.BACKSLASH)


def variable_of(letter: str, name: str | None) -> Variable:
    """Return what a directive of Apache holds.

    Raises:
        KeyError: There is no such directive.
    """
    if name is None:
        return _PLAIN[letter]
    return _named(letter, name, name.lower())


def _named(letter: str, name: str, low: str) -> Variable:
    if letter == "T":
        unit, rank = _DURATIONS[low]
        return Variable("event.duration", f"duration_{low}", form=unit, rank=rank, shape=DECIMAL)
    simple = {
        "i": lambda: headers.of_request(name, low),
        "o": lambda: headers.of_answer(name, f"response.{low}"),
        "C": lambda: headers.of_cookie(name, low),
        "a": lambda: _CLIENT,
        "h": lambda: _CLIENT,
        "p": lambda: Variable(key=f"{low}_port", shape=NUMBER),
        "P": lambda: Variable(key=low),
        "e": lambda: _of_environment(name),
        "n": lambda: Variable(key=low),
        "x": lambda: Variable(key=low),
        "c": lambda: Variable(key=low),
        "^ti": lambda: Variable(key=f"trailer.{low}"),
        "^to": lambda: Variable(key=f"response.trailer.{low}"),
    }
    return simple[letter]()


def _of_environment(name: str) -> Variable:
    known = {"UNIQUE_ID": "http.request.id", "HTTP_X_REQUEST_ID": "http.request.id"}
    target = known.get(name)
    return Variable(target, name.lower(), rank=5) if target else Variable(key=name.lower())
