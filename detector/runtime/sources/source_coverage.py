"""Does the record map fit one source? Its coverage lately, and whether that fell.

Comes in: counts of requests and the time. Goes out: the share that touches client data, the most frequent patterns no
route names, and a verdict. Requests are judged a window at a time (a minute and a hundred requests at least). The map
has stopped fitting when requests come as they usually do, or at addresses never seen before, while hardly any of them
touches client data any more. A flood of strange requests beside the usual ones changes the share, and is no verdict:
the touches themselves must be missing. It stays blind until touches come back.

A first reading is counted apart: what stood in a log before may have had another shape, so it teaches nothing that is
usual; but that nothing at all of it is mapped is told. It does no I/O.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import Any

from detector.decode import RequestCounts
from detector.runtime.sources.heavy_hitters import HeavyHitters
from detector.runtime.sources.usual_share import Usual, UsualShare
from detector.settings import RecordMap, Route

ENOUGH = 100
"""Requests it takes to say something."""
SHOWN = 5
"""Patterns shown for each source."""
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=7)
_FALL = 10
"""A share has fallen when it is at most the usual one divided by this."""
_EXPECTED = 10
"""So many touches must have been expected before their absence says something."""
_FEWEST_WINDOWS, _MOST_WINDOWS = 3, 256
"""So many windows with touches make what was seen today, for want of an earlier day, the usual; so many are kept."""
_DAYS = 2
_KEPT = 100
_HOUR = timedelta(hours=1)


@dataclass(slots=True)
class RequestTally:
    """Requests of some span: counts, and what no route names."""

    requests: int = 0
    touched: int = 0
    by_path: int = 0
    statements: int = 0
    texts: int = 0
    unmapped: HeavyHitters = field(default_factory=HeavyHitters)

    def add(self, counts: RequestCounts) -> None:
        """Count these as well."""
        self.requests += counts.requests
        self.touched += counts.touched
        self.by_path += counts.by_path
        self.statements += counts.statements
        self.texts += counts.texts
        self.unmapped.add(counts.unmapped)

    def merge(self, other: "RequestTally", *, patterns: bool) -> None:
        """Count what another one has counted, its patterns too if asked to."""
        self.requests += other.requests
        self.touched += other.touched
        self.by_path += other.by_path
        self.statements += other.statements
        self.texts += other.texts
        if patterns:
            self.unmapped.merge(other.unmapped)

    def to_json(self) -> Any:
        """Return it as plain values."""
        numbers = [self.requests, self.touched, self.by_path, self.statements, self.texts, self.unmapped.lost]
        return [*numbers, dict(self.unmapped.top(_KEPT))]

    @classmethod
    def from_json(cls, raw: Any) -> "RequestTally":
        """Read what ``to_json`` returned."""
        *numbers, unmapped = raw
        requests, touched, by_path, statements, texts, lost = map(int, numbers)
        counts = Counter({str(pattern): int(count) for pattern, count in unmapped.items()})
        return cls(requests, touched, by_path, statements, texts, HeavyHitters(counts, lost))


class MapVerdict(StrEnum):
    """What can be said of a record map and a source: the last part of the messages ``health-map-...``."""

    FITS = "fits"
    FITS_NOTHING = "fits-nothing"
    TOO_FEW = "too-few"
    ONLY_OLD = "only-old"
    UNTELLABLE = "untellable"
    TEXTS = "texts"
    NO_REQUESTS = "no-requests"

    @property
    def known(self) -> bool:
        """Whether enough was seen to say so; where there are no requests, the map has nothing to fit."""
        return self in (MapVerdict.FITS, MapVerdict.FITS_NOTHING, MapVerdict.NO_REQUESTS)


@dataclass(slots=True)
class FirstSeen:
    """What a first reading has shown.

    Attributes:
        lines: Events of it.
        tally: Its requests.
        recent: Some of it happened within a day before it was read: it is what the source looks like now.
    """

    lines: int = 0
    tally: RequestTally = field(default_factory=RequestTally)
    recent: bool = False

    def to_json(self) -> Any:
        """Return it as plain values."""
        return [self.lines, self.tally.to_json(), self.recent]

    @classmethod
    def from_json(cls, raw: Any) -> "FirstSeen":
        """Read what ``to_json`` returned."""
        lines, tally, recent = raw
        return cls(int(lines), RequestTally.from_json(tally), bool(recent))


@dataclass(slots=True)
class SourceCoverage:
    """What is known of one source since the record map is as it is.

    Attributes:
        lines: Its events, without those of a first reading.
        total: Its requests, likewise; patterns only as long as none of them touches client data.
        first: What a first reading has shown.
        judged_at: When the last request came by which something could be said.
        days: Its requests of today and yesterday, by day (its ordinal, local).
        usual: What is usual.
        steady: Of windows that were as they should be and had touches: share, and requests and touches in an hour.
        fallen: The share that was usual before it fell; None while it has not.
        window / since: Requests not judged yet, and since when they are counted.
        recent: The requests judged last.
    """

    since: datetime
    lines: int = 0
    total: RequestTally = field(default_factory=RequestTally)
    first: FirstSeen = field(default_factory=FirstSeen)
    judged_at: datetime | None = None
    days: dict[int, RequestTally] = field(default_factory=dict)
    usual: UsualShare = field(default_factory=UsualShare)
    steady: list[tuple[float, float, float]] = field(default_factory=list)
    fallen: float | None = None
    window: RequestTally = field(default_factory=RequestTally)
    recent: RequestTally = field(default_factory=RequestTally)
    _known: frozenset[str] = frozenset()
    _appeared: frozenset[str] = frozenset()

    def add(self, counts: RequestCounts, local: datetime) -> None:
        """Count requests; ``local`` is the present where the source's people live."""
        self.total.add(counts)
        if self.total.touched:
            self.total.unmapped = HeavyHitters()
        self.window.add(counts)
        self.days.setdefault(local.toordinal(), RequestTally()).add(counts)
        while len(self.days) > _DAYS:
            del self.days[min(self.days)]

    def add_first(self, counts: RequestCounts, *, recent: bool) -> None:
        """Count requests of a first reading; ``recent`` tells whether some of its lines are."""
        self.first.tally.add(counts)
        self.first.recent = self.first.recent or recent

    def whole(self, *, patterns: bool = False) -> RequestTally:
        """Return all requests, those of a first reading too; their patterns, which cost more, only if asked to."""
        made = RequestTally()
        for tally in (self.first.tally, self.total):
            made.merge(tally, patterns=patterns)
        return made

    def verdict(self, records: RecordMap) -> MapVerdict:
        """Return what can be said; a first reading of nothing but old lines speaks only against the map."""
        now = verdict(self.lines, self.total, records)
        if now.known or not self.first.lines:
            return now
        whole = verdict(self.lines + self.first.lines, self.whole(), records)
        if self.first.recent or whole is MapVerdict.FITS_NOTHING or not whole.known:
            return whole
        return MapVerdict.ONLY_OLD

    def lately(self, local: datetime, *, patterns: bool = False) -> RequestTally:
        """Return the requests of today and yesterday; their patterns, which cost more, only if asked to."""
        made = RequestTally()
        for day, tally in self.days.items():
            if local.toordinal() - day < _DAYS:
                made.merge(tally, patterns=patterns)
        return made

    def judge(self, local: datetime) -> bool:
        """Judge the window if it is complete; return whether the verdict has changed."""
        if not self._complete(local):
            return False
        age, window, before = local - self.since, self.window, self.fallen
        if before is not None and window.touched * _FALL > before * window.requests:
            self.fallen = None
        usual = self._expected(age)
        if self.fallen != before or usual is None:
            self._healthy(local)
            return self.fallen != before
        expected = min(usual.share * window.requests, usual.touched * (age / _HOUR))
        if expected < _EXPECTED:
            if local.hour != self.since.hour:  # nothing can be said of this hour, and the next one has its own usual
                self._learn(local)
                self._begin(local)
        elif self._fell(usual, expected, age / _HOUR):
            self.fallen = before or usual.share
            self._begin(local)
        else:
            self._healthy(local)
        return self.fallen != before

    def _complete(self, local: datetime) -> bool:
        age = local - self.since
        if age < timedelta(0):  # the clock was set back
            self.since = local
        if age >= _SHORTEST and self.window.requests >= ENOUGH:
            return True
        if age > _LONGEST:
            self._begin(local)
        return False

    def _healthy(self, local: datetime) -> None:
        self._learn(local)
        if self.window.touched:
            hours = (local - self.since) / _HOUR
            share = self.window.touched / self.window.requests
            self.steady = [*self.steady, (share, self.window.requests / hours, self.window.touched / hours)]
            del self.steady[:-_MOST_WINDOWS]
        # What appeared within the window may be what replaced the known: it is known only after another one.
        self._known, self._appeared = self._appeared, self._patterns()
        self._begin(local)

    def _learn(self, local: datetime) -> None:
        # What is broken must not become the usual; a window over several hours tells of none of them.
        if self.fallen is None and local - self.since <= _HOUR:
            self.usual.add(self.since, self.window.requests, self.window.touched)

    def _begin(self, local: datetime) -> None:
        self.recent, self.window, self.since = self.window, RequestTally(), local

    def _patterns(self) -> frozenset[str]:
        return frozenset(pattern for tally in self.days.values() for pattern in tally.unmapped.counts)

    def _expected(self, age: timedelta) -> Usual | None:
        """Return what is usual at the window's hour, for want of that what was seen before it."""
        known = self._by_hour(age)
        if known is not None or self.fallen is not None:
            return known
        if len(self.steady) < _FEWEST_WINDOWS:
            return None
        shares, requests, touched = zip(*self.steady, strict=True)
        return Usual(share=median(shares), requests=median(requests), touched=median(touched))

    def _by_hour(self, age: timedelta) -> Usual | None:
        return self.usual.at(self.since) if age <= _HOUR else None

    def _fell(self, usual: Usual, expected: float, hours: float) -> bool:
        window = self.window
        if window.touched * _FALL > expected:
            return False
        strange = sum(count for pattern, count in window.unmapped.counts.items() if pattern not in self._known)
        as_usual = self._by_hour(hours * _HOUR) is not None and 2 * window.requests >= usual.requests * hours
        return as_usual or 2 * strange >= window.requests

    def to_json(self) -> Any:
        """Return what outlives a restart, as plain values."""
        return {
            "lines": self.lines,
            "total": self.total.to_json(),
            "first": self.first.to_json(),
            "judged": self.judged_at.isoformat() if self.judged_at else None,
            "fallen": self.fallen,
            "days": {day: tally.to_json() for day, tally in self.days.items()},
            "usual": self.usual.to_json(),
            "steady": self.steady,
            "recent": self.recent.to_json(),
            "known": [sorted(self._known), sorted(self._appeared)],
            "window": [self.since.isoformat(), self.window.to_json()],
        }

    @classmethod
    def from_json(cls, raw: Any, local: datetime) -> "SourceCoverage":
        """Read what ``to_json`` returned; a window of less than an hour begins anew.

        Raises:
            ValueError, TypeError, AttributeError, KeyError: It is something else.
        """
        fallen, judged = raw["fallen"], raw["judged"]
        made = cls(
            since=local,
            lines=int(raw["lines"]),
            total=RequestTally.from_json(raw["total"]),
            first=FirstSeen.from_json(raw["first"]),
            judged_at=None if judged is None else datetime.fromisoformat(judged),
            days={int(day): RequestTally.from_json(tally) for day, tally in raw["days"].items()},
            usual=UsualShare.from_json(raw["usual"]),
            steady=[(float(share), float(requests), float(touched)) for share, requests, touched in raw["steady"]],
            fallen=None if fallen is None else float(fallen),
        )
        made.recent = RequestTally.from_json(raw["recent"])
        since, window = datetime.fromisoformat(raw["window"][0]), RequestTally.from_json(raw["window"][1])
        # A longer one teaches no hour what is usual, so that the time in which nobody watched does no harm.
        if local - since > _HOUR:
            made.since, made.window = since.astimezone(local.tzinfo), window
        made._known, made._appeared = map(frozenset, raw["known"])
        return made


def fits_nothing(counts: RequestTally | RequestCounts, records: RecordMap) -> bool:
    """Tell whether enough requests came, and none of them touched client data by the record map.

    Statements count only where the map names tables at all; of files nobody can tell which hold client data.
    """
    by_table = counts.statements if any(route.table for route in records.routes) else 0
    return not counts.touched and max(counts.by_path, by_table) >= ENOUGH


def verdict(lines: int, counts: RequestTally | RequestCounts, records: RecordMap) -> MapVerdict:
    """Return what can be said of a source that gave so many events, and these requests among them."""
    if counts.touched:
        return MapVerdict.FITS
    if fits_nothing(counts, records):
        return MapVerdict.FITS_NOTHING
    if not counts.requests and counts.texts >= ENOUGH:
        return MapVerdict.TEXTS
    if not counts.requests:
        return MapVerdict.NO_REQUESTS if lines >= ENOUGH else MapVerdict.TOO_FEW
    by_table = counts.statements and any(route.table for route in records.routes)
    tellable = counts.by_path or by_table or counts.requests < ENOUGH
    return MapVerdict.TOO_FEW if tellable else MapVerdict.UNTELLABLE


def unmatched(records: RecordMap, routes: Mapping[int, int]) -> tuple[str, ...]:
    """Return the routes that fitted nothing, as people know them."""
    return tuple(route_name(route) for number, route in enumerate(records.routes) if not routes.get(number))


def route_name(route: Route) -> str:
    """Return a route as its author would recognise it; all of it is the configuration's own text."""
    if route.table:
        return f"table {route.table}"
    if route.path:
        return " ".join(filter(None, [",".join(route.methods), route.path]))
    return "when " + ", ".join(f"{name}={value}" for name, value in route.when.items())
