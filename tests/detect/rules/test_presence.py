"""A condition is left out for a frame only where no event in it satisfies it."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector import frames
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.condition import All, AnyOf, Node, Not, Test
from detector.detect.rules.facts.fact_maker import FACT_TYPES, constant
from detector.detect.rules.matching.compile_condition import ConditionCompiler
from detector.detect.rules.matching.field_values import FEW, FieldValues
from detector.detect.rules.matching.presence import FrameContents, requirements
from detector.detect.rules.rule_checks import events_frame

TYPES = {**frames.EVENT_SCHEMA, **FACT_TYPES}
AT = {"@timestamp": datetime(2026, 3, 2, 9, tzinfo=UTC)}

TESTS = st.one_of(
    st.builds(Test, st.just("event.action"), st.just("equals"), st.sampled_from(["read", "export", "delete"])),
    st.builds(Test, st.just("service.name"), st.just("equals"), st.sampled_from(["crm", "CRM"]), st.just(value=True)),
    st.builds(Test, st.just("service.name"), st.sampled_from(["equals", "contains"]), st.sampled_from(["crm", "shop"])),
    st.builds(Test, st.just("subject.ids"), st.sampled_from(["equals", "startswith"]), st.sampled_from(["7", "8"])),
    st.builds(Test, st.just("record.count"), st.sampled_from(["gt", "neq", "number"]), st.just(3)),
    st.builds(Test, st.sampled_from(["subject.ids", "user.id", "labels.a"]), st.just("exists"), st.booleans()),
    st.builds(Test, st.sampled_from(["subject.ids", "user.id", "labels.a"]), st.just("null"), st.just(value=True)),
    st.builds(Test, st.sampled_from(["user.id", "nabat.night", "labels.a"]), st.just("equals"), st.just("true")),
)  # fmt: skip
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)
EVENTS = st.fixed_dictionaries(
    {},
    optional={
        "event.action": st.sampled_from(["read", "export"]),
        "service.name": st.sampled_from(["crm", "CRM", "Shop"]),
        "subject.ids": st.sampled_from([[], ["7"], ["7", "8"]]),
        "record.count": st.sampled_from([0, 3, 4]),
        "user.id": st.sampled_from(["true", "anna"]),
        "labels": st.sampled_from([{"a": "true"}, {"b": "x"}]),
    },
)


def view_of(events: list[dict[str, Any]], *, night: bool | None = None) -> FrameView:
    frame = events_frame([AT | event for event in events])
    return FrameView(frame.hstack([constant(name, len(events), value=night if name == "nabat.night" else None)
        for name in FACT_TYPES]))  # fmt: skip


def may_satisfy(condition: Node, view: FrameView) -> bool:
    return FrameContents(view, TYPES).may_satisfy(requirements(condition, TYPES))


@given(
    condition=CONDITIONS, events=st.lists(EVENTS, min_size=1, max_size=3), night=st.sampled_from([True, False, None])
)
def test_a_frame_with_an_event_that_satisfies_a_condition_has_all_it_needs(
    condition: Node, events: list[dict[str, Any]], night: bool | None
) -> None:
    view = view_of(events, night=night)
    compiler = ConditionCompiler(TYPES)
    compiled = compiler.compile(condition)
    fields = FieldValues(view, TYPES, compiler.masks, FEW)
    rows = np.arange(view.height)
    if compiled.columns is not None:
        rows = rows[fields.mask(compiled.columns)]
    if compiled.rest is not None and rows.size:
        rows = compiled.rest(fields, rows)
    assert may_satisfy(condition, view) or not rows.size


READS = [{"event.action": "read", "subject.ids": ["7"]}, {"event.action": "list", "user.id": "anna"}]


@pytest.mark.parametrize(
    ("condition", "there"),
    [
        (Test("event.action", "equals", "read"), True),
        (Test("event.action", "equals", "export"), False),
        (AnyOf((Test("event.action", "equals", "export"), Test("event.action", "equals", "list"))), True),
        (AnyOf((Test("record.count", "gt", 3), Test("event.action", "equals", "list"))), True),
        (All((Test("event.action", "equals", "read"), Test("record.count", "gt", 3))), False),
        (All((Test("event.action", "equals", "read"), Not(Test("record.count", "gt", 3)))), True),
        (Test("nabat.night", "equals", "true"), False),
        (Test("user.id", "null", True), True),
    ],
)
def test_a_condition_is_left_out_where_something_it_needs_stands_nowhere(condition: Node, there: bool) -> None:
    assert may_satisfy(condition, view_of(READS, night=False)) is there
