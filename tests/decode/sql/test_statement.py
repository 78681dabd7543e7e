"""Statements: which tables they touch, and ids only where these surely bound what was touched."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detector.decode.sql.statement import touches_of

READ = [
    ("SELECT * FROM crm.clients WHERE id = 104", "crm.clients read id=104"),
    (
        "select c.x from clients c join public.o on o.cid = c.id where c.id in (1,'2')",
        "clients read id=1,2; public.o list",
    ),
    ("select * from clients where id = 5 or true", "clients list"),
    ("select * from clients where not id = 5", "clients list"),
    ("select * from clients where id = 5 - 3", "clients list"),
    ("select * from clients where f(id = 5)", "clients list"),
    ("select * from clients where id = 5 union select * from clients", "clients list; clients list"),
    ("select (select 1 from t where id = 5), * from clients", "t list; clients list"),
    ("select * from clients where id = 'cut off", "clients list"),
    ("select * from clients where id = 5 -- or 1=1\n;", "clients read id=5"),
    ("select * from clients where id = '7'::bigint and deleted = false limit 1", "clients read id=7"),
    ("select 'from secrets where id = 1' from clients", "clients list"),
    ("COPY public.clients (id, name) TO stdout;", "public.clients export"),
    ("COPY (SELECT * FROM clients) TO '/x'", "clients export"),
    ("copy clients from stdin", "clients create"),
    ("insert into a.b select * from clients where id = 3", "a.b create; clients read id=3"),
    ("insert into clients (id) values (5) on conflict (id) do update set x = 1", "clients create"),
    ("update only crm.clients as c set x = 'a''b' where c.id = $1", "crm.clients update id=55"),
    ("delete from clients using x where clients.id = 9", "clients delete id=9; x list"),
    ("truncate table a, b", "a delete; b delete"),
    ("select extract(year from ts), substring(a from 2) from t", "t list"),
    ("select 1 where a is distinct from b", ""),
    ("select * from ((clients) left join y on true)", "clients list; y list"),
    ("explain select * from clients", ""),
    ("explain analyze select * from clients", "clients list"),
    ("grant select on clients to vera; revoke select on clients from vera", ""),
    ('select * from "Crm"."Cli""ents"', 'Crm.Cli"ents list'),
    ("select $$it's$$ from clients where id = $tag$5$tag$", "clients read id=5"),
]


def told(statement: str, dialect: str = "") -> str:
    found = touches_of(statement, dialect, "$1 = '55', $2 = NULL")
    return "; ".join(
        " ".join(
            [f"{one.schema}.{one.name}".lstrip("."), one.action]
            + [f"{key}={','.join(ids)}" for key, ids in one.ids.items() if key == "id"]
        )
        for one in found
    )


@pytest.mark.parametrize(("statement", "expected"), READ)
def test_tables_actions_and_ids_of_a_statement(statement: str, expected: str) -> None:
    assert told(statement) == expected


def test_mysql_and_sql_server_quote_in_their_own_ways() -> None:
    assert told('select * from `crm`.`clients` where `id` = "7" # x', "mysql") == "crm.clients read id=7"
    assert told("SELECT /*!40001 SQL_NO_CACHE */ * FROM `clients`", "mysql") == "clients export"
    assert told("select 1 /*! from clients */", "mysql") == "clients list"
    assert told("select * from clients where x = 'a\\' or 1=1 -- ' ", "mysql") == "clients read"
    assert told("SELECT TOP (10) * FROM [dbo].[Clients] WHERE [Id] = 7", "mssql") == "dbo.Clients read id=7"


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
