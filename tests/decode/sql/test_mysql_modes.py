"""Where a statement means something else in another mode of MySQL or MariaDB, the worse reading counts."""

from typing import Any

import pytest

from tests.decode.sql.test_hidden import RECORDS, decoded


def told(statement: str) -> dict[str, Any]:
    text = statement.replace("\\", "\\\\").replace("'", "\\'")
    (event,) = decoded([f"20260517 10:05:03,db1,vera,198.51.100.7,7,8,QUERY,crm,'{text}',0"], "mariadb.audit", RECORDS)
    return event


@pytest.mark.parametrize(
    "statement",
    [
        'select * from "clients"',
        'select * from "crm"."clients" where "deleted" = 0',
        'select * from clients where id = "id"',
        'select * from clients where "id" = id',
        'select * from clients where "id" = "id"',
        'select * from clients where name = "name" or id = 5',
        'select * from clients where "deleted" = 0',
        "select * from clients where \"status\" <> 'x'",
        "select * from clients where name = 'a\\' or 1=1 -- '",
        "select * from clients where id = 5 and name <> 'a\\' or 1=1 #'",
        "select * from clients where id = 0",
        "select * from clients where id = 0.0",
        "select * from clients where 0 = id",
        "select * from clients where id in (0, 5)",
        "select * from clients where name = 0",
        "select * from clients where email = 0 and deleted = 0",
    ],
)
def test_what_takes_all_in_one_mode_is_an_export(statement: str) -> None:
    event = told(statement)
    assert (event["object.type"], event["event.action"], event["subject.ids"]) == ("client", "export", None)


@pytest.mark.parametrize(
    "statement",
    ['delete from "clients"', 'delete from clients where "deleted" = 0', "delete from clients where id = 0"],
)
def test_what_changes_all_in_one_mode_says_so(statement: str) -> None:
    assert told(statement)["log.flags"] == ["statement_open"]


@pytest.mark.parametrize(
    ("statement", "ids"),
    [
        ('select * from clients where id = "5"', ["5"]),
        ('select * from clients where id = 5 and status = "active"', ["5"]),
        ("select * from clients where id = 5 and name = 'O\\'Brien'", ["5"]),
        ("select * from clients where id = 5 and name in ('O\\'Brien', 'D\\'Arc')", ["5"]),
        ("select * from clients where id = 5 and name = 'a \\\\'", ["5"]),
        ("select * from clients where id = 5 and deleted = 0", ["5"]),
        ("select * from clients where id = '0'", ["0"]),
        ('select * from clients where name = "Ivanov"', None),
        ('select id as "client id" from clients where email = "a@example.org"', None),
        ("select * from clients where name = 'O\\'Brien'", None),
        ("select * from clients where manager_id = 0 and phone = '5'", None),
        ("select * from clients where balance = 0 and manager_id = 5", None),
    ],
)
def test_honest_quotes_mean_what_they_do(statement: str, ids: list[str] | None) -> None:
    event = told(statement)
    assert (event["event.action"], event["subject.ids"]) == ("read" if ids else "list", ids)
    assert event["log.flags"] is None
