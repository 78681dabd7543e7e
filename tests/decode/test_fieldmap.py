"""A field map of the operator's own."""

from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from detector.decode.json.field_map import FieldMap
from detector.decode.json.json_lines import JsonLines
from detector.decode.line_context import LineContext
from detector.errors import ConfigError
from detector.settings.loading.load_settings import read_model

MAP = """
kind: json
about: a log of our own
dataset: own.log
time: {{fields: [ts]}}
fields: {{user.name: who, event.action: verb}}
values: {{event.action: {words}}}
"""


def read(folder: Path, words: str) -> FieldMap:
    path = folder / "own.json.yml"
    path.write_text(MAP.format(words=words), encoding="utf-8")
    return read_model(path, FieldMap)


def test_words_of_the_log_fit_in_any_case(tmp_path):
    assert read(tmp_path, "{ClientView: read}").values["event.action"] == {"clientview": "read"}


def test_a_word_that_is_not_of_the_closed_list_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"event\.action cannot be 'peek'"):
        read(tmp_path, "{ClientView: peek}")


def parsed(spec: FieldMap, lines: list[str]) -> list[dict[str, str]]:
    """Return the labels of lines."""
    place = LineContext(zone=ZoneInfo("UTC"))
    frame = JsonLines(spec, {}).parse(pl.Series(lines), place).frame
    return [{one["key"]: one["value"] for one in row} for row in frame["labels"].to_list()]


KEPT = {
    "kind": "json",
    "dataset": "own.log",
    "time": {"fields": ["ts"]},
    "fields": {"user.name": ["who", "by.name"], "source.ip": ["ip"], "record.ids": ["doc"], "session.id": ["sid"]},
}


@pytest.mark.parametrize("times", [1, 600])
def test_what_is_kept_stays_in_the_labels_beside_its_column(times):
    spec = FieldMap.model_validate({**KEPT, "keep": ["who", "by.name", "doc"]})
    lines = ['{"ts":1779001501,"who":"anna","by":{"name":"b"},"ip":"192.0.2.7","doc":"d1","sid":"s"}'] * times
    assert parsed(spec, lines) == [{"who": "anna", "by.name": "b", "doc": "d1"}] * times


@pytest.mark.parametrize(
    ("keep", "drop", "said"),
    [
        (["who"], [], "some paths of user.name"),
        (["sid"], [], "some paths of session.id"),
        (["ip"], ["ip"], "both dropped and kept: ip"),
    ],
)
def test_what_cannot_be_kept_is_refused(keep, drop, said):
    with pytest.raises(ValueError, match=said):
        FieldMap.model_validate({**KEPT, "keep": keep, "drop": drop})


ELSEWHERE = FieldMap.model_validate(
    {
        "kind": "json",
        "dataset": "own.log",
        "requires": ["kind"],
        "time": {"fields": ["ts"]},
        "fields": {"user.name": ["actor", "by"], "source.ip": ["ip"]},
        "instead": {"path": "kind", "words": ["login", "7"], "fields": {"user.name": ["who", "actor"]}},
    }
)


@pytest.mark.parametrize("times", [1, 600])  # few lines are read one by one, many of one shape as columns
@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (['{"ts":1779001501,"kind":"login","actor":"host","who":"anna"}'], ["anna"]),
        (['{"ts":1779001501,"kind":"read","actor":"host","who":"anna"}'], ["host"]),
        (
            [
                '{"ts":1779001501,"kind":"login","actor":"host","who":"anna"}',
                '{"ts":1779001502,"kind":"read","actor":"boris","who":"anna"}',
                '{"ts":"none","kind":"read","actor":"vera"}',
                '{"ts":1779001503,"kind":7,"actor":"host","who":"vera","more":{"x":1}}',
                '{"ts":1779001504,"kind":null,"by":"gleb"}',
                '{"ts":1779001505,"kind":"login","actor":"dina"}',
            ],
            ["anna", "boris", "vera", "gleb", "dina"],
        ),
    ],
)
def test_in_some_lines_a_column_stands_elsewhere(lines, names, times):
    parsed = JsonLines(ELSEWHERE, {}).parse(pl.Series(lines * times), LineContext(zone=ZoneInfo("UTC")))
    assert parsed.frame["user.name"].to_list() == names * times
    seconds = [int(line[15]) for line in lines if line[6:].startswith("177900150")]
    assert parsed.frame["@timestamp"].dt.second().to_list() == seconds * times


def test_columns_that_stand_elsewhere_must_exist():
    with pytest.raises(ValueError, match="no such columns: who"):
        FieldMap.model_validate(
            {**ELSEWHERE.model_dump(), "instead": {"path": "a", "words": ["b"], "fields": {"who": ["c"]}}}
        )
