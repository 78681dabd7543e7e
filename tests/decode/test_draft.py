"""Drafts of formats: what is proposed for lines that nothing reads is a file that reads them."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.decode import Decoder, draft_format
from detector.settings import Settings
from tests.decode.batches import KEY, batch_of

COMBINED = '192.0.2.7 - - [17/May/2026:10:05:03 +0300] "GET / HTTP/1.1" 200 5 "-" "-"'
OWN_JSON = [
    json.dumps(
        {
            "when": f"2026-05-17T10:05:0{at % 10}.1Z",
            "client": {"addr": f"192.0.2.{at}"},
            "who": {"login": f"anna{at}"},
            "verb": "customer.view" if at % 2 else "customer.export",
            "http": {"method": "GET", "path": f"/a/{at}", "code": 200},
            "took_ms": 12,
            "x-cookie": "sid=secret",
            "flag": True,
        }
    )
    for at in range(30)
]
PAIRS = [
    f"when=2026-05-17T10:05:0{at % 10}Z peer=192.0.2.{at} usr=anna act=view page=/a/{at} rc=200" for at in range(30)
]
TEXT = [
    f"2026-05-17 10:05:0{at % 10},123 [INFO] api: user 'anna {at}' from 192.0.2.{at} opened /clients/{at} in 3.5ms"
    for at in range(30)
]
DATED = [f"[17-May-2026 10:05:0{at % 10}] user=anna{at} ip=192.0.2.{at} did GET /clients/{at}" for at in range(30)]


def read_by(folder: Path, text: str, lines: list[str]) -> list[dict[str, object]]:
    """Save a draft as a format file and read the lines by it."""
    (folder / "own.yml").write_text(text, encoding="utf-8")
    source = {"name": "s", "paths": ["/x"], "service": "crm", "format": "own"}
    settings = Settings.model_validate({"sources": [source], "formats": [str(folder)]})
    return Decoder(settings, session_key=KEY).decode(batch_of(lines)).frame.to_dicts()


def test_a_known_format_that_reads_the_lines_needs_no_draft():
    made = draft_format([COMBINED] * 20, Settings())
    assert (made.format, made.text, made.share) == ("combined", "", 1.0)


@pytest.mark.parametrize(("lines", "kind"), [(OWN_JSON, "json"), (PAIRS, "logfmt"), (TEXT, "regex"), (DATED, "regex")])
def test_a_draft_saved_as_a_format_reads_the_lines_it_was_made_of(tmp_path, lines, kind):
    made = draft_format(lines, Settings())
    assert (made.format, made.kind, made.read, made.total) == ("", kind, 30, 30)
    events = read_by(tmp_path, made.text, lines)
    assert [event["source.ip"] for event in events] == [f"192.0.2.{at}" for at in range(30)]
    assert {event["url.path"] for event in events} >= {"/a/7"} or {event["url.path"] for event in events} >= {
        "/clients/7"
    }
    assert all(str(event["user.name"]).startswith("anna") for event in events)


def test_a_field_map_is_guessed_by_names_and_values(tmp_path):
    made = draft_format(OWN_JSON, Settings())
    spec = yaml.safe_load(made.text)
    assert spec["time"] == {"fields": ["when"]}
    assert spec["fields"] == {
        "source.ip": ["client.addr"],
        "user.name": ["who.login"],
        "event.action": ["verb"],
        "http.request.method": ["http.method"],
        "target": ["http.path"],
        "http.response.status_code": ["http.code"],
        "event.duration": ["took_ms"],
    }
    assert spec["values"] == {"event.action": {"customer.view": "read", "customer.export": "export", "*": "other"}}
    assert (spec["duration_unit"], spec["drop"]) == ("ms", ["x-cookie"])
    assert made.fields[:3] == ("when", "client.addr", "who.login")


def test_a_draft_holds_no_value_of_the_lines():
    for lines in (OWN_JSON, PAIRS, TEXT, DATED):
        text = draft_format(lines, Settings()).text
        assert "192.0.2" not in text
        assert "anna" not in text
        assert "secret" not in text


def test_what_is_not_told_by_its_name_is_told_by_its_values():
    lines = [
        json.dumps({"a": f"2026-05-17T10:05:03.{at}Z", "b": f"192.0.2.{at}", "c": "GET", "d": "/x"}) for at in range(9)
    ]
    spec = yaml.safe_load(draft_format(lines, Settings()).text)
    assert spec["time"]["fields"] == ["a"]
    assert spec["fields"] == {"source.ip": ["b"], "http.request.method": ["c"], "target": ["d"]}


def test_the_address_of_the_server_is_not_that_of_the_client():
    lines = [json.dumps({"time": 1779001503 + at, "server_addr": "192.0.2.9", "x": f"192.0.2.{at}"}) for at in range(9)]
    assert yaml.safe_load(draft_format(lines, Settings()).text)["fields"] == {"source.ip": ["x"]}


def test_lines_without_a_time_give_no_draft():
    for lines in (["hello world"] * 9, [json.dumps({"a": 1, "b": "x"})] * 9, [], ["", " "]):
        made = draft_format(lines, Settings())
        assert (made.format, made.text, made.read) == ("", "", 0)


def test_the_zone_of_times_without_one_is_given():
    assert draft_format(TEXT, Settings(), timezone="Europe/Moscow").read == 30


@settings(max_examples=15)
@given(
    st.lists(st.text(max_size=80), max_size=6),
    st.sampled_from(['{"t":"2026-05-17T10:05:03Z","%s":"%s"}', "%s 2026-05-17 10:05:03 %s"]),
)
def test_whatever_lines_hold_a_draft_is_made_of_them_or_none(texts, form):
    lines = [form % (json.dumps(text)[1:-1], json.dumps(text)[1:-1]) for text in texts]
    made = draft_format(lines, Settings())
    assert made.read <= made.total <= len(lines)
    if made.text:
        assert yaml.safe_load(made.text)["kind"] in ("json", "logfmt", "regex")
