"""A batch of lines in pieces, each a batch of its own: what is read in pieces gives the same as the whole."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from detector.frames import LineBatch
from detector.schema.events.lines import LineReject


def cut(batch: LineBatch, offsets: Sequence[int]) -> list[LineBatch]:
    """Return a batch in pieces.

    Args:
        batch: The batch.
        offsets: Bytes of its file at which a piece begins behind the first, where lines or rejects start; ascending.
    """
    if not offsets:
        return [batch]
    rows = [0, *np.searchsorted(batch.offsets.to_numpy(), offsets).tolist(), len(batch.lines)]
    owners = [bisect_right(offsets, one.offset) for one in batch.rejects]
    rejects: list[list[LineReject]] = [[] for _ in rows[1:]]
    for one, owner in zip(batch.rejects, owners, strict=True):
        rejects[owner].append(one)
    borders, last = [batch.start, *offsets, batch.end], len(offsets)
    return [
        replace(
            batch,
            lines=batch.lines[first:behind],
            offsets=batch.offsets[first:behind],
            numbers=None if batch.numbers is None else batch.numbers[first:behind],
            rejects=tuple(rejects[at]),
            start=begin,
            end=end,
            at_end=batch.at_end and at == last,
            finished=batch.finished and at == last,
        )
        for at, ((begin, end), (first, behind)) in enumerate(zip(pairwise(borders), pairwise(rows), strict=True))
    ]
