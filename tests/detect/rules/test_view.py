"""One frame as arrays."""

import polars as pl
import pytest

from detector.detect.rules.columns.frame_view import FrameView, marks_of
from detector.detect.rules.facts.listed_ids import ListedIds
from detector.settings import RecordMap


@pytest.mark.parametrize("begin", [0, 1, 3])
def test_the_rows_that_have_an_element_are_found_beside_empty_lists_and_nulls(begin: int) -> None:
    lists: list[list[str | None] | None] = [[], ["a", None], None, [None], ["b", "a long text of no interest"], ["c"]]
    frame = pl.DataFrame({"record.ids": lists}, schema={"record.ids": pl.List(pl.String())})[begin:]
    named = ListedIds(["a", "b"], RecordMap()).named(FrameView(frame), "record.ids")
    assert named.rows.tolist() == [row - begin for row in (1, 4) if row >= begin]


def test_columns_hashed_at_once_have_the_hashes_each_has_by_itself() -> None:
    frame = pl.DataFrame(
        {
            "actor.id": ["user:a", None, "user:b", "user:a"],
            "network.name": pl.Series([None] * 4, dtype=pl.String()),
            "source.ip": ["192.0.2.1", "2001:db8::1", "192.0.2.1", None],
        }
    )
    more = pl.Series(["192.0.2.", None], dtype=pl.String())
    at_once, alone = FrameView(frame), FrameView(frame)
    assert at_once.mark(frame.columns, more).tolist() == marks_of(more).tolist()
    for name in frame.columns:
        assert at_once.marks(name).tolist() == alone.marks(name).tolist()
