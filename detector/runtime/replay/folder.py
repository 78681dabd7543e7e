"""What lies in the folder of a replay, by name.

Comes in: the folder. Goes out: an empty one.
"""

import shutil
from pathlib import Path

ANSWERS = ("findings.jsonl", "alerts.jsonl", "incidents.jsonl")
DATABASE = "nabat.db"
JOURNAL = "journal"
# What an answer is called until all of them are whole.
UNFINISHED = ".part"


def clear(out: Path) -> None:
    """Make the folder, and take out of it what an earlier replay left: nobody shall read one's answers as another's."""
    out.mkdir(parents=True, exist_ok=True)
    for old in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", *ANSWERS, *(each + UNFINISHED for each in ANSWERS)):
        (out / old).unlink(missing_ok=True)
    shutil.rmtree(out / JOURNAL, ignore_errors=True)
