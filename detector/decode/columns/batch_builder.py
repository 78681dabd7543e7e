"""The columns of one batch while it is being made.

Comes in: what was read, then what each step adds. Goes out: the event frame, built once, in the end. A column of text
may be given as its distinct values: whoever asks for these has them without looking at the rows again.
"""

from collections.abc import Iterable

import polars as pl

from detector import frames
from detector.decode.columns.dictionary import Dictionary

_FEWER = 16


class BatchBuilder:
    """Columns by name.

    Attributes:
        height: How many rows they have.
    """

    def __init__(self, made: Iterable[pl.Series], height: int) -> None:
        self.height = height
        self._made = {column.name: column for column in made}
        self._distinct: dict[str, Dictionary] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._made or name in self._distinct

    def __getitem__(self, name: str) -> pl.Series:
        if name not in self._made:
            self._made[name] = self._distinct[name].series(name)
        return self._made[name]

    def get(self, name: str) -> pl.Series | None:
        """Return a column, None when there is none."""
        if name not in self:
            return None
        return self[name]

    def is_text(self, name: str) -> bool:
        """Say whether a column that is there holds text."""
        return name in self._distinct or self._made[name].dtype == pl.String()

    def distinct(self, name: str) -> Dictionary:
        """Return a column of text by its distinct values; one of nulls when there is none."""
        if name not in self._distinct:
            if name not in self._made:
                return Dictionary.constant(None, self.height)
            self._distinct[name] = Dictionary.of(self._made[name])
        return self._distinct[name]

    def set_column(self, column: pl.Series) -> None:
        """Put a column in the place of the one that has its name."""
        self._distinct.pop(column.name, None)
        self._made[column.name] = column

    def put_distinct(self, name: str, column: Dictionary) -> None:
        """Put a column of text in the place of the one that has its name."""
        if self._distinct.get(name) is column:
            return
        self._made.pop(name, None)
        self._distinct[name] = column

    def set_distinct(self, name: str, column: Dictionary) -> None:
        """Tell the distinct values of a column that is there, where its format knows them already."""
        self._distinct[name] = column

    def share_texts(self, name: str) -> None:
        """Let rows of a column of text with the same value share it, where there are far fewer values than rows."""
        if _FEWER * len(self.distinct(name).entries) < self.height:
            self._made.pop(name, None)

    def drop(self, name: str) -> None:
        """Take a column away, if it is there."""
        self._made.pop(name, None)
        self._distinct.pop(name, None)

    def frame(self) -> pl.DataFrame:
        """Return the event frame."""
        left = [(name, one) for name, one in self._distinct.items() if name not in self._made and name[0] != "$"]
        known = {id(one): self._made[name] for name, one in self._distinct.items() if name in self._made}
        for name, one in left:
            if id(one) not in known:
                known[id(one)] = one.series(name)
        return frames.completed({**self._made, **{name: known[id(one)] for name, one in left}}, self.height)
