"""Why something failed, in the service's own log: each cause once, with its traceback, however often it comes.

Comes in: exceptions that were caught. Goes out: a line of the log. What the exception says of itself is left out unless
it is an error of ours (``NabatError``): it could quote a line of a log or a secret. Anything else that is caught is a
fault of Nabat, and says so.
"""

from detector.errors import Cause, NabatError
from detector.telemetry.logger import Logger

FAULT = "a fault of Nabat: please report it"
_MOST = 1_000


class FaultLog:
    """The causes that one part of the program has told.

    Args:
        part: Of the program, as in ``Logger``.
    """

    def __init__(self, part: str) -> None:
        self._log = Logger(part)
        self._told: set[tuple[str, str, str, str]] = set()

    def report(self, event: str, why: BaseException | Cause, *, about: str = "", **more: object) -> Cause:
        """Log why something failed and return the cause; the same cause is logged once for the same ``about``.

        A ``NabatError`` is logged each time: a person can mend what it is about, and it may have been mended meanwhile.
        """
        cause = why if isinstance(why, Cause) else Cause.of(why)
        if isinstance(why, NabatError):
            self._log.error(event, why=str(why), **more)
        elif (known := (event, about, cause.kind, cause.place)) not in self._told and len(self._told) < _MOST:
            self._told.add(known)
            self._log.error(event, error=cause.kind, place=cause.place, trace=cause.trace, what=FAULT, **more)
        return cause
