"""The service as an object: start, run, reload, stop.

``App`` joins the stages: it opens the store, begins where the last run stopped, and turns the pipeline until it is told
to stop. A reload builds everything anew beside the old and takes it only whole. Two Apps can live in one process.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType

import polars as pl

from detector import __version__
from detector.acquire import Reader
from detector.auth import KEPT_AS, SignIns, TeamInForce, team_in_force
from detector.clock import Clock, monotonic, passed
from detector.errors import ConfigError, NabatError, StoreError
from detector.incident import settings_of
from detector.keys import Keys
from detector.messages import LANGUAGES, messages
from detector.notify import Gap, own_password_question
from detector.notify.delivery.sender import OutboxSender
from detector.runtime.components import Components, build, refusal
from detector.runtime.decide import Decider
from detector.runtime.delivery.page_content import page_content
from detector.runtime.drills.drill_keeper import DrillKeeper
from detector.runtime.edited_files import EditedFiles
from detector.runtime.evidence.collector import EvidenceCollector
from detector.runtime.evidence.head_keeper import HeadKeeper
from detector.runtime.expected.exception_mutes import ExceptionMutes
from detector.runtime.expected.planned_work import PlannedWork
from detector.runtime.health.gauges import Gauges
from detector.runtime.health.machine_clock import MachineClock
from detector.runtime.health.write_probe import WriteProbe
from detector.runtime.incidents.case_door import CaseDoor
from detector.runtime.incidents.console import Console, PersonalConsoles
from detector.runtime.incidents.incident_deps import links
from detector.runtime.incidents.letter_dispatcher import LetterDispatcher
from detector.runtime.incidents.mailbox_watch import MailboxWatch
from detector.runtime.incidents.preparation.readiness_keeper import ReadinessKeeper
from detector.runtime.incidents.scopes.client_controllers import ClientControllers
from detector.runtime.incidents.scopes.client_residences import ClientResidences
from detector.runtime.incidents.scopes.incident_scope import IncidentScopes
from detector.runtime.incidents.scopes.scope_keeper import FOLDER as SCOPE_LISTS
from detector.runtime.incidents.scopes.scope_keeper import ScopeKeeper
from detector.runtime.incidents.telegram_presses import TelegramPresses
from detector.runtime.incidents.terms_in_force import TERMS_KEPT_AS, terms_digest
from detector.runtime.incidents.watch import ContainmentWatch, EscalationLoop, ScopeRefresher
from detector.runtime.intake.first_event import first_event
from detector.runtime.intake.poison_lines import PoisonLines
from detector.runtime.pacing import rest
from detector.runtime.pipeline import Pipeline
from detector.runtime.silences.order_notices import tell_owners
from detector.runtime.silences.orders_in_force import OrdersInForce
from detector.runtime.sources.coverage_report import Coverage
from detector.runtime.sources.silence import Silence
from detector.runtime.state_folder import Beginning, Housekeeping, lock, prepare, restore
from detector.runtime.systemd import ServiceManager
from detector.runtime.training.retrain import Retrainer
from detector.schema.team.delivery import Message, MessageFile, MessageKind
from detector.settings import Settings, SourceSettings
from detector.settings.loading.load_settings import SettingsError, load_settings
from detector.store import ClientListFiles, Journal, SegmentFiles, Snapshots, Store, newest_head
from detector.telemetry import FaultLog, Logger
from detector.telemetry.metrics import Metrics
from detector.web.ports import ServiceView
from detector.web.serving.server import PageServer

log = Logger("app")

# How long the end waits for messages on their way; with the last turn and the last save it is over in five seconds.
_DRAIN = timedelta(seconds=3)
# How long one turn waits for a change in the logs; a change ends it early.
_WAIT_SECONDS = 0.5
# How often, by the wall clock, the slow beat comes: ladder, gauges, blind spots, a changed configuration file.
_BEAT_SECONDS = 1.0
# How often the log says that the same still fails.
_FAILURE_AGAIN = timedelta(minutes=1)


class App:
    """One running service.

    Args:
        settings: The configuration.
        clock: Tells the time.
        config: Where the configuration came from; reloads read it again. None: no reload.
        metrics: Where it counts itself.
        timer: Seconds of a clock that never jumps, by which files are followed.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        *,
        config: Path | None = None,
        metrics: Metrics | None = None,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self.settings = settings
        self.metrics = metrics or Metrics()
        self.metrics.build.info({"version": __version__})
        self._clock = clock
        self._config, self._timer = config, timer
        self._edited = EditedFiles(config, lambda: self.settings, clock.now())
        self._sender_gaps: deque[tuple[Gap, ...]] = deque()
        self._stopping = threading.Event()
        self._asked_to_stop = False
        self._ready_untold = False
        self._failures: dict[str, tuple[str, datetime]] = {}
        self._ladder_gaps: tuple[Gap, ...] = ()
        self._reload_asked = False
        self._manager = ServiceManager()
        self.closers: list[Callable[[], None]] = []
        self.on_question: Callable[[str, str], None] = lambda person, link: None
        self._beat_at = clock.now()
        self.started_at = clock.now()

    # -- start ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Open everything and begin where the last run stopped.

        Raises:
            NabatError: Something is wrong; whatever was opened has been closed again.
        """
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        """Open what is kept, build what needs it, and only then start what works beside the turns."""
        self._open_state()
        beginning = restore(self.parts.core, self.snapshots, self.store)
        if beginning.problem:
            log.warning("state_not_restored", why=beginning.problem)
        self._build_pipeline(beginning)
        self._freeze_open_cases()
        self._follow_cases()
        self._keep_house()
        self._build_gauges(beginning)
        self._build_console()
        self._start_threads()
        if self.settings.web.enabled:
            self._serve_pages()
        self.metrics.config_time.set(self._clock.now().timestamp())
        self._count_parts(self.parts)

    def _open_state(self) -> None:
        """Lock the state folder, build the parts of the configuration, and open database, journal and snapshots."""
        settings = self.settings
        prepare(settings.state)
        self.closers.append(lock(settings.state))
        keys = self._keys = Keys(settings.state)
        self.parts = build(settings, session_key=keys.session, seed=keys.seed)
        settings = self.settings = self.parts.settings
        dict(self.parts.regulations)  # the first case must not wait for laws and calendars to be loaded
        self.store = Store.open(settings.database_url, clock=self._clock)
        self.closers.append(self.store.close)
        self.store.guard()
        self.journal = Journal(settings.state / "journal", self.store)
        self.snapshots = Snapshots(settings.state / "snapshots", self.store)

    def _build_pipeline(self, beginning: Beginning) -> None:
        """Build the way from the logs to the outbox, which begins where the last run stopped."""
        settings, keys = self.settings, self._keys
        self.reader = Reader(
            settings.sources,
            beginning.positions,
            clock=self._clock,
            first_start=beginning.first_start,
            followed=beginning.history.followed,
            framing=self.parts.decoder.framing,
            begins_at=self._begins_at,
            timer=self._timer,
        )
        self.closers.append(self.reader.close)
        self.sender = OutboxSender(
            self.store,
            settings,
            self._clock,
            self.metrics,
            links=links(settings, keys),
            settings_for=lambda unit, incident, settings: settings_of(incident, unit.incidents, settings),
            content_of=lambda unit, incident: page_content(incident, unit.incidents, self.parts.playbooks),
            on_gaps=lambda _incident, gaps: self._sender_gaps.append(gaps),
            seal_of=self._seal_of,
            files_of=self._files_of,
        )
        self.drills = DrillKeeper(self.store, state=settings.state, session_key=keys.session)
        self.closers.append(self.drills.close)
        self.pipeline = Pipeline(
            reader=self.reader,
            parts=self.parts,
            decider=self._decider(self.parts),
            store=self.store,
            journal=self.journal,
            snapshots=self.snapshots,
            metrics=self.metrics,
            clock=self._clock,
            coverage=Coverage(self.store, settings, self._clock.now()),
            state=beginning.state,
            history=beginning.history,
            poison=PoisonLines(settings.state / "poison", self._clock.now()),
        )
        self.pipeline.on_messages = self.sender.wake

    def _freeze_open_cases(self) -> None:
        """Give cases their terms that were opened by a version which kept none, and keep the parts in force."""
        self._kept_parts: Components | None = None
        self._keep_in_force()
        with self.store.read() as unit:
            old = any(not each.terms for each in unit.incidents.open_incidents())
        if old:
            with self.store.begin() as unit:
                self.pipeline.decider.keep_terms(unit, self._clock.now())

    def _follow_cases(self) -> None:
        """Build what follows open cases: their scope, whether access goes on, and the ladder."""
        with self.store.read() as unit:
            rescoper = ScopeRefresher(unit.incidents.open_versions())
        self.pipeline.on_changed = rescoper.note
        contained = ContainmentWatch(self.journal)
        self._rescoper, self._contained = rescoper, contained
        self.pipeline.on_events = self._ingest
        self.watch = EscalationLoop(self.store, rescoper, contained)
        self._unread: set[str] = set()

    def _keep_house(self) -> None:
        """Build what keeps evidence, checks that all of it can be written, and clears away what is past its time."""
        settings = self.settings
        self.probe = WriteProbe(self.store, settings.state)
        self.heads = HeadKeeper(self.store)
        self.closers.append(lambda: self.heads.finish(self.settings.evidence, self._clock.now()))
        archives = SegmentFiles(settings.state / "evidence")
        self.collector = EvidenceCollector(self.store, self.journal, archives, self._clock.now, self.metrics)
        self.upkeep = Housekeeping(self.store, self.journal, self._clock.now())
        self.retrainer = Retrainer(self._clock, lambda outcome: self.metrics.retrains.labels(outcome).inc())
        self.closers.append(self.retrainer.stop)

    def _build_gauges(self, beginning: Beginning) -> None:
        """Build what measures health and finds blind spots."""
        self.gauges = Gauges(
            reader=self.reader,
            pipeline=self.pipeline,
            store=self.store,
            metrics=self.metrics,
            clock=self._clock,
            started_at=self.started_at,
            silence=Silence(self.store, self.started_at),
            probe=self.probe,
            upkeep=self.upkeep,
            machine=MachineClock(self.store, self._clock),
            planned=PlannedWork(self.store, self.settings, self._clock),
            sender_alive=lambda: self.sender.alive,
            restore_problem=beginning.problem,
            unkept=self._unkept,
            unread_presses=self._unread_presses,
            unread_mailbox=lambda: self.mailbox.problem,
        )
        self.readiness = ReadinessKeeper(self.store, self.metrics, self.started_at)

    def _build_console(self) -> None:
        """Build what people act through: the console, letters, answers by mail and Telegram, sign-in."""
        settings = self.settings
        self.console = Console(
            self.store,
            self.journal,
            settings,
            self.parts.playbooks,
            self.parts.regulations,
            self._clock,
            links=links(settings, self._keys),
            on_change=self.sender.wake,
        )
        self.closers.append(self.console.close_journals)
        self.letters = LetterDispatcher(self.console)
        self.mailbox = MailboxWatch(self.console, settings, self._clock, self.metrics)
        self.presses = TelegramPresses(self.console, settings, self.metrics)
        self.sign_ins = SignIns(
            self.store, settings, self._clock, suspected=self.console.suspected, asks=self._ask_whether_own
        )

    def _start_threads(self) -> None:
        """Start what sends and receives beside the turns; what is started last is stopped first."""
        self.sender.start()
        self.closers.append(self._drain)
        self.letters.start()
        self.closers.append(self._end_letters)
        self.mailbox.start()
        self.closers.append(self.mailbox.stop)
        self.presses.start()
        self.closers.append(self.presses.stop)

    def _serve_pages(self) -> None:
        """Start the pages."""
        self.pages = PageServer(
            PersonalConsoles(self.console),
            self.sign_ins,
            self.settings,
            self.metrics,
            self._keys,
            service=self.view,
            clock=self._clock,
        )
        self.pages.start()
        self.closers.append(self.pages.stop)
        if self.settings.web.port == 0:
            self._take_port(self.pages.port)

    def _ask_whether_own(self, person: str, by: str, token: str) -> None:
        """Ask somebody whether the password is theirs by which they were signed in."""
        link = f"{self.settings.base_url}/ack/own/{token}"
        with self.store.begin() as unit:
            unit.outbox.add(own_password_question(person, by, link, self.settings, self._clock.now()))
        self.sender.wake()
        self.on_question(person, link)

    def _ingest(self, events: pl.DataFrame) -> None:
        """Take in events just read, for what follows incidents and for what keeps their lines."""
        self._rescoper.ingest(events)
        self._contained.ingest(events)
        self.collector.recent.ingest(events)

    def _unread_presses(self) -> dict[str, str]:
        """Return which bots in Telegram cannot be asked who pressed, and why."""
        return self.presses.problems()

    def _unkept(self) -> dict[str, str]:
        """Return what is to prove cases and cannot be kept, with the reason."""
        problems = {"raw lines of cases": self.collector.problem, "heads of the chain": self.heads.problem}
        return {name: why for name, why in problems.items() if why}

    def _seal_of(self, incident_id: str) -> str:
        """Return the head of the chain over an incident's state, as it goes out with messages."""
        with self.store.read() as unit:
            head = newest_head(unit, incident_id)
        return head.seal if head is not None else ""

    def _files_of(self, message: Message) -> tuple[MessageFile, ...]:
        """Return the files of a monthly message."""
        from detector.runtime.incidents.preparation.monthly_files import monthly_files  # noqa: PLC0415 - fills templates

        return monthly_files(message, self.store, self.parts.settings, self.parts.playbooks, self._clock.now())

    def _take_port(self, port: int) -> None:
        """Let links name the port that was free."""
        web = self.settings.web.model_copy(update={"port": port})
        self._adopt(replace(self.parts, settings=self.settings.model_copy(update={"web": web})))

    def _tell_left_out(self, parts: Components) -> None:
        """Write down each rule that cannot be used, and where its mistake is."""
        for problem in parts.skipped:
            log.warning("rule_left_out", problem=str(problem))

    def _count_parts(self, parts: Components) -> None:
        self.metrics.prepare(source.name for source in parts.settings.sources)
        self.metrics.rules_loaded.set(len(parts.ruleset))
        self.metrics.rules_skipped.set(parts.ruleset.refused)

    def _decider(self, parts: Components) -> Decider:
        suspected = CaseDoor(parts.settings).suspected
        return Decider(
            settings=parts.settings,
            playbooks=parts.playbooks,
            regulations=parts.regulations,
            scope_of=self.drills.beside(
                IncidentScopes(
                    self.journal,
                    parts.lists.watched,
                    parts.playbooks,
                    skip_bad=True,
                    of_class=bool(parts.settings.residence_file or parts.settings.records.controllers),
                ).with_clients,
                parts.playbooks,
            ),
            scope_versions=ScopeKeeper(
                ClientListFiles(parts.settings.state / SCOPE_LISTS),
                ClientResidences(parts.settings.residence_file),
                ClientControllers.of_settings(parts.settings),
            ),
            links=links(parts.settings, self._keys),
            mute_orders=OrdersInForce.of(parts.settings, parts.ruleset, suspected),
            exception_mutes=ExceptionMutes.of(parts.settings, parts.ruleset, suspected),
        )

    # -- run -----------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Turn the pipeline until ``stop`` is called."""
        self.reader.rescan()  # whoever is told that the service is ready may write: that is neither skipped nor history
        self._ready_untold = True  # until state and position were written once: who cannot keep anything is not ready
        for language in LANGUAGES:
            messages(language)  # the library behind the words need not be loaded while the first page waits
        try:
            while not self._stopping.is_set():
                self.turn()
        finally:
            self._manager.stopping()

    def turn(self) -> None:
        """Do one turn: read and judge, and once a second the slow beat."""
        if self._asked_to_stop:
            self._stopping.set()
            return
        if self._reload_asked:
            self._reload_asked = False
            self.reload()
        lines, began = 0, monotonic()
        with self._told_of("commit_failed"):
            if self.gauges.failing:
                # The logs keep what is not read: nothing more is taken into memory until what is there was written.
                self.pipeline.save(force=True)
            lines = self.pipeline.turn()
            self.pipeline.save()
            self.gauges.committed()
            self._tell_ready()
        if self.gauges.failing:
            self._stopping.wait(_BEAT_SECONDS)
        if passed(self._clock.now(), self._beat_at, timedelta(seconds=_BEAT_SECONDS)):
            self._beat()
        self._manager.alive()
        if lines:
            self._stopping.wait(rest(monotonic() - began, more=self.reader.waiting))
        elif not self._stopping.is_set():
            self.reader.wait(_WAIT_SECONDS)

    def _tell_ready(self) -> None:
        if self._ready_untold:
            self._ready_untold = False
            self._manager.ready(f"watching {len(self.settings.sources)} sources")
            self._tell_left_out(self.parts)
            log.info("ready", sources=len(self.settings.sources), rules=len(self.parts.ruleset))
            self.parts.read_all()

    def _beat(self) -> None:
        now = self._beat_at = self._clock.now()
        if self._edited.edited(now):
            self._reload_asked = True
        with self._told_of("put_back_failed"):
            self.store.put_back()
        with self._told_of("ladder_failed"):
            # While nothing can be committed the turn tries again; to wait here too would hold up the beat.
            if not self.gauges.failing:
                self._play_drill(now)
                self._ladder_gaps = self._climb(now)
        with self._told_of("beat_failed"):
            self.gauges.machine.beat(now)
            self._keep_in_force()
            self.pipeline.state_findings(self.gauges.beat(now, (*self._ladder_gaps, *self._taken_gaps())))
            self.gauges.save()
            self.pipeline.report_history(catching_up=self.gauges.catching_up)
            self.upkeep.beat(self.settings, now)
            self.heads.begin_beat(self.settings.evidence, now)
            self.metrics.heads_unkept.set(self.heads.failed)
            self.gauges.planned.tell_ended(now)
            self._tell_owners(now)
            self._count_readiness(now)
            named, last = [source.name for source in self.settings.sources], self.pipeline.freshness.last_line
            self.pipeline.hours.beat(self.store, named, last, self.started_at)
            if not self.gauges.failing:
                self.probe.beat(now)
        if not self.gauges.failing:
            self.collector.beat(self.settings, self.parts.playbooks, self.parts.lists.watched)
        if self.retrainer.due(self.parts, now):
            self._take_model()

    def _play_drill(self, now: datetime) -> None:
        """Play the drill that goes on, if one does: before the ladders, so that it pages nobody beside what is real."""
        turn = self.drills.beat(self.pipeline.decider, self.parts, now)
        self._rescoper.note(turn.changed)
        if turn.messages:
            self.sender.wake()

    def _tell_owners(self, now: datetime) -> None:
        """Tell the owners of silences that end, or have ended."""
        said = tell_owners(self.store, self.settings, now)
        self.metrics.reminders.inc(len(said))
        if said:
            self.sender.wake()

    def _count_readiness(self, now: datetime) -> None:
        """Count how ready the company is, and tell it once a month."""
        decider = self.pipeline.decider
        said = self.readiness.beat(decider.settings, decider.playbooks, now)
        self.metrics.reminders.inc(len(said))
        if said:
            self.sender.wake()

    @contextmanager
    def _told_of(self, event: str) -> Iterator[None]:
        """Go on without what the block could not commit: findings are held, and the position has not moved."""
        try:
            yield
        except StoreError as error:
            self._log_failure(event, str(error))
            self.gauges.failed(str(error))
            if self._ready_untold:
                self._manager.status(f"not ready: {error}")

    def _log_failure(self, event: str, why: str) -> None:
        """Log what failed; the same again once a minute, since a full disk is no reason to fill another."""
        now = self._clock.now()
        before = self._failures.get(event)
        if before is not None and before[0] == why and not passed(now, before[1], _FAILURE_AGAIN):
            return
        self._failures[event] = (why, now)
        log.error(event, why=why)

    def _take_model(self) -> None:
        try:
            self._adopt(build(self.settings, session_key=self._keys.session, seed=self._keys.seed))
        except ConfigError as error:
            # A rule is being edited just now: the model lies on disk, the next reload takes it up.
            log.warning("model_waits", why=str(error))

    def _keep_in_force(self) -> None:
        """Keep team and terms where commands find them, which everybody may give a configuration of their own.

        Who was on the team that was kept there before and is no more is called in no open case, and they say so.
        """
        if self._kept_parts is self.parts:
            return
        parts = self.parts
        with self.store.begin() as unit:
            before = team_in_force(unit.kv.get(KEPT_AS) or "")
            if before is not None:
                self.pipeline.decider.tell_who_left(unit, before.team, self._clock.now())
            unit.kv.set(KEPT_AS, TeamInForce.of(self.settings).text())
            unit.kv.set(TERMS_KEPT_AS, terms_digest(self.settings, parts.playbooks, parts.regulations))
        self._kept_parts = parts

    def _climb(self, now: datetime) -> tuple[Gap, ...]:
        """Page whom the ladder asks for by now, and look the scope of going incidents up again."""
        if self.watch.idle(now) and self.gauges.quiet(now):
            return ()
        outcome = self.watch.page_due(self.pipeline.decider, now)
        self._tell_unread()
        self.metrics.reminders.inc(sum(each.kind is MessageKind.REMINDER for each in outcome.messages))
        if outcome.messages:
            self.sender.wake()
        return outcome.gaps

    def _tell_unread(self) -> None:
        """Say once of each incident that something of it cannot be read; the others go on."""
        unread = dict(self.watch.unread)
        for incident_id in unread.keys() - self._unread:
            log.error("incident_unreadable", why=unread[incident_id])
        self._unread = set(unread)
        self.metrics.incidents_unreadable.set(len(unread))

    def _taken_gaps(self) -> list[Gap]:
        """Return what the sender's thread has found undeliverable since the last beat."""
        taken: list[Gap] = []
        while self._sender_gaps:
            taken.extend(self._sender_gaps.popleft())
        return taken

    # -- reload --------------------------------------------------------------------------------------------------

    def request_reload(self) -> None:
        """Reload before the next turn; for signal handlers (SIGHUP), which must not take locks."""
        self._reload_asked = True

    def reload(self) -> bool:
        """Read the configuration again and take it whole, or leave everything as it is."""
        if self._config is None:
            return False
        self._manager.reloading()
        try:
            settings = self._kept(load_settings(self._config))
            self._adopt(build(settings, session_key=self._keys.session, seed=self._keys.seed))
        except ConfigError as error:
            whole = refusal(error) if isinstance(error, SettingsError) else error
            for problem in whole.problems:
                log.error("reload_refused", problem=str(problem))
            self.metrics.config_reloads.labels("refused").inc()
            self._manager.ready("the changed configuration was refused; the old one is in use")
            return False
        self.metrics.config_reloads.labels("done").inc()
        self.metrics.config_time.set(self._clock.now().timestamp())
        self._manager.ready(f"watching {len(self.settings.sources)} sources")
        self._tell_left_out(self.parts)
        log.info("reloaded", sources=len(self.settings.sources), rules=len(self.parts.ruleset))
        return True

    def _kept(self, new: Settings) -> Settings:
        """Return the new settings without what a reload cannot change: where things lie and what is listened on."""
        old = self.settings
        taken = {"public_url": new.web.public_url, "metrics_token": new.web.metrics_token}
        web = old.web.model_copy(update=taken)
        return new.model_copy(update={"state": old.state, "database": old.database, "web": web})

    def _begins_at(self, source: SourceSettings, path: str) -> datetime | None:
        """Return when a file's first events happened, as a replay orders files; None: not known."""
        try:
            return first_event(path, source, self.parts.decoder)[1]
        except NabatError:
            return None  # the reader says what is wrong with the file

    def _adopt(self, parts: Components) -> None:
        self.settings, self.parts = parts.settings, parts
        self.pipeline.adopt(parts, self._decider(parts))
        self.reader.reconfigure(parts.settings.sources, parts.decoder.framing)
        self.sender.reconfigure(parts.settings, links(parts.settings, self._keys))
        self.console.reconfigure(parts.settings, parts.playbooks, parts.regulations, links(parts.settings, self._keys))
        self.presses.reconfigure(parts.settings)
        self.mailbox.reconfigure(parts.settings)
        self.sign_ins.reconfigure(parts.settings)
        if parts.settings.web.enabled:
            self.pages.reconfigure(parts.settings)
        self._count_parts(parts)
        parts.read_all()

    # -- stop ----------------------------------------------------------------------------------------------------

    def ask_to_stop(self) -> None:
        """End ``run`` within a turn; for signal handlers, which must not take locks."""
        self._asked_to_stop = True

    def stop(self) -> None:
        """End ``run`` after the present turn; for any other thread."""
        self._stopping.set()
        self.reader.wake()

    def stopped(self, seconds: float) -> bool:
        """Wait up to ``seconds`` for the stop; tell whether it came."""
        return self._stopping.wait(seconds)

    def close(self) -> None:
        """Save and close everything that was opened; complete even when a part of it fails."""
        if hasattr(self, "pipeline"):
            try:
                self.pipeline.save(force=True)
                self.pipeline.hours.write_watched(self.store)
            except NabatError as error:
                log.error("last_save_failed", why=str(error))
        while self.closers:
            closer = self.closers.pop()
            try:
                closer()
            except Exception as error:  # noqa: BLE001 - teardown goes on whatever one part does
                FaultLog("app").report("close_failed", error, closing=getattr(closer, "__qualname__", ""))

    def _drain(self) -> None:
        """Let tries under way end: a page that has been sent should be known to have been sent."""
        if not self.sender.stop(_DRAIN):
            log.warning("sends_cut_off", why="some tries were still under way; they are made again at the next start")

    def _end_letters(self) -> None:
        """Let the letter in hand be taken: of one that is cut off nobody knows whether it went."""
        if not self.letters.stop(_DRAIN):
            log.warning("letters_cut_off", why="a mail server was slow; what was in hand is settled by a person")

    def view(self) -> ServiceView:
        """Return the service as the pages show it."""
        return self.gauges.view()

    def __enter__(self) -> "App":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
