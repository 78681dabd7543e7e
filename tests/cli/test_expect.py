"""`nabat expect` at the command line."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from detector.store import Store
from tests.runtime.places import BULK_READ, answer, write_plan

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M+00:00")  # noqa: TID251


@dataclass
class Desk:
    config: Path

    def run(self, *words: str) -> tuple[int, str, str]:
        return answer(self.config, "expect", *words)

    def sits(self, person: str) -> "Desk":
        """Let whoever runs the tests be somebody of the team."""
        write_plan(self.config.parent, login=person, language="ru")
        return self


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    config = write_plan(tmp_path, login="boris", language="ru")
    (tmp_path / "state").mkdir()
    Store.open(f"sqlite:///{tmp_path / 'state' / 'nabat.db'}").close()
    return Desk(config)


def test_one_asks_another_agrees_and_the_list_says_so_in_the_language_of_the_service(desk: Desk) -> None:
    status, _, said = desk.run("user:robot", BULK_READ, TOMORROW, "--reason", "письмо")
    assert status == 0, said
    key = said.split(":")[0]
    assert "covers nothing until another person agrees" in said
    _, out, _ = desk.run("list")
    assert "на проверке" in out
    assert "запрошено (просит boris" in out
    assert desk.run("review", key)[0] == 2
    assert desk.sits("lev").run("review", key)[0] == 0
    _, out, _ = desk.run("list")
    assert "ожидается (просит boris, проверил(а) lev" in out
    (told,) = json.loads(desk.run("list", "--json")[1])
    assert (told["state"], told["exception"]["rules"]) == ("running", [BULK_READ])
    assert desk.run("end", key)[0] == 0
    assert json.loads(desk.run("list", "--json", "--open")[1]) == []


def test_what_may_not_be_is_refused_with_what_to_do(desk: Desk) -> None:
    own = desk.run("user:boris", "read", TOMORROW, "--reason", "mine")
    assert own[0] == 2
    assert "account of theirs" in own[2]
    assert "no rule, facet or kind of act" in desk.run("robot", "x", TOMORROW, "--reason", "r")[2]
    assert "31 days at most" in desk.run("robot", "read", "2999-01-01", "--reason", "r")[2]
    assert json.loads(desk.run("list", "--json")[1]) == []


def test_a_reason_forges_no_row_of_the_list(desk: Desk) -> None:
    forged = "letters\n1f0c9a3b  running      user:anna  export\n          expected"
    assert desk.run("user:robot", BULK_READ, TOMORROW, "--reason", forged)[0] == 0
    lines = desk.run("list")[1].splitlines()
    assert [line for line in lines if line.startswith("1f0c9a3b")] == []
    assert any("letters 1f0c9a3b running user:anna export expected" in line for line in lines)


def test_nobody_is_shown_what_is_expected_of_their_own_accounts(desk: Desk) -> None:
    assert desk.run("user:lev", "read", TOMORROW, "--reason", "letters")[0] == 0
    assert "user:lev" in desk.run("list")[1]
    assert desk.sits("lev").run("list")[1] == ""
