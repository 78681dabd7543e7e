"""Stories in time over the whole service, on a clock that is moved by hand: hours take milliseconds.

    story.at("03:00").reads(150, by="mallory")
    story.want(["anna"])                      # paged since the last look
    story.at("03:05").want(["boris"])

The service is the real one with a real log, database and web receiver; only the clock is ours.
"""

from datetime import datetime, timedelta
from pathlib import Path

from detector.clock import ManualClock
from detector.runtime.app import App
from detector.runtime.incidents.console import Console
from detector.schema.delivery import MessageKind
from detector.schema.incidents import Incident
from detector.settings import Settings
from tests.runtime.places import NIGHT, bulk


class Story:
    """One service through one night."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self.clock = ManualClock(NIGHT)
        self._settings, self._log = settings, log
        self._seen: set[str] = set()
        log.touch()
        self._start()

    def _start(self) -> None:
        self.app = App(self._settings, self.clock)
        self.app.start()
        # The sender is asked by the story instead of by its own thread, so that each moment is complete.
        assert self.app.sender.stop(timedelta(seconds=10))
        self.app.gauges.sender_alive = lambda: True
        self.turn()

    def restart(self) -> None:
        """End the service and start it anew."""
        self.app.close()
        self._start()

    def at(self, text: str) -> "Story":
        """Move to a time of the day and let the service work until nothing is left to do."""
        hours, minutes = map(int, text.split(":"))
        self.clock.move_to(NIGHT.replace(hour=hours, minute=minutes))
        self.turn()
        return self

    def reads(self, count: int, *, by: str, first: int = 1000) -> "Story":
        """Let somebody have read so many clients in the seconds up to now."""
        with self._log.open("a") as out:
            out.write(bulk(count, by, at=self.now, first=first))
        return self.at(f"{self.now:%H}:{self.now.minute + 4:02}")

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def console(self) -> Console:
        return self.app.console

    @property
    def incident(self) -> Incident:
        (only,) = self.console.incidents()
        return only

    def turn(self) -> None:
        for _ in range(4):
            self.app.reader.wake()  # nothing to wait for: what there is, is there
            self.app.turn()
        self.app.sender.run_once(self.now)

    def told(self, *kinds: MessageKind) -> list[str]:
        """Return who was sent a message of these kinds since the last look."""
        with self.app.store.read() as unit:
            messages = [m for incident in unit.incidents.newest() for m in unit.outbox.messages(incident.id)]
        new = [m for m in messages if m.id not in self._seen and m.kind in kinds]
        self._seen |= {m.id for m in new}
        return sorted({m.person for m in new})

    def want(self, people: list[str]) -> "Story":
        """Check who has been paged since the last look."""
        told = self.told(MessageKind.PAGE)
        assert told == sorted(people), f"at {self.now:%H:%M}"
        return self

    def blind_spots(self) -> list[str]:
        return [i.title for i in self.console.incidents() if i.actor_id == "nabat"]
