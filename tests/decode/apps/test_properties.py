"""What must hold of the formats of clouds and applications for any text, and for any cut into batches."""

import json
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from detector import frames
from detector.decode.formats.web.w3c import FIELDS
from tests.decode.batches import batch_of, decoder_for
from tests.decode.golden import FOLDER, read

NAMES = (
    "alb",
    "cloudfront",
    "cloudtrail",
    "cri",
    "docker",
    "ecs.json",
    "gelf",
    "logfmt",
    "m365",
    "m365.csv",
    "ocsf.json",
    "okta",
    "otel.json",
    "s3",
    "workspace",
)
SAMPLES = {name: [block.record for block in read(FOLDER / f"{name}.samples")] for name in NAMES}
decoder_of = cache(lambda name: decoder_for(format=name))
KEYS = sorted({word for lines in SAMPLES.values() for line in lines for word in line.split('"') if word.isidentifier()})
VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9)
JSON = st.recursive(
    VALUES | st.sampled_from(KEYS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=12,
)


@st.composite
def spoilt(draw, name):
    """A sample with a piece of it replaced by something else."""
    line = draw(st.sampled_from(SAMPLES[name]))
    low, high = sorted((draw(st.integers(0, len(line))), draw(st.integers(0, len(line)))))
    return line[:low] + draw(st.text(max_size=9)) + line[high:]


@st.composite
def changed(draw, name):
    """A JSON sample in which some field has any value."""
    line = draw(st.sampled_from(SAMPLES[name]))
    try:
        item = json.loads(line)
    except ValueError:
        return line
    inner = item
    while isinstance(inner, dict) and inner:
        key = draw(st.sampled_from(sorted(inner)))
        if not isinstance(inner[key], dict) or draw(st.booleans()):
            inner[key] = draw(JSON)
            break
        inner = inner[key]
    return json.dumps(item)


def accounted(decoder, lines):
    """Decode lines; each must have given events or a reject, and the first and last their events."""
    result = decoder.decode(batch_of(lines))
    assert dict(result.frame.schema) == frames.EVENT_SCHEMA
    seen = {*result.numbers.to_list(), *(one.number for one in result.rejects)}
    assert seen == set(range(1, len(lines) + 1))
    identified = frames.identify(result.frame)
    assert identified["event.id"].n_unique() == result.frame.height
    return result


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None, max_examples=30)
@given(st.data())
def test_a_spoilt_line_costs_no_other(name, data):
    good = SAMPLES[name][0]
    hostile = data.draw(spoilt(name) | changed(name) | st.text(max_size=60) | JSON.map(json.dumps))
    assume(not hostile.startswith(FIELDS))  # a directive tells how the lines behind it are read
    alone = decoder_of(name).decode(batch_of([good])).frame
    result = accounted(decoder_of(name), [good, hostile, good])
    numbers = result.numbers.to_list()
    assert numbers.count(1) == numbers.count(3) == alone.height
    left = result.frame[: alone.height].drop("log.offset")
    assert left.equals(alone.drop("log.offset"))


@pytest.mark.share(2)
@settings(deadline=None, max_examples=50)
@given(st.data())
def test_any_cut_of_any_mixture_gives_the_same(data):
    some = st.sampled_from([line for lines in SAMPLES.values() for line in lines])
    lines = data.draw(st.lists(some | st.sampled_from(NAMES).flatmap(spoilt), max_size=12))
    cuts = data.draw(st.lists(st.integers(0, 12), max_size=3))
    whole = decoder_for().decode(batch_of(lines))
    decoder, start, parts = decoder_for(), 0, []
    for low, high in pairwise(sorted({0, len(lines), *(min(cut, len(lines)) for cut in cuts)})):
        told = [line for line in lines[:low] if line.startswith(FIELDS)]  # as the reader tells it
        batch = batch_of(lines[low:high], start=start, number=low + 1, header=told[-1] if told else "")
        parts.append(decoder.decode(batch))
        start = batch.end
    assert frames.concat([part.frame for part in parts]).equals(frames.concat([whole.frame]))
    assert tuple(reject for part in parts for reject in part.rejects) == whole.rejects


@pytest.mark.parametrize("name", NAMES)
def test_the_head_of_a_file_and_its_lines_tell_the_format(name):
    decoder = decoder_for()
    good = [
        block.record
        for block in read(FOLDER / f"{name}.samples")
        if "reject" not in block.expected and "header" not in block.told
    ]
    decoder.decode(batch_of(good))
    assert decoder.format_of("stream").partition(":")[0] == name
