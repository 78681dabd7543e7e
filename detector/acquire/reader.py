"""All sources together: the daemon's way to new lines, and to the positions behind them.

Comes in: source settings and the positions of the last commit. Goes out: batches of lines, without waiting, and
positions that stand behind everything handed out. It stores nothing: the position becomes durable together with the
decisions made from the lines. One thread calls it; ``wake`` may be called from any thread.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from detector import clock as clocks
from detector.acquire.source import BeginsAt, FramingOf, SourceReader, SourceStatus, by_lines, not_known
from detector.acquire.timing import ReadTiming
from detector.clock import Clock
from detector.frames import LineBatch
from detector.schema.events.lines import Position
from detector.settings.sections.sources import SourceSettings

_PACE = ReadTiming()


class _Source(Protocol):
    """What one source must offer, whatever it reads."""

    settings: SourceSettings
    why_polling: str
    next_scan: float
    may_scan: float

    @property
    def looked_at(self) -> bool: ...
    @property
    def waiting(self) -> bool: ...
    @property
    def backlog(self) -> frozenset[str]: ...
    @property
    def restless(self) -> bool: ...
    def apply(self, settings: SourceSettings, framing: FramingOf) -> None: ...
    def streams(self) -> Collection[str]: ...
    def roots(self) -> dict[str, bool]: ...
    def scan(self, now: datetime, timer: float) -> None: ...
    def rescan(self, paths: Iterable[str], now: datetime, timer: float) -> None: ...
    def turn(self, now: datetime, timer: float, share: float = 1.0) -> list[LineBatch]: ...
    def positions(self) -> Iterable[Position]: ...
    def measure(self, timer: float) -> None: ...
    def status(self) -> SourceStatus: ...
    def close(self) -> None: ...


class Reader:
    """Follows every file of every source.

    Args:
        sources: What to read.
        positions: Where the last run stood, of all sources.
        clock: Tells when a line was read.
        first_start: Nothing was ever read here: ``start`` of each source says where to begin in files that exist.
            Otherwise files never seen are read whole.
        followed: The sources that were followed before, with the paths they named then; any other is new, and what
            stands in its files at the first look is history. None: ``first_start`` says it of all.
        framing: Tells how a file of a source is cut into records, by its first bytes.
        begins_at: Tells when a file's first events happened: by that the files of a log's first reading are ordered.
        pace: How often to look, how long to wait.
        timer: Seconds of a clock that never jumps.
    """

    def __init__(
        self,
        sources: Sequence[SourceSettings],
        positions: Iterable[Position] = (),
        *,
        clock: Clock,
        first_start: bool,
        followed: Mapping[str, Sequence[str]] | None = None,
        framing: FramingOf = by_lines,
        begins_at: BeginsAt = not_known,
        pace: ReadTiming = _PACE,
        timer: Callable[[], float] = clocks.monotonic,
    ) -> None:
        from detector.acquire.files.inotify import FolderWatch  # noqa: PLC0415 - archives are read without it

        self._clock, self._timer, self._pace = clock, timer, pace
        self._watch, self._begins_at = FolderWatch(), begins_at
        known = tuple(positions)
        if followed is None:
            followed = {} if first_start else {one.name: one.paths for one in sources}
        self._sources = {one.name: self._reader(one, known, followed.get(one.name), framing) for one in sources}
        # Positions of sources that are not configured now are kept: the source may come back.
        self._strays = tuple(position for position in known if position.source not in self._sources)

    def rescan(self) -> None:
        """Look for the files of every source that was not looked at yet; what is written from now on is new."""
        for source in self._sources.values():
            if not source.looked_at:
                self._scan(source)

    def poll(self, share: float = 1.0) -> list[LineBatch]:
        """Return new lines, at most about this share of ``budget`` bytes a source; never waits."""
        paths, everything = self._watch.hints.drain()
        batches: list[LineBatch] = []
        for source in self._sources.values():
            if everything:
                source.next_scan = min(source.next_scan, source.may_scan)
            if self._timer() >= source.next_scan:
                self._scan(source)
            elif paths or source.restless:
                source.rescan(paths, self._clock.now(), self._timer())
            batches += source.turn(self._clock.now(), self._timer(), share)
        return batches

    def measure(self) -> None:
        """See how much there is to read, without reading: for who cannot take lines now, and is asked what waits."""
        for source in self._sources.values():
            if self._timer() >= source.next_scan:
                self._scan(source)
            source.measure(self._timer())

    @property
    def waiting(self) -> bool:
        """Whether there is something to read without waiting: the last ``poll`` took what its budget allowed."""
        return any(source.waiting for source in self._sources.values())

    def wait(self, seconds: float) -> None:
        """Sleep until something changed, ``wake`` was called, a look is due, or ``seconds`` have passed."""
        woken = self._watch.hints.woken
        if not self.waiting:
            due = min((source.next_scan for source in self._sources.values()), default=float("inf"))
            woken.wait(max(min(seconds, due - self._timer()), 0.0))
        woken.clear()

    def wake(self) -> None:
        """End a ``wait`` at once; callable from any thread (not from a signal handler: it takes a lock)."""
        self._watch.hints.woken.set()

    def streams_with_backlog(self) -> dict[str, str]:
        """Return the streams known to hold lines that ``poll`` has not returned yet, with their sources."""
        return {stream: name for name, source in self._sources.items() for stream in source.backlog}

    def behind(self) -> set[str]:
        """Return the sources of which there is more to read at once; a line that is not yet whole is not."""
        return {name for name, source in self._sources.items() if source.waiting}

    def streams(self) -> set[str]:
        """Return the streams that may still give lines: those of files that are followed."""
        return {stream for source in self._sources.values() for stream in source.streams()}

    def positions(self) -> tuple[Position, ...]:
        """Return the positions behind everything that ``poll`` has returned so far."""
        found = [position for source in self._sources.values() for position in source.positions()]
        return (*found, *self._strays)

    def status(self) -> list[SourceStatus]:
        """Return how each source fares."""
        return [source.status() for source in self._sources.values()]

    def reconfigure(self, sources: Sequence[SourceSettings], framing: FramingOf = by_lines) -> None:
        """Follow these sources from now on; what was read of a source that stays is not read again."""
        wanted = {one.name: one for one in sources}
        for name in self._sources.keys() - wanted.keys():
            gone = self._sources.pop(name)
            self._strays += tuple(gone.positions())
            gone.close()
        for name, settings in wanted.items():
            if name in self._sources:
                self._sources[name].apply(settings, framing)
            else:
                known = [position for position in self._strays if position.source == name]
                before = settings.paths if known else None
                self._sources[name] = self._reader(settings, known, before, framing)
                self._strays = tuple(position for position in self._strays if position.source != name)
        self._sources = {name: self._sources[name] for name in wanted}

    def close(self) -> None:
        """Stop watching and close every file."""
        for source in self._sources.values():
            source.close()
        self._watch.close()

    def followed(self) -> dict[str, tuple[str, ...]]:
        """Return the sources that have been looked at, with the paths they name."""
        return {name: source.settings.paths for name, source in self._sources.items() if source.looked_at}

    def _reader(
        self, settings: SourceSettings, known: Iterable[Position], before: Sequence[str] | None, framing: FramingOf
    ) -> _Source:
        first = before is None
        if settings.journald is not None:
            from detector.acquire.push.journald import JournalReader  # noqa: PLC0415 - few sources are one

            return JournalReader(settings, known, self.wake, first=first)
        if settings.standard_input:
            from detector.acquire.push.stdin import StdinReader  # noqa: PLC0415 - likewise

            return StdinReader(settings, self.wake, self._clock.now())
        return SourceReader(
            settings,
            known,
            self._pace,
            first=first,
            before=before or (),
            framing=framing,
            begins_at=self._begins_at,
        )

    def _scan(self, source: _Source) -> None:
        # The watch comes first: what appears between the watch and the look is seen by one of them.
        source.why_polling = self._watch.ensure(source.settings, source.roots())
        start = self._timer()
        source.scan(self._clock.now(), start)
        took = self._timer() - start
        beat = self._pace.polling if source.why_polling else self._pace.beat
        source.may_scan = self._timer() + took * self._pace.rest
        source.next_scan = self._timer() + max(beat, took * self._pace.rest)
