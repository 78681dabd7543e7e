"""Bytes into lines: against the plainest way to do it, and each kind of bad line."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from detector.acquire.framing.line_reader import split
from detector.acquire.framing.text_columns import MAX_REJECTS
from detector.schema.events.framing import LINES, MAX_LINE
from detector.schema.events.lines import RejectReason
from tests.acquire.framed import read

TEXT = st.one_of(
    st.text(max_size=30).map(str.encode),
    st.binary(max_size=20),
    st.sampled_from([b"", b"\r", b"\0\0x", b"\xff", b"exactly12byt", b"x" * 13, "ё".encode()]),
)


def plain(data: bytes) -> list[tuple[int, str]]:
    """What a loop over lines would give."""
    found, offset = [], 0
    for row in data.split(b"\n")[:-1]:
        text = row[:-1] if row.endswith(b"\r") else row
        start = offset
        offset += len(row) + 1
        if start == 0 and text.startswith(b"\xef\xbb\xbf"):
            text = text[3:]
        stripped = text.lstrip(b"\0")
        if not stripped or b"\0" in stripped:
            continue
        try:
            found.append((start + len(text) - len(stripped), stripped.decode()))
        except UnicodeDecodeError:
            continue
    return found


@given(st.lists(TEXT.filter(lambda raw: b"\n" not in raw), min_size=1, max_size=20))
def test_lines_and_offsets_are_those_of_a_plain_loop(rows: list[bytes]) -> None:
    data = b"\n".join(rows) + b"\n"
    cut = split(data, 0, 1)
    assert list(zip(cut.offsets, cut.lines, strict=True)) == plain(data)
    assert cut.used == len(data)
    assert cut.rows == data.count(b"\n")
    assert cut.numbers is not None
    assert [data[:offset].count(b"\n") + 1 for offset in cut.offsets] == cut.numbers.to_list()


def test_each_kind_of_bad_line_is_a_reject_with_its_reason_and_place() -> None:
    data = b"good\n" + b"x" * (MAX_LINE + 1) + b"\nbad \xff\na\0b\n\n\n\0\0kept\n"
    cut = split(data, 100, 1)
    assert cut.lines.to_list() == ["good", "kept"]
    assert [(one.reason, one.number, one.offset) for one in cut.rejects] == [
        (RejectReason.TOO_LONG, 2, 105),
        (RejectReason.INVALID_UTF8, 3, 105 + MAX_LINE + 2),
        (RejectReason.BINARY, 4, 105 + MAX_LINE + 8),
        (RejectReason.EMPTY, 5, 105 + MAX_LINE + 12),
        (RejectReason.BINARY, 7, 105 + MAX_LINE + 14),
    ]


def test_a_line_of_exactly_the_longest_length_is_kept() -> None:
    assert split(b"x" * MAX_LINE + b"\n", 0).lines.str.len_bytes().to_list() == [MAX_LINE]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "mark"])
@pytest.mark.parametrize("more", [0, 1], ids=["longest", "too long"])
def test_the_longest_line_and_one_too_long_are_told_apart_however_the_file_grew(mark: bytes, more: int) -> None:
    data = mark + b"x" * (MAX_LINE + more) + b"\r\nnext\n"
    whole = split(data, 0, 1)
    wanted = list(zip(whole.offsets, whole.lines, strict=True))
    assert len(wanted) == 2 - more
    for there in (MAX_LINE, len(data) - 7, len(data) - 6):
        got, bad = read(LINES, data, [there])
        assert got == wanted
        assert [(offset, reason) for offset, reason, _ in bad] == [(one.offset, one.reason) for one in whole.rejects]


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    cut = split(b"\xef\xbb\xbffirst\nsecond\n", 0)
    assert cut.lines.to_list() == ["first", "second"]
    assert cut.offsets.to_list() == [0, 9]


def test_a_flood_of_bad_lines_is_taken_in_bounded_parts() -> None:
    data = b"\xff\n" * (MAX_REJECTS * 2) + b"good\n"
    used, rejects, lines = 0, 0, []
    while used < len(data):
        cut = split(data[used:], used)
        assert len(cut.rejects) <= MAX_REJECTS
        used += cut.used
        rejects += len(cut.rejects)
        lines += cut.lines.to_list()
    assert rejects == MAX_REJECTS * 2
    assert lines == ["good"]


EMPTY = RejectReason.EMPTY
PIECES = st.sampled_from(
    [b"\n", b"\r\n", b"\r", b"a", b"\xff", b"12345678", b"123456789", *(b"\0" * n for n in (1, 7, 8, 9, 30))]
)


@given(
    pieces=st.lists(PIECES, max_size=14),
    grown=st.lists(st.integers(0, 150), max_size=5).map(sorted),
    size=st.sampled_from([1, 40, 1 << 20]),
)
@example(pieces=[b"a", b"\n", b"\0" * 30, b"\0" * 9, b"a", b"\n"], grown=[20], size=1)
@example(pieces=[b"\0" * 9, b"\r", b"\n", b"a", b"\n"], grown=[10], size=1)
@example(pieces=[b"\0" * 7, b"12345678", b"\n"], grown=[14], size=1)
@example(pieces=[b"\0" * 30], grown=[], size=1)
def test_holes_and_long_lines_are_the_same_lines_and_rejects_however_the_file_grew(
    pieces: list[bytes], grown: list[int], size: int
) -> None:
    data = b"".join(pieces)
    short = replace(LINES, max_line=8)
    got, bad = read(short, data, grown, size)
    wanted, rejected = read(short, data, size=1 << 20)
    assert got == wanted
    # A run of empty lines is one reject for each time it was come upon.
    assert [each for each in bad if each[1] is not EMPTY] == [each for each in rejected if each[1] is not EMPTY]


def test_a_hole_is_one_reject_and_the_line_behind_it_is_kept_with_its_number() -> None:
    data = b"first\n" + b"\0" * (3 * MAX_LINE) + b"kept\nlast\n"
    for there in (6, 10, 6 + MAX_LINE, 6 + 2 * MAX_LINE, len(data) - 8):
        got, bad = read(LINES, data, [there])
        assert got == [(0, "first"), (6 + 3 * MAX_LINE, "kept"), (11 + 3 * MAX_LINE, "last")]
        assert bad == [(6, RejectReason.BINARY, 3 * MAX_LINE)]
