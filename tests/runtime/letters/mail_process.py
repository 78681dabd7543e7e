"""A mail server as a process of its own, which can be killed: each mail is written down before it says that it has it.

``python -m tests.runtime.letters.mail_process PORT FILE [SECONDS]``: a line a mail, to whom and its message id. It
waits so many seconds between writing and saying so, so that a kill often comes between the two.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections import Counter
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from tests.receivers import until
from tests.servers import free_port

_LINE = 60
"""About as many bytes has the line of a mail."""


class _Writer:
    def __init__(self, file: Path, seconds: float) -> None:
        self._file, self._seconds = file.open("a"), seconds

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content)
        self._file.write(f"{envelope.rcpt_tos[0]} {mail['Message-ID'][1:-1]}\n")
        self._file.flush()
        if self._seconds:
            await asyncio.sleep(self._seconds)
        return "250 OK"


class MailProcess:
    """A mail server that can be killed and started again on its port."""

    def __init__(self, file: Path, seconds: float = 0.0) -> None:
        self.file, self.port, self._seconds = file, free_port(), seconds
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        words = [sys.executable, "-m", "tests.runtime.letters.mail_process", str(self.port), str(self.file)]
        self._process = subprocess.Popen([*words, str(self._seconds)], stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def taken(self) -> Counter[str]:
        """Return how many mails each address got; a line that a kill cut short was never said to be taken."""
        lines = self.file.read_text().split("\n")[:-1] if self.file.exists() else []
        return Counter(line.partition(" ")[0] for line in lines)

    def await_more(self, mails: int, process: Any) -> None:
        """Wait until about so many mails more were taken, or a process has ended."""
        wanted = self._written() + mails * _LINE
        until(lambda: process.poll() is not None or self._written() >= wanted, 600)

    def _written(self) -> int:
        return self.file.stat().st_size if self.file.exists() else 0


if __name__ == "__main__":
    writer = _Writer(Path(sys.argv[2]), float(sys.argv[3]))
    controller = Controller(writer, hostname="127.0.0.1", port=int(sys.argv[1]), ready_timeout=20)  # type: ignore[no-untyped-call]
    controller.start()  # type: ignore[no-untyped-call]
    os.write(1, b"ready\n")
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            signal.pause()
