"""The pipeline on one screen: one turn takes bytes to decisions.

    reader.poll -> decoder.decode -> journal.append -> core.step -> journal.append_reasons -> decider.decide

Decisions are written at once. Every few seconds the detection state, the access journal's part and the position both
stand at are saved in one transaction with them; after a crash the lines since then are read again.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import polars as pl

from detector.acquire import Reader
from detector.clock import Clock, monotonic, passed
from detector.decode import Decoder
from detector.detect import STATE_VERSION, Core, CoreState, Judged
from detector.errors import Cause, NabatError, UnreadableRowError
from detector.frames import EventBatch, LineBatch, compact, concat, mark_history
from detector.runtime import pacing
from detector.runtime.components import Components
from detector.runtime.coverage_hours.hour_counts import SourceHours
from detector.runtime.decide import Decider, DecisionOutcome
from detector.runtime.evictions import Evictions
from detector.runtime.intake.fault_isolation import FaultIsolation
from detector.runtime.intake.poison_lines import PoisonLines
from detector.runtime.intake.unfinished_records import UnfinishedRecords
from detector.runtime.kept_text import moments_from, moments_text
from detector.runtime.pending_findings import DecidedFindings, PendingFindings
from detector.runtime.sources.clock_skew import NAME as CLOCKS
from detector.runtime.sources.clock_skew import ClockSkew, not_ahead
from detector.runtime.sources.coverage_report import Coverage
from detector.runtime.sources.first_readings import NAME as HISTORY
from detector.runtime.sources.first_readings import FirstReadings
from detector.runtime.sources.last_resort import LastResort
from detector.runtime.sources.late_lines import NAME as LATE
from detector.runtime.sources.late_lines import LateLines
from detector.runtime.sources.rejected_lines import NAME as REJECTED
from detector.runtime.sources.rejected_lines import RejectedLines
from detector.runtime.sources.unnamed_touches import UnnamedTouches
from detector.runtime.sources.unreadable_actors import NAME as UNREADABLE
from detector.runtime.sources.unreadable_actors import UnreadableActors
from detector.runtime.undecided_findings import NAME as UNDECIDED
from detector.runtime.undecided_findings import UndecidedFindings
from detector.schema.detection.findings import Finding
from detector.store import Journal, Snapshots, Store, UnitOfWork
from detector.telemetry import FaultLog, Logger
from detector.telemetry.metrics import Metrics

log = Logger("pipeline")
# Saving costs more the more actors are known, and nothing else is done meanwhile: at most once in this time on account
# of decisions, and never more than a tenth of the time, so long as what a crash has read again stays bounded.
_KEEP_WITH_DECISIONS = timedelta(seconds=1)
_SAVING_SHARE = 10
_LONGEST_UNSAVED = timedelta(seconds=30)
# So many streams are remembered, whether or not they are still followed.
_FEW_STREAMS = 1_000
_LAST_LINES = "last-lines"


@dataclass(slots=True)
class Freshness:
    """What each source last gave, for lag, silence and health.

    Attributes:
        last_line: When each source last gave a line, in this run or one before it.
        last_event: Newest event time of each source, but for lines dated ahead of when they were read.
        ahead: How many lines of each source were dated so.
        event_read_at: When the newest line was read that gave an event.
        datasets: Kinds of log (``event.dataset``) that events have come of in this run.
        judged_at / scored_at: When rules last saw an event, and the model last judged a window.
    """

    last_line: dict[str, datetime] = field(default_factory=dict)
    last_event: dict[str, datetime] = field(default_factory=dict)
    ahead: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)
    rejects: Counter[str] = field(default_factory=Counter)
    read_bytes: Counter[str] = field(default_factory=Counter)
    event_read_at: dict[str, datetime] = field(default_factory=dict)
    datasets: set[str] = field(default_factory=set)
    judged_at: datetime | None = None
    scored_at: datetime | None = None

    def add_times(self, source: str, times: pl.Series, read: datetime) -> None:
        """Take event times of a source's lines in, as they were read at a moment."""
        credible = not_ahead(times, read)
        self.ahead[source] += times.len() - credible.len()
        newest = credible.max()
        if isinstance(newest, datetime):
            self.last_event[source] = max(self.last_event.get(source, newest), newest)


class Pipeline:
    """Turns of the daemon. Owns the detection state; everything else it is given."""

    def __init__(
        self,
        *,
        reader: Reader,
        parts: Components,
        decider: Decider,
        store: Store,
        journal: Journal,
        snapshots: Snapshots,
        metrics: Metrics,
        clock: Clock,
        coverage: Coverage,
        state: CoreState,
        history: FirstReadings | None = None,
        poison: PoisonLines,
    ) -> None:
        self.reader = reader
        self.decoder: Decoder = parts.decoder
        self.core: Core = parts.core
        self.parts = parts
        self.decider = decider
        self.state = state
        self.history = history or FirstReadings()
        self.freshness = Freshness()
        self.forgotten = Evictions()
        self.coverage = coverage
        self.hours = SourceHours(clock.now)
        coverage.on_counted = lambda source, requests, unmapped: self.hours.add(
            source, requests=requests, unmapped=unmapped
        )
        self.last_resort = LastResort()
        self.unnamed = UnnamedTouches()
        with store.read() as unit:
            self.clocks = ClockSkew.from_text(unit.kv.get(CLOCKS))
            self.late_lines = LateLines.from_text(unit.kv.get(LATE))
            self.rejected = RejectedLines.from_text(unit.kv.get(REJECTED), clock.now())
            self.unreadable = UnreadableActors.from_text(unit.kv.get(UNREADABLE))
            self.undecided = UndecidedFindings.from_text(unit.kv.get(UNDECIDED))
            self.freshness.last_line.update(moments_from(_LAST_LINES, unit.kv.get(_LAST_LINES)))
        self._services = _services(parts)
        self._lateness = _lateness(parts)
        self.judged: Judged | None = None
        self.rule_errors: Counter[str] = Counter()
        self.rule_causes: dict[str, Cause] = {}
        self._faults = FaultLog("pipeline")
        self._store = store
        self._journal = journal
        self._snapshots = snapshots
        self._metrics = metrics
        self._clock = clock
        self._unfinished = UnfinishedRecords()
        self._held, self._decided = PendingFindings(), DecidedFindings()
        self.shield = FaultIsolation(
            on_apart=metrics.decode_fallbacks.inc,
            on_lost=lambda source: metrics.decoder_faults.labels(source).inc(),
        )
        self.poison = poison
        self._share = pacing.FIRST_SHARE
        self._dirty = self._torn = False
        self._sweep_at = _FEW_STREAMS
        self._saved_at: datetime | None = None
        self._saving_took = timedelta(0)
        self.on_messages: Callable[[], None] = lambda: None
        self.on_events: Callable[[pl.DataFrame], None] = lambda events: None
        self.on_changed: Callable[[Sequence[str]], None] = lambda ids: None

    def turn(self) -> int:
        """Read what there is, judge it, write what was decided; returns the number of lines read.

        Raises:
            StoreError: Nothing was committed; the findings are kept and tried again.
        """
        began, read_up_to = monotonic(), self._clock.now()
        with self._timed("acquire"):
            batches = self.reader.poll(self._share)
        findings: list[Finding] = []
        self._torn = bool(batches)
        for part, later in self.poison.parts(batches):  # as a rule one: all of them
            findings += self._judge(part, later, read_up_to)
        self._torn = False
        self._dirty = self._dirty or bool(batches)
        # That a matter goes on can wait for the beat: it is stated with every turn, and writing it costs a commit.
        if self._decided.needs_commit_now(finding for finding in findings if not finding.history):
            with self._timed("decide"):
                self._decide()
        if batches:
            took = monotonic() - began
            self._metrics.batch_seconds.observe(took)
            self._share = pacing.share(self._share, took)
        return sum(batch.lines.len() + len(batch.rejects) for batch in batches if not batch.provisional)

    def _judge(self, batches: Sequence[LineBatch], later: Mapping[str, str], read_up_to: datetime) -> Sequence[Finding]:
        """Decode and judge batches; returns what was found, which is held until it is decided about.

        Args:
            batches: Read in this turn.
            later: Streams, with their sources, of which there are lines that were read and are judged behind these.
            read_up_to: What was written before this moment has been read, of streams without a backlog. However long
                the turn takes, for what is written meanwhile the clock has not spoken.
        """
        unfinished = self._unfinished_events(batches)
        batches = [batch for batch in batches if not batch.provisional]
        with self._timed("decode"):
            decoded = self.shield.decode_all(self.decoder, batches)
        now = self._clock.now()
        self._count_lines(batches, decoded, now)
        claimed = self._unreadable(batches, decoded, now)
        self.history.count(batches, decoded)
        marked = [mark_history(events.frame, batch) for batch, events in zip(batches, decoded, strict=True)]
        self.coverage.add([replace(each, frame=frame) for each, frame in zip(decoded, marked, strict=True)], now)
        frames = [frame for frame in marked if frame.height]
        with self._timed("journal"):
            events = compact(concat(frames))
            if events.height:
                self._journal.append(events)
                self.on_events(events)
                self._count_touches(events)
        with self._timed("detect"):
            # A stream whose first lines are still unread has no mark yet; named, it holds the others back all the same.
            behind = {**self.reader.streams_with_backlog(), **later}
            self.state, self.judged = self.core.step(
                self.state, frames, now=read_up_to, backlog=behind, unfinished=unfinished
            )
        self._journal.append_reasons(self.judged.touches)
        # The last lines are explained when nothing more comes: nobody else would see to it that this is written.
        self._dirty = self._dirty or any(reasons.height for reasons in self.judged.touches)
        self._count_judged(self.judged, frames)
        findings = (*self.history.told_apart(self.judged.findings, self._clock.now()), *claimed)
        self._held.add(findings)
        return findings

    def _unfinished_events(self, batches: Sequence[LineBatch]) -> pl.DataFrame | None:
        """Return the events of all records that may go on; None: they are those of the turn before.

        They are counted nowhere: when their records are complete, these are read and counted.
        """
        told = [batch for batch in batches if batch.provisional]
        with self._timed("decode"):
            self._unfinished.update(batches, self.shield.decode_all(self.decoder, told) if told else [])
        for batch in told:
            self.freshness.last_line[batch.source] = batch.ingested
        return self._unfinished.changed()

    def state_findings(self, findings: Sequence[Finding]) -> None:
        """Take in findings that do not come from lines, blind spots, and decide about all that waits."""
        self._held.add(findings)
        if self._held or self.undecided.due(self._clock.now()):
            self._decide()

    def report_history(self, *, catching_up: bool) -> None:
        """When a first reading is over, tell in one digest what it found that was over long ago.

        Raises:
            StoreError: Nothing was committed; it is tried again with the next beat.
        """
        if catching_up if self.history.reading else not self.history.due:
            return  # nothing can be over, nothing is left to tell: what waits need not be looked at
        over = self.history.ended(catching_up=catching_up, waiting=self.state.sequence.waiting.to_frame())
        if over:
            read = self.history.read
            log.info("first_reading_over", lines=read.lines, rejects=read.rejects, sources=list(read.sources))
        if self.history.reading or not (over or self.history.due):
            return
        self.history.due = True  # until it is told: a failed commit tries again
        self._commit(keep=True)  # whose data was touched is looked up in what was written of it
        with self._store.begin() as unit:
            outcome = self.decider.report(unit, self.history, self._clock.now())
        # Should this be lost in a crash, the same digest is made once more, which changes nothing.
        self.history.due, self._dirty = False, True
        self._count_outcome(outcome)
        self.on_changed(outcome.changed)
        if outcome.messages:
            self.on_messages()

    def save(self, *, force: bool = False) -> None:
        """Save state, position and journal part together, when something changed and enough time has passed."""
        if force or self._due(self._clock.now()):
            self._commit(keep=True, force=force)

    def _due(self, now: datetime) -> bool:
        # The first save comes at once: it holds where reading began, or a crash would begin at the end again.
        return self._saved_at is None or (self._dirty and self._rested(now, self.parts.settings.snapshot_every))

    def _rested(self, now: datetime, least: timedelta) -> bool:
        """Tell whether enough time has gone by since the last saving, by what it cost."""
        wanted = max(least, min(self._saving_took * _SAVING_SHARE, _LONGEST_UNSAVED))
        return self._saved_at is None or passed(now, self._saved_at, wanted)

    def adopt(self, parts: Components, decider: Decider) -> None:
        """Go on with newly built parts; what detection remembers stays."""
        tables = self.core.to_tables(self.state)
        try:
            self.state = parts.core.from_tables(tables)
        except NabatError as error:
            log.warning("state_dropped", why=str(error))
            self.state = parts.core.empty()
        self.parts, self.decoder, self.core, self.decider = parts, parts.decoder, parts.core, decider
        self._services = _services(parts)
        self._lateness = _lateness(parts)
        self._unfinished.retain({source.name for source in parts.settings.sources})
        self.coverage.configure(parts.settings, self._clock.now())

    def _decide(self) -> None:
        # Decisions bring the position with them, and the state and journal part it belongs to. In a flood of decisions
        # not each of them does: then they are made again after a crash, which their ids make silent.
        self._commit(keep=self._rested(self._clock.now(), _KEEP_WITH_DECISIONS))

    def _commit(self, *, keep: bool, force: bool = False) -> None:
        """Write what was decided and, to keep it, what detection stands on: all of it or nothing.

        The position moves only with the state and the journal part that belong to it. Decisions made since then are
        made again after a crash, and their derived ids make the repetition silent.
        """
        keep = keep and not self._torn  # lines that were read and not judged: the position stands behind them
        now, began, held = self._clock.now(), monotonic(), self._held.joined()
        self.history.due = self.history.due or any(finding.history for finding in held)

        def decide(unit: UnitOfWork, some: Sequence[Finding]) -> DecisionOutcome:
            return self.decider.decide(unit, some, now, self.history.digest) if some else DecisionOutcome()

        ready = self.undecided.ready(held, now)
        try:
            with self._store.begin() as unit:
                outcome = decide(unit, ready)
                self._write_decided(unit, ready, keep=keep, force=force)
        except UnreadableRowError as error:
            log.error("findings_apart", why=str(error))
            outcome = self.undecided.decide_apart(self._store, ready, decide, now)
            ready = ()
            with self._store.begin() as unit:
                self._write_decided(unit, ready, keep=keep, force=force)
        self.undecided.settle(ready)
        self._held.clear()
        self._decided.note([finding for finding in held if not finding.history])
        if keep:
            self._dirty, self._saved_at = False, now
            self._metrics.snapshot_seconds.observe(monotonic() - began)
            self._metrics.snapshot_time.set(now.timestamp())
        self._count_outcome(outcome)
        self.on_changed(outcome.changed)
        if outcome.messages:
            self.on_messages()

    def _forget_streams(self) -> None:
        """Forget the marks of logs that are gone; where containers come and go, they would fill memory."""
        marks = self.state.sequence.marks
        if len(marks) > self._sweep_at:
            streams = self.reader.streams()
            marks.retain_streams(streams)
            self.clocks.retain_streams(streams)
            self.decoder.retain_streams(streams)
            self._sweep_at = max(_FEW_STREAMS, 2 * len(marks))

    def _write_decided(self, unit: UnitOfWork, decided: Sequence[Finding], *, keep: bool, force: bool) -> None:
        self.undecided.write_to(unit, decided)
        if keep:
            self._write_state(unit, force=force)

    def _write_state(self, unit: UnitOfWork, *, force: bool) -> None:
        began = monotonic()
        self._forget_streams()
        positions, history = self.reader.positions(), self.history.to_text(self.reader.followed())
        self._journal.flush(unit)
        unit.positions.save(positions)
        self.hours.save(unit)
        named = {source.name for source in self.parts.settings.sources}
        last = {name: at for name, at in self.freshness.last_line.items() if name in named}
        unit.kv.set_many(
            {
                HISTORY: history,
                CLOCKS: self.clocks.to_text(),
                LATE: self.late_lines.to_text(),
                REJECTED: self.rejected.to_text(),
                UNREADABLE: self.unreadable.to_text(),
                _LAST_LINES: moments_text(last),
            }
        )
        self.coverage.save(unit, self._clock.now(), force=force)
        noted = {"version": STATE_VERSION, HISTORY: history}
        self._snapshots.save(unit, self.core.to_tables(self.state), positions, noted)
        self._saving_took = timedelta(seconds=monotonic() - began)

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        began = monotonic()
        yield
        self._metrics.stage_seconds.labels(stage).inc(monotonic() - began)

    def _count_lines(self, batches: Sequence[LineBatch], decoded: Sequence[EventBatch], now: datetime) -> None:
        for batch, events in zip(batches, decoded, strict=True):
            self._metrics.lines.labels(batch.source).inc(batch.lines.len() + len(batch.rejects))
            self._metrics.read_bytes.labels(batch.source).inc(batch.size)
            self.freshness.read_bytes[batch.source] += batch.size
            self._metrics.events.labels(batch.source).inc(events.frame.height)
            self._metrics.unattributed.labels(batch.source).inc(events.frame.get_column("actor.id").null_count())
            for reason, count in Counter(reject.reason for reject in events.rejects).items():
                self._metrics.rejects.labels(batch.source, reason.value).inc(count)
            self.freshness.datasets.update(events.frame.get_column("event.dataset").drop_nulls().unique())
            self.freshness.lines[batch.source] += batch.lines.len() + len(batch.rejects)
            self.freshness.rejects[batch.source] += len(events.rejects)
            rejects = self.rejected.add(batch, events, now)
            if batch.start >= batch.history:
                self.hours.add(batch.source, lines=batch.lines.len() + len(batch.rejects), rejects=rejects)
            self._count_last_resort(batch.source, batch.lines.len() + len(batch.rejects), events.last_resort)
            self.unnamed.add(batch.source, events.frame)
            self.freshness.last_line[batch.source] = batch.ingested
            if events.frame.height:
                self.freshness.event_read_at[batch.source] = batch.ingested
            self.freshness.add_times(batch.source, events.frame.get_column("@timestamp"), batch.ingested)
            if batch.start >= batch.history:  # how old lines stood says nothing of the clock as it is now
                self._count_jumps(batch.source, events.frame)

    def _unreadable(
        self, batches: Sequence[LineBatch], decoded: Sequence[EventBatch], now: datetime
    ) -> Sequence[Finding]:
        """Return what is found of whoever's lines are not read."""
        settings, findings = self.parts.settings, list[Finding]()
        for batch, events in zip(batches, decoded, strict=True):
            findings += self.unreadable.add(batch, events, self.decoder.claims, settings, now)
        for finding in findings:
            self._metrics.findings.labels(finding.detector.value, finding.rule_id).inc()
        return findings

    def _count_last_resort(self, source: str, lines: int, counts: Mapping[str, int]) -> None:
        self.last_resort.add(source, lines, counts)
        for name, count in counts.items():
            self._metrics.last_resort.labels(source, name).inc(count)

    def _count_jumps(self, source: str, frame: pl.DataFrame) -> None:
        jumps = self.clocks.observe(frame, self._lateness.get(source, timedelta(0)))
        self.hours.add_jumps(source, jumps)
        for jump, lines in jumps.items():
            self._metrics.clock_jumps.labels(source, jump.value).inc(lines)

    def _count_touches(self, frame: pl.DataFrame) -> None:
        touched = frame.filter(pl.col("object.type").is_not_null()).get_column("service.name")
        for service, count in touched.value_counts().iter_rows():
            # The log may name its service itself, and what it says must not become a label.
            known = service in self._services
            self._metrics.touches.labels(service if known else "other").inc(count)

    def _count_failures(self, judged: Judged) -> None:
        """Count how often rules failed; why each did is logged once."""
        for rule, times in judged.rule_errors.items():
            self._metrics.rule_errors.labels(rule).inc(times)
            self.rule_errors[rule] += times
        for rule, cause in judged.rule_causes.items():
            self.rule_causes[rule] = cause
            self._faults.report("rule_failed", cause, about=rule, rule=rule)

    def _count_judged(self, judged: Judged, frames: Sequence[pl.DataFrame]) -> None:
        self._count_late(judged, frames)
        if frames:  # each event is judged in the turn that reads it, though it may be counted later
            self.freshness.judged_at = self._clock.now()
        if judged.behaviour is not None and len(judged.behaviour.scores):
            self.freshness.scored_at = self._clock.now()
        self._metrics.queue_lines.set(judged.waiting)
        self.forgotten.add(judged.forgotten, self._clock.now())
        for memory, many in judged.forgotten.items():
            self._metrics.forgotten.labels(memory).inc(many)
        for finding in judged.findings:
            self._metrics.findings.labels(finding.detector.value, finding.rule_id).inc()
        self._count_failures(judged)
        if judged.behaviour is not None:
            for score in judged.behaviour.scores:
                self._metrics.scores.observe(score)
            self._metrics.actors.set(judged.behaviour.actors)

    def _count_late(self, judged: Judged, frames: Sequence[pl.DataFrame]) -> None:
        lines: Counter[str] = Counter()
        for frame in frames:  # what a first reading reads is history, in whatever order it stands
            lines[frame.item(0, "log.source")] += frame.height - int(frame.get_column("log.history").sum())
        self.history.count_unordered(judged.unordered_history, self._clock.now())
        self.late_lines.add(lines, judged.late_of, self._clock.now())
        for source, (late, _) in judged.late_of.items():
            self._metrics.late_events.labels(source).inc(late)
            self.hours.add(source, late=late)
        self._metrics.belated_events.inc(judged.belated)
        self._metrics.let_go_events.inc(judged.dropped)
        self.late_lines.without_lane(judged.left_out, self._clock.now())
        for source in judged.left_out:
            self._metrics.left_out.labels(source).inc()

    def _count_outcome(self, outcome: DecisionOutcome) -> None:
        for alert in outcome.alerts:
            self._metrics.alerts.labels(alert.severity.value).inc()
            if alert.muted_by is not None:
                self._metrics.alerts_muted.labels(alert.muted_by.value).inc()
        for incident in outcome.opened:
            self._metrics.incidents_opened.labels(incident.severity.value, incident.kind.value).inc()
            log.warning("incident_opened", incident=incident.number, severity=incident.severity.value)


def _services(parts: Components) -> frozenset[str]:
    """Return the services the configuration names: the closed list for metrics."""
    settings = parts.settings
    return frozenset({source.service for source in settings.sources} | {r.service for r in settings.records.routes})


def _lateness(parts: Components) -> dict[str, timedelta]:
    """Return how far out of order each source's lines may come."""
    return {source.name: source.lateness for source in parts.settings.sources}
