"""The service's own log, by part of the program.

Comes in: events with values. Goes out: lines of the log, as ``structured_log.configure_logs`` has set it. The library
behind it is loaded with the first line: most commands log nothing, and need not wait for it.
"""

from importlib import import_module


class Logger:
    """The log of one part.

    Args:
        part: Of the program, as it stands in each line.
    """

    def __init__(self, part: str) -> None:
        self._part = part

    def info(self, event: str, **more: object) -> None:
        """Write what goes as it should."""
        self._write("info", event, more)

    def warning(self, event: str, **more: object) -> None:
        """Write what somebody may want to look at."""
        self._write("warning", event, more)

    def error(self, event: str, **more: object) -> None:
        """Write what went wrong."""
        self._write("error", event, more)

    def _write(self, level: str, event: str, more: dict[str, object]) -> None:
        # Each time anew: modules make their log when they are loaded, before the logs are configured.
        log = import_module("structlog").get_logger(part=self._part)
        getattr(log, level)(event, **more)
