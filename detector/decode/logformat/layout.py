"""Lines of one log format become events: one pattern over the whole column, and others for what it does not fit.

Comes in: lines. Goes out: ``Parsed``. A line is tried as the server writes it, then behind the time, host and program
that a syslog receiver puts before it, each with more care (``items.Care``) for the lines the ways before could not
take. Which way a line goes depends on the line alone. ``stock`` makes
layouts that are written in code: those of programs whose log format is always the same, or nearly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from detector.decode.columns.frame_ops import constant, replace_columns
from detector.decode.grok import PatternPiece
from detector.decode.line_context import LineContext
from detector.decode.logformat.items import (
    SYSLOG,
    Care,
    Field,
    Item,
    Items,
    Literal,
    Variable,
    doubtful,
    fields_of,
    group,
    joined,
    parts,
    pattern,
)
from detector.decode.logformat.nginx_items import VARIABLE
from detector.decode.logformat.to_columns import Assembly
from detector.decode.logformat.undo_escapes import Escape
from detector.decode.parse_result import Parsed, Rows, together
from detector.schema.events.lines import RejectReason

_HOST = "host.name"


class CompiledLayout:
    """One log format, ready to read lines.

    Args:
        items: Its literals and fields; at least one field, and one that holds the time.
        cares: How much care to take; with plain care alone, no syslog prefix is looked for either.
    """

    def __init__(self, items: Items, cares: Sequence[Care] = tuple(Care)) -> None:
        fields = fields_of(items)
        ways: dict[tuple[str, bool], frozenset[str]] = {}
        for care in cares:
            for behind in (False, True)[: len(cares)]:
                ways.setdefault((pattern(items, care), behind), doubtful(items, care))
        self._ways = tuple((shape, behind, doubts) for (shape, behind), doubts in ways.items())
        self._items = items
        self._assembly = Assembly(fields, [group(at) for at in range(len(fields))])
        self._sure = group(next(at for at, one in enumerate(fields) if not one.vanishes))

    def ways(self) -> tuple[tuple[PatternPiece, ...], ...]:
        """Return the parts of such a line."""
        return (parts(self._items),)

    def parse(self, lines: pl.Series, place: LineContext) -> Parsed:
        """Decode lines."""
        parts: list[Parsed] = []
        left: Rows = np.arange(len(lines), dtype=np.int64)
        for shape, behind, doubts in self._ways:
            texts = lines if len(left) == len(lines) else lines[left]
            texts, hosts = _behind_syslog(texts) if behind else (texts, None)
            found = texts.str.extract_groups(shape).struct.unnest()
            fits = found.get_column(self._sure).is_not_null()
            if not fits.any():
                continue
            whole = len(left) == len(lines) and bool(fits.all())
            taken = fits.to_numpy()
            part = self._assembly.made(
                texts, found if whole else found.filter(fits), place, None if whole else left[taken]
            )
            part = part if hosts is None else _on_hosts(part, hosts, left)
            parts.append(_without(part, doubts))
            left = left[~taken]
            if not len(left):
                break
        failures = dict.fromkeys(left.tolist(), RejectReason.MALFORMED)
        for part in parts:
            failures.update(part.failures)
        return together(parts, failures)


def _behind_syslog(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return what stands behind a syslog prefix, null where there is none, and the hosts named there."""
    found = texts.str.extract_groups(SYSLOG).struct.unnest()
    return found.get_column("line"), found.get_column("host")


def _without(part: Parsed, names: frozenset[str]) -> Parsed:
    """Return the events without columns that are in doubt."""
    lost = [constant(name, None, part.frame.height) for name in sorted(names) if name in part.frame.columns]
    return Parsed(replace_columns(part.frame, lost), part.rows, part.failures) if lost else part


def _on_hosts(part: Parsed, hosts: pl.Series, tried: Rows) -> Parsed:
    """Add the hosts of the syslog prefix; ``tried`` are the lines that ``hosts`` stands for."""
    mine = hosts[np.searchsorted(tried, part.places())] if part.frame.height else hosts.clear()
    return Parsed(replace_columns(part.frame, [mine.alias(_HOST)]), part.rows, part.failures)


def stock(text: str, variables: Mapping[str, Variable], escape: Escape = Escape.NONE) -> CompiledLayout:
    """Return the layout of a text with ``$name`` in place of each value.

    A name that ``variables`` lack is a label of that name.
    """
    items: list[Item] = []
    end = 0
    for found in VARIABLE.finditer(text):
        name = found["braced"] or found["plain"]
        variable = replace(variables.get(name, Variable()), key=name)
        items += [Literal(text[end : found.start()]), Field(found[0], found.start() + 1, variable, escape=escape)]
        end = found.end()
    return CompiledLayout(joined([*items, Literal(text[end:])]))
