"""Short batches of several files are decoded together, and nobody can tell it from what comes out."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from detector.decode import Decoder
from detector.frames import EventBatch, LineBatch
from tests.decode.batches import KEY, batch_of, settings_for
from tests.decode.golden import files, read

# Lines of one kind of log, and of all kinds; records of several lines go through as the reader cuts them.
LINES = {path.stem: [block.record for block in read(path) if not block.told] for path in files()}
ALL = [line for lines in LINES.values() for line in lines]
SOURCES = {
    "auto": ALL,
    "combined": [*LINES["combined"], *LINES["syslog"], "garbage"],
    "nginx.json": LINES["nginx.json"],
}
SOURCES |= {"docker": [*LINES["docker"], *LINES["cri"]], "syslog": LINES["syslog"], "iis.w3c": LINES["iis.w3c"]}
SOURCES |= {"cef": LINES["cef"], "mysql.general": LINES["mysql.general"], "audit.json": LINES["audit.json"]}


def batches(lines: Sequence[str], of: Sequence[int], *, numbered: bool) -> list[LineBatch]:
    """Return a batch for each file that has some of the lines."""
    made = []
    for file in sorted(set(of)):
        mine = [line for line, owner in zip(lines, of, strict=True) if owner == file]
        batch = batch_of(mine, stream=f"/logs/{file}.log", path=f"/logs/{file}.log", file_id=f"file-{file}")
        numbers = pl.Series("n", range(7, 7 + len(mine)), dtype=pl.Int64) if numbered else None
        made.append(replace(batch, numbers=numbers))
    return made


def same(one: EventBatch, other: EventBatch) -> None:
    assert_frame_equal(one.frame, other.frame)
    assert one.rejects == other.rejects
    assert (one.numbers is None) == (other.numbers is None)
    if one.numbers is not None and other.numbers is not None:
        assert one.numbers.to_list() == other.numbers.to_list()


@pytest.mark.parametrize("name", SOURCES)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_batches_decoded_together_give_what_each_gives_alone(name: str, data: st.DataObject) -> None:
    lines = data.draw(st.lists(st.sampled_from(SOURCES[name]), min_size=1, max_size=40))
    of = data.draw(st.lists(st.integers(0, 5), min_size=len(lines), max_size=len(lines)))
    numbered = data.draw(st.booleans())
    alone, together = (Decoder(settings_for(format=name), session_key=KEY) for _ in range(2))
    for _ in range(2):  # a stream's format is looked for the first time, and known the second
        given_batches = batches(lines, of, numbered=numbered)
        found = together.decode_all(given_batches)
        for one, other in zip(map(alone.decode, given_batches), found, strict=True):
            same(one, other)
        assert [alone.format_of(each.stream) for each in given_batches] == [
            together.format_of(each.stream) for each in given_batches
        ]
    together.retain_streams({"/logs/0.log"})
    assert together.format_of("/logs/1.log") == ""


def test_long_batches_and_other_sources_go_alone() -> None:
    decoder = Decoder(settings_for(format="combined"), session_key=KEY)
    long = batch_of(LINES["combined"] * 100, stream="/logs/long.log")
    short = batch_of(LINES["combined"], stream="/logs/short.log")
    made = decoder.decode_all([long, short, replace(short, source="another")])
    assert [each.frame.height for each in made][:2] == [decoder.decode(each).frame.height for each in (long, short)]
