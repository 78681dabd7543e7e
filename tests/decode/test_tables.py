"""Routes of the record map by table: what a statement is said to have touched."""

import csv
import io

import pytest

from detector.errors import ConfigError
from tests.decode.batches import decode, decoder_for, one

CLASSES = {"contact": {"confidentiality": "confidential"}}


def records(*routes):
    return {"data_classes": CLASSES, "routes": [{"object": "client", "classes": ["contact"], **one} for one in routes]}


def line(message, *, severity="LOG", query="", detail=""):
    row = ["2026-05-17 10:05:03.120 UTC", "vera", "crm", 1, "192.0.2.1:5", "a.b", 1, "SELECT", "", "", 0, severity]
    row += ["00000", message, detail, "", "", "", "", query, "", "", "psql"]
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(row)
    return text.getvalue()


def touched(message, *routes, **more):
    return one(line(message, **more), format="postgresql.csv", records=records(*routes))


CLIENTS = {"table": "crm.clients", "subject": "where:id"}


def test_a_select_by_ids_is_a_read_of_these_clients():
    event = touched("statement: select * from crm.clients where id in (1, 2)", CLIENTS)
    assert (event["object.type"], event["event.action"], event["event.category"]) == ("client", "read", "database")
    assert event["subject.ids"] == ["1", "2"]
    assert (event["record.count"], event["record.count_basis"]) == (2, "counted")
    assert event["object.confidentiality"] == "confidential"


def test_a_select_without_ids_says_no_number_where_the_log_has_none():
    event = touched("statement: select * from clients", CLIENTS)
    assert (event["event.action"], event["record.count"], event["subject.ids"]) == ("export", None, None)


@pytest.mark.parametrize(
    "condition",
    [
        "status = 'active'", "(id = 17) is distinct from null", "id = 17; select * from clients where name > 'm'",
    ],
)  # fmt: skip
def test_whoever_picks_rows_by_more_than_ids_lists_the_table(condition):
    event = touched(f"statement: select * from clients where {condition}", CLIENTS)
    assert (event["event.action"], event["record.count"], event["subject.ids"]) == ("list", None, None)
    event = touched("statement: select b.* from clients a, clients b where a.id = 17", CLIENTS)
    assert (event["event.action"], event["record.count"], event["subject.ids"]) == ("list", None, None)


@pytest.mark.parametrize(
    "condition", ["id between 1 and 5000", "id >= 1", "id <> 0", "not (id = 3)", "id = 17 or 1=1", "id like '%'"]
)
def test_whoever_picks_all_rows_by_a_condition_exports_the_table(condition):
    event = touched(f"statement: select * from clients where {condition}", CLIENTS)
    assert (event["event.action"], event["record.count"], event["subject.ids"]) == ("export", None, None)


def test_reads_and_lists_are_told_apart_by_the_tables_that_routes_name():
    statement = "statement: select * from {} where {}"
    joined = "clients c, orders o"
    assert touched(statement.format(joined, "c.id = 1"), CLIENTS)["event.action"] == "read"
    assert touched(statement.format(joined, "o.id = 1"), CLIENTS)["event.action"] == "list"


def test_the_number_of_rows_that_the_log_has_counts():
    message = 'AUDIT: SESSION,1,1,READ,SELECT,TABLE,crm.clients,"select * from crm.clients",<none>,{}'
    event = touched(message.format(250), CLIENTS)
    assert (event["record.count"], event["record.count_basis"]) == (250, "logged")
    assert touched(message.format(0), CLIENTS)["record.count"] == 0


def test_a_refused_statement_touched_nobody():
    event = touched("permission denied", CLIENTS, severity="ERROR", query="select * from crm.clients where id = 1")
    assert (event["object.type"], event["event.outcome"], event["subject.ids"]) == ("client", "failure", None)


def test_a_table_of_another_schema_or_name_is_not_meant():
    for text in ("other.clients", "crm.clients2", "crm.orders"):
        assert touched(f"statement: select * from {text}", CLIENTS)["object.type"] is None


def test_patterns_fit_parts_of_names_and_a_route_may_say_the_action():
    event = touched("statement: copy crm.client_docs to stdout", {"table": "*.client_*"})
    assert (event["object.type"], event["event.action"]) == ("client", "export")
    event = touched("statement: select 1 from clients", {"table": "clients", "action": "search"})
    assert event["event.action"] == "search"


def test_the_first_route_that_fits_counts_also_among_tables():
    first, second = {"table": "docs", "object": "document"}, CLIENTS
    assert touched("statement: select * from clients join docs d on true", first, second)["object.type"] == "document"


def test_rows_of_other_formats_and_statements_without_tables_stay_as_they_are():
    result = decode(
        [line("statement: select 1"), line("checkpoint")], format="postgresql.csv", records=records(CLIENTS)
    )
    assert result.frame["object.type"].to_list() == [None, None]
    web = '192.0.2.1 - - [17/May/2026:10:05:03 +0300] "GET /crm HTTP/1.1" 200 512'
    assert one(web, format="common", records=records(CLIENTS))["object.type"] is None


@pytest.mark.parametrize(
    ("route", "said"),
    [
        ({"table": "a", "path": "/x"}, "exclude each other"),
        ({"table": "a.b.c"}, "schema.table"),
        ({"table": "a", "subject": "id"}, "where:COLUMN"),
        ({"path": "/x"}, "action must be given"),
    ],
)
def test_a_mistake_in_a_route_by_table_is_told(route, said):
    with pytest.raises(ConfigError, match=said):
        decoder_for(records=records(route))
