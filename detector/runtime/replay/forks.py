"""Processes for workers: whether they are worth it, and where they come from.

Comes in: how many processes a person wants, and how much there is to read. Goes out: processes, forked from a server
that is started from nothing, loads what workers need and does nothing else. So they begin at once, the second time too,
and no thread is torn in two, as it could be by forking a process at work. Nothing heavy is loaded here.
"""

import multiprocessing
import os
import signal
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from multiprocessing.context import ForkServerProcess
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from time import sleep
from typing import Any

from detector.clock import monotonic
from detector.errors import NabatError

# Below so many bytes of logs the start of three processes costs about what they save.
LARGE = 64 * 1024 * 1024

# A lost server hangs up a moment before the system says that it has ended; so long that moment may last.
_ENDING_SECONDS = 10.0

_CONTEXT = multiprocessing.get_context("forkserver")
_WORK = "detector.runtime.replay.worker"


def wanted(workers: int | None, paths: Sequence[str]) -> bool:
    """Tell whether a replay of these files is to run in several processes.

    Args:
        workers: As a person said; None to decide by cores and size.
        paths: The files. Standard input can be read by one process only, and once.
    """
    if "-" in paths:
        return False
    if workers is not None:
        return workers > 1
    return len(os.sched_getaffinity(0)) > 1 and sum(map(_size, paths)) >= LARGE


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0  # it is told elsewhere


def prepare() -> None:
    """Begin to load what workers need; called early, it saves waiting later."""
    # The processes share the cores: more threads than that stand in each other's way.
    for name in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    _CONTEXT.set_forkserver_preload([_WORK])
    with _deaf(), _unbroken():
        ensure_running()


def process(work: str, *args: Any) -> ForkServerProcess:
    """Start a process that calls a function of ``worker``, named because this process does not load what it needs.

    Raises:
        NabatError: The server was lost while it was asked.
    """
    made = _CONTEXT.Process(target=_enter, args=(work, *args), name=f"nabat replay: {work}", daemon=True)
    try:
        _start(made)
    except (EOFError, OSError) as error:
        # An EOFError would be taken for the end of what a person types, and so for Ctrl-C.
        raise NabatError(
            f"the process that starts workers was lost ({error or 'it hung up'}); nothing was answered. "
            "Start again; if memory is short: `--workers 1` needs less of it"
        ) from error
    return made


def _start(made: ForkServerProcess) -> None:
    until = monotonic() + _ENDING_SECONDS
    while True:
        prepare()
        try:
            with _unbroken():
                made.start()
        except ConnectionRefusedError:  # nothing was asked yet; Python starts another server once this one has ended
            if monotonic() > until:
                raise
            sleep(0.01)
        else:
            return


def _enter(work: str, *args: Any) -> None:
    getattr(import_module(_WORK), work)(*args)


@contextmanager
def _deaf() -> Iterator[None]:
    """Let processes started meanwhile ignore Ctrl-C: it reaches all of a terminal, and this one answers for all."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _unbroken() -> Iterator[None]:
    """Outlive the processes beside the server that Python keeps: one that was lost is started again without a word.

    The command line ends quietly when nobody reads its output, and so it would when one of them is written to.
    """
    before = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="resource_tracker: process died")
            yield
    finally:
        signal.signal(signal.SIGPIPE, before)
