"""A replay in three processes: one reads, this one judges, one keeps. The same stages, the same answers.

Comes in: a plan. Goes out: the answers in its folder, and how much was done. Each worker has at most a few messages
under way, so memory does not grow with the log. One that is lost is started again, and what it had in hand is done
anew.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from importlib import import_module

from detector.errors import ConfigError, NabatError
from detector.runtime.replay.folder import appear, clear
from detector.runtime.replay.ipc import Gone, WorkerMessage
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.remote_error import raised
from detector.runtime.replay.stage_loop import Judges, Progress, drive, silent
from detector.runtime.replay.stage_values import Answered, Ripe, Turn
from detector.runtime.replay.summary import Replayed
from detector.runtime.replay.worker_handle import Worker
from detector.settings import Settings

# How often a worker is started again before the replay is given up.
MOST_LOST = 3

# Transactions that may be under way: one being written, one waiting.
UNDER_WAY = 2

OnLoss = Callable[[str], None]


class Losses:
    """How many workers were lost, and who is told.

    Args:
        on_loss: Told what happened, in a sentence.
    """

    def __init__(self, on_loss: OnLoss) -> None:
        self._on_loss = on_loss
        self.count = 0

    def record(self, worker: Worker) -> None:
        """Note that a worker was lost.

        Raises:
            NabatError: It was one too many.
        """
        what = worker.lost()
        if self.count == MOST_LOST:
            raise NabatError(
                f"{what}, after {MOST_LOST} others; nothing was answered. "
                "If memory is short: `--workers 1` needs less of it"
            )
        self.count += 1
        self._on_loss(f"{what}; its part is done again")


class FarReading:
    """The first stage, in another process. A new one reads from the beginning and skips what had been taken."""

    def __init__(self, plan: ReplayPlan, losses: Losses) -> None:
        self.worker = Worker("reads", "read", plan)
        self._losses = losses
        self._taken = 0
        self._first: Turn | None = None

    def begin(self) -> None:
        """Wait for the first batch: with it, everything the worker needs has turned out to be right.

        Raises:
            NabatError: As the worker met it.
        """
        self._first = self._next()

    def turns(self) -> Iterator[Turn]:
        """Yield what the worker reads."""
        turn = self._first or self._next()
        self._first = None
        while not turn.last:
            yield turn
            turn = self._next()
        yield turn

    def _next(self) -> Turn:
        while True:
            try:
                turn = self._received()
            except Gone:
                self._losses.record(self.worker)
                self.worker.start(self._taken)
            else:
                self._taken += 1
                with suppress(Gone):  # it shows at the next receiving
                    self.worker.channel.send(WorkerMessage(done=self._taken))
                return turn

    def _received(self) -> Turn:
        message = self.worker.channel.receive()
        if message.failed is not None:
            raise raised(message.failed)
        if message.turn is None:
            raise Gone
        return message.turn


class FarFindings:
    """The largest of the answers, written in a process of its own beside the one that writes the others."""

    def __init__(self, plan: ReplayPlan, losses: Losses) -> None:
        self.worker = Worker("answers", "answer", plan)
        self._losses = losses

    def ask(self) -> None:
        """Let it begin: everything is kept."""
        with suppress(Gone):  # it shows at the receiving
            self.worker.channel.send(WorkerMessage(finish=True))

    def count(self) -> int:
        """Wait until they are written; return how many there are."""
        while True:
            try:
                message = self.worker.channel.receive()
            except Gone:
                self._losses.record(self.worker)
                self.worker.start()
                self.ask()
                continue
            if message.failed is not None:
                raise raised(message.failed)
            if message.answered is not None:
                return message.answered.findings


class FarKeeping:
    """The third stage, in other processes. A new one is given again what was not said to be kept."""

    def __init__(self, plan: ReplayPlan, losses: Losses) -> None:
        self.worker = Worker("writes", "write", plan)
        self.findings = FarFindings(plan, losses)
        self._out = plan.out
        self._losses = losses
        self._unsent: deque[Ripe] = deque()
        self._sent: deque[Ripe] = deque()
        self._answered: Answered | None = None

    def write(self, ripe: Ripe) -> None:
        """Send it, and wait while too much is under way."""
        self._unsent.append(ripe)
        self._until(lambda: len(self._sent) < UNDER_WAY)

    def answer(self) -> Answered:
        """Wait until everything is kept and answered."""
        self.findings.worker.start()
        self._until(lambda: not self._sent)
        self.findings.ask()
        matters = self._matters()
        count = self.findings.count()
        appear(self._out)
        return replace(matters, findings=count)

    def _matters(self) -> Answered:
        while True:
            self._until(lambda: not self._sent)
            try:
                self._send(WorkerMessage(finish=True))
                while self._answered is None:
                    self._hear()
                return self._answered
            except Gone:
                self._replace()

    def _until(self, true: Callable[[], bool]) -> None:
        while True:
            try:
                while self._unsent:
                    self._send(WorkerMessage(ripe=self._unsent[0]))
                    self._sent.append(self._unsent.popleft())
                while not true():
                    self._hear()
                return
            except Gone:
                self._replace()

    def _hear(self) -> None:
        message = self.worker.channel.receive()
        if message.failed is not None:
            raise raised(message.failed)
        self._answered = message.answered
        while self._sent and self._sent[0].number <= message.done:
            self._sent.popleft()

    def _send(self, message: WorkerMessage) -> None:
        try:
            self.worker.channel.send(message)
        except Gone:
            # What it had said before it went comes first: why it gave up, or that something is kept.
            while True:
                self._hear()

    def _replace(self) -> None:
        self._losses.record(self.worker)
        self._unsent.extendleft(reversed(self._sent))
        self._sent.clear()
        self.worker.start()


class ReplayWithWorkers:
    """One replay. ``forks.prepare`` may have been called early, to save time.

    Attributes:
        left_out: What does not judge although it was meant to, in sentences.

    Args:
        plan: What is to be replayed; standard input cannot be read by another process.
        on_loss: Told when a worker was lost.

    Raises:
        ConfigError: With every mistake in what the settings name.
        InputError: A file cannot be read.
    """

    def __init__(self, plan: ReplayPlan, on_loss: OnLoss) -> None:
        self._plan = plan
        self._losses = Losses(on_loss)
        self._reading, self._keeping = FarReading(plan, self._losses), FarKeeping(plan, self._losses)
        try:
            self._reading.worker.start(0)
            # Only now: rules take half a second to load, in which the first lines are read.
            made = import_module("detector.runtime.detectors")
            rules = made.load_rules(plan.settings)
            built = made.detectors(plan.settings, rules)
            self._reading.begin()
        except ConfigError as error:
            self._stop(gently=False)
            raise _whole(error, plan.settings) from None
        except BaseException:
            self._stop(gently=False)
            raise
        judge_stage = import_module("detector.runtime.replay.judge_stage")
        self._judging: Judges = judge_stage.Judging(built.core, plan.held_findings)
        self.left_out: tuple[str, ...] = made.left_out(rules.skipped, built.model_problem)

    def run(self, on_progress: Progress = silent) -> Replayed:
        """Replay and write the answers.

        Raises:
            InputError: A file cannot be read, or the folder cannot be used.
            StoreError: What is kept cannot be written.
            NabatError: Too many workers were lost.
        """
        gently = False
        try:
            clear(self._plan.out, self._plan.settings.state)
            self._keeping.worker.start()
            done = drive(self._reading, self._judging, self._keeping, on_progress)
            gently = True
        finally:
            self._stop(gently=gently)
        done.lost = self._losses.count
        return done

    def _stop(self, *, gently: bool) -> None:
        for worker in (self._reading.worker, self._keeping.worker, self._keeping.findings.worker):
            worker.stop(gently=gently)


def _whole(error: ConfigError, settings: Settings) -> ConfigError:
    """Return all mistakes of the configuration: a worker knows those of its own stage only."""
    # Only now: what one process builds for all stages takes a while to load.
    problems = import_module("detector.runtime.components").mistakes(settings)
    return ConfigError(problems) if problems else error
