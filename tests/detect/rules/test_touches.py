"""What explains a touch is a function of the events in order, whatever the cut, and is remembered within bounds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from detector.detect.bounded_records import BoundedRecords
from detector.detect.core import Core
from detector.detect.density import SIZE
from detector.detect.ordering.reorder import Reorderer
from detector.detect.rules import RuleDetector, RuleSet, RuleState
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.facts import touch_facts
from detector.detect.rules.facts.fact_maker import FactMaker, FactState
from detector.detect.rules.rule_checks import events_frame
from detector.detect.seen_filter import SeenPairs
from detector.detect.touches import TouchState
from detector.schema.events.touches import CLASS_OF, TouchReason
from detector.settings import RecordMap, Settings
from detector.settings.lists.company_lists import CompanyLists
from detector.settings.lists.portfolio_rows import Portfolios

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
EARLY, NOBODY = TouchReason.TOO_EARLY.label, TouchReason.NOBODY.label
HALF_HOUR = 30


def touch(*clients: str, minute: float = 0, who: str | None = "anna", act: str = "read", **more: Any) -> dict[str, Any]:
    return {
        "@timestamp": START + timedelta(minutes=minute), "user.id": who, "event.action": act, "object.type": "client",
        "subject.ids": list(clients), "source.ip": "192.0.2.7", "user.roles": ["clerk"], **more,
    }  # fmt: skip


def days(count: float) -> float:
    return count * 24 * 60


def reasons(rows: Sequence[dict[str, Any]], cut: int = 1_000, state: FactState | None = None) -> list[list[str] | None]:
    maker, state, frame = FactMaker(Settings(), ["nabat.touch_reason"]), state or FactState(), events_frame(rows)
    found: list[list[str] | None] = []
    for at in range(0, frame.height, cut):
        view = FrameView(frame[at : at + cut], 1)
        view.add(maker.step(state, view))
        found += view.column("nabat.touch_reason").to_list()
        state.seen.touches = touch_facts.from_tables(touch_facts.to_tables(state.seen.touches))
    return found


def last(*rows: dict[str, Any]) -> list[str] | None:
    """Return the reasons of the last event, in a log that has touched clients for two weeks before."""
    before = touch("90000", minute=-days(14), who="nobody", **{"user.roles": None})
    return reasons([before, *rows])[-1]


def test_who_dealt_with_a_client_before_may_go_on():
    assert last(touch("77"), touch("77", minute=days(20))) == ["dealt_before"]


def test_another_act_on_a_card_just_opened_follows_it_up():
    assert last(touch("77"), touch("77", minute=29, act="update")) == ["same_card"]
    assert last(touch("77"), touch("77", minute=31, act="update")) == ["dealt_before"]


def test_a_card_that_a_list_just_showed_is_picked_from_it():
    assert last(touch("5", "77", act="search"), touch("77", minute=5)) == ["from_list"]
    assert last(touch("5", "77", act="search"), touch("77", minute=45)) == [NOBODY]
    assert last(touch("5", "77", act="search", who="boris"), touch("77", minute=5)) == [NOBODY]


def test_a_list_of_more_clients_than_anybody_reads_explains_none():
    many = [str(1000 * each) for each in range(201)]
    assert last(touch(*many, act="list"), touch(many[7], minute=5)) == [NOBODY]
    assert last(touch(*many[1:], act="list"), touch(many[7], minute=5)) == ["from_list"]


def test_lists_and_searches_show_whoever_fits_and_are_no_dealings():
    assert last(touch("5", "77", act="list")) == ["listed", "listed"]
    assert last(touch("5", "77", act="list"), touch("77", minute=days(1))) == [NOBODY]


def test_a_list_of_one_client_is_a_look_at_that_client():
    assert last(touch("77", act="list")) == [NOBODY]


def test_the_next_number_to_a_client_just_opened_is_list_work():
    assert last(touch("700"), touch("703", minute=2)) == ["neighbour"]
    assert last(touch("700"), touch("730", minute=2)) == [NOBODY]
    assert last(touch("700"), touch("703", minute=40)) == [NOBODY]
    assert last(touch("700", who="boris"), touch("703", minute=2)) == [NOBODY]


def test_how_near_numbers_lie_hangs_on_how_far_apart_clients_are():
    spread = [touch(str(1_000 * each), minute=each / 10, who=f"a{each}") for each in range(300)]
    asked = (touch("500000", minute=100), touch("501900", minute=101))
    assert last(*asked) == [NOBODY]
    assert last(*spread, *asked) == ["neighbour"]


def test_two_colleagues_make_a_client_one_of_the_team():
    by = [touch("77", who=who, minute=at) for at, who in enumerate(["boris", "clara"])]
    assert last(*by, touch("77", minute=days(1))) == ["colleagues"]
    assert last(by[0], touch("77", minute=days(1))) == [NOBODY]
    assert last(by[0], {**by[0], "@timestamp": START + timedelta(minutes=90)}, touch("77", minute=days(1))) == [NOBODY]
    other = {"user.roles": ["auditor"]}
    assert last(*by, touch("77", minute=days(1), **other)) == [NOBODY]
    assert last(*by, touch("77", minute=days(1), **{"organization.id": "north"})) == [NOBODY]


def test_an_export_is_asked_about_and_teaches_nothing():
    taken = touch("77", "5000", act="export")
    assert last(touch("77"), {**taken, "@timestamp": START + timedelta(days=1)}) == ["dealt_before", NOBODY]
    assert last(taken, touch("77", minute=days(1))) == [NOBODY]
    shown = touch("77", "5000", act="list")
    assert reasons([touch("1", minute=-days(14)), shown, touch("77", "9", minute=3, act="export")], 1)[-1] == [
        "from_list", NOBODY,
    ]  # fmt: skip


def test_for_ten_days_nobody_can_say_that_nothing_explains_it():
    assert reasons([touch("1"), touch("500", minute=days(9.9)), touch("900", minute=days(10.1))]) == [
        [EARLY], [EARLY], [NOBODY],
    ]  # fmt: skip


def test_a_source_that_begins_later_is_judged_later():
    other = {"log.source": "other"}
    rows = [touch("1"), touch("500", minute=days(20), **other), touch("900", minute=days(31), **other)]
    assert reasons(rows) == [[EARLY], [EARLY], [NOBODY]]


def test_what_failed_or_sent_nothing_is_no_touch():
    for nothing in ({"event.outcome": "failure"}, {"record.count": 0}, {"object.type": None}):
        assert last(touch("77", **nothing)) is None
        assert last(touch("77", **nothing), touch("77", minute=1)) == [NOBODY]


def test_where_the_log_names_nobody_it_cannot_be_said():
    assert last(touch("77", who=None, **{"source.ip": None})) == ["no_actor"]


def test_a_client_named_twice_by_an_event_has_one_reason():
    assert last(touch("77", "77")) == [NOBODY, NOBODY]


def test_the_clients_that_nothing_explains_are_named():
    maker, state = FactMaker(Settings(), ["nabat.touch", "nabat.unexplained"]), FactState()
    rows = [touch("1", minute=-days(14)), touch("77"), touch("77", "500", minute=days(1)), touch("77", minute=days(2))]
    view = FrameView(events_frame(rows), 1)
    view.add(maker.step(state, view))
    assert view.column("nabat.unexplained").to_list() == [None, ["77"], ["500"], None]
    assert view.column("nabat.touch").to_list() == [["unknown"], ["unexplained"], ["own", "unexplained"], ["own"]]


def test_each_reason_has_a_class():
    assert set(CLASS_OF) == set(TouchReason)


# -- the same by a toy, in any cut and order -----------------------------------------------------------------------

ACTS = st.sampled_from(["read", "read", "read", "update", "search", "list", "export"])
CLIENTS = st.lists(
    st.sampled_from([str(each) for each in (*range(1, 40, 3), 5_000, 5_001, 9_000)]), min_size=1, max_size=3
)
EVENTS = st.lists(
    st.tuples(st.sampled_from("abcd"), ACTS, CLIENTS, st.integers(0, 40), st.booleans()), min_size=1, max_size=25
)


def rows_of(drawn: Iterable[tuple[str, str, list[str], int, bool]]) -> list[dict[str, Any]]:
    """Return events, each so many minutes after the one before, now and then days."""
    minute, rows = 0.0, []
    for number, (who, act, clients, pause, long) in enumerate(drawn):
        minute += pause + (days(3) if long else 0)
        role = {"user.roles": ["clerk" if who in "abc" else "auditor"]}
        rows.append(touch(*clients, minute=minute, who=who, act=act, **role, **{"log.offset": number}))
    return rows


class Toy:
    """The definition, event by event."""

    def __init__(self, begun: datetime) -> None:
        self.begun, self.dealt = begun, set[tuple[str, str]]()
        self.opened, self.shown, self.cells = ({}, {}, {})  # type: ignore[var-annotated]
        self.team: dict[tuple[str, str], set[str]] = defaultdict(set)

    def reasons(self, row: dict[str, Any]) -> list[str]:
        named, act, now = row["subject.ids"], row["event.action"], row["@timestamp"]
        if act == "search" or (act == "list" and len(named) > 1):
            self.shown.update({(row["user.id"], client): now for client in named})
            return ["listed"] * len(named)
        told = {client: self.reason(row, client) for client in dict.fromkeys(named)}
        return [told[client] for client in named]

    def reason(self, row: dict[str, Any], client: str) -> str:
        now, pair, team = row["@timestamp"], (row["user.id"], client), (row["user.roles"][0], client)
        grids = [(row["user.id"], grid, (int(client) + 4 * grid) >> 3) for grid in (0, 1)]
        opens = row["event.action"] != "export"

        def lately(known: dict[Any, datetime], *keys: Any) -> bool:
            return any(now - known[key] <= timedelta(minutes=HALF_HOUR) for key in keys if key in known)

        explained = {
            "same_card": lately(self.opened, pair),
            "dealt_before": pair in self.dealt,
            "from_list": lately(self.shown, pair),
            "neighbour": opens and lately(self.cells, *grids),
            "colleagues": len(self.team[team]) >= 2,
            EARLY: now - self.begun < timedelta(days=10),
        }
        if opens and pair not in self.dealt:
            self.cells.update(dict.fromkeys(grids, now))
            self.team[team].add(row["user.id"])
        if opens:
            self.dealt.add(pair)
            self.opened[pair] = now
        return next((reason for reason, holds in explained.items() if holds), NOBODY)


@given(EVENTS, st.sampled_from([1, 3, 8]))
@example([("a", "read", ["1"], 0, False), ("a", "read", ["1"], HALF_HOUR, False)], 1)
@example([("a", "list", ["1", "4"], 0, True), ("a", "read", ["1"], HALF_HOUR, False)], 1)
@example([("a", "read", ["1"], 0, True), ("a", "read", ["2"], HALF_HOUR, False)], 1)
@settings(max_examples=40)
def test_any_cut_gives_the_reasons_that_the_definition_gives(drawn, cut):
    rows = rows_of(drawn)
    toy = Toy(rows[0]["@timestamp"])
    assert reasons(rows, cut) == [toy.reasons(row) for row in rows]


def judged(batches: Iterable[pl.DataFrame]) -> list[tuple[datetime, str, list[int]]]:
    """Return what the core keeps of touches that it reads so, with a restart before the last ones are let go."""
    core = Core(Reorderer({"samples": timedelta(minutes=10)}), RuleDetector(RuleSet.load([]), Settings(), 1))
    state, kept = core.empty(), []
    for batch in batches:
        state, told = core.step(state, [batch])
        kept += told.touches
    state = core.from_tables(core.to_tables(state))
    _, told = core.step(state, [], final=True)
    rows = pl.concat([*kept, *told.touches])
    return sorted(rows.select("@timestamp", "actor.id", "touch.reasons").iter_rows())


@given(EVENTS, st.randoms(use_true_random=False), st.sampled_from([4, 9]))
@settings(max_examples=6, deadline=None, phases=[Phase.generate])
def test_any_order_within_lateness_and_a_restart_give_the_same_reasons(drawn, random, cut):
    rows = [
        {**row, "@timestamp": START + timedelta(minutes=7 * number), "log.offset": number}
        for number, row in enumerate(rows_of(drawn))
    ]
    whole = judged([events_frame(rows)])
    shuffled = sorted(rows, key=lambda row: row["@timestamp"] + timedelta(minutes=random.uniform(0, 9)))
    assert judged(events_frame(shuffled[at : at + cut]) for at in range(0, len(rows), cut)) == whole


@pytest.fixture(scope="module")
def flood() -> pl.DataFrame:
    """Return a client's past, 100,000 invented accounts that open an invented client each, and the client again."""
    known = [touch("77", minute=-days(14)), *(touch("77", minute=at, who=who) for at, who in enumerate("bcd"))]
    invented = [
        touch(f"x-{each}", minute=5 + each / 500, who=f"invented-{each}", **{"user.roles": [f"role-{each % 97}"]})
        for each in range(100_000)
    ]
    return events_frame([*known, *invented, touch("77", minute=400)])


def after(flood: pl.DataFrame, memory: TouchState) -> tuple[dict[str, int], int, int]:
    """Return how large memories became, how many pairs were forgotten, and the reason of the last touch."""
    state, maker, largest, forgotten = RuleState(), FactMaker(Settings(), []), dict[str, int](), 0
    state.facts.seen.touches.memory.state = memory
    for at in range(0, flood.height, 10_000):
        view = FrameView(flood[at : at + 10_000], 1)
        view.add(maker.step(state.facts, view, keep=True))
        sizes = {name: table.height for name, table in memory.to_tables().items()}
        largest = {name: max(size, largest.get(name, 0)) for name, size in sizes.items()}
        forgotten += state.take_forgotten()["touches"]
    assert maker.touches is not None
    return largest, forgotten, maker.touches["touch.reasons"].to_list()[-1][0]


def test_a_hundred_thousand_invented_names_push_no_past_out(flood):
    _, forgotten, reason = after(flood, TouchState())
    assert (forgotten, reason) == (0, TouchReason.DEALT_BEFORE)


@pytest.mark.share(2)
def test_invented_names_are_remembered_within_bounds_and_what_is_forgotten_is_counted(flood):
    short = TouchState(
        pairs=SeenPairs(generation=50_000, most_fresh=1_000),
        recent=BoundedRecords(("opened", "shown"), 5_000),
        cells=BoundedRecords(("opened",), 5_000),
    )
    largest, forgotten, reason = after(flood, short)
    assert largest["pairs"] <= 2 * (50_000 + 10_000 + 10_000)
    assert largest["recent"] <= 2 * (5_000 + 10_000)
    assert largest["cells"] <= 2 * (5_000 + 20_000)
    assert largest["density"] <= SIZE + 10
    assert forgotten > 50_000
    assert reason == TouchReason.NOBODY  # a pair that is forgotten is unexplained: on the side of noticing


@pytest.mark.parametrize("named", ["nabat.touch", "nabat.unexplained"])
def test_late_events_have_no_place_in_the_order_and_no_reason(named):
    maker, view = FactMaker(Settings(), [named]), FrameView(events_frame([touch("77")]), 1)
    view.add(maker.late(view))
    assert view.column(named).to_list() == [None]


def of_company(*rows: dict[str, Any], said: Portfolios, **records: Any) -> list[str] | None:
    """Return the reasons of the last event where a company says whose clients they are."""
    about = Settings(records=RecordMap(**records))
    maker = FactMaker(about, ["nabat.touch_reason"], CompanyLists(portfolios=said))
    before = touch("90000", minute=-days(14), who="nobody", **{"user.roles": None})
    view = FrameView(events_frame([before, *rows]), 1)
    view.add(maker.step(FactState(), view))
    return list(view.column("nabat.touch_reason").to_list()[-1])


OWNED = Portfolios(
    teams=frozenset({("anna", "north"), ("anna", "loans"), ("boris", "north"), ("clara", "loans"), ("dora", "south")}),
    of_accounts=frozenset({("anna", "0077"), ("dora", "acme/5")}),
    of_teams=frozenset({("north", "7800"), ("south", "9900")}),
)


def test_a_client_of_ones_own_portfolio_is_explained_by_it():
    assert of_company(touch("77", "7800", "9900"), said=OWNED) == ["portfolio", "team_portfolio", NOBODY]
    assert of_company(touch("77", who="boris"), said=OWNED) == [NOBODY]
    assert of_company(touch("acme/5", "5", who="dora"), said=OWNED) == ["portfolio", NOBODY]


def test_the_portfolio_goes_before_dealings_and_behind_a_card_that_is_still_open():
    assert of_company(touch("77"), touch("77", minute=days(2)), said=OWNED) == ["portfolio"]
    assert of_company(touch("77"), touch("77", minute=3), said=OWNED) == ["same_card"]
    shown = touch("77", "7800", act="list")
    assert of_company(shown, said=OWNED) == ["listed", "listed"]
    assert of_company(shown, touch("77", "7800", minute=2), said=OWNED) == ["portfolio", "from_list"]
    assert of_company(touch("77", "9900", act="export"), said=OWNED) == ["portfolio", NOBODY]


def test_colleagues_are_those_of_any_team_the_company_names():
    other = {"user.roles": ["auditor"]}
    by = [touch("500", who=who, minute=at, **other) for at, who in enumerate(["boris", "clara"])]
    assert of_company(*by, touch("500", minute=days(1)), said=OWNED) == [NOBODY]
    same = [touch("500", who=who, minute=at, **other) for at, who in enumerate(["boris", "anna"])]
    assert of_company(*same, touch("500", minute=days(1), who="clara"), said=OWNED) == [NOBODY]
    north = OWNED.teams | {("clara", "north")}
    of_both = Portfolios(teams=north)
    assert of_company(*by, touch("500", minute=days(1)), said=of_both) == ["colleagues"]
    assert of_company(*by, touch("500", minute=days(1), who="dora", **other), said=of_both) == [NOBODY]


def test_accounts_in_no_team_have_the_colleagues_of_their_role_as_before():
    by = [touch("500", who=who, minute=at) for at, who in enumerate(["xenia", "yuri"])]
    assert of_company(*by, touch("500", minute=days(1), who="zoe"), said=OWNED) == ["colleagues"]
    assert of_company(*by, touch("500", minute=days(1)), said=OWNED) == [NOBODY]


def test_where_ids_are_text_zeros_before_them_make_another_client():
    card = {"object.type": "folder"}
    records = {"routes": [{"path": "/f/{id}", "object": "folder", "ids": "text", "subject": "id"}]}
    assert of_company(touch("77", **card), said=OWNED, **records) == [NOBODY]
    assert of_company(touch("0077", **card), said=OWNED, **records) == ["portfolio"]
    assert of_company(touch("77"), said=OWNED, **records) == ["portfolio"]
