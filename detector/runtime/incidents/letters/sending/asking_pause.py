"""A pause between letters in which it is asked whether they may still be sent: a case, a team, an order can change."""

from collections.abc import Callable
from typing import Final

from detector.clock import monotonic

_EVERY: Final = 1.0
"""Seconds: so often it is asked."""


class AskingPause:
    """Waits, and ends early when letters may not be sent any more.

    Args:
        wait: Waits so many seconds; True: somebody ends the sending.
        goes_on: Whether letters may still be sent.
    """

    def __init__(self, wait: Callable[[float], bool], goes_on: Callable[[], bool]) -> None:
        self._wait, self._goes_on = wait, goes_on
        self._asked = monotonic()

    def __call__(self, seconds: float) -> bool:
        """Wait so many seconds; return whether sending has to end."""
        until = monotonic() + seconds
        while True:
            if self._wait(min(max(0.0, until - monotonic()), _EVERY)) or self._is_over():
                return True
            if monotonic() >= until:
                return False

    def _is_over(self) -> bool:
        if monotonic() - self._asked < _EVERY:
            return False
        self._asked = monotonic()
        return not self._goes_on()
