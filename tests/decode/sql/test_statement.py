"""Statements: which tables they touch, and ids only where these surely bound what was touched."""

import sqlite3

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detector.decode.sql.statement_tables import touches_of

READ = [
    ("SELECT * FROM crm.clients WHERE id = 104", "crm.clients read id=104"),
    (
        "select c.x from clients c join public.o on o.cid = c.id where c.id in (1,'2')",
        "clients read id=1,2; public.o list",
    ),
    ("select * from clients where id = 5 or true", "clients export"),
    ("select * from clients where not id = 5", "clients export"),
    ("select * from clients where id = 5 - 3", "clients list"),
    ("select * from clients where f(id = 5)", "clients list"),
    ("select * from clients where id = 5 union select * from clients", "clients list; clients export"),
    (
        "select * from clients where id = 5 union all select * from clients where id = 6",
        "clients read id=5; clients read id=6",
    ),
    ("select (select 1 from t where id = 5), * from clients", "t list; clients export"),
    ("select * from clients where id = 'cut off", "clients list"),
    ("select * from clients where id = 5 -- or 1=1\n;", "clients read id=5"),
    ("select * from clients where id = '7'::bigint and deleted = false limit 1", "clients read id=7"),
    ("select 'from secrets where id = 1' from clients", "clients export"),
    ("COPY public.clients (id, name) TO stdout;", "public.clients export"),
    ("COPY (SELECT * FROM clients) TO '/x'", "clients export"),
    ("copy clients from stdin", "clients create"),
    ("insert into a.b select * from clients where id = 3", "a.b create; clients read id=3"),
    ("insert into clients (id) values (5) on conflict (id) do update set x = 1", "clients create"),
    ("update only crm.clients as c set x = 'a''b' where c.id = $1", "crm.clients update id=55"),
    ("delete from clients using x where clients.id = 9", "clients delete id=9; x list"),
    ("truncate table a, b", "a delete; b delete"),
    ("select extract(year from ts), substring(a from 2) from t", "t export"),
    ("select 1 where a is distinct from b", ""),
    ("select * from ((clients) left join y on true)", "clients export; y export"),
    ("explain select * from clients", ""),
    ("explain analyze select * from clients", "clients list"),
    ("grant select on clients to vera; revoke select on clients from vera", "clients update"),
    ('select * from "Crm"."Cli""ents"', 'Crm.Cli"ents export'),
    ("select $$it's$$ from clients where id = $tag$5$tag$", "clients read id=5"),
    ("select * from clients where (id = 17) is distinct from null", "clients list"),
    ("select * from clients where (id = 17) = false", "clients list"),
    ("select * from clients where (id = 17) in (true, false)", "clients export"),
    ("select * from clients where ((id = 17)) is not null and x = 1", "clients read"),
    ("select * from clients where ((id = 17) and (x = 1))", "clients read id=17"),
    ("select * from clients where ((id = 17) and x = 1) is not null", "clients export"),
    ("select * from clients where x is not null and id = 17", "clients read id=17"),
    ("select * from clients where 1 between 0 and id = 17", "clients list"),
    ("select * from clients where x between 1 and 2 and id = 17", "clients read id=17"),
    ("select * from clients where id between 1 and 5000", "clients list"),
    ("select * from clients where id >= 1", "clients list"),
    ("select * from clients where id <> 0", "clients export"),
    ("select * from clients where not (id = 3)", "clients export"),
    ("select * from clients where id = 17 or 1=1", "clients export"),
    ("select * from clients where id = 17 and 0 || 1", "clients list"),
    ("select * from clients where name like '%'", "clients export"),
    ("select * from clients where id = 17 = false", "clients list"),
    ("select * from clients where id in (17) = false", "clients export"),
    ("select * from clients where case when x and id = 17 then 1 else 1 end = 1", "clients list"),
    ("select b.* from clients a, clients b where a.id = 17", "clients list; clients list"),
    ("select * from clients a cross join clients where a.id = 17", "clients list; clients list"),
    ("select * from clients x, y clients where clients.id = 17", "clients list; y read id=17"),
    ("select * from clients where id = 17; select * from clients", "clients list; clients export"),
    ("select json_agg(c), count(*) filter (where id = 17) from clients c", "clients export"),
    ("select c.*, count(*) filter (where false) over () from clients c", "clients export"),
    ("select count(*) filter (where vip) from clients c where id = 17", "clients read id=17"),
    (
        "with x as (delete from logs where id = 17 returning 1) select * from clients",
        "logs delete id=17; clients export",
    ),
    ("with x as (table clients) select * from x", "clients export; x export"),
    ("copy (select * from clients where id = 17) to stdout", "clients export id=17"),
    ("values ((select json_agg(c) from clients c))", "clients export"),
    ("select * from clients /* /* */ where id = 17 /* */ */", "clients export"),
    ("select * from clients where id = e'\\x31'", "clients list"),
    ("select * from clients where id = x'3137'", "clients list"),
    ("select * from clients where id = 17.0", "clients read id=17"),
    ("select * from clients where id = 1.7e1", "clients read id=17"),
    ("select * from clients where id = 1e999999999", "clients read id=1e999999999"),
    ('select * from U&"\\0063lients" where id = 5', "clients read id=5"),
    ("select * from crm.U&\"cl!0069ents\" /* x */ uescape '!'", "crm.clients export"),
    ("select U&'\\0027', x from clients where id = U&'\\0035'", "clients read id=5"),
    ("select * from only (crm.clients) where id = 5", "crm.clients read id=5"),
    ("select * from /* /* */ x */ crm.clients where id = 5", "crm.clients read id=5"),
    ("prepare p as select * from clients where id = $1", "clients read id=55"),
    ("prepare p as table clients", "clients export"),
    ("create temp table v as table clients", "clients export"),
    ("insert into x table clients", "x create; clients export"),
    ("declare c cursor for table clients", "clients export"),
    ("explain analyze verbose table clients", "clients list"),
    ("explain verbose select * from clients", ""),
    ("select * from (table clients) t", "clients export"),
    ("do $$ begin perform * from clients where id = 5; end $$", "clients read id=5"),
    ("do $$ begin execute 'select * from clients where id = 5' || x; end $$", "clients list"),
    ("select query_to_xml('select * from clients', true, true, '')", "clients export; clients export"),
    ("create function f() returns int language sql as 'select 1 from clients'", "clients export"),
    ("select * from a join b on a.x = b.x and a.y = b.limit, clients", "a export; b export; clients export"),
    ("update x set n = c.n from clients c where x.id = 5", "x update id=5; clients list"),
    ("with a as (select 1) merge into clients using x on true", "clients update; x list"),
    ("grant select (a), update on table clients, x to vera", "clients update; x update"),
    ("grant all on all tables in schema crm to vera", ""),
    ("alter materialized view clients rename to x", "clients update"),
    ("alter foreign table clients rename to x", "clients update"),
    ("alter table x attach partition clients default", "x update; clients update"),
    ("create view v as select name from clients", "clients export"),
    ("create materialized view v as select * from clients with no data", "clients export"),
    ("create table x as select * from clients where id = 5", "clients read id=5"),
    ("select * from clients where id = any('{5}')", "clients read id=5"),
    ("select * from clients where id = any ('{5, \"6\"}'::bigint[]) and x = 1", "clients read id=5,6"),
    ("select * from clients where id = any(array[5,'6']::int[])", "clients read id=5,6"),
    ("select * from clients where id = any('{5,{6}}')", "clients list"),
    ("select * from clients where id = any('{}')", "clients list"),
    ("select * from clients where id = any('{5,\"a\\\\,b\"}')", "clients list"),
    ("select * from clients where id <> any('{5}')", "clients export"),
    ("select * from clients where id = all('{5}')", "clients list"),
    ("select * from clients where id = any($1)", "clients list"),
    ("select * from clients where id = any(select x from y)", "clients list; y list"),
    ("select * from clients where id in (values (1),(2))", "clients read id=1,2"),
    ("select * from clients where id in (values (1),(2,3))", "clients list"),
    ("select * from clients where id = any(values ('1'),(2))", "clients read id=1,2"),
    ("select * from clients where id between 5 and 7", "clients read id=5,6,7"),
    ("select * from clients where id >= 5 and id <= 7", "clients read id=5,6,7"),
    ("select * from clients c where (c.id > 4 and c.id < 8) and x = 1", "clients read id=5,6,7"),
    ("select * from clients where id > 4 and id <= 7::int", "clients read id=5,6,7"),
    ("select * from clients where id >= 5 and x <= 7", "clients list"),
    ("select * from clients where id >= 5 and id <= 7 or x = 1", "clients list"),
    ("select * from clients where not id >= 5 and id <= 7", "clients list"),
    ("select * from clients where id >= 5 and id <= 7 is not null", "clients list"),
    ("select * from clients where id >= 5 and id <= 7 + 1000", "clients list"),
    ("select * from clients where id >= 1 and id <= 1000000", "clients list"),
    ("select * from clients where id between 5 and 7 and x = 1", "clients read id=5,6,7"),
    ("select * from clients where id between '5' and '7'", "clients list"),
    ("select * from clients where id between 7 and 5", "clients list"),
    ("select * from clients where id between 1 and 99999999999999999999", "clients list"),
    ("select * from clients where id not between 5 and 7", "clients export"),
    ("select * from clients where 5 = id", "clients read id=5"),
    ("select * from clients where 5 = id + 1", "clients list"),
    ("select * from clients where id::text = '5' and cast('6' as int) = x", "clients read id=5"),
    ("select * from clients where id::bool = '1'", "clients list"),
    ("select * from clients where id::\"char\" = '5'", "clients list"),
    ("select * from clients where id = '57'::char", "clients list"),
    ("select * from crm.clients where crm.clients.id = 5", "crm.clients read id=5"),
    ("update a set x = b.x from clients b where b.id = 5", "a update; clients read id=5"),
    ("update clients a set x = b.x from b where b.id = 5 and b.id = a.id", "clients update; b read id=5"),
    ("select * from clients a join b on a.id = b.id where b.id = 5", "clients list; b read id=5"),
    ("select * from clients where x in (select id from b where id = 5)", "clients list; b list"),
    ("delete from clients using b where b.id = 5", "clients delete; b read id=5"),
    ("merge into clients c using (select * from b where id = 5) s on true", "clients update; b read id=5"),
    ("drop table if exists clients, x", "clients delete; x delete"),
    ("alter table if exists only clients rename to x", "clients update"),
    ("alter table clients add column x int", ""),
    ("analyze clients; vacuum clients; lock table clients; create index i on clients using btree (id)", ""),
    ("fetch all from clients; set search_path to clients; comment on table clients is 'x'", ""),
]
MYSQL = [
    ("rename table a to b, crm.clients to d", "a update; crm.clients update"),
    ("rename tables clients to x", "clients update"),
    ("alter table clients rename x", "clients update"),
    ("flush tables clients, x for export", "clients export; x export"),
    ("create table x select * from clients", "clients export"),
    ("do (select count(*) from clients)", "clients list"),
    ("delete a, b from clients a join b on a.id = b.id where b.id = 5", "clients delete; b delete id=5"),
    ("update clients, b set clients.x = b.x where b.id = 5", "clients update; b read id=5"),
    ("handler clients read first", "clients list"),
    ("handler clients open as h", "clients export"),
    ("analyze format=json select * from clients where id = 5", "clients read id=5"),
    ("select * from t straight_join clients", "t export; clients export"),
    ("select straight_join a.x from t a", "t export"),
    ("select * from {oj clients left join x on 1} where clients.id = 5", "clients read id=5; x list"),
    ("select * from {oj (clients)}", "clients export"),
    ("select * from .clients where id = 5", "clients read id=5"),
    ("prepare s from 'select * from clients where id = 5'", "clients read id=5"),
    ("prepare s from 'select * from clients where id = 5", "clients list"),
    ("execute immediate concat('select * from cli', 'ents')", "cli export; clients export"),
    ("set @a = 'select * from clients'", "clients export"),
    ("begin not atomic select * from clients; end", "clients export"),
    ("insert clients values (1)", "clients create"),
    ("insert into a select * from b on duplicate key update x = 1, y = 2", "a create; b export"),
    ("select * from t use index for order by (a), clients", "t export; clients export"),
    ("select /*! x */ * /* y */ from clients", "clients export"),
    ("select /*!1 2 */*/**/3, x.* from clients x", "clients export"),
    ("select * from clients /*!99999 where id = 5 */", "clients list"),
    ("select * from x /* /* */, clients", "x export; clients export"),
    ("select N'\\'', x from clients where x = '\"' -- '", "clients read"),
    ("show columns from clients; desc clients; checksum table clients", ""),
]
ORACLE = [
    ("rename clients to x", "clients update"),
    ("create or replace public synonym s for crm.clients", "crm.clients export"),
    (
        "insert all into a values (1) into clients values (2) select * from dual",
        "a create; clients create; dual export",
    ),
    ("insert first when x > 1 then into clients values (2) select * from dual", "clients create; dual export"),
    ("drop table clients purge", "clients delete"),
    ("select q'{'}' x, c.* from crm.clients c", "crm.clients export"),
    ("select q'[a' from crm.clients where id=5 --]', c.* from crm.clients c", "crm.clients export"),
    ("select nq'!it's!' from clients where id = Q'(5)'", "clients read id=5"),
    ("select q'<a>b>' from clients where id = q'#5#'", "clients read id=5"),
    ("select q'[]' from clients where id = 5", "clients read id=5"),
    ("select q'''' from clients where id = 5", "clients read id=5"),
    ("select q'[a from clients where id = 5", ""),
    ("select seq'a' from clients where id = 5", "clients read id=5"),
    ("grant select on crm.clients to vera", "crm.clients update"),
]
MSSQL = [
    ("update a set x = 1 from clients a join b on a.id = b.id where b.id = 5", "clients update; b read id=5"),
    ("update a set x = 1 from clients a where a.id = 5", "clients update id=5"),
    ("grant select on object::crm.clients to vera", "crm.clients update"),
    ("alter schema x transfer crm.clients", "crm.clients update"),
    ("alter schema x transfer object::crm.clients", "crm.clients update"),
    ("create synonym s for crm.clients", "crm.clients export"),
    ("select * into x from clients", "clients export"),
    ("begin select * from clients where id = 5 end", "clients read id=5"),
    ("if 1 = 1 select * from clients where id = 5", "clients read id=5"),
    ("use crm select * from clients where id = 5", "clients read id=5"),
    ("exec('select * from clients where id = 5')", "clients read id=5"),
    ("exec('select * from clients where id = 5' + @more)", "clients list"),
    (
        "exec sp_executesql N'select * from clients where id = @p', N'@p int', @p = 5",
        "clients read id=5",
    ),
    ("exec sp_executesql N'select * from clients where id = @p', N'@p int', @p = @q select @p = 5", "clients list"),
    (
        "exec sp_executesql N'l: select * from clients where id = @p set @P += 1 goto l', N'@p int', @p = 5",
        "clients list",
    ),
    ("insert x exec('select * from clients')", "x create; clients export"),
    ("select * from openquery(s, 'select * from clients')", "clients export"),
    ("select * from /* /* */ x */ clients where id = 5", "clients read id=5"),
    ("/* /* */ */ select * from clients", "clients export"),
    ("begin tran update clients set a = 1 where id = 5 commit", "clients update id=5"),
    ("delete clients where id = 5", "clients delete id=5"),
    ("delete top (5) clients", "clients delete"),
    ("update top (5) clients set a = 1", "clients update"),
    ("merge clients using x on 1 = 1 when matched then delete;", "clients update; x list"),
    ("select * from t cross apply clients", "t export; clients export"),
    ("select * from t for system_time all, clients", "t export; clients export"),
    ("update statistics clients", ""),
    ("select * from crm.clients (nolock)", "crm.clients export"),
    ("select * from crm.clients (nolock) where id > 5", "crm.clients list"),
    ("select * from clients (index(ix), nolock) c where c.id = 5", "clients read id=5"),
    ("select * from clients (tablock), orders (nolock) o", "clients export; orders export"),
    ("select * from f(snapshot, (select x from clients))", "clients export"),
    ("select * from f(5)", ""),
]


def told(statement: str, dialect: str = "") -> str:
    found = touches_of(statement, dialect, "$1 = '55', $2 = NULL")
    return "; ".join(
        " ".join(
            [f"{one.schema}.{one.name}".lstrip("."), one.action]
            + [f"{key}={','.join(ids)}" for key, ids in one.ids.items() if key == "id"]
        )
        for one in found
        if one.sure
    )


def test_tables_actions_and_ids_of_a_statement(subtests: pytest.Subtests) -> None:
    for statement, expected in READ:
        with subtests.test(statement=statement, expected=expected):
            assert told(statement) == expected


def test_mysql_and_sql_server_quote_in_their_own_ways() -> None:
    assert told('select * from `crm`.`clients` where `id` = "7" # x', "mysql") == "crm.clients read id=7"
    assert told("SELECT /*!40001 SQL_NO_CACHE */ * FROM `clients`", "mysql") == "clients export"
    assert told("select 1 /*! from clients */", "mysql") == "clients export"
    assert told("select * from clients where x = 'O\\'Brien'", "mysql") == "clients read"
    assert told("select * from clients where x = 'a\\' or 1=1 -- ' ", "mysql") == "clients list; clients export"
    assert told("select * from clients where id = 17--1", "mysql") == "clients list"
    assert told("select * from clients where id = 17 --1 or 1=1", "mysql") == "clients export"
    assert told("select * from clients where id = 17 -- or 1=1", "mysql") == "clients read id=17"
    assert told("select 1 $$, clients.* from clients", "mysql") == "clients export"
    assert told("SELECT TOP (10) * FROM [dbo].[Clients] WHERE [Id] = 7", "mssql") == "dbo.Clients read id=7"


def test_forms_that_only_one_database_knows(subtests: pytest.Subtests) -> None:
    for dialect, statement, expected in (
        [("mysql", *one) for one in MYSQL] + [("mssql", *one) for one in MSSQL] + [("oracle", *one) for one in ORACLE]
    ):
        with subtests.test(dialect=dialect, statement=statement, expected=expected):
            assert told(statement, dialect) == expected


def test_comments_do_not_nest_in_oracle() -> None:
    assert told("select * from /* /* */ clients", "oracle") == "clients export"


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("frobnicate crm.clients", [("crm", "clients")]),
        ("select table_to_xml('crm.clients', true, true, '')", [("crm", "clients")]),
        ("select * from heap_page_items(get_raw_page('crm.clients', 0))", [("crm", "clients")]),
        ("select pg_read_binary_file(pg_relation_filepath('clients'))", [("", "clients")]),
        ("select * from orders where note = 'select from clients'", []),
        ("select count(*) as clients from orders", []),
        ("vacuum clients", []),
        ("exec clients 5", []),
        ("call f(clients.id)", []),
    ],
)
def test_names_in_a_statement_that_is_not_understood_are_not_sure(statement: str, named: list[tuple[str, str]]) -> None:
    unsure = [(one.schema, one.name) for one in touches_of(statement) if not one.sure and one.name == "clients"]
    assert unsure == named


def test_an_unknown_parameter_gives_no_ids() -> None:
    assert told("select * from clients where id = $2") == "clients list"


PIECES = st.sampled_from(
    [
        "select ",
        "from ",
        "where ",
        "id",
        "=",
        "1",
        "'",
        '"',
        "`",
        "(",
        ")",
        ",",
        ".",
        "$1",
        "$a$",
        "--",
        "/*",
        "*/",
        "\n",
        "in ",
        "and ",
        "or ",
        ";",
        "[",
        "]",
        "copy ",
        "to ",
        "insert into ",
        "update ",
        "with x as ",
        "e'",
        "\\",
        "\x01",
        "ё",
    ]
)


@settings(deadline=None, max_examples=300)
@example('copy "', "")
@example('select * from ""', "")
@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60), st.sampled_from(["", "mysql", "mssql"]))
def test_any_text_is_read_without_raising(statement: str, dialect: str) -> None:
    for touch in touches_of(statement, dialect, statement):
        assert touch.name or touch.schema
        assert touch.action in ("read", "list", "create", "update", "delete", "export")


ATOMS = st.sampled_from(
    [
        "id = 3",
        "c.id = 3",
        "c.id in (1, 2)",
        "id in (1, 4)",
        "x = 1",
        "id > 1",
        "id <> 0",
        "id between 1 and 3",
        "1",
        "0",
    ]
)
JOINED = [
    "{} and {}",
    "({} and {}) is not null",
    "{} or {}",
    "{} || {}",
    "{} = {}",
    "{} + {}",
    "{} is distinct from {}",
    "({}) in ({}, 0)",
    "{} between {} and 1",
    "case when {} then 1 else {} end",
]
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(
            st.sampled_from(["({})", "not {}", "- {}", "({}) is not null", "{} is not false", "abs({})"]), inner
        ).map(lambda made: made[0].format(made[1])),
        st.tuples(
            st.sampled_from(JOINED),
            inner,
            inner,
        ).map(lambda made: made[0].format(*made[1:])),
    ),
    max_leaves=6,
)
TABLES = [
    "clients c",
    "clients c, clients d",
    "(clients c)",
    "clients c join orders o on o.y = c.x",
    "clients d, clients c",
]


@settings(deadline=None, max_examples=500)
@given(condition=CONDITIONS, tables=st.sampled_from(TABLES), columns=st.sampled_from(["c.id", "d.id"]))
def test_ids_bound_what_a_database_answers(condition: str, tables: str, columns: str) -> None:
    statement = f"select {columns} from {tables} where {condition}"
    bounds = [one.ids.get("id") for one in touches_of(statement) if one.name == "clients"]
    database = sqlite3.connect(":memory:")
    try:
        database.execute("create table clients (id integer, x integer)")
        database.execute("create table orders (y integer)")
        database.executemany("insert into clients values (?, ?)", [(n, n % 2) for n in range(6)])
        database.executemany("insert into orders values (?)", [(0,), (1,)])
        answered = {str(id_) for (id_,) in database.execute(statement)}
    except sqlite3.Error:
        return  # no such table here, or a column that may be of either
    finally:
        database.close()
    if all(bound is not None for bound in bounds):
        assert answered <= {id_ for bound in bounds if bound is not None for id_ in bound}
