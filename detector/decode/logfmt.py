r"""Lines of ``key=value`` as objects by shape: what Go services, Heroku's router and Grafana write.

Comes in: lines. Goes out: the same as the reading of JSON gives. Values with blanks stand in double quotes, where
``\"`` and ``\\`` are undone; a word without ``=`` is no pair and is left out (``msg=`` holds an empty text). Pairs are
found by one linear expression over the whole column; of pairs of one key the first counts.
"""

from itertools import accumulate
from typing import Any

import numpy as np
import polars as pl

from detector.decode.columns import cut
from detector.decode.escapes import unescape
from detector.decode.jsontable import Group, Shape

LOGFMT = r'^\s*[^\s="]+='
"""Lines of this kind begin with a pair: nobody makes one of a line he only wrote a part of."""
_PAIR = r'[^\s="]+=(?:"(?:[^"\\]|\\.)*(?:"|$)|[^\s"]*)'


def logfmt(lines: list[str]) -> tuple[list[Group], list[int], None]:
    """Return the pairs of the lines by shape, and which lines hold none."""
    column = pl.Series("line", lines, dtype=pl.String())
    found = column.set(~column.str.contains(LOGFMT), "").str.extract_all(_PAIR)
    counts: list[int] = found.list.len().to_list()
    keys, values = _split(found.list.explode().drop_nulls())
    groups: dict[Shape, Group] = {}
    bad: list[int] = []
    start = 0
    for at, end in enumerate(accumulate(counts)):
        if start == end:
            bad.append(at)
            continue
        shape, row = tuple(keys[start:end]), values[start:end]
        group = groups.get(shape)
        if group is None:
            if len(set(shape)) < len(shape):
                shape, row = _once(shape, row)
            group = groups.setdefault(shape, Group(shape))
        group.places.append(at)
        group.flat.extend(row)
        start = end
    return list(groups.values()), bad, None


def _split(pairs: pl.Series) -> tuple[list[str], list[Any]]:
    """Return keys and values, the quotes taken off and what is within them undone."""
    keys, values = cut(pairs, "=", ["key", "value"])
    quoted = values.str.starts_with('"')
    if quoted.any():
        values = values.str.strip_chars('"') if not values.str.contains("\\", literal=True).any() else _undone(values)
    return keys.to_list(), values.to_list()


def _undone(values: pl.Series) -> pl.Series:
    plain = values.str.replace(r'^"((?:[^"\\]|\\.)*)"?$', "${1}")
    escaped = np.flatnonzero(plain.str.contains("\\", literal=True).to_numpy())
    return plain.scatter(escaped, [unescape(text) for text in plain[escaped].to_list()])


def _once(shape: Shape, row: list[Any]) -> tuple[Shape, list[Any]]:
    item: dict[str, Any] = {}
    for key, value in zip(shape, row, strict=True):
        item.setdefault(key, value)
    return tuple(item), list(item.values())
