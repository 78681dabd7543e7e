"""How far each stream has come, and what the watermark asks of all of them together.

Comes in: marks of streams. Goes out: the same, and by source what holds the watermark back, so that a step over a
hundred thousand quiet streams costs no more than one over those that spoke. Changed in place.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

BEGINNING = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far one stream has come.

    Attributes:
        source: Name of the source it belongs to.
        newest: Newest event time seen.
        closed: The stream is complete and holds nothing back.
        subsecond: Its times have been seen to be finer than a second. Where they are not, a line written at 12:00:00.7
            says 12:00:00, so the whole second stays open until it is over.
    """

    source: str = ""
    newest: datetime = BEGINNING
    closed: bool = False
    subsecond: bool = False

    def own(self, lateness: timedelta) -> datetime:
        """Return the moment before which its own lines say that nothing more comes."""
        return self.newest - lateness if self.newest > BEGINNING else BEGINNING

    def heard(self, lateness: timedelta, idle: datetime | None) -> datetime:
        """Return the moment before which it gives nothing more; ``idle``: up to then nothing is waiting there."""
        idle = idle or BEGINNING
        return max(self.own(lateness), idle if self.subsecond else idle.replace(microsecond=0))


@dataclass(slots=True)
class _Source:
    """The open streams of one source.

    Attributes:
        whole: How many of them tell whole seconds.
        oldest: The one that has come least far; empty when it has to be looked for.
    """

    streams: dict[str, None] = field(default_factory=dict)
    whole: int = 0
    oldest: str = ""


class Marks:
    """Marks by stream."""

    def __init__(self, marks: Iterable[tuple[str, Mark]] = ()) -> None:
        self._of: dict[str, Mark] = {}
        self._sources: dict[str, _Source] = {}
        for stream, mark in marks:
            self.put(stream, mark)

    def __len__(self) -> int:
        """Return how many streams there are."""
        return len(self._of)

    def __getitem__(self, stream: str) -> Mark:
        """Return the mark of a stream that has one."""
        return self._of[stream]

    def __contains__(self, stream: str) -> bool:
        """Say whether a stream has a mark."""
        return stream in self._of

    def get(self, stream: str) -> Mark | None:
        """Return the mark of a stream, if it has one."""
        return self._of.get(stream)

    def items(self) -> Iterable[tuple[str, Mark]]:
        """Return all streams with their marks."""
        return self._of.items()

    def put(self, stream: str, mark: Mark) -> None:
        """Set a mark; a stream never goes back, and stays with its source."""
        before = self._of.get(stream)
        if before is not None and not before.closed:
            self._leave(stream, before)
        self._of[stream] = mark
        if not mark.closed:
            self._enter(stream, mark)

    def keep(self, streams: Collection[str]) -> None:
        """Forget all other streams."""
        kept = [(stream, mark) for stream, mark in self._of.items() if stream in streams]
        self._of, self._sources = {}, {}
        for stream, mark in kept:
            self.put(stream, mark)

    def open(self) -> Iterator[tuple[str, Mark]]:
        """Yield the streams that are not closed."""
        return ((stream, mark) for stream, mark in self._of.items() if not mark.closed)

    def sources(self) -> Iterator[tuple[str, int]]:
        """Yield the sources with open streams, and how many these are."""
        return ((name, len(source.streams)) for name, source in self._sources.items() if source.streams)

    def whole(self, source: str) -> bool:
        """Say whether an open stream of a source tells whole seconds."""
        return self._sources[source].whole > 0

    def least(self, source: str) -> Mark:
        """Return the mark of the open stream of a source that has come least far."""
        mine = self._sources[source]
        if not mine.oldest:
            mine.oldest = min(mine.streams, key=lambda stream: self._of[stream].newest)
        return self._of[mine.oldest]

    def _enter(self, stream: str, mark: Mark) -> None:
        mine = self._sources.setdefault(mark.source, _Source())
        if not mine.streams or (mine.oldest and mark.newest < self._of[mine.oldest].newest):
            mine.oldest = stream
        mine.streams[stream] = None
        mine.whole += not mark.subsecond

    def _leave(self, stream: str, mark: Mark) -> None:
        mine = self._sources[mark.source]
        del mine.streams[stream]
        mine.whole -= not mark.subsecond
        if mine.oldest == stream:
            mine.oldest = ""
