"""Fill the environment from the hashed lock, and say on one line how far it is: `make setup` runs it.

    .ci/setup.py PYTHON LOCK      PYTHON is the environment's own

pip alone is either silent for minutes or says three hundred lines. What it said is shown when it fails.
"""

import os
import re
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

_PIP = ("-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar", "off")
_GETTING = re.compile(r"(?:Collecting|Requirement already satisfied:) ([A-Za-z0-9._-]+)")
_SIZE = re.compile(r"(?:Downloading|Using cached) \S+ \(([0-9.]+ [kMG]?B)\)")
_PUTTING = re.compile(r"Installing collected packages: (.*)")
_SHOWN = 15
_BEAT, _QUIET = 0.5, 10.0


class Progress:
    """What ``words`` says, on one line of a terminal, rewritten twice a second; elsewhere a line now and then."""

    def __init__(self, words: Callable[[], str]) -> None:
        self._words = words
        self._terminal = sys.stderr.isatty()
        self._began = time.monotonic()
        self._said, self._said_at = "", float("-inf")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> "Progress":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self._terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self._began

    def _beat(self) -> None:
        while not self._over.wait(_BEAT):
            what = self._words()
            if self._terminal:
                wide = os.get_terminal_size(sys.stderr.fileno()).columns or 80
                line = f"  {self.seconds:4.0f} s  {what}"[: wide - 1]
                print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
            elif what != self._said and self.seconds - self._said_at >= _QUIET:
                self._said, self._said_at = what, self.seconds
                print(f"  {self.seconds:4.0f} s  {what}", file=sys.stderr, flush=True)


class Installing:
    """What pip says, and what lies in the environment meanwhile, as words."""

    def __init__(self, lock: Path, packages: Path) -> None:
        named = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", lock.read_text(encoding="utf-8"), re.MULTILINE)
        self._all, self._packages = len(named), packages
        self._got, self._putting, self._name = 0, 0, ""

    def said(self, line: str) -> None:
        """Take a line of pip's."""
        if found := _GETTING.match(line.strip()):
            self._got, self._name = self._got + 1, found[1]
        elif found := _SIZE.match(line.strip()):
            self._name = f"{self._name.split(' ')[0]} ({found[1]})"
        elif found := _PUTTING.match(line.strip()):
            self._putting = found[1].count(",") + 1

    def words(self) -> str:
        """Return how far it is."""
        if self._putting:
            # pip itself says nothing while it unpacks, which takes longest on a slow disk.
            there = min(sum(1 for _ in self._packages.glob("*.dist-info")), self._putting)
            return f"installing: {there} of {self._putting} packages{', the last of them' * (there == self._putting)}"
        if self._got:
            return f"fetching {min(self._got, self._all)} of about {self._all}: {self._name}"
        return "asking the package index"


def install(python: str, lock: Path) -> int:
    """Install what the lock names; return pip's exit status."""
    where = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(where, check=True, capture_output=True, text=True).stdout.strip())  # noqa: S603 - make names both
    state, last = Installing(lock, packages), deque[str](maxlen=_SHOWN)
    command = [python, *_PIP, "--require-hashes", "-r", str(lock)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip,  # noqa: S603
        Progress(state.words) as progress,
    ):
        for line in pip.stdout or ():
            last.append(line.rstrip())
            state.said(line)
        status = pip.wait()
    if status:
        print("\n".join(last), file=sys.stderr)
        print(
            f"pip could not install what {lock.name} names; its last words are above. Where packages come from a "
            "mirror, name it: PIP_INDEX_URL=https://packages.example.org/simple make setup",
            file=sys.stderr,
        )
        return status
    print(f"  {progress.seconds:4.0f} s  packages installed", file=sys.stderr)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(install(sys.argv[1], Path(sys.argv[2])))
    except KeyboardInterrupt:
        sys.exit(130)
