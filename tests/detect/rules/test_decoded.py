"""Requests in one spelling: what hides a word from rules, and what the spelling must not cost or invent."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.detect.rules import RuleDetector, RuleSet
from detector.detect.rules.facts import decoded_text
from detector.detect.rules.rule_checks import events_frame
from detector.resources import shipped
from detector.settings import Settings
from tests.growth import swollen

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SPELLINGS = {
    "q=UNION/**/SELECT": "union select",
    "q=UNION%0ASELECT": "union select",
    "q=%2555NION%2525%32%30SELECT": "union select",
    "q=%55NION+uni%6fn": "union union",
    "q=/*!50000UNION*/%09SELECT": " union select",
    "q=\uff35\uff2e\uff29\uff2f\uff2e": "union",
    "q=%u0055NION%u0020": "union ",
    "q=%5cu0055%5cx4eION": "union",
    "f=%c0%ae%c0%ae%c0%af%e0%80%ae%f0%80%80%ae": "../..",
    "f=..%252f..%5c": "../../",
    "f=..;/..;x=1/": "../../",
    "q=uni%00on": "union\n/a?q=uni on",
    "q=union%a0select": "union select",
    "q=%26lt%3Bb%26gt;&#x27;": "<b>'",
    "q=%d0%98%d0%bb%d1%8c%d1%8f+%d0%9f": "илья п",
    "q=%ud835a": "\ufffda",
    "q=O%27Brien": "o'brien",
    "q=100%": "100%",
    "q=%zz%4": "%zz%4",
    "u=http://a//b/./c": "http://a/b/c",
    "q=x/*y": "x y",
    "q=union/*x/*y*/select": "union select\n/a?q=union x select\n/a?q=union x y select",
    "q=union--x%0aselect": "union select\n/a?q=union--x select",
    "q=a--b": "a--b",
}


def test_a_request_has_one_spelling(subtests: pytest.Subtests) -> None:
    for query in SPELLINGS:
        with subtests.test(query=query):
            name, _, _ = query.partition("=")
            assert decoded_text.decoded("/A", query) == f"/a?{name}={SPELLINGS[query]}"


def test_a_comment_ends_with_its_parameter():
    assert decoded_text.decoded("/", "a=/*&id=1 union&b=*/").splitlines()[0] == "/?a= &id=1 union&b= "


def test_without_a_request_there_is_no_spelling():
    nothing = pl.Series([None, None], dtype=pl.String())
    assert decoded_text.decoded(None, None) is None
    assert decoded_text.decoded_column("x", nothing, nothing) is None
    found = decoded_text.decoded_column("x", pl.Series([None, "/A", None]), pl.Series([None, None, "Q=%41"]))
    assert found.to_list() == [None, "/a", "?q=a"]


PIECES = st.sampled_from(
    ["%", "%4", "%41", "%c0%ae", "%ff", "/*", "*/", "/*!50000", "--", "#", "\n", "&", "&lt;", "+", "\\", "/", "/./",
     ".", ";", ".;", "é", "\uff21", "K", "ß", "İ", "%00", "\0", " ", "%u0041", "%25", "%uD800", "Aa", "union",
     "'", "=", "?"]
)  # fmt: skip
TEXTS = st.none() | st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=20)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=8))
def test_a_column_is_what_its_rows_are(rows):
    """Whatever is taken for a text of one spelling has only one; what is remembered changes nothing."""
    path, query = (pl.Series([row[at] for row in rows], dtype=pl.String()) for at in (0, 1))
    expected = [
        None
        if row == (None, None)
        else decoded_text.spelling((row[0] or "") + ("" if row[1] is None else "?" + row[1]))
        for row in rows
    ]
    found = decoded_text.decoded_column("x", path, query)
    assert (found.to_list() if found is not None else [None] * len(rows)) == expected


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_spelling_is_text_that_can_be_written_down(text):
    assert decoded_text.decoded("/", text).encode()


GROWING = [
    "%", "%41", "%ff", "%c0", "/*", "*/", "/*!", "--", "-\n", "&", "&#", "&lt;", "+", "\\", "/", ".;", "/.", "é",
    "\u0301", "\ufdfa", "%u", "%25", ";",
]  # fmt: skip


@pytest.mark.parametrize("piece", GROWING)
def test_the_work_grows_with_the_length_and_no_faster(piece):
    assert not swollen(decoded_text.spelling, lambda size: "/?" + (piece * size)[:size], sizes=(4_000, 32_000))


def test_of_long_requests_the_beginning_counts():
    long = "a" * decoded_text.MOST
    assert decoded_text.decoded("/x", f"{long}%20union") == f"/x?{long}"
    column = decoded_text.decoded_column("x", pl.Series(["/x"]), pl.Series([f"{long}union"]))
    assert column.to_list() == [f"/x?{long}"]


def test_rules_see_the_spelling_of_late_events_and_of_many_rows_as_of_few(tmp_path):
    rule = """
title: x
id: 5f0c0c5e-0000-4000-8000-0000000000aa
logsource: {product: nabat}
detection:
  selection: {nabat.request.decoded|contains: union select}
  condition: selection
"""
    (tmp_path / "x.yml").write_text(rule)
    detector = RuleDetector(RuleSet.load([tmp_path]), Settings(), 1)
    rows = [
        {"@timestamp": START, "url.path": f"/{n}", "url.query": None if n % 3 else f"q={n}", "source.ip": "192.0.2.1"}
        for n in range(900)
    ]
    rows[700] |= {"url.query": "q=UNION/**/SELECT"}
    for some in (rows, rows[690:710]):
        (finding,) = detector.fold(detector.empty(), events_frame(some))
        assert finding.events == 1
    frame = events_frame(rows[690:710])
    late_by, in_lanes = np.full(frame.height, 10_000_000), np.zeros(frame.height, np.bool_)
    (finding,) = detector.judge_late(detector.empty(), frame, late_by, in_lanes, in_lanes)
    assert finding.events == 1


def test_the_spelling_is_worked_out_only_where_a_rule_asks_for_it(monkeypatch):
    def fail(*_):
        raise AssertionError

    monkeypatch.setattr("detector.detect.rules.facts.fact_maker.decoded_column", fail)
    rules = RuleSet.load([shipped("rules") / "volume" / "large-export.yml"])
    detector = RuleDetector(rules, Settings(), 1)
    assert detector.fold(detector.empty(), events_frame([{"@timestamp": START, "url.path": "/%41"}])) == []
    assert not detector.errors
