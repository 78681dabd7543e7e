"""The fields of plain events are what a path through each of them leads to."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from detector.detect.rules.columns.expressions import safe
from detector.detect.rules.columns.native_values import all_texts, reach
from detector.detect.rules.columns.plain_frame import plain_frame

KEYS = st.sampled_from(["a", "b", "a.b", "b.c", "a.b.c", "", ".", "c", "*x", "^a$"])
PLAIN = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([1.5, 2.0, "x", "", "\ud800", "İ"])
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
EVENTS = st.lists(st.dictionaries(KEYS, VALUES, max_size=4), min_size=1, max_size=6)
WANTED = ["a", "b", "a.b", "a.b.c", "b.c", "c", ".", "^a$", "none.of.it"]


@given(events=EVENTS)
def test_a_column_holds_what_a_path_leads_to(events: list[dict[str, Any]]) -> None:
    frame = plain_frame(events, [*WANTED, "*"])
    for name in WANTED:
        assert frame[safe(name)].to_list() == [_whole(reach(event, name)) for event in events]
    assert frame[safe("*")].to_list() == [_whole(list(all_texts(event))) for event in events]


def _whole(texts: list[str | None] | None) -> list[str | None] | None:
    return texts and [text and text.encode(errors="replace").decode() for text in texts]
