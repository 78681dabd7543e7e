"""Lines of one shape as columns that point into their bytes: no value becomes an object of Python.

Comes in: the places of values. Goes out: what ``jsontable.Table`` gives, as columns instead of lists. Texts and whole
numbers are always there: what is asked for in several places is taken from the first that lines of this shape have.
"""

from functools import cached_property

import numpy as np
import polars as pl

from detector.decode.columns import constant
from detector.decode.figures import numbers
from detector.decode.jsonshape import Values


class Views:
    """The values of lines of one shape.

    Args:
        values: Their places.
    """

    def __init__(self, values: Values) -> None:
        self._values = values
        self._places = {key: at for at, key in enumerate(values.shape.keys)}
        self.keys = frozenset(self._places)
        self._taken: set[str] = set()

    def __len__(self) -> int:
        return len(self._values.rows)

    def kept(self, places: list[int]) -> "Views":
        """Return the values of the lines at ``places`` alone."""
        ours = self._values
        made = Views(Values(ours.shape, ours.laid, ours.rows[places], ours.starts[:, places], ours.stops[:, places]))
        made._taken = set(self._taken)
        return made

    def reaches(self, path: str) -> bool:
        """Say whether lines of this shape have a value at ``path``."""
        return path in self.keys

    def column(self, path: str) -> pl.Series:
        """Return the values of one key, left in place; null where it is absent or taken."""
        if path in self._taken or path not in self.keys:
            return constant("", None, len(self))
        at, ours = self._places[path], self._values
        if ours.shape.whole[at]:
            return pl.Series(numbers(ours.laid, ours.starts[at], ours.stops[at])[0])
        return self._texts[path]

    look = column

    def pop(self, path: str) -> pl.Series:
        """Take the values of one key."""
        values = self.column(path)
        self._taken.add(path)
        return values

    def take(self, paths: tuple[str, ...]) -> pl.Series:
        """Take the values of the first key among ``paths`` that is there."""
        return self.pop(next((path for path in paths if path in self.keys - self._taken), paths[0]))

    def discard(self, path: str) -> None:
        """Remove the values of one key."""
        self._taken.add(path)

    def rest(self) -> tuple[pl.Series, pl.Series, list[int]]:
        """Return keys and values nothing has taken, line by line in one column each, and how many each line has."""
        left = [at for key, at in self._places.items() if key not in self._taken]
        names = pl.Series("", [self._values.shape.keys[at] for at in left], dtype=pl.String())
        keys = names[pl.Series(np.tile(np.arange(len(left), dtype=np.uint32), len(self)))]
        starts, stops = (places[left].T.ravel() for places in (self._values.starts, self._values.stops))
        return keys, self._values.laid.texts(starts, stops), [len(left)] * len(self)

    @cached_property
    def _texts(self) -> dict[str, pl.Series]:
        """The columns of all texts, made in one go: most of them are asked for."""
        ours = self._values
        texts = [(key, at) for key, at in self._places.items() if not ours.shape.whole[at]]
        columns = ours.laid.columns([(key, ours.starts[at], ours.stops[at]) for key, at in texts]) if texts else []
        return {column.name: column for column in columns}
