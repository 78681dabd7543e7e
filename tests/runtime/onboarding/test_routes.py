"""Which requests are taken for client data, in five languages, and which are not."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from detector.runtime.onboarding.guessed_route import GuessedRoute, GuessedRoutes, Remark, Skipped
from detector.runtime.onboarding.request_words import load_words, words_of
from detector.runtime.onboarding.routes.endpoints import endpoints
from detector.runtime.onboarding.routes.guess_routes import guess_routes
from tests.runtime.onboarding.made import MORNING, Request, combined, surveyed

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "real" / "apache_combined_10k.log"


def guessed(folder: Path, *paths: str, method: str = "GET", user: str = "anna", agent: str = "", status: int = 200,
            size: int = 900) -> GuessedRoutes:  # fmt: skip
    """Return what is guessed of requests for these paths, ``%d`` standing for thirty different ids."""
    every = [path % number if "%d" in path else path for path in paths for number in range(1030, 1060)]
    requests = [
        Request(at=MORNING + timedelta(seconds=at), path=quote(path, safe="/?&=()'%[]{}$"), user=user, method=method,
                agent=agent or "Mozilla/5.0", status=status, size=size)
        for at, path in enumerate(every)
    ]  # fmt: skip
    found = surveyed(folder / "access.log", combined(requests))
    return guess_routes(endpoints(found.frame, load_words()), load_words())


def only(guesses: GuessedRoutes) -> GuessedRoute:
    (one,) = guesses.routes
    return one


@pytest.mark.parametrize(
    ("path", "template", "action", "kind", "subject"),
    [
        ("/api/customers/%d", "/api/customers/{client_id}", "read", "client", "{client_id}"),
        ("/clients/%d", "/clients/{client_id}", "read", "client", "{client_id}"),
        ("/klienty/%d/pechat", "/klienty/{client_id}/pechat", "print", "client", "{client_id}"),
        ("/клиенты/%d", "/клиенты/{client_id}", "read", "client", "{client_id}"),
        ("/kunden/%d", "/kunden/{client_id}", "read", "client", "{client_id}"),
        ("/patienten/%d", "/patienten/{patient_id}", "read", "patient", "{patient_id}"),
        ("/app/factures/%d.pdf", "/app/factures/{invoice_id}.pdf", "download", "invoice", "{invoice_id}"),
        ("/clientes/exportar", "/clientes/exportar", "export", "client", ""),
        ("/api/clientes/buscar?q=x%d", "/api/clientes/buscar", "search", "client", ""),
        ("/clients/all.csv.gz", "/clients/all.csv.gz", "export", "client", ""),
        ("/kontragenty/vygruzka.xlsx", "/kontragenty/vygruzka.xlsx", "export", "client", ""),
        ("/crm/contact/details/%d/", "/crm/contact/details/{contact_id}", "read", "contact", "{contact_id}"),
        ("/bitrix/admin/user_edit.php?ID=%d", "/bitrix/admin/user_edit.php", "read", "user", "query:ID"),
        ("/app/view.php?client_id=%d", "/app/view.php", "read", "client", "query:client_id"),
        ("/base/hs/clients/get?id=%d", "/base/hs/clients/get", "read", "client", "query:id"),
        ("/base/odata/standard.odata/Catalog_Контрагенты(guid'%d0000-aa')",
         "/base/odata/standard.odata/Catalog_Контрагенты({client_id})", "read", "client", "{client_id}"),
        ("/api/v1/getClientList", "/api/v1/getClientList", "list", "client", ""),
    ],
)  # fmt: skip
def test_words_in_five_languages_and_ids_tell_client_data(
    tmp_path: Path, path: str, template: str, action: str, kind: str, subject: str
) -> None:
    one = only(guessed(tmp_path, path))
    assert one.wanted
    route = one.route
    assert (route.path, route.action, route.object, route.subject) == (template, action, kind, subject)
    assert route.classes


@pytest.mark.parametrize(
    ("method", "path", "action"),
    [
        ("PUT", "/api/clients/%d", "update"),
        ("PATCH", "/api/clients/%d", "update"),
        ("DELETE", "/api/clients/%d", "delete"),
        ("POST", "/api/clients/%d", "update"),
        ("POST", "/api/clients", "create"),
        ("POST", "/api/clients/search", "search"),
        ("POST", "/api/clients/export", "export"),
        ("GET", "/api/clients/%d/edit", "read"),
    ],
)
def test_method_and_words_tell_what_is_done(tmp_path: Path, method: str, path: str, action: str) -> None:
    assert only(guessed(tmp_path, path, method=method)).route.action == action


def test_a_record_of_a_client_names_both(tmp_path: Path) -> None:
    route = only(guessed(tmp_path, "/api/clients/%d/documents/9%d".replace("9%d", "77"))).route
    assert (route.path, route.subject, route.record) == (
        "/api/clients/{client_id}/documents/{document_id}",
        "{client_id}",
        "{document_id}",
    )


def test_a_record_without_a_client_stands_for_one_and_says_so(tmp_path: Path) -> None:
    one = only(guessed(tmp_path, "/api/orders/%d"))
    assert (one.route.subject, one.stand_in) == ("{order_id}", True)


def test_of_two_methods_of_one_path_the_one_that_changes_is_named_and_stands_first(tmp_path: Path) -> None:
    requests = [
        Request(at=MORNING, path=f"/api/clients/{number}", user="anna", method=method)
        for number in range(1030, 1060)
        for method in ("GET", "PUT")
    ]
    found = surveyed(tmp_path / "a.log", combined(requests))
    routes = guess_routes(endpoints(found.frame, load_words()), load_words()).routes
    # A method nobody has used yet may be answered as GET is.
    assert [(one.route.methods, one.route.action) for one in routes] == [(("PUT",), "update"), ((), "read")]


@pytest.mark.parametrize("page", ["client.php", "Client.aspx", "client.jsp"])
def test_a_page_whose_id_stands_in_the_query_is_no_call_by_name(tmp_path: Path, page: str) -> None:
    requests = [
        Request(at=MORNING, path=f"/crm/{page}?id={number}", user="anna", method=method)
        for number in range(1030, 1060)
        for method in ("GET", "POST")
    ]
    found = surveyed(tmp_path / "a.log", combined(requests))
    assert Remark.RPC not in guess_routes(endpoints(found.frame, load_words()), load_words()).remarks


def test_what_is_special_stands_before_what_is_general(tmp_path: Path) -> None:
    guesses = guessed(
        tmp_path, "/api/clients/%d", "/api/clients/export", "/api/clients/%d/orders/export", "/api/clients"
    )
    paths = [one.route.path for one in guesses.routes]
    assert paths.index("/api/clients/export") < paths.index("/api/clients/{client_id}")
    assert len(paths) == 4


def test_the_size_of_one_record_estimates_how_many_a_list_holds(tmp_path: Path) -> None:
    guesses = guessed(tmp_path, "/api/clients/%d", "/api/clients?q=a%d", "/api/clients/export", size=640)
    sizes = {one.route.action: one.route.bytes_per_record for one in guesses.routes}
    assert sizes == {"read": None, "search": 640, "export": 200}, "a file has rows, not cards"


def test_names_asked_for_a_few_times_each_are_ids_and_stand_nowhere(tmp_path: Path) -> None:
    names = ["smith", "jones", "mueller", "ivanov", "garcia", "dupont"]
    guesses = guessed(tmp_path, *(f"/api/clients/{name}" for name in names))
    assert [one.route.path for one in guesses.routes] == ["/api/clients/{client_id}"]
    assert not any(name in repr(guesses) for name in names)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/assets/clients/app.js", Skipped.STATIC),
        ("/images/customers.png", Skipped.STATIC),
        ("/favicon.ico", Skipped.STATIC),
        ("/healthz", Skipped.HEALTH),
        ("/metrics", Skipped.HEALTH),
        ("/login", Skipped.SIGN_IN_PAGE),
        ("/news/%d", Skipped.UNKNOWN),
        ("/misc/client.java", Skipped.STATIC),
        ("/files/tool-2.%d.tar.gz", Skipped.STATIC),
    ],
)
def test_what_is_no_client_data_is_left_out_with_a_reason(tmp_path: Path, path: str, reason: Skipped) -> None:
    guesses = guessed(tmp_path, path, user="-")
    assert guesses.routes == ()
    assert dict(guesses.skipped) == {reason: 30}


def test_what_never_succeeded_is_left_out(tmp_path: Path) -> None:
    guesses = guessed(tmp_path, "/api/clients/%d", status=404)
    assert (guesses.routes, dict(guesses.skipped)) == ((), {Skipped.UNANSWERED: 30})


def test_what_search_engines_read_without_an_account_is_public(tmp_path: Path) -> None:
    guesses = guessed(tmp_path, "/customers/%d", user="-", agent="Mozilla/5.0 (compatible; Googlebot/2.1)")
    assert (guesses.routes, dict(guesses.skipped)) == ((), {Skipped.PUBLIC: 30})
    assert guessed(tmp_path, "/customers/%d", agent="Mozilla/5.0 (compatible; Googlebot/2.1)").routes


@pytest.mark.parametrize(("left_out", "public"), [(1, True), (9, False)])
def test_a_site_whose_pages_with_ids_search_engines_read_nearly_all_is_public(
    tmp_path: Path, left_out: int, public: bool
) -> None:
    pages = [(f"/blog/{number}", "Mozilla/5.0 (compatible; Googlebot/2.1)") for number in range(1000, 1300)]
    pages += [(f"/misc/{number}", "Mozilla/5.0") for number in range(1000, 1000 + left_out)]
    requests = [
        Request(at=MORNING + timedelta(seconds=at), path=path, agent=agent) for at, (path, agent) in enumerate(pages)
    ]
    found = surveyed(tmp_path / "access.log", combined(requests))
    assert guess_routes(endpoints(found.frame, load_words()), load_words()).public is public


def test_a_word_alone_is_shown_and_not_taken(tmp_path: Path) -> None:
    assert not only(guessed(tmp_path, "/customers", user="-")).wanted
    assert not only(guessed(tmp_path, "/orders/%d", user="-")).wanted


def test_signing_in_is_a_route_of_its_own_and_counts_failures_too(tmp_path: Path) -> None:
    guesses = guessed(tmp_path, "/auth/login", method="POST", user="-", status=401)
    (one,) = guesses.logins
    assert (one.route.path, one.route.methods, one.route.action, one.route.object) == (
        "/auth/login",
        ("POST",),
        "login",
        "",
    )


@pytest.mark.parametrize(
    ("path", "remark"),
    [("/graphql", Remark.GRAPHQL), ("/jsonrpc", Remark.RPC),
     ("/index.php?id=%d", Remark.DISPATCH)],
)  # fmt: skip
def test_what_a_path_cannot_tell_is_said(tmp_path: Path, path: str, remark: Remark) -> None:
    assert remark in guessed(tmp_path, path, method="POST").remarks


def test_a_public_web_site_has_no_clients() -> None:
    if not REAL.exists():
        pytest.skip(f"{REAL} is not on this machine")
    from detector.clock import SystemClock
    from detector.runtime.onboarding.log_groups import group_logs
    from detector.runtime.onboarding.survey import survey

    found = survey(group_logs([str(REAL)])[0], SystemClock())
    guesses = guess_routes(endpoints(found.frame, load_words()), load_words())
    assert (guesses.routes, guesses.logins) == ((), ())
    assert sum(count for _, count in guesses.skipped) == 10_000


def test_every_word_stands_for_one_kind_of_record_and_in_small_letters() -> None:
    file = load_words().file
    counts = Counter(word for one in file.objects.values() for word in one.words)
    assert [word for word, count in counts.items() if count > 1] == []
    assert [word for word in counts if word != word.lower()] == []


def test_a_segment_is_taken_apart_at_signs_and_capitals() -> None:
    assert words_of("getClientList.php") == ["getclientlist.php", "get", "client", "list", "php"]
    assert words_of("СписокКлиентов") == ["списокклиентов", "список", "клиентов"]
    assert words_of("clients") == ["clients"]


@pytest.mark.parametrize("path", ["/search", "/api/find"])
def test_a_search_by_post_is_one_of_those_whose_records_are_opened_there(tmp_path: Path, path: str) -> None:
    opened = [Request(at=MORNING + timedelta(seconds=at), path=f"/api/clients/{at}", user="a") for at in range(30)]
    sought = [
        Request(at=MORNING + timedelta(seconds=at), path=path, user="a", method="POST", size=3600) for at in range(20)
    ]
    found = surveyed(tmp_path / "access.log", combined(sorted([*opened, *sought])))
    guesses = guess_routes(endpoints(found.frame, load_words()), load_words())
    (one,) = (guess for guess in guesses.routes if guess.route.path == path)
    assert one.wanted
    assert (one.route.action, one.route.object, one.route.bytes_per_record) == ("search", "client", 900)
    assert (one.count, one.share) == (20, 0.4)
    assert one.words


def test_a_search_where_no_record_of_a_person_is_opened_is_only_shown(tmp_path: Path) -> None:
    (one,) = guessed(tmp_path, "/api/find", method="POST").routes
    assert not one.wanted


def test_no_account_is_claimed_missing_before_all_fields_were_looked_at(tmp_path: Path) -> None:
    line = '{"level":30,"time":%d,"req":{"method":"GET","url":"/x/%d"},"res":{"statusCode":200},"login":"%s"}\n'
    named = "".join(line % (1779001503000 + at, at, "ab"[at % 2]) for at in range(40))
    survey = surveyed(tmp_path / "a.log", named)
    assert (survey.named, survey.format, survey.instead_of) == (True, "own.a", "pino")
    nobody = surveyed(tmp_path / "b.log", named.replace('"login"', '"colour"'))
    assert (nobody.named, nobody.account_fields) == (False, ())


def found_in(folder: Path, requests: Iterable[Request]) -> GuessedRoutes:
    found = surveyed(folder / "access.log", combined(requests))
    return guess_routes(endpoints(found.frame, load_words()), load_words())


@pytest.mark.parametrize(
    ("paths", "template", "tenant"),
    [
        (("/t/%s/customers/%d", "/t/%s/customers"), "/t/{tenant_id}/customers/{client_id}", "{tenant_id}"),
        (("/api/v1/tenants/%s/clients/%d",), "/api/v1/tenants/{tenant_id}/clients/{client_id}", "{tenant_id}"),
        (("/api/orgs/%s/orders/%d",), "/api/orgs/{tenant_id}/orders/{order_id}", "{tenant_id}"),
        (("/%s/clients/%d",), "/{tenant_id}/clients/{client_id}", "{tenant_id}"),
    ],
)
def test_ids_of_several_companies_are_told_apart(
    tmp_path: Path, paths: tuple[str, ...], template: str, tenant: str
) -> None:
    asked = [path % ((name, 17 + n) if "%d" in path else name) for path in paths for n in range(20) for name in NAMES]
    guesses = found_in(tmp_path, [Request(at=MORNING, path=path, user="anna") for path in asked])
    routes = {one.route.path: one.route for one in guesses.routes}
    assert (routes[template].tenant, routes[template].subject) == (tenant, "{" + template.rpartition("{")[2])
    assert all(route.subject != "{tenant_id}" for route in routes.values())


NAMES = ("acme", "globex", "initech")


@pytest.mark.parametrize(
    "path",
    [
        "/api/clients/%d",
        "/clients/%d/documents/77%d",
        "/crm/clients/%d",
        "/klienty/%d",
        "/abonents/%2B7916%d/documents/7",
    ],
)
def test_a_client_is_no_company(tmp_path: Path, path: str) -> None:
    asked = [path.replace("%d", str(1000 + number)) for number in range(30)]
    (one,) = found_in(tmp_path, [Request(at=MORNING, path=each, user="anna") for each in asked]).routes
    assert (one.route.tenant, one.route.subject) == ("", "{client_id}")


def test_neither_a_branch_nor_a_manager_is_a_company(tmp_path: Path) -> None:
    asked = [f"/v2/branches/{n % 12}/managers/{100 + n % 9}/customers/{n}/contracts/{3 * n}" for n in range(1000, 1200)]
    (one,) = found_in(tmp_path, [Request(at=MORNING, path=each, user="anna") for each in asked]).routes
    assert (one.route.tenant, one.route.subject) == ("", "{client_id}")


@pytest.mark.parametrize("front", [lambda n: NAMES[n % 3], lambda n: str(100 + n // 2 % 3)], ids=["names", "numbers"])
def test_what_stands_in_front_is_no_company_unless_ids_come_again_behind_several_words(
    tmp_path: Path, front: Callable[[int], str]
) -> None:
    asked = [f"/{front(n)}/clients/{n if front(0) in NAMES else 1000 + n % 7}" for n in range(1000, 1200)]
    guesses = found_in(tmp_path, [Request(at=MORNING, path=each, user="anna") for each in asked])
    assert {one.route.tenant for one in guesses.routes} == {""}


@pytest.mark.parametrize(("hosts", "tenant"), [(("acme", "globex"), "host"), (("www", "api"), "")])
def test_virtual_hosts_of_several_companies_are_told_apart(tmp_path: Path, hosts: tuple[str, str], tenant: str) -> None:
    requests = [Request(at=MORNING, path=f"/clients/{number // 2}", user="anna") for number in range(60)]
    lines = combined(requests).splitlines(keepends=True)
    text = "".join(f"{hosts[at % 2]}.crm.example.org:443 {line}" for at, line in enumerate(lines))
    found = surveyed(tmp_path / "access.log", text)
    assert only(guess_routes(endpoints(found.frame, load_words()), load_words())).route.tenant == tenant


@pytest.mark.parametrize("path", ["/acme.crm.Customers/Get", "/rpc/Customer.Get"])
def test_a_method_called_by_name_is_no_static_file(tmp_path: Path, path: str) -> None:
    guesses = found_in(tmp_path, [Request(at=MORNING, path=path, user="anna", method="POST")] * 30)
    route = only(guesses).route
    assert (route.path, route.action, route.object, route.subject) == (path, "read", "client", "")
    assert Remark.RPC in guesses.remarks


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("inn=77126661%04d&fmt=xml", "inn"),
        ("snils=1234567%04d", "snils"),
        ("phone=%%2B7916555%04d", "phone"),
        ("email=a%04d@mail.example.org", "email"),
        ("client=1%04d", "client"),
        ("customerId=1%04d", "customerId"),
    ],
)
def test_parameters_that_name_a_person_name_the_client(tmp_path: Path, query: str, name: str) -> None:
    asked = [f"/bank/getClientInfo?{query % number}" for number in range(60)]
    route = only(found_in(tmp_path, [Request(at=MORNING, path=each, user="anna") for each in asked])).route
    assert (route.path, route.action, route.object) == ("/bank/getClientInfo", "read", "client")
    assert route.subject == f"query:{name}"


def test_what_names_clients_and_is_not_proposed_is_listed(tmp_path: Path) -> None:
    guesses = found_in(tmp_path, [Request(at=MORNING, path="/bank/saveClient", user="anna", method="POST")] * 30)
    assert not guesses.routes
    assert guesses.unmapped == (("POST", "/bank/saveClient", 30),)
