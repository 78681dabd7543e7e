"""Coverage of all sources: counted with every turn, judged with every beat, kept in the database.

Comes in: decoded batches, the settings, the time. Goes out: for each source what the record map makes of it, blind
spots, what can be said of the map, and the routes that never fitted. Counts begin anew when the record map is changed.
They are kept together with the positions: of a log that was read nothing comes a second time.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import polars as pl

from detector.clock import passed
from detector.decode import RequestCounts, count_columns, request_columns
from detector.frames import EventBatch
from detector.runtime.kept_text import SkipUnreadable
from detector.runtime.sources.source_coverage import (
    ENOUGH,
    SHOWN,
    MapVerdict,
    RequestTally,
    SourceCoverage,
    fits_nothing,
    unmatched,
)
from detector.runtime.visibility.blind_spots import Blind, BlindSpot
from detector.settings import RecordMap, Settings, SourceSettings
from detector.store import Store, UnitOfWork

_NAME = "coverage"
_KEEP_EVERY = timedelta(minutes=1)
_RECENT = timedelta(days=1)
_REFRESH_EVERY = timedelta(seconds=2)
_LEAST_SHARE = 5
_MOST_UNCOUNTED = 20_000
# What may stand in a message to people's phones: words and ids, nothing that a chat would make a link of.
_SAFE = re.compile(
    r"(?:[A-Z]{3,8} )?(?:/(?:[A-Za-z0-9_$-]{1,24}|(?:[A-Za-z0-9_$-]{1,24}|\{id\})\.(?:php|aspx|jsp|do|json|pdf)"
    r"|[A-Za-z_]{0,24}\(?\{id\}\)?)){1,7}|table [a-z_*]{1,40}(?:\.[a-z_*]{1,40})?"
)


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """What the record map makes of one source, today and yesterday; while that is little, with its first reading.

    Attributes:
        requests / touched: How many there were, and how many of them touched client data.
        unmapped: The most frequent patterns that no route names.
        blind: The map does not fit.
        first: Requests of the first reading are among them.
    """

    requests: int
    touched: int
    unmapped: tuple[tuple[str, int], ...]
    blind: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True)
class MapChecked:
    """Whether the record map was checked against one source.

    Attributes:
        verdict: What can be said.
        at: When the last request came by which that could be said; None while nothing can be.
        lines: How many events there were so far, and how many of them were requests.
        blind: It does not fit, or fits no more.
    """

    verdict: MapVerdict = MapVerdict.TOO_FEW
    at: datetime | None = None
    lines: int = 0
    requests: int = 0
    blind: bool = False


class Coverage:
    """Watches whether the record map fits; what was known is read when it is made."""

    def __init__(self, store: Store, settings: Settings, now: datetime) -> None:
        self._store, self._kept_at = store, now
        self._sources: dict[str, SourceCoverage] = {}
        self._uncounted: dict[bool, list[pl.DataFrame]] = {True: [], False: []}
        self._lines: Counter[tuple[str, bool]] = Counter()
        self._recent: set[str] = set()
        self._rows = 0
        self._blind: frozenset[str] = frozenset()
        self._urgent = False
        self._covered: dict[str, CoverageRow] = {}
        self._covered_at = now - _REFRESH_EVERY
        self.routes: Counter[int] = Counter()
        self.on_counted: Callable[[str, int, int], None] = lambda source, requests, unmapped: None
        self.since = now
        self._map = ""
        self._settings: dict[str, SourceSettings] = {}
        with store.read() as unit:
            self._read(unit.kv.get(_NAME), settings, now)
        self.configure(settings, now)

    def configure(self, settings: Settings, now: datetime) -> None:
        """Go on with these settings; another record map begins anew."""
        self._count(now)  # by the map they were decoded with
        self._settings = {source.name: source for source in settings.sources}
        self._records = settings.records
        map_id = fingerprint(settings.records)
        if map_id != self._map:
            self._map, self.since = map_id, now
            self._sources.clear()
            self.routes.clear()
        self._sources = {name: one for name, one in self._sources.items() if name in self._settings}

    def add(self, batches: Sequence[EventBatch], now: datetime) -> None:
        """Put aside what was decoded; it is counted with the next beat, or when it is much.

        Lines with ``log.history`` stood there before their log was first opened.
        """
        for batch in batches:
            if not batch.frame.height:
                continue
            source, history = batch.frame.item(0, "log.source"), batch.frame["log.history"].fill_null(value=False)
            parts = {False: request_columns(batch)}
            if history.any():
                parts = {old: parts[False].filter(history if old else ~history) for old in (True, False)}
                self._urgent = True
                newest = batch.frame["@timestamp"].filter(history).max()
                if isinstance(newest, datetime) and now - newest <= _RECENT:
                    self._recent.add(source)
            for old, part in parts.items():
                self._uncounted[old].append(part)
                self._lines[source, old] += part.height
            self._rows += batch.frame.height
        if self._rows >= _MOST_UNCOUNTED:
            self._count(now)

    def _count(self, now: datetime) -> None:
        frames, lines, recent, self._rows = self._uncounted, self._lines, self._recent, 0
        self._uncounted, self._lines, self._recent = {True: [], False: []}, Counter(), set()
        counts = {old: count_columns(frames[old]) for old in frames}
        for (name, old), height in lines.items():
            source, found = self._settings.get(name), counts[old].get(name, RequestCounts())
            if source is None:
                continue
            self.routes.update(found.routes)
            local = now.astimezone(source.zone)
            one = self._sources.setdefault(name, SourceCoverage(local))
            if old:
                one.first.lines += height
                one.add_first(found, recent=name in recent)
            else:
                one.lines += height
                one.add(found, local)
            self.on_counted(name, found.requests, found.unmapped.total())
            said = one.verdict(self._records)
            fits = said is MapVerdict.FITS
            # That it fits is shown by touches alone: other requests say nothing of what it fitted before.
            if said.known and (found.touched if fits else found.requests or said is MapVerdict.NO_REQUESTS):
                one.judged_at = now

    def spots(self, now: datetime) -> list[BlindSpot]:
        """Count and judge, keep what changed, and return the sources the record map does not fit."""
        self._count(now)
        for name, one in self._sources.items():
            one.judge(now.astimezone(self._settings[name].zone))
        found = {name: spot for name in self._sources if (spot := self._spot(self._settings[name], now)) is not None}
        self._urgent = self._urgent or found.keys() != self._blind
        self._blind = frozenset(found)
        self._refresh(now, found.keys())
        return list(found.values())

    def checked(self, name: str) -> MapChecked:
        """Return whether the record map was checked against a source."""
        one = self._sources.get(name)
        if one is None:
            return MapChecked()
        requests, said = one.first.tally.requests + one.total.requests, one.verdict(self._records)
        return MapChecked(said, one.judged_at, one.first.lines + one.lines, requests, name in self._blind)

    def covered(self, name: str) -> CoverageRow | None:
        """Return what the record map makes of a source, as it was a few seconds ago; None when it gives no requests.

        Other threads may ask.
        """
        return self._covered.get(name)

    def _refresh(self, now: datetime, blind: Collection[str]) -> None:
        if not passed(now, self._covered_at, _REFRESH_EVERY):
            return
        self._covered_at = now
        made: dict[str, CoverageRow] = {}
        for name, one in self._sources.items():
            local = now.astimezone(self._settings[name].zone)
            first = one.first.tally if one.total.requests < ENOUGH else RequestTally()
            requests, before = one.lately(local).requests + first.requests, self._covered.get(name)
            if before is not None and before.requests == requests and before.blind == (name in blind):
                made[name] = before
            elif requests:
                lately = one.lately(local, patterns=True)
                lately.merge(first, patterns=True)
                top = tuple(lately.unmapped.top(SHOWN))
                made[name] = CoverageRow(requests, lately.touched, top, name in blind, first.requests > 0)
        self._covered = made

    def unmatched(self, now: datetime) -> tuple[str, ...]:
        """Return the routes that never fitted anything; none while too little was seen to say so."""
        seen = sum(one.lately(now).requests + one.first.tally.requests for one in self._sources.values())
        return unmatched(self._records, self.routes) if seen >= ENOUGH else ()

    def save(self, unit: UnitOfWork, now: datetime, *, force: bool = False) -> None:
        """Write down what is known, beside the positions it was counted up to.

        Now and then only, unless forced, a verdict has changed, or a first reading was counted, which comes once.
        """
        if not (force or self._urgent or passed(now, self._kept_at, _KEEP_EVERY)):
            return
        self._count(now)
        self._kept_at, self._urgent = now, False
        sources = {name: one.to_json() for name, one in self._sources.items()}
        known = {"map": self._map, "since": self.since.isoformat(), "routes": self.routes, "sources": sources}
        unit.kv.set(_NAME, json.dumps(known, separators=(",", ":")))

    def _read(self, text: str | None, settings: Settings, now: datetime) -> None:
        """Take up what ``keep`` wrote; what cannot be read is forgotten, for it is learnt again in days."""
        zones = {source.name: source.zone for source in settings.sources}
        if text is None:
            return
        with SkipUnreadable(_NAME):
            raw = json.loads(text)
            sources = {
                name: SourceCoverage.from_json(one, now.astimezone(zones[name]))
                for name, one in raw["sources"].items()
                if name in zones
            }
            routes = Counter({int(number): int(count) for number, count in raw["routes"].items()})
            self.since, self._map = datetime.fromisoformat(raw["since"]), str(raw["map"])
            self._sources, self.routes = sources, routes

    def _spot(self, source: SourceSettings, now: datetime) -> BlindSpot | None:
        one = self._sources[source.name]
        if not source.client_data:
            return None
        if one.fallen is not None:
            tally = one.recent if one.recent.requests else one.lately(now.astimezone(source.zone), patterns=True)
            return _stated(source.name, "map-fell", tally, usual=round(100 * one.fallen))
        if fits_nothing(one.total, self._records):
            return _stated(source.name, "unmapped", one.total)
        if one.verdict(self._records) is not MapVerdict.FITS_NOTHING:
            return None
        # What was over long ago may have had another shape: it is shown, and nobody is called for it.
        return _stated(source.name, "unmapped-first", one.whole(patterns=True), quiet=not one.first.recent)


def fingerprint(records: RecordMap) -> str:
    """Return what changes when the routes do."""
    return sha256(json.dumps([route.model_dump() for route in records.routes]).encode()).hexdigest()[:16]


def tellable(patterns: Iterable[tuple[str, int]], requests: int) -> tuple[str, int]:
    """Return the most frequent pattern if it may go into a message; else nothing.

    What stands there is written by whoever sends requests: it must be made of plain words, and be asked for so often
    that nobody puts a text of theirs there in passing.
    """
    pattern, count = next(iter(patterns), ("", 0))
    safe = _SAFE.fullmatch(pattern) is not None and count * _LEAST_SHARE >= requests
    return (pattern, count) if safe else ("", 0)


def _stated(name: str, why: str, tally: RequestTally, *, usual: int = 0, quiet: bool = False) -> BlindSpot:
    pattern, times = tellable(tally.unmapped.top(1), tally.requests)
    args: tuple[tuple[str, str | int], ...] = (
        ("requests", tally.requests),
        ("touched", tally.touched),
        ("usual", usual),
        ("pattern", pattern or "none"),
        ("times", times),
    )
    return BlindSpot(kind=Blind.COVERAGE, name=name, why=why, args=args, passing=True, quiet=quiet)
