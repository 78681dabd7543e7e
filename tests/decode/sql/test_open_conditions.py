"""A query whose conditions bound nothing is an export; one that asks for some rows, as honest work does, is a list."""

from typing import Any

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
'a' < 'b'
2-1 = 1
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
id between symmetric 999999999 and 0
id < 5000 order by id desc
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
status <> 'closed'
status != 'closed' and type <> 'test'
not status = 'closed'
status not in ('closed', 'lost')
phone is not null
1=1 and status <> 'closed'
name not like 'test%'
deleted = false
deleted = 0
deleted = 'N'
deleted is not true
deleted is null
deleted_at is null
not deleted
c.is_deleted = false and c.active
coalesce(is_deleted, 0) = 0
isactive = 1
is_active = true
vip is true
whatever = true
active
not active
active in (0, 1)
id > 0 and deleted = 0
archived is null and email is not null
name >= ''
name > ' '
length(name) > 0
'' < name
balance >= 0
balance > -1
created > '1900-01-01'
created < '2999-12-31'
not created < '1900-01-01'
created between '1900-01-01' and '2100-01-01'
c.id = o.client_id
id = id + 0
abs(id) = id
manager_id > 0
1=1 group by id, name
1=1 offset 0
1=1 for update
1=1 limit all
1=1 limit null
1=1 limit 10 * 1000
""".strip().splitlines()

SOME = """
1=0
false
not true
'bob' = '' or name = 'bob'
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
id > 0 limit 50
id > 0 fetch first 5 rows only
deleted
is_deleted = true
deleted = 1 and status <> 'x'
deleted = false and manager_id = 5
status = 'active' and manager_id = 5
valid_id = 1
branch = 7
email = 'a@example.org'
""".strip().splitlines()

TABLE = {"object": "client", "classes": ["contact"], "subject": "where:id"}
RECORDS = {
    "data_classes": {"contact": {"confidentiality": "internal"}},
    "routes": [{"table": "clients", **TABLE}, {"table": "orders", "object": "order", "classes": ["contact"]}],
}


def told(statements: list[str]) -> list[dict[str, Any]]:
    """Return the events of statements."""
    return decoded([postgresql(f"statement: {each}") for each in statements], "postgresql.csv", RECORDS)


def actions(statements: list[str]) -> list[str]:
    """Return what statements do with the table of clients, as their events say it."""
    return [event["event.action"] for event in told(statements)]


def test_a_query_that_nothing_bounds_is_an_export(subtests: pytest.Subtests) -> None:
    for condition in EVERYTHING:
        with subtests.test(condition=condition):
            tables = "orders o, clients c" if "o." in condition else "clients c"
            statements = [
                f"select * from {tables} where {condition}",
                f"select c.* from {tables} where {condition} /* order */",
            ]
            assert actions(statements) == ["export", "export"]


def test_a_query_for_some_rows_is_none(subtests: pytest.Subtests) -> None:
    for condition in SOME:
        with subtests.test(condition=condition):
            tables = "orders o join clients c on c.id = o.client" if "o." in condition else "clients c"
            assert set(actions([f"select * from {tables} where {condition}"])) <= {"list", "read"}


@pytest.mark.parametrize(
    "statement",
    [
        "select count(*) from clients where id > 0",
        "select max(id) from clients where id is not null",
        "update clients set seen = true where id > 0",
        "insert into vip select id from clients where id = 5",
        "select count(*) from clients",
        "select count(*) as count, sum(c.balance) total from clients c",
        "select round(avg(balance), 2) from clients",
        "select 100 * count(*) filter (where active) / count(*) from clients",
        "select branch, status, count(*) from clients group by branch, status",
        "select c.manager_id, avg(c.balance) from clients c group by c.manager_id",
        "select date_trunc('month', created), count(*) from clients group by 1",
        "select count(*) from (select * from clients) x",
        "with x as (select status, count(*) from clients group by status) select * from x",
        "select count(*) from orders where client in (select id from clients)",
    ],
)
def test_what_shows_no_rows_is_none(statement: str) -> None:
    assert actions([statement]) != ["export"]


@pytest.mark.parametrize("where", ["", " where status = 'open'", " c where c.balance > 5 and deleted = false"])
def test_who_counts_clients_reads_nobody(where: str) -> None:
    (event,) = told([f"select count(*) from clients{where}"])
    assert (event["object.type"], event["event.action"]) == (None, "other")


@pytest.mark.parametrize(
    "statement",
    [
        "select count(*) from clients where name = 'x' and substr(phone, 1, 1) = '7'",
        "select count(*) from clients where address like 'a%'",
        "select count(*) from clients where id = 5",
        "select count(*) from clients where phone > '7'",
        "select count(*), name from clients",
        "select count(*) from clients union all select name from clients",
    ],
)
def test_who_asks_of_one_client_by_counting_does(statement: str) -> None:
    assert {event["object.type"] for event in told([statement])} == {"client"}


WIDE = """
created > now() - interval '1 day'
created between '2026-01-01' and '2027-01-01'
id > 0 and created > now() - interval '1 day'
$1 is null or name = $1
name like 'a%'
balance > $1
closed_at is not null
status <> 'closed' and created > now() - interval '30 days'
email is null
age(created) > $1
name like '%ivan%'
country = 'RU'
status = 'active'
status in ('active', 'new')
id > 0 and country = 'RU'
country = 'RU' and gender = 'm'
country = $1
deleted = false and country = 'RU'
region is null
branch = 1
1=1 and status = 'open'
name like '%a%'
updated_at = created_at
case when id > 0 then true else false end
random() < 0.01
random() < 2
pi() > 3
name > 'm'
name > 'a'
name >= 'a' and name < 'zz'
phone ~ '[0-9]'
phone ~ '\\d'
phone like '%-%'
phone like '7%'
phone like '+7%'
balance > 1000
balance > 0
balance < 5000 and deleted = false
1000 < balance
length(name) > 3
strpos(phone, '7') > 0
position('a' in name) > 0
instr(email, '@')
extract(year from created) > 2000
substr(phone, 1, 1) = '7'
left(phone, 1) in ('7', '8')
exists (select 1)
id in (select client from vip)
id in (select client from vip where x = 5)
id > 0 and exists (select 1 from orders where total > 5)
""".strip().splitlines()


def test_a_query_that_may_leave_nearly_all_says_so(subtests: pytest.Subtests) -> None:
    for condition in WIDE:
        with subtests.test(condition=condition):
            (event,) = told([f"select * from clients where {condition}"])
            assert (event["event.action"], event["record.count"], event["log.flags"]) == (
                "list",
                None,
                ["statement_wide"],
            )


@pytest.mark.parametrize(
    "statement",
    [
        "select * from clients tablesample bernoulli (100)",
        "select * from clients c tablesample system (50) where id > 0",
        "select * from (select * from clients where id < 0 union all select * from clients) x",
        "select * from clients intersect select * from clients where id > 0",
        f"select * from clients where {' or '.join(f'name <> {n}' for n in range(900))}",
    ],
)
def test_a_query_of_which_nobody_knows_how_much_it_leaves_says_so(statement: str) -> None:
    (event,) = told([statement])
    assert (event["event.action"], event["log.flags"]) == ("list", ["statement_wide"])


def test_a_long_list_of_what_is_left_out_hides_no_export() -> None:
    others = ", ".join(f"'x{n}'" for n in range(20_000))
    assert actions([f"select * from clients where name not in ({others})"]) == ["export"]
    assert actions([f"select * from clients where id > 0 and name not in ({others}) and status <> 'y'"]) == ["export"]
    assert actions([f"select * from clients where code in ({others}) and manager_id = 5"]) == ["list"]


def test_a_query_for_some_rows_has_no_such_flag(subtests: pytest.Subtests) -> None:
    for condition in SOME:
        with subtests.test(condition=condition):
            tables = "orders o join clients c on c.id = o.client" if "o." in condition else "clients c"
            (event,) = told([f"select * from {tables} where {condition}"])
            assert event["log.flags"] in (None, ["statement_page"])


LIMITED = [
    ("select * from clients limit 20", 20),
    ("select * from clients order by id limit 100000", 100000),
    ("select * from clients limit 40, 20", 20),
    ("select * from clients limit 20 offset 40", 20),
    ("select * from clients where deleted = false limit 500", 500),
    ("select * from clients where country = 'RU' limit 500", 500),
    ("select * from clients where id > 1000 order by id limit 5000", 5000),
    ("select top 100 * from clients", 100),
    ("select top (100) * from clients where active = 1", 100),
    ("select * from clients fetch first 50 rows only", 50),
    ("select * from clients offset 10 rows fetch next row only", 1),
    ("select * from clients where rownum <= 300", 300),
    ("declare c cursor for select * from clients limit 7", 7),
    ("select * from clients limit 1000000000000000000000000", 1_000_000_000),
    ("handler clients read next limit 5000", 5000),
    ("handler clients read first", 1),
    ("with x as (select 1) select * from clients limit 7", 7),
    ("select * from clients where manager_id = 5 limit 1000", None),
    ("select * from clients where id in (1, 2) limit 1000", 2),
    ("select * from clients limit $1", None),
    ("select * from orders limit 20", 20),
    ("select * from nobody limit 20", None),
]


def test_a_limit_is_an_estimate_of_what_nothing_else_bounds(subtests: pytest.Subtests) -> None:
    for statement, count in LIMITED:
        with subtests.test(statement=statement, count=count):
            (event,) = told([statement])
            basis = None if count is None else "counted" if event["subject.ids"] else "estimated"
            assert (event["record.count"], event["record.count_basis"]) == (count, basis)
            assert event["event.action"] in ("list", "read")
            assert event["log.flags"] in (None, ["statement_page"])


@pytest.mark.parametrize(
    "limit",
    ["top 100 percent", "top (10) percent", "top (5*100000)", "top (1) with ties", "top 1 with ties"],
)
def test_a_share_of_the_rows_is_no_limit(limit: str) -> None:
    assert actions([f"select {limit} * from clients"]) == ["export"]


@pytest.mark.parametrize(
    "rest",
    [
        "order by deleted fetch first row with ties",
        "order by deleted fetch first 5 rows with ties",
        "where rownum < 5 or 1 = 1",
        "where case when rownum < 5 then 1 else 1 end = 1",
        "where 1 = 1 or rownum < 5",
    ],
)
def test_what_may_be_passed_is_no_limit(rest: str) -> None:
    (event,) = told([f"select * from clients {rest}"])
    assert event["event.action"] == "export" or event["log.flags"] == ["statement_wide"]
    assert event["record.count"] is None


@pytest.mark.parametrize(
    "statement",
    [
        "select * from clients where (active or vip) and rownum <= 5 order by case when vip then 1 else 2 end",
        "select case when vip then 1 end, c.* from clients c where deleted = false and rownum <= 5",
        "select c.* from clients c join orders o on o.client = c.id or o.payer = c.id where rownum <= 5",
    ],
)
def test_the_number_of_a_row_bounds_beside_other_conditions(statement: str) -> None:
    (event,) = told([statement])
    assert (event["event.action"], event["record.count"]) == ("list", 5)


@pytest.mark.parametrize(
    "statement",
    [
        "select json_agg(c) from clients c limit 1",
        "select pg_catalog.json_agg(c) from clients c limit 1",
        "select coalesce(json_agg(c), '[]') from clients c where true limit 1",
        "select group_concat(phone) from clients limit 1",
        "select array(select c from clients c) limit 1",
        "select array(select phone from clients) from nobody limit 1",
        "values ((select json_agg(c) from clients c))",
        "select top 1 stuff((select ',' + phone from clients for xml path('')), 1, 1, '') from nobody",
        "select top 1 string_agg(phone, ',') from clients",
        "select listagg(phone, ',') from clients fetch first 1 row only",
        "select json_arrayagg(phone) from clients fetch first row only",
        "select cursor(select * from clients) from nobody fetch first 1 row only",
        "select json_agg(x) from (select * from clients) x limit 1",
        "with x as (select json_agg(c) from clients c) select * from x limit 1",
    ],
)
def test_a_limit_behind_rows_put_together_bounds_none(statement: str) -> None:
    (event,) = told([statement])
    assert (event["event.action"], event["record.count"]) == ("export", None)


@pytest.mark.parametrize(
    "statement",
    [
        "select json_agg(x) from (select * from clients limit 20) x",
        "select json_agg(x) from (select * from clients limit 20) x limit 1",
        "with x as (select * from clients limit 20) select coalesce(json_agg(x), '[]') from x",
        "select top 20 * from clients for json path",
        "select c.*, (select json_agg(o) from nobody o where o.client = c.id) from clients c limit 20",
        "select c.*, array(select t.name from nobody t where t.client = c.id) from clients c order by c.id limit 20",
    ],
)
def test_a_limit_before_rows_are_put_together_is_one(statement: str) -> None:
    (event,) = told([statement])
    assert (event["event.action"], event["record.count"]) == ("list", 20)


def test_an_honest_page_with_rows_of_another_table_put_together_exports_none() -> None:
    lateral = "left join lateral (select json_agg(o) from orders o where o.client = c.id) x on true"
    assert actions([f"select c.*, x.* from clients c {lateral} limit 20"]) == ["list"]


def test_a_whole_table_in_another_form_is_an_export(subtests: pytest.Subtests) -> None:
    for statement in [
        "declare c cursor for select * from clients",
        "declare c no scroll cursor with hold for select * from clients where deleted = false",
        "prepare p as select * from clients",
        "with x as (select * from clients) select * from x",
        "with x as (select * from clients where deleted = false) select * from x where true",
        "select * from (select * from clients where deleted = false) x",
        "select * from (select * from clients) x where x.id > 0",
        "select * from (select * from clients where status <> 'x') x join orders o on o.client = x.id where o.id > 0",
        "select * from clients where id = 5 union all select * from clients where status <> 'x'",
        "(select * from clients where active) union select * from clients where not active",
        "select * from clients except select * from clients where id = 5",
        "select * from clients where id > 0 except select * from vip where x = 5",
        "select *, count(*) over () from clients",
        "select name, phone from clients group by name, phone",
        "select *, 1 as count from clients",
        "select *, count from clients",
        "select id as max, name as count from clients",
        "select * from clients as count",
        "select * from clients max",
        "select sum.* from clients sum",
        'select "count".* from clients "count"',
        "select * from clients order by count",
        "select * from clients window count as (order by id)",
        "select * from clients use index (count)",
        "select * from clients group by id having count(*) > 0",
        "select max(name), id, email from clients group by id, email",
        "select phone, count(*) from clients group by phone",
        "select c, count(*) from clients c group by c",
        "select json_agg(c), count(*) from clients c",
        "select count(*), array_agg(name) from clients",
        "select count(*), string_agg(name, ',') from clients",
        "select *, (select count(*) from orders) from clients",
        "with x as (select * from clients), y as (select 1 as count) select * from x",
        "with x as (select * from clients), y as (select count(*) from orders) select * from x",
        "declare c cursor for select *, 1 as max from clients",
    ]:
        with subtests.test(statement=statement):
            assert actions([statement]) == ["export"]


@pytest.mark.parametrize(
    "statement",
    [
        "select * from (select * from clients where manager_id = 5) x where true",
        "select * from (select * from clients) x where x.manager_id = 5",
        "with x as (select * from clients where manager_id = 5) select * from x",
        "select * from orders where client in (select id from clients where deleted = false)",
        "select (select max(id) from clients where active), 1",
    ],
)
def test_tables_within_others_are_bounded_by_what_bounds_these(statement: str) -> None:
    (event,) = told([statement])
    assert (event["event.action"] in ("list", "create"), event["record.count"]) == (True, None)


@pytest.mark.parametrize(
    ("statement", "count"),
    [
        ("select * from (select * from clients where deleted = false) x limit 30", 30),
        ("select * from (select * from clients limit 5) x", 5),
        ("select * from (select * from clients limit 50000) x limit 10", 50000),
        ("with x as (select * from clients limit 50000) select * from x", 50000),
        ("(select * from clients limit 50000) union all (select * from clients where id = 5 limit 1)", 50001),
        ("select * from clients limit 50000; select * from clients where manager_id = 5", 50000),
        ("select * from clients union select * from clients where id = 5 order by 1 limit 60000", 60000),
    ],
)
def test_a_limit_is_one_of_the_tables_within_its_query(statement: str, count: int) -> None:
    (event,) = told([statement])
    assert (event["event.action"], event["record.count"], event["record.count_basis"]) == ("list", count, "estimated")


@pytest.mark.parametrize(
    "statement",
    [
        "with x as (select 1 limit 1) select * from clients, x",
        "select * from clients, (select 1 limit 1) x",
        "select * from clients c join (select * from orders limit 1) o on o.id is not null",
    ],
)
def test_a_limit_of_another_table_limits_none(statement: str) -> None:
    assert actions([statement]) == ["export"]


def test_the_column_of_ids_alone_is_one_of_ids() -> None:
    (touch,) = touches_of("select * from clients where code > 0")
    assert (touch.action, touch.unbounded) == ("list", {"code"})
    (touch,) = touches_of("select * from clients where true")
    assert touch.action == "export"


@pytest.mark.parametrize(
    "deep",
    [
        "(" * 5000 + "id > 0" + ")" * 5000,
        "not " * 5000 + "id > 0",
        "id > 0 and " * 5000 + "true",
        "id in (select count(*) from clients where " * 5000 + "true",
        "(select count((select " * 5000 + "true",
    ],
)
def test_conditions_of_any_length_are_read_in_time_or_left(deep: str) -> None:
    assert {touch.name for touch in touches_of(f"select * from clients where {deep}")} == {"clients"}


WHOLE = """
delete from clients
delete from clients where id > 0
delete from clients where 1=1
delete clients from clients where true
truncate clients
truncate table crm.clients cascade
drop table clients
drop table if exists clients
update clients set phone = null
update clients set phone = null where status <> 'x'
update clients set phone = (select max(x) from y)
with gone as (delete from clients returning *) select * from gone
with x as (update clients set a = 1 returning *) select * from clients where id = 5
with x as (update clients set a = 1 where true returning *) select x.* from x join clients on clients.id = 5
with x as (update clients set a = 1 where id = 5), y as (delete from clients) select 1
delete from clients using sessions s where s.id = 5
delete from clients using clients d where d.id = 5
update clients set x = 1 from fixes f where f.id = 5 returning clients.*
explain analyze delete from clients
prepare p as delete from clients
execute immediate 'delete from clients'
""".strip().splitlines()

PARTS = """
update clients set x = 1 where id = 5
update clients set x = 1 where id = $1
update clients set x = 1 where id in (1, 2)
update clients set x = 1 where id between 1 and 50
update clients set x = 1 where created < now()
update clients set x = 1 where country = 'RU'
update clients c set x = f.x from fixes f where f.id = c.id
delete from clients using dups d where d.id = clients.id
update clients set x = 1 from fixes f where f.id = client_id
with gone as (select id from old) delete from clients using gone where gone.id = clients.id
with x as (update clients set a = 1 where id = 5 returning *) select * from x
delete from clients where id in (select id from gone where true)
delete from clients where current of cur
delete from clients limit 5
delete from sessions
truncate archive
drop view clients
alter table clients drop column x
create function f() returns void as 'delete from clients'
create trigger t after delete on clients execute function f()
execute immediate 'delete from clients' || ' where id = 5'
insert into clients values (1) on conflict do update set x = 1
select * from clients where id = 5 for update
""".strip().splitlines()


def test_a_change_that_nothing_bounds_says_so(subtests: pytest.Subtests) -> None:
    for statement in WHOLE:
        with subtests.test(statement=statement):
            (event,) = told([statement])
            assert event["log.flags"] == ["statement_open"]
            assert (event["object.type"], event["subject.ids"]) == ("client", None)


def test_a_change_of_some_rows_or_of_another_table_does_not(subtests: pytest.Subtests) -> None:
    for statement in PARTS:
        with subtests.test(statement=statement):
            (event,) = told([statement])
            assert "statement_open" not in (event["log.flags"] or ())
