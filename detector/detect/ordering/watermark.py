"""How far each stream has come, and what the watermark asks of all of them together.

Comes in: marks of streams. Goes out: the same, and by source what holds the watermark back, so that a step over a
hundred thousand quiet streams costs no more than one over those that spoke. Changed in place.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

BEGINNING = datetime(1, 1, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class StreamMark:
    """How far one stream has come.

    Attributes:
        source: Name of the source it belongs to.
        newest: Newest event time that counts: one line alone moves it by no more than a small tolerance.
        reached: The moment before which its own lines say that nothing more comes; it never goes back.
        closed: The stream is complete and holds nothing back.
        subsecond: Its times have been seen to be finer than a second. Where they are not, a line written at 12:00:00.7
            says 12:00:00, so the whole second stays open until it is over.
        hour: Hour of event time (since 1970) of the newest line, by which disorder is forgotten.
        ahead: Times of the latest lines in a row, in microseconds, that lie further ahead of it than one line moves it.
        disorder / disorder_before: How far its lines lay behind those before them, at most, in that hour and in the one
            before it; microseconds.
    """

    source: str = ""
    newest: datetime = BEGINNING
    reached: datetime = BEGINNING
    closed: bool = False
    subsecond: bool = False
    hour: int = 0
    disorder: int = 0
    disorder_before: int = 0
    ahead: tuple[int, ...] = ()

    def heard(self, idle: datetime | None) -> datetime:
        """Return the moment before which it gives nothing more; ``idle``: up to then nothing is waiting there."""
        idle = idle or BEGINNING
        return max(self.reached, idle if self.subsecond else idle.replace(microsecond=0))


@dataclass(frozen=True, slots=True)
class Lag:
    """How long the lines of a source take from what they tell to being read.

    Attributes:
        hour: Hour (since 1970) in which lines were read last.
        most / most_before: The longest in that hour, and in the last one before it in which lines were read.
    """

    hour: int = 0
    most: timedelta = timedelta(0)
    most_before: timedelta = timedelta(0)

    @property
    def learned(self) -> timedelta:
        """What has to be reckoned with."""
        return max(self.most, self.most_before)

    def seen(self, lag: timedelta, read: datetime) -> "Lag":
        """Return it with lines read at a moment, the oldest of them so old."""
        hour = (read - _EPOCH) // HOUR
        if hour <= self.hour:
            return replace(self, most=max(self.most, lag))
        return Lag(hour=hour, most=max(lag, timedelta(0)), most_before=self.most)


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


class StreamMarks:
    """Marks by stream.

    Attributes:
        lags: How long lines take to be read, by source.
        front: How far the stream has come that has come furthest.
    """

    def __init__(self, marks: Iterable[tuple[str, StreamMark]] = (), lags: Mapping[str, Lag] | None = None) -> None:
        self._of: dict[str, StreamMark] = {}
        self._sources: dict[str, _Source] = {}
        self.lags: dict[str, Lag] = dict(lags or {})
        self.front = BEGINNING
        for stream, mark in marks:
            self.advance(stream, mark)

    def __len__(self) -> int:
        """Return how many streams there are."""
        return len(self._of)

    def __getitem__(self, stream: str) -> StreamMark:
        """Return the mark of a stream that has one."""
        return self._of[stream]

    def __contains__(self, stream: str) -> bool:
        """Say whether a stream has a mark."""
        return stream in self._of

    def get(self, stream: str) -> StreamMark | None:
        """Return the mark of a stream, if it has one."""
        return self._of.get(stream)

    def items(self) -> Iterable[tuple[str, StreamMark]]:
        """Return all streams with their marks."""
        return self._of.items()

    def advance(self, stream: str, mark: StreamMark) -> None:
        """Set a mark; a stream never goes back, and stays with its source."""
        before = self._of.get(stream)
        if before is not None and not before.closed:
            self._leave(stream, before)
        self._of[stream] = mark
        self.front = max(self.front, mark.reached)
        if not mark.closed:
            self._enter(stream, mark)

    def close(self, stream: str) -> None:
        """Let a stream that is complete hold nothing back any more."""
        mark = self._of.get(stream)
        if mark is not None and not mark.closed:
            self.advance(stream, replace(mark, closed=True))

    def retain_streams(self, streams: Collection[str]) -> None:
        """Forget all other streams."""
        kept = [(stream, mark) for stream, mark in self._of.items() if stream in streams]
        self._of, self._sources = {}, {}
        for stream, mark in kept:
            self.advance(stream, mark)

    def open(self) -> Iterator[tuple[str, StreamMark]]:
        """Yield the streams that are not closed."""
        return ((stream, mark) for stream, mark in self._of.items() if not mark.closed)

    def sources(self) -> Iterator[tuple[str, int]]:
        """Yield the sources with open streams, and how many these are."""
        return ((name, len(source.streams)) for name, source in self._sources.items() if source.streams)

    def whole(self, source: str) -> bool:
        """Say whether an open stream of a source tells whole seconds."""
        return self._sources[source].whole > 0

    def least(self, source: str) -> StreamMark:
        """Return the mark of the open stream of a source that has come least far."""
        mine = self._sources[source]
        if not mine.oldest:
            mine.oldest = min(mine.streams, key=lambda stream: self._of[stream].reached)
        return self._of[mine.oldest]

    def _enter(self, stream: str, mark: StreamMark) -> None:
        mine = self._sources.setdefault(mark.source, _Source())
        if not mine.streams or (mine.oldest and mark.reached < self._of[mine.oldest].reached):
            mine.oldest = stream
        mine.streams[stream] = None
        mine.whole += not mark.subsecond

    def _leave(self, stream: str, mark: StreamMark) -> None:
        mine = self._sources[mark.source]
        del mine.streams[stream]
        mine.whole -= not mark.subsecond
        if mine.oldest == stream:
            mine.oldest = ""
