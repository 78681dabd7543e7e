"""Several clients and their number in one field of a JSON line."""

import json
from typing import Any

import pytest

from tests.decode.batches import decode

ROUTE = {
    "when": {"action": "view"},
    "object": "client",
    "action": "read",
    "subject": "field:clients",
    "count": "field:rows",
}
LINE = {"ts": "2026-05-17T10:05:03Z", "service": "crm", "user": "vera", "action": "view", "ip": "192.0.2.7"}


def event(route: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return the event of a line; it stands between others, whose clients are plain."""
    lines = [LINE | {"clients": "8"}, LINE | more, LINE | {"clients": ["9", "10"]}, LINE]
    records = {"routes": [ROUTE | (route or {})]}
    frame = decode([json.dumps(line) for line in lines], format="audit.json", records=records).frame
    others = frame["subject.ids"].to_list()
    assert [others[0], *others[2:]] == [["8"], ["9", "10"], None]
    return frame.row(1, named=True)


LISTS = [
    ["1", "2", "3"],
    "1,2,3",
    "1;2;3",
    "1|2, 3",
    "1 2 3",
    "[1,2,3]",
    '["1","2","3"]',
    '[{"id":1},{"id":2},{"id":3}]',
    ["1,2", "3"],
    [{"id": 1}, {"id": 2}, {"id": 3}],
    [{"client_id": 1, "name": "x"}, {"client_id": 2}, {"number": 3}],
    [{"clientId": 1, "paid": 9}, {"_id": {"$oid": "2"}}, {"_id": 3, "type": "x"}],
]


def test_clients_in_one_field_are_as_many_as_they_are(subtests: pytest.Subtests) -> None:
    for place in ["route", "log"]:
        for said in LISTS:
            with subtests.test(place=place, said=said):
                if place == "route":
                    assert event(clients=said)["subject.ids"] == ["1", "2", "3"]
                else:  # the format knows the field by itself
                    lines = [json.dumps(LINE | {"client_id": "8"}), json.dumps(LINE | {"client_id": said})]
                    frame = decode(lines, format="audit.json", records={"routes": []}).frame
                    assert frame["subject.ids"].to_list() == [["8"], ["1", "2", "3"]]


def test_ids_that_are_codes_or_addresses_are_listed_too() -> None:
    assert event(clients="C-1,C-2")["subject.ids"] == ["C-1", "C-2"]
    assert event(clients="a@example.org; b@example.org")["subject.ids"] == ["a@example.org", "b@example.org"]


@pytest.mark.parametrize("said", ["Doe, John", "Lenin street 5, flat 7", "a|b", "[draft] 5", "[", "]", "5,", " "])
def test_what_is_no_list_of_ids_stays_one_value(said: str) -> None:
    found = event(clients=said)["subject.ids"]
    assert found is None or len(found) == 1


def test_ids_that_are_text_are_listed_as_json_alone() -> None:
    assert event({"ids": "text"}, clients="1,2")["subject.ids"] == ["1,2"]
    assert event({"ids": "text"}, clients='["1,2","3"]')["subject.ids"] == ["1,2", "3"]


COUNTS = {
    "99999": 99999,
    "+99999": 99999,
    "99,999": 99999,
    "99 999": 99999,
    "99\u00a0999": 99999,
    "99\u202f999": 99999,
    "99.999": 99999,
    "1.234.567": 1234567,
    "1,234,567.00": 1234567,
    "12.5": 12,
    "0.999": 0,
    "9,99": None,
    "1,234.567,890": None,
    "-5": None,
    "many": None,
}


def test_a_count_is_the_number_people_read(subtests: pytest.Subtests) -> None:
    for wrapped in [False, True]:
        for said, count in COUNTS.items():
            with subtests.test(wrapped=wrapped, said=said, count=count):
                assert event(rows=[said] if wrapped else said)["record.count"] == count
                lines = [json.dumps(LINE | {"rows": [said] if wrapped else said})]
                assert decode(lines, format="audit.json", records={"routes": []}).frame["record.count"].to_list() == [
                    count
                ]
