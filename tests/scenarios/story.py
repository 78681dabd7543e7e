"""Stories in time over the whole service, on a clock that is moved by hand: hours take milliseconds.

    night.at("03:00").reads(150, by="mallory")
    night.want(["anna"])                      # paged since the last look
    night.at("03:05").want(["boris"])
    night.at("Thu 09:00").want([])            # three days later

The service is the real one with a real log, database and web receivers; only the clock is ours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from detector.clock import ManualClock
from detector.group import Mute
from detector.runtime.app import App
from detector.runtime.incidents.console import Console
from detector.schema.case.duties import Duty
from detector.schema.case.incidents import CloseReason, Incident, IncidentKind, IncidentStatus, Step, StepStatus
from detector.schema.team.delivery import MessageKind
from detector.settings.loading.load_settings import load_settings
from tests.fakes.people import me
from tests.receivers import Web
from tests.runtime.places import NIGHT, bulk, line, write_plan

TEAM = ("anna", "boris", "lev", "dina")
LADDER = [
    {"after": "0s", "to": ["primary"]},
    {"after": "5m", "to": ["deputy"]},
    {"after": "15m", "to": ["lead"]},
    {"after": "30m", "to": ["everybody"]},
]
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class MachineClock(ManualClock):
    """The clock of the service's machine.

    Attributes:
        ahead: So far it stands ahead, until it is set right.
        since: Which start of the machine its seconds count from; empty: each one is another.
    """

    ahead, since = timedelta(0), ""

    def now(self) -> datetime:
        return super().now() + self.ahead

    def steady_since(self) -> str:
        return self.since


class Story:
    """One service through one night, or several.

    Args:
        folder: Where everything lies.
        receivers: Where the messages of each person arrive.
        start: When the service is started.
        stood: What the log holds by then.
        changes: What is other in the configuration than ``tests.runtime.places.plan``.
    """

    def __init__(
        self,
        folder: Path,
        receivers: Mapping[str, Web],
        *,
        start: datetime = NIGHT,
        stood: str = "",
        **changes: Any,
    ) -> None:
        self.clock = MachineClock(start)
        self.log = folder / "access.log"
        self.log.write_text(stood)
        self.receivers = receivers
        targets = {person: {"url": web.url(person)} for person, web in receivers.items()}
        # Nights about something else are not to end with an answer that lapses.
        lapse = dict.fromkeys(("low", "medium", "high", "critical"), "30d")
        self._notify = {"targets": targets, "ladder": LADDER, "repeat": "30m", "lapse": lapse}
        self._folder, self._changes = folder, changes
        self.seen: set[str] = set()
        self.edit()
        self.start()

    @classmethod
    def of(cls, config: Path) -> "Story":
        """Begin a service with a configuration that is there already; nobody receives what it sends."""
        story = cls.__new__(cls)
        story.clock, story.log, story.receivers = MachineClock(NIGHT), config.parent / "access.log", {}
        story.config_path, story.seen = config, set()
        story.start()
        return story

    # The service

    def edit(self, **changes: Any) -> "Story":
        """Change the configuration file; the service takes it up when it next looks."""
        self._changes |= changes
        notify = self._notify | self._changes.get("notify", {})
        self.config_path = write_plan(self._folder, **self._changes | {"notify": notify})
        return self

    def start(self) -> None:
        self.app = App(load_settings(self.config_path), self.clock, config=self.config_path)
        self.app.start()
        # The sender is asked by the story instead of by its own thread, so that each moment is complete.
        assert self.app.sender.stop(timedelta(seconds=10))
        self.app.gauges.sender_alive = lambda: True
        self.turn()

    def stop(self) -> None:
        self.app.close()

    def restart(self) -> None:
        """End the service and start it anew."""
        self.stop()
        self.start()

    def orders(self, *orders: Mute) -> None:
        """Let silences, exceptions and inhibitions stand, and no others."""
        self.app.pipeline.adopt(self.app.parts, replace(self.app.pipeline.decider, orders=orders))

    def turn(self) -> None:
        for _ in range(4):
            self.app.reader.wake()  # nothing to wait for: what there is, is there
            self.app.turn()
        # A beat copies lines of cases for so and so many milliseconds; here what it began is ended, however slow it is.
        while self.app.collector.beat(self.app.settings, self.app.parts.playbooks, self.app.parts.lists.watched):
            pass
        self.app.sender.run_once(self.now)

    # Time

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def pass_to(self, text: str) -> "Story":
        """Move to the next moment at which it is so late, "03:05" or "Thu 09:00", while the service does nothing."""
        *day, time = text.split()
        hours, minutes = map(int, time.split(":"))
        moment = self.now.replace(hour=hours, minute=minutes, second=0)
        while moment < self.now or (day and moment.weekday() != _DAYS.index(day[0])):
            moment += timedelta(days=1)
        self.clock.move_to(moment)
        return self

    def at(self, text: str) -> "Story":
        """Move to the next moment at which it is so late, and let the service work until nothing is left to do."""
        self.pass_to(text).turn()
        return self

    def later(self, **span: float) -> "Story":
        """Let so much time go by, and let the service work until nothing is left to do."""
        self.clock.advance(timedelta(**span))
        self.turn()
        return self

    # What people do to the systems

    def writes(self, text: str) -> "Story":
        """Let the log hold more."""
        with self.log.open("a") as out:
            out.write(text)
        return self

    def reads(self, count: int, *, by: str, first: int = 1000, address: str = "203.0.113.7") -> "Story":
        """Let somebody read so many clients, one a second; four minutes later the service has seen it."""
        return self.log_of(count, by=by, first=first, address=address).later(minutes=4)

    def log_of(self, count: int, *, by: str, first: int = 1000, address: str = "203.0.113.7") -> "Story":
        """Let the log say that somebody reads so many clients, one a second from now on."""
        return self.writes(bulk(count, by, at=self.now, first=first, address=address))

    def touches(self, client: int, *, by: str, address: str = "203.0.113.7") -> "Story":
        """Let somebody read one client; a minute later the service has seen it."""
        return self.writes(line(self.now, client, by, address=address)).later(minutes=1)

    # What is there

    @property
    def console(self) -> Console:
        return self.app.console

    @property
    def cases(self) -> list[Incident]:
        """What people work on, the newest first: all but blind spots."""
        return [each for each in self.console.incidents() if each.kind is not IncidentKind.BLIND_SPOT]

    @property
    def incident(self) -> Incident:
        (only,) = self.cases
        return only

    def about(self, actor: str) -> Incident:
        """Return the newest case about somebody."""
        return next(each for each in self.cases if each.actor_id == actor)

    @property
    def blind(self) -> list[Incident]:
        return [each for each in self.console.incidents() if each.kind is IncidentKind.BLIND_SPOT]

    def law(self, incident: Incident, stage: str) -> Duty:
        """Return one duty of a law."""
        with self.app.store.read() as unit:
            return next(each for each in unit.incidents.duties(incident.id) if each.stage == stage)

    def step(self, incident: Incident, step_id: str) -> Step:
        return next(each for each in self.console.steps(incident.id) if each.step_id == step_id)

    # What people are told, and do

    def told(self, *kinds: MessageKind, about: Iterable[Incident] | None = None) -> list[str]:
        """Return who was sent a message of these kinds since the last look, about all cases if none are named."""
        with self.app.store.read() as unit:
            incidents = self.cases if about is None else about
            messages = [message for incident in incidents for message in unit.outbox.messages(incident.id)]
        new = [each for each in messages if each.id not in self.seen and each.kind in kinds]
        self.seen |= {each.id for each in new}
        return sorted({each.person for each in new})

    def want(self, people: list[str], *, about: Incident | None = None) -> "Story":
        """Check who has been paged since the last look, about all cases or one incident."""
        told = self.told(MessageKind.PAGE, about=None if about is None else (about,))
        assert told == sorted(people), f"at {self.now:%a %H:%M}"
        return self

    def arrived(self, person: str) -> list[str]:
        """Return the titles of all that reached somebody."""
        return [each["title"] for each in self.receivers[person].received if each["answer"] == 200]

    def answers(self, person: str, incident: Incident | None = None) -> None:
        """Let somebody say "I have it"."""
        self.console.acknowledge((incident or self.incident).number, by=me(person), via="cli")

    def closes(
        self, person: str, reason: CloseReason, note: str, incident: Incident | None = None, correction: str = ""
    ) -> None:
        """Let somebody close a case; where it takes two, let another agree."""
        number = (incident or self.incident).number
        done = self.console.close(number, reason, by=me(person), note=note, correction=correction)
        if done.status is not IncidentStatus.CLOSED:
            with self.app.store.read() as unit:
                other = min(self.console.door.words_beside(unit, done, {person}))
            self.console.approve(done.number, "close", by=me(other))

    def works_through(
        self, incident: Incident, *, by: str, approved_by: str, proof: str = "seen to at 09:14, receipt 17"
    ) -> None:
        """Do every step that is open."""
        for step in self.console.steps(incident.id):
            if step.status is StepStatus.OPEN:
                self.console.complete(incident.number, step.step_id, by=me(by), proof=proof)
                if self.step(incident, step.step_id).status is StepStatus.OPEN:
                    self.console.approve(incident.number, step.step_id, by=me(approved_by))

    def fulfils(self, incident: Incident, *, by: str) -> None:
        """Send what every duty asks for, and keep the receipt."""
        for duty in self.console.detail(incident.id).duties:
            if duty.open:
                self.console.file_receipt(incident.number, duty.ref, number=f"for {duty.stage}", at=None, by=me(by))
