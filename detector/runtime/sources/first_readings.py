"""First readings: what was read that stood in logs before they were first opened, and what is history because of it.

Comes in: batches whose reader says which of their lines stood there before, findings, the time. Goes out: findings that
are history, and, when the reading is over, the rows of its digest. A first reading begins with the first such line and
ends when every source has been read up to the end it had when it was first followed. What is kept of it is saved
together with the positions, so that after a crash it counts nothing twice.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec
import polars as pl

from detector.frames import EventBatch, LineBatch
from detector.group import reached
from detector.incident import Playbook, digest_id, ranked, rows_of
from detector.incident.history_digest import MOST_ROWS
from detector.runtime.sources.clock_skew import not_ahead
from detector.runtime.sources.rejected_lines import FEWEST, counted, in_words, too_many
from detector.runtime.visibility.blind_spots import Blind, BlindSpot
from detector.schema.case.first_reading import OVER, Read, Row
from detector.schema.detection.findings import Finding
from detector.schema.events.lines import RejectReason
from detector.settings import GroupSettings
from detector.store import UnitOfWork

NAME = "history"
# Adding points up costs the square of the findings; an actor with more than so many that may reach the threshold does.
_MOST_ADDED = 2_000


@dataclass(slots=True)
class FirstReadingTally:
    """What a first reading has read of one source."""

    lines: int = 0
    rejects: int = 0
    first: datetime | None = None
    last: datetime | None = None


class _Saved(msgspec.Struct):
    number: int = 0
    reading: bool = False
    due: bool = False
    tallies: dict[str, tuple[int, int, datetime | None, datetime | None]] = {}
    followed: dict[str, tuple[str, ...]] | None = None
    unread: dict[str, dict[RejectReason, int]] = {}
    since: dict[str, int] = {}
    unordered: dict[str, int] = {}
    unordered_at: datetime | None = None


@dataclass(slots=True)
class FirstReadings:
    """The service's first readings.

    Attributes:
        number: How many there have been.
        reading: One is under way.
        due: Something was found in it that no digest has told yet.
        tallies: What the latest has read, by source.
        followed: The sources followed up to the last save, with the paths they named; None: not known.
        unread: Lines of the latest that gave no event and should have, by source and reason.
        since: Events of these sources that came afterwards.
        unordered: Lines of the latest that lay over an hour behind others of their log, by source: no rule over
            several events has seen them with those around them.
        unordered_at: When the last of them was read.
    """

    number: int = 0
    reading: bool = False
    due: bool = False
    tallies: dict[str, FirstReadingTally] = field(default_factory=dict)
    followed: Mapping[str, tuple[str, ...]] | None = None
    unread: dict[str, Counter[RejectReason]] = field(default_factory=dict)
    since: Counter[str] = field(default_factory=Counter)
    unordered: Counter[str] = field(default_factory=Counter)
    unordered_at: datetime | None = None

    @classmethod
    def from_text(cls, text: str | None) -> "FirstReadings":
        """Return what was saved; nothing has been read where nothing was."""
        if not text:
            return cls()
        saved = msgspec.json.decode(text, type=_Saved)
        tallies = {name: FirstReadingTally(*each) for name, each in saved.tallies.items()}
        unread = {name: Counter(why) for name, why in saved.unread.items()}
        made = cls(saved.number, saved.reading, saved.due, tallies, saved.followed, unread, Counter(saved.since))
        made.unordered, made.unordered_at = Counter(saved.unordered), saved.unordered_at
        return made

    def to_text(self, followed: Mapping[str, tuple[str, ...]]) -> str:
        """Return what is to be saved with the positions."""
        # A source that is not configured now may come back: it has been followed all the same.
        self.followed = {**(self.followed or {}), **followed}
        tallies = {name: (t.lines, t.rejects, t.first, t.last) for name, t in self.tallies.items()}
        unread = {name: dict(why) for name, why in self.unread.items()}
        saved = _Saved(
            self.number,
            self.reading,
            self.due,
            tallies,
            dict(self.followed),
            unread,
            {**self.since},
            {**self.unordered},
            self.unordered_at,
        )
        return msgspec.json.encode(saved).decode()

    @property
    def digest(self) -> str:
        """Id of the digest that reports what is found in the latest first reading."""
        return digest_id(self.number)

    def count(self, batches: Sequence[LineBatch], decoded: Sequence[EventBatch]) -> None:
        """Count the lines of batches that stood there before; the first of them begins a first reading."""
        for batch, events in zip(batches, decoded, strict=True):
            if batch.start >= batch.history:
                if batch.source in self.unread:
                    self.since[batch.source] += events.frame.height
                continue
            if not self.reading:
                self.number, self.reading, self.tallies = self.number + 1, True, {}
                self.unread, self.since = {}, Counter()
                self.unordered, self.unordered_at = Counter(), None
            tally = self.tallies.setdefault(batch.source, FirstReadingTally())
            old = int((batch.offsets < batch.history).sum()) + sum(r.offset < batch.history for r in batch.rejects)
            tally.lines += old
            tally.rejects += sum(reject.offset < batch.history for reject in events.rejects)
            why = Counter(each.reason for each in counted(batch, events) if each.offset < batch.history)
            if why:
                self.unread.setdefault(batch.source, Counter()).update(why)
            times = events.frame.get_column("@timestamp").filter(events.frame.get_column("log.offset") < batch.history)
            credible = not_ahead(times, batch.ingested)
            first, last = credible.min(), credible.max()
            if isinstance(first, datetime) and isinstance(last, datetime):
                tally.first = min(tally.first or first, first)
                tally.last = max(tally.last or last, last)

    def count_unordered(self, lines: Mapping[str, int], now: datetime) -> None:
        """Count lines of a first reading that lay over an hour behind others of their log, by source."""
        if lines:
            self.unordered.update(lines)
            self.unordered_at = now

    def spots(self, sources: Collection[str], now: datetime) -> list[BlindSpot]:
        """Return the sources, of those given, whose first reading could not read or put in order too many lines.

        Nobody is called for what stood there before. What was not read is over when lines that come now are read; what
        was not in order is shown for a day.
        """
        found = []
        if self.unordered_at is not None and now - self.unordered_at <= OVER:
            found += [
                BlindSpot(kind=Blind.LATE, name=name, why="late-first", count=count, quiet=True)
                for name, count in self.unordered.items()
                if name in sources
            ]
        for name, why in self.unread.items():
            tally, total = self.tallies.get(name, FirstReadingTally()), why.total()
            if name in sources and self.since[name] < FEWEST and too_many(total, tally.lines):
                percent = max(1, 100 * total // tally.lines)
                args = (("percent", percent), ("reasons", in_words(why)))
                spot = BlindSpot(kind=Blind.REJECTS, name=name, why="rejects-first", count=total, args=args, quiet=True)
                found.append(spot)
        return found

    def told_apart(self, findings: Iterable[Finding], now: datetime) -> tuple[Finding, ...]:
        """Return findings, as history only those that were over for more than a day when they were read."""
        edge = now - OVER
        return tuple(
            replace(finding, history=False) if finding.history and finding.last_event_at >= edge else finding
            for finding in findings
        )

    def ended(self, *, catching_up: bool, waiting: pl.DataFrame) -> bool:
        """End the first reading if all of it was read and judged; tell whether it ended now."""
        if not self.reading or catching_up or waiting.get_column("log.history").any():
            return False
        self.reading = False
        return True

    @property
    def read(self) -> Read:
        """What the latest first reading has read."""
        tallies = self.tallies.values()
        return Read(
            lines=sum(tally.lines for tally in tallies),
            rejects=sum(tally.rejects for tally in tallies),
            sources=tuple(sorted(self.tallies)),
            first=min((tally.first for tally in tallies if tally.first), default=None),
            last=max((tally.last for tally in tallies if tally.last), default=None),
            unordered=self.unordered.total(),
        )

    def rows(
        self, unit: UnitOfWork, settings: GroupSettings, playbooks: Mapping[str, Playbook]
    ) -> tuple[list[Row], int]:
        """Return the worst rows of the digest, the worst first, and how many there are beyond those."""
        worst: list[Row] = []
        count = 0
        for alerts in unit.incidents.alerts_of_digest(self.digest):
            findings = unit.incidents.findings({each for alert in alerts for each in alert.finding_ids})
            found = rows_of(alerts, findings, playbooks, lambda behind: _reaches(behind, settings))
            # What went on is an incident with its whole span; only what is over is told here.
            found = [row for row in found if not row.incident_id]
            count += len(found)
            worst = ranked((*worst, *found))[:MOST_ROWS]
        return worst, count - len(worst)


def _reaches(findings: Sequence[Finding], settings: GroupSettings) -> bool:
    """Tell whether findings of one actor and matter would have opened an incident."""
    strongest: dict[str, int] = {}
    for finding in findings:
        strongest[finding.rule_id] = max(strongest.get(finding.rule_id, 0), finding.risk)
    if max(strongest.values()) >= settings.threshold:
        return True
    if 2 * sum(strongest.values()) < settings.threshold:
        return False
    if len(findings) > _MOST_ADDED:
        return True
    start = min(finding.at for finding in findings)
    return reached(findings, start, settings.horizon, settings.threshold) is not None
