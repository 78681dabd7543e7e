"""Which files a source has and who they are, through rotation, truncation, compression and restarts.

Comes in: paths to look at (from the search and from change hints) and the positions of the last run. Goes out: files
to read, in order within each stream, older ones first. Nothing is read here beyond heads.

A path is only where a file lies now. A file is known by device and inode while it is held open, by its head as well
where the inode may have been given to another file, and by its head alone in copies (copytruncate) and compressed
files. What was not read to its end is looked for among its siblings until it is found or forgotten.
"""

import os
import stat
from collections.abc import Iterable
from datetime import datetime

from detector.acquire.content import Content, PlainContent, StreamContent, open_content
from detector.acquire.followed import Followed, Key
from detector.acquire.identity import HEAD, Head, first_line, kinship, live_id, rotation_rank, stream_of
from detector.acquire.pace import Pace
from detector.acquire.patterns import Patterns
from detector.acquire.siblings import Listing, Sibling, rotated_in
from detector.errors import Problem
from detector.schema.lines import Position
from detector.settings.sources import SourceSettings

_COARSE = 0.05
"""File times come from a clock that is up to some milliseconds behind."""
_AGAIN = 3


class Catalogue:
    """The files of one source."""

    def __init__(self, settings: SourceSettings, positions: Iterable[Position], pace: Pace, *, first: bool) -> None:
        self.settings = settings
        self.patterns = Patterns(settings.paths, settings.exclude)
        self.streams: dict[str, list[Followed]] = {}
        self.hot: dict[Followed, None] = {}
        self.problems: dict[str, Problem] = {}
        self._pace = pace
        self._first = first
        self._files: dict[Key, Followed] = {}
        self._paths: dict[str, Followed] = {}
        self._full: dict[str, Followed] = {}
        self._lost: dict[Followed, None] = {}
        self._turned: dict[str, None] = {}
        self._moved: dict[str, None] = {}
        self._since: dict[str, int] = {}
        self._strange: dict[str, set[Key]] = {}
        self._beside = Listing()
        self._folders: dict[str, int] = {}
        self._copies: dict[Key, tuple[int, int]] = {}
        self._open_files: dict[Followed, None] = {}
        self._now: datetime | None = None
        self._timer = 0.0
        for position in positions:
            self._enter(Followed.restored(position))

    # What the source calls

    def scan(self, now: datetime, timer: float) -> None:
        """Look at every path there is; nothing depends on change hints alone."""
        self._now, self._timer = now, timer
        paths = list(self.patterns.expand())
        if paths:
            self.problems.pop("", None)
        else:
            self._note("", "no file found for any of the paths", ", ".join(self.settings.paths))
        for path in paths:
            self.visit(path)
        for path in set(self._paths).union(self.problems).difference(paths, [""]):
            self.visit(path)
        self._strangers()
        self._calm()
        self._forget()
        self._first = False

    def look(self, paths: Iterable[str], now: datetime, timer: float) -> None:
        """Look at the paths that a hint named, if they are this source's."""
        self._now, self._timer = now, timer
        looked = False
        for path in paths:
            if path in self._paths or self.patterns.wants(path):
                self.visit(path)
                looked = True
            elif stream_of(path) in self.streams:
                self._turned[stream_of(path)] = None
                looked = True
        if looked or self._moved:
            self._calm()

    @property
    def restless(self) -> bool:
        """Whether files were moved while they were looked at: look again at the next turn, hint or not."""
        return bool(self._moved)

    def visit(self, path: str) -> None:
        """See which file lies at ``path`` now."""
        found = self._stat(path)
        key = (found.st_dev, found.st_ino) if found else None
        here = self._paths.get(path)
        if here is not None and here.key != key:
            self._left(here)
        if found is None or key is None:
            return
        known = self._files.get(key)
        if known is None:
            self._new(path, key, found)
        elif known.content is None and (not known.found or _changed(known, found)):
            self._verify(known, path, key, found)
        else:
            self._seen(known, path, found)

    def settle(self) -> None:
        """Find what is lost, and the files of a log that came and went between two looks; put streams in order."""
        self._beside = Listing()
        for file in list(self._lost):
            if not file.found:
                self._search(file)
        turned, self._turned = list(self._turned), {}
        for stream in turned:
            self._missed(stream)
            self._sort(stream)

    def replaced(self, file: Followed) -> None:
        """Take up the file that begins anew where ``file`` was, and look for a copy that holds the rest of ``file``."""
        new = file.successor()
        new.look()
        new.grew_at, new.due = self._timer, True
        if file.key is not None:
            self._files[file.key] = new
        if self._paths.get(file.path) is file:
            self._paths[file.path] = new
        file.key, file.found, file.rotated = None, False, True
        self.hot.pop(file, None)
        self._enter(new)
        if file.head.length:
            self._lost[file] = None
            self._turned[file.stream] = None
        else:
            self._drop(file)
        self.settle()
        self._sort(new.stream)

    def missing(self, file: Followed) -> None:
        """Note that a file without an open handle is not at its path any more."""
        self.visit(file.path)
        if file.content is None and file.found:
            file.found = False
            self._lost[file] = None
        self.settle()

    def name(self, file: Followed, head: bytes, *, complete: bool = False) -> None:
        """Give the file its id, once its first line is known."""
        line = first_line(head, complete=complete)
        if file.file_id or line is None:
            return
        taken = {other.file_id for other in self.streams[file.stream]}
        generation = 1
        while live_id(file.stream, line, generation) in taken:
            generation += 1
        file.file_id = live_id(file.stream, line, generation)

    def configure(self, settings: SourceSettings) -> None:
        """Take changed settings; files that no pattern names any more are let go at the next look."""
        self.settings = settings
        self.patterns = Patterns(settings.paths, settings.exclude)
        self.problems.clear()

    def finished(self, file: Followed) -> None:
        """Close a file that was read to its end; it is remembered, so that copies of it are known."""
        if isinstance(file.content, StreamContent):
            found = file.content.stat()
            file.size, file.mtime = found.st_size, found.st_mtime_ns
        file.detach()
        self.held(file)
        self.hot.pop(file, None)
        if not file.file_id:
            self._drop(file)

    def retry(self, file: Followed) -> None:
        """Look again at the next beat at a compressed file that ended too early."""
        file.detach()
        file.found = False
        self.held(file)
        self.hot.pop(file, None)
        self._lost[file] = None

    def held(self, file: Followed) -> None:
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

    def heads(self, file: Followed) -> None:
        """Remember a file whose head is complete: copies of it are known by that."""
        if file.head.length >= HEAD:
            self._full[file.head.digest] = file

    def note(self, path: str, what: str, fix: str = "") -> None:
        """Report something wrong with a file; it is taken back when the file is read again."""
        self._note(path, what, fix)

    def files(self) -> Iterable[Followed]:
        """Return every file known, finished ones included."""
        for stream in self.streams.values():
            yield from stream

    def close(self) -> None:
        """Close every handle."""
        for file in self.files():
            file.detach()

    # Looking at one path

    def _calm(self) -> None:
        """Settle, and look again at what was moved meanwhile, a few times; a restless folder is left to later turns."""
        self.settle()
        for _ in range(_AGAIN):
            if not self._moved:
                return
            moved, self._moved = list(self._moved), {}
            for path in moved:
                if path in self._paths or self.patterns.wants(path):
                    self.visit(path)
                self._turned[stream_of(path)] = None
            self.settle()

    def _stat(self, path: str) -> os.stat_result | None:
        try:
            found = os.stat(path)
        except FileNotFoundError:
            self.problems.pop(path, None)
            return None
        except OSError as error:
            self._note(path, f"cannot be looked at: {error.strerror}", "check the permissions of its folders")
            return None
        if not stat.S_ISREG(found.st_mode):
            self._note(path, "is not a regular file", "name files, or narrow the pattern")
            return None
        return found

    def _open(self, path: str, key: Key) -> Content | None:
        """Open the file with this key; what was looked at by its path may have been moved since: then look again."""
        try:
            content = open_content(path)
        except FileNotFoundError:
            self._moved[path] = None
            return None
        except OSError as error:
            self._note(path, f"cannot be read: {error.strerror or error}", "let the service's account read it")
            return None
        self.problems.pop(path, None)
        now = content.stat()
        if (now.st_dev, now.st_ino) == key:
            return content
        content.close()
        self._moved[path] = None
        return None

    def _left(self, file: Followed) -> None:
        """``file`` does not lie at its path any more."""
        self._paths.pop(file.path, None)
        file.rotated, file.placed = True, False
        file.grew_at = self._timer
        self._turned[file.stream] = None
        if file.content is not None:
            file.due = file.look() or file.due
            self.hot[file] = None
        elif not file.finished:
            file.found = False
            self._lost[file] = None

    def _seen(self, file: Followed, path: str, found: os.stat_result) -> None:
        file.seen_at = self._now
        if file.path != path and self._paths.get(file.path) is not file:
            file.path = path
        file.placed = file.placed or file.path == path
        if not file.rotated:
            self._paths.setdefault(file.path, file)
        if file.finished and not file.compressed and found.st_size > file.cutter.offset:
            file.finished = False
            file.grew_at = self._timer
        if not file.finished and _changed(file, found):
            file.due = True
            self.hot[file] = None

    def _verify(self, file: Followed, path: str, key: Key, found: os.stat_result) -> None:
        """The inode is one we knew: is it still the same file?"""
        content = self._open(path, key)
        if content is None:
            return
        if not file.goes_on(content, _size(content)):
            content.close()
            self._part(file, key)
            self._new(path, key, found)
            return
        grew = not isinstance(content, StreamContent) and found.st_size > file.cutter.offset
        if file.finished and not grew:
            content.close()
            file.found, file.path = True, path
            file.compressed = isinstance(content, StreamContent)
            file.size, file.mtime = found.st_size, found.st_mtime_ns
            self._seen(file, path, found)
            return
        file.finished = False
        self._adopt(file, content, path, key)

    def _part(self, file: Followed, key: Key) -> None:
        """The inode of ``file`` was given to another file."""
        self._files.pop(key, None)
        if self._paths.get(file.path) is file:
            del self._paths[file.path]
        file.key = None
        if file.finished:
            return
        file.found, file.rotated = False, True
        self._lost[file] = None
        self._turned[file.stream] = None

    def _new(self, path: str, key: Key, found: os.stat_result) -> None:
        """A file with an inode we do not know: one of ours in another place, a copy, or a new one."""
        if self._copies.get(key) == (found.st_size, found.st_mtime_ns):
            return
        # Two positions may name one inode: that of a deleted file, and that of the file which was given it since.
        kin = self.streams.get(stream_of(path), ())
        heir = next((file for file in kin if file.key == key and not file.found), None)
        if heir is not None:
            self._files[key] = heir
            self._verify(heir, path, key, found)
            return
        content = self._open(path, key)
        if content is None:
            return
        head = content.read_at(0, HEAD)
        if isinstance(content, StreamContent) and not head:
            self._note(path, "holds nothing that can be decompressed yet")
            content.close()
            return
        ours = self._one_of_ours(path, head, content, _size(content))
        if ours is not None:
            self._adopt(ours, content, path, key)
        elif self._is_copy(path, head):
            self._copies[key] = (found.st_size, found.st_mtime_ns)
            content.close()
        else:
            self._begin(path, key, content, head)

    def _begin(self, path: str, key: Key, content: Content, head: bytes, *, whole: bool = False) -> None:
        file = Followed.first_seen(self.settings.name, path, content, key)
        file.grew_at, file.seen_at = self._timer, self._now
        file.rotated = file.compressed or (path != file.stream and os.path.lexists(file.stream))
        self._enter(file)
        if self._first and self.settings.start == "end" and not whole:
            if file.compressed:
                file.finished, file.due = True, False
                file.detach()
            else:
                file.begin_at_end()
        self.name(file, head, complete=file.compressed)
        self.held(file)
        self._sort(file.stream)

    # Who is who

    def _kin(self, path: str, head: bytes) -> list[Followed]:
        """Return the files that the one at ``path`` may be, or be a copy of."""
        kin = list(self.streams.get(stream_of(path), ()))
        if len(head) >= HEAD:
            whole = self._full.get(Head.of(head).digest)
            if whole is not None and whole not in kin and kinship(path) == kinship(whole.stream):
                kin.append(whole)
        return kin

    def _one_of_ours(self, path: str, head: bytes, content: Content, size: int | None) -> Followed | None:
        for file in self._kin(path, head):
            put_back = file.rotated and path == file.stream and file.cutter.offset > 0
            wanted = file in self._lost or (put_back and file.path != path)
            if wanted and file.head.length and not file.compressed and file.goes_on(content, size):
                return file
        return None

    def _is_copy(self, path: str, head: bytes) -> bool:
        if not head:
            return False
        return any(
            file.head.length and file.head.begins(head)
            for file in self._kin(path, head)
            if path not in (file.stream, file.path)
        )

    def _search(self, file: Followed) -> None:
        """Look among the siblings for a file that was not read to its end, or a copy of it."""
        if self._still_there(file):
            return
        family = self._beside.siblings(file.path, file.stream)
        family.sort(key=lambda one: (one.key != file.key, one.compressed))
        for one in family:
            known = self._files.get(one.key)
            if known is file:
                self._verify(file, one.path, one.key, one.stat)
            elif known is None or not (known.found and not known.finished):
                self._try(file, one)
            if file.found:
                return
        if file.lost_at is None:
            file.lost_at = self._timer
            self._turned[file.stream] = None
            where = file.cutter.offset
            self._note(file.path, f"was removed or emptied; what stood behind byte {where} is not found")
        elif self._timer - file.lost_at > self._pace.forget:
            self._drop(file)

    def _still_there(self, file: Followed) -> bool:
        """Look first where the file was last: most rotated files have not moved since."""
        try:
            found = os.stat(file.path)
        except OSError:
            return False
        key = (found.st_dev, found.st_ino)
        if key == file.key and self._files.get(key) is file and stat.S_ISREG(found.st_mode):
            self._verify(file, file.path, key, found)
        return file.found

    def _try(self, file: Followed, one: Sibling) -> None:
        content = self._open(one.path, one.key)
        if content is None:
            return
        if file.goes_on(content, _size(content)):
            self._adopt(file, content, one.path, one.key)
        else:
            content.close()

    def _adopt(self, file: Followed, content: Content, path: str, key: Key) -> None:
        """``file`` was found: read it on from there."""
        for old, known in list(self._files.items()) if file.key not in (None, key) else ():
            if known is file:
                del self._files[old]
        self.problems.pop(file.path, None)
        if self._paths.get(file.path) is file:
            del self._paths[file.path]
        file.attach(content, path, key)
        file.seen_at, file.grew_at = self._now, self._timer
        file.finished, file.placed = False, True
        file.rotated = path != file.stream and (file.compressed or os.path.lexists(file.stream))
        self._lost.pop(file, None)
        self._files[key] = file
        if file.rotated:
            self._turned[file.stream] = None
        else:
            self._paths[path] = file
        self.hot[file] = None
        self.held(file)
        self._sort(file.stream)

    def _strangers(self) -> None:
        """Notice rotated copies that appeared beside a log, in folders that changed; their names need no pattern."""
        for folder in {stream.rpartition("/")[0] for stream in self.streams}:
            try:
                changed = os.stat(folder or "/").st_mtime_ns
            except OSError:
                continue
            if self._folders.get(folder) == changed:
                continue
            self._folders[folder] = changed
            self._turned.update(dict.fromkeys(rotated_in(folder, self.streams)))
        for stream in self.streams.keys() - self._strange.keys() - self._turned.keys():
            self._strange[stream] = set()

    def _missed(self, stream: str) -> None:
        """Take up rotated files of this log that nobody saw under its own name.

        What lay there before the log was first looked at is not ours, and is told by its time. That is remembered, for
        the times of later files say nothing when the machine's clock is set back; nor do they of a file whose number
        says that it was rotated after one of ours.
        """
        self._freshen(stream)
        since, family = self._since.get(stream, 0), self._beside.rotated(stream)
        ours = [rotation_rank(one.path) for one in family if one.key in self._files]
        first = min((rank for rank in ours if rank[0]), default=(0, ""))
        older = {
            one.key for one in family if one.stat.st_mtime_ns < since and not first < rotation_rank(one.path) < (0, "")
        }
        strangers = self._strange[stream] = self._strange.get(stream, older) & older
        for one in family:
            if one.key in strangers:
                continue
            known = self._files.get(one.key)
            if known is not None:
                if known.content is None and (not known.found or _changed(known, one.stat)):
                    self._verify(known, one.path, one.key, one.stat)
                continue
            if self._copies.get(one.key) == (one.stat.st_size, one.stat.st_mtime_ns):
                continue
            content = self._open(one.path, one.key)
            if content is None:
                continue
            head = content.read_at(0, HEAD)
            if not head or self._is_copy(one.path, head):
                content.close()
                continue
            self._begin(one.path, one.key, content, head, whole=True)

    def _freshen(self, stream: str) -> None:
        """Look at the heads of open files as they stand now: a copy just made is known only by that."""
        for file in self.streams.get(stream, ()):
            if isinstance(file.content, PlainContent) and file.head.length < HEAD:
                head = file.content.read_at(0, HEAD)
                if file.head.begins(head):
                    file.head = Head.of(head)
                    self.name(file, head)

    # The books

    def _enter(self, file: Followed) -> None:
        self.streams.setdefault(file.stream, []).append(file)
        if file.found:
            self._since.setdefault(file.stream, file.mtime)
        elif file.seen_at is not None:
            seen = int((file.seen_at.timestamp() - _COARSE) * 1e9)
            self._since[file.stream] = max(seen, self._since.get(file.stream, 0))
        if file.key is not None:
            self._files[file.key] = file
        if not file.rotated and file.found:
            self._paths[file.path] = file
        if file.found:
            self.hot[file] = None
        elif not file.finished:
            self._lost[file] = None
        self.heads(file)

    def _drop(self, file: Followed) -> None:
        file.detach()
        stream = self.streams.get(file.stream, [])
        if file in stream:
            stream.remove(file)
        if not stream:
            self.streams.pop(file.stream, None)
            self._since.pop(file.stream, None)
            self._strange.pop(file.stream, None)
        if file.key is not None and self._files.get(file.key) is file:
            del self._files[file.key]
        if self._full.get(file.head.digest) is file:
            del self._full[file.head.digest]
        self._lost.pop(file, None)
        self._open_files.pop(file, None)
        self.hot.pop(file, None)
        self.problems.pop(file.path, None)

    def _sort(self, stream: str) -> None:
        order = {file: number for number, file in enumerate(self.streams.get(stream, ()))}
        if len(order) > 1:
            self.streams[stream].sort(
                key=lambda file: (not file.rotated, file.mtime, rotation_rank(file.path), order[file])
            )

    def _forget(self) -> None:
        """Drop finished files, except the last few of each log: late copies are known by them.

        What is dropped may still lie beside the log; that it was read is remembered as long as it lies there unchanged.
        """
        for stream in list(self.streams.values()):
            if len(stream) <= self._pace.remember:
                continue
            gone = [file for file in stream if file.finished and file.seen_at != self._now]
            for file in gone[: len(stream) - self._pace.remember]:
                if file.key is not None:
                    self._copies[file.key] = (file.size, file.mtime)
                self._drop(file)

    def _note(self, path: str, what: str, fix: str = "") -> None:
        self.problems[path] = Problem(file=path, what=what, fix=fix)


def _changed(file: Followed, found: os.stat_result) -> bool:
    return (file.size, file.mtime) != (found.st_size, found.st_mtime_ns)


def _size(content: Content) -> int | None:
    return None if isinstance(content, StreamContent) else content.stat().st_size
