"""Sources that are silent for too long: by a fixed limit, or by their habit.

Comes in: when each source last gave a line, in this run or before it. Goes out: blind spots. A restart ends no silence:
where nothing new stands in its files, it counts from the last line, or from when the source was first watched. Habits
are kept in the database; what was seen since the last keeping is learnt again, and what nobody watched is no habit.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo

from detector.clock import passed
from detector.runtime.kept_text import moments_from, moments_text
from detector.runtime.sources.silence_baseline import SilenceBaselines
from detector.runtime.visibility.blind_spots import Blind, BlindSpot
from detector.settings import SourceSettings
from detector.store import Store

_NAME = "habits"
_SINCE = "watched-since"
_KEEP_EVERY = timedelta(minutes=10)


class Silence:
    """Watches for silence; habits are read when it is made."""

    def __init__(self, store: Store, now: datetime) -> None:
        self._store, self._kept_at = store, now
        with store.read() as unit:
            self._habits = SilenceBaselines.from_text(unit.kv.get(_NAME))
            self._since = moments_from(_SINCE, unit.kv.get(_SINCE))
        self._since_kept = dict(self._since)

    def spots(
        self,
        sources: Iterable[SourceSettings],
        last_line: Mapping[str, datetime],
        started: datetime,
        now: datetime,
        zone: tzinfo = UTC,
    ) -> list[BlindSpot]:
        """Return the sources that have been silent for too long, since when by the people's clock, and learn.

        Call it when every source was asked for lines since the start. One that has given nothing since may be about to,
        where the whole machine was down: it is told of only when its silence lasts.
        """
        found = []
        for source in sources:
            last = last_line.get(source.name) or self._since.setdefault(source.name, started)
            if source.standard_input:
                last = max(last, started)  # what a pipe gave meanwhile, nobody has seen
            self._habits.watch(source.name, source.zone, max(last, started), now)
            limit = self.usual(source, now)
            if limit and now - last > limit:
                since = f"{last.astimezone(zone):%Y-%m-%d %H:%M %Z}"  # true whenever it is read
                minutes = int((now - last).total_seconds() // 60)
                found.append(
                    BlindSpot(
                        kind=Blind.SOURCE,
                        name=source.name,
                        why="no-line-since",
                        count=minutes,
                        args=(("since", since),),
                        passing=last < started,
                    )
                )
        return found

    def usual(self, source: SourceSettings, now: datetime) -> timedelta:
        """Return how long a source may well be silent now, by its limit or its habit; nothing while none is known."""
        if source.silent_after == "habit":
            limit = self._habits.limit(source.name, now.astimezone(source.zone))
        else:
            limit = source.silent_after
        return limit or timedelta(0)

    def save(self, sources: Iterable[SourceSettings], now: datetime) -> None:
        """Write the habits down, now and then; at once since when a new source is watched."""
        names = {source.name: source for source in sources}
        self._since = {name: at for name, at in self._since.items() if name in names}
        if self._since != self._since_kept:
            with self._store.begin() as unit:
                unit.kv.set(_SINCE, moments_text(self._since))
            self._since_kept = dict(self._since)
        if not passed(now, self._kept_at, _KEEP_EVERY):
            return
        self._kept_at = now
        self._habits.retain(names)
        with self._store.begin() as unit:
            unit.kv.set(_NAME, self._habits.to_text())
