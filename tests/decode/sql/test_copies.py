"""Who copies a table, gives it another name or takes it away with all others does what a plain statement would."""

from typing import Any

import pytest

from tests.decode.sql.test_hidden import decoded, mariadb, mssql, postgresql

TABLE = {"object": "client", "classes": ["contact"], "subject": "where:id"}
RECORDS: dict[str, Any] = {
    "data_classes": {"contact": {"confidentiality": "internal"}},
    "routes": [{"table": "crm.clients", **TABLE}],
}
ANY_SCHEMA = RECORDS | {"routes": [{"table": "clients", **TABLE}]}


def told(statement: str, records: dict[str, Any] = RECORDS) -> dict[str, Any]:
    (event,) = decoded([postgresql(f"statement: {statement}")], "postgresql.csv", records)
    return event


EXPORTS = """
create table x as select * from clients
create table x as (select * from clients)
create table x as table clients
create temp table x as select * from clients where id > 0
create table x as select * from clients where id < 0 union all select * from clients
create materialized view x as select * from clients
create view v as select * from clients where deleted = false
create rule r as on select to x do instead select * from clients
create publication p for table clients
create publication p for all tables
create publication p for table orders (id), clients
alter publication p add table clients
alter publication p set table orders, only crm.clients
alter publication p add tables in schema crm
create database copy template crm
create database copy with template = crm
select * into x from clients
select * into temp x from clients where id > 0
insert into other select * from clients
insert into other (a, b) select a, b from clients where status <> 'x'
insert into other select * from clients on conflict do update set a = 1
insert into other select * from clients where id = 5 union select * from clients
with x as (insert into other select * from clients returning *) select 1
merge into other o using clients c on o.id = c.id when not matched then insert values (c.id)
begin; insert into other select * from clients; commit
begin insert into other select * from clients
do $$ begin create table x as select * from clients; end $$
do $$ declare r record; begin for r in select * from clients loop raise notice '%', r; end loop; end $$
if 1 = 1 select * from clients
backup database crm to disk = 'x'
create table x clone clients
create database x clone crm
create database x on (name = a) as snapshot of crm
create database x as copy of crm
update x set d = (select json_agg(c) from clients c)
update x set d = array(select phone from clients)
select (select json_agg(c) from clients c), t.* from cities t where t.id = 5
update x set d = (select json_agg(c) from clients c where c.manager_id = x.id)
update x set phone = (select phone from clients c where c.id = x.cid)
update x set phone = c.phone from clients c
update x set phone = c.phone from clients c where c.id = x.cid
update x set (n, p) = (c.name, c.phone) from clients c where c.id = x.cid
update x set doc = to_json(c) from clients c where c.id = x.cid
update x set n = upper(phone) from clients where clients.id = cid
update x join clients c on c.id = x.cid set x.phone = c.phone
update o set n = c.name from orders o join clients c on c.id = o.client_id
with c as (select * from clients) update x set n = c.phone from c where c.id = x.cid
merge into x using clients c on x.cid = c.id when matched then update set phone = c.phone
merge into x using clients on a = b when matched then update set a = 1 when not matched then insert values (c.id)
create function f() returns setof clients begin atomic select * from clients; end
create function f() returns setof clients language sql as 'select * from clients'
create procedure p as select * from clients
create procedure p() begin select * from clients where id > 0; end
create event e on schedule every 1 day do insert into x select * from clients
set nocount on select * from clients
print 'x' select * from clients
waitfor delay '00:00:01' select * from clients
waitfor delay '00:00:01'; select * from clients
select database_to_xml(true, true, '')
select schema_to_xml('crm', true, true, '')
select schema_to_xml(current_schema(), true, true, '')
exec xp_cmdshell 'bcp crm.clients out x -T'
exec xp_cmdshell 'cd c:/x & bcp.exe "select * from crm.clients" queryout x -T'
""".strip().splitlines()

NO_EXPORTS = """
create table x as select * from clients where id = 5
create table x as select status, count(*) from clients group by status
create table x as select * from clients where manager_id = 5
create temp table x as select * from clients where created > now() - interval '1 day'
create view v as select * from clients where manager_id = 5
create database crm2 template template0
create table x (like clients including all)
create index i on clients (id)
create function f() returns void as $$ begin insert into x values (1); end $$
insert into other select * from clients where id = 5
insert into stats select status, count(*) from clients group by status
insert into clients (name) values ('x')
insert into clients (id) select id from staging
insert into log values ((select max(id) from clients))
insert into other select * from clients where id in (1, 2)
select name into @n from clients where id = 5
merge into clients c using staging s on c.id = s.id when not matched then insert values (s.id)
update x set n = (select count(*) from clients)
update x set n = (select string_agg(distinct branch, ',') from clients)
select (select json_agg(c) from clients c where c.manager_id = t.id) from cities t where t.id = 5
update x set d = (select json_agg(c) from clients c where c.manager_id = x.id) where x.id = 5
update x set phone = c.phone from clients c where c.id = x.cid and c.manager_id = 7
update x set phone = c.phone from clients c where c.id = x.cid and x.id = 5
update x join clients c on c.id = x.cid set x.phone = c.phone where x.id = 5
update x set phone = (select phone from clients c where c.id = x.cid) where x.id = 5
update x set region = c.region from clients c where c.id = x.cid
update x set client_id = c.id from clients c where c.phone = x.phone
update x set client_id = (select id from clients c where c.phone = x.phone)
update managers set n = (select count(*) from clients c where c.manager_id = managers.id)
update clients set phone = i.phone from imports i where i.id = clients.id
update clients set name = upper(name) where id = 5
merge into x using clients c on x.cid = c.id when matched then update set region = c.region
merge into x using (select * from clients where id = 5) c on x.cid = c.id when matched then update set phone = c.phone
insert into clients (id, phone) values (5, '7') on conflict (id) do update set phone = excluded.phone
create function f(p int) returns setof clients begin atomic select * from clients where id = p; end
create procedure p @id int as select * from clients where id = @id
create event e on schedule every 1 day do delete from sessions
set search_path = crm
exec xp_cmdshell 'bcp crm.clients in x -T'
insert bulk clients (id int)
""".strip().splitlines()

WHOLE = """
alter table clients rename to x
alter table if exists crm.clients rename to x
alter table clients set schema x
rename table clients to x
alter schema x transfer crm.clients
alter table clients inherit x
alter table x exchange partition p with table clients
drop schema crm cascade
drop schema if exists crm
drop database crm
drop schema other, crm
alter schema crm rename to x
alter database crm rename to x
alter database crm modify name = x
do $$ begin delete from clients; end $$
do $$ begin update clients set phone = null; end $$
do $$ begin if true then delete from clients; end if; end $$
begin tran delete from clients
use crm delete from clients
merge into clients c using (select 1) x on true when matched then delete
merge into clients c using x on c.id > 0 when matched then update set phone = null
merge into clients c using (select -1 as id) x on c.id = x.id when not matched by source then delete
""".strip().splitlines()

PARTS = """
alter table clients rename column a to b
alter table clients rename a to b
alter table clients rename constraint a to b
alter table clients add column x int
alter table clients modify column name varchar(20)
alter schema other rename to x
alter database crm set work_mem = '4MB'
grant select on clients to mallory
drop schema other cascade
drop database test
do $$ begin update clients set phone = null where id = 5; end $$
do $$ begin for i in 1..10 loop update clients set phone = null where id = i; end loop; end $$
merge into clients c using staging s on c.id = s.id when matched then update set name = s.name
merge into clients c using (values (5, 'x')) s (id, name) on c.id = s.id when matched then update set name = s.name
merge into clients using dual on (id = 5) when matched then update set name = 'x'
create procedure p as begin delete from clients end
""".strip().splitlines()


def test_who_copies_a_whole_table_or_shows_it_by_another_name_exports_it(subtests: pytest.Subtests) -> None:
    for statement in EXPORTS:
        with subtests.test(statement=statement):
            event = told(statement)
            assert (event["object.type"], event["event.action"]) == ("client", "export")


def test_who_copies_some_rows_or_makes_something_else_exports_none(subtests: pytest.Subtests) -> None:
    for statement in NO_EXPORTS:
        with subtests.test(statement=statement):
            assert told(statement)["event.action"] != "export"


@pytest.mark.parametrize(
    "statement",
    [
        "insert into other select * from clients where id in (5, 6)",
        "update x set phone = c.phone from clients c where c.id = x.cid and c.id in (5, 6)",
        "merge into x using (select * from clients where id in (5, 6)) c on x.cid = c.id "
        "when matched then update set phone = c.phone when not matched then insert values (c.id)",
    ],
)
def test_who_copies_rows_of_known_clients_reads_these(statement: str) -> None:
    event = told(statement)
    assert (event["event.action"], event["subject.ids"]) == ("read", ["5", "6"])


def test_a_copy_of_so_many_rows_counts_them() -> None:
    event = told("insert into other select * from clients order by id limit 9999 offset 9999")
    assert (event["event.action"], event["record.count"], event["log.flags"]) == ("list", 9999, ["statement_page"])


def test_who_takes_a_table_away_changes_all_of_it(subtests: pytest.Subtests) -> None:
    for statement in WHOLE:
        with subtests.test(statement=statement):
            event = told(statement)
            assert (event["object.type"], event["log.flags"]) == ("client", ["statement_open"])
            assert event["event.action"] in ("update", "delete")


@pytest.mark.parametrize("statement", PARTS)
def test_who_changes_something_else_or_some_rows_does_not(statement: str) -> None:
    assert "statement_open" not in (told(statement)["log.flags"] or ())


@pytest.mark.parametrize(
    "statement",
    [
        "drop schema x cascade",
        "drop database x",
        "alter schema x rename to y",
        "select schema_to_xml('x', true, true, '')",
        "import foreign schema x from server s into y",
        "import foreign schema x limit to (clients, orders) from server s into y",
    ],
)
def test_a_schema_that_may_hold_a_table_of_any_schema_is_unclear(statement: str) -> None:
    event = told(statement, ANY_SCHEMA)
    assert (event["object.type"], event["log.flags"]) == ("client", ["statement_unclear"])


@pytest.mark.parametrize(
    "line",
    [
        mariadb("create table x (id int) engine=merge union=(clients)"),
        mariadb("handler clients open as h"),
        mariadb("handler clients open h"),
        mssql("select * into x from clients"),
        mssql("create synonym s for clients"),
    ],
)
def test_other_databases_have_words_of_their_own_for_it(line: str) -> None:
    form = "mssql.audit.json" if line.startswith("{") else "mariadb.audit"
    (event,) = decoded([line], form, ANY_SCHEMA)
    assert (event["object.type"], event["event.action"]) == ("client", "export")


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("mariadb.audit", mariadb("create table f (id int) engine=federated connection='mysql://u:p@h/db/clients'")),
        ("postgresql.csv", postgresql("statement: create foreign table f () server s options (table_name 'clients')")),
    ],
)
def test_a_table_of_another_server_that_is_called_so_is_unclear(form: str, line: str) -> None:
    (event,) = decoded([line], form, ANY_SCHEMA)
    assert (event["object.type"], event["log.flags"]) == ("client", ["statement_unclear"])


def test_a_base_backup_takes_all_tables() -> None:
    line = postgresql("received replication command: BASE_BACKUP ( LABEL 'pg_basebackup base backup', PROGRESS )")
    (event,) = decoded([line], "postgresql.csv", RECORDS)
    assert (event["object.type"], event["event.action"]) == ("client", "export")
