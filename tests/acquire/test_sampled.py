"""A sample of a file is whole when the file is small, and else spread over all of it."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.acquire import FileSample, files_of, read_archive, read_sample
from detector.clock import SystemClock
from detector.errors import InputError
from detector.schema.events.framing import LINES, Framing
from detector.settings import SourceSettings

SOURCE = SourceSettings(name="log", paths=("/log",), service="log")
HEADED = Framing(cutting=LINES.cutting, header="#Fields:")


def texts(sample: FileSample) -> list[str]:
    return [line for batch in sample.batches for line in batch.lines.to_list()]


def sample(path: Path, limit: int = 1 << 25, pieces: int = 16, framing: Framing = LINES) -> FileSample:
    return read_sample(
        path, SOURCE, clock=SystemClock(), framing=lambda _source, _head: framing, limit=limit, pieces=pieces
    )


def numbered(path: Path, count: int) -> Path:
    path.write_text("".join(f"line {number:08d}\n" for number in range(count)))
    return path


def test_a_small_file_is_read_whole_and_its_last_line_needs_no_line_end(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("one\ntwo\nthree")
    found = sample(path)
    assert texts(found) == ["one", "two", "three"]
    assert (found.whole, found.lines) == (True, 3)


def test_a_large_file_gives_whole_lines_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    found = sample(numbered(tmp_path / "log", 300_000), limit=800_000, pieces=4)
    lines = texts(found)
    assert not found.whole
    assert lines == sorted(set(lines))
    assert all(len(line) == len("line 00000000") for line in lines)
    quarters = {int(line.split()[1]) // 75_000 for line in lines}
    assert quarters == {0, 1, 2, 3}
    assert found.read < 1_500_000 < found.size


def test_lines_of_a_batch_stand_next_to_each_other(tmp_path: Path) -> None:
    for batch in sample(numbered(tmp_path / "log", 300_000), limit=800_000, pieces=4).batches:
        numbers = [int(line.split()[1]) for line in batch.lines.to_list()]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_a_compressed_file_gives_its_beginning_and_says_that_it_is_not_all(tmp_path: Path) -> None:
    path = tmp_path / "log.gz"
    path.write_bytes(gzip.compress(numbered(tmp_path / "log", 100_000).read_bytes()))
    found = sample(path, limit=200_000)
    assert texts(found)[0] == "line 00000000"
    assert (found.whole, found.size) == (False, 0)
    whole = sample(path)
    assert (whole.whole, whole.lines, whole.damage) == (True, 100_000, "")


def test_a_damaged_archive_gives_what_stands_before_the_damage_and_says_so(tmp_path: Path) -> None:
    packed = gzip.compress(numbered(tmp_path / "log", 100_000).read_bytes())
    path = tmp_path / "log.gz"
    path.write_bytes(packed[: len(packed) // 2])
    found = sample(path)
    assert found.lines > 1000
    assert "byte" in found.damage


def test_a_directive_of_the_beginning_holds_in_every_piece(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("#Fields: n\n" + "".join(f"line {number:08d}\n" for number in range(100_000)))
    first, *others = sample(path, limit=600_000, pieces=4, framing=HEADED).batches
    assert first.header == ""
    assert {batch.header for batch in others} == {"#Fields: n"}


@pytest.mark.parametrize("content", [b"\0" * 3_000_000, b"x" * 3_000_000, b"a\n" + b"\0" * 3_000_000 + b"\nb\n"])
def test_a_hole_or_a_line_without_end_costs_no_more_than_the_limit(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "log"
    path.write_bytes(content)
    assert sample(path, limit=300_000, pieces=4).read <= len(content)
    assert sample(path).size == len(content)


def test_an_empty_file_gives_nothing_and_a_missing_one_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    assert (sample(tmp_path / "log").lines, sample(tmp_path / "log").whole) == (0, True)
    for wrong in (tmp_path / "none", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            sample(wrong)


@given(lines=st.lists(st.text("ab \x00é", max_size=50), max_size=60), pieces=st.integers(1, 5))
@settings(max_examples=40)
def test_no_sample_invents_a_line(tmp_path_factory: pytest.TempPathFactory, lines: list[str], pieces: int) -> None:
    path = tmp_path_factory.mktemp("sampled") / "log"
    path.write_bytes("".join(f"{line}\n" for line in lines).encode())
    known = [line for batch in read_archive([path], SOURCE, clock=SystemClock()) for line in batch.lines.to_list()]
    assert set(texts(sample(path, limit=200, pieces=pieces))) <= set(known)


def test_a_pattern_may_mean_a_name_with_a_bracket_in_it(tmp_path: Path) -> None:
    for name in ("a[1].log", "a1.log", "b{x}.log"):
        (tmp_path / name).touch()
    source = SOURCE.model_copy(update={"paths": (f"{tmp_path}/a[[]1].log", f"{tmp_path}/b[{{]x}}.log")})
    assert files_of(source) == [f"{tmp_path}/a[1].log", f"{tmp_path}/b{{x}}.log"]
