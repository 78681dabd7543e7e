"""The name of a prepared statement is what the client says: none hides the statement behind it."""

import json

import pytest

from tests.decode.linear import swollen
from tests.decode.sql.test_hidden import decoded, postgresql, seen

WHOLE = "SELECT * FROM crm.clients"
NAMES = [
    "<unnamed>",
    "S_1",
    "S_1/C_2",
    "fetch from S_1/C_2",
    "a:b",
    "a: b",
    "x: SELECT 1",
    "x: SELECT 'y",
    "x: SELECT 'y'",
    'x: SELECT "y',
    "x: SELECT /*",
    "x: SELECT --",
    "x: SELECT $$",
    "x: SELECT 1 WHERE id = 5",
    "n" * 200,
    "a\nb",
    "statement: ",
]


def test_no_name_hides_a_statement(subtests: pytest.Subtests) -> None:
    for statement in [
        WHOLE,
        f"({WHOLE})",
        f"/* x */ {WHOLE}",
        f" ;{WHOLE}",
        f"{WHOLE} -- '",
        f"{WHOLE} WHERE name <> E'\\''",
    ]:
        for name in NAMES:
            with subtests.test(statement=statement, name=name):
                message = f"duration: 3.120 ms  execute {name}: {statement}"
                record = {
                    "timestamp": "2026-05-17 10:05:03.120 UTC",
                    "user": "vera",
                    "error_severity": "LOG",
                    "message": message,
                }
                (event,) = decoded([json.dumps(record)], "postgresql.json")
                assert seen(event) == ("client", "export", None, None)


@pytest.mark.parametrize("name", ["<unnamed>", "S_1", "a:b", "n" * 200])
@pytest.mark.parametrize("said", ["Ivan", "Re: call me", "Re: select, from: with love", '{"to": "update"}'])
def test_what_a_statement_says_begins_no_other(name: str, said: str) -> None:
    statement = f"UPDATE crm.clients SET note = '{said}', at = 'x' WHERE id = '17'"
    (event,) = decoded([postgresql(f"execute {name}: {statement}")], "postgresql.csv")
    assert seen(event) == ("client", "update", ["17"], 1)


@pytest.mark.parametrize("unit", [": ", ": select '", ": (", ": --", "a: select "])
def test_a_long_name_costs_one_pass(unit: str) -> None:
    def line(size: int) -> str:
        return postgresql("execute " + unit * (size // len(unit)) + ": " + WHOLE)

    assert not swollen(lambda text: decoded([text], "postgresql.csv"), line)
