"""Cut a company's logs at a midnight: what a service would have found when it was installed, and what came then.

Comes in: log files and how many of their lines had been written by then. Goes out: two files for each log.
"""

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from shutil import copyfileobj


def cut_logs(folder: Path, lines: Mapping[str, int], before: Path, after: Path) -> None:
    """Write the first ``lines`` lines of each file of a folder to ``before``, all others to ``after``."""
    for part in (before, after):
        part.mkdir(parents=True, exist_ok=True)
    for name, count in lines.items():
        with (folder / name).open("rb") as log, (before / name).open("wb") as early, (after / name).open("wb") as late:
            early.writelines(islice(log, count))
            copyfileobj(log, late)
