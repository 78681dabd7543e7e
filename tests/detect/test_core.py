"""The core as a fold: the same lines in any batches give the same findings, late lines included."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate, cycle, pairwise, product
from typing import Any
from weakref import ref

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector import frames
from detector.detect.behaviour import Behaviour
from detector.detect.core import Core, in_order
from detector.detect.ordering.reorder import ReorderState
from detector.detect.rules import RuleDetector, RulePast, RuleSet, RuleState
from detector.detect.rules.facts.novelty import MAX_SEEN
from detector.detect.rules.rule_checks import events_frame
from detector.errors import NabatError
from detector.schema.detection.findings import Finding
from detector.settings import Settings
from tests.detect.prompt import prompt
from tests.detect.thefts import standing

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RULES = """\
title: Somebody tries to get at a file
id: 5f0c0c5e-0000-4000-8000-00000000000a
status: stable
logsource: {category: webserver}
detection:
  selection: {cs-uri-stem|contains: /etc/}
  condition: selection
level: medium
nabat: {playbook: web-attack, matter: web-attack, actor: source.ip, dedup: 10m}
---
title: Client data is exported
id: 5f0c0c5e-0000-4000-8000-00000000000b
name: exports
status: stable
logsource: {product: nabat}
detection:
  selection: {event.action: export}
  condition: selection
level: high
nabat: {playbook: client-data-leak, dedup: 1h}
---
title: Client data is exported again and again
id: 5f0c0c5e-0000-4000-8000-00000000000c
status: stable
correlation:
  type: event_count
  rules: [exports]
  group-by: [actor.id]
  timespan: 5m
  condition: {gte: 3}
level: high
nabat: {playbook: client-data-leak, dedup: 1h}
---
title: An account works from a network that is new for it
id: 5f0c0c5e-0000-4000-8000-00000000000d
status: stable
logsource: {product: nabat}
detection:
  selection: {nabat.network_new: true}
  condition: selection
level: low
nabat: {playbook: client-data-leak, dedup: 1h}
---
title: One address reads several clients
id: 5f0c0c5e-0000-4000-8000-00000000000e
status: stable
correlation:
  type: value_count
  rules: [exports]
  group-by: [source.ip, actor.id]
  timespan: 5m
  condition: {field: subject.ids, gte: 2}
level: high
nabat: {playbook: client-data-leak, dedup: 1h}
---
title: Much client data is exported
id: 5f0c0c5e-0000-4000-8000-00000000000f
status: stable
correlation:
  type: value_sum
  rules: [exports]
  group-by: [actor.id]
  timespan: 30m
  condition: {field: record.count, gte: 15}
level: high
nabat: {playbook: client-data-leak, dedup: 1h}
"""


@pytest.fixture(scope="module")
def cores(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Core]:
    """Return what makes a core whose hashes have a seed."""
    folder = tmp_path_factory.mktemp("rules")
    (folder / "rules.yml").write_text(RULES)
    rules, about = RuleSet.load([folder]), Settings()
    sequencer = prompt({"web": timedelta(seconds=2)})
    return lambda seed: Core(sequencer, RuleDetector(rules, about, seed))


@pytest.fixture(scope="module")
def core(cores: Callable[[int], Core]) -> Core:
    return cores(1)


_WHO, _ADDRESSES, _SERVICES = (
    ("anna", "boris", "lev", "dina"),
    ("192.0.2.1", "198.51.100.1", "203.0.113.1", None),
    ("crm", "shop"),
)
_KINDS = {kind: row for row, kind in enumerate(product(_WHO, _ADDRESSES, _SERVICES, (False, True), range(4)))}
# How far a line's time lies before the newest of its log, in seconds: on time, late, and by more than an hour.
_BEHIND = st.sampled_from([0, 0, 0, 0, 1, 30, 30, 200, 900, 5_000, 5_000, 200_000])
_LINES = st.lists(
    st.fixed_dictionaries(
        {
            "step": st.sampled_from([0, 0, 1, 40, 400, 4_000, 300_000]),
            "behind": _BEHIND,
            "who": st.sampled_from(_WHO),
            "address": st.sampled_from(_ADDRESSES),
            "service": st.sampled_from(_SERVICES),
            "export": st.booleans(),
            "ids": st.integers(0, 3),
        }
    ),
    max_size=60,
)


@cache
def _rows() -> pl.DataFrame:
    """Return an event of each kind: to make a frame of each example's own events would take longer than judging it."""
    return events_frame(
        {
            "@timestamp": START,
            "user.id": who,
            "source.ip": address,
            "service.name": service,
            "event.action": "export" if export else "read",
            "url.path": "/a" if export else "/etc/passwd",
            "subject.ids": [f"c{n}" for n in range(ids)],
            "record.count": 4 * ids if export else None,
            "actor.type": "service" if ids == 1 else "human",
        }
        for who, address, service, export, ids in _KINDS
    )


def stream(name: str, lines: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Return the events of one log, in the order of its lines."""
    newest, times, rows = START, [], []
    for line in lines:
        newest += timedelta(seconds=line["step"])
        times.append(newest - timedelta(seconds=line["behind"]))
        rows.append(_KINDS[line["who"], line["address"], line["service"], line["export"], line["ids"]])
    return _rows()[rows].with_columns(
        pl.Series("@timestamp", times, dtype=frames.TIME),
        pl.lit(name).alias("log.stream"),
        pl.lit("web").alias("log.source"),
        pl.lit(name).alias("log.file.identity"),
        (pl.int_range(pl.len(), dtype=frames.EVENT_SCHEMA["log.offset"]) * 100).alias("log.offset"),
        pl.lit(START + timedelta(days=365)).cast(frames.EVENT_SCHEMA["event.ingested"]).alias("event.ingested"),
    )


def parts(frame: pl.DataFrame, cuts: Sequence[int]) -> list[pl.DataFrame]:
    edges = sorted({0, *(cut % (frame.height + 1) for cut in cuts), frame.height})
    return [frame[low:high] for low, high in pairwise(edges)]


def judged(
    core: Core, batches: Sequence[pl.DataFrame], restarts: Sequence[bool] = (), *, most_seen: int = MAX_SEEN
) -> tuple[tuple[Finding, ...], int]:
    """Return what batches lead to and stands, merged as the database merges it, and how many rows were late.

    Args:
        restarts: Before which batches, turn and turn about, the state is saved and read again.
        most_seen: How much of what accounts come with is remembered.
    """
    state, told, late, restart = core.empty(), [], 0, cycle(restarts or [False])
    for number, batch in enumerate(batches):
        if next(restart):
            state = core.from_tables(core.to_tables(state))
        # Whatever may be forgotten is forgotten at once.
        state.rules.ledger.sweep_at = state.rules.facts.seen.sweep_at = 0
        state.rules.facts.seen.most = most_seen
        for each in state.rules.correlations.values():
            each.sweep_at = 0
        state, result = core.step(state, [batch], backlog=None if number else {"a": "web", "b": "web"})
        told, late = [*told, *result.findings], late + result.late
    _, result = core.step(state, [], final=True)
    assert not core.rules.errors
    return standing([*told, *result.findings]), late


def at_once(core: Core, logs: Sequence[pl.DataFrame]) -> tuple[tuple[Finding, ...], int]:
    """Return the same of logs that are read in one step."""
    _, result = core.step(core.empty(), logs, final=True)
    return standing(result.findings), result.late


_CUTS = st.lists(st.integers(0, 1000), max_size=6)
# Saving and reading the state costs more than a step: it is done before some batches, and before none.
_RESTARTS = st.sampled_from([[], [False, False, True], [True, False, False, False], [True]])


@given(a=_LINES, b=_LINES, cut_a=_CUTS, cut_b=_CUTS, restarts=_RESTARTS, turns=st.randoms(use_true_random=False))
def test_the_same_lines_in_any_batches_give_the_same_findings_late_ones_included(
    core: Core, a: list[Any], b: list[Any], cut_a: list[int], cut_b: list[int], restarts: list[bool], turns: Any
) -> None:
    one, two = stream("a", a), stream("b", b)
    pieces = {"a": parts(one, cut_a), "b": parts(two, cut_b)}
    order = ["a"] * len(pieces["a"]) + ["b"] * len(pieces["b"])
    turns.shuffle(order)
    batches = [pieces[name].pop(0) for name in order]
    assert judged(core, batches, restarts) == at_once(core, [one, two])


class Watching(RuleDetector):
    """A detector that notes how many frames of a step are alive when it judges what is in order."""

    given: list[ref[pl.DataFrame]]
    alive: list[int]

    def step(self, state: RuleState, frame: pl.DataFrame) -> tuple[RuleState, list[Finding]]:
        self.alive.append(sum(each() is not None for each in self.given))
        return super().step(state, frame)


def test_of_what_a_replay_reads_in_order_nothing_lies_beside_what_is_judged(core: Core) -> None:
    rules = Watching(core.rules.rules, Settings(), 1)
    rules.given, rules.alive = [], []

    def read() -> Iterator[pl.DataFrame]:
        batch = stream("a", [line(step) for step in range(10)])
        rules.given.append(ref(batch))
        yield batch

    replace(core, rules=rules).step(core.empty(), read(), final=True)
    assert rules.alive == [0]


def line(step: int = 0, behind: int = 0, *, export: bool = False, ids: int = 0) -> dict[str, Any]:
    return {"step": step, "behind": behind, "who": "anna", "address": "192.0.2.1", "service": "crm",
            "export": export, "ids": ids}  # fmt: skip


def test_a_late_line_read_with_one_days_later_is_counted_with_what_was_done_around_it(core: Core) -> None:
    one = stream("a", [line(), line(40), line(export=True), line(behind=30, export=True), line(300_000)])
    two = stream("b", [line(export=True), line(300_000), line(40)])
    found, late = judged(core, [one[:2], two, one[2:]])
    assert (found, late) == at_once(core, [one, two])
    assert "Client data is exported again and again" in {finding.title for finding in found}


def test_what_a_late_line_led_to_before_a_restart_is_replaced_when_another_leads_elsewhere(core: Core) -> None:
    one = stream("a", [line(), line(export=True, ids=2), line(behind=30, export=True, ids=2)])
    two = stream("b", [line(), line(behind=30, export=True, ids=2)])
    for restarts in ([], [False, True], [True]):
        assert judged(core, [one, two], restarts) == at_once(core, [one, two])


def test_what_goes_on_stands_though_a_late_line_has_moved_the_beginning_that_had_its_id(core: Core) -> None:
    """The export of 08:59:30 is of another hour; what follows at 09:06 has the id of what it moved."""
    one = stream("a", [line(), line(400), {**line(export=True, ids=2), "who": "boris"}])
    exports = [{**line(behind=behind, export=True, ids=2), "who": "boris"} for behind in (0, 30)]
    two = stream("b", [line(), line(), *exports])
    for batches, restarts in product(([one, two], [two, one], [two[:3], two[3:], one]), ([], [True], [False, True])):
        assert judged(core, batches, restarts) == at_once(core, [one, two])


# Logs of whole seconds: many lines of one instant in both, out of order by no more than their lateness.
_SECONDS = st.lists(
    st.fixed_dictionaries(
        {
            "step": st.sampled_from([0, 0, 0, 1, 1, 2, 40]),
            "behind": st.sampled_from([0, 0, 0, 1, 2]),
            "who": st.sampled_from(["anna", "boris"]),
            "address": st.sampled_from(["192.0.2.1", "198.51.100.1"]),
            "service": st.sampled_from(_SERVICES),
            "export": st.booleans(),
            "ids": st.integers(0, 3),
        }
    ),
    max_size=40,
)


def settled(
    core: Core, turns: Sequence[Sequence[pl.DataFrame]], opened: Sequence[Sequence[str]]
) -> tuple[Finding, ...]:
    """Return what is counted where logs are followed: turn by turn, and then nothing is written any more."""
    order, state, found, came, now = ReorderState(), core.empty().rules, [], [], START
    for number in range(len(turns) + 2):
        turn, backlog = (turns[number], opened[number]) if number < len(turns) else ((), ())
        now = max([now, *(batch.item(0, "event.ingested") for batch in turn if batch.height)])
        if number >= len(turns):
            now += timedelta(hours=1)  # more than any lag
        order, rows = core.sequencer.step(order, turn, now=now, backlog=dict.fromkeys(backlog, "web"))
        assert not rows.late.height
        found += core.rules.step(state, rows.ordered)[1]
        came += rows.ordered.select("@timestamp", "log.stream", "log.offset").rows()
    assert not order.waiting.height
    assert came == sorted(came)
    return in_order(found)


def read_at(frame: pl.DataFrame, moments: Sequence[datetime]) -> pl.DataFrame:
    return frame.with_columns(pl.Series("event.ingested", moments).cast(frames.EVENT_SCHEMA["event.ingested"]))


@given(
    a=_SECONDS,
    b=_SECONDS,
    lateness=st.sampled_from([0, 0, 2]),
    cuts=_CUTS,
    backlog=st.booleans(),
    turns=st.randoms(use_true_random=False),
)
def test_lines_of_one_instant_in_two_logs_lead_live_to_what_they_lead_to_in_a_replay(
    core: Core, a: list[Any], b: list[Any], lateness: int, cuts: list[int], backlog: bool, turns: Any
) -> None:
    core = replace(core, sequencer=prompt({"web": timedelta(seconds=lateness)}))
    logs = {
        name: stream(name, [{**line, "behind": min(line["behind"], lateness)} for line in lines])
        for name, lines in (("a", a), ("b", b))
    }
    expected, late = at_once(core, list(logs.values()))
    assert not late
    if backlog:
        # Both are read long after they were written, in any order.
        end = START + timedelta(hours=1)
        pieces = {name: parts(read_at(log, [end] * log.height), cuts) for name, log in logs.items()}
        order = [name for name, several in pieces.items() for _ in several]
        turns.shuffle(order)
        left = [sorted(set(order[number + 1 :])) for number in range(len(order))]
        counted = settled(core, [[pieces[name].pop(0)] for name in order], left)
    else:
        # Each line is read within the second in which it was written.
        written = {
            name: [START + timedelta(seconds=s + 0.9) for s in accumulate(line["step"] for line in lines)]
            for name, lines in (("a", a), ("b", b))
        }
        moments = sorted({moment for times in written.values() for moment in times})
        edges = sorted({moments[cut % len(moments)] for cut in cuts} | {moments[-1]}) if moments else []
        reads = []
        for low, high in pairwise([START, *edges]):
            places = {name: [n for n, at in enumerate(times) if low < at <= high] for name, times in written.items()}
            batches = [read_at(logs[name][rows], [high] * len(rows)) for name, rows in places.items() if rows]
            turns.shuffle(batches)
            reads.append(batches)
        counted = settled(core, reads, [()] * len(reads))
    assert counted == expected


@given(lines=_LINES, cuts=_CUTS, restarts=_RESTARTS, seed=st.integers(0, 2**64 - 1))
def test_no_answer_depends_on_the_seed_of_hashes_not_even_where_memory_is_short(
    cores: Callable[[int], Core], lines: list[Any], cuts: list[int], restarts: list[bool], seed: int
) -> None:
    batches = parts(stream("a", lines), cuts)

    def short(seed: int) -> Core:
        core = cores(seed)
        few = tuple(replace(rule, most_groups=2) for rule in core.rules.rules.correlations)
        return replace(core, rules=RuleDetector(replace(core.rules.rules, correlations=few), Settings(), seed))

    here, there = (judged(short(each), batches, restarts, most_seen=3) for each in (seed, seed ^ 0x5DEECE66D))
    assert here == there


def test_a_state_whose_hashes_have_another_seed_is_refused_and_says_so(cores: Callable[[int], Core]) -> None:
    def core(seed: int) -> Core:
        return replace(cores(seed), behaviour=Behaviour.of(Settings(), None, seed))

    lines = [
        {"step": 1, "behind": 0, "who": "anna", "address": "192.0.2.1", "service": "crm", "export": True, "ids": 1}
    ]
    state, _ = core(1).step(core(1).empty(), [stream("a", lines)], final=True)
    tables = core(1).to_tables(state)
    assert core(1).from_tables(tables)
    with pytest.raises(NabatError, match="with another key"):
        core(2).from_tables(tables)
    behaviour_alone = {name: table for name, table in tables.items() if name != "rules.probe"}
    with pytest.raises(NabatError, match="with another key"):
        core(2).from_tables(behaviour_alone)


# A source whose clock runs 20 minutes fast: all it says is dated in the future. One is right.
FAST, RIGHT = timedelta(minutes=20), timedelta(0)


def attacked(source: str, read: datetime, ahead: timedelta, addresses: Sequence[str], offset: int = 0) -> pl.DataFrame:
    """Return what addresses that no other moment has try at one moment, as a clock that may run ahead dates it."""
    rows = [
        {"@timestamp": read + ahead, "source.ip": address, "url.path": "/etc/passwd", "service.name": "crm"}
        for address in addresses
    ]
    return events_frame(rows).with_columns(
        pl.lit(source).alias("log.stream"),
        pl.lit("web").alias("log.source"),
        pl.lit(source).alias("log.file.identity"),
        (pl.int_range(pl.len(), dtype=frames.EVENT_SCHEMA["log.offset"]) + offset).alias("log.offset"),
        pl.lit(read).cast(frames.EVENT_SCHEMA["event.ingested"]).alias("event.ingested"),
    )


def addresses(day: int, many: int) -> list[str]:
    return [f"2001:db8::{day}:{number}" for number in range(many)]


def test_what_a_clock_that_runs_fast_began_is_forgotten_in_time_though_nothing_else_is_heard(core: Core) -> None:
    state, kept = core.empty(), []
    for day in range(0, 40, 2):
        state.rules.ledger.sweep_at = 10
        read = START + timedelta(days=day)
        events = attacked("a", read, FAST, addresses(day, 20), day * 100)
        state, result = core.step(state, [events], now=read)
        assert (result.late, len(result.findings)) == (20, 20)
        # What is counted again at the start is looked through as seldom as ever: here there is nothing to.
        state = core.from_tables(core.to_tables(replace(state, rules_past=RulePast())))
        kept.append(len(state.rules.ledger.matters))
    assert max(kept) <= 2 * 20 + 10


def test_late_events_alone_begin_no_more_matters_than_there_may_be_and_push_out_none_of_the_right_time(
    core: Core,
) -> None:
    state = core.empty()
    state.rules.ledger.most, state.rules.ledger.sweep_at = 50, 10
    real = addresses(1, 30)
    state, _ = core.step(state, [attacked("a", START, RIGHT, real)], now=START + FAST)
    for minute in range(1, 30):
        read = START + timedelta(minutes=minute)
        flood = attacked("b", read, FAST, addresses(1 + minute, 20), minute * 100)
        state, result = core.step(state, [flood], now=START + FAST)
        assert result.late == 20
        assert len(state.rules.ledger.matters) <= 50 + 10
    groups = {group for _, group, _ in state.rules.ledger.matters}
    assert groups >= {f"ip:{address}" for address in real}


LOGINS = """\
title: A login
name: login
logsource: {product: nabat}
detection:
  selection: {event.action: login}
  condition: selection
---
title: An export
name: export
logsource: {product: nabat}
detection:
  selection: {event.action: export}
  condition: selection
---
title: An export without a login
id: without
correlation:
  type: temporal
  rules: [login, export]
  group-by: [actor.id]
  timespan: 60s
  condition: export and not login
---
title: A single export
id: single
correlation:
  type: event_count
  rules: [export]
  group-by: [actor.id]
  timespan: 60s
  condition: {lt: 2}
---
title: Exports of few records
id: small
correlation:
  type: value_avg
  rules: [export]
  group-by: [actor.id]
  timespan: 60s
  condition: {field: record.count, lt: 5}
---
title: Exports
id: several
correlation:
  type: event_count
  rules: [export]
  group-by: [actor.id]
  timespan: 60s
  condition: {gte: 2}
"""


def test_what_an_event_that_comes_later_may_refute_is_said_when_it_is_counted_in_order(tmp_path):
    (tmp_path / "rules.yml").write_text(LOGINS)
    core = Core(prompt({"web": timedelta(seconds=2)}), RuleDetector(RuleSet.load([tmp_path]), Settings(), 1))
    rows = _rows()[[0, 0, 0, 0]].with_columns(
        pl.Series("event.action", ["export", "login", "export", "export"]),
        pl.Series("record.count", [1, None, 9, 1], dtype=frames.EVENT_SCHEMA["record.count"]),
        pl.Series("@timestamp", [START + timedelta(seconds=at) for at in (30, 29, 28, 200)], dtype=frames.TIME),
        pl.lit("app").alias("log.stream"),
        pl.lit("web").alias("log.source"),
        (pl.int_range(4, dtype=frames.EVENT_SCHEMA["log.offset"]) * 100).alias("log.offset"),
    )
    _, whole = core.step(core.empty(), [rows], final=True)
    expected = {(finding.rule_id, finding.at) for finding in whole.findings}
    state, told = core.empty(), []
    for at in range(4):
        state, judged = core.step(state, [rows[at : at + 1]], now=START + timedelta(seconds=(30, 30, 31, 200)[at]))
        told.append({(finding.rule_id, finding.at) for finding in judged.findings})
    _, judged = core.step(state, [], final=True)
    told.append({(finding.rule_id, finding.at) for finding in judged.findings})
    assert ("several", START + timedelta(seconds=30)) in told[2]  # at once
    assert set().union(*told) == expected
