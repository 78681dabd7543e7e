"""How many letters a second go out, whoever sends them: the service for several cases, a command beside it.

Comes in: the state folder, a rate. Goes out: how long the next letter waits for its turn. Turns are handed out by a
file of the state folder, one after another, so that all senders together are no faster than one may be. The file holds
a moment of the clock that never jumps, which is the machine's; of a machine started anew it means nothing, and is
forgotten.
"""

import fcntl
import os
from pathlib import Path
from typing import Final

from detector.clock import monotonic

_FILE: Final = "next-turn"
_WAITING: Final = 1000
"""So many senders may wait at once; a turn further away than theirs is of another start of the machine."""


class SharedRate:
    """Turns of letters.

    Args:
        state: The state folder.
        rate: So many a second.
    """

    def __init__(self, state: Path, rate: float) -> None:
        self._path, self._apart = state / "letters" / _FILE, 1 / rate

    def wait(self) -> float:
        """Return in how many seconds the next turn is, which is the caller's now."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            now, known = monotonic(), _moment(os.read(handle, 64))
            turn = known if now < known <= now + _WAITING * self._apart else now
            os.pwrite(handle, f"{turn + self._apart:032.9f}".encode(), 0)
        finally:
            os.close(handle)
        return turn - now


def _moment(raw: bytes) -> float:
    try:
        return float(raw)
    except ValueError:
        return 0.0
