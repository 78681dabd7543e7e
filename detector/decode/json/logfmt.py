r"""Lines of ``key=value`` as objects by shape: what Go services, Heroku's router and Grafana write.

Comes in: lines. Goes out: the same as the reading of JSON gives. Values with blanks stand in double quotes, where
``\"`` and ``\\`` are undone; a word without ``=`` is no pair and is left out (``msg=`` holds an empty text). Pairs are
found by one linear expression over the whole column; of pairs of one key the first counts.
"""

from itertools import accumulate
from typing import Any

import numpy as np
import polars as pl

from detector.decode.columns.dictionary import Dictionary
from detector.decode.columns.frame_ops import cut
from detector.decode.columns.unescape import unescape
from detector.decode.json.objects import Group, Shape

LOGFMT = r'^\s*[^\s="]+='
"""Lines of this kind begin with a pair: nobody makes one of a line he only wrote a part of."""
_PAIR = r'[^\s="]+=(?:"(?:[^"\\]|\\.)*(?:"|$)|[^\s"]*)'


def logfmt(lines: list[str]) -> tuple[list[Group], list[int], None]:
    """Return the pairs of the lines by shape, and which lines hold none."""
    column = pl.Series("line", lines, dtype=pl.String())
    found = column.set(~column.str.contains(LOGFMT), "").str.extract_all(_PAIR)
    counts: list[int] = found.list.len().to_list()
    keys, values = _split(found.list.explode().drop_nulls())
    codes = keys.codes.to_numpy().astype(np.uint32)
    raw, width = codes.tobytes(), codes.itemsize
    names = keys.values
    groups: dict[Shape, Group] = {}
    known: dict[bytes, tuple[Group, list[int]]] = {}
    bad: list[int] = []
    start = 0
    for at, end in enumerate(accumulate(counts)):
        if start == end:
            bad.append(at)
            continue
        which = raw[start * width : end * width]  # lines of the same keys in the same order
        if which not in known:
            known[which] = _group([names[code] for code in codes[start:end]], groups)
        group, kept = known[which]
        group.places.append(at)
        group.flat.extend(values[start:end] if len(kept) == end - start else [values[start + one] for one in kept])
        start = end
    return list(groups.values()), bad, None


def _group(keys: list[str], groups: dict[Shape, Group]) -> tuple[Group, list[int]]:
    """Return the group of lines with these keys, and which of their pairs count: the first of each key."""
    first = {key: at for at, key in reversed(list(enumerate(keys)))}
    kept = sorted(first.values())
    shape = tuple(keys[at] for at in kept)
    return groups.setdefault(shape, Group(shape)), kept


def _split(pairs: pl.Series) -> tuple[Dictionary, list[Any]]:
    """Return keys and values, the quotes taken off and what is within them undone."""
    keys, values = cut(pairs, "=", ["key", "value"])
    if values.str.contains('"', literal=True).any():
        values = values.str.strip_chars('"') if not values.str.contains("\\", literal=True).any() else _undone(values)
    return Dictionary.of(keys), values.to_list()


def _undone(values: pl.Series) -> pl.Series:
    plain = values.str.replace(r'^"((?:[^"\\]|\\.)*)"?$', "${1}")
    escaped = np.flatnonzero((plain.str.contains("\\", literal=True) & values.str.starts_with('"')).to_numpy())
    return plain.scatter(escaped, [unescape(text) for text in plain[escaped].to_list()])
