"""How well each source is watched, hour by hour: kept so that a case can say what was not seen in its time.

Comes in: what turns count anyway, by source, and once a second which source gave a line last. Goes out: a row a source
and hour. Counts are written with the position of the lines they count, so that lines read again after a crash are not
counted twice.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta

from detector.runtime.sources.clock_skew import Jump
from detector.schema.detection.source_hours import SourceHour
from detector.store import Store, UnitOfWork

_HOUR = timedelta(hours=1)
_KEEP_EVERY = timedelta(minutes=1)
# A machine that slept watched nothing.
_LONGEST_BEAT = timedelta(minutes=5)
_COUNTS = tuple(each.name for each in fields(SourceHour) if each.name not in ("source", "hour", "watched", "silent"))
# Counted between turns, of lines whose position is written: no later line need come before they are.
_BETWEEN = ("requests", "unmapped")
_JUMPS = {Jump.BACK: "clock_back", Jump.AHEAD: "clock_ahead"}


def hour_of(moment: datetime) -> datetime:
    """Return when the hour of a moment begins."""
    return moment.replace(minute=0, second=0, microsecond=0)


class SourceHours:
    """Counts of the present hours, not written yet.

    Args:
        now: Tells the time.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._counts: dict[tuple[str, datetime], dict[str, int]] = defaultdict(lambda: dict.fromkeys(_COUNTS, 0))
        self._watched: dict[tuple[str, datetime], timedelta] = defaultdict(timedelta)
        self._silent: dict[tuple[str, datetime], timedelta] = {}
        self._beat_at: datetime | None = None
        self._kept_at = now()

    def add(self, source: str, **counts: int) -> None:
        """Count something of a source, by the names of ``SourceHour``."""
        if any(counts.values()):
            row = self._counts[source, hour_of(self._now())]
            for name, count in counts.items():
                row[name] += count

    def add_jumps(self, source: str, jumps: Mapping[Jump, int]) -> None:
        """Count lines whose clock jumped."""
        self.add(source, **{_JUMPS[jump]: lines for jump, lines in jumps.items()})

    def save(self, unit: UnitOfWork) -> None:
        """Write what was counted, with the position of its lines."""
        for (source, hour), counts in self._counts.items():
            unit.source_hours.add(SourceHour(source=source, hour=hour, **counts))
        unit.session.after_commit(self._counts.clear)

    def beat(self, store: Store, sources: Iterable[str], last_line: Mapping[str, datetime], started: datetime) -> None:
        """Note which sources are watched and how long each has been silent; write it once a minute.

        Args:
            store: Where it is kept.
            sources: That are followed.
            last_line: When each last gave a line.
            started: Since when the service runs.
        """
        now = self._now()
        since = self._beat_at or now
        self._beat_at = now
        for source in sources:
            key = source, hour_of(now)
            self._watched[key] += min(max(now - since, timedelta(0)), _LONGEST_BEAT)
            silent = min(max(now - max(last_line.get(source, started), started), timedelta(0)), 24 * _HOUR)
            self._silent[key] = max(self._silent.get(key, timedelta(0)), silent)
        if now - self._kept_at >= _KEEP_EVERY or now < self._kept_at:
            self._kept_at = now
            self.write_watched(store)

    def write_watched(self, store: Store) -> None:
        """Write how long sources were watched, and how long they were silent."""
        counted = {key: {name: row[name] for name in _BETWEEN} for key, row in self._counts.items()}
        with store.begin() as unit:
            for (source, hour), counts in counted.items():
                if any(counts.values()):
                    unit.source_hours.add(SourceHour(source=source, hour=hour, **counts))
            for (source, hour), watched in self._watched.items():
                whole, silent = int(watched.total_seconds()), int(self._silent[source, hour].total_seconds())
                unit.source_hours.add(SourceHour(source=source, hour=hour, watched=whole, silent=silent))
        for key, counts in counted.items():
            for name, count in counts.items():
                self._counts[key][name] -= count
        present = hour_of(self._now())
        self._watched = defaultdict(
            timedelta,
            {
                key: watched - timedelta(seconds=int(watched.total_seconds()))
                for key, watched in self._watched.items()
                if key[1] == present
            },
        )
        self._silent = {key: silent for key, silent in self._silent.items() if key[1] == present}


def summed(hours: Iterable[SourceHour]) -> SourceHour:
    """Return hours of one source as one: sums, and the longest silence."""
    first, *rest = sorted(hours, key=lambda each: each.hour)
    total = first
    for each in rest:
        added = {name: getattr(total, name) + getattr(each, name) for name in (*_COUNTS, "watched")}
        total = replace(total, silent=max(total.silent, each.silent), **added)
    return total


def by_source(hours: Iterable[SourceHour]) -> dict[str, list[SourceHour]]:
    """Return the hours of each source, in their order."""
    found: defaultdict[str, list[SourceHour]] = defaultdict(list)
    for each in hours:
        found[each.source].append(each)
    return dict(found)
