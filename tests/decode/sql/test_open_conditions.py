"""A query whose conditions bound nothing is an export; one that asks for some rows, as honest work does, is a list."""

import pytest

from detector.decode.sql.statement_tables import touches_of
from tests.decode.sql.test_hidden import decoded, postgresql

EVERYTHING = """
id > 0
id >= 0 or name = 'x'
id > -1 and status <> 'none'
0 < id
id < 999999999
not (id < 0)
id > $1
1=1
true
1
'a' = 'a'
1 < 2
not 1 = 2
id = 17 or 1=1
id = 17 or (true)
id is not null
not id is null
(id = 17) is not null
id is distinct from 5
id <> -1
id != 0
not id = 17
not (id = 17)
id not in (1, 2)
not (id = 1 and id = 2)
id between 0 and 999999999
id between '0' and 'z'
id > 10 and id < 50000
id = id
name = name
name like '%'
name ilike '%%'
name ~ '.*'
abs(id) >= 0
id::bigint > 0
c.id > 0
crm.c.id > 0
"id" > 0
id % 1 = 0
id * 0 = 0
((id > 0))
id > 0 and 1 = 1 and name <> 'x'
'' = '' or name = ''
""".strip().splitlines()

SOME = """
created > now() - interval '1 day'
created between '2026-01-01' and '2027-01-01'
id > 0 and created > now() - interval '1 day'
status <> 'closed'
phone is not null
1=1 and status = 'open'
1=1 and status <> 'closed'
1=0
false
not true
'bob' = '' or name = 'bob'
$1 is null or name = $1
deleted_at is null
active
not active
name like 'a%'
name not like 'test%'
lower(name) = 'x'
id between 10 and 500
id between $1 and $2
id > 10 and id < 500
id >= $1 and id < $2
5000 < id and 5100 >= id
id = 17
id::text = '17'
id in (1, 2, 3)
id = any('{1,2}')
o.id > 0
id > 0 limit 50
id > 0 fetch first 5 rows only
id in (select client from vip)
case when id > 0 then true else false end
random() < 0.01
c.id = o.client_id
c.id = o.client_id and o.created > '2026-01-01'
updated_at = created_at
balance > 1000
name > 'm'
""".strip().splitlines()

TABLE = {"object": "client", "classes": ["contact"], "subject": "where:id"}
RECORDS = {
    "data_classes": {"contact": {"confidentiality": "internal"}},
    "routes": [{"table": "clients", **TABLE}, {"table": "orders", "object": "order", "classes": ["contact"]}],
}


def actions(statements: list[str]) -> list[str]:
    """Return what statements do with the table of clients, as their events say it."""
    lines = [postgresql(f"statement: {each}") for each in statements]
    return [event["event.action"] for event in decoded(lines, "postgresql.csv", RECORDS)]


@pytest.mark.parametrize("condition", EVERYTHING)
def test_a_query_that_nothing_bounds_is_an_export(condition: str) -> None:
    statements = [
        f"select * from clients c where {condition}",
        f"select c.* from clients c where {condition} order by 1",
    ]
    assert actions(statements) == ["export", "export"]


@pytest.mark.parametrize("condition", SOME)
def test_a_query_for_some_rows_is_none(condition: str) -> None:
    tables = "orders o join clients c on c.id = o.client" if "o." in condition else "clients c"
    assert set(actions([f"select * from {tables} where {condition}"])) <= {"list", "read"}


@pytest.mark.parametrize(
    "statement",
    [
        "select count(*) from clients where id > 0",
        "select max(id) from clients where id is not null",
        "update clients set seen = true where id > 0",
        "insert into vip select id from clients where id > 0",
    ],
)
def test_what_shows_no_rows_is_none(statement: str) -> None:
    assert actions([statement]) != ["export"]


def test_only_the_column_of_ids_is_one() -> None:
    (touch,) = touches_of("select * from clients where phone is not null")
    assert (touch.action, touch.unbounded) == ("list", {"phone"})
    (touch,) = touches_of("select * from clients where true")
    assert touch.action == "export"


@pytest.mark.parametrize(
    "deep", ["(" * 5000 + "id > 0" + ")" * 5000, "not " * 5000 + "id > 0", "id > 0 and " * 5000 + "true"]
)
def test_conditions_of_any_length_are_read_in_time_or_left(deep: str) -> None:
    assert [touch.name for touch in touches_of(f"select * from clients where {deep}")] == ["clients"]
