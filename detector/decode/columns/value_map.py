"""The log's words become ours: a table of exact words, of beginnings, and of what stands for all others.

Comes in: the words of one column of a field map. Goes out: a function over columns. Each distinct word is looked up
once, in this order: the whole word, what stands behind its last dot (``client.find`` as ``find``), the longest
beginning that fits (``get*``), ``*``, and of a closed list the word itself or its end behind a dot. ``""`` is
for rows without a word; a whole word whose own is ``""`` says nothing (``unknown`` where an account should stand), and
its row has none.
"""

from collections.abc import Collection, Mapping

import polars as pl

from detector.decode.columns.dictionary import Dictionary
from detector.decode.columns.frame_ops import constant, first_of


class ValueMap:
    """The words of one column.

    Args:
        table: Words of the log in small letters, and ours.
        closed: The only words the column may hold, if its list is closed: a word nobody knows becomes null.
    """

    def __init__(self, table: Mapping[str, str], closed: Collection[str] | None) -> None:
        begins = sorted((word[:-1] for word in table if len(word) > 1 and word.endswith("*")), key=len, reverse=True)
        self._begins = tuple((begin, table[begin + "*"]) for begin in begins)
        self._table = {word: ours for word, ours in table.items() if word == "*" or not word.endswith("*")}
        self._closed = closed
        self.absent = self._table.pop("", "")

    def ours(self, column: pl.Series) -> pl.Series:
        """Return ``column`` in our words."""
        if not self._table and not self._begins and self._closed is None:
            mapped = column
        else:
            distinct = Dictionary.of(column)
            mapped = distinct.column(column.name, [self._one(word) for word in distinct.values])
        if not self.absent or not column.null_count():
            return mapped
        empty = constant("", self.absent, len(column)).zip_with(column.is_null(), constant("", None, len(column)))
        return first_of(column.name, mapped, empty)

    def _one(self, word: str) -> str | None:
        low = word.lower()
        if self._table.get(low) == "":
            return None
        tail = low.rpartition(".")[2]
        known = self._table.get(low) or self._table.get(tail) or self._beginning(low) or self._beginning(tail)
        known = known or self._table.get("*")
        if known or self._closed is None:
            return known or word
        return next((word for word in (low, tail) if word in self._closed), None)

    def _beginning(self, word: str) -> str | None:
        return next((ours for begin, ours in self._begins if word.startswith(begin)), None)
