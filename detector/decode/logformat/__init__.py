"""Log formats as servers spell them: nginx's ``log_format``, Apache's ``LogFormat``, HAProxy's ``log-format``.

Comes in: the text of such a format, as pasted. Goes out: a parser over columns. It knows no files and no sources.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from detector.decode.format import Parse, Ways
from detector.decode.json.field_map import RAW
from detector.decode.json.json_lines import JsonLines
from detector.decode.line_context import LineContext
from detector.decode.logformat import apache_items, detect_server, haproxy_items, json_layout, nginx_items
from detector.decode.logformat.items import TIME, Care, Field, Item, Items, ambiguous, fields_of
from detector.decode.logformat.layout import CompiledLayout
from detector.decode.logformat.undo_escapes import Escape
from detector.decode.parse_result import Parsed, Rows, shifted, together
from detector.schema.events.lines import RejectReason

KINDS = detect_server.KINDS
DATASETS = {
    detect_server.NGINX: "nginx.access",
    detect_server.APACHE: "apache.access",
    detect_server.HAPROXY: "haproxy.http",
}


class LayoutError(ValueError):
    """A log format cannot be read; ``mistakes`` holds everything that is wrong with it."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = tuple(mistakes)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A log format, ready to read lines.

    Attributes:
        kind: ``nginx``, ``apache`` or ``haproxy``.
        parse: Lines to columns.
        ways: The parts of a line.
    """

    kind: str
    parse: Parse
    ways: Ways


def compile_layout(
    text: str,
    *,
    kind: str = "",
    columns: Mapping[str, str] | None = None,
    wanted: Mapping[str, bool] | None = None,
) -> Compiled:
    """Compile a pasted log format.

    Args:
        text: As it stands in the server's configuration.
        kind: The server; empty: it is told from the text.
        columns: Variables and the columns they give, over what is known of them.
        wanted: JSON fields the record map asks for, when the format writes JSON.

    Raises:
        LayoutError: With every mistake.
    """
    try:
        told = detect_server.read(text, kind)
    except ValueError as error:
        raise LayoutError([str(error)]) from None
    mistakes: list[str] = []
    items = _items(told, mistakes)
    items = _assigned(items, columns or {}, mistakes)
    mistakes += ambiguous(items)
    if not any(field.variable.target == TIME for field in fields_of(items)) and not mistakes:
        mistakes.append(f"it holds no time: add {_TIMES[told.kind]}")
    if mistakes:
        raise LayoutError(mistakes)
    return Compiled(told.kind, _parser(told, items, wanted or {}), CompiledLayout(items).ways)


def misspelt(text: str, *, kind: str = "") -> list[tuple[str, str]]:
    """Return variables that no nginx has, as written, each with the one that is probably meant.

    They are no mistakes: whoever made such a variable with ``map`` or ``set`` finds it in the event as a label.
    """
    try:
        told = detect_server.read(text, kind)
    except ValueError:
        return []
    if told.kind != detect_server.NGINX:
        return []
    found = {
        each[0]: nginx_items.misspelt(each["braced"] or each["plain"] or "")
        for each in nginx_items.VARIABLE.finditer(told.layout)
    }
    return [(written, meant) for written, meant in found.items() if meant]


_TIMES = {detect_server.NGINX: "[$time_local]", detect_server.APACHE: "%t", detect_server.HAPROXY: "[%tr]"}


def _items(told: detect_server.Pasted, mistakes: list[str]) -> Items:
    if told.kind == detect_server.NGINX:
        return nginx_items.items_of(told.layout, nginx_items.ESCAPES[told.escape], mistakes)
    read = apache_items.items_of if told.kind == detect_server.APACHE else haproxy_items.items_of
    return read(told.layout, mistakes)


def _assigned(items: Items, columns: Mapping[str, str], mistakes: list[str]) -> Items:
    """Return the items with the columns a person gave to variables."""
    left = dict(columns)
    made: list[Item] = []
    for item in items:
        names = {item.written, item.written.strip("${}"), item.variable.key} if isinstance(item, Field) else set()
        name = next((name for name in columns if name in names), None)
        if name is None or not isinstance(item, Field):
            made.append(item)
            continue
        left.pop(name, None)
        target = columns[name]
        made.append(replace(item, variable=replace(item.variable, target=RAW.get(target, target), rank=0)))
    mistakes += [f"columns: {name!r} is no variable of the log format" for name in left]
    return tuple(made)


def _parser(told: detect_server.Pasted, items: Items, wanted: Mapping[str, bool]) -> Parse:
    paths = json_layout.paths_of(items)
    if paths is None or not json_layout.tells_time(items, paths):
        return CompiledLayout(items).parse
    named = json_layout.renamed(items, paths)
    text = CompiledLayout(named)
    if any(field.escape is Escape.HASH for field in fields_of(items)):
        return text.parse  # HAProxy's own escapes stand within the JSON
    json = JsonLines(json_layout.field_map(items, paths, DATASETS[told.kind]), wanted)
    # A field the record map asks for is taken from the JSON; without one, the pattern reads twice as fast.
    first = () if any(path in paths for path in wanted) else (CompiledLayout(named, (Care.PLAIN,)).parse,)
    return _Chain((*first, json.parse, text.parse)).parse


@dataclass(frozen=True, slots=True)
class _Chain:
    """Ways to read the lines of a layout that writes JSON, each for those the ways before could not take.

    The last one reads as text what is no JSON after all: a number was left empty, or is a list.
    """

    ways: tuple[Parse, ...]

    def parse(self, lines: pl.Series, place: LineContext) -> Parsed:
        """Decode lines."""
        parts: list[Parsed] = []
        failures: dict[int, RejectReason] = {}
        left: Rows = np.arange(len(lines), dtype=np.int64)
        for way in self.ways:
            part = way(lines, place) if len(left) == len(lines) else shifted(way(lines[left], place), left)
            parts.append(part)
            lost = sorted(at for at, reason in part.failures.items() if reason in _OPEN)
            failures.update((at, why) for at, why in part.failures.items() if failures.get(at) is not _NO_JSON)
            left = np.array(lost, np.int64)
            if not lost:
                break
        read = {int(at) for part in parts for at in part.places()}
        return together(parts, {at: why for at, why in failures.items() if at not in read})


_NO_JSON = RejectReason.NOT_JSON
_OPEN = (_NO_JSON, RejectReason.MALFORMED)
