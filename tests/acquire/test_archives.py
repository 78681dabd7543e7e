"""Archives: every compression gives the same lines with the same identity; damage is told with its place."""

import bz2
import gzip
import io
import lzma
import sys
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from detector.acquire.archives import read_archive
from detector.clock import ManualClock
from detector.errors import InputError
from detector.frames import LineBatch
from detector.schema.events.lines import RejectReason
from detector.settings.sections.sources import SourceSettings

CLOCK = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
SOURCE = SourceSettings(name="web", paths=["/nowhere"], service="crm")
DATA = b"".join(b"192.0.2.1 line %d\n" % number for number in range(1, 5001))
WAYS = {
    "plain": lambda data: data,
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda data: pa.compress(data, codec="zstd", asbytes=True),
}


def read(*paths: Path | str, lines: int = 10_000) -> list[LineBatch]:
    return list(read_archive(paths, SOURCE, clock=CLOCK, lines=lines))


def numbers_of(batch: LineBatch) -> list[int]:
    assert batch.numbers is not None
    return batch.numbers.to_list()


@pytest.mark.parametrize("way", WAYS)
def test_every_compression_gives_the_same_lines_and_identity(way: str, tmp_path: Path) -> None:
    # The name says nothing: the first bytes do.
    path = tmp_path / f"some-{way}"
    path.write_bytes(WAYS[way](DATA))
    (tmp_path / "other").write_bytes(DATA)
    batches = read(path, lines=1000)
    assert [len(batch.lines) for batch in batches] == [1000] * 5
    assert [batch.first_number for batch in batches] == [1, 1001, 2001, 3001, 4001]
    assert "\n".join(line for batch in batches for line in batch.lines).encode() + b"\n" == DATA
    assert {batch.file_id for batch in batches} == {read(tmp_path / "other")[0].file_id}
    assert [batch.finished for batch in batches] == [False] * 4 + [True]
    assert batches[-1].end == len(DATA)


def test_a_last_line_without_an_end_is_handed_out(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"one\ntwo")
    (batch,) = read(path)
    assert batch.lines.to_list() == ["one", "two"]
    assert batch.end == 7


def test_lines_keep_their_numbers_behind_rejects(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"one\n\n\n\xff\nfive\n" + b"x" * 9_000_000 + b"\nseven\n")
    batches = read(path, lines=1)
    assert [line for batch in batches for line in batch.lines] == ["one", "five", "seven"]
    assert [number for batch in batches for number in numbers_of(batch)] == [1, 5, 7]
    rejects = [(one.number, one.reason) for batch in batches for one in batch.rejects]
    assert rejects == [(2, RejectReason.EMPTY), (4, RejectReason.INVALID_UTF8), (6, RejectReason.TOO_LONG)]


@pytest.mark.parametrize("way", ["gz", "bz2", "xz", "zst"])
def test_a_damaged_archive_gives_what_can_be_read_and_then_the_place(way: str, tmp_path: Path) -> None:
    noise = b"".join(b"line %d %d\n" % (number, number * 7919 % 99991) for number in range(200_000))
    packed = WAYS[way](noise)
    path = tmp_path / f"a.log.{way}"
    path.write_bytes(packed[: len(packed) // 2])
    got: list[str] = []
    with pytest.raises(InputError) as caught:
        got.extend(line for batch in read_archive([path], SOURCE, clock=CLOCK) for line in batch.lines)
    (problem,) = caught.value.problems
    assert problem.file == str(path)
    assert "damaged behind byte" in problem.what
    assert noise.decode().startswith("\n".join(got[:-1]))
    assert len(got) > 10_000


def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.log: cannot be read"):
        read(tmp_path / "missing.log")
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path)


def test_an_empty_file_gives_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert read(tmp_path / "empty") == []


def test_standard_input_is_read_compressed_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (DATA, gzip.compress(DATA)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))
        (batch,) = read("-")
        assert len(batch.lines) == 5000
        assert batch.path == "-"


def test_only_a_piece_of_a_file_lies_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    path.write_bytes(DATA * 150)
    tracemalloc.start()
    try:
        read_lines = sum(len(batch.lines) for batch in read_archive([path], SOURCE, clock=CLOCK, lines=1_000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert read_lines == 150 * 5_000
    assert peak < len(DATA) * 150


def test_the_last_batch_of_a_file_lies_in_memory_alone(tmp_path: Path) -> None:
    path, lines = tmp_path / "access.log", 30_000
    path.write_text(f"{'x' * 99}\n" * 2 * lines)
    tracemalloc.start()
    try:
        held = [tracemalloc.get_traced_memory()[0] for _ in read_archive([path], SOURCE, clock=CLOCK, lines=lines)]
    finally:
        tracemalloc.stop()
    assert len(held) == 2
    assert held[1] < 2 * 100 * lines


def test_a_batch_of_several_reads_lies_in_one_piece_and_holds_the_same_lines(tmp_path: Path) -> None:
    """A read of a file is 1 MiB; short lines stand in their views, long ones in the text that was read."""
    rows = [f"{number} {'клиент ' * (number % 40)}" if number % 3 else str(number) for number in range(60_000)]
    path = tmp_path / "access.log"
    path.write_text("".join(row + "\n" for row in rows))
    got = read(path, lines=25_000)
    assert [line for batch in got for line in batch.lines] == rows
    assert [batch.lines.n_chunks() for batch in got] == [1] * len(got)
    assert len({len(batch.lines.to_arrow(compat_level=pl.CompatLevel.newest()).buffers()) for batch in got}) == 1
    raw = path.read_bytes()
    for batch in got:
        last = int(batch.offsets[-1])
        assert raw[last:].startswith(batch.lines[-1].encode() + b"\n")
