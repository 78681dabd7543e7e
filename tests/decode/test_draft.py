"""Drafts of formats: what is proposed for lines that nothing reads is a file that reads them."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.decode import Decoder
from detector.decode.drafting import draft_format
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


@pytest.mark.parametrize(
    "field",
    ["username", "user_name", "login", "account", "userId", "sub", "principal", "principal.name", "auth.user.id",
     "ctx.0.actor.key", "Operator", "preferred_username", "jwt.claims.email"],
)  # fmt: skip
def test_the_account_is_found_by_its_name_at_any_depth(tmp_path, field):
    lines = []
    for at in range(30):
        item: object = f"anna{at % 3}"
        for step in reversed(field.split(".")):
            item = {step: item}
        lines.append(json.dumps({"time": f"2026-05-17T10:05:{at:02}Z", "ip": "192.0.2.1", "url": "/a", "req": item}))
    made = draft_format(lines, Settings(), fields_only=True)
    assert {event["user.name"] for event in read_by(tmp_path, made.text, lines)} == {"anna0", "anna1", "anna2"}


@pytest.mark.parametrize(
    ("form", "account"),
    [
        ("2026-05-17 10:05:{at:02}\t192.0.2.{at}\t{who}\tGET\t/a/{at}\t200", True),
        ("{who}\t192.0.2.{at}\t2026-05-17 10:05:{at:02}\tGET\t/a/{at}\t200", True),
        ("time:2026-05-17 10:05:{at:02}\thost:192.0.2.{at}\tuser:{who}\tpath:/a/{at}\tua:a b", True),
        ("2026-05-17 10:05:{at:02} INFO access 77 192.0.2.{at} {who} /a/{at} 200", True),
        ("2026-05-17 10:05:{at:02} INFO [192.0.2.{at}] [{who}] opened /a/{at}", True),
        ("2026-05-17 10:05:{at:02} INFO access 192.0.2.{at} crm{odd}.example.org /a/{at} 200", False),
        ("2026-05-17 10:05:{at:02} INFO access 192.0.2.{at} {at:x}77aa00bb11cc22dd /a/{at} 200", False),
        ("2026-05-17 10:05:{at:02}\t192.0.2.{at}\t{odd}\tGET\t/a/{at}\t200", False),
        ("2026-05-17 10:05:{at:02} INFO worker{odd} from 192.0.2.{at} opened /a/{at}", False),
    ],
)
def test_the_account_is_the_word_beside_the_address_that_comes_again(tmp_path, form, account):
    people = ["anna", "boris.k", "lev@example.org"]
    lines = [form.format(at=at, who=people[at % 3], odd=at % 2) for at in range(30)]
    made = draft_format(lines, Settings())
    assert (made.read, made.total) == (30, 30)
    names = {event["user.name"] for event in read_by(tmp_path, made.text, lines)}
    assert names == (set(people) if account else {None})


def test_cells_some_of_which_say_what_they_hold_are_named_by_it(tmp_path):
    lines = [
        f"2026-05-17 10:05:0{at % 10}.120|INFO|usr:{'anna' if at % 2 else 'boris'}|ip:192.0.2.{at}|act:client.view|"
        f"{'client' if at % 3 else 'q'}:{14_000 + at}|ok"
        for at in range(30)
    ]
    text = draft_format(lines, Settings()).text
    _, event, *_ = read_by(tmp_path, text, lines)
    assert (event["user.name"], event["source.ip"]) == ("anna", "192.0.2.1")
    assert r"\|act:(?P<event.action>" in text


def test_cells_are_named_by_the_line_that_names_them(tmp_path):
    lines = ["Zeit\tip\tlogin\turl\tpassword\tstatus\ttook_ms", *(
        f"2026-05-17 10:05:{at:02}\t192.0.2.{at}\t{'-' if at % 2 else 'anna'}\t/a/{at}\tsecret\t200\t12"
        for at in range(29)
    )]  # fmt: skip
    made = draft_format(lines, Settings())
    assert (made.kind, made.read) == ("regex", 29)
    first, second, *_ = read_by(tmp_path, made.text, lines)
    assert (first["user.name"], first["url.path"], first["event.duration"]) == ("anna", "/a/0", 12_000_000)
    assert second["user.name"] is None
    assert "secret" not in str(first["labels"])


def test_the_zone_in_the_next_cell_belongs_to_the_time(tmp_path):
    lines = [
        f"tskv\ttskv_format=crm\ttimestamp=2026-05-17T10:05:{at:02}\ttimezone=+0400\tip=192.0.2.{at}\tlogin=a{at}"
        f"\trequest=/a/{at}\tuser_agent=Mozilla/5.0 (X11)"
        for at in range(30)
    ]
    events = read_by(tmp_path, draft_format(lines, Settings()).text, lines)
    assert [event["@timestamp"].isoformat() for event in events[:1]] == ["2026-05-17T06:05:00+00:00"]
    assert [event["user.name"] for event in events] == [f"a{at}" for at in range(30)]


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
