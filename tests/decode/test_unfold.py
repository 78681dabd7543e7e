"""Lines that hold several events, and lists that stand for objects."""

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector import frames
from detector.decode import Decoder, rows
from detector.decode.json.explode import Unfold
from detector.schema.events.lines import RejectReason
from tests.decode.batches import KEY, batch_of, decode, decoder_for, settings_for

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["resourceLogs", "scopeLogs", "logRecords", "attributes", "key", "name", "value", "x"])
            | st.sampled_from(["stringValue", "arrayValue", "values", "kvlistValue", "timeUnixNano", "body"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


def record(at, **more):
    return {"timeUnixNano": str(1_779_001_503_000_000_000 + at), "severityText": f"record {at}", **more}


def otel(*resources):
    return json.dumps(
        {
            "resourceLogs": [
                {
                    "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": name}}]},
                    "scopeLogs": [{"logRecords": records}],
                }
                for name, records in resources
            ]
        }
    )


FORMS = ("otel.json", "workspace", "cloudtrail", "auto")
decoder_of = cache(lambda form: decoder_for(format=form))
LINE = otel(("crm", [record(0), record(1_000)]), ("billing", [record(2_000)]))


def test_every_record_of_a_line_is_an_event_of_its_own():
    result = decode([LINE, LINE], format="otel.json")
    assert result.frame["service.name"].to_list() == ["crm", "crm", "billing"] * 2
    assert result.frame["@timestamp"].dt.microsecond().to_list() == [0, 1, 2] * 2
    assert result.numbers.to_list() == [1, 1, 1, 2, 2, 2]
    assert result.rejects == ()


def test_events_of_one_line_have_ids_of_their_own_and_the_same_ids_again():
    first, second = (frames.identify(decode([LINE, LINE], format="otel.json").frame) for _ in range(2))
    assert first["event.id"].n_unique() == 6
    assert first["event.id"].to_list() == second["event.id"].to_list()
    assert first["log.offset"].is_sorted()
    assert first["event.original"].to_list() == [LINE] * 6


def test_two_records_that_are_the_same_are_two_events():
    frame = frames.identify(decode([otel(("crm", [record(0)] * 2))], format="otel.json").frame)
    assert frame["event.id"].n_unique() == 2


def test_a_record_that_cannot_be_read_costs_neither_its_line_nor_silence():
    line = otel(("crm", [record(0), record(0, timeUnixNano="soon"), {"x": 1}]))
    for form in ("otel.json", "auto"):
        result = decode([line, LINE], format=form)
        assert result.frame.height == 4
        assert [(one.number, one.reason) for one in result.rejects] == [(1, RejectReason.BAD_TIME)]
        assert [row["line"] for row in rows(result)] == [1, 1, 2, 2, 2]


def test_a_line_with_something_else_beside_its_records_says_so():
    result = decode([otel(("crm", [record(0), {"x": 1}]))])
    assert result.frame.height == 1
    assert [one.reason for one in result.rejects] == [RejectReason.BAD_FIELD]


def test_any_cut_gives_the_same_ids():
    whole = decode([LINE, "{", LINE], format="otel.json")
    decoder, start, parts = decoder_for(format="otel.json"), 0, []
    for at, line in enumerate([LINE, "{", LINE], 1):
        batch = batch_of([line], start=start, number=at)
        parts.append(decoder.decode(batch).frame)
        start = batch.end
    assert frames.identify(frames.concat(parts)).equals(frames.identify(whole.frame))


def test_several_events_of_a_line_within_an_envelope_are_kept():
    line = json.dumps({"log": LINE + "\n", "stream": "stdout", "time": "2026-05-17T07:05:03Z"}, separators=(",", ":"))
    frame = frames.identify(decode([line, line]).frame)
    assert frame.height == 6
    assert frame["event.id"].n_unique() == 6


def test_a_file_on_one_line_gives_all_its_records():
    event = {"eventVersion": "1.08", "eventName": "GetObject", "eventSource": "s3.amazonaws.com"}
    records = [{**event, "eventTime": f"2026-05-17T07:05:0{at}Z"} for at in range(3)]
    assert decode([json.dumps({"Records": records})]).frame["@timestamp"].dt.second().to_list() == [0, 1, 2]


def test_a_page_of_activities_gives_each_of_their_events():
    activity = {
        "id": {"time": "2026-05-17T07:05:03Z", "applicationName": "drive"},
        "actor": {"email": "anna@example.org"},
        "events": [{"name": "view"}, {"name": "download", "parameters": [{"name": "doc_id", "value": "d"}]}],
    }
    frame = decode([json.dumps({"items": [activity, activity]})]).frame
    assert frame["event.action"].to_list() == ["read", "download"] * 2
    assert frame["record.ids"].to_list() == [None, ["d"]] * 2


@pytest.mark.parametrize(
    ("items", "made"),
    [
        ([{"name": "a", "value": 1}, {"name": "a", "value": 2}], {"a": 1}),
        ([{"Name": "a", "Value": "x"}], {"a": "x"}),
        (
            [{"key": "a", "value": {"arrayValue": {"values": [{"intValue": "1"}, {"boolValue": True}]}}}],
            {"a": ["1", True]},
        ),
        ([{"key": "a", "value": {"kvlistValue": {"values": [{"key": "b", "value": {}}]}}}], {"a": {"b": {}}}),
        ([{"name": "a", "multiMessageValue": [{"parameter": [{"name": "b", "intValue": 2}]}]}], None),
        ([{"name": "a"}], {"a": None}),
        ([{"name": 1, "value": 1}], None),
        (["a"], None),
        ([], {}),
    ],
)
def test_lists_of_names_and_values_become_what_they_stand_for(items, made):
    (event,) = Unfold((), ("list",))({"list": items})
    if made is None:
        assert event["list"] == items or list(event["list"]) == ["a"]
    else:
        assert event["list"] == made


@settings(deadline=None, max_examples=100)
@given(JSON, JSON)
def test_whatever_stands_in_the_lists_nothing_raises_and_no_other_line_suffers(first, second):
    hostile = json.dumps({"resourceLogs": first, "attributes": second, "timeUnixNano": "1", "body": first})
    for form in FORMS:
        result = decoder_of(form).decode(batch_of([hostile, LINE]))
        assert result.frame.height >= (3 if form in ("otel.json", "auto") else 0)


def test_depth_is_bounded():
    deep = '{"resourceLogs":' + '[{"scopeLogs":' * 500 + "1" + "}]" * 500 + "}"
    value = '{"arrayValue":{"values":[' * 400 + "1" + "]}}" * 400
    pairs = '{"timeUnixNano":"1779001503000000000","body":"x","attributes":[{"key":"a","value":' + value + "}]}"
    result = decode([deep, pairs, LINE], format="otel.json")
    assert result.frame.height >= 3


def test_a_wrapped_user_map_may_unfold_too(tmp_path):
    (tmp_path / "own.yml").write_text(
        "kind: json\ndataset: own\nrequires: [what]\ntime: {fields: [at]}\neach: [events]\npairs: [more]\n"
        'fields: {user.name: who, event.action: what, target: "/{shelf}/{book}"}\n'
        'values: {event.action: {"take*": download, "*": other}, event.outcome: {}}\n'
    )
    given = settings_for(format="own").model_copy(update={"formats": (str(tmp_path),)})
    line = json.dumps(
        {
            "at": "2026-05-17T07:05:03Z",
            "who": "anna",
            "shelf": "a?b",
            "events": [{"what": "taken", "book": "100%"}, {"what": "put", "more": [{"name": "n", "value": "v"}]}],
        }
    )
    frame = Decoder(given, session_key=KEY).decode(batch_of([line])).frame
    assert frame["event.action"].to_list() == ["download", "other"]
    assert frame["url.path"].to_list() == ["/a%3Fb/100%25", None]
    assert {"key": "more.n", "value": "v"} in frame["labels"].to_list()[1]
