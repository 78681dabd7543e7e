"""Which file lies at a path now: one of ours, here or from elsewhere, a copy of one of ours, or a new one.

Comes in: a path. Goes out: the books, brought up to date. Nothing is read beyond heads. Where a file may be that is not
at its path any more is not asked here.

A file is known by device and inode while it is held open, by its head as well where the inode may have been given to
another file, and by its head alone in copies (copytruncate) and compressed files.
"""

import os
import stat

from detector.acquire.files.file_registry import FileRegistry
from detector.acquire.files.followed_file import FollowedFile, Key
from detector.acquire.files.identity import HEAD, FileHead, kinship, stream_of
from detector.acquire.files.path_patterns import Patterns
from detector.acquire.framing.content import Content, StreamContent, open_content
from detector.schema.events.lines import WHOLE
from detector.settings.sections.sources import SourceSettings


class Discovery:
    """Looks at paths for one source.

    Attributes:
        settings: Those of the source.
        first: Whether this is the first look ever: then the source may want files read from their end.
        before: What the source named until now, when it names more from this look on.
    """

    def __init__(
        self, settings: SourceSettings, books: FileRegistry, *, first: bool, before: Patterns | None = None
    ) -> None:
        self.settings = settings
        self.first = first
        self.before = before
        self._books = books
        self._unseen: set[str] = set()

    def visit(self, path: str) -> None:
        """See which file lies at ``path`` now."""
        found = self._stat(path)
        key = (found.st_dev, found.st_ino) if found else None
        here = self._books.by_path.get(path)
        if here is not None and here.key != key:
            self._left(here)
        if found is None or key is None:
            return
        known = self._books.by_key.get(key)
        if known is None:
            self._new(path, key, found)
        elif known.content is None and (not known.found or changed(known, found)):
            self.verify(known, path, key, found)
        else:
            self._seen(known, path, found)

    def _stat(self, path: str) -> os.stat_result | None:
        try:
            found = os.stat(path)
        except FileNotFoundError:
            self._books.problems.pop(path, None)
            return None
        except OSError as error:
            self._books.note(path, f"cannot be looked at: {error.strerror}", "check the permissions of its folders")
            self._unseen.add(path)
            return None
        if not stat.S_ISREG(found.st_mode):
            self._books.note(path, "is not a regular file", "name files, or narrow the pattern")
            self._unseen.add(path)
            return None
        if path in self._unseen:
            self._unseen.remove(path)
            self._books.problems.pop(path, None)
        return found

    def open(self, path: str, key: Key) -> Content | None:
        """Open the file with this key; what was looked at by its path may have been moved since: then look again."""
        try:
            content = open_content(path)
        except FileNotFoundError:
            self._books.moved[path] = None
            return None
        except OSError as error:
            self._books.note(path, f"cannot be read: {error.strerror or error}", "let the service's account read it")
            return None
        self._books.problems.pop(path, None)
        now = content.stat()
        if (now.st_dev, now.st_ino) == key:
            return content
        content.close()
        self._books.moved[path] = None
        return None

    def _left(self, file: FollowedFile) -> None:
        """``file`` does not lie at its path any more."""
        self._books.by_path.pop(file.path, None)
        file.rotated, file.placed = True, False
        file.grew_at = self._books.timer
        self._books.turned[file.stream] = None
        if file.nameless():
            self._books.forget_copies()
        if file.content is not None:
            file.due = file.check_changed() or file.due
            self._books.hot[file] = None
        elif not file.finished:
            self._books.lose(file)

    def _seen(self, file: FollowedFile, path: str, found: os.stat_result) -> None:
        file.seen_at = self._books.now
        if file.path != path and self._books.by_path.get(file.path) is not file:
            file.path = path
        file.placed = file.placed or file.path == path
        if not file.rotated:
            self._books.by_path.setdefault(file.path, file)
        if file.finished and not file.compressed and found.st_size > file.cutter.offset:
            file.finished = False
            file.grew_at = self._books.timer
        if not file.finished and changed(file, found):
            file.due = True
            self._books.hot[file] = None

    def verify(self, file: FollowedFile, path: str, key: Key, found: os.stat_result) -> None:
        """The inode is one we knew: is it still the same file?"""
        content = self.open(path, key)
        if content is None:
            return
        if not file.goes_on(content, size_of(content)):
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
        self.adopt(file, content, path, key)

    def _part(self, file: FollowedFile, key: Key) -> None:
        """The inode of ``file`` was given to another file."""
        self._books.by_key.pop(key, None)
        if self._books.by_path.get(file.path) is file:
            del self._books.by_path[file.path]
        file.key = None
        if file.finished:
            return
        file.found, file.rotated = False, True
        self._books.lost[file] = None
        self._books.turned[file.stream] = None

    def _new(self, path: str, key: Key, found: os.stat_result) -> None:
        """A file with an inode we do not know: one of ours in another place, a copy, or a new one."""
        if self._books.was_copied(key, found):
            return
        # Two positions may name one inode: that of a deleted file, and that of the file which was given it since.
        kin = self._books.streams.get(stream_of(path), ())
        heir = next((file for file in kin if file.key == key and not file.found), None)
        if heir is not None:
            self._books.by_key[key] = heir
            self.verify(heir, path, key, found)
            return
        content = self.open(path, key)
        if content is None:
            return
        head = content.read_at(0, HEAD)
        if isinstance(content, StreamContent) and not head:
            self._books.note(path, "holds nothing that can be decompressed yet")
            content.close()
            return
        ours = self._one_of_ours(path, head, content, size_of(content))
        if ours is not None:
            self.adopt(ours, content, path, key)
        elif self.is_copy(path, head):
            self._books.copied(key, found)
            content.close()
        else:
            self.start_following(path, key, content, head)

    def start_following(self, path: str, key: Key, content: Content, head: bytes, *, whole: bool = False) -> None:
        """Take up a file nobody knew; ``whole``: from its beginning, whatever the source wants."""
        file = FollowedFile.first_seen(self.settings.name, path, content, key)
        file.grew_at, file.seen_at = self._books.timer, self._books.now
        file.rotated = file.compressed or (path != file.stream and os.path.lexists(file.stream))
        if self._stood_before(file):
            file.history = WHOLE if file.compressed else file.size
        self._books.enter(file)
        if self.first and self.settings.start == "end" and not whole:
            if file.compressed:
                file.finished, file.due = True, False
                file.detach()
            else:
                file.begin_at_end()
            file.history = 0
        self._books.name(file, head, complete=file.compressed)
        self._books.note_used(file)
        self._books.sort(file.stream)

    def _stood_before(self, file: FollowedFile) -> bool:
        """Tell whether what is in a new file is history: it stood there when its log was first looked for.

        That is so at the source's first look, and of logs that only its changed paths name. What appears later is live
        however old its lines are: a rotated copy, a batch copied here, an archive.
        """
        if self.first:
            return True
        return self.before is not None and file.stream not in self._books.streams and not self.before.wants(file.path)

    def _kin(self, path: str, head: bytes) -> list[FollowedFile]:
        """Return the files that the one at ``path`` may be, or be a copy of."""
        kin = list(self._books.streams.get(stream_of(path), ()))
        if len(head) >= HEAD:
            whole = self._books.by_head.get(FileHead.of(head).digest)
            if whole is not None and whole not in kin and kinship(path) == kinship(whole.stream):
                kin.append(whole)
        return kin

    def _one_of_ours(self, path: str, head: bytes, content: Content, size: int | None) -> FollowedFile | None:
        for file in self._kin(path, head):
            put_back = file.rotated and path == file.stream and file.cutter.offset > 0
            replaced = not isinstance(content, StreamContent) and file.nameless()
            wanted = file in self._books.lost or (put_back and file.path != path) or replaced
            if wanted and file.head.length and not file.compressed and file.goes_on(content, size):
                return file
        return None

    def is_copy(self, path: str, head: bytes) -> bool:
        """Tell whether a file that begins so is a copy of one of ours, which lies elsewhere."""
        if not head:
            return False
        return any(
            file.head.length and file.head.begins(head)
            for file in self._kin(path, head)
            if path not in (file.stream, file.path)
        )

    def adopt(self, file: FollowedFile, content: Content, path: str, key: Key) -> None:
        """``file`` was found: read it on from there."""
        for old, known in list(self._books.by_key.items()) if file.key not in (None, key) else ():
            if known is file:
                del self._books.by_key[old]
        self._books.problems.pop(file.path, None)
        if self._books.by_path.get(file.path) is file:
            del self._books.by_path[file.path]
        file.attach(content, path, key)
        file.seen_at, file.grew_at = self._books.now, self._books.timer
        file.finished, file.placed = False, True
        file.rotated = path != file.stream and (file.compressed or os.path.lexists(file.stream))
        self._books.lost.pop(file, None)
        self._books.by_key[key] = file
        if file.rotated:
            self._books.turned[file.stream] = None
        else:
            self._books.by_path[path] = file
        self._books.hot[file] = None
        self._books.note_used(file)
        self._books.sort(file.stream)


def changed(file: FollowedFile, found: os.stat_result) -> bool:
    """Tell whether a file is not as it was when it was last looked at."""
    return (file.size, file.mtime) != (found.st_size, found.st_mtime_ns)


def size_of(content: Content) -> int | None:
    """Return how long a file is; None where only reading it would tell."""
    return None if isinstance(content, StreamContent) else content.stat().st_size
