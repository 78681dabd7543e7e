"""What a line that gives no event costs beside one that does: CPU seconds of decode, by kind of line.

``python -m tests.bench.rejects`` prints a table; ``make bench`` puts it into results.md. A good line is one of a
combined log or of JSON, read by name; a source of ``auto`` is one whose log was combined until then. Large batches show
the price of a line, those of 30 lines that of a batch. What a line costs the whole way, a reject as well as an event,
is shown by replays of logs of ``auto``, each less that of its beginning alone.
"""

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from detector.decode import Decoder
from tests.bench.bench_decode import NETWORKS, audit, combined
from tests.decode.batches import KEY, RECORDS, batch_of, settings_for

LINES = 3_000
SIZES = (LINES, 30)
WHOLE = 60_000
_PLAN = """\
state: {folder}/state
sources: [{{name: app, paths: [{folder}/none.log], service: crm, format: auto, timezone: UTC}}]
records: {{routes: [{{path: "/crm/clients/{{id}}", object: client, action: read}}]}}
"""
TIMES = 2
"""So many times the price of a good line a reject may cost."""
_TRACE = (
    "java.lang.IllegalStateException: no session for request",
    "\tat org.example.crm.ClientService.load(ClientService.java:142)",
    "\tat org.example.crm.web.Filter.doFilter(Filter.java:88)",
    "Caused by: java.sql.SQLException: connection reset by peer",
    "\t... 34 more",
)


def bad_time(count: int) -> list[str]:
    """Return combined lines whose month is none."""
    return [line.replace("/May/", "/Foo/") for line in combined(count)]


def iso(count: int) -> list[str]:
    """Return lines of an application's own log that begin with an ISO time."""
    luck = random.Random(3)
    return [
        f"2026-05-17 10:{at // 60 % 60:02}:{at % 60:02},123 INFO [worker-{at % 9}] request {luck.randrange(99_999)} "
        f"for tenant t{at % 7} took {luck.randrange(999)} ms"
        for at in range(count)
    ]


def unknown_json(count: int) -> list[str]:
    """Return JSON objects of no format."""
    luck = random.Random(3)
    return [
        f'{{"event_ts":{1_779_000_000 + at},"evt":"thing{at % 9}","who":{{"n":"op{luck.randrange(50)}"}},'
        f'"blob":"{"x" * luck.randrange(60, 140)}","k":{luck.randrange(999)}}}'
        for at in range(count)
    ]


def noise(count: int) -> list[str]:
    """Return letters, digits and blanks."""
    luck = random.Random(3)
    return ["".join(luck.choices("abcdefghijklmnop qrstuvwxyz 0123456789", k=140)) for _ in range(count)]


def traces(count: int) -> list[str]:
    """Return stack traces."""
    return [_TRACE[at % len(_TRACE)] for at in range(count)]


@dataclass(frozen=True)
class Kind:
    """Lines, the format of their source, and of which good lines their price is a multiple."""

    name: str
    made: Callable[[int], list[str]]
    format: str
    beside: str = ""


WEB, JSON = "good combined", "good JSON"
KINDS = (
    Kind(WEB, combined, "combined"),
    Kind(JSON, audit, "audit.json"),
    Kind("bad time", bad_time, "combined", WEB),
    Kind("bad time", bad_time, "auto", WEB),
    Kind("ISO time and text", iso, "combined", WEB),
    Kind("ISO time and text", iso, "auto", WEB),
    Kind("unknown JSON", unknown_json, "audit.json", JSON),
    Kind("unknown JSON", unknown_json, "auto", JSON),
    Kind("noise", noise, "combined", WEB),
    Kind("noise", noise, "auto", WEB),
    Kind("stack traces", traces, "combined", WEB),
    Kind("stack traces", traces, "auto", WEB),
)


def price(kind: Kind, size: int, runs: int) -> float:
    """Return the microseconds of CPU a line costs in batches of ``size``: the best of some runs, warm."""
    json = "json" in kind.format
    routes = RECORDS["routes"] if json else [route for route in RECORDS["routes"] if "path" in route]
    settings = settings_for(format=kind.format, records={**RECORDS, "routes": routes}, actors={"networks": NETWORKS})
    decoder, lines = Decoder(settings, session_key=KEY), kind.made(LINES)
    if kind.format == "auto":
        decoder.decode(batch_of(combined(50)))
    batches = [batch_of(lines[at : at + size]) for at in range(0, LINES, size)][: max(1, LINES // size // 10)]
    read = sum(decoder.decode(batch).frame.height for batch in batches)
    assert bool(kind.beside) == (not read), f"{kind.name} gives {read} events"
    spent = []
    for _ in range(runs):
        began = time.process_time()
        for batch in batches:
            decoder.decode(batch)
        spent.append(time.process_time() - began)
    return min(spent) / sum(len(batch.lines) for batch in batches) * 1e6


def table(runs: int) -> str:
    """Return the prices and how many times that of a good line each is."""
    text = (
        f"\nWhat a reject costs in decode beside a good line; the best of {runs} runs. "
        f"Aimed at: {TIMES} times at most.\n\n"
        "| lines | format | µs a line, batches of 3,000 | times | µs a line, batches of 30 | times |\n"
        "| --- | --- | ---: | ---: | ---: | ---: |\n"
    )
    good: dict[tuple[str, int], float] = {}
    for kind in KINDS:
        cells = []
        for size in SIZES:
            cost = price(kind, size, runs)
            good.setdefault((kind.name, size), cost)
            cells += [f"{cost:.1f}", f"{cost / good[kind.beside or kind.name, size]:.1f}"]
        text += f"| {kind.name} | {kind.format} | {' | '.join(cells)} |\n"
    return text + whole_way(runs)


def whole_way(runs: int) -> str:
    """Return what lines cost in a replay with all shipped rules, in a log that was combined at its beginning."""
    text = (
        f"\nThe same the whole way: CPU of `nabat replay` over {WHOLE:,} lines; the median of {runs} runs, "
        f"interleaved. Aimed at: {TIMES} times a good line at most.\n\n"
        "| lines | µs a line | times |\n| --- | ---: | ---: |\n"
    )
    kinds = [Kind(WEB, combined, "auto"), *(kind for kind in KINDS if kind.format == "auto")]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "nabat.yml").write_text(_PLAN.format(folder=folder))
        beginning = _log(folder, "beginning", combined, 50)
        logs = [_log(folder, kind.name, kind.made, WHOLE) for kind in kinds]
        spent = [[_replayed(folder, log) - _replayed(folder, beginning) for log in logs] for _ in range(runs)]
    good = statistics.median(run[0] for run in spent)
    for at, kind in enumerate(kinds):
        cost = statistics.median(run[at] for run in spent)
        text += f"| {kind.name} | {cost / WHOLE * 1e6:.1f} | {cost / good:.1f} |\n"
    return text


def _log(folder: Path, name: str, made: Callable[[int], list[str]], lines: int) -> Path:
    """Write a log of 50 combined lines and as many others as are wanted."""
    log = folder / f"{name}.log"
    log.write_text("\n".join([*combined(50), *islice(cycle(made(LINES)), lines - 50)]) + "\n")
    return log


def _replayed(folder: Path, log: Path) -> float:
    """Return the CPU seconds of a replay."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = ["-c", folder / "nabat.yml", "--out", folder / log.stem, log]
    subprocess.run([sys.executable, "-m", "detector", "replay", *map(str, told)], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    print(table(5))
