"""What a statement counts as: few rows only where conditions plainly bind its table, else nobody knows how many."""

import pytest

from detector.decode.formats.databases.mongodb_commands import statements_of
from detector.decode.sql.statement_tables import touches_of
from tests.decode.linear import swollen
from tests.evade import honest_statements

WIDE = [
    ("", "created_at < now()"),
    ("", "created_at > '2001-01-01'"),
    ("", "created_at >= '2026-11-27'"),
    ("", "updated_at > $1"),
    ("", "created_at between '2001-01-01' and '2026-12-01'"),
    ("", "length(phone) = 12"),
    ("", "abs(manager_id) = 7"),
    ("", "coalesce(email, 'x') = 'x'"),
    ("", "name::char = 'A'"),
    ("", "name::varchar(1) = 'A'"),
    ("", "cast(name as char(1)) = 'A'"),
    ("", "tableoid = 16402"),
    ("", '"tableoid" = 16402'),
    ("", "c.xmin = '700'"),
    ("", "current_user = 'vera'"),
    ("", "id + 0 = 5"),
    ("", "id = 5 + 1"),
    ("", "id = (select 5)"),
    ("", "manager_id = branch_id"),
    ("", "(id = 5) = (1 = 1)"),
    ("", "name like 'Ivan%'"),
    ("", "name ilike '%ivan%'"),
    ("", "name like $1"),
    ("", "name similar to 'Ivan%'"),
    ("", "email is null"),
    ("", "middle_name = ''"),
    ("", "fax in ('', 'x')"),
    ("", "passport = '-'"),
    ("", "'' = fax"),
    ("", "manager_id = 0"),
    ("", "manager_id = '0'"),
    ("", "manager_id = -1"),
    ("", "debt = '0.00'"),
    ("", "closed_on = '0000-00-00'"),
    ("", "closed_at is not null"),
    ("", "id = 5 or created_at < now()"),
    ("", "id = 5 or id = manager_id"),
    ("", "$1 is null or name = $1"),
    ("", "phone @@ 'x'"),
    ("", "phone ? 'x'"),
    ("", "data ->> 'kind' = 'x'"),
    ("mysql", "id = 5 || 1"),
    ("mysql", "id = 5 xor 1"),
    ("mysql", "id = 5 div 1"),
    ("mysql", "uuid = 0"),
    ("mysql", "uuid <=> 0"),
    ("oracle", "rowid = 'AAA'"),
    ("mssql", "isnull(id, 5) = 5"),
]
OPEN = [
    ("", "id in (5, id)"),
    ("", "id in (id)"),
    ("", "id in (5, id + 0)"),
    ("", "ctid = ctid"),
    ("mysql", "binary name = name"),
    ("oracle", "lnnvl(id = 5)"),
    ("oracle", "lnnvl(id = 5) and lnnvl(name = 'x')"),
]
BOUND = [
    ("", "manager_id = 7"),
    ("", "c.manager_id = 7"),
    ("", "crm.c.manager_id = 7"),
    ("", "7 = manager_id"),
    ("", "(manager_id) = (7)"),
    ("", "manager_id = -7"),
    ("", "manager_id = $1"),
    ("", "manager_id = $1::bigint"),
    ("", "manager_id = ?"),
    ("", "manager_id = :manager"),
    ("", "manager_id = :1"),
    ("", "manager_id = %s"),
    ("", "manager_id = %(manager)s and status = %(status)s"),
    ("", "manager_id in (?, ?)"),
    ("", "manager_id in ($1, $2, 7)"),
    ("", "manager_id = any($1)"),
    ("", "manager_id = any(array[5, 6]::int[])"),
    ("", "manager_id = any('{5,6}'::bigint[])"),
    ("", "manager_id is not distinct from 7"),
    ("", "manager_id::text = '7'"),
    ("", "cast(manager_id as text) = '7'"),
    ("", "manager_id = cast('7' as numeric(10, 2))"),
    ("", "born = date '1980-02-03'"),
    ("", "created_at = '2026-11-27'::timestamp with time zone"),
    ("", "created_at::date = '2026-11-27'"),
    ("", "lower(email) = 'a@example.org'"),
    ("", "name like 'Ivanov'"),
    ("", "name = 'x' collate \"C\""),
    ("", "manager_id = 7 and created_at < now()"),
    ("", "created_at < now() and (balance > 5 and manager_id = 7)"),
    ("", "manager_id = 7 or manager_id = 8"),
    ("", "email = 'a@example.org' or phone = '70000000000'"),
    ("", "(manager_id = 7 and balance > 5) or manager_id = 8"),
    ("", "status = 'new' and manager_id = 7"),
    ("", "manager_id = 7 and exists (select 1 from orders o where o.client_id = c.id)"),
    ("", "id between 10 and 500"),
    ("", "id >= 10 and id < 500 and balance > 5"),
    ("", "1 = 0"),
    ("", "false"),
    ("", "deleted"),
    ("", "is_deleted = true"),
    ("mysql", "manager_id <=> 7"),
    ("mssql", "[manager_id] = @manager"),
    ("oracle", "manager_id = :b1"),
]
JOINS_BOUND = """
select c.* from clients c join orders o on o.client_id = c.id where o.id = 7
select c.* from orders o join clients c on c.id = o.client_id and o.id = 7
select c.* from orders o join clients c on (c.id = o.client_id) where o.id in (7, 8)
select c.* from orders o, clients c where c.id = o.client_id and o.id = 7
select c.* from orders o left join clients c on c.id = o.client_id where o.id = 7
select c.* from clients c left join orders o on o.client_id = c.id where o.id = 7
select c.* from clients c left join orders o on o.client_id = c.id and o.open = 1 where c.manager_id = 7
select c.* from clients c right join orders o on o.client_id = c.id where o.id = 7
select c.* from items i join orders o on o.id = i.order_id join clients c on c.id = o.client_id where i.id = 7
select c.* from clients c join orders o on o.client_id = c.id where order_id = 7
select c.* from clients c join orders o using (client_id) where o.id = 7
select c.* from clients c, orders o where o.client_id = c.id (+) and o.id = 7
select c.* from clients c left join (orders o join items i on i.order_id = o.id) on o.client_id = c.id where i.id = 7
select c.* from clients c join orders o on o.client_code = c.code where o.id = 7
select x.* from (select * from clients) x where x.manager_id = 7
select x.* from (select c.*, o.total from clients c join orders o on o.client_id = c.id) x where x.order_id = 7
select * from (select c.id, c.manager_id as boss from clients c) x join teams t on t.boss = x.boss where t.id = 7
with mine as (select * from clients where manager_id = 7) select * from mine m join orders o on o.client_id = m.id
with m as (select * from clients) select * from m where m.manager_id = 7
""".strip().splitlines()
JOINS_WIDE = """
select c.* from clients c join cities t on true where t.id = 5
select c.* from clients c, cities t where t.id = 5
select c.* from clients c cross join cities t where t.id = 5
select c.* from clients c join cities t on t.id = 5 where c.created_at < now()
select c.* from clients c join cities t on t.id <= c.city_id where t.id = 5
select c.* from clients c join cities t on t.country = c.country where t.id = 5
select c.* from clients c join orders o on o.client_id = c.id where o.created_at > '2026-11-27'
select c.* from clients c join cities t on true where city_id = 5 and t.id = 5
select c.* from clients c left join orders o on o.client_id = c.id and o.id = 5 where c.created_at < now()
select c.* from orders o right join clients c on o.client_id = c.id and o.id = 5 where c.created_at < now()
select c.* from clients c full join orders o on o.client_id = c.id and c.manager_id = 5 where c.created_at < now()
select c.* from clients c left join cities t on c.manager_id = 7 where t.name is null
select c.* from clients c left join (select id from clients where id = 5) x on x.id = c.id where c.created_at < now()
select c.* from clients c left join (orders o join t on t.id = o.id and t.id = 5) on o.client_id = c.id where c.x < 9
with x as (select id from clients where id = 5) select c.* from clients c left join x on x.id = c.id where c.at < now()
select c.* from clients d join clients c on c.created_at = d.created_at where d.id = 5
select c.* from clients d, clients c where c.version = d.version and d.id = 5
select c.* from clients d join clients c using (created_at) where d.id = 5
select c.* from clients c natural join cities t where t.id = 5
select c.* from clients c, (select * from cities where id = 5) t where t.name = 'x'
select x.* from (select * from clients) x, (select 5 as id) y where y.id = 5
select * from (select 7 as manager_id, c.name from clients c) x, cities t where x.manager_id = 7 and t.id = 5
select * from (select length(name) as manager_id, name from clients) x where x.manager_id = 7
select c.* from clients c join clients d on true where d.id = 5
select c.* from clients c join orders o on o.client_id = c.id or true where o.id = 5
select c.* from clients c join orders o on not o.client_id = c.id where o.id = 5
""".strip().splitlines()


def counts_as(statement: str, dialect: str = "") -> str:
    """Return what a statement counts as where clients are picked by ``id``: the gravest of its touches."""
    found = [one.for_column(["id"]) for one in touches_of(statement, dialect) if one.name.lower() == "clients"]
    if any(one.action == "export" for one in found):
        return "export"
    return "wide" if any(one.wide for one in found) else "some"


def of(condition: str) -> str:
    return f"select * from clients c where {condition}"


def test_a_table_is_bound_only_by_what_is_plainly_about_it(subtests: pytest.Subtests) -> None:
    for dialect, statement, expected in [
        *((dialect, of(condition), "wide") for dialect, condition in WIDE),
        *((dialect, of(condition), "export") for dialect, condition in OPEN),
        *((dialect, of(condition), "some") for dialect, condition in BOUND),
        *(("", statement, "some") for statement in JOINS_BOUND),
        *(("", statement, "wide") for statement in JOINS_WIDE),
    ]:
        with subtests.test(dialect=dialect, statement=statement, expected=expected):
            assert counts_as(statement, dialect) == expected


def test_conditions_of_an_outer_join_bind_no_side_that_is_kept() -> None:
    kept = "select c.* from clients c left join orders o on o.client_id = c.id and o.id = 5"
    assert counts_as(kept) == "export"
    assert counts_as(kept.replace("left ", "")) == "some"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("select c.* from clients c left join (select id from orders where id = 5) x on x.id = c.id", "export"),
        ("select c.* from (select id from orders where id = 5) as x right join clients c on x.id = c.id", "export"),
        ("select c.* from clients c full join lateral (select id from orders where id = 5) x on true", "export"),
        (
            "select c.* from clients c left join (select id from orders where id = 5) x on x.id = c.id where c.x = 5",
            "some",
        ),
        ("select c.* from clients c join (select id from orders where at > '2026-01-01') x on x.id = c.id", "wide"),
        ("with x as (delete from mine where id = 5 returning 1) select * from clients", "export"),
        ("with x as (delete from mine returning 1) select * from clients where manager_id = 5", "some"),
        ("with x as (select * from orders where id = 5) select * from clients c join x on x.client_id = c.id", "some"),
    ],
)
def test_conditions_within_a_query_that_stands_apart_bound_nothing_beyond_it(statement: str, expected: str) -> None:
    assert counts_as(statement) == expected


def test_a_short_range_binds_where_it_is_of_the_column_of_ids() -> None:
    (touch,) = touches_of("select * from clients where code between 5 and 9")
    assert (touch.for_column(["code"]).wide, bool(touch.for_column(["id"]).wide)) == (frozenset(), True)


def test_minus_is_except_between_queries_alone() -> None:
    assert counts_as("select * from clients minus select * from clients where id = 5", "oracle") == "export"
    assert counts_as("select * from clients minus (select * from gone)", "oracle") == "export"
    assert counts_as("select minus from clients where manager_id = 5", "oracle") == "some"


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ({"$expr": {"$gt": ["$created", 5]}}, "wide"),
        ({"$where": "this.id > 5"}, "wide"),
        ({"created": {"$gt": "2001-01-01"}}, "wide"),
        ({"city": {"$regularExpression": {"pattern": "^A", "options": ""}}}, "wide"),
        ({"manager": 5, "$expr": {"$gt": ["$created", 5]}}, "some"),
        ({"manager": {"$in": [5, 6]}}, "some"),
    ],
)
def test_filters_of_mongodb_bind_as_conditions_do(filter_: object, expected: str) -> None:
    assert counts_as(statements_of("find", "crm.clients", {"find": "clients", "filter": filter_})) == expected
    pipeline = {"pipeline": [{"$match": filter_}]}
    assert counts_as(statements_of("aggregate", "crm.clients", pipeline)) == expected


def test_a_stage_that_leaves_out_parts_of_documents_leaves_nobody_knows_how_many() -> None:
    redact = {"pipeline": [{"$redact": {"$cond": [{"$gt": ["$level", 5]}, "$$PRUNE", "$$KEEP"]}}]}
    assert counts_as(statements_of("aggregate", "crm.clients", redact)) == "wide"


@pytest.mark.parametrize("kind", honest_statements.ALL)
def test_statements_of_honest_programs_take_no_whole_table(kind: str) -> None:
    said = {
        form: counts_as(form.format(n=123, m=140, day="2026-03-01", month="2026-02-01"))
        for form in honest_statements.ALL[kind]
    }
    assert not [form for form, counted in said.items() if counted == "export"]
    most = {"crm": 1, "etl": 25, "bi": 12}[kind]
    assert sum(counted == "wide" for counted in said.values()) <= most


@pytest.mark.parametrize(
    ("begin", "more", "end"),
    [
        ("select * from clients c ", "join orders o on o.id = c.id ", "where o.id = 5"),
        ("select * from clients c ", "left join b on b.x = c.x and c.y = 5 ", ""),
        ("select * from clients c, b ", "join b on x = 5 and id between 1 and 5 ", "where y = 5"),
        ("select * from clients where ", "(", "id = 5"),
        ("select * from clients where id = ", "cast(", "5"),
        ("select * from clients where id in (", "?, ", "5)"),
        ("select * from ", "(select * from ", "clients where id = 5"),
        ("select ", "a.b c, ", "1 from (select * from clients) x where c = 5"),
        ("select ", "string_agg(distinct a, ", "1 from clients"),
        ("select count(*) from clients group by ", "a, ", "id"),
        ("select 1 ", "minus ", "select * from clients"),
        ("select * from clients where ", "schema_to_xml(a) = 5 and ", "id = 5"),
        ("exec xp_cmdshell '", "bcp ", "'"),
    ],
)
def test_what_binds_is_read_in_a_time_that_grows_with_the_length(begin: str, more: str, end: str) -> None:
    assert not swollen(touches_of, lambda size: begin + more * (size // len(more)) + end)


def test_a_query_that_a_change_is_made_of_is_bound_by_its_own_conditions() -> None:
    copy = "with x as (insert into z select * from clients returning 1) select * from clients where manager_id = 5"
    assert counts_as(copy) == "export"
    assert counts_as(copy.replace("clients returning", "clients where manager_id = 6 returning")) == "some"
