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


@pytest.mark.parametrize("statement", NO_FIGURES)
def test_what_is_put_together_client_by_client_is_an_export(statement: str) -> None:
    assert told(statement) == "export"
