"""The outbox sender: brings what was decided, in its own thread, until a target took it or all have failed.

Comes in: pending messages of the store. Goes out: messages at their targets, and in the store each try and what became
of the message. A try is written after it was made: when the process dies in between, the message goes out once more,
and never not at all. When every target of a person has failed, the escalation goes on within the same transaction.

Pages given up while a target was away do not wait for the escalation's next round: one of them is tried now and then,
and once the target takes anything, all of them go out.
"""

import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from detector.clock import Clock, monotonic
from detector.messages import Language, messages
from detector.notify.delivery.apprise_target import DeliveryOutcome, is_chat, load
from detector.notify.delivery.retry import after_try
from detector.notify.delivery.send_pool import FilesOf, Result, SendPool
from detector.notify.escalation import PageContent, advance, still_asked_for
from detector.notify.ladder import Gap
from detector.notify.links import ButtonAct, LinkMaker, acts_under
from detector.notify.ports import NotifyStore, NotifyUnit
from detector.schema.case.incidents import Incident
from detector.schema.team.delivery import Delivery, Message, MessageKind, MessageStatus
from detector.settings import Settings
from detector.telemetry import FaultLog, Logger
from detector.telemetry.metrics import Metrics

_TAKE = 100
# How often one page that was given up is tried again at a target, and any message whose last try the store forgot.
_PROBE = timedelta(minutes=1)
# Of how many messages the last try is remembered.
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class _Tried:
    """The last try of a message: as the store had shown it, whether it arrived, and when."""

    message: Message
    arrived: bool
    at: datetime


SettingsFor = Callable[[NotifyUnit, Incident, Settings], Settings]
ContentOf = Callable[[NotifyUnit, Incident], PageContent]


def _only_steps(unit: NotifyUnit, incident: Incident) -> PageContent:
    return PageContent(steps=partial(unit.incidents.steps, incident.id))


class OutboxSender:
    """Sends what is due.

    Args:
        store: Where messages are kept.
        settings: Targets, attempts, waits, and the team for the escalation that follows a failure.
        clock: The time.
        metrics: Counts tries by target and result.
        links: Makes the links of pages that follow a failure.
        beat: How often to look for messages that another process wrote.
        settings_for: Returns the settings with the team and ladder an incident keeps; None: all go by ``settings``.
        content_of: Returns what pages that follow a failure say beside the incident; None: its steps alone.
        on_gaps: Told, after the commit, which roles and people an incident's pages could not reach.
        seal_of: Returns the head of the chain over an incident's state, which goes out with its messages; empty: none.
        files_of: Makes the files of a monthly message; None: there are none.
    """

    def __init__(
        self,
        store: NotifyStore,
        settings: Settings,
        clock: Clock,
        metrics: Metrics,
        *,
        links: LinkMaker,
        beat: timedelta = timedelta(seconds=2),
        settings_for: SettingsFor | None = None,
        content_of: ContentOf | None = None,
        on_gaps: Callable[[Incident, tuple[Gap, ...]], None] | None = None,
        seal_of: Callable[[str], str] | None = None,
        files_of: FilesOf | None = None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._metrics = metrics
        self._links = links
        self._beat = beat.total_seconds()
        self._settings_for = settings_for or (lambda unit, incident, settings: settings)
        self._content_of = content_of or _only_steps
        self._on_gaps = on_gaps or (lambda incident, gaps: None)
        self._seal_of = seal_of or (lambda incident_id: "")
        self._files_of = files_of
        self._inbox: queue.SimpleQueue[Result | None] = queue.SimpleQueue()
        self._lanes = SendPool(self._inbox.put)
        self._unwritten: list[Result] = []
        self._in_hand: set[str] = set()  # begun and not yet written: due in the store, and not to be sent again
        self._tried: dict[str, _Tried] = {}
        self._retries: dict[str, datetime] = {}
        self._probed_at = clock.now()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._log, self._faults = Logger("sender"), FaultLog("sender")

    def start(self) -> None:
        """Begin sending in a thread of its own."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="outbox sender", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look for due messages now: the service calls this after each commit that holds messages."""
        self._inbox.put(None)

    def stop(self, timeout: timedelta) -> bool:
        """Stop taking messages and wait for the tries under way; return False when some were still going on.

        What was not finished stays in the outbox and is sent at the next start.
        """
        if self._thread is None:
            return True
        self._stopping.set()
        self.wake()
        self._thread.join(timeout.total_seconds())
        return not self._thread.is_alive()

    @property
    def alive(self) -> bool:
        """Whether the thread runs; a service whose sender does not is not ready."""
        return self._thread is not None and self._thread.is_alive()

    def reconfigure(self, settings: Settings, links: LinkMaker) -> None:
        """Use other settings from the next try on."""
        self._settings, self._links = settings, links

    def run_once(self, now: datetime) -> tuple[Delivery, ...]:
        """Send everything that is due at ``now``, wait for it, and return the tries; for a sender not started."""
        tries: list[Delivery] = []
        while self._send_due(now) + self._probe(now):
            while self._lanes.under_way() or not self._inbox.empty():
                self._listen(self._patience())
                self._lanes.give_up()
            tries += self._write(now)
        return tuple(tries)

    def _run(self) -> None:
        while not (self._stopping.is_set() and not self._lanes.under_way()):
            try:
                load()
                self._turn()
            except Exception as error:  # noqa: BLE001 - a sender that ends pages nobody: whatever happened, it goes on
                self._faults.report("sending failed; it is tried again", error, again_in=self._beat)
                self._stopping.wait(self._beat)
            self._listen(self._patience())
            self._lanes.give_up()
        self._write_at_the_end()

    def _turn(self) -> None:
        self._write(self._clock.now())
        if not self._stopping.is_set():
            self._send_due(self._clock.now())
            self._probe(self._clock.now())

    def _write_at_the_end(self) -> None:
        while not self._inbox.empty():
            self._listen(0)
        try:
            self._write(self._clock.now())
        except Exception as error:  # noqa: BLE001 - what is not written is sent again at the next start
            self._faults.report("the last tries could not be written", error)

    def _patience(self) -> float:
        """Return the seconds until something is to be done by itself."""
        waits = [self._beat]
        deadline = self._lanes.next_deadline()
        if deadline is not None:
            waits.append(deadline - monotonic())
        if self._retries:
            waits.append((min(self._retries.values()) - self._clock.now()).total_seconds())
        return max(0.0, min(waits))

    def _listen(self, seconds: float) -> None:
        """Wait for a result or a call to wake; take all that is there."""
        try:
            arrived = [self._inbox.get(timeout=seconds) if seconds > 0 else self._inbox.get_nowait()]
            while not self._inbox.empty():
                arrived.append(self._inbox.get_nowait())
        except queue.Empty:
            return
        self._unwritten += [result for result in arrived if result is not None]

    def _send_due(self, now: datetime) -> int:
        """Start a delivery of each due message whose target has a free lane; return how many were started."""
        limit, begun = _TAKE, 0
        # What was called off meanwhile is never due again: a moment that is over must not keep the thread awake.
        self._retries = {each: at for each, at in self._retries.items() if at > now}
        while True:
            with self._store.read() as unit:
                due = unit.outbox.due(now, limit)
            # Messages to one target that hangs must not fill the view and hide the others.
            begun += sum(self._begin(message, now) for message in due)
            if begun or len(due) < limit:
                return begun
            limit *= 4

    def _probe(self, now: datetime) -> int:
        """Now and then try one page that was given up at each target; return how many tries were begun."""
        if now - self._probed_at < _PROBE:
            return 0
        self._probed_at = now
        with self._store.read() as unit:
            lost = self._given_up(unit)
        return sum(self._begin(page, now) for page in {page.target: page for page in reversed(lost)}.values())

    def _given_up(self, unit: NotifyUnit, target: str = "") -> list[Message]:
        """Return the pages given up, at one target or all, that are still to be sent, the newest first."""
        pages = [page for page in unit.outbox.given_up() if target in ("", page.target)]
        incidents = {page.incident_id: unit.incidents.find(page.incident_id) for page in pages}
        settings = {key: self._settings_of(unit, incident) for key, incident in incidents.items()}
        return [
            page for page in pages if still_asked_for(page, incidents[page.incident_id], settings[page.incident_id])
        ]

    def _settings_of(self, unit: NotifyUnit, incident: Incident | None) -> Settings:
        return self._settings if incident is None else self._settings_for(unit, incident, self._settings)

    def _begin(self, message: Message, now: datetime) -> bool:
        self._retries.pop(message.id, None)
        if message.id in self._in_hand or self._forgotten(message, now):
            return False
        target = self._settings.notify.targets.get(message.target)
        if target is None:
            outcome = DeliveryOutcome(ok=False, seconds=0.0, error="target", final=True)
            self._inbox.put(Result(message=message, outcome=outcome))
        elif not self._lanes.start(
            message,
            target,
            seal=self._seal(message),
            buttons=self._buttons(message),
            files=self._files_of if message.kind is MessageKind.MONTHLY else None,
        ):
            return False
        self._in_hand.add(message.id)
        return True

    def _seal(self, message: Message) -> str:
        seal = self._seal_of(message.incident_id) if message.incident_id else ""
        language: Language = "ru" if message.language == "ru" else "en"
        return messages(language).text("notify-seal", seal=seal) if seal else ""

    def _buttons(self, message: Message) -> list[tuple[str, str]]:
        """Return the buttons of a message; where their presses do not reach the service it has none."""
        if not acts_under(message):
            return []
        language: Language = "ru" if message.language == "ru" else "en"
        say = messages(language)
        return [
            (say.text(f"notify-button-{act.value.replace('_', '-')}"), pressed)
            for act, pressed in self._pressed(message)
        ]

    def _pressed(self, message: Message) -> tuple[tuple[ButtonAct, str], ...]:
        """Return what a button's press does: a call of ours, or what the bot is told, who is asked for it."""
        notify, web = self._settings.notify, self._settings.web
        if is_chat(notify.targets[message.target].url.get_secret_value()):
            return self._links.callbacks(message) if notify.telegram_users else ()
        return self._links.buttons(message) if web.enabled and web.public_url else ()

    def _forgotten(self, message: Message, now: datetime) -> bool:
        """Tell whether the store shows a message as before a try that was written: it must not page in a loop."""
        tried = self._tried.get(message.id)
        return tried is not None and tried.message == message and (tried.arrived or now - tried.at < _PROBE)

    def _remember(self, results: Iterable[Result], now: datetime) -> None:
        for result in results:
            self._tried.pop(result.message.id, None)
            self._tried[result.message.id] = _Tried(result.message, result.outcome.ok, now)
        while len(self._tried) > _REMEMBERED:
            del self._tried[next(iter(self._tried))]

    def _write(self, now: datetime) -> list[Delivery]:
        """Store the results that have come in, all in one transaction; they stay here until that succeeded."""
        results = list(self._unwritten)
        if not results:
            return []
        written: list[tuple[Message, Delivery]] = []
        gaps: list[tuple[Incident, tuple[Gap, ...]]] = []
        with self._store.begin() as unit:
            for result in results:
                written += self._write_one(unit, result, now, gaps)
            for target in {result.message.target for result in results if result.outcome.ok}:
                for page in self._given_up(unit, target):
                    again = replace(page, status=MessageStatus.PENDING, attempts=0, next_attempt_at=now)
                    unit.outbox.save(again)
        del self._unwritten[: len(results)]
        self._in_hand.difference_update(result.message.id for result in results)
        self._remember(results, now)
        self._count(written, now)
        for incident, found in gaps:
            self._on_gaps(incident, found)
        return [delivery for _, delivery in written]

    def _write_one(
        self, unit: NotifyUnit, result: Result, now: datetime, gaps: list[tuple[Incident, tuple[Gap, ...]]]
    ) -> Iterable[tuple[Message, Delivery]]:
        stored = {message.id: message for message in unit.outbox.messages(result.message.incident_id)}
        message = stored.get(result.message.id)
        if message is None:
            self._log.error(
                "a try could not be noted: the database does not know the message", message=result.message.id
            )
            return []
        incident = unit.incidents.find(message.incident_id) if message.incident_id else None
        suspects = incident.suspects if incident is not None else frozenset[str]()
        after, following = after_try(message, result.outcome, self._settings_of(unit, incident), now, suspects)
        delivery = Delivery(
            message_id=after.id,
            attempt=after.attempts,
            target=after.target,
            at=now,
            ok=result.outcome.ok,
            seconds=round(result.outcome.seconds, 6),
            error=after.error,
        )
        unit.outbox.add_delivery(delivery)
        unit.outbox.save(after)
        if after.status is MessageStatus.SENT and message.status is MessageStatus.PENDING:
            for beside in stored.values():
                if _is_beside(beside, after):
                    unit.outbox.save(replace(beside, status=MessageStatus.CANCELLED))
        if following is not None and following.id not in stored:
            unit.outbox.add([following])
        elif after.status is MessageStatus.FAILED or (
            after.status is MessageStatus.SENT and message.status is MessageStatus.CANCELLED
        ):
            self._go_on(unit, incident, after, now, gaps)
        return [(after, delivery)]

    def _go_on(
        self,
        unit: NotifyUnit,
        incident: Incident | None,
        message: Message,
        now: datetime,
        gaps: list[tuple[Incident, tuple[Gap, ...]]],
    ) -> None:
        """Plan anew: nobody is left to try for this person, or a page arrived after it had been withdrawn."""
        if incident is None or message.kind is not MessageKind.PAGE:
            return
        content = self._content_of(unit, incident)
        made = advance(unit, incident, self._settings_of(unit, incident), now, self._links, content)
        if made.gaps:
            gaps.append((incident, made.gaps))

    def _count(self, written: Iterable[tuple[Message, Delivery]], now: datetime) -> None:
        for message, delivery in written:
            result = {MessageStatus.SENT: "sent", MessageStatus.PENDING: "retried"}.get(message.status, "failed")
            self._metrics.deliveries.labels(target=message.target, result=result).inc()
            if message.status is MessageStatus.PENDING:
                self._retries[message.id] = message.next_attempt_at
            if delivery.ok and message.kind is MessageKind.PAGE and (message.round, message.rung) == (0, 0):
                self._metrics.page_seconds.observe(max(0.0, (now - message.due_at).total_seconds()))
            if not delivery.ok:
                self._log.warning(
                    "a try failed",
                    target=message.target,
                    attempt=delivery.attempt,
                    error=delivery.error,
                    result=result,
                )


def _is_beside(waiting: Message, brought: Message) -> bool:
    """Tell whether a page waits at another target of somebody whom the same page has reached."""
    same = (waiting.person, waiting.rung, waiting.round) == (brought.person, brought.rung, brought.round)
    pages = waiting.kind is brought.kind is MessageKind.PAGE
    return same and pages and waiting.id != brought.id and waiting.status is MessageStatus.PENDING
