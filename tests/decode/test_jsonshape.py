"""JSON lines of one shape are read without decoding them, only where that reads the same."""

import json
import string
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.decode.columns.text_bytes import TextBytes
from detector.decode.json.shape_match import matching
from detector.decode.json.shapes import shape_of, shapes
from detector.decode.line_context import LineContext
from detector.decode.parse_result import shifted, together
from detector.decode.registry import load_formats
from detector.frames import EVENT_SCHEMA
from tests.decode.batches import settings_for

SMALL = 250
PLACE = LineContext(zone=ZoneInfo("UTC"))
BASE = {
    "ts": "2026-03-02T06:00:00.013+00:00",
    "user": "op.139",
    "action": "view",
    "rows": 17,
    "client_id": "41778",
    "session": "s0139",
    "status": "ok",
    "ip": "192.0.2.139",
    "bytes": 0,
    "ok": True,
    "role": None,
    "took": 0.25,
    "app": {"name": "crm", "load": -0.5, "of": {"host": "h1", "up": False}},
    "level": -3,
}
LINE = json.dumps(BASE)
TEXT = st.text(string.ascii_letters + string.digits + "-.,:{}[] é日", max_size=14)
ODD = (
    LINE.replace('"ok"', '"o\\u006b"'),
    LINE.replace('"view"', '"a\\"b"'),
    LINE.replace('"ts": ', '"ts":'),
    LINE.replace('"rows": 17', '"rows": 017'),
    LINE.replace('"rows": 17', '"rows": -17'),
    LINE.replace('"rows": 17', '"rows": 1.5'),
    LINE.replace('"rows": 17', '"rows": 1.50'),
    LINE.replace('"rows": 17', '"rows": 17.0'),
    LINE.replace('"rows": 17', '"rows": 17e2'),
    LINE.replace('"rows": 17', '"rows": 17E-400'),
    LINE.replace('"rows": 17', '"rows": 1e999'),
    LINE.replace('"rows": 17', '"rows": 9223372036854775808'),
    LINE.replace('"rows": 17', '"rows": -9223372036854775808'),
    LINE.replace('"rows": 17', '"rows": -0'),
    LINE.replace('"rows": 17', '"rows": -0.0'),
    LINE.replace('"rows": 17', '"rows": +17'),
    LINE.replace('"rows": 17', '"rows": .5'),
    LINE.replace('"rows": 17', '"rows": 5.'),
    LINE.replace('"rows": 17', '"rows": 1_7'),
    LINE.replace('"rows": 17', '"rows": NaN'),
    LINE.replace('"rows": 17', '"rows": True'),
    LINE.replace('"rows": 17', '"rows": nul'),
    LINE.replace('"rows": 17', '"rows": false'),
    LINE.replace('"rows": 17', '"rows": '),
    LINE.replace('"rows": 17', '"rows": [17]'),
    LINE.replace('"role": null', '"role": "operator"'),
    LINE.replace('"role": null', '"role": 7'),
    LINE.replace('"took": 0.25', '"took": null'),
    LINE.replace('"took": 0.25', '"took": 1e-7'),
    LINE.replace('"took": 0.25', '"took": "0.25"'),
    LINE.replace('"up": false', '"up": {"at": 1}'),
    LINE.replace('"up": false}', '"up": false}, "of": {}'),
    LINE.replace('"app"', '"user"'),
    LINE.replace('"ok": true', '"user": null'),
    LINE.replace('"op.139"', "null").replace('"ok": true', '"user.name": "op.7"'),
    LINE.replace('"rows": 17', '"rows": "17"'),
    LINE.replace('"rows": 17', '"rows": ' + "9" * 30),
    LINE.replace('"rows": 17', '"rows": null'),
    LINE.replace('"rows": 17', '"rows": true'),
    LINE.replace('"rows": 17', '"user": 17'),
    LINE.replace('"session"', '"user"'),
    LINE.replace('"s0139"', "null"),
    LINE.replace('"s0139"', "7"),
    LINE.replace('"41778"', '["1", "2"]'),
    LINE.replace('"41778"', '{"a": {"b": 1}}'),
    LINE.replace('"ip": "192.0.2.139", ', ""),
    LINE.replace('"ok"', '"a\tb"'),
    LINE.replace('"ok"', '"a\x00b"'),
    LINE.replace("2026", "0026"),
    LINE.replace('"2026-03-02T06:00:00.013+00:00"', "1772431200"),
    LINE.replace("ts", "time"),
    LINE + " ",
    " " + LINE,
    LINE[:-1],
    LINE + "}",
    json.dumps(dict(reversed(BASE.items()))),
    json.dumps({**BASE, "ua": "x" * 9_000}),
    json.dumps({**BASE, "labels": {"a": "b"}, "none": None}),
    "",
    "{}",
    "[]",
    "nothing",
)


BARE = (
    st.integers(-(10**20), 10**20)
    | st.integers(0, 99)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([None, True, False, 0.5, 1.0, -0.0, 1e22])
)


def varied(item):
    """Return objects of the same shape with other values."""
    each = (varied(old) if isinstance(old, dict) else TEXT if isinstance(old, str) else BARE for old in item.values())
    return st.tuples(*each).map(lambda values: dict(zip(item, values, strict=True)))


GOOD = varied(BASE).map(lambda item: json.dumps({**item, "ts": BASE["ts"]}, ensure_ascii=False))


@pytest.fixture(scope="module")
def form():
    return load_formats(settings_for(), {"client_id": True, "rows": False})["audit.json"]


def one_by_one(form, lines):
    """Decode pieces too small for their shapes to be looked at."""
    parts = [
        shifted(form.parse(lines.slice(at, SMALL), PLACE), np.arange(at, min(at + SMALL, len(lines))))
        for at in range(0, len(lines), SMALL)
    ]
    return together(parts, {at: why for part in parts for at, why in part.failures.items()})


def same(one, other):
    names = sorted({*one.frame.columns, *other.frame.columns})
    filled = [
        part.frame.with_columns(
            pl.lit(None).cast(EVENT_SCHEMA.get(name, pl.Null())).alias(name)
            for name in names
            if name not in part.frame.columns
        ).select(names)
        for part in (one, other)
    ]
    assert filled[0].equals(filled[1])
    assert one.places().tolist() == other.places().tolist()
    assert dict(one.failures) == dict(other.failures)


@pytest.mark.share(2)
@settings(max_examples=20, deadline=None)
@given(good=st.lists(GOOD, min_size=1, max_size=20), odd=st.lists(st.sampled_from(ODD)), seed=st.integers(0, 9_999))
def test_a_batch_reads_as_its_lines_one_by_one(form, good, odd, seed):
    picks = np.random.default_rng(seed)
    lines = [good[at] for at in picks.integers(0, len(good), 4_100)]
    for line in odd:
        for at in picks.integers(0, len(lines), 20):
            lines[at] = line
    column = pl.Series(lines, dtype=pl.String())
    same(form.parse(column, PLACE), one_by_one(form, column))


@pytest.mark.parametrize("odd", ODD)
def test_a_batch_of_two_shapes_by_turns_reads_as_its_lines_one_by_one(form, odd):
    column = pl.Series([LINE, odd] * 2_100)
    same(form.parse(column, PLACE), one_by_one(form, column))


@settings(max_examples=150, deadline=None)
@given(data=st.data(), line=GOOD)
def test_a_line_changed_anywhere_has_the_shape_only_when_its_values_are_what_json_says(data, line):
    lines = [line]
    for _ in range(20):
        at, end = sorted(data.draw(st.tuples(*[st.integers(0, len(line))] * 2)))
        new = data.draw(st.sampled_from(['"', "\\", ", ", ": ", " ", "0", "-", "}", "\t", "\x1f", "é", '"a": "b"', ""]))
        lines.append(line[:at] + new + line[data.draw(st.sampled_from([at, min(at + 1, len(line)), end])) :])
    shape = shape_of(LINE)
    (values,) = matching(TextBytes(pl.Series(lines, dtype=pl.String())), [shape])
    assert 0 in values.rows
    columns = [values.laid.texts(*each).to_list() for each in zip(values.starts, values.stops, strict=True)]
    for at, bare in values.bare.items():
        assert list(bare.column()) == [json.loads(text) for text in columns[at]]
    for row, texts in zip(values.rows.tolist(), zip(*columns, strict=True), strict=True):
        read = [text if quoted else json.loads(text) for text, quoted in zip(texts, shape.quoted, strict=True)]
        assert flat_pairs(json.loads(lines[row], object_pairs_hook=Pairs)) == list(zip(shape.keys, read, strict=True))


class Pairs(list):
    """The keys and values of an object, twice where a key stands there twice."""


def flat_pairs(pairs, before=""):
    made = []
    for key, value in pairs:
        made += flat_pairs(value, f"{before}{key}.") if isinstance(value, Pairs) else [(before + key, value)]
    return made


def test_a_batch_in_which_no_line_has_a_shape_known_before_reads_as_its_lines_one_by_one(form):
    form.parse(pl.Series([LINE] * 300), PLACE)
    for odd in ODD:
        column = pl.Series([odd] * 300)
        same(form.parse(column, PLACE), one_by_one(form, column))


def test_a_line_whose_shape_says_too_little_has_none():
    assert shape_of(LINE) is not None
    for line in (
        '{"a": [1]}',
        '{"a": "1", "b": [{"c": "d"}, "e"]}',
        '{"a": {}}',
        '{"a": "1", "a": "2"}',
        '{"a": "1", "a": {"b": "2"}}',
        '{"a": {"b": "1"}, "a": {"c": "2"}}',
        '{"a": {"b": "1"}, "a.b": "1"}',
        '{"a": "\\n"}',
        '{"a": 1e999}',
        '{"a": 1',
        '["a"]',
    ):
        assert shape_of(line) is None


def test_keys_longer_than_what_is_compared_at_once_are_compared_to_their_end():
    line = json.dumps({"a" * 90: "x", "b": 1})
    column = pl.Series([line, line.replace("aaa", "aab"), line.replace('a"', 'c"'), line])
    (values,) = matching(TextBytes(column), [shape_of(line)])
    assert values.rows.tolist() == [0, 3]


def test_shapes_are_looked_for_only_where_most_lines_have_one():
    many = [json.dumps({f"k{at % 50}": "x"}) for at in range(1_000)]
    assert shapes(pl.Series(many)) == []
    assert shapes(pl.Series([LINE] * 1_000)) == [shape_of(LINE)]


def test_lines_of_several_shapes_stay_in_their_order(form):
    other = LINE.replace('"ip"', '"address"')
    column = pl.Series([LINE, other, LINE, other, LINE, other, LINE, "nothing"] * 600)
    found = matching(TextBytes(column), shapes(column))
    assert sorted(len(values.rows) for values in found) == [1_800, 2_400]
    assert form.parse(column, PLACE).places().tolist() == [at for at in range(4_800) if at % 8 != 7]


CALL = {
    "eventVersion": "1.09",
    "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::1:user/anna", "sessionContext": {"attributes": None}},
    "eventTime": "2026-05-17T07:05:03Z",
    "eventSource": "s3.amazonaws.com",
    "eventName": "GetObject",
    "sourceIPAddress": "192.0.2.7",
    "requestParameters": {"bucketName": "clients", "key": "a b/1?.pdf"},
    "additionalEventData": {"bytesTransferredOut": 9_001},
    "responseElements": None,
    "readOnly": True,
}
RECORD = {
    "CreationTime": "2026-05-17T07:05:03",
    "Operation": "FileDownloaded",
    "RecordType": 6,
    "Workload": "SharePoint",
    "UserId": "anna@example.org",
    "SiteUrl": "https://crm.example.org/sites/x/",
    "SourceRelativeUrl": "Shared Documents",
    "SourceFileName": "clients.xlsx",
    "Version": 1,
}
OF_CLOUDS = {
    "cloudtrail": (
        CALL,
        {**CALL, "requestParameters": None, "errorCode": "AccessDenied"},
        {**CALL, "requestParameters": [{"bucketName": "b", "key": "k"}]},
        {**CALL, "userIdentity": None},
        {**CALL, "eventTime": "never"},
        {**CALL, "Records": "none"},
        {"Records": [CALL, {**CALL, "eventTime": "never"}, {**CALL, "eventName": "ListBuckets"}]},
        {"Records": [{**CALL, "eventTime": None}, CALL]},
    ),
    "m365": (
        RECORD,
        {**RECORD, "SourceFileName": None},
        {**RECORD, "Parameters": {"intValue": "5"}},
        {**RECORD, "ExtendedProperties": {"Name": "n", "Value": {"stringValue": "v"}}},
        {**RECORD, "ExtendedProperties": [{"Name": "n", "Value": "v"}]},
        {**RECORD, "CreationTime": "2026-02-30T07:05:03"},
    ),
}


@pytest.mark.parametrize("name", OF_CLOUDS)
def test_lines_that_may_hold_several_events_read_as_one_by_one(name):
    cloud = load_formats(settings_for(), {})[name]
    first, *others = (json.dumps(one) for one in OF_CLOUDS[name])
    for odd in ([first], *([one] for one in others), others):
        column = pl.Series([*(line for line in odd for _ in range(2)), *[first] * 9] * 200)
        same(cloud.parse(column, PLACE), one_by_one(cloud, column))
