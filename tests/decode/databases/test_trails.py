"""Audit trails of databases: whatever a line holds, it is an event or a reject, and statements touch client data."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
