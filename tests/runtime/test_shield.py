"""A line that breaks the decoder costs that line."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from detector import frames
from detector.decode import Decoder
from detector.frames import EventBatch, LineBatch
from detector.runtime.intake.fault_isolation import FaultIsolation
from detector.schema.events.lines import LineReject, RejectReason


class Brittle:
    """Decodes as a decoder with a defect would: one bad line breaks the whole batch."""

    def decode(self, batch: LineBatch) -> EventBatch:
        if "bad" in batch.lines.to_list():
            raise RuntimeError("a defect")
        frame = frames.complete(pl.DataFrame({"event.original": batch.lines, "log.offset": batch.offsets}))
        return EventBatch(
            frame=frame, rejects=batch.rejects, routes=batch.offsets * 10, last_resort={"syslog": frame.height}
        )

    def decode_all(self, batches: Sequence[LineBatch]) -> list[EventBatch]:
        return [self.decode(batch) for batch in batches]


def batch_of(words: Sequence[str], *rejects: LineReject) -> LineBatch:
    return LineBatch(
        source="s",
        stream="s",
        path="s",
        file_id="f",
        lines=pl.Series(words, dtype=pl.String()),
        offsets=pl.Series(range(1, len(words) + 1), dtype=pl.Int64()),
        start=0,
        end=99,
        ingested=datetime(2026, 3, 2, tzinfo=UTC),
        rejects=rejects,
    )


@given(st.lists(st.sampled_from(("good", "bad")), max_size=40))
def test_only_the_lines_that_break_the_decoder_are_lost(words):
    early = LineReject(offset=0, reason=RejectReason.EMPTY)
    got = FaultIsolation().decode_apart(cast(Decoder, Brittle()), batch_of(words, early))
    assert got.frame["log.offset"].to_list() == [n for n, word in enumerate(words, 1) if word == "good"]
    bad = [n for n, word in enumerate(words, 1) if word == "bad"]
    if "good" in words:
        assert got.routes is not None
        assert got.routes.to_list() == [10 * n for n in got.frame["log.offset"].to_list()]
    assert sum(got.last_resort.values()) == words.count("good")
    assert [reject.offset for reject in got.rejects if reject is not early] == bad
    assert got.rejects.count(early) == 1
    assert {reject.reason for reject in got.rejects if reject is not early} <= {RejectReason.MALFORMED}


@given(st.lists(st.lists(st.sampled_from(("good", "bad")), max_size=5), max_size=5))
def test_a_batch_that_breaks_the_decoder_takes_no_other_with_it(batches):
    got = FaultIsolation().decode_together(cast(Decoder, Brittle()), [batch_of(words) for words in batches])
    assert [each.frame.height for each in got] == [words.count("good") for words in batches]
    assert [len(each.rejects) for each in got] == [words.count("bad") for words in batches]
