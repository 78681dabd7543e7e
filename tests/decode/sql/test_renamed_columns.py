"""No other name of a column makes one client of all, and no row that holds many counts as one."""

import pytest

from tests.decode.sql.test_hidden import audit, decoded
from tests.decode.sql.test_open_conditions import RECORDS, told


@pytest.mark.parametrize(
    "statement",
    [
        "select pk, name from clients c (pk, name, id) where id = 5",
        "select * from clients as c (pk, name, id) where c.id = 5",
        "with x (id, b) as (select status, name from clients) select * from x where id = 5",
        "select * from (select status, name from clients) x (id, b) where id = 5",
        "select * from (select id * 0 as id, name from clients) x where id = 0",
        "select * from (select case when true then 5 end as id, name from clients) x where x.id = 5",
    ],
)
def test_a_condition_on_a_name_that_may_stand_for_anything_leaves_nobody_knows_how_much(statement: str) -> None:
    (event,) = told([statement])
    assert (event["event.action"], event["subject.ids"], event["log.flags"]) == ("list", None, ["statement_wide"])


@pytest.mark.parametrize(
    "statement",
    [
        "select * from (select 5 as id, name from clients) x where id = 5",
        "select * from (select 5 id, c.* from clients c) x where x.id = 5",
        "select * from (select 2 + 3 as id, name from clients) x where id = 5",
        "with x as (select 5 as id, name from clients) select * from x where id = 5",
        "select * from (select deleted as id, name from clients) x where id = false",
        "select * from (select id as code, name from clients) x where code > 0",
    ],
)
def test_a_condition_that_is_true_of_all_by_another_name_bounds_nothing(statement: str) -> None:
    (event,) = told([statement])
    assert (event["event.action"], event["subject.ids"]) == ("export", None)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from clients c (nolock) where id = 5",
        "select * from (select id as client_id, name from clients) x where client_id = 5",
        "with x as (select c.id, c.email as mail from clients c) select * from x where x.mail = 'a@example.org'",
        "select * from (select *, 1 as shown from clients where manager_id = 5) x where shown = 1",
        "select * from clients where manager_id = 5 and exists (select 1 as manager_id from orders)",
    ],
)
def test_honest_names_bound_as_their_columns_do(statement: str) -> None:
    (event,) = told([statement])
    assert event["event.action"] in ("list", "read")
    assert event["log.flags"] is None


@pytest.mark.parametrize(
    "statement",
    [
        "select json_agg(c) from clients c",
        "select manager_id, array_agg(name) from clients group by manager_id",
        "select string_agg(name, ',') from clients",
        "select array(select name from clients)",
        "select * from clients for json path",
        "declare c cursor for select * from clients",
        "create view v as select * from clients",
        "select query_to_xml('select * from clients', true, true, '')",
    ],
)
def test_rows_that_hold_many_records_count_none(statement: str) -> None:
    (event,) = decoded([audit(statement)], "postgresql.csv", RECORDS)
    assert (event["event.action"], event["record.count"]) == ("export", None)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from clients",
        "select row_to_json(c) from clients c",
        "select concat(name, phone) from clients",
        "create table x as select * from clients",
        "copy clients to stdout",
    ],
)
def test_rows_that_are_records_count_as_the_log_counts_them(statement: str) -> None:
    (event,) = decoded([audit(statement)], "postgresql.csv", RECORDS)
    assert event["record.count"] == 40
