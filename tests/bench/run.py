"""``make bench``: lines a second and core, part by part and for whole processes, beside tools people use today.

CPU seconds are counted, so that a second core does not flatter; warm, the median of several runs, each beside the same
work done another way (the standard library's ``re``, line by line; fail2ban-regex, goaccess and SEC where they are
installed). Writes tests/bench/results.md.
``--growth`` also measures how cost grows with lines, rules and actors, which takes half an hour and some gigabytes.
"""

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import platform
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from detector.acquire import read_archive
from detector.clock import SystemClock
from detector.decode import Decoder
from detector.runtime.intake.log_file import Log
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.replay import Replay
from detector.settings import Settings
from detector.settings.loading.load_settings import load_settings
from detector.simulate import demo_path
from tests.bench import lines as made
from tests.bench import processes, rejects
from tests.bench.processes import Cost, typical

SIZES = (100, 1_000, 10_000)
RESULTS = Path(__file__).with_name("results.md")
_COMBINED = re.compile(r'(\S+) \S+ (\S+) \[([^\]]+)\] "(\S+) (\S+) [^"]*" (\d{3}) (\d+|-) "([^"]*)" "([^"]*)"')


def measured(work: Callable[[], int], runs: int) -> float:
    """Return the median of lines per CPU second, after one run to warm up."""
    work()
    rates = []
    for _ in range(runs):
        began = time.process_time()
        count = work()
        rates.append(count / (time.process_time() - began))
    return statistics.median(rates)


def settings(path: Path) -> Settings:
    """Return the demonstration's record map and rules, pointed at one log."""
    demo = load_settings(demo_path(), {"NABAT_DEMO": str(path.parent)})
    source = demo.sources[0].model_copy(update={"paths": (str(path),), "format": "combined"})
    return demo.model_copy(update={"sources": (source,), "state": path.parent / "state"})


def by_hand(path: Path) -> int:
    """Do the parsing alone, with the standard library: a floor to compare with."""
    count = 0
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            found = _COMBINED.match(line)
            if found:
                datetime.strptime(found[3], "%d/%b/%Y:%H:%M:%S %z")
                count += 1
    return count


def decode(path: Path, size: int) -> int:
    """Read and decode the log."""
    chosen = settings(path)
    decoder = Decoder(chosen, session_key=b"bench")
    batches = read_archive([str(path)], chosen.sources[0], clock=SystemClock(), lines=size)
    return sum(decoder.decode(batch).frame.height for batch in batches)


def whole(path: Path, size: int) -> int:
    """Run the whole pipeline over the log: decode, rules, behaviour, grouping, incidents, SQLite, journal."""
    with tempfile.TemporaryDirectory() as out:
        chosen = settings(path)
        logs = [Log(str(path), chosen.sources[0])]
        return Replay(ReplayPlan(settings=chosen, logs=logs, out=Path(out), batch_lines=size)).run().events


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=200_000, help="lines for the parts (200000)")
    parser.add_argument("--whole", type=int, default=1_000_000, help="lines for whole processes (1000000)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each, after one that warms (5)")
    parser.add_argument("--growth", action="store_true", help="measure how the cost grows, too")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = made.write(Path(folder) / "access.log", args.lines)
        each = path.stat().st_size / args.lines
        rows = [
            ("standard library `re` and `strptime`, parsing alone", "-", measured(lambda: by_hand(path), args.runs))
        ]
        for name, work in (("decode", decode), ("whole pipeline (replay)", whole)):
            for size in SIZES:
                rate = measured(lambda work=work, size=size: work(path, size), args.runs)  # type: ignore[misc]
                rows.append((name, f"{size:,}", rate))
                print(f"{name:28} batch {size:6,}: {rate:10,.0f} lines/s and core", file=sys.stderr)
    text = report(rows, args.lines, each, args.runs) + rejects.table(args.runs)
    with tempfile.TemporaryDirectory() as folder:
        text += whole_processes(Path(folder), args.whole, args.runs)
        if args.growth:
            text += growth(Path(folder), args.whole)
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


def whole_processes(folder: Path, count: int, runs: int) -> str:
    """Return the section about processes as a user starts them."""
    log = made.write(folder / "whole.log", count, **made.FEW)
    combined = processes.config(folder, log, "combined")
    json_log = processes.audit(folder / "audit.log", count)
    audit = processes.config(folder, json_log, "audit.json")

    def replayed(name: str, config: Path, log: Path, *options: str) -> tuple[str, int, Cost]:
        return name, count, typical(lambda: processes.replay(config, log, *options), runs)

    rows: list[tuple[str, int, Cost]] = [
        replayed("nabat replay", combined, log),
        replayed("nabat replay, 20,000 lines a batch", combined, log, "--batch-lines", "20000"),
        replayed("nabat replay, 1,000 lines a batch", combined, log, "--batch-lines", "1000"),
        replayed("nabat replay, JSON audit lines", audit, json_log),
    ]
    (folder / "many").mkdir()
    hard = made.write(folder / "many" / "whole.log", count)
    config = processes.config(folder / "many", hard, "combined")
    rows.append(replayed("nabat replay, 200 attackers, hundreds of incidents", config, hard))
    hard.unlink()
    rows += [(name, count, work()) for name, work in processes.others(folder, log)]
    return _table(
        f"Whole processes on one core, start included: {count:,} lines, 5,000 clients, 20 attackers, all shipped rules"
        + (", SigmaHQ's web rules" if processes.WEB_RULES.is_dir() else "")
        + f" and the behaviour model, into SQLite; median of {runs} runs, the other tools once, on the same file.",
        rows,
    )


def growth(folder: Path, count: int) -> str:
    """Return the section about how the cost grows, each measured once."""
    log = made.write(folder / "whole.log", count)
    combined = processes.config(folder, log, "combined")
    rows = [("as above", count, processes.replay(combined, log))]
    for rules in (100, 3_000):
        config = processes.config(folder, log, "combined", rules=rules)
        rows.append((f"{rules:,} more rules", count, processes.replay(config, log)))
    people = processes.crowd(folder / "crowd.log", 200_000)
    config = processes.config(folder, people, "combined")
    rows.append(("200,000 actors", 400_000, processes.replay(config, people)))
    people.unlink()
    long = made.write(folder / "long.log", count * 10)
    rows.append(("ten times the lines", count * 10, processes.replay(combined, long)))
    return _table("How the cost grows, each measured once.", rows)


def _table(about: str, rows: list[tuple[str, int, Cost]]) -> str:
    head = f"\n{about}\n\n| work | thousand lines a second and core | CPU seconds | peak memory, MB |\n"
    head += "| --- | ---: | ---: | ---: |\n"
    body = [
        f"| {name} | {count / cost.seconds / 1000:.0f} | {cost.seconds:.1f} | {cost.memory / 1e6:.0f} |\n"
        for name, count, cost in rows
    ]
    return head + "".join(body)


def report(rows: list[tuple[str, str, float]], count: int, each: float, runs: int) -> str:
    """Return the results as a page."""
    head = (
        "# Measured speed\n\nWritten by `make bench`. Lines per CPU second of the process, warm, median of "
        f"{runs} runs, {count:,} combined lines of {each:.0f} bytes, 2 % of them attacks; all shipped rules and the "
        f"behaviour model on.\n\nMachine: {os.cpu_count()} cores of {_cpu()}, Python {platform.python_version()}, "
        f"{datetime.now(UTC):%Y-%m-%d}.\n\n"  # noqa: TID251 - the page says when it was measured
        "| work | lines a batch | thousand lines a second and core |\n| --- | ---: | ---: |\n"
    )
    return head + "".join(f"| {name} | {size} | {rate / 1000:.0f} |\n" for name, size, rate in rows)


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


if __name__ == "__main__":
    main()
