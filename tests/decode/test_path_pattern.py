"""Path patterns show what paths have in common, and nothing of whom they are about."""

import re

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from detector.decode.record_map.path_pattern import ID, path_pattern, path_patterns
from detector.decode.record_map.path_template import compile_template, is_normal

PATTERNS = {
    "/": "/",
    "/api/customers/4711": "/api/customers/{id}",
    "/api/customers/4711?view=full&name=smith": "/api/customers/{id}",
    "/api/v1/clients/550e8400-e29b-41d4-a716-446655440000/documents/12.pdf": "/api/v1/clients/{id}/documents/{id}.pdf",
    "/odata/Customers(5)": "/odata/Customers({id})",
    "/odata/Catalog_Контрагенты(guid'12')/Адрес": "/odata/Catalog_Контрагенты({id})/Адрес",
    "/fhir/Patient/$everything": "/fhir/Patient/$everything",
    "/users/alice@example.org/mail": "/users/{id}/mail",
    "/users/alice%40example.org": "/users/{id}",
    "/clients/Jane Doe": "/clients/{id}",
    "/clients/Jane+Doe": "/clients/{id}",
    "/x/deadbeef": "/x/{id}",
    "/x/deadbeefcafe0001": "/x/{id}",
    "/r/QxWzRtYpLmNoPqRs": "/r/{id}",
    "/r/eyJhbGciOiJIUzI1NiJ9.e30.abc": "/r/{id}",
    "/invoices/INV-2024-0001": "/invoices/{id}",
    "/clients/c1024": "/clients/{id}",
    "/posts/how-to-take-all-the-clients-home": "/posts/{id}",
    "/reports/2026-11-26": "/reports/{id}",
    "/getCustomerAccountDetailsByIdList": "/getCustomerAccountDetailsByIdList",
    "/oauth2/token": "/oauth2/token",
    "/api/v1.2/items:batchGet": "/api/v1.2/items:batchGet",
    "/.well-known/openid-configuration": "/.well-known/openid-configuration",
    "//api/./x/../customers;jsessionid=4F/7/": "/api/customers/{id}",
    "/api%2Fcustomers/7": "/api/customers/7".replace("7", ID),
    "/{client}/x": "/{id}/x",
    "/a\nb": "/{id}",
    "/a\n": "/{id}",
    "/" + "a/" * 20: "/" + "a/" * 12 + "**",
}


def test_a_path_has_the_pattern_of_its_kind(subtests: pytest.Subtests) -> None:
    for path, pattern in PATTERNS.items():
        with subtests.test(path=path, pattern=pattern):
            assert path_pattern(path) == pattern


def test_a_column_of_paths_keeps_its_name_and_its_nulls() -> None:
    made = path_patterns(pl.Series("url.path", ["/a/1", None, "/a//1"]))
    assert made.name == "url.path"
    assert made.to_list() == ["/a/{id}", None, "/a/{id}"]


def test_an_empty_column_has_no_patterns() -> None:
    assert path_patterns(pl.Series("p", [], dtype=pl.String())).to_list() == []


_PATHS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80) | st.lists(
    st.sampled_from([*"aZ09/._-()%?;: éЖ中\n\r\\{}$@=+", "abc", "..", "4711", "QxWz", ".pdf", "%2F", "{id}", "\u2028"]),
    max_size=30,
).map("".join)


@given(st.lists(_PATHS, min_size=1, max_size=5))
@example(["/a\n", "/a\n.pdf", "/Customers(5)\n"])
@example(["/" + "x" * 5000, "", "/" + "/".join(map(str, range(30)))])
def test_both_ways_give_the_same(paths: list[str]) -> None:
    assert path_patterns(pl.Series(paths)).to_list() == [path_pattern(path) for path in paths]


@given(_PATHS)
def test_a_pattern_is_short_and_holds_no_text_that_could_pass_for_markup(path: str) -> None:
    pattern = path_pattern(path)
    assert pattern.startswith("/")
    assert len(pattern) <= 12 * 47 + 3
    assert not set(pattern.replace(ID, "")) & set("<>&\"'\\ \n\t@%{}=+,;#")


@given(_PATHS)
def test_what_the_record_map_knows_of_a_pattern_it_can_read(path: str) -> None:
    route = path_pattern(path)
    for number in range(route.count(ID)):
        route = route.replace(ID, f"{{id_{number}}}", 1)
    compile_template(route)
    assert is_normal(route.replace("**", "x"))


def test_a_route_may_be_for_all_paths() -> None:
    assert [is_normal(route) for route in ("/**", "/app/**", "/app/*", "/app//**", "**")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert re.match(compile_template("/**").regex, "/any/where")


@given(st.from_regex(r"[0-9]{1,20}|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}|[a-z]{1,9}@[a-z]{1,9}\.org", fullmatch=True))
def test_numbers_uuids_and_addresses_are_ids(text: str) -> None:
    assert path_pattern(f"/clients/{text}") == "/clients/{id}"
