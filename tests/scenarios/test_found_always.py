"""What a fixed sensible limit finds is found always: whatever the log, and on the first day where it can be known."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from detector.runtime.evaluate.trial import RULES_ONLY
from tests.scenarios.small_company import (
    ADMIN,
    DESK,
    LOGS,
    NEVER_USED,
    OUTSIDE,
    PROGRAM,
    SCRIPT,
    SLEEPER,
    TODAY,
    WATCHED,
    Act,
    SmallCompany,
    one_by_one,
)

NIGHT, NOON, TWELVE, HOUR = (
    TODAY + timedelta(hours=2),
    TODAY + timedelta(hours=12),
    timedelta(minutes=12),
    timedelta(hours=1),
)
STRANGERS = [*range(40_003, 79_000, 1_211), *range(40_011, 79_000, 1_213)]


@pytest.fixture(scope="module", params=sorted(LOGS))
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SmallCompany:
    return SmallCompany.of(tmp_path_factory.mktemp("company"), request.param)


@pytest.mark.parametrize("history", [True, False], ids=["two weeks known", "first day"])
@pytest.mark.parametrize(
    ("who", "does"),
    [
        # A program the administrator uses by day, too: 30,000 cards, of which 2,500 are enough of a test.
        (ADMIN, one_by_one(ADMIN, [20_000 + 7 * ((37 * n) % 2500) for n in range(2500)], NIGHT, TWELVE, agent=SCRIPT)),
        (ADMIN, [Act(NIGHT + n * TWELVE / 300, ADMIN, "list", tuple(range(n, n + 100))) for n in range(300)]),
        (ADMIN, [Act(NIGHT + n * TWELVE / 10, ADMIN, "export", (), rows=3000) for n in range(10)]),
        ("op3", one_by_one("op3", WATCHED[:4], NOON, HOUR, "10.20.1.13")),
    ],
    ids=["an administrator reads thousands of cards at night", "pages through lists", "exports", "watched clients"],
)
def test_it_opens_an_incident_by_itself(
    company: SmallCompany, who: str, does: Sequence[Act], history: bool, tmp_path: Path
) -> None:
    (told,) = company.incidents(does, tmp_path, history=history)
    assert told.actor_id == f"user:{who}"
    assert told.opened_at - does[0].at <= timedelta(minutes=45)


@pytest.mark.parametrize(
    ("who", "address", "clients"),
    [(SLEEPER, DESK, 30), (SLEEPER, OUTSIDE, 30), (NEVER_USED, OUTSIDE, 30), (PROGRAM, OUTSIDE, 60)],
    ids=["wakes at a desk", "wakes outside", "never used, outside", "a program's key outside"],
)
def test_an_account_that_is_not_where_it_was_and_reads_strangers_opens_one_by_rules_alone(
    company: SmallCompany, who: str, address: str, clients: int, tmp_path: Path
) -> None:
    does = one_by_one(who, STRANGERS[:clients], NOON, HOUR, address)
    (told,) = company.incidents(does, tmp_path, history=True, way=RULES_ONLY)
    assert told.actor_id == f"user:{who}"


def test_an_ordinary_day_opens_none(company: SmallCompany, tmp_path: Path) -> None:
    for history in (True, False):
        assert company.incidents([], tmp_path / str(history), history=history) == []
