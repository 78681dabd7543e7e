"""Streams in order that are far behind the others say what a replay of them says, beyond the hour too."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from detector import frames
from detector.detect import lanes
from detector.detect.behaviour import Behaviour
from detector.detect.core import Core, CoreState
from detector.detect.ordering.reorder import Reorderer
from detector.detect.rules import RuleDetector, RuleSet
from detector.detect.rules.rule_checks import events_frame
from detector.resources import shipped
from detector.schema.detection.findings import Finding
from detector.settings import Settings
from tests.detect.prompt import prompt
from tests.detect.thefts import read_at, replaced, standing

pytestmark = pytest.mark.share(3)

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_ID = "5f0c0c5e-0000-4000-8000-0000000000"
MANY, DIFFERENT, NEW, FEW = f"{_ID}01", f"{_ID}02", f"{_ID}03", f"{_ID}04"
RULES = f"""\
title: Client data is read
id: {_ID}00
name: reads
status: stable
logsource: {{product: nabat}}
detection: {{selection: {{event.action: read}}, condition: selection}}
level: low
---
title: Often in a day
id: {MANY}
status: stable
correlation:
  {{type: event_count, rules: [reads], group-by: [actor.id], timespan: 24h, condition: {{gte: 4}}}}
level: high
nabat: {{dedup: 1d}}
---
title: Many clients in a day
id: {DIFFERENT}
status: stable
correlation:
  type: value_count
  rules: [reads]
  group-by: [actor.id]
  timespan: 24h
  condition: {{field: subject.ids, gte: 3}}
level: high
nabat: {{dedup: 1d}}
---
title: From a network that is new
id: {NEW}
status: stable
logsource: {{product: nabat}}
detection: {{selection: {{nabat.network_new: true}}, condition: selection}}
level: low
nabat: {{dedup: 1h}}
---
title: Often in five minutes
id: {FEW}
status: stable
correlation:
  {{type: event_count, rules: [reads], group-by: [actor.id], timespan: 5m, condition: {{gte: 3}}}}
level: high
nabat: {{dedup: 1h}}
"""


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Core:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "rules.yml").write_text(RULES)
    rules = RuleDetector(RuleSet.load([folder]), Settings(), 1)
    lateness = dict.fromkeys(("now", "far", "farther"), MINUTE)
    return Core(prompt(lateness), rules, Behaviour.of(Settings(), None, 1))


def log(name: str, lines: Sequence[dict[str, Any]], lag: timedelta) -> pl.DataFrame:
    """Return the events of one log, each read so long after its moment."""
    newest, rows = START, []
    for line in lines:
        newest += timedelta(seconds=line["step"])
        rows.append(
            {
                "@timestamp": newest - timedelta(seconds=line.get("behind", 0)),
                "user.id": line["who"],
                "source.ip": line["address"],
                "service.name": "crm",
                "event.action": "read",
                "subject.ids": [f"c{line['client']}"],
                "actor.type": "human",
                "read": newest + lag,
            }
        )
    if not rows:
        return frames.empty_events()
    read = [row.pop("read") for row in rows]
    # The frame is made in order of time.
    order = sorted(range(len(rows)), key=lambda at: rows[at]["@timestamp"])
    places = {at: place for place, at in enumerate(order)}
    return events_frame(rows)[[places[at] for at in range(len(rows))]].with_columns(
        *(pl.lit(name).alias(column) for column in ("log.stream", "log.source", "log.file.identity")),
        (pl.int_range(pl.len(), dtype=frames.EVENT_SCHEMA["log.offset"]) * 100).alias("log.offset"),
        pl.Series("event.ingested", read).cast(frames.EVENT_SCHEMA["event.ingested"]),
    )


def current(beside: pl.DataFrame, *, pauses: bool = False) -> pl.DataFrame:
    """Return a log of somebody else that is read as it is written, until nothing is read of the other one."""
    many = int((beside.item(-1, "event.ingested") - START) / (5 * MINUTE))
    lines = [{"step": 300, "who": "clerk", "address": "192.0.2.9", "client": n % 2} for n in range(many)]
    rows = log("now", lines, timedelta(0))
    at_work = (pl.col("@timestamp").dt.hour() % 12 >= 6) | (pl.col("@timestamp") <= beside.item(0, "event.ingested"))
    return rows.filter(at_work) if pauses else rows


def followed(core: Core, logs: Sequence[pl.DataFrame], cuts: Sequence[int]) -> tuple[CoreState, list[Finding]]:
    """Return the state and the findings of logs that are read as their lines come, with restarts between turns."""
    rows = pl.concat([each for each in logs if each.height]).sort("event.ingested", maintain_order=True)
    # The first lines that are far behind are read when the others have come further.
    first = min(rows.get_column("log.stream").to_list().index(each["log.stream"][0]) for each in logs[1:])
    edges = sorted({first + cut % (rows.height - first) for cut in cuts} - {0} | {first, first + 1, rows.height})
    state, found, low, now = core.empty(), [], 0, START
    for high in edges:
        now = rows.item(high - 1, "event.ingested")
        turn = [read_at(part, now) for part in rows[low:high].partition_by("log.stream", maintain_order=True)]
        if high % 2:
            state = core.from_tables(core.to_tables(state))
        state, judged = core.step(state, turn, now=now)
        found, low = [*found, *judged.findings], high
    # Nothing more is written: the clock lets go what waits.
    state, judged = core.step(state, [], now=now + lanes.KEPT)
    assert not judged.waiting
    return state, [*found, *judged.findings]


def replayed(core: Core, *logs: pl.DataFrame) -> tuple[CoreState, list[Finding]]:
    batches = [read_at(rows, rows.item(-1, "event.ingested")) for rows in logs]
    state, judged = core.step(core.empty(), batches, final=True)
    return state, list(judged.findings)


def of(findings: Iterable[Finding], *rules: str) -> dict[str, tuple[str, datetime]]:
    """Return the findings of some rules that nothing stands for; those of the clerk left out."""
    told = [finding for finding in findings if finding.rule_id in rules and finding.actor_id != "user:clerk"]
    gone = replaced(told)
    return {finding.id: (finding.rule_id, finding.at) for finding in told if finding.id not in gone}


def _without_end(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table of behaviour without the window it has closed last: a replay closes that of its last lines."""
    if "head" not in table.columns:
        return table
    return table.with_columns(pl.col("head").str.replace(r'"closed": \d+', ""))


def counted(state: Any) -> pl.DataFrame:
    """Return the running counts of the rules over more than an hour; those of the clerk left out."""
    totals = state.to_tables()["rules.totals"]
    theirs = pl.col("rule").is_in([MANY, DIFFERENT, NEW]) & (pl.col("group") != "user:clerk")
    return totals.filter(theirs).sort("rule", "group", "bucket")


_LINES = st.lists(
    st.fixed_dictionaries(
        {
            "step": st.sampled_from([0, 1, 60, 400, 4_000, 30_000, 90_000]),
            "behind": st.sampled_from([0, 0, 0, 20]),
            "who": st.sampled_from(["anna", "boris"]),
            "address": st.sampled_from(["192.0.2.1", "198.51.100.1", "203.0.113.1"]),
            "client": st.integers(0, 3),
        }
    ),
    min_size=1,
    max_size=20,
)
_CUTS = st.lists(st.integers(0, 10_000), max_size=8)


def test_a_copy_of_more_than_half_a_day_is_counted_once_and_not_its_last_hours_again(core: Core) -> None:
    """A lane counts all of it; the last twelve hours alone, among the others, began on another day."""
    lines = [{"step": 3_600 if n else 7_200, "who": "anna", "address": "192.0.2.1", "client": n} for n in range(4)]
    lines += [{"step": 8 * 3_600, "who": "anna", "address": "192.0.2.1", "client": n} for n in range(2)]
    lines += [{"step": 60, "who": "anna", "address": "192.0.2.1", "client": n} for n in range(6)]
    far = log("far", lines, 20 * MINUTE)
    _, live = followed(core, [current(far), far], [])
    _, replay = replayed(core, far)
    assert of(live, MANY, DIFFERENT, NEW) == of(replay, MANY, DIFFERENT, NEW)


@example(  # the third client comes when the others have been read again since
    lines=[
        {"step": step, "behind": 0, "who": "anna", "address": "192.0.2.1", "client": client}
        for step, client in [(0, 2), (30_000, 1), *[(0, 0)] * 3, (60, 0), (90_000, 2), (0, 0), (0, 1)]
    ],
    lag=20 * MINUTE,
    cuts=[110, 106],
    pauses=False,
)
@settings(max_examples=30, deadline=None)
@given(lines=_LINES, lag=st.sampled_from([20 * MINUTE, 26 * HOUR]), cuts=_CUTS, pauses=st.booleans())
def test_a_stream_far_behind_leads_to_what_a_replay_of_it_leads_to_whatever_cuts_and_restarts(
    core: Core, lines: list[dict[str, Any]], lag: timedelta, cuts: list[int], pauses: bool
) -> None:
    far = log("far", [{**lines[0], "step": lines[0]["step"] + 7_200}, *lines[1:]], lag)
    # The clerk's log has come further when the first line of the other one is read.
    state, live = followed(core, [current(far, pauses=pauses), far], cuts)
    again, replay = replayed(core, far)
    expected = of(replay, MANY, DIFFERENT, NEW)
    assert of(live, MANY, DIFFERENT, NEW) == expected
    lane = state.lanes["far"]
    assert_frame_equal(counted(lane.rules), counted(again.rules))
    assert lane.behaviour is not None
    assert again.behaviour is not None
    mine, theirs = lane.behaviour.tables(), again.behaviour.tables()
    assert mine.keys() == theirs.keys()
    for name in mine:
        assert_frame_equal(*map(_without_end, (mine[name], theirs[name])))


def act(step: int, client: int = 0, who: str = "anna", address: str = "192.0.2.1") -> dict[str, Any]:
    return {"step": step, "who": who, "client": client, "address": address}


_SHARED = st.lists(
    st.fixed_dictionaries(
        {
            "step": st.sampled_from([0, 1, 60, 400, 4_000, 30_000]),
            "who": st.sampled_from(["anna", "boris"]),
            "client": st.integers(0, 3),
        }
    ),
    max_size=12,
)


_ANNA = {"step": 0, "who": "anna"}


@example(  # a lane says again, of what went on, what it had replaced
    here=[{**_ANNA, "step": 34_000, "client": 2}, *[{**_ANNA, "client": 2}] * 3, {**_ANNA, "client": 3}],
    there=[
        *({**_ANNA, "client": client} for client in (0, 1)),
        *({**_ANNA, "step": 30_000, "client": 2} for _ in range(3)),
        *[{**_ANNA, "client": 0}] * 6,
    ],
    lag=26 * HOUR,
    cuts=[413, 514],
)
@settings(max_examples=15, deadline=None)
@given(here=_SHARED, there=_SHARED, lag=st.sampled_from([20 * MINUTE, 26 * HOUR]), cuts=_CUTS)
def test_what_an_account_does_in_a_log_far_behind_and_in_another_is_counted_together(
    core: Core, here: list[dict[str, Any]], there: list[dict[str, Any]], lag: timedelta, cuts: list[int]
) -> None:
    # Both go on when the one has been far behind for some time.
    first = [act(7_200, who="zoe"), act(28 * 3_600, who="zoe")]
    far = log("far", [*first, *({**line, "address": "192.0.2.1"} for line in there)], lag)
    now = log("now", [*first, *({**line, "address": "192.0.2.1"} for line in here)], timedelta(0))
    clerk = [
        act(300, who="clerk", client=n % 2) for n in range(int((far.item(-1, "event.ingested") - START) / (5 * MINUTE)))
    ]
    beside = log("clerk", clerk, timedelta(0))
    _, live = followed(core, [pl.concat([beside, now]), far], cuts)
    _, replay = replayed(core, beside, now, far)
    # What was said of one log alone may begin later, and stays said.
    assert of(live, MANY, DIFFERENT, FEW).keys() >= of(replay, MANY, DIFFERENT, FEW).keys()


@pytest.mark.parametrize("lag", [timedelta(0), 20 * MINUTE])
def test_two_clients_by_another_log_and_two_by_a_nightly_copy_are_four_of_one_account(
    core: Core, lag: timedelta
) -> None:
    first = [act(7_200, who="zoe"), act(28 * 3_600, who="zoe")]
    half = [[act(600, 0), act(60, 1)], [act(630, 2), act(60, 3)]]
    other, far = log("farther", [*first, *half[0]], lag), log("far", [*first, *half[1]], 26 * HOUR)
    assert not of([*replayed(core, other)[1], *replayed(core, far)[1]], MANY, DIFFERENT, FEW)
    expected = of(replayed(core, other, far)[1], MANY, DIFFERENT, FEW)
    assert {rule for rule, _ in expected.values()} == {MANY, DIFFERENT, FEW}
    _, live = followed(core, [pl.concat([current(far), other]), far], [])
    assert of(live, MANY, DIFFERENT, FEW) == expected


# Four clients within hours, and on the fifth day another network.
_STORY = [act(7_200), *(act(4_000, n) for n in (1, 2, 3)), act(4 * 86_400, 1), act(60, 1, address="203.0.113.1")]


def test_of_two_streams_that_are_differently_far_behind_each_leads_to_what_its_replay_leads_to(core: Core) -> None:
    logs = [log("far", _STORY, 20 * MINUTE), log("farther", [{**each, "who": "boris"} for each in _STORY], 26 * HOUR)]
    _, live = followed(core, [current(logs[1]), *logs], list(range(0, 10_000, 700)))
    replay = [finding for each in logs for finding in replayed(core, each)[1]]
    assert {rule for rule, _ in of(replay, MANY, DIFFERENT, NEW).values()} == {MANY, DIFFERENT, NEW}
    assert of(live, MANY, DIFFERENT, NEW) == of(replay, MANY, DIFFERENT, NEW)


def test_what_is_far_behind_is_said_in_the_step_that_reads_it_and_settled_under_the_same_id(core: Core) -> None:
    far = log("far", [act(7_200), *(act(1_800, n) for n in (1, 2, 3))], 26 * HOUR)
    now = far.item(-1, "event.ingested")
    state, _ = core.step(core.empty(), [read_at(current(far), now)], now=now)
    state, judged = core.step(state, [read_at(far, now)], now=now)
    said = {finding.rule_id: finding for finding in judged.findings}
    assert said.keys() >= {MANY, DIFFERENT}
    assert said[MANY].provisional
    assert judged.waiting
    _, judged = core.step(state, [], now=now + lanes.KEPT)
    settled = {finding.rule_id: finding for finding in judged.findings}
    assert (settled[MANY].id, settled[MANY].provisional) == (said[MANY].id, False)


def test_what_an_account_came_with_in_other_logs_is_not_new_where_it_is_far_behind(core: Core) -> None:
    days = [act(86_400, address=address) for address in ("192.0.2.1", "198.51.100.1") * 3]
    here = log("now", days, timedelta(0))
    two = [act(6 * 86_400 - 7_200, address="198.51.100.1"), act(60, address="203.0.113.1")]
    now = START + 7 * DAY + 3 * HOUR
    far = read_at(log("far", two, timedelta(0)), now)
    state, _ = core.step(core.empty(), [read_at(here, now)], now=now)
    state, known = core.step(state, [far[:1]], now=now)
    state, strange = core.step(state, [far[1:]], now=now)
    assert not of(known.findings, NEW)
    assert of(strange.findings, NEW)


_LAGS = [timedelta(0), timedelta(0), 9 * MINUTE, 20 * MINUTE, 26 * HOUR]


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.tuples(st.sampled_from([1, 60, 400, 4_000]), st.sampled_from(_LAGS)), min_size=1, max_size=40),
    cuts=_CUTS,
)
def test_a_stream_that_falls_behind_and_catches_up_is_counted_once(
    core: Core, steps: list[tuple[int, timedelta]], cuts: list[int]
) -> None:
    rows = log("far", [act(step) for step, _ in steps], timedelta(0))
    read, reads = START, []
    for moment, (_, lag) in zip(rows.get_column("@timestamp"), steps, strict=True):
        read = max(read, moment + lag)
        reads.append(read)
    rows = rows.with_columns(pl.Series("event.ingested", reads).cast(frames.EVENT_SCHEMA["event.ingested"]))
    turns = pl.concat([current(rows), rows]).sort("event.ingested", maintain_order=True)
    edges = [*sorted({cut % turns.height for cut in cuts}), turns.height]
    state, lane, came, low = core.empty().sequence, core.far, [], 0
    common, lanes = core.empty().rules, {}
    for high in edges:
        turn = turns[low:high].with_columns(pl.col("event.ingested").max())
        now = turns.item(high - 1, "event.ingested")
        state, part = core.sequencer.step(state, turn.partition_by("log.stream"), now=now, far=lanes)
        behind = lane.open_lanes(lanes, common, part, state.waiting, now)
        core.rules.step(common, part.ordered)
        lane.step(lanes, common, behind, part, state.waiting)
        far = pl.concat([rows[:0], *(each for each in part.far if each.height)])
        assert far.join(part.late, on=["log.stream", "log.offset"], how="anti").is_empty()
        for each in lanes.values():
            assert each.waiting.to_frame().select("log.stream", "log.offset").is_unique().all()
        came += [part.ordered, part.late]
        low = high
    came.append(state.waiting.to_frame())
    places = pl.concat([each.select("log.stream", "log.offset") for each in came])
    assert places.height == turns.height
    assert places.n_unique() == turns.height


def test_what_comes_late_completes_a_days_count_when_it_was_done_though_the_rest_was_done_again_since(
    core: Core,
) -> None:
    clients = [act(7_200, 0), act(1_800, 1), act(9_300, 0), act(0, 1), act(120, who="clerk")]
    now, late = log("now", clients, timedelta(0)), log("late", [act(18_000, 2)], 9 * MINUTE)
    _, live = followed(core, [now, late], range(10))
    expected = of(replayed(core, now, late)[1], DIFFERENT)
    assert [at for _, at in expected.values()] == [START + 5 * HOUR]
    assert of(live, DIFFERENT) == expected


def test_what_comes_behind_all_that_a_lane_has_judged_is_judged_anew_though_the_lane_leaves_it_out() -> None:
    # Four lines do not move the mark of their stream, so that what comes then is not behind it.
    before = [{"step": 60, "who": "boris", "address": "192.0.2.8", "client": n} for n in range(4)]
    held_back = [{**act(1, client=n), "behind": 5_400} for n in range(250)]
    known = {"event.outcome": "success", "object.type": "client"}
    far = log("far", [*before, *held_back], 30 * MINUTE).with_columns(
        *(pl.lit(value, frames.EVENT_SCHEMA[name]).alias(name) for name, value in known.items())
    )
    rules = RuleDetector(RuleSet.load([shipped("rules", "volume", "bulk-read-burst.yml")]), Settings(), 1)
    core = Core(Reorderer(dict.fromkeys(("now", "far"), MINUTE)), rules)
    state, found = core.empty(), list[Finding]()
    for n, turn in enumerate(([current(far)], [far[:4]], [], [far[4:]], [])):
        now = START + 40 * MINUTE + n * timedelta(seconds=3)
        state, judged = core.step(state, [read_at(rows, now) for rows in turn], now=now)
        found += judged.findings
    for each in (found, replayed(core, far)[1]):
        assert {"user:anna"} == {finding.actor_id for finding in each}


def test_no_lane_is_kept_while_no_stream_is_far_behind(core: Core) -> None:
    slow = log("far", [act(30) for _ in range(50)], 9 * MINUTE)
    state, _ = followed(core, [current(slow), slow], list(range(60)))
    assert not state.lanes
    assert not [name for name in core.to_tables(state) if name.startswith("far")]


def crowd(core: Core, names: Iterable[str], moments: Iterable[datetime]) -> tuple[CoreState, list[tuple[str, ...]]]:
    """Return the state after sources that are far behind were read, and what was left out; two lanes are free."""
    state, left_out = core.empty(), []
    beside = log("now", [act(300, who="clerk") for _ in range(360)], timedelta(0))
    state, _ = core.step(state, [read_at(beside, START + 30 * HOUR)], now=START + 30 * HOUR)
    for name, now in zip(names, moments, strict=True):
        state, judged = core.step(state, [read_at(log(name, [act(60)], timedelta(0)), now)], now=now)
        left_out.append(judged.left_out)
    return state, left_out


def test_a_source_for_which_no_lane_is_free_takes_none_that_is_in_use_and_is_named(core: Core) -> None:
    core = replace(core, most_lanes=2)
    now = START + 30 * HOUR
    state, left_out = crowd(core, "abcab", [now + n * MINUTE for n in range(1, 6)])
    assert list(state.lanes) == ["a", "b"]
    assert left_out == [(), (), ("c",), (), ()]
    for _ in range(2):
        now += lanes.KEPT + HOUR
        state, _ = core.step(state, [], now=now)
    assert not state.lanes


def test_of_more_sources_far_behind_than_lanes_those_in_a_lane_are_counted_beyond_the_hour(core: Core) -> None:
    core = replace(core, most_lanes=2)
    beside = log("now", [act(300, who="clerk") for _ in range(360)], timedelta(0))
    far = {name: log(name, [act(4_000, n) for n in range(4)], timedelta(0)) for name in "abc"}
    state, found, now = core.empty(), [], START + 30 * HOUR
    state, _ = core.step(state, [read_at(beside, now)], now=now)
    for row in range(4):
        now += MINUTE
        state, judged = core.step(state, [read_at(each[row : row + 1], now) for each in far.values()], now=now)
        assert judged.left_out == ("c",)
        found += judged.findings
    assert {rule for rule, _ in of(found, MANY, DIFFERENT).values()} == {MANY, DIFFERENT}


def test_a_restart_finds_a_lane_of_any_number_of_accounts_and_sessions_as_it_was() -> None:
    core = Core(prompt({"far": MINUTE}), RuleDetector(RuleSet.load([shipped("rules")]), Settings(), 1), None)
    now = START + 30 * HOUR
    here = log("now", [act(300, who="clerk") for _ in range(360)], timedelta(0))
    far = log("far", [act(60, n, who=f"person{n}") for n in range(200)], timedelta(0))
    far = far.with_columns(
        pl.concat_str(pl.lit("s"), pl.col("user.id")).alias("session.id"),
        pl.lit("success").alias("event.outcome"),
        pl.lit("client").alias("object.type"),
    )
    state, _ = core.step(core.empty(), [read_at(here, now)], now=now)
    state, _ = core.step(state, [read_at(far, now)], now=now)
    saved = core.to_tables(state)
    again = core.to_tables(core.from_tables(saved))
    for name in ("seen", "sessions", "silences"):
        table = f"far.0.rules.facts.{name}"
        assert saved[table].height > 190
        assert_frame_equal(again[table], saved[table], check_row_order=False)


def test_the_lane_that_was_quiet_for_longest_goes_where_another_source_needs_one(core: Core) -> None:
    core = replace(core, most_lanes=2)
    now = START + 30 * HOUR
    later = now + lanes.QUIET + HOUR
    state, left_out = crowd(core, "ababc", [now, now, now + HOUR, later, later + MINUTE])
    assert (list(state.lanes), left_out[-1]) == (["b", "c"], ())


def test_why_clients_were_touched_is_kept_of_a_stream_far_behind_as_a_replay_keeps_it(core: Core) -> None:
    far = log("far", [act(60, 7), act(60, 7), act(3_600, 900, "boris"), act(7_200, 7)], timedelta(hours=20))
    far = far.with_columns(pl.lit("client").alias("object.type"))

    def kept(of: Iterable[pl.DataFrame]) -> list[tuple[Any, ...]]:
        rows = pl.concat(list(of)).filter(pl.col("log.file.identity") == "far")
        return sorted(rows.select("log.offset", "actor.id", frames.REASONS).iter_rows())

    rows = pl.concat([current(far), far]).sort("event.ingested", maintain_order=True)
    state, told, now = core.empty(), list[pl.DataFrame](), START
    for part in rows.partition_by("event.ingested", maintain_order=True):
        now = part.item(0, "event.ingested")
        state, judged = core.step(state, part.partition_by("log.stream", maintain_order=True), now=now)
        told += judged.touches
    _, judged = core.step(state, [], now=now + lanes.KEPT)
    _, whole = core.step(core.empty(), [far], final=True)
    assert kept([*told, *judged.touches]) == kept(whole.touches)
    assert len(kept(whole.touches)) == 4


OWN, STRANGER = f"{_ID}09", f"{_ID}10"
OF_TOUCHES = f"""\
title: Far more of one's own clients than ever
id: {OWN}
status: stable
logsource: {{product: nabat}}
detection: {{selection: {{nabat.reopened_more: true}}, condition: selection}}
level: high
nabat: {{dedup: 1d}}
---
title: Somebody new reads
id: {_ID}11
name: reads_new
status: stable
logsource: {{product: nabat}}
detection: {{selection: {{event.action: read, nabat.account_new: true}}, condition: selection}}
level: low
---
title: Somebody new reads many clients
id: {STRANGER}
status: stable
correlation:
  type: value_count
  rules: [reads_new]
  group-by: [actor.id]
  timespan: 1h
  condition: {{field: subject.ids, gte: 150}}
level: high
nabat: {{dedup: 1d}}
"""


def cards(first: int, number: int, step: int, after: int = 60, who: str = "anna") -> list[dict[str, Any]]:
    """Return cards of clients that somebody opens, after so many seconds, then so many apart."""
    return [{**act(after if n == 0 else step, first + n, who), "address": "192.0.2.1"} for n in range(number)]


@pytest.mark.parametrize(
    ("first", "who", "told"),
    [(5_000, "anna", []), (1_000, "anna", [OWN]), (5_000, "mallory", [STRANGER])],
    ids=["strangers", "clients of her own", "somebody new"],
)
@pytest.mark.parametrize("before", [1, 70, 90, 199])
@pytest.mark.parametrize("turn", [10, 200])
def test_what_was_counted_before_a_log_fell_behind_is_counted_and_not_once_more(
    tmp_path: Path, first: int, who: str, told: list[str], before: int, turn: int
) -> None:
    (tmp_path / "rules.yml").write_text(OF_TOUCHES)
    rules = RuleDetector(RuleSet.load([tmp_path]), Settings(), 1)
    core = Core(prompt(dict.fromkeys(("now", "far"), MINUTE)), rules)
    known = [*cards(1_000, 300, 60), *cards(1_000, 10, 60, after=2 * 86_400)]
    far = log("far", [*known, *cards(first, 200, 20, after=12 * 86_400, who=who)], timedelta(0))
    far = far.with_columns(pl.lit("client").alias("object.type"))
    day = far[310:]
    begins = (day.item(-1, "@timestamp") + HOUR - START).total_seconds()
    hours = [{**act(begins if n == 0 else 3_600, 9_000 + n, "clerk"), "address": "192.0.2.9"} for n in range(5)]
    others = log("now", hours, timedelta(0)).with_columns(pl.lit("client").alias("object.type"))
    state, found = core.empty(), list[Finding]()

    def read(rows: pl.DataFrame, now: datetime) -> None:
        nonlocal state
        state, judged = core.step(state, [read_at(rows, now)], now=now)
        found.extend(judged.findings)

    for rows in (far[:300], far[300:310]):
        read(rows, rows.item(-1, "@timestamp"))
    now = day.item(before - 1, "@timestamp") + 20 * MINUTE
    read(day[:before], now)
    now = max(now, others.item(-1, "@timestamp") + MINUTE)
    read(others, now)
    for rows in day[before:].iter_slices(turn):
        now += MINUTE
        read(rows, now)
    assert state.lanes
    _, judged = core.step(state, [], now=now + lanes.KEPT)
    _, whole = replayed(core, far, others)
    assert [each.rule_id for each in whole] == told
    assert [(each.rule_id, each.actor_id) for each in standing([*found, *judged.findings])] == [
        (each.rule_id, each.actor_id) for each in whole
    ]
