r"""Undo what a server did to the characters of a value, over a column.

Comes in: a column as it stood in the log. Goes out: the values as they were sent. Cells without the escape's sign are
left alone, so that a plain log pays for one search.

=========  =====================================================================================
none       nothing was escaped
backslash  ``\xHH`` (nginx), and ``\"``, ``\\``, ``\n`` and the like (Apache)
json       as in a JSON string (nginx with ``escape=json``)
hash       ``#HH`` (HAProxy)
plus       ``+`` for a blank (W3C)
=========  =====================================================================================
"""

from collections.abc import Callable, Set
from enum import StrEnum

import msgspec
import numpy as np
import polars as pl

from detector.decode.columns.unescape import unescape


class Escape(StrEnum):
    """How a server escapes."""

    NONE = "none"
    BACKSLASH = "backslash"
    JSON = "json"
    HASH = "hash"
    PLUS = "plus"


def undone(column: pl.Series, escape: Escape) -> pl.Series:
    """Return the column with its escapes undone."""
    if escape is Escape.NONE:
        return column
    sign, one = _WAYS[escape]
    has = column.str.contains(sign, literal=True).fill_null(value=False)
    if not has.any():
        return column
    places = np.flatnonzero(has.to_numpy())
    values = pl.Series(column.name, list(map(one, column[places].to_list())), dtype=pl.String())
    return column.scatter(places, values)


def present(lines: pl.Series, escapes: Set[Escape]) -> set[Escape]:
    """Return those of the ways to escape whose sign occurs in some line."""
    return {
        escape for escape in escapes if escape in _WAYS and lines.str.contains(_WAYS[escape][0], literal=True).any()
    }


def of_json(text: str) -> str:
    """Return the text a JSON string holds; what is none stays as it is."""
    try:
        return msgspec.json.decode(f'"{text}"', type=str)
    except (msgspec.MsgspecError, UnicodeError):
        return unescape(text)


def of_hash(text: str) -> str:
    """Return the text HAProxy wrote with ``#HH``; bytes that are no UTF-8 count as Latin-1."""
    first, *pieces = text.split("#")
    raw = bytearray(first.encode())
    for piece in pieces:
        code = piece[:2]
        known = len(code) == 2 and all(letter in "0123456789abcdefABCDEF" for letter in code)
        raw += bytes((int(code, 16),)) + piece[2:].encode() if known else b"#" + piece.encode()
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def of_plus(text: str) -> str:
    """Return the text with its blanks."""
    return text.replace("+", " ")


_WAYS: dict[Escape, tuple[str, Callable[[str], str]]] = {
    Escape.BACKSLASH: ("\\", unescape),
    Escape.JSON: ("\\", of_json),
    Escape.HASH: ("#", of_hash),
    Escape.PLUS: ("+", of_plus),
}
