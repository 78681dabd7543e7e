"""The simulated company in real time: a history first, then line after line as the clock goes, and leaks to find.

Comes in: a folder, a seed, a clock. Goes out: three growing logs under ``FOLDER/logs``, written like a real server
writes (append only, whole lines). The days are the same days ``simulate`` plays, so the history and the present are
one company; a folder that already has a history is continued. The first leak starts seconds after the start.
"""

import json
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path

from detector.clock import Clock
from detector.simulate import world as places
from detector.simulate.log_lines import DAY, seconds
from detector.simulate.mutual import leaks, machines
from detector.simulate.mutual.company import Company
from detector.simulate.mutual.leaks import ScenePlan
from detector.simulate.stage import Stage
from detector.simulate.visit import FILES
from detector.simulate.world import build_world, dice

_TICK = 0.25
_HISTORY_DAYS = 4
_BEAT = 1800.0
_VISITS = 600
_FORGET = 14.0 * DAY
_HASTE = 8.0
_TAIL = 1 << 16
_TAIL_LINES = 100
# Kinds that show within minutes when hurried; the others need days.
LIVE_KINDS = ("bulk_reader", "sequential_crawler", "stolen_session", "brute_force", "service_token", "injection",
               "document_harvest", "search_scraping", "canary_touch")  # fmt: skip


@dataclass(slots=True)
class _Memory:
    """What a stopped company has to remember to go on."""

    origin: float
    written: float
    seed: int

    def save(self, path: Path) -> None:
        """Write it, whole or not at all."""
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps({"origin": self.origin, "written": self.written, "seed": self.seed}) + "\n")
        draft.replace(path)


def _recall(path: Path) -> _Memory | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return _Memory(float(data["origin"]), float(data["written"]), int(data["seed"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _tail(path: Path) -> frozenset[str]:
    """Return the last lines of a file: a company that was killed may have written them without remembering."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _TAIL))
            return frozenset(file.read().decode("utf-8", "replace").splitlines(keepends=True)[-_TAIL_LINES:])
    except FileNotFoundError:
        return frozenset()


@dataclass(slots=True)
class _Writers:
    """The open logs."""

    folder: Path
    _open: dict[str, int] = field(default_factory=dict)

    def append(self, name: str, text: str) -> None:
        """Append whole lines."""
        if name not in self._open:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._open[name] = os.open(self.folder / name, flags, 0o640)
        data = memoryview(text.encode())
        while data:
            data = data[os.write(self._open[name], data) :]

    def close(self) -> None:
        """Close the files."""
        for number in self._open.values():
            os.close(number)
        self._open.clear()


class LivingCompany:
    """A company that works while you watch.

    Args:
        folder: Logs go to ``folder/logs``; what it needs to go on later stands in ``folder/company.json``.
        seed: Decides everything but the time.
        clock: Tells the time.
        history_days: Days of history written first when there is none.
        first_leak_after: Seconds from ``start`` to the first leak; None for no leaks at all.
        staff: About how many people work there.
    """

    def __init__(
        self,
        folder: Path,
        seed: int,
        clock: Clock,
        *,
        history_days: int = _HISTORY_DAYS,
        first_leak_after: float | None = 10.0,
        staff: int = 120,
    ) -> None:
        self._folder, self._clock, self._history = folder, clock, history_days
        self._first_leak_after = first_leak_after
        self._memory_path = folder / "company.json"
        now = seconds(clock.now())
        remembered = _recall(self._memory_path)
        if remembered is None or now - remembered.written > _FORGET or not (folder / "logs").is_dir():
            origin = (now // DAY - history_days) * DAY
            remembered = _Memory(origin, origin, seed)
        self._memory = remembered
        # Night shifts reach over midnight: the day before the one written last is played again, and so is that one;
        # the same throws give the same lines, and those already written are left out.
        self._played = max(-1, int((remembered.written - remembered.origin) // DAY) - 2)
        self._company = Company(Stage(build_world(staff), remembered.seed, remembered.origin))
        self._writers = _Writers(folder / "logs")
        self._tails = {name: _tail(folder / "logs" / name) for name in FILES}
        self._luck = dice("living", seed, int(now))
        self._staged: list[ScenePlan] = []
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._error: OSError | None = None

    @property
    def logs(self) -> Path:
        """Folder of the logs."""
        return self._folder / "logs"

    @property
    def staged(self) -> tuple[ScenePlan, ...]:
        """Leaks staged so far, oldest first."""
        return tuple(self._staged)

    def prepare(self) -> None:
        """Write the history up to now; a few seconds of work. ``start`` does it when it was not done."""
        self.logs.mkdir(parents=True, exist_ok=True)
        now = seconds(self._clock.now())
        self._play_until(now)
        self._write_until(now)

    def start(self) -> None:
        """Write the history, then live on in a thread of its own until ``stop``."""
        if self._thread is not None:
            return
        self.prepare()
        self._thread = threading.Thread(target=self._live, name="living-company", daemon=True)
        self._thread.start()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the company has stopped; tell whether it has."""
        if self._thread is not None:
            self._thread.join(timeout)
            return not self._thread.is_alive()
        return True

    def stop(self) -> None:
        """Stop writing; whole lines only. Raises what went wrong in the thread, if anything did."""
        self._ended.set()
        self.wait()
        self._writers.close()
        if self._error is not None:
            raise self._error

    def _live(self) -> None:
        try:
            begun = seconds(self._clock.now())
            upcoming = None if self._first_leak_after is None else begun + self._first_leak_after
            beat = begun
            while not self._ended.wait(_TICK):
                now = seconds(self._clock.now())
                self._play_until(now)
                if now >= beat:
                    self._bustle(now)
                    beat = now + _BEAT
                if upcoming is not None and now >= upcoming:
                    self.stage_leak()
                    upcoming = now + self._luck.uniform(900, 2700)
                self._write_until(now)
        except OSError as error:
            self._error = error

    def _play_until(self, now: float) -> None:
        today = int((now - self._memory.origin) // DAY)
        while self._played < today:
            self._played += 1
            self._company.play(self._played)
            self._write_until(min(now, self._company.stage.midnight(self._played + 1)))

    def _write_until(self, until: float) -> None:
        since, wrote = self._memory.written, False
        for name, rows in self._company.rows_until(until).items():
            tail = self._tails.get(name, frozenset())
            text = "".join([line for when, _, line in rows if when >= since and line not in tail])
            if text:
                self._tails.pop(name, None)
                self._writers.append(name, text)
                wrote = True
        self._memory.written = max(since, until)
        if wrote:
            self._memory.save(self._memory_path)

    def _bustle(self, now: float) -> None:
        """Let more customers and visitors come than on a common day, so that there is always something to see."""
        for _ in range(_VISITS):
            machines.visitor(self._company.stage, self._luck, now + self._luck.random() * _BEAT)
        for _ in range(_VISITS // 4):
            machines.customer(self._company.stage, self._luck, now + self._luck.random() * _BEAT)

    def stage_leak(self, kind: str = "", *, delay: float = 0.0) -> ScenePlan:
        """Let a leak begin now, hurried so that it shows within a minute or two.

        Before ``start`` it may be called from outside; afterwards only the company's own thread stages leaks, because
        the tape has one writer.
        """
        stage, luck = self._company.stage, self._luck
        kind = kind or ("taken_account" if not self._staged else luck.choice(LIVE_KINDS))
        roles = leaks.SCENES[kind][1]
        begin = seconds(self._clock.now()) + delay
        day = int((begin - stage.origin) // DAY)
        used = {plan.actor for plan in self._staged}
        people = [person for person in stage.world.by_role(*roles) if f"user:{person.account}" not in used]
        plan = ScenePlan(
            id=f"live-{len(self._staged) + 1:02}", kind=kind, begin=begin, day=day, last_day=day, haste=_HASTE,
            person=luck.choice(people or stage.world.by_role(*roles)) if roles else None,
            program=luck.choice(stage.world.programs) if kind == "service_token" else None,
            address=places.outside(luck) if kind in leaks.FROM_OUTSIDE else "",
        )  # fmt: skip
        self._company.act(plan)
        self._staged.append(plan)
        return plan
