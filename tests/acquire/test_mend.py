"""What can be read of a piece that is no clean text."""

import json
from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from detector.acquire.framing.mend import LONGEST, Passed, mended, shortened
from detector.schema.events.framing import LINES, Framing
from tests.acquire.framed import FRAMINGS, cuts_of
from tests.growth import swollen

BIG = 300_000
LONG = st.one_of(st.text(max_size=8), st.text('ab"\\\u0451\n', min_size=1, max_size=6).map(lambda part: part * 20_000))


def test_bytes_that_are_no_text_are_replaced_and_nothing_else() -> None:
    assert mended(b"\0\0GET /a\xffb\0c") == "GET /a\ufffdb\ufffdc"
    assert mended(b"\xff\0 \xfe") == mended(b"") == ""


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.one_of(LONG, st.lists(LONG, max_size=3)), max_size=6))
@example({"a": "\\" * 70_000, "b": "short"})
@example({"a": 'x"' * 40_000, "b": "short"})
@example({"a": '"\u0451\\a' * 20_000})
def test_a_json_object_that_is_too_long_stays_one_and_keeps_what_is_short(members: dict[str, object]) -> None:
    text = json.dumps(members)
    short = shortened(text)
    assert len(short.encode()) <= LONGEST
    found = json.loads(short)
    assert found.keys() <= members.keys()
    if all(len(str(value)) < 1000 for value in members.values()):
        assert found == members


def test_an_object_of_too_many_members_ends_behind_the_last_that_fits() -> None:
    text = json.dumps({"user": "anna", "path": "/clients/17", "rows": [{"n": n, "t": "}]"} for n in range(20_000)]})
    found = json.loads(shortened(text))
    assert (found["user"], found["path"]) == ("anna", "/clients/17")
    assert found["rows"][:2] == [{"n": 0, "t": "}]"}, {"n": 1, "t": "}]"}]


def test_a_line_without_quotes_keeps_its_begin_and_its_end() -> None:
    text = "user=anna path=/clients/17 " + "x" * BIG + " status=200"
    short = shortened(text)
    assert short.startswith("user=anna path=/clients/17 x")
    assert short.endswith("x status=200")


@pytest.mark.parametrize("begin", ['{"a":"', "{", "", '"'])
@pytest.mark.parametrize(
    "piece", ["x", "\u0451", '"', "\\", '\\"', '"\\', "\\" * 5000 + '"x', '"a":"b",', '{"a":', "[,", "[]", "}"]
)
def test_the_work_grows_with_the_length_and_no_faster(begin: str, piece: str) -> None:
    def text(length: int) -> str:
        return begin + (piece * (length // len(piece) + 1))[:length]

    assert not swollen(shortened, text, sizes=(70_000, 560_000))


@pytest.mark.parametrize("piece", [b"\r", b"x\r", b"x"])
def test_a_piece_that_is_gone_over_in_small_steps_costs_no_more_a_byte_however_long_it_is(piece: bytes) -> None:
    def passed(length: int) -> Passed:
        made = Passed(0)
        step = piece * 500
        for at in range(0, length, len(step)):
            made.feed(at, step)
        made.feed(length, b"x\r\n")
        return made

    long = 2_000_000
    assert passed(long).line_hash() == sha256(piece * (long // len(piece)) + b"x").hexdigest()
    assert not swollen(passed, lambda size: size, sizes=(long // 8, long))


@pytest.mark.parametrize("size", [70_000, 140_000, 150_000, 700_000, 17_000_000])
@pytest.mark.parametrize("framing", [LINES, FRAMINGS["json"], FRAMINGS["quotes"]], ids=["lines", "json", "quotes"])
def test_what_can_be_read_does_not_depend_on_how_the_file_grew(framing: Framing, size: int) -> None:
    record = b'{"user":"anna","agent":"' + b"a\xffb" * (size // 3) + b'","status":200}\r\n'
    data = b'{"first":1}\r\n' + record + b'{"last":1}\r\n'
    told = []
    for grown in ([], [14], [40_000], [len(data) - 14], [14, 100_000, 200_000, len(data) - 15], [len(data) - 16]):
        for read in (1, 1 << 20):
            cuts = list(cuts_of(framing, data, grown, read))
            rejects = [one for cut in cuts for one in cut.rejects]
            told.append([(one.offset, one.reason, one.length, one.text, one.line_hash) for one in rejects])
    assert told[0][0][3].startswith('{"user":"anna"')
    assert all(each == told[0] for each in told)
