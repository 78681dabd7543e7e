"""Records that accounts come for alone, as arrays and row by row; nobody is paged before the order is known."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detector.detect.rules import RuleSet
from detector.detect.rules.detector import RuleDetector
from detector.detect.rules.facts.habits.taken_alone import KNOWN_FOR, NEW_FOR, SPAN, WORK, TakenAlone
from detector.resources import shipped
from detector.settings import Settings

MINUTE = 60_000_000
ROWS = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 4_000).map(lambda each: each * 10), st.sampled_from([True, False])),
    max_size=60,
)


def plain(rows: list[tuple[int, int, bool]], since: int) -> list[bool]:
    """Go through the rows one by one, with all of each account's past in sight."""
    found, worked, begun = list[bool](), dict[int, list[int]](), dict[tuple[int, int], int]()
    for key, minute, export in rows:
        time, done = minute * MINUTE, worked.setdefault(key, [])
        if not export:
            done.append(time)
        alone = export and sum(time - each <= SPAN for each in done) < WORK
        if alone:
            begun.setdefault((key, minute // 360 % 4), time)
        found.append(alone and time - since >= KNOWN_FOR and time - begun[key, minute // 360 % 4] < NEW_FOR)
    return found


@given(rows=ROWS, since=st.integers(-20, 15), cuts=st.integers(1, 4))
def test_they_are_found_like_row_by_row_however_rows_are_cut(
    rows: list[tuple[int, int, bool]], since: int, cuts: int
) -> None:
    rows.sort(key=lambda row: row[1])
    memory, found, since = TakenAlone(), list[bool](), since * 1440 * MINUTE
    for part in np.array_split(np.array(rows, dtype=np.int64).reshape(-1, 3), cuts):
        key, minute, export = part.T
        rest = minute * MINUTE, export.astype(bool), np.full(minute.size, since)
        ahead = memory.overlay().step(key.astype(np.uint64), *rest).tolist()
        found += memory.step(key.astype(np.uint64), *rest).tolist()
        assert found[len(found) - len(ahead) :] == ahead
        memory = TakenAlone.from_table(memory.to_table())
    assert found == plain(rows, since)


def test_of_too_many_accounts_those_not_seen_for_longest_are_forgotten() -> None:
    memory = TakenAlone(most=4)
    for key in range(1, 6):
        memory.step(np.array([key], np.uint64), np.array([key * MINUTE]), np.array([False]), np.array([0]))
    assert memory.of.size == 3


def test_what_a_card_that_comes_later_may_refute_waits_for_the_order() -> None:
    rules = RuleDetector(RuleSet.load([shipped("rules")]), Settings(), 1)
    titles = {each.about.id: each.about.title for each in rules.rules.events}
    assert {titles[each] for each in rules.refutable if each in titles} == {
        "A person comes at night for records alone",
        "Client cards are copied off in haste",
        "Clients are walked through by number in many short pieces",
    }
