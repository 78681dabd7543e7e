"""Audit trails of databases: whatever a line holds, it is an event or a reject, and statements touch client data."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.decode import count_requests
from tests.decode.batches import decode
from tests.decode.golden import FOLDER, Block, decoded, read

FORMATS = sorted(
    path.stem for path in FOLDER.glob("*.samples") if path.stem.startswith(("my", "maria", "mongo", "ms", "or", "post"))
)
RECORDS: dict[str, Any] = {
    "data_classes": {"contact": {"confidentiality": "confidential"}},
    "routes": [{"table": "clients", "object": "client", "classes": ["contact"], "subject": "where:id"}],
}


def touched(name: str, at: int = 0) -> dict[str, Any]:
    block: Block = list(read(FOLDER / f"{name}.samples"))[at]
    block.told = {**block.told, "records": RECORDS}
    return decoded(block, name)


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("mysql.general", ["7"]),
        ("mysql.audit.xml", ["7"]),
        ("mysql.audit.json", None),
        ("mariadb.audit", ["1", "2"]),
        ("mssql.audit.csv", ["7"]),
        ("mssql.audit.json", None),
        ("oracle.audit.csv", ["7"]),
        ("oracle.audit.json", None),
    ],
)
def test_a_select_touches_the_table_of_the_record_map(name: str, ids: list[str] | None) -> None:
    event = touched(name)
    assert (event["object.type"], event["event.action"]) == ("client", "read" if ids else "export")
    assert event.get("subject.ids") == ids
    assert event.get("record.count") == (250 if name == "mssql.audit.json" else ids and len(ids))


def test_a_find_in_mongodb_touches_its_collection_by_the_ids_of_its_filter() -> None:
    block = next(iter(read(FOLDER / "mongodb.audit.samples")))
    block.told["records"] = {
        **RECORDS,
        "routes": [{**RECORDS["routes"][0], "table": "crm.clients", "subject": "where:_id"}],
    }
    assert decoded(block, "mongodb.audit")["subject.ids"] == ["1", "5f3e"]


LINES = [block.record for name in FORMATS for block in read(FOLDER / f"{name}.samples")]


@settings(deadline=None, max_examples=60)
@given(data=st.data(), name=st.sampled_from(FORMATS))
def test_any_part_of_any_record_is_an_event_or_a_reject(data: st.DataObject, name: str) -> None:
    record = data.draw(st.sampled_from(LINES))
    low, high = sorted(data.draw(st.tuples(st.integers(0, len(record)), st.integers(0, len(record)))))
    junk = data.draw(st.text(max_size=5) | st.sampled_from(['"', "'", "}", ",", "\t", "\x01", "\ud7ff"]))
    result = decode([record[:low] + junk + record[high:], record], format=name, records=RECORDS)
    assert result.frame.height + len(result.rejects) == 2


def of_line(line: str, name: str, **more: Any) -> dict[str, Any]:
    frame = decode([line], format=name, records=RECORDS, **more).frame
    return frame.row(0, named=True)


def maria(code: str, statement: str = "select * from crm.clients where id = 7") -> dict[str, Any]:
    return of_line(f"20260517 10:05:03,db1,vera,192.0.2.7,5,6,QUERY,crm,'{statement}',{code}", "mariadb.audit")


@pytest.mark.parametrize("database", ["a,b", "a,'b", "a','b',0", ""])
@pytest.mark.parametrize("account", ["vera", "vera,x", "ve,1,2,x", ""])
def test_server_audit_is_read_whatever_commas_its_names_hold(database: str, account: str) -> None:
    statement = "select \\'a,b\\', 9,0 from crm.clients where id = 7"
    line = f"20260517 10:05:03,db1,{account},192.0.2.7,5,6,QUERY,{database},'{statement}',0"
    event = of_line(line, "mariadb.audit")
    told = {each["key"]: each["value"] for each in event["labels"]}
    assert (event["user.name"], event["subject.ids"]) == (account or None, ["7"])
    assert told.get("database", "") == database


def test_a_query_of_server_audit_without_its_statement_is_a_reject() -> None:
    line = "20260517 10:05:03,db1,vera,192.0.2.7,5,6,QUERY,crm,select * from clients,0"
    assert decode([line], format="mariadb.audit", records=RECORDS).frame.is_empty()


LONG = "x" * 1100


@pytest.mark.parametrize(
    ("statement", "limit", "action", "kind"),
    [
        (f"select /*{LONG}*/ * from crm.clients", 1024, "other", None),
        (f"select id, {'1, ' * 400} 1 from crm.clients", 1024, "other", None),
        (f"select * from crm.clients where {' ' * 976}id in (1, 2)", 1024, "list", "client"),
        (f"select * from crm.clients where id = 7 /*{LONG}*/ or 1=1", 1024, "list", "client"),
        (f"select /*{LONG}*/ * from crm.clients", 700, "other", None),
        (f"select '{LONG}', x.* from crm.clients x", 2048, "list", "client"),
        (f"select '{LONG}', x.* from crm.clients x", 900, "other", None),
    ],
)
def test_a_statement_that_server_audit_cut_says_so_and_gives_no_ids(
    statement: str, limit: int, action: str, kind: str | None
) -> None:
    event = maria("0", statement[:limit].replace("'", "\\'")[:limit])
    whole = len(statement) < limit
    assert event["log.flags"] == (None if whole else ["statement_cut"])
    if not whole:
        assert (event["event.action"], event["object.type"], event["subject.ids"]) == (action, kind, None)


@pytest.mark.parametrize("size", [40, 500, 1019, 1030, 1500])
def test_a_whole_statement_of_server_audit_is_not_called_cut(size: int) -> None:
    event = maria("0", "select * from crm.clients where id = 7".ljust(size))
    assert (event["log.flags"], event["subject.ids"]) == (None, ["7"])


@pytest.mark.parametrize("code", ["1242", "1317", "1969", "2013", "3024"])
def test_what_ended_after_its_rows_may_have_been_read(code: str) -> None:
    event = maria(code)
    assert (event["event.outcome"], event["subject.ids"]) == ("unknown", ["7"])


@pytest.mark.parametrize("code", ["1044", "1045", "1064", "1142", "1143", "1146", "1054", "1227"])
def test_what_was_refused_has_read_nothing(code: str) -> None:
    event = maria(code)
    assert (event["event.outcome"], event["subject.ids"]) == ("failure", None)


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        *((state, "unknown") for state in ("57014", "22012", "21000", "57P01", "40001")),
        *((state, "failure") for state in ("42501", "42P01", "42601", "28P01", "53300")),
    ],
)
def test_so_it_is_in_postgresql(state: str, outcome: str) -> None:
    line = (
        '2026-05-17 10:05:03.120 UTC,"vera","crm",4711,"192.0.2.7:50000",6a.1,3,"SELECT",2026-05-17 10:00:00 UTC,3/1,0,'
        f'ERROR,{state},"it ended",,,,,,"select * from clients where id = 7",,,"psql","client backend",,0'
    )
    event = of_line(line, "postgresql.csv")
    assert (event["event.outcome"], event["subject.ids"]) == (outcome, ["7"] if outcome == "unknown" else None)


def mssql(statement: str = "", **more: str) -> dict[str, Any]:
    row = {
        "event_time": "2026-05-17 10:05:03.0000000",
        "action_id": "SL",
        "succeeded": "1",
        "server_principal_name": "vera",
        "schema_name": "crm",
        "object_name": "clients",
        "class_type": "U ",
        "statement": statement,
        **more,
    }
    return of_line(json.dumps(row), "mssql.audit.json")


@pytest.mark.parametrize(
    "statement",
    [
        "declare @i int = 7; select * from crm.clients where id = @i",
        "DECLARE @i AS nvarchar(9) = N'7' SELECT * FROM crm.clients WHERE id = @I",
        "declare @a int = 1, @i numeric(9, 2) = 7; select * from crm.clients where id = @i",
    ],
)
def test_a_variable_with_one_value_names_the_client(statement: str) -> None:
    assert mssql(statement)["subject.ids"] == ["7"]


@pytest.mark.parametrize(
    "statement",
    [
        "(@id int)select * from crm.clients where id=@id -- 7",
        "declare @i int = 7; set @i = 8; select * from crm.clients where id = @i",
        "declare @i int = 7; set @i += 1; select * from crm.clients where id = @i",
        "declare @i int = 7; select @i = 8; select * from crm.clients where id = @i",
        "declare @i int = 7; fetch next from c into @i; select * from crm.clients where id = @i",
        "declare @i int = 7; exec p @x = @i output; select * from crm.clients where id = @i",
        "declare @i int = 7 + @j; select * from crm.clients where id = @i",
        "declare @i int = 7 * 2; select * from crm.clients where id = @i",
        "declare @i int; select * from crm.clients where id = @i",
        "declare @i int = 7; select * from crm.clients where id >= @i",
        "/* declare @i int = 7 */ select * from crm.clients where id = @i",
        "declare @q varchar(9) = 'declare @i int = 7'; select * from crm.clients where id = @i",
    ],
)
def test_a_variable_that_may_have_another_value_names_nobody(statement: str) -> None:
    assert mssql(statement)["subject.ids"] is None


@pytest.mark.parametrize(
    ("kind", "action", "statement"),
    [
        ("IF", "SL", "select * from crm.shown(7)"),
        ("TF", "SL", "select * from crm.shown(7)"),
        ("SN", "SL", "select * from crm.shown where id = 7"),
        ("V ", "SL", "select * from crm.shown where id = 7"),
        ("P ", "EX", "exec crm.shown 7"),
    ],
)
def test_an_object_that_no_route_names_is_counted_as_one(kind: str, action: str, statement: str) -> None:
    row = {
        "event_time": "2026-05-17 10:05:03.0000000",
        "action_id": action,
        "server_principal_name": "vera",
        "schema_name": "crm",
        "object_name": "shown",
        "class_type": kind,
        "statement": statement,
    }
    batch = decode([json.dumps(row)] * 3, format="mssql.audit.json", records=RECORDS)
    assert count_requests([batch])["s"].unmapped == {"table crm.shown": 3}
