"""The most frequent patterns of an endless stream, in bounded memory: the summary of Misra and Gries.

Comes in: counts by pattern, whatever an attacker invents. Goes out: the most frequent ones. A pattern's count is at
most ``lost`` too low and never too high; ``lost`` is at most the total divided by ``CAPACITY``, so that whoever asks
for a hundred thousand invented addresses takes a few hundred off each of the others, and pushes none out that matters.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from detector.decode import merge_siblings

CAPACITY = 512
_LONGEST = 300


@dataclass(slots=True)
class HeavyHitters:
    """Counts by pattern.

    Attributes:
        counts: Lower bounds. lost: how much one of them may be too low.
    """

    counts: Counter[str] = field(default_factory=Counter)
    lost: int = 0

    def add(self, counts: Mapping[str, int]) -> None:
        """Count these as well."""
        for pattern, count in counts.items():
            self.counts[pattern[:_LONGEST]] += count
        if len(self.counts) > 2 * CAPACITY:
            self._compact()

    def merge(self, other: "HeavyHitters") -> None:
        """Count what another one has counted."""
        self.lost += other.lost
        self.add(other.counts)

    def top(self, number: int) -> list[tuple[str, int]]:
        """Return the most frequent patterns, the most frequent first."""
        merged = merge_siblings(self.counts)
        return sorted(merged.items(), key=lambda item: (-item[1], item[0]))[:number]

    def _compact(self) -> None:
        self.counts = merge_siblings(self.counts)
        if len(self.counts) > CAPACITY:
            cut = sorted(self.counts.values(), reverse=True)[CAPACITY]
            self.counts = Counter({pattern: count - cut for pattern, count in self.counts.items() if count > cut})
            self.lost += cut
