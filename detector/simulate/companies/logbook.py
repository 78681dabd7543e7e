"""The two logs of a company while they are written: each with its own clock, and some lines late.

Comes in: lines with the moment of the act and, for leaks and oddities, what was taken. Goes out: the lines of a file in
the order in which they are written, and the truth about scenes, counted from exactly those lines.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any
from zlib import crc32

from detector.simulate.companies.shape import WorldTerms
from detector.simulate.log_lines import DAY, iso
from detector.simulate.world import Dice, dice

# When it is written, the line, when it happened, the scene, the ids it took (None: it took nothing), and whether it
# names them.
LogRow = tuple[float, str, float, str, tuple[int, ...] | None, bool]
_written = itemgetter(0)


@dataclass(slots=True)
class SceneTrace:
    """Where the lines of one scene stand, and whom they are about."""

    lines: dict[str, list[list[int]]] = field(default_factory=dict)
    taking: dict[str, list[list[int]]] = field(default_factory=dict)
    subjects: set[int] = field(default_factory=set)
    named: set[int] = field(default_factory=set)
    first: float = 0.0
    last: float = 0.0
    first_taken: float = 0.0

    def add(self, file: str, number: int, row: LogRow) -> None:
        """Note a line."""
        _, _, when, _, taken, named = row
        _extend(self.lines.setdefault(file, []), number)
        self.first, self.last = min(self.first or when, when), max(self.last, when)
        if taken is not None:
            _extend(self.taking.setdefault(file, []), number)
            self.first_taken = min(self.first_taken or when, when)
            self.subjects.update(taken)
            if named:
                self.named.update(taken)

    def tell(self) -> dict[str, Any]:
        """Return what is known of the scene's lines."""
        return {
            "first_event_at": iso(self.first),
            "last_event_at": iso(self.last),
            "first_taken_at": iso(self.first_taken) if self.first_taken else None,
            "subjects": len(self.subjects),
            "subject_ids": [str(client) for client in sorted(self.subjects)],
            "named_ids": [str(client) for client in sorted(self.named)],
            "lines": self.lines,
            "taking_lines": self.taking,
        }


def _extend(spans: list[list[int]], number: int) -> None:
    if spans and spans[-1][1] == number - 1:
        spans[-1][1] = number
    else:
        spans.append([number, number])


@dataclass(slots=True)
class Logbook:
    """Both logs of a run.

    Attributes:
        files: Name of each log's file. numbers: Lines written so far.
        addresses, accounts: What each scene came from.
    """

    seed: int
    origin: float
    terms: WorldTerms
    files: Mapping[str, str]
    numbers: dict[str, int] = field(default_factory=dict)
    traces: dict[str, SceneTrace] = field(default_factory=dict)
    addresses: dict[str, set[str]] = field(default_factory=dict)
    _waiting: dict[str, list[LogRow]] = field(default_factory=dict)
    _clocks: dict[str, tuple[float, float]] = field(default_factory=dict)
    _luck: dict[str, Dice] = field(default_factory=dict)
    _held: dict[int, list[tuple[float, float]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for log, file in self.files.items():
            self._luck[log] = dice("late", self.seed, log)
            luck = dice("clock", self.seed, log)
            drift = luck.uniform(-0.03, 0.03) if self.terms.late else 0.0
            self._clocks[log] = (luck.uniform(-0.7, 0.7), drift)
            self._waiting[log] = []
            self.numbers[file] = 0

    def stamp(self, log: str, when: float) -> float:
        """Return what the clock of a log's server shows at a moment."""
        offset, drift = self._clocks[log]
        return when + offset + drift * (when - self.origin) / DAY

    def add(
        self, log: str, account: str, when: float, line: str, tag: str, taken: tuple[int, ...] | None, named: bool
    ) -> None:
        """Let a line be written."""
        written = when
        if self.terms.late and self._luck[log].random() < self.terms.late:
            written += self._luck[log].uniform(0, 20)
        if self.terms.held and log == "audit" and crc32(account.encode()) % 3 == 0:
            written = self._released(when, written)
        self._waiting[log].append((written, line, when, tag, taken, named))

    def _released(self, when: float, written: float) -> float:
        day = int((when - self.origin) // DAY)
        if day not in self._held:
            luck = dice("held", self.seed, day)
            begins = sorted(luck.uniform(7, 21) * 3600 for _ in range(5))
            self._held[day] = [
                (self.origin + day * DAY + begin, self.origin + day * DAY + begin + luck.uniform(60, 300))
                for begin in begins
            ]
        return max([written, *(end for begin, end in self._held[day] if begin <= when < end)])

    def due(self, until: float) -> Iterable[tuple[str, str]]:
        """Yield the name of each file and the text that is written to it before a moment."""
        for log, file in self.files.items():
            rows = self._waiting[log]
            rows.sort(key=_written)
            cut = bisect_left(rows, until, key=_written)
            due, self._waiting[log] = rows[:cut], rows[cut:]
            self._note(file, due)
            yield file, "".join([row[1] for row in due])

    def _note(self, file: str, rows: Sequence[LogRow]) -> None:
        for number, row in enumerate(rows, self.numbers[file] + 1):
            if row[3]:
                self.traces.setdefault(row[3], SceneTrace()).add(file, number, row)
        self.numbers[file] += len(rows)
