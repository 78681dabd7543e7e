"""Statements about client tables: plain ones that any parser of SQL reads, by dialect.

``{t}`` and ``{u}`` stand for tables of client data, ``orders`` and the like for others. Each is written with several
names, so that a few hundred come out.
"""

COMMON = """
select * from {t}
select id, name from {t} where id = 5
select t.id from {t} t where t.id in (1, 2, 3)
select t.id from {t} as t where t.name like 'A%' order by t.id limit 10
select distinct name from {t} where deleted is null
select count(*) from {t}
select max(id) from {t} group by city having count(*) > 3
select a.id from {t} a join orders o on o.cid = a.id
select a.id from orders o inner join {t} a on o.cid = a.id where o.id = 5
select a.id from orders o left join {t} a on o.cid = a.id
select a.id from orders o right outer join {t} a on o.cid = a.id
select a.id from orders o cross join {t} a
select a.id from {t} a, {u} b where a.id = b.id
select a.id from {t} a join {u} b on a.id = b.id join orders c on c.id = b.id
select a.id from ({t} a join orders b on a.id = b.id) join {u} c on c.id = a.id
select * from (select id from {t}) s
select * from (select id from (select * from {t} where id = 5) x) y
select (select max(id) from {t}) from orders
select * from orders where cid in (select id from {t})
select * from orders o where exists (select 1 from {t} c where c.id = o.cid)
select * from orders where cid = (select id from {t} where name = 'x')
select case when exists (select 1 from {t}) then 1 else 2 end
select * from {t} union select * from {u}
select id from {t} union all select id from orders union select id from {u}
select id from orders except select id from {t}
select id from orders intersect select id from {t}
with s as (select * from {t}) select * from s
with s as (select * from {t}), r as (select * from {u}) select * from s join r on s.id = r.id
with s as (select * from orders) select * from s join {t} c on c.id = s.cid
select * from crm.{t}
select c.* from crm.{t} c where c.id = 7
select * from orders where note = 'select * from secrets'
select 'from {t}' from orders
select 1 as {t} from orders
select orders.id from orders where orders.x = 5
select coalesce(a.x, 'from') from {t} a
select sum(a.x) over (partition by a.city order by a.id) from {t} a
select * from {t} where id between 5 and 7 and name = 'x'
select * from {t} where not (id = 5 or name is null)
select * from {t} where name = 'it''s' and id = 5
select * from {t} where (id = 5 and (city = 'x' or city = 'y'))
insert into {t} (id, name) values (5, 'x')
insert into {t} (id) select id from orders
insert into orders (cid) select id from {t} where id = 5
insert into {t} (id) select id from {u}
update {t} set name = 'x' where id = 5
update {t} set name = (select max(name) from {u}) where id = 5
update orders set cid = (select id from {t} where name = 'x')
update orders set x = 1 where cid in (select id from {t})
delete from {t} where id = 5
delete from {t}
delete from orders where cid in (select id from {t} where id = 5)
create table copies as select * from {t}
create view v as select id, name from {t} where id = 5
create view v as select * from orders
drop table {t}
drop table if exists {t}
drop view {t}
truncate table {t}
merge into {t} t using orders s on t.id = s.id when matched then update set name = s.name
merge into orders t using {t} s on t.id = s.id when not matched then insert (id) values (s.id)
""".strip().splitlines()

POSTGRESQL = """
select * from {t} where id = any('{{5}}'::int[])
select * from {t} where id in (values (1), (2))
select * from only {t}
select * from {t} tablesample system (10)
select * from orders o, lateral (select * from {t} c where c.id = o.cid) s
select * from orders o left join lateral (select 1 from {t} c) s on true
select * from {t} natural join orders
select distinct on (name) * from {t} order by name
select * from {t} where name ilike 'a%' limit 5 offset 3
select name::text from {t} where id = '5'::bigint
select extract(year from born) from {t}
select substring(name from 2 for 3) from {t}
select trim(both 'x' from name) from {t}
select * from {t} for update
select array(select id from {t})
select json_agg(c) from {t} c
select * from orders where a is distinct from b
select $$from secrets$$ from {t}
with d as (delete from {t} where id = 5 returning *) select * from d
with recursive s as (select id from {t} union all select s.id from s) select * from s
insert into {t} (id) values (5) on conflict (id) do update set name = 'x'
insert into orders select * from {t} returning *
update {t} set name = o.name from orders o where o.id = {t}.id
update orders set x = c.name from {t} c where c.id = 5
delete from {t} using orders o where o.cid = {t}.id
delete from orders using {t} c where c.id = 5
create temp table s as select * from {t} where id = 5
create materialized view v as select * from {t}
create or replace view v as select * from {t}
select * into copies from {t}
copy {t} to stdout
copy (select * from {t}) to stdout
truncate {t}
drop table {t} cascade
drop materialized view {t}
alter table {t} rename to old
""".strip().splitlines()

MYSQL = """
select * from `{t}` where `id` = 5
select * from `crm`.`{t}` c where c.id = "5"
select sql_calc_found_rows * from {t} limit 5, 10
select * from {t} use index (i) where id = 5
select * from {t} a straight_join orders b on a.id = b.id
select * from {t} # from secrets
select * from {t} -- from secrets
insert ignore into {t} (id) values (5)
insert into {t} (id) values (5) on duplicate key update name = 'x'
replace into {t} (id, name) values (5, 'x')
update {t} a join orders b on a.id = b.id set a.name = 'x' where b.id = 5
update {t} a, orders b set a.name = b.name where b.id = a.id
delete a from {t} a join orders b on a.id = b.id where b.id = 5
delete a, b from {t} a join {u} b on a.id = b.id
create table copies select * from {t}
create table copies as select * from {t}
select group_concat(name separator ',') from {t}
select * from {t} where name regexp 'x' lock in share mode
drop temporary table {t}
alter table {t} rename to old
""".strip().splitlines()

MSSQL = """
select top 10 * from {t}
select top (10) percent * from [dbo].[{t}] where [id] = 5
select * from {t} with (nolock) where id = 5
select * into copies from {t}
select * from orders o cross apply (select * from {t} c where c.id = o.cid) s
select * from orders o outer apply (select top 1 * from {t}) s
select * from crm.dbo.{t}
select * from {t} for json path
update c set name = 'x' from {t} c join orders o on o.cid = c.id where o.id = 5
delete c from {t} c where c.id = 5
insert into copies (id) output inserted.id select id from {t}
with s as (select * from {t}) update s set name = 'x'
select * from {t} order by id offset 5 rows fetch next 5 rows only
select N'from secrets' from {t}
""".strip().splitlines()

ORACLE = """
select * from {t} where rownum < 10
select * from "CRM"."{t}" c where c.id = 5
select * from {t} a, orders b where a.id = b.cid (+)
select * from {t} where id = :1
select * from {t} minus select * from orders
select level from {t} connect by prior id = parent
select sysdate from dual
select * from {t} fetch first 10 rows only
create table copies as select * from {t}
create or replace view v as select * from {t}
merge into {t} c using (select * from {u}) s on (c.id = s.id) when matched then update set c.name = s.name
alter table {t} rename to old
""".strip().splitlines()

TABLES = (("clients", "patients"), ("patients", "clients"))
"""Tables of client data, in the order in which they stand for ``{t}`` and ``{u}``."""
CLIENT_TABLES = frozenset(("clients", "patients"))
DIALECTS = {
    "": ("postgres", (*COMMON, *POSTGRESQL)),
    "mysql": ("mysql", (*COMMON, *MYSQL)),
    "mssql": ("tsql", (*COMMON, *MSSQL)),
    "oracle": ("oracle", (*COMMON, *ORACLE)),
}
"""Our name of a dialect, sqlglot's, and its statements."""
STATEMENTS = list(
    dict.fromkeys(
        (ours, theirs, text.format(t=t, u=u))
        for ours, (theirs, texts) in DIALECTS.items()
        for text in texts
        for t, u in TABLES
    )
)
