"""Ids in one form: what a server takes for one client is one, and what is another client stays another."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.schema.events.id_forms import PLAIN, one_form

NUMBERS = [
    "777",
    "777.json",
    "777.JSON",
    "%20777",
    "0777",
    "+777",
    "-777",
    "777,1",
    "777;a=b",
    "777&x",
    "777#x",
    "777%00",
    "777\0",
    "777%00.html",
    "%2537%2537%37",
    "\uff17\uff17\uff17",
    "\u0667\u0667\u0667",
    "777.0",
    "777.aspx",
    "777.aspx;a=b",
    "7.77e2",
    "77.70E+1",
    "777.pdf",
    " 777\t",
    "777\u200b",
    "\ufeff777",
    "0000000000000777.xml",
    "777%2Ejson",
    "0" * 5_000 + "777",
    "777 or 1=2",
    "777%20or%201%3D2",
    "777+or+1=2",
    "777\tor 1=2",
    "777 AND 1=1",
    "777' or '1'='2",
    "777) or (1=2",
    "777/**/or/**/1=2",
    "777--",
    "777' -- x",
    "777||1=2",
    "777 union select 1",
    "777 order by 1",
    "777=777",
    "'777'",
    '"0777"',
    "(777)",
    "[777]",
    "=777",
    "=777 or 1=2",
]


def test_a_number_is_one_number_however_it_is_spelled(subtests: pytest.Subtests) -> None:
    for text in NUMBERS:
        with subtests.test(text=text):
            assert one_form(text) == "777"


@pytest.mark.parametrize(
    "text",
    ["777 and a half", "777 in a box", "777 (copy)", "777 - Ivanov", "777-1", "777 orders", "Ivan 777", "777order"],
)
def test_words_behind_a_number_make_no_statement_of_it(text):
    assert one_form(text) == text


UUID = "a3f1c2d4-0000-4000-8000-00000000cafe"
BARE = UUID.replace("-", "")
UUIDS = [
    UUID,
    UUID.upper(),
    BARE,
    BARE.upper(),
    f"{{{UUID}}}",
    f"%7B{UUID.upper()}%7D",
    f"({UUID})",
    f"urn:uuid:{UUID}",
    f"URN:UUID:{UUID.upper()}",
    f"0x{BARE}",
    "a3f1-c2d4-0000-4000-8000-0000-0000-cafe",
    f"{UUID.upper()}.json",
]


@pytest.mark.parametrize("text", UUIDS)
def test_a_uuid_is_one_uuid_however_it_is_spelled(text):
    assert one_form(text) == one_form(text, number=False) == UUID
    assert one_form(f"crm/{text}") == f"crm/{UUID}"


def test_behind_a_uuid_counts_for_nothing_what_does_so_behind_a_number():
    for behind in (";a=b", ",1", "&x", ".pdf"):
        assert one_form(UUID.upper() + behind) == UUID
        assert one_form(UUID + behind, number=False) == UUID + behind


def test_digits_that_are_a_number_are_no_uuid():
    assert one_form("0" * 29 + "777") == "777"
    assert one_form("1" * 32) == "1" * 32


@given(st.lists(st.binary(min_size=16, max_size=16).map(bytes.hex), min_size=2, max_size=4, unique=True))
def test_hashes_stay_apart(hashes):
    assert len({one_form(text) for text in hashes}) == len(hashes)


def test_what_may_be_another_client_stays_as_it_is(subtests: pytest.Subtests) -> None:
    for text in [
        BARE[1:],
        f"{BARE}0",
        f"{UUID}-1",
        f"A-{UUID}",
        UUID.replace("c", "g"),
        "A3F1C2D-40000-4000-8000-00000000CAFE",
        "john.smith",
        "2024.117",
        "2024.117a",
        "3.k9f2z",
        "1.5e0",
        "12.03.1980",
        "4509 123456",
        "3f2a-0",
        "0a1b",
        "CANARY-1",
        "scan.pdf",
        "7-7",
        "7_7",
        "%",
        "a,b",
    ]:
        with subtests.test(text=text):
            assert one_form(text) == one_form(text, number=False) == text


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("007", "007"),
        ("+7", "+7"),
        ("7,1", "7,1"),
        ("7.0", "7.0"),
        ("007.json", "007"),
        (" 0%307%00", "007"),
        ("\uff10\uff17", "07"),
    ],
)
def test_of_ids_that_are_text_zeros_and_signs_stay(text, form):
    assert one_form(text, number=False) == form


def test_what_would_be_nothing_stays():
    assert [one_form(text) for text in ("", " ", "%00", ".json", "0", "000", "-0")] == [
        "",
        " ",
        "%00",
        ".json",
        "0",
        "0",
        "0",
    ]


PIECES = st.sampled_from(
    ["0", "7", "12", "+", "-", ".", ",", ";", "%", "%37", "%00", "json", "a", "_", " ", "\uff17", "é", "A", BARE]
)

LONG = r"[0-9A-Fa-f]{7,9}(-?[0-9A-Fa-f]{4}){5,7}-?[0-9A-Fa-f]{0,4}"


@given(st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=8) | st.from_regex(LONG, fullmatch=True))
def test_what_is_taken_for_its_own_form_without_a_look_is(text):
    if pl.Series([text]).str.contains(PLAIN).item():
        assert one_form(text) == one_form(text, number=False) == text


@given(
    st.integers(0, 10**18),
    st.sampled_from(["", "0", "+", "000", " "]),
    st.sampled_from(["", ".json", ",1", "\0", ".", ".00"]),
)
def test_a_number_is_found_behind_any_of_its_spellings(number, before, behind):
    assert one_form(f"{before}{number}{behind}") == str(number)
