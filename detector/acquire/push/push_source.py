"""What sources have in common whose lines are handed to them: there are no files to look for.

Comes in: nothing. Goes out: the part of a source's interface (see ``Reader``) that is the same for all of them.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from detector.acquire.push.thread_feed import ThreadFeed
from detector.settings.sections.sources import SourceSettings


class PushSource:
    """A source without files: nothing is watched, nothing moves, hints are not about it."""

    restless = False
    looked_at = True

    def __init__(self, settings: SourceSettings, stream: str) -> None:
        self.settings = settings
        self.why_polling = ""
        self._stream = stream
        self._feed: ThreadFeed[Any] | None = None
        self._last_line_at: datetime | None = None

    @property
    def waiting(self) -> bool:
        """Whether there is something to read without waiting."""
        return self._waiting_bytes > 0

    @property
    def backlog(self) -> frozenset[str]:
        """The stream, while it holds something."""
        return frozenset((self._stream,)) if self._waiting_bytes else frozenset()

    def streams(self) -> Collection[str]:
        """Return the one stream."""
        return (self._stream,)

    def roots(self) -> dict[str, bool]:
        """Return no folders to watch."""
        return {}

    def rescan(self, paths: Iterable[str], now: datetime, timer: float) -> None:
        """Do nothing: hints are about files."""

    def measure(self, timer: float) -> None:
        """Do nothing: what was handed over is counted, and nobody can tell what is still to come."""

    @property
    def _waiting_bytes(self) -> int:
        return self._feed.size if self._feed is not None else 0
