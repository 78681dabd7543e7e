"""What must hold of hosts' formats for any text, whatever stands beside it in the batch."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.decode.formats import hosts
from detector.decode.line_context import LineContext
from tests.decode.batches import batch_of, decoder_for
from tests.decode.golden import FOLDER, read

FORMATS = {one.name: one for one in hosts.FORMATS}
SAMPLES = {name: [block.record for block in read(FOLDER / f"{name}.samples")] for name in FORMATS}
PLACE = LineContext(zone=ZoneInfo("Europe/Moscow"), written=datetime(2026, 5, 18, tzinfo=UTC), path="/d/1.lgp")
PIECES = [
    "|",
    "=",
    "\\",
    '"',
    "{",
    "}",
    "[",
    "]",
    "<",
    ">",
    "\n",
    "\t",
    "\x1d",
    "-",
    "&",
    ";",
    "CEF:0|",
    "LEEF:2.0|",
    "ok",
]
INSIDE = st.one_of(st.text(max_size=20), st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
any_decoder = cache(decoder_for)


@st.composite
def records(draw, name):
    """A record of the format, whole, cut off, with something in it, or none at all."""
    text = draw(st.sampled_from(SAMPLES[name]))
    at, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
    inside = draw(INSIDE)
    made = [text, text[:end], text[:at] + inside + text[at:], text[:at] + inside + text[end:], inside]
    return draw(st.sampled_from(made))


def told(parsed, height):
    """What each line gives: its event, or why there is none."""
    rows = [{key: value for key, value in row.items() if value} for row in parsed.frame.iter_rows(named=True)]
    found = dict(zip(parsed.places().tolist(), rows, strict=True)) | dict(parsed.failures)
    return [found[at] for at in range(height)]


@pytest.mark.parametrize("name", sorted(FORMATS))
@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_any_record_gives_an_event_or_a_reject_and_costs_no_other(name, data):
    lines = data.draw(st.lists(records(name), min_size=1, max_size=6))
    parse = FORMATS[name].parse
    together = told(parse(pl.Series(lines), PLACE), len(lines))
    assert together == [one for line in lines for one in told(parse(pl.Series([line]), PLACE), 1)]


@pytest.mark.parametrize("name", sorted(one.name for one in hosts.WRAPPERS))
@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_a_wrapper_opens_a_line_or_blames_it(name, data):
    lines = data.draw(st.lists(records(name), min_size=1, max_size=6))
    opened = next(one for one in hosts.WRAPPERS if one.name == name).unwrap(pl.Series(lines), PLACE)
    assert len(opened.lines) + len(opened.failures) == len(lines)
    assert {len(column) for column in opened.columns} == {len(opened.lines)}


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(sorted(FORMATS)).flatmap(records), min_size=1, max_size=6))
def test_a_file_of_all_of_them_is_told_line_by_line(lines):
    result = any_decoder().decode(batch_of(lines))
    assert result.frame.height + len(result.rejects) == len(lines)
