"""What is remembered of keys, and forgotten where there are too many of them: the shape of memories of facts.

Comes in: what is known of each key. Goes out: a memory for one step that changes nothing in this one, one with what
another knows beyond it, and a table. What is known, and what it is good for, is each memory's own.
"""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.hash_index import NO_SWEEP, Overlay, Records, weightiest


@dataclass(slots=True)
class KeyMemory:
    """Whole numbers by field, of each key.

    Attributes:
        of: What is known.
        most: How many keys may be known: of more, three in four stay.
    """

    of: Records[np.void]
    most: int

    def overlay(self) -> Self:
        """Return what begins with this and changes nothing in it."""
        return replace(self, of=Overlay(self.of), most=NO_SWEEP)

    def upon(self, base: Self) -> Self:
        """Return this with what another one knows beyond it, which stays as it is."""
        return replace(self, of=self.of.upon(base.of))

    def retain(self, *weights: npt.NDArray[Any]) -> None:
        """Let go of the keys that weigh least, the first weight before the others."""
        self.of.retain(weightiest(self.most * 3 // 4, *weights))

    def to_table(self) -> pl.DataFrame:
        """Return what is known as a table."""
        return pl.DataFrame(self.of.columns())

    @classmethod
    def from_table(cls, table: pl.DataFrame | None, **more: Any) -> Self:
        """Return what a table holds; ``more``: what else such a memory is made of."""
        empty = cls(**more)
        return empty if table is None else replace(empty, of=Records.saved(empty.of.nothing, table.get_column))
