"""What the watermark asks of all marks together, and that nothing else is asked."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from detector.detect.ordering.reorder import LONGEST_WAIT, Reorderer, ReorderState, from_tables, to_tables
from detector.detect.ordering.watermark import BEGINNING, StreamMark, StreamMarks

T0 = BEGINNING.replace(year=2026)
SOURCES = ("a", "b")
LATENESS = {"a": timedelta(seconds=2)}
STREAMS = [f"{source}{number}" for source in SOURCES for number in range(4)]

moments = st.integers(0, 40).map(lambda tenths: T0 + timedelta(seconds=tenths / 4))
puts = st.lists(st.tuples(st.sampled_from(STREAMS), moments, st.booleans(), st.booleans()), max_size=40)


def put(marks: StreamMarks, given: list[tuple[str, datetime, bool, bool]]) -> dict[str, StreamMark]:
    """Let streams come forward, some of them to their end; return what they should have come to."""
    wanted: dict[str, StreamMark] = {}
    for stream, newest, subsecond, closed in given:
        before = wanted.get(stream, StreamMark(source=stream[0]))
        mark = replace(
            before,
            newest=max(before.newest, newest),
            reached=max(before.newest, newest),
            subsecond=before.subsecond or subsecond,
            closed=before.closed or (closed and stream.endswith("3")),
        )
        marks.advance(stream, mark)
        wanted[stream] = mark
        if newest.second % 3 == 0:
            for source, _ in marks.sources():
                marks.least(source)  # what is asked in between changes no answer
    return wanted


@given(puts)
def test_the_least_of_each_source_is_known(given: list[tuple[str, datetime, bool, bool]]) -> None:
    marks = StreamMarks()
    wanted = put(marks, given)
    assert dict(marks.items()) == wanted
    still = {source: [m for m in wanted.values() if m.source == source and not m.closed] for source in SOURCES}
    assert dict(marks.sources()) == {source: len(some) for source, some in still.items() if some}
    for source, _ in marks.sources():
        assert marks.least(source).newest == min(mark.newest for mark in still[source])
        assert marks.whole(source) == any(not mark.subsecond for mark in still[source])


@given(puts, st.sets(st.sampled_from(STREAMS)))
def test_what_is_kept_is_as_if_the_others_had_never_been(
    given: list[tuple[str, datetime, bool, bool]], kept: set[str]
) -> None:
    marks, alone = StreamMarks(), StreamMarks()
    put(marks, given)
    put(alone, [each for each in given if each[0] in kept])
    marks.retain_streams(kept)
    assert dict(marks.items()) == dict(alone.items())
    assert dict(marks.sources()) == dict(alone.sources())
    for source, _ in marks.sources():
        assert marks.least(source).newest == alone.least(source).newest
        assert marks.whole(source) == alone.whole(source)


@given(puts.filter(bool), st.sets(st.sampled_from(STREAMS)), moments)
def test_the_watermark_by_sources_is_that_of_all_streams_one_by_one(
    given: list[tuple[str, datetime, bool, bool]], behind: set[str], now: datetime
) -> None:
    # Streams of one source tell the same fractions here; where they do not, a second may be added to the wait.
    given = [(stream, newest, stream[0] == "a", closed) for stream, newest, _, closed in given]
    sequencer, state = Reorderer(lateness=LATENESS), ReorderState()
    put(state.marks, given)
    opened = {stream: stream[0] for stream in behind}
    heard = {source: now - sequencer.patience(state.marks, source) for source in SOURCES}
    one_by_one = {stream: heard[stream[0]] for stream in STREAMS if stream not in behind}
    alike = from_tables(to_tables(state))
    first, _ = sequencer.step(state, [], backlog=opened, now=now)
    second, _ = sequencer.step(alike, [], backlog=opened, idle_until=one_by_one)
    catching_up = any(not first.marks[stream].closed for stream in behind)
    read = [stream for stream, mark in first.marks.open() if stream not in behind]
    front = max([state.marks.front, *(first.marks[stream].heard(one_by_one[stream]) for stream in read)])
    held_back = max(second.watermark, BEGINNING if catching_up else min(front, now) - LONGEST_WAIT)
    assert first.watermark == held_back


def test_a_source_that_tells_fractions_in_one_stream_only_waits_for_the_whole_second() -> None:
    state = ReorderState(marks=StreamMarks([("b0", StreamMark("b", T0)), ("b1", StreamMark("b", T0, subsecond=True))]))
    after, _ = Reorderer({"b": timedelta(seconds=2)}).step(state, [], now=T0 + timedelta(seconds=7.5))
    assert after.watermark == T0 + timedelta(seconds=5)
