"""What an event's line holds, as texts, for rules that look for words anywhere in it.

Comes in: lines. Goes out: the texts of each. A line of JSON or XML, and a record of CSV, write a quotation mark, a
backslash or a letter otherwise than it is, and name their fields: what counts are their values, decoded. Of a JSON
object that stands behind other text (syslog's header) both count; any other line is its own text.
"""

import json
import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from detector.arrow_buffers import arrow_array, from_arrow
from detector.detect.rules.columns.expressions import LINE
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.columns.native_values import all_texts, reach

Ints = npt.NDArray[np.int64]

_SPECIAL: Final = r'\{|^\s*[\[<]|""'
"""What stands in every line that is more than its own text."""
_EMPTY: Final = r'(?s)^\s*\{.*(?:null|""|\{\s*\}|\[\s*\])'
_JSON: Final = re.compile(r"\s*(?:\{|\[(?=\s*\{))")
_XML: Final = re.compile(r"\s*<[A-Za-z?!]")
_WITHIN: Final = re.compile(r'>([^<>]+)<|="([^"]*)"|=\'([^\']*)\'|<!\[CDATA\[(.*?)\]\]>', re.DOTALL)
_ESCAPE: Final = re.compile(r'\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}|(?P<byte>x[0-9A-Fa-f]{2})|(?P<other>))')
_JOURNAL: Final = "__REALTIME_TIMESTAMP"
_raw_decode = json.JSONDecoder(strict=False).raw_decode


def values_of_lines(lines: pl.Series, rows: Ints) -> pl.Series:
    """Return the texts of some lines, as a column of lists; of the others it holds nothing."""
    if not rows.size:
        return pl.Series([None], dtype=pl.List(pl.String())).new_from_index(0, len(lines))
    wanted = lines[pl.Series(rows.astype(np.uint32))]
    special = wanted.str.contains(_SPECIAL).fill_null(value=False).to_numpy()
    texts = wanted.to_list()
    values = [list(line_values(text)) if more else [text] for text, more in zip(texts, special.tolist(), strict=True)]
    counts = np.zeros(len(lines) + 1, dtype=np.int64)
    counts[rows + 1] = [len(each) for each in values]
    flat = texts_series([text for each in values for text in each])
    offsets = arrow_array(np.cumsum(counts))
    return from_arrow("", pa.LargeListArray.from_arrays(offsets, flat.to_arrow()))


def texts_series(texts: Sequence[str | None]) -> pl.Series:
    """Return texts as a column."""
    try:
        return pl.Series(texts, dtype=pl.String())
    except UnicodeEncodeError:  # JSON can name half a character
        whole = [text and text.encode(errors="replace").decode() for text in texts]
        return pl.Series(whole, dtype=pl.String())


def line_values(line: str) -> Iterator[str]:
    """Yield the texts of a line."""
    at = line.find("{")
    if begin := _JSON.match(line):
        objects, end = _objects(line, begin.end() - 1)
        if not objects and "\\" in line:
            line = _ESCAPE.sub(_known, line)
            objects, end = _objects(line, begin.end() - 1)
        if objects:
            yield from _texts(objects)
            if end < len(line):
                yield line[end:]
            return
    if _XML.match(line):
        yield from (unescape(next(filter(None, found), "")) for found in _WITHIN.findall(line))
        return
    yield line
    if at > 0:
        yield from _texts(_objects(line, at)[0])
    if '""' in line:  # CSV writes a quotation mark twice
        yield line.replace('""', '"')


def _known(escape: re.Match[str]) -> str:
    r"""Return an escape as JSON knows it: nginx and Apache write ``\xHH``."""
    if escape["byte"]:
        return f"\\u00{escape['byte'][1:]}"
    return escape[0] if escape["other"] is None else "\\\\"


def named_in_lines(view: FrameView, path: str, rows: Ints) -> npt.NDArray[np.bool_]:
    """Say in which of some rows the line is JSON that names a field which events leave out: null, or empty."""
    mask = np.zeros(view.height, dtype=np.bool_)
    lines = view.column(LINE)[pl.Series(rows.astype(np.uint32))]
    some = lines.str.contains(_EMPTY).fill_null(value=False).to_numpy()
    for row, line in zip(rows[some].tolist(), lines.filter(pl.Series(some)).to_list(), strict=True):
        begin = _JSON.match(line)
        objects, _ = _objects(line, begin.end() - 1) if begin else ([], 0)
        mask[row] = any(reach(each, path) is not None for each in objects)
    return mask


def _objects(line: str, at: int) -> tuple[list[Any], int]:
    """Return the objects that begin at a place, one behind the other, and where they end."""
    found: list[Any] = []
    while True:
        try:
            value, at = _raw_decode(line, at)
        except (ValueError, RecursionError):
            return found, at
        found.append(value)
        while line[at : at + 1].isspace():
            at += 1


def _texts(objects: list[Any]) -> Iterator[str]:
    """Yield the texts of objects; what a container wrote is a line of its own, of which Docker may have made pieces."""
    if objects and all(isinstance(each, dict) and isinstance(each.get("log"), str) for each in objects):
        yield from line_values("".join(each["log"] for each in objects))
        objects = [{key: value for key, value in each.items() if key != "log"} for each in objects[:1]]
    for each in objects:
        if isinstance(each, dict) and _JOURNAL in each:
            yield from map(_of_bytes, filter(_is_bytes, each.values()))
        yield from all_texts(each)


def _is_bytes(value: Any) -> bool:
    """Say whether this is a text as the journal writes it that is no plain text."""
    return isinstance(value, list) and all(type(one) is int and 0 <= one < 256 for one in value)


def _of_bytes(value: list[int]) -> str:
    return bytes(value).decode("utf-8", "replace")
