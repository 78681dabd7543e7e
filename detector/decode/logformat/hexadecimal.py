"""Numbers and addresses that HAProxy writes in base 16 (``%{+X}``).

Comes in: a column of text. Goes out: decimal numbers, and addresses as people write them; other text stays as it is.
"""

from ipaddress import ip_address

import polars as pl

from detector.decode.columns.dictionary import Dictionary

_ADDRESSES = (8, 32)
_LONGEST = 16


def of_hexadecimal(column: pl.Series, *, addresses: bool = False) -> pl.Series:
    """Return the column in base 10, or as addresses."""
    distinct = Dictionary.of(column)
    read = _address if addresses else _number
    return distinct.column(column.name, list(map(read, distinct.values)))


def _address(text: str) -> str:
    if len(text) not in _ADDRESSES or not _is_hex(text):
        return text
    return str(ip_address(bytes.fromhex(text)))


def _number(text: str) -> str:
    return str(int(text, 16)) if len(text) <= _LONGEST and _is_hex(text) else text


def _is_hex(text: str) -> bool:
    return bool(text) and all(letter in "0123456789abcdefABCDEF" for letter in text)
