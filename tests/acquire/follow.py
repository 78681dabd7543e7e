"""A reader whose time is moved by hand, and what it gave: what the tests of following share."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from detector.acquire.reader import Reader
from detector.acquire.source import BeginsAt, not_known
from detector.acquire.timing import ReadTiming
from detector.clock import SystemClock
from detector.frames import LineBatch
from detector.schema.events.framing import LINES, Framing
from detector.schema.events.lines import Position
from detector.settings.sections.sources import SourceSettings

PACE = ReadTiming(beat=0.0, polling=0.0, rest=0.0, hot=5.0, quiet=1.0, grace=30.0, settle=5.0)


class Follow:
    """Follows one source.

    Args:
        step: How much later each poll is, unless it says otherwise.
        timer: The time, where it must not be moved by hand.
    """

    def __init__(self, *, pace: ReadTiming = PACE, step: float = 1.0, timer: Callable[[], float] | None = None) -> None:
        self.timer, self.batches = 0.0, list[LineBatch]()
        self._pace, self._step, self._timer = pace, step, timer or (lambda: self.timer)
        self._reader: Reader | None = None

    @property
    def reader(self) -> Reader:
        assert self._reader is not None, "it was not started"
        return self._reader

    def start(
        self,
        *paths: Path,
        framing: Framing = LINES,
        positions: tuple[Position, ...] = (),
        first: bool | None = None,
        followed: Mapping[str, Sequence[str]] | None = None,
        begins_at: BeginsAt = not_known,
        **more: object,
    ) -> "Follow":
        """Begin, or begin anew; ``more`` are keys of the source."""
        self.close()
        source = {"name": "web", "service": "crm", "watch": "polling", "start": "beginning"}
        if paths:
            more["paths"] = [str(path) for path in paths]
        self._reader = Reader(
            [SourceSettings.model_validate(source | more)],
            positions,
            clock=SystemClock(),
            first_start=not positions if first is None else first,
            followed=followed,
            pace=self._pace,
            timer=self._timer,
            framing=lambda _source, _head: framing,
            begins_at=begins_at,
        )
        return self

    def restart(self, *paths: Path, **more: object) -> None:
        """Begin anew where this one stands."""
        self.start(*paths, positions=self.reader.positions(), first=False, **more)  # type: ignore[arg-type]

    def poll(self, *, later: float | None = None) -> list[str]:
        """Return the lines that came, those told beforehand left out."""
        self.timer += self._step if later is None else later
        new = self.reader.poll()
        self.batches += new
        return [line for batch in new if not batch.provisional for line in batch.lines]

    def so_far(self) -> list[str]:
        """Poll, and return every line there was."""
        self.poll()
        return self.lines

    @property
    def lines(self) -> list[str]:
        return [line for batch in self.batches for line in batch.lines]

    @property
    def places(self) -> list[tuple[str, int, str]]:
        """Every line there was, with the file's id and the byte it begins at."""
        return [(b.file_id, at, line) for b in self.batches for at, line in zip(b.offsets, b.lines, strict=True)]

    @property
    def old(self) -> list[str]:
        """Every line that stood in its log before that was first opened."""
        return [line for b in self.batches for at, line in zip(b.offsets, b.lines, strict=True) if at < b.history]

    @property
    def live(self) -> list[str]:
        """Every other line."""
        return [line for b in self.batches for at, line in zip(b.offsets, b.lines, strict=True) if at >= b.history]

    @property
    def catching_up(self) -> bool:
        return any(status.catching_up for status in self.reader.status())

    def problems(self) -> str:
        return "\n".join(str(problem) for status in self.reader.status() for problem in status.problems)

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None
