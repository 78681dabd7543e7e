"""How fast bytes become lines: ``pytest tests/bench/bench_acquire.py --benchmark-only``."""

import gzip
from pathlib import Path
from typing import Any

from detector.acquire.archives import read_archive
from detector.acquire.framing.line_reader import split
from detector.acquire.reader import Reader
from detector.clock import SystemClock
from detector.settings.sections.sources import SourceSettings

LINE = (
    b'192.0.2.17 - alice [10/Oct/2026:13:55:36 +0000] "GET /crm/clients/%06d/documents/5?view=full HTTP/1.1" 200 2326 '
    b'"https://crm.example.org/start" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome"\n'
)
COUNT = 200_000


def lines(count: int) -> bytes:
    return b"".join(LINE % number for number in range(count))


def told(benchmark: Any, count: int) -> None:
    benchmark.extra_info["lines_per_second"] = round(count / benchmark.stats.stats.median)


def test_bench_split_a_chunk_of_clean_lines(benchmark: Any) -> None:
    data = lines(20_000)
    benchmark(split, data, 0)
    told(benchmark, 20_000)


def test_bench_split_a_chunk_with_one_broken_line(benchmark: Any) -> None:
    data = lines(10_000) + b"\xff\n" + lines(10_000)
    benchmark(split, data, 0)
    told(benchmark, 20_001)


def test_bench_follow_a_file(benchmark: Any, tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    path.write_bytes(lines(COUNT))
    source = SourceSettings(name="web", paths=[str(path)], service="crm", start="beginning", watch="polling")

    def follow() -> int:
        reader = Reader([source], clock=SystemClock(), first_start=True)
        count = 0
        while batches := reader.poll():
            count += sum(len(batch.lines) for batch in batches)
        reader.close()
        return count

    assert benchmark(follow) == COUNT
    told(benchmark, COUNT)


def test_bench_read_a_plain_archive(benchmark: Any, tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    path.write_bytes(lines(COUNT))
    _archive(benchmark, path)


def test_bench_read_a_gzip_archive(benchmark: Any, tmp_path: Path) -> None:
    path = tmp_path / "access.log.gz"
    path.write_bytes(gzip.compress(lines(COUNT), 1))
    _archive(benchmark, path)


def _archive(benchmark: Any, path: Path) -> None:
    source = SourceSettings(name="web", paths=[str(path)], service="crm")

    def read() -> int:
        return sum(len(batch.lines) for batch in read_archive([path], source, clock=SystemClock()))

    assert benchmark(read) == COUNT
    told(benchmark, COUNT)
