"""How long ago what is read of a source now was written.

Comes in: once a second, how many bytes of each source were read and how many wait. Goes out: for each source, how long
the oldest byte that waits has been there. A busy log always has bytes that wait; what counts is for how long.
"""

from collections import deque
from datetime import datetime, timedelta

_REMEMBERED = 3_600
"""Looks that are remembered: of what waits for longer it is known that it waits for so long at least."""


class ReadDelay:
    """When how many bytes of each source had been written."""

    def __init__(self) -> None:
        self._written: dict[str, deque[tuple[datetime, int]]] = {}
        self._delay: dict[str, timedelta] = {}

    def observe(self, source: str, read: int, waiting: int, now: datetime) -> None:
        """Note how many bytes of a source were read since the start, and how many wait."""
        seen = self._written.setdefault(source, deque(maxlen=_REMEMBERED))
        written = read + waiting
        while seen and (seen[0][1] <= read or seen[0][1] > written):  # read; or gone with its file
            seen.popleft()
        if waiting and (not seen or seen[-1][1] < written):
            seen.append((now, written))
        self._delay[source] = now - seen[0][0] if seen else timedelta(0)

    def of(self, source: str) -> timedelta:
        """Return how long the oldest byte that waits has been there."""
        return self._delay.get(source, timedelta(0))
