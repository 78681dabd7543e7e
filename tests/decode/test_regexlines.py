"""A format by regular expressions, as an operator writes it."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
import yaml

from detector.decode import Decoder
from detector.decode.format import Parse
from detector.decode.line_context import LineContext
from detector.decode.regex.regex_format import RegexFile
from detector.decode.regex.regex_lines import RegexLines
from detector.decode.registry import load_formats
from detector.errors import ConfigError
from detector.settings import Settings
from tests.decode.batches import KEY, RECORDS, batch_of

OWN = """
kind: regex
dataset: own.log
patterns:
  - '%{TIMESTAMP_ISO8601:time} user=%{USERNAME:user.name} ip=%{IP:source.ip} "(?P<request>.*)" %{ENDED}'
  - match: '(?P<at>\\S+ \\S+) refused login of (?P<user.name>.*) from %{IP:[source][ip]}'
    constants: { event.action: login, event.outcome: failure, event.category: authentication }
  - '%{HTTPDATE:time} (?P<who>\\S+) (?P<verb>\\w+) (?P<target>\\S+)'
ignore:
  - '.* started'
definitions:
  TOOK: '%{NUMBER:event.duration}ms ids=(?P<subject.ids>\\S*) (?P<note>.*)'
  ENDED: '%{HTTPSTATUS:http.response.status_code} (?P<event.outcome>\\w+) %{TOOK}'
columns: { at: time, who: user.name, verb: event.action }
time: { form: [auto, '%d.%m.%Y %H:%M:%S', '%d.%m.%Y %H:%M:%S.%f', '%d.%m.%Y %H:%M:%S,%f'], zone: Europe/Moscow }
values:
  event.outcome: { OK: success, "*": failure }
  event.action: { show: read, "": other, "*": other }
duration_unit: ms
"""


def decoder(folder: Path, text: str = OWN, name: str = "own", **source: Any) -> Decoder:
    (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    records = source.pop("records", RECORDS)
    given = {"name": "s", "paths": ["/x"], "service": "crm", "format": name, **source}
    return Decoder(
        Settings.model_validate({"sources": [given], "formats": [str(folder)], "records": records}), session_key=KEY
    )


def events(folder: Path, lines: list[str], **more: Any) -> list[dict[str, Any]]:
    return decoder(folder, **more).decode(batch_of(lines)).frame.to_dicts()


def labels(event: dict[str, Any]) -> dict[str, str]:
    return {pair["key"]: pair["value"] for pair in event["labels"] or ()}


def test_groups_become_columns_labels_and_our_words(tmp_path):
    line = '2026-05-17 10:05:03.25 user=anna ip=192.0.2.7 "GET /a?b=c HTTP/1.1" 200 OK 12.5ms ids=7,8 a "note"'
    (event,) = events(tmp_path, [line])
    assert f"{event['@timestamp']:%H:%M:%S.%f}" == "07:05:03.250000"
    assert (event["user.name"], event["source.ip"], event["url.path"], event["url.query"]) == (
        "anna",
        "192.0.2.7",
        "/a",
        "b=c",
    )
    assert (event["event.outcome"], event["event.duration"], event["subject.ids"]) == (
        "success",
        12_500_000,
        ["7", "8"],
    )
    assert labels(event) == {"note": 'a "note"'}


def test_the_first_pattern_that_fits_counts_and_brings_its_constants(tmp_path):
    lines = [
        "17.05.2026 10:05:03 refused login of root from 198.51.100.1 from 192.0.2.7",
        "17.05.2026 10:05:03,250 refused login of anna from 192.0.2.7",
        "17.05.2026 10:05:03.5 refused login of anna from 192.0.2.7",
        "17/May/2026:10:05:03 +0000 boris show /a?b",
    ]
    first, second, third, last = events(tmp_path, lines)
    assert (first["user.name"], first["source.ip"]) == ("root from 198.51.100.1", "192.0.2.7")
    assert (first["event.action"], first["event.outcome"], first["event.category"]) == (
        "login",
        "failure",
        "authentication",
    )
    assert [f"{one['@timestamp']:%H:%M:%S.%f}" for one in (second, third)] == ["07:05:03.250000", "07:05:03.500000"]
    assert (last["event.action"], last["url.path"], labels(last)) == ("read", "/a", {"verb": "show"})


def test_other_lines_are_rejects_with_a_reason(tmp_path):
    lines = ["nonsense", "service started", "99.99.2026 10:05:03 refused login of a from 192.0.2.7", ""]
    made = decoder(tmp_path).decode(batch_of(lines))
    assert [one.reason.value for one in made.rejects] == ["malformed", "ignored", "bad_time", "empty"]


def test_many_lines_and_few_are_read_alike(tmp_path):
    lines = [
        '2026-05-17 10:05:03 user=anna ip=192.0.2.7 "GET /a HTTP/1.1" 200 OK 1ms ids= x',
        "17.05.2026 10:05:03 refused login of root from 192.0.2.7",
        "nonsense",
    ] * 50
    whole = decoder(tmp_path).decode(batch_of(lines))
    each = [decoder(tmp_path).decode(batch_of([line])) for line in lines[:3]]
    names = ["@timestamp", "user.name", "source.ip", "event.action", "event.outcome", "subject.ids", "labels"]
    assert whole.frame.select(names).rows()[:2] == [row for one in each for row in one.frame.select(names).rows()]
    assert len(whole.rejects) == 50


def test_without_a_time_of_its_own_a_line_has_that_of_its_envelope(tmp_path):
    text = "kind: regex\ndataset: own\npatterns: ['did (?P<event.action>\\w+) from %{IP:source.ip}']\n"
    bare = decoder(tmp_path, text).decode(batch_of(["did read from 192.0.2.7"]))
    assert [one.reason.value for one in bare.rejects] == ["bad_time"]
    line = '{"log":"did read from 192.0.2.7\\n","stream":"stdout","time":"2026-05-17T10:05:03Z"}'
    (event,) = decoder(tmp_path, text, format="docker:own").decode(batch_of([line])).frame.to_dicts()
    assert (event["event.action"], event["source.ip"]) == ("read", "192.0.2.7")


def test_the_record_map_reads_labels_and_ids_leave_them(tmp_path):
    text = "kind: regex\ndataset: own\npatterns: ['%{NOTSPACE:time} (?P<deed>\\w+) (?P<customer>\\d+) (?P<n>\\d+)']\n"
    route = {
        "when": {"deed": "open"},
        "object": "client",
        "action": "read",
        "subject": "field:customer",
        "count": "field:n",
    }
    (event,) = events(tmp_path, ["2026-05-17T10:05:03Z open 17 3"], text=text, records={"routes": [route]})
    assert (event["subject.ids"], event["record.count"]) == (["17"], 3)
    assert "17" not in labels(event).values()


def test_auto_finds_a_format_with_an_order(tmp_path):
    text = OWN.replace("dataset: own.log", "dataset: own.log\norder: 1")
    made = decoder(tmp_path, text, format="auto")
    frame = made.decode(batch_of(["17.05.2026 10:05:03 refused login of root from 192.0.2.7"])).frame
    assert (frame["event.dataset"].to_list(), made.format_of("stream")) == (["own.log"], "own")


def test_every_mistake_of_a_file_is_told_with_its_line(tmp_path):
    text = """kind: regex
dataset: own
definitions: {A: '[0-9]+'}
patterns:
  - '%{IPP:source.ip}'
  - '(?P<source.adress>x)'
  - '(?=a)(?P<b>x)'
  - '(?P<ok>%{A})'
  - '[0-9'
  - match: '(?P<b>x'
  - match: '(?P<b>x)'
    constants: {event.action: peek}
ignore: ['\\p{Nothing}']
columns: {a: no.column}
values: {event.outcome: {ok: fine}}
time: {zone: Europe/Mosco}
colour: red
"""
    with pytest.raises(ConfigError) as error:
        decoder(tmp_path, text)
    told = [(one.line, f"{one.what} {one.fix}") for one in error.value.problems]
    expected = [
        (5, "did you mean %{IP}?"),
        (6, "there is no column source.adress"),
        (7, "looks ahead"),
        (9, "the engine refuses it"),
        (10, "not closed"),
        (12, "event.action cannot be 'peek'"),
        (13, "property not found"),
        (14, "no column no.column"),
        (15, "event.outcome cannot be 'fine'"),
        (16, "Europe/Mosco"),
        (17, "unknown key colour"),
    ]
    assert [line for line, _ in told] == [line for line, _ in expected]
    for (_, said), (_, part) in zip(told, expected, strict=True):
        assert part in said


@pytest.fixture(scope="module")
def regexes() -> dict[str, Parse]:
    names = ("uvicorn", "werkzeug", "django", "rails", "spring", "pino.pretty")
    own = RegexLines(RegexFile.model_validate(yaml.safe_load(OWN)), {})
    return {"own": own.parse, **{name: one.parse for name, one in load_formats(Settings()).items() if name in names}}


@pytest.mark.parametrize("letters", ["a", " ", "0", "[", '"', "\\", "é", "1.", ":a", "user=", "\x00"])
def test_hostile_lines_take_time_linear_in_their_length(regexes, letters):
    """A pattern that backtracks would outlast the limit of a test by hours."""
    long = (letters * 65_536)[:65_500]
    begins = (
        "",
        '2026-05-17 10:05:03,123 INFO:     192.0.2.7:1 - "',
        '[2026-05-17 10:05:03.123 +0300] INFO: x{"req":{',
    )
    for name, one in regexes.items():
        parsed = one(pl.Series([begin + long for begin in begins]), LineContext(zone=ZoneInfo("UTC")))
        assert parsed.frame.height + len(parsed.failures) == len(begins), name
