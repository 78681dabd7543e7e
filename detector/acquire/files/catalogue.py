"""Which files a source has and who they are, through rotation, truncation, compression and restarts.

Comes in: the moment of a look, and paths from change hints. Goes out: books of files to read, in order within each
stream, older ones first. A look goes over the paths (``discovery``), then beside the logs for what moved meanwhile
(``rotation_search``); here is only the order of these steps.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from detector.acquire.files.discovery import Discovery
from detector.acquire.files.file_registry import FileRegistry
from detector.acquire.files.followed_file import FollowedFile
from detector.acquire.files.identity import stream_of
from detector.acquire.files.path_patterns import Patterns
from detector.acquire.files.rotation_search import RotationSearch
from detector.acquire.timing import ReadTiming
from detector.settings.sections.sources import SourceSettings

_AGAIN = 3


class Catalogue:
    """The files of one source.

    Attributes:
        patterns: The paths at which they may lie.
    """

    def __init__(
        self,
        settings: SourceSettings,
        books: FileRegistry,
        pace: ReadTiming,
        *,
        first: bool,
        before: Sequence[str] = (),
        begins_at: Callable[[str], datetime | None] = lambda path: None,
    ) -> None:
        self.patterns = Patterns(settings.paths, settings.exclude)
        self._books = books
        named = Patterns(before, settings.exclude) if before and set(settings.paths) - set(before) else None
        self._looking = Discovery(settings, books, first=first, before=named)
        self._searching = RotationSearch(books, self._looking, pace)
        self._begins_at, self._unordered = begins_at, True

    def scan(self, now: datetime, timer: float) -> None:
        """Look at every path there is; nothing depends on change hints alone."""
        self._books.now, self._books.timer = now, timer
        paths = list(self.patterns.expand())
        if paths:
            self._books.problems.pop("", None)
        else:
            self._books.note("", "no file found for any of the paths", ", ".join(self._looking.settings.paths))
        for path in paths:
            self._looking.visit(path)
        for path in set(self._books.by_path).union(self._books.problems).difference(paths, [""]):
            self._looking.visit(path)
        self._searching.strangers()
        self._calm()
        self._order_history()
        self._books.forget()
        self._looking.first, self._looking.before = False, None

    def rescan(self, paths: Iterable[str], now: datetime, timer: float) -> None:
        """Look at the paths that a hint named, if they are this source's."""
        self._books.now, self._books.timer = now, timer
        looked = False
        for path in paths:
            if path in self._books.by_path or self.patterns.wants(path):
                self._looking.visit(path)
                looked = True
            elif stream_of(path) in self._books.streams:
                self._books.turned[stream_of(path)] = None
                looked = True
        if looked or self._books.moved:
            self._calm()

    @property
    def first(self) -> bool:
        """Whether nobody has looked yet."""
        return self._looking.first

    @property
    def restless(self) -> bool:
        """Whether files were moved while they were looked at: look again at the next turn, hint or not."""
        return bool(self._books.moved)

    def configure(self, settings: SourceSettings) -> None:
        """Take changed settings; files that no pattern names any more are let go at the next look."""
        if set(settings.paths) - set(self._looking.settings.paths):
            self._looking.before, self._unordered = self._looking.before or self.patterns, True
        self._looking.settings = settings
        self.patterns = Patterns(settings.paths, settings.exclude)
        self._books.problems.clear()

    def replaced(self, file: FollowedFile) -> None:
        """Take up the file that begins anew where ``file`` was, and look for a copy that holds the rest of ``file``."""
        new = self._books.succeed(file)
        self._calm()
        self._books.sort(new.stream)

    def missing(self, file: FollowedFile) -> None:
        """Note that a file without an open handle is not at its path any more."""
        self._looking.visit(file.path)
        if file.content is None and file.found:
            self._books.lose(file)
        self._calm()

    def _order_history(self) -> None:
        """Put the files of each log's first reading in the order of their first events, as a replay reads them.

        Of what stood there before, the times of the files say little: copying it here may have made them all alike.
        """
        if not self._unordered:
            return
        self._unordered = False
        for stream, files in self._books.streams.items():
            old = [file for file in files if file.history and file.found and not file.finished]
            if len(old) > 1:
                self._date(old)
                self._books.sort(stream)

    def _calm(self) -> None:
        """Settle, and look again at what was moved meanwhile, a few times; a restless folder is left to later turns."""
        for stream in self._settle():
            self._order_backlog(stream)
        known = self._books.unsettled
        restless = {stream_of(path) for path in self._books.moved}
        self._books.unsettled = {stream: known.get(stream, self._books.timer) for stream in restless}

    def _settle(self) -> set[str]:
        """Return the logs in which something moved."""
        settled = set(self._searching.settle())
        for _ in range(_AGAIN):
            if not self._books.moved:
                break
            moved, self._books.moved = list(self._books.moved), {}
            for path in moved:
                if path in self._books.by_path or self.patterns.wants(path):
                    self._looking.visit(path)
                self._books.turned[stream_of(path)] = None
            settled.update(self._searching.settle())
        return settled

    def _order_backlog(self, stream: str) -> None:
        """Put files of a log that wait to be read in the order of their first events, if some are compressed.

        The time of a compressed file is that of its compression, where whoever did that has not set it back: after the
        last line of the next one.
        """
        files = [file for file in self._books.streams.get(stream, ()) if file.found and not file.finished]
        if len(files) > 1 and any(file.compressed for file in files):
            self._date([file for file in files if not file.begins])
            self._books.sort(stream)

    def _date(self, files: Iterable[FollowedFile]) -> None:
        for file in files:
            begins = self._begins_at(file.path)
            file.begins = 0 if begins is None else int(begins.timestamp() * 1e9)
