"""Reads which buttons were pressed under pages in Telegram, by long polling, in a thread of its own for each bot.

Comes in: updates of the bot. Goes out: each press to the desk, which says what to answer; then the place in the row of
updates is kept, so that a restart goes on there. A press that is read twice is one that was used. What cannot be read
is tried again, ever more slowly, and is a blind spot until it can.
"""

import threading
from typing import Any, Final, Protocol

from detector.clock import monotonic
from detector.notify.telegram.bot_api import BotApi, BotError
from detector.telemetry import FaultLog, Logger

_WAIT: Final = 25
_FIRST, _MOST = 1.0, 60.0


class PressDesk(Protocol):
    """Does what a press asks for, and remembers up to where updates were read."""

    def press(self, user: int, data: str) -> str:
        """Do what a button of ours says, as whom Telegram says it was; return what they are told."""
        ...

    def next_update(self, bot: str) -> int:
        """Return from which update on a bot is to be read; 0 for the first time."""
        ...

    def read_until(self, bot: str, update: int) -> None:
        """Remember that updates before this one were read."""
        ...


class PressPoller:
    """Polls one bot.

    Attributes:
        problem: Why its presses cannot be read, a code; empty: they are.
    """

    def __init__(self, api: BotApi, desk: PressDesk, *, wait: int = _WAIT) -> None:
        self.api = api
        self.problem = ""
        self._desk, self._wait = desk, wait
        self._pause = 0.0
        self._stopping = threading.Event()
        self._log, self._faults = Logger("telegram"), FaultLog("telegram")
        self._thread = threading.Thread(target=self._run, name=f"presses of bot {api.bot}", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Read no more: what comes from now on waits at Telegram."""
        self._stopping.set()

    @property
    def alive(self) -> bool:
        """Whether its thread runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._stopping.wait(self.poll())

    def poll(self) -> float:
        """Read once and do what was pressed; return how many seconds to wait before the next time."""
        began = monotonic()
        try:
            updates = self.api.presses(self._desk.next_update(self.api.bot), self._wait)
            for update in updates:
                if self._stopping.is_set():
                    return 0.0
                self._take(update)
        except BotError as error:
            return self._failed(error.code, error.wait)
        except Exception as error:  # noqa: BLE001 - a poller that ends answers nobody: whatever happened, it goes on
            self._faults.report("presses could not be read", error, bot=self.api.bot)
            return self._failed("other")
        self.problem, self._pause = "", 0.0
        # A server that does not wait for presses must not be asked without a pause.
        return 0.0 if updates or monotonic() - began >= _FIRST else _FIRST

    def _failed(self, code: str, wait: float = 0.0) -> float:
        if code != self.problem:
            self._log.warning("presses_not_read", bot=self.api.bot, error=code)
        self.problem = code
        self._pause = min(max(_FIRST, 2 * self._pause), _MOST)
        return max(self._pause, min(wait, _MOST))

    def _take(self, update: dict[str, Any]) -> None:
        number = update.get("update_id")
        if not isinstance(number, int):
            raise BotError("answer")
        match update.get("callback_query"):
            case {"id": str(press), "from": {"id": int(user)}, "data": str(data)}:
                told = self._desk.press(user, data)
                self._desk.read_until(self.api.bot, number + 1)
                self._tell(press, told)
            case _:
                self._desk.read_until(self.api.bot, number + 1)

    def _tell(self, press: str, told: str) -> None:
        """Say what came of it; that it cannot be said undoes nothing."""
        try:
            self.api.answer(press, told)
        except BotError as error:
            self._log.warning("press_not_answered", bot=self.api.bot, error=error.code)
