"""A statement that touches several tables of the record map counts by the gravest it does, with the ids of all."""

from typing import Any

import pytest

from tests.decode.sql.test_hidden import decoded, postgresql

ROUTE = {"classes": ["contact"]}
RECORDS: dict[str, Any] = {
    "data_classes": {"contact": {"confidentiality": "internal"}},
    "routes": [
        {"table": "clients", "object": "client", "subject": "where:id", **ROUTE},
        {"table": "visits", "object": "visit", "subject": "where:client_id", "record": "where:id", **ROUTE},
    ],
}
ONE = "select * from clients where id = 5"


def told(statement: str, records: dict[str, Any] = RECORDS) -> dict[str, Any]:
    (event,) = decoded([postgresql(f"statement: {statement}")], "postgresql.csv", records)
    return event


@pytest.mark.parametrize(
    ("statement", "object_", "action"),
    [
        (f"{ONE}; select * from visits", "visit", "export"),
        (f"select * from visits; {ONE}", "visit", "export"),
        (f"{ONE} union all select * from visits", "visit", "export"),
        ("select v.*, (select name from clients where id = 5) from visits v", "visit", "export"),
        (f"{ONE}; delete from visits", "visit", "delete"),
        ("delete from clients where id = 5; select * from visits", "visit", "export"),
        ("insert into clients values (5); select * from visits where created_at > '2026-01-01'", "visit", "list"),
        (f"{ONE}; select * from visits where created_at > '2026-01-01'", "visit", "list"),
        (f"{ONE}; select * from visits limit 5000", "visit", "list"),
        (f"{ONE}; select * from visits limit 10", "client", "read"),
        ("select v.* from clients c join visits v on v.client_id = c.id where c.id = 5", "client", "read"),
        ("select * from visits; select * from clients", "client", "export"),
    ],
)
def test_the_gravest_that_is_done_with_one_of_several_tables_counts(statement: str, object_: str, action: str) -> None:
    event = told(statement)
    assert (event["object.type"], event["event.action"]) == (object_, action)


def test_how_much_of_another_table_is_listed_is_no_number_of_ids() -> None:
    event = told(f"{ONE}; select * from visits limit 5000")
    assert (event["subject.ids"], event["record.count"]) == (None, 5000)


@pytest.mark.parametrize(
    "statement",
    [
        f"{ONE}; select * from visits where client_id = 77",
        "select v.* from clients c, visits v where c.id = 5 and v.client_id = 77",
        "update clients set seen = now() where id = 5; select * from visits where client_id = 77",
    ],
)
def test_clients_of_each_table_are_named(statement: str) -> None:
    event = told(statement)
    assert (sorted(event["subject.ids"]), event["record.count"]) == (["5", "77"], 2)


def test_a_record_of_another_table_is_no_client() -> None:
    event = told(f"{ONE}; select * from visits where client_id = 77 and id = 9")
    assert sorted(event["subject.ids"]) == ["5", "77"]


def test_of_tables_that_fit_two_routes_the_first_counts() -> None:
    routes = [{"table": "clients_public"}, {"table": "clients*", "object": "client", "subject": "where:id", **ROUTE}]
    assert told("select * from clients_public", RECORDS | {"routes": routes})["object.type"] is None
    assert told("select * from clients_2026", RECORDS | {"routes": routes})["object.type"] == "client"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("select * from clients_public; select * from clients_2026", ("client", "export", None)),
        ("select * from clients_2026; select * from clients_public", ("client", "export", None)),
        ("select * from clients_public; select * from clients_2026 where id = 5", ("client", "read", ["5"])),
    ],
)
def test_a_table_of_no_client_data_hides_no_other(statement: str, expected: tuple[str, str, list[str] | None]) -> None:
    routes = [{"table": "clients_public"}, {"table": "clients*", "object": "client", "subject": "where:id", **ROUTE}]
    event = told(statement, RECORDS | {"routes": routes})
    assert (event["object.type"], event["event.action"], event["subject.ids"]) == expected


def test_a_route_may_give_all_that_is_done_one_action() -> None:
    routes = [{**route, "action": "search"} for route in RECORDS["routes"]]
    event = told(f"{ONE}; select * from visits", RECORDS | {"routes": routes})
    assert (event["object.type"], event["event.action"]) == ("visit", "search")
