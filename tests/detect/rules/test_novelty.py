"""Which network an address belongs to, as far as newness goes."""

import random
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.facts import novelty
from detector.detect.rules.facts.novelty import small_network, small_networks
from detector.detect.rules.rule_checks import events_frame

START = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.17", "192.0.2."),
        ("2001:db8:7:1::9", "2001:db8:7"),
        ("2001:db8::9", "2001:db8:"),
        ("::1", "::1"),
        ("::ffff:192.0.2.1", "::ffff"),
        ("fe80::1%eth0", "fe80::1"),
        ("192.0.2", None),
        ("192..2.1", None),
        ("٣.0.2.1", None),
        ("example.org", None),
        ("", None),
    ],
)
def test_an_address_belongs_to_the_48_or_24_around_it(address: str, network: str | None) -> None:
    assert small_network(address) == network


def test_many_addresses_have_the_networks_each_has_by_itself() -> None:
    made = random.Random(7)
    texts = ["".join(made.choices("12aFg.:%\n", k=made.randrange(12))) for _ in range(20_000)]
    texts += [f"{a}.{b}.2.{c}" for a, b, c in product(("192", "٣", ""), ("0", "x"), ("1", "1.2"))]
    assert small_networks(texts).to_list() == [small_network(text) for text in texts]
    assert small_networks(texts[:100]).to_list() == small_networks(texts)[:100].to_list()


def test_which_of_equally_old_things_are_let_go_of_does_not_depend_on_the_seed_of_hashes() -> None:
    moments = [START + timedelta(minutes=n) for n in range(40)] + [START + timedelta(days=1)] * 40
    frame = events_frame(
        {"@timestamp": at, "user.id": f"u{n % 40 % 3}", "source.ip": f"2001:db8:{n % 40}::7"}
        for n, at in enumerate(moments)
    )

    def known(seed: int) -> list[tuple[int, int]]:
        seen = novelty.NoveltyState(most=60)
        for part in (frame[:40], frame[40:]):
            seen.sweep_at = 0
            seen.step(FrameView(part, seed))
        assert seen.spans.size == 60
        return seen.spans.known().tolist()

    assert len({tuple(known(seed)) for seed in range(10)}) == 1


def test_what_is_known_upon_what_others_know_is_kept_however_much_it_is() -> None:
    rows = events_frame({"@timestamp": START, "user.id": f"u{n}", "source.ip": "192.0.2.7"} for n in range(500))
    mine = novelty.NoveltyState()
    mine.step(FrameView(rows, 1))
    upon = mine.upon(novelty.NoveltyState())
    assert upon.to_table().sort("key").equals(mine.to_table().sort("key"))


@pytest.mark.parametrize("cut", [1, 2, 3, 100])
@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([0, 5, 5], [False, True, True]),
        ([0, 5, 6, 6], [False, True, False, False]),
        ([4, 4, 5, 6], [True, True, True, False]),
        ([0, 1, 2, 5], [False, False, False, False]),
        ([0, 1, 5], [False, False, False]),
    ],
    ids=str,
)
def test_a_service_account_is_new_until_its_third_day(days: list[int], expected: list[bool], cut: int) -> None:
    first = {"@timestamp": START, "user.id": "anna", "actor.type": "human", "source.ip": "192.0.2.7"}
    service = {"user.id": "svc-report", "actor.type": "service", "source.ip": "192.0.2.8", "event.outcome": "success"}
    rows = [{**service, "@timestamp": START + timedelta(days=day, minutes=n)} for n, day in enumerate(days, 1)]
    frame, seen = events_frame([first, *rows]), novelty.NoveltyState()
    found: list[bool] = []
    for at in range(0, frame.height, cut):
        part = frame[at : at + cut]
        marked = seen.step(FrameView(part, 1))[novelty.SERVICE_NEW]
        found += [False] * part.height if marked is None else marked.to_list()
    assert found == [False, *expected]


@pytest.mark.parametrize("cut", [1, 2, 100])
def test_a_service_is_settled_in_a_network_it_has_come_from_for_a_week(cut: int) -> None:
    rows = [
        (0, "sync", "203.0.113.7"), (6, "sync", "203.0.113.9"), (7, "sync", "203.0.113.9"), (8, "sync", "198.51.100.1"),
        (8, "other", "203.0.113.7"), (99, "sync", "203.0.113.7"), (107, "sync", "203.0.113.7"),
    ]  # fmt: skip
    events = [
        {
            "@timestamp": START + timedelta(days=day), "user.id": name, "actor.id": f"user:{name}",
            "source.ip": address,
            "actor.type": "service", "network.name": "internet", "event.outcome": "success", "object.type": "client",
        }
        for day, name, address in rows
    ]  # fmt: skip
    frame, seen, found = events_frame(events), novelty.NoveltyState(), []
    for at in range(0, frame.height, cut):
        part = frame[at : at + cut]
        marked = seen.step(FrameView(part, 1))[novelty.SERVICE_SETTLED]
        found += [False] * part.height if marked is None else marked.to_list()
    # After 90 days of silence it is as one never seen.
    assert found == [False, False, True, False, False, False, True]


_KNOWN = "203.0.113.7"


@pytest.mark.parametrize("cut", [1, 2, 3, 100])
@pytest.mark.parametrize(
    ("first", "rows", "expected"),
    [
        pytest.param(0, [(8, "198.51.100.1"), (9, "198.51.100.2"), (16, "198.51.100.3")], [True, True, False],
                     id="for a week"),
        pytest.param(0, [(6, "198.51.100.1"), (8, "198.51.100.1")], [False, False], id="nothing is new in the first"),
        pytest.param(0, [(8, "2001:db8:7:1::1"), (9, "2001:db8:7:ff::1")], [True, True], id="a /48"),
        pytest.param(0, [(8, _KNOWN)], [False], id="known"),
        pytest.param(0, [(95, _KNOWN)], [False], id="forgotten with all others"),
    ],
)  # fmt: skip
def test_a_network_is_young_for_a_week_after_client_data_was_first_touched_from_there(
    first: int, rows: list[tuple[int, str]], expected: list[bool], cut: int
) -> None:
    event = {"object.type": "client", "network.name": "internet", "event.outcome": "success", "user.id": None}
    events = [
        {**event, "@timestamp": START + timedelta(days=at), "source.ip": ip} for at, ip in [(first, _KNOWN), *rows]
    ]
    assert _young(events, cut) == [False, *expected]


@pytest.mark.parametrize(
    "other",
    [{"object.type": None}, {"event.outcome": "failure"}, {"record.count": 0}, {"network.name": "office"}],
    ids=str,
)
def test_what_touches_nothing_makes_no_network_known(other: dict[str, object]) -> None:
    event = {"object.type": "client", "network.name": "internet", "event.outcome": "success", "source.ip": _KNOWN}
    seeded = {**event, "source.ip": "198.51.100.1"}
    at = [START, START + timedelta(days=1), START + timedelta(days=9)]
    events = [{**event, "@timestamp": at[0]}, {**seeded, "@timestamp": at[1], **other}, {**seeded, "@timestamp": at[2]}]
    assert _young(events, 1) == [False, False, True]


def _young(events: list[dict[str, object]], cut: int) -> list[bool]:
    frame, seen, found = events_frame(events), novelty.NoveltyState(), []
    for at in range(0, frame.height, cut):
        part = frame[at : at + cut]
        marked = seen.step(FrameView(part, 1))[novelty.NETWORK_YOUNG]
        found += [False] * part.height if marked is None else marked.to_list()
        seen = novelty.NoveltyState.from_table(seen.to_table())
    return found
