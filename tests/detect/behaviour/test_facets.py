"""What each facet finds, and what looks like it and is honest."""

import numpy as np
import polars as pl
import pytest

from detector.detect.behaviour import Behaviour
from detector.settings.lists.company_lists import CompanyLists
from detector.settings.lists.portfolio_rows import Portfolios
from tests.detect.behaviour import company
from tests.detect.behaviour.company import familiar, reads, strange
from tests.detect.behaviour.conftest import SEED, TRAINED_DAYS, Trained
from tests.detect.behaviour.judging import TUESDAY, WEDNESDAY, found, live, run

CHAIN = 700_000 + np.cumsum(1 + np.arange(40) % 3)  # with gaps


@pytest.mark.parametrize(
    ("planted", "feature", "least", "most"),
    [
        (reads(TUESDAY, 14, "op3", familiar(300, spread=13)), "clients", 270, 340),
        (reads(TUESDAY, 14, "op3", strange(30)), "strangers", 27, 45),
        (reads(TUESDAY, 14, "op3", familiar(8), action="export", record__count=500), "exports", 8, 8),
        (reads(TUESDAY, 14, "op3", familiar(30), object__type="document"), "documents", 30, 30),
        (reads(TUESDAY, 14, "op3", familiar(30), action="search", record__count=50), "shown", 1500, 1500),
        (reads(TUESDAY, 14, "never", strange(30)), "strangers", 27, 30),
    ],
    ids=["bulk", "strangers", "exports", "documents", "searches", "unseen account"],
)
def test_what_an_account_does_is_found_and_named_first_with_its_numbers(
    trained: Trained, planted: pl.DataFrame, feature: str, least: int, most: int
) -> None:
    actor = planted["actor.id"][0].removeprefix("user:")
    new = "-new" if actor == "never" else ""
    told = found(trained, planted)[actor]
    named = {f"behaviour-{feature}{new}", f"behaviour-{feature}_day{new}"}
    assert told[0].reasons[0].message in named
    assert all((finding.confidence == "low") == bool(new) for finding in told)
    numbers = [dict(r.args) for finding in told for r in finding.reasons if r.message in named]
    assert least <= max(args["value"] for args in numbers) <= most
    for args in numbers:
        assert args["minutes"] == 60
        assert args["peer"] < args["value"] / 1.5
        assert ("high" in args) == (not new)
        assert args["value"] <= args.get("of", 1e9)


def test_a_slow_thief_is_found_by_its_day(trained: Trained) -> None:
    slow = [reads(TUESDAY, hour, "op3", familiar(120, spread=13)[hour::24], 3500) for hour in range(24)]
    stranger = [reads(TUESDAY, hour, "op5", strange(4, 500_000 + 9000 * hour), 3500) for hour in range(24)]
    told = found(trained, *slow, *stranger)
    assert {reason.message for finding in told["op5"] for reason in finding.reasons} >= {"behaviour-strangers_day"}
    assert "op3" in told


def test_a_new_network_alone_and_a_walk_through_neighbours_are_left_to_rules(trained: Trained) -> None:
    assert "op3" not in found(trained, reads(TUESDAY, 14, "op3", familiar(30), address="198.51.100.9"))
    assert "op3" not in found(trained, reads(TUESDAY, 14, "op3", CHAIN[:30]))


def test_of_an_account_nobody_has_seen_it_is_told_that_nobody_knows_its_clients(trained: Trained) -> None:
    told = found(trained, reads(TUESDAY, 14, "never", strange(30)))["never"]
    assert "behaviour-strangers-new" in {reason.message for finding in told for reason in finding.reasons}


def test_clients_a_list_has_shown_are_no_strangers(trained: Trained) -> None:
    clients = strange(30)
    shown = reads(TUESDAY, 14, "op3", clients, 600, action="list", record__count=1)
    told = found(trained, shown, reads(TUESDAY, 14.2, "op3", clients, 2000)).get("op3", [])
    assert not [reason for finding in told for reason in finding.reasons if "strangers" in reason.message]


def test_honest_days_bring_hardly_anything(trained: Trained) -> None:
    assert len(found(trained)) <= 2


@pytest.mark.parametrize("busy", [1.5, 2.0])
def test_a_day_that_is_busy_for_all_is_nobodys_doing(trained: Trained, busy: float) -> None:
    assert len(found(trained, busy={TUESDAY: busy})) <= len(found(trained)) + 2


def test_a_thief_is_found_on_a_busy_day_too(trained: Trained) -> None:
    told = found(trained, reads(TUESDAY, 14, "op3", strange(40)), busy={TUESDAY: 1.5})
    assert any(reason.message == "behaviour-strangers" for finding in told["op3"] for reason in finding.reasons)


def test_a_team_that_comes_back_from_a_holiday_is_honest(trained: Trained) -> None:
    quiet = 14
    rows = company.day_of(
        company.honest(TRAINED_DAYS + quiet + 3, seed=SEED), TRAINED_DAYS + quiet, TRAINED_DAYS + quiet + 3
    )
    told = {finding.actor_id for finding in run(trained.judge(), trained.state(), rows)}
    assert len(told) <= 2


def test_of_a_list_that_several_work_off_on_one_day_two_are_told_of(trained: Trained) -> None:
    shares = {10: ("op2", 40), 12: ("op3", 40), 14: ("op7", 20), 16: ("op9", 20)}
    lists = [reads(TUESDAY, hour, who, strange(many, 50_000 * hour)) for hour, (who, many) in shares.items()]
    usual = set(found(trained))
    assert set(found(trained, *lists)) - usual == {"op2", "op3"}
    assert set(found(trained, *lists[2:])) - usual == {"op7", "op9"}


def test_a_new_colleague_of_a_known_role_is_honest(trained: Trained) -> None:
    random = np.random.default_rng(4)
    days = [
        reads(day, hour, "new", 3001 + random.choice(400, 12, replace=False), 3400)
        for day in (TUESDAY, WEDNESDAY)
        for hour in range(9, 17)
    ]
    assert "new" not in found(trained, *days)


def test_a_programme_nobody_has_seen_before_is_not_measured_by_people(trained: Trained) -> None:
    sync = reads(TUESDAY, 3, "sync", familiar(300), role="").with_columns(
        pl.lit("service").alias("actor.type"), pl.lit("service:sync").alias("actor.id")
    )
    assert not [name for name in found(trained, sync) if name == "service:sync"]


STRANGE = [f"C{client}" for client in strange(30)]


@pytest.mark.parametrize(
    ("said", "told_of"),
    [
        (Portfolios(of_accounts=frozenset(("op3", client) for client in STRANGE)), False),
        (
            Portfolios(teams=frozenset({("op3", "a"), ("op3", "b")}), of_teams=frozenset(("b", c) for c in STRANGE)),
            False,
        ),
        (
            Portfolios(teams=frozenset({("op3", "a"), ("op4", "b")}), of_teams=frozenset(("b", c) for c in STRANGE)),
            True,
        ),
        (Portfolios(of_accounts=frozenset(("op4", client) for client in STRANGE)), True),
    ],
    ids=["own", "a team's", "another team's", "a colleague's"],
)
def test_clients_of_a_portfolio_are_no_strangers(trained: Trained, said: Portfolios, told_of: bool) -> None:
    judge = Behaviour.of(trained.settings, trained.model, lists=CompanyLists(portfolios=said))
    told = run(judge, trained.state(), live(reads(TUESDAY, 14, "op3", strange(30))))
    messages = {r.message for each in told if each.actor_id == "user:op3" for r in each.reasons}
    assert any("strangers" in message for message in messages) is told_of


def test_clients_a_team_deals_with_are_no_strangers_to_another_role_of_it(trained: Trained) -> None:
    said = Portfolios(teams=frozenset({("op3", "ward"), ("doctor", "ward")}))
    before = reads(TUESDAY, 9, "doctor", strange(30)).with_columns(pl.lit(["doctor"]).alias("user.roles"))
    rows = live(before, reads(TUESDAY, 14, "op3", strange(30)))
    for lists, least in ((CompanyLists(portfolios=said), 0), (CompanyLists(), 1)):
        told = run(Behaviour.of(trained.settings, trained.model, lists=lists), trained.state(), rows)
        mine = [r for each in told if each.actor_id == "user:op3" for r in each.reasons if "strangers" in r.message]
        assert min(len(mine), 1) == least
