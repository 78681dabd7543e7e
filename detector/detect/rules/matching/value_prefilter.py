"""A sieve before a column whose texts come again and again, as user agents and referrers do.

Comes in: a frame's column. Goes out: pairs of row and rule, as from ``prefilter.TextPrefilter``. Each text there is is
sieved once a frame, and what was found in it is remembered, so that it is not sieved again in the frames that follow. A
column whose texts are mostly different is sieved as it stands. Memory is bounded; what is remembered changes no answer.
"""

from itertools import islice
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.columns.frame_view import FrameView, grouping
from detector.detect.rules.matching.prefilter import TextPrefilter

Ints = npt.NDArray[np.int64]

_KNOWN: Final = 20_000  # texts
_RULES: Final = 100  # a text more rules may concern is not remembered
_LONG: Final = 2_000  # characters; longer texts are not remembered
_PAUSE: Final = 15  # frames for which a column of different texts is not looked through for equal ones


class ValuePrefilter:
    """The sieve of one column."""

    def __init__(self, sieve: TextPrefilter) -> None:
        self._sieve = sieve
        self._known: dict[str, tuple[int, ...]] = {}
        self._pause = 0

    def pairs(self, view: FrameView, name: str) -> tuple[Ints, Ints]:
        """Return rows and rules that may go together."""
        nothing = np.empty(0, np.int64)
        if view.empty(name):
            return nothing, nothing
        if self._pause:
            self._pause -= 1
            return self._sieve.pairs(view.column(name))
        dictionary = view.encoded(name).dictionary
        if dictionary is None or 2 * len(dictionary) > view.height - view.column(name).null_count():
            self._pause = _PAUSE
            return self._sieve.pairs(view.column(name))
        codes = view.codes(name)
        known = self._known
        new = [text for text in codes.texts if text not in known]
        fresh = self._sift(new) if new else {}
        wanted = [
            (code, rule)
            for code, text in enumerate(codes.texts)
            for rule in (fresh[text] if text in fresh else known[text])
        ]
        self._remember(fresh)
        if not wanted:
            return nothing, nothing
        return _rows(codes.of, *np.array(wanted, dtype=np.int64).T)

    def _sift(self, texts: list[str]) -> dict[str, tuple[int, ...]]:
        """Return which rules each of some texts may concern."""
        places, rules = self._sieve.pairs(pl.Series(texts, dtype=pl.String()))
        found: dict[str, set[int]] = {}
        for place, rule in zip(places.tolist(), rules.tolist(), strict=True):
            found.setdefault(texts[place], set()).add(rule)
        return {text: tuple(sorted(found.get(text, ()))) for text in texts}

    def _remember(self, fresh: dict[str, tuple[int, ...]]) -> None:
        if len(self._known) + len(fresh) > _KNOWN:
            self._known.clear()
        kept = ((text, rules) for text, rules in fresh.items() if len(text) <= _LONG and len(rules) <= _RULES)
        self._known.update(islice(kept, _KNOWN))


def _rows(codes: Ints, wanted: Ints, rules: Ints) -> tuple[Ints, Ints]:
    """Return every row of the codes wanted, with the rule each is wanted for."""
    rows = np.flatnonzero(codes >= 0)
    order = rows[grouping(codes[rows], int(codes.max()) + 1)]
    ordered = codes[order]
    first = np.searchsorted(ordered, wanted, side="left")
    many = np.searchsorted(ordered, wanted, side="right") - first
    begin = np.repeat(first - (np.cumsum(many) - many), many)
    return order[begin + np.arange(begin.size)], np.repeat(rules, many)
