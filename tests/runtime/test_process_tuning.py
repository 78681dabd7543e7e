"""How often Python's garbage collector looks, and what happens to memory that is free."""

import json
import platform
import subprocess
import sys

import pytest

PROGRAM = """
import gc, json, sys

looks = []
gc.callbacks.append(lambda phase, info: looks.append(info["generation"]) if phase == "start" else None)
from detector.runtime import process_tuning

process_tuning.collect_less_often()
looks.clear()
from detector.cli.detection.replay import replay

started = len(looks)
process_tuning.freeze_objects()
kept = [[] for _ in range(150_000)]
print(json.dumps([started, len(looks)]))
"""

BETWEEN = """
from pathlib import Path

import numpy as np

from detector.runtime import process_tuning


def resident():
    return int(Path("/proc/self/status").read_text().split("RssAnon:")[1].split()[0])


arrays = [np.ones(8_000) for _ in range(1_000)]
kept = arrays[::50]
del arrays
before = resident()
process_tuning.give_back()
print(before - resident())
"""

LARGE = """
from pathlib import Path

import numpy as np

from detector.runtime import process_tuning


def resident():
    return int(Path("/proc/self/status").read_text().split("RssAnon:")[1].split()[0])


process_tuning.map_large_blocks()
np.ones(3_000_000)  # from here on the C library would take all that is smaller for small
arrays = [np.ones(250_000) for _ in range(50)]
kept = arrays[::5]
before = resident()
del arrays
print(before - resident())
"""

GONE = """
import gc
import weakref

from detector.runtime import process_tuning


class Part:
    pass


part = Part()
part.itself = part
process_tuning.freeze_objects()
gone = weakref.ref(part)
del part
process_tuning.give_back()
print(gone() is None, gc.get_freeze_count() > 0)
"""

POOL = """
from detector.runtime import process_tuning

process_tuning.share_one_arena()
import pyarrow

print(pyarrow.default_memory_pool().backend_name)
"""


def test_a_start_is_over_before_the_first_look_and_later_looks_come_sooner() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True, timeout=120)
    started, later = json.loads(run.stdout)
    assert started == 0
    assert later >= 2


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep nothing back")
def test_memory_that_is_free_between_what_is_in_use_is_given_back() -> None:
    run = subprocess.run([sys.executable, "-c", BETWEEN], check=True, capture_output=True, text=True, timeout=120)
    assert int(run.stdout) > 40_000  # of 64,000 kB


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries keep nothing back")
def test_large_arrays_are_given_back_at_once_whatever_was_made_before() -> None:
    run = subprocess.run([sys.executable, "-c", LARGE], check=True, capture_output=True, text=True, timeout=120)
    assert int(run.stdout) > 70_000  # of 80,000 kB


def test_arrow_keeps_nothing_back_that_is_free() -> None:
    run = subprocess.run([sys.executable, "-c", POOL], check=True, capture_output=True, text=True, timeout=120)
    assert run.stdout.strip() == "system"


def test_what_was_put_aside_and_is_needed_no_more_goes_and_the_rest_stays_aside() -> None:
    run = subprocess.run([sys.executable, "-c", GONE], check=True, capture_output=True, text=True, timeout=120)
    assert run.stdout.split() == ["True", "True"]


ENDS = """
import atexit
import gc
import sys
import threading
import time

from detector.runtime import process_tuning


class Taken:
    def __del__(self):
        print("taken apart")


def late():
    time.sleep(0.05)
    print("waited for")


kept = Taken()
process_tuning.quick_exit().status = {status}
atexit.register(print, "called")
threading.Thread(target=late).start()
print("written", end=", ")
raise SystemExit(3)
"""


@pytest.mark.parametrize(("status", "apart"), [("3", False), ("None", True)])
def test_an_exit_waits_calls_and_writes_as_always_but_takes_nothing_apart(status: str, apart: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ENDS.format(status=status)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.splitlines() == ["written, waited for", "called", *["taken apart"] * apart]


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_an_end_with_closed_outputs_keeps_its_status(closed: str) -> None:
    program = "from detector.runtime import process_tuning; process_tuning.quick_exit().status = 3"
    line = f'{sys.executable} -c "{program}" {closed}'
    done = subprocess.run(["sh", "-c", line], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (3, b"", b"")


def test_an_end_that_cannot_be_written_is_no_success() -> None:
    program = "from detector.runtime import process_tuning\nprocess_tuning.quick_exit().status = 0\nprint('lost')"
    with open("/dev/full", "wb") as full:
        words = [sys.executable, "-c", program]
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, env={}, timeout=60, check=False)
    assert done.returncode != 0
    assert b"No space left" in done.stderr
