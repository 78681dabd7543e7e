"""Plain comparisons over few rows against the expression of the same condition."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.detect.rules.columns.expressions import expression
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.condition import All, AnyOf, Not, Test
from detector.detect.rules.matching.row_eval import RowEval, judge

LABEL = pl.List(pl.Struct({"key": pl.String(), "value": pl.String()}))
TYPES = {
    "@timestamp": pl.Int64(),
    "url.path": pl.String(),
    "url.query": pl.String(),
    "event.action": pl.String(),
    "user.roles": pl.List(pl.String()),
    "http.response.status_code": pl.Int64(),
    "nabat.night": pl.Boolean(),
    "source.ip": pl.String(),
    "labels": LABEL,
}
PIECE = st.sampled_from(
    ["a", "A", "b", "/", ".php", "?", "é", "É", "İ", "\u212a", "Σ", "ß", "", "read", "1", "\n", "."]
)
TEXT = st.lists(PIECE, max_size=4).map("".join)
SOME_TEXT = st.one_of(st.none(), TEXT)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "@timestamp": st.just(0),
            "url.path": SOME_TEXT,
            "url.query": SOME_TEXT,
            "event.action": st.one_of(st.none(), st.sampled_from(["read", "update"])),
            "user.roles": st.one_of(st.none(), st.lists(SOME_TEXT, max_size=3)),
            "http.response.status_code": st.one_of(st.none(), st.integers(0, 3)),
            "nabat.night": st.one_of(st.none(), st.booleans()),
            "source.ip": st.sampled_from([None, "192.0.2.1", "2001:db8::1", "odd"]),
            "labels": st.lists(st.fixed_dictionaries({"key": st.sampled_from("xy"), "value": SOME_TEXT}), max_size=2),
        }
    ),
    min_size=1,
    max_size=12,
)
FIELDS = st.sampled_from(
    ["url.path", "url.query", "event.action", "user.roles", "nabat.uri", "nabat.extension", "labels.x", "no.such"]
)


def lowered(text: str) -> str:
    return pl.Series([text]).str.to_lowercase().item()


@st.composite
def texts(draw) -> Test:
    operation = draw(st.sampled_from(["equals", "contains", "startswith", "endswith"]))
    value, cased = draw(TEXT), draw(st.booleans())
    return Test(draw(FIELDS), operation, value if cased else lowered(value), cased)


@st.composite
def wildcards(draw) -> Test:
    literal = lowered(draw(st.sampled_from(["a", "b/", ".php", "É"])))
    pattern = rf"(?s)\A.*{literal.replace('.', chr(92) + '.')}.*\z"
    return Test(draw(FIELDS), "wildcard", pattern, False, literal)


TESTS = st.one_of(
    texts(),
    wildcards(),
    st.builds(Test, FIELDS, st.just("regex"), st.sampled_from(["a+", "(?i)B", "^$"]), st.just(True)),
    st.builds(
        Test, st.just("http.response.status_code"), st.sampled_from(["number", "lt", "gte", "neq"]), st.integers(0, 3)
    ),
    st.builds(Test, st.just("nabat.night"), st.just("equals"), st.sampled_from(["true", "false", "x"])),
    st.builds(Test, FIELDS, st.just("exists"), st.booleans()),
    st.builds(Test, FIELDS, st.just("null"), st.none()),
    st.builds(Test, st.just("url.path"), st.just("fieldref"), st.just("url.query"), starts=st.booleans()),
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


@settings(max_examples=500, deadline=None)
@given(node=NODES, rows=ROWS)
def test_few_rows_are_judged_as_the_expression_judges_them(node, rows):
    frame = pl.DataFrame({name: pl.Series([row[name] for row in rows], dtype=kind) for name, kind in TYPES.items()})
    whole = frame.select(pl.int_range(pl.len()), expression(node, TYPES).alias("verdict"))
    picked = np.arange(0, len(rows), 2)
    places = judge(node, TYPES)(RowEval(FrameView(frame), picked), list(range(picked.size)))
    assert picked[places].tolist() == [row for row in whole["verdict"].arg_true().to_list() if row % 2 == 0]
