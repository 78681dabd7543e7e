"""Lines that are slow to decode cost their source, and no turn waits for more than one of them."""

from collections.abc import Sequence
from typing import cast

import polars as pl

from detector import frames
from detector.decode import Decoder
from detector.frames import EventBatch, LineBatch
from detector.runtime.intake.fault_isolation import LONG, FaultIsolation
from detector.schema.events.lines import RejectReason
from tests.decode.batches import batch_of

SLOW = "x" * 50_000
SHORT = "s" * LONG


class Square:
    """Decodes as a decoder would whose time grows with the square of a line's length, on a clock of its own."""

    def __init__(self) -> None:
        self.spent = 0.0
        self.now = 0.0
        self.calls: list[list[int]] = []

    def decode(self, batch: LineBatch) -> EventBatch:
        lengths = batch.lines.str.len_bytes().to_list()
        self.calls.append(lengths)
        self.spent += sum(4 * length * length / 1e9 for length in lengths)
        frame = frames.complete(pl.DataFrame({"event.original": batch.lines, "log.offset": batch.offsets}))
        return EventBatch(frame=frame, rejects=batch.rejects)

    def decode_all(self, batches: Sequence[LineBatch]) -> list[EventBatch]:
        return [self.decode(batch) for batch in batches]


def shielded(decoder: Square) -> FaultIsolation:
    return FaultIsolation(cpu=lambda: decoder.spent, timer=lambda: decoder.now)


def turn(shield: FaultIsolation, decoder: Square, *batches: LineBatch) -> list[EventBatch]:
    return shield.decode_all(cast(Decoder, decoder), batches)


def test_plain_batches_go_through_together() -> None:
    decoder = Square()
    lines = ["a" * 200] * 4_000
    turn(shielded(decoder), decoder, batch_of(lines), batch_of(lines))
    assert len(decoder.calls) == 2
    assert {len(call) for call in decoder.calls} == {4_000}


def test_long_lines_of_a_source_that_has_spent_its_budget_are_rejected_and_short_ones_read() -> None:
    decoder = Square()
    shield = shielded(decoder)
    (made,) = turn(shield, decoder, batch_of([SLOW, SHORT, *[SLOW] * 50, SHORT, "end"]))
    read = made.frame["event.original"].str.len_bytes().to_list()
    assert (read[1], read[-2:]) == (LONG, [LONG, 3])
    assert decoder.spent < 25  # of over 500 seconds
    assert {one.reason for one in made.rejects} == {RejectReason.TOO_COSTLY}
    assert len(read) + len(made.rejects) == 54
    assert (
        sorted([*made.frame["log.offset"], *(one.offset for one in made.rejects)])
        == batch_of([SLOW, SHORT, *[SLOW] * 50, SHORT, "end"]).offsets.to_list()
    )


def test_another_source_and_a_later_time_are_free_again() -> None:
    decoder = Square()
    shield = shielded(decoder)
    turn(shield, decoder, batch_of([SLOW] * 50))
    (other,) = turn(shield, decoder, batch_of([SLOW], source="other"))
    assert not other.rejects
    (same,) = turn(shield, decoder, batch_of([SLOW]))
    assert same.rejects
    decoder.now = 3_600.0
    (later,) = turn(shield, decoder, batch_of([SLOW]))
    assert not later.rejects


def test_lines_that_cost_what_their_length_allows_are_read_however_many() -> None:
    class Linear(Square):
        def decode(self, batch: LineBatch) -> EventBatch:
            before = self.spent
            made = super().decode(batch)
            self.spent = before + 3e-6 * batch.size
            return made

    decoder = Linear()
    (made,) = turn(shielded(decoder), decoder, batch_of([SLOW] * 400))
    assert not made.rejects
