"""A compiled condition over columns against the same condition asked of one event after another."""

import operator
import re
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.condition import All, AnyOf, Node, Not, Test
from detector.detect.rules.logsources.event_scope import ANY, EVERYWHERE
from detector.detect.rules.matching.match import RuleMatcher
from detector.detect.rules.matching.prefilter import needed
from detector.detect.rules.ruleset import About, EventRule

LABELS = pl.List(pl.Struct({"key": pl.String(), "value": pl.String()}))
TYPES = {
    "@timestamp": pl.Int64(),
    "url.path": pl.String(),
    "url.query": pl.String(),
    "event.action": pl.String(),
    "service.name": pl.String(),
    "user.roles": pl.List(pl.String()),
    "http.response.status_code": pl.Int16(),
    "nabat.night": pl.Boolean(),
    "source.ip": pl.String(),
    "labels": LABELS,
}
NUMBERS = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "neq": operator.ne,
}


def values(field: str, event: Mapping[str, Any]) -> list[Any] | None:
    """Return what a field holds, None where there is none such."""
    if field == "nabat.uri":
        path, query = event["url.path"], event["url.query"]
        return [None if path is None else path if query is None else f"{path}?{query}"]
    if field == "nabat.extension":
        found = re.search(r"\.([A-Za-z0-9]{1,8})\Z", event["url.path"] or "")
        return [found and found[1]]
    if field.startswith("labels."):
        entries = event["labels"] or []
        return [next((entry["value"] for entry in entries if entry["key"] == field[7:]), None)]
    if field not in event:
        return None
    return event[field] if TYPES[field] == pl.List(pl.String()) else [event[field]]


def text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def compared(test: Test, value: Any) -> bool:
    """Say whether one value satisfies a test."""
    if value is None:
        return False
    wanted: Any = test.value
    if test.operation == "number":
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return value == wanted if is_number else text(value) == str(wanted)
    if test.operation in NUMBERS:
        # A number as polars reads one: Python's, too, but for these.
        found = re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", text(value), re.ASCII | re.I)
        return bool(found) and NUMBERS[test.operation](float(text(value)), wanted)
    if test.operation == "cidr":
        try:
            return ip_address(text(value)) in ip_network(wanted)
        except ValueError:
            return False
    have = text(value) if test.cased else text(value).lower()
    if test.operation in ("regex", "wildcard"):
        return re.search(wanted.replace(r"\z", r"\Z"), have) is not None
    return {"equals": have.__eq__, "contains": have.__contains__}.get(
        test.operation, getattr(have, test.operation, None)
    )(wanted)


def satisfies(node: Node, event: Mapping[str, Any]) -> bool:
    """Say whether an event satisfies a condition."""
    if isinstance(node, Not):
        return not satisfies(node.part, event)
    if isinstance(node, All):
        return all(satisfies(part, event) for part in node.parts)
    if isinstance(node, AnyOf):
        return any(satisfies(part, event) for part in node.parts)
    found = values(node.field, event)
    listed = TYPES.get(node.field) == pl.List(pl.String())
    if node.operation == "exists":
        return (found is not None and (listed or found != [None])) == node.value
    if node.operation == "null":
        return not found or None in found
    if node.operation == "fieldref":
        lefts, rights = (
            [text(one).lower() for one in values(field, event) or [] if one is not None]
            for field in (node.field, str(node.value))
        )
        return any(refers(node, left, right) for left in lefts for right in rights)
    return any(compared(node, value) for value in found or [])


def refers(test: Test, left: str, right: str) -> bool:
    if test.starts and test.ends:
        return right in left
    return left.startswith(right) if test.starts else left.endswith(right) if test.ends else left == right


PIECES = [
    "a",
    "A",
    "abc",
    "ABC",
    "b",
    "/",
    ".php",
    ".",
    "?",
    "é",
    "É",
    "İ",
    "\u212a",
    "k",
    "Σ",
    "ß",
    "",
    "1",
    "12",
    "\n",
]
TEXT = st.lists(st.sampled_from(PIECES), max_size=4).map("".join)
SOME_TEXT = st.one_of(st.none(), TEXT, st.sampled_from(["12", "12.5", "-3", "1e1", " 12", "192.0.2.9", "2001:db8::1"]))
EVENT = st.fixed_dictionaries(
    {
        "@timestamp": st.just(0),
        "url.path": SOME_TEXT,
        "url.query": SOME_TEXT,
        "event.action": st.one_of(st.none(), st.sampled_from(["read", "update"])),
        "service.name": SOME_TEXT,
        "user.roles": st.one_of(st.none(), st.lists(SOME_TEXT, max_size=3)),
        "http.response.status_code": st.one_of(st.none(), st.integers(0, 13)),
        "nabat.night": st.one_of(st.none(), st.booleans()),
        "source.ip": st.sampled_from([None, "192.0.2.1", "2001:db8::1", "odd", "198.51.100.7"]),
        "labels": st.one_of(
            st.none(),
            st.lists(st.fixed_dictionaries({"key": st.sampled_from("xy"), "value": SOME_TEXT}), max_size=2),
        ),
    }
)
FIELDS = st.sampled_from(
    [*TYPES.keys() - {"@timestamp", "labels"}, "nabat.uri", "nabat.extension", "labels.x", "labels.no", "no.such"]
)
NUMBER = st.one_of(st.integers(-4, 13), st.sampled_from([12.5, 0.5]))


@st.composite
def texts(draw) -> Test:
    operation = draw(st.sampled_from(["equals", "contains", "startswith", "endswith"]))
    wanted, cased = draw(st.one_of(TEXT, st.sampled_from(["read", "true", "12"]))), draw(st.booleans())
    literal = wanted if cased else wanted.lower()
    return Test(draw(FIELDS), operation, literal, cased, literal)


@st.composite
def wildcards(draw) -> Test:
    cased = draw(st.booleans())
    parts = [part if cased else part.lower() for part in draw(st.lists(TEXT, min_size=2, max_size=3))]
    sign = draw(st.sampled_from([".", ".*"]))
    pattern = r"(?s)\A" + sign.join(map(re.escape, parts)) + r"\z"
    return Test(draw(FIELDS), "wildcard", pattern, cased, max(parts, key=len))


TESTS = st.one_of(
    texts(),
    texts(),
    wildcards(),
    st.builds(
        Test, FIELDS, st.just("regex"), st.sampled_from(["a+", "(?i)B", "^$", "(?s)a.b", "(?m)^b"]), st.just(True)
    ),
    st.builds(Test, FIELDS, st.sampled_from(["number", *NUMBERS]), NUMBER),
    st.builds(Test, FIELDS, st.just("cidr"), st.sampled_from(["192.0.2.0/24", "2001:db8::/32"])),
    st.builds(Test, FIELDS, st.just("exists"), st.booleans()),
    st.builds(Test, FIELDS, st.just("null"), st.none()),
    st.builds(Test, FIELDS, st.just("fieldref"), FIELDS, starts=st.booleans(), ends=st.booleans()),
)
NODES = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=8,
)


def frame_of(events: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame({name: pl.Series([each[name] for each in events], dtype=kind) for name, kind in TYPES.items()})


@pytest.mark.parametrize("few", [256, 0], ids=["the rows that are left", "a column's different texts"])
@given(nodes=st.lists(NODES, min_size=1, max_size=3), events=st.lists(EVENT, min_size=1, max_size=12))
def test_compiled_conditions_say_what_they_say_of_one_event_after_another(few, nodes, events):
    rules = [
        EventRule(about=About(id=str(n), title=""), source=ANY.name, conditions=((EVERYWHERE, node),))
        for n, node in enumerate(nodes)
    ]
    matches = RuleMatcher(rules, TYPES, few).match(FrameView(frame_of(events)))
    assert not matches.failed
    for number, node in enumerate(nodes):
        expected = [row for row, event in enumerate(events) if satisfies(node, event)]
        assert matches.rows.get(number, np.empty(0)).tolist() == expected


TEXT_COLUMNS = {name for name, kind in TYPES.items() if kind in (pl.String(), pl.List(pl.String()), LABELS)}


def everything(column: str, event: Mapping[str, Any]) -> list[str]:
    held = event[column] or []
    if column == "labels":
        held = [entry["value"] for entry in held]
    return [one for one in ([held] if isinstance(held, str) else held) if one is not None]


@given(node=NODES, event=EVENT)
def test_an_event_that_satisfies_a_condition_holds_a_text_of_each_need(node, event):
    for need in needed(node, TEXT_COLUMNS) if satisfies(node, event) else ():
        assert any(text in one.lower() for column, text in need for one in everything(column, event))
