"""What the record map knows of requests is counted, and what it does not know is shown without ids."""

from hypothesis import given
from hypothesis import strategies as st

from detector.decode import Decoder, RequestCounts, count_requests, merge_siblings
from detector.decode.record_map.coverage import SAMPLED
from detector.frames import LineBatch
from detector.settings import Settings
from tests.decode.batches import KEY, batch_of, settings_for


def lines_of(*requests: str, source: str = "s") -> LineBatch:
    """Return lines of nginx: ``GET /path 200``, one for each."""
    texts = []
    for request in requests:
        method, path, status = request.rsplit(" ", 2) if request.count(" ") == 2 else (*request.split(" "), "200")
        texts.append(
            f'192.0.2.7 - anna [18/May/2026:09:00:00 +0000] "{method} {path} HTTP/1.1" {status} 512 "-" "curl/8"'
        )
    return batch_of(texts, source=source)


def counted(*requests: str, settings: Settings | None = None) -> RequestCounts:
    decoder = Decoder(settings or settings_for(), session_key=KEY)
    return count_requests([decoder.decode(lines_of(*requests))])["s"]


def test_requests_that_touch_client_data_are_a_share_of_those_that_succeeded() -> None:
    found = counted("GET /crm/clients/7", "GET /crm/clients/8", "GET /api/customers/9", "GET /", "POST /login")
    # Signing in is no request for data; its route counts as fitting all the same.
    assert (found.requests, found.touched, found.by_path) == (4, 2, 4)
    assert found.unmapped == {"GET /api/customers/{id}": 1, "GET /": 1}
    assert found.routes == {2: 2, 0: 1}


def test_what_failed_was_moved_or_has_no_content_is_no_request() -> None:
    found = counted(
        "GET /a 404",
        "GET /a 500",
        "GET /a 403",
        "GET /a 302",
        "HEAD /a 200",
        "OPTIONS /a 204",
        "GET /crm/clients/7 403",
    )
    assert (found.requests, found.touched, dict(found.unmapped)) == (0, 0, {})
    assert counted("GET /a 304").requests == 1


def test_assets_and_probes_are_left_out_and_pictures_of_clients_are_not() -> None:
    found = counted(
        "GET /static/app.3f2a.js", "GET /style.css", "GET /fonts/a.woff2", "GET /favicon.ico", "GET /img/logo.png",
        "GET /healthz", "GET /actuator/health", "GET /metrics", "GET /.well-known/acme-challenge/abc",
        "GET /clients/4711/passport.jpg",
    )  # fmt: skip
    assert found.requests == 1
    assert found.unmapped == {"GET /clients/{id}/passport.jpg": 1}


def test_an_asset_that_a_route_names_counts() -> None:
    records = {"routes": [{"path": "/img/{client}.png", "object": "client", "action": "read", "subject": "{client}"}]}
    found = counted("GET /img/7.png", settings=settings_for(records=records))
    assert (found.requests, found.touched) == (1, 1)


def test_a_method_nobody_knows_is_not_shown() -> None:
    assert counted("EVIL /a/7").unmapped == {"/a/{id}": 1}


def test_logins_and_host_messages_are_no_requests() -> None:
    decoder = Decoder(settings_for(), session_key=KEY)
    sshd = "May 18 09:00:00 web sshd[7]: Accepted password for anna from 192.0.2.7 port 40000 ssh2"
    found = count_requests([decoder.decode(batch_of([sshd] * 3))])["s"]
    assert found == RequestCounts()


def test_lines_that_say_nothing_of_what_was_asked_for_are_counted_apart() -> None:
    line = 'time=2026-05-18T09:00:00Z level=info user=anna msg="opened a card"'
    decoder = Decoder(settings_for(), session_key=KEY)
    found = count_requests([decoder.decode(batch_of([line] * 3))])["s"]
    assert (found.requests, found.texts) == (0, 3)


def test_tables_no_route_names_are_shown_as_patterns() -> None:
    records = {"routes": [{"table": "crm.clients", "object": "client", "subject": "where:id"}]}
    decoder = Decoder(settings_for(records=records), session_key=KEY)
    head = "2026-05-18 09:00:00.000 UTC [7] anna@crm LOG:  statement: "
    texts = [
        head + text
        for text in (
            "SELECT * FROM crm.clients WHERE id = 7",
            "SELECT * FROM crm.orders_2024 o JOIN crm.clients c ON c.id = o.client WHERE o.id = 1",
            "SELECT * FROM Accounts",
            "SELECT * FROM pg_catalog.pg_class",
            "BEGIN",
        )
    ]
    found = count_requests([decoder.decode(batch_of(texts))])["s"]
    assert (found.requests, found.touched, found.statements) == (3, 2, 3)
    assert found.unmapped == {"table accounts": 1}


def test_batches_without_any_counts_give_none() -> None:
    assert count_requests([]) == {}


def test_counts_of_many_requests_are_worked_out_from_some_of_them() -> None:
    found = counted(*["GET /api/customers/7"] * (SAMPLED + 1))
    assert found.requests == SAMPLED + 1
    assert SAMPLED <= found.unmapped["GET /api/customers/{id}"] <= SAMPLED + 2


def test_batches_decoded_together_count_the_same() -> None:
    settings = settings_for(format="combined")
    batches = [lines_of("GET /crm/clients/7", "GET /a/1"), lines_of("GET /a/2"), lines_of("POST /login", "GET /a/3")]
    alone = Decoder(settings, session_key=KEY)
    together = Decoder(settings, session_key=KEY).decode_all(batches)
    assert count_requests(together) == count_requests([alone.decode(batch) for batch in batches])
    assert count_requests(together)["s"].unmapped == {"GET /a/{id}": 3}


def test_names_of_people_become_ids_where_there_are_many() -> None:
    names = [f"GET /clients/{a}{b}/mail" for a in "bcdfg" for b in ("ade", "elis", "orin", "umas", "yrel")]
    assert merge_siblings(dict.fromkeys(names, 1)) == {"GET /clients/{id}/mail": 25}


def test_words_that_many_ask_for_stay_among_names() -> None:
    counts = {f"GET /{a}{b}": 1 for a in "bcdfgh" for b in ("ade", "elis", "orin", "umas", "yrel")}
    merged = merge_siblings(counts | {"GET /search": 100, "table crm.orders": 3})
    assert merged == {"GET /{id}": 30, "GET /search": 100, "table crm.orders": 3}


@given(
    st.dictionaries(
        st.from_regex(r"(GET )?/[a-c]{0,2}(/[a-z]{1,3}){0,3}|table [a-z]+", fullmatch=True), st.integers(1, 9)
    )
)
def test_merging_loses_no_request(counts: dict[str, int]) -> None:
    assert merge_siblings(counts).total() == sum(counts.values())
