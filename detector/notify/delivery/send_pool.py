"""Tries under way, each in a thread of its own, a few at a time for one target.

Comes in: messages with their target's URL. Goes out: results, put where the sender listens. A target that hangs holds
only its own lanes; a try that takes too long is given up and its thread left to end by itself (threads cannot be
stopped). Nothing is stored here.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from detector.clock import monotonic
from detector.errors import Cause
from detector.notify.delivery.apprise_target import DeliveryOutcome, deliver
from detector.notify.render import link_of, with_seal
from detector.schema.team.delivery import Message, MessageFile, MessageKind
from detector.settings import Target
from detector.telemetry import FaultLog

LANES = 4
# The socket's own limit may answer first; it knows better what went wrong.
_GRACE = 0.5
_MAKING = 60.0
"""Seconds that files may take to be made and sent."""

FilesOf = Callable[[Message], Sequence[MessageFile]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A try and what came of it."""

    message: Message
    outcome: DeliveryOutcome


@dataclass(eq=False)
class _Try:
    message: Message
    body: str
    begun: float
    deadline: float
    given_up: bool = field(default=False)
    buttons: tuple[tuple[str, str], ...] = ()
    files: FilesOf | None = None


class SendPool:
    """The tries under way. Used from one thread; ``report`` is called from the lanes' threads and must not block."""

    def __init__(self, report: Callable[[Result | None], None]) -> None:
        self._report = report
        self._lock = threading.Lock()
        self._tries: dict[str, list[_Try]] = {}
        self._faults = FaultLog("sender")

    def start(
        self,
        message: Message,
        target: Target,
        *,
        seal: str = "",
        buttons: Sequence[tuple[str, str]] = (),
        files: FilesOf | None = None,
    ) -> bool:
        """Begin to bring ``message``; return False when the target's lanes are taken.

        Args:
            message: What is brought.
            target: Where to.
            seal: A line of ours that goes out with the text and is not kept with it.
            buttons: Words and addresses of buttons below it, likewise.
            files: Makes the files that go out with it; they are made for each try. None: it has none.
        """
        with self._lock:
            running = self._tries.setdefault(message.target, [])
            stuck = sum(each.given_up for each in running)
            if len(running) >= LANES and stuck < len(running):
                return False
            seconds = target.timeout.total_seconds()
            body, now = with_seal(message.body, seal), monotonic()
            longest = seconds + _GRACE + (_MAKING if files is not None else 0.0)
            begun = _Try(message, body, now, now + longest, buttons=tuple(buttons), files=files)
            if stuck < LANES:
                running.append(begun)
        if stuck >= LANES:
            # Every lane waits for a server that does not answer: one more would wait as well.
            self._report(Result(message=message, outcome=DeliveryOutcome(ok=False, seconds=0.0, error="timeout")))
            return True
        thread = threading.Thread(target=self._bring, args=(begun, target), name=f"to {message.target}", daemon=True)
        thread.start()
        return True

    def under_way(self) -> int:
        """Return how many tries are waited for."""
        with self._lock:
            return sum(not each.given_up for running in self._tries.values() for each in running)

    def next_deadline(self) -> float | None:
        """Return the monotonic time at which the next try is given up; None when none is under way."""
        with self._lock:
            waited = [each.deadline for running in self._tries.values() for each in running if not each.given_up]
        return min(waited, default=None)

    def give_up(self) -> None:
        """Report the tries that took too long as timed out."""
        now = monotonic()
        with self._lock:
            late = [
                each
                for running in self._tries.values()
                for each in running
                if each.deadline <= now and not each.given_up
            ]
            for each in late:
                outcome = DeliveryOutcome(ok=False, seconds=now - each.begun, error="timeout")
                self._report(Result(message=each.message, outcome=outcome))
                each.given_up = True

    def _bring(self, begun: _Try, target: Target) -> None:
        message = begun.message
        try:
            files = self._files(begun)
            outcome = self._deliver(begun, target, files)
            if files and outcome.final:  # what is said has to come, the file need not
                outcome = self._deliver(begun, target, ())
        except Exception as error:  # noqa: BLE001 - whatever breaks inside a service's plug-in is a failed try
            # What it says may hold the secrets of the target.
            self._faults.report("a plug-in failed", Cause.of(error), about=message.target, target=message.target)
            outcome = DeliveryOutcome(ok=False, seconds=0.0, error="other")
        with self._lock:
            # Reported before it is gone: whoever sees no try under way has all results.
            self._report(None if begun.given_up else Result(message=message, outcome=outcome))
            self._tries[message.target].remove(begun)

    def _files(self, begun: _Try) -> Sequence[MessageFile]:
        """Return the files of a message; it goes out without them where they cannot be made."""
        if begun.files is None:
            return ()
        try:
            return begun.files(begun.message)
        except Exception as error:  # noqa: BLE001 - a report that cannot be made keeps no message
            self._faults.report("files_not_made", Cause.of(error), kind=begun.message.kind.value)
            return ()

    @staticmethod
    def _deliver(begun: _Try, target: Target, files: Sequence[MessageFile]) -> DeliveryOutcome:
        message = begun.message
        return deliver(
            target.url.get_secret_value(),
            message.title,
            begun.body,
            severity=message.severity,
            timeout=target.timeout.total_seconds(),
            link=link_of(message.body),
            urgent=message.kind not in (MessageKind.INFO, MessageKind.ROLE_ENDED),
            buttons=begun.buttons,
            files=files,
        )
