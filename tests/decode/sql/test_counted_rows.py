"""Queries that show figures, or which values there are, and those that only look like that."""

import json

import pytest

from tests.decode.sql.test_hidden import decoded, seen

FIGURES = """
select id % 10, count(*) from clients group by 1
select mod(id, 10), count(*) from clients group by mod(id, 10)
select count(*) from clients group by phone having count(*) > 1
select branch, count(*), rank() over (order by count(*) desc) from clients group by branch
select string_agg(distinct branch, ',') from clients
select branch, array_agg(distinct status order by status) from clients group by branch
select group_concat(distinct city separator ';') from clients
select max(balance) from clients group by manager_id
select m.name, count(*) from clients c join managers m on m.id = c.manager_id group by m.name
select m.id, m.name, c.city, count(*) from clients c join managers m on m.id = c.manager_id group by 1, 2, c.city
select m.name, count(c.id), sum(c.debt) from managers m left join clients c on c.manager_id = m.id group by m.name
select m.id, sum(o.x) from orders o join clients c on c.id = o.cid join managers m on c.manager_id = m.id group by m.id
select managers.name, count(distinct c.phone) from clients c, managers where managers.id = c.manager_id group by 1
select manager_id, max(contract_number) from clients group by manager_id
select date_trunc('day', created_at), max(phone) from clients group by date_trunc('day', created_at)
select created_at, count(*) from clients group by created_at
""".strip().splitlines()
NO_FIGURES = """
select max(phone), max(name) from clients group by id
select max(c.phone) from clients c group by 1, c.id
select min(name) from clients group by rollup (phone)
select max(phone) from clients group by id % 1000000
select id % 1000000, max(phone) from clients group by 1
select phone % 100000000000, count(*) from clients group by 1
select string_agg(distinct phone, ',') from clients
select string_agg(distinct branch || phone, ',') from clients
select max(name) over (partition by id), count(*) over () from clients
select c.name, count(*) from clients c join orders o on o.client_id = c.id group by c.name
select name, count(*) from clients c join managers m on m.id = c.manager_id group by name
select m.name, c.phone, count(*) from clients c join managers m on m.id = c.manager_id group by m.name, c.phone
select m.name, max(c.phone) from clients c join managers m on m.id = c.manager_id group by m.name
select m.name, string_agg(c.phone, ',') from clients c join managers m on m.id = c.manager_id group by m.name
select o.number, sum(c.phone) from clients c join orders o on o.client_id = c.id group by o.number
select p.phone, count(*) from clients c join phones p on p.phone = c.phone group by p.phone
select p.phone, count(*) from clients c join phones p on exists (select 1 where c.phone = p.phone) group by p.phone
select m.id, count(*) from clients c join managers m on m.id in (c.id) group by m.id
select m.id, m.name, count(*) from clients c join managers m on m.id = c.id group by m.id, m.name
select m.name, count(*) from cities c join (select * from clients) m on m.city = c.id group by m.name
with m as (select * from clients) select m.name, count(*) from cities c join m on m.city = c.id group by m.name
select d.name, count(*) from clients c join clients d on d.id = c.parent_id group by d.name
select m.name, count(*) over (), c.phone from clients c join managers m on m.id = c.manager_id
select min(email), min(phone) from clients group by created_at
select max(name) from clients group by manager_id, birth_date
select count(set_config('a.b', current_setting('a.b') || name, false)) from clients
select sum(lo_put(1, 0, name::bytea)) from clients
select count(dblink_exec('host=x', quote_literal(name))) from clients
select max(@a := concat(@a, name)) from clients
select branch, max(name), rank() over (order by id) from clients group by branch, id
""".strip().splitlines()


def told(statement: str) -> str:
    line = {"timestamp": "2026-05-17 10:05:03.120 UTC", "user": "vera", "error_severity": "LOG"}
    (event,) = decoded([json.dumps(line | {"message": f"statement: {statement}"})], "postgresql.json")
    return str(seen(event)[1])


@pytest.mark.parametrize(
    "columns",
    [
        "DISTINCT city", "DISTINCT c.city", "DISTINCT status, kind", "DISTINCT sales_region, is_active",
        "percentile_cont(0.5) WITHIN GROUP (ORDER BY balance)", "corr(age, balance)", "median(age), stddev(balance)",
    ],
)  # fmt: skip
def test_which_values_all_rows_share_and_figures_about_them_tell_of_nobody(columns: str) -> None:
    assert told(f"SELECT {columns} FROM crm.clients c") == "list"


@pytest.mark.parametrize(
    "columns",
    [
        "DISTINCT *", "DISTINCT c", "DISTINCT phone", "DISTINCT city, phone", "DISTINCT birth_date",
        "DISTINCT upper(phone)", "DISTINCT ON (city) c.*", "DISTINCT ON (id) id, city", "DISTINCT city || phone",
        "DISTINCT city, c.*", "DISTINCT phone city", "DISTINCT phone AS city", 'DISTINCT "phone"',
        "DISTINCT city, concat(phone)",
        "DISTINCT city, phone::text", "DISTINCT city, (SELECT name FROM crm.clients d WHERE d.id = c.id)",
    ],
)  # fmt: skip
def test_distinct_before_what_tells_clients_apart_is_an_export(columns: str) -> None:
    assert told(f"SELECT {columns} FROM crm.clients c") == "export"


@pytest.mark.parametrize("statement", FIGURES)
def test_counts_of_groups_and_lists_of_shared_values_are_figures(statement: str) -> None:
    assert told(statement) == "list"


def test_what_is_put_together_client_by_client_is_an_export(subtests: pytest.Subtests) -> None:
    for statement in NO_FIGURES:
        with subtests.test(statement=statement):
            assert told(statement) == "export"
