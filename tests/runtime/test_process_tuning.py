"""How often Python's garbage collector looks: not before a start is over, and in small steps after it."""

import json
import subprocess
import sys

PROGRAM = """
import gc, json, sys

looks = []
gc.callbacks.append(lambda phase, info: looks.append(info["generation"]) if phase == "start" else None)
from detector.runtime import process_tuning

process_tuning.collect_less_often()
looks.clear()
from detector.cli.replay import replay

started = len(looks)
process_tuning.freeze_objects()
kept = [[] for _ in range(150_000)]
print(json.dumps([started, len(looks)]))
"""


def test_a_start_is_over_before_the_first_look_and_later_looks_come_sooner() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True, timeout=120)
    started, later = json.loads(run.stdout)
    assert started == 0
    assert later >= 2
