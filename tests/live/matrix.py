"""Live it says what replay says: the service is tried with lines that lag, jump and come in bursts.

    python -m tests.live.matrix                          the cells that CI runs
    python -m tests.live.matrix --cells 300s '*/kill'    those whose name begins so, or fits the pattern
    python -m tests.live.matrix --full --seed 3          every cell
    python -m tests.live.matrix --lateness 400s --cells 300s jitter
                                                         a control: all is found, as replay does, and all is late
    python -m tests.live.matrix --list

A cell is one small company for some minutes of event time. Its lines are written to real files the way the cell says,
while the real service turns every 0.5 s, as it does by itself, on a clock moved by hand. Then the same files are
replayed. Judged is:

    same    findings and incidents have the same ids as in replay
    true    what the rules say by the plain evaluator in ``workload`` is found, and nobody honest is
    late    no finding, incident or page comes later than 2 s after the line that completes it was written
    words   severity, counts and times of each finding are those of replay (told apart: ids may agree without it)

As tests the cells stand in several files, since a file is tried by one process. ``NABAT_MATRIX=full`` tries all there.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache, cached_property
from pathlib import Path

from detector.telemetry.structured_log import configure_logs
from tests.live.cells import Cell, cells
from tests.live.judge import Verdict, judge


@dataclass
class Options:
    """What was asked for."""

    wanted: Sequence[str] = field(default_factory=tuple)
    full: bool = False
    seed: int = 1
    keep: bool = False
    lateness: str = ""

    @cached_property
    def cells(self) -> list[Cell]:
        found = cells(full=self.full or bool(self.wanted))
        return [cell for cell in found if not self.wanted or any(fnmatch(cell.name, f"{w}*") for w in self.wanted)]


def run_cell(cell: Cell, seed: int = 1, *, keep: bool = False, lateness: str = "") -> Verdict:
    """Run one cell in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="nabat-live-"))
    try:
        return judge(cell, seed, folder, lateness)
    finally:
        if keep:
            print(f"  {cell.name}: kept in {folder}", flush=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def tried(kind: str) -> list[str]:
    """Return the names of the cells of a kind (``Cell.kind``) that are tried as tests."""
    return [cell.name for cell in _tried().values() if cell.kind == kind]


def assert_good(name: str) -> None:
    """Live the service finds, opens and pages what it must, in time."""
    found = _verdict(name)
    assert found.good, "\n".join((*found.same, *found.true, *found.late))


def assert_told_alike(name: str) -> None:
    """Live it says of each finding what replay says."""
    assert not _verdict(name).words, "\n".join(_verdict(name).words)


@cache
def _tried() -> dict[str, Cell]:
    return {cell.name: cell for cell in cells(full=os.environ.get("NABAT_MATRIX") == "full")}


@cache
def _verdict(name: str) -> Verdict:
    return run_cell(_tried()[name])


def main() -> int:
    """Run cells, print a table, return 0 when all of them are as they must be."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.live.matrix", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cells", nargs="*", default=(), help="only cells whose name begins so, or fits")
    parser.add_argument("--full", action="store_true", default=os.environ.get("NABAT_MATRIX") == "full")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep each cell's folder")
    parser.add_argument("--lateness", default="", help="of all sources; without it the default counts")
    parser.add_argument("--shown", type=int, default=4, help="sentences shown of each kind (4)")
    parser.add_argument("--list", action="store_true", help="name the cells and end")
    asked = parser.parse_args()
    options = Options(tuple(asked.cells), asked.full, asked.seed, asked.keep, asked.lateness)
    if asked.list:
        print("\n".join(cell.name for cell in options.cells))
        return 0
    configure_logs(json=False, level="error")
    failed, began, spent = 0, time.monotonic(), time.process_time()
    width = max((len(cell.name) for cell in options.cells), default=0)
    print(f"{'cell':{width}}  same true late words  slowest  lines turns  CPU")
    for cell in options.cells:
        at = time.process_time()
        verdict = run_cell(cell, options.seed, keep=options.keep, lateness=options.lateness)
        failed += not verdict.good
        row = (verdict.same, verdict.true, verdict.late, verdict.words)
        marks = " ".join("ok  " if not each else f"{len(each):<4}" for each in row)
        numbers = f"{verdict.slowest:>7}  {verdict.lines:5} {verdict.turns:5} {time.process_time() - at:4.1f}"
        print(f"{cell.name:{width}}  {marks} {numbers}", flush=True)
        for told in row:
            for each in told[: asked.shown]:
                print(f"    {each}", flush=True)
    print(
        f"{len(options.cells)} cells, {failed} are not as they must be;"
        f" {time.process_time() - spent:.0f} s of CPU, {time.monotonic() - began:.0f} s"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
