"""Records of several lines: found whole, whatever the reads were, and never lost behind a broken one."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.schema.events.framing import FARTHEST, Cutting, Framing
from detector.schema.events.lines import RejectReason
from tests.acquire.framed import (
    BRACES,
    FRAMINGS,
    JSON,
    MIXED,
    PARTS,
    QUOTES,
    START,
    WRAPPED,
    XML,
    cuts_of,
    file_of,
    read,
    records_of,
    small,
    texts,
)

NAMES = sorted(FRAMINGS)
FRAGMENTS = st.sampled_from(
    [
        *(b'"', b'""', b"{", b"}", b"[", b"]", b"\n", b"\r\n", b"\\", b",", b":", b" ", b"a", b"'", b"\xff", b"\0"),
        *(
            b"10:00 x",
            b"10:00 #1",
            b"#1",
            b"\n#2",
            b'{"a":',
            b"<Event>",
            b"</Event>",
            b"<AUDIT_RECORD ",
            b"<x>",
            b"<",
            b">",
            b"/>",
        ),
        *(b"{20261124000000,N,", b"<![CDATA[", b"]]>", b'"Records":[', b"#Fields: x", b"\xef\xbb\xbf"),
        *(b"word word word", b"\xd1\x91"),
    ]
)


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_well_formed_records_are_found_whole_however_the_file_grew(name, data):
    records = data.draw(records_of(name))
    raw = file_of(name, records)
    grown = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=8)))
    got, bad = read(FRAMINGS[name], raw, grown)
    assert [text for _, text in got] == records
    assert bad == []
    for offset, text in got:
        assert raw[offset:].startswith(text.encode())


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=300)
@given(
    parts=st.lists(FRAGMENTS, max_size=60),
    grown=st.lists(st.integers(0, 500), max_size=8),
    size=st.sampled_from([1, 130, 150]),
)
def test_any_bytes_give_the_same_records_and_rejects_however_they_are_read(name, parts, grown, size):
    framing, raw = small(name), b"".join(parts)
    whole = read(framing, raw, size=1 << 20)
    assert read(framing, raw, sorted(grown), size) == whole
    # Nothing is lost: whatever is no separator lies in a record or in a reject.
    ends = [(offset, offset + len(text.encode())) for offset, text in whole[0]]
    ends += [(offset, offset + length) for offset, _, length in whole[1]]
    covered = sorted(ends)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(covered))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "lead", [b"\xef\xbb\xbf", b" ", b",", b"\xef\xbb\xbf, "], ids=["mark", "space", "comma", "all"]
)
@pytest.mark.parametrize("grown", [[], [83], [30, 83]])
def test_a_text_that_is_too_long_begins_at_the_same_byte_however_it_was_read(name, lead, grown):
    raw = lead + b"x" * 90 + b"\n"
    assert read(small(name), raw, grown) == read(small(name), raw, size=1 << 20)


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_a_record_cut_off_in_the_middle_does_not_swallow_the_file(name, data):
    records = data.draw(records_of(name))
    broken = data.draw(records_of(name))[0]
    tail = broken[: data.draw(st.integers(1, len(broken)))].rstrip("\n\\ ")
    glue = {"wrapped": ",\n"}.get(name, "\n")
    lines = [*records, tail, *records, *records]
    raw = file_of(name, lines) if name == "xml" else (glue.join(lines) + "\n").encode()
    got = [text for _, text in read(FRAMINGS[name], raw)[0]]
    assert got[: len(records) - 1] == records[:-1]
    # At most the broken one, the one it runs into and the next are lost.
    assert got[len(got) - max(len(records) - 2, 0) :] == records[2:]


def test_lines_before_the_first_start_are_records_of_their_own():
    assert texts(START, b"no\nstart\n10:00 a\n b\n\n c\n#Fields: x\n10:01 b\n") == [
        "no",
        "start",
        "10:00 a\n b\n\n c",
        "#Fields: x",
        "10:01 b",
    ]


def test_text_within_quotes_never_begins_a_record():
    assert texts(QUOTES, b'1,"a\n2,""b""\n3",x\n4,y\n') == ['1,"a\n2,""b""\n3",x', "4,y"]
    assert texts(BRACES, b'{20260101000000,N,"\n{20260101000001,N,"}\n') == [
        '{20260101000000,N,"\n{20260101000001,N,"}'
    ]


def test_garbage_at_the_end_is_counted_as_soon_as_its_line_ends():
    (cut,) = list(cuts_of(JSON, b'{"a":1}\nnoise\n{"b'))[:1]
    assert [(one.offset, one.reason) for one in cut.rejects] == [(8, RejectReason.MALFORMED)]
    assert cut.end == 14
    (cut,) = list(cuts_of(XML, b"<Event/>\nnoise\n</Ev"))[:1]
    assert [(one.offset, one.reason) for one in cut.rejects] == [(9, RejectReason.MALFORMED)]
    assert cut.end == 15


def test_what_stands_between_documents_is_a_counted_reject():
    got, bad = read(JSON, b'{"a":1} oops {"b":2}\nnoise\n[{"c":3},{"d":[{"e":4}]}]\n')
    assert [text for _, text in got] == ['{"a":1}', '{"b":2}', '{"c":3}', '{"d":[{"e":4}]}']
    assert bad == [(8, RejectReason.MALFORMED, 4), (21, RejectReason.MALFORMED, 5)]
    got, bad = read(XML, b"<Events><Event>1</Event>oops<Event/>\nnoise\n</Events>\n")
    assert [text for _, text in got] == ["<Event>1</Event>", "<Event/>"]
    assert [(reason, length) for _, reason, length in bad] == [(RejectReason.MALFORMED, 4), (RejectReason.MALFORMED, 5)]


def test_what_wraps_records_is_no_record_and_no_reject():
    got, bad = read(WRAPPED, b'{"a":{"b":[1]},"Records":[{"x":1},{"y":2}],"c":"d"}\n{"z":{"Records":[3]}}\n')
    assert [text for _, text in got] == ['{"x":1}', '{"y":2}', '{"z":{"Records":[3]}}']
    assert bad == []


def test_parts_are_joined_until_one_is_not_continued():
    assert texts(PARTS, b"a\\\nb\\\nc\nd\ne\\\n") == ["a\\\nb\\\nc", "d", "e\\"]


LONG = {
    "start": b"10:00 " + b"x\n" * 200_000,
    "mixed": b"10:00 " + b"x\n" * 200_000,
    "parts": b"x\\\n" * 200_000 + b"x\n",
    "quotes": b'1,"' + b"x\n" * 200_000 + b'"\n',
    "json": b'{"a":"' + b"x" * 400_000 + b'"}\n',
    "wrapped": b'{"a":[\n' + b'{"b":1},\n' * 50_000 + b"{}]}\n",
    "xml": b"<Event>" + b"x\n" * 200_000 + b"</Event>\n",
    "braces": b'{20260101000000,N,"' + b"x\n" * 200_000 + b'"}\n',
}
SHORT = {
    "quotes": "1,x",
    "parts": "x",
    "start": "10:00 x",
    "mixed": "10:00 x",
    "xml": "<Event/>",
    "braces": "{20260101000000,N,x}",
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [1, 4 << 20])
def test_a_record_that_is_too_long_is_one_reject_and_the_next_is_kept(name, size):
    short = SHORT.get(name, '{"a":1}')
    raw = f"{short}\n".encode() + LONG[name] + f"{short}\n".encode()
    got, bad = read(FRAMINGS[name], raw, size=size)
    assert [text for _, text in got] == [short, short]
    assert [(offset, reason) for offset, reason, _ in bad] == [(len(short) + 1, RejectReason.TOO_LONG)]


NEVER = [(QUOTES, b'1,"'), (XML, b"<Event>"), (JSON, b'{"a":['), (BRACES, b'{20260101000000,N,"'), (START, b"10:00 ")]


@pytest.mark.parametrize(("framing", "begun"), NEVER)
def test_what_never_ends_is_read_in_bounded_parts_and_ends_within_reach(framing, begun):
    raw = begun + (b"y" * 99 + b"\n") * (2 * FARTHEST // 100)
    cuts = list(cuts_of(framing, raw, size=1 << 20))
    assert max(cut.size for cut in cuts) <= framing.most_read
    (first, *_) = [reject for cut in cuts for reject in cut.rejects]
    assert (first.offset, first.reason) == (0, RejectReason.TOO_LONG)
    assert FARTHEST <= first.length <= FARTHEST + 100
    assert cuts[-1].end == len(raw)


def test_a_flood_of_garbage_is_taken_in_bounded_parts():
    raw = b"noise\n" * 25_000 + b'{"a":1}\n'
    cuts = list(cuts_of(JSON, raw, size=4 << 20))
    assert max(len(cut.rejects) for cut in cuts) <= 10_000
    assert sum(len(cut.rejects) for cut in cuts) == 25_000
    assert [line for cut in cuts for line in cut.lines] == ['{"a":1}']


def test_a_pattern_of_any_format_is_one_that_takes_linear_time():
    # Backreferences and lookarounds are what Rust's engine does not have: they are refused, not tried slowly.
    with pytest.raises(Exception, match="regex"):
        texts(Framing(Cutting.START, start=r"(a)\1"), b"aa\n")


def test_records_whose_lines_are_mixed_are_handed_out_together_however_the_file_grew():
    mixed = "10:00 #1\n10:00 #2\n#2 x\n#1 x\n#1 y"
    alone = ["10:01 #3\n#3 x", "10:02 none", "10:03 #4\n\tand more"]
    raw = "".join(text + "\n" for text in [alone[0], mixed, *alone[1:]]).encode()
    for at in range(len(raw)):
        assert [text for _, text in read(MIXED, raw, [at])[0]] == [alone[0], mixed, *alone[1:]]


def test_a_line_far_behind_its_record_does_not_hold_it_open():
    between = [f"10:00 #{at % 8 + 2}" for at in range(64)]
    got = texts(MIXED, "\n".join(["10:00 #1", *between, "#1", "10:00 #0"]).encode())
    assert got[0] == "10:00 #1"
    assert texts(MIXED, "\n".join(["10:00 #1", *between[1:], "#1", "10:00 #0"]).encode())[1:] == ["10:00 #0"]


def test_records_that_are_mixed_without_end_are_cut_before_they_are_too_long():
    line = "10:00 #1 " + "x" * 4000
    got, bad = read(MIXED, "\n".join([line] * 200).encode(), size=1 << 20)
    assert not bad
    assert sum(len(text.split("\n")) for _, text in got) == 200
    assert max(len(text) for _, text in got) < MIXED.max_record
