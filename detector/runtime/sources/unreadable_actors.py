"""Whose lines become unreadable: actors that most of a source's rejected lines show.

Comes in: the lines of a batch that gave no event, up to ``SAMPLE`` of them, spread evenly. Goes out: findings, of the
matter and the points of a rule, which join whatever else the actor did. Somebody is told of when over ``FEWEST`` lines
of a source in ten minutes show the same address or account, these are over half of the rejected lines, and either most
of this actor's lines are rejected or far more of them than of everybody else's: whoever sends most of all lines has
most of the bad ones, too.

What a line shows is a claim. A finding about an account names no address, so that whoever invents lines draws nobody
into an incident of his own; it opens none by itself. Its time is when the line was read, for it has no other.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
import polars as pl

from detector.decode import ClaimedActor
from detector.frames import EventBatch, LineBatch, counted_addresses, ids_of, line_hashes
from detector.runtime.kept_text import SkipUnreadable
from detector.runtime.sources.rejected_lines import live
from detector.schema.detection.findings import MAX_EVIDENCE, Detector, Evidence, Finding, Reason
from detector.schema.events.columns import ADDRESS
from detector.schema.ids import derive
from detector.schema.levels import Confidence, Severity
from detector.settings import Settings

NAME = RULE_ID = "unreadable-lines"
SPAN = timedelta(minutes=10)
FEWEST = 20
SAMPLE = 200
_OFTENER = 4  # the odds of this actor's lines to be rejected, against those of everybody else's
_SUSPECT = 5  # rejected lines after which an actor's lines that are read are counted as well
_MOST_NAMES = 1_000  # of a minute; one that over half of the lines show is among the most frequent
_KEPT = 100
_SCORE = 0.5
_ACTOR = "actor.id"

Claims = Callable[[LineBatch, Sequence[int]], list[ClaimedActor]]


@dataclass(slots=True)
class _Minute:
    """What a source gave: lines that were read, rejected lines looked at, and of both how many by actor."""

    at: datetime
    read: int = 0
    looked: int = 0
    bad: Counter[str] = field(default_factory=Counter)
    good: Counter[str] = field(default_factory=Counter)


class _Saved(msgspec.Struct):
    minutes: list[tuple[datetime, int, int, dict[str, int], dict[str, int]]]
    told: dict[str, tuple[str, int]]


@dataclass(slots=True)
class _Source:
    """One source within the span: its minutes, their sums, and of actors the day and count that were last said."""

    minutes: deque[_Minute] = field(default_factory=deque)
    bad: Counter[str] = field(default_factory=Counter)
    good: Counter[str] = field(default_factory=Counter)
    told: dict[str, tuple[str, int]] = field(default_factory=dict)

    def minute(self, now: datetime) -> _Minute:
        """Return the minute it is, and forget those that are over for long."""
        while self.minutes and now - self.minutes[0].at > SPAN:
            gone = self.minutes.popleft()
            self.bad, self.good = self.bad - gone.bad, self.good - gone.good
        at = now.replace(second=0, microsecond=0)
        if not self.minutes or self.minutes[-1].at != at:
            self.minutes.append(_Minute(at))
        return self.minutes[-1]

    def count_read(self, minute: _Minute, frame: pl.DataFrame) -> None:
        """Count lines that were read, and those of actors some of whose lines were not."""
        minute.read += frame.height
        wanted = [actor for actor, count in self.bad.items() if count >= _SUSPECT]
        if not wanted or not frame.height:
            return
        found = Counter(_frequent(frame.get_column(_ACTOR), wanted))
        addresses = [actor.removeprefix(ADDRESS) for actor in wanted if actor.startswith(ADDRESS)]
        # Whoever signed in is the actor by account, and his address counts as well.
        found.update({f"{ADDRESS}{one}": n for one, n in _frequent(counted_addresses(frame), addresses).items()})
        minute.good += found
        self.good += found

    def count_rejected(self, minute: _Minute, claims: Iterable[ClaimedActor], looked: int) -> Counter[str]:
        """Count rejected lines by who they are said to be of; returns those of this batch."""
        found = Counter(actor for claim in claims for actor in (claim.address, claim.account) if actor)
        minute.looked += looked
        minute.bad += found
        self.bad += found
        if len(minute.bad) > _MOST_NAMES:
            kept = Counter(dict(minute.bad.most_common(_MOST_NAMES // 2)))
            self.bad, minute.bad = self.bad - (minute.bad - kept), kept
        return found

    def stands_out(self, actor: str) -> bool:
        """Tell whether most rejected lines show this actor, and more often than his share of all lines."""
        looked, read = sum(one.looked for one in self.minutes), sum(one.read for one in self.minutes)
        bad, good = self.bad[actor], self.good[actor]
        if bad <= FEWEST or 2 * bad <= looked:
            return False
        return bad > good or bad * (read - good) > _OFTENER * (looked - bad) * good

    def news(self, actor: str, day: str) -> bool:
        """Tell whether this is to be said: for the first time on this day, or of twice as many lines."""
        known = self.told.get(actor, ("", 0))
        return known[0] != day or self.bad[actor] >= 2 * known[1]


class UnreadableActors:
    """Rejected lines by source and actor."""

    def __init__(self) -> None:
        self._sources: dict[str, _Source] = {}

    def add(
        self, batch: LineBatch, events: EventBatch, claims_of: Claims, settings: Settings, now: datetime
    ) -> list[Finding]:
        """Take in a batch, but for lines that stood there before their log was first opened.

        Args:
            batch: The lines.
            events: What they gave.
            claims_of: Says of rejected lines, by their first bytes, who they claim to be about (``Decoder.claims``).
            settings: Points, and which service a source is of.
            now: When the batch was read.

        Returns:
            What is to be said now, with lines of this batch as evidence.
        """
        bad = [each.offset for each in live(batch, events)] if events.rejects else []
        source = self._sources.get(batch.source)
        if source is None:
            if not bad:
                return []
            source = self._sources[batch.source] = _Source()
        minute = source.minute(now)
        source.count_read(minute, events.frame)
        if not bad:
            return []
        looked = bad if len(bad) <= SAMPLE else [bad[number * len(bad) // SAMPLE] for number in range(SAMPLE)]
        claims = claims_of(batch, looked)
        found = source.count_rejected(minute, claims, len(looked))
        day = now.date().isoformat()
        actors = [actor for actor in found if source.stands_out(actor) and source.news(actor, day)]
        return [self._tell(actor, source, claims, batch, settings, now) for actor in actors]

    def _tell(
        self,
        actor: str,
        source: _Source,
        claims: Iterable[ClaimedActor],
        batch: LineBatch,
        settings: Settings,
        now: datetime,
    ) -> Finding:
        day, count = now.date().isoformat(), source.bad[actor]
        source.told = {who: said for who, said in source.told.items() if said[0] == day} | {actor: (day, count)}
        mine = [claim for claim in claims if actor in (claim.address, claim.account)]
        by_address = actor.startswith(ADDRESS)
        args: tuple[tuple[str, str | int], ...] = (
            ("named", "address" if by_address else "account"),
            ("count", count),
            ("looked", sum(one.looked for one in source.minutes)),
            ("source", batch.source),
        )
        services = {each.name: each.service for each in settings.sources}
        return Finding(
            id=derive("finding", RULE_ID, batch.source, actor, day),
            detector=Detector.RULE,
            rule_id=RULE_ID,
            title="Somebody's lines become unreadable",
            title_ru="Чьи-то строки перестают читаться",
            actor_id=actor,
            actor_type="anonymous" if by_address else mine[0].kind,
            at=now,
            first_event_at=now,
            last_event_at=now,
            severity=Severity.MEDIUM,
            confidence=Confidence.LOW,
            score=_SCORE,
            risk=settings.group.risk.get(Severity.MEDIUM.value, 0),
            playbook="suspicious-activity",
            service=services.get(batch.source, ""),
            events=count,
            reasons=(Reason(message=RULE_ID, args=args),),
            source_ips=(actor.removeprefix(ADDRESS),) if by_address else (),
            evidence=_evidence(mine[:MAX_EVIDENCE], batch, now),
        )

    def to_text(self) -> str:
        """Return what must outlive a restart."""
        saved = {
            name: _Saved([_kept(minute) for minute in source.minutes], source.told)
            for name, source in self._sources.items()
            if source.told or source.bad
        }
        return msgspec.json.encode(saved).decode()

    @classmethod
    def from_text(cls, text: str | None) -> "UnreadableActors":
        """Return what was kept; what cannot be read is counted anew."""
        made = cls()
        with SkipUnreadable("unreadable actors"):
            for name, one in msgspec.json.decode(text or "{}", type=dict[str, _Saved]).items():
                source = made._sources[name] = _Source(told=one.told)
                for at, read, looked, bad, good in one.minutes:
                    source.minutes.append(_Minute(at, read, looked, Counter(bad), Counter(good)))
                    source.bad.update(bad)
                    source.good.update(good)
        return made


def _frequent(column: pl.Series, wanted: Sequence[str]) -> Mapping[str, int]:
    found = column.filter(column.is_in(wanted))
    return dict(found.value_counts().iter_rows()) if len(found) else {}


def _kept(minute: _Minute) -> tuple[datetime, int, int, dict[str, int], dict[str, int]]:
    bad = dict(minute.bad.most_common(_KEPT))
    return minute.at, minute.read, minute.looked, bad, {who: minute.good[who] for who in bad if minute.good[who]}


def _evidence(claims: Sequence[ClaimedActor], batch: LineBatch, now: datetime) -> tuple[Evidence, ...]:
    hashes = line_hashes([claim.line_hash or None for claim in claims], [claim.text for claim in claims])
    offsets = [claim.offset for claim in claims]
    event_ids = ids_of([batch.file_id] * len(claims), offsets, hashes)
    return tuple(
        Evidence(at=now, event_id=event_id, path=batch.path, offset=offset, line_hash=line_hash)
        for event_id, offset, line_hash in zip(event_ids, offsets, hashes, strict=True)
    )
