"""What is looked at once a second: gauges, blind spots, and the picture the pages show.

Comes in: reader, pipeline, store. Goes out: set gauges, findings about blind spots, a ``ServiceView``.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from detector.acquire import Reader, SourceStatus
from detector.clock import Clock, passed
from detector.detect import REACH
from detector.detect.behaviour import BehaviourState
from detector.detect.rules import WaitingRule, unseen_sources
from detector.messages import messages
from detector.notify import Gap, GapReason
from detector.runtime.components import Components
from detector.runtime.coverage_hours.hour_counts import by_source
from detector.runtime.expected.planned_work import PlannedWork
from detector.runtime.feedback.judged_incidents import JudgedIncidents
from detector.runtime.feedback.precision_report import costs_of_unit, rows_of_unit
from detector.runtime.health.health_checks import checks, source_key
from detector.runtime.health.machine_clock import MachineClock
from detector.runtime.health.read_delay import ReadDelay
from detector.runtime.health.write_probe import MODEL, RULES, WriteProbe
from detector.runtime.kept_text import moments_from, moments_text
from detector.runtime.pipeline import Pipeline
from detector.runtime.sources.coverage_report import CoverageRow
from detector.runtime.sources.first_readings import FirstReadingTally
from detector.runtime.sources.silence import Silence
from detector.runtime.state_folder import Housekeeping
from detector.runtime.visibility.blind_spots import (
    ACTOR,
    Blind,
    BlindSpot,
    StatedBlindSpots,
    args_of,
    morning,
    place_of,
    stated,
    turned,
)
from detector.runtime.visibility.visibility_report import sight_of
from detector.schema.case.incidents import Decisions
from detector.schema.detection.findings import Finding, Reason
from detector.schema.detection.health import CheckedPart, Health, HealthCheck
from detector.schema.detection.model_changes import ModelChange
from detector.schema.detection.source_hours import SourceHour
from detector.schema.detection.work_exceptions import ExceptionState
from detector.schema.events.touches import CountedOrder
from detector.schema.levels import Severity
from detector.settings import TeamSettings
from detector.store import Store
from detector.telemetry.metrics import Metrics
from detector.web.ports import CoverageView, FirstReading, ServiceView, SourceView, WaitingSource

# A file that is not there yet, or is just being rotated, is no reason to wake anybody.
_GRACE = timedelta(minutes=1)
# How often the database is asked for counts when this process has not written to it.
_ASKED_EVERY = timedelta(seconds=5)
_COUNTED_EVERY = timedelta(minutes=1)
_DAY = timedelta(days=1)
_DRILLS_OF = timedelta(days=365)
_FIGURES = ("confirmed", "false_alarms", "found", "found_before", "raised", "raised_before")
_DELAYED = timedelta(seconds=10)
_UNSURE = (Health.NEVER, Health.STALE)
_STATED = "blind-spots"
_SINCE = "blind-since"


# The name of the blind spot of an empty team.
_TEAM = "team"


@dataclass(slots=True)
class Gauges:
    """The slow beat's eyes."""

    reader: Reader
    pipeline: Pipeline
    store: Store
    metrics: Metrics
    clock: Clock
    started_at: datetime
    silence: Silence
    probe: WriteProbe
    upkeep: Housekeeping
    machine: MachineClock
    planned: PlannedWork
    sender_alive: Callable[[], bool]
    restore_problem: str = ""
    unkept: Callable[[], Mapping[str, str]] = dict
    unread_presses: Callable[[], Mapping[str, str]] = dict
    unread_mailbox: Callable[[], str] = str
    delay: ReadDelay = field(default_factory=ReadDelay)
    _judged: JudgedIncidents = field(default_factory=JudgedIncidents)
    _counted_at: datetime | None = None
    _model_change: ModelChange | None = None
    _asked: tuple[int, datetime] | None = None
    _why_not: str = ""
    _failing_since: datetime | None = None
    _beat_at: datetime | None = None
    _spots: tuple[BlindSpot, ...] = ()
    _status: Sequence[SourceStatus] = ()
    _since: dict[str, datetime] = field(default_factory=dict)
    _stated: StatedBlindSpots = field(default_factory=StatedBlindSpots)
    _kept: dict[str, str] = field(default_factory=dict)
    _checks: tuple[HealthCheck, ...] = ()
    _unmatched: tuple[str, ...] = ()
    _hours: Mapping[str, Sequence[SourceHour]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.store.read() as unit:
            self._kept = {name: unit.kv.get(name) or "" for name in (_STATED, _SINCE)}
        self._since = moments_from(_SINCE, self._kept[_SINCE])
        self._stated = StatedBlindSpots(self._kept[_STATED])

    @property
    def failing(self) -> bool:
        """Whether decisions could not be kept when that was last tried."""
        return bool(self._why_not)

    @property
    def catching_up(self) -> bool:
        """Whether a source is in first reading."""
        return any(status.catching_up for status in self._status)

    def committed(self) -> None:
        """Note that decisions can be kept."""
        self._why_not, self._failing_since = "", None
        self.metrics.ready.set(1)

    def failed(self, why: str) -> None:
        """Note that decisions cannot be kept: not ready."""
        self._why_not, self._failing_since = why, self._failing_since or self.clock.now()
        self.metrics.ready.set(0)

    def beat(self, now: datetime, gaps: Sequence[Gap]) -> tuple[Finding, ...]:
        """Set the gauges and return what has become blind."""
        self._beat_at = now
        if self.failing:
            self.reader.measure()  # turns read nothing meanwhile, so that nobody else looks how long the logs are
        self._status = self.reader.status()
        self._set_sources(now)
        parts = self.pipeline.parts
        self._set_model(parts, now)
        self._spots = tuple(sorted({*self._blind(parts, now), *_roles(gaps, parts.settings.team)}))
        self._set_health(parts, now)
        self.probe.sight = sight_of(self._spots, (one for one in self._checks if one.at(now) in _UNSURE))
        for kind in Blind:
            count = sum(spot.kind is kind for spot in self._spots)
            self.metrics.blind_spots.labels(kind.value).set(count)
        self._set_matters(now)  # after what does not ask the database: where that does not answer, it is said above
        day = morning(now, ZoneInfo(parts.settings.timezone))
        new = self._stated.news(self._spots, self._lasting(now), day)
        # Where nobody is named, an incident about it would page nobody: the first page and `nabat check` say it.
        tellable = [spot for spot in new if spot.name != _TEAM]
        return stated(tellable, parts.settings.group, now, day)

    def save(self) -> None:
        """Keep what was stated, once it has been decided about, and since when what is blind now is so."""
        # A restart ends nothing, and must not begin the wait anew.
        known = {_STATED: self._stated.to_text(), _SINCE: moments_text(self._since)}
        if known != self._kept:
            with self.store.begin() as unit:
                if self._stated.ended or self._stated.begun:
                    found = unit.incidents.open_incidents(ACTOR)
                    open_ones = [(each, unit.incidents.last_entry(each.id)) for each in found]
                    words, now = messages(self.pipeline.parts.settings.language), self._beat_at or self.clock.now()
                    unit.incidents.save(Decisions(entries=turned(self._stated, open_ones, words, now)))
                for name, text in known.items():
                    unit.kv.set(name, text)
            self._stated.kept()
            self._kept = known

    def _lasting(self, now: datetime) -> list[BlindSpot]:
        """Return what has been blind for long enough to tell people about it."""
        self._since = {spot.key: self._since.get(spot.key, now) for spot in self._spots if not spot.quiet}
        return [
            spot
            for spot in self._spots
            if not spot.quiet and (not spot.passing or now - self._since[spot.key] >= _GRACE)
        ]

    def _set_sources(self, now: datetime) -> None:
        freshness = self.pipeline.freshness
        behind = self.reader.behind()
        for status in self._status:
            self.metrics.log_lag_bytes.labels(status.source).set(status.lag_bytes)
            waiting = status.lag_bytes if status.source in behind else 0
            self.delay.observe(status.source, freshness.read_bytes[status.source], waiting, now)
            self.metrics.log_delay.labels(status.source).set(self.delay.of(status.source).total_seconds())
            self.metrics.history_bytes.labels(status.source).set(status.old_bytes if status.catching_up else 0)
            self.metrics.history_left.labels(status.source).set(
                status.old_bytes - status.old_read if status.catching_up else 0
            )
        for source, lag in self.pipeline.state.sequence.marks.lags.items():
            self.metrics.learned_lag.labels(source).set(lag.learned.total_seconds())
        for source, moment in freshness.last_line.items():
            self.metrics.source_silent.labels(source).set(moment.timestamp())
        for source, moment in freshness.last_event.items():
            self.metrics.clock_lag.labels(source).set((now - moment).total_seconds())
        for source, ahead in self.pipeline.clocks.ahead().items():
            self.metrics.clock_ahead.labels(source).set(ahead.total_seconds())
        coverage = self.pipeline.coverage
        for settings in self.pipeline.parts.settings.sources:
            covered = coverage.covered(settings.name)
            if covered is not None:
                self.metrics.coverage_requests.labels(settings.name).set(covered.requests)
                self.metrics.coverage_share.labels(settings.name).set(covered.touched / covered.requests)
        self._unmatched = coverage.unmatched(now)
        self.metrics.routes_unmatched.set(len(self._unmatched))

    def _set_health(self, parts: Components, now: datetime) -> None:
        freshness = self.pipeline.freshness
        seen = {source_key(source): at for source, at in freshness.event_read_at.items()}
        by_name = {source.name: source for source in parts.settings.sources}
        judged = {RULES: freshness.judged_at, MODEL: freshness.scored_at}
        self.probe.seen |= seen | {name: at for name, at in judged.items() if at is not None}
        self._checks = checks(
            parts,
            freshness,
            self._status,
            self.probe,
            self.pipeline.coverage,
            not_read={spot.name for spot in self._spots if spot.kind in (Blind.SOURCE, Blind.REJECTS)},
            quiet_for=lambda source: self.silence.usual(by_name[source], now),
            beat_at=self._beat_at,
            journal_at=self.upkeep.checked_at,
            journal_failed=bool(self.upkeep.problems),
            sender_alive=self.sender_alive(),
            store_failed=self.failing,
        )
        unchecked = Counter(one.part for one in self._checks if one.at(now) in _UNSURE)
        for part in CheckedPart:
            self.metrics.unchecked.labels(part.value).set(unchecked[part])
        for check in self._checks:
            if check.checked_at is not None:
                self.metrics.checked_at.labels(check.part.value, check.name).set(check.checked_at.timestamp())

    def quiet(self, now: datetime) -> bool:
        """Tell whether the database need not be asked: nothing was written here, and little time has gone by.

        Another process, a command line, may write too; what it changes is seen a few seconds later.
        """
        asked = self._asked
        return asked is not None and asked[0] == self.store.commits and not passed(now, asked[1], _ASKED_EVERY)

    def _set_matters(self, now: datetime) -> None:
        if self.quiet(now):
            return
        self._asked = (self.store.commits, now)
        with self.store.read() as unit:
            counts, exceptions = unit.counts(now), unit.exceptions.all()
        self._read_each_minute(now)
        states = Counter(each.state(now) for each in exceptions)
        for state in ExceptionState:
            self.metrics.exceptions.labels(state.value).set(states[state])
        by_severity = dict(counts.open_by_severity)
        for severity in Severity:
            self.metrics.incidents_open.labels(severity.value).set(by_severity.get(severity.value, 0))
        self.metrics.incidents_unacknowledged.set(counts.unacknowledged)
        self.metrics.steps_overdue.set(counts.overdue_steps)
        overdue = (now - counts.oldest_overdue).total_seconds() if counts.oldest_overdue else 0
        self.metrics.step_overdue.set(max(0, overdue))
        self.metrics.outbox_pending.set(counts.pending_messages)

    def _read_each_minute(self, now: datetime) -> None:
        """Set how often rules were right, and read the hours of sources: a minute is soon enough."""
        if self._counted_at is not None and not passed(now, self._counted_at, _COUNTED_EVERY):
            return
        self._counted_at = now
        with self.store.read() as unit:
            rows = rows_of_unit(unit, now, self._judged)
            costs = costs_of_unit(unit, self.pipeline.parts.settings, now)
            self._model_change = next(iter(unit.model_changes.newest(1)), None)
            drills = unit.drills.finished(now - _DRILLS_OF)
            self._hours = by_source(unit.source_hours.between(now - _DAY, now + _DAY))
        answered = [each.answer_took.total_seconds() for each in drills if each.answer_took is not None]
        self.metrics.drill_answer.set(median(answered) if answered else float("nan"))
        gauges = (self.metrics.rule_confirmed, self.metrics.rule_false_alarms, self.metrics.rule_precision)
        for gauge in gauges:
            gauge.clear()  # what nobody said in the last year is said no more
        for row in rows:
            self.metrics.rule_confirmed.labels(row.name).set(row.confirmed)
            self.metrics.rule_false_alarms.labels(row.name).set(row.false_alarms)
            if row.precision is not None:
                self.metrics.rule_precision.labels(row.name).set(row.precision)
        for cost in costs:
            counts = {
                "handled": cost.confirmed,
                "false_positive": cost.false_alarms,
                "authorised": cost.expected,
                "unsaid": cost.unsaid,
            }
            for verdict, count in counts.items():
                by = "behaviour" if cost.by_behaviour else "rules"
                self.metrics.incidents_month.labels(by, verdict).set(count)
            if cost.asked is not None:
                self.metrics.false_incidents_asked.set(cost.asked)

    def _set_model(self, parts: Components, now: datetime) -> None:
        self.metrics.model_ready.set(parts.model is not None)
        if parts.model is not None:
            self.metrics.model_age.set(parts.model.age(now).total_seconds())
        state = self.pipeline.state.behaviour
        self.metrics.behaviour_seen.set(state.learned * 86_400 if state is not None else 0)

    def _blind(self, parts: Components, now: datetime) -> list[BlindSpot]:
        return [*self._blind_sources(parts, now), *self._blind_state(), *self._blind_judges(parts, now)]

    def _blind_sources(self, parts: Components, now: datetime) -> list[BlindSpot]:
        sources = parts.settings.sources
        last_line, zone = self.pipeline.freshness.last_line, ZoneInfo(parts.settings.timezone)
        spots = self.silence.spots(sources, last_line, self.started_at, now, zone)
        self.silence.save(sources, now)
        spots += [
            BlindSpot(kind=Blind.SOURCE, name=status.source, why="; ".join(map(str, status.problems)), passing=True)
            for status in self._status
            if status.problems
        ]
        names = {source.name for source in sources}
        rejected = self.pipeline.rejected.spots(names, now)
        spots += rejected
        unread = {spot.name for spot in rejected}
        spots += [
            spot
            for spot in self.pipeline.history.spots(names, now)
            if spot.kind is not Blind.REJECTS or spot.name not in unread
        ]
        late = self.pipeline.late_lines.spots(names)
        spots += late
        too_late = {spot.name for spot in late}  # which says more than that a writer is late
        clocks = self.pipeline.clocks.spots(names)
        spots += [spot for spot in clocks if spot.kind is not Blind.LATE or spot.name not in too_late]
        freshness = self.pipeline.freshness
        read_at = {} if self.catching_up else freshness.event_read_at  # a first reading reads old lines
        spots += self.machine.spots(now, freshness.last_event, read_at, clocks)
        told = {spot.name for spot in spots if spot.kind is Blind.LATE}
        spots += [spot for spot in self._backlogs() if spot.name not in told]
        spots += self.pipeline.forgotten.spots(now)
        spots += self.pipeline.last_resort.spots(names)
        spots += self.pipeline.unnamed.spots(names)
        spots += self.pipeline.coverage.spots(now)
        spots += self.pipeline.poison.spots(now)
        spots += self.pipeline.shield.spots()
        return spots

    def _backlogs(self) -> Iterator[BlindSpot]:
        """Sources that are read too long after they were written, but for a first reading, whose progress is shown."""
        for status in self._status:
            delay = self.delay.of(status.source)
            if not status.catching_up and delay >= _DELAYED:
                waiting = (("kilobytes", -(-status.lag_bytes // 1_000)),)
                seconds = int(delay.total_seconds())
                yield BlindSpot(
                    kind=Blind.LATE, name=status.source, why="delayed", count=seconds, args=waiting, passing=True
                )

    def _blind_state(self) -> list[BlindSpot]:
        spots: list[BlindSpot] = []
        if self._why_not:
            spots.append(BlindSpot(kind=Blind.STATE, name="decisions", why=self._why_not, passing=True))
        if self.pipeline.undecided.actors:
            count = self.pipeline.undecided.actors
            spots.append(BlindSpot(kind=Blind.STATE, name="findings", why="row-unreadable", count=count))
        if self.store.put_back_because:
            spots.append(BlindSpot(kind=Blind.STATE, name="database", why=self.store.put_back_because))
        if self.restore_problem:
            spots.append(BlindSpot(kind=Blind.STATE, name="detection state", why=self.restore_problem))
        spots += [BlindSpot(kind=Blind.STATE, name=name, why=why, passing=True) for name, why in self.unkept().items()]
        spots += [BlindSpot(kind=Blind.STATE, name="access journal", why=why) for why in self.upkeep.problems]
        if self.probe.state_problem:
            why = self.probe.state_problem
            spots.append(BlindSpot(kind=Blind.STATE, name="state folder", why=why, passing=True))
        if not self.sender_alive():
            spots.append(BlindSpot(kind=Blind.STATE, name="sender", why="sender-ended", passing=True))
        presses = self.unread_presses()
        spots += [BlindSpot(kind=Blind.BUTTON, name=name, why=why, passing=True) for name, why in presses.items()]
        if mailbox := self.unread_mailbox():
            spots.append(BlindSpot(kind=Blind.MAILBOX, name="letters", why=f"mailbox-{mailbox}", passing=True))
        return spots

    def _blind_judges(self, parts: Components, now: datetime) -> list[BlindSpot]:
        spots = [
            BlindSpot(
                kind=Blind.RULE, name=rule, why="rule-broke", count=times, args=args_of(self.pipeline.rule_causes[rule])
            )
            for rule, times in self.pipeline.rule_errors.items()
        ]
        if parts.skipped:
            args = (("place", place_of(parts.skipped[0])),)
            count = parts.ruleset.refused
            spots.append(BlindSpot(kind=Blind.RULE, name="skipped", why="left-out", count=count, args=args))
        if parts.settings.behaviour.enabled and parts.model is None:
            spots.append(BlindSpot(kind=Blind.MODEL, name="behaviour", why=parts.model_problem or "no-model"))
        elif parts.model is not None and not parts.starter:
            age = parts.model.age(now)
            if age > parts.settings.behaviour.max_age:
                spots.append(BlindSpot(kind=Blind.MODEL, name="behaviour", why="model-old", count=age.days))
        return spots

    def _first_reading(self, source: str, status: SourceStatus | None) -> FirstReading | None:
        tally = self.pipeline.history.tallies.get(source)
        going = status is not None and status.catching_up
        if tally is None and not going:
            return None
        tally = tally or FirstReadingTally()
        return FirstReading(
            going=going,
            read=status.old_read if status is not None else 0,
            whole=status.old_bytes if status is not None else 0,
            lines=tally.lines,
            rejects=tally.rejects,
            first=tally.first,
            last=tally.last,
        )

    def view(self) -> ServiceView:
        """Return the service as the pages show it."""
        parts = self.pipeline.parts
        said = _model_said(parts, self.pipeline.state.behaviour)
        status = {found.source: found for found in self._status}
        freshness, coverage = self.pipeline.freshness, self.pipeline.coverage
        lags = dict(self.pipeline.state.sequence.marks.lags)
        return ServiceView(
            ready=bool(self._checks) and not self._why_not,
            why_not=self._why_not or ("" if self._checks else "starting: nothing was read, written and checked yet"),
            failing_since=self._failing_since,
            started_at=self.started_at,
            beat_at=self._beat_at or self.started_at,
            rules=len(parts.ruleset),
            waiting=_waiting(parts.ruleset.waiting),
            unseen=tuple(unseen_sources(parts.ruleset, freshness.datasets)),
            model=messages("en").reason(said),
            model_said=said,
            model_change=_change_said(self._model_change),
            sources=tuple(
                SourceView(
                    name=source.name,
                    service=source.service,
                    format=source.format,
                    files=status[source.name].files if source.name in status else 0,
                    lines=self.pipeline.freshness.lines.get(source.name, 0),
                    rejects=self.pipeline.freshness.rejects.get(source.name, 0),
                    lag_bytes=status[source.name].lag_bytes if source.name in status else 0,
                    last_line_at=freshness.last_line.get(source.name),
                    last_event_at=freshness.last_event.get(source.name),
                    ahead=freshness.ahead[source.name],
                    learned_lag=lags[source.name].learned if source.name in lags else None,
                    judged_apart=source.name in lags and lags[source.name].learned > REACH,
                    coverage=_shown(coverage.covered(source.name)),
                    problems=tuple(map(str, status[source.name].problems)) if source.name in status else (),
                    hours=tuple(self._hours.get(source.name, ())),
                    first_reading=self._first_reading(source.name, status.get(source.name)),
                )
                for source in parts.settings.sources
            ),
            blind_spots=tuple(map(str, self._spots)),
            spots_said=tuple(spot.reason for spot in self._spots),
            checks=self._checks,
            routes_unmatched=self._unmatched,
            map_since=coverage.since,
            counted=self._counted(),
        )

    def _counted(self) -> CountedOrder | None:
        judged, marks = self.pipeline.judged, self.pipeline.state.sequence.marks
        if judged is None or not judged.held_by:
            return None
        unread = judged.held_by in self.pipeline.reader.streams_with_backlog().values()
        wait = None if unread else self.pipeline.core.sequencer.longest_wait(marks, judged.held_by)
        return CountedOrder(upto=judged.upto, source=judged.held_by, wait=wait)


def _shown(covered: CoverageRow | None) -> CoverageView | None:
    if covered is None:
        return None
    return CoverageView(
        requests=covered.requests, touched=covered.touched, unmapped=covered.unmapped, first=covered.first
    )


def _roles(gaps: Sequence[Gap], team: TeamSettings) -> list[BlindSpot]:
    if not team.people:
        return [BlindSpot(kind=Blind.ROLE, name=_TEAM, why="no-team")]
    # That only the suspect holds a role stands on the case's timeline: a blind spot is told to everybody, her too.
    told = (gap for gap in gaps if gap.reason is not GapReason.ONLY_SUSPECT)
    return [BlindSpot(kind=Blind.ROLE, name=gap.role, why=gap.reason.value) for gap in told]


def _model_said(parts: Components, state: BehaviourState | None) -> Reason:
    if not parts.settings.behaviour.enabled:
        return Reason(message="model-off")
    if parts.model is None:
        return Reason(message="model-not-ready", args=(("why", parts.model_problem),))
    if state is not None and (wanting := state.not_ready()) is not None:
        return Reason(message="model-learning", args=(("seen", wanting.seen), ("needed", wanting.needed)))
    if parts.starter:
        return Reason(message="model-starter")
    manifest = parts.model.manifest
    args = (("day", f"{manifest.trained_at:%Y-%m-%d}"), ("rows", manifest.rows), ("actors", manifest.actors))
    return Reason(message="model-trained", args=args)


def _change_said(change: ModelChange | None) -> Reason | None:
    if change is None:
        return None
    words = {"version": change.version, "previous": change.previous, "by": change.by, "day": f"{change.at:%Y-%m-%d}"}
    figures = {name: value for name, value in change.figures if name in _FIGURES} or dict.fromkeys(_FIGURES, 0)
    name = f"model-change-{change.act.value.replace('_', '-')}"
    return Reason(message=name, args=tuple(sorted({**words, **figures}.items())))


def _waiting(rules: Sequence[WaitingRule]) -> tuple[WaitingSource, ...]:
    """Return the log sources of rules that wait, those of the most rules first."""
    counts = Counter(rule.source for rule in rules)
    needs = {rule.source: rule.needs for rule in rules}
    return tuple(WaitingSource(name=name, rules=count, needs=needs[name]) for name, count in counts.most_common())
