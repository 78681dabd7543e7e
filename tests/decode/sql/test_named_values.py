"""Who names many clients in one statement reads so many, however the list is spelled."""

import pytest

from tests.decode.sql.test_open_conditions import told

IDS = [str(number) for number in range(70001, 71001)]
LISTED = ", ".join(IDS)


@pytest.mark.parametrize(
    "condition",
    [
        f"id in ({LISTED}) or 1 = 2",
        f"1 = 2 or id in ({LISTED})",
        f"id in ({', '.join(IDS[:500])}) or id in ({', '.join(IDS[500:])})",
        f"id in ({', '.join(f'({one})' for one in IDS)})",
        f"id in ({', '.join(f'+{one}' for one in IDS)})",
        " or ".join(f"id = {one}" for one in IDS),
        " or ".join(f"{one} = clients.id" for one in IDS),
        "id between symmetric 71000 and 70001",
        "id between 70001 and 70500 or id between symmetric 71000 and 70501",
    ],
)
def test_ids_in_any_spelling_are_these_clients(condition: str) -> None:
    (event,) = told([f"select * from clients where {condition}"])
    assert (event["event.action"], event["record.count"], event["record.count_basis"]) == ("read", 1000, "counted")
    assert event["subject.ids"] == IDS


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ("id = 5 or id = 6", ["5", "6"]),
        ("id = (5)", ["5"]),
        ("id = ((+5)::bigint)", ["5"]),
        ("id = (5) - 3", None),
        ("id = 5 or x = 6", None),
        ("id = 5 or id = 6 and x = 1", None),
        ("id = 5 or not id = 6", None),
        ("id = 5 or '1' = '2'", None),
        ("id = 5 or id > 7", None),
        ("a.id = 5 or b.id = 6", None),
        ("id between symmetric 9000 and 5", None),
    ],
)
def test_only_conditions_on_one_column_pick_what_or_joins(condition: str, ids: list[str] | None) -> None:
    (event,) = told([f"select * from clients where {condition}"])
    assert event["subject.ids"] == ids


@pytest.mark.parametrize("condition", ["id = 5 or 1 = 1", "id = 5 or 1 = 01", "1 = 1 or id = 5", "id = 5 or id > 0"])
def test_what_is_true_of_all_beside_ids_bounds_nothing(condition: str) -> None:
    (event,) = told([f"select * from clients where {condition}"])
    assert (event["event.action"] == "export" or event["log.flags"] is not None, event["subject.ids"]) == (True, None)


@pytest.mark.parametrize(
    "rest",
    [
        f"where phone in ({LISTED})",
        f"where lower(email) in ({LISTED})",
        f"where (id, 1) in ({', '.join(f'({one}, 1)' for one in IDS)})",
        f"where -id in ({', '.join(f'-{one}' for one in IDS)})",
        f"where id in ({', '.join(f'{one} + 0' for one in IDS)})",
        f"where id in ({LISTED}, 1 + 1)",
        f"where id in ({LISTED}) or x = 5",
        f"where phone = any(array[{LISTED}])",
        "where x = 5 and (" + " or ".join(f"id = {one}" for one in IDS) + ")",
        f"c join (values {', '.join(f'({one})' for one in IDS)}) v (x) on v.x = c.id where c.x = 5",
    ],
)
def test_many_values_that_credit_no_ids_are_an_estimate(rest: str) -> None:
    (event,) = told([f"select * from clients {rest}"])
    assert event["event.action"] in ("list", "read")
    assert event["subject.ids"] is None
    assert event["record.count_basis"] == "estimated"
    assert 1000 <= event["record.count"] <= 1001


@pytest.mark.parametrize(
    "condition",
    [
        f"status in ({LISTED})",
        f"id not in ({LISTED})",
        f"phone in ({', '.join(IDS[:100])})",
        "x = 5 and (phone = '5' or phone = '6')",
        "id in (select a, b, c from nobody)",
    ],
)
def test_what_is_left_out_few_values_and_a_screenful_are_none(condition: str) -> None:
    (event,) = told([f"select * from clients where {condition}"])
    assert event["record.count"] is None


@pytest.mark.parametrize(
    "condition",
    ["id in (" * 3000, "id = (" * 3000, "id = " + "+" * 5000, "id = 5 or " * 3000, "id in (1, 2) or " * 3000],
)
def test_lists_of_any_form_are_read_in_time(condition: str) -> None:
    assert {event["object.type"] for event in told([f"select * from clients where {condition}"])} == {"client"}
