"""The sequencer: one order, whatever the batches."""

from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from detector import frames
from detector.detect.ordering import reorder
from detector.detect.ordering.buffer import ReorderBuffer
from tests.detect.prompt import prompt

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def events(stream: str, seconds: list[float], *, first: int = 0, ingested: datetime | None = None) -> pl.DataFrame:
    rows = len(seconds)
    return frames.complete(
        pl.DataFrame(
            {
                "@timestamp": [T0 + timedelta(seconds=s) for s in seconds],
                "event.ingested": [ingested or T0 + timedelta(days=1)] * rows,
                "log.stream": [stream] * rows,
                "log.source": ["web"] * rows,
                "log.offset": [first + 100 * n for n in range(rows)],
                "log.file.identity": ["f"] * rows,
            },
            schema_overrides={name: frames.EVENT_SCHEMA[name] for name in ("@timestamp", "event.ingested")},
        )
    )


def keys(frame: pl.DataFrame) -> list[tuple[datetime, str, int]]:
    return frame.select("@timestamp", "log.stream", "log.offset").rows()


def run(sequencer: reorder.Reorderer, batches: list[pl.DataFrame], opened: dict[str, str]) -> tuple[list, list]:
    state, ordered, late = reorder.ReorderState(), [], []
    for number, batch in enumerate(batches):
        # A snapshot between any two steps must change nothing.
        state = reorder.from_tables(reorder.to_tables(state))
        state, result = sequencer.step(state, [batch], backlog=opened if not number else None)
        ordered += keys(result.ordered)
        late += keys(result.late)
    state, result = sequencer.step(state, [], final=True)
    assert not state.waiting.height
    return ordered + keys(result.ordered), late


@given(
    a=st.lists(st.integers(0, 60), min_size=1, max_size=40),
    b=st.lists(st.integers(0, 60), min_size=1, max_size=40),
    cut_a=st.integers(0, 40),
    cut_b=st.integers(0, 40),
    lateness=st.integers(0, 90),
)
def test_order_and_late_lines_do_not_depend_on_how_lines_are_cut_into_batches(a, b, cut_a, cut_b, lateness):
    sequencer = prompt({"web": timedelta(seconds=lateness)})
    opened = {"a": "web", "b": "web"}
    whole = run(sequencer, [events("a", a), events("b", b)], opened)
    parts = [
        events("b", b[:cut_b]),
        events("a", a[:cut_a]),
        events("a", a[cut_a:], first=100 * cut_a),
        events("b", b[cut_b:], first=100 * cut_b),
    ]
    assert run(sequencer, [part for part in parts if part.height], opened)[0] == whole[0] == sorted(whole[0])
    assert sorted(run(sequencer, [part for part in parts if part.height], opened)[1]) == sorted(whole[1])
    assert len(whole[0]) + len(whole[1]) == len(a) + len(b)


@given(st.permutations(list(range(0, 30))))
def test_within_the_allowed_lateness_any_order_is_on_time(seconds):
    ordered, late = run(prompt({"web": timedelta(seconds=30)}), [events("a", seconds)], {"a": "web"})
    assert not late
    assert [moment for moment, _, _ in ordered] == [T0 + timedelta(seconds=s) for s in range(30)]


def test_a_line_behind_its_own_stream_is_late_even_inside_one_batch():
    _, late = run(prompt({"web": 2 * SECOND}), [events("a", [10, 7, 11, 9])], {"a": "web"})
    assert [moment for moment, _, _ in late] == [T0 + 7 * SECOND]


def test_a_stream_with_a_backlog_holds_the_others_back():
    state, result = prompt().step(
        reorder.ReorderState(), [events("fast", [100, 200])], backlog={"slow": "web", "fast": "web"}
    )
    assert result.ordered.is_empty()
    _, result = prompt().step(state, [events("slow", [50, 150])])
    assert [(t - T0).total_seconds() for t, _, _ in keys(result.ordered)] == [50, 100]


def test_a_stream_read_to_its_end_lets_the_others_go():
    state, _ = prompt().step(reorder.ReorderState(), [events("quiet", [1]), events("busy", [2])])
    _, result = prompt().step(state, [events("busy", [5, 9], first=900)], idle_until={"quiet": T0 + 6 * SECOND})
    assert [(t - T0).total_seconds() for t, _, _ in keys(result.ordered)] == [1, 2, 5]


def test_a_second_stays_open_until_it_is_over_where_times_are_whole_seconds():
    state, first = prompt().step(
        reorder.ReorderState(), [events("a", [5])], idle_until={"a": T0 + timedelta(seconds=5.9)}
    )
    assert first.ordered.is_empty()
    state, second = prompt().step(state, [events("a", [5], first=100)], idle_until={"a": T0 + timedelta(seconds=5.95)})
    assert (second.ordered.height, second.late.height) == (0, 0)
    _, third = prompt().step(state, [], idle_until={"a": T0 + 6 * SECOND})
    assert third.ordered.height == 2


def test_rows_of_one_instant_are_let_go_together_whichever_stream_is_read_first():
    sequencer, both = prompt({"web": timedelta(0)}), {"a": "web", "b": "web"}
    state, first = sequencer.step(reorder.ReorderState(), [events("b", [5])], now=T0 + 5 * SECOND, backlog=both)
    state, second = sequencer.step(state, [events("a", [5, 5])], now=T0 + 5 * SECOND)
    assert (first.ordered.height, second.ordered.height) == (0, 0)
    _, third = sequencer.step(state, [], now=T0 + 6 * SECOND)
    assert [stream for _, stream, _ in keys(third.ordered)] == ["a", "a", "b"]


def test_a_line_dated_in_the_future_does_not_make_honest_lines_late():
    now = T0 + timedelta(seconds=10)
    batch = events("a", [1, 3600 * 24 * 365, 2, 3], ingested=now)
    state, result = prompt().step(reorder.ReorderState(), [batch])
    assert [(t - T0).total_seconds() for t, _, _ in keys(result.late)] == [3600 * 24 * 365]
    assert [(t - T0).total_seconds() for t, _, _ in keys(result.ordered)] == [1, 2]
    assert state.marks["a"].newest == T0 + 3 * SECOND


def test_a_stream_in_order_is_never_late_however_old_its_lines_and_however_long_the_clock_waits():
    sequencer = prompt({"web": timedelta(minutes=1)})
    state, late, now = reorder.ReorderState(), 0, T0 + timedelta(hours=26)
    for turn in range(20):
        now += SECOND
        state, result = sequencer.step(
            state, [events("a", [turn, turn + 0.5], first=turn * 200, ingested=now)], now=now
        )
        late += result.late.height
    assert late == 0


def test_the_clock_speaks_for_an_idle_stream_only_after_the_lag_its_source_has_shown():
    sequencer, lag = prompt({"web": timedelta(minutes=1)}), timedelta(minutes=5)
    read = T0 + lag
    state, _ = sequencer.step(reorder.ReorderState(), [events("a", [0.5], ingested=read)], now=read)
    state, result = sequencer.step(state, [], now=read + timedelta(minutes=1))
    assert not result.ordered.height
    assert sequencer.patience(state.marks, "web") >= lag
    _, result = sequencer.step(state, [], now=read + timedelta(minutes=2))
    assert result.ordered.height == 1


def test_the_lag_of_a_source_is_forgotten_when_two_later_hours_have_shown_less():
    sequencer = prompt({"web": SECOND})
    state, _ = sequencer.step(
        reorder.ReorderState(),
        [events("a", [0.5], ingested=T0 + timedelta(minutes=5))],
        now=T0 + timedelta(minutes=5),
    )
    assert sequencer.patience(state.marks, "web") > timedelta(minutes=5)
    for hour in (1, 2):
        at = 3600.0 * hour + 0.5
        read = T0 + timedelta(seconds=at + 1)
        state, _ = sequencer.step(state, [events("a", [at], first=hour * 100, ingested=read)], now=read)
    assert sequencer.patience(state.marks, "web") < timedelta(seconds=10)


def test_a_slow_source_holds_the_last_lines_of_others_ten_minutes_at_most_though_all_are_quiet():
    sequencer, now = prompt({}), T0 + timedelta(hours=3)
    copied = events("copy", [0.5], ingested=now).with_columns(pl.lit("copies").alias("log.source"))
    last = events("a", [10_799.5], ingested=now)
    state, _ = sequencer.step(reorder.ReorderState(), [copied, last], now=now)
    assert sequencer.patience(state.marks, "copies") > timedelta(hours=3)
    state, held = sequencer.step(state, [], now=now + timedelta(minutes=9))
    assert (held.held_by, sequencer.longest_wait(state.marks, "copies")) == ("copies", reorder.LONGEST_WAIT)
    state, told = sequencer.step(state, [], now=now + timedelta(minutes=11))
    assert (held.ordered.height, told.ordered.height, state.waiting.height) == (0, 1, 0)


def test_what_a_backlog_shows_of_age_is_no_lag():
    sequencer, read = prompt({"web": SECOND}), T0 + timedelta(days=1)
    state, _ = sequencer.step(
        reorder.ReorderState(), [events("a", [1, 2], ingested=read)], now=read, backlog={"a": "web"}
    )
    state, _ = sequencer.step(state, [events("a", [3, 4], first=500, ingested=read)], now=read)
    assert sequencer.patience(state.marks, "web") == SECOND


def test_a_line_that_tells_when_a_long_request_began_teaches_no_lag():
    sequencer, read = prompt({"web": SECOND}), T0 + timedelta(seconds=1)
    state, _ = sequencer.step(reorder.ReorderState(), [events("a", [0.5], ingested=read)], now=read)
    usual, later = sequencer.patience(state.marks, "web"), read + SECOND
    state, _ = sequencer.step(state, [events("a", [-86_400.0, 1.5], first=100, ingested=later)], now=later)
    assert sequencer.patience(state.marks, "web") == usual


def test_of_more_rows_than_may_wait_the_oldest_go():
    sequencer, read = prompt({"web": timedelta(minutes=1)}, most_waiting=10), T0 + timedelta(seconds=40)
    state, result = sequencer.step(
        reorder.ReorderState(), [events("a", [n + 0.5 for n in range(40)], ingested=read)], now=read
    )
    assert (result.ordered.height, state.waiting.height) == (30, 10)


def test_a_disorder_that_was_seen_is_waited_for_from_then_on():
    sequencer = prompt({"web": 2 * SECOND})
    _, late = run(sequencer, [events("a", [100, 80, 140, 105])], {"a": "web"})
    assert [moment for moment, _, _ in late] == [T0 + 80 * SECOND]


def test_what_waited_for_long_is_let_go_step_by_step_and_nothing_becomes_late():
    slow = prompt(most_released=10)
    state, first = slow.step(
        reorder.ReorderState(), [events("a", list(range(100)))], now=T0 + 100 * SECOND, backlog={"b": "web"}
    )
    let_go, late = [first.ordered.height], first.late.height
    for number in range(12):
        more = [events("b", [50 + number], first=9_000 + number)] if number < 2 else []
        state, step = slow.step(state, more, now=T0 + timedelta(days=2))
        let_go.append(step.ordered.height)
        late += step.late.height
    assert max(let_go[1:]) <= 11
    assert (sum(let_go), late) == (102, 0)


def test_a_few_rows_that_wait_do_not_keep_alive_all_that_came_with_them() -> None:
    rows = events("a", list(range(10_000))).with_columns(pl.lit("x" * 200).alias("event.original"))
    waiting = ReorderBuffer.from_frame(frames.own(rows))
    gone = waiting.release(reorder.instant(T0 + 9_900 * SECOND))
    left = waiting.to_frame()
    assert keys(gone) + keys(left) == keys(rows)
    text = left.get_column("event.original").to_arrow(compat_level=pl.CompatLevel.newest())
    assert sum(buffer.size for buffer in text.buffers() if buffer is not None) < 100 * 400


def test_columns_that_hold_nothing_take_no_memory_in_rows_that_are_put_together():
    def place(rows: pl.DataFrame) -> int:
        nothing = rows.get_column("event.duration").to_arrow(compat_level=pl.CompatLevel.newest())
        return nothing.buffers()[1].address

    waiting = ReorderBuffer()
    waiting.add([events("a", list(range(20))), events("a", list(range(20, 40)), first=2_000)])
    together = waiting.to_frame()
    some = frames.gather(together, pl.Series([*range(35)], dtype=pl.UInt32))
    assert keys(together) == keys(waiting.release(reorder.instant(T0 + timedelta(days=1))))
    assert keys(some) == keys(together)[:35]
    assert place(together) == place(some) == place(events("b", list(range(33))))


def test_columns_beside_those_of_events_stay_when_rows_are_put_together():
    marked = [events("a", [second]).with_columns(pl.lit(second).alias("mark")) for second in range(3)]
    waiting = ReorderBuffer()
    waiting.add(marked)
    assert waiting.to_frame().get_column("mark").to_list() == [0, 1, 2]
