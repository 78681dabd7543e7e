"""The only place that reads the wall clock; everything else is told the time."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")


class Clock(Protocol):
    """Something that knows the time."""

    def now(self) -> datetime:
        """Return the present moment, UTC, timezone-aware."""
        ...

    def steady(self) -> float:
        """Return seconds that go by with this clock whether it is set right or wrong meanwhile."""
        ...

    def steady_since(self) -> str:
        """Return what these seconds count from, a name without spaces; empty: nobody can tell."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment, UTC, timezone-aware."""
        return datetime.now(UTC)

    def steady(self) -> float:
        """Return seconds since the machine was started, those in which it slept included."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def steady_since(self) -> str:
        """Return the id of the machine's start."""
        try:
            return _BOOT.read_text(encoding="ascii").strip()
        except OSError:
            return ""


class ManualClock:
    """A clock that stands still until it is moved: replay and tests drive it in event time."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment the clock was last moved to."""
        return self._now

    def steady(self) -> float:
        """Return seconds that this clock was moved by."""
        return self._now.timestamp()

    def steady_since(self) -> str:
        """Return nothing: each manual clock begins where it likes."""
        return ""

    def move_to(self, moment: datetime) -> None:
        """Move forward to ``moment``; a clock never goes back."""
        self._now = max(self._now, moment.astimezone(UTC))

    def advance(self, by: timedelta) -> None:
        """Move forward by a duration."""
        self.move_to(self._now + by)


def passed(now: datetime, since: datetime, span: timedelta) -> bool:
    """Tell whether so much time has gone by; what a clock that was set back says of it does not make anybody wait."""
    return not timedelta(0) <= now - since < span


def monotonic() -> float:
    """Return seconds of a clock that never jumps, for measuring durations only."""
    return time.monotonic()


def cpu() -> float:
    """Return seconds of a core that the calling thread has spent, for measuring durations only."""
    return time.thread_time()
