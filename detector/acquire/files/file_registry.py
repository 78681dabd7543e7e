"""What is known of one source's files: their order in each log, which lies where, which are lost, what is wrong.

Comes in: positions of the last run, then files found, moved, used, finished. Goes out: the same files by log, by inode,
by path and by head. It keeps books and closes handles; it never looks at a folder and opens nothing.
"""

import os
from collections.abc import Iterable
from datetime import UTC, datetime

from detector.acquire.files.followed_file import FollowedFile, Key
from detector.acquire.files.identity import HEAD, first_line, live_id, rotation_rank
from detector.acquire.framing.content import StreamContent
from detector.acquire.timing import ReadTiming
from detector.errors import Problem
from detector.schema.events.lines import Position

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_COARSE = 0.05
"""File times come from a clock that is up to some milliseconds behind."""


class FileRegistry:
    """The files of one source.

    Attributes:
        streams: The files of each log, in the order in which they are read: older ones first.
        hot: Files that are asked for changes at every turn.
        problems: What is wrong, by path; under "" what is wrong with the source as a whole.
        by_key / by_path / by_head: Files by device and inode, by the path at which they lie, by their complete head.
        lost: Files that were not read to their end and are not found.
        turned: Logs in which something was rotated: to be put in order, and looked for among their siblings.
        moved: Paths whose files were moved while they were looked at.
        unsettled: Logs in which files moved during the last look, too, and since when: older ones may be missing.
        since: When each log was first looked at, as a file's time.
        strange: What lay beside each log before that: none of ours.
        now / timer: When the present look began.
    """

    def __init__(self, positions: Iterable[Position], pace: ReadTiming) -> None:
        self.streams: dict[str, list[FollowedFile]] = {}
        self.hot: dict[FollowedFile, None] = {}
        self.problems: dict[str, Problem] = {}
        self.by_key: dict[Key, FollowedFile] = {}
        self.by_path: dict[str, FollowedFile] = {}
        self.by_head: dict[str, FollowedFile] = {}
        self.lost: dict[FollowedFile, None] = {}
        self.turned: dict[str, None] = {}
        self.moved: dict[str, None] = {}
        self.unsettled: dict[str, float] = {}
        self.since: dict[str, int] = {}
        self.strange: dict[str, set[Key]] = {}
        self.now: datetime | None = None
        self.timer = 0.0
        self._pace = pace
        self._copies: dict[Key, tuple[int, int]] = {}
        self._open_files: dict[FollowedFile, None] = {}
        for position in positions:
            if position.file_id:
                self.enter(FollowedFile.restored(position))
            else:
                self._looked_for(position.stream, position.seen_at)

    def files(self) -> Iterable[FollowedFile]:
        """Return every file known, finished ones included."""
        for stream in self.streams.values():
            yield from stream

    def enter(self, file: FollowedFile) -> None:
        """Take a file up."""
        self.streams.setdefault(file.stream, []).append(file)
        if file.found:
            self.since.setdefault(file.stream, file.mtime)
        else:
            self._looked_for(file.stream, file.seen_at)
        if file.key is not None:
            self.by_key[file.key] = file
        if not file.rotated and file.found:
            self.by_path[file.path] = file
        if file.found:
            self.hot[file] = None
        elif not file.finished:
            self.lost[file] = None
        self.heads(file)

    def _looked_for(self, stream: str, seen_at: datetime | None) -> None:
        if seen_at is not None:
            self.since[stream] = max(int((seen_at.timestamp() - _COARSE) * 1e9), self.since.get(stream, 0))

    def drop(self, file: FollowedFile) -> None:
        """Let go of a file for good."""
        file.detach()
        stream = self.streams.get(file.stream, [])
        if file in stream:
            stream.remove(file)
        if not stream:
            self.streams.pop(file.stream, None)
            self.since.pop(file.stream, None)
            self.strange.pop(file.stream, None)
        if file.key is not None and self.by_key.get(file.key) is file:
            del self.by_key[file.key]
        if self.by_head.get(file.head.digest) is file:
            del self.by_head[file.head.digest]
        self.lost.pop(file, None)
        self._open_files.pop(file, None)
        self.hot.pop(file, None)
        self.problems.pop(file.path, None)

    def lose(self, file: FollowedFile) -> None:
        """Note that nobody knows where a file is that was not read to its end."""
        file.found = False
        self.lost[file] = None

    def succeed(self, file: FollowedFile) -> FollowedFile:
        """Take up the file that begins anew where ``file`` was; what was not read of ``file`` is lost."""
        new = file.successor()
        new.check_changed()
        new.grew_at, new.due = self.timer, True
        if file.key is not None:
            self.by_key[file.key] = new
        if self.by_path.get(file.path) is file:
            self.by_path[file.path] = new
        file.key, file.found, file.rotated = None, False, True
        self.hot.pop(file, None)
        self.enter(new)
        if file.head.length:
            self.lost[file] = None
            self.turned[file.stream] = None
        else:
            self.drop(file)
        return new

    def copied(self, key: Key, found: os.stat_result) -> None:
        """Remember, as long as it does not change, that this file is a copy of one of ours, or was read and dropped."""
        self._copies[key] = (found.st_size, found.st_mtime_ns)

    def forget_copies(self) -> None:
        """Look at copies again: one of a file that was deleted may hold more than that did."""
        self._copies.clear()

    def was_copied(self, key: Key, found: os.stat_result) -> bool:
        """Tell whether that is remembered of this file."""
        return self._copies.get(key) == (found.st_size, found.st_mtime_ns)

    def note_used(self, file: FollowedFile) -> None:
        """Note that a file was just used, and close the one that was not for longest when too many are open.

        A file that left its path and was not seen elsewhere stays open: it could not be opened again.
        """
        self._open_files.pop(file, None)
        if file.content is not None:
            self._open_files[file] = None
        for _ in range(min(len(self._open_files) - self._pace.handles, 8)):
            oldest = next(iter(self._open_files))
            del self._open_files[oldest]
            if oldest.placed or oldest.content is None:
                oldest.detach()
            else:
                self._open_files[oldest] = None

    def heads(self, file: FollowedFile) -> None:
        """Index a file by its head once that is complete: its copies are recognised by it."""
        if file.head.length >= HEAD:
            self.by_head[file.head.digest] = file

    def name(self, file: FollowedFile, head: bytes, *, complete: bool = False) -> None:
        """Give the file its id, once its first line is known."""
        line = first_line(head, complete=complete)
        if file.file_id or line is None:
            return
        taken = {other.file_id for other in self.streams[file.stream]}
        generation = 1
        while live_id(file.stream, line, generation) in taken:
            generation += 1
        file.file_id = live_id(file.stream, line, generation)

    def finished(self, file: FollowedFile) -> None:
        """Close a file that was read to its end; it is remembered, so that copies of it are known."""
        if isinstance(file.content, StreamContent):
            found = file.content.stat()
            file.size, file.mtime = found.st_size, found.st_mtime_ns
        file.detach()
        self.note_used(file)
        self.hot.pop(file, None)
        if not file.file_id:
            self.drop(file)

    def check_growth(self, file: FollowedFile, timer: float) -> None:
        """Ask an open file how long it is; what grew is read in the next turn."""
        if file.check_changed():
            file.due, file.grew_at = True, timer
            self.hot[file] = None

    def retry(self, file: FollowedFile) -> None:
        """Look again at the next beat at a compressed file that ended too early."""
        file.detach()
        self.note_used(file)
        self.hot.pop(file, None)
        self.lose(file)

    def sort(self, stream: str) -> None:
        """Put the files of a log in the order in which they were written."""
        live = self.by_path.get(stream)
        for file in self.streams.get(stream, ()) if live is not None else ():
            # Where nothing lay at the log's own path for a moment, a copy was taken for the log.
            file.rotated = file.rotated or (file is not live and file.path != stream)
        order = {file: number for number, file in enumerate(self.streams.get(stream, ()))}
        if len(order) > 1:
            self.streams[stream].sort(
                key=lambda file: (
                    not file.rotated,
                    file.begins or file.mtime,
                    file.mtime,
                    rotation_rank(file.path),
                    order[file],
                )
            )

    def forget(self) -> None:
        """Drop finished files, except the last few of each log: late copies are known by them.

        What is dropped may still lie beside the log; that it was read is remembered as long as it lies there unchanged.
        """
        for stream in list(self.streams.values()):
            if len(stream) <= self._pace.remember:
                continue
            gone = [file for file in stream if file.finished and file.seen_at != self.now]
            gone.sort(key=lambda file: file.seen_at or _LONG_AGO)  # after a restart nobody has looked at their times
            for file in gone[: len(stream) - self._pace.remember]:
                if file.key is not None:
                    self._copies[file.key] = (file.size, file.mtime)
                self.drop(file)

    def note(self, path: str, what: str, fix: str = "") -> None:
        """Report something wrong with a file; it is taken back when the file is read again."""
        self.problems[path] = Problem(file=path, what=what, fix=fix)

    def close(self) -> None:
        """Close every handle."""
        for file in self.files():
            file.detach()
