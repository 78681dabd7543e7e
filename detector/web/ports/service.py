"""The service as the pages show it: its sources, its first reading, what it judges by.

Comes in: nothing. Goes out: ``ServiceView`` and its parts, made by the runtime once a second.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from detector.schema.detection.findings import Reason
from detector.schema.detection.health import HealthCheck
from detector.schema.detection.source_hours import SourceHour
from detector.schema.events.touches import CountedOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageView:
    """What the record map makes of a source's requests, today and yesterday.

    Attributes:
        touched: How many of the requests touched client data.
        unmapped: The most frequent patterns no route names, without ids, and how often they came.
        first: Requests of the first reading are among them, because too few came since.
    """

    requests: int
    touched: int
    unmapped: tuple[tuple[str, int], ...] = ()
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstReading:
    """A source's first reading.

    Attributes:
        going: It is not over yet.
        read / whole: Bytes read and to be read, as far as they can be counted; ``whole`` is 0 where they cannot.
        lines / rejects: Lines read so far, and how many gave no event.
        first / last: Event times of the oldest and the newest of them.
    """

    going: bool
    read: int = 0
    whole: int = 0
    lines: int = 0
    rejects: int = 0
    first: datetime | None = None
    last: datetime | None = None

    @property
    def share(self) -> int:
        """How much of it is done, in whole percent, never 100 while it goes on."""
        return min(100 * self.read // self.whole, 99) if self.whole else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """One source as the pages show it.

    Attributes:
        format: As configured. formats: what was found to fit, by stream.
        lag_bytes: Written and not yet read.
        last_line_at: When it last gave a line.
        last_event_at: Newest event time in it, but for lines dated ahead. ahead: how many those are.
        problems: What is wrong with it, in words.
        coverage: None when it gives no requests.
        learned_lag: How old its lines are when they are read, as learned; None while that is not known.
        judged_apart: Some are so old then that behaviour does not judge them with the account's past.
        hours: What was measured of it in the last hours, as far as it is kept.
        first_reading: What was read of it that stood there before it was first followed; None: nothing.
    """

    name: str
    service: str
    format: str
    files: int
    lines: int
    rejects: int
    lag_bytes: int
    last_line_at: datetime | None
    last_event_at: datetime | None
    ahead: int = 0
    problems: tuple[str, ...] = ()
    coverage: CoverageView | None = None
    learned_lag: timedelta | None = None
    judged_apart: bool = False
    hours: tuple[SourceHour, ...] = ()
    first_reading: FirstReading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingSource:
    """A log source that rules are about and nothing here reads.

    Attributes:
        name: In words: ``kubernetes/application/audit``. rules: How many are about it.
        needs: What would feed them, by language; empty where nobody knows more than the name.
    """

    name: str
    rules: int
    needs: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceView:
    """The service as the pages and /readyz show it; made once a second, so that no page waits for a batch.

    Attributes:
        ready: Reading, and able to commit. why_not: in words, when it is not.
        failing_since: Since when decisions cannot be kept, and nothing is read; None: they can.
        beat_at: When this picture was made: an old one means the main loop is stuck.
        model: One sentence on the behaviour model.
        blind_spots: What is not working, in words.
        model_said: The same as ``model``, as a message with arguments, so that it reads in both languages; None when
            there are no such words.
        spots_said: The same as ``blind_spots``, likewise; empty when there are no such words.
        checks: What is called healthy, and when it was last seen to be.
        routes_unmatched: Routes of the record map that fitted nothing since ``map_since``.
        waiting: Log sources whose rules wait because nothing here reads such events; the most rules first.
        model_change: What became of the last candidate, or of the model, by whom.
        unseen: Log sources of which no event has come in this run, with the number of rules about each.
        counted: How far events are counted in order; None until some were read.
    """

    ready: bool
    why_not: str = ""
    failing_since: datetime | None = None
    started_at: datetime
    beat_at: datetime
    rules: int
    model: str
    sources: tuple[SourceView, ...]
    blind_spots: tuple[str, ...] = ()
    model_said: Reason | None = None
    model_change: Reason | None = None
    spots_said: tuple[Reason, ...] = ()
    checks: tuple[HealthCheck, ...] = ()
    routes_unmatched: tuple[str, ...] = ()
    map_since: datetime | None = None
    waiting: tuple["WaitingSource", ...] = ()
    unseen: tuple[tuple[str, int], ...] = ()
    counted: CountedOrder | None = None
