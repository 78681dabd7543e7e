"""A company's log being written while everything around it goes wrong.

Comes in: a folder and a seed. Goes out: lines in ``access.log``, each about a client of its own, and the same lines in
``whole.log``, which nobody rotates. Rotations are done by the real logrotate.
"""

import gzip
import os
import random
import shutil
import subprocess
import threading
from datetime import UTC, datetime
from pathlib import Path

from detector.clock import SystemClock

STAFF = tuple(f"clerk{number}" for number in range(12))
_ATTACKS = (
    "/crm/search?q=1%27%20UNION%20SELECT%20name%2Cpassport%20FROM%20clients--",
    "/crm/files?name=../../../../etc/passwd",
    "/.env",
    "/wp-login.php",
)


class Writer:
    """Writes until it is stopped; reopens the log when it was renamed, as servers do on a signal."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.log, self.whole = folder / "access.log", folder / "whole.log"
        self.clients = 0
        self.hold = threading.Lock()
        self._random = random.Random(seed)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="writer")
        self.log.touch()
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        with self.whole.open("a") as whole:
            file = self.log.open("a")
            while not self._over.wait(self._random.choice((0.005, 0.02, 0.02, 0.1))):
                with self.hold:
                    if not self._here(file.fileno()):
                        file.close()
                        file = self.log.open("a")
                    text = "".join(self._line() for _ in range(self._random.randint(1, 12)))
                    whole.write(text)
                    whole.flush()
                    cut = self._random.randrange(len(text))
                    for piece in (text[:cut], text[cut:]):  # a line may be half there for a moment
                        file.write(piece)
                        file.flush()
            file.close()

    def _here(self, fd: int) -> bool:
        try:
            return os.path.samestat(os.stat(self.log), os.fstat(fd))
        except FileNotFoundError:
            return False

    def _line(self) -> str:
        self.clients += 1
        when = SystemClock().now().astimezone(UTC)
        chance = self._random.random()
        if chance < 0.03:
            return _entry(
                when, "-", self._random.choice(_ATTACKS), f"203.0.113.{self._random.randint(1, 9)}", "curl/8.5"
            )
        by = "mallory" if chance < 0.3 else self._random.choice(STAFF)
        return _entry(when, by, f"/crm/clients/{self.clients}", "198.51.100.7", "Mozilla/5.0 (X11; Linux x86_64)")


def _entry(when: datetime, by: str, target: str, address: str, agent: str) -> str:
    stamp = when.strftime("%d/%b/%Y:%H:%M:%S +0000")
    return f'{address} - {by} [{stamp}] "GET {target} HTTP/1.1" 200 512 "-" "{agent}"\n'


HOW = ("create", "copytruncate", "dated", "ascending")
"""How copies are named: ``.1`` the newest (both ways to make room), by date, and ``.1`` the oldest."""


class Rotation:
    """The real logrotate on the writer's log; numbers that grow, which it does not give, by hand."""

    def __init__(self, folder: Path, program: str, how: str) -> None:
        self._log, self._state, self._program, self._how = (
            folder / "access.log",
            folder / "logrotate.state",
            program,
            how,
        )
        self._config = folder / "logrotate.conf"
        self._number = 0
        names = {"dated": "create\n dateext\n dateformat -%Y%m%d-%s"}.get(how, how)
        self._config.write_text(f"{self._log} {{\n size 1\n rotate 999\n {names}\n compress\n delaycompress\n}}\n")
        self._config.chmod(0o644)
        folder.chmod(0o755)

    def turn(self, writer: Writer) -> None:
        """Rotate once. With copytruncate nobody writes meanwhile: what comes between copy and truncation is lost."""
        if self._how == "copytruncate":
            with writer.hold:
                self._run()
        elif self._how == "ascending":
            with writer.hold:
                self._name_the_next()
        else:
            self._run()

    def _name_the_next(self) -> None:
        if not self._log.exists() or not self._log.stat().st_size:
            return
        before = self._log.with_name(f"access.log.{self._number}")
        self._number += 1
        self._log.rename(self._log.with_name(f"access.log.{self._number}"))
        if before.exists():
            packed = before.with_name(before.name + ".gz")
            part = before.with_name(".packing")
            with before.open("rb") as plain, gzip.open(part, "wb") as file:
                shutil.copyfileobj(plain, file)
            part.rename(packed)
            before.unlink()

    def _run(self) -> None:
        subprocess.run(
            [self._program, "-f", "-s", str(self._state), str(self._config)],
            check=True,
            capture_output=True,
            timeout=60,
        )
