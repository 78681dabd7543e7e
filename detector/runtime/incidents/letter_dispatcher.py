"""The service's part in letters to clients: carries on the orders that stand, each in a thread of its own.

Comes in: orders in the database. Goes out: letters. Nothing of it lives in memory only: a service that starts finds the
orders that stand, and of each letter how far it came (docs/adr/0118). A case does not wait for another's letters.
"""

import threading
from datetime import timedelta
from typing import Final

from detector.clock import monotonic
from detector.errors import Cause, StoreError
from detector.runtime.incidents.console import Console
from detector.runtime.incidents.letters.sending.asking_pause import AskingPause
from detector.runtime.incidents.letters.sending.send_letters import LettersBusyError
from detector.schema.letters.sending_orders import SendingOrder
from detector.schema.team.grants import Identity
from detector.telemetry import FaultLog

_LOOK: Final = 2.0
_BUSY: Final = 5.0
_AGAIN: Final = 900.0
"""Seconds after which what a server put off is tried again."""

OrderKey = tuple[str, int]


class LetterDispatcher:
    """Sends by orders, in the background.

    Args:
        console: Of the service.
        look: Seconds: so often new orders are looked for.
    """

    def __init__(self, console: Console, *, look: float = _LOOK) -> None:
        self._console, self._look_seconds = console, look
        self._stopping = threading.Event()
        self._threads: dict[OrderKey, threading.Thread] = {}
        self._not_before: dict[OrderKey, float] = {}
        self._looks = threading.Thread(target=self._run, name="letters by order", daemon=True)
        self._faults = FaultLog("letters")

    def start(self) -> None:
        """Begin looking for orders."""
        self._looks.start()

    def stop(self, timeout: timedelta) -> bool:
        """End; return whether every sender has. A letter that is being handed over meanwhile is unknown."""
        self._stopping.set()
        until = monotonic() + timeout.total_seconds()
        for each in (self._looks, *self._threads.values()):
            each.join(max(0.0, until - monotonic()))
        return not any(each.is_alive() for each in (self._looks, *self._threads.values()))

    def _run(self) -> None:
        while not self._stopping.wait(self._look_seconds):
            try:
                self._look()
            except StoreError as error:
                self._faults.report("orders_unread", Cause.of(error))
            except Exception as error:  # noqa: BLE001 - letters that are ordered must not wait for a restart
                self._faults.report("orders_failed", error)

    def _look(self) -> None:
        """Begin what stands, is not being carried on, and was not put off."""
        with self._console.store.read() as unit:
            orders = {(each.incident_id, each.number): each for each in unit.letters.standing_orders()}
        self._threads = {key: each for key, each in self._threads.items() if each.is_alive()}
        self._not_before = {key: each for key, each in self._not_before.items() if key in orders}
        for key, order in orders.items():
            if key not in self._threads and monotonic() >= self._not_before.get(key, 0.0):
                made = threading.Thread(target=self._carry_on, args=(key, order), name="letters", daemon=True)
                self._threads[key] = made
                made.start()

    def _carry_on(self, key: OrderKey, order: SendingOrder) -> None:
        wait = _AGAIN
        try:
            desk = self._console.letters(Identity(name=order.by))
            desk.carry_on(order, pause=AskingPause(self._stopping.wait, lambda: self._goes_on(order)))
        except LettersBusyError:
            wait = _BUSY
        except StoreError as error:
            self._faults.report("letters_not_sent", Cause.of(error))
        except Exception as error:  # noqa: BLE001 - the order stands, and is tried again
            self._faults.report("letters_not_sent", error)
        self._not_before[key] = monotonic() + wait

    def _goes_on(self, order: SendingOrder) -> bool:
        """Tell whether an order may be carried on, by the team as it is now, not as it was when it was taken up."""
        return self._console.letters(Identity(name=order.by)).goes_on(order)
