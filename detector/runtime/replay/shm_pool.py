"""Files without a name that one process lends another: written here, looked at there, given back, written again.

Comes in: what the other process says it needs no longer. Goes out: files to write to, and on the other side their
content. A new file for each message would cost several times as much: the kernel finds and clears its memory page by
page, and takes it back page by page.
"""

import mmap
import os
import weakref
from collections import deque
from collections.abc import Iterable


class Lender:
    """The side that writes."""

    def __init__(self) -> None:
        self._files: list[int] = []
        self._here: deque[int] = deque()

    def acquire(self) -> tuple[int, int, bool]:
        """Return a file nobody looks at: its number, its descriptor, and whether the other side has never seen it."""
        if self._here:
            number = self._here.popleft()
            return number, self._files[number], False
        self._files.append(os.memfd_create("nabat-replay"))
        return len(self._files) - 1, self._files[-1], True

    def back(self, numbers: Iterable[int]) -> None:
        """Take back files, by their numbers."""
        self._here.extend(numbers)

    def close(self) -> None:
        """Close all of them; who looks at one may go on."""
        for file in self._files:
            os.close(file)
        self._files.clear()
        self._here.clear()


class Borrower:
    """The side that reads."""

    def __init__(self) -> None:
        self._files: dict[int, int] = {}
        self._done: deque[int] = deque()

    def add(self, number: int, file: int) -> None:
        """Take a file that has not been seen before."""
        self._files[number] = file

    def content(self, number: int, end: int) -> mmap.mmap:
        """Return what stands in a file up to ``end``; it is given back when nothing refers to that any more."""
        mapped = mmap.mmap(self._files[number], end, access=mmap.ACCESS_READ)
        weakref.finalize(mapped, self._done.append, number)
        return mapped

    def done(self) -> tuple[int, ...]:
        """Return the files that can be given back, each once."""
        return tuple(self._done.popleft() for _ in range(len(self._done)))

    def close(self) -> None:
        """Close all of them; what was found in one stays as long as somebody refers to it."""
        for file in self._files.values():
            os.close(file)
        self._files.clear()
