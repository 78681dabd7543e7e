"""Odd but common begins of access lines: no account is invented, and nothing vanishes."""

from typing import Any

import pytest

from detector.decode import Decoder
from detector.schema.events.lines import RejectReason
from tests.decode.batches import KEY, batch_of, decode, settings_for

REST = '[17/May/2026:10:05:03 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl/8"'
SHORT = '[17/May/2026:10:05:03 +0000] "GET /a HTTP/1.1" 200 5'


HEADS: list[tuple[str, str | None, str | None, dict[str, Any]]] = [
    # head, address, account, more
    ("192.0.2.7 - -", "192.0.2.7", None, {}),
    ("192.0.2.7 - anna", "192.0.2.7", "anna", {}),
    ("192.0.2.7 - anna maria", "192.0.2.7", "anna maria", {}),
    ('192.0.2.7 - "anna maria"', "192.0.2.7", "anna maria", {}),
    ('192.0.2.7 - ""', "192.0.2.7", None, {}),
    ("192.0.2.7 - EXAMPLE\\anna", "192.0.2.7", "EXAMPLE\\anna", {}),
    ("192.0.2.7 - anna@example.org", "192.0.2.7", "anna@example.org", {}),
    ("192.0.2.7 - anna [", "192.0.2.7", "anna [", {}),
    ("192.0.2.7 - anna [b", "192.0.2.7", "anna [b", {}),
    ("192.0.2.7 - anna [ b", "192.0.2.7", "anna [ b", {}),
    ("192.0.2.7 - anna [b] c", "192.0.2.7", "anna [b] c", {}),
    ("192.0.2.7 - anna [17/May/2026:10:05:03 +0000", "192.0.2.7", "anna [17/May/2026:10:05:03 +0000", {}),
    ("192.0.2.7 ident anna", "192.0.2.7", "anna", {}),
    ("192.0.2.7 - - -", "192.0.2.7", None, {}),
    ("192.0.2.7 - - anna", "192.0.2.7", None, {}),
    ("192.0.2.7 - x 198.51.100.1", "192.0.2.7", None, {}),
    ("192.0.2.7 - 198.51.100.1 - x", "192.0.2.7", None, {}),
    ("example.com 192.0.2.7 - -", "192.0.2.7", None, {"url.domain": "example.com"}),
    ("example.com 192.0.2.7 - anna", "192.0.2.7", "anna", {"url.domain": "example.com"}),
    ("example.com:8443 192.0.2.7 - -", "192.0.2.7", None, {"url.domain": "example.com"}),
    ("example.com 192.0.2.7 - anna maria", "192.0.2.7", "anna maria", {"url.domain": "example.com"}),
    ("localhost 192.0.2.7 - -", "192.0.2.7", None, {"url.domain": "localhost"}),
    ("_ 192.0.2.7 - -", "192.0.2.7", None, {"url.domain": "_"}),
    ("- 192.0.2.7 - -", "192.0.2.7", None, {"url.domain": None}),
    ("198.51.100.1 192.0.2.7 - -", "192.0.2.7", None, {"url.domain": "198.51.100.1"}),
    ("[2001:db8::1]:443 2001:db8::7 - -", "2001:db8::7", None, {}),
    ("10.0.0.2, 10.0.0.1, 192.0.2.7 - -", "192.0.2.7", None, {"x_forwarded_for": "10.0.0.2, 10.0.0.1"}),
    ("10.0.0.2, 10.0.0.1, 192.0.2.7 - anna", "192.0.2.7", "anna", {"x_forwarded_for": "10.0.0.2, 10.0.0.1"}),
    ("198.51.100.1,192.0.2.7 - -", "192.0.2.7", None, {"x_forwarded_for": "198.51.100.1"}),
    ("198.51.100.1, 192.0.2.7 - -", "192.0.2.7", None, {"x_forwarded_for": "198.51.100.1"}),
    ("unknown, 192.0.2.7 - -", "192.0.2.7", None, {"x_forwarded_for": "unknown"}),
    ("-, 192.0.2.7 - -", "192.0.2.7", None, {"x_forwarded_for": "-"}),
    ("2001:db8::1, 2001:db8::7 - -", "2001:db8::7", None, {"x_forwarded_for": "2001:db8::1"}),
    ('"10.0.0.2, 192.0.2.7" - -', "192.0.2.7", None, {"x_forwarded_for": "10.0.0.2"}),
    ("192.0.2.7 (10.0.0.2, 198.51.100.1) - -", "192.0.2.7", None, {"x_forwarded_for": "10.0.0.2, 198.51.100.1"}),
    ("198.51.100.1, 10.0.0.1 192.0.2.7 - -", "192.0.2.7", None, {"x_forwarded_for": "198.51.100.1, 10.0.0.1"}),
    ("crm.example.org 198.51.100.1, 192.0.2.7 - -", "192.0.2.7", None, {"url.domain": "crm.example.org"}),
    ("2001:db8::7 - -", "2001:db8::7", None, {}),
    ("fe80::1%eth0 - -", "fe80::1", None, {}),
    ("[2001:db8::7] - -", "2001:db8::7", None, {}),
    ("[2001:db8::7]:4711 - -", "2001:db8::7", None, {}),
    ("192.0.2.7:4711 - -", "192.0.2.7", None, {}),
    ("::ffff:192.0.2.7 - -", "192.0.2.7", None, {}),
    ('"192.0.2.7" - -', "192.0.2.7", None, {}),
    ("- - -", None, None, {}),
    ("- - anna", None, "anna", {}),
    ("unix: - -", None, None, {}),
    ("unix: - anna", None, "anna", {}),
    ("unknown - -", None, None, {}),
    ("web-1 | 192.0.2.7 - -", "192.0.2.7", None, {"url.domain": None}),
    ("[INFO] 192.0.2.7 - -", "192.0.2.7", None, {"url.domain": None}),
    ("host=web1 192.0.2.7 - anna", "192.0.2.7", "anna", {"url.domain": None}),
    ("1234 192.0.2.7 - -", "192.0.2.7", None, {"url.domain": None}),
    ("2026-05-17T10:05:03Z 192.0.2.7 - -", "192.0.2.7", None, {"url.domain": None}),
]
REFUSED = [
    "- - anna maria",
    "unix: - 198.51.100.1 - x",
    "- - 198.51.100.1 - x",
    "a b c d e 192.0.2.7 - -",
    "10.0.0.2, unknown - x y",
    "anna",
    "",
]


def test_a_head_names_the_client_and_no_account_but_one_that_is_there(subtests: pytest.Subtests) -> None:
    for rest in [REST, SHORT]:
        for head, address, account, more in HEADS:
            with subtests.test(rest=rest, head=head, address=address, account=account, more=more):
                result = decode([f"{head} {rest}"])
                assert result.frame.height == 1, result.rejects
                event = result.frame.row(0, named=True)
                labels = {pair["key"]: pair["value"] for pair in event["labels"] or ()}
                assert (event["source.ip"], event["user.original"] or event["user.name"]) == (address, account)
                network = "2001:db8::/64" if str(address).startswith("2001:db8::") else address
                expected = f"user:{account.lower()}" if account else (f"ip:{network}" if address else None)
                assert event["actor.id"] == expected
                assert {key: event.get(key, labels.get(key)) for key in more} == more
                assert event["url.path"] == "/a"


@pytest.mark.parametrize("head", REFUSED)
def test_without_an_address_a_salvaged_line_is_a_reject(head):
    result = decode([f"{head} {REST}"])
    assert (result.frame.height, len(result.rejects)) == (0, 1)
    assert result.rejects[0].reason in (RejectReason.BAD_FIELD, RejectReason.NO_FORMAT)


def test_a_list_in_place_of_the_address_is_judged_by_the_trusted_proxies():
    line = f"198.51.100.1, 203.0.113.9, 10.0.0.1 - - {REST}"
    assert decode([line]).frame["source.ip"].to_list() == ["10.0.0.1"]
    frame = decode([line], trusted_proxies=["10.0.0.0/8"]).frame
    assert frame["source.ip"].to_list() == ["203.0.113.9"]


def test_the_name_of_a_client_is_no_address_and_stays_the_actor():
    (event,) = decode([f"pc7.example.org - - {REST}"]).frame.to_dicts()
    assert (event["source.ip"], event["actor.id"]) == (None, "ip:pc7.example.org")
    (event,) = decode([f"pc7.example.org - 198.51.100.1 - x {REST}"]).frame.to_dicts()
    assert (event["actor.id"], event["user.name"]) == ("ip:pc7.example.org", None)


def test_what_is_read_whole_is_no_last_resort_and_what_is_guessed_is_one():
    whole = [f"10.0.0.2, 192.0.2.7 - - {REST}", f"example.com 192.0.2.7 - - {SHORT}", f"192.0.2.7 - - {REST}"]
    guessed = [f"web-1 | 192.0.2.7 - - {REST}", f"192.0.2.7 - - {REST} 0.004 x", f"192.0.2.7 - - {SHORT[:-2]}"]
    assert decode(whole).last_resort == {}
    assert decode(guessed).last_resort == {"combined": 3}
    assert decode([*whole, *guessed], format="combined").last_resort == {"combined": 3}


def test_a_stream_counts_its_last_resorts_alike_however_it_is_cut():
    lines = [f"192.0.2.{at} - - {REST}{' x' * (at % 2)}" for at in range(40)]
    decoder = Decoder(settings_for(), session_key=KEY)
    parts = [decoder.decode(batch_of(lines[at : at + 7])) for at in range(0, 40, 7)]
    assert sum(part.last_resort.get("combined", 0) for part in parts) == decode(lines).last_resort["combined"] == 20
    batches = [batch_of([line], stream=f"s{at}") for at, line in enumerate(lines)]
    decoder.decode_all(batches)  # the formats of the streams are known now
    together = decoder.decode_all(batches)
    assert [part.last_resort.get("combined", 0) for part in together] == [at % 2 for at in range(40)]


@pytest.mark.parametrize("letters", [",", ":", "1,", "[", "a.", "- ", "192.0.2.1, ", '"', "("])
def test_hostile_heads_cost_no_more_than_their_length(letters):
    line = f"{(letters * 65_536)[:65_000]} - - {REST}"
    result = decode([line])
    assert result.frame.height + len(result.rejects) == 1
