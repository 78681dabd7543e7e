"""A table that a statement hides is touched all the same: the log names it, or its name alone counts."""

import csv
import io
import json
from typing import Any

import pytest

from detector.decode import Decoder
from tests.decode.batches import KEY, batch_of, settings_for

RECORDS: dict[str, Any] = {
    "data_classes": {"contact": {"confidentiality": "confidential"}},
    "routes": [{"table": "crm.clients", "object": "client", "classes": ["contact"], "subject": "where:id"}],
}
_MOMENT = "2026-05-17 10:05:03"


def decoded(lines: list[str], form: str, records: dict[str, Any] = RECORDS) -> list[dict[str, Any]]:
    decoder = Decoder(settings_for(format=form, records=records), session_key=KEY)
    return decoder.decode(batch_of(lines)).frame.to_dicts()


def seen(event: dict[str, Any]) -> tuple[str | None, str, list[str] | None, int | None]:
    return event["object.type"], event["event.action"], event["subject.ids"], event["record.count"]


def cells(*row: str) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(row)
    return text.getvalue()


def postgresql(message: str, detail: str = "") -> str:
    begin = (f"{_MOMENT}.120 UTC", "vera", "crm", "2201", "198.51.100.7:50000", "66471a2f.899", "1", "SELECT")
    more = (f"{_MOMENT} UTC", "3/12", "0", "LOG", "00000", message, detail)
    return cells(*begin, *more, "", "", "", "", "", "", "", "psql", "client backend", "", "0")


def audit(statement: str, kind: str = "", name: str = "", command: str = "SELECT", class_: str = "READ") -> str:
    record = ("SESSION", "1", "1", class_, command, kind, name, statement, "<not logged>", "40")
    return postgresql("AUDIT: " + cells(*record))


def mssql(statement: str, **more: Any) -> str:
    record = {"event_time": f"{_MOMENT}.0000000", "action_id": "SL", "succeeded": True, "statement": statement}
    return json.dumps({**record, "server_principal_name": "vera", "client_ip": "198.51.100.7", **more})


def mariadb(statement: str) -> str:
    text = statement.replace("'", "\\'")
    return f"20260517 10:05:03,db1,vera,198.51.100.7,7,8,QUERY,crm,'{text}',0"


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (audit("select * from v", "TABLE", "crm.clients"), ("client", "list", None, 40)),
        (audit("select * from v where id = 5", "FOREIGN TABLE", "crm.clients"), ("client", "list", None, 40)),
        (audit("update v set x = 1", "TABLE", "crm.clients", "UPDATE", "WRITE"), ("client", "update", None, 40)),
        (audit("select * from clients where id = 5", "TABLE", "crm.clients"), ("client", "read", ["5"], 40)),
        (audit("select * from v", "TABLE", "archive.clients"), (None, "export", None, None)),
        (audit("select nextval('x')", "SEQUENCE", "crm.clients"), (None, "other", None, None)),
    ],
)
def test_the_object_of_an_audit_record_is_touched(record: str, expected: tuple[Any, ...]) -> None:
    (event,) = decoded([record], "postgresql.csv")
    assert seen(event) == expected
    assert event["log.flags"] is None


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"object_name": "clients", "schema_name": "crm"}, ("client", "list", None, None)),
        ({"object_name": "clients", "class_type": "P "}, ("client", "list", None, None)),
        ({"object_name": "clients", "action_id": "UP"}, ("client", "update", None, None)),
    ],
)
def test_so_is_that_of_sql_server(more: dict[str, str], expected: tuple[Any, ...]) -> None:
    (event,) = decoded([mssql("select * from v where id = 5", **more)], "mssql.audit.json")
    assert seen(event) == expected


def test_and_that_of_mysql_and_oracle() -> None:
    access = {"db": "crm", "table": "clients", "query": "select * from v", "sql_command": "select"}
    record = {"timestamp": _MOMENT, "id": 1, "class": "table_access", "event": "read", "table_access_data": access}
    (event,) = decoded([json.dumps(record)], "mysql.audit.json")
    assert seen(event)[:2] == ("client", "list")
    oracle = {"EVENT_TIMESTAMP_UTC": f"{_MOMENT}.1", "DBUSERNAME": "VERA", "ACTION_NAME": "SELECT"}
    oracle |= {"OBJECT_SCHEMA": "CRM", "OBJECT_NAME": "CLIENTS", "SQL_TEXT": "select * from v where id = 5"}
    (event,) = decoded([json.dumps(oracle)], "oracle.audit.json")
    assert seen(event)[:3] == ("client", "list", None)


def test_a_name_that_is_not_understood_is_a_list_with_a_flag() -> None:
    first, other, known, failed = decoded(
        [
            postgresql("statement: frobnicate crm.clients"),
            postgresql("statement: frobnicate archive.clients"),
            postgresql("statement: do $$ begin perform 1 from clients where id = 5; end $$"),
            postgresql("statement: select * from orders where clients = 5"),
        ],
        "postgresql.csv",
    )
    assert (seen(first), first["log.flags"]) == (("client", "list", None, None), ["statement_unclear"])
    assert (seen(other)[0], other["log.flags"]) == (None, None)
    assert (seen(known), known["log.flags"]) == (("client", "read", ["5"], 1), None)
    assert (seen(failed)[0], failed["log.flags"]) == (None, None)


def test_a_route_of_all_tables_takes_no_word_for_a_table() -> None:
    records = {**RECORDS, "routes": [{"table": "*", "object": "client", "classes": ["contact"]}]}
    (event,) = decoded([postgresql("statement: frobnicate crm.clients")], "postgresql.csv", records)
    assert (seen(event)[0], event["log.flags"]) == (None, None)


def test_postgresql_says_in_the_detail_what_an_execute_runs() -> None:
    detail = "prepare: prepare p(int, text) as select * from crm.clients where id = $1 and name = $2"
    given, computed = decoded(
        [postgresql("statement: execute p(5, 'it''s')", detail), postgresql("statement: execute p(5 + 1, '')", detail)],
        "postgresql.csv",
    )
    assert seen(given) == ("client", "read", ["5"], 1)
    assert seen(computed)[:3] == ("client", "list", None)
    begin = f"{_MOMENT}.120 UTC [2201] vera@crm "
    lines = [begin + "LOG:  statement: execute p(5)", begin + f"DETAIL:  {detail}"]
    touched = [seen(event)[0] for event in decoded(lines, "postgresql")]
    assert touched == [None, "client"]


@pytest.mark.parametrize(
    "statement",
    [
        "begin select * from clients where id = 7 end",
        "if 1=1 select * from clients where id = 7",
        "use crm select * from clients where id = 7",
        "exec('select * from clients where id = 7')",
        "select * from /* /* */ x */ clients where id = 7",
    ],
)
def test_sql_server_runs_what_stands_behind_other_words(statement: str) -> None:
    (event,) = decoded([mssql(statement)], "mssql.audit.json")
    assert seen(event) == ("client", "read", ["7"], 1)


@pytest.mark.parametrize(
    ("statement", "ids"),
    [
        ("handler clients read id = (7)", None),
        ("analyze select * from clients where id = 7", ["7"]),
        ("select * from dual straight_join clients where id = 7", ["7"]),
        ("select * from {oj clients left join x on 1} where clients.id = 7", ["7"]),
        ("select * from .clients where id = 7", ["7"]),
        ("prepare s from 'select * from clients where id = 7'", ["7"]),
    ],
)
def test_mariadb_has_more_forms(statement: str, ids: list[str] | None) -> None:
    (event,) = decoded([mariadb(statement)], "mariadb.audit")
    assert seen(event)[:3] == ("client", "read" if ids else "list", ids)


def postgresql_text(statement: str) -> str:
    return f"{_MOMENT}.120 UTC [2201] vera@crm LOG:  statement: {statement}"


def mysql_general(statement: str) -> str:
    return f"2026-05-17T10:05:03.123456Z\t   42 Query\t{statement}"


def mysql_audit(statement: str) -> str:
    who = {"account": {"user": "vera", "host": "x"}, "login": {"user": "vera", "ip": "198.51.100.7"}}
    done = {"command": "Query", "sql_command": "x", "query": statement, "status": 0}
    event = {"timestamp": _MOMENT, "id": 1, "class": "general", "event": "status", "connection_id": 5}
    return json.dumps({**event, **who, "general_data": done})


def oracle(statement: str, **more: Any) -> str:
    record = {"EVENT_TIMESTAMP_UTC": "2026-05-17T10:05:03.123456Z", "DBUSERNAME": "VERA", "USERHOST": "198.51.100.7"}
    return json.dumps({**record, "ACTION_NAME": "X", "RETURN_CODE": 0, "SQL_TEXT": statement, **more})


ACTS = {
    "grant select on crm.clients to mallory": "update",
    "drop table crm.clients": "delete",
    "truncate table crm.clients": "delete",
    "create view v as select * from crm.clients": "export",
    "create table copies as select * from crm.clients": "export",
    "select * from crm.clients where id between 5 and 6": "read",
}
OWN_ACTS = {
    "postgresql": {
        "alter table crm.clients rename to x": "update",
        "prepare p as select * from crm.clients": "export",
        "do $$ begin delete from crm.clients; end $$": "delete",
        "copy crm.clients to program 'nc'": "export",
        "select * from crm.clients where id = any('{5,6}')": "read",
    },
    "mysql": {
        "alter table crm.clients rename x": "update",
        "rename table a to b, crm.clients to c": "update",
        "prepare p from 'select * from crm.clients'": "export",
        "do (select count(*) from crm.clients)": "list",
        "handler crm.clients open": "list",
        "select * from crm.clients into outfile '/tmp/x'": "export",
    },
    "mssql": {
        "alter schema x transfer crm.clients": "update",
        "select * into copies from crm.clients": "export",
        "grant select on object::crm.clients to mallory": "update",
    },
    "oracle": {
        "alter table crm.clients rename to x": "update",
        "create synonym s for crm.clients": "export",
        "create materialized view v as select * from crm.clients": "export",
    },
}
LOGS = [
    ("postgresql", "postgresql.csv", lambda text: postgresql(f"statement: {text}")),
    ("postgresql", "postgresql.csv", lambda text: audit(text, command="X", class_="DDL")),
    ("postgresql", "postgresql", postgresql_text),
    ("mysql", "mysql.general", mysql_general),
    ("mysql", "mysql.audit.json", mysql_audit),
    ("mysql", "mariadb.audit", mariadb),
    ("mssql", "mssql.audit.json", lambda text: mssql(text, action_id="X")),
    ("oracle", "oracle.audit.json", oracle),
]


@pytest.mark.parametrize(
    ("form", "line", "statement", "action"),
    [
        pytest.param(form, write(text), text, action, id=f"{at}-{form}-{text}")
        for at, (database, form, write) in enumerate(LOGS)
        for text, action in {**ACTS, **OWN_ACTS[database]}.items()
    ],
)
def test_what_is_done_to_a_table_is_an_act_on_it_in_every_log(
    form: str, line: str, statement: str, action: str
) -> None:
    (event,) = decoded([line], form)
    ids = ["5", "6"] if action == "read" else None
    assert (event["object.type"], event["event.action"], event["subject.ids"]) == ("client", action, ids), statement


@pytest.mark.parametrize(
    ("form", "record"),
    [
        ("oracle.audit.json", oracle("", ACTION_NAME="GRANT", OBJECT_SCHEMA="CRM", OBJECT_NAME="CLIENTS")),
        ("oracle.audit.json", oracle("", ACTION_NAME="RENAME", OBJECT_SCHEMA="CRM", OBJECT_NAME="CLIENTS")),
        ("mssql.audit.json", mssql("", action_id="G", schema_name="crm", object_name="clients", class_type="U ")),
    ],
)
def test_an_audit_record_without_a_statement_names_the_act(form: str, record: str) -> None:
    (event,) = decoded([record], form)
    assert seen(event)[:2] == ("client", "update")
