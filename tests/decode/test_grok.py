"""Patterns with grok names."""

import polars as pl
import pytest

from detector.decode.grok import GROK, expand


def fits(name: str, text: str) -> bool:
    return bool(pl.Series([text]).str.contains(f"(?s)^(?:{expand('%{' + name + '}').regex})$")[0])


def test_the_engine_takes_every_known_name(subtests: pytest.Subtests) -> None:
    for name in GROK:
        with subtests.test(name=name):
            made = expand(
                "%{" + name + ":it}" if name not in ("COMMONAPACHELOG", "COMBINEDAPACHELOG") else "%{" + name + "}"
            )
            pl.Series([""]).str.extract_groups(made.regex)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        (
            "IP",
            ["192.0.2.7", "::1", "2001:db8::7", "fe80::1%eth0", "::ffff:192.0.2.7"],
            ["10:05:03", "dead", "", "1.2.3"],
        ),
        ("NUMBER", ["1", "-2.5", ".5"], ["", "1.", "a"]),
        (
            "TIMESTAMP_ISO8601",
            ["2026-05-17T10:05:03Z", "2026-05-17 10:05:03,123", "2026-05-17T10:05:03.1+0300"],
            ["2026"],
        ),
        ("HTTPDATE", ["17/May/2026:10:05:03 +0300"], ["17/May/2026 10:05:03"]),
        ("URIPATHPARAM", ["/a", "/a/b?c=d&e"], ["a", "/a b"]),
        ("QS", ['"a \\" b"', "'x'"], ['"a']),
        ("USERNAME", ["anna.k-1"], ["anna k", ""]),
        ("UUID", ["8f3ac0e1-0000-4000-8000-000000000000"], ["8f3ac0e1"]),
        ("WORD", ["abc"], ["a b", ""]),
        ("DATA", ["", "anything at all"], []),
    ],
)
def test_a_name_fits_what_it_says(name, good, bad):
    assert [text for text in good if not fits(name, text)] == []
    assert [text for text in bad if fits(name, text)] == []


def test_groups_are_named_in_each_way_people_write_them():
    text = "(?P<a.b>x) (?<c>y) %{WORD:d} %{WORD:[e][f]} %{INT:g:int} (h) (?:i) [)(] \\( \\)"
    made = expand(text)
    assert made.groups == ("a.b", "c", "d", "e.f", "g")
    found = pl.Series(["x y w v 7 h i ( ( )"]).str.extract_groups(f"^{made.regex}$").struct.unnest().row(0)
    assert found == ("x", "y", "w", "v", "7")


def test_a_name_of_ones_own_wins_and_may_hold_groups():
    made = expand("%{ME}-%{WORD:z}", {"ME": "(?P<a>[0-9]+)", "WORD": "[a-c]+"})
    assert made.groups == ("a", "z")
    assert pl.Series(["12-abd"]).str.contains(f"^{made.regex}$")[0] is False


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("%{IPP:x}", "there is no grok name IPP; did you mean %{IP}?"),
        ("%{timestamp_iso8601:x}", "there is no grok name timestamp_iso8601; did you mean %{TIMESTAMP_ISO8601}?"),
        ("%{QQQQQQQQ:x}", "there is no grok name QQQQQQQQ; docs/formats"),
        ("%{ bad}", "is no grok name"),
        ("(?=a)b", "looks ahead or behind"),
        ("a(b(?<!c))", "looks ahead or behind"),
        ("(?>a)", "looks ahead or behind"),
        ("(a", "is not closed"),
        ("%{WORD:a}%{WORD:a}", "two groups are named a"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_write(text, told):
    with pytest.raises(ValueError, match=r".") as error:
        expand(text)
    assert told in str(error.value)


def test_a_name_that_is_made_of_itself_is_refused():
    with pytest.raises(ValueError, match="made of itself"):
        expand("%{A}", {"A": "%{B}", "B": "x%{A}"})


def test_a_name_that_grows_without_end_is_refused():
    own = {f"N{at}": f"%{{N{at + 1}}}" * 10 for at in range(7)} | {"N7": "abcdefghij"}
    with pytest.raises(ValueError, match=r"too long|made of itself"):
        expand("%{N0:x}", own)
