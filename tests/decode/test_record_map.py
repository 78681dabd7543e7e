"""Which client data a request touches, and that no spelling is a way round."""

import pytest

from detector.decode import Decoder
from detector.decode.record_map.normalize_path import normalised
from detector.decode.record_map.path_template import compile_template
from detector.errors import ConfigError
from tests.decode.batches import KEY, decode, one, settings_for


def request(target, *, method="GET", status=200, size=512, **more):
    line = f'203.0.113.5 - anna [17/May/2026:10:05:03 +0300] "{method} {target} HTTP/1.1" {status} {size} "-" "-"'
    return one(line, format="combined", **more)


@pytest.mark.parametrize(
    "target",
    [
        "/crm/clients/17",
        "/crm/clients/17/",
        "//crm///clients/17",
        "/crm/./clients/17",
        "/crm/x/../clients/17",
        "/x/%2e%2e/crm/clients/17",
        "/crm/clients/%31%37",
        "/%63rm/clients/17",
        "/crm%2Fclients/17",
        "/crm;a=b/clients/17;jsessionid=1",
        "/crm/clients/17?x=/crm/clients/18",
        "/crm/clients/17/.",
        "https://crm.example.org/crm/clients/17",
        "/../../crm/clients/17",
        "/crm\\clients\\17",
    ],
)
def test_no_spelling_of_a_path_goes_round_the_map(target):
    assert request(target.replace("\\", "\\\\"))["subject.ids"] == ["17"]


def test_rules_see_path_and_query_as_they_were_sent():
    event = request("/crm//clients/%31?q=%27%20or%201=1")
    assert (event["url.path"], event["url.query"]) == ("/crm//clients/%31", "q=%27%20or%201=1")


@pytest.mark.parametrize(
    ("target", "ids"),
    [
        ("/crm/card?client_id=5", ["5"]),
        ("/crm/card?x=1&client_id=5", ["5"]),
        ("/crm/card?xclient_id=5", None),
        ("/crm/card?client_id=5&client_id=6", ["5", "6"]),
        ("/crm/card?client_id=5,6,5", ["5", "6"]),
        ("/crm/card?%63lient_id=5", ["5"]),
        ("/crm/card?client_id[]=5&client_id%5B%5D=6", ["5", "6"]),
        ("/crm/card?client_id=%35", ["5"]),
        ("/crm/card?client_id=", None),
        ("/crm/card", None),
        (f"/crm/card?%78=1&{'x=1&' * 1_001}client_id=5", ["5"]),
        (f"/crm/card?%78=1&{'x=1&' * 1_001}%63lient%5Fid%5B12%5D=5", ["5"]),
        (f"/crm/card?%78=1&{'client_id=&' * 1_001}client_id=5", ["5"]),
    ],
)
def test_ids_are_found_in_the_query_however_they_are_written(target, ids):
    event = request(target)
    assert event["subject.ids"] == event["record.ids"] == ids
    assert event["record.count"] == (len(ids) if ids else None)


SPELLINGS = [
    "777.json",
    "%20777",
    "0777",
    "+777",
    "777%00",
    "%EF%BC%97%EF%BC%97%EF%BC%97",
    "%2537%2537%2537",
    "777%23x",
]


def test_an_id_is_one_client_however_it_is_spelled_and_its_spelling_is_kept(subtests: pytest.Subtests) -> None:
    for target in ["/crm/clients/{}", "/crm/card?client_id={}", "/crm/clients/{}/documents/5"]:
        for spelt in SPELLINGS:
            with subtests.test(target=target, spelt=spelt):
                event = request(target.format(spelt))
                assert event["subject.ids"] == ["777"]
                assert target.format(spelt) in (event["url.path"], f"{event['url.path']}?{event['url.query']}")


def test_a_list_of_one_client_in_several_spellings_names_one_client():
    event = request("/crm/card?client_id=7,007,8")
    assert set(event["subject.ids"]) == {"7", "8"}


def test_where_ids_are_text_zeros_belong_to_them():
    route = {"path": "/c/{id}", "action": "read", "object": "client", "subject": "{id}", "ids": "text"}
    other = {"path": "/n/{id}", "action": "read", "object": "client", "subject": "{id}"}
    events = [
        request(f"/{where}/{id}", records={"routes": [route, other]}) for where in "cn" for id in ("007", "7.json")
    ]
    assert [event["subject.ids"] for event in events] == [["007"], ["7"], ["7"], ["7"]]


def test_the_first_route_that_fits_counts_and_its_method_matters():
    assert request("/crm/clients/17", method="PUT")["event.action"] == "update"
    assert request("/crm/clients/17")["event.action"] == "read"
    assert request("/crm/clients/17/orders")["event.action"] == "other"


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        ("/CRM/Clients/Ab17", ["Ab17"]),
        ("/cRm/cLiEnTs/17", ["17"]),
        ("/%43RM/CLIENTS/17", ["17"]),
        ("/crm/client@/17", None),
        ("/crm/clientS\u0131/17", None),
    ],
)
def test_routes_know_paths_in_letters_of_any_case_and_ids_keep_theirs(path, ids):
    assert request(path)["subject.ids"] == ids


def test_a_route_with_free_parts_of_segments_and_one_written_in_capitals_know_any_case():
    by_regex = {"path": "/Files/{client}-scan.pdf", "action": "read", "object": "client", "subject": "{client}"}
    long = {"path": "/Api/CustomerDocuments/{id}", "action": "read", "object": "client", "subject": "{id}"}
    records = {"routes": [by_regex, long]}
    for path in (
        "/files/Ab1-SCAN.PDF",
        "/Files/Ab1-scan.pdf",
        "/api/CUSTOMERDOCUMENTS/Ab1",
        "/Api/CustomerDocuments/Ab1",
    ):
        assert request(path, records=records)["subject.ids"] == ["Ab1"]
    assert request("/api/customerdocumentz/Ab1", records=records)["subject.ids"] is None


@pytest.mark.parametrize(
    "query",
    [
        "client_id=1,2,3", "client_id=1;2;3", "client_id=1|2|3", "client_id=1%7C2%7C3", "client_id=1%3B2%3B3",
        "client_id=1+2+3", "client_id=1%202%203", "client_id=1,%202,+3", "client_id=1&client_id=2&client_id=3",
        "client_id[]=1&client_id[]=2&client_id[]=3", "client_id[0]=1&client_id[1]=2&client_id[7]=3",
        "client_id=[1,2,3]", "client_id=%5B%221%22,%222%22,%223%22%5D", "CLIENT_ID=1&Client_Id=2;3",
    ],
)  # fmt: skip
def test_a_list_of_ids_is_all_of_them_however_it_is_written(query):
    assert request(f"/crm/card?{query}")["subject.ids"] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "name",
    ["%20client_id", "+client_id", "%09client_id", "client_id%20", "client_id%00", "client_id%00x", "client_id[",
     "client_id[x", "client_id[a][b]", "client_id[$in][]", "x;client_id", "x=1;client_id", "x=1;y=2;CLIENT_ID"],
)  # fmt: skip
def test_a_parameter_is_found_as_applications_find_it(name):
    assert request(f"/crm/card?{name}=7")["subject.ids"] == ["7"]
    assert request(f"/crm/card?a=b&{name}=7&c=d")["subject.ids"] == ["7"]


@pytest.mark.parametrize("listed", ["1,2,3", "1;2;3", "1|2|3", "1%2C2%2c3", "01,2,2,3", "1,2,3.json", "1;2;3;v=1"])
@pytest.mark.parametrize("target", ["/crm/clients/{}", "/crm/clients/{}/documents/5"])
def test_a_list_of_ids_in_a_path_is_all_of_them(target, listed):
    event = request(target.format(listed))
    assert event["subject.ids"] == ["1", "2", "3"]
    assert event["url.path"] == target.format(listed)


@pytest.mark.parametrize(
    ("segment", "ids"),
    [
        ("4509%20123456", ["4509 123456"]),
        ("1+2", ["1+2"]),
        ("a,b", ["a,b"]),
        ("7;jsessionid=A1", ["7"]),
        ("7;1=2", ["7"]),
        ("7,", ["7"]),
        ("2f1c4a6e-0000-4000-8000-00000000000a,2f1c4a6e-0000-4000-8000-00000000000b", [
            "2f1c4a6e-0000-4000-8000-00000000000a", "2f1c4a6e-0000-4000-8000-00000000000b",
        ]),
    ],
)  # fmt: skip
def test_what_is_a_list_of_neither_numbers_nor_uuids_is_one_id(segment, ids):
    assert request(f"/crm/clients/{segment}")["subject.ids"] == ids


def test_a_list_in_a_path_is_one_id_where_ids_are_text_and_names_the_tenant_of_each():
    def ids(path, **more):
        route = {"path": "/t/{tenant}/c/{id}", "action": "read", "object": "client", "subject": "{id}", **more}
        return request(path, records={"routes": [route]})["subject.ids"]

    assert ids("/t/a/c/2024,117", ids="text") == ["2024,117"]
    assert ids("/t/a/c/1,2", tenant="{tenant}") == ["a/1", "a/2"]


def test_white_space_belongs_to_ids_that_are_text_or_no_numbers():
    def ids(query, **more):
        route = {"path": "/x", "action": "read", "object": "client", "subject": "query:id", **more}
        return request(f"/x?{query}", records={"routes": [route]})["subject.ids"]

    assert ids("id=4509+123456", ids="text") == ["4509 123456"]
    assert ids("id=4509+123456") == ["4509", "123456"]
    assert ids("id=Ivan+Petrov") == ["Ivan Petrov"]


def test_confidentiality_is_the_highest_of_the_classes():
    event = request("/crm/clients/17/documents/d1")
    assert event["object.classes"] == ["contact", "health"]
    assert event["object.confidentiality"] == "special"
    assert (event["subject.ids"], event["record.ids"]) == (["17"], ["d1"])


@pytest.mark.parametrize(
    ("target", "count", "basis"),
    [
        ("/crm/search?limit=50", 50, "logged"),
        ("/crm/search?limit=many", None, None),
        ("/crm/search?limit=99999999999999999999", None, None),
        ("/crm/clients/17", 1, "counted"),
        ("/crm/export/all.csv", 5, "estimated"),
        ("/crm/page", 25, "estimated"),
    ],
)
def test_a_count_says_where_it_comes_from(target, count, basis):
    event = request(target)
    assert (event["record.count"], event["record.count_basis"]) == (count, basis)


@pytest.mark.parametrize(
    ("limit", "size", "per_record", "count", "basis"),
    [
        (50, 9_000, 180, 50, "logged"),
        (50, 9_300, 180, 50, "logged"),  # a record is not always of one size
        (50, 900, 180, 5, "estimated"),
        (1, 450_000 * 180, 180, 450_000, "estimated"),
        (0, 900_000, 180, 5_000, "estimated"),
        (100_000, 12, 180, 1, "estimated"),
        (100_000, 0, 180, 0, "logged"),
        (50, 9_000, None, 50, "logged"),
        (1, 81_000_000, None, None, None),  # a rule sums the bytes of exports that nobody counts
        (0, 900_000, None, None, None),
        (100_000, 12, None, 1, "estimated"),
        (100_000, 0, None, 0, "logged"),
        (50, "-", 180, 50, "logged"),
    ],
)
def test_what_a_query_asks_for_counts_where_the_bytes_sent_may_hold_so_many(limit, size, per_record, count, basis):
    route = {"path": "/x", "action": "export", "object": "client", "count": "query:limit"}
    route |= {"bytes_per_record": per_record} if per_record else {}
    event = request(f"/x?limit={limit}", size=size, records={"routes": [route]})
    assert (event["record.count"], event["record.count_basis"]) == (count, basis)


def test_a_change_counts_what_it_was_asked_for_whatever_is_answered():
    route = {"path": "/x", "action": "delete", "object": "client", "count": "query:limit", "bytes_per_record": 180}
    assert request("/x?limit=5000", method="DELETE", size=12, records={"routes": [route]})["record.count"] == 5_000


@pytest.mark.parametrize(
    ("method", "status", "size", "count", "basis"),
    [
        ("GET", 304, 0, 0, "logged"),
        ("GET", 204, 0, 0, "logged"),
        ("GET", 200, 0, 0, "logged"),
        ("GET", 200, 5, 1, "counted"),
        ("DELETE", 204, 0, 1, "counted"),
        ("PUT", 200, 0, 1, "counted"),
    ],
)
def test_what_was_answered_with_nothing_keeps_its_ids_and_counts_no_record(method, status, size, count, basis):
    routes = [
        {"path": "/c/{id}", "methods": ["DELETE"], "action": "delete", "object": "client", "subject": "{id}"},
        {"path": "/c/{id}", "methods": ["PUT"], "action": "update", "object": "client", "subject": "{id}"},
        {"path": "/c/{id}", "action": "read", "object": "client", "subject": "{id}"},
    ]
    event = request("/c/17", method=method, status=status, size=size, records={"routes": routes})
    assert event["subject.ids"] == ["17"]
    assert (event["record.count"], event["record.count_basis"]) == (count, basis)


@pytest.mark.parametrize(
    ("method", "status"), [("GET", 403), ("GET", 500), ("HEAD", 200), ("OPTIONS", 204), ("GET", 302)]
)
def test_what_returned_nothing_keeps_its_action_and_touches_no_record(method, status):
    event = request("/crm/clients/17/documents/d1", method=method, status=status)
    assert (event["event.action"], event["object.type"]) == ("download", "document")
    assert [event[name] for name in ("subject.ids", "record.ids", "record.count", "record.count_basis")] == [None] * 4


def test_a_changed_record_behind_a_redirect_was_touched():
    assert request("/crm/clients/17", method="POST", status=303)["record.ids"] == ["17"]


def test_ids_the_map_reads_do_not_stay_in_labels():
    line = (
        '{"ts":"2026-05-17T07:05:03Z","user":"v","action":"invoice.open","paid":true,'
        '"buyer":{"id":7},"items":[{"id":1}]}'
    )
    event = one(line, format="audit.json")
    assert (event["subject.ids"], event["record.ids"]) == (["7"], ["1"])
    assert {pair["key"] for pair in event["labels"]} == {"action", "paid"}


def test_a_route_for_one_service_leaves_others_alone():
    records = {
        "routes": [{"service": "billing", "path": "/a/{id}", "object": "x", "action": "read", "subject": "{id}"}]
    }
    assert request("/a/1", records=records)["object.type"] is None
    assert request("/a/1", records=records, service="billing")["object.type"] == "x"


PAGE = {"path": "/crm/client.php", "object": "client", "action": "read", "subject": "query:id"}


@pytest.mark.parametrize(
    "target", ["client.php?id=5", "client.php/?id=5", "client.php/x?id=5", "Client.PHP/a/b.png?id=5"]
)
def test_a_program_answers_whatever_stands_behind_its_name(target):
    assert request(f"/crm/{target}", records={"routes": [PAGE]})["subject.ids"] == ["5"]


@pytest.mark.parametrize("target", ["client.phpx?id=5", "client.php5/x?id=5", "clients/x?id=5", "client/x?id=5"])
def test_no_other_path_has_anything_behind_it(target):
    routes = [PAGE, {**PAGE, "path": "/crm/client"}]
    assert request(f"/crm/{target}", records={"routes": routes})["subject.ids"] is None


def test_a_route_that_says_what_stands_behind_a_program_is_not_hidden_by_its_name():
    behind = {**PAGE, "path": "/crm/client.php/{id}", "action": "export", "subject": "{id}"}
    event = request("/crm/client.php/7?id=5", records={"routes": [PAGE, behind]})
    assert (event["event.action"], event["subject.ids"]) == ("export", ["7"])


def test_without_routes_nothing_is_touched():
    assert decode(['{"ts":"2026-05-17T07:05:03Z","user":"v","action":"view"}'], records={}).frame.height == 1
    assert request("/crm/clients/17", records={})["event.action"] == "other"


def test_every_mistake_in_the_routes_is_told_at_once():
    routes = [
        {"path": "/a/{id", "action": "read"},
        {"path": "/a/{id}/{id}", "action": "read"},
        {"path": "/a//b", "action": "read"},
        {"path": "/a/{id}", "action": "read", "subject": "{other}", "count": "what"},
    ]
    with pytest.raises(ConfigError) as caught:
        Decoder(settings_for(records={"routes": routes}, format="no.such"), session_key=KEY)
    assert len(caught.value.problems) == 6


@pytest.mark.parametrize(
    ("template", "prefix"),
    [("/a/{id}/b", "/a/"), ("/a/b", "/a/b"), ("/a/**", "/a"), ("/a/x-*.pdf", "/a/x-"), ("/", "/")],
)
def test_a_template_knows_its_fixed_beginning(template, prefix):
    assert compile_template(template).prefix == prefix


def test_normalising_twice_changes_nothing_more():
    for path in ("/a/../../b//c;x/.", "", "/", "..", "/%2e/%ff", "/a/%252e"):
        once = normalised(path)
        assert once.startswith("/")
        assert "%25" in path or normalised(once) == once


def test_lines_that_name_a_path_but_no_method_do_not_stop_a_map_that_asks_for_methods():
    line = '{"ts":"2026-05-17T07:05:03Z","user":"vera","action":"view","path":"/crm/search?limit=5"}'
    event = one(line, format="audit.json")
    assert (event["object.type"], event["record.count"]) == ("client", 5)


def test_segments_part_fixed_and_part_free_are_compared_by_the_pattern():
    routes = [{"path": "/p/report-{n}.pdf", "object": "report", "action": "download", "subject": "{n}"}]
    assert request("/p/report-7.pdf", records={"routes": routes})["subject.ids"] == ["7"]
    assert request("/p/report-7.txt", records={"routes": routes})["object.type"] is None


@pytest.mark.parametrize(
    ("route", "target", "ids"),
    [
        ({"path": "/t/{company}/clients/{id}", "tenant": "{company}"}, "/t/acme/clients/17", ["acme/17"]),
        ({"path": "/t/{company}/clients/x{id}", "tenant": "{company}"}, "/t/acme/clients/x17", ["acme/17"]),
        ({"path": "/clients/{id}", "tenant": "query:org"}, "/clients/17?org=acme", ["acme/17"]),
        ({"path": "/clients/{id}", "tenant": "query:org"}, "/clients/17", ["17"]),
        ({"path": "/clients", "subject": "query:id", "tenant": "query:org"}, "/clients?id=1,2&org=a", ["a/1", "a/2"]),
    ],
)
def test_clients_of_two_companies_with_one_number_are_two(route, target, ids):
    made = {"action": "read", "object": "client", "subject": "{id}", **route}
    event = request(target, records={"routes": [made]})
    assert (event["subject.ids"], event["record.ids"]) == (ids, ids)


def test_the_virtual_host_may_name_the_company():
    route = {"path": "/clients/{id}", "action": "read", "object": "client", "subject": "{id}", "tenant": "host"}
    line = (
        'acme.example.org:443 203.0.113.5 - anna [17/May/2026:10:05:03 +0300] "GET /clients/17 HTTP/1.1" 200 5 "-" "-"'
    )
    assert one(line, format="vhost_combined", records={"routes": [route]})["subject.ids"] == ["acme.example.org/17"]


def test_a_tenant_that_is_nowhere_is_refused():
    route = {"path": "/clients/{id}", "action": "read", "object": "client", "subject": "{id}", "tenant": "{company}"}
    with pytest.raises(ConfigError, match="tenant"):
        Decoder(settings_for(records={"routes": [route]}), session_key=KEY)
