"""Learn of changes early: folders come in, hints (paths that changed) go out, and a sleeping reader is woken.

Hints only make things quicker: the reader looks at everything on a slow beat as well, so a lost event loses nothing.
Where inotify cannot serve (network and FUSE mounts, no watches left) the source polls, and the status says so.
"""

import os
import threading

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.inotify import InotifyObserver

from detector.settings.sections.sources import SourceSettings

_EVENTS: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]
_REMOTE = frozenset(("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "ncpfs")) | {
    *("gfs2", "ocfs2", "virtiofs", "vboxsf", "prl_fs", "beegfs", "davfs")
}
_MOST = 100_000


class Hints(FileSystemEventHandler):
    """Paths that changed since they were last taken, filled by the observer's thread."""

    def __init__(self) -> None:
        self.woken = threading.Event()
        self._lock = threading.Lock()
        self._paths: set[str] = set()
        self._everything = False

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note what an event is about and wake the reader."""
        with self._lock:
            if event.is_directory or len(self._paths) > _MOST:
                self._everything = True
            else:
                self._paths.update(os.fsdecode(path) for path in (event.src_path, event.dest_path) if path)
        self.woken.set()

    def drain(self) -> tuple[set[str], bool]:
        """Return the paths hinted at, and whether everything has to be looked at anew."""
        with self._lock:
            paths, everything = self._paths, self._everything
            self._paths, self._everything = set(), False
        return paths, everything


def filesystem_of(path: str, mounts: str) -> str:
    """Return the type of the file system that ``path`` lies on; ``mounts`` is the text of /proc/mounts."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = fields[1].encode("latin-1", "replace").decode("unicode_escape")
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= best:
            best, kind = len(point), fields[2]
    return kind


def needs_polling(path: str, mounts: str) -> bool:
    """Tell whether changes under ``path`` may be made by another machine, where inotify does not see them."""
    kind = filesystem_of(os.path.realpath(path), mounts)
    return kind in _REMOTE or kind.startswith("fuse")


def _mounts() -> str:
    try:
        with open("/proc/mounts", encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""  # no Linux: whether a file system is remote is not known, and inotify says what it thinks of it


class FolderWatch:
    """Watches folders through inotify and says which of them have to be polled instead."""

    def __init__(self) -> None:
        self.hints = Hints()
        self._observer: InotifyObserver | None = None
        self._watched: dict[tuple[str, bool], tuple[int, int]] = {}
        self._handles: dict[tuple[str, bool], object] = {}

    def ensure(self, settings: SourceSettings, roots: dict[str, bool]) -> str:
        """Watch these folders, unless they are watched already; return why they have to be polled, or nothing.

        A folder that does not exist yet, or was put in another's place, is taken up on the next call.
        """
        if settings.watch == "polling":
            return "as configured"
        mounts = _mounts() if settings.watch == "auto" else ""
        why = ""
        for root, recursive in roots.items():
            if mounts and needs_polling(root, mounts):
                why = "the file system may be written by other machines"
            else:
                why = self._watch(root, recursive) or why
        return why

    def close(self) -> None:
        """Stop the observer's thread."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None

    def _watch(self, root: str, recursive: bool) -> str:
        place = (root, recursive)
        try:
            now = os.stat(root)
        except OSError:
            self._forget(place)
            return ""  # not there yet, or shut, which the files in it tell
        if self._watched.get(place) == (now.st_dev, now.st_ino):
            return ""
        self._forget(place)
        try:
            if self._observer is None:
                self._observer = InotifyObserver()
                self._observer.start()
            self._handles[place] = self._observer.schedule(self.hints, root, recursive=recursive, event_filter=_EVENTS)
        except OSError as error:
            return f"inotify refused: {error.strerror or error}"
        self._watched[place] = (now.st_dev, now.st_ino)
        return ""

    def _forget(self, place: tuple[str, bool]) -> None:
        self._watched.pop(place, None)
        handle = self._handles.pop(place, None)
        if handle is not None and self._observer is not None:
            try:
                self._observer.unschedule(handle)  # type: ignore[arg-type]
            except (KeyError, OSError):
                return  # the folder is gone, and its watch with it
