"""In which order people look at reports from outside: who is known first, then what nobody else wrote, then runs. Pure.

Comes in: reports that wait, what tells whether one is of somebody known. Goes out: groups in order, each with the first
that came in front. After a flood of one text an honest report would stand behind all of it; a run of texts that are
alike is one group. Nothing is left out: who is put behind is only later in the list.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple
from zlib import crc32

from detector.schema.outside.outside_reports import OutsideReport, ReportWay

ALIKE: Final = 3
"""So many texts that are alike make a run."""
_LIKE: Final = 0.7
"""Two texts are alike that share so many of all their words."""
_WORD: Final = re.compile(r"\w+")
_DIGITS: Final = re.compile(r"\d+")
_WORDS: Final = 120
_SEEDS: Final = tuple(range(8))
_REMEMBERED: Final = 8_192


class ReportGroup(NamedTuple):
    """Reports that are looked at together, the first that came in front.

    Attributes:
        known: They name a client we know, or come from an address that our contacts know.
    """

    reports: tuple[OutsideReport, ...]
    known: bool = False

    @property
    def first(self) -> OutsideReport:
        """The one that came first."""
        return self.reports[0]


class _Sketch(NamedTuple):
    words: frozenset[str]
    marks: tuple[int, ...]


def in_order(reports: Iterable[OutsideReport], knows: Callable[[OutsideReport], bool]) -> list[ReportGroup]:
    """Return reports in groups: what the team wrote down, who is known, what nobody else wrote, runs of texts alike.

    Args:
        reports: That wait, in any order.
        knows: Tells whether one names a client we know, or comes from an address that our contacts know.
    """
    came = sorted(reports, key=lambda each: (each.received_at, each.id))
    ours = [ReportGroup((each,)) for each in came if each.way is not ReportWay.FORM]
    known, others = list[ReportGroup](), list[OutsideReport]()
    for each in came:
        if each.way is ReportWay.FORM:
            if knows(each):
                known.append(ReportGroup((each,), known=True))
            else:
                others.append(each)
    single, runs = list[ReportGroup](), list[ReportGroup]()
    for run in _runs(others):
        if len(run) < ALIKE:
            single += [ReportGroup((each,)) for each in run]
        else:
            runs.append(ReportGroup(tuple(run)))
    single.sort(key=lambda group: (group.first.received_at, group.first.id))
    return [*ours, *known, *single, *runs]


def _runs(reports: Sequence[OutsideReport]) -> list[list[OutsideReport]]:
    """Return reports by the first of them that they are like, in the order in which those came."""
    leaders: list[tuple[_Sketch, list[OutsideReport]]] = []
    by_mark: dict[int, list[int]] = {}
    for each in reports:
        sketch = _sketch(each.text)
        near = Counter(place for mark in sketch.marks for place in by_mark.get(mark, ()))
        like = (place for place, _ in near.most_common() if _alike(sketch, leaders[place][0]))
        at = next(like, None)
        if at is None:
            for mark in sketch.marks:
                by_mark.setdefault(mark, []).append(len(leaders))
            leaders.append((sketch, [each]))
        else:
            leaders[at][1].append(each)
    return [run for _, run in leaders]


def _alike(one: _Sketch, other: _Sketch) -> bool:
    return len(one.words & other.words) >= _LIKE * len(one.words | other.words)


@lru_cache(_REMEMBERED)
def _sketch(text: str) -> _Sketch:
    """Return the words a text begins with, and what texts that share most of them have in common almost surely.

    Numbers, case, spacing and signs are what whoever sends the same again changes first: they make no difference.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = frozenset(_DIGITS.sub("0", each) for each in _WORD.findall(plain)[:_WORDS])
    raw = [each.encode("utf-8", "replace") for each in words] or [b""]
    return _Sketch(
        words, tuple(min(crc32(each, seed * 0x9E3779B9 & 0xFFFFFFFF) for each in raw) ^ seed for seed in _SEEDS)
    )
