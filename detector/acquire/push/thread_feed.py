"""Chunks that another program hands us: taken by a thread, given in turns, bounded in between.

Comes in: a function that blocks until there is something (a pipe's read). Goes out: what came, in order, up to a budget
a turn. When nobody takes it the thread stops reading, so the writer waits and nothing is dropped. It cuts no lines.
"""

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

Chunk = TypeVar("Chunk")
_MOST = 16 * 1024 * 1024


class ThreadFeed(Generic[Chunk]):
    """One thread that reads, and what it has read.

    Args:
        read: Blocks and returns a chunk and its size in bytes; None at the end. OSError and ValueError (closed
            meanwhile) end it as well.
        wake: Called when something came.
        name: Of the thread.
    """

    def __init__(self, read: Callable[[], tuple[Chunk, int] | None], wake: Callable[[], None], name: str) -> None:
        self._read, self._wake = read, wake
        self._chunks: deque[tuple[Chunk, int]] = deque()
        self._size = 0
        self._room = threading.Condition()
        self._closed = False
        self.ended = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def size(self) -> int:
        """Bytes that came and were not taken yet."""
        return self._size

    def drain(self, budget: int) -> list[Chunk]:
        """Return what came, at most about ``budget`` bytes but at least one chunk when there is one."""
        taken: list[Chunk] = []
        with self._room:
            while self._chunks and (not taken or budget > 0):
                chunk, size = self._chunks.popleft()
                budget -= size
                self._size -= size
                taken.append(chunk)
            self._room.notify_all()
        return taken

    def close(self) -> None:
        """Take no more; the thread ends as soon as its read returns."""
        with self._room:
            self._closed = True
            self._room.notify_all()

    def join(self, seconds: float) -> None:
        """Wait for the thread's end."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            while (found := self._read()) is not None:
                if not self._put(*found):
                    return
        except (OSError, ValueError):
            pass  # closed meanwhile, or the writer is gone: its source says that it has ended
        finally:
            self.ended = True
            self._wake()

    def _put(self, chunk: Chunk, size: int) -> bool:
        with self._room:
            while self._size > _MOST and not self._closed:
                self._room.wait()
            if self._closed:
                return False
            self._chunks.append((chunk, size))
            self._size += size
        self._wake()
        return True
