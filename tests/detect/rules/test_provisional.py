"""What is said before every line has come: at once, with the id of the final answer, and corrected when it moves."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from detector import frames
from detector.detect.core import Core, CoreState, Judged, in_order
from detector.detect.ordering.buffer import instants
from detector.detect.rules import RuleDetector, RuleSet, recent_rows
from detector.detect.rules import fair_share as fairly
from detector.detect.rules.rule_checks import events_frame
from detector.resources import shipped
from detector.schema.detection.findings import Finding
from detector.settings import Settings
from tests.detect.prompt import prompt

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SUM = """
title: What is exported
id: 5f0c0c5e-0000-4000-8000-0000000000f2
name: what-is-exported
status: stable
logsource: {product: nabat}
detection: {selection: {event.action: export}, condition: selection}
level: low
---
title: A thousand records in half an hour
id: 5f0c0c5e-0000-4000-8000-0000000000f1
status: stable
correlation:
  type: value_sum
  rules: [what-is-exported]
  group-by: [actor.id]
  timespan: 30m
  condition: {field: record.count, gte: 1000}
level: high
nabat: {dedup: 1h}
"""
GUESSED = """
title: A login after three failures
id: 5f0c0c5e-0000-4000-8000-0000000000f1
status: stable
logsource: {product: nabat}
detection: {selection: {event.action: login, "nabat.failures_before|gte": 3}, condition: selection}
level: high
nabat: {dedup: 1h}
"""
PICTURE = {"event.action": "view", "url.path": "/static/1.png"}
MANY = """
title: What is read
id: 5f0c0c5e-0000-4000-8000-0000000000f0
name: what-is-read
status: stable
logsource: {product: nabat}
detection: {selection: {event.action: read}, condition: selection}
level: low
---
title: Three in a minute
id: 5f0c0c5e-0000-4000-8000-0000000000f1
status: stable
correlation:
  type: event_count
  rules: [what-is-read]
  group-by: [actor.id]
  timespan: 1m
  condition: {gte: 3}
level: high
nabat: {dedup: 1h}
"""


@pytest.fixture
def core(tmp_path: Path) -> Core:
    (tmp_path / "rules.yml").write_text(MANY)
    lateness = {"web": timedelta(minutes=1), "slow": timedelta(minutes=1)}
    return Core(prompt(lateness), RuleDetector(RuleSet.load([tmp_path]), Settings(), 1))


def lines(
    seconds: Sequence[float], source: str = "web", who: str = "anna", first: int = 0, **more: Any
) -> pl.DataFrame:
    rows = [
        {"@timestamp": START + s * SECOND, "user.id": who, "event.action": "read", "service.name": "crm"} | more
        for s in seconds
    ]
    return events_frame(rows).with_columns(
        pl.lit(source).alias("log.stream"),
        pl.lit(source).alias("log.source"),
        pl.lit(source).alias("log.file.identity"),
        (pl.int_range(pl.len(), dtype=frames.EVENT_SCHEMA["log.offset"]) * 100 + first).alias("log.offset"),
        pl.lit(START + max(seconds) * SECOND).cast(frames.EVENT_SCHEMA["event.ingested"]).alias("event.ingested"),
    )


def live(core: Core, state: CoreState, batch: pl.DataFrame, at: float) -> tuple[CoreState, Judged]:
    return core.step(state, [batch], now=START + at * SECOND)


def high(judged: Judged) -> list[Finding]:
    return [finding for finding in judged.findings if finding.rule_id.endswith("f1")]


def test_what_waits_for_other_lines_is_said_in_the_step_that_reads_it_with_its_final_id(core: Core) -> None:
    state, judged = live(core, core.empty(), lines([1.5, 2.5]), 3)
    assert (high(judged), judged.waiting) == ([], 2)
    state, judged = live(core, state, lines([3.5], first=500), 4)
    (said,) = high(judged)
    assert judged.waiting == 3
    _, judged = core.step(state, [], final=True)
    (settled,) = high(judged)
    assert said.id == settled.id
    assert (settled.at, settled.events) == (said.at, said.events)
    assert (said.provisional, settled.provisional) == (True, False)


@pytest.mark.parametrize("kind", ["event_count", "value_count"])
@pytest.mark.parametrize(
    "condition", ["gt: 2", "gte: 3", "gt: 2, lt: 5", "gte: 1", "gt: 0", "lt: 3", "lte: 2", "eq: 3", "neq: 2"]
)
@pytest.mark.parametrize("settled", [0, 2, 3, 4])
def test_what_is_said_of_lines_that_wait_counts_as_a_replay_of_them_does(
    kind: str, condition: str, settled: int, tmp_path: Path
) -> None:
    field = "" if kind == "event_count" else ", field: subject.ids"
    rules = MANY.replace("event_count", kind).replace("1m", "10m").replace("{gte: 3}", f"{{{condition}{field}}}")
    (tmp_path / "rules.yml").write_text(rules)
    lateness = {"web": timedelta(minutes=1)}
    core = Core(prompt(lateness), RuleDetector(RuleSet.load([tmp_path]), Settings(), 1))
    seconds = [n + 0.5 + 120.0 * (n >= settled) for n in range(7)]
    each = [lines([s], first=100 * n, **{"subject.ids": [f"c{n}"]}) for n, s in enumerate(seconds)]
    state, told = core.empty(), list[Finding]()
    for read, (second, line) in enumerate(zip(seconds, each, strict=True), 1):
        state, judged = live(core, state, line, second + 0.4)
        told += high(judged)
        _, again = core.step(core.empty(), each[:read], final=True)
        if condition.startswith("g") and "lt:" not in condition:  # others may be refuted by a line to come
            assert _words(in_order(told)) == _words(high(again))
        if kind == "event_count" and condition in ("gt: 2", "gte: 3") and read > 2:
            assert [finding.events for finding in high(again)] == [read]
    assert judged.waiting == 7 - settled
    _, judged = core.step(state, [], final=True)
    assert _words(in_order([*told, *high(judged)])) == _words(high(again))


def _words(told: Sequence[Finding]) -> list[tuple[Any, ...]]:
    return [(each.id, each.at, each.first_event_at, each.events, each.subject_count, each.reasons) for each in told]


@pytest.mark.parametrize(("history", "days", "said"), [(True, 2, 0), (True, 0.5, 1), (False, 2, 1)])
def test_what_is_over_of_a_first_reading_is_not_said_before_its_order_is_settled(
    core: Core, history: bool, days: float, said: int
) -> None:
    read = START + timedelta(days=days)
    batch = lines([1.5, 2.5, 3.5]).with_columns(
        pl.lit(history).alias("log.history"), pl.lit(read).cast(frames.TIME).alias("event.ingested")
    )
    state, judged = core.step(core.empty(), [batch], now=START + 4 * SECOND)
    assert (len(high(judged)), judged.waiting) == (said, 3)
    _, judged = core.step(state, [], final=True)
    assert len(high(judged)) == 1


def test_a_preview_changes_nothing_in_the_state_it_is_made_of(core: Core) -> None:
    state, _ = live(core, core.empty(), lines([1.5, 2.5, 3.5]), 4)
    assert not state.rules.correlations
    assert not state.rules.ledger.matters
    _, judged = core.step(state, [], final=True)
    assert [finding.events for finding in high(judged)] == [3]


def test_a_line_that_comes_behind_settled_ones_completes_what_they_began(core: Core) -> None:
    state, _ = live(core, core.empty(), lines([1.5, 3.5]), 4)
    state, judged = live(core, state, lines([600.5], who="lev", first=500), 601)
    state, judged = core.step(state, [], now=START + 700 * SECOND)
    assert judged.waiting == 0
    state, judged = live(core, state, lines([2.5], source="slow"), 701)
    (said,) = high(judged)
    assert (judged.belated, judged.late) == (1, 0)
    assert said.at == START + 3.5 * SECOND
    assert not said.provisional


@pytest.mark.parametrize(("address", "found"), [("192.0.2.20", 0), ("198.51.100.9", 1)])
def test_belated_failures_make_no_guess_of_a_login_at_the_own_desk(tmp_path: Path, address: str, found: int) -> None:
    (tmp_path / "rules.yml").write_text(GUESSED)
    lateness = {"web": timedelta(minutes=1), "slow": timedelta(minutes=1)}
    core = Core(prompt(lateness), RuleDetector(RuleSet.load([tmp_path]), Settings(), 1))
    about = {"event.action": "login", "user.name": "anna", "event.outcome": "success"}
    state, _ = live(core, core.empty(), lines([0.5], **about | {"source.ip": "192.0.2.20"}), 1)
    state, _ = live(core, state, lines([7200.5], first=500, **about | {"source.ip": address}), 7201)
    state, _ = live(core, state, lines([7800.5], who="lev", first=600), 7801)
    state, judged = core.step(state, [], now=START + 7900 * SECOND)
    assert (high(judged), judged.waiting) == ([], 0)
    guesses = about | {"event.outcome": "failure", "source.ip": "203.0.113.7"}
    _, judged = live(core, state, lines([7100.5 + n for n in range(3)], source="slow", **guesses), 7901)
    assert judged.belated == 3
    assert len(high(judged)) == found


def test_a_sum_speaks_in_the_step_that_reads_its_last_export_and_is_completed_by_one_that_came_late(
    tmp_path: Path,
) -> None:
    (tmp_path / "rules.yml").write_text(SUM)
    lateness = {"web": timedelta(minutes=1), "slow": timedelta(minutes=1)}
    core = Core(prompt(lateness), RuleDetector(RuleSet.load([tmp_path]), Settings(), 1))
    export = {"event.action": "export", "record.count": 400}
    all_lines = lines([1.5, 2.5, 3.5], **export)
    _, judged = live(core, core.empty(), all_lines, 4)
    (said,) = high(judged)
    assert (said.provisional, said.at, said.record_high) == (True, START + 3.5 * SECOND, 1_200)
    _, judged = core.step(core.empty(), [all_lines], final=True)
    (replayed,) = high(judged)
    assert (said.id, said.reasons) == (replayed.id, replayed.reasons)
    state, judged = live(core, core.empty(), lines([1.5, 3.5], **export), 4)
    assert high(judged) == []
    state, _ = live(core, state, lines([600.5], who="lev", first=500), 601)
    state, judged = core.step(state, [], now=START + 700 * SECOND)
    assert judged.waiting == 0
    state, judged = live(core, state, lines([2.5], source="slow", **export), 701)
    (completed,) = high(judged)
    assert (completed.id, completed.reasons) == (replayed.id, replayed.reasons)


def test_a_line_over_an_hour_behind_its_own_log_is_late_and_completes_nothing(core: Core) -> None:
    state, _ = live(core, core.empty(), lines([1.5, 3.5]), 4)
    state, _ = live(core, state, lines([4_000.5], who="lev", first=500), 4_001)
    _, judged = live(core, state, lines([2.5], first=900), 4_002)
    assert (high(judged), judged.late, judged.belated) == ([], 1, 0)
    ((source, (many, behind)),) = judged.late_of.items()
    assert (source, many) == ("web", 1)
    assert behind > timedelta(hours=1)


def test_what_stood_in_a_log_before_it_was_opened_is_counted_as_out_of_order_and_never_as_late(core: Core) -> None:
    history = pl.lit(value=True).alias("log.history")
    state, _ = live(core, core.empty(), lines([4_000.5]).with_columns(history), 4_001)
    _, judged = live(core, state, lines([2.5], first=900).with_columns(history), 4_002)
    assert (judged.late, dict(judged.late_of), dict(judged.unordered_history)) == (1, {}, {"web": 1})


def test_where_a_line_that_comes_later_moves_the_beginning_the_new_finding_names_the_one_it_replaces(
    core: Core,
) -> None:
    # 3,599.5 s is in one bucket of an hour, 3,600.5 s in the next.
    state, judged = live(core, core.empty(), lines([3_598.5, 3_600.5, 3_601.5]), 3_602)
    (first,) = high(judged)
    state, judged = live(core, state, lines([3_599.5, 3_599.7], source="slow"), 3_603)
    moved = [finding for finding in high(judged) if finding.id != first.id]
    assert [finding.replaces for finding in moved] == [(first.id,)]
    _, judged = core.step(state, [], final=True)
    assert {finding.id for finding in high(judged)} == {moved[0].id}


def test_a_snapshot_between_saying_and_settling_loses_no_correction(core: Core) -> None:
    state, judged = live(core, core.empty(), lines([3_598.5, 3_600.5, 3_601.5]), 3_602)
    (first,) = high(judged)
    state = core.from_tables(core.to_tables(state))
    state, judged = live(core, state, lines([3_602.5], who="lev", first=900), 3_603)
    assert first.id in {finding.id for finding in high(judged)}  # said again of what waits
    state, judged = live(core, state, lines([3_599.5, 3_599.7], source="slow"), 3_604)
    assert first.id in {each for finding in high(judged) for each in finding.replaces}


NEIGHBOURS = MANY.replace("group-by: [actor.id]", "group-by: [nabat.network]")


def test_what_neighbours_do_together_is_told_before_it_is_settled_and_of_their_network(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(NEIGHBOURS)
    lateness = {"web": timedelta(minutes=1)}
    core = Core(prompt(lateness), RuleDetector(RuleSet.load([tmp_path]), Settings(), 1))
    assert not core.rules.wide
    state = core.empty()
    for at, address, said in (
        (3.5, "203.0.113.7", []),
        (2.5, "203.0.113.8", []),
        (1.5, "198.51.100.9", []),
        (1.7, "203.0.113.9", ["ip:203.0.113.0/24"]),
    ):
        place = {"source.ip": address, "network.name": "internet", "actor.id": f"ip:{address}", "user.id": None}
        state, judged = live(core, state, lines([at], first=int(at * 100), **place), 4)
        assert [finding.actor_id for finding in high(judged)] == said
        assert all(finding.provisional for finding in high(judged))


@pytest.mark.parametrize("restart", [False, True])
def test_what_goes_on_under_the_id_of_what_was_moved_stands_again(core: Core, restart: bool) -> None:
    state, judged = live(core, core.empty(), lines([3_598.5, 3_600.5, 3_601.5]), 3_602)
    (first,) = high(judged)
    state, judged = live(core, state, lines([3_599.5, 3_599.7], source="slow"), 3_603)
    assert first.id in {each for finding in high(judged) for each in finding.replaces}
    if restart:
        state = core.from_tables(core.to_tables(state))
    state, judged = live(core, state, lines([3_750.5, 3_751.5, 3_752.5], first=500), 3_753)
    assert [finding.id for finding in high(judged) if finding.stands] == [first.id]
    state, judged = live(core, state, lines([3_753.5], first=900), 3_754)
    assert not any(finding.stands or finding.replaces for finding in high(judged))
    _, judged = core.step(state, [], final=True)
    assert first.id in {finding.id for finding in high(judged)}


def test_only_whoever_every_row_is_known_of_is_judged_again(core: Core) -> None:
    state, _ = live(core, core.empty(), lines([1.5, 2.5], **{"source.ip": "192.0.2.1"}), 3)
    state, judged = live(core, state, lines([3.5], who="lev", first=500, **{"source.ip": "192.0.2.1"}), 4)
    assert high(judged) == []
    _, judged = live(core, state, lines([4.5], first=900, **{"source.ip": "192.0.2.9"}), 5)
    assert [finding.actor_id for finding in high(judged)] == ["user:anna"]


def test_padding_does_not_push_out_of_the_preview_what_touches_client_data(core: Core) -> None:
    state = core.empty()
    state.rules.recent.most = 10
    for turn in range(3):
        state, _ = live(core, state, lines([turn * 10 + n / 10 for n in range(50)], first=turn * 9_000, **PICTURE), 40)
        touch = lines([turn * 10 + 5.5], first=turn * 9_000 + 8_000, **{"object.type": "client"})
        state, judged = live(core, state, touch, 40)
    assert [finding.actor_id for finding in high(judged)] == ["user:anna"]


TOUCH = {"object.type": "client", "event.outcome": "success"}


def flood(seconds: Sequence[float], *, who: str = "root", first: int = 5_000, **more: Any) -> pl.DataFrame:
    """Return what one address outside asks for under a name, in vain."""
    vain = {"source.ip": "203.0.113.9", "event.action": "login", "event.outcome": "failure"}
    return lines(seconds, who=who, first=first, **(vain | more))


@pytest.mark.parametrize("more", [{}, {"event.action": "read", "object.type": "client"}])
def test_a_flood_from_one_address_does_not_push_anybody_elses_reads_out_of_the_preview(
    core: Core, more: dict[str, Any]
) -> None:
    state, found = core.empty(), []
    state.rules.recent.most = 10
    for turn in range(3):
        # Each turn affects both.
        read = lines([turn * 10 + 0.5], first=turn * 100, **TOUCH)
        many = [flood([turn * 10 + n / 10], who=f"n{n}", first=5_000 + turn * 9_000 + n, **more) for n in range(10, 60)]
        state, judged = core.step(state, [pl.concat([read, *many])], now=START + 40 * SECOND)
        found = [finding.actor_id for finding in high(judged)]
    assert judged.waiting == 3 * 51
    assert "user:anna" in found


def test_a_flood_of_failed_logins_does_not_push_out_what_a_belated_read_completes(core: Core) -> None:
    state = core.empty()
    state.rules.recent.most = 40
    state, _ = live(core, state, lines([1.5, 3.5], **TOUCH), 4)
    for turn in range(10):
        state, _ = live(core, state, flood([10 + turn + n / 50 for n in range(20)], first=5_000 + turn * 5_000), 30)
    dropped = 0
    for batch, second in ((lines([600.5], who="lev", first=90_000), 601), (frames.empty_events(), 700)):
        state, judged = live(core, state, batch, second)
        dropped += judged.dropped
    assert judged.waiting == 0
    assert state.rules.recent.height <= 50
    assert state.rules.recent.height + dropped == 203
    _, judged = live(core, state, lines([2.5], source="slow", **TOUCH), 701)
    assert [finding.actor_id for finding in high(judged)] == ["user:anna"]


def test_rows_that_are_too_old_have_what_room_those_that_count_leave() -> None:
    kept = recent_rows.RecentRows(span=5_000_000, most=8)
    for rows in (lines(range(14), **TOUCH), lines(range(14, 17), first=900, **PICTURE)):
        kept.add(rows, np.arange(rows.height), instants(rows))
    times = kept.to_frame().get_column("@timestamp").to_list()
    assert times == [START + second * SECOND for second in range(9, 17)]
    assert kept.dropped == 0


def held(frame: pl.DataFrame) -> int:
    """Return the bytes that a frame's texts keep alive, whether or not they are seen in it."""
    arrays = [column.to_arrow(compat_level=pl.CompatLevel.newest()) for column in frame if column.dtype == pl.String()]
    return sum(buffer.size for array in arrays for buffer in array.buffers() if buffer is not None)


def test_rows_that_are_remembered_do_not_keep_alive_what_was_read_with_them() -> None:
    kept = recent_rows.RecentRows()
    joined = 64  # so many small parts become one
    batches = 5 * joined
    for number in range(batches):
        rows = lines(range(number, number + 50), first=1000 * number, **TOUCH)
        rows = rows.with_columns((pl.col("event.original") + "x" * 2_000).alias("event.original"))
        kept.add(rows, np.array([7]), instants(rows))
    frame = kept.to_frame()
    assert frame.height == batches
    assert held(frame) < 3 * (2_500 * batches + 50 * joined * 2_500)


def test_rows_that_are_asked_for_by_a_moment_stay_beyond_the_span_so_long_as_there_is_room() -> None:
    two, nine, eleven = (int(instants(lines([second]))[0]) for second in (2, 9, 11))
    kept = recent_rows.RecentRows(span=5_000_000, since=two, most=8)
    for rows in (lines(range(9), **TOUCH), lines(range(9, 16), first=900, **TOUCH), lines([16], first=990, **PICTURE)):
        kept.add(rows, np.arange(rows.height), instants(rows))
    assert kept.to_frame().get_column("@timestamp").to_list() == [START + n * SECOND for n in range(9, 17)]
    assert kept.between(nine, eleven).get_column("@timestamp").to_list() == [START + 9 * SECOND, START + 10 * SECOND]
    assert kept.dropped == 0


def test_of_too_many_rows_those_that_touch_client_data_stay_and_none_has_more_than_its_share() -> None:
    few, busy = lines(range(4), who="anna", **TOUCH), lines(range(30), who="boris", **TOUCH)
    pictures = lines(range(30), who="anna", **PICTURE)
    vain = pl.concat([flood([n], who=f"n{n}", **TOUCH | {"event.outcome": "failure"}) for n in range(30)])
    rows = pl.concat([few, busy, pictures, vain]).sort("@timestamp", maintain_order=True)

    def who(most: int) -> dict[str, int]:
        kept = rows.filter(pl.Series(fairly.fair(fairly.Claims.of(rows), most, share=5)))
        assert kept.height == min(most, rows.height)
        return dict(kept.group_by(pl.col("actor.id").str.slice(0, 7)).len().iter_rows())

    assert who(9) == {"user:an": 4, "user:bo": 5}
    assert who(14) == {"user:an": 4, "user:bo": 5, "user:n2": 5}
    assert who(15)["user:an"] == 5  # one picture, the latest
    assert who(17) == {"user:an": 5, "user:bo": 7, "user:n2": 5}  # what nobody else needs
    assert sum(who(1_000).values()) == rows.height


def test_a_rule_that_brings_several_actors_together_is_previewed_over_all_that_waits(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(MANY.replace("group-by: [actor.id]", "group-by: [url.path]"))
    core = Core(prompt({"web": timedelta(minutes=1)}), RuleDetector(RuleSet.load([tmp_path]), Settings(), 1))
    state, found = core.empty(), []
    for turn, who in enumerate(("anna", "boris", "lev")):
        batch = lines([turn + 0.5], who=who, first=turn * 100, **{"url.path": "/clients/7"})
        state, judged = live(core, state, batch, turn + 1)
        found.append(len(high(judged)))
    assert found == [0, 0, 1]


def test_the_shipped_rules_say_a_walk_over_client_ids_while_its_lines_wait() -> None:
    detector = RuleDetector(RuleSet.load([Path(shipped("rules"))]), Settings(), 1)
    core = Core(prompt({"web": timedelta(minutes=1)}), detector)
    walk = lines([n / 10 for n in range(70)])
    ids = pl.Series("subject.ids", [[str(4_000 + n)] for n in range(70)])
    walk = walk.with_columns(ids, pl.lit("success").alias("event.outcome"), pl.lit("human").alias("actor.type"))
    _, judged = live(core, core.empty(), walk, 8)
    assert judged.waiting == 70
    assert "Client ids are tried one after another" in {finding.title for finding in judged.findings}
