"""A record at the end of a file that may go on: since when it is held, and what of it was told beforehand.

Comes in: the file, and the reader's timer. Goes out: cuts of what there is of the record. The file's position stays
before it, so that it is read whole when it is complete, after a restart as well. How long is waited is said by others.
"""

from dataclasses import dataclass, field

from detector.acquire.files.followed_file import FollowedFile
from detector.acquire.framing.line_reader import LineChunk
from detector.acquire.framing.record_reader import RecordReader
from detector.schema.events.framing import Cutting

_PAUSE = 5.0
"""Seconds: where other records go on behind it (``Cutting.MIXED``), the file was quiet for so long before it is cut."""


@dataclass(slots=True)
class HeldRecord:
    """What is known of a held record.

    Attributes:
        since: When it began to be held, by the reader's timer.
        offset: Where it begins.
    """

    since: float
    offset: int = -1
    _seen: int = -1
    _told: float = float("-inf")
    _ahead: tuple[RecordReader, LineChunk] | None = field(default=None, repr=False)

    def moved(self, file: FollowedFile, timer: float) -> None:
        """Take in where the file is read on by now."""
        if file.cutter.offset != self.offset:
            if self.offset >= 0 and file.framing.cutting is not Cutting.MIXED:
                self.since = timer  # another one
            self.offset, self._ahead = file.cutter.offset, None

    def over(self, file: FollowedFile, timer: float, wait: float) -> bool:
        """Tell whether it is complete by all that can be known: it did not go on for so long.

        Where lines of several records are mixed, those of others tell nothing.
        """
        quiet = timer - file.grew_at
        mixed = file.framing.cutting is Cutting.MIXED
        return quiet >= wait or (mixed and quiet >= _PAUSE and timer - self.since >= wait)

    def as_far_as_it_goes(self, file: FollowedFile, timer: float, wait: float) -> LineChunk | None:
        """Return the unfinished record when it has been held long enough and has grown since it was last reported.

        Raises nothing: a file that cannot be read says so where it is read on.
        """
        if timer - max(self.since, self._told) < wait or self._seen == file.cutter.seen:
            return None
        self._seen, self._told, self._ahead = file.cutter.seen, timer, file.so_far()
        return None if self._ahead is None else self._ahead[1]

    def hand_over(self, file: FollowedFile) -> LineChunk | None:
        """Return what was reported of it last, and go on reading behind that."""
        if self._ahead is None or self._ahead[1].start != file.cutter.offset:
            return None
        file.cutter, cut = self._ahead
        return cut
