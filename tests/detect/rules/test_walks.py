"""A walk through neighbouring clients goes on over pauses and other work, in whatever order, and whatever the cut."""

import itertools
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.detect.bounded_records import BoundedRecords
from detector.detect.rules import RuleDetector, RuleSet
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.facts import touch_facts
from detector.detect.rules.facts.fact_maker import FactMaker, FactState
from detector.detect.rules.rule_checks import events_frame
from detector.detect.touches.walks import OF_WALKS, walk_on
from detector.messages import LANGUAGES, messages
from detector.resources import shipped
from detector.runtime.incidents.manner.finding_manner import Manner, manners
from detector.settings import Settings

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR, MINUTE = 60, 1


def card(client: object, minute: float = 0, who: str = "anna", act: str = "read") -> dict[str, Any]:
    return {
        "@timestamp": START + timedelta(minutes=minute), "user.id": who, "event.action": act, "object.type": "client",
        "subject.ids": [str(client)], "source.ip": "192.0.2.7", "user.roles": ["clerk"],
    }  # fmt: skip


BEFORE = card("900000", -14 * 24 * HOUR, who="nobody")


Walk = tuple[int | None, int | None]
FACTS = {"nabat.walk": "$walk_since", "nabat.walks": "$walks_since"}


def both_facts(rows: list[dict[str, Any]], cuts: list[int] | None = None) -> dict[str, list[Walk]]:
    """Return walk, and all walks, and their beginnings (minutes since ``START``) of each row.

    A first row, which makes the source old, is left out.
    """
    maker, state, frame = FactMaker(Settings(), [*FACTS]), FactState(), events_frame([BEFORE, *rows])
    found: dict[str, list[Walk]] = {fact: [] for fact in FACTS}
    zero = int(START.timestamp()) * 1_000_000
    edges = [0, *sorted(cuts or []), frame.height]
    for begin, end in itertools.pairwise(edges):
        if begin == end:
            continue
        view = FrameView(frame[begin:end], 1)
        view.add(maker.step(state, view))
        for fact, since in FACTS.items():
            lengths = view.column(fact).to_list()
            began = view.column(since).to_list() if view.knows(since) else [None] * len(lengths)
            minutes = (None if at is None else (at - zero) // 60_000_000 for at in began)
            found[fact] += zip(lengths, minutes, strict=True)
        state.seen.touches = touch_facts.from_tables(touch_facts.to_tables(state.seen.touches))
    return {fact: told[1:] for fact, told in found.items()}


def facts(rows: list[dict[str, Any]], fact: str = "nabat.walk") -> list[Walk]:
    return both_facts(rows)[fact]


def longest(rows: list[dict[str, Any]], fact: str = "nabat.walk") -> int:
    return max((length or 0 for length, _ in facts(rows, fact)), default=0)


def in_pieces(size: int, many: int, changed: int = 0) -> list[dict[str, Any]]:
    """Return walks of a size in different places, twenty minutes each, and other clients between.

    Of so many cards one is ``changed``; 0: none.
    """
    rows = []
    for part in range(many):
        for n in range(size):
            client, minute = 10_000 + 900 * part + n, 20 * part + n
            rows.append(card(client, minute))
            if changed and (part * size + n) % changed == 0:
                rows.append(card(client, minute + 0.5, act="update"))
        rows += [card(f"7{part}{n}31", 20 * part + 15 + n) for n in range(3)]
    return rows


def test_a_walk_goes_on_over_pauses_with_other_clients_between_and_says_when_it_began():
    rng = random.Random(1)
    rows = []
    for part in range(4):
        rows += [card(7000 + 7 * part + n, 5 + 2 * HOUR * part + n) for n in range(7)]
        rows += [card(rng.randrange(10_000, 800_000), 2 * HOUR * part + 30 + n) for n in range(9)]
    found = facts(sorted(rows, key=lambda row: row["@timestamp"]))
    assert max(found, key=lambda each: each[0] or 0) == (28, 5)


@pytest.mark.parametrize("step", [1, -1, 3, -3])
def test_it_goes_either_way_and_leaves_some_out(step):
    assert longest([card(7000 + step * n, n) for n in range(40)]) == 40


def test_a_shuffled_block_is_counted_short_and_never_long():
    ids = list(range(7000, 7040))
    random.Random(2).shuffle(ids)
    assert 10 <= longest([card(client, n) for n, client in enumerate(ids)]) <= 40


def test_twelve_hours_without_a_step_end_it():
    assert longest([card(7000 + n, n * 11 * HOUR) for n in range(4)]) == 4
    assert longest([card(7000 + n, n * 13 * HOUR) for n in range(4)]) == 1


def test_who_corrects_cards_on_the_way_walks_no_further():
    rows = []
    for n in range(40):
        rows.append(card(7000 + n, 2 * n))
        if n % 8 == 7:
            rows.append(card(7000 + n, 2 * n + 1, act="update"))
    assert longest(rows) <= 12
    elsewhere = [card(500_000 + n, n + 0.5, act="update") for n in range(40)]
    walk = [card(7000 + n, n) for n in range(40)]
    assert longest(sorted([*walk, *elsewhere], key=lambda row: row["@timestamp"])) == 40


def test_clients_somebody_dealt_with_are_no_part_of_a_walk_and_those_of_others_walk_apart():
    assert longest([*(card(7000 + n, n) for n in range(9)), *(card(7000 + n, 40 * HOUR + n) for n in range(9))]) == 9
    both = [card(7000 + n, n, who="anna" if n % 2 else "boris") for n in range(10)]
    assert longest(both) == 5


def test_nothing_is_a_walk_until_a_source_is_ten_days_old():
    maker, state = FactMaker(Settings(), ["nabat.walk"]), FactState()
    view = FrameView(events_frame([card(7000 + n, n) for n in range(20)]), 1)
    view.add(maker.step(state, view))
    assert view.column("nabat.walk").null_count() == 20


def test_walks_in_many_places_add_up_and_say_when_the_first_of_them_began():
    rows = in_pieces(7, 8)
    assert max(facts(rows, "nabat.walks"), key=lambda each: each[0] or 0) == (56, 0)
    assert longest(rows) == 7


def test_neighbours_that_are_met_by_chance_add_nothing():
    assert longest(in_pieces(3, 20), "nabat.walks") == 0
    rng = random.Random(3)
    assert longest([card(rng.randrange(100_000, 900_000), n * 0.7) for n in range(1000)], "nabat.walks") < 25


def test_who_works_lists_of_neighbours_off_comes_to_little_and_a_few_changes_hide_no_walks():
    assert longest(in_pieces(20, 10, changed=3), "nabat.walks") <= 8
    assert longest(in_pieces(7, 10, changed=35), "nabat.walks") >= 50


def test_chance_carries_nobody_far_who_changes_a_fifth_of_long_lists():
    rows, rng = [], random.Random(4)
    for part in range(6):
        for n in range(120):
            rows.append(card(10_000 + 900 * part + n, 130 * part + n))
            if rng.random() < 0.2:
                rows.append(card(10_000 + 900 * part + n, 130 * part + n + 0.5, act="update"))
    assert longest(rows, "nabat.walks") <= 50


def test_twelve_hours_without_a_walk_begin_anew():
    rows = [
        *in_pieces(7, 4),
        *({**row, "@timestamp": row["@timestamp"] + timedelta(hours=15)} for row in in_pieces(5, 1)),
    ]
    assert longest(rows, "nabat.walks") == 28
    assert longest([card(50_000 + n, 15 * HOUR + n) for n in range(5)], "nabat.walks") == 5


def test_what_is_said_of_walks_in_pieces_is_said_of_all_of_them_and_once_no_line_can_refute_it():
    detector = RuleDetector(RuleSet.load([Path(shipped("rules")) / "access" / "walks.yml"]), Settings())
    _, (finding,) = detector.step(detector.empty(), events_frame([BEFORE, *in_pieces(7, 9)]))
    assert [messages(language).reason(finding.reasons[0]) for language in LANGUAGES] == [
        "Clients are walked through by number in many short pieces: 63 neighbouring ids in all",
        "Клиентов просматривают по порядку номеров, многими короткими кусками: всего 63 соседних идентификатора",
    ]
    assert (finding.first_event_at, manners(finding)) == (START, {Manner.WALK})
    assert detector.refutable == {finding.rule_id}


@settings(max_examples=8)
@given(
    clients=st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 200), st.sampled_from("ab"), st.booleans()), max_size=40
    ),
    cuts=st.lists(st.integers(0, 41), max_size=6),
)
def test_any_cut_and_any_restart_give_the_same_walks(clients, cuts):
    moment, rows = 0, []
    for client, pause, who, changed in clients:
        moment += pause
        rows.append(card(7000 + client, moment, who=who, act="update" if changed else "read"))
    assert both_facts(rows, [min(cut, len(rows) + 1) for cut in cuts]) == both_facts(rows)


def test_a_state_saved_before_pieces_were_followed_goes_on_with_its_walks():
    maker, state = FactMaker(Settings(), [*FACTS]), FactState()
    first, second = events_frame([BEFORE, *(card(n, n) for n in range(5))]), events_frame([card(5, 5), card(6, 6)])
    maker.step(state, FrameView(first, 1))
    saved = touch_facts.to_tables(state.seen.touches)
    saved["facts.touches.walks"] = saved["facts.touches.walks"].drop("piece", "begun")
    state.seen.touches = touch_facts.from_tables(saved)
    view = FrameView(second, 1)
    view.add(maker.step(state, view))
    assert view.column("nabat.walk").to_list() == [6, 7]
    assert view.column("nabat.walks").to_list() == [None, None], "the piece began anew"


def test_memory_of_walks_is_bounded():
    memory = BoundedRecords(OF_WALKS, 100)
    for day in range(5):
        actors = np.arange(1000, dtype=np.uint64) + np.uint64(1000 * day + 1)
        clients, time = np.full(1000, 7, dtype=np.uint64), np.full(1000, day, dtype=np.int64)
        walk_on(memory, 2, actors, clients, time, np.zeros(1000, dtype=np.bool_))
    assert memory.to_table().height <= 10_000  # two stretches of walks and of pieces, and the sum, in two halves
    assert memory.forgotten


def test_clients_without_a_number_are_passed_over():
    rows = [card(f"client-{'abcdefghijklmnop'[n]}", n) for n in range(9)]
    assert longest(rows) == 0
