"""What systemd is told: ready, reloading, stopping, and that the main loop is alive."""

import os

import sdnotify

from detector.clock import monotonic


class ServiceManager:
    """Notifications to the service manager; silent where there is none (``NOTIFY_SOCKET`` unset)."""

    def __init__(self) -> None:
        # Made only where somebody listens: without an address the library would leave a socket open.
        self._notifier = sdnotify.SystemdNotifier() if os.environ.get("NOTIFY_SOCKET") else None
        # Half of what systemd allows, so that one slow turn does not cost the service its life.
        self._beat = int(os.environ.get("WATCHDOG_USEC", "0")) / 2e6
        self._last_beat = 0.0

    def _say(self, message: str) -> None:
        if self._notifier is not None:
            self._notifier.notify(message)

    def ready(self, status: str) -> None:
        """Say that start or reload is complete."""
        self._say(f"READY=1\nSTATUS={status}")

    def reloading(self) -> None:
        """Say that a reload begins; systemd wants the monotonic time to order it against ``ready``."""
        self._say(f"RELOADING=1\nMONOTONIC_USEC={int(monotonic() * 1_000_000)}")

    def stopping(self) -> None:
        """Say that the service stops on purpose."""
        self._say("STOPPING=1")

    def status(self, text: str) -> None:
        """Say one line of what is going on, shown by ``systemctl status``."""
        self._say(f"STATUS={text}")

    def alive(self) -> None:
        """Beat the watchdog; called every turn, sent only as often as needed."""
        now = monotonic()
        if self._beat and now - self._last_beat >= self._beat:
            self._say("WATCHDOG=1")
            self._last_beat = now
