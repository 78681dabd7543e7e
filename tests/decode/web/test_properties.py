"""What must hold of web formats for any text, whatever stands beside it in the batch."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.decode.formats import web
from detector.decode.line_context import LineContext
from tests.decode.batches import batch_of
from tests.decode.golden import FOLDER, read

FORMATS = {one.name: one for one in web.FORMATS}
SAMPLES = {name: [(block.record, block.told) for block in read(FOLDER / f"{name}.samples")] for name in FORMATS}
PIECES = [*'"\\[]{}|:, -#+', ", client: ", "\x00", "é", "<BADREQ>", "#Fields: date time", "HTTP/1.1"]
INSIDE = st.one_of(st.text(max_size=12), st.lists(st.sampled_from(PIECES), max_size=6).map("".join))


@st.composite
def records(draw, name):
    """A line of the format, whole, cut off, with something in it, or none at all."""
    text, _ = draw(st.sampled_from(SAMPLES[name]))
    at, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
    inside = draw(INSIDE)
    made = draw(
        st.sampled_from([text, text[:end], text[:at] + inside + text[at:], text[:at] + inside + text[end:], inside])
    )
    return made.replace("\n", " ")


def told(parsed, height):
    """What each line gives: its event, or why there is none."""
    rows = [{key: value for key, value in row.items() if value} for row in parsed.frame.iter_rows(named=True)]
    found = dict(zip(parsed.places().tolist(), rows, strict=True)) | dict(parsed.failures)
    return [found[at] for at in range(height)]


@pytest.mark.parametrize("name", FORMATS)
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_any_line_gives_an_event_or_a_reject_and_costs_no_other(name, data):
    header = next((said["header"] for _, said in SAMPLES[name] if "header" in said), "")
    place = LineContext(zone=ZoneInfo("Europe/Moscow"), header=header)
    lines = [line for line in data.draw(st.lists(records(name), min_size=1, max_size=8)) if not line.startswith("#")]
    whole = FORMATS[name].parse(batch_of(lines).lines, place)
    alone = [told(FORMATS[name].parse(batch_of([line]).lines, place), 1)[0] for line in lines]
    assert told(whole, len(lines)) == alone
