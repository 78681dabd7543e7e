"""Pages of a walk through a table say so, and how many rows they show; what a screen shows counts by its limit."""

import pytest

from tests.decode.sql.test_open_conditions import told

PAGES = [
    ("select * from clients order by id limit 9999 offset 9999", 9999),
    ("select * from clients order by id limit 9999, 9999", 9999),
    ("select * from clients order by id offset 100 rows fetch next 50 rows only", 50),
    ("select * from clients order by id limit 10 offset 5 * 1000", 10),
    ("select * from clients order by id limit 10 offset (1000)", 10),
    ("select * from clients where id > 9999 order by id limit 9999", 9999),
    ("select top 500 * from clients where id > 9999 order by id", 500),
    ("select * from clients c where c.id < 9999 order by c.id desc limit 500", 500),
    ("select * from clients where 9999 < id order by id asc limit 500", 500),
    ("select * from clients where id > 9999 limit 500", 500),
    ("select * from clients where id between 9999 and 19999 limit 9999", 9999),
    ("select * from clients where name > 'Ivanov' order by name, id limit 2000", 2000),
    ("select * from clients where (created, id) > ('2026-01-01', 5) order by created, id limit 2000", 2000),
    ("select * from clients where created > '2001-01-01' order by id limit 9999 offset 9999", 9999),
    ("select * from clients where manager_id = 5 order by name limit 50 offset 50", 50),
    ("select c.*, o.total from clients c join orders o on o.client = c.id order by c.id limit 500 offset 500", 500),
    ("select c.* from clients c join nobody n on n.client = c.id order by c.id limit 500 offset 500", 500),
    ("select * from (select * from clients order by id limit 500 offset 500) x", 500),
    ("handler clients read next limit 5000", 5000),
    (
        "with p as (select *, row_number() over () n from clients) select * from p where n between 101 and 600",
        500,
    ),
    (
        "select * from (select c.*, row_number() over (order by id) as n from clients c) x where n > 100 and n <= 600",
        501,
    ),
    ("select * from (select a.*, rownum rn from (select * from clients) a where rownum <= 600) where rn >= 101", 500),
]

FIRST = [
    ("select * from clients order by id limit 9999", 9999),
    ("select * from clients order by id limit 9999 offset 0", 9999),
    ("select * from clients order by id limit 0, 1000", 1000),
    ("select * from (select *, row_number() over (order by id) as n from clients) x where n between 1 and 500", 500),
    ("select * from (select *, row_number() over (order by id) as n from clients) x where n <= 500", 500),
    ("select * from clients order by id offset 0 rows fetch next 50 rows only", 50),
    ("select * from clients where created > '2026-03-01' order by created desc limit 50", 50),
    ("select * from clients where name like 'iva%' order by name limit 10", 10),
    ("select * from clients where email = 'a@example.org' limit 1", 1),
    ("select * from clients where manager_id = 5 order by name limit 100", 100),
    ("select c.* from clients c join orders o on o.client = c.id where o.total > 5 limit 20", 20),
]


def test_a_page_behind_others_says_so_and_counts_by_its_limit(subtests: pytest.Subtests) -> None:
    for statement, count in PAGES:
        with subtests.test(statement=statement, count=count):
            (event,) = told([statement])
            assert (event["record.count"], event["record.count_basis"]) == (count, "estimated")
            assert event["log.flags"] == ["statement_page"]


@pytest.mark.parametrize(("statement", "count"), FIRST)
def test_the_first_rows_of_a_list_count_by_a_limit_that_is_reached(statement: str, count: int) -> None:
    (event,) = told([statement])
    assert (event["record.count"], event["record.count_basis"]) == (count, "estimated")
    assert event["log.flags"] is None


@pytest.mark.parametrize(
    "statement",
    [
        "select * from clients where manager_id = 5 limit 1000",
        "select * from clients where email = 'a@example.org' limit 0, 1000",
    ],
)
def test_a_high_limit_that_conditions_do_not_reach_counts_nothing(statement: str) -> None:
    (event,) = told([statement])
    assert event["record.count"] is None


def test_a_page_of_known_clients_counts_these() -> None:
    (event,) = told(["select * from clients where id in (1, 2) limit 1000 offset 1"])
    assert (event["subject.ids"], event["record.count"]) == (["1", "2"], 2)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from clients " + "union all select * from clients " * 2000 + f"limit {', '.join('5' * 5000)}",
        "select " + "row_number ( " * 5000 + "from clients",
        f"select * from (select *, row_number() over () n from clients) x where {' and '.join(['n < 5'] * 6000)}",
        f"select * from clients where {' and '.join(['id > 5'] * 5000)} order by id limit 5",
        f"select {', '.join(f'a{n} as b{n}' for n in range(5000))} from (select 1) x, clients where b7 = 5",
    ],
)
def test_limits_and_names_of_any_number_are_read_in_time(statement: str) -> None:
    assert {event["object.type"] for event in told([statement])} == {"client"}
