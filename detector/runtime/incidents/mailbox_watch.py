"""The service's own look into the mailbox that letters come back to, again and again while any may.

Comes in: the settings, the cases of which letters went out lately. Goes out: what came back is taken in, case by case;
when it was looked last, and why it could not be read, which is a blind spot until it can. A case whose letters are
being sent just now waits for the next look.
"""

import threading
from datetime import datetime, timedelta
from typing import Final

from detector.clock import Clock, monotonic
from detector.errors import Cause, ConfigError, StoreError
from detector.incident import rfc3339
from detector.runtime.incidents.console import Console
from detector.schema.letters.mailbox_look import MAILBOX_LOOK, MailboxLook
from detector.settings import Settings
from detector.telemetry import FaultLog, Logger
from detector.telemetry.metrics import Metrics

_BEAT: Final = 5.0
_COME_BACK: Final = timedelta(days=14)
"""So long after a letter went it may come back."""


class MailboxWatch:
    """Looks by itself.

    Args:
        console: Of the service.
        settings: Where the mailbox is, and how often it is looked at.
        clock: The time.
        metrics: Where the last look is shown.

    Attributes:
        problem: Why it could not be read, a code; empty: it could, or nothing can come back.
    """

    def __init__(self, console: Console, settings: Settings, clock: Clock, metrics: Metrics) -> None:
        self._console, self._settings, self._clock, self._metrics = console, settings, clock, metrics
        self.problem = ""
        self._next = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mailbox", daemon=True)
        self._log, self._faults = Logger("letters"), FaultLog("letters")

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; a look that goes on ends by itself, and what it took in is written or not."""
        self._stopping.set()

    def reconfigure(self, settings: Settings) -> None:
        """Go on with other settings, with a look at once where the mailbox is another."""
        if settings.letters.bounces != self._settings.letters.bounces:
            self._next = 0.0
        self._settings = settings

    def _run(self) -> None:
        while not self._stopping.wait(_BEAT):
            try:
                self.look_if_due()
            except StoreError as error:
                self._faults.report("mailbox_not_read", Cause.of(error))
            except Exception as error:  # noqa: BLE001 - whatever happened, the next look is made
                self.problem = "other"
                self._faults.report("mailbox_not_read", error)

    def look_if_due(self) -> None:
        """Look, if it is time to and any letter may come back."""
        box = self._settings.letters.bounces
        if not box.imap or not box.every:
            self.problem = ""
        elif monotonic() >= self._next:
            self._next = monotonic() + box.every.total_seconds()
            self._look(self._clock.now())

    def _look(self, now: datetime) -> None:
        with self._console.store.read() as unit:
            cases = unit.letters.sent_since(now - _COME_BACK)
        codes = [self._look_for(each) for each in cases if not self._stopping.is_set()]
        code = next(filter(None, codes), "")
        if code and code != self.problem:
            self._log.warning("mailbox_not_read", error=code)
        self.problem = code
        if not cases:
            return
        with self._console.store.begin() as unit:
            unit.kv.set(MAILBOX_LOOK, str(MailboxLook(now, code)))
        if not code:
            self._metrics.mailbox_looked.set(now.timestamp())
        self._log.info("mailbox_read", at=rfc3339(now), cases=len(cases), error=code)

    def _look_for(self, incident_id: str) -> str:
        """Take in what came back of a case's letters; return why that could not be, as a code."""
        # What sends and reads mail is loaded by whoever needs it.
        from detector.notify.letters.imap_box import MailboxError  # noqa: PLC0415
        from detector.runtime.incidents.letters.sending.send_letters import LettersBusyError  # noqa: PLC0415

        try:
            while self._console.take_in_bounces(incident_id).more and not self._stopping.is_set():
                pass
        except LettersBusyError:
            return ""
        except MailboxError as error:
            return error.code
        except ConfigError:
            return "password"
        except StoreError as error:  # the file of one case's recipients: the others' letters come back all the same
            self._faults.report("mailbox_not_read", Cause.of(error))
            return "other"
        return ""
