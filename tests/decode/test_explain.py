"""What is said of a line that no format took."""

import pytest

from detector.decode.drafting import explain_reject
from tests.decode.batches import settings_for

COMBINED = '192.0.2.7 - - [17/May/2026:10:05:03 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8"'


def told(line: str, **source: str) -> str:
    settings = settings_for(**source)
    return explain_reject(line, settings, settings.sources[0])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            COMBINED.replace('] "', '] 0.004 "'),
            'closest: combined; it fits up to column 43: `0.004 "GET / HTTP/1.1" 2…` where `"` was expected',
        ),
        (
            COMBINED.replace(" 200 ", " ok "),
            'closest: combined; it fits up to column 60: `ok 5 "-" "curl/8"` where `status` was expected',
        ),
        (
            'Started GET "/clients/7" for host at 2026-05-17',
            "closest: rails; it fits up to column 29: `host at 2026-05-17` where `%{IP:source.ip}` was expected",
        ),
        (COMBINED[:40], "closest: combined; it fits up to column 40: the line ends and `]` was expected"),
        ("hello world", "nothing known begins like it"),
        ('{"a":1,"b":{"c":2}}', "JSON that no field map reads; its fields: a, b.c"),
        (
            '{"ts":"2026-05-17T10:05:03Z","action":"x"}',
            "closest: audit.json, which needs user or user_id or ip or session; JSON that no field map reads; "
            "its fields: ts, action",
        ),
        ('{"a":1,"b', 'JSON that breaks off at column 8: `"b` (unterminated string starting at)'),
        (
            'INFO:     192.0.2.7:1 - "GET / HTTP/1.1" 200 OK',
            "it is a line of uvicorn, but has no time that can be read",
        ),
        ("Processing by A#b as HTML", "rails knows it and ignores it: it is no access"),
        ("#Version: 1.0", "cloudfront knows it: it says how other lines are written"),
        ("", ""),
    ],
)
def test_the_closest_format_is_named_with_the_place_where_the_line_stops_to_fit(line, said):
    assert told(line) == said


def test_with_a_named_format_only_that_one_is_asked_and_another_that_reads_the_line_is_named():
    assert told(COMBINED, format="vhost_combined") == "it is no line of vhost_combined; combined reads it"
    assert told("hello", format="combined").endswith("it fits up to column 5: the line ends and ` ` was expected")
    assert told(COMBINED[:60], format="common").startswith("closest: common; it fits up to column 60")


def test_a_log_format_of_ones_own_is_explained_by_its_variables():
    said = told("192.0.2.7 x 17/May", log_format="$remote_addr [$time_local] $status")
    assert said.endswith("it fits up to column 10: `x 17/May` where `[` was expected")


def test_no_more_of_a_line_is_shown_than_is_needed_and_no_control_character():
    line = COMBINED.replace('] "', "] \x1b[31m\u202e" + "secret" * 100 + '"')
    said = told(line)
    assert "\\x1b[31m\\u202e" in said
    assert len(said) < 160
    assert said.isprintable()
    names = told('{"\x1b[31m":1,"' + "n" * 500 + '":2}')
    assert names.isprintable()
    assert len(names) < 160


@pytest.mark.parametrize("line", ["x" * 65_000, '{"a":' * 5_000, "[" * 65_000, '"' * 65_000, "[17/May" * 9_000, "\x00"])
def test_hostile_lines_are_explained_too(line):
    assert len(told(line)) < 300
