"""A worker through all its lives: started, started again when it is lost, ended.

Comes in: what it is to do. Goes out: a channel to the one that lives now.
"""

import socket
from multiprocessing.context import ForkServerProcess
from typing import Any

from detector.runtime.replay import forks
from detector.runtime.replay.ipc import Channel

# How long a worker may take to close what it has open, in seconds.
_PATIENCE = 30


class Worker:
    """One worker.

    Attributes:
        channel: To the one that lives now.

    Args:
        task: What it does, as in "the worker that reads".
        work: Name of a function of ``worker``, called there with the arguments, its end of the line, and what ``start``
            was given.
    """

    channel: Channel

    def __init__(self, task: str, work: str, *args: Any) -> None:
        self._task, self._work, self._args = task, work, args
        self._process: ForkServerProcess | None = None

    def start(self, *more: Any) -> None:
        """Start it, with what it must know this time.

        Raises:
            NabatError: There is nothing left to start it.
        """
        ours, theirs = socket.socketpair()
        self.channel = Channel(ours)
        try:
            with theirs:
                self._process = forks.process(self._work, *self._args, theirs, *more)
        except BaseException:
            self.channel.close()
            raise

    def lost(self) -> str:
        """Clear up after a worker that is gone, and return what became of it."""
        # It has hung up, so it ends: ended by us, it could not say what it died of.
        status = self.stop(gently=True)
        became = f"killed by signal {-status}" if status < 0 else f"it ended with status {status}"
        return f"the worker that {self._task} was lost ({became})"

    def stop(self, *, gently: bool) -> int:
        """Hang up, end it unless ``gently``, and return the status it ended with."""
        if self._process is None:
            return 0
        self.channel.close()
        self._process.join(_PATIENCE if gently else 0)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        status = self._process.exitcode or 0
        self._process.close()
        self._process = None
        return status
