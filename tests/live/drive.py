"""The real service on a clock moved by hand, while lines are written: hours take seconds.

Comes in: settings, and lines with the moments they are written. Goes out: what stands in the database at the end, and
when each finding, incident and page was first there. Reader, decoder, core, decider and database are the service's own,
as is every turn; only the clock, and the rest between two turns, are the harness's.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from detector.clock import ManualClock, monotonic
from detector.runtime import pacing
from detector.runtime.app import App
from detector.schema.case.incidents import CloseReason, Incident, IncidentKind
from detector.schema.detection.findings import Finding
from detector.schema.team.delivery import MessageKind
from detector.settings import Settings
from detector.store import Store
from tests.live.arrival import Line

TURN = 0.5
# After the last line: first turn by turn, while it matters when something comes, then in larger and larger steps.
_AFTER = ((TURN, 4.0), (2.0, 60.0), (20.0, 300.0), (150.0, 1200.0))
# Where nobody writes for long, nothing is to be measured.
_QUIET, _STEP = 4.0, 5.0


@dataclass
class Kept:
    """What stands in a database about people; what the service says of itself is left out.

    ``behind`` are the findings of each incident.
    """

    findings: dict[str, Finding]
    incidents: dict[str, Incident]
    behind: dict[str, frozenset[str]]


def kept(store: Store) -> Kept:
    """Read a database."""
    with store.read() as unit:
        findings = {each.id: each for each in unit.incidents.all_findings() if each.actor_id != "nabat"}
        # What turned out to be the same matter as another incident goes on as that.
        incidents = {
            each.id: each
            for each in unit.incidents.newest()
            if each.kind is not IncidentKind.BLIND_SPOT and each.close_reason is not CloseReason.DUPLICATE
        }
        behind = {key: frozenset(each.id for each in unit.incidents.incident_findings(key)) for key in incidents}
    return Kept(findings, incidents, behind)


@dataclass
class Seen:
    """When things first stood in the database, in seconds since the cell began.

    Attributes:
        findings: By rule and account.
        incidents: By account.
        pages: By account: the first page about an incident of it.
        written: The line's own moment, by its place among all lines.
    """

    findings: dict[tuple[str, str], float] = field(default_factory=dict)
    incidents: dict[str, float] = field(default_factory=dict)
    pages: dict[str, float] = field(default_factory=dict)
    written: list[float] = field(default_factory=list)


class Service:
    """One service under the harness's clock; may be stopped and started, or killed, in between.

    ``followed``: files are followed by that clock, too.
    """

    def __init__(self, settings: Settings, origin: datetime, begins: float, *, followed: bool = False) -> None:
        self.settings, self.origin, self._followed = settings, origin, followed
        self.clock = ManualClock(origin + timedelta(seconds=begins))
        self.seen = Seen()
        self.turns = 0
        self._commits = -1
        self.app = self._app()

    @property
    def now(self) -> float:
        return (self.clock.now() - self.origin).total_seconds()

    def _app(self) -> App:
        app = App(self.settings, self.clock, timer=(lambda: self.now) if self._followed else monotonic)
        app.start()
        # Nothing sends beside the harness: a message in the outbox is a page decided.
        assert app.sender.stop(timedelta(seconds=10))
        app.gauges.sender_alive = lambda: True  # the harness asks it
        app.reader.wait = lambda seconds: None  # type: ignore[method-assign]
        self._commits = -1
        return app

    def restart(self, *, killed: bool) -> None:
        """Start anew; killed, without what a stop would have saved."""
        if killed:
            self.app.pipeline.save = lambda *, force=False: None  # type: ignore[method-assign]
        self.app.close()
        self.app = self._app()

    def turn(self) -> None:
        self.app.turn()
        self.turns += 1
        if self.app.store.commits != self._commits:
            self._commits = self.app.store.commits
            self._look()

    def read_all(self, sizes: Mapping[Path, int]) -> None:
        """Turn until everything that was written has been read."""
        for _ in range(2_000):
            self.turn()
            read = {position.path: position.offset for position in self.app.reader.positions()}
            if all(read.get(str(path), 0) >= size for path, size in sizes.items()):
                return
            time.sleep(0.001)
        raise AssertionError(f"it does not read what was written: {read} of {sizes}")

    def _look(self) -> None:
        now = self.now
        with self.app.store.read() as unit:
            for finding in unit.incidents.all_findings():
                self.seen.findings.setdefault((finding.rule_id, account(finding.actor_id)), now)
            for incident in unit.incidents.newest():
                who = account(incident.actor_id)
                self.seen.incidents.setdefault(who, now)
                if who not in self.seen.pages and any(
                    message.kind is MessageKind.PAGE for message in unit.outbox.messages(incident.id)
                ):
                    self.seen.pages[who] = now


def account(actor_id: str) -> str:
    """Return the account of an actor."""
    return actor_id.removeprefix("user:")


def drive(
    settings: Settings,
    paths: Mapping[str, Path],
    lines: Sequence[Line],
    origin: datetime,
    *,
    restarts: Mapping[float, bool] | None = None,
    turn: float = TURN,
) -> tuple[Kept, Seen, Service]:
    """Write the lines each at its moment while the service turns; return what it says at the end, and when.

    Args:
        paths: The file of each source; they are there.
        lines: In the order they are written.
        restarts: Moments at which the service is stopped and started, or (true) killed and started.
        turn: Seconds between two turns.
    """
    before = pacing.TURN_SECONDS
    pacing.TURN_SECONDS = 0.0
    try:
        return _drive(settings, paths, lines, origin, dict(restarts or {}), turn)
    finally:
        pacing.TURN_SECONDS = before


def _drive(
    settings: Settings,
    paths: Mapping[str, Path],
    lines: Sequence[Line],
    origin: datetime,
    restarts: dict[float, bool],
    turn: float,
) -> tuple[Kept, Seen, Service]:
    begins = lines[0].written - 1.0
    service = Service(settings, origin, begins)
    sizes = {path: path.stat().st_size for path in paths.values()}
    try:
        with_files = {via: path.open("a", encoding="utf-8") for via, path in paths.items()}
        service.turn()
        for step, few in groupby(lines, key=lambda line: _step(line.written, begins, turn)):
            _wait(service, step, turn)
            for moment in [moment for moment in restarts if moment <= step]:
                service.restart(killed=restarts.pop(moment))
            for line in few:
                with_files[line.via].write(line.text)
                sizes[paths[line.via]] += len(line.text.encode())
                service.seen.written.append(service.now)
            for file in with_files.values():
                file.flush()
            service.read_all(sizes)
        assert not restarts, "it was never started anew"
        for by, until in _AFTER:
            end = service.seen.written[-1] + until
            while service.now < end - 1e-6:
                move_to(service, service.now + by)
                service.turn()
        service.app.pipeline.save(force=True)
        return kept(service.app.store), service.seen, service
    finally:
        for file in with_files.values():
            file.close()
        service.app.close()


def _step(moment: float, begins: float, turn: float) -> float:
    """Return the turn's moment at which what is written at a moment is in the file."""
    return round(begins + turn * -(-(moment - begins) // turn), 3)


def _wait(service: Service, until: float, turn: float) -> None:
    """Turn up to a moment, which itself is left to the caller."""
    while service.now + turn < until - 1e-6:
        quiet = service.now - (service.seen.written[-1] if service.seen.written else service.now)
        by = turn if quiet < _QUIET else min(_STEP, until - service.now - turn)
        move_to(service, service.now + by)
        service.turn()
    move_to(service, until)


def move_to(service: Service, moment: float) -> None:
    """Set the clock of a service."""
    service.clock.move_to(service.origin + timedelta(seconds=round(moment, 3)))
