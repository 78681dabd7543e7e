"""Segments of which there are many under one parent are ids, whatever they look like.

Comes in: path patterns with counts (``GET /clients/smith``, ``GET /clients/jones`` …). Goes out: the same counts with
such segments as ``{id}``. One path alone cannot tell a surname from a word; many can.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from statistics import median

from detector.decode.record_map.path_pattern import DEPTH, ID

MOST = 20
"""More different segments than this under one parent are ids ..."""
SHARE = 0.05
"""... except those with at least this share of the parent's requests."""
OUTLIER = 10
"""... and, at the root, where names of people do not stand, those with so many times the median: whoever asks for
invented addresses must not hide the others."""


def merge_siblings(counts: Mapping[str, int]) -> Counter[str]:
    """Return counts by pattern, crowded segments merged. Patterns that are no paths stay as they are."""
    merged: Counter[str] = Counter()
    paths: list[tuple[str, list[str], int]] = []
    for pattern, count in counts.items():
        method, slash, path = pattern.partition("/")
        if slash and method in ("", method.strip() + " "):
            paths.append((method, path.split("/"), count))
        else:
            merged[pattern] += count
    for depth in range(DEPTH):
        _merge_at(depth, [one for one in paths if len(one[1]) > depth])
    for method, segments, count in paths:
        merged[f"{method}/{'/'.join(segments)}"] += count
    return merged


def _merge_at(depth: int, paths: list[tuple[str, list[str], int]]) -> None:
    children: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for _, segments, count in paths:
        children[tuple(segments[:depth])][segments[depth]] += count
    crowded = {parent: _rare(names, root=not parent) for parent, names in children.items() if len(names) > MOST}
    if crowded:
        for _, segments, _ in paths:
            if segments[depth] in crowded.get(tuple(segments[:depth]), ()):
                segments[depth] = ID


def _rare(names: Counter[str], *, root: bool) -> frozenset[str]:
    least = SHARE * names.total()
    if root:
        least = min(least, OUTLIER * median(names.values()))
    return frozenset(name for name, count in names.items() if count < least and ID not in name)
