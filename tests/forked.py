"""``python -m detector`` as processes of their own that need not load its libraries anew: most of a start is that.

A server loads what the commands need, once for each test process, and forks for each command. What it forks has the
words, environment, working folder and files that ``subprocess`` would have given it, and runs the same ``__main__``.
Not alike are what Python decides before the first line of a program (``PYTHON*``), the seed of hashes, which all
share, and what is in memory at the beginning: tests of these start a process with ``subprocess``.
"""

import array
import atexit
import faulthandler
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Any, BinaryIO

from detector.runtime import process_tuning

_LOADED = ("run", "init", "check", "decode", "replay", "rules", "incidents", "notify")
# What commands, and most of all the service, load when they need it.
_LATE = ("detector.runtime.app", "detector.web.serving.server", "sqlalchemy.dialects.sqlite")
_MOST = 1 << 20


class Forked:
    """A process of the server's, with what tests use of ``subprocess.Popen``."""

    def __init__(self, words: Sequence[str], env: Mapping[str, str], files: Sequence[BinaryIO | int]) -> None:
        """Start it with three files: what it reads, what it says, and what it complains of."""
        self.returncode: int | None = None
        self._told, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        asked = json.dumps({"words": list(words), "env": dict(env), "folder": os.getcwd()}).encode()
        numbers = [each if isinstance(each, int) else each.fileno() for each in files]
        with theirs:
            _server().sendmsg([asked], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                                         array.array("i", [*numbers, theirs.fileno()]))])  # fmt: skip
        self.pid = int(self._told.recv(100))

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], 0)[0]:
            self.returncode = int(self._told.recv(100))
            self._told.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None and not select.select([self._told], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(f"nabat, process {self.pid}", timeout or 0)
        status = self.poll()
        assert status is not None
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


@cache
def _server() -> socket.socket:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    # A fork copies no thread but the one that asks for it. So allocators get the settings that a command gives them
    # (runtime/process_tuning.py), and no threads of their own, which might be in the midst of something then.
    calm = {
        "_RJEM_MALLOC_CONF": "narenas:1,background_thread:false",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        **os.environ,
    }
    with theirs:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.forked", str(theirs.fileno())],
            pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=calm,
        )  # fmt: skip

    def end() -> None:
        ours.close()
        server.wait()

    atexit.register(end)
    return ours


def _serve(asked: socket.socket) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of Ctrl-C the tests tell it by closing their end
    process_tuning.quick_exit()  # before whatever is loaded asks an exit to call it
    _load()
    gc.collect()
    gc.freeze()
    while True:
        said, files, _, _ = socket.recv_fds(asked, _MOST, 4)
        _forget_ended()
        if not said:
            return
        if not os.fork():
            asked.close()
            _wait_for_one(json.loads(said), files[:3], socket.socket(fileno=files[3]))
        for file in files:
            os.close(file)


def _load() -> None:
    """Load what most commands would load or make when they first need it."""
    from apprise import Apprise

    from detector.cli import COMMANDS
    from detector.incident.duty.law_calendar import OF_SHIPPED_LAWS, load_calendar
    from detector.messages import LANGUAGES, messages
    from detector.resources import shipped
    from detector.settings.loading.load_settings import load_settings

    for each in (*(f"detector.cli.{COMMANDS[each][0]}" for each in _LOADED), *_LATE):
        import_module(each)
    Apprise().add("json://127.0.0.1/")  # the first target has it load the services it knows, two hundred modules
    load_settings(shipped("config", "nabat.yml"), {})
    for language in LANGUAGES:
        messages(language)
    for calendar in OF_SHIPPED_LAWS:
        load_calendar(calendar)


def _forget_ended() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _wait_for_one(asked: dict[str, Any], files: Sequence[int], teller: socket.socket) -> None:
    """Fork the command, tell its number, and at its end its status, as ``subprocess`` does."""
    number = os.fork()
    if not number:
        teller.close()
        _run(asked, files)
        sys.exit()
    for file in (0, 1, 2, *files):
        os.close(file)
    teller.send(str(number).encode())
    status = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
    try:
        teller.send(str(status).encode())
    finally:
        os._exit(0)


def _run(asked: dict[str, Any], files: Sequence[int]) -> None:
    """Be the command; how it ends ends the process, as always."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    faulthandler.enable()  # SIGABRT has it say where each of its threads stands
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["folder"])
    time.tzset()
    if "PYTHONWARNINGS" in os.environ:
        warnings.simplefilter(os.environ["PYTHONWARNINGS"])  # type: ignore[arg-type]
    sys.argv[1:] = asked["words"]
    runpy.run_module("detector", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
