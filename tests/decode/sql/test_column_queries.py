"""Queries that are run for each row of another one take as much as that has rows: columns, LATERAL, WITH RECURSIVE."""

import pytest

from detector.decode.sql.statement_tables import touches_of
from tests.decode.linear import swollen
from tests.decode.sql.test_bound_tables import counts_as

EXPORTS = """
select (select c from clients c where c.id = i) from generate_series(1, 100000) i
select (select c from clients c where c.id = i limit 1) from generate_series(1, 100000) i
select (select c from clients c order by id offset i limit 1) from generate_series(1, 100000) i
select coalesce((select name from clients c where c.id = n.id), '') from numbers n
select (select max(name) from clients c where c.id = n.id) from numbers n
select (select json_agg(c) from clients c where c.id = n.id) from numbers n
select array(select name from clients c where c.id = n.id) from numbers n
select o.*, (select name from clients c where c.id = o.client_id) from orders o
select c.*, (select name from cities t where t.id = 5) from clients c
select c.*, (select count(*) from orders o where o.client_id = 5) from clients c
select c.* from numbers n, lateral (select * from clients offset n.id limit 1) c
select c.* from numbers n cross apply (select top 1 * from clients where id = n.id) c
select c.* from numbers n, lateral (select * from clients where id = n.id limit 1) c
""".strip().splitlines()
WIDE = """
select o.*, (select name from clients c where c.id = o.client_id) from orders o where o.created_at > '2026-01-01'
select (select string_agg(name, ',') from clients c where c.country = o.country) from orders o where o.id = 7
with recursive r as ((table clients limit 1) union all (select c.* from r, clients c where c.id > r.id limit 1)) table r
""".strip().splitlines()
SOME = """
select o.*, (select name from clients c where c.id = o.client_id) from orders o where o.id = 7
select o.*, (select name from clients c where c.id = o.client_id limit 1) from orders o where o.manager_id = 7
select o.*, (select name from clients c where c.id = 5) from orders o
select o.*, (select count(*) from clients c where c.id = o.client_id) from orders o
select o.id, case when exists (select 1 from clients c where c.id = o.client_id) then 1 end from orders o
select (select name from clients order by id limit 1)
select * from clients c left join lateral (select * from orders o where o.x = c.id limit 1) o on true where c.id = 5
select c.* from orders o, lateral (select * from clients c where c.id = o.client_id limit 1) c where o.id = 7
""".strip().splitlines()


def test_a_query_for_each_row_of_another_takes_as_much_as_that_has_rows(subtests: pytest.Subtests) -> None:
    for statement, expected in [
        (one, kind) for kind, all_ in (("export", EXPORTS), ("wide", WIDE), ("some", SOME)) for one in all_
    ]:
        with subtests.test(statement=statement, expected=expected):
            assert counts_as(statement) == expected


def test_what_is_around_is_not_bound_by_conditions_of_a_column() -> None:
    (orders,) = (
        one
        for one in touches_of("select o.*, (select name from clients c where c.id = o.id and c.id = 5) from orders o")
        if one.name == "orders"
    )
    assert orders.action == "export"


def test_a_limit_around_bounds_what_columns_show() -> None:
    found = touches_of("select o.*, (select name from clients c where c.id = o.client_id) from orders o limit 50")
    assert {one.limit for one in found} == {50}


@pytest.mark.parametrize(
    ("begin", "more", "end"),
    [
        ("select ", "(select 1 from a where a.x = b.x), ", "1 from b"),
        ("select ", "(select ", "1 from clients"),
        ("select ", "(", "select 1 from clients"),
    ],
)
def test_columns_are_read_in_a_time_that_grows_with_the_length(begin: str, more: str, end: str) -> None:
    assert not swollen(touches_of, lambda size: begin + more * (size // len(more)) + end)
