"""Rules over plain events mean what Sigma's specification says."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.detect.rules import evaluate

BASE = {"title": "T", "id": "11111111-1111-4111-8111-111111111111", "logsource": {"category": "any"}}


def found(write, detection: dict[str, Any], events: list[dict[str, Any]]) -> list[int]:
    path = write({**BASE, "detection": detection})
    return [statement["event"] for statement in evaluate([path], events)]


TABLE = [
    ("plain strings do not mind case", {"a": "FOO"}, {"a": "foo"}, True),
    ("unless cased", {"a|cased": "FOO"}, {"a": "foo"}, False),
    ("a star stands for any text", {"a": "f*o"}, {"a": "fxyzo"}, True),
    ("a star stands for nothing too", {"a": "f*o"}, {"a": "fo"}, True),
    ("a question mark stands for one character", {"a": "f?o"}, {"a": "fo"}, False),
    ("an escaped star is a star", {"a": r"f\*o"}, {"a": "fxo"}, False),
    ("an escaped star is found", {"a": r"f\*o"}, {"a": "f*o"}, True),
    ("a backslash before a letter is itself", {"a": r"C:\dir"}, {"a": r"c:\DIR"}, True),
    ("a whole value is meant", {"a": "foo"}, {"a": "foobar"}, False),
    ("contains", {"a|contains": "oba"}, {"a": "fooBAr"}, True),
    ("startswith", {"a|startswith": "oba"}, {"a": "foobar"}, False),
    ("endswith", {"a|endswith": "BAR"}, {"a": "foobar"}, True),
    ("contains all", {"a|contains|all": ["foo", "bar"]}, {"a": "bar foo"}, True),
    ("contains all needs all", {"a|contains|all": ["foo", "baz"]}, {"a": "bar foo"}, False),
    ("a list means any", {"a": ["x", "foo"]}, {"a": "foo"}, True),
    ("a map means all", {"a": "foo", "b": 1}, {"a": "foo", "b": 2}, False),
    ("a number fits a text of it", {"a": 4625}, {"a": "4625"}, True),
    ("a text fits a number of it", {"a": "4625"}, {"a": 4625}, True),
    ("a whole float is its number", {"a": 5}, {"a": 5.0}, True),
    ("gt compares numbers in texts", {"a|gt": 9}, {"a": "10"}, True),
    ("gte at the edge", {"a|gte": 10}, {"a": 10}, True),
    ("lt is not lte", {"a|lt": 10}, {"a": 10}, False),
    ("a text is no number", {"a|gt": 1}, {"a": "many"}, False),
    ("cidr", {"a|cidr": "192.0.2.0/24"}, {"a": "192.0.2.77"}, True),
    ("cidr of the new addresses", {"a|cidr": "2001:db8::/32"}, {"a": "2001:db8::1"}, True),
    ("what is no address is in no network", {"a|cidr": "192.0.2.0/24"}, {"a": "192.0.2."}, False),
    ("re minds case", {"a|re": "fo+$"}, {"a": "FOO"}, False),
    ("re with i does not", {"a|re|i": "fo+$"}, {"a": "xFOO"}, True),
    ("re with s lets the dot stand for a line's end", {"a|re|s": "a.b"}, {"a": "a\nb"}, True),
    ("re with m anchors at lines", {"a|re|m": "^b$"}, {"a": "a\nb\nc"}, True),
    ("null means missing", {"a": None}, {"b": 1}, True),
    ("null means null", {"a": None}, {"a": None}, True),
    ("null is not empty", {"a": None}, {"a": ""}, False),
    ("empty is not missing", {"a": ""}, {"b": 1}, False),
    ("empty is empty", {"a": ""}, {"a": ""}, True),
    ("exists", {"a|exists": True}, {"a": ""}, True),
    ("exists not", {"a|exists": False}, {"a": ""}, False),
    ("a missing field satisfies nothing", {"a|contains": "x"}, {}, False),
    ("neq", {"a|neq": "x"}, {"a": "y"}, True),
    ("neq of the same", {"a|neq": "x"}, {"a": "X"}, False),
    ("fieldref", {"a|fieldref": "b"}, {"a": "x", "b": "x"}, True),
    ("fieldref of different values", {"a|fieldref": "b"}, {"a": "x", "b": "y"}, False),
    ("fieldref of missing fields", {"a|fieldref": "b"}, {}, False),
    ("any element of a list", {"a": "x"}, {"a": ["y", "X"]}, True),
    ("a nested field by its path", {"a.b": "x"}, {"a": {"b": "x"}}, True),
    ("a dotted key as it stands", {"a.b": "x"}, {"a.b": "x"}, True),
    ("a path through a list", {"a.b": "x"}, {"a": [{"b": "y"}, {"b": "x"}]}, True),
    ("a boolean", {"a": True}, {"a": True}, True),
    ("a boolean as text", {"a": True}, {"a": "true"}, True),
    ("base64", {"a|base64|contains": "foobar"}, {"a": "x Zm9vYmFy y"}, True),
    ("base64offset", {"a|base64offset|contains": "foobar"}, {"a": "eGZvb2Jhcg=="}, True),
    ("windash", {"a|windash|contains": " -enc"}, {"a": "p.exe /enc"}, True),
    ("utf16le is wide", {"a|utf16le|base64|contains": "ping"}, {"a": "x cABpAG4AZwA= y"}, True),
    ("a number no float can hold", {"a": 12345678901234567890}, {"a": 12345678901234567890}, True),
    ("nor its neighbour", {"a": 12345678901234567890}, {"a": 12345678901234567891}, False),
]


@pytest.mark.parametrize(("what", "selection", "event", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_the_specification(write, what, selection, event, expected):
    assert found(write, {"s": selection, "condition": "s"}, [event]) == ([1] if expected else [])


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("1 of s*", True),
        ("all of s*", False),
        ("all of them", False),
        ("1 of them", True),
        ("s1 and not s2", True),
        ("not (s1 and not s2)", False),
        ("s2 or s1 and not s2", True),
    ],
)
def test_conditions_combine_selections(write, condition, expected):
    detection = {"s1": {"a": "x"}, "s2": {"a": "y"}, "condition": condition}
    assert bool(found(write, detection, [{"a": "x"}])) is expected


def test_keywords_are_looked_for_in_every_value(write):
    detection = {"k": ["evil", "b*d"], "condition": "k"}
    events = [{"a": {"deep": "an EVIL one"}}, {"a": ["x", "big bad wolf"]}, {"evil": "x"}]
    assert found(write, detection, events) == [1, 2]


def test_a_list_of_maps_means_any_of_them(write):
    assert found(write, {"s": [{"a": "x", "b": "y"}, {"c": "z"}], "condition": "s"}, [{"a": "x"}, {"c": "z"}]) == [2]


@pytest.mark.parametrize("field", ["a", "^a$"])
def test_a_rule_that_few_events_may_satisfy_reads_keywords_and_fields_of_any_name(write, field):
    detection = {"k": ["foo"], "s": {f"{field}|exists": False, field: ["foo"]}, "condition": "k and s"}
    assert found(write, detection, [{}, {field: None}]) == []
    detection = {"k": ["foo"], "s": {"b|exists": False, field: ["foo"]}, "condition": "k and s"}
    assert found(write, detection, [{field: "foo"}, {"b": 1}, {"b": 2, field: "foo"}, {field: "x"}, {"b": 3}]) == [1]


PLAIN = [
    "",
    "foo",
    "FOO",
    "foo bar",
    "a*b",
    "12",
    "12.5",
    "192.0.2.9",
    "k",
    "\u212a",
    "[x]",
    "é",
    "É",
    "b\u0130b",
    "true",
]
TEXTS = st.sampled_from(PLAIN) | st.sampled_from(
    ["-foo", "/FOO", "o\nb", "x\nfoo", "Zm9v", "=Zm9vZm9v", "eGZvbw==", "ZgBvAG8A"]
)
SCALARS = st.one_of(TEXTS, st.integers(0, 20), st.booleans(), st.none(), st.floats(0, 20))
EVENTS = st.lists(
    st.dictionaries(st.sampled_from(["a", "b"]), st.one_of(SCALARS, st.lists(SCALARS, max_size=3))), max_size=6
)
PATTERNS = st.sampled_from(["foo", "f*", "*o*", "f?o", "12", "", "*", "K", "É", "[x]", "a*b"])
WORDS = st.sampled_from(["foo", "f*r", "o", "12", "K", "É", "[x", "-foo"])
FIELDS = st.sampled_from(["a", "b"])


@st.composite
def items(draw) -> tuple[str, Any]:
    field = draw(FIELDS)
    kind = draw(
        st.sampled_from(
            [
                "",
                "contains",
                "startswith",
                "endswith",
                "contains|all",
                "contains|cased",
                "startswith|cased",
                "windash|contains",
                "base64|contains",
                "base64offset|contains",
                "wide|base64offset|contains",
                "gt",
                "gte",
                "lt",
                "lte",
                "exists",
                "fieldref",
                "fieldref|startswith",
                "null",
                "neq",
                "cased",
                "number",
                "cidr",
                "re",
                "re|i",
                "re|s",
                "re|m",
            ]
        )
    )
    if kind in ("gt", "gte", "lt", "lte", "number"):
        return (f"{field}|{kind}" if kind != "number" else field), draw(st.integers(0, 20))
    if kind == "exists":
        return f"{field}|exists", draw(st.booleans())
    if kind == "null":
        return field, None
    if kind == "cidr":
        return f"{field}|cidr", "192.0.2.0/24"
    if kind.startswith("fieldref"):
        return f"{field}|{kind}", draw(FIELDS)
    if kind.startswith("re"):
        return f"{field}|{kind}", draw(st.sampled_from(["fo+", "^f", "o$", "[0-9]+", "o.b"]))
    words = st.sampled_from(["foo", "FOO bar"]) if "base64" in kind else WORDS
    wanted = st.lists(PATTERNS if kind in ("", "neq", "cased") else words, min_size=1, max_size=3)
    return (f"{field}|{kind}" if kind else field), draw(wanted)


SELECTIONS = st.one_of(
    st.lists(items(), min_size=1, max_size=3).map(dict),
    st.lists(st.lists(items(), min_size=1, max_size=2).map(dict), min_size=1, max_size=2),
    st.lists(WORDS, min_size=1, max_size=2),
)
CONDITIONS = st.sampled_from(
    ["s1", "s1 and s2", "s1 or s2", "s1 and not s2", "not s1", "1 of s*", "all of them", "not (s1 or s2)"]
)


@settings(max_examples=150, deadline=None)
@given(first=SELECTIONS, second=SELECTIONS, condition=CONDITIONS, events=EVENTS)
def test_columns_and_closures_agree(write, reference, first, second, condition, events):
    detection = {"s1": first, "s2": second, "condition": condition}
    check = reference.rule(detection)
    expected = [number for number, event in enumerate(events, 1) if check(event)]
    assert found(write, detection, events) == expected


CONDITION = {
    "gte": lambda n, c: n >= c,
    "gt": lambda n, c: n > c,
    "lt": lambda n, c: n < c,
    "eq": lambda n, c: n == c,
    "lte": lambda n, c: n <= c,
}


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 60), st.sampled_from("xy"), st.lists(st.sampled_from("pqrs"), max_size=2)), max_size=25
    ),
    operation=st.sampled_from(sorted(CONDITION)),
    limit=st.integers(1, 4),
    kind=st.sampled_from(["event_count", "value_count"]),
)
def test_correlations_agree_with_counting_by_hand(write, reference, rows, operation, limit, kind):
    condition: dict[str, Any] = {operation: limit} | ({"field": "v"} if kind == "value_count" else {})
    path = write(
        {**BASE, "name": "base", "detection": {"s": {"u": "*"}, "condition": "s"}},
        {
            "title": "C",
            "id": "22222222-2222-4222-8222-222222222222",
            "correlation": {
                "type": kind,
                "rules": ["base"],
                "group-by": ["u"],
                "timespan": "10s",
                "condition": condition,
            },
        },
    )
    events = [{"time": 1_700_000_000 + time, "u": key, "v": values} for time, key, values in rows]
    statements = list(evaluate([path], events))
    assert {statement["kind"] for statement in statements} <= {"correlation"}
    order = sorted(range(len(rows)), key=lambda at: rows[at][0])
    if kind == "value_count":
        order = [at for at in order if rows[at][2]]
    begun = reference.correlate(
        [rows[at][0] for at in order],
        [rows[at][1] for at in order],
        [set(rows[at][2]) for at in order] if kind == "value_count" else None,
        10,
        lambda count: CONDITION[operation](count, limit),
    )
    assert [statement["event"] for statement in statements] == sorted(order[at] + 1 for at in begun)


def test_bases_are_told_only_when_the_correlation_generates(write):
    base = {**BASE, "name": "base", "detection": {"s": {"u": "*"}, "condition": "s"}}
    body = {"type": "event_count", "rules": ["base"], "group-by": ["u"], "timespan": "1m", "condition": {"gte": 2}}
    events = [{"@timestamp": f"2026-01-01T00:00:{second:02}Z", "u": "x"} for second in (0, 1)]
    quiet = list(evaluate([write(base, {"title": "C", "name": "c", "correlation": body})], events))
    assert [(s["event"], s["kind"]) for s in quiet] == [(2, "correlation")]
    loud = list(evaluate([write(base, {"title": "C", "name": "c", "correlation": {**body, "generate": True}})], events))
    assert [(s["event"], s["kind"]) for s in loud] == [(1, "detection"), (2, "detection"), (2, "correlation")]


def test_aliases_give_one_group_to_fields_of_different_names(write):
    first = {**BASE, "name": "one", "detection": {"s": {"src": "*"}, "condition": "s"}}
    second = {
        **first,
        "id": "33333333-3333-4333-8333-333333333333",
        "name": "two",
        "detection": {"s": {"client": "*"}, "condition": "s"},
    }
    body = {
        "type": "event_count",
        "rules": ["one", "two"],
        "group-by": ["ip"],
        "timespan": "1m",
        "condition": {"gte": 2},
        "aliases": {"ip": {"one": "src", "two": "client"}},
    }
    events = [{"time": 1, "src": "a"}, {"time": 2, "client": "b"}, {"time": 3, "client": "a"}]
    statements = list(evaluate([write(first, second, {"title": "C", "name": "c", "correlation": body})], events))
    assert [s["event"] for s in statements] == [3]


TIMES = [
    ("minute", 7, "2026-05-17T23:07:59Z", True),
    ("hour", 23, "2026-05-17T23:07:59Z", True),
    ("hour", 20, "2026-05-17T23:07:59+03:00", True),  # in UTC
    ("hour", 23, "1779059279", True),  # seconds since 1970
    ("day", 17, "2026-05-17T23:07:59Z", True),
    ("week", 20, "2026-05-17T23:07:59Z", True),  # a Sunday
    ("week", 53, "2027-01-01", True),
    ("month", 5, "2026-05-17T23:07:59Z", True),
    ("year", 2026, "2026-05-17T23:07:59Z", True),
    ("year", 2025, "2026-05-17T23:07:59Z", False),
    ("hour", 0, "soon", False),
    ("hour|gte", 22, "2026-05-17T23:07:59Z", True),
    ("hour|gt", 23, "2026-05-17T23:07:59Z", False),
    ("hour|lt", 6, "2026-05-17T23:07:59Z", False),
    ("week|neq", 20, "2026-05-17T23:07:59Z", False),
    ("day|lte", 17, "2026-05-17T23:07:59Z", True),
    ("minute|gte", 0, "soon", False),
]


@pytest.mark.parametrize(("part", "wanted", "time", "meant"), TIMES)
def test_parts_of_a_time(write, part, wanted, time, meant):
    assert found(write, {"s": {f"at|{part}": wanted}, "condition": "s"}, [{"at": time}]) == ([1] if meant else [])


def test_a_filter_narrows_the_rules_it_names_and_others_of_its_source_only_when_it_says_so(write):
    def rule(number, category):
        return {
            "title": f"R{number}", "id": f"r{number}", "logsource": {"category": category},
            "detection": {"s": {"a": "x"}, "condition": "s"},
        }  # fmt: skip

    rules = [rule(1, "one"), rule(2, "one"), rule(3, "two")]
    events = [{"a": "x", "by": "backup"}, {"a": "x"}]

    def told(named):
        body = {"rules": named, "sel_a": {"by": "backup"}, "condition": "not 1 of sel_*"}
        paths = [write(*rules, {"title": "F", "logsource": {"category": "one"}, "filter": body})]
        return sorted((each["rule"], each["event"]) for each in evaluate(paths, events))

    everything = {(name, event) for name in ("r1", "r2", "r3") for event in (1, 2)}
    assert told(["r1"]) == sorted(everything - {("r1", 1)})
    assert told("any") == sorted(everything - {("r1", 1), ("r2", 1)})
